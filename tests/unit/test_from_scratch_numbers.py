"""Recomputes the numbers, and tries the claims, in the text of the page on the method, metrics and data utilities.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
The challenges have tests of their own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import pairwise, product
from math import exp, inf, isclose, log, log10, prod
from pathlib import Path
from random import Random
from statistics import median, variance

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/practical/from-scratch-classical.md").read_text(encoding="utf-8").split())
SCORES, LABELS = [0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]
TIES = {"losses": 0.0, "halves": 0.5, "wins": 1.0}


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def auc(scores: list[float], labels: list[int], tie: float = 0.5) -> float:
    """By its definition, over all pairs of a positive and a negative."""
    positives = [score for score, label in zip(scores, labels, strict=True) if label]
    negatives = [score for score, label in zip(scores, labels, strict=True) if not label]
    wins = [1.0 if p > n else tie if p == n else 0.0 for p, n in product(positives, negatives)]
    return sum(wins) / len(wins)


def test_three_readings_of_ties() -> None:
    shown = {name: auc(SCORES, LABELS, tie) for name, tie in TIES.items()}
    assert says(f"Ties as losses give ${shown['losses']:.2f}$, as wins ${shown['wins']:.2f}$, as halves ${shown['halves']:.3f}$.")
    assert says(f"AUC ${shown['losses']:.2f}$, ${shown['halves']}$ or ${shown['wins']:.0f}$ on the same four rows")
    without_ties = [0.9, 0.4, 0.5, 0.1]
    assert len({auc(without_ties, LABELS, tie) for tie in TIES.values()}) == 1


def test_negated_scores_tell_the_readings_apart() -> None:
    both = {name: (auc(SCORES, LABELS, tie), auc([-score for score in SCORES], LABELS, tie)) for name, tie in TIES.items()}
    (before, after), (high, low), (half, rest) = both["losses"], both["wins"], both["halves"]
    assert says(f"AUC goes from ${before:.2f}$ to ${after:.0f}$, with ties as wins from ${high:.2f}$ to ${low:.2f}$")
    assert says(f"the sums are ${before + after:.2f}$ and ${high + low:.2f}$.")
    assert says(f"With halves it is ${half} + {rest} = {half + rest:.0f}$.")


def test_digits_and_range_of_a_double() -> None:
    assert says(f"about {sys.float_info.mant_dig * log10(2):.0f} digits")
    assert says(rf"(a relative spacing of ${sys.float_info.epsilon * 1e16:.1f} \times 10^{{-16}}$)")
    assert says(rf"ends near ${sys.float_info.max / 1e308:.1f} \times 10^{{308}}$")


def test_products_underflow_and_exp_overflows() -> None:
    assert prod([0.01] * 200) == 0
    assert says(f"the sum of logarithms is ${200 * log(0.01):.1f}$")
    edge = log(sys.float_info.max)
    assert says(f"`exp` overflows above ${edge:.2f}$")
    assert exp(709.78) < inf
    with pytest.raises(OverflowError):
        exp(709.79)


def test_cancellation_in_variance_and_distance() -> None:
    values = [1e9 + offset for offset in (4, 7, 13, 16)]
    n = len(values)
    assert variance([4, 7, 13, 16]) == 30 and says("have sample variance $30$")
    textbook = (sum(x * x for x in values) - sum(values) ** 2 / n) / (n - 1)
    assert says(f"it comes out as ${textbook:.1f}$.")
    mean = sum(values) / n
    assert sum((x - mean) ** 2 for x in values) / (n - 1) == 30
    t = 1e8
    q = t + 1
    assert says(f"gives ${q * q - 2 * q * t + t * t:.0f}$, and the true squared distance is ${(q - t) ** 2:.0f}$.")


def test_tolerances() -> None:
    assert says(rf"differs from $0.3$ by ${abs(0.1 + 0.2 - 0.3) * 1e17:.1f} \times 10^{{-17}}$")
    assert isclose(1e-12, 5e-12, rel_tol=0, abs_tol=1e-9)
    assert not isclose(5e-324, 0, rel_tol=1e-9, abs_tol=0)


def test_memory_of_distances() -> None:
    queries = points = 10**4
    assert says(f"${queries * points * 128 * 8 / 1e9:.1f}$ GB. With")
    assert says(f"one matrix product it is ${queries * points * 8 / 1e9:.1f}$ GB; in blocks of 500 queries, ${500 * points * 8 / 1e6:.0f}$ MB.")


def test_conventions_of_libraries() -> None:
    data = [1, 2, 3, 4]
    assert says(f"`numpy.var` gives ${np.var(data)}$ (it divides by $n$), and `statistics.variance` gives ${variance(data):.2f}$ (by $n - 1$).")
    lower = min(x for x in data if sum(y <= x for y in data) >= len(data) / 2)
    assert says(f"is ${median(data)}$ by interpolation and ${lower}$ as the smallest value with half of the data at or below it.")
    tied = np.tile([1, 2], 50)
    assert not np.array_equal(np.argsort(tied), np.argsort(tied, kind="stable"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda scores, labels: ([exp(score) for score in scores], labels), lambda value: value),
        (lambda scores, labels: (scores * 2, labels * 2), lambda value: value),
        (lambda scores, labels: ([-score for score in scores], labels), lambda value: 1 - value),
        (lambda scores, labels: (scores, [1 - label for label in labels]), lambda value: 1 - value),
    ],
    ids=["increasing", "every row twice", "negated", "swapped"],
)
def test_properties_of_auc(change: Callable[[list[float], list[int]], tuple[list[float], list[int]]], expected: Callable[[float], float]) -> None:
    rng = Random(2)
    for _ in range(20):
        scores = [float(rng.randint(0, 5)) for _ in range(12)]
        labels = [0, 1, *(rng.randint(0, 1) for _ in range(10))]
        assert auc(*change(scores, labels)) == pytest.approx(expected(auc(scores, labels)))


def test_schedules_fill_their_time() -> None:
    rows = re.findall(r"\| (\d+)–(\d+) \| (\d+)–(\d+) \|", PAGE)
    assert len(rows) == 5
    for column, length in ((0, 20), (2, 40)):
        spans = [(int(row[column]), int(row[column + 1])) for row in rows]
        assert spans[0][0] == 0 and spans[-1][1] == length
        assert all(end == start for (_, end), (start, _) in pairwise(spans))
