"""Puts questions into pages, and keeps account of which stand where.

In two steps: `prompts` when the page's content is there, `complete` when its whole HTML is. In between, search has
seen the prompts and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import groupby
from urllib.parse import quote

from handbook.problems import Problem

from selfcheck.bank import Bank
from selfcheck.flavor import INTERNAL
from selfcheck.fragment import FOOT, SLOT, TITLE, Fragment, slot
from selfcheck.markers import find, unclosed

LINKS = re.compile(f'="{INTERNAL}([^"#]*)(?:#([^"]*))?"(>{TITLE}[^<]*)?')
HEADING = re.compile(r"</h1>")
PROGRESS = '<self-check-page class="sc-page"></self-check-page>'

# A path below docs and an anchor (or "") to the address from this page, and the title of the page or the section.
Locate = Callable[[str, str], tuple[str, str] | None]


@dataclass(frozen=True)
class Project:
    """Where the project's repository is."""

    repository: str = ""
    branch: str = "main"

    def edit(self, path: str, line: int) -> str:
        return f"{self.repository.rstrip('/')}/edit/{self.branch}/{path}#L{line}"

    def report(self, fragment: Fragment, page: str) -> str:
        """A form about the question on the page of this (quoted) address. Nothing the reader typed goes along."""
        about = f"title=Question+{fragment.id}&question={fragment.id}&rev={fragment.rev}&page={page}"
        return f"{self.repository.rstrip('/')}/issues/new?template=wrong-answer.yml&{about}"


@dataclass
class Placement:
    """The questions of one build in its pages."""

    bank: Bank
    project: Project = field(default_factory=Project)
    pages: dict[str, list[str]] = field(default_factory=dict)  # ids by page, in order
    problems: list[Problem] = field(default_factory=list)

    def prompts(self, html: str, page: str, path: str, source: str) -> str:
        """Replaces the markers of a page by the prompts of its questions.

        `page` is its path below docs without suffix, `path` its file from the project's root, `source` that file's text.
        """
        self.pages[page] = []
        if line := unclosed(source):
            return html + self._wrong(path, line, "This marker is never closed: end it with `-->` on the same line.")
        markers = find(html, source)
        leaf = self.bank.leaves.get(page)
        named = {name for marker in markers for name in marker.ids or ()}
        placed: list[str] = []
        pieces, at, rest_line = [], 0, 0
        for marker in markers:
            pieces.append(html[at : marker.start])
            at = marker.end
            if marker.wrong:
                pieces.append(self._wrong(path, marker.line, marker.wrong))
                continue
            if marker.ids is None:
                if rest_line:
                    pieces.append(self._wrong(path, marker.line, f"`<!-- quiz -->` stands in line {rest_line} already: it can stand once on a page."))
                    continue
                rest_line = marker.line
                names = [name for name in leaf.order if name not in named] if leaf else []
                if leaf is None:
                    pieces.append(self._wrong(path, marker.line, f"This page has no questions of its own: write them in `quizzes/{page}.yml`."))
                elif not names and "" not in leaf.broken:
                    pieces.append(self._wrong(path, marker.line, "Other markers of this page name all its questions already: delete this one."))
                if leaf and "" in leaf.broken:
                    pieces.append(_shown(leaf.broken[""]))
            else:
                names = list(marker.ids)
            fresh = [name for name in dict.fromkeys(names) if name not in placed]
            for name in (Counter(names) - Counter(fresh)).elements():
                pieces.append(self._wrong(path, marker.line, f"`{name}` stands on this page already: a question stands once on a page."))
            for there, group in groupby(fresh, self.bank.fragments.__contains__):
                if there:
                    pieces.append(slot([self.bank.fragments[name] for name in group]))
                else:
                    pieces += (self._missing(name, path, marker.line) for name in group)
            placed += fresh
        self.pages[page] = [name for name in placed if name in self.bank.fragments]
        html = "".join(pieces) + html[at:]
        if self.pages[page]:
            html, count = HEADING.subn(lambda end: end[0] + PROGRESS, html, count=1)
            html = html if count else PROGRESS + html
        return html

    def complete(self, html: str, address: str, locate: Locate) -> str:
        """Fills in what search must not see. `address` is the page's own; `locate` tells where links lead from it."""

        page = quote(address, safe="")

        def whole(place: re.Match[str]) -> str:
            fragments = (self.bank.fragments[name] for name in place[1].split())
            return "".join(fragment.whole.replace(FOOT, self._foot(fragment, page)) for fragment in fragments)

        @cache
        def located(target: str, anchor: str) -> tuple[str, str]:
            url, name = locate(target, anchor) or ("#", target)
            return escape(url), escape(name)

        def link(found: re.Match[str]) -> str:
            url, name = located(found[1], found[2] or "")
            return f'="{url}">{name}' if found[3] else f'="{url}"'

        return LINKS.sub(link, SLOT.sub(whole, html))

    def unplaced(self) -> list[Problem]:
        """Questions that no page shows."""
        placed = {name for names in self.pages.values() for name in names}
        return [
            Problem(
                leaf.path,
                fragment.line,
                1,
                f"`{fragment.id}` stands on no page: put `<!-- quiz -->` or `<!-- quiz: {fragment.id} -->` into docs/{leaf.page}.",
            )
            for leaf in self.bank.leaves.values()
            for fragment in leaf.fragments
            if fragment.id not in placed and fragment.id in self.bank.fragments
        ]

    def dangling(self, anchors: dict[str, set[str] | None]) -> list[Problem]:
        """Links of questions that lead nowhere. `anchors` are those of every page and file; None where they aren't known."""
        problems = []
        for leaf in self.bank.leaves.values():
            for reference in leaf.references:
                target, _, anchor = reference.target.partition("#")
                known = anchors.get(target, set())
                if target not in anchors:
                    message = f"There is no `docs/{target}`: mend the link."
                elif anchor and known is not None and anchor not in known:
                    message = f"`docs/{target}` has no section `#{anchor}`: mend the link."
                else:
                    continue
                problems.append(Problem(reference.path, reference.line, reference.column, message))
        return problems

    def _missing(self, name: str, path: str, line: int) -> str:
        home = self.bank.homes.get(name)
        if home is not None and name in home.broken:
            return _shown(home.broken[name])
        return self._wrong(path, line, f"There is no question `{name}`: write it, or mend the marker.")

    def _wrong(self, path: str, line: int, message: str) -> str:
        problem = Problem(path, line, 1, message)
        self.problems.append(problem)
        return _shown([problem])

    def _foot(self, fragment: Fragment, page: str) -> str:
        links = f'<a class="sc-permalink" href="#q-{fragment.id}">Link</a>'
        if self.project.repository:
            home = self.bank.homes[fragment.id]
            links += (
                f' <a class="sc-edit" href="{escape(self.project.edit(home.path, fragment.line))}">Edit this question</a>'
                f' <a class="sc-report" href="{escape(self.project.report(fragment, page))}">Report a problem</a>'
            )
        return f'<p class="sc-foot"><span class="sc-level">{fragment.level}</span> {links}</p>'


def _shown(problems: list[Problem]) -> str:
    """Problems where the question would stand, for whoever is writing it."""
    lines = "\n".join(map(str, problems))
    return f'<div class="admonition failure"><p class="admonition-title">A question is missing here</p><pre>{escape(lines)}</pre></div>'
