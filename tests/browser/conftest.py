"""Browsers and sites for the tests; a browser runs as long as tests ask for it, and no longer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from site_builds import build

from browser.engines import launch
from browser.find import ENGINES, NoBrowser, find, may_skip
from browser.server import Server, Site
from browser.tab import Browser, OpenTab, Tab

ROOT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", action="append", choices=ENGINES, help="only this engine; may be given again")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "plants: the test plants something that the security policy stops")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a busy machine a driver now and then stops answering or a window does not follow. What is wrong fails again."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="package", params=ENGINES)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """For the package, not the session: Playwright's loop must have ended before other tests run asyncio."""
    if request.param not in (request.config.getoption("--engine", default=None) or ENGINES):
        pytest.skip("another engine was asked for")
    try:
        browser = find(request.param, launch)
    except NoBrowser as error:
        if may_skip(request.param, os.environ):
            pytest.skip(str(error))
        pytest.fail(str(error), pytrace=False)
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The handbook itself."""
    yield from _served(ROOT / "mkdocs.yml", tmp_path_factory.mktemp("handbook"))


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small site that has every type of question."""
    yield from _served(ROOT / "tests" / "site" / "fixture" / "mkdocs.yml", tmp_path_factory.mktemp("small"))


@pytest.fixture
def open_tab(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[OpenTab]:
    """Opens tabs, each with storage of its own, on the site that the test module names as `site`.

    A page that meets the security policy fails the test, unless the test is marked as one that plants something.
    """
    opened: list[Tab] = []
    with ExitStack() as tabs:

        def open_one(**options: object) -> Tab:
            tab = browser.open(site.url, **options)
            tabs.callback(tab.close)
            opened.append(tab)
            return tab

        yield open_one
        if not request.node.get_closest_marker("plants"):
            assert [violation for tab in opened for violation in tab.violations] == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    return open_tab()


def _served(config: Path, folder: Path) -> Iterator[Site]:
    with Server() as server:
        # Not strict: that a strict build passes is a test of its own, and a page in the making must not hide all others.
        built = build(config, folder, strict=False, site_url=server.url)
        if built.code:
            raise RuntimeError(built.said)
        server.serve(folder)
        yield Site(server.url, folder)
