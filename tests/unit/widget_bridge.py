"""Calls the widget's JavaScript from tests. Node comes with the environment; one process serves a whole session."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis

BRIDGE = Path(__file__).with_name("widget_bridge.mjs")


class WidgetError(Exception):
    """What the JavaScript threw."""


@cache
def _node() -> subprocess.Popen[str]:
    node = Path(sys.executable).with_name("node")
    return subprocess.Popen([node, BRIDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


def call(module: str, name: str, *args: Any) -> Any:
    """The result of a function that `module`, a path below docs/assets/selfcheck, exports."""
    process = _node()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps({"module": module, "name": name, "args": args}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        raise WidgetError(answer["error"])
    return answer.get("value")


def given(*strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hypothesis without its deadline: Node starts with the first call, and a busy machine is no failure."""
    return lambda test: hypothesis.settings(deadline=None)(hypothesis.given(*strategies)(test))
