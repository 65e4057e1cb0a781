"""A problem is something a contributor has to mend: where it is, what is wrong, and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """`path` is relative to the project's root, `line` and `column` count from 1."""

    path: str
    line: int
    column: int
    message: str
    rule: str = ""  # the id of the rule of style that is broken, if it is one

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}" + (f" [{self.rule}]" if self.rule else "")
