"""MkDocs adapter for diagrams: draws those of each page before it is indexed for search, and reports what can't be drawn."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from handbook.cache import Cache
from handbook.diagrams.page import Diagrams
from handbook.node import NodeUnavailable
from handbook.notebooks import prose, script_of
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).parent.parent  # has the tools; the site, which has the pages, may be another folder
REMEDY = "`make serve` installs what is missing."
log = logging.getLogger("mkdocs.hooks.diagrams")  # loggers of other names don't count for --strict
cache = Cache(PROJECT / ".cache" / "handbook.sqlite")
diagrams: Diagrams


def on_config(config: MkDocsConfig) -> None:
    global diagrams
    try:
        diagrams = Diagrams(cache, PROJECT)
    except NodeUnavailable as error:
        raise PluginError(f"Diagrams can't be drawn: {error}. {REMEDY}") from None


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    file, source = Path(config.docs_dir, page.file.src_uri), page.file.content_string
    if page.meta.get("is_notebook"):  # people write the script, and problems name its lines
        file = script_of(file)
        source = prose(file.read_text(encoding="utf-8")) if file.exists() else ""
    try:
        placed, problems = diagrams.place(html, os.path.relpath(file, Path(config.config_file_path).parent), source)
    except NodeUnavailable as error:
        raise PluginError(f"Diagrams can't be drawn: {error}. {REMEDY}") from None
    for problem in problems:
        log.warning("%s", problem)
    if placed != html:
        page.meta["has_diagrams"] = True  # the template then links the stylesheet
    return placed


def on_post_build(config: MkDocsConfig) -> None:
    diagrams.close()
