"""Formulas: what a page gets for its TeX, what is refused, and how little it takes the second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from handbook import formulas
from handbook.cache import Cache
from handbook.fonts import BASIC, characters, formula_font
from handbook.formulas import Formula, FormulaError, Typesetter, TypesettingUnavailable, line_of, mark
from markdown import Markdown

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def typesetter() -> Iterator[Typesetter]:
    typesetter = Typesetter(Cache(), ROOT)
    yield typesetter
    typesetter.close()


@pytest.fixture
def markdown() -> Markdown:
    extensions = ["admonition", "tables", "pymdownx.arithmatex", "pymdownx.superfences", "pymdownx.inlinehilite"]
    return Markdown(extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}})


def html_of(typesetter: Typesetter, tex: str, display: bool = False) -> str:
    formula = Formula(tex, display)
    result = typesetter.typeset([formula])[formula]
    assert isinstance(result, str), result
    return result


def error_of(typesetter: Typesetter, tex: str, display: bool = False) -> str:
    formula = Formula(tex, display)
    result = typesetter.typeset([formula])[formula]
    assert isinstance(result, FormulaError), result
    assert result.tex == tex
    return result.message


def seen(html: str) -> str:
    """The text of the MathML, without the source that lies over it."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r'<span class="formula-tex".*?</span>', "", html, flags=re.DOTALL)))


def test_inline_formula(typesetter: Typesetter) -> None:
    assert html_of(typesetter, "x_i^2") == (
        '<span class="formula"><math data-search-exclude><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>'
        '<span class="formula-tex" aria-hidden="true">$x_i^2$</span></span>'
    )


def test_display_formula_is_a_block_of_its_own(typesetter: Typesetter) -> None:
    html = html_of(typesetter, "\nx = 1\n", display=True)
    assert html.startswith('<div class="formula"><math data-search-exclude display="block">')
    assert html.endswith('<span class="formula-tex" aria-hidden="true">$$x = 1$$</span></div>')


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\E[X]", "𝔼[X]"),
        (r"\P(A)", "ℙ(A)"),
        (r"\R^d", "ℝd"),
        (r"\N(0,1)", "𝒩(0,1)"),
        (r"\Var(X)", "Var\u2061(X)"),
        (r"\Cov(X,Y)", "Cov\u2061(X,Y)"),
        (r"\vect{x}^\T", "𝐱𝖳"),
        (r"\mat{X}", "𝐗"),
        (r"\vect{\mu}", "𝛍"),
        (r"\ind\{A\}", "𝟏{A}"),
        (r"\KL(p)", "KL\u2061(p)"),
        (r"\int f \diff x", "∫fdx"),
        (r"\softmax(z)", "softmax\u2061(z)"),
        (r"\sigmoid(z)", "sigmoid\u2061(z)"),
        (r"\sign(z)", "sign\u2061(z)"),
        (r"\rank(z)", "rank\u2061(z)"),
        (r"\trace(z)", "tr\u2061(z)"),
        (r"\diag(z)", "diag\u2061(z)"),
    ],
)
def test_notation(typesetter: Typesetter, tex: str, text: str) -> None:
    assert seen(html_of(typesetter, tex)) == text


@pytest.mark.parametrize("macro", [r"\argmin", r"\argmax"])
def test_limits_stand_underneath_in_display_only(typesetter: Typesetter, macro: str) -> None:
    assert "<munder>" in html_of(typesetter, macro + "_x f(x)", display=True)
    assert "<munder>" not in html_of(typesetter, macro + "_x f(x)")


