"""That a tab means the same in every engine: what the other tests build on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.server import PREFIX, Server, Site
from browser.tab import OpenTab, ScriptError, Tab

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title></head><body style="margin: 0">
<form onsubmit="said.textContent = 'sent ' + field.value; return false"><input id="field" value="old"><button>Send</button></form>
<p id="said"></p>
<label><input type="radio" name="r" value="1">one</label><label><input type="radio" name="r" value="2">two</label>
<p style="height: 3000px"></p>
<button id="far" onclick="this.textContent = 'met'">far</button>
<div style="position: relative"><button id="under">under</button><div style="position: absolute; inset: 0"></div></div>
<a id="next" href="other.html">next</a>
<script>
said.dataset.keys = "";
addEventListener("keydown", (event) => { if (event.isTrusted) said.dataset.keys += event.key + (event.shiftKey ? "+" : " "); });
</script></body></html>"""
BROKEN = """<!doctype html><html lang="en"><head><title>Broken</title></head><body><img src="gone.png" alt="">
<script>console.error("said", 1); Promise.reject(new Error("rejected")); setTimeout(() => { throw new Error("thrown"); });</script>
</body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "other.html").write_text("<!doctype html><title>Other</title><h1>Other</h1>", encoding="utf-8")
    (folder / "broken.html").write_text(BROKEN, encoding="utf-8")
    (folder / "404.html").write_text("<!doctype html><title>Missing</title>", encoding="utf-8")
    with Server() as server:
        server.serve(folder)
        yield Site(server.url, folder)


@pytest.fixture
def page(tab: Tab) -> Tab:
    tab.goto("")
    return tab


def test_values_cross_as_json(page: Tab) -> None:
    assert page.js("1 + 1") == 2
    assert page.js("(a, b) => [a, b.c, undefined]", "x", {"c": "é😀"}) == ["x", "é😀", None]
    assert page.js("Promise.resolve().then(() => 'late')") == "late"
    assert page.js("document.querySelector('nothing')") is None


def test_errors_of_a_script_are_told(page: Tab) -> None:
    with pytest.raises(ScriptError, match="nowhere"):
        page.js("nowhere")


def test_typing_replaces_and_enter_submits(page: Tab) -> None:
    page.type("#field", "Ünï 1e-3 <b>")
    page.press("Enter")
    assert page.js("said.textContent") == "sent Ünï 1e-3 <b>"


def test_keys_go_to_what_has_the_focus(page: Tab) -> None:
    page.click("input[value='1']")
    page.press("ArrowDown")
    assert page.js("document.querySelector(':checked').value") == "2"
    page.press("n")
    page.press("Shift+Tab")
    page.press("Escape")
    keys = page.js("said.dataset.keys")
    assert keys.startswith("ArrowDown n ")
    assert keys.endswith("Escape ")
    assert page.js("document.activeElement.tagName") == "BUTTON"


def test_a_click_scrolls_and_meets_what_is_there(page: Tab) -> None:
    page.click("#far")
    assert page.js("document.querySelector('#far').textContent") == "met"


def test_a_click_on_what_is_covered_or_missing_fails(page: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browser.tab.PATIENCE", 0.2)
    with pytest.raises(AssertionError, match="covered by <div"):
        page.click("#under")
    with pytest.raises(AssertionError, match="no such element"):
        page.click("button", "no such text")


def test_waiting_ends_with_the_last_value(page: Tab) -> None:
    page.js("() => { setTimeout(() => { said.textContent = 'now'; }, 50); }")
    assert page.wait("said.textContent") == "now"
    with pytest.raises(AssertionError, match=r"last: ScriptError.*nowhere"):
        page.wait("nowhere", patience=0.1)


def test_pages_follow_each_other(page: Tab) -> None:
    page.click("#next")
    page.wait("document.title === 'Other'")
    page.back()
    page.wait("document.title === 'Page' && field")
    page.js("() => { document.title = 'changed'; }")
    page.reload()
    assert page.js("document.title") == "Page"
    page.goto("no/such/page")
    assert page.js("document.title") == "Missing"


@pytest.mark.parametrize("size", [(320, 640), (1280, 900)])
def test_the_page_gets_the_size(page: Tab, size: tuple[int, int]) -> None:
    page.resize(*size)
    page.wait("(w, h) => innerWidth === w && innerHeight === h", *size)


def test_a_second_tab_shares_storage_and_hears_of_it(page: Tab) -> None:
    page.js("() => { addEventListener('storage', (e) => { document.title = e.newValue; }); localStorage.a = 'first'; }")
    second = page.new_tab()
    second.goto("")
    assert second.js("localStorage.a") == "first"
    second.js("() => { localStorage.a = 'second'; }")
    page.wait("document.title === 'second'")
    page.type("#field", "still here")
    assert page.js("field.value") == "still here"


def test_another_tab_has_storage_of_its_own(open_tab: OpenTab, page: Tab) -> None:
    page.js("() => { localStorage.a = 'mine'; }")
    other = open_tab()
    other.goto("")
    assert other.js("localStorage.a") is None


def test_errors_and_requests_are_heard(page: Tab) -> None:
    page.goto("broken.html")
    page.wait("performance.getEntriesByType('navigation')[0].loadEventEnd")
    errors = "\n".join(page.errors)
    for expected in ("said 1", "rejected", "thrown"):
        assert expected in errors
    assert page.site + "gone.png" in page.requests
    page.goto("")
    assert page.errors.count("said 1") <= 1, "nothing is counted twice"


def test_a_page_without_errors_has_none(page: Tab) -> None:
    page.goto("other.html")
    assert page.errors == []


def test_screenshots_are_pictures(page: Tab, tmp_path: Path) -> None:
    page.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_the_site_lies_below_a_folder(page: Tab) -> None:
    assert page.site.endswith(PREFIX)
    assert page.js("fetch('/index.html').then((answer) => answer.status)") == 404
    assert page.js("fetch('index.html').then((answer) => answer.status)") == 200
