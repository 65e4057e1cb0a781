"""Recomputes the numbers in the text of the chapter on classification.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import comb, exp, log
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/ml/classification.md").read_text(encoding="utf-8").split())
Vector = np.ndarray


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def logit(p: float) -> float:
    return log(p / (1 - p))


def from_odds(odds: float) -> float:
    return odds / (1 + odds)


def bisect(f: Callable[[float], float], low: float, high: float) -> float:
    """Where f, negative at `low` and positive at `high`, is zero."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return low


def test_a_coefficient_doubles_the_odds() -> None:
    assert says(f"$e^{{0.7}} = {exp(0.7):.2f}$")
    after = [100 * sigmoid(logit(p) + 0.7) for p in (0.05, 0.2, 0.5, 0.9)]
    assert says("| after | " + " | ".join(f"{p:.1f}%" for p in after) + " |")
    assert says(rf"$\lvert w_j\rvert/4 = {0.7 / 4}$")
    assert says(f"from 5% the probability grows by a factor of ${after[0] / 5:.2f}$, from 50% by ${after[2] / 50:.2f}$.")
    assert [round(after[0]), round(after[2]), round(after[3])] == [10, 67, 95]
    assert says("For a customer at 5% that means about 10%, at 50% about 67%, at 90% about 95%.")


def test_odds_ratios_do_not_average() -> None:
    low, high = ((sigmoid(-3 + 2 * x) + sigmoid(1 + 2 * x)) / 2 for x in (0, 1))
    assert says(f"${low:.3f}$ for $x = 0$ and ${high:.3f}$ for $x = 1$, a coefficient of ${logit(high) - logit(low):.2f}$ where it was $2$.")


def test_slope_and_curvature_of_squared_error() -> None:
    for z in (-4.0, -1.0, 0.0, 2.0):
        p, step = sigmoid(z), 1e-4
        f = [(1 - sigmoid(z + k * step)) ** 2 for k in (-1, 0, 1)]
        assert (f[2] - f[0]) / (2 * step) == pytest.approx(-2 * p * (1 - p) ** 2, abs=1e-6)
        assert (f[2] - 2 * f[1] + f[0]) / step**2 == pytest.approx(2 * p * (1 - p) ** 2 * (3 * p - 1), abs=1e-5)
        g = [-log(sigmoid(z + k * step)) for k in (-1, 0, 1)]
        assert (g[2] - g[0]) / (2 * step) == pytest.approx(-(1 - p), abs=1e-6)
    p = sigmoid(-4)
    slope, other = -(1 - p), -2 * p * (1 - p) ** 2
    assert says(f"At $z = -4$, $p = {p:.3f}$: cross-entropy has slope ${slope:.3f}$, squared error ${other:.4f}$, ${slope / other:.0f}$ times less")
    assert says(f"it curves downward (${2 * p * (1 - p) ** 2 * (3 * p - 1):.3f}$).")
    assert says(
        f"If the model says {p:.3f} for a positive, the slope by the logit is {-other:.3f}; cross-entropy has {-slope:.2f}, {slope / other:.0f} times more"
    )


def test_both_losses_are_proper() -> None:
    grid = [i / 1000 for i in range(1, 1000)]
    for truth in (0.1, 0.37, 0.9):
        assert min(grid, key=lambda p: truth * (1 - p) ** 2 + (1 - truth) * p**2) == pytest.approx(truth)
        assert min(grid, key=lambda p: -truth * log(p) - (1 - truth) * log(1 - p)) == pytest.approx(truth)


def objective(w: Vector, X: Vector, y: Vector, ridge: Vector) -> float:
    z = X @ w
    return float(np.sum(np.logaddexp(0, z) - y * z) + ridge @ w**2 / 2)


def derivatives(w: Vector, X: Vector, y: Vector, ridge: Vector) -> tuple[Vector, Vector]:
    p = 1 / (1 + np.exp(-X @ w))
    return X.T @ (p - y) + ridge * w, X.T @ (X * (p * (1 - p))[:, None]) + np.diag(ridge)


def minimum(X: Vector, y: Vector, ridge: Vector) -> Vector:
    w = np.zeros(X.shape[1])
    for _ in range(60):
        gradient, hessian = derivatives(w, X, y, ridge)
        w = w - np.linalg.solve(hessian, gradient)
    assert np.abs(derivatives(w, X, y, ridge)[0]).max() < 1e-6
    return w


