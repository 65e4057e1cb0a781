"""Firefox through WebDriver BiDi, which it speaks itself: JSON over a web socket, without any driver."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from websockets.sync.client import connect

from browser.tab import Tab, key_actions, refuse

START_SECONDS = 60
ANSWER_SECONDS = 60
# Firefox's own errands over the network, and its wish to ask at the first start.
PREFERENCES: dict[str, object] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#none",
    "toolkit.telemetry.enabled": False,
}
EVENTS = ["log.entryAdded", "network.beforeRequestSent"]


class BidiError(Exception):
    """Firefox refused a command."""


class BidiBrowser:
    def __init__(self, path: str) -> None:
        self._tabs: dict[str, BidiTab] = {}
        self._count = 0
        self._cleanup = contextlib.ExitStack()
        with contextlib.ExitStack() as starting:  # what has been started ends if the rest fails
            profile = tempfile.mkdtemp(prefix="firefox-")
            starting.callback(shutil.rmtree, profile, ignore_errors=True)
            lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
            Path(profile, "user.js").write_text("".join(lines), encoding="utf-8")
            log = starting.enter_context(Path(profile, "log.txt").open("w+", encoding="utf-8", errors="replace"))
            command = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            starting.callback(_end, process)
            self._socket = starting.enter_context(connect(_address(process, log) + "/session", max_size=None))
            self.call("session.new", capabilities={})
            self.call("session.subscribe", events=EVENTS)
            self._cleanup = starting.pop_all()

    def open(self, site: str, **options: Any) -> BidiTab:
        refuse(options)
        return self._tab(site, self.call("browser.createUserContext")["userContext"])

    def quit(self) -> None:
        self._cleanup.close()

    def _tab(self, site: str, user: str) -> BidiTab:
        context = self.call("browsingContext.create", type="tab", userContext=user)["context"]
        self._tabs[context] = BidiTab(site, self, user, context)
        return self._tabs[context]

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Sends a command, and takes in all events that come before its answer."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
            if message.get("id") != self._count:
                self._take(message)
            elif "error" in message:
                raise BidiError(f"{method}: {message['error']}: {message['message']}")
            else:
                result: dict[str, Any] = message["result"]
                return result

    def _take(self, event: dict[str, Any]) -> None:
        parameters = event.get("params", {})
        tab = self._tabs.get(parameters.get("context") or parameters.get("source", {}).get("context"))
        if tab:
            tab.take(event["method"], parameters)


class BidiTab(Tab):
    def __init__(self, site: str, browser: BidiBrowser, user: str, context: str) -> None:
        super().__init__(site)
        self._browser, self._user, self._context = browser, user, context

    def take(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "network.beforeRequestSent":
            self._requests.append(parameters["request"]["url"])
        elif parameters["level"] == "error":
            self._errors.append(parameters["text"])

    def new_tab(self) -> BidiTab:
        return self._browser._tab(self.site, self._user)

    def close(self) -> None:
        self._browser.call("browser.removeUserContext", userContext=self._user)

    def resize(self, width: int, height: int) -> None:
        self._call("setViewport", viewport={"width": width, "height": height})

    def screenshot(self, path: Path | str) -> None:
        Path(path).write_bytes(base64.b64decode(self._call("captureScreenshot")["data"]))

    def _navigate(self, url: str) -> None:
        self._call("navigate", url=url, wait="complete")

    def _reload(self) -> None:
        self._call("reload", wait="complete")

    def _evaluate(self, source: str) -> str:
        target = {"context": self._context}
        answer = self._browser.call("script.evaluate", expression=source, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise BidiError(answer["exceptionDetails"]["text"])
        return str(answer["result"]["value"])

    def _click(self, x: int, y: int) -> None:
        steps = [{"type": "pointerMove", "x": x, "y": y}, *({"type": t, "button": 0} for t in ("pointerDown", "pointerUp"))]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def _type(self, text: str) -> None:
        self._act({"type": "key", "id": "keyboard", "actions": [a for letter in text for a in key_actions([letter])]})

    def _press(self, keys: list[str]) -> None:
        self._act({"type": "key", "id": "keyboard", "actions": key_actions(keys)})

    def _act(self, source: dict[str, object]) -> None:
        self._call("activate")  # keys go to the tab in front only
        self._browser.call("input.performActions", context=self._context, actions=[source])

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        return self._browser.call(f"browsingContext.{method}", context=self._context, **parameters)

    def _harvest(self) -> None:
        self._browser.call("session.status")  # all events so far come before its answer


def _address(process: subprocess.Popen[bytes], log: IO[str]) -> str:
    """The web socket's address, which Firefox writes when it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        log.seek(0)
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)\n", log.read()):
            return found.group(1)
        time.sleep(0.05)
    log.seek(0)
    raise BidiError(f"Firefox did not open its web socket. {log.read().strip()[-300:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