def test_text_of_the_source_is_escaped(typesetter: Typesetter) -> None:
    html = html_of(typesetter, r"a<b \& \text{<script>alert(1)</script>}")
    assert "<script" not in html
    assert "$a&lt;b \\&amp; " in html


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\unknown", r"Unsupported function name: \unknown at position 1"),
        (r"x_a_b", "Double subscript at position 4"),
        (r"a & b", "got '&' at position 3"),
        (r"\frac{1}{", "Unexpected end of input"),
    ],
)
def test_refusal_says_why(typesetter: Typesetter, tex: str, message: str) -> None:
    assert message in error_of(typesetter, tex)


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{https://example.org}{x}",
        r"\url{https://example.org}",
        r"\includegraphics{x.png}",
        r"\class{c}{x}",
        r"\id{i}{x}",
        r"\style{color:red}{x}",
        r"\data{a=b}{x}",
        r"\htmlData{a=b}{x}",
        r"\ref{x}",
        r"\color{red;background:url(x)}{x}",
        r"\textcolor{#fff\" onclick=\"x}{x}",
    ],
)
def test_formulas_are_not_trusted(typesetter: Typesetter, tex: str) -> None:
    error_of(typesetter, tex)


def test_markup_that_is_not_known_to_be_harmless_is_refused(typesetter: Typesetter) -> None:
    assert "<menclose>" in error_of(typesetter, r"\cancel{x}")


def test_only_harmless_markup_comes_out(typesetter: Typesetter) -> None:
    class Harmless(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in {"span", "math", "mrow", "mtext", "mi", "mo", "mn", "mtable", "mtr", "mtd", "mspace"}, tag
            assert not [name for name, _ in attrs if name.startswith("on") or name in {"href", "src", "id"}]

    for tex in [
        r'\text{"><img src=x onerror=alert(1)>}',
        r"\text{<a href='javascript:x'>}",
        r"\begin{matrix}a\label{x}\end{matrix}",
    ]:
        Harmless().feed(html_of(typesetter, tex))


@pytest.mark.parametrize("tex", [r"\def\a{\a\a}\a", "{" * 2400 + "}" * 2400, "x" * 6000], ids=["expansion", "depth", "length"])
def test_effort_is_limited(typesetter: Typesetter, tex: str) -> None:
    error_of(typesetter, tex)


def test_sizes_are_limited(typesetter: Typesetter) -> None:
    sizes = re.findall(r'(?:width|height)="([\d.]+)', html_of(typesetter, r"\rule{9000em}{9000em}"))
    assert sizes
    assert max(map(float, sizes)) <= 20


def test_a_definition_does_not_outlive_its_formula(typesetter: Typesetter) -> None:
    results = typesetter.typeset([Formula(r"\gdef\E{y}\E", False), Formula(r"\E", False)])
    assert "𝔼" in str(results[Formula(r"\E", False)])


def test_order_of_a_batch(typesetter: Typesetter) -> None:
    batch = [Formula(f"x_{{{i}}}", display=i % 2 == 0) for i in range(50)]
    batch.insert(20, Formula(r"\unknown", False))
    results = typesetter.typeset(batch)
    assert list(results) == batch
    assert all((f"${formula.tex}$" in str(result)) != isinstance(result, FormulaError) for formula, result in results.items())


def test_threads_share_a_typesetter(typesetter: Typesetter) -> None:
    texts = [f"y_{{{i}}}" for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda tex: html_of(typesetter, tex), texts))
    assert [re.findall(r"\$(.*?)\$", page) for page in pages] == [[tex] for tex in texts]


def test_small_print_is_set_tight_as_in_tex(typesetter: Typesetter) -> None:
    html = html_of(typesetter, "a+b^{n-k}")
    assert '<mo lspace="0" rspace="0">−</mo>' in html
    assert "<mo>+</mo>" in html


def test_ellipses_stand_close_to_commas(typesetter: Typesetter) -> None:
    assert '<mo lspace="0" rspace="0">…</mo>' in html_of(typesetter, r"1, \dots, n")


