"""Lints a handbook, or some of its files with what must be known of all others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from handbook.cache import Cache, key
from handbook.problems import Problem

from selfcheck.bank import ENGINE, RETIRED
from selfcheck.lint.duplicates import prompt
from selfcheck.lint.page import Page
from selfcheck.lint.rule import Bank, Base, Prompt
from selfcheck.lint.run import lint_bank, lint_page
from selfcheck.quizfile import Quiz, load, parse, parse_retired


def lint(
    root: Path, quizzes: Iterable[Quiz], pages: Iterable[Page], cache: Cache, base: Base | None = None, found: dict[str, str] | None = None
) -> Iterator[Problem]:
    """What is wrong with these files. `found` is what proofs have found, by id."""
    looked_at = {quiz.path: quiz for quiz in quizzes}
    texts = {name: text for path in sorted((root / "quizzes").rglob("*.yml")) for name, text, _ in [load(root, path)]}
    retired, _ = parse_retired(RETIRED, texts.pop(f"quizzes/{RETIRED}", ""))
    known = _known(looked_at, texts, cache)
    yield from lint_bank(
        Bank(
            # What can't be read has other problems first.
            {path: [entry.question for entry in quiz.entries if entry.question and not entry.problems] for path, quiz in looked_at.items()},
            [prompt for one in known for prompt in one.prompts],
            frozenset(name for one in known for name in one.ids),
            frozenset(retired),
            base,
            found or {},
        )
    )
    for page in pages:
        yield from lint_page(page)


@dataclass(frozen=True)
class _Known:
    """What has to be known of every file."""

    prompts: list[Prompt]
    ids: list[str]

    @classmethod
    def of(cls, quiz: Quiz) -> _Known:
        sound = [entry.question for entry in quiz.entries if entry.question and not entry.problems]
        return cls([prompt(question, quiz.path) for question in sound], [entry.id for entry in quiz.entries])


def _known(looked_at: Mapping[str, Quiz], texts: Mapping[str, str], cache: Cache) -> list[_Known]:
    """Of files that were read before, from the cache."""
    digests = {path: key("prompts", ENGINE, path, text) for path, text in texts.items()}
    kept = cache.get_many(digests.values())
    known, fresh = [_Known.of(quiz) for path, quiz in looked_at.items() if path not in texts], {}
    for path, digest in digests.items():
        if digest in kept:
            prompts, ids = json.loads(kept[digest])
            known.append(_Known([Prompt(**one) for one in prompts], ids))
        else:
            known.append(_Known.of(looked_at[path] if path in looked_at else parse(path, texts[path])))
            fresh[digest] = json.dumps([[vars(one) for one in known[-1].prompts], known[-1].ids], ensure_ascii=False)
    cache.put_many(fresh)
    return known
