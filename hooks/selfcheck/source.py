"""Reads a file that people write in YAML, as quiz files are, into plain data in which every scalar is text as written and knows where it stands.

YAML bites prose: `no` becomes False, `1:30` becomes 90, `"\\beta"` becomes a backspace, the last of two equal keys wins.
Nothing of that happens here. What would be read otherwise than it looks is a problem with a place and a remedy.
This module knows YAML and nothing of questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from handbook.problems import Problem

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, from 1


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Libyaml's where it is present. What a scalar might mean besides text is never asked."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: object) -> str:
        return ""


# Only a text that holds one of these can hold a tag, an anchor or an alias; scanning for tokens is slow.
MAY_HOLD_EXTRAS = re.compile(r"(?:^|[\s\[,{])[&*!][^\s=]", re.MULTILINE)
EXTRAS = {
    yaml.TagToken: "a tag (`!…`)",
    yaml.AnchorToken: "an anchor (`&…`)",
    yaml.AliasToken: "an alias (`*…`)",
}
REMEDIES = {
    "mapping values are not allowed": "Text that holds `: ` belongs in quotes or in a block (`|`).",
    "cannot start any token": "Text that begins with this character belongs in quotes or in a block (`|`).",
    "found unknown escape": "In double quotes a backslash is special: use single quotes or a block (`|`).",
    "did not find expected ',' or ']'": "Text that begins with `[` belongs in quotes or in a block (`|`).",
    "did not find expected ',' or '}'": "Text that begins with `{` belongs in quotes or in a block (`|`).",
    "did not find expected key": "Indent the keys of one mapping alike; text that begins with `{`, `[` or a quotation mark belongs in a block (`|`).",
    "while scanning an alias": "Text that begins with `*` belongs in quotes or in a block (`|`).",
    "while scanning an anchor": "Text that begins with `&` belongs in quotes or in a block (`|`).",
    "undefined alias": "Text that begins with `*` belongs in quotes or in a block (`|`).",
    "could not find expected ':'": "Indent the lines of a text more than its key, or write a block (`|`).",
    "expected a comment or a line break": "After `|` or `>` the text begins on the next line.",
}


class Scalar(str):
    """One scalar as it is written, with what its reading may have hidden."""

    line: int
    column: int
    flow: bool  # stands inside [ ] or { }
    comment: bool  # a comment follows on the same line as plain text
    escape: str  # a backslash sequence that double quotes turned into something else
    block: bool  # written as | or >: its text begins on the line after `line`

    def line_of(self, part: str) -> int:
        """The line on which `part` stands in this text, or else the line of the text."""
        at = self.find(part)
        return self.line + (self.block if at >= 0 else 0) + (self.count("\n", 0, at) if at > 0 else 0)


@dataclass
class Source:
    """What a file holds: `data` is None when it can't be read at all."""

    path: str
    data: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, message: str) -> None:
        self.problems.append(Problem(self.path, *place, message))

    def place(self, path: Path, of_key: bool = False) -> Place:
        """Where the value (or key) at `path` stands, or else the nearest thing around it."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def read(path: str, text: str, kind: str = "quiz file", first: str = "questions") -> Source:
    """Reads one file. `path`, the kind of file and its first key only serve problems."""
    source = Source(path)
    try:
        documents = list(yaml.compose_all(text, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.problem(_place(mark), _syntax_message(error, text.splitlines()[mark.line :] if mark else []))
        return source
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        source.problem((line, 1), f"The character U+{code:04X} is not allowed: delete it.")
        return source
    if len(documents) > 1:
        source.problem(_place(documents[1].start_mark), f"A {kind} holds one document: delete the `---` before this.")
    if not documents or documents[0] is None:
        source.problem((1, 1), f"The file is empty. It begins with `{first}:`.")
        return source
    if MAY_HOLD_EXTRAS.search(text):
        for token in yaml.scan(text, Loader=Loader):
            if what := EXTRAS.get(type(token)):
                source.problem(
                    _place(token.start_mark),
                    f"This reads as {what}, which {kind}s don't use: put the text in quotes or in a block (`|`).",
                )
    source.data = _plain(documents[0], (), False, source, text.split("\n"))
    return source


def _plain(node: yaml.Node, path: Path, flow: bool, source: Source, lines: list[str]) -> Any:
    source.values[path] = _place(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = _place(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                source.problem(place, "A key is one word. If this is text, put it in quotes or in a block (`|`).")
                continue
            key = key_node.value
            if key in mapping:
                first = source.keys[(*path, key)][0]
                source.problem(place, f"`{key}` stands here a second time (first in line {first}): delete one, or merge the two.")
                continue
            source.keys[(*path, key)] = place
            mapping[key] = _plain(value_node, (*path, key), flow or bool(node.flow_style), source, lines)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        inside = flow or bool(node.flow_style)
        return [_plain(item, (*path, i), inside, source, lines) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, flow, lines)


def _scalar(node: yaml.ScalarNode, flow: bool, lines: list[str]) -> Scalar:
    scalar = Scalar(node.value)
    start, end = node.start_mark, node.end_mark
    scalar.line, scalar.column = start.line + 1, start.column + 1
    scalar.flow = flow
    scalar.block = node.style in ("|", ">")
    scalar.comment = False
    scalar.escape = ""
    if not node.style and node.value:
        scalar.comment = bool(re.match(r"\s*#", lines[end.line][end.column :])) if end.line < len(lines) else False
    elif node.style == '"':
        written = "\n".join(lines[start.line : end.line + 1])
        written = written[start.column : len(written) - len(lines[end.line]) + end.column]
        for escape in re.findall(r"\\(.)", written):
            if escape not in '"\\':
                scalar.escape = "\\" + escape
                break
    return scalar


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax_message(error: yaml.MarkedYAMLError, lines: list[str]) -> str:
    said = " ".join(filter(None, (error.context, error.problem)))
    if lines and re.match(r" *\t", lines[0]):
        return "A tab indents this line: indent with spaces."
    remedy = next((remedy for words, remedy in REMEDIES.items() if words in said), "Look at the indentation and the quotes around this line.")
    return f"This is not YAML: {said}. {remedy}"
