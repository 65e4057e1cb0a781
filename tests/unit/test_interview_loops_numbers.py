"""Recomputes the numbers in the text of the page on interview loops.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own.
"""

from __future__ import annotations

import re
from itertools import product
from math import asin, pi, prod
from pathlib import Path

import numpy as np
import pytest

TEXT = (Path(__file__).parents[2] / "docs/start/interview-loops.md").read_text(encoding="utf-8")
PAGE = " ".join(TEXT.split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def better_of_two(r: float) -> float:
    return 0.5 + asin(r) / pi


def at_most(failures: int, chances: list[float]) -> float:
    """The probability of so few failures in independent rounds, by enumeration."""
    return sum(
        prod(p if ok else 1 - p for ok, p in zip(passed, chances, strict=True))
        for passed in product([True, False], repeat=len(chances))
        if passed.count(False) <= failures
    )


def test_the_better_score_is_the_better_performer() -> None:
    rng = np.random.default_rng(0)
    for r in (0.42, 0.19):
        score = rng.normal(size=(200_000, 2))
        performance = r * score + np.sqrt(1 - r * r) * rng.normal(size=(200_000, 2))
        same = (score[:, 0] > score[:, 1]) == (performance[:, 0] > performance[:, 1])
        assert same.mean() == pytest.approx(better_of_two(r), abs=0.005)
    assert says(
        f"With $r = 0.42$ that is {better_of_two(0.42):.2f}; with $r = 0.19$ it is {better_of_two(0.19):.2f}; a coin gives {better_of_two(0):.2f}"
    )
    assert says(f"if validity is 0.42: {100 * better_of_two(0.42):.0f} of 100 pairs in the right order")


def test_five_rounds() -> None:
    strict, lenient = at_most(0, [0.8] * 5), at_most(1, [0.8] * 5)
    assert says(f"$0.8^5 = {strict:.2f}$")
    assert says(rf"$0.8^5 + 5 \cdot 0.2 \cdot 0.8^4 = {lenient:.2f}$")
    assert says(f"To reach {lenient:.2f} under the strict rule you'd need {lenient ** (1 / 5):.2f} in every round")
    assert says(f"is worth {100 * (lenient ** (1 / 5) - 0.8):.0f} points in every round here")
    assert says(f"all of five at 0.8: {strict:.2f}; one forgiven: {lenient:.2f}")


def test_the_weakest_round() -> None:
    def offer(*chances: float) -> float:
        return at_most(0, list(chances))

    assert says(f"With 0.9, 0.9, 0.9, 0.9 and 0.5 the product is {offer(0.9, 0.9, 0.9, 0.9, 0.5):.2f}")
    assert says(f"Raising 0.5 to 0.6 gives {offer(0.9, 0.9, 0.9, 0.9, 0.6):.2f}; raising one 0.9 to 1.0 gives {offer(1.0, 0.9, 0.9, 0.9, 0.5):.2f}")


def test_good_and_bad_days() -> None:
    mixed = (at_most(0, [0.9] * 5) + at_most(0, [0.7] * 5)) / 2
    assert says(f"$(0.9^5 + 0.7^5)/2 = {mixed:.2f}$ rather than {0.8**5:.2f}")
    rng = np.random.default_rng(1)  # given the cause the rounds are independent, and all rise with it
    cause = rng.random(50_000)
    rounds = np.stack([low + (high - low) * cause**power for low, high, power in [(0.2, 0.9, 1), (0.5, 0.8, 2), (0.4, 1.0, 3)]])
    assert rounds.prod(axis=0).mean() > rounds.mean(axis=1).prod()


def test_the_mean_of_two_ratings() -> None:
    rng = np.random.default_rng(2)
    for rho in (0.0, 0.6, 1.0):
        first, other = rng.normal(size=(2, 200_000))
        second = rho * first + np.sqrt(1 - rho * rho) * other
        assert ((first + second) / 2).var() == pytest.approx((1 + rho) / 2, abs=0.01)
    assert says(r"has $(1 + \rho)/2$ of one rating's variance")


def test_what_the_headings_count() -> None:
    def rows(heading: str) -> int:
        section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
        return sum(line.startswith("| ") for line in section.splitlines()) - 2

    assert rows("Seven facts to ask the recruiter") == 7
    assert rows("Five roles") == 5
    assert rows("Loops in 2026") == 4 and says("Four things are commonly said to be standard now")
    section = TEXT.split("## Right answers and still no\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^\d\. ", section, re.MULTILINE)) == 5 and says("Right answers fail in five ways")
    box = TEXT.split('!!! tip "Tonight"')[1].split("\n## ")[0]
    assert len(re.findall(r"^    \d\. ", box, re.MULTILINE)) <= 6
    assert says("Mixed feedback can end in four ways") and says("Two evaluation questions to have an answer for")
