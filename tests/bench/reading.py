"""What a reader waits for: Lighthouse's phone preset on three pages, an answer of the search, and Python in the page."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from browser.engines import launch
from browser.engines.playwright import PlaywrightBrowser
from browser.find import ENGINES, Candidate, NoBrowser, find
from browser.programs import timings
from browser.tab import Browser
from handbook.node import find_node
from playwright.sync_api import sync_playwright

from bench.builds import run_mkdocs
from bench.generated import ROOT, write_site
from bench.sizes import PAGES, TEXT
from bench.table import note, row

LIGHTHOUSE = ROOT / "tests" / "bench" / "node_modules" / "lighthouse" / "cli" / "index.js"
BARS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
CHALLENGES = "practical/from-scratch-classical/"
SLOWER = 4  # the phone preset's processor
WAIT_FOR_ANSWER = """word => new Promise(resolve => {
  const started = performance.now();
  const field = document.querySelector("[data-md-component=search-query]");
  const answer = () => document.querySelector(".md-search-result__item") && resolve(performance.now() - started);
  new MutationObserver(answer).observe(document.querySelector(".md-search-result"), { childList: true, subtree: true });
  field.value = word;
  field.dispatchEvent(new Event("keyup"));
})"""


def measure_lighthouse(runs: int) -> None:
    """Medians over the runs."""
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as url:
        run_mkdocs(ROOT, Path(folder), url)
        for name, path in PAGES.items():
            reports = [_lighthouse(url + path) for _ in range(runs)]
            for category, bar in BARS.items():
                score = round(100 * statistics.median(report["categories"][category]["score"] for report in reports))
                row(f"Lighthouse, {name} page: {category}", str(score), f"at least {bar}", score >= bar)
            shift = statistics.median(_value(report, "cumulative-layout-shift") for report in reports)
            row(f"Lighthouse, {name} page: layout shift", f"{shift:.3f}", "under 0.01", shift < 0.01)
            for audit in ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time"):
                note(f"{name} page: {audit.replace('-', ' ')}", f"{statistics.median(_value(report, audit) for report in reports):.0f} ms")


def measure_search(runs: int) -> None:
    """From the last key to the first result, the index being there, on a page slowed down as the phone preset slows it; the worker that searches is not."""
    with tempfile.TemporaryDirectory() as folder:
        sites = {"the handbook": (ROOT, "bayes"), "400 pages": (write_site(Path(folder, "source"), 400, 25), "gradient")}
        for name, (source, word) in sites.items():
            site = Path(folder, name)
            site.mkdir()
            with _served(site) as url:
                run_mkdocs(source, site, url)
                times = [_search(url, word) for _ in range(runs)]
            ready, answer = (statistics.median(column) for column in zip(*times, strict=True))
            row(f"search, {name}: first answer", f"{answer:.0f} ms", "at most 1,000 ms", answer <= 1000)
            note(f"search, {name}: index ready after the field is entered", f"{ready:.0f} ms")


def measure_python(runs: int) -> None:
    """What programs in the page cost, in every engine that is here."""
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as url:
        run_mkdocs(ROOT, Path(folder), url)
        runtime = [file for file in Path(folder, "assets", "pyodide").rglob("*") if file.is_file()]
        packed = sum(len(gzip.compress(file.read_bytes(), 6)) for file in runtime)
        row("Python in the page, once", f"{packed / 1e6:.2f} MB gzip", "at most 7 MB", packed <= 7e6)
        note("the same, unpacked", f"{sum(file.stat().st_size for file in runtime) / 1e6:.2f} MB")
        for engine in ENGINES:
            try:
                browser = find(engine, launch)
            except NoBrowser:
                note(f"{engine} is not here", "")
                continue
            try:
                times = [_python(browser, url) for _ in range(runs)]
            finally:
                browser.quit()
            cold, warm, run, restart = (statistics.median(time[what] for time in times) for what in ("cold", "warm", "run", "restart"))
            note(f"{engine}: first run, first visit", f"{cold:.0f} ms")
            note(f"{engine}: first run, later visit", f"{warm:.0f} ms")
            note(f"{engine}: one more run", f"{run:.0f} ms")
            row(f"{engine}: run after Python was ended, to first run", f"{restart / cold:.2f} x", "at most 0.40 x", restart <= 0.4 * cold)


def _python(browser: Browser, url: str) -> dict[str, int]:
    tab = browser.open(url)
    try:
        tab.goto(CHALLENGES)
        times = timings(tab)
        tab.reload()
        return times | {"warm": timings(tab)["cold"]}
    finally:
        tab.close()


def _lighthouse(url: str) -> dict[str, Any]:
    if not LIGHTHOUSE.exists():
        raise SystemExit("Lighthouse is not installed: `make bench` installs it.")
    flags = "--headless=new --no-sandbox" if os.geteuid() == 0 else "--headless=new"
    command = [find_node(), str(LIGHTHOUSE), url, "--quiet", "--output=json", f"--chrome-flags={flags}", f"--only-categories={','.join(BARS)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "CHROME_PATH": find("chromium", _path)})
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _value(report: dict[str, Any], audit: str) -> float:
    return float(report["audits"][audit]["numericValue"])


def _path(candidate: Candidate) -> str:
    path = candidate.path
    if not path:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    subprocess.run([path, "--version"], check=True, capture_output=True)
    return path


def _search(url: str, word: str) -> tuple[float, float]:
    browser = find("chromium", lambda candidate: PlaywrightBrowser("chromium", candidate.path))
    try:
        tab = browser.open(url, viewport={"width": 412, "height": 823}, is_mobile=True, has_touch=True)
        session = tab.page.context.new_cdp_session(tab.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        tab.goto("")
        started = time.monotonic()
        tab.js("() => document.querySelector('[data-md-component=search-query]').focus()")
        tab.wait("/type|start/i.test(document.querySelector('.md-search-result__meta').textContent)", patience=60)
        ready = 1000 * (time.monotonic() - started)
        return ready, float(tab.js(WAIT_FOR_ANSWER, word))
    finally:
        browser.quit()


class _Compressing(BaseHTTPRequestHandler):
    """Answers as web hosts do: compressed, and from connections that stay open."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, folder: Path) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        file = self.folder / self.path.partition("?")[0].lstrip("/")
        if file.is_dir():
            file /= "index.html"
        found = file.is_file()
        file = file if found else self.folder / "404.html"
        body = file.read_bytes()
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        kind = guess_type(file.name)[0] or "application/octet-stream"
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if file.suffix in TEXT else kind)
        self.send_header("Cache-Control", "max-age=600")
        if file.suffix in TEXT | {".xml"}:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers drop connections whenever they leave a page."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with _Server(("127.0.0.1", 0), partial(_Compressing, folder=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
