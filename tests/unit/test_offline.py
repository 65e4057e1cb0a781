"""Which files belong to the offline copy, under which addresses, and what the worker is told of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from handbook.node import find_node
from handbook.offline import SIZE_LIMIT, read, switched_off, worker

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files, each of which holds its own path unless something else is given."""

    def files(*paths: str, **contents: str) -> Path:
        for path, content in {**{path: path for path in paths}, **contents}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        return tmp_path

    return files


def test_pages_go_by_their_folder(write: Write) -> None:
    copy = read(write("index.html", "404.html", "about/offline/index.html", "about/the-index.html"))
    assert set(copy.at_once) == {"", "404.html", "about/offline/", "about/the-index.html"}


def test_addresses_are_those_that_a_browser_asks_for(write: Write) -> None:
    assert set(read(write("a b/ü?#%.svg", "c/'d'(1),+@~[2].svg")).at_once) == {"a%20b/%C3%BC%3F%23%25.svg", "c/'d'(1),+@~%5B2%5D.svg"}


def test_large_and_rarely_used_files_wait_until_they_are_used(write: Write) -> None:
    copy = read(write("a/notebooks/b/b.ipynb", "assets/pyodide/1.2/pyodide.wasm", "assets/javascripts/lunr/min/lunr.de.min.js", "a/index.html"))
    assert set(copy.at_once) == {"a/"}
    assert set(copy.on_demand) == {"a/notebooks/b/b.ipynb", "assets/pyodide/1.2/pyodide.wasm", "assets/javascripts/lunr/min/lunr.de.min.js"}


def test_what_no_page_asks_for_is_left_out(write: Write) -> None:
    """Some of it a host would not even serve, and then no copy could ever be complete."""
    copy = read(write("sw.js", "a.css.map", "sitemap.xml.gz", "_headers", ".nojekyll", ".well-known/x.txt", "CNAME", "sitemap.xml"))
    assert {*copy.at_once, *copy.on_demand} == {"sitemap.xml"}


@pytest.mark.parametrize(("path", "problems"), [("a.bin", 1), ("b.ipynb", 0), ("search/search_index.json", 0)])
def test_a_large_file_is_named_or_a_problem(write: Write, path: str, problems: int) -> None:
    copy = read(write(**{path: "x" * (SIZE_LIMIT + 1), "small.bin": "x" * SIZE_LIMIT}))
    assert [problem.path for problem in copy.problems] == [path] * problems
    assert "ON_DEMAND" in str(copy.problems) or not problems
    assert path in {**copy.at_once, **copy.on_demand}, "it is in the copy nevertheless"


def test_the_worker_follows_from_what_the_files_hold_and_nothing_else(write: Write) -> None:
    site = write("index.html", "a.css")
    before = worker(read(site))
    os.utime(site / "a.css", (1, 1))
    (site / "sw.js").write_text(before, encoding="utf-8")
    assert worker(read(site)) == before
    (site / "a.css").write_text("changed", encoding="utf-8")
    assert worker(read(site)) != before
    assert [old == new for old, new in zip(before.splitlines(), worker(read(site)).splitlines(), strict=True)].count(False) == 1


@pytest.mark.parametrize("off", [False, True])
def test_the_worker_is_a_script_short_enough_to_read(write: Write, off: bool) -> None:
    site = write("index.html", "a'\"</b>`${c}.css")
    source = switched_off() if off else worker(read(site))
    (site / "worker.mjs").write_text(source, encoding="utf-8")
    assert subprocess.run([find_node(), "--check", site / "worker.mjs"], check=False).returncode == 0
    assert len(source.splitlines()) - source.count('": "') <= 90
