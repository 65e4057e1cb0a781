"""Lints a handbook, or some of its files with what must be known of all others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from handbook.cache import Cache, key
from handbook.problems import Problem

from selfcheck.bank import ENGINE, RETIRED
from selfcheck.lint.duplicates import prompt
from selfcheck.lint.history import base
from selfcheck.lint.page import Page
from selfcheck.lint.rule import Bank, Prompt
from selfcheck.lint.run import lint_bank, lint_page
from selfcheck.quizfile import Quiz, load, parse, parse_retired


def lint(root: Path, quizzes: Iterable[Quiz], pages: Iterable[Page], cache: Cache, compare_with: str = "") -> Iterator[Problem]:
    """What is wrong with these files. `compare_with` names the commit that ids and revisions are compared with."""
    looked_at = {quiz.path: quiz for quiz in quizzes}
    prompts = {quiz.path: _prompts(quiz) for quiz in looked_at.values()}
    ids = {entry.id for quiz in looked_at.values() for entry in quiz.entries}
    retired: list[str] = []
    for path in sorted((root / "quizzes").rglob("*.yml")):
        name, text, _ = load(root, path)
        if path.name == RETIRED:
            retired, _ = parse_retired(name, text)
        elif name not in looked_at:
            prompts[name], more = _known(name, text, cache)
            ids |= more
    yield from lint_bank(
        Bank(
            # What can't be read has other problems first.
            {path: [entry.question for entry in quiz.entries if entry.question and not entry.problems] for path, quiz in looked_at.items()},
            [one for some in prompts.values() for one in some],
            frozenset(ids),
            frozenset(retired),
            base(root, compare_with),
        )
    )
    for page in pages:
        yield from lint_page(page)


def _prompts(quiz: Quiz) -> list[Prompt]:
    return [prompt(entry.question, quiz.path) for entry in quiz.entries if entry.question and not entry.problems]


def _known(path: str, text: str, cache: Cache) -> tuple[list[Prompt], set[str]]:
    """What has to be known of a file that isn't looked at."""
    digest = key("prompts", ENGINE, path, text)
    if (kept := cache.get(digest)) is not None:
        prompts, ids = json.loads(kept)
        return [Prompt(**prompt) for prompt in prompts], set(ids)
    quiz = parse(path, text)
    found, names = _prompts(quiz), {entry.id for entry in quiz.entries}
    cache.put(digest, json.dumps([[vars(one) for one in found], sorted(names)], ensure_ascii=False))
    return found, names
