"""Turns an executed notebook into a page of the site: Markdown, the HTML of its outputs, and its figures as files.

The Markdown cells, and the code cells as fenced code, make one Markdown text, so that everything which holds for a
page (links, anchors, math, code, table of contents, search) holds for a notebook. Outputs are not Markdown: a comment
holds their place until the text is converted, and `fill` puts them there.

Knows the .ipynb format only. It must not know how notebooks are executed, nor need what executing them needs.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

from handbook.problems import Problem

REMEDY = "run `make notebooks` and commit what it writes"
LINKS = "<!-- notebook: links -->"
PLACE = re.compile(r"<!-- notebook: (links|\d+) -->")
IMAGE = re.compile(r'<img src="([^"]+)"')
MARKDOWN_CELL = re.compile(r"# %%.*\[(markdown|md)\]")
FIRST_HEADING = re.compile(r"\A\s*# .*\n?")


@dataclass(frozen=True)
class NotebookPage:
    """`markdown` has a placeholder for the links and for each of `outputs`, whose images name `figures`."""

    markdown: str
    outputs: list[str] = field(default_factory=list)
    figures: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def fingerprint(script: str) -> str:
    """What a notebook keeps of the script it was made from, to tell when the script has moved on."""
    return hashlib.sha256(script.encode()).hexdigest()[:16]


def script_of(notebook: Path) -> Path:
    """The percent script that people write and review, beside the notebook made from it."""
    return notebook.with_suffix(".py")


def prose(script: str) -> str:
    """The Markdown of a percent script, each line where it stands in the script and every other line empty.

    For those who look up where something of a page was written.
    """
    lines = []
    inside = False
    for line in script.splitlines():
        if line.startswith("# %%"):
            inside = MARKDOWN_CELL.match(line) is not None
            lines.append("")
        else:
            lines.append(re.sub("^# ?", "", line) if inside else "")
    return "\n".join(lines)


def cell_line(script: Path, text: str) -> int:
    """The line of a percent script where a text of its Markdown cells begins; 1 if it isn't found."""
    try:
        lines = prose(script.read_text(encoding="utf-8")).splitlines()
    except OSError:
        return 1
    beginning = text.strip().partition("\n")[0].strip()
    return next((number for number, line in enumerate(lines, 1) if beginning in line), 1)


def load(notebook: Path, name: str) -> NotebookPage:
    """The page of a notebook, which shows whatever its problems. `name` is its path from the project's root."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        page = convert(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = Problem(name, 1, 1, f"can't be read as a notebook; {REMEDY}")
        return NotebookPage(f"# {notebook.stem}\n\nThis notebook {problem.message}.\n", problems=[problem])
    if stale := _staleness(content["metadata"].get("script"), notebook, name):
        page.problems.append(stale)
    return page


def _staleness(made_from: str | None, notebook: Path, name: str) -> Problem | None:
    script_name = str(PurePosixPath(name).with_suffix(".py"))
    try:
        script = script_of(notebook).read_text(encoding="utf-8")
    except OSError:
        return Problem(name, 1, 1, f"has no script {script_name}: write it, or delete the notebook")
    if made_from == fingerprint(script):
        return None
    return Problem(script_name, 1, 1, f"the notebook beside it was made from another version; {REMEDY}")


def convert(notebook: Mapping[str, Any]) -> NotebookPage:
    """The page of a notebook in nbformat 4."""
    front_matter = notebook["metadata"].get("front_matter")
    parts = [f"---\n{front_matter.strip()}\n---"] if front_matter else []
    page = NotebookPage("")
    for cell in notebook["cells"]:
        source = text_of(cell["source"]).strip("\n")
        if not source.strip():
            continue
        if cell["cell_type"] == "markdown":
            parts.append(source)
        elif cell["cell_type"] == "code":
            parts.append(_fence(source))
            shown = "".join(_show(output, page.figures) for output in cell["outputs"])
            if shown:
                parts.append(f"<!-- notebook: {len(page.outputs)} -->")
                page.outputs.append(f'<div class="notebook-output no-copy" role="group" aria-label="Output">{shown}</div>')
    first = 1 if front_matter else 0
    if len(parts) > first:
        parts[first] = FIRST_HEADING.sub(lambda match: f"{match[0].strip()}\n\n{LINKS}\n\n", parts[first])
    return NotebookPage("\n\n".join(parts) + "\n", page.outputs, page.figures)


def fill(content: str, page: NotebookPage, links: str, figure_url: Callable[[str], str]) -> str:
    """Puts links and outputs into the converted Markdown. In one pass: a placeholder in an output is only text."""

    def put(match: re.Match[str]) -> str:
        if match[1] == "links":
            return links
        outputs = page.outputs[int(match[1]) :][:1]  # none where someone wrote a placeholder by hand
        return IMAGE.sub(lambda image: f'<img src="{figure_url(image[1])}"', "".join(outputs))

    return PLACE.sub(put, content)


def links(download: str, edit_url: str | None) -> str:
    """The links below the title. `edit_url` is that of the notebook itself; Colab opens what is on GitHub."""
    found = [f'<a href="{html.escape(download)}" download>Download the notebook</a>']
    if colab := colab_url(edit_url or ""):
        found.insert(0, f'<a href="{html.escape(colab)}">Open in Colab</a>')
    return f'<p class="notebook-links" data-search-exclude>{" ".join(found)}</p>'


def colab_url(edit_url: str) -> str | None:
    match = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)/edit/(.+\.ipynb)", edit_url)
    return f"https://colab.research.google.com/github/{match[1]}/blob/{match[2]}" if match else None


def text_of(value: str | list[str]) -> str:
    """nbformat allows a text to be a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def _fence(source: str) -> str:
    ticks = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}python\n{source}\n{fence}"