def data(seed: int, n: int = 40, d: int = 3) -> tuple[Vector, Vector]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, d))])
    return X, (rng.random(n) < 0.4).astype(float)


def test_gradient_and_hessian_of_the_objective() -> None:
    X, y = data(1)
    ridge, w = 0.7 * np.array([0.0, 1, 1, 1]), np.array([0.3, -1, 0.5, 2])
    gradient, hessian = derivatives(w, X, y, ridge)
    for j in range(4):
        shift = 1e-5 * np.eye(4)[j]
        assert (objective(w + shift, X, y, ridge) - objective(w - shift, X, y, ridge)) / 2e-5 == pytest.approx(gradient[j], abs=1e-5)
        change = derivatives(w + shift, X, y, ridge)[0] - derivatives(w - shift, X, y, ridge)[0]
        assert change / 2e-5 == pytest.approx(hessian[j], abs=1e-5)
    assert np.linalg.eigvalsh(hessian).max() <= 0.7 + np.linalg.eigvalsh(X.T @ X).max() / 4
    p = 1 / (1 + np.exp(-X @ minimum(X, y, ridge)))
    assert p.mean() == pytest.approx(y.mean())


def test_a_newton_step_is_weighted_least_squares() -> None:
    X, y = data(2)
    w = np.array([0.2, 0.4, -0.6, 0.1])
    p = 1 / (1 + np.exp(-X @ w))
    root = np.sqrt(p * (1 - p))
    target = X @ w + (y - p) / (p * (1 - p))
    fitted = np.linalg.lstsq(X * root[:, None], target * root, rcond=None)[0]
    gradient, hessian = derivatives(w, X, y, np.zeros(4))
    assert fitted == pytest.approx(w - np.linalg.solve(hessian, gradient))


def test_newton_for_an_intercept() -> None:
    def steps(b: float, count: int) -> list[float]:
        path = []
        for _ in range(count):
            p = sigmoid(b)
            b -= (4 * p - 3) / (4 * p * (1 - p))
            path.append(b)
        return path

    path = steps(0, 3)
    assert says(rf"so $b = {path[0]:.0f}$; then ${path[1]:.4f}$, ${path[2]:.4f} = \ln 3$.")
    assert round(log(3), 4) == round(path[2], 4)
    path = steps(-2, 3)
    assert says(f"From $b = -2$ the same method gives ${path[0]:.1f}$, ${path[1]:.1f}$, ${path[2]:.0f}$")


def test_separation_has_no_minimum() -> None:
    def loss(w: float) -> float:
        return 2 * (log(1 + exp(-w)) + log(1 + exp(-2 * w)))

    def slope(w: float) -> float:
        return -2 * (sigmoid(-w) + 2 * sigmoid(-2 * w))

    assert says(f"The loss is ${loss(1):.2f}$ at $w = 1$; at $w = 5$ it is ${loss(5):.4f}$, at $w = 10$ it is ${loss(10):.5f}$.")
    w, seen = 0.0, {}
    for t in range(1, 10_001):
        w -= 0.5 * slope(w)
        seen[t] = w
    assert says(f"reaches $w = {seen[100]:.1f}$ after 100 steps, ${seen[1000]:.1f}$ after 1,000 and ${seen[10_000]:.1f}$ after 10,000")
    w, curves = 0.0, []
    path = [w]
    for _ in range(11):
        curves.append(2 * (sigmoid(w) * sigmoid(-w) + 4 * sigmoid(2 * w) * sigmoid(-2 * w)))
        w -= slope(w) / curves[-1]
        path.append(w)
    assert all(0.8 < b - a < 1.3 for a, b in pairwise(path))
    assert curves[9] / curves[8] == pytest.approx(exp(-1), abs=0.01)
    assert says(f"shrinks by $e^{{-1}}$, to ${curves[10]:.4f}$ after ten.")
    found = [bisect(lambda w, p=penalty: slope(w) + p * w, 0, 100) for penalty in (0.1, 0.01)]  # type: ignore[misc]
    assert says(rf"$w = {found[0]:.2f}$ for $\lambda = 0.1$ and ${found[1]:.2f}$ for $\lambda = 0.01$.")


