"""Puts text that is made from the project into a page: `<!-- insert: name -->` or `<!-- insert: name argument -->`.

What is made is Markdown, and passes everything that the Markdown of the page passes. This module knows nothing of what
is made.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping

MARK = re.compile(r"^<!-- insert: ?(?P<name>[^\s>]+)(?: (?P<argument>[^\s>]+))? -->[ \t]*$", re.MULTILINE)

Maker = Callable[[str], str]  # the argument, or "", to Markdown; raises Unmade


class Unmade(Exception):
    """Why something can't be made, for the contributor."""


def fill(markdown: str, makers: Mapping[str, Maker]) -> tuple[str, list[tuple[str, str]]]:
    """The page with everything in its place; marks that ask for what there isn't, each with what is wrong with it."""
    problems: list[tuple[str, str]] = []

    def made(mark: re.Match[str]) -> str:
        try:
            if mark["name"] not in makers:
                near = difflib.get_close_matches(mark["name"], makers, n=1) or sorted(makers)
                raise Unmade(f"Nothing is made under the name `{mark['name']}`: write {' or '.join(f'`{name}`' for name in near)}.")
            return makers[mark["name"]](mark["argument"] or "")
        except Unmade as why:
            problems.append((mark[0], str(why)))
            return ""

    return MARK.sub(made, markdown), problems


def table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; columns after the first are numbers, and stand to the right."""
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fenced(text: str, language: str) -> str:
    """A block of code; its fence is longer than any in the text."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
