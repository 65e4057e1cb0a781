"""The policy in built sites: one for all pages, at any depth and below any path, and nothing gets in beside the list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import FIXTURE, ROOT
from handbook.policy import Policy
from site_builds import Built, build

META = re.compile(r'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(FIXTURE / "mkdocs.yml", tmp_path_factory.mktemp("policy"), site_url="https://handbook.example/some/path/")


def test_all_pages_have_the_same_policy_before_anything_is_loaded(fixture: Built) -> None:
    assert fixture.code == 0, fixture.said
    policies = set()
    depths = set()
    for path in fixture.folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        found = META.search(html)
        assert found, path
        assert not re.search("<(script|link|style)", html[: found.start()]), path
        assert html.count("Content-Security-Policy") == 1, path
        assert html.startswith("\n<!doctype html>") or html.startswith("<!doctype html>"), path
        policies.add(found[1])
        depths.add(len(path.relative_to(fixture.folder).parts))
    assert policies == {Policy.of("/some/path/").text}
    assert len(depths) >= 3, "there are pages at several depths"
    assert (fixture.folder / "404.html").exists()


def test_the_headers_are_those_of_the_pages_and_more(fixture: Built) -> None:
    headers = (fixture.folder / "_headers").read_text(encoding="utf-8")
    assert f"  Content-Security-Policy: {Policy.of('/some/path/').text}; frame-ancestors 'none'\n" in headers


def site(folder: Path, overrides: dict[str, str], **settings: object) -> Path:
    """A site of one page whose templates have something more."""
    templates = folder / "overrides"
    templates.mkdir()
    for path in (ROOT / "overrides").iterdir():
        (templates / path.name).symlink_to(path)
    for name, text in overrides.items():
        (templates / name).unlink(missing_ok=True)
        (templates / name).write_text(text, encoding="utf-8")
    (folder / "docs").mkdir()
    (folder / "quizzes").mkdir()
    (folder / "docs" / "assets").symlink_to(ROOT / "docs" / "assets")
    (folder / "docs" / "index.md").write_text("# Page\n", encoding="utf-8")
    hooks = [str(ROOT / "hooks" / f"{name}.py") for name in ("notebooks", "formulas", "questions", "policy", "assets")]
    everything = {"INHERIT": str(ROOT / "mkdocs.yml"), "hooks": hooks, "nav": None, "theme": {"custom_dir": str(templates)}, **settings}
    (folder / "mkdocs.yml").write_text(json.dumps(everything))
    return folder / "mkdocs.yml"


MAIN = (ROOT / "overrides" / "main.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<script>alert('planted')</script>", "index.md: an inline script is not among those allowed in inline_scripts.toml: alert('planted')"),
        ("<style>a{}</style>", "index.md: an element that the policy stops is in the page: <style"),
        ("<script src='https://elsewhere.example/a.js'></script>", "index.md: a script comes from another origin"),
    ],
)
def test_what_a_template_brings_in_is_a_problem_that_names_the_page(tmp_path: Path, planted: str, said: str) -> None:
    main = MAIN.replace("{% block extrahead %}", "{% block extrahead %}" + planted)
    assert main != MAIN
    built = build(site(tmp_path, {"main.html": main}), tmp_path / "site")
    assert built.code != 0
    assert said in built.said
    assert said.replace("docs/", "").split(": ", 1)[1] in built.said.partition("404.html: ")[2], "the page that is no page is looked at, too"


def test_a_title_in_the_navigation_has_no_markup(tmp_path: Path) -> None:
    harm = "<img src=x onerror=alert(1)>"
    built = build(site(tmp_path, {}, nav=[{harm: [{"<b>": "index.md"}]}]), tmp_path / "site", strict=False)
    assert f"the title `{harm}` in the navigation has a `<`" in built.said
    assert "the title `<b>` in the navigation has a `<`" in built.said
    assert harm not in built.page("")
    assert "&lt;img src=x onerror=alert(1)>" in built.page("")
