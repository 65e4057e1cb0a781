"""The glossary: reads its data file, writes the entries of its page, and links the first place of each term in a page.

A link has the meaning in its `title`, so it needs no JavaScript and no second request. This module must not know MkDocs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

from pydantic import ValidationError
from selfcheck.fields import Field, Name, Text, Word
from selfcheck.question import Part, Some
from selfcheck.quizfile import translated
from selfcheck.source import Source, read

from handbook.cache import key
from handbook.problems import Problem

MOST = 30  # links a page
PAGE = re.compile(r"[a-z0-9][a-z0-9/-]*#[a-z0-9][\w-]*")
LISTS = ("terms", "confusable")


class Term(Part):
    """One entry."""

    id: Name  # permanent: links and translations keep to it
    term: Word
    also: Some[Word] | None = None  # synonyms and abbreviations
    plain: Some[Word] | None = None  # those of its names that mean other things as well: shown, never linked
    means: Text
    short: Text | None = None  # the meaning as plain text, where its formulas don't read as such
    page: Word  # where it is taught, as `math/probability#a-section`

    @property
    def names(self) -> list[Word]:
        return [self.term, *(self.also or ())]

    @property
    def slug(self) -> str:
        return self.page.partition("#")[0]

    @property
    def anchor(self) -> str:
        return self.page.partition("#")[2]


class Pair(Part):
    """Two terms that people mix up; a side may also be something the glossary lacks."""

    terms: Some[Word]
    difference: Text


P = TypeVar("P", Term, Pair)


@dataclass
class Glossary:
    """What could be read of the file, and what is wrong with it."""

    path: str = ""
    terms: list[Term] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""

    @classmethod
    def read(cls, path: str, text: str) -> Glossary:
        """Reads the file's text; `path` names it in problems. An entry with a problem is left out."""
        source = read(path, text, "glossary", LISTS[0])
        glossary = cls(path, problems=source.problems, digest=key("glossary", Path(__file__).read_bytes(), text))
        if source.data is None:
            return glossary
        if not isinstance(source.data, dict):
            source.problem((1, 1), f"A glossary begins with `{LISTS[0]}:`, a list of entries.")
            return glossary
        for name in source.data:
            if name not in LISTS:
                source.problem(source.keys[(name,)], f"`{name}` can't stand here: a glossary has {' and '.join(f'`{one}`' for one in LISTS)}.")
        glossary.terms = list(_read(source, "terms", Term))
        glossary.pairs = list(_read(source, "confusable", Pair))
        glossary.problems += _repeated(glossary) + [_problem(path, at, message) for at, message in _wrong(glossary)]
        glossary.problems.sort()
        return glossary

    @cached_property
    def by_name(self) -> dict[str, Term]:
        return {_spelling(name): term for term in self.terms for name in term.names}

    def dangling(self, anchors: Mapping[str, set[str]]) -> Iterator[Problem]:
        """Entries that lead nowhere. `anchors` are those of every page, by its path below `docs` without `.md`."""
        for term in self.terms:
            if term.slug not in anchors:
                yield _problem(
                    self.path, term.page, f"There is no page `{term.slug}`: write one that teaches `{term.term}`, like `math/probability#a-section`."
                )
            elif term.anchor not in anchors[term.slug]:
                message = f"`{term.slug}` has no section `#{term.anchor}`: write the anchor of the heading below which `{term.term}` is taught."
                yield _problem(self.path, term.page, message)

    def entries(self, link: Callable[[Term], str]) -> str:
        """The entries from A to Z as Markdown; `link` writes the link to where a term is taught."""
        letters: dict[str, list[Term]] = defaultdict(list)
        for term in sorted(self.terms, key=lambda term: _order(term.term)):
            letters[_order(term.term)[0].upper()].append(term)
        index = " ".join(f"[{letter}](#letter-{letter.lower()})" for letter in letters)
        parts = [f"{index}\n{{: .letters }}"]
        for letter, terms in letters.items():
            parts.append(f"### {letter} {{ #letter-{letter.lower()} }}")
            for term in terms:
                also = f"*Also {', '.join(term.also)}.* " if term.also else ""
                parts.append(f"{term.term} {{ #{term.id} }}\n:   {also}{' '.join(term.means.split())} {link(term)}".rstrip())
        return "\n\n".join(parts)

    def comparisons(self) -> str:
        """The pairs that people mix up as a Markdown table."""
        rows = [f"| {' or '.join(map(self._side, pair.terms))} | {' '.join(pair.difference.split())} |" for pair in self.pairs]
        return "\n".join(["| which of the two | difference |", "| --- | --- |", *rows])

    def _side(self, name: str) -> str:
        term = self.by_name.get(_spelling(name))
        return f"[{name}](#{term.id})" if term else name


def _read(source: Source, name: str, model: type[P]) -> Iterator[P]:
    items = source.data.get(name, [])
    if not isinstance(items, list):
        source.problem(source.place((name,)), f"`{name}` holds a list: one entry after the other, each with `- ` before its first key.")
        return
    for index, item in enumerate(items):
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            source.problems += translated(source, (name, index), error, model)