def test_function_names_keep_their_distance(typesetter: Typesetter) -> None:
    space = r'<mspace width="0.1667em"></mspace>'
    assert re.search(rf"<mo[^>]*>\)</mo></mrow>{space}<mrow><mi>log</mi>", html_of(typesetter, r"p(x) \log x"))
    assert space not in html_of(typesetter, r"\operatorname{FPR} = 1")


def test_only_wide_formulas_can_have_the_focus(typesetter: Typesetter) -> None:
    wide = html_of(typesetter, " + ".join("abcdefghijklmnopqrst"), display=True)
    assert wide.startswith('<div class="formula formula-wide" tabindex="0" role="group" aria-label="Formula">')
    tall = html_of(
        typesetter,
        r"\begin{aligned} a &= b \\ &= c \\ &= d \\ &= e \\ &= f \\ &= g \\ &= h \end{aligned}",
        display=True,
    )
    assert "tabindex" not in tall


@pytest.mark.parametrize(
    ("source", "formulas_there"),
    [
        ("Costs \\$5 or $6 to $7, and 8 $ more.", 0),
        ("Code `$a$` stays, $b$ does not.", 1),
        ("```\n$a$\n```", 0),
        ("$a<b$ & $c \\& d$", 2),
        ("- item\n\n    $$\n    x\n    $$", 1),
        ("!!! note\n    In $a$.\n\n    $$ b $$", 2),
        ("| a |\n|---|\n| $\\frac12$ |", 1),
        ("> $$\n> x\n> $$", 1),
        ("\\begin{aligned}a &= b\\end{aligned}", 1),
    ],
)
def test_formulas_in_markdown(typesetter: Typesetter, markdown: Markdown, source: str, formulas_there: int) -> None:
    html, errors = typesetter.typeset_html(markdown.convert(source))
    assert errors == []
    assert html.count("<math") == formulas_there
    assert "arithmatex" not in html


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("is $a$.", "", "."),
        ("(see $a$), so", "", "),"),
        ("the ($a$) case", "(", ")"),
        ("the $a$-th one", "", "-th"),
        ("**$a$**!", None, None),
        ("$a$ &amp; b", None, None),
    ],
)
def test_no_line_begins_with_a_full_stop(typesetter: Typesetter, markdown: Markdown, text: str, before: str | None, after: str | None) -> None:
    html, _ = typesetter.typeset_html(markdown.convert(text))
    formula = html_of(typesetter, "a")
    glued = f'<span class="formula-nowrap">{before}{formula}{after}</span>'
    assert (glued in html) if after else ("nowrap" not in html and formula in html)


def test_text_around_formulas_is_untouched(typesetter: Typesetter, markdown: Markdown) -> None:
    html = markdown.convert("A ($a$), [$b$]-th $c_c_c$.\n\n$$\nd\n$$\n\nE.")
    typeset, _ = typesetter.typeset_html(html)
    without = re.sub(r"<span class=\"arithmatex\">.*?</span>|<div class=\"arithmatex\">.*?</div>", "F", html, flags=re.DOTALL)
    formula = r'<(span|div) class="formula">.*?<span class="formula-tex".*?</span></\1>|<code class="formula-error".*?</code>'
    assert re.sub(r"</?span[^>]*>", "", re.sub(formula, "F", typeset, flags=re.DOTALL)) == without


def test_refused_formulas_show_their_source(typesetter: Typesetter, markdown: Markdown) -> None:
    html, errors = typesetter.typeset_html(markdown.convert("$x_a_b$ and $c$ and $\\unknown<$."))
    assert [error.tex for error in errors] == ["x_a_b", "\\unknown<"]
    assert ">x_a_b</code>" in html
    assert ">\\unknown&lt;</code>" in html
    assert html.count("<math") == 1
    assert str(errors[0]) == "the formula x_a_b can't be typeset: Double subscript at position 4"


def test_html_without_formulas_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handbook.node.find_node", forbidden)
    assert Typesetter(Cache(), ROOT).typeset_html("<p>$5</p>") == ("<p>$5</p>", [])


