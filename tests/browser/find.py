"""Where the browsers for the tests come from: the environment, Playwright, the PATH, or else an installation.

Knows nothing of how a browser is driven: whoever asks passes in the function that starts a candidate. A candidate that
does not start is passed over, and only when all have failed is anything installed.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

Engine = Literal["chromium", "firefox", "webkit"]
Driver = Literal["playwright", "bidi", "webdriver"]
Started = TypeVar("Started")

ENGINES: tuple[Engine, ...] = ("chromium", "firefox", "webkit")
DOWNLOAD_SECONDS = 300
APT_SECONDS = 900


@dataclass(frozen=True)
class Candidate:
    """A browser that may work. Without a path it is Playwright's own, and `helper` is what a driver needs besides."""

    engine: Engine
    driver: Driver
    path: str = ""
    helper: str = ""

    def __str__(self) -> str:
        return " + ".join(filter(None, (self.path, self.helper))) or f"Playwright's own {self.engine}"


@dataclass(frozen=True)
class Source:
    """Where one engine is looked for."""

    driver: Driver
    variables: tuple[str, ...]
    commands: tuple[str, ...]
    packages: tuple[str, ...]
    helpers: tuple[str, ...] = ()  # file patterns


SOURCES: Mapping[Engine, Source] = {
    "chromium": Source(
        driver="playwright",
        variables=("CHROME",),
        commands=("chromium", "chromium-browser", "google-chrome"),
        packages=("chromium",),
    ),
    "firefox": Source(
        driver="bidi",
        variables=("FIREFOX",),
        commands=("firefox-esr", "firefox"),
        packages=("firefox-esr",),
    ),
    "webkit": Source(
        driver="webdriver",
        variables=("WEBKIT_DRIVER", "MINIBROWSER"),
        commands=("WebKitWebDriver",),
        packages=("webkit2gtk-driver", "xvfb"),
        helpers=("/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/libexec/webkit2gtk-4.*/MiniBrowser"),
    ),
}


class NoBrowser(Exception):
    """No candidate started. The message says what was tried and the one command that helps."""


@dataclass
class Machine:
    """What the search may ask of the machine, so that a test can stand in for it."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def which(self, command: str) -> str:
        return shutil.which(command, path=self.environment.get("PATH")) or ""

    def first_file(self, patterns: tuple[str, ...]) -> str:
        return next((path for pattern in patterns for path in sorted(glob.glob(pattern), reverse=True)), "")

    def is_root(self) -> bool:
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def run(self, command: list[str], seconds: int) -> bool:
        """Quietly: a download that does not work here is no news, the next way is tried."""
        quiet = {"DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
        try:
            return not subprocess.run(
                command, env={**self.environment, **quiet}, timeout=seconds, capture_output=True, stdin=subprocess.DEVNULL
            ).returncode
        except (OSError, subprocess.TimeoutExpired):
            return False


def find(engine: Engine, start: Callable[[Candidate], Started], machine: Machine | None = None) -> Started:
    """The first candidate that starts, started."""
    failures = []
    for candidate in _candidates(engine, machine or Machine()):
        try:
            return start(candidate)
        except Exception as error:  # every driver has exceptions of its own, and all mean: not this one
            failures.append(f"  {candidate}: {(str(error) or repr(error)).strip().splitlines()[0]}")
    raise NoBrowser(_advice(engine, failures))


def may_skip(engine: Engine, environment: Mapping[str, str]) -> bool:
    """Whether the tests may go on without this engine: never without Chromium, and in CI without none."""
    return engine != "chromium" and environment.get("CI", "").lower() not in ("true", "1")


def _candidates(engine: Engine, machine: Machine) -> Iterator[Candidate]:
    seen = set()
    source = SOURCES[engine]
    playwrights = Candidate(engine, "playwright")
    for candidate in (*_named(engine, machine), playwrights, *_on_path(engine, machine)):
        if candidate not in seen:
            seen.add(candidate)
            yield candidate
    if machine.run([sys.executable, "-m", "playwright", "install", engine], DOWNLOAD_SECONDS):
        yield playwrights
    if machine.is_root() and machine.which("apt-get"):
        machine.run(["apt-get", "update"], APT_SECONDS)
        if machine.run(["apt-get", "install", "-y", "--no-install-recommends", *source.packages], APT_SECONDS):
            yield from _on_path(engine, machine)


def _named(engine: Engine, machine: Machine) -> Iterator[Candidate]:
    """What the environment names. Of two variables one is enough, the other part is looked for."""
    source = SOURCES[engine]
    path, helper = ([machine.environment.get(name, "") for name in source.variables] + [""])[:2]
    if path or helper:
        yield from _complete(engine, machine, path or _command(engine, machine), helper)


def _on_path(engine: Engine, machine: Machine) -> Iterator[Candidate]:
    for command in SOURCES[engine].commands:
        yield from _complete(engine, machine, machine.which(command), "")


def _complete(engine: Engine, machine: Machine, path: str, helper: str) -> Iterator[Candidate]:
    source = SOURCES[engine]
    helper = helper or machine.first_file(source.helpers)
    if path and bool(helper) == bool(source.helpers):
        yield Candidate(engine, source.driver, path, helper)


def _command(engine: Engine, machine: Machine) -> str:
    return next(filter(None, map(machine.which, SOURCES[engine].commands)), "")


def _advice(engine: Engine, failures: list[str]) -> str:
    source = SOURCES[engine]
    variables = " and ".join(f"${name}" for name in source.variables)
    tried = "\n".join(["Tried:", *failures]) if failures else "Nothing was found to try."
    return (
        f"No {engine} that starts. Install it with: sudo apt-get install {' '.join(source.packages)}\n"
        f"(elsewhere than on Debian: python -m playwright install {engine}), or name one in {variables}.\n{tried}"
    )
