"""MkDocs adapter for questions: reads the bank before each build, puts questions into pages, reports problems."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from handbook.cache import Cache
from handbook.formulas import Typesetter
from handbook.notebooks import prose, script_of
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from selfcheck.bank import Leaf, Library
from selfcheck.challenge.download import HARNESS, complete
from selfcheck.embed import Placement, Project
from selfcheck.flavor import Flavor

PROJECT = Path(__file__).parent.parent  # has the tools; the site, which has the pages, may be another folder
log = logging.getLogger("mkdocs.hooks.questions")  # loggers of other names don't count for --strict
placement: Placement
site: Files


def on_files(files: Files, config: MkDocsConfig) -> None:
    global placement, site
    root = _root(config)
    cache = Cache(PROJECT / ".cache" / "handbook.sqlite")
    typesetter = Typesetter(cache, PROJECT)
    flavor = Flavor(config.markdown_extensions, config.mdx_configs)
    library = Library(flavor, typesetter.typeset_html, typesetter.fingerprint, cache)
    placement, site = Placement(library.read(root, root / "quizzes"), Project(config.repo_url or "")), files
    typesetter.close()
    fragments = [fragment for fragment in placement.bank.fragments.values() if fragment.files]
    for fragment in fragments:
        address = f"{_home(placement.bank.homes[fragment.id], config)}#q-{fragment.id}"
        for uri, text in fragment.files.items():
            files.append(_generated(config, uri, complete(text, address)))
    if fragments:
        files.append(_generated(config, "assets/selfcheck/harness.py", HARNESS))  # for browsers


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    name = os.path.splitext(page.file.src_uri)[0]
    file, source = Path(config.docs_dir, page.file.src_uri), page.file.content_string
    if page.meta.get("is_notebook"):  # people write the script, and problems name its lines
        file = script_of(file)
        source = prose(file.read_text(encoding="utf-8")) if file.exists() else ""
    html = placement.prompts(html, name, os.path.relpath(file, _root(config)), source)
    page.meta["has_questions"] = bool(placement.pages[name])
    page.present_anchor_ids = _anchors(page, html)  # MkDocs checks links before questions are there
    return html


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    anchors = {file.src_uri: _anchors(file.page, file.page.content or "") if file.page else None for file in files}
    for problem in sorted([*placement.bank.problems, *placement.problems, *placement.unplaced(), *placement.dangling(anchors)]):
        log.warning("%s", problem)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    def locate(target: str, anchor: str) -> tuple[str, str] | None:
        file = site.get_file_from_path(target)
        if file is None:
            return None
        fragment = f"#{anchor}" if anchor else ""
        url = fragment if fragment and file is page.file else file.url_relative_to(page.file) + fragment
        if file.page is None:
            return url, target
        section = _title(file.page.toc.items, anchor)
        title = str(file.page.title)
        return url, (f"{title}, {section}" if file is not page.file else section) if section else title

    return placement.complete(output, page.canonical_url or page.url, locate) if page.meta.get("has_questions") else output


def _generated(config: MkDocsConfig, uri: str, text: str) -> File:
    return File.generated(config, uri, content=text, inclusion=InclusionLevel.INCLUDED)  # whatever `exclude_docs` says


def _home(leaf: Leaf, config: MkDocsConfig) -> str:
    """The address of the page to which a file of questions belongs."""
    page = next(filter(None, (site.get_file_from_path(leaf.page + suffix) for suffix in (".md", ".ipynb"))), None)
    return f"{config.site_url or ''}{page.url if page else ''}"


def _title(links: list[AnchorLink], anchor: str) -> str:
    """The heading of a section, as the table of contents has it."""
    for link in links:
        if title := re.sub("<[^>]*>", "", link.title) if link.id == anchor else _title(link.children, anchor):
            return title
    return ""


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def _anchors(page: Page, html: str) -> set[str]:
    return {*re.findall(r'id(?<=\bid)="([^"]+)"', html), *(f"q-{name}" for name in placement.pages[os.path.splitext(page.file.src_uri)[0]])}
