"""Sites to measure: as many pages as wanted, all of the same kind, with as many questions a page as wanted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from site_builds import our_hooks

ROOT = Path(__file__).parents[2]
WORDS = (
    "model data loss gradient variance bias feature label split tree kernel prior batch layer weight rate score rank "
    "sample error metric test train fold depth node"
).split()


def write_site(folder: Path, pages: int, questions: int, *, plain_material: bool = False) -> Path:
    """A site with the handbook's own settings and plugins, and with its hooks unless it shall be plain Material."""
    (folder / "docs").mkdir(parents=True)
    os.symlink(ROOT / "docs" / "assets", folder / "docs" / "assets")
    nav = [{f"Part {part}": [f"p{page}.md" for page in range(part * 20, min(part * 20 + 20, pages))]} for part in range((pages + 19) // 20)]
    (folder / "docs" / "index.md").write_text("# Home\n")
    settings: dict[str, Any] = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "docs_dir": "docs",
        "hooks": our_hooks(),
        "theme": {"custom_dir": str(ROOT / "overrides")},
        "nav": ["index.md", *nav],
    }
    if plain_material:
        settings["hooks"] = []
    (folder / "mkdocs.yml").write_text(json.dumps(settings))
    (folder / "quizzes").mkdir()
    for page in range(pages):
        (folder / "docs" / f"p{page}.md").write_text(_page(page, bool(questions)), encoding="utf-8")
        if questions:
            quiz = "questions:\n" + "".join(_question(page, i) for i in range(questions))
            (folder / "quizzes" / f"p{page}.yml").write_text(quiz, encoding="utf-8")
    return folder


def _prose(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + i * i) % len(WORDS)] for i in range(words)).capitalize() + "."


def _page(page: int, marker: bool) -> str:
    sections = "\n\n".join(
        f"## Section {section}\n\n{_prose(page + section, 70)} Here $x_{{{section}}}^2 + {page % 9}$ and `code`.\n\n"
        f"- {_prose(section, 9)}\n- {_prose(page, 9)}\n\n```python\ndef f(x):\n    return x + {section}\n```\n\n"
        f"| a | b |\n| - | - |\n| {page} | {section} |"
        for section in range(8)
    )
    return f"# Page {page}\n\n{sections}\n\n" + ("## Check\n\n<!-- quiz -->\n" if marker else "")


def _question(page: int, i: int) -> str:
    name = f"p{page}-q{i}"
    head = f"  - id: {name}\n    type: TYPE\n    ask: |\n      {_prose(page + i, 14)} What does `f({i})` give when $x_{{{i % 8}}} = {page % 9}$?\n"
    why = f"    why: {_prose(i, 22)}\n    see: p{page}.md#section-{i % 8}\n"
    if i % 5 == 3:
        return (
            head.replace("TYPE", "numeric")
            + f"    answer: {i}.5\n    tolerance: 0.01\n    slips:\n      - near: {i}\n        why: {_prose(i, 8)}\n"
            + why
        )
    if i % 5 == 4:
        return head.replace("TYPE", "short") + f"    accept: [word {i}, term {i}]\n" + why
    options = "".join(f"      - wrong: Option {o} with $y_{o}$ and {_prose(o + i, 4)}\n        why: {_prose(o, 12)}\n" for o in range(3))
    return head.replace("TYPE", "single") + f"    options:\n      - right: Option with `z` and {_prose(i, 4)}\n{options}" + why
