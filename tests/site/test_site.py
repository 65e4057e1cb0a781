"""Whole builds: the handbook itself, the fixture site with every place for a marker, and sites with faults."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import FIXTURE, ROOT
from site_builds import Built, build, our_hooks


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(FIXTURE / "mkdocs.yml", tmp_path_factory.mktemp("fixture"))


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT / "mkdocs.yml", tmp_path_factory.mktemp("handbook"))


@pytest.fixture
def site(tmp_path: Path):
    """Writes and builds a small site of one page and its quiz file."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "docs" / "assets").symlink_to(ROOT / "docs" / "assets")
    settings = {"INHERIT": str(ROOT / "mkdocs.yml"), "hooks": our_hooks(), "nav": None, "theme": {"custom_dir": str(ROOT / "overrides")}}
    (tmp_path / "mkdocs.yml").write_text(json.dumps(settings))

    def write(page: str, quiz: str = "", *, strict: bool = True) -> Built:
        (tmp_path / "docs" / "index.md").write_text(page, encoding="utf-8")
        if quiz:
            (tmp_path / "quizzes" / "index.yml").write_text(quiz, encoding="utf-8")
        return build(tmp_path / "mkdocs.yml", tmp_path / "site", strict=strict)

    return write


class Nesting(HTMLParser):
    """Which elements are open where a question stands, and whether everything is closed in order."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.around: dict[str, list[str]] = {}
        self.misnested: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "self-check":
            self.around[dict(attrs)["id"] or ""] = list(self.open)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1:] != [tag]:
            self.misnested.append(tag)
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def test_the_handbook_builds_strictly(handbook: Built) -> None:
    assert handbook.code == 0, handbook.said


def test_the_fixture_builds_strictly(fixture: Built) -> None:
    assert fixture.code == 0, fixture.said


@pytest.mark.parametrize(
    ("id", "inside"),
    [("m-alone", "article"), ("m-list", "li"), ("m-admonition", "div"), ("m-tab", "div"), ("m-quote", "blockquote"), ("one-right", "article")],
)
def test_a_question_stands_where_its_marker_stood(fixture: Built, id: str, inside: str) -> None:
    nesting = Nesting(fixture.page("markers"))
    assert nesting.around[f"q-{id}"][-1] == inside
    assert "p" not in nesting.around[f"q-{id}"]


def test_in_a_notebook_only_cells_of_text_have_markers(fixture: Built) -> None:
    html = fixture.page("math/notebooks/small")
    around = Nesting(html).around
    assert {name: inside[-1] for name, inside in around.items()} == {"q-m-notebook": "article", "q-m-alone": "li"}
    assert "Option-yes-notebook" in html
    assert html.count("&lt;!-- quiz: m-list --&gt;") == 3  # in the code twice, and in what it printed


@pytest.mark.parametrize("page", ["markers", "kinds", "code", "math/notebooks/small"])
def test_questions_leave_the_page_well_formed(fixture: Built, page: str) -> None:
    article = re.search(r"<article.*?</article>", fixture.page(page), re.DOTALL)
    assert article
    assert Nesting(article[0]).misnested == []


def test_in_code_a_marker_stays_text(fixture: Built) -> None:
    html = fixture.page("markers")
    assert html.count("&lt;!-- quiz") == 3
    assert "<!-- quiz" not in html


def test_search_finds_prompts_and_nothing_else_of_a_question(fixture: Built) -> None:
    index = (fixture.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    for i in ("alone", "list", "admonition", "tab", "quote"):
        assert f"marker-prompt-{i}" in index
        for hidden in (f"Option-yes-{i}", f"Option-no-{i}", f"Reason-no-{i}", f"Explanation-{i}"):
            assert hidden in fixture.page("markers")
            assert hidden not in index
    assert "\\\\lambda" in index  # formulas of prompts as TeX
    assert "math xmlns" not in index


def test_search_leaves_out_displayed_formulas_and_footnotes(site) -> None:
    built = site("# Home\n\nThe sum $\\alpha + 1$ is small[^note].\n\n$$\n\\beta + 2\n$$\n\n[^note]: Proved elsewhere.\n")
    assert built.code == 0, built.said
    index = (built.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "alpha" in index and "beta" not in index and "Proved" not in index
    assert built.page("").count("<math") == 2 and "Proved elsewhere" in built.page("")


def test_links_in_questions_lead_from_the_page_that_shows_them(fixture: Built) -> None:
    assert '<a href="../kinds/#numbers-and-words">link</a>' in fixture.page("markers")
    assert '<a href="../markers/#in-a-list">Where a marker can stand, In a list</a>' in fixture.page("kinds")
    assert 'href="#in-a-list"' in fixture.page("markers")
    assert "doc://" not in fixture.page("markers") + fixture.page("kinds")


def test_a_page_without_questions_has_nothing_of_them(fixture: Built) -> None:
    html = fixture.page("")
    assert "self-check" not in html
    assert "selfcheck.css" not in html


def test_of_a_challenge_search_finds_the_prompt_only(fixture: Built) -> None:
    index = (fixture.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "for logits of any size" in index
    assert "where requests come one by one" in index
    for hidden in ("def softmax", "Exponentiates before shifting", "math import exp", "Adding a number to all logits"):
        assert hidden.split()[-1] in fixture.page("code")
        assert hidden not in index


def test_a_challenge_is_published_as_one_file(fixture: Built) -> None:
    assert '<a href="../challenges/stable-softmax.py" download>' in fixture.page("code")
    text = (fixture.folder / "challenges" / "stable-softmax.py").read_text(encoding="utf-8")
    assert "# http://127.0.0.1:8000/code/#q-stable-softmax\n" in text
    compile(text, "stable-softmax.py", "exec")
    assert (fixture.folder / "assets" / "selfcheck" / "harness.py").read_text(encoding="utf-8") in text


def test_a_site_without_challenges_has_no_files_of_them(site, tmp_path: Path) -> None:
    assert site("# Page\n").code == 0
    assert not (tmp_path / "site" / "challenges").exists()
    assert not (tmp_path / "site" / "assets" / "selfcheck" / "harness.py").exists()
    assert not (tmp_path / "site" / "assets" / "pyodide").exists()


def test_a_site_with_challenges_brings_python_for_browsers(fixture: Built) -> None:
    folder = fixture.folder / "assets" / "pyodide"
    note = json.loads((folder / "runtime.json").read_text(encoding="utf-8"))
    assert note["packages"] == []
    module = "pyodide.asm.mjs"
    assert (folder / note["folder"] / module).read_bytes() == (ROOT / "node_modules" / "pyodide" / module).read_bytes(), "not minified"


def test_what_a_program_prints_is_shown_as_text(fixture: Built) -> None:
    assert "&lt;b&gt;done&lt;/b&gt;" in fixture.page("kinds")
    assert "<b>done</b>" not in fixture.page("kinds")


BROKEN = "questions:\n  - id: broken\n    type: single\n    ask: Which?\n  - id: fine\n    type: short\n    ask: What?\n    accept: [a]\n"


def test_a_problem_stops_a_strict_build_and_names_its_place(site) -> None:
    built = site("# Page\n\n<!-- quiz -->\n", BROKEN)
    assert built.code != 0
    assert "quizzes/index.yml:2:5: `options` is missing: every question of type `single` has one." in built.said
    assert "Traceback" not in built.said


def test_otherwise_the_page_shows_it_and_the_rest_works(site) -> None:
    built = site("# Page\n\n<!-- quiz -->\n", BROKEN, strict=False)
    assert built.code == 0
    assert "quizzes/index.yml:2:5: `options` is missing" in built.page("")
    assert 'id="q-fine"' in built.page("")


@pytest.mark.parametrize(
    ("page", "quiz", "message"),
    [
        ("# Page\n\n<!-- quiz: none -->\n", "", "docs/index.md:3:1: There is no question `none`"),
        ("---\ntitle: Page\n---\n\n# Page\n\ntext <!-- quiz: fine --> text\n", BROKEN, "docs/index.md:7:1: A marker can't stand inside <p>"),
        ("# Page\n", BROKEN, "quizzes/index.yml:5:1: `fine` stands on no page"),
        ("# Page\n\n<!-- quiz: fine\n\nmore\n", BROKEN, "docs/index.md:3:1: This marker is never closed"),
        ("# Page\n\n<!-- quiz -->\n", "questions:\n  - id: a\n   type: b\n", "quizzes/index.yml:3:4: This is not YAML"),
        ("# Page\n\n<!-- quiz -->\n", BROKEN + "    see: index.md#nowhere\n", "quizzes/index.yml:9:10: `docs/index.md` has no section `#nowhere`"),
        ("# Page\n\n<!-- quiz -->\n", BROKEN + "    why: See [x](gone.md).\n", "quizzes/index.yml:9:10: There is no `docs/gone.md`"),
        ("# Page\n\nThis $\\frac{1}{$ is none.\n", "", "docs/index.md:3"),
    ],
)
def test_every_problem_is_a_warning_with_its_place(site, page: str, quiz: str, message: str) -> None:
    built = site(page, quiz)
    assert built.code != 0
    assert message in built.said
    assert "Traceback" not in built.said


def test_the_build_never_runs_quiz_code(site, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = f"open({str(trap)!r}, 'w')"
    challenge = (
        (FIXTURE / "quizzes" / "code.yml")
        .read_text(encoding="utf-8")
        .replace("from math import", f"{code}; from math import")
        .replace("kinds.md", "index.md")
    )
    built = site(
        "# Page\n\n<!-- quiz -->\n", f"{challenge}\n  - id: a\n    type: output\n    ask: What?\n    code: {code}\n    prints: x\n    proof: {code}\n"
    )
    assert built.code == 0, built.said
    assert not trap.exists()


def test_a_changed_question_is_seen_by_the_next_build(site) -> None:
    quiz = "questions:\n  - id: a\n    type: short\n    ask: {}\n    accept: [a]\n"
    assert "First wording?" in site("# Page\n\n<!-- quiz -->\n", quiz.format("First wording?")).page("")
    again = site("# Page\n\n<!-- quiz -->\n", quiz.format("Second wording?")).page("")
    assert "Second wording?" in again
    assert "First wording?" not in again


def test_every_part_of_the_site_is_watched() -> None:
    assert "quizzes" in (ROOT / "mkdocs.yml").read_text()


def test_two_builds_give_the_same_bytes(fixture: Built, tmp_path: Path) -> None:
    again = build(FIXTURE / "mkdocs.yml", tmp_path / "again")
    for page in ("kinds", "markers", "code"):
        assert again.page(page) == fixture.page(page)
    shutil.rmtree(tmp_path / "again")


def test_search_leaves_sources_and_programs_out(handbook: Built) -> None:
    """Nobody looks for them, and they would be a seventh of the index."""
    index = (handbook.folder / "search" / "search_index.json").read_text(encoding="utf-8")
    page = (handbook.folder / "math" / "probability" / "index.html").read_text(encoding="utf-8")
    notebook = (handbook.folder / "math" / "notebooks" / "twelve-puzzles" / "index.html").read_text(encoding="utf-8")
    assert "10.1145/2623330.2623341" in page
    assert "10.1145/2623330.2623341" not in index
    assert "default_rng" in notebook
    assert "default_rng" not in index
    assert "data-search-exclude=" not in page + notebook
