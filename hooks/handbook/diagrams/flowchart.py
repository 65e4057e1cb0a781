"""Reads a flowchart in Mermaid's language: the part of it that the handbook draws, and the place of everything else.

What is accepted here means the same to Mermaid itself, so that previews elsewhere show the same diagram; the opposite does
not hold. This module must not know how a flowchart is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import unescape

Lines = tuple[str, ...]  # a text as `<br>` breaks it

COLORS = "Colors and styles follow the page: delete them."
LINKS = "A diagram has no links and runs nothing: delete this line, and put the link into the text beside the diagram."
REFUSED = {
    **dict.fromkeys(("style", "classDef", "class", "linkStyle"), COLORS),
    **dict.fromkeys(("click", "href"), LINKS),
    "direction": "The whole diagram has one direction, that of its first line: delete this line.",
}
TITLE = "add a line `accTitle: …` below this one. It stands below the diagram."
DESCRIPTION = "add a line `accDescr: …` below this one. It says what the diagram shows to those who can't see it."
# Opening and closing bracket of each shape; a longer one before those that it begins with.
SHAPES = {
    "([": ("])", "stadium"),
    "[[": ("]]", "subroutine"),
    "[(": (")]", "cylinder"),
    "((": ("))", "circle"),
    "{{": ("}}", "hexagon"),
    "[/": ("/]", "parallelogram"),
    "[": ("]", "box"),
    "(": (")", "rounded"),
    "{": ("}", "diamond"),
}
LONGEST = 10_000  # characters
MOST = 80  # nodes, and links; who draws more wants a table, or has made a mistake
OTHER_SHAPE = re.compile(r"\(\(\(|\[\\|>|@\{|\(-")

HEADER = re.compile(r"(?:flowchart|graph)(?:\s+(TB|TD|BT|LR|RL))?\s*;?$")
STATEMENT = re.compile(rf"({'|'.join(REFUSED)})\s+[^\s&=.<-]")
WORDS = "end|subgraph|graph|flowchart|style|linkStyle|classDef|class|click|href|call|interpolate|_self|_blank|_parent|_top"
RESERVED = re.compile(rf"(?:\w*\d)?(?:{WORDS})\b")  # Mermaid finds them behind a digit, too
PLAIN_TITLE = re.compile(rf"(?!.*\b{RESERVED.pattern})\w[\w -]*$")
NAME = re.compile(r"\w+(?:[-.]\w+)*")
QUOTED = re.compile(r'"([^"]*)"')
UNQUOTED = re.compile(r'[^\[\](){}"|]+')
SLANTED = re.compile(r'[^\[\](){}"|/\\]+')  # in [/ /] a slash closes
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
ENTITY = re.compile(r"#(\d+|[a-zA-Z]\w*);")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A link between nodes: whole, or as a beginning and an end around a label.
LINK = re.compile(r"(?P<back><?)(?:(?P<solid>-{2,}[->])|(?P<thick>={2,}[=>])|(?P<dotted>-\.+->?))(?:\s*\|(?P<label>[^|]*)\|)?")
LINK_AROUND = re.compile(
    r"(?P<back><?)(?:--(?P<a>[^->].*?)(?P<solid>-{2,}[->])|==(?P<b>[^=>][^=]*?)(?P<thick>={2,}[=>])|-\.(?P<c>[^-.][^.]*?)-?(?P<dotted>\.+->?))"
)
OTHER_LINK = re.compile(r"~{3,}|(?:-{2,}|={2,}|-\.+-)[ox]")


@dataclass(frozen=True)
class Complaint:
    """What is wrong, and where in the text of the diagram; line and column count from 1."""

    line: int
    column: int
    message: str


@dataclass
class Node:
    label: Lines
    shape: str = "box"


@dataclass(frozen=True)
class Edge:
    """`tail` and `head` are names of nodes or groups; `length` is how many ranks it spans at least."""

    tail: str
    head: str
    label: Lines = ()
    stroke: str = "solid"
    at_tail: bool = False  # has an arrowhead there
    at_head: bool = True
    length: int = 1


@dataclass
class Group:
    """A frame around nodes and other groups, all by name. The whole diagram is one, too."""

    label: Lines = ()
    nodes: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


@dataclass
class Flowchart:
    direction: str = "TB"
    title: str = ""
    description: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    whole: Group = field(default_factory=Group)


class Fault(Exception):
    """What keeps a line from being read, and in which column."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.complaint = message
        self.column = column


def read(text: str) -> tuple[Flowchart, list[Complaint]]:
    """The flowchart, and all that is wrong with it."""
    if len(text) > LONGEST:
        return Flowchart(), [Complaint(1, 1, f"A diagram has at most {LONGEST} characters, this one {len(text)}: split it.")]
    reader = _Reader()
    complaints = []
    lines = enumerate(text.split("\n"), 1)
    for number, line in lines:
        if re.match(r"\s*accDescr\s*\{", line):  # the only statement of several lines
            while "}" not in line:
                line += " " + next(lines, (0, "}"))[1]
        try:
            reader.read(number, line)
        except Fault as fault:
            complaints.append(Complaint(number, fault.column, fault.complaint))
            if not reader.header:
                return reader.flowchart, complaints
    return reader.flowchart, sorted(complaints + reader.missing(told=bool(complaints)), key=lambda complaint: complaint.line)


