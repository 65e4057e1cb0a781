"""What tests of all kinds share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from handbook.cache import Cache
from handbook.formulas import Typesetter
from selfcheck.bank import Library
from selfcheck.flavor import Flavor
from selfcheck.site import Site

ROOT = Path(__file__).parent.parent
FIXTURE = ROOT / "tests" / "site" / "fixture"


@pytest.fixture(scope="session")
def flavor() -> Flavor:
    """The site's own."""
    site = Site.at(ROOT)
    return Flavor(site.extensions, site.configs)


@pytest.fixture(scope="session")
def library(flavor: Flavor) -> Iterator[Library]:
    """Renders as the site does, with a cache of its own."""
    cache = Cache()
    typesetter = Typesetter(cache, ROOT)
    yield Library(flavor, typesetter.typeset_html, typesetter.fingerprint, cache)
    typesetter.close()
