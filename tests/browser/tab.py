"""What a test may ask of a browser, the same in every engine.

`Tab` holds all that engines have in common; an engine adds the few steps that only it knows. Clicks and keys are real:
they go through the engine's input, to whatever lies at that place or has the focus.
"""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urldefrag, urljoin

PATIENCE = 15.0  # seconds; only a test that fails waits so long
PAUSE = 0.02

# Values of input elements, of which WebDriver and BiDi have private code points.
CODE_POINTS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue006",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "Escape": "\ue00c",
    "Space": " ",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Delete": "\ue017",
}

# The words of Chromium and Firefox, and those of the collector that stands in for WebKit's console.
VIOLATION = re.compile(r"Content.Security.Policy|^policy: ", re.IGNORECASE)

# The result crosses the protocol as JSON text, so that no engine's own serialization shows.
EVALUATE = """(async () => {
  try {
    const value = await (%s);
    const result = typeof value === "function" ? await value(...%s) : value;
    return JSON.stringify({ result: result instanceof Node ? result.outerHTML ?? result.nodeName : result ?? null });
  } catch (error) {
    return JSON.stringify({ error: `${error}` });
  }
})()"""

# Where to click an element: the middle of its first box, if that lies still and is where a pointer would meet it.
PLACE = """async (selector, text) => {
  const element = [...document.querySelectorAll(selector)].find((e) => e.textContent.includes(text));
  if (!element) return { problem: "there is no such element" };
  element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const middle = () => {
    const box = element.getClientRects()[0];
    return box?.width && box.height ? [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)] : [];
  };
  const [x, y] = middle();
  if (x === undefined) return { problem: "it is not shown" };
  await new Promise((resolve) => setTimeout(resolve, 17));
  if (`${middle()}` !== `${[x, y]}`) return { problem: "it keeps moving" };
  const hit = document.elementFromPoint(x, y);
  if (!hit) return { problem: "it is outside the window" };
  if (!element.contains(hit) && hit.closest("label")?.control !== element)
    return { problem: `it is covered by <${hit.tagName.toLowerCase()} class="${hit.className}">` };
  return { x, y };
}"""


class ScriptError(Exception):
    """The page's side of `js` threw."""


class Browser(Protocol):
    """A running engine. Every `open` gets storage of its own, `Tab.new_tab` shares it."""

    def open(self, site: str, **options: Any) -> Tab:
        """Options are those of Playwright's contexts, for what only that engine can do; others refuse them."""
        ...

    def quit(self) -> None: ...


class OpenTab(Protocol):
    """The fixture that opens tabs and closes them after the test."""

    def __call__(self, **options: object) -> Tab: ...


class Tab(ABC):
    """A tab; `site` is the address that paths are relative to."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._errors: list[str] = []
        self._requests: list[str] = []

    # What engines do alike.

    def goto(self, path: str) -> None:
        self._harvest()
        url = urljoin(self.site, path) if path else self.site
        if "#" in url and urldefrag(url).url == self.js("location.href.split('#')[0]"):
            return self._navigate(url)  # within the page
        self._leave(lambda: self._navigate(url))

    def reload(self) -> None:
        self._harvest()
        self._leave(self._reload)

    def back(self) -> None:
        self.js("history.back()")

    def js(self, expression: str, *arguments: object) -> Any:
        """The value of a JavaScript expression, awaited; of a function, what it returns for the arguments.

        An element comes back as its HTML.
        """
        answer = json.loads(self._evaluate(EVALUATE % (expression, json.dumps(arguments))))
        if "error" in answer:
            raise ScriptError(f"{answer['error']} in {expression}")
        return answer["result"]

    def wait(self, expression: str, *arguments: object, patience: float = PATIENCE) -> Any:
        """The first true value of the expression; what throws is not true yet."""
        deadline = time.monotonic() + patience
        while True:
            try:
                last = self.js(expression, *arguments)
                if last:
                    return last
            except Exception as error:  # while a page is being replaced every engine has exceptions of its own
                if "SyntaxError" in str(error):
                    raise
                last = error
            if time.monotonic() > deadline:
                given = f" for {arguments}" if arguments else ""
                raise AssertionError(f"waited in vain for {expression}{given}; last: {last!r}; errors: {self.errors}")
            time.sleep(PAUSE)

    def click(self, selector: str, text: str = "") -> None:
        """Clicks the first element of that selector that holds the text, once it lies still and can be met."""
        deadline = time.monotonic() + PATIENCE
        while "problem" in (place := self.js(PLACE, selector, text)):
            if time.monotonic() > deadline:
                raise AssertionError(f"can't click {selector!r} {text!r}: {place['problem']}")
            time.sleep(PAUSE)
        self._click(place["x"], place["y"])

    def type(self, selector: str, text: str) -> None:
        """Replaces what a field holds, as a reader would who selects it first."""
        self.click(selector)
        self.js("s => document.querySelector(s).select()", selector)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.press("Enter")
            self._type(line)

    def press(self, key: str) -> None:
        """A key by its name ("Enter", "n", "Shift+Tab"), on whatever has the focus."""
        self._press(key.split("+"))

    @property
    def errors(self) -> list[str]:
        """Errors on the console and uncaught exceptions so far."""
        self._harvest()
        return self._errors

    @property
    def violations(self) -> list[str]:
        """The errors that tell of something the page's security policy stopped."""
        return [error for error in self.errors if VIOLATION.search(error)]

    @property
    def requests(self) -> list[str]:
        """Addresses of all requests so far."""
        self._harvest()
        return self._requests

    def dark(self, on: bool) -> bool:
        """Makes the system's color scheme dark or light; false where the engine can't."""
        return False

    def _leave(self, step: Callable[[], None]) -> None:
        """Not every driver waits until the new page has taken the place of the old one."""
        self.js("() => { window.isOld = true; }")
        step()
        self.wait("!window.isOld && document.readyState === 'complete'")

    # What only the engine knows.

    @abstractmethod
    def new_tab(self) -> Tab:
        """A second tab with the same storage."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Gives the page this size, in CSS pixels."""

    @abstractmethod
    def screenshot(self, path: Path | str) -> None: ...

    @abstractmethod
    def _navigate(self, url: str) -> None:
        """Returns when the page has loaded."""

    @abstractmethod
    def _reload(self) -> None: ...

    @abstractmethod
    def _evaluate(self, source: str) -> str: ...

    @abstractmethod
    def _click(self, x: int, y: int) -> None: ...

    @abstractmethod
    def _type(self, text: str) -> None: ...

    @abstractmethod
    def _press(self, keys: list[str]) -> None:
        """Presses the keys in this order and lets go of them in the opposite one."""

    @abstractmethod
    def _harvest(self) -> None:
        """Brings errors and requests up to date."""


def key_actions(keys: list[str]) -> list[dict[str, str]]:
    """The keys as WebDriver's and BiDi's actions."""
    values = [CODE_POINTS.get(key, key) for key in keys]
    return [{"type": "keyDown", "value": v} for v in values] + [{"type": "keyUp", "value": v} for v in reversed(values)]


def refuse(options: dict[str, Any]) -> None:
    """For engines without options, so that a test can't ask for one in vain."""
    if options:
        raise NotImplementedError(f"this engine has no {', '.join(options)}")
