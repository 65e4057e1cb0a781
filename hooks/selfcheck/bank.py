"""All questions of the handbook, rendered, with everything that is wrong with them.

A file is rendered once and then taken from the cache, by everything it depends on: its own bytes, this package, the
Markdown settings and the formula renderer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from handbook import safe_html
from handbook.cache import Cache, key
from handbook.problems import Problem

from selfcheck.fields import Field
from selfcheck.flavor import Flavor
from selfcheck.fragment import Fragment, render, texts
from selfcheck.quizfile import Entry, load, parse, parse_retired

Typeset = Callable[[str], tuple[str, Iterable[Any]]]  # HTML in, HTML out and the formulas that were refused
RETIRED = "retired.yml"
BETWEEN = "\n<!--\ue002-->\n"  # joins texts for typesetting in one go; can't stand in any of them

ENGINE = key(
    *(file.read_bytes() for file in [*sorted(Path(__file__).parent.rglob("*.py")), Path(safe_html.__file__)]),
    *(version(name) for name in ("markdown", "pymdown-extensions", "pygments", "pydantic")),
)


@dataclass(frozen=True)
class Reference:
    """Something that a question's text leads to, and where that stands."""

    target: str
    path: str
    line: int
    column: int


@dataclass
class Leaf:
    """What the bank keeps of one file."""

    path: str  # of the file, from the project's root
    page: str  # the page of the same path, without suffix
    fragments: list[Fragment] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    broken: dict[str, list[Problem]] = field(default_factory=dict)  # by id; "" for what belongs to no single question
    order: list[str] = field(default_factory=list)  # ids, broken ones too, as the file has them

    @property
    def problems(self) -> list[Problem]:
        return sorted(problem for problems in self.broken.values() for problem in problems)


@dataclass
class Bank:
    """The questions by id, and the files by page."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    fragments: dict[str, Fragment] = field(default_factory=dict)
    homes: dict[str, Leaf] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, leaf: Leaf, retired: Iterable[str] = ()) -> None:
        """Takes a file in; ids that another file has already, or that are retired, become problems."""
        for fragment in leaf.fragments:
            home = self.homes.get(fragment.id)
            if home is not None and home is not leaf:
                message = f"`{fragment.id}` is the id of a question in {home.path} too: ids are unique in the whole bank."
            elif fragment.id in retired:
                message = f"`{fragment.id}` is the id of a retired question: choose another, since readers' old answers are stored under it."
            else:
                self.fragments[fragment.id] = fragment
                continue
            leaf.broken.setdefault(fragment.id, []).append(Problem(leaf.path, fragment.line, 1, message))
        for name in leaf.order:
            self.homes.setdefault(name, leaf)
        self.leaves[leaf.page] = leaf
        self.problems += leaf.problems


class Library:
    """Reads the bank from its folder, as often as it changes."""

    def __init__(self, flavor: Flavor, typeset: Typeset, fingerprint: str, cache: Cache) -> None:
        self.flavor, self.typeset, self.cache = flavor, typeset, cache
        self.fingerprint = key(ENGINE, json.dumps(flavor.settings, sort_keys=True, default=str), fingerprint)

    def read(self, root: Path, folder: Path) -> Bank:
        """`root` is the project's, for the names of files; `folder` holds the quiz files."""
        bank = Bank()
        retired: list[str] = []
        if (folder / RETIRED).exists():
            name, text, problems = load(root, folder / RETIRED)
            retired, more = parse_retired(name, text)
            bank.problems += problems + more
        found = []
        for path in sorted(folder.rglob("*.yml")):
            if path.relative_to(folder).as_posix() == RETIRED:
                continue
            name, text, problems = load(root, path)
            page = path.relative_to(folder).with_suffix("").as_posix()
            found.append((key(self.fingerprint, name, page, text), name, page, text, problems))
        bank.problems += [
            Problem(path.relative_to(root).as_posix(), 1, 1, "Quiz files end in `.yml`: rename this one, or it is never read.")
            for path in sorted(folder.rglob("*.yaml"))
        ]
        kept = self.cache.get_many(digest for digest, *_ in found)
        fresh = {}
        for digest, name, page, text, problems in found:
            leaf = _thawed(kept.get(digest))
            if leaf is None:
                leaf = self.rendered(name, page, text) if not problems else Leaf(name, page, broken={"": problems})
                if not leaf.broken:
                    fresh[digest] = json.dumps(vars(leaf), default=vars, ensure_ascii=False)
            bank.add(leaf, retired)
        self.cache.put_many(fresh)
        return bank

    def rendered(self, path: str, page: str, text: str) -> Leaf:
        """Reads and renders one file."""
        quiz = parse(path, text)
        leaf = Leaf(path, page, order=[entry.id for entry in quiz.entries if entry.id])
        if quiz.problems:
            leaf.broken[""] = quiz.problems
        for entry in quiz.entries:
            problems = list(entry.problems)
            if entry.question is not None and not problems:
                leaf.fragments.append(self._fragment(entry, leaf, problems))
            if problems:
                leaf.broken.setdefault(entry.id, []).extend(problems)
        self._typeset(leaf, quiz.entries)
        leaf.fragments = [fragment for fragment in leaf.fragments if fragment.id not in leaf.broken]
        return leaf

    def _fragment(self, entry: Entry, leaf: Leaf, problems: list[Problem]) -> Fragment:
        assert entry.question is not None
        self.flavor.complaints, self.flavor.links = [], []
        fragment = render(entry.question, entry.line, self.flavor)
        problems += [_at(leaf.path, text, part, message) for text, part, message in self.flavor.complaints]
        links = [(link.target, link.text) for link in self.flavor.links]
        if entry.question.see:
            links.append((str(entry.question.see), entry.question.see))
        leaf.references += [
            Reference(target, leaf.path, text.source.line_of(target), 1 if text.source.block else text.source.column) for target, text in links
        ]
        return fragment

    def _typeset(self, leaf: Leaf, entries: list[Entry]) -> None:
        html, errors = self.typeset(BETWEEN.join(fragment.whole for fragment in leaf.fragments))
        leaf.fragments = [replace(f, whole=whole) for f, whole in zip(leaf.fragments, html.split(BETWEEN), strict=False)]
        for error in errors:
            entry, text = _holder(error.tex, entries)
            tex = error.tex.strip()
            leaf.broken.setdefault(entry.id, []).append(_at(leaf.path, text, tex, f"The formula `{tex}` is refused: {error.message}"))


def _at(path: str, text: Field, part: str, message: str) -> Problem:
    """A problem at the line of a text on which `part` stands."""
    return Problem(path, text.source.line_of(part), 1 if text.source.block else text.source.column, message)


def _holder(tex: str, entries: list[Entry]) -> tuple[Entry, Field]:
    """The question and the text in which a formula stands."""
    wanted = "".join(tex.split())
    readable = [(entry, text) for entry in entries if entry.question for text in texts(entry.question)]
    for entry, text in readable:
        if wanted in "".join(text.split()):
            return entry, text
    return readable[0]


def _thawed(text: str | None) -> Leaf | None:
    if text is None:
        return None
    try:
        data = json.loads(text)
        data["fragments"] = [Fragment(**item) for item in data["fragments"]]
        data["references"] = [Reference(**item) for item in data["references"]]
        return Leaf(**data)
    except (ValueError, TypeError, KeyError):  # a damaged entry is as good as none
        return None
