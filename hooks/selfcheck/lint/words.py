"""Words of pages and of questions: spelled right, in American spelling, without emoji and without notes to oneself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from selfcheck.fields import Field
from selfcheck.fragment import texts as every_text
from selfcheck.lint.british import AMERICAN
from selfcheck.lint.page import Page, prose
from selfcheck.lint.rule import Bank, Finding, Found, Rule, at
from selfcheck.question import Part, Question

if TYPE_CHECKING:
    from spellchecker import SpellChecker

DICTIONARY = "words.txt"  # at the project's root: words of the field, one a line
OURS = Path(__file__).parents[3] / DICTIONARY
WORD = re.compile(r"(?<![\w.@/\\_])[A-Za-zÀ-ž]+(?:['’][A-Za-z]+)*(?![\w@\\_(])")
# Words of two parts are many in this field, and no list has them all.
PREFIXES = re.compile(
    r"(?:auto|counter|cross|eigen|hyper|inter|intra|micro|mini|multi|non|over|pre|pseudo|quasi|re|self|semi|sub|super|under)(?=[a-z]{5})"
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2705\u2728\u274c\u274e\u2753-\u2757\u2b50\u2b55\ufe0f]")
NOTE = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b(?:[^\n`]{0,40}\b)?")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) .*", re.MULTILINE)  # what Git writes where two branches disagree
# What of a question is written in words, by the names of its fields; the rest is code, names and answers to compare with.
PROSE = frozenset("answer ask complexity decisive expects extra hints items model pairs right rubric symptom weak why wrong".split())

Check = Callable[[Bank], Iterable[Finding]]
Reader = Callable[[str], Iterable[tuple[int, str]]]  # a text to what is wrong in it, each with its offset


def texts(question: Question) -> Iterator[Field]:
    """The texts of a question that are written in words."""

    def visit(value: object, name: str) -> Iterator[Field]:
        if isinstance(value, Field):
            if name in PROSE:
                yield value
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from visit(item, name)
        elif isinstance(value, Part):
            for field in type(value).model_fields:
                yield from visit(getattr(value, field), field)

    return visit(question, "")


def of_questions(read: Reader) -> Callable[[Bank], Iterator[Finding]]:
    def check(bank: Bank) -> Iterator[Finding]:
        for path, questions in bank.files.items():
            for question in questions:
                told: set[str] = set()  # a word that is wrong once is often wrong throughout
                for text in texts(question):
                    for offset, message in read(prose(text)):
                        if message not in told:
                            yield Finding(path, question, at(text, offset), message)
                        told.add(message)

    return check


def of_pages(read: Reader) -> Callable[[Page], Iterator[Found]]:
    def check(page: Page) -> Iterator[Found]:
        told: set[str] = set()
        for offset, message in read(page.text):
            if message not in told:
                yield page.place(offset), message
            told.add(message)

    return check


@cache
def _dictionary() -> frozenset[str]:
    """What the list of English words lacks. A word of it that is written in lower case stands for its plural too."""
    lines = OURS.read_text(encoding="utf-8").splitlines() if OURS.exists() else []
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _english() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(distance=1)


@cache
def known(word: str) -> bool:
    """Whether a word in lower case is spelled right, as far as lists tell."""
    english, ours = _english().word_frequency, _dictionary()
    word = "".join(c for c in normalize("NFKD", word.replace("’", "'")) if not combining(c))
    for form in (word, word.removesuffix("'s"), word.removesuffix("s'") + "s"):
        stem = form.removesuffix("s")
        if form in english or form in ours or stem in ours or (len(stem) > 4 and stem in english):
            return True
    return bool((prefix := PREFIXES.match(word)) and known(word[prefix.end() :]))


@cache
def installed() -> bool:
    """Whether there is a list of English words. Without one spelling is not checked, and the report says so."""
    return find_spec("spellchecker") is not None


def _misspelled(text: str) -> Iterator[tuple[int, str]]:
    for found in WORD.finditer(text) if installed() else ():
        word = found[0]
        if len(word) > 2 and word.islower() and word not in AMERICAN and not known(word):  # capitals: names and abbreviations
            near = sorted(_english().candidates(word) or (), key=lambda other: -_english()[other])
            meant = f" Did you mean `{near[0]}`?" if near and near != [word] else ""
            yield (
                found.start(),
                f"`{word}` is not in the dictionary.{meant} If it is right, add it to `{DICTIONARY}`, or put it in backticks if it is code.",
            )


def _british(text: str) -> Iterator[tuple[int, str]]:
    for found in WORD.finditer(text):
        if american := AMERICAN.get(found[0].lower()):
            yield found.start(), f"`{found[0]}` is British: write `{american}`."


def _emoji(text: str) -> Iterator[tuple[int, str]]:
    for found in EMOJI.finditer(text):
        yield found.start(), f"The emoji U+{ord(found[0]):04X} stands here: say it in words, or in backticks if it is data."


def _notes(text: str) -> Iterator[tuple[int, str]]:
    for found in NOTE.finditer(text):
        yield found.start(), f"`{found[0].strip()}` is a note to yourself: do it, or open an issue and delete the note."
    for found in CONFLICT.finditer(text):
        yield found.start(), f"`{found[0].strip()}` is left of a merge: choose what stays, and delete the lines of `<`, `=` and `>`."


def _notes_of_questions(bank: Bank) -> Iterator[Finding]:
    """In what is read as words, and, since scaffolds are made of such notes, in everything else as well."""
    yield from of_questions(_notes)(bank)
    for path, questions in bank.files.items():
        for question in questions:
            if question.id.startswith("todo-"):
                yield Finding(path, question, at(question.id), f"`{question.id}` is the id of a scaffold: choose one that can stay.")
            words = {id(text) for text in texts(question)}
            for text in every_text(question):
                if id(text) not in words and (found := NOTE.search(text)):
                    yield Finding(
                        path, question, at(text, found.start()), f"`{found[0].strip()}` is a note to yourself: do it, or delete it, in code too."
                    )


def _rule(id: str, says: str, reason: str, bad: str, good: str, read: Reader, bank: Check | None = None) -> Rule:
    return Rule(id, says, reason, f"{bad}\n", f"{good}\n", bank or of_questions(read), of_pages(read))


RULES = (
    _rule(
        "spelling",
        f"Words are spelled right: they are English, or in `{DICTIONARY}`. Words with a capital, code, formulas and footnotes are not looked at.",
        "A misspelled word makes a reader doubt the formula next to it, and search does not find it.",
        "The gradeint of the loss.",
        "The gradient of the softmax, as `np.gradeint` has it.",
        _misspelled,
    ),
    _rule(
        "american-spelling",
        "Spelling is American.",
        "One spelling for one word, so that search and the glossary find it.",
        "Regularisation changes the behaviour.",
        "Regularization changes the behavior; an exercise is otherwise precise.",
        _british,
    ),
    _rule(
        "no-emoji",
        "There are no emoji.",
        "They look different on every device, and screen readers read their names out.",
        "That is right 🎉",
        "That is right ✓, and `len('🎉')` is 1.",
        _emoji,
    ),
    _rule(
        "no-notes",
        "No TODO, FIXME, TBD or XXX stands in the text, and in questions not in code either; nor what a merge has left open.",
        "Readers can do nothing about what is left to do. Issues are where others see it.",
        "The proof is TBD.",
        "A comment in code may say `TODO`.",
        _notes,
        _notes_of_questions,
    ),
)
