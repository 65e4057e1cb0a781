"""Python for browsers: what a site gets of it, and packages that are what the lock file names, or nothing."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from handbook import pyodide
from handbook.pyodide import PyodideError, fetch, install

WHEELS = {"big": b"the big wheel", "small": b"the small wheel"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose Pyodide knows two packages, of which `big` needs `small`."""
    runtime = tmp_path / "project" / "node_modules" / "pyodide"
    runtime.mkdir(parents=True)
    for name in (*pyodide.FILES, "console.html"):
        (runtime / name).write_bytes(name.encode())
    (runtime / "package.json").write_text('{"version": "1.2.3"}')
    packages = {name: {"file_name": f"{name}.whl", "sha256": sha256(wheel).hexdigest(), "depends": []} for name, wheel in WHEELS.items()}
    packages["big"]["depends"] = ["small"]
    (runtime / pyodide.LOCK).write_text(json.dumps({"info": {"python": "3"}, "packages": packages}))
    return tmp_path / "project"


@pytest.fixture
def distribution(tmp_path: Path) -> str:
    """Where wheels are downloaded from."""
    folder = tmp_path / "v1.2.3"
    folder.mkdir()
    for name, wheel in WHEELS.items():
        (folder / f"{name}.whl").write_bytes(wheel)
    return f"{tmp_path.as_uri()}/v{{version}}/"


def note(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / pyodide.FOLDER / pyodide.NOTE).read_text())
    return found


def lock(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / pyodide.FOLDER / "1.2.3" / pyodide.LOCK).read_text())
    return found


def test_a_site_gets_what_browsers_load_and_no_more(project: Path, tmp_path: Path) -> None:
    install(tmp_path / "site", project)
    folder = tmp_path / "site" / pyodide.FOLDER / "1.2.3"
    assert {file.name for file in folder.iterdir()} == {*pyodide.FILES, pyodide.LOCK}
    assert note(tmp_path / "site") == {"folder": "1.2.3/", "bytes": len("pyodide.asm.wasm" + "python_stdlib.zip"), "packages": []}
    assert lock(tmp_path / "site") == {"info": {"python": "3"}, "packages": {}}


def test_a_fetched_package_is_published_with_what_it_needs(project: Path, tmp_path: Path, distribution: str) -> None:
    assert sorted(file.name for file in fetch("big", project, distribution)) == ["big.whl", "small.whl"]
    install(tmp_path / "site", project)
    assert note(tmp_path / "site")["packages"] == ["big", "small"]
    assert set(lock(tmp_path / "site")["packages"]) == {"big", "small"}
    assert (tmp_path / "site" / pyodide.FOLDER / "1.2.3" / "big.whl").read_bytes() == WHEELS["big"]


def test_a_package_without_what_it_needs_is_left_out(project: Path, tmp_path: Path, distribution: str) -> None:
    for file in fetch("big", project, distribution):
        if file.name == "small.whl":
            file.unlink()
    install(tmp_path / "site", project)
    assert note(tmp_path / "site")["packages"] == []


def test_a_wheel_that_the_lock_does_not_name_is_refused(project: Path, tmp_path: Path, distribution: str) -> None:
    (tmp_path / "v1.2.3" / "small.whl").write_bytes(b"another wheel")
    with pytest.raises(PyodideError, match=r"not the small\.whl that"):
        fetch("small", project, distribution)
    assert not list((project / "vendor").rglob("*.whl"))
    vendor = project / "vendor" / "pyodide" / "1.2.3"
    (vendor / "small.whl").write_bytes(b"another wheel")
    with pytest.raises(PyodideError, match="fetch it again"):
        install(tmp_path / "site", project)


def test_what_cannot_be_had_is_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(PyodideError, match="no package `none`"):
        fetch("none", project)
    with pytest.raises(PyodideError, match=r"small\.whl can't be downloaded"):
        fetch("small", project, tmp_path.as_uri() + "/nowhere/")
    with pytest.raises(PyodideError, match="node_modules/pyodide is missing"):
        install(tmp_path / "site", tmp_path)
