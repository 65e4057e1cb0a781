"""Decides by its name whether a file may be published: hosts and browsers treat a file by the end of its name.

An HTML file would be a page without the handbook's policy, and a name with quotation marks would reach into HTML.
"""

from __future__ import annotations

import re

ENDINGS = frozenset("avif gif ipynb jpeg jpg json md png svg webp woff2 csv txt".split())
OUR_CODE = frozenset("css js mjs".split())  # only below this folder, where reviewers expect it
ASSETS = "assets/"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def refused_name(path: str) -> str:
    """What is wrong with a path below `docs`, or "" if nothing is."""
    for part in path.split("/"):
        if not NAME.fullmatch(part):
            return f"`{part}` can't be a name: use letters, digits, dots, hyphens and underscores, and begin with a letter or digit."
    ending = path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""
    if ending in OUR_CODE and not path.startswith(ASSETS):
        return f"Scripts and styles are published from `docs/{ASSETS}` only: move the file there, or delete it."
    if ending not in ENDINGS | OUR_CODE:
        return f"Files that end in `.{ending}` are not published: pages are written in Markdown, pictures are {', '.join(_pictures())}."
    return ""


def _pictures() -> list[str]:
    return sorted(ENDINGS - {"csv", "ipynb", "json", "md", "txt", "woff2"})
