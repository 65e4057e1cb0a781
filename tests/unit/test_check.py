"""The check runs what can be run, and says where a proof, a program or a link does not hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import FIXTURE, ROOT
from handbook.cache import Cache
from selfcheck import sandbox
from selfcheck.check import Report, check
from selfcheck.sandbox import run


def checked(root: Path, cache: Cache | None = None) -> Report:
    return check(root, cache or Cache())


@pytest.fixture
def handbook(tmp_path: Path):
    """Writes a small handbook of one page."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "quizzes").mkdir()
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs" / "page.md").write_text("# Page\n\n## Part\n\n<!-- quiz -->\n")

    def write(question: str) -> Path:
        (tmp_path / "quizzes" / "page.yml").write_text("questions:\n  - id: q\n" + question)
        return tmp_path

    return write


NUMBER = "    type: numeric\n    ask: How many?\n    answer: {answer}\n    tolerance: 0.01\n    proof: |\n{proof}"


def number(answer: object, *proof: str) -> str:
    return NUMBER.format(answer=answer, proof="".join(f"      {line}\n" for line in proof))


def test_what_a_proof_has_found_is_remembered(handbook) -> None:
    cache, root = Cache(), handbook(number(3, "answer = 1 + 2.001"))
    assert [check(root, cache).found for _ in range(2)] == [{"q": "3.001"}] * 2


def test_the_fixture_site_is_clean() -> None:
    report = checked(FIXTURE)
    assert report.problems == []
    assert (report.tally.proofs, report.tally.outputs) == (1, 1)
    assert "by type" in report.summary()


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        (number(3, "answer = 1 + 2"), None),
        (number(3, "answer = 3.02"), "quizzes/page.yml:7:12: `q`: the proof finds 3.02, the key says 3 (tolerance 0.01)."),
        (number(3, "x = 1", "answer = x / 0"), "quizzes/page.yml:9:1: `q`: the proof fails: ZeroDivisionError: division by zero."),
        (number(3, "assert 1 == 1"), None),
        (number(3, "assert 1 == 2, 'no'"), "quizzes/page.yml:8:1: `q`: the proof fails: AssertionError: no."),
        (number(3, "x = 3"), "quizzes/page.yml:7:12: `q`: the proof proves nothing"),
        (number(3, "answer = (3"), "quizzes/page.yml:8:1: `q`: the proof is not Python"),
        (number(3, "answer = 'three'"), "quizzes/page.yml:7:12: `q`: the proof sets `answer` to 'three', which is not a number."),
        (number(3, "answer = object()"), "quizzes/page.yml:7:12: `q`: the proof must set `answer` to a plain number"),
        (number(3, "import sys", "sys.exit(0)", "answer = 3"), "quizzes/page.yml:9:1: `q`: the proof fails: SystemExit: 0."),
        (
            "    type: output\n    ask: What?\n    code: |\n      print(1)\n      print(2)\n    prints: |\n      1\n      3\n",
            "quizzes/page.yml:5:11: `q`: the program prints '1\\n2', `prints` says '1\\n3'.",
        ),
        (
            "    type: output\n    ask: What?\n    code: |\n      print(1)\n      print(x)\n    prints: 1\n",
            "quizzes/page.yml:7:1: `q`: the program fails",
        ),
        (
            "    type: single\n    ask: Which?\n    options:\n      - right: A\n      - wrong: B\n    proof: answer = 'B'\n",
            "quizzes/page.yml:8:12: `q`: the proof finds B, the key says A.",
        ),
        ("    type: short\n    ask: Which?\n    accept: [a]\n    see: page.md#part\n", None),
        (
            "    type: short\n    ask: Which?\n    accept: [a]\n    see: page.md#whole\n",
            "quizzes/page.yml:6:10: `docs/page.md` has no section `#whole`",
        ),
        ("    type: short\n    ask: Which?\n    accept: [a]\n    see: other.md\n", "quizzes/page.yml:6:10: There is no `docs/other.md`"),
    ],
)
def test_a_question_is_held_to_what_it_claims(handbook, question: str, problem: str | None) -> None:
    found = [str(p) for p in checked(handbook(question)).problems]
    if problem is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(problem)


def test_what_held_once_is_not_run_again(handbook, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = handbook(number(3, "answer = 3")), Cache()
    assert checked(root, cache).problems == []
    monkeypatch.setattr("selfcheck.check.run", lambda *_, **__: pytest.fail("ran again"))
    assert checked(root, cache).problems == []


def test_what_failed_once_fails_again(handbook) -> None:
    root, cache = handbook(number(3, "answer = 4")), Cache()
    assert len(checked(root, cache).problems) == len(checked(root, cache).problems) == 1


def test_programs_are_stopped_at_their_limits() -> None:
    assert "it was ended" in run("while True: pass", seconds=1).error
    assert "MemoryError" in run(f"x = bytearray({sandbox.MEGABYTES} * 2 ** 20)").error


def test_programs_see_nothing_of_here(tmp_path: Path) -> None:
    done = run("import os, sys\nprint(sorted(os.environ), os.listdir('.'), sys.stdin.read())")
    assert done.error == ""
    assert "[]" in done.printed
    assert "PYTHONPATH" not in done.printed


def test_a_program_that_reads_or_prints_nuls_is_no_matter() -> None:
    assert run("print('a\\0b')").printed == "a\0b\n"
    assert run("print('\\0')\nanswer = 5", report="answer").printed.rpartition("\0")[2].strip() == "5"
