"""Answering the small site's questions as a reader does. Knows the page, not how the widget is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from browser.tab import Tab

IDS = (
    "one-right",
    "several-right",
    "a-number",
    "a-word",
    "a-gap",
    "in-order",
    "in-pairs",
    "in-pairs-with-formulas",
    "what-it-prints",
    "in-own-words",
)


class Question:
    """One question on the page a tab shows."""

    def __init__(self, tab: Tab, name: str) -> None:
        self.tab, self.name = tab, name
        self.id = f"q-{name}"

    def __repr__(self) -> str:
        return self.name

    # What the reader does.

    def press(self, button: str) -> None:
        self.tab.click(f"#{self.id} button", button)

    def check(self) -> str:
        """Presses Check; returns what the question says then."""
        before = self.status
        self.press("Check")
        self.tab.wait("(s, before) => document.querySelector(s).textContent !== before", f"#{self.id} [role=status].sc-status", before)
        return self.status

    def choose(self, text: str) -> None:
        self.tab.click(f"#{self.id} .sc-option", text)

    def fill(self, text: str, name: str = "value") -> None:
        self.tab.type(f"#{self.id} [name={name}]", text)

    def answer(self, right: bool) -> None:
        """Gives an answer with everything right, or with something wrong, without checking it."""
        kind = self.js("q => q.dataset.type")
        getattr(self, f"_answer_{kind}")(right)

    def _answer_single(self, right: bool) -> None:
        choices = self.js("q => [...q.querySelectorAll('[data-choice]')].map((li) => [li.dataset.choice, 'right' in li.dataset])")
        value = next(value for value, is_right in choices if is_right == right)
        self.tab.click(f"#{self.id} input[value='{value}']")

    def _answer_multiple(self, right: bool) -> None:
        for text in ("Softmax", "Binary") if right else ("A sine", "Zero-one"):
            self.choose(text)

    def _answer_numeric(self, right: bool) -> None:
        self.fill("0.69" if right else "0.3")

    def _answer_short(self, right: bool) -> None:
        self.fill("Cross entropy." if right else "sigmoid")

    def _answer_cloze(self, right: bool) -> None:
        self.fill("TP", "top")
        self.fill("false positives" if right else "FN", "rest")

    def _answer_order(self, right: bool) -> None:
        order = self.js("q => JSON.parse(q.dataset.key).order")
        self.arrange(order if right else [order[0], *order[:0:-1]])

    def _answer_match(self, right: bool) -> None:
        key: dict[str, str] = self.js("q => JSON.parse(q.dataset.key)")
        rights = list(key.values())
        for left, target in zip(key, rights if right else rights[::-1], strict=True):
            self.pick(left, target)

    def _answer_output(self, right: bool) -> None:
        self.fill(f"1 {2 if right else 1}\n<b>done</b>")

    def _answer_open(self, right: bool) -> None:
        self.fill("Of those scored 70 %, 70 in 100 are positive.")
        self.check()
        points = self.js("q => [...q.querySelectorAll('.sc-point input')].map((point) => point.value)")
        for point in points if right else points[:1]:
            self.tab.click(f"#{self.id} .sc-point input[value='{point}']")

    def arrange(self, order: Sequence[str]) -> None:
        for place, item in enumerate(order):
            for _ in range(self.items.index(item) - place):
                self.tab.click(f"#{self.id} [data-item='{item}'] button")

    def pick(self, left: str, right: str) -> None:
        """Menus open outside the page, where no pointer of a driver gets; so this is what they report afterwards."""
        self.js(
            "(q, left, right) => { const menu = q.querySelector(`select[name='${left}']`); menu.value = right;"
            " for (const type of ['input', 'change']) menu.dispatchEvent(new Event(type, { bubbles: true })); }",
            left,
            right,
        )

    # What the reader sees.

    @property
    def status(self) -> str:
        return str(self.js("q => q.querySelector('[role=status].sc-status').textContent"))

    @property
    def explained(self) -> bool:
        """Whether the full answer lies open."""
        return bool(self.js("q => (q.querySelector('.sc-why') ?? q.querySelector('.sc-model')).checkVisibility({ contentVisibilityAuto: true })"))

    @property
    def items(self) -> list[str]:
        return list(self.js("q => [...q.querySelectorAll('[data-item]')].map((li) => li.dataset.item)"))

    @property
    def values(self) -> list[Any]:
        """What all fields hold."""
        return list(
            self.js("q => [...q.querySelectorAll('input, textarea, select')].map((f) => /radio|checkbox/.test(f.type) ? f.checked : f.value)")
        )

    @property
    def buttons(self) -> list[str]:
        return list(self.js("q => [...q.querySelectorAll('.sc-actions button')].filter((b) => b.checkVisibility()).map((b) => b.textContent)"))

    @property
    def marks(self) -> list[str]:
        """The verdicts on parts, in words, in the order of the page."""
        return list(self.js("q => [...q.querySelectorAll('.sc-mark')].map((mark) => mark.textContent)"))

    @property
    def stored(self) -> Any:
        """What the browser keeps of it."""
        return self.js(
            "(q, end) => { const name = Object.keys(localStorage).find((name) => name.endsWith(end));"
            " return name ? JSON.parse(localStorage[name]) : null; }",
            f":{self.name}",
        )

    @property
    def attempts(self) -> list[Any]:
        return list((self.stored or {}).get("attempts", []))

    def js(self, function: str, *arguments: object) -> Any:
        """A function of the question's element."""
        return self.tab.js(f"(id, ...rest) => ({function})(document.getElementById(id), ...rest)", self.id, *arguments)

    def wait(self, function: str, *arguments: object) -> Any:
        return self.tab.wait(f"(id, ...rest) => ({function})(document.getElementById(id), ...rest)", self.id, *arguments)


def show(tab: Tab, path: str = "kinds/") -> Tab:
    """Opens a page and waits until its questions can be answered."""
    tab.goto(path)
    return ready(tab)


def ready(tab: Tab) -> Tab:
    tab.wait(
        "() => { const all = [...document.querySelectorAll('self-check')];"
        " return all.length && all.every((q) => q.querySelector('.sc-status')) && /Progress/.test(document.querySelector('.sc-page').innerText); }"
    )
    return tab


def progress(tab: Tab) -> str:
    return str(tab.js("document.querySelector('.sc-progress').innerText"))
