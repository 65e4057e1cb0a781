"""Serves a built site as GitHub Pages serves a project's: below a folder, on an address known before the build.

Material compares addresses with their port, so the build has to know the one that it will be served at.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PREFIX = "/handbook/"
# WebKit's driver reports no errors, so pages collect them there; a file, since a strict policy forbids inline scripts.
COLLECTOR_PATH = "/collect-errors.js"
COLLECTOR = """window.collectedErrors = [];
console.error = new Proxy(console.error, {
  apply(target, console, words) { collectedErrors.push(words.join(" ")); target.apply(console, words); }
});
const isNotice = (message) => message?.startsWith("ResizeObserver loop"); // on a busy machine; other engines don't print it
addEventListener("error", (e) => isNotice(e.message) || collectedErrors.push(e.message ?? `can't load ${e.target.src ?? e.target.href}`), true);
addEventListener("unhandledrejection", (e) => collectedErrors.push(`${e.reason}`));
addEventListener("securitypolicyviolation", (e) => collectedErrors.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));
"""


class SiteHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open, or a page of many files is slow
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if self.server.is_down:
            self.close_connection = True
            return
        self.server.requests.append(path.removeprefix(PREFIX))
        if path == COLLECTOR_PATH:
            return self._answer(HTTPStatus.OK, "text/javascript", COLLECTOR.encode())
        file = Path(self.translate_path(path))
        if path.startswith(PREFIX) and file.is_dir() and path.endswith("/"):
            file /= "index.html"
        if path.startswith(PREFIX) and file.suffix == ".html" and file.is_file():
            return self._answer(HTTPStatus.OK, "text/html; charset=utf-8", self._page(file))
        if path.startswith(PREFIX) and file.exists():
            return super().do_GET()
        missing = Path(self.directory, "404.html")
        self._answer(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8", self._page(missing) if missing.is_file() else b"")

    def _page(self, file: Path) -> bytes:
        html = file.read_bytes()
        agent = self.headers.get("User-Agent", "")
        if "text/html" not in self.headers.get("Accept", ""):
            return html  # asked for by a script, which may compare it with what was published
        if "AppleWebKit" in agent and "Chrome" not in agent:
            html = html.replace(b"<head>", b'<head><script src="%s"></script>' % COLLECTOR_PATH.encode(), 1)
        return html

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Holds its port from the start; what it serves comes later."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self._serving = False
        self.is_down = False  # as if there were no network: who asks gets no answer
        self.requests: list[str] = []  # paths, as they came

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{PREFIX}"

    def serve(self, folder: Path) -> None:
        self.RequestHandlerClass = partial(SiteHandler, directory=str(folder))
        self._serving = True
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def server_close(self) -> None:
        if self._serving:
            self.shutdown()
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers drop connections whenever they leave a page."""


@dataclass(frozen=True)
class Site:
    """What is served, and the folder it is served from."""

    url: str
    folder: Path

    def variant(self, name: str, page: str, *edits: tuple[str, str]) -> str:
        """A copy of a page, at the same depth, with some of its HTML exchanged; returns its path."""
        html = (self.folder / page / "index.html").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in html, f"the page has no {old}"
            html = html.replace(old, new)
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "index.html").write_text(html, encoding="utf-8")
        return f"{name}/"
