"""Cuts the mathematics font down to the characters that the site's formulas use.

The font comes from the installed libraries and is never committed. This module must not know where formulas stand.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode, b64encode
from html import unescape
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from handbook.cache import Cache, key

SOURCE = "node_modules/@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SINGLE_LETTER = re.compile(r"<mi>([^<]|&\w+;)</mi>")

# Browsers show a single letter in its italic form, which is another character: these are the letters that have one.
# Planck's constant stands where an italic h would.
ITALIC = {
    chr(int(unicodedata.decomposition(chr(italic)).split()[-1], 16)): chr(italic)
    for italic in [*range(0x1D434, 0x1D455), *range(0x1D456, 0x1D468), *range(0x1D6E2, 0x1D71C)]
} | {"h": "\u210e"}

# Always there, so that the font seldom changes: digits, letters upright and italic, and what bends and stretches.
BASIC = {chr(code) for code in range(0x21, 0x7F)} | {ITALIC[c] for c in ITALIC if c.isascii()} | set("−·×…′∑∏√∞∂ˆ˜¯‾")


def characters(html: str) -> set[str]:
    """The characters that a browser needs to show the formulas of this HTML."""
    formulas = MATH.findall(html)
    used = set(unescape(TAG.sub("", "".join(formulas))))
    return used | {ITALIC[letter] for letter in map(unescape, SINGLE_LETTER.findall("".join(formulas))) if letter in ITALIC}


def formula_font(used: set[str], root: Path, cache: Cache) -> bytes:
    """The font as WOFF2 with these characters, the basic ones, and the larger forms into which they stretch."""
    source = root / SOURCE
    text = "".join(sorted(used | BASIC))
    k = key("font", source.read_bytes(), version("fonttools"), text)
    cached = cache.get(k)
    if cached is None:
        cached = b64encode(_cut(source, text)).decode()
        cache.put(k, cached)
    return b64decode(cached)


def _cut(source: Path, text: str) -> bytes:
    # Loading these takes longer than all the rest of a build from the cache does for fonts.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", layout_features=["ssty", "dtls", "ccmp"], hinting=False, desubroutinize=True)
    with TTFont(source, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        font.flavor = "woff2"
        data = BytesIO()
        font.save(data)
    return data.getvalue()
