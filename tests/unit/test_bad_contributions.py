"""Contributions that each break another rule: all are refused, with the file, the line and the remedy."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from selfcheck.__main__ import main
from selfcheck.lint import words
from site_builds import Built, build, our_hooks

QUIZ, PAGE, RETIRED = "quizzes/ml/page.yml", "docs/ml/page.md", "quizzes/retired.yml"
GOOD_PAGE = "# Page\n\n## Part\n\n<!-- quiz -->\n"
BEFORE = """\
questions:
  - id: dice
    type: numeric
    ask: What is the variance of two dice, to one decimal?
    answer: 5.8
    tolerance: 0.05
    proof: answer = 35 / 6
    why: Each die has 35/12.
  - id: gone
    type: short
    ask: What does a die have six of?
    accept: [faces]
"""


def single(right: str = "The L1 penalty", *wrong: str, ask: str = "Which penalty gives exact zeros?", why: str = "Its pull fades.") -> str:
    options = "".join(f"      - wrong: {text}\n        why: {why}\n" for text in wrong or ("The L2 penalty", "No penalty"))
    return f"  - id: zeros\n    type: single\n    ask: {ask}\n    options:\n      - right: {right}\n{options}"


def short(ask: str = "What does a die have six of?", more: str = "") -> str:
    return f"  - id: faces\n    type: short\n    ask: {ask}\n    accept: [faces]\n{more}"


def number(
    answer: str = "5.8", tolerance: str = "0.05", more: str = "", ask: str = "What is the variance of two dice, to one decimal?", rev: str = ""
) -> str:
    return f"  - id: dice\n    type: numeric\n{rev}    ask: {ask}\n    answer: {answer}\n    tolerance: {tolerance}\n{more}"


CODE = """\
  - id: half
    type: code
    ask: Write `half(x)`.
    starter: |
      def half(x):
          ...
    solution: |
      def half(x):
          return x / 2
    tests:
      - name: even
        expects: Two halves.
        code: assert half(4) == 2
      - name: odd
        expects: A fraction.
        code: assert half(3) == 1.5
      - name: zero
        expects: Nothing.
        code: assert half(0) == 0
      - name: negative
        expects: A fraction below zero.
        code: assert half(-1) == -0.5
    broken:
      - why: Floors.
        fails: [odd]
        change:
          - from: x / 2
            to: x // 2
      - why: Truncates.
        fails: [{caught}]
        change:
          - from: x / 2
            to: int(x / 2)
      - why: Doubles.
        fails: [even]
        change:
          - from: x / 2
            to: x * 2
    complexity: Constant time and space.
"""
TOPIC = """\
---
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

Odds of one to four are a probability of one fifth[^example].

## Questions you will be asked

## In one screen

## Sources

