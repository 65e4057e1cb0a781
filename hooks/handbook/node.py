"""Asks a Node.js program: JSON lines in, JSON lines out.

The process is started by the first question, and ends with `close` or with this process. This module must not know
what the program does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any


class NodeUnavailable(Exception):
    """Node.js is missing, or its program stopped."""


def find_node() -> str:
    """The Node.js of this virtual environment, else the one on PATH."""
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if found is None:
        raise NodeUnavailable("Node.js was not found")
    return found


def installed_version(project: Path, package: str) -> str:
    """The version of a package in the project's node_modules."""
    manifest = project / "node_modules" / package / "package.json"
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        raise NodeUnavailable(f"node_modules/{package} is missing") from None


class NodeProgram:
    """A program that answers each line with a line; may be used by several threads."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def ask(self, question: object) -> Any:
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    [find_node(), str(self._script)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            process = self._process
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                self._end()
                raise NodeUnavailable("the renderer stopped (its message stands above)")
            return json.loads(answer)

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None
