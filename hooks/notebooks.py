"""Notebooks as pages. Only MkDocs events: what is done stands in handbook.notebooks.

mkdocs-jupyter makes an .ipynb file a page and copies it into the site for download. Its own conversion knows neither
the site's Markdown nor its links, so each notebook page is given back to MkDocs as Markdown.
"""

from __future__ import annotations

import logging
import posixpath
from pathlib import Path

from handbook.notebooks import NotebookPage, fill, links, load
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.notebooks")
pages: dict[str, NotebookPage] = {}
notebook_links: dict[str, str] = {}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    pages.clear()
    docs = Path(config.docs_dir)
    for file in [file for file in files if _is_notebook(file)]:
        notebook = docs / file.src_uri
        name = posixpath.join(docs.name, file.src_uri)
        page = pages[file.src_uri] = load(notebook, name)
        if twin := files.get_file_from_path(str(Path(file.src_uri).with_suffix(".md"))):
            log.warning("%s:1:1: has the address of %s; rename one of them", name, twin.src_uri)
        for problem in page.problems:
            log.warning("%s", problem)
        for figure, data in page.figures.items():
            files.append(File.generated(config, _figure_uri(file, figure), content=data))
    return files


def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    if page.file.src_uri in pages:
        vars(page).pop("render", None)  # mkdocs-jupyter's
        notebook_links[page.file.src_uri] = links(posixpath.basename(page.file.src_uri), page.edit_url)
        if page.edit_url:
            page.edit_url = page.edit_url.removesuffix(".ipynb") + ".py"
    return page


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    notebook = pages.get(page.file.src_uri)
    return notebook.markdown if notebook else None


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    if page.file.src_uri in pages:
        page.meta["is_notebook"] = True


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str | None:
    notebook = pages.get(page.file.src_uri)
    if notebook is None:
        return None

    def figure_url(figure: str) -> str:
        file = files.get_file_from_path(_figure_uri(page.file, figure))
        return file.url_relative_to(page.file) if file else figure

    return fill(html, notebook, notebook_links[page.file.src_uri], figure_url)


def _is_notebook(file: File) -> bool:
    return file.src_uri.endswith(".ipynb") and file.is_documentation_page()


def _figure_uri(file: File, figure: str) -> str:
    return posixpath.join(file.src_uri.removesuffix(".ipynb"), figure)