[^example]: A. Author (2000), A title.
"""

# Each case: its name, the file, what it becomes, the line of the problem, and what the message has to tell.
CHECKED = [
    # The loader: what YAML or a type of question does not allow.
    ("a key twice", QUIZ, short(more="    ask: Again?\n"), 6, "`ask` stands here a second time (first in line 4): delete one, or merge the two"),
    ("a key with a typing error", QUIZ, number().replace("tolerance", "tolerence"), 6, "Did you mean `tolerance`?"),
    ("an alias", QUIZ, short("*bold* or not?"), 4, "belongs in quotes or in a block (`|`)"),
    ("a colon in plain text", QUIZ, short("Which one: this?"), 4, "belongs in quotes or in a block (`|`)"),
    ("a comment that swallows text", QUIZ, short("Is C # or C++ faster?"), 4, "put the text in quotes or in a block (`|`)"),
    ("a list for a text", QUIZ, short("[What is it?]"), 4, "put it in quotes or in a block (`|`)"),
    ("a backspace", QUIZ, short('"What is $\\beta$?"'), 4, "use single quotes or a block (`|`)"),
    ("a tab", QUIZ, short(more="\twhy: No.\n"), 6, "indent with spaces"),
    ("no type of question", QUIZ, short().replace("type: short", "type: choice"), 3, "The types are single, multiple, numeric"),
    ("a number without tolerance", QUIZ, number().replace("    tolerance: 0.05\n", ""), 2, "`tolerance` is missing"),
    ("two right options", QUIZ, single().replace("- wrong: No penalty\n        why: Its pull fades.", "- right: No penalty"), 9, "use `type: multiple`"),
    ("a slip that counts as right", QUIZ, number(more="    slips:\n      - near: 5.83\n        why: No.\n"), 8, "narrow the tolerance"),
    ("an id that can't be one", QUIZ, short().replace("id: faces", "id: Faces_1"), 2, "use lower-case words and digits joined by hyphens"),
    ("an id twice", QUIZ, short() + short("What has a cube six of?"), 6, "`faces` is the id of the question in line 2 too: ids are unique"),
    ("a retired id", RETIRED, "retired:\n  - faces\n", 2, "`faces` is the id of a retired question: choose another"),
    ("raw HTML in a question", QUIZ, short("'What is <b>it</b>?'"), 4, "Write Markdown, or put it in backticks"),
    ("a link to a script", QUIZ, short("'What is [it](javascript:alert)?'"), 4, "javascript:alert"),
    ("a formula that is none", QUIZ, short("'What is $\\frac{1$?'"), 4, "expected '}' at end of input"),
    # What is run.
    ("a proof that finds something else", QUIZ, number("6.8", more="    proof: answer = 35 / 6\n"), 7, "the proof finds 5.833333333, the key says 6.8"),
    ("an output that is not printed", QUIZ, "  - id: out\n    type: output\n    ask: What?\n    code: print(1)\n    prints: 2\n", 5, "`prints` says '2'"),
    ("a wrong solution that passes", QUIZ, CODE.format(caught="zero"), 31, "it fails only `odd`, `negative`"),
    # Places and links.
    ("a link to no page", QUIZ, short(more="    see: ml/none.md\n"), 6, "There is no `docs/ml/none.md`: mend the link"),
    ("a link to no section", QUIZ, short(more="    see: ml/page.md#whole\n"), 6, "`docs/ml/page.md` has no section `#whole`: mend the link"),
    ("a question on no page", PAGE, "# Page\n", 2, "`faces` stands on no page: put `<!-- quiz -->`"),
    ("a marker of no question", PAGE, GOOD_PAGE + "\n<!-- quiz: none -->\n", 7, "There is no question `none`: write it, or mend the marker"),
    ("a marker in a sentence", PAGE, "# Page\n\nHere <!-- quiz --> it is.\n", 3, "give it a line of its own"),
    ("a marker that is not closed", PAGE, "# Page\n\n<!-- quiz\n", 3, "end it with `-->` on the same line"),
    # The rules of style.
    ("wrong-without-why", QUIZ, single(why="x").replace("        why: x\n", ""), 7, "why"),
    ("longest-option", QUIZ, single("The L1 penalty, since its pull does not fade as a weight comes near to zero"), 6, "shorten it, or say more in a wrong one"),
    ("cue-word", QUIZ, single("L1", "Always L2", "Always both"), 7, "always"),
    ("nested-option", QUIZ, single("It lowers the variance", "It lowers the variance and the bias", "It lowers the bias a bit"), 7, "It lowers the variance"),
    ("catch-all", QUIZ, single("The L1 penalty", "The L2 penalty", "None of these"), 9, "`pin: last`"),
    ("negative-question", QUIZ, single(ask="Which penalty does not give exact zeros?"), 4, "ask for what holds"),
    ("tight-tolerance", QUIZ, number(tolerance="0.001"), 6, "0.05"),
    ("duplicate-question", QUIZ, short() + short().replace("id: faces", "id: again"), 8, "ask something else, or delete one of the two"),
    ("rev-not-raised", QUIZ, number("8.8", ask="What is the variance of three dice, to one decimal?"), 2, "write `rev: 2`"),
    ("id-vanished", QUIZ, number(), 1, "write its id below `retired` here"),
    ("id-reused", QUIZ, short().replace("id: faces", "id: dice"), 2, "Choose another id, and retire this one"),
    ("spelling", QUIZ, short("What is a gradeint?"), 4, "Did you mean `gradient`?"),
    ("american-spelling", QUIZ, short("What is its behaviour?"), 4, "write `behavior`"),
    ("no-emoji", QUIZ, short("What is it 🎉?"), 4, "say it in words"),
    ("no-notes", QUIZ, short("TODO ask something"), 4, "do it, or open an issue and delete the note"),
    ("unneeded-waiver", QUIZ, short(more="    waive:\n      no-emoji: I like them.\n"), 7, "delete its waiver"),
    ("page-skeleton", PAGE, TOPIC.replace("## In one screen\n\n", "") + "\n<!-- quiz -->\n", 26, "The section “In one screen” is missing"),
    ("front-matter", PAGE, TOPIC.replace("minutes: 5\n", "") + "\n<!-- quiz -->\n", 1, "lacks `minutes`: add it"),
    ("a merge left open", PAGE, GOOD_PAGE + "\nOne.\n\n<<<<<<< HEAD\nTwo.\n", 9, "choose what stays"),
    ("text-alternative", PAGE, GOOD_PAGE + "\n![](x.png)\n", 7, "say between `![` and `]` what one sees in it"),
    ("footnotes", PAGE, GOOD_PAGE + "\nIt is so[^none].\n", 7, "write it below “Sources”, or mend the name"),
]  # fmt: skip
ONLY_BASE = {"rev-not-raised", "id-vanished", "id-reused"}
RULES = [name for name, *_ in CHECKED if re.fullmatch("[a-z]+(-[a-z]+)+", name)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handbook of one page whose main branch has two questions."""
    root = tmp_path_factory.mktemp("handbook")
    for name, text in ((PAGE, GOOD_PAGE), (QUIZ, BEFORE), (RETIRED, "# none\n"), ("mkdocs.yml", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    for command in ("init -q -b main", "add -A", "-c user.name=a -c user.email=a@b.c commit -qm begin"):
        subprocess.run(["git", "-C", str(root), *command.split()], check=True)
    return root


@pytest.mark.parametrize(("name", "file", "text", "line", "remedy"), CHECKED, ids=[case[0] for case in CHECKED])
def test_the_check_refuses(
    name: str, file: str, text: str, line: int, remedy: str, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "spelling" and not words.installed() and not os.environ.get("CI"):
        pytest.skip("pyspellchecker is not installed")
    quiz = text if file == QUIZ else short()
    page = text if file == PAGE else GOOD_PAGE
    (repository / QUIZ).write_text(f"questions:\n{quiz}", encoding="utf-8")
    (repository / PAGE).write_text(page, encoding="utf-8")
    gone = "# none\n" if name in ONLY_BASE else "retired:\n" + "".join(f"  - {id}\n" for id in ("dice", "gone") if f"id: {id}\n" not in quiz)
    (repository / RETIRED).write_text(text + gone.partition("\n")[2] if file == RETIRED else gone, encoding="utf-8")
    monkeypatch.chdir(repository)
    assert main(["check", "--format", "json"]) == 1
    problems = json.loads(capsys.readouterr().out)
    where = {"id-vanished": RETIRED, "a question on no page": QUIZ, "a retired id": QUIZ}.get(name, file)
    told = [p for p in problems if p["path"] == where and p["line"] == line and remedy in p["message"]]
    assert told, problems
    if name in RULES:
        assert {p["rule"] for p in told} == {name}


def test_without_any_of_that_nothing_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(repository)
    for name, text in ((QUIZ, f"questions:\n{short()}"), (PAGE, GOOD_PAGE), (RETIRED, "retired:\n  - dice\n  - gone\n")):
        (repository / name).write_text(text, encoding="utf-8")
    assert main(["check", "--format", "json"]) == 0, capsys.readouterr().out


# What only a build sees: its pages, each with the line of the problem and what the message has to tell.
BUILT = [
    ("a script", "script.md", "# P\n\n<script>alert(1)</script>\n", 3, "write Markdown, or put it in backticks"),
    ("an event attribute", "event.md", '# P\n\n<p onclick="x()">a</p>\n', 3, "`onclick` can't stand in a page: delete it"),
    ("a picture from elsewhere", "image.md", "# P\n\n![a b](https://x.org/y.png)\n", 3, "put the picture below `docs`"),
    ("an unknown key of the front matter", "key.md", "---\ntitel: P\n---\n\n# P\n", 2, "did you mean `title`?"),
    ("a value that can't be", "value.md", "---\nminutes: soon\n---\n\n# P\n", 2, "has to be a whole number"),
    ("a link to no page", "link.md", "# P\n\n[a](none.md)\n", 3, "Mend the link."),
    ("a link to no section", "section.md", "# P\n\n[a](index.md#none)\n", 3, "Mend the link."),
    ("a page that is not in the navigation", "lost.md", "# P\n", 0, "add `- lost.md` to `nav`, where it belongs"),
    ("a formula that is none", "formula.md", "# P\n\nIt is $\\frac{1$.\n", 3, "\\frac{1"),
    ("a diagram without a text alternative", "diagram.md", "# P\n\n```mermaid\nflowchart TD\n  a --> b\n```\n", 4, "add a line `accTitle: …` below this one"),
    ("something that is not made", "made.md", "# P\n\n<!-- insert: nombers -->\n", 3, "write `numbers`"),
    ("a script among the pages", "code.js", "alert(1)\n", 1, "move the file there, or delete it"),
    ("a web page among the pages", "page.html", "<p>a</p>\n", 1, "pages are written in Markdown"),
    ("a picture that can run", "run.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 1, "`script`, which is not among those that only draw: delete it"),
    ("a correction without its form", "about/errata.yml", "- page: x.md\n", 1, "A correction has `reported`"),
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """All of them in one build."""
    root = tmp_path_factory.mktemp("site")
    (root / "quizzes").mkdir()
    for _, name, text, *_ in BUILT:
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / name).write_text(text, encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\n<!-- insert: errata -->\n", encoding="utf-8")
    (root / "docs" / "assets").symlink_to(ROOT / "docs" / "assets")
    nav = ["index.md", *(name for _, name, *_ in BUILT if name.endswith(".md") and name != "lost.md")]
    settings = {"INHERIT": str(ROOT / "mkdocs.yml"), "hooks": our_hooks(), "nav": nav, "theme": {"custom_dir": str(ROOT / "overrides")}}
    (root / "mkdocs.yml").write_text(json.dumps(settings))
    return build(root / "mkdocs.yml", root / "out")


@pytest.mark.parametrize(("name", "file", "text", "line", "remedy"), BUILT, ids=[case[0] for case in BUILT])
def test_the_build_refuses(name: str, file: str, text: str, line: int, remedy: str, built: Built) -> None:
    assert built.code != 0
    place = f"docs/{file}:{line}:" if line else "mkdocs.yml:1:"
    told = [one for one in built.said.splitlines() if place in one]
    assert any(remedy in one for one in told), built.said


def test_there_are_at_least_thirty_and_each_breaks_another_rule() -> None:
    names = [case[0] for case in [*CHECKED, *BUILT]]
    assert len(CHECKED) + len(BUILT) >= 30
    assert len(RULES) == len(set(RULES)) >= 18
    assert len(names) >= 60
