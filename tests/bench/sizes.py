"""What a reader's browser loads, compressed as a web host would."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from bench.table import note, row

PAGES = {"home": "", "chapter": "math/statistical-testing/", "longest chapter": "math/probability/", "notebook": "math/notebooks/twelve-puzzles/"}
LINKED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src)="([^"]+\.(?:css|js|woff2))"')
ON_DEMAND = {"manage.js", "offline.js", "code.js"}
TEXT = {".html", ".css", ".js", ".json", ".svg"}


def measure_sizes(site: Path) -> None:
    assets = site / "assets"
    always = compressed(assets / "site.css", assets / "site.js")
    scripts = [file for file in sorted((assets / "selfcheck").rglob("*.js")) if file.name not in ON_DEMAND and file.parent.name != "python"]
    questions = always + compressed(assets / "selfcheck" / "selfcheck.css", *scripts)
    row("our JavaScript and CSS, page without questions", f"{always} B", "at most 1,000 B", always <= 1000)
    row("our JavaScript and CSS, page with every type but code", f"{questions} B", "at most 12,000 B", questions <= 12_000)
    largest = max((compressed(page) for page in site.rglob("notebooks/*/index.html")), default=0)
    row("largest notebook page, HTML", f"{largest} B", "at most 20,000 B", largest <= 20_000)
    pages = sorted(site.rglob("index.html"))
    index = compressed(site / "search" / "search_index.json") // len(pages)
    row("search index, per page", f"{index} B", "at most 8,000 B", index <= 8000)
    for page in pages:
        note(f"HTML of {page.relative_to(site).as_posix()}", f"{compressed(page)} B")
    for name, path in PAGES.items():
        note(f"{name} page: all it loads at first", _by_kind(site, site / path / "index.html"))


def compressed(*files: Path) -> int:
    """Bytes of all files, each compressed by itself; fonts and images are compressed already."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) if file.suffix in TEXT else file.stat().st_size for file in files)


def _by_kind(site: Path, page: Path) -> str:
    html = page.read_text(encoding="utf-8")
    files = {(page.parent / address).resolve() for address in LINKED.findall(html) if "//" not in address}
    sums = {".html": compressed(page), ".css": 0, ".woff2": 0, ".js": 0}
    for file in files:
        if file.exists():
            sums[file.suffix] += compressed(file)
    return ", ".join(f"{kind[1:]} {size / 1000:.1f} kB" for kind, size in sums.items())
