"""Questions in pages: prompts first, the rest later, and everything that can be wrong with a marker."""

from __future__ import annotations

import pytest
from selfcheck.bank import Bank, Library
from selfcheck.embed import PROGRESS, Placement, Project
from selfcheck.fragment import SEARCHED

QUIZ = """\
questions:
  - id: one
    type: single
    ask: Prompt of one, see [there](math/other.md#part).
    options:
      - right: Option this
      - wrong: Option that
        why: Reason that
    why: Explanation of one
    see: math/other.md
  - id: two
    type: short
    ask: Prompt of two
    accept: [word]
  - id: broken
    type: short
    ask: Prompt of broken
"""


@pytest.fixture
def placement(library: Library) -> Placement:
    bank = Bank()
    bank.add(library.rendered("quizzes/math/page.yml", "math/page", QUIZ))
    return Placement(bank, Project("https://example.org/owner/name/"))


def put(placement: Placement, html: str, page: str = "math/page") -> str:
    return placement.prompts(html, page, f"docs/{page}.md", html)


def said(placement: Placement) -> list[str]:
    return [str(problem) for problem in placement.problems]


def test_the_page_first_has_prompts_and_nothing_that_search_must_not_see(placement: Placement) -> None:
    html = put(placement, "<h1>Title</h1>\n<!-- quiz: one -->\n<p>text</p>")
    assert "Prompt of one" in html
    for hidden in ("Option", "Reason", "Explanation"):
        assert hidden not in html
    assert html.startswith(f"<h1>Title</h1>{PROGRESS}")


def test_search_sees_the_beginning_of_a_long_prompt(library: Library) -> None:
    words = [f"word{i}" for i in range(SEARCHED + 5)]
    bank = Bank()
    bank.add(library.rendered("q.yml", "q", f"questions:\n  - id: long\n    type: short\n    ask: {' '.join(words)}\n    accept: [word]\n"))
    html = put(Placement(bank, Project()), "<!-- quiz -->", "q")
    assert words[SEARCHED - 1] in html and words[SEARCHED] not in html


def test_the_finished_page_has_everything(placement: Placement) -> None:
    def locate(target: str, anchor: str) -> tuple[str, str]:
        return f"../{target.removesuffix('.md')}/" + (f"#{anchor}" if anchor else ""), "Other <page>"

    html = placement.complete(put(placement, "<!-- quiz: one -->"), "https://example.org/math/page/", locate)
    for expected in ("Prompt of one", "Option this", "Reason that", "Explanation of one", 'href="../math/other/#part"', ">Other &lt;page&gt;</a>"):
        assert expected in html
    assert "https://example.org/owner/name/edit/main/quizzes/math/page.yml#L2" in html
    assert (
        "issues/new?template=wrong-answer.yml&amp;title=Question+one&amp;question=one&amp;rev=1&amp;page=https%3A%2F%2Fexample.org%2Fmath%2Fpage%2F"
        in html
    )
    assert "doc:" not in html
    assert "<!--" not in html


def test_a_marker_without_ids_stands_for_the_others(placement: Placement) -> None:
    put(placement, "<!-- quiz -->\n<!-- quiz: two -->")
    assert placement.pages["math/page"] == ["one", "two"]


def test_a_question_may_stand_on_another_page(placement: Placement) -> None:
    assert "Prompt of two" in put(placement, "<!-- quiz: two -->", "elsewhere")
    assert said(placement) == []


def test_a_page_without_markers_stays_as_it_is(placement: Placement) -> None:
    assert put(placement, "<h1>Title</h1>") == "<h1>Title</h1>"


def test_a_broken_question_shows_its_problem_where_it_would_stand(placement: Placement) -> None:
    html = put(placement, "<!-- quiz: one broken two -->")
    assert "quizzes/math/page.yml:15:5: `accept` is missing" in html
    assert html.index("Prompt of one") < html.index("is missing") < html.index("Prompt of two")
    assert said(placement) == []  # the bank reports it


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("\n<!-- quiz: none -->", "docs/math/page.md:2:1: There is no question `none`"),
        ("<!-- quiz: one -->\n\n<!-- quiz: one -->", "docs/math/page.md:3:1: `one` stands on this page already"),
        ("<!-- quiz -->\n<!-- quiz -->", "docs/math/page.md:2:1: `<!-- quiz -->` stands in line 1 already"),
        ("<!-- quiz: one two broken -->\n<!-- quiz -->", "docs/math/page.md:2:1: Other markers of this page name all its questions"),
        ("<p>\n<!-- quiz: one --></p>", "docs/math/page.md:2:1: A marker can't stand inside <p>"),
        ("<!-- quizz: one -->", ""),
        ("<!-- quiz one -->", "docs/math/page.md:1:1: This marker can't be read"),
        ("<p>a</p>\n<!-- quiz: one", "docs/math/page.md:2:1: This marker is never closed"),
    ],
)
def test_what_is_wrong_with_a_marker_is_said_and_shown(placement: Placement, html: str, problem: str) -> None:
    shown = put(placement, html)
    if not problem:
        assert said(placement) == []
        return
    (message,) = said(placement)
    assert message.startswith(problem)
    assert "A question is missing here" in shown


def test_a_page_without_questions_of_its_own_says_where_to_write_them(placement: Placement) -> None:
    put(placement, "<!-- quiz -->", "math/other")
    assert "write them in `quizzes/math/other.yml`" in said(placement)[0]


def test_a_question_that_no_page_shows_is_a_problem(placement: Placement) -> None:
    put(placement, "<!-- quiz: one -->")
    (problem,) = placement.unplaced()
    assert (problem.line, problem.message.split(":")[0]) == (11, "`two` stands on no page")


def test_links_that_lead_nowhere_are_problems(placement: Placement) -> None:
    assert [str(p).split(": ")[0] for p in placement.dangling({})] == ["quizzes/math/page.yml:4:10", "quizzes/math/page.yml:10:10"]
    (problem,) = placement.dangling({"math/other.md": {"elsewhere"}})
    assert "no section `#part`" in problem.message
    assert placement.dangling({"math/other.md": {"part"}}) == []
    assert placement.dangling({"math/other.md": None}) == []


def test_problems_are_text(library: Library) -> None:
    bank = Bank()
    bank.add(library.rendered("q.yml", "q", "questions:\n  - id: x\n    type: <script>alert(1)</script>\n"))
    html = put(Placement(bank), "<!-- quiz: x -->", "q")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
