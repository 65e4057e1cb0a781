"""Recomputes the numbers in the text of the chapter on validation and tuning.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

from math import ceil, comb, erf, log10, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/ml/validation-and-tuning.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()
GRID = np.linspace(-8, 8, 16_001)
BELOW = np.array([(1 + erf(x / sqrt(2))) / 2 for x in GRID])


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def largest(n: int) -> float:
    """The mean of the largest of n independent standard normals."""
    positive = GRID >= 0
    return float(((1 - BELOW**n)[positive].sum() - (BELOW**n)[~positive].sum()) * (GRID[1] - GRID[0]))


def test_the_largest_of_normals_agrees_with_a_simulation() -> None:
    rng = np.random.default_rng(1)
    assert rng.normal(size=(20_000, 10)).max(axis=1).mean() == pytest.approx(largest(10), abs=0.02)
    assert says(f"$c_{{10}} = {largest(10):.2f}$, $c_{{100}} = {largest(100):.2f}$")
    assert says(
        rf"the best of 10 is expected ${largest(10):.2f}\tau$ above the mean, of 100 ${largest(100):.2f}\tau$, of 200 ${largest(200):.2f}\tau$"
    )
    assert says(rf"bought ${largest(200) - largest(100):.2f}\tau$")
    assert says(rf"The expected lead of the new one is $({largest(100):.2f} - {largest(10):.2f})\tau = {largest(100) - largest(10):.2f}\tau$")
    assert says(rf"it lies ${largest(5):.2f}\sigma$ above")


def test_a_hundred_equal_models_on_one_test_set() -> None:
    error = sqrt(0.8 * 0.2 / 1000)
    assert says(rf"\sqrt{{0.8 \cdot 0.2/1000}} = {error:.4f}$")
    assert says(rf"$0.80 + 2.51 \cdot 0.0126 = {0.8 + largest(100) * error:.3f}$")
    best = np.random.default_rng(0).binomial(1000, 0.8, size=(4000, 100)).max(axis=1).mean() / 1000
    assert best == pytest.approx(0.832, abs=0.002)  # counts are a little less heavy above than the normal


def test_what_folds_estimate_on_a_learning_curve() -> None:
    def error(rows: float) -> float:
        return 0.10 + 4 / rows

    assert says(
        f"Two folds estimate $0.10 + 4/50 = {error(50):.2f}$, five folds {error(80):.2f}, ten folds {error(90):.3f}, leave-one-out {error(99):.4f}"
    )
    assert says(f"the model on all rows has {error(100):.2f}")
    assert says("any two training sets share eight ninths") and 8 / 9 == (10 - 2) / (10 - 1)


def test_siblings_gap_and_empty_folds() -> None:
    assert says(f"$(1/5)^3 = {(1 / 5) ** 3:.3f}$. So {100 * (1 - (1 / 5) ** 3):.1f}% of test rows")
    assert says(f"20}} = {comb(95, 20) / comb(100, 20):.2f}$ it holds no positive")
    usable = [day for day in range(300) if day + 30 <= 180]
    assert says(f"The last training row may be dated day {usable[-1]}. Rows of days {usable[-1] + 1} to 179")


def nearest_mean_accuracy(rng: np.random.Generator, inside: bool) -> float:
    x, y, fold = rng.normal(size=(60, 2000)), rng.permutation(np.arange(60) % 2), rng.permutation(np.arange(60) % 5)

    def chosen(rows: np.ndarray) -> np.ndarray:
        a, b = x[rows], y[rows]
        return np.argsort(-np.abs(a[b == 1].mean(0) - a[b == 0].mean(0)) / a.std(0))[:20]

    everywhere, right = chosen(np.ones(60, bool)), 0
    for f in range(5):
        train = fold != f
        columns = chosen(train) if inside else everywhere
        known, labels, asked = x[train][:, columns], y[train], x[~train][:, columns]
        one, zero = known[labels == 1].mean(0), known[labels == 0].mean(0)
        says_one = ((asked - one) ** 2).sum(1) < ((asked - zero) ** 2).sum(1)
        right += int((says_one == y[~train]).sum())
    return right / 60


def test_selection_outside_the_folds_makes_skill_from_noise() -> None:
    rng = np.random.default_rng(0)
    outside = np.mean([nearest_mean_accuracy(rng, inside=False) for _ in range(40)])
    assert says("five-fold accuracy averages about 0.93; selected inside each fold, about one half")
    assert outside == pytest.approx(0.93, abs=0.015)
    assert np.mean([nearest_mean_accuracy(rng, inside=True) for _ in range(40)]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(("rows", "correlation"), [(4, 0.5), (100, 0.1)])
def test_encoding_of_noise(rows: int, correlation: float) -> None:
    labels = (np.random.default_rng(3).random((400_000 // rows, rows)) < 0.3).astype(float)
    encoding = np.repeat(labels.mean(axis=1), rows)
    assert np.corrcoef(encoding, labels.ravel())[0, 1] == pytest.approx(correlation, abs=0.01)
    assert says(f"{correlation} for $m = {rows}$") or says(f"still {correlation} for $m = {rows}$")


def test_leaving_out_the_row_itself_orders_a_category_by_its_labels() -> None:
    labels = np.array([1, 0, 0, 1, 1, 0])
    encoding = (labels.sum() - labels) / (len(labels) - 1)
    assert encoding[labels == 1].max() < encoding[labels == 0].min()


def test_search_budgets() -> None:
    assert says("the grid tries $81^{1/4} = 3$ values of it, random search 81") and 3**4 == 81
    assert says(f"{1 - 0.95**60:.3f} for $n = 60$")
    assert round((1e-1 - 1e-2) / (1e-1 - 1e-5), 2) == 0.9
    assert log10(1e-1) - log10(1e-5) == pytest.approx(4)
    rungs = [(27, 1), (9, 3), (3, 9), (1, 27)]
    fresh = sum(n * e for n, e in rungs)
    resumed = [27] + [n * (e - e // 3) for n, e in rungs[1:]]
    assert says(f"Each rung costs 27 epochs, {fresh} in all")
    assert says(f"${' + '.join(map(str, resumed))} = {sum(resumed)}$. Training all 27 to the end costs {27 * 27}.")
    assert says(f"that is two values each, {2**6} points, and three values would take {3**6}.")


def test_the_winners_curse() -> None:
    def shown_and_true(tau: float, variance: float, n: int) -> tuple[float, float]:
        total = sqrt(tau**2 + variance)
        return total * largest(n), tau**2 / total * largest(n)

    variance = 1e4 * 0.8 * 0.2 / 1000
    shown, true = shown_and_true(1, variance, 60)
    assert says(rf"($s = {sqrt(variance):.2f}$ points), 60 trials, $c_{{60}} = {largest(60):.2f}$")
    assert says(f"shows {shown:.2f} points above the mean setting and is worth {true:.2f}; {shown - true:.2f} points are optimism")
    shown, true = shown_and_true(1, variance / 4, 60)
    assert says(f"would make $s = {sqrt(variance / 4):.2f}$: it shows {shown:.2f} and is worth {true:.2f}")
    shown, true = shown_and_true(1, variance, 300)
    assert says(f"to about {shown:.1f} points at 300 trials, and its true value only to about {true:.1f}")
    shown, true = shown_and_true(1, 0.3 * variance, 60)
    assert says(f"the example has $s = {sqrt(0.3 * variance):.2f}$: the winner shows {shown:.2f} and is worth {true:.2f}")
    assert says(f"falls from 2.30 to about {shown - true:.1f} points")
    rng = np.random.default_rng(5)
    quality = rng.normal(size=(20_000, 60))
    noisy = quality + rng.normal(0, sqrt(variance), size=quality.shape)
    best = noisy.argmax(axis=1)
    assert np.take_along_axis(quality, best[:, None], 1).mean() == pytest.approx(1.44, abs=0.03)
    assert noisy.max(axis=1).mean() == pytest.approx(3.74, abs=0.03)
    error = sqrt(0.7) * rng.normal(size=(20_000, 1)) + sqrt(0.3) * rng.normal(size=quality.shape)  # correlated by 0.7
    best = (quality + sqrt(variance) * error).argmax(axis=1)
    assert np.take_along_axis(quality, best[:, None], 1).mean() == pytest.approx(1.91, abs=0.03)


def test_fits_of_nested_cross_validation() -> None:
    assert says(rf"$5 \times (4 \times 30 + 1) = {5 * (4 * 30 + 1)}$ fits; the final model costs {4 * 30 + 1} more")


def test_minima_per_fold_are_below_the_minimum_of_the_mean() -> None:
    losses = np.array([[0.50, 0.42, 0.44], [0.52, 0.45, 0.41], [0.49, 0.40, 0.46]])
    for name, row in zip("ABC", losses, strict=True):
        assert says(f"| {name} | " + " | ".join(f"{v:.2f}" for v in row) + " |")
    mean = losses.mean(axis=0)
    assert says(
        f"$(0.42 + 0.41 + 0.40)/3 = {losses.min(axis=1).mean():.3f}$. The best common epoch is {10 * (1 + mean.argmin())}, at {mean.min():.3f}"
    )


def test_runs_for_a_difference() -> None:
    factor = 2 * (NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(0.8)) ** 2
    assert says(rf"\approx \frac{{{factor:.1f}\,\sigma^2}}")
    assert says(rf"$15.7 \cdot {0.4**2 / 0.5**2:.2f} = {15.7 * 0.64:.2f}$, so {ceil(factor * 0.64)} runs each")
    assert says(f"For $\\Delta = 0.2$ it is {ceil(factor * 4)}.")
    assert says(f"a standard error of {0.4 * sqrt(2):.2f} for the difference, so 0.3 says nothing; it takes about 30 runs each")
    assert ceil(factor * 0.16 / 0.09) == 28  # 29 with the t test


def test_twelve_runs_when_the_deviation_is_estimated() -> None:
    rng = np.random.default_rng(7)

    def power(n: int, quantile: float) -> float:
        a, b = rng.normal(0, 0.4, (100_000, n)), rng.normal(0.5, 0.4, (100_000, n))
        spread = np.sqrt((a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / n)
        return float((np.abs(b.mean(axis=1) - a.mean(axis=1)) / spread > quantile).mean())

    assert power(11, 2.0860) < 0.80 < power(12, 2.0739)  # 97.5% points of t with 20 and 22 degrees of freedom
    assert says("with $\\sigma$ estimated (the $t$ test), 12")


def test_pairing_shrinks_the_variance_of_a_difference() -> None:
    rng, rho = np.random.default_rng(8), 0.6
    shared, own = rng.normal(size=100_000), rng.normal(size=(2, 100_000))
    scores = sqrt(rho) * shared + sqrt(1 - rho) * own
    assert (scores[0] - scores[1]).var() == pytest.approx(2 * (1 - rho), rel=0.03)


def test_auc_of_shifted_features() -> None:
    one, ten = NORMAL.cdf(0.5 / sqrt(2)), NORMAL.cdf(sqrt(10) * 0.5 / sqrt(2))
    assert says(rf"$\Phi(0.5/\sqrt2) = {one:.2f}$")
    assert says(rf"$\sqrt{{10}} \cdot 0.5 = {sqrt(10) * 0.5:.2f}$, and {ten:.2f}")
    rng = np.random.default_rng(9)
    assert (rng.normal(0.5, 1, (100_000, 10)).sum(1) > rng.normal(0, 1, (100_000, 10)).sum(1)).mean() == pytest.approx(ten, abs=0.01)


def test_repeats_and_the_bootstrap_blend() -> None:
    one, ten, many = (sqrt(9 + 2.25 / r) for r in (1, 10, 10**6))
    assert says(f"one run has standard deviation {one:.2f}, ten runs {ten:.2f}, a million {many:.2f}")
    assert round(1 - (1 - 1 / 10_000) ** 10_000, 3) == 0.632
    assert says(f"At 0.02 and 0.18 it gives {0.368 * 0.02 + 0.632 * 0.18:.3f}.")
    assert says(f".632 says {0.632 * 0.5:.3f} where the truth is 0.5")
    assert says(f"(3 + 10 \\cdot 0.2)/(5 + 10) = {(3 + 10 * 0.2) / (5 + 10):.2f}$ instead of {3 / 5}")
    overfitting = (0.5 - 0) / (0.5 - 0)  # (out of bag - training) / (no information - training)
    assert 0.632 / (1 - 0.368 * overfitting) == pytest.approx(1)
