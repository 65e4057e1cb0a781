"""Typesets formulas: TeX in, MathML inside a little HTML out, in batches and cached.

A Node.js process does the typesetting (formulas.mjs); it is started when the first formula is not in the cache, and
ends with this process. This module must not know MkDocs, nor where a text comes from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from handbook.cache import Cache, key
from handbook.node import NodeProgram, NodeUnavailable, installed_version

HERE = Path(__file__).parent
RENDERER = HERE / "formulas.mjs"
MACROS = HERE / "macros.json"

# What pymdownx.arithmatex writes in its generic mode, with the text that must stay on the formula's line: a full stop,
# the rest of "k-th", and an opening bracket before it. The content is escaped text, so the first end tag is the right one.
MARKED = re.compile(r'<(?P<tag>span|div) class="arithmatex">(?P<text>.*?)</(?P=tag)>(?P<after>[^\s<&]{0,20})', re.DOTALL)
OPENING = "(["
INLINE = re.compile(r"\\\(.+?\\\)")
DELIMITERS = re.compile(r"\s*\\[(\[](.*)\\[)\]]\s*", re.DOTALL)


@dataclass(frozen=True)
class Formula:
    """TeX without its delimiters; `display` says whether it stands on a line of its own."""

    tex: str
    display: bool


@dataclass(frozen=True)
class FormulaError:
    """A formula that the renderer refused, and why."""

    tex: str
    message: str

    def __str__(self) -> str:
        return f"the formula {' '.join(self.tex.split())} can't be typeset: {self.message}"

    @property
    def html(self) -> str:
        """What stands on the page instead."""
        return f'<code class="formula-error" title="{escape(self.message)}">{escape(self.tex.strip())}</code>'


class TypesettingUnavailable(Exception):
    """Node.js or its libraries are missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Formulas can't be typeset: {reason}. `make serve` installs what is missing.")


class Typesetter:
    """Typesets formulas with the libraries installed in `root`; may be used by several threads."""

    def __init__(self, cache: Cache, root: Path) -> None:
        self._cache = cache
        self._macros: dict[str, str] = json.loads(MACROS.read_text(encoding="utf-8"))
        self._renderer = NodeProgram(RENDERER)
        try:
            version = installed_version(root, "temml")
        except NodeUnavailable as error:
            raise TypesettingUnavailable(str(error)) from None
        self.fingerprint = key(version, Path(__file__).read_bytes(), RENDERER.read_bytes(), MACROS.read_bytes())

    def typeset(self, formulas: Iterable[Formula]) -> dict[Formula, str | FormulaError]:
        """HTML for each formula, or the reason why there is none. Refusals are not cached: they are there to be mended."""
        keys = {formula: key("formula", self.fingerprint, formula.tex, formula.display) for formula in formulas}
        cached = self._cache.get_many(keys.values())
        missing = [formula for formula, k in keys.items() if k not in cached]
        fresh = dict(zip(missing, self._render(missing), strict=True))
        self._cache.put_many({keys[formula]: html for formula, html in fresh.items() if isinstance(html, str)})
        return {formula: fresh[formula] if formula in fresh else cached[k] for formula, k in keys.items()}

    def typeset_html(self, html: str) -> tuple[str, list[FormulaError]]:
        """The same HTML with typeset formulas where the Markdown extension left TeX, and what was refused, in order."""
        found = list(MARKED.finditer(html))
        formulas = [_formula(match) for match in found]
        results = self.typeset(formulas)
        errors: list[FormulaError] = []
        pieces, at = [], 0
        for match, formula in zip(found, formulas, strict=True):
            start = match.start()
            while start > at and html[start - 1] in OPENING:
                start -= 1
            before, result, after = html[start : match.start()], results[formula], match["after"]
            pieces.append(html[at:start])
            if isinstance(result, FormulaError):
                errors.append(result)
                result = result.html
            elif not formula.display:
                before, result, after = "", keep_together(before, result, after), ""
            pieces += [before, result, after]
            at = match.end()
        return "".join([*pieces, html[at:]]), errors

    def close(self) -> None:
        """Ends the Node.js process; the next formula starts another."""
        self._renderer.close()

    def _render(self, formulas: list[Formula]) -> list[str | FormulaError]:
        if not formulas:
            return []
        request = {"macros": self._macros, "formulas": [{"tex": f.tex, "display": f.display} for f in formulas]}
        try:
            answers = self._renderer.ask(request)
        except NodeUnavailable as error:
            raise TypesettingUnavailable(str(error)) from None
        return [
            FormulaError(formula.tex, answer["error"]) if "error" in answer else wrap(formula, **answer)
            for formula, answer in zip(formulas, answers, strict=True)
        ]


def find_formulas(html: str) -> list[Formula]:
    """The formulas that the Markdown extension marked, in order."""
    return [_formula(match) for match in MARKED.finditer(html)]


def _formula(match: re.Match[str]) -> Formula:
    return Formula(_without_delimiters(match["text"]), display=match["tag"] == "div")


def has_formulas(html: str) -> bool:
    """Does this HTML hold formulas, typeset or not?"""
    return 'class="arithmatex"' in html or 'class="formula' in html


def mark(text: str) -> str:
    """Plain text with delimited formulas, marked as the Markdown extension marks them in HTML."""
    return INLINE.sub(r'<span class="arithmatex">\g<0></span>', text)


def line_of(tex: str, source: str) -> int | None:
    """The line on which a formula begins in the source of its page, if it can be found.

    Markdown takes away indentation and the marks of quotations, so any white space stands for any other.
    """
    words = [re.escape(word) for word in tex.split()]
    match = re.search(r"[\s>]+".join(words), source) if words else None
    return source.count("\n", 0, match.start()) + 1 if match else None


def wrap(formula: Formula, mathml: str, wide: bool) -> str:
    """A formula that scrolls inside itself where it is too wide, and copies as TeX.

    The MathML is what is seen and read aloud; the source lies over it, invisible, and is what a selection copies.
    """
    tag, dollars = ("div", "$$") if formula.display else ("span", "$")
    classes = "formula formula-wide" if wide else "formula"
    # Only what may scroll has to be reached by keyboard; every other formula would be a stop for nothing.
    scrolls = ' tabindex="0" role="group" aria-label="Formula"' if wide else ""
    source = f'<span class="formula-tex" aria-hidden="true">{dollars}{escape(formula.tex.strip(), quote=False)}{dollars}</span>'
    # The search index gets the source: it says more than the loose letters of the MathML.
    math = mathml.replace("<math", "<math data-search-exclude", 1)
    return f'<{tag} class="{classes}"{scrolls}>{math}{source}</{tag}>'


def keep_together(before: str, formula: str, after: str) -> str:
    """Browsers may break a line next to any formula, and would leave a full stop alone on the next one."""
    if not (before or after) or "formula-wide" in formula:
        return before + formula + after
    return f'<span class="formula-nowrap">{before}{formula}{after}</span>'


def _without_delimiters(text: str) -> str:
    tex = unescape(text)
    match = DELIMITERS.fullmatch(tex)
    return match[1] if match else tex
