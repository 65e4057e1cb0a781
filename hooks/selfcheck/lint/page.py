"""A page as rules see it: its front matter, its headings, and its prose without code, formulas and markup.

This module knows Markdown and nothing of rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
SENTENCE = re.compile(r"^(?:title|description): (.*)$", re.MULTILINE)  # what is prose in front matter
FENCE = re.compile(r"^(?P<indent>[ >\t]*)(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ >\t]*(?P=fence)[`~]*[ \t]*$|.*\Z)", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FORMULA = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<![\\$])\$(?!\s)(?:\\.|[^\\$\n]|\n(?!\s*\n))+?(?<!\s)\$", re.DOTALL)
DEFINITION = re.compile(r"^\[\^(?P<name>[^\]\s]+)\]:.*(?:\n(?:[ \t]+\S.*|[ \t]*(?=\n[ \t]+\S)))*", re.MULTILINE)
MARKUP = re.compile(
    r"""\[\^[^\]\s]+\]            # a footnote
    | \]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+"[^"\n]*")?\)  # where a link leads
    | \]\[[^\]\n]*\]
    | \{[:.#\s][^}\n]*\}          # attributes
    | <?https?://[^\s>)]+>?
    | </?[A-Za-z][^<>]*>
    | &\#?\w+;""",
    re.VERBOSE,
)
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A heading, with the line on which it stands."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """A page as it is written. Every view of it below has the same length, so that places stay places."""

    path: str  # of the file that people write, from the project's root
    source: str

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The front matter; empty where it can't be read, which the build reports."""
        found = FRONT_MATTER.match(self.source)
        try:
            meta = yaml.safe_load(found[1]) if found else None
        except yaml.YAMLError:
            return {}
        return meta if isinstance(meta, dict) else {}

    @cached_property
    def markdown(self) -> str:
        """Without front matter and what is literal: code and comments."""
        return literal(FRONT_MATTER.sub(_blank, self.source))

    @cached_property
    def text(self) -> str:
        """What people read as words, title and description included; without sources, whose titles and names are others' words."""
        front = FRONT_MATTER.match(self.source)
        kept = list(" " * len(self.source))
        for found in SENTENCE.finditer(front[1]) if front else ():
            kept[4 + found.start(1) : 4 + found.end(1)] = found[1]
        body = prose(DEFINITION.sub(_blank, self.markdown))
        return "".join(b if b == "\n" or not b.isspace() else k for k, b in zip(kept, body, strict=True))

    @cached_property
    def headings(self) -> list[Heading]:
        return [
            Heading(len(found[1]), self._written(found), self.markdown.count("\n", 0, found.start()) + 1) for found in HEADING.finditer(self.markdown)
        ]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character."""
        return self.source.count("\n", 0, offset) + 1, offset - self.source.rfind("\n", 0, offset)

    def line_of(self, key: str) -> int:
        """The line of a key of the front matter."""
        front = FRONT_MATTER.match(self.source)
        found = re.search(rf"^{re.escape(key)}:", front[1], re.MULTILINE) if front else None
        return front[1].count("\n", 0, found.start()) + 2 if front and found else 1

    def _written(self, heading: re.Match[str]) -> str:
        text = self.source[heading.start(2) : heading.end(2)]
        return re.sub(r"\s*\{[^}]*\}$", "", text)


def literal(text: str) -> str:
    """Blanks out code and comments."""
    for pattern in (FENCE, CODE, COMMENT):
        text = pattern.sub(_blank, text)
    return text


@cache
def prose(text: str) -> str:
    """Blanks out everything that isn't words."""
    for pattern in (FENCE, CODE, COMMENT, FORMULA, MARKUP):
        text = pattern.sub(_blank, text)
    return text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
