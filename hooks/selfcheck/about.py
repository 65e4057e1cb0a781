"""What the handbook says about itself: how many questions there are and how they are checked, chapter by chapter.

Everything is counted in the files that a build reads. A build runs no code of questions, so what is said of programs
is that they are there; `make check` runs each of them.
"""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from handbook.cache import Cache, key
from handbook.errata import Erratum
from handbook.inserts import Unmade, fenced, table
from handbook.reviews import last_review, overdue

from selfcheck.bank import ENGINE, RETIRED
from selfcheck.lint.catalog import RULES
from selfcheck.lint.page import DEFINITION, Page
from selfcheck.quizfile import load, parse, written
from selfcheck.tally import Tally, share

LEVELS = ("warmup", "interview", "advanced")


@dataclass(frozen=True)
class Chapter:
    """A page with questions of its own, or with facts that are reviewed."""

    path: str  # below docs, with its suffix
    title: str
    tally: Tally
    sources: int
    reviewed: date | None
    overdue: bool


def chapters(root: Path, pages: Iterable[tuple[str, Page]], cache: Cache, today: date) -> list[Chapter]:
    """The chapters in the order of their paths. Each page comes with its path below docs."""
    tallies = _tallies(root, cache)
    found = []
    for path, page in pages:
        tally, reviewed = tallies.get(path.rpartition(".")[0], Tally()), last_review(page.meta)
        if tally.questions or reviewed:
            title = str(page.meta.get("title") or (page.headings[0].text if page.headings else path))
            sources = len({found["name"] for found in DEFINITION.finditer(page.markdown)})
            found.append(Chapter(path, title, tally, sources, reviewed, overdue(page.meta, today)))
    return found


def numbers(found: Iterable[Chapter]) -> str:
    """All questions, in one table."""
    tally = sum((chapter.tally for chapter in found), Tally())
    rows = [
        ("Questions", f"{tally.questions}"),
        *((f"of type `{name}`", f"{count}") for name, count in tally.types.most_common()),
        *((f"of level {name}", f"{tally.levels[name]}") for name in LEVELS),
        ("Wrong options that come with their mistake", share(tally.explained, tally.wrong)),
        ("Single choices whose right option is strictly the longest", share(tally.longest, tally.singles)),
        ("Numbers to compute that have a proof", share(tally.proved, tally.numbers)),
        ("Questions of all types that have a proof", f"{tally.proofs}"),
        ("Programs whose output is asked for", f"{tally.outputs}"),
        ("Challenges", f"{tally.challenges}"),
        ("Tests of challenges", f"{tally.tests}"),
        ("Wrong solutions that the tests must catch", f"{tally.broken}"),
    ]
    return table(["What is counted", "Number"], [list(row) for row in rows])


def by_chapter(found: Iterable[Chapter], link: str = "../") -> str:
    """One line for each chapter. `link` leads from the page that shows this to the docs root."""
    rows = []
    for chapter in found:
        tally = chapter.tally
        rows.append(
            [
                f"[{chapter.title}]({link}{chapter.path})",
                f"{tally.questions}",
                " / ".join(f"{tally.levels[level]}" for level in LEVELS),
                f"{tally.proofs + tally.outputs}",
                f"{tally.challenges}",
                f"{tally.broken}",
                f"{chapter.sources}",
                f"{chapter.reviewed}" if chapter.reviewed else "",
            ]
        )
    header = ["Chapter", "Questions", " / ".join(LEVELS), "Proofs and outputs", "Challenges", "Wrong solutions", "Sources", "Last review"]
    return table(header, rows)


def to_review(found: Iterable[Chapter], link: str = "../") -> str:
    late = sorted((chapter.reviewed, chapter) for chapter in found if chapter.overdue and chapter.reviewed)
    if not late:
        return "No page is waiting for its next review."
    return "\n".join(f"- [{chapter.title}]({link}{chapter.path}), last reviewed on {day}" for day, chapter in late)


def errata(found: list[Erratum], link: str = "../") -> str:
    """The mistakes of the list, each a section of its own."""
    if not found:
        return "No mistake has been reported yet."
    parts = []
    for erratum in found:
        place = f"[{erratum.page}]({link}{erratum.page}{f'#q-{erratum.question}' if erratum.question else ''})"
        state = f"corrected on {erratum.corrected}" if erratum.corrected else "not corrected yet"
        now = f"\n- Now: {erratum.now}" if erratum.now else ""
        parts.append(f"**{place}**, reported on {erratum.reported}, {state}\n\n- Before: {erratum.was}{now}")
    return "\n\n".join(parts)


def open_errata(found: Iterable[Erratum]) -> str:
    count = sum(1 for erratum in found if erratum.corrected is None)
    return "No reported mistake is open." if not count else f"Reported mistakes that are open: **{count}**."


def rules() -> str:
    """The rules of style, each a section to link to."""
    parts = []
    for rule in RULES.values():
        language = "markdown" if rule.page else "yaml"
        examples = f"Refused:\n\n{fenced(rule.bad.strip(), language)}\n\nAccepted:\n\n{fenced(rule.good.strip(), language)}"
        folded = "\n".join(f"    {line}".rstrip() for line in examples.splitlines())
        parts.append(f'## {rule.id}\n\n{rule.says}\n\n{rule.reason}\n\n??? example "Example"\n\n{folded}')
    return "\n\n".join(parts)


def contributing(text: str, repository: str) -> str:
    """CONTRIBUTING.md as a page in `docs/contribute/` shows it: without its title, and its links lead from there."""

    def link(found: re.Match[str]) -> str:
        target = found[1]
        if target.startswith("docs/"):
            return f"]({os.path.relpath(target, 'docs/contribute')}{found[2] or ''})"
        return f"]({repository.rstrip('/')}/blob/main/{target}{found[2] or ''})"

    return re.sub(r"\]\((?![a-z]+:|#)([^\s)#]+)(#[^\s)]*)?\)", link, re.sub(r"\A# .*\n", "", text))


def source(root: Path, page: str, name: str) -> str:
    """The YAML of one question of a page's own file."""
    path = root / "quizzes" / f"{page}.yml"
    if not path.exists():
        raise Unmade(f"This page has no questions of its own: write them in `quizzes/{page}.yml`.")
    found = written(path.name, path.read_text(encoding="utf-8"))
    if name in found:
        return fenced(textwrap.dedent(found[name]), "yaml")
    raise Unmade(f"There is no question `{name}` in `quizzes/{page}.yml`: write it, or mend the name.")


def _tallies(root: Path, cache: Cache) -> dict[str, Tally]:
    """By page, without suffix."""
    folder, texts = root / "quizzes", {}
    for path in sorted(folder.rglob("*.yml")):
        if path.name != RETIRED:
            texts[path.relative_to(folder).with_suffix("").as_posix()] = load(root, path)[1]
    keys = {page: key("tally", ENGINE, text) for page, text in texts.items()}
    kept, fresh, found = cache.get_many(keys.values()), {}, {}
    for page, text in texts.items():
        if (known := kept.get(keys[page])) is not None:
            found[page] = Tally.read(json.loads(known))
            continue
        found[page] = Tally.of(entry.question for entry in parse(page, text).entries if entry.question and not entry.problems)
        fresh[keys[page]] = json.dumps(vars(found[page]))
    cache.put_many(fresh)
    return found
