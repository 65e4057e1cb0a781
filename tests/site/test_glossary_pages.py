"""The glossary in whole builds: terms of chapters lead to its page, the search does not know the tooltips, and faults are reported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from site_builds import ROOT, Built, build, our_hooks

TERMS = """terms:
  - id: odds
    term: odds
    means: "Chance against chance, $1 : 4$, an unmistakable tooltip."
    page: math/basics#odds
confusable:
  - terms: [odds, probability]
    difference: One is a ratio.
"""
PAGES = {
    "index.md": "# Home\n\nThe odds of a page that is no chapter.\n",
    "math/basics.md": "---\nlevel: core\n---\n\n# Basics\n\n## Odds\n\nHere odds are taught.\n",
    "math/more.md": "---\nlevel: core\n---\n\n# More\n\n## The odds\n\nLong odds, $odds$, `odds` and odds.\n",
    "reference/glossary.md": "---\nlevel: core\n---\n\n# Glossary\n\nOf odds.\n\n<!-- glossary: terms -->\n\n## Pairs\n\n<!-- glossary: pairs -->\n",
}


def site(folder: Path, terms: str) -> Built:
    for name, text in {**PAGES, "reference/glossary.yml": terms}.items():
        file = folder / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "quizzes").mkdir()
    (folder / "docs" / "assets").symlink_to(ROOT / "docs" / "assets")
    settings = {"INHERIT": str(ROOT / "mkdocs.yml"), "hooks": our_hooks(), "nav": None, "theme": {"custom_dir": str(ROOT / "overrides")}}
    (folder / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")
    return build(folder / "mkdocs.yml", folder / "site")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    made = site(tmp_path_factory.mktemp("glossary"), TERMS)
    assert made.code == 0, made.said
    return made


def test_a_chapter_links_a_term_once_with_its_meaning(built: Built) -> None:
    links = re.findall(r'<a class="term"[^>]*>[^<]*</a>', built.page("math/more"))
    tip = 'title="odds: Chance against chance, 1 : 4, an unmistakable tooltip."'
    assert links == [f'<a class="term" href="../../reference/glossary/#odds" {tip}>odds</a>']
    assert "<p>Long <a " in built.page("math/more")


@pytest.mark.parametrize("page", ["", "math/basics", "reference/glossary"])
def test_the_page_that_teaches_the_glossary_and_what_is_no_chapter_have_no_such_links(built: Built, page: str) -> None:
    assert 'class="term"' not in built.page(page)


def test_the_glossary_has_entries_with_links_both_ways(built: Built) -> None:
    page = built.page("reference/glossary")
    assert '<dt id="odds">odds</dt>' in page and '<a href="../../math/basics/#odds">Odds</a>' in page
    assert '<a href="#odds">odds</a> or probability' in page and '<a href="#letter-o">O</a>' in page


def test_the_search_knows_the_entry_and_not_the_tooltips(built: Built) -> None:
    index = json.loads((built.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = [document["location"] for document in index["docs"] if "unmistakable" in document["text"]]
    assert found == ["reference/glossary/#letter-o"]


def test_the_data_is_not_published(built: Built) -> None:
    assert not list(built.folder.rglob("*.yml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("basics#odds", "basics#evens", "docs/reference/glossary.yml:5:11: `math/basics` has no section `#evens`: write the anchor"),
        ("math/basics", "math/none", "docs/reference/glossary.yml:5:11: There is no page `math/none`: write one that teaches `odds`"),
        ("term: odds", "trem: odds", "docs/reference/glossary.yml:3:5: `trem` is not a key that can stand here. Did you mean `term`?"),
    ],
)
def test_a_fault_stops_a_strict_build(tmp_path: Path, old: str, new: str, said: str) -> None:
    made = site(tmp_path, TERMS.replace(old, new))
    assert made.code and said in made.said
