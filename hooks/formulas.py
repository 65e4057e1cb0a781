"""MkDocs adapter for formulas: typesets them on finished pages, reports refusals, adds the font to the site.

Formulas are typeset after the search index, which so holds their source, and after the template, which so stays fast.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from handbook.cache import Cache
from handbook.fonts import characters, formula_font
from handbook.formulas import Typesetter, TypesettingUnavailable, has_formulas, line_of, mark
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

PROJECT = Path(__file__).parent.parent  # has the tools; the site, which has the pages, may be another folder
FONT = "assets/formulas.woff2"
log = logging.getLogger("mkdocs.hooks.formulas")  # loggers of other names don't count for --strict
cache = Cache(PROJECT / ".cache" / "handbook.sqlite")
typesetter: Typesetter
used_characters: set[str] = set()  # grows during `serve`, so that the font seldom has to be cut again


def on_config(config: MkDocsConfig) -> None:
    global typesetter
    try:
        typesetter = Typesetter(cache, PROJECT)
    except TypesettingUnavailable as error:
        raise PluginError(str(error)) from None


@event_priority(-50)  # after questions and notebooks, which bring formulas of their own
def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    if has_formulas(html):
        page.meta["has_formulas"] = True  # the template then links the stylesheet and the font
    _mark_in_headings(page.toc.items)


@event_priority(-100)  # after everything that puts text into a page
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    try:
        output, errors = typesetter.typeset_html(output)
    except TypesettingUnavailable as error:
        raise PluginError(str(error)) from None
    for error in errors:
        log.warning("%s: %s", _place(error.tex, page, config), error)
    used_characters.update(characters(output))
    return output


def on_post_build(config: MkDocsConfig) -> None:
    font = Path(config.site_dir) / FONT
    font.parent.mkdir(parents=True, exist_ok=True)
    font.write_bytes(formula_font(used_characters, PROJECT, cache))
    typesetter.close()


def _mark_in_headings(links: list[AnchorLink]) -> None:
    """The table of contents knows headings as plain text."""
    for link in links:
        link.title = mark(link.title)
        _mark_in_headings(link.children)


def _place(tex: str, page: Page, config: MkDocsConfig) -> str:
    path = os.path.relpath(os.path.join(config.docs_dir, page.file.src_uri), os.path.dirname(config.config_file_path))
    line = line_of(tex, page.file.content_string) if path.endswith(".md") else None
    return f"{path}:{line}" if line else path
