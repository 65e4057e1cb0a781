"""Chromium from anywhere, or any of Playwright's own browsers, through Playwright."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from browser.find import Engine
from browser.tab import Tab

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


class PlaywrightBrowser:
    def __init__(self, engine: Engine, path: str = "") -> None:
        flags = QUIET if engine == "chromium" else []
        if engine == "chromium" and hasattr(os, "geteuid") and os.geteuid() == 0:
            flags = [*flags, "--no-sandbox"]
        self._playwright = sync_playwright().start()
        try:
            self._browser = getattr(self._playwright, engine).launch(executable_path=path or None, args=flags)
        except BaseException:
            self._playwright.stop()
            raise

    def open(self, site: str, **options: Any) -> PlaywrightTab:
        return PlaywrightTab(site, self._browser.new_context(**options))

    def quit(self) -> None:
        self._browser.close()
        self._playwright.stop()


class PlaywrightTab(Tab):
    def __init__(self, site: str, context: BrowserContext) -> None:
        super().__init__(site)
        self._context = context
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self._errors.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self._requests.append(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(f"{message.text} ({message.location.get('url', '')})")

    def new_tab(self) -> PlaywrightTab:
        return PlaywrightTab(self.site, self._context)

    def close(self) -> None:
        self._context.close()

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def screenshot(self, path: Path | str) -> None:
        self.page.screenshot(path=path)

    def dark(self, on: bool) -> bool:
        self.page.emulate_media(color_scheme="dark" if on else "light")
        return True

    def _navigate(self, url: str) -> None:
        self.page.goto(url)

    def _reload(self) -> None:
        self.page.reload()

    def _evaluate(self, source: str) -> str:
        return str(self.page.evaluate(source))

    def _click(self, x: int, y: int) -> None:
        self.page.mouse.click(x, y)

    def _type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def _press(self, keys: list[str]) -> None:
        self.page.keyboard.press("+".join(keys))

    def _harvest(self) -> None:
        self.page.evaluate("0")  # events come in while a call waits for its answer
