"""Draws flowcharts: tells Graphviz how large everything is, and draws what Graphviz found places for.

Graphviz gets sizes and numbers and never a text, so no label can do anything there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handbook.diagrams import svg
from handbook.diagrams.flowchart import Edge, Flowchart, Lines, Node
from handbook.diagrams.svg import element, number, points

NODE_WIDTH, EDGE_WIDTH, DIAMOND_WIDTH = 190, 130, 110  # longer lines of a label are broken
DOT = 72  # Graphviz measures nodes in inches, and has 72 dots to the inch; ours are pixels
OUTLINES = {"diamond": "diamond", "circle": "ellipse", "hexagon": "hexagon", "parallelogram": "parallelogram"}  # in Graphviz' words; else a box
TIPS = {(True, True): "both", (True, False): "back", (False, True): "forward", (False, False): "none"}  # at tail, at head
ROUND = {"rounded": 10.0, "box": 3.0}

Place = tuple[str, str | bool]


def measured(node: Node) -> tuple[Lines, float, float]:
    """The label as it is broken, and the size of the shape around it."""
    lines = svg.wrapped(node.label, DIAMOND_WIDTH if node.shape == "diamond" else NODE_WIDTH)
    width, height = svg.size_of(lines)
    match node.shape:
        case "circle":
            side = max(44, (width**2 + height**2) ** 0.5 + 16)
            return lines, side, side
        case "diamond":
            outer = width * 1.5 + 24
            return lines, outer, height / (1 - width / outer) + 10
        case "hexagon" | "parallelogram":
            return lines, width + height + 28, height + 18
        case "stadium":
            return lines, width + height + 16, height + 18
        case "subroutine":
            return lines, width + 44, height + 18
        case "cylinder":
            return lines, max(48, width + 28), height + 34
        case _:
            return lines, max(48, width + 28), height + 18


def dot(chart: Flowchart) -> str:
    """The flowchart without its texts, in Graphviz' language."""
    node_ids = {name: f"n{i}" for i, name in enumerate(chart.nodes)}
    group_ids = {name: f"cluster_{i}" for i, name in enumerate(chart.groups)}

    def group(name: str) -> Iterator[str]:
        yield f"subgraph {group_ids[name]} {{ label={_room(chart.groups[name].label, svg.STRONG)};"
        yield from (f"{node_ids[node]};" for node in chart.groups[name].nodes)
        for inner in chart.groups[name].groups:
            yield from group(inner)
        yield "}"

    def inside(name: str, which: int) -> str:
        """A node that stands for a group, the first or the last: Graphviz joins nodes, and ends the line at the frame."""
        while name in chart.groups:
            name = [*chart.groups[name].nodes, *chart.groups[name].groups][which]
        return node_ids[name]

    statements = [f'rankdir={chart.direction}; compound=true; nodesep=0.35; ranksep=0.45; margin=12; labeljust=l; node [label="", fixedsize=true];']
    for name, node in chart.nodes.items():  # in the order of the text, by which Graphviz decides what leads back
        _, width, height = measured(node)
        statements.append(f"{node_ids[name]} [shape={OUTLINES.get(node.shape, 'box')}, width={width / DOT:.3f}, height={height / DOT:.3f}];")
    for name in chart.whole.groups:
        statements += group(name)
    leads_back = _leading_back(chart)
    for i, edge in enumerate(chart.edges):
        back = i in leads_back
        tail, head = (edge.head, edge.tail) if back else (edge.tail, edge.head)
        settings = f"id=e{i}, minlen={edge.length}, arrowsize=0.8, label={_room(_label(edge))}"
        settings += f", dir={TIPS[(edge.at_head, edge.at_tail) if back else (edge.at_tail, edge.at_head)]}"
        settings += f", ltail={group_ids[tail]}" if tail in group_ids else ""
        settings += f", lhead={group_ids[head]}" if head in group_ids else ""
        statements.append(f"{inside(tail, -1)} -> {inside(head, 0)} [{settings}];")
    return "digraph {\n" + "\n".join(statements) + "\n}"


