"""Recomputes every formula of the formula sheet: on random matrices, by finite differences, by simulation or by quadrature.

Each check names the formulas that it covers by their ids on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, permutations, product
from math import comb, e, exp, factorial, gamma, isclose, log, pi, prod, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from formulas import Array, Rng, Sheet, close, density, gradient, near, sigmoid, spd
from numpy.linalg import cholesky, cond, det, eig, eigh, eigvals, eigvalsh, inv, lstsq, matrix_rank, norm, pinv, qr, slogdet, solve, svd

DEFINITIONS = frozenset(
    "armijo conditional-effect conditional-probability convexity costs least-squares-costs lagrangian log-likelihood posterior secant "
    "smooth-and-strong".split()
)
SHEET = Sheet("formula-sheet.md", DEFINITIONS)
covers = SHEET.covers
NORMAL = NormalDist()


def test_every_formula_is_checked_or_is_a_definition() -> None:
    SHEET.assert_every_formula_is_checked_or_is_a_definition()


def test_each_formula_names_a_section_and_says_when_it_holds() -> None:
    SHEET.assert_each_formula_names_a_section_and_says_when_it_holds()


def jacobian(f: Callable[[Array], Array], x: Array, h: float = 1e-5) -> Array:
    columns = [(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in np.eye(len(x))]
    return np.stack(columns, axis=1)


def softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def integral(f: Callable[[Array], Array], low: float, high: float, steps: int = 200_000) -> float:
    """By midpoints."""
    width = (high - low) / steps
    return float(np.sum(f(low + width * (np.arange(steps) + 0.5))) * width)


def moments(f: Callable[[Array], Array], low: float, high: float) -> tuple[float, float, float]:
    """Area, mean and variance of a density."""
    area, mean = integral(f, low, high), integral(lambda x: x * f(x), low, high)
    return area, mean, integral(lambda x: (x - mean) ** 2 * f(x), low, high)


def counted(f: Callable[[int], float], values: range) -> tuple[float, float, float]:
    mean = sum(k * f(k) for k in values)
    return sum(map(f, values)), mean, sum((k - mean) ** 2 * f(k) for k in values)


# Linear algebra


@covers("rank-nullity")
def rank_nullity(rng: Rng) -> None:
    a = rng.normal(size=(5, 3)) @ rng.normal(size=(3, 7))
    null = svd(a)[2][3:].T
    assert matrix_rank(a) == 3 and close(a @ null, 0) and matrix_rank(null) == 7 - 3


@covers("dot-and-angle", "line-projection")
def dot_and_angle(rng: Rng) -> None:
    a, y = rng.normal(size=2), rng.normal(size=2)
    angle = np.arctan2(y[1], y[0]) - np.arctan2(a[1], a[0])
    assert close(a @ y, norm(a) * norm(y) * np.cos(angle))
    shadow = a @ y / (a @ a) * a
    assert all(norm(y - shadow) <= norm(y - t * a) for t in rng.normal(size=200))


@covers("normal-equations", "projection-matrix")
def normal_equations(rng: Rng) -> None:
    x, y = rng.normal(size=(8, 3)), rng.normal(size=8)
    beta = lstsq(x, y, rcond=None)[0]
    assert close(x.T @ (y - x @ beta), 0)
    p = x @ inv(x.T @ x) @ x.T
    assert close(p @ p, p) and close(p, p.T) and close(np.trace(p), 3) and close(p @ y, x @ beta)


@covers("pseudo-inverse")
def pseudo_inverse(rng: Rng) -> None:
    x, y = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 4)), rng.normal(size=6)
    u, s, vt = svd(x)
    shortest = vt[:2].T @ np.diag(1 / s[:2]) @ u[:, :2].T @ y
    assert close(shortest, pinv(x) @ y) and close(x.T @ (y - x @ shortest), 0) and close(vt[2:] @ shortest, 0)
    tall = rng.normal(size=(6, 3))
    assert close(pinv(tall), inv(tall.T @ tall) @ tall.T) and close(pinv(tall.T), tall @ inv(tall.T @ tall))


@covers("orthogonal-matrix")
def orthogonal_matrix(rng: Rng) -> None:
    q, (x, y) = qr(rng.normal(size=(5, 5)))[0], rng.normal(size=(2, 5))
    assert close(q.T @ q, np.eye(5)) and close((q @ x) @ (q @ y), x @ y)


@covers("determinant-trace", "determinant-rules", "determinant-rank-one", "cyclic-trace")
def determinants(rng: Rng) -> None:
    a, b = rng.normal(size=(2, 4, 4))
    assert close(prod(eigvals(a)), det(a)) and close(sum(eigvals(a)), np.trace(a))
    assert close(det(a @ b), det(a) * det(b)) and close(det(3 * a), 3**4 * det(a))
    u, v = rng.normal(size=(2, 4))
    assert close(det(a + np.outer(u, v)), (1 + v @ inv(a) @ u) * det(a))
    p, q, r = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    assert close(np.trace(p @ q @ r), np.trace(q @ r @ p)) and close(np.trace(p @ q @ r), np.trace(r @ p @ q))
    c = rng.normal(size=(4, 4))
    assert not close(np.trace(a @ b @ c), np.trace(a @ c @ b))


@covers("quadratic-form-mean", "combination-variance", "mahalanobis")
def moments_of_vectors(rng: Rng) -> None:
    points = rng.exponential(size=(40, 3)) @ rng.normal(size=(3, 3))  # each as probable as the others
    mean, sigma = points.mean(axis=0), np.cov(points.T, bias=True)
    a, c = rng.normal(size=(3, 3)), rng.normal(size=3)
    assert close(np.mean([x @ a @ x for x in points]), np.trace(a @ sigma) + mean @ a @ mean)
    assert close(np.var(points @ c), c @ sigma @ c)
    assert close(np.mean([(x - mean) @ inv(sigma) @ (x - mean) for x in points]), 3)
    points[0] = 1e6  # an outlier hides itself
    inside = [(x - points.mean(axis=0)) @ inv(np.cov(points.T)) @ (x - points.mean(axis=0)) for x in points]
    assert max(inside) <= 39**2 / 40 and near(inside[0], 39**2 / 40, 0.01)


@covers("positive-semi-definite")
def positive_semi_definite(rng: Rng) -> None:
    b = rng.normal(size=(2, 4))
    a = b.T @ b
    values, vectors = eigh(a)
    assert values.min() > -1e-10 and all(x @ a @ x > -1e-10 for x in rng.normal(size=(200, 4)))
    root = np.diag(np.sqrt(values.clip(0))) @ vectors.T
    assert close(root.T @ root, a)
    wrong = np.array([[1, 2], [2, 1]])
    assert eigvalsh(wrong).min() < 0 and np.array([1, -1]) @ wrong @ np.array([1, -1]) < 0


@covers("gram-to-covariance")
def gram_to_covariance(rng: Rng) -> None:
    x = rng.normal(size=(6, 9))
    x = x - x.mean(axis=0)
    values, vectors = eigh(x @ x.T)
    s = x.T @ x / 5
    for value, u in zip(values[1:], vectors.T[1:], strict=True):  # the first is 0, since the rows sum to 0
        v = x.T @ u / sqrt(value)
        assert close(s @ v, value / 5 * v) and close(norm(v), 1)


@covers("ridge-small-side")
def ridge_small_side(rng: Rng) -> None:
    x = rng.normal(size=(4, 7))
    assert close(inv(x.T @ x + 0.3 * np.eye(7)) @ x.T, x.T @ inv(x @ x.T + 0.3 * np.eye(4)))


@covers("vector-norms", "matrix-norms")
def norms(rng: Rng) -> None:
    for x in [*rng.normal(size=(50, 6)), np.ones(6), np.eye(6)[0]]:
        assert norm(x, np.inf) <= norm(x) + 1e-12 <= norm(x, 1) + 2e-12 <= sqrt(6) * norm(x) + 3e-12
    a = rng.normal(size=(4, 6))
    s = svd(a)[1]
    assert close(norm(a, 2), s[0]) and close(norm(a), sqrt(sum(s**2))) and close(norm(a, "nuc"), sum(s))
    assert s[0] <= sqrt(sum(s**2)) <= sum(s)


@covers("distance-and-dot")
def distance_and_dot(rng: Rng) -> None:
    q, x = rng.normal(size=(2, 5))
    assert close(norm(q - x) ** 2, norm(q) ** 2 + norm(x) ** 2 - 2 * q @ x)
    q, x = q / norm(q), x / norm(x)
    assert close(norm(q - x) ** 2, 2 - 2 * q @ x)


@covers("accidental-broadcast")
def accidental_broadcast(rng: Rng) -> None:
    y, p = rng.normal(size=7), rng.normal(size=(7, 1))
    separate = y.var() + p.var() + (y.mean() - p.mean()) ** 2
    assert close(((y - p) ** 2).mean(), separate)
    assert close(((y - p[:, 0]) ** 2).mean(), separate - 2 * np.cov(y, p[:, 0], bias=True)[0, 1])


# Decompositions


@covers("eigendecomposition", "spectral-theorem", "rayleigh-quotient")
def eigendecomposition(rng: Rng) -> None:
    a = rng.normal(size=(4, 4))
    values, v = eig(a)
    assert close(v @ np.diag(values) @ inv(v), a) and close(v @ np.diag(values**5) @ inv(v), np.linalg.matrix_power(a, 5), 1e-6)
    s = a + a.T
    values, q = eigh(s)
    assert close(sum(value * np.outer(column, column) for value, column in zip(values, q.T, strict=True)), s) and close(q.T @ q, np.eye(4))
    quotients = [x @ s @ x / (x @ x) for x in rng.normal(size=(500, 4))]
    assert values[0] <= min(quotients) and max(quotients) <= values[-1] and close(q[:, -1] @ s @ q[:, -1], values[-1])


@covers("perturbation")
def perturbation(rng: Rng) -> None:
    for s, change in rng.normal(size=(300, 2, 4, 4)):
        s, change = s + s.T, 0.1 * (change + change.T)
        (before, q), (after, turned) = eigh(s), eigh(s + change)
        assert abs(after - before).max() <= norm(change, 2) + 1e-12
        sine = sqrt(max(0, 1 - (q[:, -1] @ turned[:, -1]) ** 2))
        assert sine <= 2 * norm(change, 2) / (before[-1] - before[-2]) + 1e-7


@covers("svd", "eckart-young")
def singular_values(rng: Rng) -> None:
    a = rng.normal(size=(5, 3)) @ rng.normal(size=(3, 7))
    u, s, vt = svd(a)
    terms = [s[i] * np.outer(u[:, i], vt[i]) for i in range(3)]
    assert close(sum(terms), a) and close(a @ vt[0], s[0] * u[:, 0])
    assert close(sorted(eigvalsh(a.T @ a))[-3:], sorted(s[:3] ** 2))
    cut = terms[0]
    assert close(norm(a - cut), sqrt(s[1] ** 2 + s[2] ** 2)) and close(norm(a - cut, 2), s[1])
    for _ in range(200):
        other = cut + 0.1 * rng.normal(size=(5, 1)) @ vt[:1] + 0.1 * u[:, :1] @ rng.normal(size=(1, 7))
        best = svd(other)
        other = best[1][0] * np.outer(best[0][:, 0], best[2][0])
        assert norm(a - other) >= norm(a - cut) and norm(a - other, 2) >= norm(a - cut, 2) - 1e-12


@covers("pca")
def pca(rng: Rng) -> None:
    x = rng.normal(size=(9, 4)) + 5
    centered = x - x.mean(axis=0)
    u, s, vt = svd(centered, full_matrices=False)
    assert close(vt.T @ np.diag(s**2 / 8) @ vt, np.cov(x.T)) and close(centered @ vt.T, u * s)
    assert close(s**2 / sum(s**2), np.var(u * s, axis=0) / np.var(x, axis=0).sum())


@covers("power-iteration")
def power_iteration(rng: Rng) -> None:
    q = qr(rng.normal(size=(4, 4)))[0]
    s = q @ np.diag([-3, 2.4, 1, -0.5]) @ q.T
    x = rng.normal(size=4)

    def tangent(vector: Array) -> float:
        along = abs(vector @ q[:, 0])
        return sqrt(max(vector @ vector - along**2, 0)) / along

    start = tangent(x)
    for t in range(1, 30):
        x = s @ x / norm(s @ x)
        assert tangent(x) <= (2.4 / 3) ** t * start * (1 + 1e-9)


@covers("randomized-svd")
def randomized_svd(rng: Rng) -> None:
    s = 1 / np.arange(1, 21)
    a, k, p = np.diag(s), 4, 3
    errors = []
    for _ in range(400):
        q = qr(a @ rng.normal(size=(20, k + p)))[0]
        errors.append(norm(a - q @ q.T @ a))
    assert np.mean(errors) <= sqrt(1 + k / (p - 1)) * sqrt(sum(s[k:] ** 2))


@covers("condition-number", "condition-squared")
def condition_number(rng: Rng) -> None:
    a = rng.normal(size=(4, 4))
    u, s, _ = svd(a)
    assert close(cond(a), s[0] / s[-1])
    for b, change in zip(rng.normal(size=(200, 4)), rng.normal(size=(200, 4)), strict=True):
        assert norm(solve(a, change)) / norm(solve(a, b)) <= cond(a) * norm(change) / norm(b) * (1 + 1e-9)
    assert close(norm(solve(a, u[:, -1])) / norm(solve(a, u[:, 0])), cond(a))  # reached
    tall = rng.normal(size=(7, 4))
    s = svd(tall)[1]
    assert close(cond(tall.T @ tall), cond(tall) ** 2)
    assert close(cond(tall.T @ tall + 0.2 * np.eye(4)), (s[0] ** 2 + 0.2) / (s[-1] ** 2 + 0.2))


@covers("cholesky", "whitening")
def cholesky_and_whitening(rng: Rng) -> None:
    s = spd(rng)
    lower = cholesky(s)
    assert close(lower @ lower.T, s) and close(2 * np.log(np.diag(lower)).sum(), slogdet(s)[1])
    values, q = eigh(s)
    for w in (np.diag(values**-0.5) @ q.T, q @ np.diag(values**-0.5) @ q.T, inv(lower)):
        assert close(w @ s @ w.T, np.eye(4))


@covers("qr-least-squares")
def qr_least_squares(rng: Rng) -> None:
    a, y = rng.normal(size=(7, 3)), rng.normal(size=7)
    q, r = qr(a)
    assert close(r, np.triu(r)) and close(q @ r, a) and close(solve(r, q.T @ y), lstsq(a, y, rcond=None)[0])


@covers("rank-freedom")
def rank_freedom(rng: Rng) -> None:
    m, n, k = 5, 6, 2
    b, a = rng.normal(size=(m, k)), rng.normal(size=(k, n))
    directions = [(np.outer(np.eye(m)[i], np.eye(k)[j]) @ a).ravel() for i in range(m) for j in range(k)]
    directions += [(b @ np.outer(np.eye(k)[i], np.eye(n)[j])).ravel() for i in range(k) for j in range(n)]
    assert matrix_rank(np.array(directions)) == k * (m + n - k)


@covers("spectral-radius")
def spectral_radius(rng: Rng) -> None:
    a = np.array([[0.9, 5.0], [0.0, 0.9]])
    assert near(norm(np.linalg.matrix_power(a, 5000), 2) ** (1 / 5000), 0.9, 0.002) and norm(a, 2) > 1
    for b in rng.normal(size=(50, 4, 4)):
        radius = abs(eigvals(b)).max()
        assert radius <= norm(b, 2) + 1e-12
        assert norm(np.linalg.matrix_power(b / radius * 0.9, 2000)) < 1e-6 < 1 < norm(np.linalg.matrix_power(b / radius * 1.1, 2000))


# Derivatives and gradients


def curved(x: Array) -> Array:
    return np.array([x[0] * x[1] + np.sin(x[2]), np.exp(x[0]) - x[2] ** 2])


@covers("first-order", "chain-rule", "jvp-vjp")
def first_order(rng: Rng) -> None:
    x, d = rng.normal(size=(2, 3))
    j = np.array([[x[1], x[0], np.cos(x[2])], [np.exp(x[0]), 0, -2 * x[2]]])
    errors = [norm(curved(x + t * d) - curved(x) - t * j @ d) / t for t in (1e-1, 1e-2, 1e-3)]
    assert errors[0] > 5 * errors[1] > 25 * errors[2]

    def outer(y: Array) -> Array:
        return np.array([y[0] * y[1], y[0] - y[1] ** 3, np.cos(y[0])])

    assert close(jacobian(lambda z: outer(curved(z)), x), jacobian(outer, curved(x)) @ jacobian(curved, x), 1e-6)
    u, v = rng.normal(size=2), rng.normal(size=3)
    forward = (curved(x + 1e-6 * v) - curved(x - 1e-6 * v)) / 2e-6
    backward = gradient(lambda z: float(u @ curved(z)), x)
    assert close(u @ forward, backward @ v, 1e-6)


@covers("directional-derivative", "taylor")
def directions_of_a_scalar(rng: Rng) -> None:
    def f(x: Array) -> float:
        return float(x[0] ** 2 + 3 * x[0] * x[1] + np.sin(x[1]))

    x = rng.normal(size=2)
    g = np.array([2 * x[0] + 3 * x[1], 3 * x[0] + np.cos(x[1])])
    slopes = []
    for angle in np.linspace(0, 2 * pi, 100):
        u = np.array([np.cos(angle), np.sin(angle)])
        slopes.append((f(x + 1e-6 * u) - f(x - 1e-6 * u)) / 2e-6)
        assert close(slopes[-1], g @ u, 1e-6)
    assert max(slopes) <= norm(g) + 1e-6 and near(max(slopes), norm(g), 0.01 * norm(g))
    h = np.array([[2, 3], [3, -np.sin(x[1])]])
    d = rng.normal(size=2)
    errors = [abs(f(x + t * d) - f(x) - t * g @ d - t * t / 2 * d @ h @ d) / t**3 for t in (0.1, 0.01)]
    assert max(errors) < abs(d[1]) ** 3 / 6 + 1e-3


@covers("squared-loss", "logistic-loss")
def losses_of_a_linear_model(rng: Rng) -> None:
    x, w, target = rng.normal(size=(6, 3)), rng.normal(size=3), rng.normal(size=6)

    def squared(w: Array) -> float:
        return float(((x @ w - target) ** 2).mean())

    assert close(gradient(squared, w), 2 / 6 * x.T @ (x @ w - target), 1e-6)
    assert close(jacobian(lambda v: 2 / 6 * x.T @ (x @ v - target), w), 2 / 6 * x.T @ x, 1e-6)
    y = np.array([0, 1, 1, 0, 1, 0])

    def logistic(w: Array) -> float:
        return float(np.mean(np.log1p(np.exp(x @ w)) - y * (x @ w)))

    p = sigmoid(x @ w)
    assert close(logistic(w), -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    assert close(gradient(logistic, w), x.T @ (p - y) / 6, 1e-6)
    assert close(jacobian(lambda v: x.T @ (sigmoid(x @ v) - y) / 6, w), x.T @ np.diag(p * (1 - p)) @ x / 6, 1e-6)


@covers("softmax-cross-entropy", "softmax-jacobian")
def softmax_cross_entropy(rng: Rng) -> None:
    x, w, y = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), np.array([0, 3, 1, 1, 2])
    z = rng.normal(size=4)
    assert close(gradient(lambda z: float(-np.log(softmax(z)[2])), z), softmax(z) - np.eye(4)[2], 1e-6)
    loss = gradient(lambda w: float(-np.log(softmax(x @ w))[np.arange(5), y].mean()), w)
    assert close(loss, x.T @ (softmax(x @ w) - np.eye(4)[y]) / 5, 1e-6)
    p = softmax(z)
    assert close(jacobian(softmax, z), np.diag(p) - np.outer(p, p), 1e-6)
    g = rng.normal(size=4)
    assert close(gradient(lambda z: float(g @ softmax(z)), z), p * (g - p @ g), 1e-6)


@covers("linear-layer")
def linear_layer(rng: Rng) -> None:
    x, w, b, weights = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(5, 2))

    def loss(x: Array, w: Array, b: Array) -> float:
        return float((weights * np.sin(x @ w + b)).sum())

    g = weights * np.cos(x @ w + b)
    assert close(gradient(lambda w: loss(x, w, b), w), x.T @ g, 1e-6)
    assert close(gradient(lambda x: loss(x, w, b), x), g @ w.T, 1e-6)
    assert close(gradient(lambda b: loss(x, w, b), b), g.T @ np.ones(5), 1e-6)


@covers("matrix-differentials")
def matrix_differentials(rng: Rng) -> None:
    a, x, d = rng.normal(size=(3, 3, 3))
    assert close(gradient(lambda x: float(np.trace(a @ x)), x), a.T, 1e-6)
    assert close(gradient(lambda x: float(slogdet(x)[1]), x), inv(x).T, 1e-5)
    assert close((inv(x + 1e-6 * d) - inv(x - 1e-6 * d)) / 2e-6, -inv(x) @ d @ inv(x), 1e-5)


@covers("central-difference")
def central_difference(rng: Rng) -> None:
    x, h = 0.7, 0.01
    central, forward = (exp(2 * (x + h)) - exp(2 * (x - h))) / (2 * h), (exp(2 * (x + h)) - exp(2 * x)) / h
    slope = 2 * exp(2 * x)
    assert isclose(central - slope, h**2 / 6 * 8 * exp(2 * x), rel_tol=0.01)
    assert isclose(forward - slope, h / 2 * 4 * exp(2 * x), rel_tol=0.02)
    tiny = 1e-12  # far below the best step, where rounding is all there is
    assert abs((exp(2 * (x + tiny)) - exp(2 * (x - tiny))) / (2 * tiny) - slope) > 1e-7


@covers("leaf-value", "split-gain")
def leaf_value(rng: Rng) -> None:
    g, h = rng.normal(size=8), rng.uniform(0.1, 1, size=8)

    def least(part: slice) -> float:
        found = np.linspace(-20, 20, 400_001)
        return float((g[part].sum() * found + (h[part].sum() + 0.7) / 2 * found**2).min())

    whole, left, right = slice(0, 8), slice(0, 3), slice(3, 8)
    scores = [g[part].sum() ** 2 / (h[part].sum() + 0.7) for part in (left, right, whole)]
    assert close(least(whole) - least(left) - least(right) - 0.1, (scores[0] + scores[1] - scores[2]) / 2 - 0.1, 1e-6)
    values = np.linspace(-20, 20, 400_001)
    change = g.sum() * values + 0.5 * h.sum() * values**2 + 0.5 * 0.7 * values**2
    assert near(values[change.argmin()], -g.sum() / (h.sum() + 0.7), 1e-3)
    assert close(-change.min(), g.sum() ** 2 / (2 * (h.sum() + 0.7)), 1e-6)


@covers("score-function", "reparameterization")
def gradients_of_expectations(rng: Rng) -> None:
    mean, s = 0.4, 1.3

    def expected(f: Callable[[Array], Array], mean: float = mean, s: float = s) -> float:
        return integral(lambda x: f(x) * density(x, mean, s), -15, 15)

    truth = (expected(np.sin, mean + 1e-4) - expected(np.sin, mean - 1e-4)) / 2e-4
    for c in (0.0, 2.5):
        assert close(expected(lambda x, c=c: (np.sin(x) - c) * (x - mean) / s**2), truth, 1e-6)  # type: ignore[misc]
    assert close(expected(np.cos), truth, 1e-6)
    by_s = (expected(np.sin, mean, s + 1e-4) - expected(np.sin, mean, s - 1e-4)) / 2e-4
    assert close(expected(lambda x: (x - mean) / s * np.cos(x)), by_s, 1e-6)


@covers("gumbel-max")
def gumbel_max(rng: Rng) -> None:
    p = np.array([0.5, 0.3, 0.15, 0.05])
    picks = (np.log(p) - np.log(-np.log(rng.uniform(size=(200_000, 4))))).argmax(axis=1)
    assert near(np.bincount(picks, minlength=4) / len(picks), p, 0.006)


@covers("jacobian-norms")
def jacobian_norms(rng: Rng) -> None:
    for factors in rng.normal(size=(100, 5, 3, 3)):
        assert norm(np.linalg.multi_dot(factors), 2) <= prod(norm(factor, 2) for factor in factors) * (1 + 1e-9)
    assert norm(np.diag([2, 0]) @ np.diag([0, 2])) == 0


@covers("adjoint")
def adjoint(rng: Rng) -> None:
    h, b, theta = spd(rng, 3), rng.normal(size=(3, 2)), rng.normal(size=2)

    def solution(theta: Array) -> Array:  # of g = Hx + |theta|^2 x - B theta
        return solve(h + theta @ theta * np.eye(3), b @ theta)

    def value(theta: Array) -> float:
        return float(np.sin(solution(theta)).sum() + theta[0] ** 3)

    x = solution(theta)
    a = solve((h + theta @ theta * np.eye(3)).T, np.cos(x))
    by_theta = 2 * np.outer(x, theta) - b
    assert close(gradient(value, theta), np.array([3 * theta[0] ** 2, 0]) - by_theta.T @ a, 1e-6)


@covers("implicit-differentiation", "envelope")
def solutions(rng: Rng) -> None:
    h, b = spd(rng, 3), rng.normal(size=3)

    def minimizer(t: float) -> Array:  # of f = x'Hx/2 + t|x|^2/2 - b'x
        return solve(h + t * np.eye(3), b)

    def value(t: float) -> float:
        x = minimizer(t)
        return float(x @ h @ x / 2 + t * x @ x / 2 - b @ x)

    slope = (minimizer(0.5 + 1e-5) - minimizer(0.5 - 1e-5)) / 2e-5
    assert close(slope, -inv(h + 0.5 * np.eye(3)) @ minimizer(0.5), 1e-6)  # g = (H + t)x - b
    assert close((value(0.5 + 1e-5) - value(0.5 - 1e-5)) / 2e-5, minimizer(0.5) @ minimizer(0.5) / 2, 1e-6)


@covers("checkpointing")
def checkpointing(rng: Rng) -> None:
    for layers, share in ((64, 1.0), (100, 0.25), (144, 1 / 9)):
        peak = {k: share * layers / k + k for k in range(1, layers + 1)}
        best = min(peak, key=lambda k: peak[k])
        assert close(best, sqrt(share * layers)) and close(peak[best], 2 * sqrt(share * layers))


# Optimization


def quadratic(rng: Rng, low: float, high: float, n: int = 5) -> Array:
    q = qr(rng.normal(size=(n, n)))[0]
    return q @ np.diag(np.linspace(low, high, n)) @ q.T


@covers("first-order-convexity")
def first_order_convexity(rng: Rng) -> None:
    x = rng.normal(size=(6, 3))

    def f(w: Array) -> float:
        return float(np.log1p(np.exp(x @ w)).sum())

    for a, b in rng.normal(size=(100, 2, 3)):
        t = rng.uniform()
        assert f(b) >= f(a) + x.T @ sigmoid(x @ a) @ (b - a) - 1e-9 and f(t * a + (1 - t) * b) <= t * f(a) + (1 - t) * f(b) + 1e-9
        assert eigvalsh(x.T @ np.diag(sigmoid(x @ a) * (1 - sigmoid(x @ a))) @ x).min() > -1e-12
    # and where it is not convex, each test fails somewhere
    points = np.linspace(-3, 3, 61)
    assert (np.sin(points)[:, None] < np.sin(points) + np.cos(points) * (points[:, None] - points) - 1e-3).any() and (-np.sin(points) < 0).any()


@covers("quadratic-error", "best-step")
def descent_on_a_quadratic(rng: Rng) -> None:
    a, b = quadratic(rng, 1, 20), rng.normal(size=5)
    solution, x = solve(a, b), rng.normal(size=5)
    for step in (0.03, 2 / 21):
        assert close(x - step * (a @ x - b) - solution, (np.eye(5) - step * a) @ (x - solution))

    def rate(step: float) -> float:
        return max(abs(1 - step * eigvalsh(a)))

    steps = np.linspace(0.001, 0.1, 2000)
    best = min(steps, key=rate)
    assert near(best, 2 / 21, 1e-4) and close(rate(2 / 21), 19 / 21)
    assert rate(2 / 20 * 0.999) < 1 < rate(2 / 20 * 1.001)
    assert isclose(log(1e-6) / log((1000 - 1) / (1000 + 1)), 1000 / 2 * log(1e6), rel_tol=1e-3)


def smooth_loss(x: Array) -> tuple[Callable[[Array], float], Callable[[Array], Array], float]:
    """A convex loss, its gradient and a bound on its curvature."""
    return (
        lambda w: float(np.log1p(np.exp(x @ w)).mean() - 0.3 * (x @ w).mean() + 0.05 * w @ w),
        lambda w: x.T @ (sigmoid(x @ w) - 0.3) / len(x) + 0.1 * w,
        norm(x, 2) ** 2 / (4 * len(x)) + 0.1,
    )


@covers("descent-inequality", "pl-inequality", "convex-rate", "accelerated-rate")
def rates(rng: Rng) -> None:
    f, slope, bound = smooth_loss(rng.normal(size=(20, 3)) * np.array([1, 3, 10]))
    mu, start = 0.1, rng.normal(size=3) * 3
    best = start
    for _ in range(20_000):
        best = best - slope(best) / bound
    least, radius = f(best), norm(start - best)
    for w in rng.normal(size=(50, 3)) * 3:
        for step in (0.3 / bound, 1 / bound, 1.9 / bound):
            assert f(w - step * slope(w)) <= f(w) - step * (1 - bound * step / 2) * norm(slope(w)) ** 2 + 1e-9
        assert norm(slope(w)) ** 2 >= 2 * mu * (f(w) - least) - 1e-9
    w = y = start
    t, plain = 1.0, start
    for count in range(1, 200):
        plain = plain - slope(plain) / bound
        assert f(plain) - least <= bound * radius**2 / (2 * count) + 1e-9
        assert f(plain) - least <= (1 - mu / bound) ** count * (f(start) - least) + 1e-9
        after = y - slope(y) / bound
        grown = (1 + sqrt(1 + 4 * t * t)) / 2
        y, w, t = after + (t - 1) / grown * (after - w), after, grown
        assert f(w) - least <= 2 * bound * radius**2 / (count + 1) ** 2 + 1e-9


@covers("weaker-rates")
def weaker_rates(rng: Rng) -> None:
    x, steepest = 2.5, []
    for count in range(1, 300):  # cos(x) + x^2/20 is 1.1-smooth, and not convex
        steepest.append((-np.sin(x) + x / 10) ** 2)
        least = min(np.cos(np.linspace(-10, 10, 10_001)) + np.linspace(-10, 10, 10_001) ** 2 / 20)
        assert min(steepest) <= 2 * 1.1 * (np.cos(2.5) + 2.5**2 / 20 - least) / count + 1e-9
        x = x - (-np.sin(x) + x / 10) / 1.1
    for steps in (5, 50, 500):  # |a| + 2|b|, subgradients of norm at most sqrt(5)
        point, found = np.array([1.0, -0.7]), []
        radius, bound = norm(point), sqrt(5)
        for _ in range(steps):
            found.append(abs(point[0]) + 2 * abs(point[1]))
            point = point - radius / (bound * sqrt(steps)) * np.array([1, 2]) * np.sign(point)
        assert min(found) <= radius * bound / sqrt(steps) + 1e-9


@covers("mini-batch-variance")
def mini_batch_variance(rng: Rng) -> None:
    rows, b = rng.normal(size=(5, 2)), 2
    sigma2 = np.mean(norm(rows - rows.mean(axis=0), axis=1) ** 2)

    def spread(batches: list[tuple[int, ...]]) -> float:
        return float(np.mean([norm(rows[list(batch)].mean(axis=0) - rows.mean(axis=0)) ** 2 for batch in batches]))

    assert close(spread(list(permutations(range(5), b))), sigma2 / b * (5 - b) / (5 - 1))
    assert close(spread(list(product(range(5), repeat=b))), sigma2 / b)


@covers("noise-floor")
def noise_floor(rng: Rng) -> None:
    step, curvature, s = 0.2, 1.5, 0.7
    variance = 0.0
    for _ in range(1000):
        variance = (1 - step * curvature) ** 2 * variance + step**2 * s**2
    assert close(variance, step * s**2 / (curvature * (2 - step * curvature)))
    x = np.zeros(50_000)
    for _ in range(60):
        x = x - step * (curvature * x + s * rng.normal(size=len(x)))
    assert isclose(x.var(), variance, rel_tol=0.04)


def momentum_factor(step: float, beta: float, curvatures: Array, nesterov: bool = False) -> float:
    """The largest root over directions."""
    sizes = []
    for c in curvatures:
        shrink = 1 - step * c
        polynomial = [1, -(1 + beta) * shrink, beta * shrink] if nesterov else [1, -(1 + beta - step * c), beta]
        sizes.append(abs(np.roots(polynomial)).max())
    return float(max(sizes))


@covers("heavy-ball", "long-run-step", "best-heavy-ball", "nesterov")
def momentum(rng: Rng) -> None:
    v, x = np.zeros(2), np.zeros(2)
    for _ in range(500):
        v = 0.9 * v - 0.1 * np.array([1.0, -2.0])
        x = x + v
    assert close(v, -0.1 / (1 - 0.9) * np.array([1.0, -2.0]))
    low, high = 1.0, 50.0
    curvatures, root = np.linspace(low, high, 200), sqrt(high / low)
    step, beta = 4 / (sqrt(high) + sqrt(low)) ** 2, ((root - 1) / (root + 1)) ** 2
    best = momentum_factor(step, beta, curvatures)
    assert near(best, sqrt(beta), 1e-4)  # double roots at both ends
    for other_step, other_beta in product(step * np.array([0.8, 0.9, 1.1]), beta + np.array([-0.1, -0.02, 0, 0.02, 0.1])):
        assert momentum_factor(other_step, other_beta, curvatures) > best - 1e-6
    assert near(momentum_factor(1 / high, (root - 1) / (root + 1), curvatures, nesterov=True), 1 - 1 / root, 1e-4)
    # the recursions of the sheet have these polynomials
    e0, e1, c = 0.3, 0.7, 2.0
    heavy = e1 + beta * (e1 - e0) - step * c * e1
    assert close(heavy, (1 + beta - step * c) * e1 - beta * e0)
    ahead = e1 + beta * (e1 - e0)
    assert close(ahead - step * c * ahead, (1 + beta) * (1 - step * c) * e1 - beta * (1 - step * c) * e0)


@covers("newton-step")
def newton_step(rng: Rng) -> None:
    h, b, x = spd(rng), rng.normal(size=4), rng.normal(size=4)
    assert close(x - solve(h, h @ x - b), solve(h, b))
    t, errors = 0.0, []
    for _ in range(5):
        t = t - (exp(t) - 2) / exp(t)
        errors.append(abs(t - log(2)))
    assert all(after < before**2 for before, after in pairwise(errors[:3]))


@covers("duality")
def duality(rng: Rng) -> None:
    def best_bound(f: Array, g: Array) -> float:
        return float(max((f + price * g).min() for price in np.linspace(0, 5, 5001)))

    x = np.linspace(-4, 4, 8001)
    assert near(best_bound(x**2 - x, 1 - x), (x**2 - x)[x >= 1].min(), 1e-3)  # convex, and x = 2 is feasible
    x = np.linspace(-0.2, 1, 1201)
    assert best_bound(-(x**2), x - 0.5) < -(0.5**2) - 0.3  # not convex: a bound, with a gap


@covers("kkt")
def kkt(rng: Rng) -> None:
    # least squared distance to a point under x + y <= 1 and x - y = 0.2
    point = np.array([1.0, 1.5])
    system = np.array([[2, 0, 1, 1], [0, 2, 1, -1], [1, 1, 0, 0], [1, -1, 0, 0]])
    x1, x2, price, _ = solve(system, np.array([2 * point[0], 2 * point[1], 1, 0.2]))
    assert price > 0 and close(x1 + x2, 1) and close(x1 - x2, 0.2)
    along = np.linspace(-3, 0.4, 1000)  # x2 on the feasible half-line
    assert norm(np.array([x1, x2]) - point) <= min(np.hypot(along + 0.2 - point[0], along - point[1])) + 1e-9


@covers("svm-dual")
def svm_dual(rng: Rng) -> None:
    x = np.vstack([rng.normal(size=(6, 2)) + 1, rng.normal(size=(6, 2)) - 1])
    y, price = np.repeat([1.0, -1.0], 6), 0.5
    kernel = np.outer(y, y) * (x @ x.T)
    alpha = np.zeros(12)
    for _ in range(3000):  # one pair at a time, which keeps the sum
        i, j = rng.choice(12, size=2, replace=False)
        slope = 1 - kernel @ alpha
        bend = kernel[i, i] + kernel[j, j] - 2 * y[i] * y[j] * kernel[i, j]
        step = (y[i] * slope[i] - y[j] * slope[j]) / max(bend, 1e-12)
        low = max(-alpha[i] if y[i] > 0 else alpha[i] - price, alpha[j] - price if y[j] > 0 else -alpha[j])
        high = min(price - alpha[i] if y[i] > 0 else alpha[i], alpha[j] if y[j] > 0 else price - alpha[j])
        step = min(max(step, low), high)
        alpha[i] += y[i] * step
        alpha[j] -= y[j] * step
    assert abs(alpha @ y) < 1e-9 and alpha.min() > -1e-9 and alpha.max() < price + 1e-9
    w = (alpha * y) @ x
    primal = min(w @ w / 2 + price * np.maximum(0, 1 - y * (x @ w + b)).sum() for b in np.linspace(-5, 5, 20_001))
    assert near(alpha.sum() - alpha @ kernel @ alpha / 2, primal, 1e-3)


@covers("proximal-operator", "soft-thresholding")
def proximal(rng: Rng) -> None:
    grid = np.linspace(-5, 5, 1_000_001)
    step, weight = 0.5, 1.4
    for v in (-2.3, -0.4, 0.0, 0.69, 3.1):
        found = grid[(weight * abs(grid) + (grid - v) ** 2 / (2 * step)).argmin()]
        assert near(found, np.sign(v) * max(abs(v) - step * weight, 0), 2e-5)
        found = grid[(weight / 2 * grid**2 + (grid - v) ** 2 / (2 * step)).argmin()]
        assert near(found, v / (1 + step * weight), 2e-5)


@covers("lasso-coordinate")
def lasso_coordinate(rng: Rng) -> None:
    x, y, w, weight = rng.normal(size=(9, 3)), rng.normal(size=9), rng.normal(size=3), 0.3
    r = y - x[:, 1:] @ w[1:]
    threshold = x[:, 0] @ r / 9
    closed = np.sign(threshold) * max(abs(threshold) - weight, 0) / (x[:, 0] @ x[:, 0] / 9)
    grid = np.linspace(-3, 3, 60_001)
    losses = ((r[:, None] - np.outer(x[:, 0], grid)) ** 2).sum(axis=0) / 18 + weight * abs(grid)
    assert near(grid[losses.argmin()], closed, 2e-4)


@covers("early-stopping")
def early_stopping(rng: Rng) -> None:
    x, y = rng.normal(size=(30, 3)) * np.array([3, 1, 0.3]), rng.normal(size=30)
    values, q = eigh(x.T @ x / 30)
    best, w, step, t = lstsq(x, y, rcond=None)[0], np.zeros(3), 0.05, 40
    for _ in range(t):
        w = w - step * x.T @ (x @ w - y) / 30
    assert close(q.T @ w, (1 - (1 - step * values) ** t) * (q.T @ best))
    ridge = solve(x.T @ x / 30 + 0.5 * np.eye(3), x.T @ y / 30)
    assert close(q.T @ ridge, values / (values + 0.5) * (q.T @ best))
    small = 1e-3 / (step * t)
    assert isclose(1 - (1 - step * small) ** t, small / (small + 1 / (step * t)), rel_tol=0.01)


@covers("expected-improvement")
def expected_improvement(rng: Rng) -> None:
    best, mean, s = 1.0, 1.3, 0.6
    z = (best - mean) / s
    truth = integral(lambda x: np.maximum(best - x, 0) * density(x, mean, s), -6, 8)
    assert close((best - mean) * NORMAL.cdf(z) + s * NORMAL.pdf(z), truth, 1e-6)


@covers("random-search")
def random_search(rng: Rng) -> None:
    found = (rng.uniform(size=(20_000, 60)) < 0.05).any(axis=1).mean()
    assert near(found, 1 - 0.95**60, 0.008) and near(1 - 0.95**60, 0.95, 0.005)


# Probability and distributions


@covers("union-of-two", "bayes-odds")
def events(rng: Rng) -> None:
    p = rng.dirichlet(np.ones(12))
    a, b, c = (np.isin(np.arange(12), rng.choice(12, size=5, replace=False)) for _ in range(3))
    assert close(p[a | b].sum(), p[a].sum() + p[b].sum() - p[a & b].sum())
    assert p[a | b | c].sum() <= p[a].sum() + p[b].sum() + p[c].sum() + 1e-12
    h, evidence = np.arange(12) < 6, np.arange(12) % 2 == 0
    posterior = p[h & evidence].sum() / p[~h & evidence].sum()
    likelihoods = (p[h & evidence].sum() / p[h].sum()) / (p[~h & evidence].sum() / p[~h].sum())
    assert close(posterior, p[h].sum() / p[~h].sum() * likelihoods)


@covers("variance", "sums", "total-variance")
def moments_of_a_table(rng: Rng) -> None:
    p = rng.dirichlet(np.ones(12)).reshape(3, 4)
    x, y = rng.normal(size=3), rng.normal(size=4)

    def mean(values: Array) -> float:
        return float((p * values).sum())

    xs, ys = np.broadcast_to(x[:, None], (3, 4)), np.broadcast_to(y, (3, 4))
    var_x, var_y = mean((xs - mean(xs)) ** 2), mean((ys - mean(ys)) ** 2)
    cov = mean((xs - mean(xs)) * (ys - mean(ys)))
    assert close(var_x, mean(xs**2) - mean(xs) ** 2) and close(cov, mean(xs * ys) - mean(xs) * mean(ys))
    s = 2 * xs - 3 * ys
    assert close(mean(s), 2 * mean(xs) - 3 * mean(ys)) and close(mean((s - mean(s)) ** 2), 4 * var_x + 9 * var_y - 12 * cov)
    stage = p.sum(axis=0)
    inner = (p * xs).sum(axis=0) / stage
    spread = (p * xs**2).sum(axis=0) / stage - inner**2
    assert close(stage @ inner, mean(xs)) and close(stage @ spread + stage @ inner**2 - (stage @ inner) ** 2, var_x)


@covers("random-sum")
def random_sum(rng: Rng) -> None:
    counts, values = {0: 0.2, 1: 0.3, 3: 0.5}, {1: 0.25, 4: 0.75}
    first = second = 0.0
    for n, share in counts.items():
        for draws in product(values, repeat=n):
            weight = share * prod(values[v] for v in draws)
            first, second = first + weight * sum(draws), second + weight * sum(draws) ** 2
    mean_n = sum(n * share for n, share in counts.items())
    var_n = sum(n * n * share for n, share in counts.items()) - mean_n**2
    mean_x = sum(v * share for v, share in values.items())
    var_x = sum(v * v * share for v, share in values.items()) - mean_x**2
    assert close(second - first**2, mean_n * var_x + var_n * mean_x**2)


@covers("binomial", "geometric", "poisson")
def counts(rng: Rng) -> None:
    n, p, m = 9, 0.3, 2.7
    assert close(counted(lambda k: comb(n, k) * p**k * (1 - p) ** (n - k), range(n + 1)), (1, n * p, n * p * (1 - p)))
    assert close(counted(lambda k: (1 - p) ** (k - 1) * p, range(1, 400)), (1, 1 / p, (1 - p) / p**2))
    assert close(counted(lambda k: exp(-m) * m**k / factorial(k), range(100)), (1, m, m))


@covers("exponential", "gamma", "beta", "normal", "lognormal")
def densities(rng: Rng) -> None:
    rate, k, a, b = 1.7, 2.6, 2.5, 3.5
    assert close(moments(lambda x: rate * np.exp(-rate * x), 0, 30), (1, 1 / rate, 1 / rate**2), 1e-6)
    assert close(exp(-rate * 3) / exp(-rate * 2), exp(-rate * 1))  # memoryless
    assert close(moments(lambda x: rate**k * x ** (k - 1) * np.exp(-rate * x) / gamma(k), 0, 40), (1, k / rate, k / rate**2), 1e-5)
    whole = integral(lambda x: x ** (a - 1) * (1 - x) ** (b - 1), 0, 1)
    expected = (1, a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1)))
    assert close(moments(lambda x: x ** (a - 1) * (1 - x) ** (b - 1) / whole, 0, 1), expected, 1e-5)
    assert close(moments(lambda x: density(x, 1.2, 0.7), -8, 10), (1, 1.2, 0.49), 1e-6)
    assert near(integral(lambda x: density(x, 1.2, 0.7), 1.2 - 1.96 * 0.7, 1.2 + 1.96 * 0.7), 0.95, 1e-4)
    s = 0.8
    assert close(integral(lambda z: np.exp(s * z) * density(z), -12, 14), exp(s * s / 2), 1e-6)  # its median is 1
    shortest = rng.exponential(1 / np.array([1.0, 2.0, 0.5]), size=(200_000, 3)).min(axis=1)
    assert isclose(shortest.mean(), 1 / 3.5, rel_tol=0.02)


@covers("change-of-variables")
def change_of_variables(rng: Rng) -> None:
    # y = exp(x) with x standard normal: the area of f(x)|dx/dy| is the probability
    area = integral(lambda y: density(np.log(y)) * abs(1 / y), 0.5, 2.5)
    assert close(area, NORMAL.cdf(log(2.5)) - NORMAL.cdf(log(0.5)), 1e-6)
    a = rng.normal(size=(2, 2))
    x = rng.normal(size=2)
    sigma = a @ a.T
    y = a @ x
    direct = exp(-y @ inv(sigma) @ y / 2) / (2 * pi * sqrt(det(sigma)))
    assert close(direct, exp(-x @ x / 2) / (2 * pi) * abs(det(inv(a))))


@covers("central-limit", "correlated-mean")
def averages(rng: Rng) -> None:
    means = rng.exponential(size=(40_000, 400)).mean(axis=1)
    z = (means - 1) / (1 / sqrt(400))
    for at in (-1.0, 0.0, 1.0):
        assert near((z <= at).mean(), NORMAL.cdf(at), 0.02)
    n, rho = 6, 0.3
    sigma = 4 * ((1 - rho) * np.eye(n) + rho)
    assert close(np.ones(n) @ sigma @ np.ones(n) / n**2, 4 / n * (1 + (n - 1) * rho))
    lowest = -1 / (n - 1)
    assert eigvalsh((1 - lowest) * np.eye(n) + lowest).min() > -1e-12 > eigvalsh((1 - lowest + 0.01) * np.eye(n) + lowest - 0.01).min()


@covers("markov", "hoeffding")
def tails(rng: Rng) -> None:
    n, p = 30, 0.2
    chance = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    for a in (1, 6, 9, 15):
        assert sum(chance[a:]) <= n * p / a + 1e-12
    for t in (0.05, 0.1, 0.2, 0.4):
        miss = sum(c for k, c in enumerate(chance) if abs(k / n - p) >= t - 1e-12)
        assert miss <= p * (1 - p) / n / t**2 + 1e-12 and miss <= 2 * exp(-2 * n * t**2) + 1e-12
    enough = log(2 / 0.05) / (2 * 0.01**2)
    assert close(2 * exp(-2 * enough * 0.01**2), 0.05)


@covers("stationary", "hitting-times")
def chains(rng: Rng) -> None:
    flow = rng.uniform(size=(4, 4))
    flow = flow + flow.T
    p, share = flow / flow.sum(axis=1, keepdims=True), flow.sum(axis=1) / flow.sum()
    assert close(share[:, None] * p, (share[:, None] * p).T) and close(share @ p, share)
    turning = np.roll(np.eye(3), 1, axis=1)
    uniform = np.ones(3) / 3
    assert close(uniform @ turning, uniform) and not close(uniform[:, None] * turning, (uniform[:, None] * turning).T)
    inner = p[:3, :3]  # the last state is the target
    expected = solve(np.eye(3) - inner, np.ones(3))
    still = np.ones(3)
    total = np.zeros(3)
    for _ in range(5000):
        total, still = total + still, inner @ still
    assert close(expected, total) and close(1 + p[3, :3] @ expected, 1 / share[3])


@covers("order-statistics", "inverse-transform", "rejection")
def simulation(rng: Rng) -> None:
    u = np.sort(rng.uniform(size=(100_000, 4)), axis=1)
    assert near(u.mean(axis=0), np.arange(1, 5) / 5, 0.005) and near((u[:, -1] <= 0.7).mean(), 0.7**4, 0.007)
    second = integral(lambda x: x * (gamma(5) / (gamma(2) * gamma(3)) * x * (1 - x) ** 2), 0, 1)  # beta(2, 3)
    assert close(second, 2 / 5, 1e-6)
    x = -np.log(1 - rng.uniform(size=100_000)) / 2
    assert near(x.mean(), 0.5, 0.01) and near((x > 1).mean(), exp(-2), 0.005)
    proposals = rng.uniform(size=200_000)
    kept = proposals[rng.uniform(size=200_000) < 6 * proposals * (1 - proposals) / 1.5]
    assert near(len(proposals) / len(kept), 1.5, 0.02) and near(kept.var(), 1 / 20, 0.002)


@covers("birthday", "coupons", "ruin", "tanks")
def puzzles(rng: Rng) -> None:
    for d in (365, 10_000):
        differ = 1.0
        for n in range(1, d):
            differ *= 1 - (n - 1) / d
            if differ < 0.5:
                assert isclose(n, 1.18 * sqrt(d), abs_tol=1.5)
                break
    groups = rng.integers(0, 50, size=(40_000, 8))
    distinct = (np.diff(np.sort(groups, axis=1)) > 0).all(axis=1).mean()
    assert near(distinct, prod(1 - i / 50 for i in range(8)), 0.01)
    exact = 20 * sum(1 / k for k in range(1, 21))
    assert close(exact, sum(20 / (20 - i) for i in range(20))) and near(exact, 20 * log(20) + 0.577 * 20 + 0.5, 0.02)
    p, goal = 0.45, 7
    moves = np.zeros((goal + 1, goal + 1))
    moves[0, 0] = moves[goal, goal] = 1
    for i in range(1, goal):
        moves[i, i + 1], moves[i, i - 1] = p, 1 - p
    reached = np.linalg.matrix_power(moves, 2000)[:, goal]
    r = (1 - p) / p
    assert close(reached, [(1 - r**i) / (1 - r**goal) for i in range(goal + 1)])
    for total, k in ((12, 3), (20, 4)):
        ways = comb(total, k)
        assert sum(Fraction(comb(m - 1, k - 1), ways) * (m * (1 + Fraction(1, k)) - 1) for m in range(k, total + 1)) == total


# Estimation and information


@covers("mle-rate", "mle-variance")
def maximum_likelihood(rng: Rng) -> None:
    waits = rng.exponential(1 / 2.0, size=(200_000, 5))
    rates = np.linspace(0.01, 20, 200_000)
    one = waits[0]
    assert near(rates[(5 * np.log(rates) - rates * one.sum()).argmax()], 1 / one.mean(), 1e-3)
    assert isclose((1 / waits.mean(axis=1)).mean(), 5 / 4 * 2, rel_tol=0.02)
    values = rng.normal(3, 2, size=(200_000, 4))
    assert isclose(values.var(axis=1).mean(), 3 / 4 * 4, rel_tol=0.02)
    spreads = np.linspace(0.05, 6, 100_000)
    fit = -4 * np.log(spreads) - ((values[0] - values[0].mean()) ** 2).sum() / (2 * spreads**2)
    assert isclose(spreads[fit.argmax()] ** 2, values[0].var(), rel_tol=0.01)


@covers("error-split", "cramer-rao")
def estimators(rng: Rng) -> None:
    n, p = 7, 0.3
    chance = np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
    estimate = (np.arange(n + 1) + 1) / (n + 2)
    mean = chance @ estimate
    assert close(chance @ (estimate - p) ** 2, (mean - p) ** 2 + chance @ (estimate - mean) ** 2)
    information = p * (1 / p) ** 2 + (1 - p) * (1 / (1 - p)) ** 2  # the mean squared slope of ln p(x)
    assert close(information, 1 / (p * (1 - p)))
    assert close(chance @ (np.arange(n + 1) / n - p) ** 2, 1 / (n * information))  # the mean attains the bound
    first = p * (1 - p)  # and the first observation alone doesn't
    assert first > 1 / (n * information)


@covers("exponential-family")
def exponential_family(rng: Rng) -> None:
    statistic, base = rng.normal(size=(6, 2)), rng.uniform(size=6)

    def normalizer(eta: Array) -> float:
        return float(np.log((base * np.exp(statistic @ eta)).sum()))

    eta = rng.normal(size=2)
    p = base * np.exp(statistic @ eta - normalizer(eta))
    mean = p @ statistic
    assert close(p.sum(), 1) and close(gradient(normalizer, eta), mean, 1e-6)
    cov = (statistic - mean).T @ np.diag(p) @ (statistic - mean)
    assert close(jacobian(lambda v: gradient(normalizer, v, 1e-4), eta, 1e-4), cov, 1e-4)


@covers("ridge-map")
def ridge_map(rng: Rng) -> None:
    x, y, sigma, tau, b = rng.normal(size=(8, 2)), rng.normal(size=8), 1.3, 0.6, 0.4
    ws = rng.normal(size=(50, 2))
    ridge, lasso, normal, laplace = [], [], [], []
    for w in ws:
        fit = norm(y - x @ w) ** 2
        noise = -np.log(density(y - x @ w, 0, sigma)).sum()
        normal.append(2 * sigma**2 * (noise - np.log(density(w, 0, tau)).sum()))
        laplace.append(2 * sigma**2 * (noise - np.log(np.exp(-abs(w) / b) / (2 * b)).sum()))
        ridge.append(fit + sigma**2 / tau**2 * norm(w) ** 2)
        lasso.append(fit + 2 * sigma**2 / b * norm(w, 1))
    assert close(np.ptp(np.array(normal) - ridge), 0) and close(np.ptp(np.array(laplace) - lasso), 0)  # equal up to a constant


@covers("beta-update", "normal-update", "gamma-update")
def conjugate_updates(rng: Rng) -> None:
    a, b, n, k = 2.5, 1.5, 9, 6
    p = (np.arange(100_000) + 0.5) / 100_000

    def normed(weights: Array) -> Array:
        return weights / weights.sum()

    posterior = normed(p ** (a - 1) * (1 - p) ** (b - 1) * p**k * (1 - p) ** (n - k))
    assert close(posterior, normed(p ** (a + k - 1) * (1 - p) ** (b + n - k - 1))) and close(posterior @ p, (a + k) / (a + b + n), 1e-6)
    mean, tau, sigma, x = 1.0, 0.8, 1.5, rng.normal(2, 1.5, size=5)
    grid = np.linspace(-6, 10, 200_001)
    weights = normed(density(grid, mean, tau) * np.exp(-((x[:, None] - grid) ** 2).sum(axis=0) / (2 * sigma**2)))
    v = 1 / (1 / tau**2 + 5 / sigma**2)
    m = v * (mean / tau**2 + 5 * x.mean() / sigma**2)
    assert close(weights @ grid, m, 1e-6) and close(weights @ (grid - m) ** 2, v, 1e-6)
    shape, rate, events, periods = 2.0, 1.0, 13, 3
    lam = np.linspace(1e-6, 40, 400_001)
    posterior = normed(lam ** (shape - 1) * np.exp(-rate * lam) * lam**events * np.exp(-periods * lam))
    assert close(posterior, normed(lam ** (shape + events - 1) * np.exp(-(rate + periods) * lam)))
    m = posterior @ lam
    assert close(m, (shape + events) / (rate + periods), 1e-5)
    assert close(m + posterior @ (lam - m) ** 2, m * (1 + 1 / (rate + periods)), 1e-5)  # of the next count, by total variance


def kl(p: Array, q: Array) -> float:
    return float((p * np.log(p / q)).sum())


def entropy(p: Array) -> float:
    return float(-(p * np.log(p)).sum())


@covers("entropy", "kl", "jensen")
def divergences(rng: Rng) -> None:
    for p, q in rng.dirichlet(np.ones(5), size=(100, 2)):
        assert entropy(p) <= log(5) and kl(p, q) >= 0 and close(-(p * np.log(q)).sum(), entropy(p) + kl(p, q))
        x = rng.normal(size=5)
        assert p @ np.exp(x) >= exp(p @ x) and p @ x**2 >= (p @ x) ** 2
    assert close(entropy(np.ones(5) / 5), log(5)) and near(1 / log(2), 1.443, 5e-4)
    assert not close(kl(p, q), kl(q, p))


@covers("kl-normals", "normal-entropy")
def normals(rng: Rng) -> None:
    m1, s1, m2, s2 = 0.3, 0.7, 1.1, 1.6
    truth = integral(lambda x: density(x, m1, s1) * np.log(density(x, m1, s1) / density(x, m2, s2)), -7, 8)
    assert close(log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5, truth, 1e-6)
    assert close(0.5 * log(2 * pi * e * s1**2), integral(lambda x: -density(x, m1, s1) * np.log(density(x, m1, s1)), -7, 8), 1e-6)


@covers("kl-penalty")
def kl_penalty(rng: Rng) -> None:
    reference, reward, beta = rng.dirichlet(np.ones(5)), rng.normal(size=5), 0.7
    best = reference * np.exp(reward / beta)
    best = best / best.sum()

    def objective(policy: Array) -> float:
        return float(policy @ reward) - beta * kl(policy, reference)

    others = [*rng.dirichlet(np.ones(5), size=200), *(0.99 * best + 0.01 * rng.dirichlet(np.ones(5), size=50))]
    assert all(objective(best) >= objective(other) for other in others)


@covers("mutual-information", "information-bias")
def information(rng: Rng) -> None:
    joint = rng.dirichlet(np.ones(12)).reshape(3, 4)
    x, y = joint.sum(axis=1), joint.sum(axis=0)
    conditional = sum(x[i] * entropy(joint[i] / x[i]) for i in range(3))
    assert close(kl(joint, np.outer(x, y)), entropy(y) - conditional)
    n, found = 1000, []
    for _ in range(2000):
        table = rng.multinomial(n, np.outer([0.2, 0.3, 0.5], [0.4, 0.6]).ravel()).reshape(3, 2) / n
        found.append(kl(table, np.outer(table.sum(axis=1), table.sum(axis=0))))
    assert isclose(np.mean(found), (3 - 1) * (2 - 1) / (2 * n), rel_tol=0.12)


@covers("elbo")
def evidence_lower_bound(rng: Rng) -> None:
    prior, likelihood, q = rng.dirichlet(np.ones(4)), rng.uniform(0.1, 0.9, size=4), rng.dirichlet(np.ones(4))
    evidence = prior @ likelihood
    bound = q @ np.log(likelihood) - kl(q, prior)
    assert bound <= log(evidence) and close(log(evidence), bound + kl(q, prior * likelihood / evidence))


@covers("perplexity", "bits-per-byte")
def language_models(rng: Rng) -> None:
    assert close(exp(-np.mean(np.log(np.full(7, 1 / 50)))), 50)  # guessing among 50 tokens
    # two ways to cut 1,000 bytes: the total is what counts, whatever the tokens
    for tokens in (200, 250):
        per_token = 700 / tokens
        assert close(tokens * log(exp(per_token)) / (log(2) * 1000), 700 / 1000 * 1.4426950408889634)


# Testing and intervals


@covers("mean-interval", "wald-interval", "wilson-interval")
def intervals(rng: Rng) -> None:
    samples = rng.normal(5, 2, size=(40_000, 16))
    error = samples.std(axis=1, ddof=1) / 4
    assert near((abs(samples.mean(axis=1) - 5) <= 2.1314 * error).mean(), 0.95, 0.006)  # t with 15 degrees of freedom
    z = NORMAL.inv_cdf(0.975)

    def covered(n: int, p: float, wilson: bool) -> float:
        total = 0.0
        for k in range(n + 1):
            rate = k / n
            half = z * sqrt(rate * (1 - rate) / n + (z * z / (4 * n * n) if wilson else 0))
            center, scale = (rate + z * z / (2 * n), 1 + z * z / n) if wilson else (rate, 1.0)
            if (center - half) / scale - 1e-12 <= p <= (center + half) / scale + 1e-12:
                total += comb(n, k) * p**k * (1 - p) ** (n - k)
        return total

    assert near(covered(1000, 0.4, wilson=False), 0.95, 0.005) and covered(20, 0.03, wilson=False) < 0.5
    assert near(np.mean([covered(20, p, wilson=True) for p in np.linspace(0.02, 0.98, 97)]), 0.95, 0.01)
    n, rate = 20, 0.15
    for sign in (-1, 1):  # the ends solve |rate - p| = z sqrt(p(1 - p)/n)
        p = (rate + z * z / (2 * n) + sign * z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))) / (1 + z * z / n)
        assert close(abs(rate - p), z * sqrt(p * (1 - p) / n))
    top = (0 + z * z / (2 * n) + z * sqrt(z * z / (4 * n * n))) / (1 + z * z / n)
    assert close(top, z * z / (n + z * z))


@covers("difference-interval", "ratio-interval")
def compared_means(rng: Rng) -> None:
    a, b = rng.normal(3, 0.5, size=100_000), rng.normal(2, 1.2, size=100_000)
    assert near((abs(a - b - 1) <= 1.96 * sqrt(0.5**2 + 1.2**2)).mean(), 0.95, 0.004)
    x, y = rng.exponential(2, size=(10_000, 200)), rng.exponential(5, size=(10_000, 300))
    error = np.sqrt(x.var(axis=1, ddof=1) / (200 * x.mean(axis=1) ** 2) + y.var(axis=1, ddof=1) / (300 * y.mean(axis=1) ** 2))
    assert near((abs(np.log(x.mean(axis=1) / y.mean(axis=1)) - log(2 / 5)) <= 1.96 * error).mean(), 0.95, 0.012)


@covers("sample-size", "sample-size-mean")
def sample_sizes(rng: Rng) -> None:
    z = NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(0.8)
    assert near(z**2, 7.85, 0.005) and isclose(2 * z**2, 16, rel_tol=0.02)
    p1, p2 = 0.10, 0.13
    n = round(z**2 * (p1 * (1 - p1) + p2 * (1 - p2)) / (p2 - p1) ** 2)
    a, b = rng.binomial(n, p1, size=40_000) / n, rng.binomial(n, p2, size=40_000) / n
    significant = abs(b - a) > 1.96 * np.sqrt((a * (1 - a) + b * (1 - b)) / n)
    assert near(significant.mean(), 0.8, 0.015)


@covers("false-discoveries", "many-tests", "permutation-p", "bootstrap-maximum")
def error_rates(rng: Rng) -> None:
    works = rng.uniform(size=400_000) < 0.2
    rejected = rng.uniform(size=400_000) < np.where(works, 0.5, 0.05)
    assert near((rejected & ~works).sum() / rejected.sum(), 0.8 * 0.05 / (0.8 * 0.05 + 0.2 * 0.5), 0.01)
    assert near((rng.uniform(size=(100_000, 7)) < 0.05).any(axis=1).mean(), 1 - 0.95**7, 0.007)
    # under exchangeability the observed statistic is one of B + 1 in random order
    statistics = rng.normal(size=(50_000, 20))
    p = (1 + (statistics[:, 1:] >= statistics[:, :1]).sum(axis=1)) / (1 + 19)
    assert p.min() > 0 and all(near((p <= level).mean(), level, 0.006) for level in (0.05, 0.1, 0.5))
    assert near((rng.integers(0, 40, size=(100_000, 40)) != 7).all(axis=1).mean(), (1 - 1 / 40) ** 40, 0.008)
    assert near((1 - 1 / 10_000) ** 10_000, 0.368, 1e-3)


@covers("holm", "benjamini-hochberg")
def many_hypotheses(rng: Rng) -> None:
    m, true = 10, 6
    any_false, shares, holm_counts, bonferroni_counts = [], [], [], []
    for _ in range(8000):
        shifts = np.r_[np.zeros(true), np.full(m - true, 3.0)]
        p = np.array([2 * (1 - NORMAL.cdf(abs(value))) for value in rng.normal(shifts)])
        order = p.argsort()
        passed = p[order] <= 0.05 / (m - np.arange(m))
        holm = order[: m if passed.all() else passed.argmin()]
        any_false.append((holm < true).any())
        holm_counts.append(len(holm))
        bonferroni_counts.append((p <= 0.05 / m).sum())
        ranks = np.flatnonzero(p[order] <= 0.05 * np.arange(1, m + 1) / m)
        found = order[: ranks[-1] + 1] if len(ranks) else order[:0]
        shares.append((found < true).sum() / max(len(found), 1))
    assert np.mean(any_false) <= 0.05 and near(np.mean(shares), 0.05 * true / m, 0.006)
    assert all(holm >= bonferroni for holm, bonferroni in zip(holm_counts, bonferroni_counts, strict=True))


@covers("design-effect", "delta-ratio")
def clusters(rng: Rng) -> None:
    m, rho, users = 5, 0.4, 8
    block = (1 - rho) * np.eye(m) + rho
    sigma = np.kron(np.eye(users), block)
    assert close(sigma.sum() / sigma.shape[0] ** 2, 1 / (m * users) * (1 + (m - 1) * rho))
    x = rng.poisson(10, size=(20_000, 100)) + 1
    y = rng.binomial(x, rng.beta(2, 8, size=x.shape))
    ratio = y.mean(axis=1) / x.mean(axis=1)
    one_x = rng.poisson(10, size=400_000) + 1
    one_y = rng.binomial(one_x, rng.beta(2, 8, size=400_000))
    r, cov = one_y.mean() / one_x.mean(), np.cov(one_x, one_y)
    assert isclose(ratio.var(), (cov[1, 1] - 2 * r * cov[0, 1] + r**2 * cov[0, 0]) / (100 * one_x.mean() ** 2), rel_tol=0.05)


@covers("mcnemar")
def two_classifiers(rng: Rng) -> None:
    right = rng.uniform(size=500) < 0.8
    other = np.where(rng.uniform(size=500) < 0.1, ~right, right)
    b, c, n = (right & ~other).sum(), (~right & other).sum(), 500
    gaps = right.astype(int) - other.astype(int)
    assert close(gaps.mean(), (b - c) / n) and close(gaps.std() / sqrt(n), sqrt(b + c - (b - c) ** 2 / n) / n)
    coins = rng.binomial(60, 0.5, size=100_000)  # items on which one is right, if neither is better
    assert near((abs((2 * coins - 60) / sqrt(60)) > 1.96).mean(), 0.05, 0.02) and near(((2 * coins - 60) / sqrt(60)).var(), 1, 0.02)


@covers("repeated-splits")
def repeated_splits(rng: Rng) -> None:
    # the approximation takes differences with correlation n2/(n1 + n2) between splits
    splits, train, test = 8, 90, 10
    rho = test / (train + test)
    variance = 2.3
    sigma = variance * ((1 - rho) * np.eye(splits) + rho)
    expected_s2 = variance * (1 - rho)
    assert close(sigma.sum() / splits**2, (1 / splits + test / train) * expected_s2)


@covers("kaplan-meier", "proportional-hazards")
def survival(rng: Rng) -> None:
    times, limits = rng.exponential(1, size=20_000), rng.exponential(1.5, size=20_000)
    seen, events = np.minimum(times, limits), times <= limits
    order = seen.argsort()
    at_risk = np.arange(len(seen), 0, -1)
    curve = np.cumprod(1 - events[order] / at_risk)
    for t in (0.3, 0.8, 1.5):
        assert near(curve[np.searchsorted(seen[order], t) - 1], exp(-t), 0.02)
    # a constant hazard ratio: integrate the hazards
    t = np.linspace(0, 2, 20_001)
    hazard = 0.3 + t
    base = exp(-integral(lambda s: 0.3 + s, 0, 2))
    assert close(exp(-integral(lambda s: (0.3 + s) * 0.7, 0, 2)), base**0.7) and close(base, exp(-np.trapezoid(hazard, t)), 1e-6)


# Experiments and causality


@covers("observed-gap")
def observed_gap(rng: Rng) -> None:
    without, effect = rng.normal(size=1000), rng.normal(0.5, 1, size=1000)
    treated = rng.uniform(size=1000) < sigmoid(without + effect)
    outcome = np.where(treated, without + effect, without)
    gap = outcome[treated].mean() - outcome[~treated].mean()
    assert close(gap, effect[treated].mean() + without[treated].mean() - without[~treated].mean())


@covers("sample-ratio")
def sample_ratio(rng: Rng) -> None:
    shares = np.array([0.5, 0.3, 0.2])
    counts = rng.multinomial(2000, shares, size=50_000)
    chi = ((counts - 2000 * shares) ** 2 / (2000 * shares)).sum(axis=1)
    assert near(chi.mean(), 2, 0.05) and near((chi > 5.9915).mean(), 0.05, 0.005)  # 2 degrees of freedom


@covers("always-valid")
def always_valid(rng: Rng) -> None:
    sigma, omega, n, mean = 1.3, 0.4, 25, 0.37
    ratio = integral(lambda d: np.exp((n * mean * d - n * d**2 / 2) / sigma**2) * density(d, 0, omega), -4, 4)
    closed = sqrt(sigma**2 / (sigma**2 + n * omega**2)) * exp(n**2 * omega**2 * mean**2 / (2 * sigma**2 * (sigma**2 + n * omega**2)))
    assert close(closed, ratio, 1e-6)
    draws = rng.normal(0, sigma, size=(4000, 500))
    count = np.arange(1, 501)
    means = draws.cumsum(axis=1) / count
    mixed = np.sqrt(sigma**2 / (sigma**2 + count * omega**2)) * np.exp(
        count**2 * omega**2 * means**2 / (2 * sigma**2 * (sigma**2 + count * omega**2))
    )
    p = np.minimum(1, 1 / np.maximum.accumulate(mixed, axis=1))
    assert (p[:, -1] <= 0.05).mean() <= 0.05  # however often one looks
    assert (abs(means) * np.sqrt(count) / sigma > 1.96).any(axis=1).mean() > 0.3


@covers("cuped")
def cuped(rng: Rng) -> None:
    n, rho = 50, 0.7
    x = rng.normal(size=(2, 20_000, n))
    y = rho * x + sqrt(1 - rho**2) * rng.normal(size=x.shape) + np.array([0.5, 0])[:, None, None]
    raw, moved = y[0].mean(axis=1) - y[1].mean(axis=1), x[0].mean(axis=1) - x[1].mean(axis=1)
    adjusted = raw - rho * moved  # the slope is rho, since both variances are 1
    assert near(adjusted.mean(), 0.5, 0.01) and isclose(adjusted.var(), (1 - rho**2) * raw.var(), rel_tol=0.05)
    assert all(adjusted.var() < (raw - slope * moved).var() for slope in (0.4, 0.55, 0.85, 1.0))


@covers("back-door", "propensity")
def adjustment(rng: Rng) -> None:
    share, score = np.array([0.8, 0.2]), np.array([0.05, 0.5])  # of a confounder, and of treatment given it
    untreated, treated = np.array([0.4, 0.8]), np.array([0.5, 0.95])
    adjusted = share @ treated - share @ untreated
    both = share * score
    weighted = (both * treated / score).sum()  # E[TY/e]
    assert close(weighted, share @ treated) and close(adjusted, 0.8 * 0.1 + 0.2 * 0.15)
    naive = (both @ treated) / both.sum() - (share * (1 - score) @ untreated) / (share * (1 - score)).sum()
    assert naive > adjusted + 0.1
    z = (rng.uniform(size=400_000) < 0.2).astype(int)
    took = rng.uniform(size=len(z)) < score[z]
    outcome = rng.uniform(size=len(z)) < np.where(took, treated[z], untreated[z])
    assert near((took * outcome / score[z]).mean(), share @ treated, 0.015)


@covers("difference-in-differences", "wald-ratio")
def designs(rng: Rng) -> None:
    level, other, trend, effect = 100.0, 80.0, 10.0, 7.0
    assert ((level + trend + effect) - level) - ((other + trend) - other) == effect
    kinds = rng.choice(3, size=400_000, p=[0.2, 0.5, 0.3])  # always, never, if encouraged
    instrument = rng.uniform(size=len(kinds)) < 0.5
    took = (kinds == 0) | ((kinds == 2) & instrument)
    outcome = rng.normal(size=len(kinds)) + np.array([1.0, -1.0, 0.0])[kinds] + took * np.array([5.0, 9.0, 2.0])[kinds]
    gaps = [values[instrument].mean() - values[~instrument].mean() for values in (outcome, took)]
    assert near(gaps[0] / gaps[1], 2.0, 0.15)


@covers("inverse-propensity", "doubly-robust", "effective-sample-size")
def off_policy(rng: Rng) -> None:
    old, new, reward = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.4, 0.5]), np.array([0.2, 0.5, 0.7])
    n, runs = 60, 4000
    actions = rng.choice(3, size=(runs, n), p=old)
    rewards = (rng.uniform(size=actions.shape) < reward[actions]).astype(float)
    weights = (new / old)[actions]
    truth = new @ reward
    plain = (weights * rewards).mean(axis=1)
    steady = (weights * rewards).sum(axis=1) / weights.sum(axis=1)
    assert near(plain.mean(), truth, 0.01) and near(steady.mean(), truth, 0.03) and steady.max() <= 1 and steady.var() < plain.var()

    def robust(model: Array, weights: Array) -> Array:
        estimate: Array = (new @ model + weights * (rewards - model[actions])).mean(axis=1)
        return estimate

    assert near(robust(np.array([0.9, 0.1, 0.3]), weights).mean(), truth, 0.015)  # a wrong model, right propensities
    assert near(robust(reward, np.full_like(weights, 0.7)).mean(), truth, 0.01)  # a right model, wrong propensities
    assert robust(reward, weights).var() < plain.var()
    size = weights[0].sum() ** 2 / (weights[0] ** 2).sum()
    assert 1 <= size <= n and close(np.ones(n).sum() ** 2 / n, n)


@pytest.mark.parametrize("check", dict.fromkeys(SHEET.checks.values()), ids=lambda check: check.__name__)
def test_formulas(check: Callable[[Rng], None]) -> None:
    check(np.random.default_rng(20))
