"""The short path gives what Markdown gives, and what could do harm is refused."""

from __future__ import annotations

import pytest
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selfcheck.fields import Text
from selfcheck.flavor import Flavor
from selfcheck.site import Site

SITE = Site.at(ROOT)
SHORT = Flavor(SITE.extensions, SITE.configs)
LONG = Flavor(SITE.extensions, SITE.configs)
LONG._short = False

pieces = st.sampled_from(
    ["a word", " ", "`code`", "`a<b`", "$x^2$", "$a<b$", "$5", "1. ", "- ", "+", "# ", "> ", ": ", "x/y", "(c)", "it's", "“q”", "…", "\\$", "*", "_"]
    + ["``", "$", "{", "}", "|", "[a](b.md)", "&amp;", "<b>", "~", "^", "==", "!!! note", "???", "\n", "---", "http://x.y", "1)", "2,5", "a_b_c", "é"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=7).map("".join).filter(lambda text: text.strip()))
@example("It costs $5 and $6.")
@example("$a$b$c$")
@example("`#!python x` is `x`")
@example("x `` y")
@example("    a word")
def test_the_short_path_gives_what_markdown_gives(text: str) -> None:
    assert SHORT.block(Text.read(text)) == LONG.block(Text.read(text))
    assert SHORT.inline(Text.read(text)) == LONG.inline(Text.read(text))


def test_a_text_that_is_not_simple_is_recognized_at_once() -> None:
    """An expression that backtracks would take years for this."""
    assert SHORT._shortened(Text.read("plain words " * 2000 + "*")) is None


def test_the_short_path_is_taken() -> None:
    assert SHORT._shortened(Text.read("A `dict` has $n$ keys.")) is not None


@pytest.mark.parametrize(("text", "plain"), [("Laplace", True), ("a, b and c", True), ("$x$", False), ("`x`", False), ("- x", False)])
def test_plain_text_has_no_markup(text: str, plain: bool) -> None:
    assert SHORT.plain(Text.read(text)) is plain


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](  JAVASCRIPT:alert(1))",
        "[x](vbscript:x)",
        "[x](data:text/html,<script>)",
        "<javascript:alert(1)>",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x](//elsewhere.example)",
        "<iframe src='https://elsewhere.example'></iframe>",
        "``` { .python onclick=alert(1) }\nx\n```",
        "<details open ontoggle=alert(1)>",
    ],
)
def test_what_is_active_is_refused_and_does_not_become_html(text: str) -> None:
    flavor = Flavor(SITE.extensions, SITE.configs)
    html = flavor.block(Text.read(text)).lower()
    assert flavor.complaints or "javascript:" not in html
    for harm in ("<script", "<iframe", 'href="javascript', "href='javascript", "<img src=x", 'src="data:', "<details", 'href="//'):
        assert harm not in html
    assert " onclick=" not in html or "&lt;" in html or flavor.complaints


def test_links_lead_from_the_docs_root() -> None:
    flavor = Flavor(SITE.extensions, SITE.configs)
    html = flavor.block(Text.read("See [a](math/probability.md#bayes) and [b](https://example.org/)."))
    assert 'href="doc://math/probability.md#bayes"' in html
    assert 'href="https://example.org/"' in html
    assert [link.target for link in flavor.links] == ["math/probability.md#bayes"]
