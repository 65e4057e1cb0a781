"""The offline copy in whole builds: nothing in it depends on the day, everything is in it, and it can be switched off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import FIXTURE, ROOT
from handbook.offline import WORKER, read, switched_off, worker
from site_builds import Built, build, our_hooks


def built(folder: Path, *, offline: bool = True) -> Built:
    """The fixture site, with its copy switched on or off whatever the environment says."""
    (folder / "quizzes").symlink_to(FIXTURE / "quizzes")
    settings = {
        "INHERIT": str(FIXTURE / "mkdocs.yml"),
        "docs_dir": str(FIXTURE / "docs"),
        "theme": {"custom_dir": str(ROOT / "overrides")},
        "hooks": our_hooks(),
        "extra": {"offline": offline},
    }
    (folder / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")
    done = build(folder / "mkdocs.yml", folder / "site", strict=False)
    assert done.code == 0, done.said
    return done


def test_the_same_sources_give_the_same_version_on_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = []
    for day in ("2030-01-01", "2031-12-31"):
        (tmp_path / day).mkdir()
        monkeypatch.setenv("SOURCE_DATE_EPOCH", {"2030-01-01": "1893456000", "2031-12-31": "1956441600"}[day])
        site = built(tmp_path / day).folder
        assert not [file for file in site.rglob("*") if file.suffix in (".html", ".xml", ".json") and day in file.read_text(encoding="utf-8")]
        workers.append((site / WORKER).read_text(encoding="utf-8"))
    assert workers[0] == workers[1]


def test_the_worker_knows_every_file_as_it_was_published(tmp_path: Path) -> None:
    site = built(tmp_path).folder
    assert (site / WORKER).read_text(encoding="utf-8") == worker(read(site)), "nothing is written after it"
    copy = read(site)
    assert copy.problems == []
    assert {"", "kinds/", "404.html", "sitemap.xml", "search/search_index.json", "manifest.webmanifest", "assets/formulas.woff2"} <= set(copy.at_once)
    for page in site.rglob("index.html"):
        link = re.search(r'<link rel="manifest" href="([^"]+)">', page.read_text(encoding="utf-8"))
        assert link
        assert (page.parent / link[1]).resolve() == site / "manifest.webmanifest"
    manifest = json.loads((site / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert (site / manifest["icons"][0]["src"]).is_file()


def test_switched_off_no_page_starts_a_worker(tmp_path: Path) -> None:
    site = built(tmp_path, offline=False).folder
    assert (site / WORKER).read_text(encoding="utf-8") == switched_off()
    assert not [page for page in site.rglob("*.html") if 'rel="manifest"' in page.read_text(encoding="utf-8")]
