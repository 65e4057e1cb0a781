"""What readers have answered stays what it was: ids and revisions, compared with the commit from which the branch began."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from selfcheck.bank import RETIRED
from selfcheck.kinds.cloze import Cloze
from selfcheck.kinds.match import Match
from selfcheck.kinds.numeric import Numeric
from selfcheck.kinds.open import Open
from selfcheck.kinds.order import Order
from selfcheck.kinds.output import Output, lines
from selfcheck.kinds.short import Short
from selfcheck.kinds.single import Choice, Right
from selfcheck.lint.rule import Bank, Base, Finding, Rule, at
from selfcheck.question import Question
from selfcheck.quizfile import parse, parse_retired

MAIN = ("origin/main", "main")


class NoBase(Exception):
    """The commit that was asked for is none."""


def base(root: Path, wanted: str = "") -> Base | None:
    """The bank where this branch left the main one, or at `wanted`; None where there is no history to compare with."""
    commit = next(filter(None, (_git(root, "merge-base", "HEAD", name).strip() for name in ([wanted] if wanted else MAIN))), "")
    if not commit:
        if wanted:
            raise NoBase(f"There is no common commit with `{wanted}`, which BASE names: fetch it, or leave BASE out.")
        return None
    changed = _git(root, "diff", "--name-only", "--no-renames", "--relative", commit, "--", "quizzes").splitlines()
    found = Base(commit)
    retired = set(parse_retired(RETIRED, _git(root, "show", f"{commit}:./quizzes/{RETIRED}"))[0])
    for path in changed:
        if path.endswith(".yml") and path != f"quizzes/{RETIRED}":
            for entry in parse(path, _git(root, "show", f"{commit}:./{path}")).entries:
                found.homes[entry.id] = path
                if entry.question:
                    found.questions[entry.id] = entry.question
    return Base(commit, found.questions, found.homes, frozenset(retired))


def _git(root: Path, *arguments: str) -> str:
    """What git says, or nothing where there is no git, no repository or no such thing in it."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _revisions(bank: Bank) -> Iterator[Finding]:
    assert bank.base
    for path, questions in bank.files.items():
        for question in questions:
            before = bank.base.questions.get(str(question.id))
            if before is None or before.type != question.type or question.revision > before.revision:
                continue
            for what in _differences(before, question):
                yield Finding(
                    path,
                    question,
                    at(question.rev or question.id),
                    f"{what}, and `rev` is {question.revision} as before: write `rev: {before.revision + 1}`, "
                    "so that earlier answers don't count as answers to this.",
                )
                break


def _differences(before: Question, now: Question) -> Iterator[str]:
    """How the key has changed; what is only spelled differently has not."""
    if isinstance(before, Choice) and isinstance(now, Choice):
        old, new = ([(isinstance(o, Right), o.text) for o in question.options] for question in (before, now))
        if len(old) != len(new):
            yield f"An option was {'added' if len(new) > len(old) else 'removed'}"
        for side, name in ((True, "a right option"), (False, "a wrong option")):
            if not _same((text for right, text in old if right is side), (text for right, text in new if right is side)):
                yield f"{name.capitalize()} has changed"
    elif isinstance(before, Numeric) and isinstance(now, Numeric):
        if before.answer_.value != now.answer_.value or list(before.unit or ())[:1] != list(now.unit or ())[:1]:
            yield "The answer has changed"
    elif isinstance(before, Short) and isinstance(now, Short):
        if before.accept[0] not in now.accept:
            yield "The answer has changed"
    elif isinstance(before, Cloze) and isinstance(now, Cloze):
        if set(before.blanks) != set(now.blanks) or any(before.blanks[name].accept[0] not in now.blanks[name].accept for name in now.blanks):
            yield "The blanks have changed"
    elif isinstance(before, Output) and isinstance(now, Output):
        if lines(before.prints) != lines(now.prints):
            yield "The output has changed"
    elif isinstance(before, Order) and isinstance(now, Order):
        if [_letters(item) for item in before.items] != [_letters(item) for item in now.items] and not _typos(before.items, now.items):
            yield "The items or their order have changed"
    elif isinstance(before, Match) and isinstance(now, Match):
        if not _same(map(" = ".join, before.pairs), map(" = ".join, now.pairs)) or not _same(before.extra or (), now.extra or ()):
            yield "The pairs have changed"
    elif isinstance(before, Open) and isinstance(now, Open) and not _same(before.rubric, now.rubric):
        yield "The rubric has changed"


