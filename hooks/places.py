"""MkDocs adapter for what MkDocs itself says of links and of the navigation: it names the page, this adds the line and the remedy."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from handbook.notebooks import script_of
from mkdocs.config.defaults import MkDocsConfig

SPEAKERS = ("mkdocs.structure.pages", "mkdocs.structure.nav")
LINK = re.compile(r"Doc file '(?P<page>[^']+)' (?P<said>contains an? (?:\w+ )*link(?: to)? '(?P<link>[^']*)'.*)", re.DOTALL)
OMITTED = re.compile(r"The following pages exist in the docs directory, but are not included.*?:\n(?P<pages>.*)", re.DOTALL)


class _Placed(logging.Filter):
    """Changes messages, and lets all of them pass."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = Path("mkdocs.yml")
        self.docs = Path("docs")

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if found := LINK.fullmatch(said):
            record.msg, record.args = self._link(found), None
        elif found := OMITTED.fullmatch(said):
            pages = re.findall(r"^  - (.*)$", found["pages"], re.MULTILINE)
            record.msg, record.args = "\n".join(map(self._omitted, pages)), None
        return True

    def _link(self, found: re.Match[str]) -> str:
        file = self.docs / found["page"]
        file = script_of(file) if file.suffix == ".ipynb" and script_of(file).exists() else file
        said = found["said"].rstrip(".") + (". Mend the link." if "Did you mean" not in found["said"] else ".")
        return f"{self._name(file)}:{_line(file, re.escape(found['link']))}:1: This page {said}"

    def _omitted(self, page: str) -> str:
        line = _line(self.settings, "^nav:")
        file, settings = self._name(self.docs / page), self._name(self.settings)
        return f"{settings}:{line}:1: {file} is not in the navigation: add `- {page}` to `nav`, where it belongs."

    def _name(self, file: Path) -> str:
        folder = self.settings.parent
        return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


placed = _Placed()


def on_startup(command: str, dirty: bool) -> None:
    for name in SPEAKERS:
        logging.getLogger(name).addFilter(placed)


def on_config(config: MkDocsConfig) -> None:
    placed.settings, placed.docs = Path(config.config_file_path), Path(config.docs_dir)


def _line(file: Path, pattern: str) -> int:
    """Where something stands in a file; its first line if it was written in another way."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
