"""What the handbook says about itself is counted, and lists of corrections have a strict form."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import ROOT
from handbook import errata, front_matter, reviews
from handbook.cache import Cache
from handbook.inserts import Unmade, fenced, fill, table
from selfcheck import about
from selfcheck.__main__ import main
from selfcheck.check import check
from selfcheck.lint.page import Page
from selfcheck.lint.run import lint_page
from selfcheck.site import Site
from selfcheck.tally import Tally

TODAY = date(2026, 12, 1)


def ours() -> list[about.Chapter]:
    pages = [(path, Page(file, source)) for path, file, source in Site.at(ROOT).sources()]
    return about.chapters(ROOT, pages, Cache(), TODAY)


def test_the_numbers_of_the_page_are_those_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcheck.check._executed", lambda *_: ())  # counting is what is compared
    total = sum((chapter.tally for chapter in ours()), Tally())
    assert total == check(ROOT, Cache()).tally
    assert f"| Questions | {total.questions} |" in about.numbers(ours())


def test_a_tally_outlives_the_cache() -> None:
    tally = next(chapter.tally for chapter in ours() if chapter.path == "contribute/question-types.md")
    assert tally.questions == 10 and len(tally.types) == 10
    assert Tally.read(json.loads(json.dumps(vars(tally)))) == tally
    cache = Cache()
    pages = [(path, Page(file, source)) for path, file, source in Site.at(ROOT).sources()]
    assert about.chapters(ROOT, pages, cache, TODAY) == about.chapters(ROOT, pages, cache, TODAY)


def page(front: str) -> Page:
    return Page("docs/a/x.md", f"---\ntitle: 'A | title'\n{front}---\n\n# A | title\n\nText[^a][^b].\n\n[^a]: One.\n[^b]: Two.\n")


def test_a_chapter_has_its_sources_and_its_last_review(tmp_path: Path) -> None:
    (tmp_path / "quizzes").mkdir()
    found = about.chapters(tmp_path, [("a/x.md", page("reviewed: 2026-11-23\n")), ("b.md", Page("docs/b.md", "# B\n"))], Cache(), TODAY)
    assert about.by_chapter(found).splitlines()[2:] == ["| [A \\| title](../a/x.md) | 0 | 0 / 0 / 0 | 0 | 0 | 0 | 2 | 2026-11-23 |"]
    assert about.to_review(found) == "No page is waiting for its next review."


@pytest.mark.parametrize(
    ("front", "days", "due"),
    [("", 365, False), ("", 366, True), ("fast: true\n", 92, False), ("fast: true\n", 93, True)],
)
def test_a_page_is_due_after_a_year_or_after_three_months(front: str, days: int, due: bool, tmp_path: Path) -> None:
    (tmp_path / "quizzes").mkdir()
    meta = page(f"{front}reviewed: {TODAY - timedelta(days)}\n").meta
    assert front_matter.refused({key: value for key, value in meta.items() if key != "title"}) == {}
    assert reviews.overdue(meta, TODAY) is due
    found = about.chapters(tmp_path, [("a/x.md", page(f"{front}reviewed: {TODAY - timedelta(days)}\n"))], Cache(), TODAY)
    assert ("last reviewed on" in about.to_review(found)) is due


def test_a_page_without_facts_is_never_due() -> None:
    assert not reviews.overdue({}, TODAY)
    assert not reviews.overdue({"reviewed": "once"}, TODAY)


def test_the_check_tells_what_is_due_and_does_not_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("docs", "quizzes"):
        (tmp_path / folder).mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    (tmp_path / "docs" / "x.md").write_text("---\nreviewed: 2020-01-02\n---\n\n# X\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    assert main(["check"]) == 0
    assert "docs/x.md, last reviewed on 2020-01-02" in capsys.readouterr().out


def test_the_list_of_errata_is_read_newest_first() -> None:
    text = """
