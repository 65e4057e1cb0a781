"""What diagrams are drawn with: measured text, elements, and the list of what a drawing may hold.

Sizes are in pixels. A drawing has no style and no color of its own; its classes stand in docs/assets/diagrams.css.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from xml.etree import ElementTree

from handbook.diagrams.flowchart import Lines

FONT = 14
LINE = 19
# Widths of letters in widths of the font size, after the widest of the usual system fonts: a box may be roomy, never tight.
WIDTHS = {"ijlI|.,:;'": 0.35, 'ft()[]/\\-r!" ': 0.47, "mwMWQO@%#&+<>=~^…—→←": 1}
LETTER, CAPITAL, OTHER = 0.65, 0.78, 0.85
STRONG = 1.15  # how much wider bold letters are

ELEMENTS = frozenset("svg title desc g path polygon rect circle text".split())
ATTRIBUTES = frozenset("aria-labelledby class cx cy d data-search-exclude height id points r role rx viewBox width x y".split())
VALUE = re.compile(r"[\w ,.-]*", re.ASCII)  # names, numbers and paths: no address


class UnsafeDrawing(Exception):
    """A drawing holds what it must not hold; this is a fault of ours, not of the diagram's author."""


def width_of(text: str) -> float:
    return FONT * sum(map(_letter, text))


def _letter(letter: str) -> float:
    for letters, width in WIDTHS.items():
        if letter in letters:
            return width
    if letter.isascii():
        return CAPITAL if letter.isupper() else LETTER
    if unicodedata.combining(letter):
        return 0
    return 1.1 if unicodedata.east_asian_width(letter) in "WF" else OTHER


def size_of(lines: Lines) -> tuple[float, float]:
    """Width and height of a text; no text takes no room."""
    return max(map(width_of, lines), default=0), LINE * len(lines)


def wrapped(lines: Lines, width: float) -> Lines:
    """The same text, broken between words where a line is longer than `width`."""
    result: list[str] = []
    for line in lines:
        current = ""
        for word in line.split():
            longer = f"{current} {word}".strip()
            if current and width_of(longer) > width:
                result.append(current)
                current = word
            else:
                current = longer
        result.append(current)
    return tuple(result)


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """`content` is markup; the underscore of a name stands for a hyphen, that at its end for nothing."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 1e5 else f"{value:.0f}"


def points(*places: tuple[float, float]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in places)


def text(lines: Lines, x: float, y: float, class_: str = "diagram-text") -> str:
    """Lines around a point."""
    first = y - LINE * (len(lines) - 1) / 2 + FONT * 0.35
    return "".join(element("text", escape(line, quote=False), class_=class_, x=x, y=first + LINE * i) for i, line in enumerate(lines))


def checked(drawing: str) -> str:
    """The drawing, if it holds nothing but what the lists above name."""
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError as error:
        raise UnsafeDrawing(f"a drawing is not well-formed: {error}") from None
    for part in root.iter():
        if part.tag not in ELEMENTS:
            raise UnsafeDrawing(f"a drawing holds <{part.tag}>")
        for name, value in part.attrib.items():
            if name not in ATTRIBUTES or not VALUE.fullmatch(value):
                raise UnsafeDrawing(f'a drawing holds {name}="{value}"')
    return drawing
