"""Writing and running programs as a reader does. Knows the page, not how the widget is written."""

from __future__ import annotations

from browser.questions import Question
from browser.tab import Tab

PATIENCE = 120.0  # seconds; a browser on a busy machine may take half a minute to start Python

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


def forget(tab: Tab) -> None:
    """As if nothing had ever been answered, without loading the page again."""
    tab.js(FORGET)
