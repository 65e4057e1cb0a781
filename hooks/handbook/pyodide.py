"""Python for browsers: what a site needs of the installed Pyodide, and of packages that were downloaded for it.

`python -m handbook.pyodide numpy` downloads a package, as Pyodide's lock file names and hashes it, into `vendor/`. A build
takes what is there and downloads nothing. This module must not know MkDocs, nor what the site's programs are.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
FOLDER = Path("assets", "pyodide")  # of a site
NOTE = "runtime.json"  # tells the page in which folder the runtime is and what it has
LOCK = "pyodide-lock.json"
DOWNLOADED = ("pyodide.asm.wasm", "python_stdlib.zip")  # by far the largest; the page shows how much of them has come
FILES = ("pyodide.mjs", "pyodide.asm.mjs", *DOWNLOADED)
SECONDS = 60  # without a byte


class PyodideError(Exception):
    """What is missing or wrong, and what helps."""


def install(site: Path, project: Path) -> None:
    """Puts the runtime into a built site, with the packages that are in the project's `vendor` folder."""
    runtime = _runtime(project)
    version, lock = _version(runtime), _lock(runtime)
    vendor, folder = _vendor(project, version), site / FOLDER / version
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(runtime / name, folder / name)
    packages = {}
    for name, package in lock["packages"].items():
        if all((vendor / needed["file_name"]).exists() for needed in _closure(lock, name)):
            packages[name] = package
            data = (vendor / package["file_name"]).read_bytes()
            _compare(data, package, f"{vendor / package['file_name']}: delete it, and fetch it again")
            (folder / package["file_name"]).write_bytes(data)
    (folder / LOCK).write_text(json.dumps({**lock, "packages": packages}), encoding="utf-8")
    size = sum((folder / name).stat().st_size for name in DOWNLOADED)
    note = {"folder": f"{version}/", "bytes": size, "packages": sorted(packages)}
    (site / FOLDER / NOTE).write_text(json.dumps(note), encoding="utf-8")


def fetch(name: str, project: Path, distribution: str = DISTRIBUTION) -> list[Path]:
    """Downloads a package and all that it needs into the project's `vendor` folder; returns the files."""
    runtime = _runtime(project)
    version, lock = _version(runtime), _lock(runtime)
    vendor = _vendor(project, version)
    vendor.mkdir(parents=True, exist_ok=True)
    files = []
    for package in _closure(lock, name):
        address = distribution.format(version=version) + package["file_name"]
        try:
            with urlopen(address, timeout=SECONDS) as answer:
                data = answer.read()
        except (URLError, OSError) as error:
            raise PyodideError(f"{address} can't be downloaded: {error}") from None
        _compare(data, package, address)
        files.append(vendor / package["file_name"])
        files[-1].write_bytes(data)
    return files


def _runtime(project: Path) -> Path:
    runtime = project / "node_modules" / "pyodide"
    if not (runtime / LOCK).exists():
        raise PyodideError("Programs can't run in pages: node_modules/pyodide is missing. `make serve` installs what is missing.")
    return runtime


def _version(runtime: Path) -> str:
    return str(json.loads((runtime / "package.json").read_text(encoding="utf-8"))["version"])


def _lock(runtime: Path) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((runtime / LOCK).read_text(encoding="utf-8"))
    return lock


def _vendor(project: Path, version: str) -> Path:
    return project / "vendor" / "pyodide" / version


def _closure(lock: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """A package and all that it needs."""
    names = [name]
    for each in names:
        if each not in lock["packages"]:
            raise PyodideError(f"This Pyodide has no package `{each}`.")
        names += [needed for needed in lock["packages"][each]["depends"] if needed not in names]
        yield lock["packages"][each]


def _compare(data: bytes, package: dict[str, Any], what: str) -> None:
    if sha256(data).hexdigest() != package["sha256"]:
        raise PyodideError(f"This is not the {package['file_name']} that Pyodide's lock file names: {what}.")


if __name__ == "__main__":
    try:
        for wanted in sys.argv[1:]:
            for file in fetch(wanted, Path.cwd()):
                print(file.relative_to(Path.cwd()))
    except PyodideError as error:
        sys.exit(str(error))