- {reported: 2026-12-01, page: math/probability.md, was: "1/2"}
- {reported: 2026-12-05, corrected: 2026-12-06, page: math/probability.md, question: prob-birthday, was: "a", now: "b"}
"""
    found, problems = errata.read("errata.yml", text)
    assert problems == []
    assert [erratum.reported.day for erratum in found] == [5, 1]
    assert about.errata(found).startswith(
        "**[math/probability.md](../math/probability.md#q-prob-birthday)**, reported on 2026-12-05, corrected on 2026-12-06\n\n- Before: a\n- Now: b"
    )
    assert "not corrected yet" in about.errata(found)
    assert about.open_errata(found) == "Reported mistakes that are open: **1**."
    assert about.errata([]) == "No mistake has been reported yet."


def test_our_list_of_errata_has_the_form() -> None:
    assert errata.read("docs/about/errata.yml", (ROOT / "docs/about/errata.yml").read_text(encoding="utf-8"))[1] == []


ENTRY = "reported: 2026-12-01\n  page: math/x.md\n  was: a\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\n", "e.yml:1:1: The file is a list of corrections"),
        ("- text\n", "e.yml:1:3: A correction has `reported`"),
        ("\n- page: math/x.md\n  was: a\n", "e.yml:2:3: A correction has `reported`"),
        (f"- {ENTRY}  by: me\n", "e.yml:1:3: A correction has `reported`"),
        (f"- {ENTRY}".replace("2026-12-01", "yesterday"), "e.yml:1:3: `reported` has to be a date like 2026-11-23."),
        (f"- {ENTRY}".replace("was: a", "was: 1"), "e.yml:1:3: `was` has to be a text: put it in quotes."),
        (f"- {ENTRY}".replace("math/x.md", "../x.md"), "e.yml:1:3: `page` has to be a path below `docs`"),
        (f"- {ENTRY}  now: b\n", "e.yml:1:3: `corrected` and `now` belong together"),
        ("- [\n", "e.yml:2:1: This is not YAML"),
        ("- reported: 2026-13-45\n  page: math/x.md\n  was: a\n", "e.yml:1:1: This is not YAML"),
    ],
)
def test_a_correction_without_the_form_is_refused(text: str, problem: str) -> None:
    found, problems = errata.read("e.yml", text)
    assert len(problems) == 1 and str(problems[0]).startswith(problem), problems
    assert found == []


def refuse(_: str) -> str:
    raise Unmade("Not today: try tomorrow.")


def test_what_is_made_takes_the_place_of_its_mark() -> None:
    makers = {"twice": lambda text: f"{text} {text}", "never": refuse}
    text = "a\n\n<!-- insert: twice x -->\n\nb <!-- insert: twice y -->\n\n<!-- insert: never -->\n<!-- insert: twise -->\n"
    filled, problems = fill(text, makers)
    assert filled == "a\n\nx x\n\nb <!-- insert: twice y -->\n\n\n\n"
    assert problems == [
        ("<!-- insert: never -->", "Not today: try tomorrow."),
        ("<!-- insert: twise -->", "Nothing is made under the name `twise`: write `twice`."),
    ]


def test_tables_and_fences_hold_whatever_is_put_into_them() -> None:
    assert table(["a", "b"], [["x | y", "1"]]) == "| a | b |\n| --- | --: |\n| x \\| y | 1 |"
    assert fenced("```py\nx\n```\n", "yaml") == "````yaml\n```py\nx\n```\n````"


def test_the_yaml_of_a_question_is_its_lines_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "quizzes").mkdir()
    question = "- id: {0}\n  type: short\n  ask: What?\n  accept: [a]\n"
    text = "questions:\n" + question.format("one") + "\n# about two\n" + question.format("two")
    (tmp_path / "quizzes" / "x.yml").write_text(text)
    assert about.source(tmp_path, "x", "one") == f"```yaml\n{question.format('one')}```"
    assert about.source(tmp_path, "x", "two") == f"```yaml\n{question.format('two')}```"
    with pytest.raises(Unmade, match=r"There is no question `three` in `quizzes/x\.yml`"):
        about.source(tmp_path, "x", "three")
    with pytest.raises(Unmade, match="This page has no questions"):
        about.source(tmp_path, "y", "one")


def test_links_of_the_guide_lead_from_its_place_in_the_site() -> None:
    text = "# T\n\n[a](docs/contribute/rules.md#x) [b](docs/about/errata.md) [c](CODE_OF_CONDUCT.md) [d](#here) [e](https://x.org)\n"
    assert about.contributing(text, "https://github.com/o/r/") == (
        "\n[a](rules.md#x) [b](../about/errata.md) [c](https://github.com/o/r/blob/main/CODE_OF_CONDUCT.md) [d](#here) [e](https://x.org)\n"
    )


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md", "README.md"])
def test_what_stands_at_the_root_keeps_the_rules_of_style(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [str(problem) for problem in lint_page(Page(name, text)) if problem.rule != "no-notes"] == []


def test_the_guide_says_what_the_machine_says() -> None:
    guide = " ".join((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
    sources = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "hooks").rglob("*.py"))
    for said in ("so that earlier answers don't count as answers to this", "is a note to yourself: do it, or open an issue and delete the note"):
        assert said in guide and said in sources
