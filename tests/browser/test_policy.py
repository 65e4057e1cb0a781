"""The security policy in every engine: the handbook works under it, and a test that meets it fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from browser.axe import violations
from browser.server import Site
from browser.tab import Tab

CHAPTER = "math/probability/"
# What stands in a page, where, and a word by which every engine tells of it.
PLANTED = {
    "an inline script": ("</body>", "<script>window.harmed = 1</script></body>", "script-src"),
    "an event attribute": ("<h1", "<img src='gone.svg' alt='' onerror='window.harmed = 1'><h1", "script-src"),
    "a style element": ("</head>", "<style>h1 { color: rgb(1, 2, 3) }</style></head>", "style-src"),
    "a picture from elsewhere": ("<h1", "<img src='https://elsewhere.invalid/x.png' alt=''><h1", "img-src"),
    "a frame": ("<h1", "<iframe src='https://elsewhere.invalid/'></iframe><h1", "elsewhere.invalid"),
    "a base": ("</head>", "<base href='https://elsewhere.invalid/'></head>", "base-uri"),
    "a plugin": ("<h1", "<object data='https://elsewhere.invalid/x'></object><h1", "object-src"),
}


@pytest.fixture
def site(handbook: Site) -> Site:
    return handbook


def loaded(tab: Tab) -> None:
    tab.wait("document.readyState === 'complete' && !!window.document$")


@pytest.fixture
def plant(site: Site) -> Iterator[Callable[[str, str], str]]:
    """Makes a page of the site with some of its HTML exchanged, which is gone after the test, since others look at all pages."""
    yield lambda old, new: site.variant("planted", "tags", (old, new))
    shutil.rmtree(site.folder / "planted")


@pytest.mark.plants
@pytest.mark.parametrize("planted", PLANTED)
def test_what_the_policy_stops_is_an_error_that_tests_see(tab: Tab, plant: Callable[[str, str], str], planted: str) -> None:
    old, new, told = PLANTED[planted]
    tab.goto(plant(old, new))
    loaded(tab)
    assert tab.js("typeof harmed") == "undefined"
    assert any(told in violation for violation in tab.violations), tab.errors


def test_an_ordinary_page_meets_nothing_and_can_be_driven_and_examined(tab: Tab) -> None:
    """The tests' own scripts and axe run in the page although it lets no script in."""
    tab.goto(CHAPTER)
    loaded(tab)
    assert tab.js("document.querySelectorAll('meta[http-equiv]').length") == 1
    tab.wait("document.querySelector('self-check .sc-status')")
    assert isinstance(violations(tab, "h1"), list)
    assert tab.errors == []


@pytest.mark.plants
def test_scripts_reach_nobody_else(tab: Tab) -> None:
    """Whatever ran in the page in spite of everything could not tell anyone."""
    tab.goto("")
    loaded(tab)
    for attempt in (
        "fetch('https://elsewhere.invalid/').then(() => 'reached', () => 'refused')",
        "new Promise((done) => { const image = new Image(); image.onload = () => done('reached'); image.onerror = () => done('refused');"
        " image.src = 'https://elsewhere.invalid/x.png'; })",
        "new Promise((done) => { const script = document.createElement('script'); script.onload = () => done('reached');"
        " script.onerror = () => done('refused'); script.src = 'https://elsewhere.invalid/x.js'; document.head.append(script); })",
    ):
        assert tab.js(attempt) == "refused", attempt
    sent = (
        "new Promise((done) => { document.addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective));"
        " const form = document.createElement('form'); form.action = 'https://elsewhere.invalid/'; document.body.append(form); try { form.submit(); } catch {} })"
    )
    assert tab.js(sent) == "form-action"
    assert len(tab.violations) >= 4
    assert tab.js("location.href").startswith(tab.site)


def test_the_policy_of_the_first_page_is_that_of_the_next(tab: Tab) -> None:
    tab.goto("")
    loaded(tab)
    tab.js("() => { window.stayed = true; }")
    tab.click(f"article a[href$='{CHAPTER}']")
    tab.wait("document.querySelector('self-check .sc-status')")
    assert tab.js("window.stayed"), "the document is the same"
    assert tab.errors == []
