"""MkDocs adapter for what pages load: our scripts and styles, which a published site gets small and `mkdocs serve` as they are
written, and Python for browsers, where there are programs to run."""

from __future__ import annotations

from pathlib import Path

from handbook import pyodide
from handbook.minify import MinifyError, minify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

PROJECT = Path(__file__).parent.parent
PROGRAMS = "assets/selfcheck/harness.py"  # runs them, so it is there where there are any
serving = False


def on_startup(command: str, dirty: bool) -> None:
    global serving
    serving = command == "serve"


def on_post_build(config: MkDocsConfig) -> None:
    site, ours = Path(config.site_dir).resolve(), Path(config.docs_dir) / "assets"
    if (site / PROGRAMS).exists():
        try:
            pyodide.install(site, PROJECT)
        except pyodide.PyodideError as error:
            raise PluginError(str(error)) from None
    if serving:
        return
    files = (site / "assets" / path.relative_to(ours) for path in sorted(ours.rglob("*")) if path.suffix in (".js", ".css"))
    try:
        minify(site, (file for file in files if file.exists()), PROJECT)
    except MinifyError as error:
        raise PluginError(str(error)) from None
