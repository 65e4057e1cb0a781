"""The policy allows the texts on the list and no other script, is the same everywhere, and what it would stop is found at build."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from pathlib import Path

import material
import pytest
from handbook.policy import ALLOWED_SCRIPTS, Policy, note
from jinja2 import Environment

POLICY = Policy.of("/handbook/")
PAGE = '<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="x"></head><body><h1 id="a">A</h1></body></html>'
ALLOWED = tomllib.loads(ALLOWED_SCRIPTS.read_text(encoding="utf-8"))["script"]


def with_body(html: str) -> str:
    return PAGE.replace("</body>", f"{html}</body>")


def test_the_policy_stands_before_anything_that_is_loaded() -> None:
    guarded = POLICY.guard(PAGE)
    assert guarded.startswith('<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="')
    assert guarded.count("Content-Security-Policy") == 1
    assert guarded.replace(re.findall("<meta http-equiv[^>]*>", guarded)[0], "") == PAGE


def test_a_page_that_can_not_be_guarded_is_an_error() -> None:
    with pytest.raises(ValueError, match="charset"):
        POLICY.guard("<!doctype html><html><head></head></html>")


def test_scripts_are_allowed_by_hash_and_by_nothing_weaker() -> None:
    directives = dict(part.split(" ", 1) for part in POLICY.text.split("; "))
    assert directives["default-src"] == "'none'"
    scripts = directives["script-src"].split()
    assert {s for s in scripts if not s.startswith("'sha256-")} == {"'self'", "'wasm-unsafe-eval'"}
    assert len([s for s in scripts if s.startswith("'sha256-")]) == len(ALLOWED)
    assert "'unsafe-inline'" not in POLICY.text.replace("style-src-attr 'unsafe-inline'", "")
    assert "'unsafe-eval'" not in POLICY.text
    assert "*" not in POLICY.text
    assert "http:" not in POLICY.text
    assert "https:" not in POLICY.text
    assert '"' not in POLICY.text
    assert "frame-ancestors" not in POLICY.text, "browsers complain about it in a meta element"


def test_a_hash_is_that_of_the_text() -> None:
    policy = Policy("/", frozenset(["alert(1)"]))
    assert f"'sha256-{base64.b64encode(hashlib.sha256(b'alert(1)').digest()).decode()}'" in policy.text


@pytest.mark.parametrize("script", ALLOWED, ids=lambda script: script["from"])
def test_the_list_holds_what_the_theme_has(script: dict[str, str]) -> None:
    """Rendered as the theme does it; after an update of the theme this names what has to be read anew."""
    source = (Path(material.__file__).parent / "templates" / script["from"]).read_text(encoding="utf-8")

    class Config:
        extra = {"scope": "/handbook/"}

    rendered = Environment().from_string(source).render(config=Config, base_url="../..", features=[])
    assert script["text"].replace("{scope}", "/handbook/") in re.findall(r"<script>(.*?)</script>", rendered, re.DOTALL)


def test_the_scope_of_another_site_is_another_script() -> None:
    assert Policy.of("/").text != POLICY.text
    assert Policy.of("/").text == Policy.of("/").text


@pytest.mark.parametrize(
    "html",
    [
        *(f"<script>{script}</script>" for script in sorted(POLICY.scripts)),
        '<script src="../assets/site.js" type="module"></script>',
        '<script id="__config" type="application/json">{"a": "</b>"}</script>',
        "<p>An id=&quot;a&quot; and onclick=&quot;x&quot; and javascript:x in text, &lt;iframe&gt;</p>",
        "<p>on = 1, id=a id=a</p>",
        "<img alt='onload=x' src='a.png'>",
        '<a href="https://example.org/?x=javascript:y">x</a>',
    ],
)
def test_a_clean_page_has_no_violations(html: str) -> None:
    assert list(POLICY.violations(with_body(html))) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<script>alert(1)</script>", "an inline script is not among those allowed in inline_scripts.toml: alert(1)"),
        ("<SCRIPT type=module>\nalert(1)\n</SCRIPT >", "inline script"),
        (f"<script>{min(POLICY.scripts)} </script>", "inline script"),
        ('<script type="text/javascript" data-x="application/json">a()</script>', "inline script"),
        ('<script src="https://elsewhere.example/a.js"></script>', "another origin: https://elsewhere.example/a.js"),
        ('<script src="//elsewhere.example/a.js"></script>', "another origin"),
        ("<style>a{}</style>", "an element that the policy stops"),
        ('<iframe src="a.html"></iframe>', "an element that the policy stops"),
        ("<OBJECT data=x></OBJECT>", "an element that the policy stops"),
        ("<base href=x>", "an element that the policy stops"),
        ('<meta content="0" http-equiv="refresh">', "a `meta` that acts like a header"),
        ('<p onclick="a()">', "an event attribute"),
        ("<p title='a > b'\nONCLICK = a()>", "an event attribute"),
        ('<p data-key=\'{"a": "<b>"}\' onclick="a()">', "an event attribute"),
        ('<a href="javascript:a()">x</a>', "an address that is a script"),
        ("<a title='x' href=' JavaScript:a()'>x</a>", "an address that is a script"),
        ('<h2 id="a">A</h2>', 'the id "a" stands on the page twice'),
        ("<h2 ID=a>A</h2>", 'the id "a" stands on the page twice'),
    ],
)
def test_what_a_browser_would_stop_is_found(html: str, said: str) -> None:
    found = list(POLICY.violations(with_body(html)))
    assert len(found) == 1
    assert said in found[0]


def test_headers_say_what_a_meta_element_can_not() -> None:
    lines = POLICY.headers_file.split("\n")
    assert lines[0] == "/*"
    policy = next(line for line in lines if line.startswith("  Content-Security-Policy: "))
    assert policy.endswith("; frame-ancestors 'none'")
    assert POLICY.text in policy
    for name in ("X-Content-Type-Options: nosniff", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
        assert f"  {name}" in POLICY.headers_file
    assert max(map(len, lines)) < 2000, "hosts cut off longer lines"


def test_a_note_shows_markup_as_text() -> None:
    assert "<script>" not in note(["docs/a.md:1:1: `<script>`"])
