"""A challenge can't land whose tests are wrong, and its file works wherever Python does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FIXTURE, ROOT
from handbook.cache import Cache
from selfcheck.__main__ import main
from selfcheck.challenge.download import HARNESS, complete
from selfcheck.check import Report, check_files
from selfcheck.kinds.code import Code
from selfcheck.quizfile import parse

STARTER = """\
def half(x):
    ...
"""
SOLUTION = """\
def half(x):
    return x / 2
"""
QUIZ = """\
questions:
  - id: half
    type: code
    ask: Halve [it](page.md).
    starter: |
{starter}
    solution: |
{solution}
    solutions:
      - style: other
        code: |
{other}
    tests:
      - name: one
        expects: A half.
        code: assert half(1) == 0.5
      - name: two
        expects: One.
        code: |
{two}
      - name: zero
        expects: Zero.
        code: assert half(0) == 0
      - name: minus
        expects: Less.
        code: |
{minus}
    broken:
      - why: Cuts.
        fails: [one]
        code: |
{cuts}
      - why: Doubles.
        fails: [one, two]
        code: "def half(x): return x * 2"
      - why: Forgets the sign.
        fails: [minus]
        code: "def half(x): return abs(x) / 2"
    complexity: Constant.
    limits:
      seconds: 1
"""
PARTS = {
    "starter": STARTER,
    "solution": SOLUTION,
    "other": "def half(x): return x * 0.5",
    "two": "assert half(2) == 1",
    "minus": "assert half(-1) == -0.5",
    "cuts": "def half(x): return x // 2",
}


def quiz(more: str = "", **changes: str) -> str:
    parts = {name: "\n".join(" " * 10 + line for line in text.splitlines()) for name, text in {**PARTS, **changes}.items()}
    return QUIZ.format(**parts) + more


@pytest.fixture
def checked(tmp_path: Path):
    """Checks a quiz file of this text."""

    def checked(text: str, cache: Cache | None = None) -> Report:
        file = tmp_path / "q.yml"
        file.write_text(text, encoding="utf-8")
        return check_files(ROOT, [file], cache or Cache())

    return checked


def problems(report: Report) -> list[str]:
    return [str(problem).removeprefix("q.yml:") for problem in report.problems]


def test_a_sound_challenge_has_no_problems(checked) -> None:
    report = checked(quiz())
    assert problems(report) == []
    assert list(report.seconds) == ["half"]
    assert report.table().splitlines()[1].split()[:4] == ["half", "write", "4", "3"]
    assert "wrong solutions caught             3" in report.summary()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"solution": "def half(x):\n    return x / 3"},
            "8:15: `half`: the solution fails the test `minus`: called half(-1); expected -0.5; got -0.333",
        ),
        (
            {"solution": "def half(x):\n    return x / y"},
            "10:1: `half`: the solution fails the test `minus`: called half(-1); expected half(-1) == -0.5; NameError",
        ),
        ({"solution": "x = 1\nx = x / 0"}, "10:1: `half`: the solution fails: ZeroDivisionError: division by zero"),
        ({"other": "def half(x): return x // 2"}, "13:15: `half`: the solution fails the test `minus`"),
        ({"starter": "def half(x): return x * (1 / 2)"}, "5:14: `half`: the starter passes all tests, so there is nothing to do."),
        ({"starter": "def half(x):\n    ...\nx = 1 / 0"}, "8:1: `half`: the starter does not run: ZeroDivisionError"),
        ({"cuts": "def half(x): return x * 1.0 / 2"}, "32:17: `half`: the test `one` does not catch this wrong solution: it passes all tests."),
        (
            {"cuts": "def half(x): return -x / 2 if x == -1 else x / 2"},
            "32:17: `half`: the test `one` does not catch this wrong solution: it fails only `minus`.",
        ),
        ({"cuts": "import nothing_like_it_in_sys\n"}, "34:1: `nothing_like_it_in_sys` is not there"),
        ({"cuts": "x = [][1]"}, "34:1: `half`: this wrong solution does not even run: IndexError: list index out of range"),
        (
            {"solution": "def half(x):\n    return x / 2 if hash('a') == HASH else 0"},
            "8:15: `half`: the solution passes the test `minus` in one run and not in another: it depends on the order of a set or on chance.",
        ),
        (
            {"two": "import builtins\nbuiltins.left = 1\nassert half(2) == 1", "minus": "assert left == 1 and half(-1) == -0.5"},
            "30:15: `half`: the test `minus` depends on another one, or on chance: when all run in reverse order, it fails",
        ),
        (
            {"solution": "import random\ndef half(x):\n    return x / 2 + 0 * random.random()"},
            "11:1: `random.random` uses the generator that all share",
        ),
        (
            {"solution": "def half(x):\n    while x: pass\n    return 0"},
            "8:15: `half`: the solution fails the test `minus`: it was ended",
        ),
        ({"solution": "while True: pass"}, "8:15: `half`: the solution fails: it was ended"),
        (
            {"solution": "def half(x):\n    bytearray(2 ** 33)"},
            "10:1: `half`: the solution fails the test `minus`: called half(-1); expected half(-1) == -0.5; MemoryError",
        ),
        ({"solution": "import os\ndef half(x):\n    os._exit(0)"}, "8:15: `half`: the solution fails"),
    ],
)
def test_a_challenge_is_held_to_what_it_claims(checked, changes: dict[str, str], problem: str) -> None:
    first = subprocess.run([sys.executable, "-c", "print(hash('a'))"], env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True).stdout.strip()
    report = checked(quiz(**{name: text.replace("HASH", first) for name, text in changes.items()}))
    assert any(found.startswith(problem) for found in problems(report)), problems(report)
    assert report.seconds == {}


def test_the_table_says_which_challenges_fail(checked) -> None:
    assert checked(quiz(solution="def half(x): return 1")).table().splitlines()[1].split() == ["half", "write", "4", "fails"]


def test_a_wrong_solution_that_never_ends_is_caught(checked) -> None:
    report = checked(quiz(cuts="def half(x):\n    while x == 1: pass\n    return x / 2"))
    assert problems(report) == []


def test_a_wrong_solution_may_fail_more_than_it_says(checked) -> None:
    assert problems(checked(quiz(cuts="def half(x): return 7"))) == []


CHANGE = """\
      - why: Is wrong.
        fails: [one]
        change:
          - from: {old}
            to: |
              {new}
    complexity: Constant.
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("x / 2", "x + 2", None),
        ("x / 2", "x * (1 / 2)", "42:17: `half`: the test `one` does not catch this wrong solution: it passes all tests."),
        ("half(x)", "half(x=y)", "46:1: `half`: this wrong solution does not even run: NameError: name 'y' is not defined"),
    ],
)
def test_a_wrong_solution_may_be_a_change_of_the_solution(checked, old: str, new: str, problem: str | None) -> None:
    text = quiz().replace("    complexity: Constant.\n", CHANGE.format(old=old, new=new))
    assert problems(checked(text)) == ([problem] if problem else [])