def _same(before: Iterable[str], now: Iterable[str]) -> bool:
    """Whether two lists say the same, in whatever order, typing errors aside."""
    old, new = list(before), list(now)
    if len(old) != len(new):
        return False
    for text in old:
        match = next((other for other in new if _letters(text) == _letters(other)), None) or next(
            (other for other in new if _typos([text], [other])), None
        )
        if match is None:
            return False
        new.remove(match)
    return True


def _letters(text: str) -> str:
    """The text without what carries no meaning; code and formulas are kept as they are."""
    pieces = re.split(r"(`[^`]*`|\$[^$]*\$)", text)
    kept = [piece if i % 2 else re.sub(r"(?<!\d)[.,](?!\d)|[;:!?'’\"“”*_]", " ", piece.lower()) for i, piece in enumerate(pieces)]
    return " ".join("".join(kept).split())


def _typos(before: Iterable[str], now: Iterable[str]) -> bool:
    """Whether two lists differ, place by place, by one letter in long words at most."""
    old, new = ([_letters(text).split() for text in texts] for texts in (before, now))
    if [len(words) for words in old] != [len(words) for words in new]:
        return False
    return all(_typo(a, b) for one, other in zip(old, new, strict=True) for a, b in zip(one, other, strict=True))


def _typo(one: str, other: str) -> bool:
    if one == other:
        return True
    if not (one.isalpha() and other.isalpha()) or max(len(one), len(other)) < 5:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _vanished(bank: Bank) -> Iterator[Finding]:
    assert bank.base
    known = bank.ids | bank.retired
    for name, path in bank.base.homes.items():
        if name and name not in known:
            yield Finding(
                f"quizzes/{RETIRED}",
                None,
                (1, 1),
                f"`{name}` was a question in {path} and is gone: write its id below `retired` here, so that it is never used again.",
            )
    for name in sorted(bank.base.retired - known):
        yield Finding(
            f"quizzes/{RETIRED}", None, (1, 1), f"`{name}` was retired and is not listed any more: put it back, since it must never be used again."
        )


def _reused(bank: Bank) -> Iterator[Finding]:
    assert bank.base
    for path, questions in bank.files.items():
        for question in questions:
            before = bank.base.questions.get(str(question.id))
            if before is not None and before.type != question.type:
                yield Finding(
                    path,
                    question,
                    at(question.id),
                    f"`{question.id}` was of type `{before.type}`: readers' answers to that can't be read as answers to `{question.type}`. "
                    "Choose another id, and retire this one.",
                )


BEFORE = """
- id: variance
  type: numeric
  ask: What is the variance of the sum of two dice, to one decimal?
  answer: 5.8
  tolerance: 0.05
"""
RULES = (
    Rule(
        id="rev-not-raised",
        says="`rev` goes up when the key changes: an answer, a right option, an option added or removed, an item, a pair, a point of a rubric.",
        reason="Readers' answers are stored with the revision they belong to. Without a new one, an old answer counts as one to the new question.",
        bad=BEFORE,
        good=BEFORE.replace("  ask", "  rev: 2\n  ask").replace("two dice", "three dice").replace("5.8", "8.8"),
        bank=_revisions,
        needs_base=True,
    ),
    Rule(
        id="id-vanished",
        says=f"The id of a question that was removed stands in `quizzes/{RETIRED}`.",
        reason="Readers' answers are stored under it. A later question of the same id would inherit them.",
        bad="# the question `variance` is gone",
        good="retired:\n  - variance",
        bank=_vanished,
        needs_base=True,
    ),
    Rule(
        id="id-reused",
        says="An id stays with one type of question.",
        reason="A stored answer to a number can't be read as a choice.",
        bad=BEFORE,
        good=BEFORE.replace("id: variance", "id: variance-of-three"),
        bank=_reused,
        needs_base=True,
    ),
)
