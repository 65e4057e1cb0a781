"""No accessibility problem that axe-core can find: the theme's pages and every state of a question.

Contrast and names don't depend on the engine, so Chromium speaks for all; what does depend, focus and keys, is tested
elsewhere in each.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.axe import violations
from browser.questions import IDS, Question, show
from browser.server import Site
from browser.tab import Browser, Tab

pytestmark = [
    pytest.mark.parametrize("browser", ["chromium"], indirect=True),
    pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"]),
    pytest.mark.parametrize("width", [1280, 390]),
]


@pytest.fixture
def site(handbook: Site) -> Site:
    return handbook


@pytest.fixture
def seen(tab: Tab, dark: bool, width: int) -> Tab:
    """A tab as the reader's system and screen want it."""
    tab.resize(width, 900)
    assert tab.dark(dark)
    return tab


def scheme(tab: Tab) -> str:
    return str(tab.js("document.body.dataset.mdColorScheme"))


@pytest.mark.parametrize("path", ["", "math/probability/", "tags/", "no/such/page/"])
def test_pages(seen: Tab, dark: bool, path: str) -> None:
    seen.goto(path)
    seen.wait("document.readyState === 'complete'")
    assert scheme(seen) == ("slate" if dark else "default")
    assert violations(seen) == []


def test_search(seen: Tab, width: int) -> None:
    seen.goto("")
    open_search(seen)
    seen._type("probability")
    seen.wait("document.querySelector('.md-search-result__item')")
    assert violations(seen) == []


def open_search(tab: Tab) -> None:
    tab.wait("!!window.document$ && !!document.querySelector('[data-md-component=search]')")
    tab.press("/")
    tab.wait("document.querySelector('#__search').checked && document.activeElement.matches('.md-search__input')")


def fresh(tab: Tab) -> None:
    """Nothing answered yet."""


def wrong(tab: Tab) -> None:
    for name in IDS:
        Question(tab, name).answer(right=False)
        Question(tab, name).check()


def right(tab: Tab) -> None:
    for name in IDS:
        Question(tab, name).answer(right=True)
        Question(tab, name).check()


def given_up(tab: Tab) -> None:
    Question(tab, "one-right").press("Hint")
    Question(tab, "one-right").press("Hint")
    for name in IDS:
        Question(tab, name).press("Show answer")
    Question(tab, "several-right").press("Try again")


def managed(tab: Tab) -> None:
    tab.click(".sc-manage summary")
    tab.wait("document.querySelector('.sc-manage button')")
    tab.click(".sc-manage button", "Clear everything")
    tab.wait("document.querySelector('dialog[open]')")


@pytest.mark.parametrize("state", [fresh, wrong, right, given_up, managed])
def test_questions(browser: Browser, small_site: Site, dark: bool, width: int, state: Callable[[Tab], None]) -> None:
    tab = browser.open(small_site.url)
    tab.resize(width, 900)
    tab.dark(dark)
    show(tab)
    assert scheme(tab) == ("slate" if dark else "default")
    state(tab)
    assert violations(tab) == []
    tab.close()