def _order(name: str) -> str:
    """Where a name stands between A and Z: its letters without accents, then its digits."""
    letters = "".join(sign for sign in normalize("NFKD", name.casefold().replace("ł", "l")) if sign.isalnum() or sign == " ")
    return letters.lstrip("0123456789 ")


def _repeated(glossary: Glossary) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Field] = {}
    ids = Counter(str(term.id) for term in glossary.terms)
    for term in glossary.terms:
        if ids[term.id] > 1:
            problems.append(_problem(glossary.path, term.id, f"`{term.id}` is the id of {ids[term.id]} terms: ids are unique."))
        for name in term.names:
            if first := seen.get(_spelling(name)):
                message = f"`{name}` is a name of the entry in line {first.source.line} already: merge the two, or give one another name."
                problems.append(_problem(glossary.path, name, message))
            seen.setdefault(_spelling(name), name)
    return problems


def _wrong(glossary: Glossary) -> Iterator[tuple[Field, str]]:
    for term in glossary.terms:
        for name in term.plain or ():
            if name not in term.names:
                yield name, f"`{name}` is no name of this entry: `plain` repeats those of `term` and `also` that are never linked."
        if not PAGE.fullmatch(term.page):
            yield term.page, f"`{term.page}` is not a section of a page: write it like `math/probability#markov-chains`."
        if not term.short and (found := UNREADABLE.search(plain(term.means))):
            yield term.means, f"The tooltip has no typesetting, and `{found[0]}` can't be read there: add `short`, the meaning as plain text."
        if term.short and (found := UNREADABLE.search(term.short)):
            yield term.short, f"`short` is plain text: say `{found[0]}` in words or with characters like σ, ≤ and ᵀ."
    for pair in glossary.pairs:
        if len(pair.terms) != 2:
            yield pair.terms[0], "Two terms are compared here: write `terms: [one, another]`."


def _problem(path: str, at: Field, message: str) -> Problem:
    return Problem(path, at.source.line, at.source.column, message)


# What of TeX reads well as plain text. What is left of it is refused.
SIGNS = {
    r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\times": "×", r"\pm": "±", r"\cdot": "·", r"\approx": "≈", r"\to": "→", r"\infty": "∞", r"\ln": "ln",
    r"\E": "E", r"\P": "P", r"\R": "R", r"\KL": "KL", r"\Var": "Var", r"\Cov": "Cov", r"\mid": "|", r"\T": "ᵀ", r"\lVert": "‖", r"\rVert": "‖",
    r"\lvert": "|", r"\rvert": "|", r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\Delta": "Δ", r"\varepsilon": "ε",
    r"\eta": "η", r"\theta": "θ", r"\kappa": "κ", r"\lambda": "λ", r"\mu": "μ", r"\pi": "π", r"\rho": "ρ", r"\sigma": "σ", r"\Sigma": "Σ",
    r"\tau": "τ", r"\quad": " ", r"\,": " ",
}  # fmt: skip
POWERS = str.maketrans("0123456789-+nkT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿᵏᵀ")
UNREADABLE = re.compile(r"\\[A-Za-z]*|[{}$]|[_^]\S*")


