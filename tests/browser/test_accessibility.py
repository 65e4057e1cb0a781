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
from browser.tab import Tab

pytestmark = pytest.mark.parametrize("browser", ["chromium"], indirect=True)


@pytest.fixture
def site(handbook: Site) -> Site:
    return handbook


def problems(tab: Tab) -> list[str]:
    """What axe finds in the tab as it is, light and dark."""
    found = []
    for dark, scheme in ((False, "default"), (True, "slate")):
        assert tab.dark(dark)
        tab.wait("scheme => document.body.dataset.mdColorScheme === scheme", scheme)
        found += [f"{scheme}: {violation}" for violation in violations(tab)]
    return found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path", ["", "math/probability/", "math/notebooks/twelve-puzzles/", "contribute/question-types/", "about/checked/", "tags/", "no/such/page/"]
)
def test_pages(tab: Tab, path: str, width: int) -> None:
    tab.resize(width, 900)
    tab.goto(path)
    assert problems(tab) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_search(tab: Tab, width: int) -> None:
    tab.resize(width, 900)
    tab.goto("")
    tab.wait("!!window.document$")
    tab.press("/")
    tab.wait("document.activeElement.matches('.md-search__input')")
    tab.type(".md-search__input", "probability")
    tab.wait("document.querySelector('.md-search-result__item')")
    assert problems(tab) == []


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
    for _ in range(2):
        Question(tab, "one-right").press("Hint")
    for name in IDS:
        Question(tab, name).press("Show answer")


def tried_again(tab: Tab) -> None:
    wrong(tab)
    for name in IDS:
        Question(tab, name).press("Try again")


def managed(tab: Tab) -> None:
    tab.click(".sc-manage summary")
    tab.wait("document.querySelector('.sc-manage button')")
    tab.click(".sc-manage button", "Clear everything")
    tab.wait("document.querySelector('dialog[open]')")


@pytest.mark.parametrize("state", [fresh, wrong, right, given_up, tried_again, managed])
def test_questions(tab: Tab, small_site: Site, state: Callable[[Tab], None]) -> None:
    show(tab, small_site.url + "kinds/")
    state(tab)
    for width in (1280, 390):
        tab.resize(width, 900)
        assert problems(tab) == []
