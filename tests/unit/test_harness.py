"""The harness says what happened, for whatever a reader may have written."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np
import pytest
from selfcheck.challenge.harness import PRINTED, SHOWN, close, report, run, show

PROGRAM = '''\
"""A program."""
import sys
from dataclasses import dataclass


def same(x):
    return x


def spoil(values):
    values.sort()
    return values


def deep(rows):
    rows[0]["a"].append(1)


def late(values):
    for value in list(values):
        yield value
    values.clear()


def fails(x):
    return helper(x)


def helper(x):
    return 1 / x


def endless(n):
    return endless(n + 1)


def leave():
    sys.exit(3)


@dataclass
class Bag:
    items: "list"

    def add(self, items):
        self.items += items
        return self

    def total(self):
        return sum(self.items)

    def spoil(self, items):
        items.reverse()


count = 0


def next_count():
    global count
    count += 1
    return count
'''


def outcome(code: str, program: str = PROGRAM, mutates: bool = False) -> dict[str, Any]:
    """What becomes of one test."""
    result = run(program, [{"name": "it", "code": code, "expects": "What is expected."}], mutates)
    assert result["error"] is None
    json.dumps(result)
    (test,) = result["tests"]
    assert test["passed"] == (test["failure"] is None) == result["passed"]
    return test


def failure(code: str, **options: Any) -> dict[str, Any]:
    found = outcome(code, **options)["failure"]
    assert found, "it passed"
    return found


@pytest.mark.parametrize(
    "code",
    [
        "assert same(1) == 1",
        "assert 0 <= same(0.5) < 1 != 2",
        "assert same(3) in {3} and same(3) not in [4] and same(None) is None and same(1) is not None",
        "assert not same(0)",
        "assert close(same([0.1 + 0.2]), [0.3])",
        "assert not close(same(1.0), 1.1)",
        "assert close(same(1.0), 1.05, 0.1), 'with a message'",
        "assert same(2) > 1, 'a message that would ' + 1",  # which is not computed
        "raises(ZeroDivisionError, fails, 0)",
        "assert raises((TypeError, ValueError), same)",
        "assert raises(ZeroDivisionError, lambda: fails(0))",
        "assert Bag([1]).add([2]).total() == 3",
        "assert list(same(x * 2 for x in range(3))) == [0, 2, 4]",
        "assert super is not None and callable(same)",
        "import random\nassert same(random.Random(1)).random() == random.Random(1).random()",
        "def check(x):\n    for y in x:\n        assert same(y) == y\ncheck([1, 2])",
        "nan = float('nan')\nvalues = [nan, 1, {2: nan}]\nsame(values)",
        "a = [1]\na.append(a)\nsame(a)",
        "a = [1]\na += [a] * 9\nsame([a, a, {1: a}])",
        "a = []\nfor _ in range(5000): a = [a]\nsame(a)",
        "import numpy as np\nassert same(np.arange(3)) == np.arange(3)",
        "import numpy as np\nassert same(np.arange(3)) != np.arange(1) and same(np.arange(3)) != np.arange(4)",
        "import numpy as np\nassert close(same(np.eye(2)), [[1, 0], [0, 1]])",
        "import numpy as np\nassert same(np.float64(2)) == 2",
    ],
)
def test_what_holds_passes(code: str) -> None:
    assert outcome(code)["failure"] is None


@pytest.mark.parametrize(
    ("code", "called", "expected", "got"),
    [
        ("assert same(1) == 2", "same(1)", "2", "1"),
        ("assert 2 == same(1)", "same(1)", "2", "1"),
        ("x = [3]\nassert same(x) == [4]", "same([3])", "[4]", "[3]"),
        ("x = same(3)\nassert x == 4", "same(3)", "4", "3"),
        ("assert same(1) == 1\nx = same(3)\nassert x == 4", "same(3)", "4", "3"),
        ("assert same(1) == same(2)", "same(1)\nsame(2)", "2", "1"),
        ("assert same(x=1) != 1", "same(x=1)", "anything but 1", "1"),
        ("assert same(1) < 1", "same(1)", "less than 1", "1"),
        ("assert same(1) <= 0", "same(1)", "at most 0", "1"),
        ("assert same(1) > 1", "same(1)", "more than 1", "1"),
        ("assert same(1) >= 2", "same(1)", "at least 2", "1"),
        ("assert same(1) in (2, 3)", "same(1)", "one of (2, 3)", "1"),
        ("assert same(1) not in [1]", "same(1)", "none of [1]", "1"),
        ("assert same(1) is None", "same(1)", "None", "1"),
        ("assert same(None) is not None", "same(None)", "anything but None", "None"),
        ("assert 0 <= same(2) <= 1", "same(2)", "0 <= same(2) <= 1", "2"),
        ("assert same(0)", "same(0)", "same(0)", "0"),
        ("assert not same(1)", "same(1)", "not same(1)", ""),
        ("assert all(\n    same(x) < 3\n    for x in range(9)\n)", "same(3)", "all( same(x) < 3 for x in range(9) )", ""),
        ("assert same(1) == 1 and same(2) == 3", "same(2)", "3", "2"),
        ("assert close(same(1.0), 2.0)", "same(1.0)", "2.0", "1.0"),
        ("assert close(same(None), None)", "same(None)", "None", "None"),
        ("raises(ValueError, same, 1)", "same(1)", "ValueError", "1, and no error"),
        ("raises((ValueError, TypeError), same, 1)", "same(1)", "ValueError or TypeError", "1, and no error"),
        ("raises(ValueError, fails, 0)", "fails(0)", "ValueError", ""),
        ("assert Bag([1]).add([2]).total() == 4", "total()", "4", "3"),
        ("bag = Bag([1])\nassert bag.total() == 4", "bag.total()", "4", "1"),
        ("import numpy as np\nassert same(np.arange(2)) == np.arange(1)", "same([0, 1])", "[0]", "[0, 1]"),
        ("import numpy as np\nassert same(np.float64(2)) == 3", "same(2.0)", "3", "2.0"),
        ("assert late([1]) == [1]", "late([1])", "[1]", "<generator object late>"),
    ],
)
def test_a_failure_says_what_was_called_expected_and_got(code: str, called: str, expected: str, got: str) -> None:
    found = failure(code)
    assert (found["called"], found["expected"], found["got"]) == (called, expected, got)


def test_a_message_of_the_test_is_told_as_well() -> None:
    found = failure("total = 3\nassert same(1) == 2, f'the total was {total}'")
    assert (found["message"], found["got"]) == ("the total was 3", "1")


@pytest.mark.parametrize(
    ("code", "difference"),
    [
        ("assert same(list(range(100))) == [*range(50), 7, *range(51, 100)]", "[50] is 50, not 7."),
        ("assert close(same([[0.0] * 30, [1.0] * 30]), [[0.0] * 30, [1.0] * 29 + [2.0]])", "[1][29] is 1.0, not 2.0."),
        ("assert same(list(range(30))) == list(range(31))", "There are 30 items, not 31."),
        ("assert same({i: i for i in range(30)}) == {i: i for i in range(29)}", "The key 29 is too many."),
        ("assert same({i: i for i in range(30)}) == {i: i for i in range(31)}", "The key 30 is missing."),
        ("assert same({i: 'a' for i in range(30)}) == {i: 'a' * (i < 29) for i in range(30)}", "[29] is 'a', not ''."),
        ("import numpy as np\nassert same(np.zeros((30, 2))) == np.zeros((2, 30))", "The shape is (30, 2), not (2, 30)."),
        ("assert same([1, 2]) == [1, 3]", ""),  # seen at once
    ],
)
def test_in_long_values_the_first_difference_is_named(code: str, difference: str) -> None:
    assert failure(code)["difference"] == difference


@pytest.mark.parametrize(
    ("code", "message", "expected", "got"),
    [
        ("spoil([3, 1])", "spoil changes its first argument: work on a copy.", "[3, 1], as it was given", "[1, 3], afterwards"),
        ("assert spoil(values=[3, 1]) == [1, 3]", "spoil changes `values`: work on a copy.", "[3, 1], as it was given", "[1, 3], afterwards"),
        ("same(spoil([3, 1]))", "spoil changes its first argument: work on a copy.", "[3, 1], as it was given", "[1, 3], afterwards"),
        ("deep([{'a': []}])", "deep changes its first argument: work on a copy.", "[{'a': []}], as it was given", "[{'a': [1]}], afterwards"),
        ("deep(({'a': []},))", "deep changes its first argument: work on a copy.", "({'a': []},), as it was given", "({'a': [1]},), afterwards"),
        ("list(late([1]))", "late changes its first argument: work on a copy.", "[1], as it was given", "[], afterwards"),
        (
            "bag = Bag([])\nbag.spoil([1, 2])",
            "bag.spoil changes its first argument: work on a copy.",
            "[1, 2], as it was given",
            "[2, 1], afterwards",
        ),
        (
            "import numpy as np\nspoil(np.array([2, 1]))",
            "spoil changes its first argument: work on a copy.",
            "[2, 1], as it was given",
            "[1, 2], afterwards",
        ),
        ("raises(TypeError, spoil, [2, 1])", "spoil changes its first argument: work on a copy.", "[2, 1], as it was given", "[1, 2], afterwards"),
    ],
)
def test_what_a_program_is_given_must_not_change(code: str, message: str, expected: str, got: str) -> None:
    found = failure(code)
    assert (found["message"], found["expected"], found["got"]) == (message, expected, got)


def test_unless_it_is_meant_to() -> None:
    assert outcome("values = [2, 1]\nspoil(values)\nassert values == [1, 2]", mutates=True)["passed"]


def test_an_object_may_change_itself() -> None:
    assert outcome("bag = Bag([1])\nbag.add([2])\nbag.add([3])\nassert bag.total() == 6")["passed"]


def test_generators_classes_and_recursion_of_the_program_are_left_alone() -> None:
    program = (
        "def walk(n):\n    if n: yield from walk(n - 1)\n    got = yield n\n    return got\n\n\ndef depth(n):\n    return n and 1 + depth(n - 1)\n"
    )
    assert outcome(
        "assert list(walk(3)) == [0, 1, 2, 3]\nassert depth(900) == 900\nassert isinstance(walk(1), type(x for x in []))", program=program
    )["passed"]


def test_every_test_gets_the_program_anew() -> None:
    test = {"name": "it", "code": "assert next_count() == 1\nleft_behind = 1"}
    after = {"name": "after", "code": "assert 'left_behind' not in globals() and next_count() == 1"}
    assert run(PROGRAM, [test, after, test])["passed"]


def test_a_traceback_holds_the_lines_of_the_program_only() -> None:
    found = failure("assert fails(0) == 1")
    assert found["trace"] == "line 26, in fails\n    return helper(x)\nline 30, in helper\n    return 1 / x"
    assert (found["message"], found["line"], found["called"], found["expected"]) == (
        "ZeroDivisionError: division by zero",
        30,
        "fails(0)",
        "fails(0) == 1",
    )


def test_a_comprehension_is_no_call_of_its_own() -> None:
    program = "def f(x):\n    return [[1 / y for y in x] for _ in x]\n\n\ndef g(x):\n    return sum(1 / y for y in x)\n"
    assert failure("f([0])", program=program)["trace"].count("line") == 1
    assert failure("g([0])", program=program)["trace"].count("line") == 1


def test_an_endless_recursion_is_cut() -> None:
    found = failure("endless(0)")
    assert found["message"].startswith("RecursionError")
    assert len(found["trace"].splitlines()) < 20
    assert "calls more …" in found["trace"]


def test_an_error_in_a_library_is_told_at_the_line_that_called_it() -> None:
    found = failure("f()", program="import json\n\n\ndef f():\n    return json.loads('{')\n")
    assert (found["trace"], found["line"]) == ("line 5, in f\n    return json.loads('{')", 5)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("assert missing(1) == 1", "The test uses `missing`, which the program does not define."),
        ("leave()", "The program called exit(), so it ended here."),
        ("same()", "TypeError: same() missing 1 required positional argument: 'x'"),
        ("bytearray(2 ** 60)", "MemoryError: this needs more memory than there is."),
        ("same(1).x", "AttributeError: 'int' object has no attribute 'x'"),
        ("raise KeyError", "KeyError"),
        ("raise ValueError('x' * 10_000)", None),
        ("class Odd(Exception):\n    def __str__(self): return 1 / 0\nraise Odd", "Odd"),
    ],
)
def test_whatever_ends_a_test_is_said(code: str, message: str | None) -> None:
    found = failure(code)["message"]
    assert found == message if message else len(found) < 3 * SHOWN


def test_an_interruption_ends_the_run() -> None:
    tests = [{"name": name, "code": "stop()"} for name in "ab"]
    result = run("def stop():\n    raise KeyboardInterrupt\n", tests)
    assert [test["name"] for test in result["tests"]] == ["a"]
    assert (result["passed"], result["tests"][0]["failure"]["line"]) == (False, 2)


@pytest.mark.parametrize(
    ("program", "line", "column", "trace", "message"),
    [
        ("x = 1\n  y = 2\n", 2, None, "line 2\n    y = 2\n", "IndentationError: unexpected indent"),
        ("def f(:\n    pass\n", 1, 7, "line 1\n    def f(:\n          ^", "SyntaxError: invalid syntax"),
        ("x = 1\ny = x / 0\n", 2, 0, "line 2\n    y = x / 0", "ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit()\n", 2, 0, "line 2\n    sys.exit()", "The program called exit(), so it ended here."),
        ("from nowhere import thing\n", 1, 0, "line 1\n    from nowhere import thing", "ModuleNotFoundError: No module named 'nowhere'"),
        ("x = '\0'\n", 0, 0, "", ""),
    ],
)
def test_a_program_that_does_not_run_runs_no_test(program: str, line: int, column: int | None, trace: str, message: str) -> None:
    result = run(program, [{"name": "it", "code": "assert True"}])
    assert (result["passed"], result["tests"]) == (False, [])
    if message:
        assert result["error"]["line"] == line
        assert column in (None, result["error"]["column"])  # not every Python means the same by it
        assert result["error"]["trace"].startswith(trace)
        assert result["error"]["message"].partition(" (")[0] == message
    assert "The program itself fails." in report(result)


def test_what_is_printed_belongs_to_the_run_or_the_test() -> None:
    program = "import sys\nprint('top')\n\n\ndef f():\n    print('inside')\n    print('wrong', file=sys.stderr)\n\n\nif __name__ == '__main__':\n    print('demo')\n"
    result = run(program, [{"name": "it", "code": "f()"}])
    assert result["output"] == "top\ndemo\n"
    assert result["tests"][0]["output"] == "inside\nwrong\n"


def test_endless_output_is_cut_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    output = outcome("for _ in range(1000): print('x' * 1000)")["output"]
    assert output == ("x" * 1000 + "\n") * 9 + "x" * (PRINTED - 9009) + f"\n… and {1_001_000 - PRINTED:,} characters more"
    assert capsys.readouterr().out == ""


def test_nothing_can_be_typed_in() -> None:
    assert failure("same(input())")["message"].startswith("EOFError")


def test_it_is_said_which_test_begins() -> None:
    begun: list[str] = []
    run(PROGRAM, [{"name": "one", "code": "same(1)"}, {"name": "two", "code": "same(2)"}], started=begun.append)
    assert begun == ["", "one", "two"]


def test_a_report_reads_well() -> None:
    tests = [
        {"name": "one", "expects": "One.\n", "code": "assert same(1) == 1"},
        {"name": "two", "expects": "Two\nlines.", "code": "print('hello')\nassert same(1) == 2"},
        {"name": "three", "expects": "", "code": "fails(0)"},
    ]
    assert (
        report(run(PROGRAM, tests))
        == """\
