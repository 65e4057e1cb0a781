"""Turns the text of questions into HTML, in the site's own flavor of Markdown, and refuses what could do harm.

Most texts are a line with a formula or a piece of code in it. They take a short path that gives what Markdown would
give, at a tenth of its price; a test holds the two together. This module knows Markdown and nothing of pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from handbook.safe_html import EVERYWHERE, address
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor
from markdown.util import AMP_SUBSTITUTE

from selfcheck.fields import Field, Text

# What a question's text may use of the site's extensions. The rest makes ids or form fields, which would meet those of
# the page, or sets attributes.
EXTENSIONS = (
    "admonition",
    "def_list",
    "fenced_code",
    "sane_lists",
    "tables",
    "pymdownx.arithmatex",
    "pymdownx.betterem",
    "pymdownx.caret",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.mark",
    "pymdownx.smartsymbols",
    "pymdownx.superfences",
    "pymdownx.tilde",
)
TAGS = set(
    """a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s span strong
    sub sup table tbody td th thead tr u ul""".split()
)
ATTRIBUTES = {"class", "href", "src", "alt", "title", "start", "style"}  # style: the alignment of table cells
INTERNAL = "doc://"  # before a link from the docs root, until it is known from which page it is seen

Complaint = tuple[Field, str, str]  # the text, the part of it that is meant, and what is wrong

_CODE = r"(?<!`)`(?P<code>[^`\n]+)`(?!`)"
_MATH = r"(?<!\$)\$(?P<math>(?:\\.|[^\\$`\n])+)\$(?!\$)"
_WORDS = r"(?P<words>[^\\`*_\[\]<>&$!~^={}|\n]++)"  # possessive: a text that is not simple must fail at once
TOKEN = re.compile(f"{_CODE}|{_MATH}|{_WORDS}")
SIMPLE = re.compile(f"(?>{_CODE}|{_MATH}|{_WORDS})++".replace("?P<code>", "?:").replace("?P<math>", "?:").replace("?P<words>", "?:"))
# What makes a line more than a line: list and heading marks, quotes, definitions, tables, rules, admonitions.
BLOCK = re.compile(r"\s|[-+#>:]|\d+[.)]|\?\?\?|/{3}|-{3}")
UNSAFE_MATH = re.compile(r"^\s|\s$|&#?\w+;")  # not a formula, or one that Markdown reads differently


@dataclass(frozen=True)
class Link:
    """A link or an image of a text: where it leads, from the docs root, and which text has it."""

    target: str
    text: Field


class Flavor:
    """A Markdown converter for the text of questions. What it refuses, it collects in `complaints`."""

    def __init__(self, extensions: Iterable[str] = (), configs: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        names = [name for name in extensions if name in EXTENSIONS]
        self.settings = {name: dict((configs or {}).get(name) or {}) for name in names}
        self._guard = _Guard(self)
        self._markdown = markdown.Markdown(extensions=[*names, self._guard], extension_configs=self.settings)
        self._field: Field = Text("")
        self.complaints: list[Complaint] = []
        self.links: list[Link] = []
        arithmatex = self.settings.get("pymdownx.arithmatex")
        self._short = bool(arithmatex and arithmatex.get("generic")) and "pymdownx.smartsymbols" not in names

    def block(self, text: Field) -> str:
        """Paragraphs, lists, code."""
        short = self._shortened(text)
        return f"<p>{short}</p>" if short is not None else self._converted(text)

    def inline(self, text: Field) -> str:
        """One line where the text is one paragraph, blocks where it is more."""
        short = self._shortened(text)
        if short is not None:
            return short
        html = self._converted(text)
        if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
            return html[3:-4]
        return f"<div>{html}</div>"

    def code(self, text: Text) -> str:
        """A Python program, highlighted as in pages."""
        fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
        program = Text(f"{fence}python\n{text.rstrip()}\n{fence}")
        program.source = text.source
        return self._converted(program)

    def plain(self, text: Field) -> bool:
        """Whether the text has no markup at all."""
        return bool(re.fullmatch(_WORDS, text.strip())) and not BLOCK.match(text.strip())

    def _shortened(self, text: Field) -> str | None:
        line = text.strip()
        indented = re.match(r"\s*(?: {4}|\t)", text)  # a block of code
        if not self._short or indented or not SIMPLE.fullmatch(line) or BLOCK.match(line):
            return None
        html = []
        for token in TOKEN.finditer(line):
            if token["code"] is not None:
                if not token["code"].strip() or token["code"].startswith(("#!", ":::")):
                    return None
                html.append(f"<code>{escape(token['code'].strip(), quote=False)}</code>")
            elif token["math"] is not None:
                if UNSAFE_MATH.search(token["math"]):
                    return None
                html.append(f'<span class="arithmatex">\\({escape(token["math"], quote=False)}\\)</span>')
            else:
                html.append(token["words"])
        return "".join(html)

    def _converted(self, text: Field) -> str:
        self._field = text
        self._markdown.reset()
        html = self._markdown.convert(text.rstrip())
        inspector = _Inspector()
        inspector.feed(html)
        for message in inspector.found:
            self.complain("", message)
        return html

    def complain(self, part: str, message: str) -> None:
        self.complaints.append((self._field, part, message))

    def resolve(self, url: str, image: bool) -> str | None:
        """The address to write for a link, or None where it can't stand in a question."""
        if problem := address(url):
            self.complain(url, f"`{url}` can't stand in a question: it {problem}.")
            return None
        if re.match(r"https?://", url) and not image:
            return url
        if re.match(r"[^/?#]*:", url) or not url:
            what, remedy = ("image", "") if image else ("link", ", or an https address")
            self.complain(url, f"The {what} `{url}` can't stand in a question: write a path below `docs`{remedy}.")
            return None
        if not re.fullmatch(r"(?![/.])(?!.*\.\./)[^\\?#\"<>]+(#[^\"<>]+)?", url):
            self.complain(url, f"`{url}` has no page: write the path from the docs root, like `math/probability.md#bayes-rule`.")
            return None
        self.links.append(Link(url, self._field))
        return INTERNAL + url


