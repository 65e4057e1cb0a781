"""Recomputes the numbers, and tries the claims, in the text of the chapter on trees, forests and boosting.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from itertools import combinations, product
from math import exp, factorial, lgamma, log, log2
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs/ml/tree-ensembles.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def gini(p: float) -> float:
    return 1 - p**2 - (1 - p) ** 2


def entropy(p: float) -> float:
    return -sum(q * log2(q) for q in (p, 1 - p) if q)


def sigmoid(score: float) -> float:
    return 1 / (1 + exp(-score))


def test_the_loans() -> None:
    after = 8 / 20 * gini(6 / 8) + 12 / 20 * gini(2 / 12)
    assert says(rf"Gini falls from ${gini(8 / 20):.2f}$ to $\frac{{8}}{{20}} \cdot {gini(6 / 8):.3f} + \frac{{12}}{{20}} \cdot {gini(2 / 12):.3f}")
    assert says(f"= {after:.3f}$, a gain of ${gini(8 / 20) - after:.3f}$")
    bits = 8 / 20 * entropy(6 / 8) + 12 / 20 * entropy(2 / 12)
    assert says(f"from ${entropy(0.4):.3f}$ to ${bits:.3f}$, a gain of ${entropy(0.4) - bits:.3f}$")


def test_gini_sees_what_the_error_rate_does_not() -> None:
    after = 7 / 10 * gini(3 / 7) + 3 / 10 * gini(0)
    assert (3 + 0) / 10 == 3 / 10
    assert says(f"the error stays at $0.3$, while Gini falls from ${gini(0.3):.2f}$ to ${after:.3f}$")


def test_impurities_fall_whenever_the_shares_differ() -> None:
    rng = np.random.default_rng(0)
    for impurity in (gini, entropy):
        for weight, left, right in rng.random((200, 3)):
            gain = impurity(weight * left + (1 - weight) * right) - weight * impurity(left) - (1 - weight) * impurity(right)
            assert gain > 0
        assert impurity(0.5) - 0.5 * impurity(0.5) - 0.5 * impurity(0.5) == pytest.approx(0)  # exclusive or, either bit


def test_gini_is_the_chance_that_two_draws_differ() -> None:
    shares = [0.5, 0.3, 0.2]
    assert 1 - sum(p**2 for p in shares) == pytest.approx(sum(p * q for (i, p), (j, q) in product(enumerate(shares), repeat=2) if i != j))


def test_the_weakest_link() -> None:
    alpha = (8 - 2) / (4 - 1)
    assert says(rf"$\alpha_t = (8 - 2)/(4 - 1) = {alpha:.0f}$ errors per extra leaf")
    assert says("$2 + 4 < 8 + 1$")
    assert 2 + 4 < 8 + 1
    assert 2 + 4 * alpha == 8 + alpha


@pytest.mark.parametrize("impurity", [gini, entropy, None])
def test_sorting_categories_by_their_mean_target_finds_a_best_split(impurity: Callable[[float], float] | None) -> None:
    assert says(f"$2^{{19}} - 1 = {f'{2**19 - 1:,}'.replace(',', '{,}')}$ splits, and 19 after sorting")
    rng = np.random.default_rng(1)
    for _ in range(20):
        category = rng.integers(6, size=60)
        target = (rng.random(60) < rng.random(6)[category]).astype(float) if impurity else rng.normal(rng.random(6)[category])

        def cost(group: set[int], category: np.ndarray = category, target: np.ndarray = target) -> float:
            left = np.isin(category, list(group))
            parts = (target[left], target[~left])
            return float(sum(len(part) * (impurity(part.mean()) if impurity else part.var()) for part in parts))

        groups = [set(chosen) for size in range(1, 6) for chosen in combinations(range(6), size)]
        assert len(groups) == 2 * (2**5 - 1)
        order = sorted(range(6), key=lambda c: target[category == c].mean())
        assert min(cost(set(order[:k])) for k in range(1, 6)) == pytest.approx(min(cost(group) for group in groups))


def test_the_shortcut_fails_with_three_classes() -> None:
    """Sorted by the mean of class numbers, whatever they are."""
    rng = np.random.default_rng(2)

    def spread(counts: np.ndarray) -> float:
        return float(counts.sum() - (counts**2).sum() / counts.sum())

    failed = 0
    for _ in range(30):
        counts = rng.integers(1, 20, size=(5, 3)).astype(float)
        costs = {
            chosen: spread(counts[list(chosen)].sum(0)) + spread(np.delete(counts, chosen, 0).sum(0))
            for size in range(1, 5)
            for chosen in combinations(range(5), size)
        }
        ordered = [tuple(sorted(np.argsort(counts @ [0, 1, 2] / counts.sum(1))[:k])) for k in range(1, 5)]
        failed += min(costs[tuple(int(c) for c in group)] for group in ordered) > min(costs.values()) + 1e-9
    assert failed


def test_variance_of_an_average_of_correlated_trees() -> None:
    def variance(one: float, rho: float, trees: int) -> float:
        covariance = one * (rho * np.ones((trees, trees)) + (1 - rho) * np.eye(trees))
        return float(covariance.mean())

    for one, rho, trees in ((1.0, 0.6, 100), (1.2, 0.3, 100), (2.0, 0.1, 7)):
        assert variance(one, rho, trees) == pytest.approx(rho * one + (1 - rho) / trees * one)
    assert says(f"variance $0.36 + 0.0084 = {variance(1.2, 0.3, 100):.3f}$ instead of $0.6 + 0.004 = {variance(1, 0.6, 100):.3f}$")
    assert variance(1.2, 0.3, 1) > variance(1, 0.6, 1)
    assert variance(1.2, 0.3, 2) < variance(1, 0.6, 2)


def test_out_of_bag_shares() -> None:
    for n in (10, 100):
        assert says(f"${(1 - 1 / n) ** n:.3f}$")
    assert says(f"$e^{{-1}} = {exp(-1):.3f}$")
    assert says(f"is judged by about {500 * exp(-1):.0f}")


@pytest.mark.parametrize("label", [0, 1])
def test_derivatives_of_log_loss(label: int) -> None:
    def loss(score: float) -> float:
        return log(1 + exp(score)) - label * score

    for score in (-1.5, 0.2, 2.0):
        p = sigmoid(score)
        assert (loss(score + 1e-5) - loss(score - 1e-5)) / 2e-5 == pytest.approx(p - label, abs=1e-8)
        assert (sigmoid(score + 1e-5) - sigmoid(score - 1e-5)) / 2e-5 == pytest.approx(p * (1 - p), abs=1e-8)


def test_starts_and_leaf_values_minimize_their_losses() -> None:
    y = np.array([1.0, 2.0, 2.5, 7.0, 20.0])
    grid = np.linspace(0, 20, 20_001)
    assert grid[np.argmin(((y[:, None] - grid) ** 2).sum(0))] == pytest.approx(y.mean(), abs=1e-3)
    assert grid[np.argmin(np.abs(y[:, None] - grid).sum(0))] == pytest.approx(np.median(y), abs=1e-3)
    labels = np.array([1, 0, 0, 1, 0])
    scores = np.linspace(-3, 3, 60_001)
    costs = len(labels) * np.log1p(np.exp(scores)) - labels.sum() * scores
    assert scores[np.argmin(costs)] == pytest.approx(log(0.4 / 0.6), abs=1e-4)


def test_one_round_of_log_loss() -> None:
    start = log(3 / 7)
    total, curvature = 3 - 4 * 0.3, 4 * 0.3 * 0.7
    value = total / curvature
    assert says(rf"$F_0 = \ln\frac{{3}}{{7}} = {start:.3f}$")
    assert says(rf"$\sum r_i = 3 - 4 \cdot 0.3 = {total:.1f}$ and $\sum p_i(1 - p_i) = {curvature:.2f}$, so the value ${value:.2f}$")
    assert says(f"The mean residual is ${total / 4:.2f}$")
    scores = np.linspace(-3, 5, 800_001)
    best = scores[np.argmin(4 * np.log1p(np.exp(scores)) - 3 * scores)]
    assert says(rf"the minimum is known: $\ln 3 + 0.847 = {best - start:.3f}$")
    assert log(3) - start == pytest.approx(best - start, abs=1e-4)
    after = start + 0.1 * value
    assert says(f"$F$ becomes ${after:.3f}$ and $p$ moves from $0.3$ to ${sigmoid(after):.3f}$")


def test_a_newton_step_can_overshoot() -> None:
    p, rows = 0.001, 10

    def loss(score: float) -> float:
        return rows * float(np.logaddexp(0, score)) - score

    start = log(p / (1 - p))
    step = (1 - rows * p) / (rows * p * (1 - p))
    scores = np.linspace(-8, 8, 160_001)
    best = scores[np.argmin(rows * np.logaddexp(0, scores) - scores)] - start
    assert says(f"gets ${step:.1f}$, though its minimum is at ${best:.2f}$")
    assert says(rf"goes from ${loss(start):.1f}$ to ${loss(start + 0.1 * step):.1f}$ even with $\nu = 0.1$")
    assert loss(start + step) > loss(start + 0.1 * step) > loss(start) > loss(start + best)


def test_gradient_of_the_softmax_loss() -> None:
    scores, label = np.array([0.3, -1.2, 0.8]), 2

    def loss(f: np.ndarray) -> float:
        return float(np.log(np.exp(f).sum()) - f[label])

    p = np.exp(scores) / np.exp(scores).sum()
    for k, unit in enumerate(np.eye(3) * 1e-6):
        assert -(loss(scores + unit) - loss(scores - unit)) / 2e-6 == pytest.approx((k == label) - p[k], abs=1e-8)


def test_the_error_rate_of_a_vote_can_rise_while_the_brier_score_falls() -> None:
    def right(p: float, trees: int) -> float:
        """That more than half of the trees are right, for an odd number of trees."""
        logs = [
            lgamma(trees + 1) - lgamma(k + 1) - lgamma(trees - k + 1) + k * log(p) + (trees - k) * log(1 - p)
            for k in range(trees // 2 + 1, trees + 1)
        ]
        return sum(map(exp, logs))

    accuracy = {trees: (right(0.9, trees) + right(0.45, trees)) / 2 for trees in (1, 11, 101, 1001)}
    assert says(f"one tree has accuracy {accuracy[1]:.3f}, and 1,001 independent ones {accuracy[1001]:.3f}")
    assert accuracy[11] > accuracy[1] > accuracy[101] > accuracy[1001]
    brier = [sum((1 - p) ** 2 + p * (1 - p) / trees for p in (0.9, 0.45)) / 2 for trees in accuracy]
    assert brier == sorted(brier, reverse=True)


def test_gain_of_xgboost() -> None:
    left, right = (5 * -0.5 + 1 * 0.5, 6 * 0.25), (1 * -0.5 + 3 * 0.5, 4 * 0.25)
    assert says(f"$G_L = {left[0]:.0f}$, $H_L = {left[1]}$") and says(f"$G_R = {right[0]:.0f}$, $H_R = {right[1]:.0f}$")

    def lowest(part: tuple[float, float]) -> float:
        """Of the quadratic with its penalty, by search."""
        w = np.linspace(-5, 5, 1_000_001)
        return float((part[0] * w + 0.5 * part[1] * w**2 + 0.5 * w**2).min())

    both = (left[0] + right[0], left[1] + right[1])
    gain = lowest(both) - lowest(left) - lowest(right)
    scores = [g**2 / (h + 1) for g, h in (left, right, both)]
    assert says(rf"$\frac12[{scores[0]:.1f} + {scores[1]:.1f} - {scores[2]:.3f}] = {gain:.3f}$")
    assert says(f"The leaf values are ${-left[0] / (left[1] + 1):.1f}$ and ${-right[0] / (right[1] + 1):.1f}$")


def test_rows_that_a_limit_on_the_second_derivative_takes() -> None:
    rows = [next(n for n in range(1, 1000) if n * p * (1 - p) >= 1) for p in (0.01, 0.5)]
    assert says(f"so it takes {rows[0]} rows at $p = 0.01$, but {rows[1]} at $p = 0.5$")


def test_ordered_target_statistics() -> None:
    assert says(f"The rows get $0.3$, then $1.3/2 = {1.3 / 2:.2f}$, then $1.3/3 = {1.3 / 3:.3f}$. A new row gets $2.3/4 = {2.3 / 4:.3f}$")
    assert says(f"gets ${(1 + 0.3) / 2:.2f}$ if its label is 1 and ${(0 + 0.3) / 2:.2f}$ if it is 0")


def test_rounds_for_a_learning_rate() -> None:
    rounds = {rate: next(m for m in range(1000) if (1 - rate) ** m <= 0.1) for rate in (0.1, 0.05)}
    assert says(rf"10% takes {rounds[0.1]} rounds at $\nu = 0.1$ and {rounds[0.05]} at $0.05$")


def test_a_weight_on_the_rare_class_multiplies_the_odds() -> None:
    p, weight = 0.02, 49
    grid = np.linspace(0.001, 0.999, 9_981)
    best = grid[np.argmin(-weight * p * np.log(grid) - (1 - p) * np.log(1 - grid))]
    assert best / (1 - best) == pytest.approx(weight * p / (1 - p), rel=1e-3)
    assert says(f"from $p = {p}$, $s = {weight}$ makes ${best:.1f}$")


def test_a_random_id_wins_impurity() -> None:
    rng = np.random.default_rng(3)
    n, runs = 100, 3000
    counts = np.arange(1, n)

    def best_of_id(y: np.ndarray) -> float:
        left = np.cumsum(y)[:-1]
        a, b = left / counts, (y.sum() - left) / (n - counts)
        after = (counts * 2 * a * (1 - a) + (n - counts) * 2 * b * (1 - b)) / n
        return float(gini(y.mean()) - after.min())

    def of_bit(bit: np.ndarray, y: np.ndarray) -> float:
        return float(gini(y.mean()) - bit.mean() * gini(y[bit].mean()) - (~bit).mean() * gini(y[~bit].mean()))

    noise, real = [], 0
    for _ in range(runs):
        bit = rng.random(n) < 0.5
        y = (rng.random(n) < 0.5).astype(float)
        noise.append((of_bit(bit, y), best_of_id(y)))
        y = (rng.random(n) < np.where(bit, 0.6, 0.4)).astype(float)
        real += best_of_id(y) > of_bit(bit, y)
    binary, unique = np.mean(noise, axis=0)
    assert binary == pytest.approx(0.005, abs=0.0004)
    assert unique == pytest.approx(0.022, abs=0.001)
    assert says("mean Gini gain of $0.005$ at the root; a random ID, with 99 thresholds, reaches $0.022$")
    assert 0.45 < real / runs < 0.55
    assert says("the ID wins the root about half of the time")


def test_shapley_values_of_a_product() -> None:
    def value(known: tuple[int, ...]) -> float:
        return float(np.mean([10 * (1 if 0 in known else a) * (1 if 1 in known else b) for a, b in product((0, 1), repeat=2)]))

    one = ((value((0,)) - value(())) + (value((0, 1)) - value((1,)))) / factorial(2)
    assert [value(()), value((0,)), value((0, 1))] == [2.5, 5, 10]
    assert says(rf"$\frac12[(5 - 2.5) + (10 - 5)] = {one}$, in sum ${2 * one}$")


def test_trees_on_a_trend() -> None:
    sales = [100 + 2 * (month - 1) for month in range(1, 61)]
    assert says(f"from 100 in month 1 to {sales[47]} in month 48. For month 60 the trend says {sales[59]}")
    assert says(f"A fully grown tree says {sales[47]}; one whose last leaf holds a year says {sum(sales[36:48]) / 12:.0f}")


def test_the_figure_on_extrapolation_shows_what_its_text_says() -> None:
    y, plain, detrended = runpy.run_path(str(ROOT / "docs/ml/figures/trees-extrapolate.py"))["forecasts"]()
    assert np.abs(plain[:48] - y[:48]).mean() < 2
    assert abs(plain[48:].mean() - y[36:48].mean()) < 10 < 20 < y[48:].mean() - y[36:48].mean()
    assert np.abs(detrended[48:] - y[48:]).mean() < 4
    assert plain.max() > y[:48].max()  # boosting may leave the range of its targets a little


def test_adaboost_gives_mistakes_half_of_the_weight() -> None:
    alpha = 0.5 * log(0.8 / 0.2)
    assert says(rf"$\varepsilon = 0.2$ gives $\alpha = {alpha:.3f}$")
    assert exp(alpha) == pytest.approx(2)
    assert 0.2 * exp(alpha) == pytest.approx(0.8 * exp(-alpha)) == pytest.approx(0.4)
    votes = np.linspace(0.1, 2, 19_001)
    assert votes[np.argmin(0.2 * np.exp(votes) + 0.8 * np.exp(-votes))] == pytest.approx(alpha, abs=1e-3)


def test_serving() -> None:
    visits = 2000 * 6
    assert says(f"2,000 trees cost {visits:,}") and says(f"{visits * 5e-3:.0f} µs") and says(f"at 100 ns: {visits * 100e-6:.1f} ms")
    nodes = 2000 * (63 + 64)
    assert says(f"$63 + 64 = {63 + 64}$ nodes; {nodes:,} nodes of 16 bytes are {nodes * 16 / 1e6:.1f} MB")
    assert says(f"the same arithmetic gives {500 * visits * 5e-6:.0f} ms")
    first, second = 500 * 100 * 6, 50 * (2000 - 100) * 6  # the sums of the first 100 are kept
    assert says(
        f"takes {first / 1e6} + {second / 1e6} million visits instead of {500 * visits / 1e6:.0f} million: {(first + second) * 5e-6:.2f} ms instead of 30"
    )
    assert says(f"it is {500 * visits / 1e6:.0f} million visits, {500 * visits * 5e-6:.0f} milliseconds on one core")
    assert says(f"{(first + second) / 1e6} million visits, about {(first + second) * 5e-6 + 1e-9:.1f} milliseconds on one core")
    assert says("eight cores give about 4 ms") and round(30 / 8) == 4
