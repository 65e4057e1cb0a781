"""A cache of text on disk that can only help.

Two builds may use it at once, it may be damaged, and its disk may be read-only: then entries are kept in memory and
the build goes on. Keys must be made with `key`, from everything the value depends on, so that nothing is ever stale.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

SIZE_LIMIT = 300_000_000  # bytes; a larger file is thrown away, since entries never expire
QUERY_LIMIT = 500  # SQLite allows 999 parameters in a query in its older versions

Action = Callable[[sqlite3.Connection], list[tuple[str, str]]]


def key(*parts: object) -> str:
    """The hash of all parts; the lengths in between keep ("ab", "c") and ("a", "bc") apart."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def _select(keys: list[str], db: sqlite3.Connection) -> list[tuple[str, str]]:
    return db.execute(f"SELECT key, value FROM entries WHERE key IN ({','.join('?' * len(keys))})", keys).fetchall()


def _insert(entries: Mapping[str, str], db: sqlite3.Connection) -> list[tuple[str, str]]:
    db.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", entries.items())
    return []


class Cache:
    """Maps keys to texts. Without a path, or where the path can't be used, in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        self._memory: dict[str, str] = {}
        self._path = path

    def get_many(self, keys: Iterable[str]) -> dict[str, str]:
        """The entries that are there."""
        wanted = list(dict.fromkeys(keys))
        found = {k: self._memory[k] for k in wanted if k in self._memory}
        missing = [k for k in wanted if k not in found]
        for start in range(0, len(missing), QUERY_LIMIT):
            some = missing[start : start + QUERY_LIMIT]
            found |= dict(self._run(partial(_select, some)))
        return found

    def get(self, k: str) -> str | None:
        return self.get_many([k]).get(k)

    def put_many(self, entries: Mapping[str, str]) -> None:
        self._memory.update(entries)
        if entries:
            self._run(partial(_insert, entries))

    def put(self, k: str, value: str) -> None:
        self.put_many({k: value})

    def _run(self, action: Action) -> list[tuple[str, str]]:
        """Runs an action on the database; a database that can't be used is replaced once, then given up."""
        for _ in range(2):
            if self._path is None:
                return []
            try:
                return self._attempt(self._path, action)
            except sqlite3.OperationalError:  # locked for long, read-only, or no such folder
                return []
            except sqlite3.DatabaseError:  # damaged
                self._discard(self._path)
            except OSError:
                self._path = None
        return []

    def _attempt(self, path: Path, action: Action) -> list[tuple[str, str]]:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > SIZE_LIMIT:
            path.unlink()
        db = sqlite3.connect(path, timeout=5)
        try:
            with db:
                db.execute("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                return action(db)
        finally:
            db.close()

    def _discard(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            self._path = None