def test_known_formulas_need_no_node(tmp_path: Path, typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Typesetter(Cache(tmp_path / "cache"), ROOT)
    html = html_of(first, "x^3")
    first.close()
    monkeypatch.setattr("handbook.node.find_node", forbidden)
    second = Typesetter(Cache(tmp_path / "cache"), ROOT)
    assert html_of(second, "x^3") == html
    with pytest.raises(TypesettingUnavailable):
        html_of(second, "x^4")


def test_refusals_are_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Typesetter(Cache(tmp_path / "cache"), ROOT)
    error_of(first, r"\unknown")
    first.close()
    monkeypatch.setattr("handbook.node.find_node", forbidden)
    with pytest.raises(TypesettingUnavailable):
        Typesetter(Cache(tmp_path / "cache"), ROOT).typeset([Formula(r"\unknown", False)])


def test_fingerprint_follows_the_macros(tmp_path: Path, typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch) -> None:
    macros = tmp_path / "macros.json"
    macros.write_text('{"\\\\E": "E"}', encoding="utf-8")
    monkeypatch.setattr(formulas, "MACROS", macros)
    other = Typesetter(Cache(), ROOT)
    assert other.fingerprint != typesetter.fingerprint
    assert seen(html_of(other, r"\E")) == "E"
    other.close()


def test_missing_libraries_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(TypesettingUnavailable, match="make serve"):
        Typesetter(Cache(), tmp_path)


def test_missing_node_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *args, **options: None)
    with pytest.raises(TypesettingUnavailable, match="make serve"):
        Typesetter(Cache(), ROOT).typeset([Formula("x", False)])


def test_a_renderer_that_stops_is_started_again(tmp_path: Path) -> None:
    broken = tmp_path / "node"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    typesetter = Typesetter(Cache(), ROOT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handbook.node.find_node", lambda: str(broken))
        with pytest.raises(TypesettingUnavailable, match="stopped"):
            html_of(typesetter, "z")
    assert "$z$" in html_of(typesetter, "z")
    typesetter.close()


@pytest.mark.parametrize(
    ("tex", "line"),
    [("x_a_b", 3), ("a\n+ b", 6), ("c\n+ d", 9), ("absent", None), (" ", None)],
)
def test_line_of_a_formula(tex: str, line: int | None) -> None:
    assert line_of(tex, "# T\n\nSee $x_a_b$.\n\n    $$\n    a\n    + b\n    $$\n> c\n> + d\n") == line


def test_headings_are_marked() -> None:
    assert mark(r"The norm \(x^2\) & \(y\)") == (r'The norm <span class="arithmatex">\(x^2\)</span> & <span class="arithmatex">\(y\)</span>')


def test_characters_are_those_that_browsers_show(typesetter: Typesetter) -> None:
    html = html_of(typesetter, r"\theta h + \vect{w} \sin \text{é}")
    assert set("𝜃ℎ𝐰siné+") <= characters(f"<p>Ж{html}</p>")
    assert "Ж" not in characters(f"<p>Ж{html}</p>")


def test_font_holds_what_is_used_and_little_else() -> None:
    cache = Cache()
    data = formula_font({"𝔼"}, ROOT, cache)
    with TTFont(BytesIO(data)) as font:
        there = {chr(code) for code in font.getBestCmap()}
        assert "MATH" in font
        stretching = set(font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs)
        assert font.getBestCmap()[ord("(")] in stretching
    assert {"𝔼"} | BASIC <= there
    assert "𝔽" not in there
    assert len(data) < 30_000


def test_font_is_cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache()
    data = formula_font({"α"}, ROOT, cache)
    monkeypatch.setattr("handbook.fonts._cut", forbidden)
    assert formula_font({"α"}, ROOT, cache) == data


def forbidden(*_: Any) -> Any:
    raise TypesettingUnavailable("it was not to be used")
