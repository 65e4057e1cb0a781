"""Programs in the page, run by real Python, in every engine. Starting it takes longest, so one tab serves most tests."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from handbook import pyodide

from browser.axe import violations
from browser.programs import Program, forget, timings
from browser.questions import progress, ready, show
from browser.server import Server, Site
from browser.tab import Browser, OpenTab, Tab

ROOT = Path(__file__).parents[2]
only_chromium = pytest.mark.parametrize("browser", ["chromium"], indirect=True)

SECONDS = 6  # until a program is stopped, since the limit is doubled
HURRY = ('"seconds":5', '"seconds":3')
COUNT_WORKERS = """() => {
  window.workers = 0;
  window.Worker = class extends Worker { constructor(...how) { super(...how); window.workers += 1; } };
}"""
PYTHON = ("pyodide", "runtime", "worker.js", "harness.py")

GOOD = """\
from math import exp


def softmax(logits):
    top = max(logits, default=0.0)
    weights = [exp(z - top) for z in logits]
    return [weight / sum(weights) for weight in weights]
"""
OVERFLOWS = """\
from math import exp


def weigh(z):
    return exp(z)


def softmax(logits):
    weights = [weigh(z) for z in logits]
    return [weight / sum(weights) for weight in weights]
"""


@pytest.fixture
def site(small_site: Site) -> Site:
    return small_site


@pytest.fixture(scope="module")
def python(browser: Browser, small_site: Site) -> Iterator[Tab]:
    """A tab in which Python has started, once it was asked for, under the policy of a published site."""
    tab = browser.open(small_site.url)
    show(tab, small_site.variant("guarded", "code", HURRY))
    tab.js(COUNT_WORKERS)
    yield tab
    tab.close()


@pytest.fixture
def page(python: Tab) -> Tab:
    if not python.js("location.pathname.endsWith('/guarded/') && !!window.workers?.toFixed"):
        show(python, "guarded/")
        python.js(COUNT_WORKERS)
    forget(python)
    python.resize(1280, 800)
    return python


@pytest.fixture
def softmax(page: Tab) -> Program:
    return Program(page, "stable-softmax")


def workers(tab: Tab) -> int:
    return int(tab.js("window.workers"))


# Results


def test_a_right_program_passes_and_opens_the_answer(softmax: Program) -> None:
    assert softmax.run(GOOD).startswith("Right.")
    assert set(softmax.tests.values()) == {"passed"}
    assert [(attempt["verdict"], attempt["score"]) for attempt in softmax.attempts] == [("right", 1)]
    assert softmax.js("q => q.querySelector('.sc-solution').checkVisibility()")
    assert progress(softmax.tab) == "Progress: 1 of 2 answered, 1 right"
    softmax.press("Try again")
    softmax.wait("q => q.dataset.state === 'editing'")
    assert softmax.text.rstrip() == GOOD.rstrip(), "nobody has to write it twice"


def test_a_failing_test_says_what_was_given_expected_and_got(softmax: Program) -> None:
    said = softmax.run("def softmax(logits):\n    return [1 / len(logits) for _ in logits]\n")
    assert said == "Partly right. 3 of 4 tests pass."
    assert softmax.tests == {"small example": "failed", "large logits": "passed", "shift": "passed", "edges": "passed"}
    assert [(attempt["verdict"], attempt["score"]) for attempt in softmax.attempts] == [("partly", 0.75)]
    facts = softmax.facts("small example")
    for part in ("Input", "softmax([0.0, 1.0986", "Expected", "[0.25, 0.75]", "Got", "[0.5, 0.5]"):
        assert part in facts
    assert not softmax.facts("large logits")
    assert not softmax.js("q => q.querySelector('textarea').readOnly"), "work goes on"
    assert "Run" in softmax.buttons
    assert progress(softmax.tab) == "Progress: 1 of 2 answered, 0 right"
    assert softmax.run(GOOD).startswith("Right.")


def test_a_traceback_has_only_the_readers_lines_and_leads_to_them(softmax: Program) -> None:
    softmax.run(OVERFLOWS)
    facts = softmax.facts("large logits")
    assert "OverflowError" in facts
    assert "line 9, in softmax" in facts
    assert "line 5, in weigh" in facts
    assert not any(foreign in facts for foreign in ("harness", "/lib/", "pyodide", "<exec>"))
    assert softmax.js("q => q.querySelector('.sc-here').innerText") == "5"
    softmax.tab.click(f"#{softmax.id} .sc-trace button", "line 5")
    selected = (
        "q => { const a = q.querySelector('textarea'); return [document.activeElement === a, a.value.slice(a.selectionStart, a.selectionEnd)]; }"
    )
    assert softmax.js(selected) == [True, "    return exp(z)"]


def test_a_syntax_error_is_shown_at_its_line_and_is_no_attempt(softmax: Program) -> None:
    assert "does not run" in softmax.run("def softmax(logits):\n    return [z for z in logits\n")
    assert "SyntaxError" in softmax.error
    assert "line 2" in softmax.error
    assert softmax.js("q => q.querySelector('.sc-here').innerText") == "2"
    assert softmax.attempts == []
    softmax.run(GOOD)
    assert softmax.error == ""


def test_the_untouched_starter_runs_and_is_no_attempt(softmax: Program) -> None:
    assert softmax.run().startswith("0 of 4 tests pass")
    assert softmax.attempts == []


def test_what_a_program_prints_is_text_and_is_cut(softmax: Program) -> None:
    softmax.run("print('<img src=x onerror=\"harmed = 1\"><b>bold</b>')\nfor i in range(10_000): print(i)\n" + GOOD)
    assert softmax.printed.startswith('<img src=x onerror="harmed = 1"><b>bold</b>\n0\n1\n')
    assert len(softmax.printed) < 12_000
    assert softmax.printed.endswith("characters more")
    assert softmax.js("q => [q.querySelectorAll('img, .sc-printed b').length, typeof harmed]") == [0, "undefined"]


def test_a_program_to_mend_counts_experiments_and_never_locks(page: Tab) -> None:
    ids = Program(page, "category-ids")
    for used in (1, 2, 3, 4):
        ids.run()
        assert ids.js("q => q.querySelector('.sc-count').innerText").startswith(f"{used} of 3 experiments used.")
    mended = ids.text.replace("known = ids(served)", "known = ids(train)")
    assert ids.run(mended).startswith("Right.")
    assert "4 of 3" in ids.js("q => q.querySelector('.sc-count').innerText"), "what is right uses up none"


# What does not end, or ends too much


def test_an_endless_loop_is_stopped_at_its_line_and_python_goes_on(softmax: Program) -> None:
    softmax.run(GOOD)
    before = workers(softmax.tab)
    said = softmax.run("def softmax(logits):\n    n = 0\n    while n >= 0:\n        n += 1\n")
    assert f"Still running after {SECONDS} seconds" in said
    assert "at line 3" in said or "at line 4" in said
    assert len(softmax.attempts) == 1
    assert softmax.run(GOOD).startswith("Right.")
    assert workers(softmax.tab) == before


def test_what_cannot_be_interrupted_is_ended_and_replaced(softmax: Program) -> None:
    text = "def softmax(logits):\n    return sum(range(10**12))\n"
    said = softmax.run(text)
    before = workers(softmax.tab)
    assert "Still running" in said
    assert "“small example”" in said
    assert softmax.text == text
    assert softmax.attempts == []
    assert softmax.run(GOOD).startswith("Right.")
    assert before <= workers(softmax.tab) <= before + 1


def test_a_run_can_be_stopped(softmax: Program) -> None:
    softmax.run(GOOD)
    softmax.write("def softmax(logits):\n    return sum(range(10**12))\n")
    softmax.press("Run")
    softmax.wait("q => /^Running/.test(q.querySelector('.sc-status').innerText)")
    softmax.press("Stop")
    assert softmax.outcome().startswith("Stopped")
    assert softmax.run(GOOD).startswith("Right.")


def test_after_it_had_to_be_ended_python_is_soon_there_again(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, site.variant("guarded", "code", HURRY))
    times = timings(tab)
    assert times["restart"] < 0.4 * times["cold"], times


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return [0] * 10**9", "MemoryError"),
        ("kept = b'0'\n    while True: kept += kept", "MemoryError"),
        ("return softmax(logits)", "RecursionError"),
        ("exit()", "exit()"),
        ("import sys; sys.setrecursionlimit(10**8); f = lambda n: max(map(f, [n])); return f(1)", "too deep"),
        ("import os; os._exit(3)", "broke down"),
    ],
)
def test_a_program_that_asks_too_much_harms_nothing(softmax: Program, body: str, said: str) -> None:
    text = f"def softmax(logits):\n    {body}\n"
    status = softmax.run(text)
    assert said in status + softmax.facts("small example")
    assert softmax.text == text
    assert softmax.run(GOOD).startswith("Right."), "the next one runs"


# What a program cannot reach

REACH = """\
import js
NAMES = '''fetch XMLHttpRequest WebSocket WebTransport EventSource Worker SharedWorker importScripts indexedDB caches localStorage
    sessionStorage document window navigator postMessage BroadcastChannel cookieStore Request Notification FileReaderSync'''.split()
