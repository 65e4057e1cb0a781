"""MkDocs adapter for the offline copy: writes the service worker when everything else of the site has been written.

Switched off by `extra: offline: false`, and under `mkdocs serve`, where what is being written must not be kept.
"""

from __future__ import annotations

import logging
from pathlib import Path

from handbook.offline import WORKER, manifest, read, switched_off, worker
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

MANIFEST = "manifest.webmanifest"
log = logging.getLogger("mkdocs.hooks.offline")  # loggers of other names don't count for --strict
serving = False


def on_startup(command: str, dirty: bool) -> None:
    global serving
    serving = command == "serve"


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Where a manifest is linked, the page starts the worker."""
    if not _enabled(config):
        return output
    return output.replace("</head>", f'<link rel="manifest" href="{get_relative_url(MANIFEST, page.url)}"></head>', 1)


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    if not _enabled(config):
        (site / WORKER).write_text(switched_off(), encoding="utf-8")
        return
    (site / MANIFEST).write_text(manifest(config.site_name, config.site_description or "", config.theme["favicon"]), encoding="utf-8")
    copy = read(site)
    for problem in copy.problems:
        log.warning("%s", problem)
    (site / WORKER).write_text(worker(copy), encoding="utf-8")


def _enabled(config: MkDocsConfig) -> bool:
    return bool(config.extra.get("offline", True)) and not serving
