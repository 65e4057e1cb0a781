"""Counts questions: what there is of them, and what of it can be run. Nothing is run here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from selfcheck.kinds.code import Code
from selfcheck.kinds.numeric import Numeric
from selfcheck.kinds.output import Output
from selfcheck.kinds.single import Choice, Single, Wrong
from selfcheck.lint.choices import lengths
from selfcheck.question import Question


@dataclass
class Tally:
    """Numbers that can be added up."""

    questions: int = 0
    types: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    singles: int = 0
    longest: int = 0  # single choices whose right option is strictly the longest
    wrong: int = 0  # options
    explained: int = 0
    numbers: int = 0
    proved: int = 0  # numbers
    proofs: int = 0
    outputs: int = 0  # programs whose output is asked for
    challenges: int = 0
    tests: int = 0
    broken: int = 0  # wrong solutions

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Tally:
        tally = cls()
        for question in questions:
            tally.questions += 1
            tally.types[question.type] += 1
            tally.levels[str(question.level)] += 1
            tally.proofs += bool(question.proof)
            if isinstance(question, Single):
                right, wrong = lengths(question)
                tally.singles += 1
                tally.longest += right > wrong
            if isinstance(question, Choice):
                options = [option for option in question.options if isinstance(option, Wrong)]
                tally.wrong += len(options)
                tally.explained += sum(1 for option in options if option.why)
            if isinstance(question, Numeric):
                tally.numbers += 1
                tally.proved += bool(question.proof)
            tally.outputs += isinstance(question, Output)
            if isinstance(question, Code):
                tally.challenges += 1
                tally.tests += len(question.tests)
                tally.broken += len(question.broken)
        return tally

    @classmethod
    def read(cls, data: dict[str, Any]) -> Tally:
        """From what `vars` gives, stored as JSON."""
        return cls(**{**data, **{name: Counter(value) for name, value in data.items() if isinstance(value, dict)}})

    def __add__(self, other: Tally) -> Tally:
        total = Tally()
        for item in fields(self):
            setattr(total, item.name, getattr(self, item.name) + getattr(other, item.name))
        return total


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def share(part: int, whole: int, of: str = "") -> str:
    return f"{part} of {whole} {of}".strip() + (f" ({part / whole:.0%})" if whole else "")
