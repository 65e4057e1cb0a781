"""Only what is on the list reaches a page, whatever the HTML around it looks like, and what is on it is left as it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from handbook import front_matter, safe_files, safe_html, safe_svg
from handbook.safe_html import EVERYWHERE, ONLY, cleaned, line_of
from hypothesis import given, settings
from hypothesis import strategies as st


class Seen(HTMLParser):
    """All elements and attributes, as a lenient parser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


HARMLESS = [
    '<h1 id="a">A</h1>\n<p>Text <em>x</em> &lt;script&gt;</p>',
    '<p><a href="../b/#c" title="C">x</a> <a href="https://example.org/?a=b&amp;c=d">y</a> <a href="mailto:a@example.org">z</a></p>',
    '<p><img alt="a &gt; b" height="3" src="figure.svg" width="4" /></p>',
    '<table><thead><tr><th style="text-align: right;">a</th></tr></thead><tbody><tr><td style="text-align: right;">1</td></tr></tbody></table>',
    '<details class="note" open="open"><summary>S</summary><p>x</p></details>',
    '<div class="admonition note"><p class="admonition-title">N</p></div>',
    '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>',
    '<div class="tabbed-set tabbed-alternate" data-tabs="1:2"><input checked="checked" id="__tabbed_1_1" name="__tabbed_1" type="radio" />'
    '<div class="tabbed-labels"><label for="__tabbed_1_1">A</label></div></div>',
    '<li class="task-list-item"><label class="task-list-control"><input type="checkbox" disabled checked/><span></span></label></li>',
    '<div class="highlight"><pre><span></span><code><span class="n">x</span>\n</code></pre></div>',
    '<span class="arithmatex">\\(a&lt;b\\)</span>',
    "<!-- quiz: a b -->",
    "<!-- notebook: 3 -->",
    "<ul>\n<li>one\n<li>two\n</ul>",
    "<p>1 &lt; 2 &amp;&amp; 3 > 2</p>",
    '<h2 id="q-learning">Q-learning</h2>',
]


@pytest.mark.parametrize("html", HARMLESS)
def test_what_is_on_the_list_is_left_as_it_is(html: str) -> None:
    assert cleaned(html) == (html, [])


HARMFUL = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src=x/onerror=alert(1)>",
    "<img src='x' onerror  =  'alert(1)'>",
    "<p title='a'onclick='alert(1)'>x</p>",
    '<p title="<img src=x onerror=alert(1)>">x</p>',
    "<b\x0bonclick=alert(1)>x</b>",
    "<b\u00a0onclick=alert(1)>x</b>",
    "<b\x00onclick=alert(1)>x</b>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<template><script>alert(1)</script></template>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x><embed src=x>",
    "<base href=//elsewhere.example/>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<link rel=stylesheet href=//elsewhere.example>",
    "<form action=https://elsewhere.example><input name=a type=password><button>x</button></form>",
    "<input id='__tabbed_1_1'>",
    "<input type=text>",
    "<label for=__search>x</label>",
    "<video src=x onerror=alert(1)></video>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='JAVA&#115;cript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='java&NewLine;script:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href=' data:text/html,x'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='blob:x'>x</a>",
    "<a href='//elsewhere.example'>x</a>",
    "<a href='\\\\elsewhere.example'>x</a>",
    "<a href='/\\elsewhere.example'>x</a>",
    "<a href='/&Tab;/elsewhere.example'>x</a>",
    "<a href=x ping=https://elsewhere.example>x</a>",
    "<img src=https://elsewhere.example/pixel.png>",
    "<img src='data:image/svg+xml,<svg/>'>",
    "<img src=x srcset=https://elsewhere.example/pixel.png>",
    "<img src=x name=body>",
    "<img src=x usemap=#a>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<p style='text-align:left;background:url(//elsewhere.example)'>x</p>",
    "<p style='text-align:left;}'>x</p>",
    "<p id=__config>x</p>",
    "<div class='md-overlay'>x</div>",
    "<div class='a\nsc-verdict'>x</div>",
    "<pre class=mermaid>x</pre>",
    "<div data-md-component=search>x</div>",
    "<div is=x-y>x</div>",
    "<self-check id=q-a>x</self-check>",
    "<p contenteditable autofocus tabindex=1>x</p>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!---><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!-- quiz --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=alert(1)>?>",
    "<!doctype html>",
    "</div></article>",
    "<div><details>",
    "<div/>text",
    "<",
]


@pytest.mark.parametrize("html", HARMFUL)
def test_what_is_not_on_the_list_is_refused_and_inert(html: str) -> None:
    safe, refusals = cleaned(html)
    assert refusals or html == "<"
    assert_inert(safe)


def assert_inert(safe: str) -> None:
    seen = Seen(safe)
    assert set(seen.elements) <= safe_html.ELEMENTS
    for tag, name, value in seen.attributes:
        rule = ONLY.get(tag, {}).get(name) or EVERYWHERE[name]
        assert rule(value) == "", (tag, name, value)
    assert "-->" not in re.sub(r"<!--\s*(quiz|notebook|material).*?-->", "", safe) or "<!--" not in safe


