"""WebKit (GTK's small browser) through WebKitWebDriver, on a display of its own where there is none."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from selenium.webdriver import Remote
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.utils import free_port, is_connectable
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from urllib3.exceptions import ReadTimeoutError

from browser.tab import CODE_POINTS, Tab, refuse

ATTEMPTS = 3  # a session in some dozens never starts: its driver waits for a browser that does not call back
ANSWER_SECONDS = 20
RESIZE_TRIES, RESIZE_SECONDS = 8, 0.3
# The tool bar would keep the window wider than a phone.
SMALL_TOOL_BAR = "window * { min-width: 0; min-height: 0; padding: 0; margin: 0; font-size: 1px; -gtk-icon-transform: scale(0.1); }"
# Entries that `tests/browser/server.py` lets this engine collect in the page, since its driver reports neither.
COLLECTED = """(() => {
  const errors = (window.collectedErrors ?? []).splice(0);
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  performance.clearResourceTimings();
  return { errors, requests: entries.map((entry) => entry.name) };
})()"""


class WebDriverBrowser:
    """Sessions are quick to start (0.3 s) and begin with empty storage, so every `open` is a session."""

    def __init__(self, driver: str, browser: str) -> None:
        self._driver, self._browser = driver, browser
        self._cleanup = contextlib.ExitStack()
        config = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="webkit-")))
        (config / "gtk-3.0").mkdir()
        (config / "gtk-3.0" / "gtk.css").write_text(SMALL_TOOL_BAR, encoding="utf-8")
        self._environment = {**os.environ, "XDG_CONFIG_HOME": str(config)}
        if not self._environment.get("DISPLAY"):
            self._environment["DISPLAY"] = self._cleanup.enter_context(_display())

    def open(self, site: str, **options: Any) -> WebDriverTab:
        refuse(options)
        for attempt in range(ATTEMPTS):
            try:
                return WebDriverTab(site, Session(self._driver, self._browser, self._environment))
            except ReadTimeoutError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def quit(self) -> None:
        self._cleanup.close()


class Session(Remote):
    """A session that ends with its driver, and knows which of its windows is in front, since asking for it takes time."""

    front = ""

    def __init__(self, driver: str, browser: str, environment: Mapping[str, str]) -> None:
        port = free_port()
        self._process = subprocess.Popen([driver, "-p", str(port)], env=environment, start_new_session=True)
        settings = Options()
        settings.binary_location = browser
        settings.add_argument("--automation")
        config = ClientConfig(remote_server_addr=f"http://127.0.0.1:{port}", timeout=ANSWER_SECONDS)
        try:
            self._await(port)
            super().__init__(RemoteConnection(client_config=config), options=settings)
        except BaseException:
            self._end()
            raise

    def quit(self) -> None:
        try:
            super().quit()
        finally:
            self._end()

    def _await(self, port: int) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not is_connectable(port, "127.0.0.1"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ConnectionError("WebKit's driver does not listen")
            time.sleep(0.02)

    def _end(self) -> None:
        """The driver and all that it started; one that hangs would not answer a request to stop."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class WebDriverTab(Tab):
    def __init__(self, site: str, session: Session) -> None:
        super().__init__(site)
        self._session = session
        self._window = session.front = session.current_window_handle
        session.set_script_timeout(15)
        self.resize(1280, 800)

    def _front(self) -> Session:
        """The session, with this tab in front."""
        if self._session.front != self._window:
            self._session.switch_to.window(self._window)
            self._session.front = self._window
        return self._session

    def new_tab(self) -> WebDriverTab:
        """A window, since a tab behind another one would be throttled."""
        self._front().switch_to.new_window("window")
        return WebDriverTab(self.site, self._session)

    def close(self) -> None:
        self._session.quit()

    def resize(self, width: int, height: int) -> None:
        """The window takes a moment to follow, and how much of it its bars take is known only then."""
        session, bars = self._front(), 0
        for _ in range(RESIZE_TRIES):
            session.set_window_size(width, height + bars)
            deadline = time.monotonic() + RESIZE_SECONDS
            while time.monotonic() < deadline:
                inside = session.execute_script("return [innerWidth, innerHeight]")
                if inside == [width, height]:
                    return
                time.sleep(0.02)
            bars += height - inside[1]

    def screenshot(self, path: Path | str) -> None:
        Path(path).write_bytes(self._front().get_screenshot_as_png())

    def _navigate(self, url: str) -> None:
        self._front().get(url)

    def _reload(self) -> None:
        self._front().refresh()

    def _evaluate(self, source: str) -> str:
        return str(self._front().execute_async_script(f"const done = arguments[0]; {source}.then(done);"))

    def _click(self, x: int, y: int) -> None:
        action = ActionBuilder(self._front(), duration=0)
        action.pointer_action.move_to_location(x, y).click()  # type: ignore[no-untyped-call]
        action.perform()

    def _type(self, text: str) -> None:
        ActionChains(self._front(), duration=0).send_keys(text).perform()

    def _press(self, keys: list[str]) -> None:
        action = ActionChains(self._front(), duration=0)
        values = [CODE_POINTS.get(key, key) for key in keys]
        for value in values:
            action.key_down(value)
        for value in reversed(values):
            action.key_up(value)
        action.perform()

    def _harvest(self) -> None:
        collected = self.js(COLLECTED)
        self._errors += collected["errors"]
        self._requests += collected["requests"]


@contextlib.contextmanager
def _display() -> Iterator[str]:
    """A virtual display with a number that is free."""
    command = shutil.which("Xvfb")
    if not command:
        raise FileNotFoundError("There is no display and no Xvfb to make one")
    read, write = os.pipe()
    flags = ["-displayfd", str(write), "-screen", "0", "1600x1400x24", "-nolisten", "tcp"]
    process = subprocess.Popen([command, *flags], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
