"""The site's security policy: what a browser may load and run on any page, and a look at finished pages for what it would stop.

There is one policy for the whole site, since with instant navigation the policy of the first page governs all that follow.
Inline scripts are allowed by the hash of a text that stands in `inline_scripts.toml`, never by the hash of what is
found. This module must not know MkDocs.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

ALLOWED_SCRIPTS = Path(__file__).parent / "inline_scripts.toml"
SCOPE = "{scope}"
SCRIPTS = "{scripts}"
BEGINNING = 80  # characters of a script, to recognize it by

DIRECTIVES = {
    "default-src": "'none'",
    # WebAssembly is compiled where Python runs in the page.
    "script-src": f"'self' 'wasm-unsafe-eval' {SCRIPTS}",
    "style-src": "'self'",
    # Attributes only, never elements: cells of tables are aligned, and formulas spaced, by style attributes. What people
    # write into them is restricted when a page is built.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",  # the theme's stylesheet holds icons as data
    "font-src": "'self'",
    "connect-src": "'self'",
    # A worker started from a blob inherits this policy, one from an address does not: so Python in the page is a blob's.
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",  # forms of questions and of search are read by scripts and never sent
    "object-src": "'none'",
}
# What a meta element can't say. Hosts that let a site send headers send these besides.
HEADER_DIRECTIVES = {"frame-ancestors": "'none'"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Files with a hash in their name never change; everything else is asked for again, which an unchanged file answers at once.
UNCHANGING = "/assets/stylesheets/*"

CHARSET = re.compile(r'<meta charset="?utf-8"?\s*/?>', re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
DATA_TYPE = re.compile(r"""\btype=["']?application/(ld\+)?json["']?(\s|$)""", re.IGNORECASE)
SOURCE = re.compile(r"""\bsrc=["']?([^"'\s>]*)""", re.IGNORECASE)
# In a tag: after its name only what is between quotation marks may hold `<` or `>`.
IN_TAG = r"""<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*?"""


def _in_tag(attribute: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(IN_TAG + attribute, flags)


# What the policy stops, in a page in lower case. Pages are long, so tags are looked at where a simpler pattern has found
# something; a pattern that begins with letters is found several times faster than one that begins with a space.
ELEMENT = re.compile(r"<(?:iframe|frame|object|embed|applet|base|style)\b[^>]*")
EVENT = re.compile(r"on(?<=\son)[a-z]+\s*=")
SCRIPT_ADDRESSES = tuple(map(re.compile, ("javascript:", "vbscript:", "data:text")))
STOPPED = {
    "an element that the policy stops": ((ELEMENT,), ELEMENT),
    "a `meta` that acts like a header": ((re.compile("http-equiv"),), re.compile(r"<meta\b[^>]*\bhttp-equiv\b[^>]*")),
    "an event attribute": ((EVENT,), _in_tag(r"\son[a-z]+\s*=")),
    "an address that is a script": (
        SCRIPT_ADDRESSES,
        _in_tag(rf"""\s(?:href|src|action)\s*=\s*["']?\s*(?:{"|".join(address.pattern for address in SCRIPT_ADDRESSES)})"""),
    ),
}
ID = re.compile(r"""id(?<=\sid)=["']?([^"'\s>]+)""")


@dataclass(frozen=True)
class Policy:
    """The policy of a site. `scope` is the path below which it is published, with slashes around it."""

    scope: str
    scripts: frozenset[str]

    @classmethod
    def of(cls, scope: str) -> Policy:
        allowed = tomllib.loads(ALLOWED_SCRIPTS.read_text(encoding="utf-8"))["script"]
        return cls(scope, frozenset(script["text"].replace(SCOPE, scope) for script in allowed))

    @cached_property
    def text(self) -> str:
        """For a `meta` element, the same on every page."""
        return self._joined(DIRECTIVES)

    @property
    def headers(self) -> dict[str, str]:
        """For hosts that send what a site asks for."""
        return {"Content-Security-Policy": self._joined({**DIRECTIVES, **HEADER_DIRECTIVES}), **HEADERS}

    @property
    def headers_file(self) -> str:
        """`_headers`, as several hosts read it: at the root of what is published, with paths from there."""
        lines = ["/*", *(f"  {name}: {value}" for name, value in self.headers.items())]
        return "\n".join([*lines, UNCHANGING, "  Cache-Control: public, max-age=31536000, immutable", ""])

    def _joined(self, directives: dict[str, str]) -> str:
        hashes = " ".join(sorted(map(_hash, self.scripts)))
        return "; ".join(f"{name} {value.replace(SCRIPTS, hashes)}" for name, value in directives.items())

    def guard(self, html: str) -> str:
        """The page under the policy, which has to stand before the first thing that is loaded."""
        guarded, count = CHARSET.subn(lambda charset: f'{charset[0]}<meta http-equiv="Content-Security-Policy" content="{self.text}">', html, count=1)
        if not count:
            raise ValueError('The page has no <meta charset="utf-8">, after which the security policy stands.')
        return guarded

    def violations(self, html: str) -> Iterator[str]:
        """What a browser would stop on a page (as it is before `guard`), and ids that stand on it twice."""
        for script in SCRIPT.finditer(html):
            if message := self._script(script["attributes"], script["text"]):
                yield message
        lowered = html.lower()
        for what, (hints, pattern) in STOPPED.items():
            if any(hint.search(lowered) for hint in hints):
                yield from (f"{what} is in the page: {found[:BEGINNING]}" for found in pattern.findall(lowered))
        for identifier, count in Counter(ID.findall(lowered)).items():
            if count > 1:
                as_written = _in_tag(rf"""\sid=["']?({re.escape(identifier)})(?=["'\s>])""", re.IGNORECASE).findall(html)
                yield from (f'the id "{name}" stands on the page twice' for name, uses in Counter(as_written).items() if uses > 1)

    def _script(self, attributes: str, text: str) -> str:
        if source := SOURCE.search(attributes):
            return f"a script comes from another origin: {source[1]}" if re.match(r"\w+:|//", source[1]) else ""
        if DATA_TYPE.search(attributes) or text in self.scripts:
            return ""
        return f"an inline script is not among those allowed in {ALLOWED_SCRIPTS.name}: {' '.join(text.split())[:BEGINNING]}"


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def note(problems: list[str]) -> str:
    """Problems at the beginning of the page that has them, for whoever is writing it."""
    lines = escape("\n".join(problems))
    return f'<div class="admonition failure"><p class="admonition-title">Something was left out of this page</p><pre>{lines}</pre></div>'
