"""What a reader of questions can rely on, in every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from browser.engines.playwright import PlaywrightTab
from browser.questions import IDS, Question, progress, ready, show
from browser.server import Site
from browser.tab import OpenTab, Tab

only_chromium = pytest.mark.parametrize("browser", ["chromium"], indirect=True)
NOTICES = "document.querySelector('.sc-page [role=status]').innerText.trim().split(/\\n+/).filter(Boolean).length"
HARMFUL = '<img src="nowhere" onerror="harmed = 1"><b>x</b>'


@pytest.fixture
def site(small_site: Site) -> Site:
    return small_site


@pytest.fixture
def page(tab: Tab) -> Iterator[Tab]:
    """The page with every type of question, which no test may bring to an error."""
    yield show(tab)
    assert tab.errors == []


def questions(tab: Tab) -> list[Question]:
    return [Question(tab, name) for name in IDS]


def same_document(tab: Tab) -> bool:
    return bool(tab.js("window.stayed === true"))


def stay(tab: Tab) -> None:
    tab.js("() => { window.stayed = true; }")


# Answering


def test_right_answers_are_confirmed_and_explained(page: Tab) -> None:
    for question in questions(page):
        assert question.status == "", "the status is there from the start, and empty"
        question.answer(right=True)
        assert question.check().startswith("Right."), question
        assert question.explained, question
        assert [(attempt["verdict"], attempt["score"]) for attempt in question.attempts] == [("right", 1)], question
    assert progress(page) == "Progress: 10 of 10 answered, 10 right"


REASONS = {
    "several-right": "It is a step.",
    "a-number": "You used the base-10 logarithm.",
    "a-word": "That is an activation.",
    "a-gap": "That would be recall.",
    "what-it-prints": "The default list is made once, when the function is.",
}


def test_wrong_answers_are_explained_and_can_be_mended(page: Tab) -> None:
    for question in questions(page):
        question.answer(right=False)
        status = question.check()
        assert status.startswith(("Wrong.", "Partly right.")), question
        assert REASONS.get(question.name, "") in status
        assert page.js("document.activeElement !== document.body"), f"{question}: the focus has not fallen off"
        assert not page.js("!!document.querySelector('self-check :disabled')"), f"{question}: what is locked can still be reached"
        assert question.explained == (question.name == "in-own-words"), question
        question.press("Try again")
        question.wait("q => !q.querySelector('.sc-status').textContent")
        question.answer(right=True)
        assert question.check().startswith("Right."), question
        assert [attempt["score"] < 1 for attempt in question.attempts] == [True, False], question


def test_only_what_was_wrong_is_tried_again(page: Tab) -> None:
    several = Question(page, "several-right")
    several.choose("Softmax")
    several.choose("A sine")
    assert "1 of 2 right ones found" in several.check()
    assert "Binary" not in several.status, "the right one that is missing is not given away"
    several.press("Try again")
    several.wait("q => q.querySelectorAll(':checked').length === 1")
    several.choose("Softmax")
    assert several.js("q => q.querySelectorAll(':checked').length") == 1, "what was right is locked"
    several.choose("Binary")
    assert several.check().startswith("Right.")

    gap = Question(page, "a-gap")
    gap.answer(right=False)
    assert "1 of 2 right" in gap.check()
    gap.press("Try again")
    gap.wait("q => !q.querySelector('[name=rest]').readOnly")
    assert gap.js("q => [q.querySelector('[name=top]').readOnly, q.querySelector('[name=top]').value]") == [True, "TP"]


def test_giving_up_shows_what_was_missed(page: Tab) -> None:
    question = Question(page, "several-right")
    question.choose("Softmax")
    question.press("Show answer")
    question.wait("q => q.querySelector('.sc-status').textContent")
    assert question.status.startswith("Answer shown.")
    assert question.explained
    assert sorted(question.marks) == ["missed", "right"]
    assert progress(page) == "Progress: 1 of 10 answered, 0 right"


def test_without_an_answer_nothing_is_recorded(page: Tab) -> None:
    for question in questions(page):
        if question.name != "in-order":  # whoever believes in the order shown may say so
            assert not question.check().startswith(("Right", "Wrong", "Partly")), question
            assert question.attempts == [], question


def test_a_half_given_answer_is_not_counted(page: Tab) -> None:
    question = Question(page, "a-gap")
    question.js("q => { q.querySelector('.sc-blank').value = 'TP' }")
    assert question.check().startswith("Fill every blank")
    assert question.attempts == []
    question = Question(page, "in-pairs")
    question.js("q => { q.querySelector('select').selectedIndex = 1 }")
    assert question.check().startswith("Choose something in every row")
    assert question.attempts == []


def test_what_is_no_number_is_helped_and_not_counted(page: Tab) -> None:
    question = Question(page, "a-number")
    question.fill("ln two")
    assert "0.25" in question.check()
    question.fill("0.69 kg")
    assert "nats" in question.check()
    assert question.attempts == []


def test_numbers_are_read_as_people_write_them(page: Tab) -> None:
    question = Question(page, "a-number")
    for text in (".69", "0,69", "69e-2", "6.9×10^−1", "0.69 nats", "1 bit"):
        question.fill(text)
        assert question.check().startswith("Right."), text
        question.press("Clear")
        question.wait("q => !q.querySelector('.sc-status').textContent && !q.querySelector('input').value")


def test_choosing_is_not_submitting(page: Tab) -> None:
    question = Question(page, "one-right")
    page.click("#q-one-right input")
    for _ in range(3):
        page.press("ArrowDown")
    assert question.js("q => q.querySelectorAll('input')[3].checked")
    page.press("ArrowUp")
    assert question.js("q => q.querySelectorAll('input')[2].checked"), "nothing is locked"
    assert question.status == ""
    assert question.attempts == []


def test_an_answer_is_locked_after_checking(page: Tab) -> None:
    question = Question(page, "one-right")
    question.answer(right=False)
    question.check()
    before = question.values
    page.click("#q-one-right .sc-option:last-of-type input")
    page.click("#q-one-right .sc-option:first-of-type input")
    page.press("ArrowDown")
    assert question.values == before
    assert len(question.attempts) == 1


def test_enter_submits_and_the_focus_stays(page: Tab) -> None:
    for name, field in (("a-number", "value"), ("a-word", "value"), ("a-gap", "rest")):
        question = Question(page, name)
        question.answer(right=False)
        page.press("Enter")
        question.wait("q => q.querySelector('.sc-status').textContent")
        assert page.js("document.activeElement.name") == field
    assert page.js("location.search") == "", "the form was not sent"


def test_enter_in_a_text_area_is_a_new_line(page: Tab) -> None:
    question = Question(page, "what-it-prints")
    question.fill("1\n2")
    assert question.values == ["1\n2"]
    assert question.status == ""


def test_typed_html_is_inert(page: Tab) -> None:
    typed = [Question(page, name) for name in ("a-word", "a-gap", "what-it-prints", "in-own-words")]
    for question in typed:
        for field in question.js("q => [...q.querySelectorAll('.sc-blank, .sc-field [name]')].map((field) => field.name)"):
            question.fill(HARMFUL, field)
        question.check()
        question.press("Show answer")
        question.wait("q => q.querySelector('.sc-status').textContent.startsWith('Answer shown.')")
    page.reload()
    ready(page)
    for question in typed:
        assert HARMFUL in question.values, question
    assert page.js("document.querySelectorAll('self-check img').length") == 0
    assert page.js("typeof harmed") == "undefined"


def test_hints_come_one_at_a_time(page: Tab) -> None:
    question = Question(page, "one-right")
    seen = "q => [...q.querySelectorAll('.sc-hint')].map((hint) => hint.open && hint.checkVisibility())"
    assert question.js(seen) == [False, False]
    question.press("Hint")
    assert question.js(seen) == [True, False]
    question.press("Hint")
    assert question.js(seen) == [True, True]
    question.answer(right=True)
    question.check()
    assert question.attempts[0]["hints"] == 2


# Keyboard


def tab_to(tab: Tab, selector: str) -> None:
    for _ in range(30):
        if tab.js("s => document.activeElement.matches(s)", selector):
            return
        tab.press("Tab")
    raise AssertionError(f"no way to {selector} by Tab")


def test_the_keyboard_is_enough(page: Tab) -> None:
    page.js("document.querySelector('#every-type-of-question .headerlink').focus()")
    tab_to(page, "#q-one-right input")
    page.press("Space")
    page.press("ArrowDown")
    tab_to(page, "#q-one-right [type=submit]")
    page.press("Enter")
    question = Question(page, "one-right")
    question.wait("q => q.querySelector('.sc-status').textContent")
    assert len(question.attempts) == 1
    tab_to(page, "#q-several-right input")


def test_items_are_moved_by_keyboard_and_the_focus_goes_along(page: Tab) -> None:
    question = Question(page, "in-order")
    first, second, *_ = question.items
    page.js("id => document.querySelectorAll(`[data-item='${id}'] button`)[1].focus()", first)
    for key in ("Enter", "Space"):
        page.press(key)
        assert page.js("document.activeElement.closest('li')?.dataset.item") == first
    assert question.items[0] == second
    assert question.items[2] == first
    assert "3 of 4" in question.js("q => [...q.querySelectorAll('[role=status]')].map((status) => status.textContent).join(' ')")


def test_the_themes_shortcuts_keep_quiet_in_questions(page: Tab) -> None:
    stay(page)
    for selector in ("#q-one-right input", "#q-one-right [type=submit]", "#q-in-pairs select", ".sc-manage summary"):
        page.js("s => document.querySelector(s).focus()", selector)
        for key in "npsf.,":
            page.press(key)
            assert page.js("s => document.activeElement.matches(s)", selector), (selector, key)
            assert not page.js("document.querySelector('#__search').checked"), (selector, key)
    assert page.js("location.pathname.endsWith('/kinds/')")
    assert same_document(page)


def test_the_themes_shortcuts_work_elsewhere(page: Tab) -> None:
    """Else the test above would prove nothing."""
    page.js("document.activeElement.blur()")
    page.press("/")
    page.wait("document.querySelector('#__search').checked")


# Coming back


def test_answers_are_there_after_a_reload(page: Tab) -> None:
    seen = {}
    for question in questions(page):
        question.answer(right=question.name in ("a-word", "in-order"))
        question.check()
        seen[question.name] = (question.status, question.values, question.items, question.marks)
    page.reload()
    ready(page)
    for question in questions(page):
        assert (question.status, question.values, question.items, question.marks) == seen[question.name]
    assert progress(page) == "Progress: 10 of 10 answered, 2 right"


def test_an_answer_not_yet_checked_is_there_after_a_reload(page: Tab) -> None:
    question = Question(page, "in-own-words")
    question.fill("Half a thou")
    page.wait("() => Object.values(localStorage).some((value) => value.includes('Half a thou'))")
    page.reload()
    ready(page)
    assert question.values[0] == "Half a thou"
    assert progress(page) == "Progress: 0 of 10 answered, 0 right"


def test_instant_navigation_and_back_keep_answers(page: Tab) -> None:
    stay(page)
    question = Question(page, "a-word")
    question.answer(right=True)
    question.check()
    page.click(".md-header a.md-logo")
    page.wait("() => !document.querySelector('self-check') && document.querySelector('h1').innerText.startsWith('Fixture')")
    page.back()
    page.wait("document.querySelector('#q-a-word .sc-status')?.textContent")
    ready(page)
    assert same_document(page), "or else it was a full load, and the test proves nothing"
    assert question.status.startswith("Right.")
    assert question.values == ["Cross entropy."]
    assert question.js("q => q.querySelectorAll('[type=submit]').length") == 1, "upgraded once"
    assert page.js("document.querySelectorAll('.sc-progress').length") == 1


def test_a_question_on_two_pages_is_one_question(page: Tab) -> None:
    question = Question(page, "one-right")
    question.answer(right=True)
    question.check()
    show(page, "markers/")
    assert question.status.startswith("Right.")
    assert progress(page) == "Progress: 1 of 6 answered, 1 right"


def test_a_question_inserted_above_is_not_answered(page: Tab, site: Site) -> None:
    question = Question(page, "one-right")
    question.answer(right=False)
    question.check()
    values = question.values
    opening = '<self-check class="sc" id="q-one-right"'
    another = (
        '<self-check class="sc" id="q-brand-new" data-type="single" data-rev="1"><form class="sc-form" method="dialog" novalidate>'
        '<div class="sc-ask" id="q-brand-new-ask"><p>New?</p></div><fieldset class="sc-choices" aria-labelledby="q-brand-new-ask">'
        '<label class="sc-option"><input type="radio" name="choice" value="aec967b2"><span class="sc-letter">A</span>'
        '<span class="sc-text">A</span></label>'
        '</fieldset><details class="sc-answer"><summary>Answer</summary><ul class="sc-reasons"><li data-choice="aec967b2" data-right>A</li></ul>'
        '<div class="sc-why">So.</div></details></form></self-check>'
    )
    show(page, site.variant("inserted", "kinds", (opening, another + opening)))
    assert Question(page, "brand-new").status == ""
    assert Question(page, "brand-new").values == [False]
    assert question.status.startswith("Wrong.")
    assert question.values == values
    assert progress(page) == "Progress: 1 of 11 answered, 0 right"


def test_a_choice_is_recognized_wherever_it_stands_and_whatever_its_neighbors_say(page: Tab, site: Site) -> None:
    question = Question(page, "several-right")
    question.choose("A sine")
    question.check()
    options = question.js("q => [...q.querySelectorAll('.sc-option')].map((option) => option.outerHTML)")
    option = next(html for html in options if "A sine" in html)
    value = question.js("q => q.querySelector(':checked').value")
    html = (site.folder / "kinds" / "index.html").read_text(encoding="utf-8")
    start = html.index('<label class="sc-option">', html.index("<self-check", html.index("q-several-right") - 40))
    end = html.index("</fieldset>", start)
    labels = html[start:end]
    assert option
    reordered = "".join(f"{label}</label>" for label in reversed(labels.split("</label>")[:-1]))
    show(page, site.variant("reordered", "kinds", (labels, reordered.replace("Zero-one loss", "Zero-one  loss!"))))
    assert page.js("document.querySelector('#q-several-right :checked').value") == value
    assert question.status.startswith("Wrong.")


def test_a_choice_whose_text_changed_is_not_marked_and_nothing_else_is_lost(page: Tab, site: Site) -> None:
    question, other = Question(page, "several-right"), Question(page, "a-word")
    question.choose("A sine")
    question.check()
    other.answer(right=True)
    other.check()
    value = question.js("q => q.querySelector(':checked').value")
    show(page, site.variant("edited", "kinds", (value, "0123abcd")))
    assert question.values == [False] * 4
    assert question.status.startswith("Wrong."), "the attempt still counts"
    assert len(question.attempts) == 1
    assert other.status.startswith("Right.")


def test_a_question_whose_meaning_changed_is_asked_again_and_keeps_its_history(page: Tab, site: Site) -> None:
    question = Question(page, "a-word")
    question.answer(right=True)
    question.check()
    old = 'id="q-a-word" data-type="short" data-rev="1"'
    show(page, site.variant("revised", "kinds", (old, old.replace('rev="1"', 'rev="2"'))))
    assert "changed" in question.status
    assert progress(page) == "Progress: 0 of 10 answered, 0 right"
    assert len(question.attempts) == 1
    question.answer(right=True)
    question.check()
    assert [attempt["rev"] for attempt in question.attempts] == [1, 2]


@pytest.mark.parametrize("path", ["kinds/", ""])
def test_a_deep_link_shows_its_question(tab: Tab, path: str) -> None:
    tab.goto("")
    if path:
        show(tab, "kinds/#q-what-it-prints")
        name = "q-what-it-prints"
    else:
        tab.click("article a", "a question")
        name = "q-one-right"
        tab.wait("document.querySelector('self-check')")
        ready(tab)
    tab.wait("name => { const { top } = document.getElementById(name).getBoundingClientRect(); return top >= 0 && top < innerHeight / 2; }", name)
    assert tab.js("name => location.hash === `#${name}`", name)


def test_the_permalink_leads_to_the_question(page: Tab) -> None:
    page.js("() => { document.querySelector('#q-in-order .sc-permalink').scrollIntoView({ block: 'center', behavior: 'instant' }); }")
    page.wait("Math.abs(history.state?.y - scrollY) < 2")  # the theme notes the place a little later, and in Firefox that undoes a jump
    page.click("#q-in-order .sc-permalink")
    page.wait("location.hash === '#q-in-order' && document.querySelector('#q-in-order:target')")
    page.wait("document.querySelector('#q-in-order').getBoundingClientRect().top >= document.querySelector('.md-header').offsetHeight")


# Storage


def test_two_tabs_keep_in_step(page: Tab) -> None:
    second = page.new_tab()
    show(second)
    here, there = Question(page, "a-word"), Question(second, "a-word")
    there.answer(right=True)
    there.check()
    here.wait("q => q.querySelector('.sc-status').textContent.startsWith('Right.')")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 1 of 10 answered, 1 right'")
    here.press("Clear")
    there.wait("q => !q.querySelector('.sc-status').textContent && !q.querySelector('input').value")
    assert progress(second) == "Progress: 0 of 10 answered, 0 right"
    Question(page, "a-number").answer(right=True)
    Question(page, "a-number").check()
    second.wait("document.querySelector('.sc-progress').innerText === 'Progress: 1 of 10 answered, 1 right'")


REFUSALS = {
    "all": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    "damaged": "for (const way of ['getItem', 'setItem', 'key']) Storage.prototype[way] = () => { throw new DOMException('no', 'Error'); }",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
}


@pytest.mark.parametrize("refused", REFUSALS)
def test_storage_may_be_refused(tab: Tab, refused: str) -> None:
    """The page before has no questions, and instant navigation keeps what was broken there."""
    tab.goto("")
    tab.wait("!!window.document$")
    tab.js(f"() => {{ {REFUSALS[refused]}; window.stayed = true; }}")
    tab.click("article a", "All types")
    tab.wait("document.querySelector('self-check')")
    ready(tab)
    for identifier in ("a-word", "a-number"):
        question = Question(tab, identifier)
        question.answer(right=True)
        tab.wait(NOTICES)  # a line above, which moves the questions
        assert question.check().startswith("Right.")
    assert same_document(tab)
    assert progress(tab) == "Progress: 2 of 10 answered, 2 right"
    assert tab.wait(NOTICES) == 1, "it is said once"


FOREIGN = [
    "{broken",
    "null",
    "[]",
    '"text"',
    '{"v":2,"attempts":{"new":"shape"}}',
    '{"v":2,"attempts":[]}',
    '{"v":1}',
    '{"v":1,"attempts":[{"t":"x"}]}',
    '{"v":1,"attempts":[],"draft":5}',
    '{"v":1,"attempts":[],"cleared":"today"}',
]


def test_what_is_not_understood_is_left_alone(page: Tab) -> None:
    prefix = page.js("`selfcheck:v1:${new URL('..', location).pathname}:`")
    foreign = {prefix + name: value for name, value in zip(IDS, FOREIGN, strict=True)}
    page.js("(foreign) => { Object.assign(localStorage, foreign); }", foreign)
    page.reload()
    ready(page)
    for question in questions(page):
        question.answer(right=True)
        assert question.check().startswith("Right."), question
    assert page.wait(NOTICES) == 1, "it is said once"
    manage(page, "Clear everything")
    confirm(page, "Clear")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 0 of 10 answered, 0 right'")
    assert page.js("(foreign) => Object.keys(foreign).map((key) => [key, localStorage[key]])", foreign) == [list(e) for e in foreign.items()]


def manage(tab: Tab, button: str) -> None:
    if not tab.js("document.querySelector('.sc-manage').open"):
        tab.click(".sc-manage summary")
    tab.wait("document.querySelector('.sc-manage button')")
    tab.click(".sc-manage button", button)


def confirm(tab: Tab, button: str) -> None:
    tab.wait("document.querySelector('dialog[open]')")
    tab.click("dialog[open] button", button)
    tab.wait("!document.querySelector('dialog[open]')")


def exported(tab: Tab) -> str:
    tab.js(
        "() => { const make = URL.createObjectURL;"
        " URL.createObjectURL = (blob) => { window.file = blob.text(); return make.call(URL, new Blob()); };"
        " addEventListener('click', (e) => e.target.download && e.preventDefault()); }"
    )
    manage(tab, "Export")
    return str(tab.js("window.file"))


def bring_in(tab: Tab, text: str) -> None:
    if not tab.js("document.querySelector('.sc-manage').open"):
        tab.click(".sc-manage summary")
    tab.wait("document.querySelector('.sc-manage input[type=file]')")
    tab.js(
        "(text) => { const input = document.querySelector('.sc-manage input[type=file]'); const data = new DataTransfer();"
        " data.items.add(new File([text], 'progress.json', { type: 'application/json' })); input.files = data.files;"
        " input.dispatchEvent(new Event('change', { bubbles: true })); }",
        text,
    )


def answer_two(tab: Tab) -> None:
    for identifier, right in (("a-word", True), ("a-number", False)):
        Question(tab, identifier).answer(right)
        Question(tab, identifier).check()


def test_progress_moves_to_another_device(open_tab: OpenTab, page: Tab) -> None:
    answer_two(page)
    text = exported(page)
    device = show(open_tab())
    Question(device, "one-right").answer(right=True)
    Question(device, "one-right").check()
    bring_in(device, text)
    device.wait("document.querySelector('.sc-progress').innerText === 'Progress: 3 of 10 answered, 2 right'")
    assert Question(device, "a-word").status.startswith("Right.")
    bring_in(device, text)
    device.wait("document.querySelector('.sc-page [role=status]').innerText.includes('Imported')")
    assert len(Question(device, "a-word").attempts) == 1, "nothing is counted twice"


def test_what_was_cleared_comes_back_only_when_asked_for(page: Tab) -> None:
    answer_two(page)
    text = exported(page)
    manage(page, "Clear everything")
    confirm(page, "Cancel")
    assert progress(page) == "Progress: 2 of 10 answered, 1 right"
    manage(page, "Clear everything")
    confirm(page, "Clear")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 0 of 10 answered, 0 right'")
    assert Question(page, "a-word").values == [""]
    bring_in(page, text)
    page.wait("document.querySelector('.sc-page [role=status]').innerText.includes('cleared')")
    assert progress(page) == "Progress: 0 of 10 answered, 0 right"
    page.click(".sc-page [role=status] button")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 2 of 10 answered, 1 right'")
    assert Question(page, "a-word").status.startswith("Right.")


def test_clearing_a_page_or_a_question_leaves_the_others(page: Tab) -> None:
    show(page, "markers/")
    other = Question(page, "m-alone")
    other.answer(right=True)
    other.check()
    show(page)
    answer_two(page)
    Question(page, "a-word").press("Clear")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 1 of 10 answered, 0 right'")
    manage(page, "Clear this page")
    confirm(page, "Clear")
    page.wait("document.querySelector('.sc-progress').innerText === 'Progress: 0 of 10 answered, 0 right'")
    show(page, "markers/")
    assert progress(page) == "Progress: 1 of 6 answered, 1 right"


def test_a_file_that_is_no_export_changes_nothing(page: Tab) -> None:
    answer_two(page)
    before = page.js("JSON.stringify(Object.entries(localStorage).sort())")
    for text in ("", "not JSON", "[]", '{"format":"other","v":1,"questions":{}}', '{"format":"selfcheck","v":2,"questions":{}}'):
        page.js("() => { document.querySelector('.sc-page [role=status]').textContent = ''; }")
        bring_in(page, text)
        page.wait("document.querySelector('.sc-page [role=status]').innerText.includes('Nothing was changed')")
        assert page.js("JSON.stringify(Object.entries(localStorage).sort())") == before


def test_damaged_parts_of_an_export_are_left_out_and_harmful_ones_do_nothing(page: Tab) -> None:
    answer_two(page)
    file = json.loads(exported(page))
    manage(page, "Clear everything")
    confirm(page, "Clear")
    page.wait("document.querySelector('.sc-progress').innerText.includes(' 0 of')")
    later = page.js("Date.now()") + 60_000
    attempt = {**file["questions"]["a-word"]["attempts"][0], "t": later}
    file["questions"] = {
        "a-word": {"v": 1, "attempts": [{**attempt, "answer": HARMFUL}]},
        "in-order": {"v": 1, "attempts": [{**attempt, "answer": 5}]},
        "a-gap": {"v": 1, "attempts": [attempt, {"t": "no time"}]},
        "a-number": {"attempts": 7},
        "__proto__": {"v": 1, "attempts": []},
        HARMFUL: {"v": 1, "attempts": []},
    }
    bring_in(page, json.dumps(file))
    page.wait("document.querySelector('.sc-page [role=status]').innerText.includes('damaged')")
    page.reload()
    ready(page)
    assert Question(page, "a-word").values == [HARMFUL]
    assert Question(page, "a-number").stored["attempts"] == []
    for question in questions(page):
        question.press("Clear" if "Clear" in question.buttons else "Check")
    assert page.js("typeof harmed") == "undefined"
    assert page.js("document.querySelectorAll('self-check img, .sc-page img').length") == 0


# Whatever the page is shown on


@pytest.mark.parametrize("right", [True, False])
def test_nothing_scrolls_sideways_at_320_pixels(page: Tab, site: Site, right: bool) -> None:
    long = "A prior that is much too long to name in one line of a phone"
    show(page, site.variant("long", "kinds", (">Laplace<", f">{long}<"), (">L1<", f">{long}<"), ("Zero-one loss", "Zero" * 30)))
    page.resize(320, 640)
    page.wait("innerWidth === 320")
    assert page.js("document.documentElement.scrollWidth") <= 320
    for question in questions(page):
        if question.name == "several-right":
            question.press("Show answer")
            continue
        question.answer(right)
        question.check()
    page.click(".sc-manage summary")
    page.wait("document.querySelector('.sc-manage button')")
    assert page.js("document.documentElement.scrollWidth") <= 320
    too_wide = (
        "[...document.querySelectorAll('self-check *, .sc-page *')].filter((e) => e.checkVisibility()"
        " && e.getBoundingClientRect().right > 320.5 && !e.closest('.sc-code, .formula, .sc-said, option')).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert page.js(too_wide) == []


def test_targets_are_large_enough(page: Tab) -> None:
    small = (
        "[...document.querySelectorAll('self-check :is(button, select, summary, label, input[type=text], textarea), .sc-page summary')]"
        ".filter((e) => e.checkVisibility()).map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"
    )
    assert page.js(small) == []


@only_chromium
def test_without_javascript_it_reads_as_a_question_with_an_answer(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab(java_script_enabled=False)
    assert isinstance(tab, PlaywrightTab)
    tab.goto("kinds/")
    for identifier in IDS:
        question = tab.page.locator(f"#q-{identifier}")
        assert question.locator(".sc-ask").is_visible()
        why = question.locator(".sc-why, .sc-model").first
        assert not why.is_visible()
        question.locator(".sc-answer > summary").click()
        assert why.is_visible()
        assert question.locator("button").count() == 0, "nothing is offered that does not work"
    hint = tab.page.locator("#q-one-right .sc-hint").first
    hint.locator("summary").click()
    assert hint.locator("p").is_visible()
    tab.page.locator("#q-a-word input").fill("x")
    tab.page.keyboard.press("Enter")
    assert tab.page.url == site.url + "kinds/"
    assert tab.page.locator("#q-a-word input").input_value() == "x"


@only_chromium
@pytest.mark.parametrize("java_script", [True, False])
def test_paper_shows_the_answers_and_no_buttons(open_tab: OpenTab, site: Site, java_script: bool) -> None:
    tab = open_tab(java_script_enabled=java_script)
    assert isinstance(tab, PlaywrightTab)
    tab.goto("kinds/")
    if java_script:
        ready(tab)
    tab.page.emulate_media(media="print")
    for identifier in IDS:
        question = tab.page.locator(f"#q-{identifier}")
        box = question.locator(".sc-why, .sc-model").first.bounding_box()
        assert box, identifier
        assert box["height"] > 10, identifier
        assert question.locator("button:visible:not(.md-code__button)").count() == 0
    assert tab.page.locator(".sc-manage:visible").count() == 0


@only_chromium
def test_forced_colors_keep_verdicts_and_outlines(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab(forced_colors="active")
    show(tab)
    question = Question(tab, "several-right")
    question.choose("Softmax")
    question.choose("A sine")
    assert question.check().startswith("Partly right.")
    assert sorted(question.marks) == ["right", "wrong"]
    assert question.js("q => getComputedStyle(q).borderTopStyle") == "solid"
    tab.js("document.querySelector('#q-a-word input').focus()")
    tab.press("Shift+Tab")
    assert tab.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert tab.js("getComputedStyle(document.activeElement).outlineColor !== getComputedStyle(document.body).backgroundColor")


@only_chromium
def test_with_reduced_motion_nothing_in_a_question_moves(open_tab: OpenTab, site: Site) -> None:
    tab = open_tab(reduced_motion="reduce")
    show(tab)
    Question(tab, "a-word").answer(right=True)
    Question(tab, "a-word").check()
    moving = "document.getAnimations().filter((a) => a.effect.target.closest('self-check, self-check-page') && a.effect.getTiming().duration)"
    assert tab.js(f"{moving}.length") == 0
