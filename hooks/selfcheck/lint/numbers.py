"""Numeric questions: the tolerance fits the rounding that the prompt asks for.

That no slip falls into the tolerance is a condition of the type itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from selfcheck.kinds.numeric import Numeric
from selfcheck.lint.rule import Bank, Finding, Rule, at

EXACT = 1e-3  # of a place; a proof may have integrated or differentiated
COUNTS = {"no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "a": 1}
COUNT = rf"(?P<count>\d|{'|'.join(COUNTS)})"
DECIMALS = re.compile(rf"\b{COUNT}[ -]decimals?\b|\b{COUNT.replace('count', 'digits')}\s+digits?\s+after\s+the\b", re.IGNORECASE)
SIGNIFICANT = re.compile(rf"\b{COUNT}[ -]significant\s+(?:digits?|figures?)\b", re.IGNORECASE)
NEAREST = re.compile(
    r"\bto\s+the\s+nearest\s+(?P<unit>\d+(?:\.\d+)?\b|[a-z]+)|\bround(?:ed)?(?:\s+(?:up|down|it))*\s+to\s+an?\s+(?P<whole>whole|integer)\b",
    re.IGNORECASE,
)
NAMED = {"thousandth": 1e-3, "hundredth": 1e-2, "tenth": 0.1, "ten": 10, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}


def _unit(question: Numeric) -> float | None:
    """The last place that the prompt asks for, such as 0.01; None where it asks for none."""
    text = " ".join(question.ask.split())
    if found := DECIMALS.search(text):
        word = (found["count"] or found["digits"]).lower()
        return float(10.0 ** -(int(word) if word.isdigit() else COUNTS[word]))
    if found := SIGNIFICANT.search(text):
        count = int(found["count"]) if found["count"].isdigit() else COUNTS[found["count"].lower()]
        size = math.floor(math.log10(abs(question.answer_.value))) if question.answer_.value else 0
        return float(10.0 ** (size - count + 1))
    if found := NEAREST.search(text):
        unit = (found["unit"] or "").lower()
        return float(unit) if re.match(r"[\d.]+$", unit) else NAMED.get(unit, 1.0)
    return None


def _tight(bank: Bank) -> Iterator[Finding]:
    for path, questions in bank.files.items():
        for question in questions:
            unit = _unit(question) if isinstance(question, Numeric) else None
            if not isinstance(question, Numeric) or not unit or question.margin >= unit / 2 * (1 - 1e-9):
                continue
            if _exact(bank.found.get(str(question.id), ""), unit):
                continue
            yield Finding(
                path,
                question,
                at(question.tolerance),
                f"The prompt asks for an answer in steps of {unit:g}, and an unrounded one may be {unit / 2:g} off: "
                f"a tolerance of {question.margin:g} refuses it. Write at least {unit / 2:g}.",
            )


def _exact(found: str, unit: float) -> bool:
    """Whether what a proof has found needs no rounding; then even a narrow tolerance refuses nobody."""
    try:
        places = float(found) / unit
    except ValueError:
        return False
    return abs(places - round(places)) < EXACT


RULES = (
    Rule(
        id="tight-tolerance",
        says="The tolerance is at least half of the last place that the prompt asks for, unless the proof shows that the answer is exact.",
        reason="An answer that was right before it was rounded, or rounded once more on the way, must count.",
        bad="""
- id: entropy
  type: numeric
  ask: What is the entropy of a fair coin in nats, to two decimals?
  answer: 0.69
  tolerance: 0.001
""",
        good="""
- id: entropy
  type: numeric
  ask: What is the entropy of a fair coin in nats, to two decimals?
  answer: 0.69
  tolerance: 0.005
""",
        bank=_tight,
    ),
)
