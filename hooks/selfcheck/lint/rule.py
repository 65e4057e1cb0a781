"""What a rule is, what it looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from selfcheck.fields import Field
from selfcheck.lint.page import Page
from selfcheck.question import Question

Place = tuple[int, int]  # line and column, from 1
Found = tuple[Place, str]  # where something is wrong; what, and how to mend it


@dataclass(frozen=True)
class Prompt:
    """What the whole bank must know of one question."""

    id: str
    path: str
    line: int
    text: str  # what a reader sees of it


@dataclass(frozen=True)
class Base:
    """The bank at the commit from which this branch began, as far as its files have changed since."""

    commit: str
    questions: dict[str, Question] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)  # by id, of those that can't be read any more too
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Bank:
    """The questions that are looked at, and what has to be known of all others."""

    files: dict[str, list[Question]]
    prompts: list[Prompt] = field(default_factory=list)  # of the whole bank
    ids: frozenset[str] = frozenset()  # of the whole bank, of questions that can't be read too
    retired: frozenset[str] = frozenset()
    base: Base | None = None
    found: dict[str, str] = field(default_factory=dict)  # by id: what a proof has found, as Python writes it


@dataclass(frozen=True)
class Finding:
    """Something found in a file of questions; `question` is None where it belongs to none, and so can't be waived."""

    path: str
    question: Question | None
    place: Place
    message: str


@dataclass(frozen=True)
class Rule:
    """`bad` and `good` are questions where the rule looks at these, else pages; tests hold the rule to both."""

    id: str
    says: str
    reason: str
    bad: str
    good: str
    bank: Callable[[Bank], Iterable[Finding]] | None = None
    page: Callable[[Page], Iterable[Found]] | None = None
    needs_base: bool = False  # its examples are one question before and after

    def applies(self, bank: Bank) -> bool:
        return self.bank is not None and not (self.needs_base and bank.base is None)


def each(check: Callable[[Question], Iterable[Found]]) -> Callable[[Bank], Iterator[Finding]]:
    """A rule of the bank that looks at one question at a time."""

    def all_of_them(bank: Bank) -> Iterator[Finding]:
        for path, questions in bank.files.items():
            for question in questions:
                for place, message in check(question):
                    yield Finding(path, question, place, message)

    return all_of_them


def at(text: Field, offset: int = 0) -> Place:
    """Where a character of a text stands in its file."""
    line = text.count("\n", 0, offset)
    if text.source.block:
        return text.source.line + 1 + line, 1
    return text.source.line + line, 1 if line else text.source.column + offset
