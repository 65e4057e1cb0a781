"""What a check has to know of the site: its Markdown settings, its pages and their sections, without building it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
import yaml
from handbook.cache import Cache, key
from handbook.notebooks import prose, script_of


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml with tags like !ENV, of which nothing here depends on."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


@dataclass(frozen=True)
class Page:
    """A page as far as questions go."""

    path: str  # below docs
    file: str  # where it is written, from the project's root
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

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """Every page: its path below docs, the file in which people write it, from the project's root, and its Markdown."""
        for name in self.files():
            file = self.docs / name
            if name.endswith(".ipynb") and script_of(file).exists():
                file = script_of(file)  # what people write and what problems name
                source = prose(file.read_text(encoding="utf-8"))
            elif name.endswith(".md"):
                source = file.read_text(encoding="utf-8")
            else:
                continue
            yield name, file.relative_to(self.root).as_posix(), source

    def pages(self, cache: Cache) -> Iterator[Page]:
        """Every page, its Markdown converted."""
        converter = markdown.Markdown(extensions=self.extensions, extension_configs=self.configs)
        for name, file, source in self.sources():
            body = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL) if name.endswith(".md") else source
            digest = key("page", markdown.__version__, self.extensions, self.configs, body)
            html = cache.get(digest)
            if html is None:
                html = converter.reset().convert(body)
                cache.put(digest, html)
            yield Page(name, file, source, html)


def _settings(path: Path) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    if parent := settings.get("INHERIT"):
        return {**_settings(path.parent / parent), **settings}
    return settings
