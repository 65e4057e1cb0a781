"""Recomputes the numbers in the text of the chapter on generalization.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import runpy
from math import comb, e, exp, log, log2, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs/ml"
PAGE = " ".join((DOCS / "learning-theory.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def test_bounds_for_fixed_predictors() -> None:
    def width(alternatives: float) -> float:
        return sqrt(log(2 * alternatives / 0.05) / 2000)

    assert says(f"$\\delta = 0.05$: ${width(1):.3f}$ for one predictor, ${width(1e6):.3f}$ for the best of a million")
    assert 2 < width(1e6) / width(1) < 2.3


def test_the_chosen_predictor_looks_too_good() -> None:
    rng = np.random.default_rng(0)
    seen = rng.binomial(50, 0.3, size=(2000, 20)).min(axis=1).mean() / 50
    assert seen < 0.3 - 0.1


def test_the_split_holds_on_new_labels_and_fails_on_training_labels() -> None:
    rng = np.random.default_rng(1)
    x = np.linspace(-1, 1, 12)
    design = np.vander(x, 4)
    truth = np.sin(3 * x)
    hat = design @ np.linalg.pinv(design)
    labels = truth + 0.5 * rng.normal(size=(40_000, 12))
    guess = labels @ hat.T
    bias2, variance = ((guess.mean(0) - truth) ** 2).mean(), guess.var(0).mean()
    fresh = truth + 0.5 * rng.normal(size=labels.shape)
    assert ((fresh - guess) ** 2).mean() == pytest.approx(bias2 + variance + 0.25, rel=0.01)
    assert ((labels - guess) ** 2).mean() < 0.8 * (bias2 + variance + 0.25)


def test_shrinking_a_mean() -> None:
    def parts(c: float) -> tuple[float, float]:
        return (1 - c) ** 2, c**2 * 4 / 4

    assert parts(1) == (0, 1) and parts(0.5) == (0.25, 0.25)
    assert says(r"Unshrunk: $0 + 1 = 1$. With $c = \frac12$: $0.25 + 0.25 = 0.5$")
    assert min(np.linspace(0, 1, 101), key=lambda c: sum(parts(c))) == 0.5


def test_votes_under_zero_one_loss() -> None:
    eta = 0.8

    def error(q: float) -> float:
        assert q * (1 - eta) + (1 - q) * eta == pytest.approx((1 - eta) + (1 - q) * (2 * eta - 1))
        return q * (1 - eta) + (1 - q) * eta

    assert says(f"| 0.7 | the better class | {error(0.7):.2f} | {error(1):.2f} |")
    assert says(f"| 0.3 | the worse class | {error(0.3):.2f} | {error(0):.2f} |")


def test_extrapolating_a_learning_curve() -> None:
    b = (0.20 - 0.14) / (1000**-0.5 - 4000**-0.5)
    a = 0.20 - b * 1000**-0.5
    assert says(f"so $a = {a:.2f}$, and 16,000 rows give {a + b * 16_000**-0.5:.2f}")
    assert says(f"that is a floor of {a:.2f}, and {a + b * 14_000**-0.5:.2f} at 14,000")


def test_the_sketched_curves_end_where_the_text_says() -> None:
    curves: dict[str, Any] = {title[0]: (t[-1], v[-1]) for title, t, v in runpy.run_path(str(DOCS / "figures/four-learning-curves.py"))["CURVES"]}
    assert says(f"A: training rises to {curves['A'][0]:.2f}, validation falls to {curves['A'][1]:.2f}")
    assert curves["B"][0] < 0.03 and says(f"B: training near 0, validation still falling, at {curves['B'][1]:.2f}")
    assert says(f"C: training flat at {curves['C'][0]:.2f}, validation flat at {curves['C'][1]:.2f}")
    assert says(f"D: training {curves['D'][0]:.2f} above validation {curves['D'][1]:.2f}")


def test_vapnik_chervonenkis_bound() -> None:
    def width(v: int, n: int) -> float:
        return sqrt(8 / n * (v * log(2 * e * n / v) + log(4 / 0.05)))

    assert says(f"the bound is ${width(11, 10_000):.2f}$; for a million rows, ${width(11, 1_000_000):.3f}$")
    assert all(width(n, n) > 1 for n in (10, 1000, 10**6))


def test_half_spaces_in_the_plane_shatter_three_points_and_not_four() -> None:
    rng = np.random.default_rng(2)

    def patterns(points: np.ndarray) -> int:
        w = rng.normal(size=(40_000, 3))
        return len({tuple(row) for row in (w[:, :2] @ points.T + w[:, 2:] > 0)})

    assert patterns(np.array([[0, 0], [1, 0], [0, 1]])) == 8
    assert max(patterns(rng.normal(size=(4, 2))) for _ in range(5)) < 16


def test_one_sine_shatters() -> None:
    points = [10.0**-i for i in range(1, 5)]
    for code in range(16):
        labels = [code >> i & 1 for i in range(4)]
        a = np.pi * (1 + sum((1 - y) * 10**i for i, y in enumerate(labels, start=1)))
        assert [int(np.sin(a * x) > 0) for x in points] == labels


def test_rademacher_complexity_of_linear_functions_and_of_everything() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 2000))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    signs = rng.choice([-1, 1], size=(4000, 50))
    assert np.linalg.norm(signs @ x, axis=1).mean() / 50 <= 1.01 / sqrt(50)  # B = r = 1, the supremum is a norm
    assert (signs == 1).mean() == pytest.approx(0.5, abs=0.01)  # losses free in {0, 1}
    assert says(r"$\mathfrak R_n = \frac12$")


def excess(p: int, n: int, noise: float) -> float:
    if p <= n - 2:
        return noise * p / (n - p - 1)
    assert p >= n + 2
    return (1 - n / p) + noise * n / (p - n - 1)


def test_double_descent_in_closed_form() -> None:
    at = {p: excess(p, 40, 0.25) for p in (20, 38, 42, 80, 400)}
    assert says(f"${at[20]:.2f}$ at $p = 20$, ${at[38]:.1f}$ at 38, ${at[42]:.1f}$ at 42, ${at[80]:.2f}$ at 80, ${at[400]:.2f}$ at 400")
    rng = np.random.default_rng(4)
    for p in (20, 80):
        errors, fits = [], []
        beta = np.full(p, 1 / sqrt(p))
        for _ in range(1500):
            x = rng.normal(size=(40, p))
            fit = np.linalg.pinv(x) @ (x @ beta + 0.5 * rng.normal(size=40))
            errors.append(((fit - beta) ** 2).sum())
            fits.append(fit)
        assert np.mean(errors) == pytest.approx(at[p], rel=0.05)
        assert np.mean(fits, axis=0) @ beta == pytest.approx(min(1, 40 / p), abs=0.02)  # shrunk by n / p on average
    assert excess(60, 40, 0.25) < excess(60, 55, 0.25)  # more rows hurt


def test_the_drawn_curves_show_what_the_text_says() -> None:
    script = runpy.run_path(str(DOCS / "figures/double-descent-peak.py"))
    script["errors"].__globals__.update(COUNTS=(15, 20, 25, 30, 60, 100, 2000), SETS=10)
    noisy, clean, ridge = script["curves"]()
    loud = [script["errors"](1.0, (0.0,))[p, 0.0] for p in (15, 20, 25, 30, 60, 100, 2000)]
    assert 0.35 < min(noisy[:5]) < 0.5 and noisy[5] > 20 and 0.33 < noisy[6] < 0.5
    assert clean[5] > 1 and clean[6] == pytest.approx(0.05, abs=0.01)
    assert clean[6] / min(clean[:5]) == pytest.approx(0.25, abs=0.06)
    assert loud[6] / min(loud[:5]) > 2
    assert sorted(ridge, reverse=True) == ridge and ridge[6] == pytest.approx(0.13, abs=0.02)


def test_no_free_lunch_on_three_points() -> None:
    worlds = np.array([[code >> i & 1 for i in range(3)] for code in range(8)])
    assert {float((worlds == guess).sum(axis=1).mean()) for guess in worlds} == {1.5}


def test_lengths_of_codes() -> None:
    def entropy(p: float) -> float:
        return -p * log2(p) - (1 - p) * log2(1 - p)

    assert says(f"the root is ${sqrt((1000 * log(2) + log(1 / 0.05)) / 20_000):.3f}$")
    model = 0.5 * log2(100)
    assert says(rf"$\frac12\log_2 100 = {model:.1f}$ bits")
    assert says(f"With 20 heads: ${model:.1f} + {100 * entropy(0.2):.1f} = {model + 100 * entropy(0.2):.1f}$")
    assert says(f"With 48 heads: ${model:.1f} + {100 * entropy(0.48):.1f} = {model + 100 * entropy(0.48):.1f}$")


def test_effective_parameters_of_early_stopping() -> None:
    shares = [1 - (1 - 0.1 * value) ** 100 for value in (1, 0.1, 0.01)]
    assert says(f"it is ${shares[0]:.2f} + {shares[1]:.2f} + {shares[2]:.2f} = {sum(shares):.2f}$ of 3")


def test_distances_concentrate() -> None:
    rng = np.random.default_rng(5)
    for d, nearest, farthest, ratio, queries in (
        (2, 0.014, 1.05, 70, 400),
        (10, 0.51, 1.9, 3.8, 200),
        (100, 3.3, 4.8, 1.43, 60),
        (1000, 12.2, 13.6, 1.12, 20),
    ):
        rows = []
        for _ in range(queries):
            x, q = rng.random((1000, d)), rng.random(d)
            squared = (x**2).sum(axis=1) - 2 * x @ q + q @ q
            rows.append((sqrt(squared.min()), sqrt(squared.max()), sqrt(squared.max() / squared.min())))
        a, b, c = np.median(rows, axis=0)
        assert (a, b, c) == (
            pytest.approx(nearest, rel=0.12 if d == 2 else 0.03),
            pytest.approx(farthest, rel=0.04),
            pytest.approx(ratio, rel=0.15 if d == 2 else 0.03),
        )
        edge = 0.01 ** (1 / d)
        assert says(f"| {d:,} | {nearest} | {farthest} | {'about ' if d == 2 else ''}{ratio} | {edge:.{2 if d < 100 else 3}f} |")
    pairs = ((rng.normal(size=(20_000, 50)) - rng.normal(size=(20_000, 50))) ** 2).sum(axis=1)
    assert pairs.mean() == pytest.approx(100, rel=0.01) and pairs.std() == pytest.approx(sqrt(8 * 50), rel=0.03)
    assert says("(10% at $d = 200$)") and sqrt(2 / 200) == pytest.approx(0.1)
    rng = np.random.default_rng(3)
    right = {1: 0.0, 31: 0.0}
    for _ in range(6):
        side, sides = rng.integers(2, size=200), rng.integers(2, size=1000)
        query = np.column_stack([4.0 * side, rng.normal(size=(200, 1000))])
        rows = np.column_stack([4.0 * sides, rng.normal(size=(1000, 1000))])
        squares = (query**2).sum(axis=1)[:, None] - 2 * query @ rows.T + (rows**2).sum(axis=1)
        near = np.argsort(squares, axis=1)
        for k in right:
            right[k] += ((sides[near[:, :k]].mean(axis=1) > 0.5) == side).mean() / 6
    assert right[1] == pytest.approx(2 / 3, abs=0.04) and right[31] == pytest.approx(0.9, abs=0.03)
    assert says("one neighbor is right in two cases of three, a vote of 31 in nine of ten")
    assert says(rf"gain 16 in squared distance, against noise of $2{{,}}000 \pm {sqrt(8000):.0f}$")


def test_symmetric_flips() -> None:
    assert says(rf"measured $0.2 + 0.6 \cdot 0.10 = {0.2 + 0.6 * 0.1:.2f}$")
    assert says(rf"{1 / 0.6**2:.1f} at $\rho = 0.2$, {1 / 0.2**2:.0f} at 0.4")
    rng = np.random.default_rng(6)
    p = rng.random(200_000)
    y = rng.random(p.size) < p
    recorded = y ^ (rng.random(p.size) < 0.2)
    for cut in (0.3, 0.5, 0.7):
        h = p > cut
        assert (h != recorded).mean() == pytest.approx(0.2 + 0.6 * (h != y).mean(), abs=0.005)
    x = np.sort(rng.random(4000))
    labels = (x > 0.5) ^ (rng.random(4000) < 0.2)
    nearest = np.where(np.abs(x[1:-1] - x[:-2]) < np.abs(x[2:] - x[1:-1]), labels[:-2], labels[2:])
    assert (nearest != (x[1:-1] > 0.5)).mean() == pytest.approx(0.2, abs=0.03)


def test_absolute_error_is_symmetric_and_cross_entropy_is_not() -> None:
    probabilities = np.random.default_rng(7).dirichlet(np.ones(5), size=20)
    absolute = np.array([[np.abs(np.eye(5)[k] - p).sum() for k in range(5)] for p in probabilities])
    np.testing.assert_allclose(absolute, 2 * (1 - probabilities))
    np.testing.assert_allclose(absolute.sum(axis=1), 2 * (5 - 1))
    assert np.ptp((-np.log(probabilities)).sum(axis=1)) > 1


def test_shift() -> None:
    assert says(f"is $n\\,e^{{-1}}$: {100 * exp(-1):.0f}% of them.")
    x = np.random.default_rng(8).normal(size=400_000)
    w = np.exp(x - 0.5)  # density ratio for a mean of one
    assert w.mean() ** 2 / (w**2).mean() == pytest.approx(exp(-1), rel=0.05)
    factor = 0.1 / 0.9
    odds = 1.5 * factor
    assert says(f"= {factor:.3f}$: odds ${odds:.3f}$, probability ${odds / (1 + odds):.2f}$")


def test_averages() -> None:
    rng = np.random.default_rng(9)
    preds = sqrt(0.4) * rng.normal(size=(200_000, 1)) + sqrt(0.6) * rng.normal(size=(200_000, 5))
    assert preds.mean(axis=1).var() == pytest.approx(0.52, rel=0.02) and says("$0.4 + 0.12 = 0.52$")
    f, y = np.array([3.0, 7.0]), 4.0
    assert (f.mean() - y) ** 2 == ((f - y) ** 2).mean() - ((f - f.mean()) ** 2).mean() == 1
    assert says("truth 4: $1 = 5 - 4$") and says(f"average to $10/4 = {(1 + 9) / 4}$") and says(f"give {1 / (1 + 1 / 9):.1f}.)")
    assert says(f"At ρ = 0.95 that's {0.95 + 0.05 / 10:.3f}")


def test_votes_of_independent_members() -> None:
    def vote(r: float, members: int) -> float:
        return sum(comb(members, k) * r**k * (1 - r) ** (members - k) for k in range(members // 2 + 1, members + 1))

    for r in (0.6, 0.4):
        assert says(f"| {r} | " + " | ".join(f"{vote(r, m):.3f}" for m in (1, 3, 11, 101)) + " |")
