"""MkDocs adapter for search: keeps out of its index what nobody looks for, which would be a sixth of it."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

EXCLUDED = 'data-search-exclude="yes"'  # the theme's search takes the attribute away when it has read it


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    for element in ("footnote", "arithmatex"):  # displayed formulas; those within a sentence stay, as TeX
        html = html.replace(f'<div class="{element}">', f'<div class="{element}" {EXCLUDED}>')
    if page.meta.get("is_notebook"):
        html = html.replace('<div class="highlight">', f'<div class="highlight" {EXCLUDED}>')
    return html