def test_coin_flip_labels_are_often_separable() -> None:
    def share(n: int, weights: int) -> float:
        return sum(comb(n - 1, k) for k in range(weights)) * 2 / 2**n

    assert share(200, 100) == 0.5
    assert says(f"with 100 weights, {100 * share(180, 100):.0f}% at 180 rows and {100 * share(220, 100):.0f}% at 220.")


def softmax(z: list[float]) -> list[float]:
    return [exp(a) / sum(exp(b) for b in z) for a in z]


def test_two_columns_cost_half_the_penalty_and_sum_to_zero() -> None:
    rng = np.random.default_rng(3)
    X, labels, penalty = rng.normal(size=(30, 2)), rng.integers(3, size=30), 0.5
    W = rng.normal(size=(2, 3))
    for _ in range(3000):
        P = np.exp(X @ W)
        P /= P.sum(axis=1, keepdims=True)
        W = W - 0.05 * (X.T @ (P - np.eye(3)[labels]) + penalty * W)
    assert np.abs(W.sum(axis=1)).max() < 1e-9
    u = np.array([1.5, -2.0])
    others = [np.sum(v**2) + np.sum((u + v) ** 2) for v in rng.normal(size=(1000, 2)) * 2]
    assert np.sum(u**2) / 2 <= min(others)


def test_numbers_of_models() -> None:
    pairs, rows = comb(10, 2), 2 * 10_000 // 10
    assert says(rf"OvO fits ${pairs}$ models on {rows:,} rows each, ${pairs}{{,}}000$".replace("45{,}000", f"{pairs * rows // 1000}{{,}}000"))


def test_softmax_and_sigmoids_on_the_same_logits() -> None:
    z = [2, 1.5, -3]
    p, q = softmax(z), [sigmoid(a) for a in z]
    assert says(f"Softmax gives ${p[0]:.2f}, {p[1]:.2f}, {p[2]:.3f}$, sigmoids give ${q[0]:.2f}, {q[1]:.2f}, {q[2]:.2f}$.")


def test_the_threshold_for_f1_is_half_of_it() -> None:
    # A grid of scores, all equally frequent and calibrated.
    scores = np.arange(1, 2000) / 2000
    scores = scores**2
    flagged = scores[::-1].cumsum()  # true positives among the top k
    f1 = 2 * flagged / (np.arange(1, len(scores) + 1) + scores.sum())
    best = int(f1.argmax())
    assert scores[::-1][best] == pytest.approx(f1[best] / 2, abs=2e-3)


def test_a_precision_floor_is_about_the_mean() -> None:
    scores = [0.95, 0.9, 0.8, 0.7, 0.6, 0.4]
    means = [sum(scores[:k]) / k for k in range(1, 7)]
    assert says("the running means are $0.95, 0.925, 0.883, 0.838, 0.79, 0.725$.")
    assert means == pytest.approx([0.95, 0.925, 0.883, 0.838, 0.79, 0.725], abs=6e-4)
    assert sum(m >= 0.8 for m in means) == 4
    assert sum(s >= 0.8 for s in scores) == 3


def test_pass_review_or_block() -> None:
    alone, low, high = 5 / 100, 2 / 95, 1 - 2 / 5
    assert says(f"the threshold is ${alone}$, and a case there costs $95 \\cdot {alone} = {95 * alone}$ either way.")
    assert says(f"pass below ${low:.3f}$, block above ${high:.1f}$. A review at more than ${5 * 95 / 100}$ never pays.")
    costs = {p: (95 * p, 2.0, 5 * (1 - p)) for p in (i / 1000 for i in range(1001))}
    for p, (skip, review, block) in costs.items():
        cheapest = min(skip, review, block)
        assert (skip == cheapest) == (p <= low) or abs(p - low) < 1e-9
        assert (block == cheapest) == (p >= high) or abs(p - high) < 1e-9
        assert review >= 2
    assert says("pass below 0.021, block above 0.6, review between.")


def test_selective_risk() -> None:
    errors = [1 - c for c in (0.95, 0.9, 0.8, 0.7, 0.6)]
    assert says(rf"the expected risk is ${100 * sum(errors) / 5:.0f}\%$ at full coverage and ${100 * sum(errors[:3]) / 3:.1f}\%$ at 60%.")


