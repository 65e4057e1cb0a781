"""MkDocs adapter for text that is made from the project: the contributor's guide, YAML of questions, numbers, errata, rules."""

from __future__ import annotations

import logging
import os
from datetime import date
from functools import cache, partial
from pathlib import Path

from handbook import errata
from handbook.cache import Cache
from handbook.inserts import Maker, fill
from handbook.safe_html import line_of
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from selfcheck import about
from selfcheck.lint.page import Page as Written
from selfcheck.site import Site

PROJECT = Path(__file__).parent.parent
GUIDE = "CONTRIBUTING.md"
ERRATA = "docs/about/errata.yml"
log = logging.getLogger("mkdocs.hooks.inserts")  # loggers of other names don't count for --strict


@cache
def makers(root: Path, repository: str) -> dict[str, Maker]:
    """What can be made, each thing once in a build."""

    @cache
    def chapters() -> list[about.Chapter]:
        pages = ((path, Written(file, source)) for path, file, source in Site.at(root).sources())
        return about.chapters(root, pages, Cache(PROJECT / ".cache" / "handbook.sqlite"), date.today())

    @cache
    def corrections() -> list[errata.Erratum]:
        file = root / ERRATA
        found, problems = errata.read(ERRATA, file.read_text(encoding="utf-8")) if file.exists() else ([], [])
        for problem in problems:
            log.warning("%s", problem)
        return found

    return {
        "contributing": lambda _: about.contributing((root / GUIDE).read_text(encoding="utf-8"), repository),
        "numbers": lambda _: about.numbers(chapters()),
        "chapters": lambda _: about.by_chapter(chapters()),
        "to-review": lambda _: about.to_review(chapters()),
        "errata": lambda _: about.errata(corrections()),
        "open-errata": lambda _: about.open_errata(corrections()),
        "rules": lambda _: about.rules(),
    }


def on_config(config: MkDocsConfig) -> None:
    makers.cache_clear()


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: object) -> None:
    server.watch(str(Path(config.config_file_path).parent / GUIDE))


@event_priority(90)  # after the look at what was written, before everything that looks for something in it
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    root = Path(config.config_file_path).parent
    own = partial(about.source, root, os.path.splitext(page.file.src_uri)[0])
    filled, problems = fill(markdown, {**makers(root, config.repo_url or ""), "yaml": own})
    for part, message in problems:
        log.warning("docs/%s:%s:1: %s", page.file.src_uri, line_of(part, page.file.content_string) or 1, message)
    return filled