print([name for name in NAMES if hasattr(js, name)])
for attempt in ("js.eval('fetch')", "js.Function('return 1')()", "__import__('pyodide').code.run_js('1')", "js.globalThis.constructor.prototype.fetch"):
    try:
        print(attempt, eval(attempt))
    except BaseException as error:
        print("refused")
import socket
try:
    socket.create_connection(("127.0.0.1", PORT))
except OSError:
    print("no network")
"""


def test_a_program_reaches_neither_network_nor_storage_nor_the_page(softmax: Program) -> None:
    softmax.run(REACH.replace("PORT", str(urlsplit(softmax.tab.site).port)) + GOOD)
    assert softmax.printed.splitlines() == ["[]", "refused", "refused", "refused", "refused", "no network"]


# Coming back


def test_no_python_before_run(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, site.variant("unasked", "code"))
    Program(tab, "stable-softmax").write(GOOD)
    assert [url for url in tab.requests if any(part in url for part in PYTHON)] == []
    assert [url for url in tab.requests if url.endswith("editor.js")], "or else requests are not seen"
    before = len(tab.requests)
    show(tab, "kinds/")
    loaded = tab.requests[before:]
    assert [url for url in loaded if "/selfcheck/python/" in url or url.endswith("/kinds/code.js")] == [], "other questions need none of it"
    assert [url for url in loaded if url.endswith("/kinds/single.js")]


def test_the_draft_is_there_after_a_reload_and_the_starter_comes_back(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, "code/")
    program = Program(tab, "stable-softmax")
    starter = program.text
    assert starter.startswith("def softmax(logits: list[float])")
    program.write(GOOD)
    tab.wait("() => Object.values(localStorage).some((value) => value.includes('default=0.0'))")
    tab.reload()
    ready(tab)
    assert program.text.rstrip() == GOOD.rstrip()
    program.press("Reset to the starter")
    assert program.text == starter
    program.press("Undo the reset")
    assert program.text.rstrip() == GOOD.rstrip()
    program.press("Reset to the starter")
    tab.wait("() => Object.values(localStorage).every((value) => !value.includes('default=0.0'))")
    tab.reload()
    ready(tab)
    assert program.text == starter
    assert program.attempts == []


def test_one_worker_serves_other_questions_and_pages(softmax: Program) -> None:
    tab = softmax.tab
    softmax.run(GOOD)
    before = workers(tab)
    assert "tests pass" in Program(tab, "category-ids").run()
    tab.click(".md-header a.md-logo")
    tab.wait("() => !document.querySelector('self-check') && document.querySelector('h1').innerText.startsWith('Fixture')")
    tab.back()
    ready(tab)
    assert softmax.run(OVERFLOWS) == "Partly right. 3 of 4 tests pass."
    assert workers(tab) == before


def test_the_last_result_is_there_after_coming_back(softmax: Program) -> None:
    softmax.run(OVERFLOWS)
    seen = (softmax.status, softmax.tests, softmax.text.rstrip())
    softmax.tab.click(".md-header a.md-logo")
    softmax.tab.wait("() => !document.querySelector('self-check')")
    softmax.tab.back()
    ready(softmax.tab)
    assert (softmax.status, softmax.tests, softmax.text.rstrip()) == seen


# Writing


def test_the_editor_follows_python_and_undoes(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, "code/")
    program = Program(tab, "stable-softmax")
    program.write("")
    tab.click(f"#{program.id} textarea")
    tab._type("def f(x):")
    tab.press("Enter")
    tab._type("if x:  # then")
    tab.press("Enter")
    tab._type("return x")
    tab.press("Enter")
    assert program.text == "def f(x):\n    if x:  # then\n        return x\n    "
    tab.press("Backspace")
    assert program.text.endswith("return x\n")
    tab.press("Tab")
    tab._type("pass")
    assert program.text.endswith("return x\n    pass")
    tab.js("() => { const a = document.activeElement; a.setSelectionRange(10, a.value.length); }")
    tab.press("Tab")
    assert program.text == "def f(x):\n        if x:  # then\n            return x\n        pass"
    tab.press("Shift+Tab")
    assert program.text == "def f(x):\n    if x:  # then\n        return x\n    pass"
    tab.press("Control+z")
    tab.press("Control+z")
    tab.wait("text => document.activeElement.value === text", "def f(x):\n    if x:  # then\n        return x\n    pass")
    assert program.js("q => q.querySelectorAll('.sc-lines span').length") == 4


def test_the_keyboard_gets_out_of_the_editor(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, "code/")
    program = Program(tab, "stable-softmax")
    before = program.text
    tab.click(f"#{program.id} textarea")
    tab.press("Escape")
    assert "leaves" in program.js("q => q.querySelector('.sc-said').textContent")
    tab.press("Tab")
    assert tab.js("document.activeElement.innerText") == "Run"
    tab.press("Shift+Tab")
    tab.press("Escape")
    tab.press("Shift+Tab")
    assert not tab.js("document.activeElement.matches('textarea')")
    assert program.text == before


def test_control_enter_runs(softmax: Program) -> None:
    softmax.write(GOOD)
    softmax.tab.click(f"#{softmax.id} textarea")
    softmax.tab.press("Control+Enter")
    assert softmax.outcome().startswith("Right.")
    assert softmax.text.rstrip() == GOOD.rstrip()


# Where it can't run


@pytest.mark.parametrize("missing", ["Worker", "WebAssembly"])
def test_a_browser_that_cannot_run_it_says_so(open_tab: OpenTab, site: Site, missing: str) -> None:
    tab = open_tab()
    show(tab, "code/")
    tab.js(f"() => {{ delete window.{missing}; }}")
    program = Program(tab, "stable-softmax")
    assert "Download the challenge" in program.run(GOOD)
    assert program.js("q => q.querySelector('.sc-download a').href").endswith("/challenges/stable-softmax.py")
    assert program.text == GOOD


def test_python_that_never_starts_is_given_up(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, "code/")
    tab.js(
        """() => {
          const { setTimeout } = window;
          window.setTimeout = (call, time, ...rest) => setTimeout(call, time > 20_000 ? 20 : time, ...rest);
          window.Worker = class { postMessage() {} terminate() { window.ended = true; } };
        }"""
    )
    program = Program(tab, "stable-softmax")
    assert "does not start" in program.run(GOOD)
    assert tab.js("window.ended")
    assert program.text == GOOD


def test_without_a_connection_it_says_so_and_tries_again(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, "code/")
    tab.js("() => { window.online = window.fetch; window.fetch = () => Promise.reject(new TypeError('no')); }")
    program = Program(tab, "stable-softmax")
    assert "Check the connection" in program.run(GOOD)
    tab.js("() => { window.fetch = window.online; delete window.WebAssembly; }")
    assert "This browser" in program.run(), "it got further"


def test_a_package_that_the_site_has_not_is_named_before_anybody_begins(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab()
    show(tab, site.variant("numeric", "code", ('"packages":[]', '"packages":["numpy"]')))
    program = Program(tab, "stable-softmax")
    program.wait("q => q.querySelector('.sc-missing')")
    assert "needs NumPy, which is not part of this site" in program.js("q => q.querySelector('.sc-missing').innerText")
    assert "needs NumPy" in program.run(GOOD)
    assert [url for url in tab.requests if "pyodide.mjs" in url] == []


@pytest.fixture(scope="module")
def packaged(small_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small site, published by a project that has fetched a package: a small one of our own."""
    project, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("packaged") / "site"
    runtime = project / "node_modules" / "pyodide"
    shutil.copytree(ROOT / "node_modules" / "pyodide", runtime)
    lock = json.loads((runtime / pyodide.LOCK).read_text(encoding="utf-8"))
    version = json.loads((runtime / "package.json").read_text(encoding="utf-8"))["version"]
    vendor = project / "vendor" / "pyodide" / version
    vendor.mkdir(parents=True)
    wheel = vendor / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny.py", "def double(x):\n    return 2 * x\n")
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    lock["packages"]["tiny"] = lock["packages"]["numpy"] | {
        "name": "tiny",
        "version": "1.0",
        "file_name": wheel.name,
        "imports": ["tiny"],
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
    }
    (runtime / pyodide.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    shutil.copytree(small_site.folder, folder, ignore=shutil.ignore_patterns("pyodide"))
    pyodide.install(folder, project)
    with Server() as server:
        server.serve(folder)
        yield Site(server.url, folder)


def test_a_package_that_the_site_has_is_loaded_from_it(browser: Browser, packaged: Site) -> None:
    tab = browser.open(packaged.url)
    try:
        show(tab, packaged.variant("numeric", "code", ('"packages":[]', '"packages":["tiny"]')))
        program = Program(tab, "stable-softmax")
        assert program.run("import tiny\nprint(tiny.double(21))\n" + GOOD).startswith("Right."), tab.errors
        assert program.printed == "42"
    finally:
        tab.close()


@only_chromium
def test_a_package_that_does_not_arrive_is_missed(browser: Browser, packaged: Site) -> None:
    (wheel,) = packaged.folder.rglob("*.whl")
    content = wheel.read_bytes()
    wheel.unlink()
    tab = browser.open(packaged.url)
    try:
        show(tab, packaged.variant("numeric", "code", ('"packages":[]', '"packages":["tiny"]')))
        assert "A package that this challenge needs can't be loaded" in Program(tab, "stable-softmax").run(GOOD)
    finally:
        tab.close()
        wheel.write_bytes(content)


# Looks


@only_chromium
@pytest.mark.parametrize("state", ["fresh", "failing", "passed", "error"])
def test_no_accessibility_problem(page: Tab, state: str) -> None:
    program = Program(page, "stable-softmax")
    texts = {"failing": "print('x')\n" + OVERFLOWS, "passed": GOOD, "error": "def softmax(:"}
    if state in texts:
        program.run(texts[state])
    for width in (390, 1280):
        page.resize(width, 900)
        assert page.js("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
        for dark, scheme in ((False, "default"), (True, "slate")):
            assert page.dark(dark)
            page.wait("scheme => document.body.dataset.mdColorScheme === scheme", scheme)
            assert violations(page) == []
    page.dark(False)
