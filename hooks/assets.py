"""MkDocs adapter for our scripts and styles: a published site gets them small, `mkdocs serve` as they are written."""

from __future__ import annotations

from pathlib import Path

from handbook.minify import MinifyError, minify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

PROJECT = Path(__file__).parent.parent
serving = False


def on_startup(command: str, dirty: bool) -> None:
    global serving
    serving = command == "serve"


def on_post_build(config: MkDocsConfig) -> None:
    if serving:
        return
    site, ours = Path(config.site_dir).resolve(), Path(config.docs_dir) / "assets"
    files = (site / "assets" / path.relative_to(ours) for path in sorted(ours.rglob("*")) if path.suffix in (".js", ".css"))
    try:
        minify(site, (file for file in files if file.exists()), PROJECT)
    except MinifyError as error:
        raise PluginError(str(error)) from None
