"""Scaffolds load, overwrite nothing, and can't land: each TODO that is left is refused."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import jupytext
import pytest
import yaml
from conftest import ROOT
from handbook import front_matter
from handbook.cache import Cache
from selfcheck.__main__ import main
from selfcheck.bank import Library
from selfcheck.kinds import KINDS
from selfcheck.lint.page import Page
from selfcheck.lint.project import lint
from selfcheck.lint.run import lint_page
from selfcheck.new import FORMS, Refused, new
from selfcheck.quizfile import parse

QUIZ = "quizzes/ml/trees.yml"


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    """One page with its scaffold of questions."""
    new(tmp_path, {"page": "ml/trees", "title": "Trees: what they split"})
    return tmp_path


def each_alone(text: str):
    """The text with one TODO, for each that it has."""
    marks = [found.start() for found in re.finditer("TODO", text)]
    for keep in marks:
        yield "".join("done" if i in marks and i != keep else text[i : i + 4] if i == keep else c for i, c in skipping(text, marks))


def skipping(text: str, marks: list[int]):
    at = 0
    while at < len(text):
        yield at, text[at]
        at += 4 if at in marks else 1


def notes(root: Path, text: str) -> list[str]:
    quiz = parse(QUIZ, text)
    return [str(problem) for problem in quiz.all_problems] or [
        str(problem) for problem in lint(root, [quiz], [], Cache()) if problem.rule == "no-notes"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_loads_and_no_todo_of_it_can_be_left(kind: str, handbook: Path, library: Library) -> None:
    new(handbook, {"question": kind, "file": QUIZ, "id": f"trees-{kind}"})
    text = (handbook / QUIZ).read_text(encoding="utf-8")
    assert library.rendered(QUIZ, "ml/trees", text).problems == []
    begin = text.index(f"  - id: trees-{kind}\n")
    (handbook / QUIZ).unlink()
    for some in each_alone(text[begin:]):
        assert notes(handbook, f"questions:\n{some}"), some
    assert text[begin:].count("TODO") >= 3


def test_the_id_of_a_scaffold_can_t_be_left(handbook: Path) -> None:
    text = (handbook / QUIZ).read_text(encoding="utf-8").replace("TODO", "done")
    assert notes(handbook, text) == [f"{QUIZ}:3:9: `todo-single` is the id of a scaffold: choose one that can stay. [no-notes]"]


def test_a_page_is_a_topic_page_and_no_todo_of_it_can_be_left(handbook: Path) -> None:
    text = (handbook / "docs/ml/trees.md").read_text(encoding="utf-8")
    page = Page("docs/ml/trees.md", text)
    assert page.meta["title"] == "Trees: what they split"
    assert {problem.rule for problem in lint_page(page)} == {"front-matter", "footnotes", "no-notes"}
    for some in each_alone(text):
        assert "no-notes" in {problem.rule for problem in lint_page(Page("docs/ml/trees.md", some))}
    assert set(front_matter.refused(page.meta)) == {"roles", "prerequisites", "minutes", "tags", "reviewed"}
    assert set(page.meta) <= set(front_matter.FORMS)


def test_questions_added_one_after_the_other_stand_in_one_file(handbook: Path) -> None:
    for kind in KINDS:
        if kind != "single":
            new(handbook, {"question": kind, "file": QUIZ})
    quiz = parse(QUIZ, (handbook / QUIZ).read_text(encoding="utf-8"))
    assert quiz.all_problems == []
    assert [entry.question and entry.question.type for entry in quiz.entries] == ["single", *(kind for kind in KINDS if kind != "single")]


def test_a_new_question_is_told_where_it_appears(handbook: Path) -> None:
    told = new(handbook, {"question": "open", "file": QUIZ, "id": "trees-open"})
    assert "It appears where line 25 of docs/ml/trees.md says `<!-- quiz -->`." in told
    page = handbook / "docs/ml/trees.md"
    page.write_text(page.read_text(encoding="utf-8").replace("<!-- quiz -->", "<!-- quiz: trees-open -->"), encoding="utf-8")
    told = new(handbook, {"question": "order", "file": QUIZ, "id": "trees-order"})
    assert "Write `<!-- quiz: trees-order -->` alone on a line of docs/ml/trees.md, where it is to appear." in told


def test_a_file_with_another_indentation_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "quizzes").mkdir()
    file = tmp_path / "quizzes" / "x.yml"
    file.write_text("questions:\n- id: a\n  type: short\n  ask: What?\n  accept: [b]")
    new(tmp_path, {"challenge": "sum-up", "file": "quizzes/x.yml"})
    assert parse("x.yml", file.read_text(encoding="utf-8")).all_problems == []
    assert "\n\n- id: sum-up\n  type: code\n" in file.read_text(encoding="utf-8")


def test_a_notebook_is_a_script_that_fails_until_it_is_written(tmp_path: Path) -> None:
    told = new(tmp_path, {"notebook": "ml/split-quality", "title": "How good is a split?"})
    assert "      - ml/notebooks/split-quality.ipynb" in told
    text = (tmp_path / "docs/ml/notebooks/split-quality.py").read_text(encoding="utf-8")
    cells = jupytext.reads(text, fmt="py:percent").cells
    assert cells[0].source.startswith("# How good is a split?\n")
    assert any("NotImplementedError" in cell.source for cell in cells)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "Write one of these:"),
        ({"page": "ml/trees"}, "Write one of these:"),
        ({"page": "ml/trees", "title": "Trees"}, "docs/ml/trees.md and quizzes/ml/trees.yml are there already: nothing was written."),
        ({"page": "../trees", "title": "Trees"}, "`../trees` can't be a path: write it like ml/trees"),
        ({"page": "ML/Trees", "title": "Trees"}, "`ML/Trees` can't be a path"),
        ({"page": "ml/oaks", "title": "<b>"}, "A title is one line of text without `<` and `>`."),
        ({"quiz": "ml/trees"}, "quizzes/ml/trees.yml is there already: nothing was written."),
        ({"quiz": "ml/oaks"}, "There is no page docs/ml/oaks.md"),
        ({"question": "choice", "file": QUIZ}, "`choice` is not a type of question: write one of single"),
        ({"question": "single", "file": "quizzes/none.yml"}, "There is no file of questions quizzes/none.yml"),
        ({"question": "single", "file": "../x.yml"}, "There is no file of questions ../x.yml"),
        ({"question": "single", "file": QUIZ}, "`todo-single` is taken, in quizzes/ml/trees.yml: choose another id."),
        ({"question": "single", "file": QUIZ, "id": "My Id"}, "`My Id` can't be an id"),
        ({"challenge": "old-id", "file": QUIZ}, "`old-id` is taken, in quizzes/retired.yml"),
    ],
)
def test_what_can_t_be_written_is_refused_and_nothing_is_changed(handbook: Path, arguments: dict[str, str], says: str) -> None:
    (handbook / "quizzes/retired.yml").write_text("retired:\n  - old-id\n")
    before = {path: path.read_bytes() for path in handbook.rglob("*") if path.is_file()}
    with pytest.raises(Refused) as refused:
        new(handbook, arguments)
    assert str(refused.value).startswith(says)
    assert {path: path.read_bytes() for path in handbook.rglob("*") if path.is_file()} == before


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "page=ml/x", "title=A title"]) == 0
    assert capsys.readouterr().out.startswith("Wrote docs/ml/x.md\nWrote quizzes/ml/x.yml\n")
    assert main(["new", "page=ml/x", "title=A title"]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["new"]) == 2
    told = capsys.readouterr().err
    assert all(form in told for form in FORMS)


def test_make_passes_on_what_stands_on_its_command_line_and_nothing_else() -> None:
    makefile = re.sub(r"^(\.venv/\S+|node_modules/\S+):.*$", r"\1:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    done = subprocess.run(
        ["make", "-n", "-f", "-", "new", "page=ml/x", """title=Bayes' "rule" & more"""],
        input=makefile, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "file": "from-outside"}, cwd=ROOT,
    )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if "selfcheck new" in line)
    words = subprocess.run(["sh", "-c", line.replace(".venv/bin/python", "printf '%s\\n'", 1)], capture_output=True, text=True).stdout.splitlines()
    assert words == ["-m", "selfcheck", "new", "page=ml/x", """title=Bayes' "rule" & more"""]


def test_the_scaffolds_are_one_of_each_type() -> None:
    data = yaml.safe_load((ROOT / "hooks/selfcheck/scaffolds/questions.yml").read_text(encoding="utf-8"))
    assert [question["id"] for question in data["questions"]] == [f"todo-{question['type']}" for question in data["questions"]]
    assert sorted(question["type"] for question in data["questions"]) == sorted(KINDS)