def pool(labels: list[float]) -> list[float]:
    blocks: list[list[float]] = []
    for y in labels:
        blocks.append([y])
        while len(blocks) > 1 and sum(blocks[-2]) / len(blocks[-2]) > sum(blocks[-1]) / len(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    return [sum(block) / len(block) for block in blocks for _ in block]


def test_pooling_and_temperature() -> None:
    assert pool([0, 1, 0, 0, 1, 1]) == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3, 1, 1])
    assert says(
        rf"Temperature 2 turns logits $(2, 1, 0)$ from a top probability of ${softmax([2, 1, 0])[0]:.3f}$ into ${softmax([1, 0.5, 0])[0]:.3f}$."
    )
    assert says(f"it would be about {logit(0.9) / logit(0.7):.1f}, the ratio of the two log-odds, {logit(0.9):.2f} over {logit(0.7):.2f}.")


def test_temperature_can_reorder_rows_by_one_class() -> None:
    a, b = [2.0, 1.9, -9.0], [1.0, 0.0, 0.0]
    cold, warm = [softmax(z)[0] for z in (a, b)], [softmax([x / 4 for x in z])[0] for z in (a, b)]
    assert (cold[0] < cold[1]) != (warm[0] < warm[1])


def test_thinned_negatives() -> None:
    odds = 0.6 / 0.4 * 0.05
    assert says(f"A score of $0.6$ has odds $1.5$; true odds ${odds:.3f}$, probability ${from_odds(odds):.2f}$.")
    assert says(f"A score of $0.5$ means ${from_odds(0.05):.3f}$.")
    assert says(f"you cut the *model's* score at ${from_odds(0.05 / 0.95 / 0.05):.3f}$.")
    assert says(f"a score of 0.5 becomes {100 * from_odds(0.05):.1f}%. Weighting positives by 20 needs the same correction.")


def weighted_line(weight: float) -> Vector:
    """The best straight log-odds for true ones of -4 + x + x²/2, x standard normal, positives weighted."""
    x = np.linspace(-8, 8, 4001)
    density = np.exp(-(x**2) / 2)
    truth = 1 / (1 + np.exp(-(-4 + x + x**2 / 2)))
    positive, negative = weight * density * truth, density * (1 - truth)
    X, w = np.column_stack([np.ones_like(x), x]), np.zeros(2)
    for _ in range(100):
        p = 1 / (1 + np.exp(-X @ w))
        both = positive + negative
        step = np.linalg.solve(X.T @ (X * (both * p * (1 - p))[:, None]), X.T @ (both * p - positive))
        w = w - step
    assert np.abs(step).max() < 1e-9
    return w


def test_weights_move_the_slope_of_a_wrong_model() -> None:
    assert says(f"gets slope ${weighted_line(1)[1]:.2f}$ unweighted and ${weighted_line(50)[1]:.2f}$ with positives weighted 50 times.")


def focal_slope(p: float, gamma: float) -> float:
    return (1 - p) ** gamma / p - gamma * (1 - p) ** (gamma - 1) * log(p)


def focal_truth(p: float, gamma: float) -> float:
    return focal_slope(1 - p, gamma) / (focal_slope(p, gamma) + focal_slope(1 - p, gamma))


def test_focal_loss_is_not_proper() -> None:
    grid = [i / 10_000 for i in range(1, 10_000)]
    best = min(grid, key=lambda p: -0.9 * (1 - p) ** 2 * log(p) - 0.1 * p**2 * log(1 - p))
    assert focal_truth(best, 2) == pytest.approx(0.9, abs=1e-3)
    assert says(rf"with $\gamma = 2$ and truth $0.9$ its minimum is at ${best:.2f}$, and a reading of $0.9$ means ${focal_truth(0.9, 2):.3f}$.")
    for gamma in (0.5, 1, 2, 5):
        truths = [focal_truth(i / 100, gamma) for i in range(1, 100)]
        assert all(a < b for a, b in pairwise(truths))


def lda(x: Vector, y: Vector) -> float:
    means = x[y == 0].mean(), x[y == 1].mean()
    variance = ((x - np.where(y == 1, means[1], means[0])) ** 2).sum() / (len(x) - 2)
    return float((means[1] - means[0]) / variance)