def _show(output: Mapping[str, Any], figures: dict[str, bytes]) -> str:
    """The HTML of one output, in the richest form that stays still."""
    if output["output_type"] == "stream":
        return _pre(text_of(output["text"]))
    if output["output_type"] == "error":
        return _pre(f"{output['ename']}: {output['evalue']}")
    data = output["data"]
    if "image/png" in data:
        name = f"figure-{len(figures) + 1}.png"
        figures[name] = base64.b64decode(text_of(data["image/png"]))
        about = output["metadata"].get("image/png", {})
        size = "".join(f' {side}="{int(about[side])}"' for side in ("width", "height") if side in about)
        return f'<img src="{name}" alt="{html.escape(about.get("alt", ""))}"{size} loading="lazy">'
    if "text/html" in data:
        return still_html(text_of(data["text/html"]))
    return _pre(text_of(data.get("text/plain", "")))


def _pre(text: str) -> str:
    text = text.rstrip("\n")
    return f"<pre><code>{html.escape(text, quote=False)}</code></pre>" if text else ""


def still_html(source: str) -> str:
    """HTML of an output, such as a table of pandas, reduced to its structure: no script, style, comment or address.

    A comment could pass for a marker of the handbook; scripts and styles have no business in a page.
    """
    parser = _Still()
    parser.feed(source)
    parser.close()
    parser.end_down_to(0)
    return "".join(parser.parts)


class _Still(HTMLParser):
    """Keeps the tags and attributes named here, and the text outside of those that are silent."""

    BLOCKS = ["blockquote", "br", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre", "ul"]
    INLINE = ["b", "code", "em", "i", "s", "small", "span", "strong", "sub", "sup", "u"]
    TABLES = ["caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"]
    TAGS = frozenset([*BLOCKS, *INLINE, *TABLES])
    EMPTY = frozenset(["br", "col", "hr"])
    SILENT = frozenset(["script", "style", "title", "template"])
    ATTRIBUTES = frozenset(["colspan", "rowspan", "scope"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unclosed: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        elif tag in self.TAGS and not self.silent:
            kept = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs if name in self.ATTRIBUTES)
            self.parts.append(f"<{tag}{kept}>")
            if tag not in self.EMPTY:
                self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in self.unclosed and not self.silent:
            self.end_down_to(len(self.unclosed) - 1 - self.unclosed[::-1].index(tag))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(html.escape(data, quote=False))

    def end_down_to(self, depth: int) -> None:
        """Ends what is open beyond a depth, so that no output reaches out of its place."""
        while len(self.unclosed) > depth:
            self.parts.append(f"</{self.unclosed.pop()}>")
