"""The bank holds every question once, and takes from the cache only what still holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from handbook.cache import Cache
from selfcheck.bank import Bank, Library
from selfcheck.flavor import Flavor
from selfcheck.question import mark

QUESTION = """\
  - id: {id}
    type: single
    ask: {ask}
    options:
      - right: This
      - wrong: That
"""


class Typist:
    """Stands in for the formula renderer, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, html: str) -> tuple[str, list]:
        self.calls += bool(html)
        return html, []


@pytest.fixture
def typist() -> Typist:
    return Typist()


@pytest.fixture
def read(tmp_path: Path, flavor: Flavor, typist: Typist):
    def read(fingerprint: str = "1") -> Bank:
        return Library(flavor, typist, fingerprint, Cache(tmp_path / "cache")).read(tmp_path, tmp_path / "quizzes")

    return read


def write(root: Path, name: str, *ids: str, ask: str = "Which?") -> None:
    file = root / "quizzes" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("questions:\n" + "".join(QUESTION.format(id=id, ask=ask) for id in ids), encoding="utf-8")


def test_a_file_belongs_to_the_page_of_its_path(tmp_path: Path, read) -> None:
    write(tmp_path, "math/probability.yml", "a", "b")
    bank = read()
    assert bank.problems == []
    assert bank.leaves["math/probability"].order == ["a", "b"]


def test_a_file_that_did_not_change_is_not_rendered_again(tmp_path: Path, read, typist: Typist) -> None:
    write(tmp_path, "a.yml", "a")
    write(tmp_path, "b.yml", "b")
    first = read()
    assert typist.calls == 2
    assert read().fragments == first.fragments
    assert typist.calls == 2
    write(tmp_path, "b.yml", "b", ask="Which one?")
    assert "Which one?" in read().fragments["b"].ask
    assert typist.calls == 3


def test_other_settings_render_everything_again(tmp_path: Path, read, typist: Typist) -> None:
    write(tmp_path, "a.yml", "a")
    read("1")
    read("2")
    assert typist.calls == 2


def test_a_damaged_entry_is_rendered_again(tmp_path: Path, read, typist: Typist) -> None:
    write(tmp_path, "a.yml", "a")
    expected = read().fragments
    with sqlite3.connect(tmp_path / "cache") as db:
        db.execute("UPDATE entries SET value = '{\"fragments\": 3}'")
    assert read().fragments == expected


def test_an_id_in_two_files_is_a_problem_of_the_second(tmp_path: Path, read) -> None:
    write(tmp_path, "a.yml", "same")
    write(tmp_path, "b.yml", "same")
    (problem,) = read().problems
    assert str(problem) == "quizzes/b.yml:2:1: `same` is the id of a question in quizzes/a.yml too: ids are unique in the whole bank."


def test_a_retired_id_is_not_used_again(tmp_path: Path, read) -> None:
    write(tmp_path, "a.yml", "old")
    (tmp_path / "quizzes" / "retired.yml").write_text("retired:\n  - old\n")
    (problem,) = read().problems
    assert "retired" in problem.message
    assert (problem.path, problem.line) == ("quizzes/a.yml", 2)


def test_one_broken_question_leaves_the_others(tmp_path: Path, read) -> None:
    write(tmp_path, "a.yml", "good", "other")
    file = tmp_path / "quizzes" / "a.yml"
    file.write_text(file.read_text() + "  - id: bad\n    type: single\n    ask: Which?\n")
    bank = read()
    assert list(bank.fragments) == ["good", "other"]
    assert [str(problem) for problem in bank.problems] == ["quizzes/a.yml:14:5: `options` is missing: every question of type `single` has one."]


def test_files_that_can_not_be_read_are_named(tmp_path: Path, read) -> None:
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "latin.yml").write_bytes(b"questions:\n  - id: caf\xe9\n")
    (folder / "wrong.yaml").write_text("questions:\n")
    messages = [str(problem) for problem in read().problems]
    assert any(message.startswith("quizzes/latin.yml:2:1: This line is not UTF-8") for message in messages)
    assert any(message.startswith("quizzes/wrong.yaml:1:1: Quiz files end in `.yml`") for message in messages)


def test_the_order_of_options_does_not_depend_on_how_they_are_written(library: Library) -> None:
    def options(*lines: str) -> list[str]:
        quiz = "questions:\n  - id: q\n    type: single\n    ask: Which?\n    options:\n" + "".join(f"      - {line}\n" for line in lines)
        return [part.split('"')[0] for part in library.rendered("q.yml", "q", quiz).fragments[0].whole.split('name="choice" value="')[1:]]

    one, other = options("right: A", "wrong: B", "wrong: C"), options("wrong: C", "wrong: B", "right: A")
    assert one == other
    assert len(set(one)) == 3


def test_the_right_option_stands_everywhere_alike(library: Library) -> None:
    """Over many questions each place is right about as often as chance has it."""
    quiz = "questions:\n" + "".join(
        f"  - id: q{i}\n    type: single\n    ask: Which?\n    options:\n      - right: A\n      - wrong: B\n      - wrong: C\n      - wrong: D\n"
        for i in range(400)
    )
    counts = [0] * 4
    for fragment in library.rendered("q.yml", "q", quiz).fragments:
        counts["ABCD".index(fragment.whole.split('data-right><span class="sc-letter">')[1][0])] += 1
    assert sum((count - 100) ** 2 / 100 for count in counts) < 16.3  # chi-square, three degrees of freedom, one in a thousand


def test_shuffled_items_never_stand_in_the_right_order(library: Library) -> None:
    quiz = "questions:\n" + "".join(
        f"  - id: q{i}\n    type: order\n    ask: In order?\n    items:\n      - One\n      - Two\n      - Three\n" for i in range(100)
    )
    right = [mark(item) for item in ("One", "Two", "Three")]
    for fragment in library.rendered("q.yml", "q", quiz).fragments:
        assert [part.split('"')[0] for part in fragment.whole.split('data-item="')[1:]] != right
