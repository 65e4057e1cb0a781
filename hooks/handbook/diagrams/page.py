"""Puts diagrams into pages: what the Markdown extension left of a fence becomes a figure, and what can't is reported.

Pictures are cached by their text. What they are drawn with is started when one is not in the cache. This module must not
know MkDocs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from html import escape, unescape
from pathlib import Path

from handbook.cache import Cache, key
from handbook.diagrams.drawing import dot, draw
from handbook.diagrams.flowchart import Complaint, Flowchart, read
from handbook.diagrams.svg import checked, element, number
from handbook.node import NodeProgram, installed_version
from handbook.problems import Problem

HERE = Path(__file__).parent
MARGIN = 6
PHONE_WIDTH = 290  # in pixels; a wider one may not fit a phone, within a list at least
# How pymdownx.superfences writes a custom fence of this class. The content is escaped text, so the first end tag is the right one.
CLASS = "diagram-source"
SOURCE = re.compile(rf'<pre class="{CLASS}"[^>]*><code>(.*?)</code></pre>', re.DOTALL)
FENCE = re.compile(r"(?:`{3,}|~{3,})\s*(?:mermaid\b|\{\s*\.mermaid\b)")
INDENT = re.compile(r"[\s>]*")


@dataclass(frozen=True)
class Picture:
    """A drawing, and the words that stand for it."""

    title: str
    description: str
    body: str
    width: float
    height: float


class Diagrams:
    """Draws diagrams with the library installed in `project`."""

    def __init__(self, cache: Cache, project: Path) -> None:
        self._cache = cache
        self._layouts = NodeProgram(HERE / "layout.mjs")
        ours = sorted(path for path in HERE.iterdir() if path.suffix in (".py", ".mjs"))
        self._fingerprint = key(installed_version(project, "@viz-js/viz"), *(path.read_bytes() for path in ours))

    def draw(self, texts: Iterable[str]) -> dict[str, Picture | list[Complaint]]:
        """A picture for each text, or what is wrong with it. Complaints are not cached: they are there to be mended."""
        keys = {text: key("diagram", self._fingerprint, text) for text in texts}
        cached = self._cache.get_many(keys.values())
        results: dict[str, Picture | list[Complaint]] = {text: Picture(**json.loads(cached[k])) for text, k in keys.items() if k in cached}
        charts = {}
        for text in keys.keys() - results.keys():
            chart, complaints = read(text)
            if complaints:
                results[text] = complaints
            else:
                charts[text] = chart
        fresh = self._pictures(charts)
        self._cache.put_many({keys[text]: json.dumps(asdict(picture)) for text, picture in fresh.items()})
        return results | fresh

    def place(self, html: str, path: str, source: str) -> tuple[str, list[Problem]]:
        """The page with its diagrams. `path` is its file from the project's root, `source` that file's text."""
        texts = [unescape(found[1]).rstrip("\n") for found in SOURCE.finditer(html)]
        if not texts:
            return html, []
        drawn = self.draw(texts)
        lines = _lines(texts, source)
        problems: list[Problem] = []
        figures = []
        for i, text in enumerate(texts):
            result = drawn[text]
            if isinstance(result, Picture):
                figures.append(figure(result, f"diagram.{i + 1}"))
            else:
                found = [_problem(complaint, path, source, lines[i], text) for complaint in result]
                figures.append(_note(found))
                problems += found
        place = iter(figures)
        return SOURCE.sub(lambda _: next(place), html), problems

    def close(self) -> None:
        self._layouts.close()

    def _pictures(self, charts: Mapping[str, Flowchart]) -> dict[str, Picture]:
        layouts = self._layouts.ask([dot(chart) for chart in charts.values()]) if charts else []
        return {
            text: Picture(chart.title, chart.description, *draw(chart, layout)) for (text, chart), layout in zip(charts.items(), layouts, strict=True)
        }


def figure(picture: Picture, name: str) -> str:
    """A picture that is never smaller than it was drawn: where it is too wide, it scrolls inside its own box.

    `name` begins its ids; a dot keeps them apart from those of headings, which have none. The search index gets the
    caption and the description, since labels and the repeated title say nothing more.
    """
    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    drawing = element(
        "svg",
        element("title", escape(picture.title, quote=False), id=f"{name}.title", data_search_exclude="")
        + element("desc", escape(picture.description, quote=False), id=f"{name}.description")
        + element("g", picture.body, data_search_exclude=""),
        class_="diagram-drawing",
        role="img",
        aria_labelledby=f"{name}.title {name}.description",
        width=width,
        height=height,
        viewBox=" ".join(map(number, (-MARGIN, -MARGIN, width, height))),
    )
    # Only what may scroll has to be reached by keyboard.
    scrolls = ' tabindex="0" role="group" aria-label="Diagram"' if width > PHONE_WIDTH else ""
    caption = f"<figcaption>{escape(picture.title)}</figcaption>"
    return f'<figure class="diagram"><div class="diagram-box"{scrolls}>{checked(drawing)}</div>\n{caption}</figure>'


def _note(problems: list[Problem]) -> str:
    """Problems where the diagram would stand, for whoever is writing it."""
    lines = "\n".join(map(str, problems))
    return f'<div class="admonition failure"><p class="admonition-title">A diagram is missing here</p><pre>{escape(lines)}</pre></div>'


def _lines(texts: list[str], source: str) -> list[int]:
    """For each diagram, how many lines of the source stand before it; fences stand there in the same order.

    Markdown takes away indentation and the marks of quotations.
    """
    written = [_words(line) for line in source.split("\n")]
    fences = [number for number, line in enumerate(source.split("\n"), 1) if FENCE.search(line)]
    before, at = [], 0
    for text in texts:
        wanted = [_words(line) for line in text.split("\n")] if text else []
        matching = [fence for fence in fences if written[fence : fence + len(wanted)] == wanted]
        at = next((fence for fence in matching if fence > at), matching[0] if matching else 0)
        before.append(at)
    return before


def _words(line: str) -> list[str]:
    return line[INDENT.match(line).end() :].split()  # type: ignore[union-attr]


def _problem(complaint: Complaint, path: str, source: str, before: int, text: str) -> Problem:
    if not before:
        return Problem(path, 1, 1, complaint.message)
    lines, own = source.split("\n"), text.split("\n")
    line = min(before + complaint.line, len(lines))
    shift = _indent(lines[line - 1]) - _indent(own[min(complaint.line, len(own)) - 1])
    return Problem(path, line, complaint.column + shift, complaint.message)


def _indent(line: str) -> int:
    return INDENT.match(line).end()  # type: ignore[union-attr]
