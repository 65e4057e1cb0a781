"""MkDocs adapter for the glossary: writes its entries into its page, links terms in chapters to them, and reports problems.

Before diagrams, formulas and questions bring HTML of their own, in which nothing is to be linked.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from handbook.cache import Cache, key
from handbook.glossary import Glossary, Linker, Term, headings
from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).parent.parent  # has the tools; the site, which has the pages, may be another folder
DATA, HOME = "reference/glossary.yml", "reference/glossary.md"
log = logging.getLogger("mkdocs.hooks.glossary")  # loggers of other names don't count for --strict
cache = Cache(PROJECT / ".cache" / "handbook.sqlite")
glossary: Glossary
linker: Linker


def on_files(files: Files, config: MkDocsConfig) -> None:
    global glossary, linker
    file = Path(config.docs_dir, DATA)
    name = os.path.relpath(file, Path(config.config_file_path).parent)
    glossary = Glossary.read(name, file.read_text(encoding="utf-8")) if file.exists() and files.get_file_from_path(HOME) else Glossary()
    linker = Linker(glossary)
    for problem in glossary.problems:
        log.warning("%s", problem)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if page.file.src_uri != HOME:
        return markdown
    sections: dict[str, dict[str, str]] = {}

    def link(term: Term) -> str:
        file = files.get_file_from_path(f"{term.slug}.md")
        if file is None:
            return ""
        if term.slug not in sections:
            sections[term.slug] = headings(file.content_string, slugify)
        text = sections[term.slug].get(term.anchor)
        return f"[{text}]({os.path.relpath(file.src_uri, os.path.dirname(HOME))}#{term.anchor})" if text else ""

    return markdown.replace("<!-- glossary: terms -->", glossary.entries(link)).replace("<!-- glossary: pairs -->", glossary.comparisons())


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    home = files.get_file_from_path(HOME)
    if not glossary.terms or home is None or "level" not in page.meta or page.file.src_uri.startswith("reference/"):
        return html
    name, address = page.file.src_uri.removesuffix(".md"), home.url_relative_to(page.file)
    k = key("terms", glossary.digest, name, address, html)
    linked = cache.get(k)
    if linked is None:
        linked = linker.link(html, name, address)
        cache.put(k, linked)
    return linked


def on_env(env: object, config: MkDocsConfig, files: Files) -> None:
    pages = {file.src_uri.removesuffix(".md"): file.page for file in files if file.src_uri.endswith(".md")}
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', page.content or "")) for name, page in pages.items() if page}
    for problem in glossary.dangling(anchors):
        log.warning("%s", problem)
