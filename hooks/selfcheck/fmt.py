"""Lays quiz files out alike, without changing what they say.

A file is read into its nodes and written anew from them: two spaces a level, `- ` indented below its key, text that YAML could
bite as a block (`|`), one empty line between questions. Comments go along with what follows them, everything else is
taken as it is written. What comes out is read again and compared with what went in.
"""

from __future__ import annotations

import re

import yaml
from handbook.problems import Problem

from selfcheck.fields import Text
from selfcheck.flavor import BLOCK
from selfcheck.fragment import texts
from selfcheck.lint import words
from selfcheck.quizfile import Quiz, parse
from selfcheck.source import Loader, Scalar, read

Places = dict[tuple[int, int], bool]  # by line and column from 0: whether a line break in it is as good as a space
STEP = 2
RISKY = re.compile(r": |:$| #|^[-?:,\[\]{}#&*!|>'\"%@`]|\n")
HEADER = re.compile(r"(?P<style>[|>])(?:(?P<digit>[1-9])|(?P<chomp>[+-]))*(?P<rest>[ \t]*(?:#.*)?)$")


class Unchanged(Exception):
    """The file can't be laid out without changing what it says. That is a fault of this module, and of no contributor."""


def formatted(path: str, text: str) -> tuple[str, list[Problem]]:
    """The text laid out, or as it was where it has problems."""
    text = text.replace("\r\n", "\n")
    before = parse(path, text)
    if before.all_problems:
        return text, before.all_problems
    made = _Writer(text, _places(before)).written()
    if not _same(read(path, text).data, read(path, made).data) or parse(path, made).all_problems:
        raise Unchanged("Laid out, this file would say something else, so it is left as it is. This is our fault: please report it, with the file.")
    return made, []


def _places(quiz: Quiz) -> Places:
    """The texts of a file, which may become blocks. Words, names and numbers are not among them."""
    found = {}
    for entry in quiz.entries:
        assert entry.question
        prose = {id(text) for text in words.texts(entry.question)}
        for text in texts(entry.question):
            if isinstance(text, Text):
                found[text.source.line - 1, text.source.column - 1] = id(text) in prose
    return found


def _same(before: object, after: object) -> bool:
    """Whether two files say the same. A text may have got a line end, and where it was folded, line breaks."""
    if isinstance(before, dict) and isinstance(after, dict):
        return list(before) == list(after) and all(_same(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same, before, after))
    if isinstance(before, Scalar) and isinstance(after, Scalar):
        old, new = before.rstrip("\n"), after.rstrip("\n")
        return old == new or (not before.block and "\n" not in old and old == new.replace("\n", " "))
    return before == after