pieces = st.sampled_from(
    ["<", ">", "/", "!", "--", "-", "'", '"', "=", " ", "\n", "\t", "\x0b", "\x00", "&lt;", "&#60;", "`", "a", "b", "p", "div", "img", "x"]
    + ["script", "svg", "style", "title=", "onclick=", "href=", "javascript:", "<p ", "</p>", "<!--", "-->", "<b>", "</b>", "quiz", "<a href="]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_nothing_gets_past_and_a_second_look_finds_nothing(html: str) -> None:
    safe, _ = cleaned(html)
    assert_inert(safe)
    assert cleaned(safe) == (safe, [])


def test_a_long_tag_is_read_at_once() -> None:
    """An expression that backtracks would take years for this."""
    assert cleaned("<p" + " a=b" * 20_000)[1]
    assert cleaned("<p " + "a" * 100_000)[1]
    assert cleaned("<!--" + "-" * 100_000)[1]


@pytest.mark.parametrize(
    ("part", "source", "line"),
    [
        ("<script>", "a\n\n<script>x", 3),
        ('onclick="x"', "a\n# b {: onclick='x' }", 2),
        ('href="javascript:alert(1)"', "a\n[b](javascript:alert(1))", 2),
        ("title=x", "nothing of it", None),
    ],
)
def test_a_refusal_finds_its_line(part: str, source: str, line: int | None) -> None:
    assert line_of(part, source) == line


GOOD = {
    "title": "P(X > t) & more",
    "description": 'Bayes\' "rule", and why.',
    "level": "core",
    "roles": ["mle", "llm"],
    "prerequisites": ["math/linear-algebra"],
    "minutes": 12,
    "tags": ["A/B tests", "C++"],
    "hide": ["toc"],
    "search": {"exclude": True},
}


def test_front_matter_that_pages_have_passes() -> None:
    import datetime

    assert front_matter.refused({**GOOD, "title": "Q&A", "reviewed": datetime.date(2026, 11, 23)}) == {}


@pytest.mark.parametrize(
    "meta",
    [
        {"title": "<img src=x onerror=alert(1)>"},
        {"title": ["a"]},
        {"title": "a\u202eb"},
        {"description": "a\nb"},
        {"tags": ["<b>"]},
        {"tags": ['a" onclick="x']},
        {"tags": "one"},
        {"reviewed": '" onfocus="alert(1)" autofocus="'},
        {"minutes": "<b>"},
        {"minutes": True},
        {"level": "x"},
        {"template": "redirect.html"},
        {"location": "javascript:alert(1)"},
        {"icon": "../../x"},
        {"status": "new"},
        {"has_questions": True},
        {"prerequisites": ["../x"]},
        {"search": {"boost": "x"}},
        {5: 6},
    ],
)
def test_other_front_matter_is_refused(meta: dict[object, object]) -> None:
    assert len(front_matter.refused(meta)) == 1  # type: ignore[arg-type]


def test_a_key_with_a_typing_mistake_is_recognized() -> None:
    assert "did you mean `minutes`" in front_matter.refused({"minute": 3})["minute"]


@pytest.mark.parametrize("path", ["index.md", "math/a-b_c.md", "math/notebooks/x.ipynb", "f/a.svg", "assets/site.css", "assets/selfcheck/kinds/x.js"])
def test_names_that_are_published(path: str) -> None:
    assert safe_files.refused_name(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "a.html",
        "a.HTML",
        "a.xhtml",
        "a.xml",
        "a.svgz",
        "a.js",
        "math/a.css",
        "sw.js",
        "_redirects",
        "CNAME",
        "a.md.html",
        "assets/a.html",
        "a.pdf.exe",
    ]
    + ['x" onload="y.md', "<b>.md", "a b.md", "a'b.md", "..md", "a/../b.md", ".htaccess", "{{x}}.md", "é.md", "\u202ea.md", "con\n.md"],
)
def test_names_that_are_not(path: str) -> None:
    assert safe_files.refused_name(path)


NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    "content",
    [
        '<g id="a"><path d="M0 0" style="fill: #fff; clip-path: url(#b)"/></g><use xlink:href="#a"/>',
        '<style type="text/css">*{stroke-linejoin: round} .a{fill:url( "#b" )}</style>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:x/></r:RDF></metadata><text>a &lt; b</text>',
    ],
)
def test_drawings_pass(content: str) -> None:
    assert safe_svg.refused(f'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"><svg {NAMESPACE}>{content}</svg>'.encode()) == []


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<g onclick="alert(1)"/>',
        '<g ONclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<a xlink:href="#a"><set attributeName="xlink:href" to="javascript:alert(1)"/></a>',
        '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml">x</b></foreignObject>',
        '<metadata><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></metadata>',
        '<use xlink:href="//elsewhere.example/a.svg#a"/>',
        '<use href="data:image/svg+xml,x#a"/>',
        '<image href="a.png"/>',
        "<style>@import url(//elsewhere.example)</style>",
        "<style>a{fill:url(//elsewhere.example)}</style>",
        "<style>a{fill:u\\72l(//elsewhere.example)}</style>",
        '<path style="fill: url(https://elsewhere.example)"/>',
        '<?xml-stylesheet href="a.xsl"?>',
        "<svg",
        "&undeclared;",
    ],
)
def test_pictures_that_do_more_than_draw_do_not(content: str) -> None:
    assert safe_svg.refused(f"<svg {NAMESPACE}>{content}</svg>".encode())


@pytest.mark.parametrize(
    "content",
    [
        b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
        '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16-le"),
        b"<svg/>",
        b"",
    ],
)
def test_what_is_no_plain_svg_does_not_pass(content: bytes) -> None:
    assert safe_svg.refused(content)
