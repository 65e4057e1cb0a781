"""Pages that are made from the project: the guide, question types beside their YAML, numbers, errata, rules."""

from __future__ import annotations

import re
from html import unescape

import pytest
import yaml
from conftest import ROOT
from selfcheck.kinds import KINDS
from selfcheck.lint.catalog import RULES
from site_builds import Built, build


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT / "mkdocs.yml", tmp_path_factory.mktemp("handbook"))


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_every_type_of_question_is_live_next_to_its_own_yaml(handbook: Built) -> None:
    assert handbook.code == 0, handbook.said
    page = handbook.page("contribute/question-types")
    live = re.findall(r'<self-check [^>]*id="q-([\w-]+)" data-type="(\w+)"', page)
    assert {kind for _, kind in live} == set(KINDS)
    written = yaml.load((ROOT / "quizzes/contribute/question-types.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["questions"]
    shown = [yaml.load(text(block), Loader=yaml.BaseLoader) for block in re.findall(r"<pre.*?</pre>", page, re.DOTALL) if "id: " in text(block)[:12]]
    assert [block[0] for block in shown] == written
    for question, after in zip(live, page.split("<self-check ")[1:], strict=True):
        assert text(re.findall(r"<pre.*?</pre>", after, re.DOTALL)[-1]).startswith(f"- id: {question[0]}\n"), "its YAML comes next"


def test_the_guide_is_the_one_of_the_repository(handbook: Built) -> None:
    page = handbook.page("contribute")
    headings = re.findall(r"^## (.*)$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [text(heading).removesuffix("¶") for heading in re.findall(r"<h2 .*?</h2>", page)] == headings
    assert page.count("<h1 ") == 1


def test_the_page_of_numbers_counts_and_claims_no_more(handbook: Built) -> None:
    page = text(handbook.page("about/checked"))
    ids = sum(path.read_text(encoding="utf-8").count("\n  - id: ") for path in (ROOT / "quizzes").rglob("*.yml") if path.name != "retired.yml")
    assert re.search(rf"Questions\s+{ids}\s", page)
    assert "A build runs no code of questions" in page
    assert "No reported mistake is open." in page


def test_every_rule_has_a_section(handbook: Built) -> None:
    page = handbook.page("contribute/rules")
    assert set(RULES) <= set(re.findall(r'<h2 id="([\w-]+)"', page))