pass  one
FAIL  two
      Two lines.
      called    same(1)
      expected  2
      got       1
      printed   hello
FAIL  three
      called    fails(0)
      line 26, in fails
          return helper(x)
      line 30, in helper
          return 1 / x
      ZeroDivisionError: division by zero

1 of 3 tests passed."""
    )


@pytest.mark.parametrize(
    ("got", "expected", "options", "is_close"),
    [
        (1.0, 1.0 + 1e-10, {}, True),
        (1.0, 1.0 + 1e-8, {}, False),
        (1e-12, 2e-12, {}, True),
        (1e-12, 2e-12, {"absolute": 0}, False),
        (1e12, 1e12 + 1, {}, True),
        (100, 101, {"tolerance": 0.01}, True),
        (100, 102, {"tolerance": 0.01}, False),
        (100, 102, {"absolute": 2}, True),
        (math.nan, math.nan, {}, False),
        (math.inf, math.inf, {}, True),
        (math.inf, -math.inf, {}, False),
        (1.0, math.inf, {}, False),
        (math.inf, 1.0, {}, False),
        ([1.0, [2.0]], (1.0, [2.0]), {}, True),
        ([1.0], [1.0, 2.0], {}, False),
        ({"a": 1.0}, {"a": 1.0}, {}, True),
        ({"a": 1.0}, {"b": 1.0}, {}, False),
        ({"a": [1.0]}, {"a": [2.0]}, {}, False),
        (["a", None, True], ["a", None, True], {}, True),
        (["a"], [1.0], {}, False),
        ([None], [1.0], {}, False),
        ([1.0], 1.0, {}, False),
        (object(), 1.0, {}, False),
        (None, None, {}, False),
        (np.array([1.0, 2.0]), [1.0, 2.0], {}, True),
        (np.array([1.0]), np.array([[1.0]]), {}, False),
        (np.array([1.0, math.nan]), np.array([1.0, math.nan]), {}, False),
        (np.float32(0.1), 0.1, {"tolerance": 1e-6}, True),
    ],
)
def test_close(got: object, expected: object, options: dict[str, float], is_close: bool) -> None:
    assert close(got, expected, **options) is is_close


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        ((1,), "(1,)"),
        ([], "[]"),
        (set(), "set()"),
        ({1: "a"}, "{1: 'a'}"),
        (frozenset({1}), "frozenset({1})"),
        (object(), "<object object>"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, … 89 more …, 97, 98, 99]"),
        (np.arange(3), "[0, 1, 2]"),
        (np.eye(2), "[[1., 0.], [0., 1.]] (shape (2, 2))"),
        (np.float32(0.5), "0.5"),
        ([np.float64(0.5)], "[0.5]"),
        (
            [[1 / 3] * 2] * 3,
            "[[0.3333333333333333, 0.3333333333333333], [0.3333333333333333, 0.3333333333333333], [0.3333333333333333, 0.3333333333333333]]",
        ),
        (
            [[[1 / 3] * 2] * 3] * 2,
            "[[[0.3333333333333333, 0.3333333333333333], … 1 more …, [0.3333333333333333, 0.3333333333333333]], [[0.3333333333333333, 0.3333333333333333], … 1 more …, [0.3333333333333333, 0.3333333333333333]]]",
        ),
    ],
)
def test_values_are_shown_as_they_are_written(value: object, text: str) -> None:
    assert show(value) == text


def test_no_value_is_shown_at_length() -> None:
    rng = random.Random(1)

    def nested(depth: int) -> Any:
        kind = rng.randrange(5 if depth else 2)
        items = [nested(depth - 1) for _ in range(rng.choice([1, 3, 10, 40]))] if kind > 1 else []
        return ["x" * rng.choice([1, 10, 1000]), rng.random(), items, tuple(items), dict(enumerate(items))][kind]

    for _ in range(200):
        assert len(show(nested(3))) < 3 * SHOWN
    circle: list[Any] = []
    circle += [circle] * 9
    assert len(show(circle)) < 3 * SHOWN
    assert len(show(np.random.default_rng(1).normal(size=(50, 50)))) < 2 * SHOWN