def test_a_score_of_the_focal_loss_on_balanced_data() -> None:
    # The model answer on the rare complication: 85% of a model trained at 50%, read at 2%.
    bank = (Path(__file__).parents[2] / "quizzes/ml/classification.yml").read_text(encoding="utf-8")
    plain, focal = 0.85 / 0.15 / 49, focal_truth(0.85, 2) / (1 - focal_truth(0.85, 2)) / 49
    said = (
        f"log loss 85% would mean {100 * from_odds(plain):.0f}% on the ward, with an exponent of 2 and a perfect fit {100 * from_odds(focal):.0f}%."
    )
    assert said in " ".join(bank.split())


def test_covariance_of_the_weights() -> None:
    # Redraw the labels of fixed rows: the spread of the estimates is that of the inverse Hessian at the truth.
    rng = np.random.default_rng(11)
    X = np.column_stack([np.ones(800), rng.normal(size=800)])
    truth = np.array([-0.5, 0.7])
    p = 1 / (1 + np.exp(-X @ truth))
    found = np.array([minimum(X, (rng.random(800) < p).astype(float), np.zeros(2)) for _ in range(200)])
    expected = np.linalg.inv(X.T @ (X * (p * (1 - p))[:, None]))
    assert found.std(axis=0) == pytest.approx(np.sqrt(expected.diagonal()), rel=0.15)


def test_common_intercepts_stay_free() -> None:
    # The Hessian of a softmax in the intercepts alone: singular along a common number.
    p = np.array([0.2, 0.5, 0.3])
    assert np.abs((np.diag(p) - np.outer(p, p)) @ np.ones(3)).max() < 1e-12


def test_chow_needs_a_cheap_review() -> None:
    # The largest of K probabilities is at least 1/K, so a review dearer than c(1 - 1/K) is never the cheapest.
    rng = np.random.default_rng(12)
    for classes in (2, 5):
        top = rng.dirichlet(np.ones(classes), size=5000).max(axis=1)
        assert (1 - top).max() < 1 - 1 / classes
        assert 1 - np.full(classes, 1 / classes).max() == pytest.approx(1 - 1 / classes)


def test_discriminant_analysis() -> None:
    b = -2 + log(0.25)
    assert says(rf"$w = 2$, $b = -2 + \ln 0.25 = {b:.2f}$, boundary ${-b / 2:.2f}$; equal priors would put it at $1$.")
    quantiles = np.array([NormalDist().inv_cdf((i + 0.5) / 500) for i in range(500)])
    x, y = np.concatenate([quantiles, quantiles + 2]), np.repeat([0.0, 1.0], 500)
    more = np.append(x, 50.0)

    def slope(x: Vector, y: Vector) -> float:
        return float(minimum(np.column_stack([np.ones(len(x)), x]), y, np.zeros(2))[1])

    assert says(f"takes the LDA slope from ${lda(x, y):.2f}$ to ${lda(more, np.append(y, 1.0)):.2f}$")
    assert says(f"logistic regression keeps its ${slope(x, y):.2f}$.")
    assert slope(more, np.append(y, 1.0)) == pytest.approx(slope(x, y), abs=1e-6)
    assert says(f"one negative at $50$ takes the logistic slope to ${slope(more, np.append(y, 0.0)):.2f}$.")


def test_cut_points() -> None:
    low, high = sigmoid(-1.5), sigmoid(0.5)
    assert says(f"cumulative ${low:.3f}$ and ${high:.3f}$, so probabilities ${low:.3f}, {high - low:.3f}, {1 - high:.3f}$.")
    p = {1: 0.40, 2: 0.15, 3: 0.45}
    assert min(p, key=lambda g: sum(q * abs(g - k) for k, q in p.items())) == 2
    assert max(p, key=lambda g: p[g]) == 3


def test_unlabeled_and_noisy() -> None:
    assert says(f"$c = 0.25$ and score $0.2$: $p = {0.2 / 0.25}$.")
    assert says(rf"$\rho_0 = 0.05$, $\rho_1 = 0.2$: $p = 0.5$ is seen as ${0.05 + 0.75 * 0.5:.3f}$")
    assert says("at 25% a score of 0.2 means 0.8.")


def test_memory_of_a_large_hessian() -> None:
    assert 100_000**2 == 10_000_000_000
    assert 8 * 100_000**2 == 80e9
    assert says("With 100,000 the Hessian has ten billion entries, 80 gigabytes in double precision")
