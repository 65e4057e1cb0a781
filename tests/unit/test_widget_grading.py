"""What each type of question counts as right, and how much."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from widget_bridge import call, given

ids = st.text("0123456789abcdef", min_size=8, max_size=8)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
lists = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)  # few, so that they overlap


def grade(kind: str, answer: Any, key: Any) -> dict[str, Any]:
    result: dict[str, Any] = call(f"kinds/{kind}.js", "grade", answer, key)
    assert 0 <= result["score"] <= 1
    return result


class TestPrograms:
    @given(st.lists(words, min_size=1, unique=True), st.lists(words))
    def test_the_score_is_the_share_of_tests_that_pass(self, names: list[str], passed: list[str]) -> None:
        score = grade("code", {"code": "", "passed": passed}, names)["score"]
        assert score == len(set(names) & set(passed)) / len(names)
        assert grade("code", {"code": "", "passed": names[::-1]}, names)["score"] == 1
        assert grade("code", {"code": "", "passed": None}, names)["score"] == 0


class TestChoices:
    @given(lists)
    def test_exactly_the_right_ones_are_right(self, right: list[str]) -> None:
        assert grade("multiple", right[::-1], right)["score"] == 1

    @given(lists, lists)
    def test_a_score_of_one_means_the_same_set(self, right: list[str], chosen: list[str]) -> None:
        assert (grade("multiple", chosen, right)["score"] == 1) == (set(chosen) == set(right))

    @given(lists, lists)
    def test_marks_reasons_and_missed_partition_the_choices(self, right: list[str], chosen: list[str]) -> None:
        result = grade("multiple", chosen, right)
        assert result["marks"] == {choice: choice in right for choice in chosen}
        assert [reason["choice"] for reason in result["reasons"]] == [choice for choice in chosen if choice not in right]
        assert set(result["missed"]) == set(right) - set(chosen)

    @given(lists, lists)
    def test_trying_again_keeps_what_was_right(self, right: list[str], chosen: list[str]) -> None:
        assert call("kinds/multiple.js", "retry", chosen, right) == [choice for choice in chosen if choice in right]

    def test_the_note_counts_and_does_not_name(self) -> None:
        assert grade("multiple", ["a", "x"], ["a", "b"])["note"] == "1 of 2 right ones found, 1 wrong."
        assert grade("single", ["x"], ["a"])["note"] == ""

    def test_a_choice_whose_text_has_changed_is_not_right(self) -> None:
        assert grade("single", ["gone"], ["a"])["score"] == 0


def numeric(**given: Any) -> dict[str, Any]:
    return {"answer": 0.69, "tolerance": 0.006, "percent": False, "unit": [], "also": [], "slips": [], **given}


NATS = numeric(unit=["nats", "nat"], also=[{"answer": 1, "unit": ["bits", "bit"]}], slips=[1, 0.3])


def is_right(answer: str, key: dict[str, Any]) -> bool:
    return bool(grade("numeric", answer, key)["score"] == 1)


class TestNumeric:
    @pytest.mark.parametrize("answer", ["0.69", "0,69", "0.69 nats", "0.69 Nat", "0.69nats.", "1 bit", "1 BITS", "0.696", "0.684", "69%"])
    def test_right(self, answer: str) -> None:
        assert is_right(answer, NATS)

    @pytest.mark.parametrize("answer", ["1", "1 nat", "0.69 bits", "0.6961", "0.6839", "-0.69", "69"])
    def test_wrong(self, answer: str) -> None:
        assert not is_right(answer, NATS)

    @pytest.mark.parametrize(
        ("answer", "slips"),
        [("1", [0]), ("1.009", [0]), ("1.011", []), ("0.305", [1]), ("0.307", []), ("0.3 bits", []), ("0.69", [])],
    )
    def test_a_slip_is_matched_within_a_hundredth_or_the_tolerance(self, answer: str, slips: list[int]) -> None:
        assert [reason["slip"] for reason in grade("numeric", answer, NATS)["reasons"]] == slips

    def test_the_nearest_slip_is_named(self) -> None:
        assert grade("numeric", "100.4", numeric(slips=[100, 101, 100.5]))["reasons"] == [{"slip": 2}]

    @pytest.mark.parametrize("unit", ["%", "percent", "per cent"])
    def test_a_percentage_is_a_hundredth_unless_that_is_the_unit(self, unit: str) -> None:
        assert is_right(f"69 {unit}", numeric())
        assert is_right(f"69 {unit}", numeric(answer=69, unit=["percent"]))
        assert is_right("69", numeric(answer=69, unit=["%"]))
        assert not is_right("0.69", numeric(answer=69, unit=["%"]))

    def test_case_of_a_unit_decides_only_between_two(self) -> None:
        power = numeric(answer=5, unit=["mW"], also=[{"answer": 7, "unit": ["MW"]}])
        assert is_right("5 mW", power) and is_right("7 MW", power) and is_right("5 mw", power)
        assert not is_right("5 MW", power)

    def test_a_percentage_as_tolerance(self) -> None:
        key = numeric(answer=-200, tolerance=5, percent=True)
        assert is_right("-190", key) and is_right("-210", key)
        assert not is_right("-189", key) and not is_right("-211", key)

    def test_the_tolerance_follows_the_unit(self) -> None:
        key = numeric(answer=2, tolerance=0.1, unit=["s"], also=[{"answer": 2000, "unit": ["ms"]}])
        assert is_right("2090 ms", key) and not is_right("2110 ms", key)

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            ("abc", "This can't be read as a number. Write it like 0.25, 1e-3, 1/4 or 25%."),
            ("5 <b>kg</b>", "The unit “<b>kg</b>” is not expected here. Write the number alone or in nats or in bits."),
            ("0.7", ""),
            ("7 %", ""),
        ],
    )
    def test_what_cannot_be_graded_is_said(self, answer: str, message: str) -> None:
        assert call("kinds/numeric.js", "ready", None, answer, NATS) == message

    @given(st.floats(-1e12, 1e12), st.floats(0, 1e6), st.booleans())
    def test_the_right_answer_is_right(self, answer: float, tolerance: float, percent: bool) -> None:
        assert is_right(repr(answer), numeric(answer=answer, tolerance=tolerance, percent=percent))

    @given(st.integers(-(10**6), 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
    def test_tolerance_is_symmetric_and_exact(self, answer: int, tolerance: int, off: int) -> None:
        key = numeric(answer=answer, tolerance=tolerance)
        assert is_right(str(answer + off), key) == is_right(str(answer - off), key) == (off <= tolerance)


class TestText:
    @pytest.mark.parametrize(
        "answer",
        ["cross-entropy", "Cross Entropy", "cross–entropy", "  CROSS \t entropy. ", '"cross entropy"', "‘cross-entropy’!", "ｃｒｏｓｓ entropy"],
    )
    def test_equal_texts(self, answer: str) -> None:
        assert grade("short", answer, {"accept": ["cross-entropy"]})["score"] == 1

    @pytest.mark.parametrize(("answer", "accepted"), [("crossentropy", "cross-entropy"), ("1", "-1"), ("x < 1", "x < -1"), ("n+1", "n-1"), ("", "-")])
    def test_different_texts(self, answer: str, accepted: str) -> None:
        assert grade("short", answer, {"accept": [accepted]})["score"] == 0

    @given(words, st.lists(words, max_size=3))
    def test_an_accepted_text_is_right_in_any_case(self, text: str, more: list[str]) -> None:
        assert grade("short", text, {"accept": [*more, text]})["score"] == 1

    @given(words)
    def test_making_texts_plain_twice_changes_nothing_more(self, text: str) -> None:
        once = call("grading.js", "plain", text)
        assume(re.search(r"\w", once))
        assert call("grading.js", "plain", once) == once

    def test_a_slip_is_named_unless_it_is_right(self) -> None:
        key = {"accept": ["a"], "slips": [["b", "c"], ["a", "d"]]}
        assert grade("short", "C", key)["reasons"] == [{"slip": 0}]
        assert grade("short", "a", key)["reasons"] == []


class TestArticles:
    def test_an_article_at_the_beginning_does_not_count(self) -> None:
        for answer in ("gamma", "the gamma", "A Gamma", " the  gamma."):
            assert grade("short", answer, {"accept": ["a gamma"], "slips": []})["score"] == 1
        assert grade("short", "a", {"accept": ["the"], "slips": []})["score"] == 0


class TestCloze:
    KEY = {"top": {"accept": ["TP"]}, "rest": {"accept": ["FP"], "slips": [["FN"]]}}

    def test_every_blank_counts_for_itself(self) -> None:
        result = grade("cloze", {"top": "tp", "rest": "fn"}, self.KEY)
        assert result["score"] == 0.5
        assert result["marks"] == {"top": True, "rest": False}
        assert result["reasons"] == [{"blank": "rest", "slip": 0}]
        assert result["note"] == "1 of 2 right."

    @pytest.mark.parametrize("answer", [{}, {"top": ""}, {"other": "TP"}])
    def test_a_missing_blank_is_wrong(self, answer: dict[str, str]) -> None:
        assert grade("cloze", answer, self.KEY)["score"] == 0


class TestOutput:
    @pytest.mark.parametrize("answer", ["1 2\n  3", "1 2  \n  3\n\n", "1 2\n3 \t", "1  2\n3", "\n1 2\n  3"])
    def test_how_many_spaces_stand_somewhere_does_not_count(self, answer: str) -> None:
        assert grade("output", answer, {"prints": "1 2\n  3\n", "slips": []})["score"] == 1

    @pytest.mark.parametrize("answer", ["1 2 3", "12\n3", "1 2\n\n3", "1 2"])
    def test_all_else_does(self, answer: str) -> None:
        assert grade("output", answer, {"prints": "1 2\n  3", "slips": [["1\n2 3"]]})["score"] == 0

    def test_case_counts(self) -> None:
        assert grade("output", "true", {"prints": "True", "slips": [["true"]]})["reasons"] == [{"slip": 0}]


class TestOrderAndMatch:
    @given(lists, st.randoms(use_true_random=False))
    def test_an_order_is_right_when_each_item_is_in_its_place(self, order: list[str], random: Any) -> None:
        answer = random.sample(order, len(order))
        result = grade("order", answer, {"order": order})
        assert result["score"] == sum(map(str.__eq__, answer, order)) / len(order)
        assert (result["score"] == 1) == (answer == order)

    @given(st.dictionaries(ids, ids, min_size=1, max_size=6), st.dictionaries(ids, ids, max_size=6))
    def test_pairs_count_one_by_one(self, key: dict[str, str], noise: dict[str, str]) -> None:
        assert grade("match", key, key)["score"] == 1
        answer = {**key, **noise}
        assert grade("match", answer, key)["score"] == sum(answer[left] == key[left] for left in key) / len(key)

    def test_nothing_is_right_in_an_answer_of_other_items(self) -> None:
        assert grade("order", ["x", "y"], {"order": ["a", "b"]})["score"] == 0
        assert grade("match", {}, {"a": "b"})["score"] == 0


@given(st.lists(ids, max_size=8, unique=True), st.integers(1, 8))
def test_open_counts_the_points_ticked(points: list[str], total: int) -> None:
    assert grade("open", {"text": "x", "points": points}, total)["score"] == min(len(points), total) / total


@pytest.mark.parametrize(("score", "verdict"), [(1, "right"), (0.999, "partly"), (0.01, "partly"), (0, "wrong")])
def test_verdicts(score: float, verdict: str) -> None:
    assert call("records.js", "verdict", score) == verdict
