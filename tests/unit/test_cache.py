"""The cache can only help: whatever happens to its file, values are right or missing."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from handbook import cache as module
from handbook.cache import Cache, key


def test_what_was_put_is_there_for_another_process(tmp_path: Path) -> None:
    Cache(tmp_path / "c").put_many({"a": "1", "b": "é\n"})
    assert Cache(tmp_path / "c").get_many(["a", "b", "c"]) == {"a": "1", "b": "é\n"}


def test_more_keys_than_one_query_takes(tmp_path: Path) -> None:
    entries = {f"k{i}": str(i) for i in range(3 * module.QUERY_LIMIT + 1)}
    Cache(tmp_path / "c").put_many(entries)
    assert Cache(tmp_path / "c").get_many(entries) == entries


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like a file", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    cache = Cache(tmp_path / "c")
    assert cache.get("a") is None
    cache.put("a", "1")
    assert Cache(tmp_path / "c").get("a") == "1"


def test_a_database_of_another_shape_is_no_obstacle(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c") as db:
        db.execute("CREATE TABLE entries (other INTEGER)")
    cache = Cache(tmp_path / "c")
    cache.put("a", "1")
    assert cache.get("a") == "1"


@pytest.mark.parametrize("path", ["file/c", "folder"])
def test_where_nothing_can_be_written_memory_serves(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    (tmp_path / "folder").mkdir()
    cache = Cache(tmp_path / path)
    cache.put("a", "1")
    assert cache.get("a") == "1"


def test_many_writers_at_once(tmp_path: Path) -> None:
    def write(i: int) -> None:
        Cache(tmp_path / "c").put_many({f"{i}-{j}": str(j) for j in range(20)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(16)))
    assert len(Cache(tmp_path / "c").get_many(f"{i}-{j}" for i in range(16) for j in range(20))) == 320


def test_a_file_that_grew_too_large_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path / "c").put("a", "1")
    monkeypatch.setattr(module, "SIZE_LIMIT", 10)
    assert Cache(tmp_path / "c").get("a") is None


def test_keys_tell_parts_apart() -> None:
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("ab", b"c", ""), key("a", "b", "c")}) == 5
