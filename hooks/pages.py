"""Converts no page twice: what MkDocs makes of a page's Markdown is kept by content.

Under `mkdocs serve` every change builds every page, and converting Markdown is the larger half of that. The key holds
all that a conversion depends on: the text, the settings, the libraries, and which files links can lead to. A page that
MkDocs complains about is converted each time, so that the complaint is heard each time.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from handbook.cache import Cache, key
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents, get_toc

LIBRARIES = ("mkdocs", "markdown", "pymdown-extensions", "pygments")
cache = Cache(Path(__file__).parent.parent / ".cache" / "handbook.sqlite")
surroundings = ""


class _Complaints(logging.Handler):
    """Counts what is said."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    """The end of the conversions; the next build may have other files."""
    global surroundings
    surroundings = ""


@event_priority(-100)  # after everything that changes a page's Markdown
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    global surroundings
    surroundings = surroundings or _surroundings(config, files)
    page.render = partial(_render, page, key("page", surroundings, page.file.src_uri))  # type: ignore[method-assign]


def _surroundings(config: MkDocsConfig, files: Files) -> str:
    names = sorted((file.src_uri, file.url, file.inclusion.name) for file in files)
    settings = (config.markdown_extensions, config.mdx_configs, config.validation, config.use_directory_urls)
    return key([version(name) for name in LIBRARIES], settings, names)


def _render(page: Page, place: str, config: MkDocsConfig, files: Files) -> None:
    k = key(place, page.markdown)
    if kept := cache.get(k):
        _fill(page, json.loads(kept), files)
        return
    complaints = _Complaints()
    log = logging.getLogger("mkdocs")
    log.addHandler(complaints)
    try:
        Page.render(page, config, files)
    finally:
        log.removeHandler(complaints)
    if not complaints.count:
        cache.put(k, json.dumps(_taken(page)))


def _taken(page: Page) -> dict[str, Any]:
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    toc = [_token(item) for item in page.toc]
    return {"content": page.content, "toc": toc, "title": page._title_from_render, "anchors": sorted(page.present_anchor_ids or ()), "links": links}


def _token(item: AnchorLink) -> dict[str, Any]:
    return {"level": item.level, "id": item.id, "name": item.title, "children": [_token(child) for child in item.children]}


def _fill(page: Page, kept: dict[str, Any], files: Files) -> None:
    page.content = kept["content"]
    page.toc = get_toc(kept["toc"]) if kept["toc"] else TableOfContents([])
    page._title_from_render = kept["title"]
    page.present_anchor_ids = set(kept["anchors"])
    page.links_to_anchors = {file: anchors for uri, anchors in kept["links"].items() if (file := files.get_file_from_path(uri))}
