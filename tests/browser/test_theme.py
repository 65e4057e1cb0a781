"""The pages around the questions, in every engine: they load cleanly, lead to each other, and can be searched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from browser.engines.playwright import PlaywrightBrowser
from browser.server import Site
from browser.tab import Browser, Tab

CHAPTER = "math/probability/"
TITLE = "(document.querySelector('h1')?.innerText ?? '')"


@pytest.fixture
def site(handbook: Site) -> Site:
    return handbook


@pytest.fixture
def page(tab: Tab) -> Iterator[Tab]:
    """A tab that must not meet an error, nor ask another origin for anything."""
    yield tab
    assert tab.errors == []
    assert [address for address in tab.requests if not address.startswith((tab.site, "data:", "blob:")) and not ours(address)] == []


def ours(address: str) -> bool:
    """What the browser or the test server asks for by itself."""
    return address.endswith(("/favicon.ico", "/collect-errors.js"))


def loaded(tab: Tab) -> None:
    tab.wait("document.readyState === 'complete' && !!window.document$")


@pytest.mark.parametrize("path", ["", CHAPTER, "math/notebooks/twelve-puzzles/", "tags/"])
def test_pages_load_without_errors_and_foreign_requests(page: Tab, path: str) -> None:
    page.goto(path)
    loaded(page)
    assert page.js("document.querySelectorAll('h1').length") == 1
    assert page.requests, "requests are heard at all"
    assert page.js("document.documentElement.scrollWidth <= innerWidth")


def test_every_page_loads_without_errors_and_foreign_requests(page: Tab, browser: Browser, site: Site) -> None:
    """In the fastest engine; the others look at the kinds of pages that there are."""
    if not isinstance(browser, PlaywrightBrowser):
        pytest.skip("Chromium loads them all")
    paths = sorted(f"{file.parent.relative_to(site.folder).as_posix()}/" for file in site.folder.glob("**/index.html"))
    assert CHAPTER in paths
    for path in paths:
        page.goto(path)
        loaded(page)
        assert page.errors == [], path


def test_a_missing_page_says_so_and_leads_on(tab: Tab) -> None:
    tab.goto("no/such/page/")
    loaded(tab)
    assert "not found" in tab.js(TITLE)
    assert tab.js("getComputedStyle(document.body).margin") == "0px", "its styles are found from any depth"
    tab.click("article ul a")
    tab.wait("path => location.pathname === path", tab.js("site => new URL(site).pathname", tab.site))


def test_pages_follow_each_other_without_a_load_forward_and_back(page: Tab) -> None:
    page.goto("")
    loaded(page)
    page.js("() => { window.stayed = true; }")
    first = page.js(TITLE)
    page.click(f"article a[href$='{CHAPTER}']")
    page.wait(f"first => {TITLE} !== first && location.pathname.endsWith('/{CHAPTER}')", first)
    page.wait("document.activeElement.tagName === 'H1'")
    assert page.js("window.stayed"), "the document is the same"
    page.back()
    page.wait(f"first => {TITLE} === first", first)
    assert page.js("window.stayed")
    page.click(f"article a[href$='{CHAPTER}']")
    page.wait(f"first => {TITLE} !== first", first)
    assert page.js("window.stayed")


def test_a_page_reached_by_instant_navigation_has_the_styles_it_needs(page: Tab) -> None:
    """Pages without questions and formulas don't link their styles."""
    page.goto(CHAPTER)
    loaded(page)
    styles = "[...document.styleSheets].map((sheet) => sheet.href?.split('/').pop()).filter(Boolean).sort()"
    page.wait("document.querySelector('self-check .sc-status')")
    direct = page.js(styles)
    page.goto("")
    loaded(page)
    page.js("() => { window.stayed = true; }")
    assert page.js(styles) != direct
    page.click(f"article a[href$='{CHAPTER}']")
    page.wait("document.querySelector('self-check .sc-status')")
    page.wait(f"wanted => {{ const there = {styles}; return wanted.every((name) => there.includes(name)); }}", direct)
    assert page.js("window.stayed")


def test_search_answers(page: Tab) -> None:
    page.goto("")
    loaded(page)
    page.press("/")
    page.wait("document.activeElement.matches('.md-search__input')")
    page.type(".md-search__input", "variance")
    page.wait("document.querySelector('.md-search-result__item a')")
    first = page.js("document.querySelector('.md-search-result__item a').href")
    assert first.startswith(page.site)
    assert first != page.site
    page.press("Enter")
    page.wait("first => location.pathname === new URL(first).pathname", first)


def test_the_color_scheme_can_be_chosen_and_is_kept(page: Tab) -> None:
    page.goto("")
    loaded(page)
    schemes, choices = set(), []
    for _ in range(3):
        before = page.js("document.body.dataset.mdColorMedia")
        page.click("form.md-header__option label:not([hidden])")
        page.wait("before => document.body.dataset.mdColorMedia !== before", before)
        schemes.add(page.js("document.body.dataset.mdColorScheme"))
        choices.append(page.js("document.body.dataset.mdColorMedia"))
        page.reload()
        loaded(page)
        page.wait("choice => document.body.dataset.mdColorMedia === choice", choices[-1])
    assert schemes == {"default", "slate"}
    assert len(set(choices)) == 3, "the third click leads back to the system's"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Tab) -> None:
    page.goto(CHAPTER)
    loaded(page)
    page.press("Tab")
    assert page.js("document.activeElement.matches('.md-skip')")
    page.press("Enter")
    page.wait("document.querySelector('h1:target')")
    page.press("Tab")
    assert page.js("document.activeElement.closest('.md-header, .md-tabs, .md-sidebar--primary')") is None


def test_a_phone_does_not_scroll_sideways(page: Tab) -> None:
    page.resize(390, 844)
    for path in ("", CHAPTER, "tags/"):
        page.goto(path)
        loaded(page)
        page.wait("innerWidth === 390")
        assert page.js("document.documentElement.scrollWidth") <= 390, path


def test_code_gets_its_button_when_it_comes_into_view(page: Tab) -> None:
    """One at a time: a page with many programs would be busy for long otherwise."""
    page.goto("math/notebooks/twelve-puzzles/")
    loaded(page)
    last = "[...document.querySelectorAll('.highlight pre > code')].at(-1)"
    assert page.js(f"!{last}.parentElement.querySelector('.md-code__button')")
    page.js(f"() => {last}.scrollIntoView()")
    page.wait(f"{last}.parentElement.querySelector('.md-code__button')")
    page.wait("[...document.querySelectorAll('.md-code__nav')].every((nav) => nav.getAttribute('role') === 'none')")