class _Writer:
    """Writes one file anew."""

    def __init__(self, text: str, places: Places) -> None:
        self.lines = text.split("\n")
        self.places = places
        self.out: list[str] = []
        self.at = 0  # the line of the source up to which everything is written
        self.columns: dict[int, int] = {}  # of the levels around: where they began, and where they begin now
        self.root = yaml.compose(text, Loader=Loader)

    def written(self) -> str:
        assert isinstance(self.root, yaml.MappingNode)
        self._mapping(self.root, 0)
        self._between(len(self.lines), 0)
        while self.out and not self.out[-1]:
            self.out.pop()
        return "\n".join([*self.out, ""])

    def _mapping(self, node: yaml.MappingNode, indent: int, lead: str = "") -> None:
        for key, value in node.value:
            if not lead:
                self._between(key.start_mark.line, indent)
            self._level(key.start_mark.column, indent)
            self._value(f"{lead or ' ' * indent}{self._slice(key)}:", value, indent, key.end_mark.line, key.end_mark.column)
            lead = ""

    def _sequence(self, node: yaml.SequenceNode, indent: int, lead: str = "") -> None:
        for number, item in enumerate(node.value):
            line, column = self._dash(item)
            if not lead:
                self._between(line, indent, apart=indent == STEP and number > 0)  # only questions stand there
            self._level(column, indent)
            self._value(f"{lead or ' ' * indent}-", item, indent, line, column)
            lead = ""

    def _value(self, head: str, node: yaml.Node, indent: int, line: int, column: int) -> None:
        """What stands after a key or a dash, which stands at `line` and `column` of the source."""
        nested = isinstance(node, yaml.CollectionNode) and not node.flow_style and not head.endswith("-")
        if node.start_mark.line > line and not nested:  # it moves up to its key, and what is between before it
            behind = re.search(r"(?<=\s)#.*", self.lines[line][column:])
            self.out += [" " * indent + behind[0].rstrip()] if behind else []
            self.at = max(self.at, line + 1)
            self._between(node.start_mark.line, indent)
        if isinstance(node, yaml.ScalarNode):
            self._scalar(head, node, indent)
            return
        assert isinstance(node, yaml.MappingNode | yaml.SequenceNode)
        if node.flow_style:
            rows = self._slice(node).split("\n")
            self.out.append(f"{head} {rows[0].rstrip()}")
            self.out += [" " * (indent + 2 * STEP) + row.strip() for row in rows[1:]]
            self._end(node)
        elif head.endswith("-"):
            self._inside(node, len(head) + 1, f"{head} ")
        else:
            comment = re.match(r":([ \t]+#.*)", self.lines[line][column:])
            self.out.append(head + (comment[1].rstrip() if comment else ""))
            self.at = line + 1
            self._inside(node, indent + STEP)

    def _inside(self, node: yaml.MappingNode | yaml.SequenceNode, indent: int, lead: str = "") -> None:
        if isinstance(node, yaml.MappingNode):
            self._mapping(node, indent, lead)
        else:
            self._sequence(node, indent, lead)

    def _scalar(self, head: str, node: yaml.ScalarNode, indent: int) -> None:
        place = self.places.get((node.start_mark.line, node.start_mark.column))
        if node.style in ("|", ">"):
            self._block(head, node, indent)
            return
        written = self._slice(node)
        if place is not None and ((node.style and RISKY.search(node.value)) or "\n" in written or (node.style == '"' and "\\" in written)):
            rows = node.value.rstrip("\n").split("\n")
            if place and not node.style and len(rows) == 1 and not any(BLOCK.match(row.strip()) for row in written.split("\n")[1:]):
                rows = [row.strip() for row in written.split("\n")]
            if rows[0].strip() and all(row.isprintable() for row in rows):
                header = "|2" if rows[0].startswith(" ") else "|"
                self.out.append(f"{head} {header}{self._comment(node)}")
                self.out += [" " * (indent + STEP) + row if row else "" for row in rows]
                self.at = node.end_mark.line + 1
                return
        first, *more = written.split("\n")
        self.out.append(f"{head} {first.rstrip()}" if first else head)
        self.out += [" " * (indent + 2 * STEP) + row.strip() if row.strip() else "" for row in more]
        self._end(node)

    def _block(self, head: str, node: yaml.ScalarNode, indent: int) -> None:
        start = node.start_mark.line
        header = HEADER.match(self.lines[start][node.start_mark.column :])
        assert header
        if header["digit"]:
            base = self._around(indent) + int(header["digit"])
        else:
            base = next(_indent(line) for line in self.lines[start + 1 :] if line.strip())
        end = start + 1
        while end < len(self.lines) and (not self.lines[end].strip() or _indent(self.lines[end]) >= base):
            end += 1
        while not self.lines[end - 1].strip():
            end -= 1
        chomp = "-" if header["chomp"] == "-" else ""  # `+` would make empty lines after it part of the text
        self.out.append(f"{head} {header['style']}{STEP if header['digit'] else ''}{chomp}{header['rest'].rstrip()}")
        rows = [line[base:] for line in self.lines[start + 1 : end]]
        self.out += [" " * (indent + STEP) + row if row else "" for row in rows]
        self.at = end

    def _around(self, indent: int) -> int:
        """Where the level began that is written at `indent` now."""
        return next(old for old, new in reversed(self.columns.items()) if new == indent)

    def _level(self, old: int, new: int) -> None:
        self.columns = {**{a: b for a, b in self.columns.items() if a < old and b < new}, old: new}

    def _end(self, node: yaml.Node) -> None:
        """What stands behind a value, and that it is written."""
        self.out[-1] += self._comment(node)
        self.at = node.end_mark.line + 1

    def _comment(self, node: yaml.Node) -> str:
        found = re.match(r"([ \t]*)(#.*)", self.lines[node.end_mark.line][node.end_mark.column :])
        return (found[1] or " ") + found[2].rstrip() if found else ""

    def _between(self, line: int, indent: int, apart: bool = False) -> None:
        """Comments and empty lines before the line of the source that is written next."""
        rows = [row.strip() for row in self.lines[self.at : line]]
        old = [_indent(row) for row in self.lines[self.at : line]]
        self.at = max(self.at, line)
        made: list[str] = []
        for row, column in zip(rows, old, strict=True):
            if row.startswith("#"):
                made.append(" " * self.columns.get(column, indent) + row)
            elif not row and made[-1:] != [""] and self.out:
                made.append("")
        if apart and "" not in made:  # before the comments on what follows, after those on what was
            made.insert(next((i for i, row in enumerate(made) if _indent(row) <= indent), len(made)), "")
        self.out += made

    def _dash(self, item: yaml.Node) -> tuple[int, int]:
        """Where the dash before an item stands."""
        line, dash = item.start_mark.line, self.lines[item.start_mark.line].rfind("-", 0, item.start_mark.column)
        while dash < 0:  # alone on its line, comments aside
            line -= 1
            found = re.match(r" *(?:- +)*-(?=\s|$)", self.lines[line])
            dash = found.end() - 1 if found else -1
        return line, dash

    def _slice(self, node: yaml.Node) -> str:
        start, end = node.start_mark, node.end_mark
        if start.line == end.line:
            return self.lines[start.line][start.column : end.column]
        return "\n".join([self.lines[start.line][start.column :], *self.lines[start.line + 1 : end.line], self.lines[end.line][: end.column]])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
