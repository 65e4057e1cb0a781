"""Decides which HTML may stand in a page: a list of elements, attributes and addresses. What is not on it is refused.

The reading is stricter than a browser's. Every `<` has to begin a comment or a tag that nobody could read in two ways;
any other becomes text. None of the elements on the list changes how a browser reads what follows it (as `script`,
`style`, `textarea` or `svg` do), so a browser sees the tags that were looked at here and no others.

Meant for what people write. What the build puts in afterwards (typeset formulas, questions, diagrams, outputs of notebooks) comes
from modules that each have a list of their own. This module must not know MkDocs, nor where a text comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape

SPACE = "[ \t\n\r\f]"  # what separates attributes in HTML, and nothing else does
ATTRIBUTE = re.compile(
    rf"""{SPACE}++(?P<name>[^\s"'<>/=]++)(?:{SPACE}*+={SPACE}*+(?:"(?P<double>[^"<>]*+)"|'(?P<single>[^'<>]*+)'|(?P<bare>[^\s"'=<>`]++)))?+"""
)
TAG = re.compile(rf"(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<attributes>(?:{re.sub('[?]P<[a-z]+>', '?:', ATTRIBUTE.pattern)})*+){SPACE}*+/?>")
COMMENT = re.compile(r"!--(?!-?>)(?P<text>(?:(?!--!?>).)*+)-->", re.DOTALL)
ANY = re.compile(rf"<(?:{COMMENT.pattern.replace('P<text>', 'P<comment>')}|{TAG.pattern})?", re.DOTALL)
MARKUP = re.compile("<[a-zA-Z/!?]")
# Characters that make text read otherwise than it is written, in code above all.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
DIRECTION_PROBLEM = "An invisible character turns the direction of the text around: delete it."

# Marks of the handbook, for which something else is put in later; any other comment is a note among authors.
MARK = re.compile(r"\s*(quiz|notebook|material)\b", re.IGNORECASE)

OURS = re.compile("(md|sc|formula|notebook|diagram)-|(formula|mermaid)$")
MADE_FROM_MARKDOWN = re.compile("md-button(--primary)?|diagram-source")

VOID = frozenset("br col hr img input wbr".split())
CLOSES_ITSELF = frozenset("colgroup dd dt li p tbody td tfoot th thead tr".split())
BLOCKS = "blockquote details div dd dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary ul"
WORDS = "a abbr b br cite code del dfn em i img ins kbd mark q s samp small span strong sub sup time u var wbr"
TABLES = "caption col colgroup table tbody td tfoot th thead tr"
CONTROLS = "input label"  # of task lists and tabs
ELEMENTS = frozenset(f"{BLOCKS} {WORDS} {TABLES} {CONTROLS}".split())

Rule = Callable[[str], str]  # a value to what is wrong with it, or ""


def address(value: str) -> str:
    """Where a link may lead: within the site, to a web page, or to a mailbox."""
    value = value.strip()
    if re.search(r"[\x00-\x20\x7f]", value):  # browsers leave some of these out before they look for a scheme
        return "has white space or a control character in it: write it without, or as %20"
    if re.match(r"(https?://|mailto:)", value, re.IGNORECASE):
        return ""
    if re.match(r"[^/?#]*:", value):
        return "leads neither to a page of the handbook nor to a web page: write a path below `docs`, or an https address"
    return "begins with two slashes: write the whole address, or a path" if re.match(r"[/\\]{2}", value) else ""


def picture(value: str) -> str:
    """Pictures come from the site: no reader's visit is to be told to anyone else."""
    if problem := address(value):
        return problem
    return "is not a file of the handbook: put the picture below `docs`" if re.match(r"[a-z]+:", value.strip(), re.IGNORECASE) else ""


def identifier(value: str) -> str:
    """Ids that begin with two underscores belong to the theme, which finds its parts by them."""
    return "is kept for the theme: choose another" if value.startswith("__") else _shaped(r"[^\s\"'<>&]{1,200}")(value)


def classes(value: str) -> str:
    """Classes of the theme's frame, of questions and of formulas would dress text up as one of those."""
    for name in value.split():
        if OURS.match(name) and not MADE_FROM_MARKDOWN.fullmatch(name):
            return f"has `{name}`, which is kept for the handbook's own parts"
    return ""


def _shaped(pattern: str, remedy: str = "can't stand there") -> Rule:
    whole = re.compile(pattern)
    return lambda value: "" if whole.fullmatch(value) else remedy


_free: Rule = lambda value: ""  # noqa: E731
_number = _shaped(r"\d{1,4}", "is not a whole number")
_flag = _shaped(r"|[a-z]+")
_tab = _shaped(r"__tabbed_\d+(_\d+)?", "is kept for tabs")

EVERYWHERE: Mapping[str, Rule] = {
    "aria-describedby": _free,
    "aria-hidden": _shaped("true|false"),
    "aria-label": _free,
    "aria-labelledby": _free,
    "class": classes,
    "data-search-exclude": _flag,
    "dir": _shaped("auto|ltr|rtl"),
    "hidden": _flag,
    "id": identifier,
    "lang": _shaped("[a-zA-Z-]{2,20}"),
    "role": _shaped("doc-[a-z]+|figure|group|img|list|listitem|none|note|presentation|region"),
    "style": _shaped(r"\s*text-align:\s*(left|center|right);?\s*", "is not the alignment of a table cell: styles belong in a stylesheet"),
    "tabindex": _shaped("0"),
    "title": _free,
}
ONLY: Mapping[str, Mapping[str, Rule]] = {
    "a": {"href": address, "rel": _free, "target": _shaped("_blank"), "download": _free, "hreflang": _free},
    "blockquote": {"cite": address},
    "col": {"span": _number},
    "colgroup": {"span": _number},
    "del": {"cite": address, "datetime": _free},
    "details": {"open": _flag},
    "div": {"data-tabs": _shaped(r"\d+:\d+")},
    "img": {"src": picture, "alt": _free, "width": _number, "height": _number, "loading": _shaped("lazy|eager"), "decoding": _shaped("async")},
    "input": {
        "type": _shaped("checkbox|radio"),
        "checked": _flag,
        "disabled": _flag,
        "id": _tab,
        "name": _tab,
    },
    "ins": {"cite": address, "datetime": _free},
    "label": {"for": _tab},
    "li": {"value": _number},
    "ol": {"start": _number, "reversed": _flag, "type": _shaped("[1aAiI]")},
    "q": {"cite": address},
    "span": {"data-linenos": _shaped(r"[\d ]+")},
    "td": {"colspan": _number, "rowspan": _number, "headers": _free},
    "th": {"colspan": _number, "rowspan": _number, "headers": _free, "scope": _free, "abbr": _free},
    "time": {"datetime": _free},
}


@dataclass(frozen=True)
class Refusal:
    """What was refused. `part` is the piece of the HTML that it is about, as far as it tells where it was written."""

    part: str
    message: str


@dataclass
class _Reading:
    """One pass over a text: what is open, and what was refused."""

    unclosed: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def piece(self, found: re.Match[str]) -> str:
        written = found[0]
        if found["name"] is not None:
            return self.end(found["name"].lower(), written) if found["end"] else self.start(found["name"].lower(), written, found["attributes"])
        if found["comment"] is not None:
            return written if MARK.match(found["comment"]) else ""
        if MARKUP.match(found.string, found.start()):
            part = found.string[found.start() : found.start() + 40].partition("\n")[0]
            self.refusals.append(Refusal(part, f"`{part}` can't be read as HTML: mend it, or write `&lt;` for the sign itself."))
        return "&lt;"

    def start(self, name: str, written: str, attributes: str) -> str:
        safe, refusals = _checked(name, written, attributes)
        self.refusals += refusals
        if name in ELEMENTS and name not in VOID:
            self.unclosed.append(name)
        return safe

    def end(self, name: str, written: str) -> str:
        if name not in ELEMENTS:
            return escape(written)  # its beginning was complained about
        if name not in self.unclosed:
            self.refusals.append(Refusal(written, f"`{written}` closes nothing: delete it, or write the beginning before it."))
            return ""
        while (last := self.unclosed.pop()) != name:
            self.complain_unclosed(last)
        return written

    def close(self) -> str:
        """Ends what is still open, so that nothing reaches into the rest of the page."""
        ends = "".join(f"</{name}>" for name in reversed(self.unclosed))
        for name in self.unclosed:
            self.complain_unclosed(name)
        return ends

    def complain_unclosed(self, name: str) -> None:
        if name not in CLOSES_ITSELF:
            self.refusals.append(Refusal(f"<{name}", f"`<{name}>` is never closed: write `</{name}>` where it ends."))


def cleaned(html: str) -> tuple[str, list[Refusal]]:
    """The HTML without what may not stand in a page, and what that was.

    An element that is not on the list shows as text; an attribute that is not disappears.
    """
    reading = _Reading()
    safe = ANY.sub(reading.piece, html)
    return safe + reading.close(), reading.refusals


@lru_cache(maxsize=20_000)
def _checked(name: str, written: str, attributes: str) -> tuple[str, tuple[Refusal, ...]]:
    """A start tag as it may stand, and what is wrong with it. Most tags of a site are alike."""
    if name not in ELEMENTS:
        shown = written if len(written) <= 60 else f"{written[:60]}…"
        return escape(written), (Refusal(written, f"`{shown}` can't stand in a page: write Markdown, or put it in backticks."),)
    refusals: list[Refusal] = []
    kept: dict[str, str] = {}
    only = ONLY.get(name, {})
    for match in ATTRIBUTE.finditer(attributes):
        attribute = match["name"].lower()
        value = unescape(match["double"] or match["single"] or match["bare"] or "")
        rule = only.get(attribute) or EVERYWHERE.get(attribute)
        problem = rule(value) if rule else "can't stand in a page: delete it"
        if problem:
            said = f"`{attribute}`" if rule is None else f'`{attribute}="{value[:60]}"`'
            refusals.append(Refusal(match[0].strip(), f"In `<{name}>` {said} {problem}."))
        else:
            kept.setdefault(attribute, match[0])
    if name == "input" and "type" not in kept:  # it would be a field to type in
        refusals.append(Refusal(written, "`<input>` can't stand in a page: task lists and tabs write their own."))
        return escape(written), tuple(refusals)
    if not refusals:
        return written, ()
    return f"<{name}{''.join(kept.values())}>", tuple(refusals)


def line_of(part: str, source: str) -> int | None:
    """The line on which a refused piece of HTML was written, if it can be found: as such, by its value, or by its name."""
    values = [unescape(value).strip() for value in re.findall(r"=\s*[\"']?([^\"'>]+)", part)]
    names = re.findall(r"^</?[\w-]+|^[\w-]+(?=\s*=)", part)
    without_disguise = "\n".join(" ".join(unescape(line).split("\n")) for line in source.split("\n"))
    for text in (source, without_disguise):
        for wanted in (part, *values, *names):
            if wanted and (at := text.find(wanted)) >= 0:
                return text.count("\n", 0, at) + 1
    return None
