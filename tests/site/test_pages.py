"""No page is converted twice, and nobody notices."""

from __future__ import annotations

import json
import logging
import uuid
from pathlib import Path

import markdown
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from site_builds import ROOT

FIRST = "# First\n\nSee [the section](second.md#a-section) of the other page, and [this](#below).\n\n## Below\n\nText.\n"
SECOND = "# Second\n\n## A section\n\n- a list\n"


class Site:
    """A site whose builds can be looked at: what was converted, and what was said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        self.folder, self.caplog = folder, caplog
        self.converted: list[str] = []
        (folder / "docs").mkdir()
        settings = {
            "site_name": "Site",
            "hooks": [str(ROOT / "hooks" / "pages.py")],
            "markdown_extensions": [{"toc": {"permalink": True}}, "footnotes"],
            "validation": {"links": {"anchors": "warn"}},
        }
        (folder / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")
        convert = markdown.Markdown.convert

        def counting(md: markdown.Markdown, source: str) -> str:
            self.converted.append(source.partition("\n")[0])
            return convert(md, source)

        monkeypatch.setattr(markdown.Markdown, "convert", counting)

    def write(self, **pages: str) -> None:
        for name, text in pages.items():
            (self.folder / "docs" / f"{name}.md").write_text(text, encoding="utf-8")

    def build(self) -> dict[str, str]:
        """The pages' HTML."""
        self.converted.clear()
        self.caplog.clear()
        with self.caplog.at_level(logging.INFO, "mkdocs"):
            build(load_config(str(self.folder / "mkdocs.yml"), site_dir=str(self.folder / "site")))
        return {path.parent.name: path.read_text(encoding="utf-8") for path in (self.folder / "site").glob("*/index.html")}

    @property
    def warnings(self) -> list[str]:
        return [record.getMessage() for record in self.caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Site:
    return Site(tmp_path, monkeypatch, caplog)


def fresh(page: str) -> str:
    """The page with a paragraph that no earlier run of the tests can have left in the cache."""
    return f"{page}\n{uuid.uuid4()}\n"


def test_a_second_build_converts_nothing_and_gives_the_same_site(site: Site) -> None:
    site.write(first=fresh(FIRST), second=fresh(SECOND))
    pages = site.build()
    assert sorted(site.converted) == ["# First", "# Second"]
    assert site.build() == pages
    assert site.converted == []
    assert not site.warnings


def test_only_the_changed_page_is_converted(site: Site) -> None:
    site.write(first=fresh(FIRST), second=fresh(SECOND))
    site.build()
    site.write(second=fresh(SECOND))
    site.build()
    assert site.converted == ["# Second"]


def test_a_link_breaks_when_its_section_goes_though_its_own_page_stays(site: Site) -> None:
    site.write(first=fresh(FIRST), second=fresh(SECOND))
    site.build()
    site.write(second="# Second\n")
    site.build()
    assert any("does not contain an anchor '#a-section'" in warning for warning in site.warnings)


def test_a_link_breaks_when_its_page_goes(site: Site) -> None:
    site.write(first=fresh(FIRST), second=fresh(SECOND))
    site.build()
    (site.folder / "docs" / "second.md").unlink()
    site.build()
    assert any("'second.md' is not found" in warning for warning in site.warnings)


def test_complaints_are_made_at_every_build(site: Site) -> None:
    site.write(first=fresh("# First\n\n[gone](gone.md)\n"))
    for _ in range(2):
        site.build()
        assert any("gone.md" in warning for warning in site.warnings)


def test_the_title_and_the_table_of_contents_are_kept(site: Site) -> None:
    site.write(first=fresh("# A *title*\n\n## Below [^1]\n\n### Deeper\n\n[^1]: Note.\n"))
    titles = []
    for _ in range(2):
        titles.append(site.build()["first"].split("<title>")[1].split("</title>")[0])
    assert titles[0] == titles[1]
    assert "A title" in titles[0]
