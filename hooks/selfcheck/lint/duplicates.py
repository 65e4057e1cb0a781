"""Questions that ask the same thing twice, wherever in the bank they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from selfcheck.kinds.match import Match
from selfcheck.kinds.order import Order
from selfcheck.kinds.output import Output
from selfcheck.kinds.single import Choice
from selfcheck.lint.rule import Bank, Finding, Prompt, Rule, at
from selfcheck.question import Question

WORDS = 3  # in a row, compared as one
ALIKE = 0.7  # from this share of common word triples on, two prompts are near-duplicates
SHORT = 12  # words; a shorter prompt ("Which claims hold?") says too little without what it asks about
WORD = re.compile(r"\\?\w+|[^\w\s.,;:!?]")


def prompt(question: Question, path: str) -> Prompt:
    """What a reader sees of a question, as far as it takes to tell it from others."""
    text = str(question.ask)
    if isinstance(question, Output):
        text += f" {question.code}"
    if len(WORD.findall(text)) < SHORT:
        if isinstance(question, Choice):
            text += " ".join(["", *sorted(option.text for option in question.options)])
        elif isinstance(question, Order):
            text += " ".join(["", *sorted(question.items)])
        elif isinstance(question, Match):
            text += " ".join(["", *sorted(f"{left} {right}" for left, right in question.pairs)])
    return Prompt(str(question.id), path, question.id.source.line, text)


def _duplicates(bank: Bank) -> Iterator[Finding]:
    triples = [_triples(prompt.text) for prompt in bank.prompts]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, some in enumerate(triples):
        for triple in some:
            places[triple].append(number)
    number_of = {prompt.id: number for number, prompt in enumerate(bank.prompts)}
    for path, questions in bank.files.items():
        for question in questions:
            here = number_of.get(str(question.id))
            if here is None:
                continue
            shared = Counter(number for triple in triples[here] for number in places[triple] if bank.prompts[number].id != question.id)
            alike = {number: count / (len(triples[here]) + len(triples[number]) - count) for number, count in shared.items()}
            number = max(alike, key=alike.__getitem__, default=here)
            other = bank.prompts[number]
            if number != here and alike[number] >= ALIKE and (other.path not in bank.files or _after(bank.prompts[here], other)):
                same = "the same" if alike[number] == 1 else "nearly the same"
                where = f"`{other.id}` ({other.path}:{other.line})"
                yield Finding(path, question, at(question.ask), f"This asks {same} as {where}: ask something else, or delete one of the two.")


def _after(prompt: Prompt, other: Prompt) -> bool:
    """Of two questions that are both looked at, the later one is reported."""
    return (prompt.path, prompt.line) > (other.path, other.line)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return {tuple(words[i : i + WORDS]) for i in range(max(len(words) - WORDS + 1, 1))}


RULES = (
    Rule(
        id="duplicate-question",
        says="No two questions of the bank ask the same, or nearly the same.",
        reason="Readers who meet a question twice remember the answer and not the reason. Two questions on one idea differ by more than a number.",
        bad="""
- id: entropy-coin
  type: numeric
  ask: A coin is fair, and you flip it once. What is the entropy of the outcome in nats?
  answer: 0.693
  tolerance: 0.001
- id: entropy-again
  type: numeric
  ask: A coin is fair, and you flip it once. What is the entropy of the outcome, in nats?
  answer: 0.693
  tolerance: 0.001
""",
        good="""
- id: entropy-coin
  type: numeric
  ask: A coin is fair, and you flip it once. What is the entropy of the outcome in nats?
  answer: 0.693
  tolerance: 0.001
- id: entropy-biased
  type: numeric
  ask: A coin shows heads nine times in ten. How many nats does one flip tell you on average?
  answer: 0.325
  tolerance: 0.001
""",
        bank=_duplicates,
    ),
)