class _RawHtml(InlineProcessor):
    """Finds raw HTML, reports it, and shows it as it is written."""

    def __init__(self, pattern: str, flavor: Flavor, md: markdown.Markdown) -> None:
        super().__init__(pattern, md)
        self.flavor = flavor

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        raw = m[0].splitlines()[0][:40]
        if not raw.startswith("</"):  # its beginning was complained about
            self.flavor.complain(raw, f"Raw HTML can't stand in a question: {raw}. Write Markdown, or put it in backticks.")
        return self.md.htmlStash.store(escape(m[0])), m.start(0), m.end(0)


class _Links(Treeprocessor):
    """Looks at where links and images lead."""

    def __init__(self, flavor: Flavor, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.flavor = flavor

    def run(self, root: Element) -> None:
        for element in root.iter():
            for attribute, image in (("href", False), ("src", True)):
                if (url := element.get(attribute)) is None:
                    continue
                url = UnescapeTreeprocessor().unescape(url).replace(AMP_SUBSTITUTE, "&")
                if (resolved := self.flavor.resolve(unescape(url), image)) is None:
                    del element.attrib[attribute]
                else:
                    element.set(attribute, resolved)


class _Guard(markdown.Extension):
    """Makes raw HTML a complaint, and links relative to the docs root."""

    def __init__(self, flavor: Flavor) -> None:
        super().__init__()
        self.flavor = flavor

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(_RawHtml(markdown.inlinepatterns.HTML_RE, self.flavor, md), "raw_html", 90)
        md.treeprocessors.register(_Links(self.flavor, md), "quiz_links", 5)


class _Inspector(HTMLParser):
    """Whatever the extensions made: only what is known to be harmless may stand in a question."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"`<{tag}>` can't stand in a question.")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.found.append(f"The attribute `{name}` can't stand in a question.")
            elif name in ("class", "style") and (problem := EVERYWHERE[name](value or "")):
                self.found.append(f'`{name}="{value}"` {problem}.')
