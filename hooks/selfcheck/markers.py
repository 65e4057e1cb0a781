"""Finds the markers of a page: `<!-- quiz -->` and `<!-- quiz: id id -->`, alone on their lines.

The page's HTML says which markers there are and what is around them, since in a code block a marker is mere text. The
page's source says in which line each stands. This module knows HTML and nothing of questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# What a marker looks like once someone meant one; only WELL_FORMED ones are.
MEANT = re.compile(r"<!--\s*quiz\b", re.IGNORECASE)
WELL_FORMED = re.compile(r"<!-- ?quiz(?:: *(?P<ids>[^\s>]+(?:[ ,]+[^\s>]+)*))? *-->")
COMMENT = re.compile(r"<!--\s*quiz\b.*?-->", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"(`+)[^`].*?\1")
FENCE = re.compile(r"^\s*(?:[>*+-]\s+|\d+[.)]\s+)*(`{3,}|~{3,})")
# A question is a block; these elements hold only a line of text, or end when a block begins.
NO_BLOCKS = "p|h[1-6]|th|td|a|span|em|strong|summary|dt|caption|label"
# What the site's extensions write is well-formed, and in code and attributes `<` is escaped.
TOKEN = re.compile(rf"<(?:(?P<comment>!--\s*quiz\b.*?-->)|(?P<end>/?)(?P<tag>{NO_BLOCKS})\b[^>]*>)", re.IGNORECASE | re.DOTALL)
REMEDY = "write `<!-- quiz -->` or `<!-- quiz: an-id another-id -->`, alone on its line"


@dataclass(frozen=True)
class Marker:
    """One marker of a page. `ids` is None where it stands for all that no other marker names."""

    start: int  # in the HTML
    end: int
    line: int  # in the page's source
    ids: tuple[str, ...] | None
    wrong: str = ""  # what keeps it from being one


def find(html: str, source: str) -> list[Marker]:
    """The markers of a page in order. `source` is the page as it is written, front matter included."""
    if not MEANT.search(html) and not MEANT.search(source):
        return []
    written = _written(source)
    markers = []
    for start, end, inside in _comments(html):
        text = html[start:end]
        # A marker the source has and the HTML has not (in indented code, say) is passed over.
        same = next((i for i, (_, words) in enumerate(written) if words == _words(text)), None)
        line = written[same][0] if same is not None else 1
        del written[: same + 1 if same is not None else 0]
        form = WELL_FORMED.fullmatch(text)
        if form is None:
            markers.append(Marker(start, end, line, (), f"This marker can't be read: {REMEDY}."))
        elif inside:
            markers.append(
                Marker(
                    start, end, line, (), f"A marker can't stand inside <{inside}>: give it a line of its own, with an empty line before and after."
                )
            )
        else:
            markers.append(Marker(start, end, line, tuple(re.split(r"[ ,]+", form["ids"])) if form["ids"] else None))
    return markers


def unclosed(source: str) -> int | None:
    """The line of a marker that is never closed and so would swallow the rest of the page."""
    if not MEANT.search(source):
        return None
    masked = _without_code(source)
    for meant in MEANT.finditer(masked):
        line_end = masked.find("\n", meant.start())
        closing = masked.find("-->", meant.start())
        if closing < 0 or (line_end >= 0 and closing > line_end):
            return masked.count("\n", 0, meant.start()) + 1
    return None


def _written(source: str) -> list[tuple[int, str]]:
    """What looks like a marker in the source, each with its line."""
    masked = _without_code(source)
    return [(masked.count("\n", 0, comment.start()) + 1, _words(comment[0])) for comment in COMMENT.finditer(masked)]


def _words(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=1)  # asked twice for every page
def _without_code(source: str) -> str:
    """The source with fenced and inline code blanked out, so that every other character keeps its line."""
    lines, fence = [], ""
    for line in source.split("\n"):
        found = FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            if found and found[1].startswith(fence):
                fence = ""
            lines.append("")
        elif found:
            fence = found[1]
            lines.append("")
        else:
            lines.append(CODE.sub(lambda code: " " * len(code[0]), line) if "`" in line and MEANT.search(line) else line)
    return "\n".join(lines)


def _comments(html: str) -> Iterator[tuple[int, int, str]]:
    """The comments that mean a marker, each with the element around it that can't hold a question, if there is one."""
    unfinished: list[str] = []
    for token in TOKEN.finditer(html):
        if token["comment"]:
            yield token.start(), token.end(), unfinished[-1] if unfinished else ""
        elif not token["end"]:
            unfinished.append(token["tag"])
        elif token["tag"] in unfinished:
            while unfinished.pop() != token["tag"]:
                pass
