"""The copy for reading offline, in every engine: made once, used without a network, renewed when the reader says so.

The network ends at the server, which stops answering: every engine understands that.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from handbook.offline import WORKER, read, switched_off, worker
from site_builds import build, our_hooks

from browser.axe import violations
from browser.engines.playwright import PlaywrightTab
from browser.programs import Program
from browser.questions import Question, ready
from browser.server import Server, Site
from browser.tab import Tab

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "tests" / "site" / "fixture"
TITLE = "document.querySelector('h1')?.firstChild.data.trim()"
NOTICE = "document.querySelector('.offline')?.innerText ?? ''"
SHOWN = "word => document.querySelector('.offline [role=status]').innerText.includes(word)"
STORED = "caches.open(`offline:${SITE}`).then((store) => store.keys()).then((all) => all.map(({ url }) => url.slice(SITE.length)))"
# What becomes of the next version, once it is there or refused.
OUTCOME = """async (site) => {
  const registration = await navigator.serviceWorker.getRegistration(site);
  const outcome = new Promise((resolve) => {
    const follow = () => {
      const next = registration.installing;
      next.onstatechange = () => resolve(next.state);
    };
    registration.onupdatefound = follow;
    if (registration.installing) follow();
  });
  await registration.update();
  return outcome;
}"""


@dataclass
class Host:
    """A server on which a site is published again and again."""

    server: Server
    folder: Path
    built: Path
    clock: int = field(default=1_700_000_000)  # no two versions within a second, which is as exact as servers tell time

    def publish(self, *edits: tuple[str, str, str], late: str = "", off: bool = False) -> None:
        """Replaces what is published by the built site with some texts exchanged. `late` names a file that is not there yet in its new form."""
        before = (self.folder / late).read_bytes() if late else b""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.built, self.folder)
        for path, old, new in edits:
            text = (self.folder / path).read_text(encoding="utf-8")
            assert old in text, f"{path} has no {old}"
            (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")
        (self.folder / WORKER).write_text(switched_off() if off else worker(read(self.folder)), encoding="utf-8")
        if late:
            (self.folder / late).write_bytes(before)
        self.clock += 10
        for file in self.folder.rglob("*"):
            os.utime(file, (self.clock, self.clock))
        self.server.requests.clear()

    def asked(self) -> set[str]:
        """What browsers asked for since the last version, apart from the worker and what they ask for by themselves."""
        return set(self.server.requests) - {WORKER, "/favicon.ico", "/collect-errors.js"}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("offline")
    settings = {
        "INHERIT": str(FIXTURE / "mkdocs.yml"),
        "docs_dir": str(FIXTURE / "docs"),
        "theme": {"custom_dir": str(ROOT / "overrides")},
        "hooks": our_hooks(),
        "extra": {"offline": True},
    }
    (folder / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "quizzes").symlink_to(FIXTURE / "quizzes")
    with Server() as server:
        built = build(folder / "mkdocs.yml", folder / "built", strict=False, site_url=server.url)
        if built.code:
            raise RuntimeError(built.said)
        # The fixture has no such page: that of the handbook shows its state in the same way.
        pages = Site(server.url, folder / "built")
        pages.variant("table", "markers", ("</h1>", f"</h1><table><tr>{'<td>cell</td>' * 12}</tr></table>"))
        pages.variant("state", "markers", ("</h1>", '</h1><div id="offline-copy"></div>'))
        server.serve(folder / "published")
        yield Host(server, folder / "published", folder / "built")


@pytest.fixture
def site(host: Host) -> Site:
    host.server.is_down = False
    host.publish()
    return Site(host.server.url, host.folder)


def says(tab: Tab, word: str) -> None:
    tab.wait(SHOWN, word)


def stored(tab: Tab) -> list[str]:
    return list(tab.js("(SITE) => " + STORED, tab.site))


def install(tab: Tab, path: str = "") -> Tab:
    """The first visit, until the copy is there."""
    tab.goto(path)
    says(tab, "works offline")
    return tab


# A page, a script that it loads at once, and one that it loads late.
NEW = (
    ("kinds/index.html", ">Every type of question<", ">Every new type<"),
    ("assets/selfcheck/page.js", "Progress:", "So far:"),
    ("assets/selfcheck/manage.js", "Export", "Save"),
)
CHANGED = {"kinds/", "assets/selfcheck/page.js", "assets/selfcheck/manage.js"}
WHOLE_OLD = f"{TITLE} === 'Every type of question' && document.querySelector('.sc-progress')?.innerText.startsWith('Progress:')"
WHOLE_NEW = f"{TITLE} === 'Every new type' && document.querySelector('.sc-progress')?.innerText.startsWith('So far:')"
SOFTMAX = """\
from math import exp


def softmax(logits):
    top = max(logits, default=0.0)
    weights = [exp(z - top) for z in logits]
    return [weight / sum(weights) for weight in weights]
