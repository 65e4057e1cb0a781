"""A wrong program is the solution with a few changes, and its lines are found where they are written."""

from __future__ import annotations

import pytest
from selfcheck.challenge.changes import Misfit, Program, changed
from selfcheck.fields import Text

SOLUTION = """\
def total(rows):
    result = 0
    for row in rows:
        for x in row:
            result += x

    return result
"""


def change(*changes: tuple[str, str]) -> Program:
    return changed(Text.read(SOLUTION), [(Text.read(old), Text.read(new)) for old, new in changes])


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("result += x", "result = x", "\n            result = x\n"),
        ("result += x\n", "result = x\n", "\n            result = x\n"),  # a block ends with a line end, which is not meant
        ("result += x\n", "result = x", "\n            result = x\n"),
        (" += x", " -= x", "\n            result -= x\n"),
        ("for x in row:\n    result += x", "result += row[0]", "\n        result += row[0]\n\n"),
        (
            "for x in row:\n    result += x",
            "for x in row:\n    if x:\n\n        result += x",
            "\n        for x in row:\n            if x:\n\n                result += x\n",
        ),
        ("        result += x\n\nreturn result", "        result += x\n    return result", "\n            result += x\n        return result\n"),
        ("rows):\n    result = 0", "rows, result=0):\n    pass", "def total(rows, result=0):\n    pass\n    for"),
    ],
)
def test_further_lines_are_indented_as_the_first_is(old: str, new: str, line: str) -> None:
    assert line in change((old, new))


def test_changes_are_made_one_after_the_other() -> None:
    program = change(("result += x", "rows += x"), ("return result", "return rows"), ("rows += x", "rows -= x"))
    assert program == SOLUTION.replace("result += x", "rows -= x").replace("return result", "return rows")


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("result -= x", "does not have this text"),
        ("for x in row:\nresult += x", "does not have this text"),
        ("in row", "has this text 2 times"),
        ("result", "has this text 3 times"),
    ],
)
def test_what_is_replaced_stands_there_once(old: str, words: str) -> None:
    with pytest.raises(Misfit, match=words):
        change((old, "x"))


def test_a_line_is_found_at_the_change_that_wrote_it() -> None:
    old, new, last = Text.read("for x in row:\n    result += x"), Text.read("a = 1\nb = 2\nc = 3\n"), Text.read("return a")
    new.source.block, new.source.line, last.source.line = True, 20, 30
    program = changed(Text.read(SOLUTION), [(old, new), (Text.read("return result"), last)])
    assert [program.line(number).source.line for number in range(4, 9)] == [21, 22, 23, 1, 30]
    assert program.line(0) is program.line(3) is program
    assert program.line(99) is program
    assert program.source is old.source
