"""The form of pages: what a topic page has and in which order, footnotes, text alternatives.

Links and anchors are the build's to check, and diagrams and the values of front matter as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfcheck.lint.page import DEFINITION, Page
from selfcheck.lint.rule import Found, Rule

KEYS = ("title", "description", "level", "roles", "prerequisites", "minutes", "tags", "reviewed")
TESTED, ASKED, SCREEN, SOURCES = "What is being tested", "Questions you will be asked", "In one screen", "Sources"
PRACTICE = ("From scratch", "Practice", "The challenges")
REFERENCE = re.compile(r"(?!^\[\^[^\]\s]+\]:)\[\^([^\]\s]+)\]", re.MULTILINE)
IMAGE = re.compile(r"!\[(?P<text>[^\]]*)\][(\[]")
TAG = re.compile(r"<img\b(?P<attributes>[^>]*)>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*("[^"]*\S[^"]*"|'[^']*\S[^']*'|[^\s"'>]+)""", re.IGNORECASE)


def is_topic(page: Page) -> bool:
    """Home, indexes and pages about the site are none."""
    return "level" in page.meta and any(heading.level == 2 and heading.text == TESTED for heading in page.headings)


def _skeleton(page: Page) -> Iterator[Found]:
    if not is_topic(page):
        return
    first, *rest = page.headings
    title = str(page.meta.get("title", first.text))
    if first.level != 1:
        yield (first.line, 1), f"The page begins with its title: write `# {title}` before this."
        return
    if first.text != title:
        yield (first.line, 1), f"The page's title is “{title}” in the front matter and “{first.text}” here: write it alike."
    sections = [heading for heading in page.headings if heading.level == 2]
    names = [heading.text for heading in sections]
    for heading in rest:
        if heading.level == 1:
            yield (heading.line, 1), "A page has one title: make this a section (`##`)."
    if names[0] != TESTED:
        yield (sections[0].line, 1), f"The first section is “{TESTED}”: move it here, after the opening."
    elif not "".join(page.markdown.splitlines()[first.line : sections[0].line - 1]).strip():
        yield (first.line, 1), "The opening is missing: two or three sentences on what the topic is for and why it is asked."
    if ASKED not in names and "The challenges" not in names:
        yield (
            (sections[-1].line, 1),
            f"The section “{ASKED}” is missing, or “The challenges” on a page that is made of them: write it before this one.",
        )
    for name, place in ((SCREEN, -2), (SOURCES, -1)):
        if name not in names:
            yield (sections[-1].line, 1), f"The section “{name}” is missing: the last two are “{SCREEN}” and “{SOURCES}”."
        elif names.index(name) != len(names) + place:
            yield (sections[names.index(name)].line, 1), f"The last two sections are “{SCREEN}” and “{SOURCES}”: move what comes after this one."
    practice = next((names.index(name) for name in PRACTICE if name in names), None)
    if practice is not None and ASKED in names and practice < names.index(ASKED):
        yield (sections[practice].line, 1), f"“{names[practice]}” comes after “{ASKED}”: move it there."


def _front_matter(page: Page) -> Iterator[Found]:
    if is_topic(page) and (missing := [key for key in KEYS if page.meta.get(key) is None]):
        yield (
            (1, 1),
            f"The front matter of a topic page lacks {', '.join(f'`{key}`' for key in missing)}: add {'it' if len(missing) == 1 else 'them'}.",
        )


def _alternatives(page: Page) -> Iterator[Found]:
    for image in IMAGE.finditer(page.markdown):
        if not image["text"].strip():
            yield page.place(image.start()), "This image has no text alternative: say between `![` and `]` what one sees in it."
    for tag in TAG.finditer(page.markdown):
        if not ALT.search(page.source[tag.start() : tag.end()]):
            yield page.place(tag.start()), 'This image has no text alternative: say in `alt="…"` what one sees in it.'


def _footnotes(page: Page) -> Iterator[Found]:
    defined: dict[str, int] = {}
    for definition in DEFINITION.finditer(page.markdown):
        name = definition["name"]
        if name in defined:
            line = page.place(defined[name])[0]
            yield page.place(definition.start()), f"The footnote `[^{name}]` stands in line {line} already: delete one, or give it another name."
        defined.setdefault(name, definition.start())
    used = {found[1]: found.start() for found in reversed(list(REFERENCE.finditer(page.markdown)))}
    for name, offset in used.items():
        if name not in defined:
            yield page.place(offset), f"There is no footnote `[^{name}]`: write it below “{SOURCES}”, or mend the name."
    for name, offset in defined.items():
        if name not in used:
            yield page.place(offset), f"Nothing refers to `[^{name}]`: put it where its claim stands, or delete it."
    if is_topic(page) and not defined:
        yield (page.headings[-1].line, 1), "The page has no footnote: a claim that a candidate could be challenged on has a source."


TOPIC = """---
title: Odds
description: What odds are.
level: core
roles: [mle]
prerequisites: []
minutes: 5
tags: [probability]
reviewed: 2026-11-23
---

# Odds

Odds make updates short, and interviewers like them.

## What is being tested

- Turn odds into a probability.

## Odds and probabilities

Odds of $1:4$ are a probability of $1/5$[^example].

## Questions you will be asked

## In one screen

## Sources

[^example]: A. Author (2000), A title.
"""
RULES = (
    Rule(
        id="page-skeleton",
        says=f"A topic page has a title, an opening, “{TESTED}”, its ideas, “{ASKED}”, practice, “{SCREEN}” and “{SOURCES}”, in this order.",
        reason="Who has read one page knows where to look on all others, on the morning of the interview above all.",
        bad=TOPIC.replace("## In one screen\n\n", ""),
        good=TOPIC,
        page=_skeleton,
    ),
    Rule(
        id="front-matter",
        says=f"The front matter of a topic page has {', '.join(f'`{key}`' for key in KEYS)}.",
        reason="Search engines, the map of topics, learning paths and the dates of review are made from it.",
        bad=TOPIC.replace("minutes: 5\n", ""),
        good=TOPIC,
        page=_front_matter,
    ),
    Rule(
        id="text-alternative",
        says="Every image has a text alternative.",
        reason="Some readers don't see it, and some have it not loaded.",
        bad="![](figures/base-rate.svg)\n",
        good="![Of 10,000 people, 100 are sick.](figures/base-rate.svg)\n",
        page=_alternatives,
    ),
    Rule(
        id="footnotes",
        says="Every footnote is defined once and used, and a topic page has at least one.",
        reason="A source that nothing refers to supports nothing, and a reference without a source reads as if there were one.",
        bad="Counts prevent mistakes[^gigerenzer].\n",
        good="Counts prevent mistakes[^gigerenzer].\n\n[^gigerenzer]: G. Gigerenzer and U. Hoffrage (1995).\n",
        page=_footnotes,
    ),
)