class _Reader:
    """Reads line by line, and each line from left to right."""

    def __init__(self) -> None:
        self.flowchart = Flowchart()
        self.header = 0  # the number of the first line
        self._line = ""
        self._at = 0
        self._open: list[tuple[str, int, list[str]]] = []  # the groups around this line, where they began, whom they named

    def read(self, number: int, line: str) -> None:
        self._line, self._at = line.rstrip(), 0
        self._skip()
        if control := CONTROL.search(line):
            raise Fault(control.start() + 1, "A control character stands here: delete it.")
        if self._take(r"%%\{"):
            raise Fault(1, f"The handbook's diagrams take no directives. {COLORS}")
        if not self._rest or self._rest.startswith("%%"):
            return
        if not self.header:
            self._begin()
            self.header = number
        elif self._take(r"accTitle\s*:"):
            self.flowchart.title = _plain(self._rest)
        elif self._take(r"accDescr\s*[:{]"):
            self.flowchart.description = _plain(self._rest.removesuffix("}"))
        elif statement := STATEMENT.match(self._rest):
            raise self._fault(REFUSED[statement[1]])
        elif self._take(r"subgraph\b"):
            self._begin_group(number)
        elif self._take(r"end\s*;?$"):
            self._end_group()
        else:
            while self._rest:
                self._chain()
                if self._rest and not self._take(";"):
                    raise self._fault("This can't be read: a link such as `-->` or the end of the line was expected.")

    def missing(self, told: bool) -> list[Complaint]:
        """What can be said only at the end; `told` says whether faults were found before."""
        chart = self.flowchart
        if not self.header:
            return [Complaint(1, 1, "The diagram is empty: begin it with `flowchart LR`, and name what it shows.")]
        complaints = [Complaint(number, 1, f"The subgraph `{name}` is never closed: end it with `end`.") for name, number, _ in self._open]
        for name in chart.groups:
            chart.nodes.pop(name, None)  # a link named it
        for group in chart.groups.values():
            group.nodes = [name for name in group.nodes if name in chart.nodes]
        empty = [name for name, group in chart.groups.items() if not group.nodes and not group.groups]
        complaints += [
            Complaint(self.header, 1, f"Nothing stands in the subgraph `{name}`: put a node into it, or delete it.")
            for name in empty
            if not self._open
        ]
        if not told and not chart.nodes and not chart.groups:
            complaints.append(Complaint(self.header, 1, "The diagram shows nothing: name its nodes and links below this line."))
        if not chart.title:
            complaints.append(Complaint(self.header, 1, f"The diagram has no title: {TITLE}"))
        if not chart.description:
            complaints.append(Complaint(self.header, 1, f"The diagram has no description: {DESCRIPTION}"))
        return complaints

    def _begin(self) -> None:
        header = self._take(HEADER)
        if header:
            self.flowchart.direction = "TB" if header[1] in (None, "TD") else header[1]
        elif self._take(r"flowchart\b|graph\b"):
            raise self._fault("After `flowchart` stands a direction, TB, BT, LR or RL, and nothing else.")
        elif self._rest == "---":
            raise self._fault("A diagram has no front matter: its title is a line `accTitle: …`, and colors follow the page.")
        else:
            word = self._rest.split()[0]
            raise self._fault(
                f"`{word}` is no type of diagram that the handbook draws. It draws flowcharts: begin with `flowchart LR`, or draw a figure by script."
            )

    def _begin_group(self, number: int) -> None:
        if found := self._take(re.compile(rf"({NAME.pattern})\s*\[")):
            name, label = found[1], self._label("]", found[1])
        else:
            at = self._at
            found = self._take(QUOTED) or self._take(PLAIN_TITLE)
            name = found[found.lastindex or 0] if found else ""
            label = self._lines(name, at)
        if self._rest or not label:
            raise self._fault("After `subgraph` stands `name [Label]`, and nothing else.")
        if name in self.flowchart.groups:
            raise self._fault(f"There is a subgraph `{name}` already: give this one another name.")
        around = self.flowchart.groups[self._open[-1][0]] if self._open else self.flowchart.whole
        around.groups.append(name)
        self.flowchart.groups[name] = Group(label)
        self._open.append((name, number, []))

    def _end_group(self) -> None:
        if not self._open:
            raise Fault(1, "No subgraph is open that `end` could close: delete it.")
        name, _, named = self._open.pop()
        # A node belongs to the first subgraph that is closed around it.
        owned = {node for group in self.flowchart.groups.values() for node in group.nodes}
        self.flowchart.groups[name].nodes = [node for node in dict.fromkeys(named) if node not in owned]
        if self._open:
            self._open[-1][2].extend(named)

    def _chain(self) -> None:
        tails = self._nodes()
        while link := self._link():
            heads = self._nodes()
            self.flowchart.edges += [replace(link, tail=tail, head=head) for tail in tails for head in heads][: MOST + 1]
            tails = heads
        if max(len(self.flowchart.nodes), len(self.flowchart.edges)) > MOST:
            raise self._fault(f"A diagram has at most {MOST} nodes and {MOST} links: split it.")

    def _nodes(self) -> list[str]:
        names = [self._node()]
        while self._take(r"(?<=\s)&(?=\s)"):
            names.append(self._node())
        return names

    def _node(self) -> str:
        found = self._take(NAME, skip=False)
        if not found:
            raise self._fault("The name of a node was expected here, such as `data` in `data[Raw data]`.")
        name = found[0]
        if reserved := RESERVED.match(name):
            raise Fault(
                found.start() + 1, f"`{reserved[0]}` is a word of the language and can't name a node: write `{reserved[0]}_1[{reserved[0]}]`, say."
            )
        if re.fullmatch(r"\d*[ox]", name) and self._line[found.end() :].startswith(("-", "=")):
            raise Fault(found.end() + 1, f"Mermaid takes `{name}` for the beginning of this link: put a space between them.")
        node = self.flowchart.nodes.setdefault(name, Node((name,)))
        if self._open:
            self._open[-1][2].append(name)
        if OTHER_SHAPE.match(self._line, self._at):
            known = " ".join(f"{opening}…{closing}" for opening, (closing, _) in SHAPES.items())
            raise self._fault(f"This shape is not drawn here. These are: {known}")
        opening = next((opening for opening in SHAPES if self._rest.startswith(opening)), "")
        if opening:
            self._at += len(opening)
            closing, node.shape = SHAPES[opening]
            node.label = self._label(closing, name)
        if self._take(":::"):
            raise self._fault(COLORS)
        self._skip()
        return name

    def _label(self, closing: str, name: str) -> Lines:
        """The text up to a closing bracket, and the bracket."""
        at = self._at
        self._skip()
        found = self._take(QUOTED) or self._take(SLANTED if closing == "/]" else UNQUOTED)
        if not self._take(re.escape(closing), skip=False):
            raise Fault(at + 1, f'The label of `{name}` is not closed: end it with `{closing}`, and put text that holds brackets into quotes ("…").')
        label = self._lines(found[found.lastindex or 0] if found else "", at)
        if not label:
            raise Fault(at + 1, f"The label of `{name}` is empty: write what it stands for.")
        return label

    def _link(self) -> Edge | None:
        """A link without the nodes that it joins."""
        at = self._at
        if OTHER_LINK.match(self._line, at):
            raise self._fault("This link is not drawn here. These are: --> --- -.-> -.- ==> === <-->. Before an `o` or `x` that follows put a space.")
        found = self._take(LINK) or self._take(LINK_AROUND)
        if not found:
            return None
        parts = found.groupdict()
        text = next((parts[key].strip() for key in ("label", "a", "b", "c") if parts.get(key)), "")
        quoted = QUOTED.fullmatch(text)
        if text and not quoted and not UNQUOTED.fullmatch(text):
            raise Fault(at + 1, 'The label of this link can\'t be read: put text that holds brackets into quotes ("…").')
        stroke = next(key for key in ("solid", "thick", "dotted") if parts[key])
        ahead = parts[stroke].endswith(">")
        if parts["back"] and not ahead:
            raise Fault(at + 1, "A link with an arrow at its beginning alone is not drawn here: turn it around, or write `<-->`.")
        length = parts[stroke].count(".") if stroke == "dotted" else len(parts[stroke]) - 2
        return Edge("", "", self._lines(quoted[1] if quoted else text, at), stroke, bool(parts["back"]), ahead, length)

    def _lines(self, text: str, at: int) -> Lines:
        if text.strip().startswith("`") or "$$" in text:
            raise Fault(at + 1, "Markdown and formulas are not set in diagrams: write plain text, with signs such as α, ², √ or ∑.")
        return tuple(plain for part in BREAK.split(text) if (plain := _plain(part)))

    def _take(self, pattern: re.Pattern[str] | str, skip: bool = True) -> re.Match[str] | None:
        """What stands here, if it is that."""
        found = re.compile(pattern).match(self._line, self._at)
        if found:
            self._at = found.end()
            if skip:
                self._skip()
        return found

    def _skip(self) -> None:
        while self._rest[:1].isspace():
            self._at += 1

    def _fault(self, message: str) -> Fault:
        return Fault(self._at + 1, message)

    @property
    def _rest(self) -> str:
        return self._line[self._at :]


def _plain(text: str) -> str:
    """Mermaid writes `#quot;` and `#35;` for what HTML writes with `&`, and takes that as well."""
    decoded = unescape(ENTITY.sub(lambda found: f"&{'#' if found[1].isdigit() else ''}{found[1]};", text))
    return " ".join(CONTROL.sub("", decoded).split())
