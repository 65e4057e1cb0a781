"""The glossary: reading its file, where terms are linked and where they may not be, and what its own file and page say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handbook.glossary import MOST, Glossary, Linker, headings, plain
from handbook.safe_html import cleaned
from selfcheck.lint.page import Page
from selfcheck.lint.run import lint_page

ROOT = Path(__file__).parents[2]
FILE = "docs/reference/glossary.yml"
OURS = Glossary.read(FILE, (ROOT / FILE).read_text(encoding="utf-8"))


def glossary(*entries: str, pairs: str = "") -> Glossary:
    """A glossary of entries like `gradient | nabla, grad | plain` with made-up meanings."""
    lines = ["terms:"]
    for entry in entries:
        term, also, never = [*(part.strip() for part in entry.split("|")), "", ""][:3]
        lines += [f"  - id: {re.sub('[^a-z0-9]+', '-', term.lower()).strip('-')}", f'    term: "{term}"', f"    means: What {term} is."]
        lines += [f"    also: [{also}]"] if also else []
        lines += [f"    plain: [{never}]"] if never else []
        lines += ["    page: math/calculus#slopes"]
    return Glossary.read("glossary.yml", "\n".join(lines) + "\n" + pairs)


def linked(html: str, *entries: str, page: str = "math/other") -> str:
    """The HTML with `[…]` in place of links."""
    found = glossary(*entries)
    assert not found.problems
    return re.sub(r'(?s)<a class="term"[^>]*>(.*?)</a>', r"[\1]", Linker(found).link(html, page, "../glossary/"))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>A gradient, and a gradient.</p>", "<p>A [gradient], and a gradient.</p>"),  # the first place
        ("<p>Gradients are long.</p>", "<p>[Gradients] are long.</p>"),  # plural, capital
        ("<p>ungradient, gradiently, non-gradient, gradient-free</p>", "<p>ungradient, gradiently, non-gradient, gradient-free</p>"),  # whole words
        ("<p>by <em>gradient</em></p>", "<p>by <em>[gradient]</em></p>"),
        ("<p>gradient\n  descent</p>", "<p>[gradient\n  descent]</p>"),  # the longest, across lines
        ("<p>gradient <b>descent</b></p>", "<p>[gradient] <b>descent</b></p>"),
        ("<p>gradient, descent</p>", "<p>[gradient], descent</p>"),
        ("<p>MLE and mle</p>", "<p>[MLE] and mle</p>"),  # abbreviations as they are written
        ("<p>two mles, two MLEs</p>", "<p>two mles, two [MLEs]</p>"),
        ("<p>KL Divergence, kl divergence</p>", "<p>[KL Divergence], kl divergence</p>"),
        ("<p>Newton’s Method</p>", "<p>[Newton’s Method]</p>"),
        ("<p>Eckart–Young</p>", "<p>[Eckart–Young]</p>"),
        ("<p>orthogonal matrices, matrices</p>", "<p>[orthogonal matrices], matrices</p>"),
        ("<p>his entropies</p>", "<p>his [entropies]</p>"),
        ("<p>full power, statistical power</p>", "<p>full power, [statistical power]</p>"),  # a plain word is never linked
        ("<p>an A/B test</p>", "<p>an [A/B test]</p>"),
        ("<td>gradient</td>", "<td>[gradient]</td>"),
        ("<p>a &lt; gradient</p>", "<p>a &lt; [gradient]</p>"),
    ],
)
def test_a_term_is_linked_once_as_a_whole_word(html: str, expected: str) -> None:
    entries = ("gradient", "gradient descent", "maximum likelihood | MLE", "KL divergence", "Newton's method", "Eckart-Young")
    entries += ("orthogonal matrix", "entropy", "power | statistical power | power", "A/B test")
    assert linked(html, *entries) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<h2>gradient</h2>",
        '<a href="x">gradient</a>',
        "<pre><code>gradient</code></pre>",
        "<p><code>gradient</code></p>",
        "<table><thead><tr><th>gradient</th></tr></thead></table>",
        "<details><summary>A gradient?</summary></details>",
        '<p class="admonition-title">gradient</p>',
        r'<span class="arithmatex">\(gradient\)</span>',
        r'<div class="arithmatex">\[\text{gradient}\]</div>',
        '<div class="footnote"><ol><li><p>Some gradient</p></li></ol></div>',
        '<div class="highlight"><div><span>gradient</span></div><span>gradient</span></div>',
        "<self-check><p>gradient</p></self-check>",
        "<!-- gradient -->",
        '<img alt="gradient">',
        r'<p><span class="arithmatex">\(k\)</span>-gradient</p>',
    ],
)
def test_a_term_is_not_linked_where_no_link_belongs(html: str) -> None:
    assert linked(html, "gradient") == html
    assert linked(f"{html}<p>gradient</p>", "gradient") == f"{html}<p>[gradient]</p>"  # and goes on behind it


def test_a_term_is_not_linked_on_the_page_that_teaches_it() -> None:
    assert linked("<p>gradient descent</p>", "gradient", "gradient descent", page="math/calculus") == "<p>gradient descent</p>"


def test_a_name_taught_here_hides_the_shorter_one_in_it() -> None:
    found = glossary("differential entropy", "entropy")
    there = found.terms[1].model_copy(update={"page": type(found.terms[1].page)("math/elsewhere#entropy")})
    found.terms[1] = there
    html = Linker(found).link("<p>differential entropy, entropy</p>", "math/calculus", "g/")
    assert html.startswith("<p>differential entropy, <a ") and html.count("<a ") == 1


def test_the_link_leads_to_the_entry_and_says_the_meaning() -> None:
    text = "terms:\n  - id: svd\n    term: SVD\n    means: 'A \"turn\", a *stretch* of $\\mat{A}^\\T\\mat{A}$ & a `turn`.'\n    page: math/svd#a\n"
    html = Linker(Glossary.read("g.yml", text)).link("<p>SVD</p>", "x", "../../reference/glossary/")
    assert html == (
        '<p><a class="term" href="../../reference/glossary/#svd" title="SVD: A &quot;turn&quot;, a stretch of AᵀA &amp; a turn.">SVD</a></p>'
    )
    assert cleaned(html) == (html, [])  # what contributors may write, too


def test_a_page_has_no_more_links_than_one_can_bear() -> None:
    words = [f"word{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(MOST + 5)]
    assert linked(f"<p>{' '.join(words)}</p>", *words).count("[") == MOST


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("A **bold** [link](a.md) and $n \\times d$.", "A bold link and n × d."),
        ("$\\vect{x}^\\T\\mat{S}\\vect{x}$", "xᵀSx"),
        ("at most $kq/m$, $t^2$ and $10^{-4}$", "at most kq/m, t² and 10⁻⁴"),
        ("$1 + (m - 1)\\rho$ for $\\alpha/m$", "1 + (m - 1)ρ for α/m"),
    ],
)
def test_formulas_become_characters(markdown: str, expected: str) -> None:
    assert plain(markdown) == expected


ENTRY = "terms:\n  - id: a-term\n    term: a term\n    means: Something said plainly.\n    page: math/x#y\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "g.yml:1:1: The file is empty. It begins with `terms:`."),
        ("words: []\n", "g.yml:1:1: `words` can't stand here: a glossary has `terms` and `confusable`."),
        (ENTRY.replace("Something said plainly.", "''"), "g.yml:4:12: This is empty: write it, or delete the key."),
        (ENTRY.replace("    means: Something said plainly.\n", ""), "g.yml:2:5: `means` is missing: every term has one."),
        (ENTRY.replace("means", "maens"), "Did you mean `means`?"),
        (ENTRY.replace("a-term", "A term"), "g.yml:2:9: `A term` can't be an id"),
        (ENTRY.replace("x#y", "x.md"), "g.yml:5:11: `math/x.md` is not a section of a page: write it like `math/probability#markov-chains`."),
        (ENTRY + ENTRY.partition("\n")[2].replace("a-term", "other"), "g.yml:7:11: `a term` is a name of the entry in line 3 already"),
        (ENTRY + ENTRY.partition("\n")[2].replace("a term", "other"), "g.yml:2:9: `a-term` is the id of 2 terms: ids are unique."),
        (ENTRY + "    also: [a Term]\n", "g.yml:6:12: `a Term` is a name of the entry in line 3 already"),
        (ENTRY + "    plain: [term]\n", "`term` is no name of this entry"),
        (ENTRY.replace("plainly.", "by $\\frac12$."), "g.yml:4:12: The tooltip has no typesetting, and `\\frac` can't be read there: add `short`"),
        (ENTRY + "    short: Half of $x$.\n", "g.yml:6:12: `short` is plain text: say `$`"),
        (ENTRY + "confusable:\n  - terms: [a term]\n    difference: None.\n", "g.yml:7:13: Two terms are compared here"),
        (ENTRY + "confusable:\n  - terms: [a term, b]\n", "g.yml:7:5: `difference` is missing: every pair has one."),
        ("terms: none\n", "g.yml:1:8: `terms` holds a list"),
    ],
)
def test_what_is_wrong_is_named_with_place_and_remedy(text: str, expected: str) -> None:
    problems = [str(problem) for problem in Glossary.read("g.yml", text).problems]
    assert any(expected in problem for problem in problems), problems


def test_an_entry_has_to_lead_somewhere() -> None:
    found = Glossary.read("g.yml", ENTRY)
    assert not list(found.dangling({"math/x": {"y"}}))
    assert [str(problem) for problem in found.dangling({})] == [
        "g.yml:5:11: There is no page `math/x`: write one that teaches `a term`, like `math/probability#a-section`."
    ]
    assert "has no section `#y`" in str(next(iter(found.dangling({"math/x": {"z"}}))))


def test_the_page_runs_from_a_to_z_whatever_the_case_and_the_accents() -> None:
    found = glossary("beta | BETA function", "Łojasiewicz", "A/B test", "alpha", "Markov chain", "loss")
    page = found.entries(lambda term: f"[there](x.md#{term.anchor})")
    assert re.findall(r"^(\S.*) \{ #(?!letter)", page, re.MULTILINE) == ["A/B test", "alpha", "beta", "Łojasiewicz", "loss", "Markov chain"]
    assert re.findall(r"\{ #letter-(\w)", page) == ["a", "b", "l", "m"] == re.findall(r"\(#letter-(\w)\)", page)
    assert "beta { #beta }\n:   *Also BETA function.* What beta is. [there](x.md#slopes)" in page


def test_both_sides_of_a_pair_lead_to_their_entries() -> None:
    found = glossary("odds", "probability", pairs='confusable:\n  - terms: [odds, chance]\n    difference: "One: a ratio."\n')
    assert "| [odds](#odds) or chance | One: a ratio. |" in found.comparisons()


def test_sections_are_known_by_their_anchors() -> None:
    assert headings("# Page\n\n## One *thing*\n\n### Two\n", lambda text, dash: text.lower().replace(" ", dash)) == {
        "one-*thing*": "One *thing*",
        "two": "Two",
    }


def test_our_glossary_has_no_problems() -> None:
    assert not OURS.problems and len(OURS.terms) >= 800 and len(OURS.pairs) >= 180


def test_no_meaning_just_repeats_the_name() -> None:
    for term in OURS.terms:
        words = set(re.findall(r"\w+", plain(term.means).lower())) - set(re.findall(r"\w+", term.term.lower()))
        assert len(words) >= 5, f"{term.term}: {term.means}"
        assert len(re.findall(r"[.!?](?:\s|$)", term.means)) <= 3, f"{term.term} takes more than three sentences"


def test_our_meanings_keep_the_rules_of_pages() -> None:
    page = Page(FILE, f"{OURS.entries(lambda term: '')}\n\n{OURS.comparisons()}\n")
    assert [str(problem) for problem in lint_page(page)] == []
