"""What is asked: what holds, not what doesn't."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfcheck.kinds.single import Choice
from selfcheck.lint.page import prose
from selfcheck.lint.rule import Found, Rule, at, each
from selfcheck.question import Question

# A negation in a clause of its own ("which explains why it does not converge") asks for nothing negative.
BEGINS = """although because but for from given how if once since so than that though to unless until when where whether while who whose
why with without"""
SUBORDINATE = rf"[,;:()]|\b(?:{'|'.join(BEGINS.split())})\b"
ASKED = rf"\b(?:which|what|who)\b(?:(?!{SUBORDINATE})[^.?!])*?"
NEGATIVE = re.compile(
    rf"(?:{ASKED})(?P<word>\bnot\b|\bcannot\b|\b\w+n['’]t\b|\bleast (?:likely|plausible|probable|appropriate|suitable|useful|true)\b|\bexcept\b)"
    r"|\b(?:all|each|every|any)\b[^.?!]*(?P<end>\bexcept)\W*$",
    re.IGNORECASE,
)


def _negative(question: Question) -> Iterator[Found]:
    if not isinstance(question, Choice):
        return
    for sentence in re.finditer(r"[^.?!]+(?:[?!]|$|\.(?!\s*\S)|:\s*$)", prose(question.ask)):
        for found in NEGATIVE.finditer(sentence[0].rstrip()):
            part = "word" if found["word"] else "end"
            yield (
                at(question.ask, sentence.start() + found.start(part)),
                f"The question asks for what does not hold (`{found[part]}`): ask for what holds, or for what fails.",
            )


RULES = (
    Rule(
        id="negative-question",
        says="A question asks for what holds: not “which is not …”, “all except”, “least likely”.",
        reason="A reader in a hurry overlooks the word and answers the opposite question. That shows nothing about what they know.",
        bad="""
- id: convex
  type: single
  ask: Three losses are given. Which of them is **not** convex?
  options:
    - right: Zero-one loss
    - wrong: Hinge loss
      why: It is a maximum of lines.
""",
        good="""
- id: convex
  type: single
  ask: Training does not converge. Which loss explains why it does not?
  options:
    - right: Zero-one loss
    - wrong: Hinge loss
      why: It is a maximum of lines.
""",
        bank=each(_negative),
    ),
)