def test_inputs_must_not_change_unless_it_is_said(checked) -> None:
    text = quiz(
        solution="def half(x):\n    x = [x] if type(x) is not list else x\n    x[0] /= 2\n    return x[0]",
        two="assert half([2]) == 1",
        other="def half(x): return (x[0] if type(x) is list else x) / 2",
    )
    assert problems(checked(text)) == [
        "8:15: `half`: the solution fails the test `two`: called half([2]); expected [2], as it was given; got [1.0], afterwards; half changes its first argument: work on a copy."
    ]
    assert problems(checked(text + "    mutates: true\n")) == []


def test_what_held_once_is_not_run_again(checked, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache()
    seconds = checked(quiz(), cache).seconds
    monkeypatch.setattr("selfcheck.sandbox.run", lambda *_, **__: pytest.fail("ran again"))
    assert checked(quiz(), cache).seconds == seconds
    assert checked(quiz("    hints:\n      - Think.\n"), cache).seconds == seconds
    with pytest.raises(pytest.fail.Exception, match="ran again"):
        checked(quiz(two="assert half(4) == 2"), cache)


NUMPY = {
    "solution": "import numpy as np\ndef half(x):\n    return np.asarray(x) / 2",
    "minus": "import numpy as np\nassert half(np.array([-1])) == np.array([-0.5])",
}


def test_numpy_is_there_where_it_is_asked_for(checked) -> None:
    assert problems(checked(quiz("    packages: [numpy]\n", **NUMPY, other="import numpy\ndef half(x): return x / 2"))) == []


def test_where_it_is_missing_that_is_said(checked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcheck.check.installed", lambda package: "")
    report = checked(quiz("    packages: [numpy]\n", **NUMPY))
    assert (problems(report), report.unchecked, report.seconds) == ([], ["half"], {})
    assert "challenges not run                 1, since NumPy is not installed" in report.summary()
    assert "not run" in report.table()


def question(text: str) -> Code:
    (entry,) = parse("q.yml", text).entries
    assert isinstance(entry.question, Code)
    return entry.question


def executed(folder: Path, text: str) -> tuple[int, str]:
    """Exit code and output of a challenge's file."""
    file = folder / "challenge.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", file], capture_output=True, text=True, encoding="utf-8", cwd=folder, env={"PATH": os.environ["PATH"]}
    )
    return done.returncode, done.stdout + done.stderr


