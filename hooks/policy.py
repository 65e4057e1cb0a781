"""MkDocs adapter for safety: looks at everything that contributors write before it is used, and puts pages under the policy.

Early at each step, so that whatever comes later (tags, formulas, questions, diagrams) builds on what was looked at;
finished pages are looked at last of all.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

from handbook import front_matter, safe_html, safe_svg
from handbook.notebooks import prose, script_of
from handbook.policy import Policy, note
from handbook.safe_files import refused_name
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).parent.parent  # has the assets; the site, which has the pages, may be another folder
log = logging.getLogger("mkdocs.hooks.policy")  # loggers of other names don't count for --strict
policy: Policy
serving = False
left_out: dict[str, list[str]] = {}  # problems by page


def on_startup(command: str, dirty: bool) -> None:
    global serving
    serving = command == "serve"  # which puts a script of its own into pages


def on_config(config: MkDocsConfig) -> None:
    global policy
    scope = quote(urlsplit(config.site_url or "/").path.rstrip("/") + "/")
    config.extra["scope"] = scope  # or the theme would write another script at each depth of the site
    policy = Policy.of(scope)
    left_out.clear()


@event_priority(100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    for file in [file for file in files if file.src_dir == config.docs_dir and not file.inclusion.is_excluded()]:
        if problem := _file_problem(file, config):
            log.warning("%s:1:1: %s", _path(file, config), problem)
            files.remove(file)
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    items = list(nav.items)
    for item in items:
        items += item.children or ()
        title = vars(item).get("title")
        if isinstance(title, str) and "<" in title:
            log.warning("%s: the title `%s` in the navigation has a `<`: say it in words.", os.path.basename(config.config_file_path), title)
            item.title = title.replace("<", "&lt;")


@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    problems = front_matter.refused(page.meta)
    for key in problems:
        del page.meta[key]
    _report(page, config, [(f"{key}:", message) for key, message in problems.items()])
    if found := safe_html.DIRECTION.search(markdown):
        _report(page, config, [(found[0], safe_html.DIRECTION_PROBLEM)])
        markdown = safe_html.DIRECTION.sub("", markdown)
    return markdown


@event_priority(100)
def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    html, refusals = safe_html.cleaned(html)
    _report(page, config, [(refusal.part, refusal.message) for refusal in refusals])
    if problems := left_out.pop(page.file.src_uri, None):
        before, end, after = html.partition("</h1>")
        return before + end + note(problems) + after if end else note(problems) + html
    return html


@event_priority(-200)  # after formulas, the last to change a page
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    return _guarded(output, _path(page.file, config))


@event_priority(-200)
def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    return _guarded(output_content, template_name) if template_name.endswith(".html") else output_content


def on_post_build(config: MkDocsConfig) -> None:
    Path(config.site_dir, "_headers").write_text(policy.headers_file, encoding="utf-8")


def _guarded(html: str, name: str) -> str:
    for problem in policy.violations(html):
        log.warning("%s: %s", name, problem)
    try:
        return html if serving else policy.guard(html)
    except ValueError as error:
        raise PluginError(f"{name}: {error}") from None


def _file_problem(file: File, config: MkDocsConfig) -> str:
    if problem := refused_name(file.src_uri):
        return problem
    path = Path(file.abs_src_path).resolve()
    if not any(path.is_relative_to(folder) for folder in (Path(config.docs_dir).resolve(), PROJECT / "docs")):
        return "This leads out of `docs`: put the file itself here."
    if file.src_uri.lower().endswith(".svg"):
        return "; ".join(f"The picture {problem}" for problem in safe_svg.refused(path.read_bytes()))
    return ""


def _report(page: Page, config: MkDocsConfig, refusals: Iterable[tuple[str, str]]) -> None:
    """Each problem with the line where its part was written. People write a notebook's script, so its lines are named."""
    file, source = Path(page.file.abs_src_path or page.file.src_uri), ""
    for part, message in refusals:
        if not source:
            if page.file.src_uri.endswith(".ipynb") and script_of(file).exists():
                file = script_of(file)
                source = prose(file.read_text(encoding="utf-8"))
            else:
                source = page.file.content_string
        line = safe_html.line_of(part, source)
        problem = f"{os.path.relpath(file, os.path.dirname(config.config_file_path))}:{line or 1}:1: {message}"
        log.warning("%s", problem)
        left_out.setdefault(page.file.src_uri, []).append(problem)


def _path(file: File, config: MkDocsConfig) -> str:
    """From the project's root."""
    return os.path.relpath(os.path.join(config.docs_dir, file.src_uri), os.path.dirname(config.config_file_path))
