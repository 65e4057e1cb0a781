"""Recomputes every formula of the machine-learning formula sheet: exactly where that can be, else by simulation.

Each check names the formulas that it covers by their ids on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise, permutations
from math import comb, exp, log, pi, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from formulas import Array, Rng, Sheet, close, gradient, near, sigmoid, spd
from numpy.linalg import cholesky, eigh, eigvals, inv, lstsq, matrix_rank, norm, slogdet, solve, svd

DEFINITIONS = frozenset("average-precision calibration-error cusum mase naive-bayes-posterior silhouette t-sne-objective".split())
SHEET = Sheet("formula-sheet-ml.md", DEFINITIONS)
covers = SHEET.covers
NORMAL = NormalDist()


def test_every_formula_is_checked_or_is_a_definition() -> None:
    SHEET.assert_every_formula_is_checked_or_is_a_definition()


def test_each_formula_names_a_section_and_says_when_it_holds() -> None:
    SHEET.assert_each_formula_names_a_section_and_says_when_it_holds()


def least_squares(x: Array, y: Array) -> Array:
    weights: Array = lstsq(x, y, rcond=None)[0]
    return weights


def with_ones(x: Array) -> Array:
    return np.column_stack([np.ones(len(x)), x])


def smallest(f: Callable[[Array], Array], low: float, high: float, steps: int = 200_001) -> float:
    """Where on an interval f is smallest."""
    grid = np.linspace(low, high, steps)
    return float(grid[np.argmin(f(grid))])


# Generalization


@covers("gap-of-many")
def gap_of_many(rng: Rng) -> None:
    predictors, n, delta = 50, 200, 0.1
    risks = rng.uniform(0.05, 0.5, size=predictors)
    gaps = abs(rng.binomial(n, risks, size=(20_000, predictors)) / n - risks).max(axis=1)
    assert (gaps > sqrt(log(2 * predictors / delta) / (2 * n))).mean() <= delta


@covers("bias-variance", "zero-one-at-a-point")
def bias_variance(rng: Rng) -> None:
    x, at, sigma, runs = np.linspace(-1, 1, 15), 0.6, 0.5, 40_000
    labels = np.sin(3 * x) + sigma * rng.normal(size=(runs, len(x)))
    line = np.array([1, at]) @ solve(with_ones(x).T @ with_ones(x), with_ones(x).T)
    predictions, truth = labels @ line, np.sin(3 * at)
    error = (truth + sigma * rng.normal(size=runs) - predictions) ** 2
    assert near(error.mean(), (truth - predictions.mean()) ** 2 + predictions.var() + sigma**2, 0.012)
    eta, q = 0.7, 0.4
    assert close(q * (1 - eta) + (1 - q) * eta, (1 - eta) + (1 - q) * (2 * eta - 1))


@covers("least-norm-excess")
def least_norm_excess(rng: Rng) -> None:
    sigma, n = 0.5, 30
    for p in (10, 90):
        beta = rng.normal(size=p)
        excess = []
        for _ in range(1500):
            x = rng.normal(size=(n, p))
            found = np.linalg.pinv(x) @ (x @ beta + sigma * rng.normal(size=n))
            excess.append(norm(found - beta) ** 2)
        formula = sigma**2 * p / (n - p - 1) if p < n else (1 - n / p) * norm(beta) ** 2 + sigma**2 * n / (p - n - 1)
        assert near(np.mean(excess), formula, 0.05 * formula)


@covers("effective-parameters")
def effective_parameters(rng: Rng) -> None:
    x = rng.normal(size=(20, 4))
    values = eigh(x.T @ x / 20)[0]
    rate, steps = 0.9 / values.max(), 7

    def fitted(y: Array) -> Array:
        w = np.zeros(4)
        for _ in range(steps):
            w = w - rate * x.T @ (x @ w - y) / 20
        prediction: Array = x @ w
        return prediction

    trace = sum(fitted(unit)[i] for i, unit in enumerate(np.eye(20)))  # the fit is linear in y
    assert close(trace, np.sum(1 - (1 - rate * values) ** steps))


@covers("distance-spread", "cube-edge")
def many_dimensions(rng: Rng) -> None:
    d = 50
    squares = ((rng.normal(size=(40_000, d)) - rng.normal(size=(40_000, d))) ** 2).sum(axis=1)
    assert near(squares.std() / squares.mean(), sqrt(2 / d), 0.004)
    edge = 0.1 ** (1 / 3)
    assert near((rng.uniform(size=(200_000, 3)) < edge).all(axis=1).mean(), 0.1, 0.004)


@covers("flipped-labels", "label-shift", "prior-correction", "thinned-negatives", "positive-unlabeled")
def labels_that_change(rng: Rng) -> None:
    risk, rho = 0.12, 0.2
    assert close((1 - rho) * risk + rho * (1 - risk), rho + (1 - 2 * rho) * risk)
    given = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])  # of three inputs, given the classes 0 and 1
    before, after = np.array([0.8, 0.2]), np.array([0.95, 0.05])
    odds = (given[1] / given[0]) * before[1] / before[0]
    wanted = (given[1] / given[0]) * after[1] / after[0]
    assert close(odds * (after[1] / after[0]) / (before[1] / before[0]), wanted)
    beta = 0.1
    joint = given * np.array([0.9, 0.1])[:, None]
    score = joint[1] / (joint[1] + beta * joint[0])
    assert close(beta * score / (beta * score + 1 - score), joint[1] / joint.sum(axis=0))
    x = rng.integers(3, size=300_000)
    positive = rng.uniform(size=len(x)) < (joint[1] / joint.sum(axis=0))[x]
    labeled = positive & (rng.uniform(size=len(x)) < 0.3)
    assert all(near(labeled[x == i].mean(), 0.3 * (joint[1] / joint.sum(axis=0))[i], 0.005) for i in range(3))


@covers("ambiguity", "forest-variance", "out-of-bag")
def ensembles(rng: Rng) -> None:
    members, truth = rng.normal(size=9), 0.3
    center = members.mean()
    assert close((center - truth) ** 2, ((members - truth) ** 2).mean() - ((members - center) ** 2).mean())
    trees, rho, sigma = 6, 0.3, 2.0
    covariance = sigma**2 * (rho + (1 - rho) * np.eye(trees))
    assert close(covariance.mean(), rho * sigma**2 + (1 - rho) / trees * sigma**2)
    assert near((1 - 1 / 10_000) ** 10_000, exp(-1), 1e-4)
    drawn = rng.integers(50, size=(20_000, 50))
    assert near((drawn != 7).all(axis=1).mean(), (1 - 1 / 50) ** 50, 0.012)


# Linear models


@covers("omitted-variable", "attenuation")
def wrong_features(rng: Rng) -> None:
    n = 400_000
    x1 = rng.normal(size=n)
    x2 = 0.6 * x1 + rng.normal(size=n)
    y = 2 * x1 + 3 * x2 + rng.normal(size=n)
    assert near(np.polyfit(x1, y, 1)[0], 2 + 3 * 0.6, 0.03)
    measured = 1.5 * x1 + 0.8 * rng.normal(size=n)
    assert near(np.polyfit(measured, 1.5 * x1 + rng.normal(size=n), 1)[0], 1.5**2 / (1.5**2 + 0.8**2), 0.01)


@covers("variance-inflation", "left-out-residual", "sandwich", "adjusted-r2")
def least_squares_numbers(rng: Rng) -> None:
    n, sigma = 25, 1.3
    x = rng.normal(size=(n, 3)) @ rng.normal(size=(3, 3))
    design, others = with_ones(x), with_ones(x[:, 1:])
    inverse = inv(design.T @ design)
    fitted = others @ least_squares(others, x[:, 0])
    unexplained = ((x[:, 0] - fitted) ** 2).sum() / ((x[:, 0] - x[:, 0].mean()) ** 2).sum()
    assert close(sigma**2 * inverse[1, 1], sigma**2 / ((n - 1) * x[:, 0].var(ddof=1)) / unexplained)
    y = design @ np.array([1.0, 2, -1, 0.1]) + (0.5 + abs(x[:, 0])) * rng.normal(size=n)
    residuals = y - design @ least_squares(design, y)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    without = [y[i] - design[i] @ least_squares(np.delete(design, i, 0), np.delete(y, i)) for i in range(n)]
    assert close(residuals / (1 - leverage), without)
    deviation = 0.5 + abs(x[:, 0])
    truth = inverse @ (design.T * deviation**2) @ design @ inverse
    middle = np.zeros((4, 4))
    for _ in range(4000):
        errors = deviation * rng.normal(size=n)
        r = errors - design @ (inverse @ (design.T @ errors))
        middle += (design.T * (r / (1 - leverage)) ** 2) @ design / 4000
    sandwich = np.diag(inverse @ middle @ inverse)
    assert np.all(sandwich > 0.97 * np.diag(truth)) and np.all(sandwich < 1.6 * np.diag(truth))  # HC3 errs upward

    def adjusted(columns: Array) -> tuple[float, float]:
        residual = y - columns @ least_squares(columns, y)
        degrees = n - columns.shape[1]
        error = sqrt(residual @ residual / degrees * inv(columns.T @ columns)[-1, -1])
        r2 = 1 - residual @ residual / ((y - y.mean()) ** 2).sum()
        return 1 - (1 - r2) * (n - 1) / degrees, abs(least_squares(columns, y)[-1]) / error

    base = adjusted(design)[0]
    for _ in range(40):
        more, t = adjusted(np.column_stack([design, rng.normal(size=n)]))
        assert (more > base) == (t > 1)


@covers("ridge-centered", "ridge-factor", "soft-threshold")
def shrinkage(rng: Rng) -> None:
    x, y, penalty = rng.normal(size=(20, 3)) + 5, rng.normal(size=20) + 9, 2.5
    centered, target = x - x.mean(axis=0), y - y.mean()
    w = solve(centered.T @ centered + penalty * np.eye(3), centered.T @ target)
    b = y.mean() - x.mean(axis=0) @ w
    assert close(gradient(lambda v: float(((y - v[0] - x @ v[1:]) ** 2).sum() + penalty * v[1:] @ v[1:]), np.array([b, *w])), 0, 1e-5)
    values, right = svd(centered)[1:]
    assert close(right @ w, values**2 / (values**2 + penalty) * (right @ least_squares(centered, target)))
    for z in (2.0, 0.4, -1.5):
        found = smallest(lambda v, z=z: (v - z) ** 2 + 1.2 * abs(v), -3, 3)  # type: ignore[misc]
        assert near(found, np.sign(z) * max(abs(z) - 0.6, 0), 1e-4)


@covers("log-normal-mean", "ransac", "split-conformal")
def intervals_and_draws(rng: Rng) -> None:
    draws = np.exp(0.4 + 0.7 * rng.normal(size=400_000))
    assert near(draws.mean(), exp(0.4 + 0.49 / 2), 0.02) and near(np.median(draws), exp(0.4), 0.01)
    n = log(1 - 0.99) / log(1 - 0.7**3)
    assert close(1 - (1 - 0.7**3) ** n, 0.99)
    for rows, alpha in ((19, 0.1), (50, 0.1), (9, 0.2)):
        k = int(np.ceil((rows + 1) * (1 - alpha) - 1e-9))
        scores = rng.exponential(size=(40_000, rows + 1))
        covered = (scores[:, -1] <= np.sort(scores[:, :-1], axis=1)[:, k - 1]).mean()
        assert near(covered, k / (rows + 1), 0.008) and 1 - alpha <= k / (rows + 1) + 1e-9 <= 1 - alpha + 1 / (rows + 1) + 2e-9


@covers("gp-posterior", "kernel-ridge", "centered-kernel", "random-fourier")
def kernels(rng: Rng) -> None:
    x, new, noise, width = rng.normal(size=(8, 2)), rng.normal(size=2), 0.3, 0.7

    def kernel(a: Array, b: Array) -> Array:
        values: Array = np.exp(-width * ((a[:, None] - b[None]) ** 2).sum(axis=2))
        return values

    every = np.vstack([x, new])
    joint = kernel(every, every) + noise**2 * np.diag([1] * 8 + [0])  # the new value without noise
    y = rng.normal(size=8)
    precision = inv(joint)
    mean = -precision[8, :8] @ y / precision[8, 8]  # of a normal vector, given its other entries
    k = kernel(x, new[None])[:, 0]
    ridge = solve(kernel(x, x) + noise**2 * np.eye(8), y)
    assert close(mean, k @ ridge) and close(1 / precision[8, 8], 1 - k @ solve(kernel(x, x) + noise**2 * np.eye(8), k))
    features = rng.normal(size=(8, 3))  # kernel ridge with a linear kernel is ridge
    alpha = solve(features @ features.T + 0.9 * np.eye(8), y)
    assert close(features.T @ alpha, solve(features.T @ features + 0.9 * np.eye(3), features.T @ y))
    gram, average = features @ features.T, np.full((8, 8), 1 / 8)
    centered = features - features.mean(axis=0)
    assert close(gram - average @ gram - gram @ average + average @ gram @ average, centered @ centered.T)
    frequencies = sqrt(2 * width) * rng.normal(size=(200_000, 2))
    exact = float(kernel(x[:1], x[1:2])[0, 0])
    values = np.cos(frequencies @ (x[0] - x[1]))
    assert near(values.mean(), exact, 0.01)
    groups = values.reshape(-1, 20).mean(axis=1)
    assert near(groups.std(), (1 - exact**2) / sqrt(2 * 20), 0.004)


# Classification


@covers("logistic-derivatives", "logistic-slope")
def logistic(rng: Rng) -> None:
    x, y = with_ones(rng.normal(size=(12, 2))), rng.integers(2, size=12)
    w, penalty = rng.normal(size=3), np.diag([0.0, 0.7, 0.7])

    def loss(w: Array) -> float:
        z = x @ w
        return float((np.logaddexp(0, z) - y * z).sum() + w @ penalty @ w / 2)

    def slope(w: Array) -> Array:
        value: Array = x.T @ (sigmoid(x @ w) - y) + penalty @ w
        return value

    assert close(gradient(loss, w), slope(w), 1e-6)
    p = sigmoid(x @ w)
    hessian = np.stack([(slope(w + 1e-6 * unit) - slope(w - 1e-6 * unit)) / 2e-6 for unit in np.eye(3)])
    assert close(hessian, x.T @ np.diag(p * (1 - p)) @ x + penalty, 1e-6)
    row = x[0]
    assert close(gradient(lambda v: float(sigmoid(v @ w)), row), w * p[0] * (1 - p[0]), 1e-6) and p[0] * (1 - p[0]) <= 0.25


@covers("cost-threshold", "break-even", "chow", "precision-from-rates", "rate-for-precision")
def decisions(rng: Rng) -> None:
    p = np.linspace(0, 1, 100_001)
    alarm, miss = 3.0, 17.0
    assert near(p[(1 - p) * alarm <= p * miss].min(), alarm / (alarm + miss), 1e-4)
    tp, fp, fn, tn = 30.0, 12.0, 80.0, 2.0
    assert near(p[p * tp + (1 - p) * fp < p * fn + (1 - p) * tn].min(), (fp - tn) / ((fp - tn) + (fn - tp)), 1e-4)
    shares = rng.dirichlet([1, 1, 1], size=1000)
    error, abstain = 5.0, 1.5
    assert np.array_equal(abstain < error * (1 - shares.max(axis=1)), shares.max(axis=1) < 1 - abstain / error)
    prevalence, tpr, fpr = 0.02, 0.8, 0.05
    hits, false_alarms = prevalence * tpr, (1 - prevalence) * fpr
    precision = hits / (hits + false_alarms)
    assert close(precision / (1 - precision), prevalence / (1 - prevalence) * tpr / fpr)
    assert close(prevalence / (1 - prevalence) * tpr * (1 - precision) / precision, fpr)


@covers("linear-discriminant", "focal-truth")
def class_models(rng: Rng) -> None:
    covariance, means, shares = spd(rng, 3), rng.normal(size=(2, 3)), np.array([0.7, 0.3])

    def log_density(x: Array, mean: Array) -> float:
        return float(-(x - mean) @ solve(covariance, x - mean) / 2)

    w = solve(covariance, means[1] - means[0])
    b = -(means[1] + means[0]) @ w / 2 + log(shares[1] / shares[0])
    for x in rng.normal(size=(5, 3)):
        assert close(w @ x + b, log(shares[1] / shares[0]) + log_density(x, means[1]) - log_density(x, means[0]))
    for power, truth in ((2.0, 0.9), (1.0, 0.3), (0.0, 0.6)):

        def expected(p: Array, power: float = power, truth: float = truth) -> Array:
            loss: Array = -truth * (1 - p) ** power * np.log(p) - (1 - truth) * p**power * np.log(1 - p)
            return loss

        def g(p: float, power: float = power) -> float:
            return (1 - p) ** power / p - (power * (1 - p) ** (power - 1) * log(p) if power else 0)

        p = smallest(expected, 1e-4, 1 - 1e-4)
        assert near(g(1 - p) / (g(p) + g(1 - p)), truth, 1e-3)


# Kernels, neighbors, naive Bayes


@covers("svm-objective", "hinge-minimizer", "cover-hart", "hyperplane-hashing")
def margins_and_neighbors(rng: Rng) -> None:
    x, y, w, b, c = rng.normal(size=(6, 2)), np.where(rng.uniform(size=6) < 0.5, 1, -1), rng.normal(size=2), 0.2, 3.0
    hinge = np.maximum(0, 1 - y * (x @ w + b))
    penalty = 1 / (6 * c)
    assert close((penalty * w @ w / 2 + hinge.mean()) / penalty, w @ w / 2 + c * hinge.sum())  # so the same minimum
    for eta in (0.2, 0.45, 0.7):
        found = smallest(lambda s, eta=eta: eta * np.maximum(0, 1 - s) + (1 - eta) * np.maximum(0, 1 + s), -3, 3)  # type: ignore[misc]
        assert near(found, np.sign(eta - 0.5), 1e-3)
    for classes in (2, 3, 5):
        p = rng.dirichlet(np.ones(classes), size=5000)
        bayes, nearest = 1 - p.max(axis=1), 1 - (p**2).sum(axis=1)
        assert np.all(bayes <= nearest + 1e-12) and np.all(nearest <= bayes * (2 - classes / (classes - 1) * bayes) + 1e-12)
    angle, bits, tables = 0.5, 4, 3
    planes = rng.normal(size=(40_000, tables, bits, 2))
    sides = [np.sign(planes @ point) for point in (np.array([1.0, 0]), np.array([np.cos(angle), np.sin(angle)]))]
    meet = (sides[0] == sides[1]).all(axis=2).any(axis=1).mean()
    assert near(meet, 1 - (1 - (1 - angle / pi) ** bits) ** tables, 0.012)


# Trees and boosting


@covers("split-gain", "newton-leaf", "newton-gain", "adaboost-vote")
def splits(rng: Rng) -> None:
    y = rng.integers(2, size=30).astype(float)
    left = rng.uniform(size=30) < 0.4
    for impurity in (lambda p: 2 * p * (1 - p), lambda p: -sum(q * np.log2(q) for q in (p, 1 - p) if q > 0)):
        parts = [(side.mean(), impurity(y[side].mean())) for side in (left, ~left)]
        assert impurity(y.mean()) - sum(share * value for share, value in parts) >= 0
    errors = [((values - values.mean()) ** 2).sum() for values in (y, y[left], y[~left])]
    assert close(y.var() - left.mean() * y[left].var() - (~left).mean() * y[~left].var(), (errors[0] - errors[1] - errors[2]) / 30)
    g, h, penalty, price = rng.normal(size=30), rng.uniform(0.1, 1, size=30), 0.8, 0.25

    def best(rows: Array) -> tuple[float, float]:
        """Of G w + (H + penalty) w² / 2: where it is smallest, and its value there."""
        slope, curve = g[rows].sum(), h[rows].sum() + penalty
        w = smallest(lambda w: slope * w + curve * w**2 / 2, -20, 20, 400_001)
        return w, slope * w + curve * w**2 / 2

    everyone = np.ones(30, bool)
    assert near(best(everyone)[0], -g.sum() / (h.sum() + penalty), 1e-3)
    gain = best(everyone)[1] + price - (best(left)[1] + best(~left)[1] + 2 * price)  # one leaf against two
    term = [g[rows].sum() ** 2 / (h[rows].sum() + penalty) for rows in (left, ~left, everyone)]
    assert near(gain, (term[0] + term[1] - term[2]) / 2 - price, 1e-4)
    score = np.array([-1.0, 0.2, 2.0])
    assert close(gradient(lambda s: float(np.logaddexp(0, s).sum() - s[0]), score), sigmoid(score) - np.array([1, 0, 0]), 1e-6)
    for error in (0.1, 0.3, 0.6):
        found = smallest(lambda a, error=error: (1 - error) * np.exp(-a) + error * np.exp(a), -3, 3)  # type: ignore[misc]
        assert near(found, log((1 - error) / error) / 2, 1e-4)


# Metrics


@covers("f-beta", "kappa", "matthews", "auc-by-ranks")
def class_metrics(rng: Rng) -> None:
    truth, flagged = rng.integers(2, size=60), rng.integers(2, size=60)
    tp, fp = int((truth & flagged).sum()), int(((1 - truth) & flagged).sum())
    fn, tn = int((truth & (1 - flagged)).sum()), int(((1 - truth) & (1 - flagged)).sum())
    precision, recall, beta = tp / (tp + fp), tp / (tp + fn), 2.0
    assert close((1 + beta**2) * tp / ((1 + beta**2) * tp + beta**2 * fn + fp), (1 + beta**2) / (1 / precision + beta**2 / recall))
    shuffled = [(truth == rng.permutation(flagged)).mean() for _ in range(4000)]
    a, b = truth.mean(), flagged.mean()
    assert near(np.mean(shuffled), a * b + (1 - a) * (1 - b), 0.006)
    correlation = np.corrcoef(truth, flagged)[0, 1]
    assert close((tp * tn - fp * fn) / sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)), correlation)
    scores = rng.integers(6, size=60)
    ranks = np.array([(scores < s).sum() + ((scores == s).sum() + 1) / 2 for s in scores])
    positives, negatives = scores[truth == 1], scores[truth == 0]
    pairs = np.mean([(p > n) + 0.5 * (p == n) for p in positives for n in negatives])
    count = len(positives)
    assert close((ranks[truth == 1].sum() - count * (count + 1) / 2) / (count * len(negatives)), pairs)


@covers("pinball", "interval-score", "newsvendor")
def targets(rng: Rng) -> None:
    draws = np.sort(rng.exponential(size=4001))

    def pinball(q: Array, level: float) -> Array:
        losses: Array = np.array([np.maximum(level * (draws - v), (level - 1) * (draws - v)).mean() for v in q])
        return losses

    for level in (0.1, 0.5, 0.9):
        assert near(smallest(lambda q, level=level: pinball(q, level), 0, 5, 2001), np.quantile(draws, level), 0.01)  # type: ignore[misc]
    alpha, upper = 0.2, 3.0
    ends = np.linspace(0, 2.9, 1001)
    score = [((upper - low) + 2 / alpha * np.maximum(low - draws, 0) + 2 / alpha * np.maximum(draws - upper, 0)).mean() for low in ends]
    assert near(ends[int(np.argmin(score))], np.quantile(draws, alpha / 2), 0.01)
    low = 0.05
    ends = np.linspace(0.1, 5, 1001)
    score = [((up - low) + 2 / alpha * np.maximum(low - draws, 0) + 2 / alpha * np.maximum(draws - up, 0)).mean() for up in ends]
    assert near(ends[int(np.argmin(score))], np.quantile(draws, 1 - alpha / 2), 0.02)
    short, over = 7.0, 3.0
    stock = np.linspace(0, 5, 1001)
    cost = [(short * np.maximum(draws - q, 0) + over * np.maximum(q - draws, 0)).mean() for q in stock]
    assert near(stock[int(np.argmin(cost))], np.quantile(draws, short / (short + over)), 0.01)


@covers("ndcg", "sampled-rank", "kendall")
def ranking_metrics(rng: Rng) -> None:
    grades = np.array([3, 0, 2, 1, 2])

    def dcg(order: tuple[int, ...]) -> float:
        return sum((2 ** int(grades[i]) - 1) / np.log2(r + 2) for r, i in enumerate(order))

    best = max(map(dcg, permutations(range(5))))
    assert close(best, dcg(tuple(np.argsort(-grades, kind="stable")))) and 0 < dcg((1, 3, 2, 4, 0)) / best < 1
    items, rank, drawn = 41, 9, 10
    others = rng.integers(items - 1, size=(100_000, drawn))  # the rank - 1 first ones are better
    better = (others < rank - 1).sum(axis=1)
    chance = (rank - 1) / (items - 1)
    assert all(near((better == k).mean(), comb(drawn, k) * chance**k * (1 - chance) ** (drawn - k), 0.008) for k in range(6))
    x, y = rng.integers(4, size=30), rng.integers(4, size=30)
    signs = np.array([(np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i, j in combinations(range(30), 2)])
    product, pairs = signs.prod(axis=1), 30 * 29 / 2
    tau_b = product.sum() / sqrt((pairs - (signs[:, 0] == 0).sum()) * (pairs - (signs[:, 1] == 0).sum()))
    assert close(tau_b, (signs[:, 0] @ signs[:, 1]) / (norm(signs[:, 0]) * norm(signs[:, 1])))  # a correlation of signs
    z = rng.permutation(30)
    agree = sum((i - j) * (z[i] - z[j]) > 0 for i, j in combinations(range(30), 2))
    assert close((agree - (pairs - agree)) / pairs, 2 * agree / pairs - 1)


# Validation and tuning


@covers("sibling", "random-search", "winners-curse", "nested-fits", "adversarial-weights")
def validation(rng: Rng) -> None:
    folds = rng.integers(5, size=(100_000, 4))
    assert near((folds[:, 1:] != folds[:, :1]).any(axis=1).mean(), 1 - (1 / 5) ** 3, 0.004)
    tries = rng.uniform(size=(100_000, 20))
    assert near((tries < 0.05).any(axis=1).mean(), 1 - 0.95**20, 0.008)
    spread, noise, settings = 1.0, 0.7, 15
    truth = spread * rng.normal(size=(60_000, settings))
    shown = truth + noise * rng.normal(size=truth.shape)
    winner = shown.argmax(axis=1)[:, None]
    largest = rng.normal(size=(60_000, settings)).max(axis=1).mean()
    total = sqrt(spread**2 + noise**2)
    assert near(np.take_along_axis(shown, winner, 1).mean(), total * largest, 0.03)
    assert near(np.take_along_axis(truth, winner, 1).mean(), spread**2 / total * largest, 0.03)
    outer, inner, candidates = 5, 3, 8
    fits = sum(1 for _ in range(outer) for _ in [*range(inner * candidates), "refit"])
    assert fits == outer * (inner * candidates + 1)
    train, live = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    rows, fresh = 4000, 1000
    p = fresh * live / (fresh * live + rows * train)
    assert close(p / (1 - p) * rows / fresh, live / train)


# Time series


@covers("arma-autocorrelation", "horizon-variance", "smoothing-arima")
def series(rng: Rng) -> None:
    phi, theta, sigma = 0.7, -0.6, 1.0
    shocks = rng.normal(size=400_000)
    moving = shocks[1:] + theta * shocks[:-1]

    def correlation(x: Array, lag: int) -> float:
        return float(np.corrcoef(x[:-lag], x[lag:])[0, 1])

    assert near(correlation(moving, 1), theta / (1 + theta**2), 0.01) and near(correlation(moving, 2), 0, 0.01)
    paths = np.zeros((50_000, 6))
    for step in range(1, 6):
        paths[:, step] = phi * paths[:, step - 1] + rng.normal(size=50_000)
    assert near(paths[:, 4].var(), sigma**2 * (1 - phi**8) / (1 - phi**2), 0.05)
    start = rng.normal(size=200_000) / sqrt(1 - phi**2)
    later = phi**3 * start + sqrt(1 - phi**6) / sqrt(1 - phi**2) * rng.normal(size=200_000)
    assert near(np.corrcoef(start, later)[0, 1], phi**3, 0.01)
    alpha = 1 + theta
    weights = [1.0] + [alpha] * 9  # of a shock on later values: y moves by 1, then keeps 1 + theta
    assert close(np.sum(np.square(weights)), sigma**2 * (1 + 9 * alpha**2)) and close(np.ones(7) @ np.ones(7), 7 * sigma**2)
    level = np.cumsum(moving)[:20_000]

    def error(rate: float) -> float:
        forecast, total = 0.0, 0.0
        for value in level:
            total += (value - forecast) ** 2
            forecast += rate * (value - forecast)
        return total / len(level)

    assert error(alpha) < min(error(alpha - 0.1), error(alpha + 0.1)) and near(error(alpha), sigma**2, 0.04)


@covers("reconciliation")
def reconciliation(rng: Rng) -> None:
    summing = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    w = spd(rng, 5)
    mapping = summing @ solve(summing.T @ inv(w) @ summing, summing.T @ inv(w))
    assert close(mapping @ summing, summing)  # coherent forecasts stay
    for _ in range(20):  # another unbiased mapping has no smaller variance for any series
        other = summing @ (np.linalg.pinv(summing) + 0.3 * rng.normal(size=(3, 5)) @ (np.eye(5) - summing @ np.linalg.pinv(summing)))
        assert close(other @ summing, summing) and np.all(np.diag(other @ w @ other.T) >= np.diag(mapping @ w @ mapping.T) - 1e-9)


# Recommendation


@covers("factorization-pairs", "implicit-als", "in-batch-optimum", "position-model")
def recommendation(rng: Rng) -> None:
    v, x = rng.normal(size=(5, 3)), rng.normal(size=5)
    pairs = sum(v[j] @ v[k] * x[j] * x[k] for j, k in combinations(range(5), 2))
    assert close(pairs, (norm(x @ v) ** 2 - (x**2 @ (v**2).sum(axis=1))) / 2)
    items, confidence, liked = rng.normal(size=(6, 2)), rng.uniform(1, 5, size=6), rng.integers(2, size=6)
    user = solve((items.T * confidence) @ items + 0.5 * np.eye(2), (items.T * confidence) @ liked)
    assert close(gradient(lambda u: float(confidence @ (liked - items @ u) ** 2 + 0.5 * u @ u), user), 0, 1e-5)
    p, q = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])  # one user's clicks; negatives

    def loss(scores: Array) -> float:
        """Expected, with one negative."""
        return float(sum(p[i] * q[j] * np.logaddexp(0, scores[j] - scores[i]) for i in range(3) for j in range(3)))

    assert close(gradient(loss, np.log(p / q)), 0, 1e-6) and not close(gradient(loss, np.log(p)), 0, 1e-2)
    examination, relevance = np.array([0.9, 0.4]), 0.3
    clicks = rng.uniform(size=(200_000, 2)) < examination * relevance
    assert near(clicks.mean(axis=0) / examination, relevance, 0.01)


# Clustering


@covers("total-variation", "ward", "laplacian", "mixture-parameters", "em-mixture", "adjusted-rand")
def clustering(rng: Rng) -> None:
    x, labels = rng.normal(size=(30, 2)), np.arange(30) % 3
    centers = np.array([x[labels == j].mean(axis=0) for j in range(3)])
    inertia = ((x - centers[labels]) ** 2).sum()
    between = sum(10 * norm(center - x.mean(axis=0)) ** 2 for center in centers)
    assert close(((x - x.mean(axis=0)) ** 2).sum(), inertia + between)
    merged = x[labels != 2]
    rise = ((merged - merged.mean(axis=0)) ** 2).sum() - ((x - centers[labels]) ** 2)[labels != 2].sum()
    assert close(rise, 10 * 10 / 20 * norm(centers[0] - centers[1]) ** 2)
    weights = rng.uniform(size=(6, 6))
    weights, f = np.triu(weights, 1) + np.triu(weights, 1).T, rng.normal(size=6)
    spread = sum(weights[i, j] * (f[i] - f[j]) ** 2 for i, j in combinations(range(6), 2))
    assert close(f @ (np.diag(weights.sum(axis=1)) - weights) @ f, spread)
    assert sum([4 * 6, 4 * 3, 3]) == 4 * (3 * 4 / 2) + 4 * 3 + 4 - 1  # covariances, means, weights for k = 4, d = 3
    share, mean, covariance = np.full(3, 1 / 3), centers.copy(), np.array([np.eye(2)] * 3)
    likelihoods = []
    for _ in range(15):
        logs = np.stack(
            [
                np.log(share[j]) - slogdet(2 * pi * covariance[j])[1] / 2 - np.einsum("ij,jk,ik->i", x - mean[j], inv(covariance[j]), x - mean[j]) / 2
                for j in range(3)
            ],
            axis=1,
        )
        likelihoods.append(np.logaddexp.reduce(logs, axis=1).sum())
        r = np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True))
        size = r.sum(axis=0)
        share, mean = size / 30, (r.T @ x) / size[:, None]
        covariance = np.array([(r[:, j, None] * (x - mean[j])).T @ (x - mean[j]) / size[j] for j in range(3)])
    assert all(after >= before - 1e-9 for before, after in pairwise(likelihoods))

    def adjusted_rand(a: Array, b: Array) -> float:
        together = [(a[i] == a[j], b[i] == b[j]) for i, j in combinations(range(len(a)), 2)]
        both, first, second, pairs = sum(s and t for s, t in together), sum(s for s, _ in together), sum(t for _, t in together), len(together)
        chance = first * second / pairs
        return float((both - chance) / ((first + second) / 2 - chance))

    assert close(adjusted_rand(labels, (labels + 1) % 3), 1)
    assert near(np.mean([adjusted_rand(labels, rng.permutation(labels)) for _ in range(1500)]), 0, 0.01)


# Dimensionality reduction


@covers("pca-error", "fisher", "random-projection")
def reduction(rng: Rng) -> None:
    x = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5))
    x -= x.mean(axis=0)
    values, vectors = eigh(x.T @ x / 40)
    kept = vectors[:, -2:]
    assert close(((x - x @ kept @ kept.T) ** 2).sum(axis=1).mean(), values[:-2].sum())
    labels = np.arange(40) % 3
    means = np.array([x[labels == j].mean(axis=0) for j in range(3)])
    within = sum((x[labels == j] - means[j]).T @ (x[labels == j] - means[j]) for j in range(3))
    between = sum((labels == j).sum() * np.outer(means[j], means[j]) for j in range(3))
    assert matrix_rank(between) == 2
    found = np.sort(eigvals(solve(within, between)).real)[::-1]
    assert found[1] > 1e-6 and close(found[2:], 0, 1e-7)
    root = cholesky(inv(within))
    ratios = [(w @ between @ w) / (w @ within @ w) for w in rng.normal(size=(2000, 5)) @ root.T]
    assert max(ratios) <= found[0] + 1e-9
    points, epsilon, delta = 30, 0.5, 0.1
    size = int(np.ceil(2 * log(points**2 / delta) / (epsilon**2 / 2 - epsilon**3 / 3)))
    data = rng.normal(size=(points, 300))
    pairs = np.array(list(combinations(range(points), 2)))
    true = ((data[pairs[:, 0]] - data[pairs[:, 1]]) ** 2).sum(axis=1)
    failures = 0
    for _ in range(60):
        projected = data @ rng.normal(size=(300, size)) / sqrt(size)
        ratio = ((projected[pairs[:, 0]] - projected[pairs[:, 1]]) ** 2).sum(axis=1) / true
        failures += bool(np.any(abs(ratio - 1) > epsilon))
    assert failures / 60 <= delta


# Anomaly detection


@covers("z-ceiling", "robust-z", "isolation-path")
def anomalies(rng: Rng) -> None:
    for n in (5, 12):
        outlier = np.array([0.0] * (n - 1) + [1.0])
        assert close((1 - outlier.mean()) / outlier.std(ddof=1), (n - 1) / sqrt(n))
        draws = rng.standard_t(1, size=(2000, n))
        z = (draws - draws.mean(axis=1, keepdims=True)) / draws.std(axis=1, ddof=1, keepdims=True)
        assert abs(z).max() <= (n - 1) / sqrt(n) + 1e-9
    assert near(1 / NORMAL.inv_cdf(0.75), 1.4826, 5e-5)
    depth = [0.0, 0.0]  # a cut of n ordered rows leaves i rows on one side, each i equally likely in a random binary tree
    for n in range(2, 257):
        depth.append(1 + sum(i / n * depth[i] + (n - i) / n * depth[n - i] for i in range(1, n)) / (n - 1))
        harmonic = sum(1 / k for k in range(1, n))
        assert close(depth[n], 2 * harmonic - 2 * (n - 1) / n)
    assert close(2 ** (-depth[256] / depth[256]), 0.5)


@pytest.mark.parametrize("check", dict.fromkeys(SHEET.checks.values()), ids=lambda check: check.__name__)
def test_formulas(check: Callable[[Rng], None]) -> None:
    check(np.random.default_rng(20))