"""
MANAGE = "site => import(`${site}assets/selfcheck/manage.js`).then((module) => module.manage.toString().includes('Save'))"


def test_everything_is_there_without_a_network(tab: Tab, host: Host) -> None:
    install(tab)
    host.server.is_down = True
    tab.js("() => { window.stayed = true; }")
    tab.click("article a", "All types")
    tab.wait(f"{TITLE} === 'Every type of question' && window.stayed")
    question = Question(ready(tab), "one-right")
    question.answer(right=True)
    assert "Right" in question.check()

    for path in ("kinds/", "kinds/index.html?from=somewhere", "kinds"):
        tab.goto(path)
        ready(tab)
        assert question.attempts, "answers are kept apart from the copy"
    assert tab.js("location.pathname").endswith("/kinds/"), "an address without its slash leads to the one with it"

    tab.press("/")
    tab.wait("document.activeElement.matches('.md-search__input')")
    tab.type(".md-search__input", "marker-prompt-alone")
    tab.wait("document.querySelector('.md-search-result__item a')")
    tab.goto("no/such/page/")
    assert "not found" in tab.js(TITLE)
    assert not host.asked() - set(read(host.folder).at_once), "nothing was asked for that the copy has not"

    host.server.is_down = False
    host.server.requests.clear()
    tab.goto("markers/")
    assert not host.asked(), "the copy is enough"


def test_what_is_large_is_kept_once_it_was_used(tab: Tab, host: Host) -> None:
    notebook = "math/notebooks/small/small.ipynb"
    install(tab)
    fetched = f"site => fetch(site + '{notebook}').then((answer) => answer.json()).then((notebook) => notebook.cells.length)"
    assert notebook not in host.server.requests
    assert tab.js(fetched, tab.site) > 0
    host.server.is_down = True
    assert tab.js(fetched, tab.site) > 0


def test_programs_run_without_a_network_once_one_has_run(tab: Tab, host: Host) -> None:
    program = Program(ready(install(tab, "code/")), "stable-softmax")
    assert program.run(SOFTMAX).startswith("Right.")
    host.server.is_down = True
    host.server.requests.clear()
    tab.reload()
    program = Program(ready(tab), "stable-softmax")
    assert program.run(SOFTMAX.replace("top", "largest")).startswith("Right.")


def test_an_update_brings_only_what_changed_and_waits_for_the_reader(tab: Tab, host: Host) -> None:
    before = set(stored(install(tab, "kinds/")))
    host.publish(*NEW)
    for _ in range(2):
        tab.reload()
        says(tab, "new version")
        tab.wait(WHOLE_OLD)
    assert host.asked() == CHANGED
    tab.click(".offline button", "Update now")
    tab.wait(WHOLE_NEW)
    assert tab.js(MANAGE, tab.site)
    assert host.asked() == CHANGED
    assert {name.split("?")[0] for name in set(stored(tab)) ^ before} == CHANGED
    tab.wait("async (SITE, count) => (await " + STORED + ").length === count", tab.site, len(before))

    tab.js("() => { window.stayed = true; }")
    tab.goto("markers/#marker")
    tab.goto("kinds/")
    assert tab.js(NOTICE) == "", "nothing more to say"


def test_pages_in_other_tabs_stay_whole_until_they_are_loaded_again(tab: Tab, host: Host) -> None:
    install(tab, "markers/")
    other = tab.new_tab()
    other.goto("")
    other.js("() => { window.stayed = true; }")
    host.publish(*NEW)
    tab.reload()
    for each in (tab, other):
        says(each, "new version")
    tab.click(".offline button", "Update now")
    tab.wait(SHOWN.replace(".includes(word)", " === ''") + " && document.readyState === 'complete'")
    says(other, "updated in another tab")
    assert tab.js(MANAGE, tab.site)
    assert not other.js(MANAGE, other.site), "what is loaded late is of the page's own version"
    other.click("article a", "All types")
    other.wait(f"window.stayed && {WHOLE_OLD}")
    other.click(".offline button", "Reload")
    other.wait(WHOLE_NEW)
    assert other.js(MANAGE, other.site)
    tab.goto("kinds/")
    tab.wait(
        "async SITE => { const all = await " + STORED + "; return new Set(all.map((name) => name.split('?')[0])).size === all.length; }", tab.site
    )


def test_half_a_version_is_not_used(tab: Tab, host: Host) -> None:
    late = "assets/selfcheck/manage.js"
    install(tab, "kinds/")
    host.publish(*NEW, late=late)
    assert tab.js(OUTCOME, tab.site) == "redundant"
    tab.reload()
    host.server.is_down = True
    tab.reload()
    tab.wait(WHOLE_OLD)
    assert not tab.js(MANAGE, tab.site)
    assert tab.js(NOTICE) == ""

    host.server.is_down = False
    host.publish(*NEW)
    assert tab.js(OUTCOME, tab.site) == "installed"
    says(tab, "new version")
    assert late in host.asked() <= CHANGED, "what had come before is not fetched again"


def test_a_first_version_that_is_not_whole_is_not_used(tab: Tab, host: Host) -> None:
    host.publish(*NEW, late="kinds/index.html")
    tab.goto("")
    tab.wait("async SITE => !(await navigator.serviceWorker.getRegistration(SITE)) && (await caches.has(`offline:${SITE}`))", tab.site)
    assert tab.js("navigator.serviceWorker.controller") is None
    host.publish(*NEW)
    install(tab, "kinds/")


def test_switched_off_the_next_visit_is_clean(tab: Tab, host: Host) -> None:
    install(tab)
    pages = [path.relative_to(host.built).as_posix() for path in host.built.rglob("index.html")]
    host.publish(*((page, 'rel="manifest"', 'rel="none"') for page in pages), off=True)
    tab.reload()
    clean = "async SITE => !(await navigator.serviceWorker.getRegistration(SITE)) && !(await caches.has(`offline:${SITE}`))"
    tab.wait(clean, tab.site)
    host.server.requests.clear()
    tab.reload()
    assert tab.js("navigator.serviceWorker.controller") is None
    assert "" in host.server.requests
    assert tab.js(clean, tab.site)
    assert tab.js("document.querySelector('.offline')") is None


def test_sites_on_one_origin_leave_each_other_alone(tab: Tab, host: Host) -> None:
    shutil.copytree(host.folder, host.folder / "fork")
    install(tab)
    install(tab, "fork/")
    assert tab.js("caches.keys().then((names) => names.length)") == 2
    (host.folder / "fork" / WORKER).write_text(switched_off(), encoding="utf-8")
    os.utime(host.folder / "fork" / WORKER, (host.clock + 10, host.clock + 10))
    tab.js("site => navigator.serviceWorker.getRegistration(`${site}fork/`).then((registration) => registration.update())", tab.site)
    tab.wait("site => caches.keys().then((names) => `${names}` === `offline:${site}`)", tab.site)
    host.server.is_down = True
    tab.goto("kinds/")
    assert tab.js(TITLE) == "Every type of question"


def test_the_reader_can_delete_the_copy_and_have_it_again(tab: Tab, host: Host) -> None:
    install(tab, "state/")
    tab.wait("document.querySelector('#offline-copy').innerText.includes('on this device')")
    tab.click("#offline-copy button", "Delete")
    tab.wait("document.querySelector('#offline-copy button')?.innerText.startsWith('Make')")
    assert tab.js("caches.keys().then((names) => names.length)") == 0
    tab.goto("")
    tab.goto("state/")
    tab.wait("document.querySelector('#offline-copy button')?.innerText.startsWith('Make')")
    assert tab.js("navigator.serviceWorker.controller") is None
    tab.click("#offline-copy button", "Make")
    says(tab, "works offline")
    tab.wait("document.querySelector('#offline-copy button')?.innerText.startsWith('Delete')")


@pytest.mark.parametrize("browser", ["chromium"], indirect=True)
def test_a_reader_who_saves_data_is_not_sent_the_whole_site(tab: Tab, host: Host) -> None:
    """Only Chromium tells pages."""
    assert isinstance(tab, PlaywrightTab)
    tab.page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { value: true })")
    tab.goto("state/")
    tab.wait("document.querySelector('#offline-copy button')?.innerText.startsWith('Make')")
    assert tab.js("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    tab.click("#offline-copy button", "Make")
    says(tab, "works offline")


@pytest.mark.parametrize("browser", ["chromium"], indirect=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_notice_is_accessible_and_moves_nothing(tab: Tab, width: int) -> None:
    tab.resize(width, 844)
    install(tab, "state/")
    tab.wait("document.querySelector('#offline-copy button')")
    for dark, scheme in ((False, "default"), (True, "slate")):
        tab.dark(dark)
        tab.wait("scheme => document.body.dataset.mdColorScheme === scheme", scheme)
        assert violations(tab) == []
    top = tab.js("document.querySelector('h1').getBoundingClientRect().top")
    assert tab.js("document.documentElement.scrollWidth <= innerWidth")
    tab.click(".offline button", "Close")
    assert tab.js(NOTICE) == ""
    assert tab.js("document.querySelector('h1').getBoundingClientRect().top") == top


def test_a_table_that_gets_too_wide_can_be_scrolled_by_keyboard(tab: Tab, host: Host) -> None:
    tab.resize(1280, 800)
    tab.goto("table/")
    place = "document.querySelector('.md-typeset__scrollwrap').tabIndex"
    tab.wait(f"{place} === -1")
    tab.resize(390, 800)
    tab.wait(f"{place} === 0")
    tab.resize(1280, 800)
    tab.wait(f"{place} === -1")