def _leading_back(chart: Flowchart) -> set[int]:
    """Which edges lead back to where one has been, when one follows the edges from the first node on.

    Graphviz would choose others: it begins with groups, whatever stands before them.
    """
    around = {inner: name for name, group in chart.groups.items() for inner in [*group.nodes, *group.groups]}

    def outermost(name: str) -> str:
        while name in around:
            name = around[name]
        return name

    # A group is one place to those outside of it; inside, its nodes are places of their own.
    follow: dict[Place, list[tuple[int, Place]]] = {}
    for i, edge in enumerate(chart.edges):
        tail, head = outermost(edge.tail), outermost(edge.head)
        inside = tail == head
        follow.setdefault((tail, inside and edge.tail), []).append((i, (head, inside and edge.head)))
    path: set[Place] = set()
    done: set[Place] = set()
    found: set[int] = set()

    def visit(place: Place) -> None:
        path.add(place)
        for i, head in follow.get(place, []):
            if head in path and head != place:
                found.add(i)
            elif head not in path | done:
                visit(head)
        path.discard(place)
        done.add(place)

    for name in chart.nodes:
        for place in ((outermost(name), False), (outermost(name), name)):
            if place not in done:
                visit(place)
    return found


def _label(edge: Edge) -> Lines:
    return svg.wrapped(edge.label, EDGE_WIDTH)


def _room(lines: Lines, stretch: float = 1) -> str:
    """Keeps room for a text that is drawn later."""
    if not lines:
        return '""'
    width, height = svg.size_of(lines)
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">'
    return f'<{table}<TR><TD FIXEDSIZE="TRUE" WIDTH="{width * stretch + 10:.0f}" HEIGHT="{height + 4:.0f}"></TD></TR></TABLE>>'


def draw(chart: Flowchart, layout: dict[str, Any]) -> tuple[str, float, float]:
    """The drawing and its size, for a layout of what `dot` wrote."""
    places = {item["name"]: item for item in layout.get("objects", [])}
    edges = {item["id"]: item for item in layout.get("edges", [])}
    drawn, labels = [], []
    for i, group in enumerate(chart.groups.values()):
        place = places[f"cluster_{i}"]
        left, top, right, bottom = _box(place["bb"])
        drawn.append(element("rect", class_="diagram-group", x=left, y=top, width=right - left, height=bottom - top, rx=4))
        if group.label:
            labels.append(svg.text(group.label, *_point(place["lp"]), "diagram-text diagram-loose diagram-strong"))
    for i, edge in enumerate(chart.edges):
        place = edges[f"e{i}"]
        drawn.append(_edge(edge, place))
        if edge.label:
            labels.append(svg.text(_label(edge), *_point(place["lp"]), "diagram-text diagram-loose"))
    drawn += [_node(node, places[f"n{i}"]) for i, node in enumerate(chart.nodes.values())]
    left, top, right, bottom = _box(layout["bb"])
    return "".join(drawn + labels), right - left, bottom - top


def _edge(edge: Edge, place: dict[str, Any]) -> str:
    start, *rest = (tuple(point) for part in place["_draw_"] if part["op"] == "b" for point in part["points"])
    tips = (part["points"] for key in ("_hdraw_", "_tdraw_") for part in place.get(key, []) if part["op"] == "P")
    line = element("path", class_=f"diagram-edge diagram-{edge.stroke}", d=f"M{points(start)}C{points(*rest)}")
    return line + "".join(element("polygon", class_="diagram-tip", points=points(*map(tuple, tip))) for tip in tips)


def _node(node: Node, place: dict[str, Any]) -> str:
    lines, width, height = measured(node)
    cx, cy = _point(place["pos"])
    x, y = cx - width / 2, cy - height / 2
    look = "diagram-node"
    match node.shape:
        case "circle":
            shape = element("circle", class_=look, cx=cx, cy=cy, r=width / 2)
        case "diamond" | "hexagon" | "parallelogram":
            outline = next(part["points"] for part in place["_draw_"] if part["op"] == "p")
            shape = element("polygon", class_=look, points=points(*map(tuple, outline)))
        case "cylinder":
            curve = f"A{number(width / 2)},7 0 0 "
            left_top, right_top, right_bottom = points((x, y + 7)), points((x + width, y + 7)), points((x + width, y + height - 7))
            left_bottom = points((x, y + height - 7))
            shape = element("path", class_=look, d=f"M{left_top}{curve}1 {right_top}L{right_bottom}{curve}1 {left_bottom}Z")
            shape += element("path", class_="diagram-edge", d=f"M{left_top}{curve}0 {right_top}")
            cy += 3.5
        case "subroutine":
            shape = element("rect", class_=look, x=x, y=y, width=width, height=height)
            shape += "".join(element("path", class_="diagram-edge", d=f"M{points((side, y), (side, y + height))}") for side in (x + 8, x + width - 8))
        case _:
            shape = element("rect", class_=look, x=x, y=y, width=width, height=height, rx=ROUND.get(node.shape, height / 2))
    return shape + svg.text(lines, cx, cy)


def _point(place: str) -> tuple[float, float]:
    x, y = place.split(",")
    return float(x), float(y)


def _box(place: str) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = map(float, place.split(","))
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
