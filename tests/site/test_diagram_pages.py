"""Diagrams in whole builds: wherever a fence can stand, in pages and notebooks, and what a strict build says about faults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import indent

import pytest
from conftest import FIXTURE, ROOT
from handbook.notebooks import fingerprint
from site_builds import Built, build, our_hooks

ABOUT = "  accTitle: A title\n  accDescr: A description\n"
GOOD = f"```mermaid\nflowchart TD\n{ABOUT}  a --> b\n```\n"
BAD = f"```mermaid\nflowchart TD\n{ABOUT}  a[Data --> b\n```\n"


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(FIXTURE / "mkdocs.yml", tmp_path_factory.mktemp("fixture"))


@pytest.fixture
def site(tmp_path: Path):
    """Writes and builds a small site."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "docs" / "assets").symlink_to(ROOT / "docs" / "assets")
    settings = {"INHERIT": str(ROOT / "mkdocs.yml"), "hooks": our_hooks(), "nav": None, "theme": {"custom_dir": str(ROOT / "overrides")}}
    (tmp_path / "mkdocs.yml").write_text(json.dumps(settings))

    def write(strict: bool = True, **files: str) -> Built:
        for name, text in {"index.md": "# Home\n", **files}.items():
            (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
        return build(tmp_path / "mkdocs.yml", tmp_path / "site", strict=strict)

    return write


def problems(built: Built) -> list[str]:
    return re.findall(r"WARNING -\s+(.*)", built.said)


def test_diagrams_stand_where_their_fences_stood(fixture: Built) -> None:
    assert fixture.code == 0, fixture.said
    html = fixture.page("diagrams")
    assert re.findall(r"<figcaption>(.*?)</figcaption>", html) == [
        "Every shape",
        "From raw data to a served model",
        "In a list",
        "In an admonition",
        "In a tab",
        "In a quotation",
    ]
    assert re.search(r"<li>\s*<p>item</p>\s*<figure", html)
    assert re.search(r'<p class="admonition-title">Note</p>\s*<figure', html)
    assert re.search(r'<div class="tabbed-block">\s*<figure', html)
    assert re.search(r"<blockquote>\s*<figure", html)


def test_nothing_is_left_that_the_theme_would_draw(fixture: Built) -> None:
    """It fetches its own renderer from elsewhere for `pre.mermaid`."""
    html = fixture.page("diagrams")
    assert html.count("mermaid") == 1  # in the code block that shows a fence
    assert not re.search(r'class="[^"]*mermaid', html)
    assert "diagram-source" not in html


def test_only_pages_with_diagrams_link_their_stylesheet(fixture: Built) -> None:
    assert "assets/diagrams.css" in fixture.page("diagrams")
    assert "assets/diagrams.css" not in fixture.page("kinds")


def test_search_finds_titles_and_descriptions_and_no_labels(fixture: Built) -> None:
    index = json.loads((fixture.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = next(entry["text"] for entry in index["docs"] if entry["location"] == "diagrams/#wide")
    assert text.count("From raw data to a served model") == 1
    assert text.count("with enough of them a model is trained") == 1
    assert re.search(r"again\.\s+From", text)
    assert "held-out" not in text
    assert not re.search(r"\d{2}", text)


def test_a_problem_stops_a_strict_build_and_names_its_line(site) -> None:
    built = site(**{"index.md": f"---\ntitle: Home\n---\n\n# Home\n\n{GOOD}\n- item\n\n{indent(BAD, '    ')}"})
    assert built.code != 0
    assert [problem.partition(": ")[0] for problem in problems(built)] == ["docs/index.md:20:9"]
    assert "The label of `a` is not closed: end it with `]`" in built.said
    assert "Traceback" not in built.said


def test_otherwise_the_page_shows_it_and_the_rest_works(site) -> None:
    built = site(strict=False, **{"index.md": f"# Home\n\n{BAD}\n{GOOD}"})
    assert built.code == 0
    assert "docs/index.md:7:5: The label of `a` is not closed" in built.page("")
    assert built.page("").count('<svg class="diagram-drawing"') == 1


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("```mermaid\nsequenceDiagram\n  A->>B: hello\n```\n", "docs/index.md:4:1", "It draws flowcharts"),
        ("```mermaid\nflowchart LR\n  a\n```\n", "docs/index.md:4:1", "The diagram has no title"),
        (GOOD.replace("a --> b", 'click a "javascript:alert(1)"'), "docs/index.md:7:3", "A diagram has no links"),
    ],
)
def test_every_problem_is_a_warning_with_its_place(site, text: str, place: str, message: str) -> None:
    built = site(**{"index.md": f"# Home\n\n{text}"})
    assert built.code != 0
    assert problems(built)[0].startswith(f"{place}: ")
    assert message in built.said


def test_notebooks_have_diagrams_and_problems_name_their_script(site) -> None:
    script = "".join(f"# {line}".rstrip() + "\n" for line in f"# Title\n\n{GOOD}\n{BAD}".split("\n"))
    script = f"# %% [markdown]\n{script}"
    cell = {"cell_type": "markdown", "metadata": {}, "id": "m", "source": f"# Title\n\n{GOOD}\n{BAD}"}
    notebook = json.dumps({"cells": [cell], "metadata": {"script": fingerprint(script)}, "nbformat": 4, "nbformat_minor": 5})
    built = site(strict=False, **{"trial.ipynb": notebook, "trial.py": script})
    assert built.page("trial").count('<figure class="diagram">') == 1
    line = next(number for number, text in enumerate(script.split("\n"), 1) if "a[Data" in text)
    assert [problem.partition(": ")[0] for problem in problems(built)] == [f"docs/trial.py:{line}:5"]
