"""Makes a wrong program from the solution by a few replacements, so that a file doesn't repeat what they share.

This module knows text with its place and nothing of questions.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from selfcheck.fields import Field, Text


class Misfit(Exception):
    """A text to replace that does not stand in the program exactly once. Carries the text and what is wrong."""

    def __init__(self, text: Field, message: str) -> None:
        super().__init__(text, message)
        self.text, self.message = text, message


class Program(Text):
    """A program that changes made. A line of it stands where a change wrote it, every other one at the first change."""

    written: list[Field | None]  # by line

    def line(self, number: int) -> Field:
        return (self.written[number - 1] if 0 < number <= len(self.written) else None) or self


def changed(solution: Text, changes: Iterable[tuple[Text, Text]]) -> Program:
    """The solution with each first text replaced by the second, one change after the other.

    The first text begins anywhere in a line; its further lines are indented as that line is, and so are those of the second.
    """
    program, first = str(solution), None
    written: list[Field | None] = [None] * (solution.count("\n") + 1)
    for old, new in changes:
        first = first or old
        places = list(_places(program, old.rstrip("\n")))
        if len(places) != 1:
            raise Misfit(old, _misfit(len(places)))
        start, end, indent = places[0]
        line, lines = program.count("\n", 0, start), new.rstrip("\n").count("\n") + 1
        written[line : program.count("\n", 0, end) + 1] = [new.line(number) for number in range(1, lines + 1)]
        program = program[:start] + _indented(new.rstrip("\n"), indent) + program[end:]
    made = Program(program)
    made.source, made.written = (first or solution).source, written
    return made


def _places(program: str, text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text stands, and the indentation before it."""
    head = text.partition("\n")[0]
    for found in re.finditer(re.escape(head), program):
        before = program[program.rfind("\n", 0, found.start()) + 1 : found.start()]
        indent = before[: len(before) - len(before.lstrip())]
        whole = _indented(text, indent)
        if program.startswith(whole, found.start()):
            yield found.start(), found.start() + len(whole), indent


def _indented(text: str, indent: str) -> str:
    head, newline, rest = text.partition("\n")
    return head + newline + textwrap.indent(rest, indent)


def _misfit(count: int) -> str:
    if not count:
        return "The solution, with the changes before this one, does not have this text: copy it from there, with the spaces inside its lines."
    return f"The solution, with the changes before this one, has this text {count} times: add what stands before or after it, until it is there once."
