"""Planted attacks at build time: each becomes a problem with its place, and none reaches a page in a form that acts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import planted
import pytest
from handbook.policy import Policy
from planted import ELSEWHERE, FIELDS, FILES, HARM, INERT, PAGES, QUIZ
from site_builds import Built, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return planted.built(tmp_path_factory.mktemp("planted"))


class Acts(HTMLParser):
    """Everything in a page that could act, as a lenient parser finds it."""

    LOADS = ("src", "href", "action", "formaction", "srcset", "data", "poster", "ping", "background", "xlink:href")

    def __init__(self, html: str, scripts: frozenset[str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = scripts
        self.script: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.script = "" if tag == "script" and "src" not in attributes and attributes.get("type") != "application/json" else None
        if tag in ("iframe", "frame", "object", "embed", "base", "style", "applet", "portal", "foreignobject", "animate", "set"):
            self.found.append(f"<{tag}>")
        if tag == "meta" and attributes.get("http-equiv", "Content-Security-Policy") != "Content-Security-Policy":
            self.found.append(f"<meta http-equiv={attributes['http-equiv']}>")
        for name, value in attributes.items():
            scheme = re.match(r"[\x00-\x20]*([a-z][a-z\d+.-]*):", re.sub(r"[\t\n\r]", "", value), re.IGNORECASE)
            if name.startswith("on") or name in ("srcdoc", "formaction", "action", "ping"):
                self.found.append(f"{name}={value}")
            if name in self.LOADS and scheme and scheme[1].lower() not in ("http", "https", "mailto"):
                self.found.append(f"{name}={value}")
            if "elsewhere.invalid" in value:
                self.found.append(f"{name}={value}")
            if name == "style" and re.search(r"position|url|expression|inset|z-index", value):
                self.found.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        if self.script is not None:
            self.script += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.script is not None:
            if self.script not in self.scripts:
                self.found.append(f"<script>{self.script}")
            self.script = None


def pages(built: Built) -> Iterator[Path]:
    found = sorted(built.folder.rglob("*.html"))
    assert len(found) > len(PAGES) + len(INERT)
    yield from found


def test_a_strict_build_of_a_site_with_attacks_fails(built: Built, tmp_path: Path) -> None:
    assert built.code == 0, built.said
    assert "Traceback" not in built.said
    assert build(planted.plant(tmp_path), tmp_path / "site").code != 0


@pytest.mark.parametrize("name", PAGES)
def test_an_attack_in_a_page_is_a_problem_with_its_line(built: Built, name: str) -> None:
    attack = PAGES[name]
    assert re.search(rf"WARNING .*docs/{name}\.md:{attack.line}\b[^\n]*{re.escape(attack.said)}", built.said), built.said


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_can_do_harm_is_a_problem_and_not_published(built: Built, name: str) -> None:
    assert re.search(rf"WARNING .*docs/{re.escape(name)}:1:1: [^\n]*{re.escape(FILES[name][1])}", built.said), built.said
    assert not (built.folder / name).exists()
    assert "onload=" not in " ".join(path.name for path in built.folder.rglob("*"))


def test_a_link_out_of_the_folder_publishes_nothing(built: Built) -> None:
    assert "docs/outside.txt:1:1: This leads out of `docs`" in built.said
    assert not (built.folder / "outside.txt").exists()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", QUIZ)
def test_an_attack_in_a_question_is_a_problem_and_no_question(built: Built, name: str, field: str) -> None:
    lines = (built.folder.parent / "quizzes" / "quiz.yml").read_text(encoding="utf-8").split("\n")
    begin = lines.index(f"  - id: {name}-{field}") + 1
    end = next((n for n, line in enumerate(lines[begin:], begin + 1) if line.startswith("  - id: ")), len(lines) + 1)
    told = [int(line) for line in re.findall(r"quizzes/quiz\.yml:(\d+):", built.said)]
    assert any(begin < line < end for line in told), (begin, end, told)
    assert f'<self-check class="sc" id="q-{name}-{field}"' not in built.page("quiz")
    assert f"<!--selfcheck:{name}-{field}-->" not in built.page("quiz")


def test_nothing_in_the_whole_site_acts(built: Built) -> None:
    scripts = Policy.of("/").scripts
    assert {str(path): acts for path in pages(built) if (acts := Acts(path.read_text(encoding="utf-8"), scripts).found)} == {}


def test_a_page_shows_what_was_left_out(built: Built) -> None:
    html = built.page("script")
    assert "Something was left out of this page" in html
    assert f"&lt;script&gt;{HARM}&lt;/script&gt;" in html


@pytest.mark.parametrize("name", INERT)
def test_what_is_meant_as_text_is_no_problem(built: Built, name: str) -> None:
    assert f"{name}.md" not in built.said
    assert "left out" not in built.page(name)


def test_text_that_looks_like_a_template_stays_text(built: Built) -> None:
    html = built.page("text-of-a-template")
    assert "{{ config.site_url }}" in html
    assert "{{ 7 * 7 }}" in html
    assert "49" not in re.sub(r"<(script|svg).*?</\1>", "", html, flags=re.DOTALL)


def test_a_false_slot_of_a_question_is_an_ordinary_comment(built: Built) -> None:
    html = built.page("false-slot")
    assert "selfcheck:one" not in html
    assert HARM in html


def test_outputs_of_notebooks_keep_their_text_and_nothing_else(built: Built) -> None:
    html = built.page("notebook")
    article = html[html.index("<article") : html.index("</article>")]
    output = article[article.index('<div class="notebook-output') :]
    assert "<b>kept</b>link<table><tr><td>cell</td></tr></table>" in output
    assert output.count("<pre><code>&lt;") == 3, "of drawings, scripts and Markdown the plain text"
    assert not re.search(r"<(?!/?(div|b|table|tr|td|pre|code)\b)", output.partition("</div>")[0])
    assert "<!--" not in article
    assert "docs/notebook.ipynb:1:1: In `<img>` `onerror` can't stand in a page: delete it." in built.said


def test_search_holds_no_markup_of_contributors(built: Built) -> None:
    index = json.loads((built.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = [text for doc in index["docs"] for text in (doc["title"], doc["text"], *doc.get("tags", []))]
    assert len(texts) > len(PAGES)
    assert {element for text in texts for element in re.findall(r"<\s*/?\s*([a-z0-9-]+)", text, re.IGNORECASE)} <= {
        "code",
        "li",
        "ol",
        "p",
        "pre",
        "sub",
        "sup",
        "ul",
    }
    assert not any(re.search(r"<[^>]*[\s/][a-z]+\s*=", text) for text in texts)


def test_nothing_is_asked_from_elsewhere(built: Built) -> None:
    """Where the address still stands in a page, it is text."""
    for path in pages(built):
        html = re.sub(r"<[^>]*>", lambda tag: tag[0] if ELSEWHERE in tag[0] else "", path.read_text(encoding="utf-8"))
        assert not re.search(rf"<[^>]*{ELSEWHERE}", html), path
