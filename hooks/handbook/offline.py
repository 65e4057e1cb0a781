"""The offline copy of a site: which of its files belong to it, and the service worker that keeps them on the reader's device.

The worker's text depends on nothing but the files, so a site that did not change has nothing to update. This module must
not know MkDocs, nor what the files are for.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from handbook.problems import Problem

WORKER = "sw.js"
SOURCE = Path(__file__).with_name("service-worker.js")
SWITCHED_OFF = Path(__file__).with_name("service-worker-off.js")

# Patterns of paths; a star also stands for slashes.
LEFT_OUT = (WORKER, "*.map", "*.gz", "CNAME")  # no page asks for them; nor for what begins with a dot or an underscore
ON_DEMAND = ("*.ipynb", "assets/pyodide/*", "assets/javascripts/lunr/*")  # kept once the reader has used them
LARGE = ("search/search_index.json",)  # downloaded unasked although it may be large
SIZE_LIMIT = 1_000_000  # bytes

HASH_BYTES = 9  # of 32: they tell versions apart, and guard against nobody who could not change the worker as well
IN_ADDRESSES = "/!$&'()*+,;=:@~"  # what a browser does not escape in a path


@dataclass
class Copy:
    """Addresses, relative to the site, and hashes of what is downloaded unasked and of what is kept once it was used."""

    at_once: dict[str, str] = field(default_factory=dict)
    on_demand: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(site: Path) -> Copy:
    """Looks at all files of a finished site."""
    copy = Copy()
    for path in _paths(site):
        data = (site / path).read_bytes()
        on_demand = _matches(path, ON_DEMAND)
        (copy.on_demand if on_demand else copy.at_once)[_address(path)] = b64encode(sha256(data).digest()[:HASH_BYTES]).decode()
        if len(data) > SIZE_LIMIT and not on_demand and not _matches(path, LARGE):
            size = f"has {len(data) / 1e6:.1f} MB, which every reader would download unasked"
            copy.problems.append(Problem(path, 1, 1, f"{size}; make it smaller, or name it in ON_DEMAND in hooks/handbook/offline.py"))
    return copy


def worker(copy: Copy) -> str:
    """The service worker for this copy, to be published as WORKER at the root of the site."""
    source = SOURCE.read_text(encoding="utf-8")
    for name, files in (("AT_ONCE", copy.at_once), ("ON_DEMAND", copy.on_demand)):
        empty = f"const {name} = {{}};"
        assert source.count(empty) == 1
        source = source.replace(empty, f"const {name} = {json.dumps(files, indent=0)};")
    return source


def switched_off() -> str:
    """The service worker that removes itself and the copy."""
    return SWITCHED_OFF.read_text(encoding="utf-8")


def manifest(name: str, description: str, icon: str) -> str:
    """The web app manifest; addresses in it are relative to its own."""
    icons = [{"src": icon, "type": "image/svg+xml", "sizes": "any"}]
    settings = {"name": name, "description": description, "start_url": "./", "scope": "./", "display": "minimal-ui", "icons": icons}
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"


def _paths(site: Path) -> Iterator[str]:
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and not _matches(path, LEFT_OUT) and not any(part[0] in "._" for part in PurePosixPath(path).parts):
            yield path


def _address(path: str) -> str:
    """A page is asked for by its folder."""
    folder, _, name = path.rpartition("/")
    return quote((f"{folder}/" if folder else "") if name == "index.html" else path, safe=IN_ADDRESSES)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)
