"""Pages on paper: printed to PDF by Chromium, whole, within the margins and without what only a screen needs.

What has to be there is read from the page as it comes without JavaScript; what is there, from the PDF.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2
import pytest

from browser.engines.playwright import PlaywrightTab
from browser.questions import IDS, Question, ready
from browser.server import Site
from browser.tab import OpenTab

pytestmark = pytest.mark.parametrize("browser", ["chromium"], indirect=True)

KINDS, CHAPTER, NOTEBOOK = "kinds/", "math/probability/", "math/notebooks/twelve-puzzles/"
MARGIN = 15 / 25.4 * 72  # points; the page's own margins are a little wider
ON_SCREEN_ONLY = (
    "Manage progress, Progress:, Show answer, Try again, Choose…, Hint, Answer shown, Edit this, Report a problem, Open in Colab, "
    "Download the notebook, Skip to content, Back to top, Copy, No account, Made with"
).split(", ")

TEXTS = """(selector) => {
  const left_out = ".formula, .headerlink, .footnote-backref, .md-tags, .md-content__button, .notebook-links, .md-button, option, .sc-hint, .sc-foot";
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (data.trim() && parent.closest(selector) && !parent.closest(left_out)) found.push(data);
  }
  return found;
}"""


def squashed(text: str) -> str:
    """Without spaces, and with ligatures and mathematical letters as plain ones."""
    return re.sub(r"[\s\u00ad\u200b\ufffe]", "", unicodedata.normalize("NFKC", text))


def letters(formula: str) -> str:
    """Without the signs, some of which are drawn from parts that have no character."""
    return re.sub(r"\W", "", squashed(formula))


@dataclass(frozen=True)
class Paper:
    """A printed page of the site."""

    sheets: list[str]  # the text of each sheet, without its number
    outside: list[str]  # what lies beyond a margin
    images: int
    pictures: list[Any]  # how each sheet looks, in grays

    @cached_property
    def text(self) -> str:
        return squashed("".join(self.sheets))

    def lacks(self, texts: list[str]) -> list[str]:
        return [text for text in texts if squashed(text) not in self.text]


def paper(tab: PlaywrightTab, size: str = "A4", background: bool = False) -> Paper:
    document = pypdfium2.PdfDocument(tab.page.pdf(format=size, print_background=background))
    sheets, outside, pictures = [], [], []
    images = 0
    for sheet in document:
        width, height = sheet.get_size()
        words = sheet.get_textpage()
        text = ""
        for at in range(words.count_chars()):
            left, bottom, right, top = words.get_charbox(at)
            character = chr(pypdfium2.raw.FPDFText_GetUnicode(words, at)).replace("\x02", "-")  # a hyphen at the end of a line
            if top < MARGIN:
                continue  # the number of the sheet
            text += character
            if character.strip() and (left < MARGIN or right > width - MARGIN or top > height - MARGIN / 2):
                outside.append(f"{character} at {left:.0f}, {bottom:.0f}")
        sheets.append(text.encode("utf-16", "surrogatepass").decode("utf-16"))  # characters of formulas come in halves
        images += sum(1 for _ in sheet.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        pictures.append(sheet.render(scale=0.5, grayscale=True).to_pil())
    document.close()
    return Paper(sheets, outside, images, pictures)


def opened(open_tab: OpenTab, path: str, **options: object) -> PlaywrightTab:
    tab = open_tab(**options)
    assert isinstance(tab, PlaywrightTab)
    tab.goto(path)
    return tab


def fresh(open_tab: OpenTab, path: str) -> PlaywrightTab:
    """As it comes, without JavaScript."""
    return opened(open_tab, path, java_script_enabled=False)


def answered(open_tab: OpenTab, path: str) -> PlaywrightTab:
    """Some questions right, some wrong, some given up and some untouched, on a dark screen with one thing still open."""
    tab = opened(open_tab, path, color_scheme="dark")
    ready(tab)
    names = list(tab.js("[...document.querySelectorAll('self-check')].map(({ id }) => id.slice(2))"))
    for number, name in enumerate(names):
        question = Question(tab, name)
        if name in IDS and number % 4 < 2:
            question.answer(right=number % 4 == 0)
            question.check()
        elif number % 4 == 2:
            question.js("q => [...q.querySelectorAll('button')].find((button) => button.textContent === 'Show answer').click()")
            question.wait("q => q.querySelector('.sc-status').textContent")
    tab.click(".sc-manage summary")
    tab.wait("document.querySelector('.sc-manage button')")
    return tab


STATES: list[Callable[[OpenTab, str], PlaywrightTab]] = [fresh, answered]
STATE_NAMES = ["fresh", "answered"]


@pytest.fixture
def site(small_site: Site) -> Site:
    return small_site


def is_clean(printed: Paper) -> None:
    assert printed.outside == []
    assert [number for number, text in enumerate(printed.sheets, 1) if len(text.strip()) < 30] == [], "no sheet is empty"


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("state", STATES, ids=STATE_NAMES)
def test_every_type_of_question_prints_with_its_answer(open_tab: OpenTab, state: Callable[[OpenTab, str], PlaywrightTab], size: str) -> None:
    texts = fresh(open_tab, KINDS).page.evaluate(TEXTS, "h1, h2, p, self-check")
    answers = texts.count("Answer")
    printed = paper(state(open_tab, KINDS), size)
    assert answers == len(IDS)
    assert printed.lacks(texts) == []
    assert sum(len(re.findall(r"^Answer\s*$", sheet, re.MULTILINE)) for sheet in printed.sheets) == answers, "each under its heading"
    assert [words for words in [*ON_SCREEN_ONLY, "Check", "Reset"] if words in "".join(printed.sheets)] == []
    is_clean(printed)


def test_what_can_be_matched_is_written_out(open_tab: OpenTab) -> None:
    tab = fresh(open_tab, KINDS)
    menu = "#q-in-pairs option:not([value=''])"
    choices = tab.page.evaluate(f'[...document.querySelectorAll("{menu}")].map((option) => option.textContent)')
    question = "".join(paper(tab).sheets).partition("Which prior")[2].partition("Answer")[0]
    assert set(choices) == {"Laplace", "Gaussian", "Cauchy"}
    assert [choice for choice in choices if choice not in question] == []


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("state", STATES, ids=STATE_NAMES)
def test_a_chapter_prints_whole(open_tab: OpenTab, handbook: Site, state: Callable[[OpenTab, str], PlaywrightTab], size: str) -> None:
    address = handbook.url + CHAPTER
    plain = fresh(open_tab, address).page
    printed = paper(state(open_tab, address), size)
    assert printed.lacks(plain.evaluate(TEXTS, "article")) == []
    formulas = plain.evaluate("[...document.querySelectorAll('div.formula math')].map((math) => math.textContent)")
    assert len(formulas) > 3
    assert [formula for formula in formulas if letters(formula) not in letters(printed.text)] == []
    notes = plain.evaluate("[...document.querySelectorAll('.footnote li')].map((note) => note.innerText.split('.')[0])")
    assert len(notes) > 9
    assert printed.lacks([f"{number}.{note}" for number, note in enumerate(notes, 1)]) == [], "the numbers of footnotes are whole"
    assert [words for words in ON_SCREEN_ONLY if words in "".join(printed.sheets)] == []
    is_clean(printed)
    headings = {squashed(heading) for heading in plain.evaluate(TEXTS, "h1, h2, h3, summary")}
    last_lines = [squashed(sheet.strip().splitlines()[-1]) for sheet in printed.sheets]
    assert [line for line in last_lines if line in headings] == [], "no heading ends a sheet"


def test_a_notebook_prints_with_its_figures(open_tab: OpenTab, handbook: Site) -> None:
    tab = opened(open_tab, handbook.url + NOTEBOOK)
    tab.wait("!!window.document$")
    figures = tab.js("document.querySelectorAll('.notebook-output img').length")
    printed = paper(tab)
    assert figures > 0
    assert printed.images == figures, "those further down load when they are printed"
    assert printed.lacks(fresh(open_tab, handbook.url + NOTEBOOK).page.evaluate(TEXTS, "article")) == []
    assert [words for words in ON_SCREEN_ONLY if words in "".join(printed.sheets)] == []
    is_clean(printed)


def test_addresses_are_told_where_the_text_does_not(open_tab: OpenTab, handbook: Site) -> None:
    for address in (handbook.url + CHAPTER, handbook.url):
        tab = opened(open_tab, address)
        tab.wait("!!window.document$")
        links = tab.js("[...document.querySelectorAll('article a:not(.md-content__button, .sc-foot a)')].map(({ href }) => href)")
        text = paper(tab).text
        for href in links:
            is_worth_it = not href.startswith(handbook.url) and "doi.org" not in href and "arxiv.org" not in href
            assert (squashed(f"({href})") in text) == is_worth_it, href


def test_tabs_print_one_below_the_other(open_tab: OpenTab) -> None:
    text = paper(fresh(open_tab, "markers/")).text
    assert re.search("InatabOneIsthis.*Explanation-tabTwoNothing.Inaquotation", text)


WIDE = (
    "<pre><code>" + ", ".join(f"argument{number}" for number in range(60)) + "</code></pre>"
    "<table><tr>" + "".join(f"<td>something{number}</td>" for number in range(14)) + "</tr></table>"
    '<div class="formula formula-wide"><math display="block"><mrow>'
    + "".join(f"<mi>x</mi><mo>+</mo><mn>{n}</mn>" for n in range(100, 118))
    + "</mrow></math></div>"
    "<p>" + "long" * 60 + "</p><p>Some text before"
)


def test_nothing_wide_is_cut(open_tab: OpenTab, site: Site) -> None:
    path = site.variant("wide", KINDS, ("<p>Some text before", WIDE))
    printed = paper(fresh(open_tab, path))
    assert printed.outside == []
    last = ["argument59", "something13", "x+117", "long" * 60]
    assert printed.lacks(last) == []


@pytest.mark.parametrize("path", [KINDS, "math/notebooks/small/"])
def test_paper_is_light(open_tab: OpenTab, path: str) -> None:
    tab = opened(open_tab, path, color_scheme="dark")
    ready(tab)
    assert tab.js("document.body.dataset.mdColorScheme") == "slate"
    for picture in paper(tab, background=True).pictures:
        shades = picture.histogram()
        assert sum(shades[:128]) < 0.1 * sum(shades), "ink on paper"
        assert sum(shades[:90]) > 0, "and it can be read"
