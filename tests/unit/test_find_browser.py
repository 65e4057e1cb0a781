"""Finding a browser: the order of the places, that each candidate is started, and what happens when none is there."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest
from browser.find import ENGINES, Candidate, Engine, Machine, NoBrowser, find, may_skip

MINIBROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"


@dataclass
class Stage(Machine):
    """A machine that holds what a test puts there. `working` are the installers that succeed."""

    environment: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    root: bool = False
    working: set[str] = field(default_factory=set)
    installs: dict[str, str] = field(default_factory=dict)
    ran: list[list[str]] = field(default_factory=list)

    def which(self, command: str) -> str:
        return self.commands.get(command, "")

    def first_file(self, patterns: tuple[str, ...]) -> str:
        return self.files[0] if self.files and patterns else ""

    def is_root(self) -> bool:
        return self.root

    def run(self, command: list[str], seconds: int) -> bool:
        assert seconds < 3600
        self.ran.append(command)
        name = "playwright" if "playwright" in command else "apt-get"
        if name in self.working and "install" in command:
            self.commands |= self.installs
        return name in self.working


def started(engine: Engine, stage: Stage, *works: str) -> tuple[str, list[str]]:
    """What `find` starts when only these work, and all that it tried."""
    tried: list[str] = []

    def start(candidate: Candidate) -> str:
        tried.append(str(candidate))
        if str(candidate) not in works:
            raise RuntimeError(f"{candidate} is broken")
        return str(candidate)

    try:
        return find(engine, start, stage), tried
    except NoBrowser:
        return "", tried


def full() -> Stage:
    return Stage(
        environment={"CHROME": "/env/chrome", "FIREFOX": "/env/firefox", "WEBKIT_DRIVER": "/env/driver", "MINIBROWSER": "/env/mini"},
        commands={name: f"/bin/{name}" for name in ("chromium", "google-chrome", "firefox", "WebKitWebDriver")},
        files=[MINIBROWSER],
    )


ORDER = {
    "chromium": ["/env/chrome", "Playwright's own chromium", "/bin/chromium", "/bin/google-chrome"],
    "firefox": ["/env/firefox", "Playwright's own firefox", "/bin/firefox"],
    "webkit": ["/env/driver + /env/mini", "Playwright's own webkit", f"/bin/WebKitWebDriver + {MINIBROWSER}"],
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_candidate_is_started_in_order_until_one_works(engine: Engine) -> None:
    for position, candidate in enumerate(ORDER[engine]):
        stage = full()
        assert started(engine, stage, *ORDER[engine][position:]) == (candidate, ORDER[engine][: position + 1])
        assert stage.ran == [], "nothing is installed while something works"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WEBKIT_DRIVER": "/env/driver"}, f"/env/driver + {MINIBROWSER}"),
        ({"MINIBROWSER": "/env/mini"}, "/bin/WebKitWebDriver + /env/mini"),
    ],
)
def test_half_of_webkit_named_is_completed(environment: dict[str, str], expected: str) -> None:
    stage = full()
    stage.environment = environment
    assert started("webkit", stage, expected)[0] == expected


def test_a_driver_without_its_browser_is_no_candidate() -> None:
    stage = Stage(commands={"WebKitWebDriver": "/bin/WebKitWebDriver"})
    assert started("webkit", stage) == ("", ["Playwright's own webkit"])


def test_what_playwright_installs_is_started_again() -> None:
    stage = Stage(working={"playwright"}, root=True)
    attempts = iter([RuntimeError("not there"), None])

    def start(candidate: Candidate) -> str:
        if error := next(attempts):
            raise error
        return str(candidate)

    assert find("chromium", start, stage) == "Playwright's own chromium"
    assert stage.ran == [[sys.executable, "-m", "playwright", "install", "chromium"]]


def test_root_falls_back_on_debians_packages() -> None:
    stage = Stage(
        commands={"apt-get": "/bin/apt-get"},
        files=[MINIBROWSER],
        root=True,
        working={"apt-get"},
        installs={"WebKitWebDriver": "/bin/WebKitWebDriver"},
    )
    expected = f"/bin/WebKitWebDriver + {MINIBROWSER}"
    assert started("webkit", stage, expected) == (expected, ["Playwright's own webkit", expected])
    assert stage.ran[1] == ["apt-get", "update"]
    assert {"webkit2gtk-driver", "xvfb"} < set(stage.ran[2])


@pytest.mark.parametrize("engine", ENGINES)
def test_without_root_nothing_is_installed_system_wide(engine: Engine) -> None:
    stage = Stage(commands={"apt-get": "/bin/apt-get"})
    assert started(engine, stage)[0] == ""
    assert all("apt-get" not in command for command in stage.ran)


def test_the_message_names_the_command_the_variable_and_every_failure() -> None:
    stage = Stage(commands={"firefox-esr": "/bin/firefox-esr"})

    def start(candidate: Candidate) -> str:
        raise RuntimeError(f"first line about {candidate}\nsecond line")

    with pytest.raises(NoBrowser) as caught:
        find("firefox", start, stage)
    message = str(caught.value)
    assert "sudo apt-get install firefox-esr" in message
    assert "$FIREFOX" in message
    assert "/bin/firefox-esr: first line about /bin/firefox-esr" in message
    assert "second line" not in message


@pytest.mark.parametrize(
    ("engine", "environment", "expected"),
    [
        ("chromium", {}, False),
        ("firefox", {}, True),
        ("webkit", {"CI": ""}, True),
        ("webkit", {"CI": "false"}, True),
        ("firefox", {"CI": "true"}, False),
        ("webkit", {"CI": "True"}, False),
        ("webkit", {"CI": "1"}, False),
    ],
)
def test_a_missing_engine_is_skipped_only_where_a_person_looks(engine: Engine, environment: dict[str, str], expected: bool) -> None:
    assert may_skip(engine, environment) is expected


def test_a_command_that_fails_hangs_or_is_missing_is_no_installation() -> None:
    machine = Machine()
    assert machine.run([sys.executable, "-c", "pass"], 30)
    assert not machine.run([sys.executable, "-c", "raise SystemExit(3)"], 30)
    assert not machine.run([sys.executable, "-c", "input()"], 30), "nobody answers questions"
    assert not machine.run([sys.executable, "-c", "import threading; threading.Event().wait()"], 1)
    assert not machine.run(["/no/such/command"], 30)
