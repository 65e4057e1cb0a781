"""Planted attacks in browsers: whatever a build let through, imported files and typed answers do nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import planted
import pytest

from browser.questions import IDS, Question, progress, ready, show
from browser.server import Server, Site
from browser.tab import Tab

HARMFUL = f'<img src="nowhere" onerror="{planted.HARM}"><script>{planted.HARM}</script><svg onload="{planted.HARM}">'
# One of each way in which a text reaches a page, to be loaded.
FEW = ["event-attribute", "disguised-link", "unfinished-tag", "open-end", "title", "formula-with-markup", "code", "notebook", "quiz", "tags"]
# Pages as the engine's own parser reads them, without loading them: what in each could act.
READ = """async (names) => {
  const acting = "iframe, frame, object, embed, base, style, article script, article form:not(.sc-form), meta[http-equiv]:not([content^='default-src']),"
    + "article :not(a) > svg, article button, [formaction], [srcdoc], [ping], link[href*=invalid], [src*=invalid], [style*=position], [style*=url]";
  const known = (script) => script.textContent.startsWith("var target=");
  const found = {};
  for (const name of names) {
    const html = await (await fetch(`${name}/`)).text();
    const page = new DOMParser().parseFromString(html, "text/html");
    const all = [...page.querySelectorAll("*")];
    const problems = [
      ...[...page.querySelectorAll(acting)].filter((e) => !known(e)).map((e) => e.outerHTML.slice(0, 80)),
      ...all.flatMap((e) => e.getAttributeNames().filter((attribute) => attribute.startsWith("on"))),
      ...all.filter((e) => e.hasAttribute("href") && !/^(https?|mailto):$/.test(new URL(e.getAttribute("href"), location).protocol)).map((e) => e.outerHTML),
      ...(page.querySelector(".md-container > .md-main > .md-main__inner > .md-content > article") ? [] : ["the article has left its place"]),
      ...(page.querySelector(".md-container > .md-footer") ? [] : ["the footer has left its place"]),
    ];
    if (problems.length || !all.length) found[name] = problems;
  }
  return found;
}"""
# A loaded page.
INTACT = """() => ({
  harmed: typeof harmed,
  base: document.baseURI === location.href,
  frames: frames.length,
  forms: [...document.querySelectorAll('article form')].filter((form) => form.closest('self-check') === null).length,
  scripts: [...document.querySelectorAll('article script')].filter((script) => !script.textContent.startsWith('var target=')).length,
  theme: document.querySelector('.md-container > .md-main > .md-main__inner > .md-content > article') !== null
    && document.querySelector('.md-container > .md-footer') !== null,
  config: JSON.parse(document.getElementById('__config').textContent).base,
  links: [...document.querySelectorAll('a[href]')].filter((a) => !/^(https?|mailto):$/.test(a.protocol)).map((a) => a.href),
  handlers: [...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames().filter((name) => name.startsWith('on'))),
  covers: [...document.querySelectorAll('article *')].filter((e) => getComputedStyle(e).position === 'fixed').length,
})"""


@pytest.fixture(scope="session")
def planted_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Server() as server:
        built = planted.built(tmp_path_factory.mktemp("planted"), server.url)
        server.serve(built.folder)
        yield Site(server.url, built.folder)


class TestPages:
    @pytest.fixture
    def site(self, planted_site: Site) -> Site:
        return planted_site

    def look(self, tab: Tab, names: list[str]) -> None:
        for name in names:
            tab.goto(f"{name}/")
            tab.wait("!!window.document$")
            found = tab.js(INTACT)
            expected = {"harmed": "undefined", "base": True, "frames": 0, "forms": 0, "scripts": 0, "theme": True, "config": ".."}
            assert found == {**expected, "links": [], "handlers": [], "covers": 0}, name
        assert tab.violations == []
        assert [address for address in tab.requests if "elsewhere" in address] == []

    def test_a_page_with_an_attack_is_intact(self, tab: Tab) -> None:
        self.look(tab, FEW)

    def test_no_page_holds_anything_that_acts(self, tab: Tab) -> None:
        tab.goto("")
        assert tab.js(READ, [*planted.PAGES, *planted.INERT, "notebook", "quiz", "tags"]) == {}

    def test_search_shows_markup_as_text(self, tab: Tab) -> None:
        tab.goto("")
        tab.wait("!!window.document$")
        tab.press("/")
        tab.wait("document.activeElement.matches('.md-search__input')")
        tab.type(".md-search__input", "script")
        tab.wait("document.querySelector('.md-search-result__item')")
        assert tab.js("document.querySelectorAll('.md-search-result :is(script, img, iframe, [onerror])').length") == 0
        assert tab.js("typeof harmed") == "undefined"


class TestReaders:
    @pytest.fixture
    def site(self, small_site: Site) -> Site:
        return small_site

    @pytest.fixture
    def page(self, tab: Tab) -> Iterator[Tab]:
        yield show(tab)
        assert tab.js("typeof harmed") == "undefined"
        assert tab.js("({}).polluted ?? [].polluted ?? null") is None
        assert tab.js("document.querySelectorAll('self-check :is(img, script, svg[onload]), .sc-page :is(img, script)').length") == 0
        assert tab.errors == []

    @pytest.mark.parametrize(
        "text", [HARMFUL, "\u202egnp.exe\u200b\u2066", "{{ 7 * 7 }}${7 * 7}", "." * 100_000 + "x"], ids=["html", "direction", "template", "long"]
    )
    def test_what_a_reader_types_is_text(self, page: Tab, text: str) -> None:
        question = Question(page, "a-word")
        page.js(
            "(q, text) => { const box = document.querySelector(q); box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }",
            f"#{question.id} input",
            text,
        )
        assert question.check().startswith("Wrong.")
        page.reload()
        ready(page)
        assert question.values == [text]

    def test_an_address_can_not_bring_anything_in(self, page: Tab) -> None:
        page.goto(f"kinds/?q={HARMFUL}#{HARMFUL}")
        ready(page)
        page.goto("kinds/#__proto__")
        ready(page)

    def bring_in(self, tab: Tab, text: str, times: int = 1) -> str:
        """Imports a file with this text (repeated, so that a large one need not cross the protocol); returns what the page says."""
        if not tab.js("document.querySelector('.sc-manage').open"):
            tab.click(".sc-manage summary")
        tab.wait("document.querySelector('.sc-manage input[type=file]')")
        tab.js(
            "(text, times) => { document.querySelector('.sc-page [role=status]').textContent = '';"
            " const input = document.querySelector('.sc-manage input[type=file]'); const data = new DataTransfer();"
            " data.items.add(new File([text.repeat(times)], 'progress.json', { type: 'application/json' })); input.files = data.files;"
            " input.dispatchEvent(new Event('change', { bubbles: true })); }",
            text,
            times,
        )
        return str(tab.wait("document.querySelector('.sc-page [role=status]').innerText.trim()"))

    def file(self, tab: Tab, questions: dict[str, Any]) -> str:
        return json.dumps({"format": "selfcheck", "v": 1, "site": "x", "questions": questions})

    def attempt(self, tab: Tab, answer: object) -> dict[str, Any]:
        return {"v": 1, "attempts": [{"t": 1, "rev": 1, "hints": 0, "verdict": "wrong", "score": 0, "answer": answer}]}

    def test_an_import_with_names_of_prototypes_pollutes_nothing(self, page: Tab) -> None:
        polluted = {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}
        ids = {name: self.attempt(page, polluted) for name in [*IDS, "__proto__", "constructor", "prototype", "toString"]}
        ids["a-word"] = {**polluted, **self.attempt(page, "x")}
        text = self.file(page, ids).replace('"format"', '"__proto__": {"polluted": 1}, "format"')
        assert "Imported" in self.bring_in(page, text)
        page.reload()
        ready(page)
        assert page.js("Object.keys(localStorage).filter((key) => key.includes('__proto__'))") == []

    def test_an_import_with_markup_everywhere_shows_it_as_text(self, page: Tab) -> None:
        answers = {name: self.attempt(page, HARMFUL) for name in IDS}
        answers |= {
            "a-gap": self.attempt(page, {"top": HARMFUL, "rest": HARMFUL}),
            "in-own-words": self.attempt(page, {"text": HARMFUL, "points": [HARMFUL]}),
        }
        answers["a-number"]["attempts"][0]["verdict"] = HARMFUL
        answers[HARMFUL] = self.attempt(page, "x")
        self.bring_in(page, self.file(page, answers))
        page.reload()
        ready(page)
        assert Question(page, "a-word").values == [HARMFUL]
        for name in IDS:
            if "Show answer" in Question(page, name).buttons:
                Question(page, name).press("Show answer")

    @pytest.mark.parametrize("answer", [None, 5, True, [], {}, "x", [[]], {"top": {}}, [None], {"text": 5, "points": 5}], ids=json.dumps)
    def test_an_import_with_answers_of_a_wrong_kind_leaves_every_question_usable(self, page: Tab, answer: object) -> None:
        self.bring_in(page, self.file(page, {name: self.attempt(page, answer) for name in IDS}))
        page.reload()
        ready(page)
        question = Question(page, "a-word")
        if "Try again" in question.buttons:
            question.press("Try again")
        question.answer(right=True)
        assert question.check().startswith("Right.")

    def test_an_import_touches_nothing_but_histories_of_this_site(self, page: Tab) -> None:
        page.js("() => { localStorage.other = 'kept'; localStorage['selfcheck:v1:/elsewhere/:a'] = 'kept'; }")
        before = page.js("({ ...localStorage })")
        names = ["../elsewhere/:a", "a:b", "", " ", "a" * 300, "other/", "selfcheck:v1:/elsewhere/:a", "/__palette", "a\u0000b"]
        assert "damaged" in self.bring_in(page, self.file(page, {name: self.attempt(page, "x") for name in names}))
        assert page.js("({ ...localStorage })") == before

    @pytest.mark.parametrize(("text", "times"), [("[", 200_000), (" ", 25_000_000)], ids=["deep", "huge"])
    def test_a_file_that_is_too_much_is_refused(self, page: Tab, text: str, times: int) -> None:
        assert "Nothing was changed" in self.bring_in(page, text, times)
        assert progress(page).startswith("Progress: 0 of ")
