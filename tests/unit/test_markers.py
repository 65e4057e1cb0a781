"""Where a marker stands, where it can't stand, and in which line."""

from __future__ import annotations

import markdown
import pytest
from conftest import ROOT
from selfcheck.markers import find, unclosed
from selfcheck.site import Site

SITE = Site.at(ROOT)


def markers(source: str) -> list:
    html = markdown.Markdown(extensions=SITE.extensions, extension_configs=SITE.configs).convert(source)
    return find(html, source)


def test_a_marker_has_its_line_and_its_ids() -> None:
    found = markers("# Title\n\ntext\n\n<!-- quiz: a b-2 -->\n\n<!-- quiz -->\n\n<!--quiz:c,d-->\n")
    assert [(marker.line, marker.ids, marker.wrong) for marker in found] == [(5, ("a", "b-2"), ""), (7, None, ""), (9, ("c", "d"), "")]


def test_the_range_in_the_html_is_the_marker_itself() -> None:
    html = "<p>a</p>\n<!-- quiz: a -->\n<p>é</p>\n<!-- quiz: b -->"
    assert [html[m.start : m.end] for m in find(html, html)] == ["<!-- quiz: a -->", "<!-- quiz: b -->"]


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("text <!-- quiz: a --> text", "p"),
        ("# Title <!-- quiz: a -->", "h1"),
        ("|a|b|\n|-|-|\n|x|<!-- quiz: a -->|", "td"),
        ("Term\n:   text <!-- quiz: a --> text\n\n    more", "p"),
    ],
)
def test_inside_a_line_of_text_a_marker_is_a_problem(source: str, inside: str) -> None:
    (marker,) = markers(source)
    assert f"inside <{inside}>" in marker.wrong


@pytest.mark.parametrize(
    "source", ["`<!-- quiz: a -->`", "```\n<!-- quiz: a -->\n```", "    <!-- quiz: a -->", "1. x\n\n    ```\n    <!-- quiz -->\n    ```"]
)
def test_in_code_a_marker_is_text(source: str) -> None:
    assert markers(source) == []


def test_a_marker_after_one_in_code_has_its_own_line() -> None:
    assert [marker.line for marker in markers("```\n<!-- quiz: a -->\n```\n\n`<!-- quiz: a -->`\n\n<!-- quiz: a -->\n")] == [7]


@pytest.mark.parametrize("text", ["<!-- quiz a -->", "<!-- Quiz: a -->", "<!-- quiz: -->", "<!-- quiz:\na -->", "<!-- quiz : a -->"])
def test_a_marker_that_can_not_be_read_is_a_problem(text: str) -> None:
    (marker,) = markers(f"text\n\n{text}\n\ntext")
    assert "can't be read" in marker.wrong
    assert marker.line == 3


@pytest.mark.parametrize("text", ["<!-- other -->", "<!-- quizzes are fun -->", "<!-- a quiz -->"])
def test_other_comments_are_left_alone(text: str) -> None:
    assert markers(f"text\n\n{text}\n") == []


@pytest.mark.parametrize("text", ["<!-- quiz: a", "<!-- quiz: a\n\nmore text --\n\n-->", "<!-- quiz"])
def test_an_unclosed_marker_is_found(text: str) -> None:
    assert unclosed(f"# T\n\n{text}\n\nmore") == 3
    assert unclosed(f"```\n{text.splitlines()[0]}\n```\n") is None
