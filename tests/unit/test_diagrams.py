"""Diagrams: what a text says, what is wrong with it and where, and what a page gets for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import ascii_letters, digits, punctuation
from xml.etree import ElementTree

import matplotlib
import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont
from handbook.cache import Cache
from handbook.diagrams.drawing import dot
from handbook.diagrams.flowchart import SHAPES, Edge, Flowchart, Node, read
from handbook.diagrams.page import Diagrams, Picture, figure
from handbook.diagrams.svg import UnsafeDrawing, checked, width_of, wrapped
from handbook.node import NodeUnavailable
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

ABOUT = "  accTitle: A title\n  accDescr: A description\n"


@pytest.fixture(scope="module")
def diagrams() -> Iterator[Diagrams]:
    diagrams = Diagrams(Cache(), ROOT)
    yield diagrams
    diagrams.close()


@pytest.fixture
def markdown() -> Markdown:
    fences = {"custom_fences": [{"name": "mermaid", "class": "diagram-source"}]}
    return Markdown(extensions=["admonition", "pymdownx.superfences", "pymdownx.tabbed"], extension_configs={"pymdownx.superfences": fences})


def chart(*lines: str, header: str = "flowchart LR") -> Flowchart:
    found, complaints = read("\n".join([header, ABOUT.rstrip("\n"), *lines]))
    assert complaints == []
    return found


def wrong(*lines: str) -> list[tuple[int, int, str]]:
    """What is wrong with these lines, which are numbered from 1."""
    _, complaints = read("\n".join(["flowchart LR", ABOUT.rstrip("\n"), *lines]))
    return [(complaint.line - 3, complaint.column, complaint.message) for complaint in complaints]


def fence(*lines: str, about: str = ABOUT) -> str:
    return "```mermaid\nflowchart TD\n" + about + "".join(f"  {line}\n" for line in lines) + "```\n"


def picture(diagrams: Diagrams, *lines: str) -> Picture:
    text = f"flowchart TD\n{ABOUT}" + "\n".join(lines)
    result = diagrams.draw([text])[text]
    assert isinstance(result, Picture), result
    return result


def drawing(diagrams: Diagrams, *lines: str) -> ElementTree.Element:
    html = figure(picture(diagrams, *lines), "d")
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


# Reading


def test_a_flowchart_is_nodes_links_and_subgraphs() -> None:
    found = chart(
        "  %% a comment",
        "  a[First] --> b(Second<br>line) & c -- yes --> a; d",
        "  subgraph outer [Outer group]",
        "    c",
        "    subgraph Inner group",
        "      d --> e",
        "    end",
        "  end",
        "  outer -.-> a",
        header="graph TD;",
    )
    assert found.direction == "TB"
    assert (found.title, found.description) == ("A title", "A description")
    assert found.nodes == {
        "a": Node(("First",), "box"),
        "b": Node(("Second", "line"), "rounded"),
        "c": Node(("c",)),
        "d": Node(("d",)),
        "e": Node(("e",)),
    }
    assert found.edges == [
        Edge("a", "b"),
        Edge("a", "c"),
        Edge("b", "a", ("yes",)),
        Edge("c", "a", ("yes",)),
        Edge("d", "e"),
        Edge("outer", "a", stroke="dotted"),
    ]
    assert found.whole.groups == ["outer"]
    assert (found.groups["outer"].label, found.groups["outer"].nodes, found.groups["outer"].groups) == (("Outer group",), ["c"], ["Inner group"])
    assert found.groups["Inner group"].nodes == ["d", "e"]


@pytest.mark.parametrize(
    ("link", "edge"),
    [
        ("-->", Edge("a", "b")),
        ("---", Edge("a", "b", at_head=False)),
        ("<-->", Edge("a", "b", at_tail=True)),
        ("--->", Edge("a", "b", length=2)),
        ("----", Edge("a", "b", at_head=False, length=2)),
        ("-.->", Edge("a", "b", stroke="dotted")),
        ("-..-", Edge("a", "b", stroke="dotted", at_head=False, length=2)),
        ("==>", Edge("a", "b", stroke="thick")),
        ("===", Edge("a", "b", stroke="thick", at_head=False)),
        ("-->|yes, really|", Edge("a", "b", ("yes, really",))),
        ("-- yes -->", Edge("a", "b", ("yes",))),
        ('-- "f(x) > 0" --->', Edge("a", "b", ("f(x) > 0",), length=2)),
        ("-. maybe .->", Edge("a", "b", ("maybe",), "dotted")),
        ("-.->|version 1.2|", Edge("a", "b", ("version 1.2",), "dotted")),
        ("== one<br/>two ==>", Edge("a", "b", ("one", "two"), "thick")),
    ],
)
def test_links(link: str, edge: Edge) -> None:
    assert chart(f"a {link} b").edges == [edge]
    assert chart(f"a{link}b").edges == [edge]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("[plain text, 50 % / α]", ("plain text, 50 % / α",)),
        ('["f(x) [1] | {2}"]', ("f(x) [1] | {2}",)),
        ('["#quot;#35;1#quot; &lt; #lt;"]', ('"#1" < <',)),
        ("[a<BR/>  b <br> ]", ("a", "b")),
        ("[<b>bold</b>]", ("<b>bold</b>",)),
    ],
)
def test_labels_are_text(text: str, label: tuple[str, ...]) -> None:
    assert chart(f"a{text}").nodes["a"].label == label


def test_a_description_may_have_several_lines() -> None:
    found, complaints = read("flowchart\n accTitle : T\n accDescr {\n  one\n  two\n }\n a\n")
    assert (found.description, complaints) == ("one two", [])


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("a[Data --> b", 3, "The label of `a` is not closed: end it with `]`"),
        ("a[f(x)]", 3, "put text that holds brackets into quotes"),
        ("a(text]", 3, "end it with `)`"),
        ("a[ ]", 3, "The label of `a` is empty"),
        ("a -->", 6, "The name of a node was expected here"),
        ("a b", 3, "This can't be read"),
        ("a => b", 3, "This can't be read"),
        ("  a --> b c", 11, "This can't be read"),
        ("a --o b", 3, "This link is not drawn here"),
        ("a ~~~ b", 3, "This link is not drawn here"),
        ("a---ox", 2, "Before an `o` or `x` that follows put a space"),
        ("a <-- b", 3, "This can't be read"),
        ("a <--- b", 3, "turn it around"),
        ("a -- f(x) --> b", 3, "The label of this link can't be read"),
        ("end --> a", 1, "`end` is a word of the language and can't name a node"),
        ("a --> style", 7, "`style` is a word of the language"),
        ("step1end --> a", 1, "is a word of the language"),
        ("o-->a", 2, "put a space between them"),
        ("subgraph", 9, "After `subgraph` stands `name [Label]`"),
        ("subgraph f(x)", 10, "After `subgraph` stands `name [Label]`"),
        ("subgraph the end", 10, "After `subgraph` stands `name [Label]`"),
        ("a&b", 2, "This can't be read"),
        ("a -. version 1.2 .-> b", 3, "This can't be read"),
        ("end", 1, "No subgraph is open"),
        ("a>flag]", 2, "This shape is not drawn here"),
        ("a(((double)))", 2, "This shape is not drawn here"),
        ("a@{ shape: rect }", 2, "This shape is not drawn here"),
        ("a:::red", 5, "Colors and styles follow the page"),
        ("style a fill:#f00", 1, "Colors and styles follow the page"),
        ("classDef red fill:#f00", 1, "Colors and styles follow the page"),
        ("linkStyle 0 stroke:red", 1, "Colors and styles follow the page"),
        ("%%{init: {'theme': 'dark'}}%%", 1, "take no directives"),
        ('click a "https://example.org"', 1, "A diagram has no links"),
        ('click a href "javascript:alert(1)"', 1, "A diagram has no links"),
        ("click a call f()", 1, "A diagram has no links"),
        ('  href a "x"', 3, "A diagram has no links"),
        ("direction LR", 1, "The whole diagram has one direction"),
        ('a["`**bold**`"]', 3, "Markdown and formulas are not set"),
        ('a["$$x^2$$"]', 3, "Markdown and formulas are not set"),
        ("a[\x07]", 3, "A control character"),
    ],
)
def test_a_fault_has_a_place_and_a_remedy(line: str, column: int, message: str) -> None:
    found = wrong("a --> b", line)
    assert [place[:2] for place in found] == [(2, column)]
    assert message in found[0][2]


def test_all_faults_are_told_at_once() -> None:
    assert [line for line, _, _ in wrong("a[", "b --> c", "c(", "click c")] == [1, 3, 4]


def test_subgraphs_are_closed_named_once_and_filled() -> None:
    assert wrong("subgraph one", "a")[0][::2] == (1, "The subgraph `one` is never closed: end it with `end`.")
    assert "Nothing stands in the subgraph `one`" in wrong("a", "subgraph one", "end")[0][2]
    assert "`one` already" in wrong("subgraph one", "a", "end", "subgraph one", "b", "end")[0][2]


@pytest.mark.parametrize("name", ["sequenceDiagram", "stateDiagram-v2", "pie", "gantt", "mindmap", "nonsense"])
def test_other_types_are_named_as_such(name: str) -> None:
    _, complaints = read(f"\n{name}\n  A->>B: hello\n")
    assert [(complaint.line, complaint.column) for complaint in complaints] == [(2, 1)]
    assert f"`{name}` is no type of diagram that the handbook draws. It draws flowcharts" in complaints[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("%% nothing\n", "is empty"),
        ("flowchart XY\na", "stands a direction"),
        ("flowchart LR a --> b", "stands a direction"),
        ("---\ntitle: x\n---\nflowchart LR\na", "no front matter"),
        ("flowchart LR\naccTitle: x\naccDescr: x", "shows nothing"),
        ("flowchart LR\na\naccDescr: x", "has no title: add a line `accTitle: …`"),
        ("flowchart LR\naccTitle:  \na\naccDescr: x", "has no title: add a line `accTitle: …`"),
        ("flowchart LR\naccTitle: x\na", "has no description: add a line `accDescr: …`"),
    ],
)
def test_what_a_diagram_needs(text: str, message: str) -> None:
    _, complaints = read(text)
    assert [message in complaint.message for complaint in complaints] == [True]


def test_a_diagram_has_an_end() -> None:
    many = " & ".join(f"n{i}" for i in range(60))
    assert "split it" in wrong(f"{many} --> {many}")[0][2]
    assert "split it" in wrong("%" * 10_001)[0][2]


@given(st.text(alphabet='abend -->[](){}|"&;:=.~<ox%\n#/\\', max_size=60))
def test_whatever_is_written_is_read_or_complained_about(text: str) -> None:
    found, complaints = read(f"flowchart LR\n{ABOUT}{text}")
    if not complaints:
        assert dot(found).count(" -> ") == len(found.edges)


# Drawing


@pytest.mark.parametrize(("opening", "shape"), [(opening, shape) for opening, (_, shape) in SHAPES.items()])
def test_every_shape_is_drawn_around_its_label(diagrams: Diagrams, opening: str, shape: str) -> None:
    root = drawing(diagrams, f"a{opening}text{SHAPES[opening][0]}")
    outline = root.find(".//*[@class='diagram-node']")
    assert outline is not None
    kind = {"circle": "circle", "cylinder": "path", "diamond": "polygon", "hexagon": "polygon", "parallelogram": "polygon"}.get(shape, "rect")
    assert outline.tag == kind
    assert [text.text for text in root.iter("text")] == ["text"]


def test_a_drawing_reads_from_its_first_node(diagrams: Diagrams) -> None:
    """Whatever leads back, and whatever stands in a subgraph."""
    root = drawing(diagrams, "first --> second --> third", "subgraph g", "second", "end", "third --> first")
    heights = {text.text: float(text.attrib["y"]) for text in root.iter("text")}
    assert heights["first"] < heights["second"] < heights["third"]


def test_every_link_is_drawn_with_its_ends_and_label(diagrams: Diagrams) -> None:
    root = drawing(diagrams, "a -->|one| b", "a --- c", "b <-.-> c", "c ==> a", "a --> a")
    strokes = [path.attrib["class"].removeprefix("diagram-edge diagram-") for path in root.iter("path")]
    assert strokes == ["solid", "solid", "dotted", "thick", "solid"]
    assert len(root.findall(".//*[@class='diagram-tip']")) == 5
    assert "one" in [text.text for text in root.iter("text")]


def test_links_may_end_at_subgraphs(diagrams: Diagrams) -> None:
    root = drawing(diagrams, "a --> one --> two", "subgraph one [First]", "b --> c", "end", "subgraph two", "subgraph three", "d", "end", "end")
    assert [text.text for text in root.iter("text")][-3:] == ["First", "two", "three"]
    assert len(root.findall(".//*[@class='diagram-group']")) == 3


def test_graphviz_gets_no_text() -> None:
    written = dot(chart('a["node-label"] -->|link-label| b', "subgraph group-name [group-label]", "b", "end"))
    assert not re.search("label-|-label|group-name", written.replace("label=", ""))


def test_long_labels_are_broken_between_words() -> None:
    assert wrapped(("one two three",), width_of("one two")) == ("one two", "three")
    assert wrapped(("unbreakable",), 1) == ("unbreakable",)


def test_text_is_measured_generously() -> None:
    """Readers have different fonts; of those that systems bring, this one is among the widest."""
    font = TTFont(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    names, widths, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for letter in ascii_letters + digits + punctuation + " äéß—αλσ≥×→":
        real = 14 * widths[names[ord(letter)]][0] / unit
        assert real <= width_of(letter), letter
        assert width_of(letter) < real + 7, letter


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]> --> <!-- &amp; &#60;b>",
    "javascript:alert(1)",
    "#quot; onload=#quot;alert(1)",
    "</text></svg><script>",
    "\\N\\G<TABLE>",
]


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_only_text(diagrams: Diagrams, label: str) -> None:
    root = drawing(diagrams, f'a["{label}"] -->|"{label}"| b', f'subgraph s ["{label}"]', "b", "end")
    assert {part.tag for part in root.iter()} <= {"svg", "title", "desc", "g", "rect", "path", "polygon", "text"}
    assert {name for part in root.iter() for name in part.attrib if name.startswith("on") or "href" in name} == set()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_titles_are_only_text(diagrams: Diagrams, words: str) -> None:
    text = f"flowchart LR\naccTitle: {words}\naccDescr: {words}\na"
    result = diagrams.draw([text])[text]
    assert isinstance(result, Picture)
    html = figure(result, "d")
    root = ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    assert (root.findtext("title"), root.findtext("desc")) == (result.title, result.description)
    assert {part.tag for part in root.iter()} == {"svg", "title", "desc", "g", "rect", "text"}
    assert f"<figcaption>{escape(result.title)}</figcaption>" in html


@pytest.mark.parametrize(
    "markup",
    [
        "<svg><script/></svg>",
        "<svg><foreignObject/></svg>",
        "<svg><style>svg{}</style></svg>",
        "<svg><image/></svg>",
        '<svg onload="x"/>',
        '<svg><path style="fill:red"/></svg>',
        '<svg><path class="url(#a)"/></svg>',
        '<svg><path d="javascript:x"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        "<svg>",
        "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg>&x;<a/></svg>",
    ],
)
def test_only_listed_markup_reaches_a_page(markup: str) -> None:
    with pytest.raises(UnsafeDrawing):
        checked(markup)


# In pages


def place(diagrams: Diagrams, markdown: Markdown, source: str) -> tuple[str, list[str]]:
    html, problems = diagrams.place(markdown.convert(source), "docs/page.md", source)
    return html, list(map(str, problems))


def test_a_figure_has_a_title_a_description_and_a_caption(diagrams: Diagrams, markdown: Markdown) -> None:
    html, problems = place(diagrams, markdown, fence("a --> b"))
    assert problems == []
    assert re.fullmatch(
        r'<figure class="diagram"><div class="diagram-box"><svg class="diagram-drawing" role="img" aria-labelledby="diagram.1.title diagram.1.description" '
        r'width="[\d.]+" height="[\d.]+" viewBox="-6 -6 [\d.]+ [\d.]+"><title id="diagram.1.title" data-search-exclude="">A title</title>'
        r'<desc id="diagram.1.description">A description</desc><g data-search-exclude="">.*</g></svg></div>\n'
        r"<figcaption>A title</figcaption></figure>",
        html,
    )


def test_only_wide_diagrams_are_stops_of_the_keyboard(diagrams: Diagrams, markdown: Markdown) -> None:
    html, _ = place(diagrams, markdown, fence("a --> b") + "\n" + fence("a --> b & c & d & e & f").replace(" title", " wide one"))
    assert html.count('<div class="diagram-box">') == 1
    assert html.count('<div class="diagram-box" tabindex="0" role="group" aria-label="Diagram">') == 1


def test_ids_are_unique_on_a_page(diagrams: Diagrams, markdown: Markdown) -> None:
    html, _ = place(diagrams, markdown, "\n".join([fence("a --> b"), fence("a --> b"), fence("a --> c")]))
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 6
    for names in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert set(names.split()) <= set(ids)


def test_problems_name_the_line_of_the_source(diagrams: Diagrams, markdown: Markdown) -> None:
    bad = fence("a[Data --> b")
    indented = "".join(f"    {line}\n" for line in bad.splitlines())
    quoted = "".join(f"> {line}\n" for line in bad.splitlines())
    source = "\n".join(
        [
            "text",
            "",
            fence("a --> b"),
            bad,
            f"1. item\n\n{indented}",
            f"!!! note\n{indented}",
            f'=== "Tab"\n\n{indented}',
            quoted,
            bad,
            f"````\n{bad}````\n",
        ]
    )
    _, problems = place(diagrams, markdown, source)
    written = source.split("\n")
    places = [tuple(map(int, problem.split(":")[1:3])) for problem in problems]
    assert [line for line, _ in places] == [number for number, line in enumerate(written, 1) if "a[Data" in line][:-1]
    assert [written[line - 1][column - 1 :] for line, column in places] == ["Data --> b"] * 6
    assert problems[0].startswith("docs/page.md:14:5: The label of `a` is not closed")


def test_a_problem_stands_where_the_diagram_would(diagrams: Diagrams, markdown: Markdown) -> None:
    html, problems = place(diagrams, markdown, "# Page\n\n" + fence("a[<b>", about="") + "\n" + fence("a --> b"))
    assert [problem.partition(": ")[0] for problem in problems] == ["docs/page.md:4:1", "docs/page.md:4:1", "docs/page.md:5:5"]
    assert html.count("A diagram is missing here") == 1
    assert "docs/page.md:5:5: The label of `a` is not closed" in html
    assert html.count("<svg") == 1


def test_an_empty_fence_is_a_problem(diagrams: Diagrams, markdown: Markdown) -> None:
    _, problems = place(diagrams, markdown, "# Page\n\n```mermaid\n```\n")
    assert len(problems) == 1
    assert re.match(r"docs/page\.md:[34]:1: The diagram is empty", problems[0])


def test_a_text_from_elsewhere_has_no_line(diagrams: Diagrams, markdown: Markdown) -> None:
    html = markdown.convert(fence("a["))
    _, problems = diagrams.place(html, "docs/page.md", "# Page\n")
    assert [str(problem).partition(": ")[0] for problem in problems] == ["docs/page.md:1:1"]


def test_the_same_text_gives_the_same_picture(diagrams: Diagrams) -> None:
    other = Diagrams(Cache(), ROOT)
    assert picture(other, "a --> b & c") == picture(diagrams, "a --> b & c")
    other.close()


# What it takes


def forbidden() -> str:
    raise NodeUnavailable("it was not to be used")


def test_known_diagrams_need_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Diagrams(Cache(tmp_path / "cache"), ROOT)
    drawn = picture(first, "a --> b")
    first.close()
    monkeypatch.setattr("handbook.node.find_node", forbidden)
    second = Diagrams(Cache(tmp_path / "cache"), ROOT)
    assert picture(second, "a --> b") == drawn
    with pytest.raises(NodeUnavailable):
        picture(second, "a --> c")


def test_pages_without_diagrams_and_broken_ones_need_no_node(markdown: Markdown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handbook.node.find_node", forbidden)
    diagrams = Diagrams(Cache(), ROOT)
    assert place(diagrams, markdown, "# Page\n\n```python\n1\n```\n")[1] == []
    assert len(place(diagrams, markdown, fence("a["))[1]) == 1


def test_broken_diagrams_are_read_again(tmp_path: Path) -> None:
    for _ in range(2):
        diagrams = Diagrams(Cache(tmp_path / "cache"), ROOT)
        assert isinstance(diagrams.draw(["flowchart"])["flowchart"], list)


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    with pytest.raises(NodeUnavailable, match="node_modules/@viz-js/viz is missing"):
        Diagrams(Cache(), tmp_path)