def plain(markdown: str) -> str:
    """A short text without its markup; TeX becomes characters as far as it reads well so."""
    text = re.sub(r"\$([^$]+)\$", lambda found: _spoken(found[1]), " ".join(markdown.split()))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*{1,2}|`)(\S(?:.*?\S)?)\1", r"\2", text)


def _spoken(tex: str) -> str:
    tex = re.sub(r"\\(?:[A-Za-z]+|,)", lambda found: SIGNS.get(found[0], found[0]), tex)
    tex = re.sub(r"\\(?:mat|vect|mathrm|text)\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(r"\^ᵀ", "ᵀ", tex)
    return re.sub(r"\^(?:\{([0-9+nkT-]+)\}|([0-9nkT]))", lambda found: (found[1] or found[2]).translate(POWERS), tex)


# Words are what a name is made of: "p-value", "A/B" and "Jensen's" are one each.
WORD = re.compile(r"[^\W_]+(?:['’/–-][^\W_]+)*")
GAP = re.compile(r"\s+")
PIECE = re.compile(r"<!--.*?-->|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>[^>]*)>", re.DOTALL)
# Where no link belongs: what is one or stands for something, what is typeset or literal, and what tells answers or sources.
ELEMENTS = frozenset("a button code h1 h2 h3 h4 h5 h6 kbd label math pre script self-check style summary svg th".split())
CLASSES = re.compile(r'class="(?:[^"]* )?(?:admonition-title|arithmatex|diagram-source|footnote|highlight)[ "]')
IRREGULAR = {"matrix": "matrices", "basis": "bases", "hypothesis": "hypotheses", "analysis": "analyses", "statistic": "statistics"}


def _spelling(name: str) -> str:
    """The same for all ways to write a name: no capitals except in abbreviations, one kind of dash and apostrophe."""
    return " ".join(map(_word, WORD.findall(name))) or name


def _word(word: str) -> str:
    word = word.replace("–", "-").replace("’", "'")
    return word if any(letter.isupper() for part in re.split(r"[-/]", word) for letter in part[1:]) or len(word) == 1 else word.lower()


def _plurals(name: str) -> Iterator[str]:
    """A name and its plural, which is formed at its end."""
    yield name
    before, space, last = name.rpartition(" ")
    if not last[-1].isalpha():
        return
    if last in IRREGULAR:
        plural = IRREGULAR[last]
    elif re.search(r"(?:s|x|z|ch|sh)$", last):
        plural = last + "es"
    elif re.search(r"[^aeiou]y$", last):
        plural = last[:-1] + "ies"
    else:
        plural = last + "s"
    yield before + space + plural


class Linker:
    """Finds terms in the HTML of pages."""

    def __init__(self, glossary: Glossary) -> None:
        self.digest = glossary.digest
        self._tips = {str(term.id): f"{term.term}: {' '.join((term.short or plain(term.means)).split())}" for term in glossary.terms}
        self._names: dict[str, list[tuple[list[str], Term, bool]]] = defaultdict(list)  # by their first words, the longest first
        for term in glossary.terms:
            never = set(map(_spelling, term.plain or ()))
            for spelling in map(_spelling, term.names):
                for form in _plurals(spelling):
                    words = form.split(" ")
                    self._names[words[0]].append((words, term, spelling not in never))
        for names in self._names.values():
            names.sort(key=lambda name: -len(name[0]))

    def link(self, html: str, page: str, address: str) -> str:
        """The HTML of a page with links to the glossary, which has this address there. Terms the page itself teaches have none."""
        pieces: list[str] = []
        linked: set[str] = set()
        closed, depth, at = "", 0, 0  # the element in which nothing is linked, and how many of its name are open
        for tag in PIECE.finditer(html):
            text = html[at : tag.start()]
            pieces += [text if closed else self._linked(text, page, address, linked), tag[0]]
            at = tag.end()
            name = (tag["name"] or "").lower()
            if closed:
                depth += (-1 if tag["end"] else 1) if name == closed else 0
                closed = closed if depth else ""
            elif name and not tag["end"] and (name in ELEMENTS or CLASSES.search(tag["rest"])):
                closed, depth = name, 1
        pieces.append(html[at:] if closed else self._linked(html[at:], page, address, linked))
        return "".join(pieces)

    def _linked(self, text: str, page: str, address: str, linked: set[str]) -> str:
        if len(linked) >= MOST or not text.strip():
            return text
        words = list(WORD.finditer(text))
        pieces, at, i = [], 0, 0
        while i < len(words) and len(linked) < MOST:
            found = self._at(text, words, i)
            if found is None:
                i += 1
                continue
            term, count, may = found
            if may and term.slug != page and term.id not in linked:
                linked.add(str(term.id))
                start, end = words[i].start(), words[i + count - 1].end()
                tag = f'<a class="term" href="{escape(address)}#{term.id}" title="{escape(self._tips[term.id])}">'
                pieces += [text[at:start], tag, text[start:end], "</a>"]
                at = end
            i += count
        return "".join([*pieces, text[at:]])

    def _at(self, text: str, words: list[re.Match[str]], i: int) -> tuple[Term, int, bool] | None:
        """The longest name that begins with word `i`, as its term, its number of words, and whether it may be linked."""
        for names in map(self._names.get, dict.fromkeys((_word(words[i][0]), words[i][0].lower()))):
            for name, term, may in names or ():
                if (
                    len(name) <= len(words) - i
                    and _alone(text, words[i], words[i + len(name) - 1])
                    and self._same(text, words[i : i + len(name)], name)
                ):
                    return term, len(name), may
        return None

    @staticmethod
    def _same(text: str, words: list[re.Match[str]], name: list[str]) -> bool:
        return all(_word(word[0]) == part or word[0].lower() == part for word, part in zip(words, name, strict=True)) and all(
            GAP.fullmatch(text, a.end(), b.start()) for a, b in pairwise(words)
        )


def _alone(text: str, first: re.Match[str], last: re.Match[str]) -> bool:
    """Not a part of something longer, such as what follows a formula or stands before one: `$k$-nearest`."""
    return text[first.start() - 1 : first.start()] not in ("-", "_", "&") and text[last.end() : last.end() + 1] not in ("-", "_", "(")


def headings(markdown: str, slugify: Callable[[str, str], str]) -> dict[str, str]:
    """The sections of a page as it is written: their text by their anchor."""
    texts: Iterable[str] = re.findall(r"^#{2,4} +(.+?) *$", markdown, re.MULTILINE)
    return {slugify(text, "-"): text for text in texts}
