"""What a build costs: from nothing, from a full cache, and after one change under `mkdocs serve`."""

from __future__ import annotations

import itertools
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.generated import ROOT, write_site
from bench.table import note, row

CACHE = ROOT / ".cache" / "handbook.sqlite"
PATIENCE = 300  # seconds for a rebuild
marks = itertools.count(1)


def run_mkdocs(root: Path, folder: Path, site_url: str = "http://127.0.0.1:8000/") -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(root / "mkdocs.yml"), "-d", str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": site_url})


def measure_builds(sizes: list[tuple[int, int]], runs: int) -> None:
    """Pages with questions against the same pages without; in turn, so that a machine that gets slower does so for both.

    Warm, the bar is set against plain Material with the same plugins, which converts every page anew: against our own
    build without questions, whose pages come from a cache, the little that is left of it would count as much as the
    little that questions add.
    """
    for pages, questions in sizes:
        with tempfile.TemporaryDirectory() as folder:
            plain = write_site(Path(folder, "plain"), pages, 0)
            asked = write_site(Path(folder, "asked"), pages, questions)
            material = write_site(Path(folder, "material"), pages, 0, plain_material=True)
            name = f"build of {pages} pages with {pages * questions:,} questions"
            value, base = _ratio(asked, plain, True, runs)
            row(f"{name}, cold", f"{value:.2f} x {base:.1f} s", "at most 1.50 x", value <= 1.5)
            _build(asked, False)
            value, base = _ratio(asked, material, False, runs)
            row(f"{name}, warm, against plain Material", f"{value:.2f} x {base:.1f} s", "at most 1.10 x", value <= 1.1)
            value, base = _ratio(asked, plain, False, runs)
            note(f"{name}, warm, against our own without questions", f"{value:.2f} x {base:.1f} s")


def measure_serve(pages: int, questions: int, runs: int) -> None:
    """Seconds from a saved change until it is on the page, against plain Material on the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        ours = write_site(Path(folder, "ours"), pages, questions)
        material = write_site(Path(folder, "material"), pages, 0, plain_material=True)
        with _served(material) as material_url, _served(ours) as our_url:
            page = Path("docs", "p0.md")
            times = [
                (
                    _until_seen(material_url, material / page, "# Page 0"),
                    _until_seen(our_url, ours / page, "# Page 0"),
                    _until_seen(our_url, ours / "quizzes" / "p0.yml", "    why: "),
                )
                for _ in range(runs)
            ]
        base, changed_page, changed_quiz = map(statistics.median, zip(*times, strict=True))
        name = f"serve, {pages} pages with {pages * questions:,} questions"
        for what, seconds in (("page", changed_page), ("quiz file", changed_quiz)):
            row(f"{name}: a changed {what} shows", f"{seconds / base:.2f} x {base:.1f} s", "at most 1.50 x", seconds <= 1.5 * base)


def _build(site: Path, cold: bool) -> float:
    """Processor seconds of one build, which depend less on what else the machine does. Cold: nothing is cached."""
    if cold:
        CACHE.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_mkdocs(site, site / "site")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ratio(one: Path, other: Path, cold: bool, runs: int) -> tuple[float, float]:
    """The median of the ratio one : other, pair by pair, and the median seconds of the second."""
    pairs = [(_build(one, cold), _build(other, cold)) for _ in range(runs)]
    return statistics.median(a / b for a, b in pairs), statistics.median(b for _, b in pairs)


@contextmanager
def _served(site: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    url = f"http://{address}/"
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "-f", str(site / "mkdocs.yml"), "--dev-addr", address]
    process = subprocess.Popen(command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": url}, stderr=subprocess.DEVNULL)
    try:
        _wait(url, "<html")
        yield url
    finally:
        process.terminate()
        process.wait()


def _until_seen(url: str, file: Path, before: str) -> float:
    mark = f"changed{next(marks)}x"
    text = file.read_text(encoding="utf-8")
    start = time.monotonic()
    file.write_text(text.replace(before, f"{before} {mark} ", 1), encoding="utf-8")
    _wait(f"{url}p0/", mark)
    return time.monotonic() - start


def _wait(url: str, text: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                if text in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} never showed {text!r}")
        time.sleep(0.05)
