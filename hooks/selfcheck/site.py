"""What a check has to know of the site: its Markdown settings, its pages and their sections, without building it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
import yaml
from handbook.cache import Cache, key


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml with tags like !ENV, of which nothing here depends on."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


@dataclass(frozen=True)
class Page:
    """A page as far as questions go."""

    path: str  # below docs
    source: str
    html: str

    @property
    def anchors(self) -> set[str]:
        return set(re.findall(r'\bid="([^"]+)"', self.html))


@dataclass(frozen=True)
class Site:
    """The handbook's folder."""

    root: Path
    extensions: list[str]
    configs: dict[str, dict[str, Any]]

    @classmethod
    def at(cls, root: Path) -> Site:
        """Reads the settings that `mkdocs.yml` has below `markdown_extensions`."""
        settings = _settings(root / "mkdocs.yml")
        extensions, configs = ["toc", "tables", "fenced_code"], {}
        for item in settings.get("markdown_extensions") or []:
            name, config = next(iter(item.items())) if isinstance(item, dict) else (item, None)
            if name not in extensions:
                extensions.append(name)
            configs[name] = config or {}
        return cls(root, extensions, configs)

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    def files(self) -> Iterator[str]:
        """Everything below docs that a link can lead to."""
        for path in sorted(self.docs.rglob("*")):
            if path.is_file() and path.suffix != ".py":
                yield path.relative_to(self.docs).as_posix()

    def pages(self, cache: Cache) -> Iterator[Page]:
        """Every page, its Markdown converted."""
        converter = markdown.Markdown(extensions=self.extensions, extension_configs=self.configs)
        for name in self.files():
            if not name.endswith((".md", ".ipynb")):
                continue
            source = (self.docs / name).read_text(encoding="utf-8")
            digest = key("page", markdown.__version__, self.extensions, self.configs, name, source)
            html = cache.get(digest)
            if html is None:
                html = converter.reset().convert(_body(name, source))
                cache.put(digest, html)
            yield Page(name, source, html)


def _settings(path: Path) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    if parent := settings.get("INHERIT"):
        return {**_settings(path.parent / parent), **settings}
    return settings


def _body(name: str, source: str) -> str:
    if name.endswith(".ipynb"):
        cells = json.loads(source)["cells"]
        return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)
