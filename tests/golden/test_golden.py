"""Golden cases: what a quiz file says, and the problems or the HTML that come of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from selfcheck.bank import Library

HERE = Path(__file__).parent


def cases(pattern: str) -> list:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(HERE.glob(pattern))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases("problems-*.yml"))
def test_every_problem_is_reported_at_its_place(case: dict, library: Library) -> None:
    found = library.rendered("q.yml", "q", case["quiz"]).problems
    assert [str(problem).removeprefix("q.yml:") for problem in found] == case["problems"]


@pytest.mark.parametrize("case", cases("html-*.yml"))
def test_a_question_becomes_this_html(case: dict, library: Library) -> None:
    leaf = library.rendered("q.yml", "q", case["quiz"])
    assert leaf.problems == []
    assert leaf.fragments[0].ask == case["ask"]
    assert tidy(leaf.fragments[0].whole) == case["whole"]


def tidy(html: str) -> str:
    """One tag a line, so that a difference can be seen."""
    return html.replace(">\n<", "><").replace("><", ">\n<") + "\n"
