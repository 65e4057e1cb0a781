"""Renders one question into two pieces.

`ask`, its prompt in plain words with formulas as TeX, goes into a page early, so that search finds the question. `whole`
takes its place when the page is written. So search doesn't find options, answer and explanation, and neither search nor
template has to carry more than a line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import escape

from selfcheck.fields import Field
from selfcheck.question import Part, Question, Writer

TITLE = "doc-title://"  # before a page's address, where its title is to stand
BEGIN, END, FOOT = "<!--selfcheck:{}-->", "<!--/selfcheck-->", "<!--selfcheck-foot-->"
BLOCK_END = re.compile("</(?:p|div|pre|li|t[dh])>")
TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
SEARCHED = 80  # words of a prompt: who looks for a question doesn't type the end of its specification
SLOT = re.compile(BEGIN.format("([a-z0-9 -]+)") + ".*?" + END, re.DOTALL)


@dataclass(frozen=True)
class Fragment:
    """A rendered question. Links in it lead from the docs root (`doc://`) until a page shows it."""

    id: str
    type: str
    level: str
    rev: int
    line: int
    ask: str  # in plain words
    whole: str  # with a slot for what depends on the page
    files: dict[str, str] = field(default_factory=dict)  # to take away, by their paths below the site's root


def render(question: Question, line: int, write: Writer) -> Fragment:
    """`line` is where the question begins in its file."""
    key = question.key()
    data = f" data-key='{_quoted(json.dumps(key, ensure_ascii=False, separators=(',', ':')))}'" if key is not None else ""
    name = f"q-{question.id}"
    prompt = question.prompt(write)
    whole = (
        f'<self-check class="sc" id="{name}" data-type="{question.type}" data-rev="{question.revision}" data-level="{question.level}"{data}>'
        f'<form class="sc-form" method="dialog" novalidate><div class="sc-ask" id="{name}-ask">{prompt}</div>'
        + question.controls(write)
        + "".join(_details("hint", f"Hint {i}", write.block(hint)) for i, hint in enumerate(question.hints or (), 1))
        + _details("answer", "Answer", question.answer(write) + _explanation(question, write))
        + f"{FOOT}</form></self-check>"
    )
    return Fragment(str(question.id), question.type, question.level, question.revision, line, _words(prompt), whole, question.files())


def slot(fragments: list[Fragment]) -> str:
    """A place in a page for questions that follow each other, with what search finds of them.

    The theme's search walks through every tag of every page at each build: one element is all it gets.
    """
    return f"{BEGIN.format(' '.join(fragment.id for fragment in fragments))}<p>{' '.join(fragment.ask for fragment in fragments)}</p>{END}"


def texts(question: Question) -> list[Field]:
    """Every text of a question, to find where something stands."""
    found: list[Field] = []

    def visit(value: object) -> None:
        if isinstance(value, Field):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            for item in value.values():
                visit(item)
        elif isinstance(value, Part):
            for name in type(value).model_fields:
                visit(getattr(value, name))

    visit(question)
    return found


def _explanation(question: Question, write: Writer) -> str:
    html = f'<div class="sc-why">{write.block(question.why)}</div>' if question.why else ""
    if question.see:
        target = escape(question.see)
        html += f'<p class="sc-see">Read more: <a href="doc://{target}">{TITLE}{target}</a></p>'
    if question.sources:
        html += f'<div class="sc-sources">Sources: {" · ".join(write.inline(source) for source in question.sources)}</div>'
    return html


def _words(html: str) -> str:
    """The first words without tags; those of different blocks stay apart."""
    return " ".join(TAG.sub("", BLOCK_END.sub(" ", html)).split()[:SEARCHED])


def _quoted(text: str) -> str:
    """For single quotes, since JSON is full of double ones."""
    return text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")


def _details(name: str, summary: str, content: str) -> str:
    return f'<details class="sc-{name}"><summary>{summary}</summary>{content}</details>'
