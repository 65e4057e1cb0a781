"""A reader's history: merging, clearing, storing, and what damaged data can do to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import strategies as st
from widget_bridge import WidgetError, call, given

EMPTY: dict[str, Any] = {"v": 1, "attempts": []}
times = st.integers(1, 30)  # few, so that they often coincide
drafts = st.fixed_dictionaries({"t": times, "rev": st.integers(1, 2), "hints": st.integers(0, 2), "answer": st.text("ab", max_size=2)})
attempts = st.builds(
    lambda draft, verdict, score: {**draft, "verdict": verdict, "score": score},
    drafts,
    st.sampled_from(["right", "partly", "wrong", "shown"]),
    st.sampled_from([0, 0.5, 1]),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["v", "t", "attempts", "cleared", "draft", "rev"]), inner),
)


def merge(a: Any, b: Any) -> Any:
    return call("records.js", "merge", a, b)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    history: dict[str, Any] = {"v": 1, "attempts": draw(st.lists(attempts, max_size=70 if draw(st.booleans()) else 4))}
    if draw(st.booleans()):
        history["cleared"] = draw(times)
    if draw(st.booleans()):
        history["draft"] = draw(drafts)
    merged: dict[str, Any] = merge(history, EMPTY)
    return merged


class TestMerge:
    @given(histories(), histories())
    def test_is_commutative(self, a: Any, b: Any) -> None:
        assert merge(a, b) == merge(b, a)

    @given(histories(), histories(), histories())
    def test_is_associative(self, a: Any, b: Any, c: Any) -> None:
        assert merge(merge(a, b), c) == merge(a, merge(b, c))

    @given(histories(), histories())
    def test_is_idempotent(self, a: Any, b: Any) -> None:
        assert merge(a, a) == a
        assert merge(merge(a, b), b) == merge(a, b)

    @given(histories(), histories())
    def test_keeps_the_latest_fifty(self, a: Any, b: Any) -> None:
        kept = merge(a, b)["attempts"]
        cleared = max(a.get("cleared", 0), b.get("cleared", 0))
        both = {json.dumps(x): x for x in [*a["attempts"], *b["attempts"]] if x["t"] > cleared}
        assert len(kept) == min(50, len(both))
        assert [x["t"] for x in kept] == sorted(x["t"] for x in both.values())[-50:]

    def test_the_oldest_go_first(self) -> None:
        long = {**EMPTY, "attempts": [{**ATTEMPT, "t": t} for t in range(60)]}
        assert [x["t"] for x in merge(long, EMPTY)["attempts"]] == list(range(10, 60))

    @given(histories(), histories())
    def test_a_clearing_wins_over_what_was_before_and_survives_imports(self, exported: Any, later: Any) -> None:
        cleared = call("records.js", "clear", merge(exported, later))
        assert cleared["attempts"] == [] and "draft" not in cleared
        assert merge(cleared, exported) == cleared

    @given(histories())
    def test_a_draft_is_newer_than_any_attempt(self, history: Any) -> None:
        assert history.get("draft", {"t": 99})["t"] > max((x["t"] for x in history["attempts"]), default=0)


ATTEMPT = {"rev": 1, "hints": 0, "answer": ["aa"], "verdict": "wrong", "score": 0}
FUTURE = 4102444800000  # the clock of another device may be ahead


@pytest.mark.parametrize("before", [{}, {"cleared": FUTURE}, {"attempts": [{**ATTEMPT, "t": FUTURE}]}, {"draft": {**ATTEMPT, "t": FUTURE}}])
def test_what_happens_now_comes_after_all_that_is_known(before: dict[str, Any]) -> None:
    history = call("records.js", "addAttempt", {**EMPTY, **before}, {**ATTEMPT, "score": 1, "verdict": "right"})
    assert history["attempts"][-1]["verdict"] == "right" and "draft" not in history
    draft = call("records.js", "addDraft", history, {"rev": 1, "hints": 0, "answer": []})
    assert draft["draft"]["t"] > draft["attempts"][-1]["t"]
    assert call("records.js", "clear", draft)["attempts"] == []


def test_an_attempt_of_another_revision_is_kept_and_does_not_count() -> None:
    history = {**EMPTY, "attempts": [{**ATTEMPT, "t": 1}]}
    assert call("records.js", "latest", history, 1) == {**ATTEMPT, "t": 1}
    assert call("records.js", "latest", history, 2) is None
    assert call("records.js", "latest", EMPTY, 1) is None


class TestUnderstand:
    @given(histories())
    def test_a_history_is_understood_whole(self, history: Any) -> None:
        assert call("records.js", "understand", history) == {"history": history, "whole": True}

    @given(anything)
    def test_nothing_breaks_it(self, value: Any) -> None:
        found = call("records.js", "understand", value)
        assert isinstance(found["whole"], bool)

    @given(histories(), attempts, st.sampled_from(["t", "rev", "hints", "verdict", "score", "answer"]))
    def test_a_damaged_attempt_is_left_out_and_noticed(self, history: Any, attempt: Any, field: str) -> None:
        damaged = {name: value for name, value in attempt.items() if name != field}
        found = call("records.js", "understand", {**history, "attempts": [*history["attempts"], damaged]})
        assert found == {"history": history, "whole": False}

    @pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"v": 2, "attempts": []}, {"v": 1}, {"v": 1, "attempts": {}}])
    def test_other_versions_and_garbage_are_no_history(self, value: Any) -> None:
        assert call("records.js", "understand", value) == {"whole": False}


@pytest.fixture
def prefix() -> Iterator[str]:
    call("own", "reset")
    yield f"selfcheck:v1:{call('store.js', 'SITE')}:"
    call("own", "refuse", False)


def stored(key: str) -> Any:
    text = call("own", "raw").get(key)
    return json.loads(text) if text else None


ONE = {**EMPTY, "attempts": [{**ATTEMPT, "t": 5}]}
TWO = {**EMPTY, "attempts": [{**ATTEMPT, "t": 7}]}


class TestStore:
    def test_what_is_added_is_stored_under_the_site_and_the_id(self, prefix: str) -> None:
        call("own", "add", "one", ONE)
        call("own", "add", "one", TWO)
        assert stored(f"{prefix}one") == merge(ONE, TWO) == call("store.js", "read", "one")

    @pytest.mark.parametrize("text", ["{garbage", "null", '{"v":2,"attempts":[]}', '{"v":1,"attempts":[{"t":1}]}'])
    def test_what_is_not_understood_is_never_overwritten(self, prefix: str, text: str) -> None:
        name = f"strange-{len(text)}"  # each its own, since memory outlives a test
        call("own", "put", prefix + name, text)
        call("own", "add", name, ONE)
        assert call("own", "raw")[prefix + name] == text
        assert call("store.js", "read", name) == ONE, "until the page is closed"

    def test_a_refusal_is_survived_and_made_up_for(self, prefix: str) -> None:
        call("own", "refuse", True)
        call("own", "add", "refused", ONE)
        assert call("store.js", "read", "refused") == ONE
        call("own", "refuse", False)
        assert stored(f"{prefix}refused") is None
        call("own", "add", "refused", TWO)
        assert stored(f"{prefix}refused") == merge(ONE, TWO)


class TestTransfer:
    def test_an_export_can_be_imported_elsewhere(self, prefix: str) -> None:
        call("own", "add", "one", ONE)
        file = call("manage.js", "exportAll")
        assert json.loads(file)["questions"]["one"] == ONE
        assert {"format": "selfcheck", "v": 1}.items() <= json.loads(file).items()
        call("own", "reset")
        call("own", "add", "one", TWO)
        assert call("manage.js", "importAll", file)["unread"] == 0
        assert stored(f"{prefix}one") == merge(ONE, TWO)

    def test_cleared_answers_come_back_only_when_asked_for(self, prefix: str) -> None:
        call("own", "add", "one", ONE)
        file = json.dumps({"format": "selfcheck", "v": 1, "questions": {"one": ONE}})
        call("own", "add", "one", {**EMPTY, "cleared": 6})
        assert call("manage.js", "importAll", file) == {"taken": 0, "older": 1, "unread": 0}
        assert stored(f"{prefix}one") == {**EMPTY, "cleared": 6}
        assert call("manage.js", "importAll", file, True) == {"taken": 1, "older": 0, "unread": 0}
        assert stored(f"{prefix}one") == ONE

    def test_of_a_damaged_file_the_rest_is_taken(self, prefix: str) -> None:
        questions = {"one": ONE, "half": {"v": 1, "attempts": [*TWO["attempts"], {"t": "x"}]}, "new": {"v": 2}, "a:b": ONE, "": ONE, "__proto__": ONE}
        file = json.dumps({"format": "selfcheck", "v": 1, "questions": questions})
        assert call("manage.js", "importAll", file) == {"taken": 2, "older": 0, "unread": 5}
        assert stored(f"{prefix}one") == ONE and stored(f"{prefix}half") == TWO

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"format":"selfcheck","v":1}', '{"format":"other","v":1,"questions":{}}'])
    def test_nonsense_is_refused(self, prefix: str, text: str) -> None:
        with pytest.raises(WidgetError, match="holds no progress"):
            call("manage.js", "importAll", text)

    def test_a_newer_file_is_refused(self, prefix: str) -> None:
        with pytest.raises(WidgetError, match="newer version"):
            call("manage.js", "importAll", '{"format":"selfcheck","v":2,"questions":{}}')
