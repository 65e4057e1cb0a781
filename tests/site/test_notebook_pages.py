"""Notebooks in a site: the same Markdown, links and search as pages, and what the committed ones hold is still true."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
import site_builds
import yaml
from handbook.cache import Cache
from handbook.execute import Notebooks, Trouble, find_scripts
from handbook.notebooks import fingerprint
from mkdocs.utils.yaml import yaml_load

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = find_scripts(ROOT / "docs")
NAMES = [script.relative_to(ROOT / "docs").with_suffix("").as_posix() for script in SCRIPTS]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

TEXT = r"""# Title with $x$

Costs \$5, is $a<b$, and `$not math$`.

$$
\sum_i x_i
$$

See [the page](../page.md#part), [![figure](../dot.png)](../page.md).

## A part of it

<!-- quiz: one -->

- item

    <!-- quiz: two -->

!!! note
    In a note: $y$.
"""

CODE = 'print("<!-- quiz: in-code -->")  # $z$'


def markdown(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "id": "m", "source": source}


def notebook(*cells: dict[str, object], script: str) -> str:
    metadata = {"front_matter": "description: About a trial", "script": fingerprint(script)}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code_cell() -> dict[str, object]:
    figure = {"image/png": {"alt": "A dot", "width": 300, "height": 200}}
    outputs: list[dict[str, object]] = [
        {"output_type": "stream", "name": "stdout", "text": ["<!-- quiz: in-output -->\n"]},
        {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": figure},
        {"output_type": "display_data", "data": {"text/html": "<!-- quiz: in-html --><table><tr><td>$3"}, "metadata": {}},
    ]
    return {"cell_type": "code", "metadata": {}, "id": "c", "source": CODE, "execution_count": None, "outputs": outputs}


@dataclass
class Site:
    status: int
    log: str
    folder: Path

    def article(self, page: str) -> str:
        text = (self.folder / page).read_text(encoding="utf-8")
        return text[text.index("<article") : text.index("</article>")]


def build(root: Path, files: dict[str, str]) -> Site:
    docs = root / "docs"
    for name, text in files.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
    config = {
        "site_name": "Trial",
        "site_url": "http://127.0.0.1/book/",
        "repo_url": "https://github.com/me/book",
        "edit_uri": "edit/main/docs/",
        "exclude_docs": "*.py",
        "theme": {"name": "material", "font": False, "features": ["content.action.edit"]},
        "validation": {"anchors": "warn"},
        "hooks": [str(ROOT / "hooks" / "notebooks.py")],
        "markdown_extensions": yaml_load((ROOT / "mkdocs.yml").read_text())["markdown_extensions"],
        "plugins": [
            "search",
            {"mkdocs-jupyter": {"include": ["*.ipynb"], "ignore": ["*.md", "*.py"], "allow_errors": False, "include_source": True, "cache": False}},
        ],
    }
    (root / "mkdocs.yml").write_text(yaml.dump(config))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={"NO_MKDOCS_2_WARNING": "1"}, check=False)
    return Site(done.returncode, done.stderr, root / "site")


def pixel_at(root: Path) -> None:
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("site")
    pixel_at(root)
    return build(
        root,
        {
            "index.md": "# Home\n\n[Notebook](math/trial.ipynb#a-part-of-it)\n",
            "page.md": "# Page\n\n## Part\n",
            "math/trial.ipynb": notebook(markdown(TEXT), code_cell(), script="made from this"),
            "math/trial.py": "made from this",
        },
    )


@pytest.fixture(scope="module")
def article(site: Site) -> str:
    return site.article("math/trial/index.html")


def test_the_site_builds_without_a_warning(site: Site) -> None:
    assert (site.status, re.findall("(?:WARNING|ERROR).*", site.log)) == (0, [])


def test_math_is_what_it_is_in_pages(article: str) -> None:
    assert re.findall(r'<(?:span|div) class="arithmatex">(.*?)</', article, re.DOTALL) == [
        r"\(x\)",
        r"\(a&lt;b\)",
        "\\[\n\\sum_i x_i\n\\]",
        r"\(y\)",
    ]
    assert "Costs $5, is" in article
    assert "<code>$not math$</code>" in article
    assert '<div class="admonition note">' in article


def test_links_lead_where_they_do_from_pages(site: Site, article: str) -> None:
    assert '<a href="../../page/#part">the page</a>' in article
    assert 'src="../../dot.png"' in article
    assert 'href="math/trial/#a-part-of-it"' in site.article("index.html")
    assert '<h2 id="a-part-of-it">' in article


def test_only_markdown_cells_have_markers(article: str) -> None:
    assert re.findall("<!--.*?-->", article) == ["<!-- quiz: one -->", "<!-- quiz: two -->"]
    assert article.count("&lt;!-- quiz: in-") == 2


def test_code_and_outputs_look_like_code_in_pages(article: str) -> None:
    assert '<div class="highlight"><pre>' in article
    assert '<span class="nb">print</span>' in article
    assert "<table><tr><td>$3</td></tr></table>" in article
    for absent in ("<style", "<script", "jp-", "require", "In&nbsp;[", "cdnjs"):
        assert absent not in article


def test_a_figure_is_a_file_of_the_site(site: Site, article: str) -> None:
    assert '<img src="figure-1.png" alt="A dot" width="300" height="200" loading="lazy">' in article
    assert (site.folder / "math/trial/figure-1.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_offers_colab_a_download_and_the_script_to_edit(site: Site, article: str) -> None:
    assert 'href="https://colab.research.google.com/github/me/book/blob/main/docs/math/trial.ipynb"' in article
    assert '<a href="trial.ipynb" download>' in article
    assert json.loads((site.folder / "math/trial/trial.ipynb").read_text())["nbformat"] == 4
    assert 'href="https://github.com/me/book/edit/main/docs/math/trial.py"' in article
    assert not (site.folder / "math/trial.py").exists()
    assert article.index("</h1>") < article.index("Open in Colab") < article.index("Costs")


def test_title_contents_and_search_are_those_of_a_page(site: Site) -> None:
    text = (site.folder / "math/trial/index.html").read_text()
    assert '<meta name="description" content="About a trial">' in text
    assert 'href="#a-part-of-it" class="md-nav__link"' in text
    found = {entry["location"]: entry for entry in json.loads((site.folder / "search/search_index.json").read_text())["docs"]}
    assert found["math/trial/#a-part-of-it"]["title"] == "A part of it"
    assert "Colab" not in found["math/trial/"]["text"]
    assert not any(CODE.split("\n")[0] in entry["text"] for entry in found.values())


def test_what_is_wrong_with_a_notebook_is_a_warning(tmp_path: Path) -> None:
    text = "# Title\n\n[a](gone.md) [b](../page.md#gone) [c](#gone) ![d](gone.png)"
    done = build(
        tmp_path,
        {
            "index.md": "# Home\n",
            "page.md": "# Page\n\n[n](math/bad.ipynb#gone)\n",
            "math/bad.ipynb": notebook(markdown(text), script="old"),
            "math/bad.py": "new",
            "math/lone.ipynb": notebook(markdown("# Lone"), script=""),
            "math/broken.ipynb": "<<<<<<< HEAD",
            "math/broken.py": "",
            "math/twice.ipynb": notebook(markdown("# Twice"), script=""),
            "math/twice.py": "",
            "math/twice.md": "# Twice\n",
        },
    )
    assert done.status == 1
    warnings = re.findall("WARNING - +(.*)", done.log)
    expected = [
        "docs/math/bad.py:1:1: the notebook beside it was made from another version",
        "docs/math/lone.ipynb:1:1: has no script docs/math/lone.py",
        "docs/math/broken.ipynb:1:1: can't be read as a notebook",
        "docs/math/twice.ipynb:1:1: has the address of math/twice.md",
        "'math/bad.ipynb' contains a link 'gone.md'",
        "'math/bad.ipynb' contains a link 'gone.png'",
        "'math/bad.ipynb' contains a link '../page.md#gone'",
        "'math/bad.ipynb' contains a link '#gone'",
        "'page.md' contains a link 'math/bad.ipynb#gone'",
    ]
    assert [part for part in expected if not any(part in warning for warning in warnings)] == []


# The notebooks of the handbook


def test_there_are_notebooks() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_committed_notebook_is_what_its_script_gives(script: Path) -> None:
    cache = ROOT / ".cache"
    try:
        problems = Notebooks(Cache(cache / "notebooks.sqlite"), cache / "matplotlib").check(script)
    except Trouble as trouble:
        problems = trouble.problems
    assert [str(problem) for problem in problems] == []


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> site_builds.Built:
    return site_builds.build(ROOT / "mkdocs.yml", tmp_path_factory.mktemp("handbook"), strict=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_makes_a_light_page(handbook: site_builds.Built, name: str) -> None:
    page = handbook.page(name)
    elements = _Elements(page)
    assert len(gzip.compress(page.encode())) <= 20_000
    assert elements.count <= 5_000
    assert [tag for tag in ("<style", "data:image") if tag in page] == []


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_small_and_say_their_size_and_what_they_show(handbook: site_builds.Built, name: str) -> None:
    figures = _Elements(handbook.page(name)).figures
    assert figures
    for figure in figures:
        file = handbook.folder / name / figure["src"]
        width, height = (int.from_bytes(file.read_bytes()[at : at + 4], "big") for at in (16, 20))
        assert width / int(figure["width"]) == pytest.approx(height / int(figure["height"]), rel=0.01), "nothing is stretched"
        assert len(figure["alt"]) > 20
        assert file.stat().st_size <= 40_000


class _Elements(HTMLParser):
    """How many elements a page has, and the attributes of its notebook's figures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count = 0
        self.figures: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += 1
        named = {name: value or "" for name, value in attrs}
        if tag == "img" and named["src"].startswith("figure-"):
            self.figures.append(named)