FILES = sorted([*(ROOT / "quizzes").rglob("*.yml"), *(FIXTURE / "quizzes").rglob("*.yml")])
CHALLENGES = [
    entry.question for file in FILES for entry in parse(file.name, file.read_text(encoding="utf-8")).entries if isinstance(entry.question, Code)
]


@pytest.mark.parametrize("challenge", [*CHALLENGES, question(quiz())], ids=lambda challenge: str(challenge.id))
def test_the_file_of_a_challenge_tests_itself(challenge: Code, tmp_path: Path) -> None:
    ((name, text),) = challenge.files().items()
    assert name == f"challenges/{challenge.id}.py"
    starter, solution = str(challenge.starter).strip("\n"), str(challenge.solution).strip("\n")
    code, said = executed(tmp_path, complete(text, "https://example.org/"))
    assert code == 1
    assert "FAIL" in said
    code, said = executed(tmp_path, complete(text.replace(starter, solution, 1), "https://example.org/"))
    assert (code, said.splitlines()[-1]) == (0, f"{len(challenge.tests)} of {len(challenge.tests)} tests passed.")


def test_the_file_says_what_is_asked_and_where(tmp_path: Path) -> None:
    text = complete(question(quiz("    packages: [numpy]\n")).files()["challenges/half.py"], "https://example.org/page/#q-half")
    head = text.partition("\ndef ")[0]
    assert (
        head
        == """\
# Half
# https://example.org/page/#q-half
#
# Halve it.
#
# Run this file with Python 3.11 or later to test your program: python half.py
# It needs numpy: python -m pip install numpy
"""
    )


@pytest.mark.parametrize(
    "program",
    [
        "TESTS = HARNESS = run = report = close = harness = None\ndef half(x): return x / 2",
        "from __future__ import annotations\ndef half(x: Undefined): return x / 2",
        "def half(x):\n    '''Uses \"\"\" and \\\\ and {braces}.'''\n    return x / 2",
        "def half(x): return x / 2\nif __name__ == '__main__':\n    print(half(3))",
    ],
)
def test_no_name_or_quotation_mark_of_the_reader_gets_in_the_way(program: str, tmp_path: Path) -> None:
    text = complete(question(quiz()).files()["challenges/half.py"], "")
    assert executed(tmp_path, text.replace(STARTER.strip(), program))[0] == 0


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = complete(question(quiz(starter="def half(x):\n    return x / y")).files()["challenges/half.py"], "")
    code, said = executed(tmp_path, text)
    line = text.splitlines().index("    return x / y") + 1
    assert code == 1
    assert f"line {line}, in half\n          return x / y\n      NameError" in said


def test_the_harness_can_stand_in_quotes() -> None:
    assert "'''" not in HARNESS
    assert not HARNESS.endswith(("\\", "'"))


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_where_everything_is_checked_nothing_may_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, code: int) -> None:
    monkeypatch.setattr("selfcheck.check.installed", lambda package: "")
    monkeypatch.setenv("CI", ci)
    monkeypatch.chdir(ROOT)
    (tmp_path / "q.yml").write_text(quiz("    packages: [numpy]\n", **NUMPY), encoding="utf-8")
    assert main(["challenges", str(tmp_path / "q.yml")]) == code


def test_a_file_with_problems_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "q.yml").write_text(quiz(two="half(2)"), encoding="utf-8")
    assert main(["challenges", str(tmp_path / "q.yml")]) == 1
    assert capsys.readouterr().out.startswith("q.yml:21:15: This test asserts nothing")
