"""Writing and running programs as a reader does. Knows the page, not how the widget is written."""

from __future__ import annotations

from browser.questions import Question
from browser.tab import Tab

PATIENCE = 120.0  # seconds; a browser on a busy machine may take half a minute to start Python

# Milliseconds in a fresh page: the first run, which loads and starts Python, one more, and one after Python had to be ended.
TIMINGS = """async (runtime) => {
  const { run } = await import(runtime);
  const program = "import os\\ndef half(x): return x / 2\\ndef end(x): os._exit(1)";
  const time = async (test) => {
    const begun = performance.now();
    const job = { tests: [{ name: "it", expects: "", code: test }], packages: [], mutates: false, seconds: 60, megabytes: 256 };
    const result = await run(job, ({ begins }) => begins && { program }).catch((error) => error.message);
    return [Math.round(performance.now() - begun), result.passed ?? result];
  };
  const right = "assert half(1) == 0.5";
  const times = { cold: await time(right), run: await time(right), ended: await time("end(1)"), restart: await time(right) };
  window.timings = times;
}"""
FORGET = """() => {
  document.activeElement.blur();
  localStorage.clear();
  dispatchEvent(new StorageEvent("storage"));
}"""


class Program(Question):
    """One question of type code on the page a tab shows."""

    @property
    def text(self) -> str:
        return str(self.js("q => q.querySelector('textarea').value"))

    def write(self, text: str) -> None:
        """Replaces the program, as pasting does; one that is solved is first tried again."""
        if self.js("q => q.dataset.state") == "open":
            self.press("Try again")
            self.wait("q => q.dataset.state === 'editing'")
        self.js(
            "(q, text) => { const area = q.querySelector('textarea'); area.value = text;"
            " area.dispatchEvent(new InputEvent('input', { bubbles: true })); }",
            text,
        )

    def run(self, text: str | None = None) -> str:
        """Runs the program, or this one; returns what the question says then."""
        if text is not None:
            self.write(text)
        self.press("Run")
        return self.outcome()

    def outcome(self) -> str:
        self.wait("q => !q.querySelector('.sc-running').hidden || q.querySelector('.sc-status').innerText")
        self.tab.wait("s => document.querySelector(s).hidden", f"#{self.id} .sc-running", patience=PATIENCE)
        self.wait("q => q.querySelector('.sc-status').innerText && !/^(Loading|Starting|Running)/.test(q.querySelector('.sc-status').innerText)")
        return self.status.strip()

    @property
    def tests(self) -> dict[str, str]:
        """What is said of each test, "" before a run."""
        pairs = self.js("q => [...q.querySelectorAll('[data-test]')].map((li) => [li.dataset.test, li.querySelector('.sc-mark')?.textContent ?? ''])")
        return dict(pairs)

    def facts(self, test: str) -> str:
        """All that is told of a failure."""
        return str(self.js("(q, name) => q.querySelector(`[data-test='${name}'] .sc-facts`)?.innerText ?? ''", test))

    @property
    def error(self) -> str:
        return str(self.js("q => q.querySelector('.sc-error').hidden ? '' : q.querySelector('.sc-error').innerText"))

    @property
    def printed(self) -> str:
        return str(self.js("q => [...q.querySelectorAll('.sc-printed')].map((pre) => pre.innerText).join('')"))


def timings(tab: Tab) -> dict[str, int]:
    """How long Python takes in a page that has not used it: `cold` (from the cache, where the tab has loaded it before), `run`
    and `restart`, in milliseconds."""
    tab.js(f"(runtime) => {{ ({TIMINGS})(runtime); }}", f"{tab.site}assets/selfcheck/python/runtime.js")
    times = tab.wait("window.timings", patience=PATIENCE)
    assert [times[name][1] for name in ("cold", "run", "restart")] == [True] * 3, times
    return {name: times[name][0] for name in ("cold", "run", "restart")}


def forget(tab: Tab) -> None:
    """As if nothing had ever been answered, without loading the page again."""
    tab.js(FORGET)
