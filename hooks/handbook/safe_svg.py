"""Decides which SVG files may stand in the site. In a page they are pictures, but opened by their address they are
documents of the site's origin, which can hold scripts.

Browsers read these files as XML, as this module does. It must not know MkDocs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError, XMLPullParser

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
ELEMENTS = frozenset(
    """circle clipPath defs desc ellipse g line linearGradient marker mask metadata path pattern polygon polyline radialGradient rect
    stop style svg switch symbol text textPath title tspan use view""".split()
)
# Statements about a file, in vocabularies that no browser acts upon.
ABOUT = ("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://creativecommons.org/ns#}", "{http://purl.org/dc/elements/1.1/}")
# How browsers could be led out of the file, or to code.
LEADS_OUT = re.compile(r"@import|expression\s*\(|-moz-binding|behavior\s*:|\\|script\s*:|data\s*:|url\s*\(\s*[\"']?\s*(?!#|[\"'\s])", re.IGNORECASE)
ENTITIES = re.compile(rb"<!(ENTITY|ATTLIST|ELEMENT|NOTATION)|<!DOCTYPE[^>\[]*\[", re.IGNORECASE)
LIMIT = 2_000_000  # bytes


def refused(content: bytes) -> list[str]:
    """What is wrong with a file; nothing for one that only draws."""
    if len(content) > LIMIT:
        return [f"has {len(content) / 1e6:.1f} MB: a picture has at most {LIMIT / 1e6:.0f}"]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ["is not UTF-8"]
    if b"\0" in content or ENTITIES.search(content):
        return ["declares entities of its own: save it as plain SVG"]
    parser: XMLPullParser[Any] = XMLPullParser(events=("start", "end", "pi"))
    try:
        parser.feed(content)
        parser.close()
        return list(dict.fromkeys(_problems(parser.read_events())))
    except ParseError as error:
        return [f"can't be read as XML: {error}"]


def _problems(events: Iterable[Any]) -> Iterator[str]:
    depth = 0
    for event, element in events:
        if event == "pi":
            yield "has a processing instruction: delete it"
        elif event == "start":
            if not depth and element.tag != f"{SVG}svg":
                yield 'does not begin with `<svg xmlns="http://www.w3.org/2000/svg">`'
            depth += 1
            yield from _element(element.tag, dict(element.items()))
        else:
            depth -= 1
            if element.tag == f"{SVG}style" and LEADS_OUT.search("".join(element.itertext())):
                yield "has a style that leads out of the file"


def _element(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag.startswith(ABOUT):
        return
    name = tag.removeprefix(SVG)
    if name not in ELEMENTS:
        yield f"has the element `{name.rpartition('}')[2]}`, which is not among those that only draw: delete it"
        return
    for attribute, value in attributes.items():
        plain = attribute.removeprefix(XLINK)
        if plain == "href" and not value.startswith("#"):
            yield f"has a reference to something outside of it: `{value[:60]}`"
        elif attribute.lower().startswith("on"):
            yield f"has the event attribute `{attribute}`"
        elif LEADS_OUT.search(value):
            yield f"has an attribute that leads out of it: `{plain}`"
