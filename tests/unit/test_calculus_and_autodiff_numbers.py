"""Recomputes the numbers in the text of the chapter on calculus and automatic differentiation, and checks its formulas.

A number is looked for in the page as a phrase built from a computation, so a test fails when either changes; a formula is compared
with finite differences, random matrices or a simulation. Numbers of the questions have proofs of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[np.float64]
PAGE = " ".join((Path(__file__).parents[2] / "docs/math/calculus-and-autodiff.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def slopes(f: Callable[[Array], float], at: Array, h: float = 1e-5) -> Array:
    """The gradient of f by central differences, in the shape of its argument."""
    result = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = h
        result[place] = (f(at + step) - f(at - step)) / (2 * h)
    return result


def columns(f: Callable[[Array], Array], at: Array, h: float = 1e-5) -> Array:
    """The Jacobian of f at a vector, a row per output, by central differences."""
    return np.stack([(f(at + step) - f(at - step)) / (2 * h) for step in h * np.eye(len(at))], axis=1)


def matrix(values: Array) -> str:
    rows = [" & ".join(f"{value:g}" for value in row) for row in values]
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


def test_gradient_slope_and_hessian_of_the_first_example() -> None:
    def f(x: Array) -> float:
        return float(x[0] ** 2 + 3 * x[0] * x[1])

    at = np.array([1.0, 2.0])
    gradient = slopes(f, at)
    assert gradient == pytest.approx([8, 3])
    assert says(rf"(2x + 3y,\; 3x) = ({gradient[0]:.0f}, {gradient[1]:.0f})")
    assert says(f"the slope is $4.8 + 2.4 = {gradient @ [0.6, 0.8]:.1f}$; the largest slope is $\\sqrt{{73}} = {np.linalg.norm(gradient):.2f}$")
    hessian = columns(lambda x: slopes(f, x, 1e-3), at, 1e-3)
    assert hessian == pytest.approx(np.array([[2, 3], [3, 0]]), abs=1e-6)
    assert says(f"The Hessian ${matrix(hessian.round())}$ has eigenvalues $1 \\pm \\sqrt{{10}}$")
    assert np.linalg.eigvalsh(hessian) == pytest.approx([1 - sqrt(10), 1 + sqrt(10)], abs=1e-6)


def test_partial_derivatives_do_not_make_a_function_continuous() -> None:
    def f(x: float, y: float) -> float:
        return 0.0 if x == y == 0 else x * y / (x * x + y * y)

    assert all(f(h, 0) == f(0, h) == 0 for h in (1.0, 1e-3, -1e-9))
    assert all(f(h, h) == pytest.approx(0.5) for h in (1.0, 1e-3, -1e-9))


def test_order_of_the_product_decides_its_cost() -> None:
    loss, a, b, c = 1, 200, 500, 1000
    reverse = loss * a * b + loss * b * c
    forward = a * b * c + loss * a * c
    tex_reverse, tex_forward = (f"{cost:,}".replace(",", "{,}") for cost in (reverse, forward))
    assert says(f"is a row: ${tex_reverse}$ multiplications.") and says(f"the cost is ${tex_forward}$,")
    assert says(f"{forward / reverse:.0f} times as much")
    assert says(f"costs {reverse:,} multiplications") and says(f"costs {forward:,}.")


def test_both_products_of_the_small_jacobian() -> None:
    at, v, u = np.array([2.0, 3.0]), np.array([1.0, -1.0]), np.array([1.0, 2.0])
    jacobian = np.array([slopes(lambda x: float(x[0] * x[1]), at), slopes(lambda x: float(x[0] ** 2), at)]).round(6)
    assert says(f"has $\\mat{{J}} = {matrix(jacobian)}$")
    right, left = jacobian @ v, u @ jacobian
    assert says(rf"$\mat{{J}}\vect{{v}} = ({right[0]:g}, {right[1]:g})$")
    assert says(rf"$\vect{{u}}^\T\mat{{J}} = ({left[0]:g}, {left[1]:g})$")
    assert u @ right == pytest.approx(left @ v)
    assert says(rf"$\vect{{u}}^\T\mat{{J}}\vect{{v}} = {u @ right:g}$")


def test_hessian_vector_product_is_a_derivative_of_the_gradient() -> None:
    rng = np.random.default_rng(1)
    at, v = rng.normal(size=3), rng.normal(size=3)

    def gradient(x: Array) -> Array:  # of sum(x)^3 + sum(x^4)
        return np.asarray(3 * x.sum() ** 2 + 4 * x**3)

    hessian = np.full((3, 3), 6 * at.sum()) + np.diag(12 * at**2)
    h = 1e-5
    assert (gradient(at + h * v) - gradient(at - h * v)) / (2 * h) == pytest.approx(hessian @ v, rel=1e-6)
    assert slopes(lambda x: float(gradient(x) @ v), at) == pytest.approx(hessian @ v, rel=1e-6)


def sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def softmax(z: Array) -> Array:
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def test_gradients_and_hessians_of_squared_and_logistic_loss() -> None:
    rng = np.random.default_rng(2)
    n, d = 6, 3
    X, w, targets = rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=n)
    labels = rng.integers(2, size=n).astype(float)

    def squared(w: Array) -> float:
        return float(np.mean((X @ w - targets) ** 2))

    def logistic(w: Array) -> float:
        return float(np.mean(np.log1p(np.exp(X @ w)) - labels * (X @ w)))

    assert says(r"\nabla L = \tfrac{2}{n}\mat{X}^\T(\mat{X}\vect{w} - \vect{y}), \qquad \mat{H} = \tfrac{2}{n}\mat{X}^\T\mat{X} .")
    assert slopes(squared, w) == pytest.approx(2 / n * X.T @ (X @ w - targets), rel=1e-6)
    hessian = columns(lambda w: np.asarray(2 / n * X.T @ (X @ w - targets)), w)
    assert hessian == pytest.approx(2 / n * X.T @ X, rel=1e-6)

    p = sigmoid(X @ w)
    assert slopes(logistic, w) == pytest.approx(X.T @ (p - labels) / n, rel=1e-6)
    hessian = columns(lambda w: np.asarray(X.T @ (sigmoid(X @ w) - labels) / n), w)
    assert hessian == pytest.approx(X.T @ np.diag(p * (1 - p)) @ X / n, rel=1e-6)


def test_softmax_cross_entropy_by_weights_and_logits() -> None:
    rng = np.random.default_rng(3)
    n, d, K = 5, 3, 4
    X, W = rng.normal(size=(n, d)), rng.normal(size=(d, K))
    classes = rng.integers(K, size=n)
    Y = np.eye(K)[classes]

    def loss(W: Array) -> float:
        return float(-np.mean(np.log(softmax(X @ W)[range(n), classes])))

    assert says(r"\text{batch: } & \tfrac1n\mat{X}^\T(\mat{P} - \mat{Y})")
    assert slopes(loss, W) == pytest.approx(X.T @ (softmax(X @ W) - Y) / n, rel=1e-5, abs=1e-9)

    z = rng.normal(size=K)
    p = softmax(z)
    jacobian = columns(softmax, z)
    assert jacobian == pytest.approx(np.diag(p) - np.outer(p, p), abs=1e-9)
    v = rng.normal(size=K)  # as a quadratic form, the variance of v under p; zero along the ones
    assert v @ jacobian @ v == pytest.approx(p @ v**2 - (p @ v) ** 2, abs=1e-8)
    assert jacobian @ np.ones(K) == pytest.approx(np.zeros(K), abs=1e-9)

    p = softmax(np.array([log(2), log(2), 0]))
    assert says(rf"\vect{{p}} = ({p[0]:.1f}, {p[1]:.1f}, {p[2]:.1f})")
    by_logits = p - np.array([0, 0, 1])
    first, second = (f"({row[0]:.1f}, {row[1]:.1f}, {row[2]:.1f})" for row in np.outer([1, 3], by_logits))
    assert says(f"$\\partial L/\\partial\\vect{{z}} = {first}$") and says(f"has the rows ${first}$ and ${second}$")


def test_squared_loss_on_a_sigmoid_saturates() -> None:
    p = 1 / (1 + exp(5))
    logistic, squared = p - 1, 2 * (p - 1) * p * (1 - p)
    assert slopes(lambda z: float((sigmoid(z)[0] - 1) ** 2), np.array([-5.0]))[0] == pytest.approx(squared, rel=1e-6)
    assert says(f"has slope ${logistic:.3f}$, but $(\\sigma(z) - 1)^2$ has ${squared:.4f}$, {logistic / squared:.0f} times less")


def test_linear_layer() -> None:
    rng = np.random.default_rng(4)
    n, d, m = 5, 3, 2
    X, W, b, G = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m), rng.normal(size=(n, m))

    def loss(X: Array, W: Array, b: Array) -> float:
        return float(np.sum(G * (X @ W + b)))

    assert slopes(lambda W: loss(X, W, b), W) == pytest.approx(X.T @ G)
    assert slopes(lambda X: loss(X, W, b), X) == pytest.approx(G @ W.T)
    assert slopes(lambda b: loss(X, W, b), b) == pytest.approx(G.sum(axis=0))

    X, W, G = np.array([[1.0, 2], [3, 4], [0, 1]]), np.array([[1.0], [-1]]), np.array([[1.0], [-2], [3]])
    for name, value in (("X", X), ("W", W), ("G", G)):
        assert says(rf"\mat{{{name}}} &= {matrix(value)}")
    assert says(rf"\mat{{X}}^\T\mat{{G}} &= {matrix(X.T @ G)}") and says(rf"\mat{{G}}\mat{{W}}^\T &= {matrix(G @ W.T)}")
    assert says(rf"\mat{{G}}^\T\vect{{1}} &= {matrix(G.sum(axis=0)[:, None])}")


def test_difference_quotients() -> None:
    h = 0.01
    forward, central = ((1 + h) ** 3 - 1) / h, ((1 + h) ** 3 - (1 - h) ** 3) / (2 * h)
    assert says(f"forward gives ${forward:.4f}$, central ${central:.4f}$")


def test_error_left_at_the_best_step() -> None:
    """The figure's alternative text and the orders of magnitude beside it, by the quotient that a check takes."""
    x = np.linspace(0.5, 1.5, 38)

    def worst(h: float, central: bool, kind: type[np.floating]) -> float:
        step = kind(h)
        up, down = x.astype(kind) + step, x.astype(kind) - step * kind(central)
        ends = [np.exp(end.astype(float)).astype(kind) for end in (up, down)]
        quotient = (ends[0] - ends[1]) / (step * kind(1 + central))
        return float(np.max(np.abs(quotient.astype(float) / np.exp(x) - 1)))

    steps = 10.0 ** np.arange(-12, -0.9, 0.125)
    for central, kind, least, where in (
        (False, np.float64, 1e-8, 1e-8),
        (True, np.float64, 1e-11, 1e-5),
        (True, np.float32, 1e-5, 3e-3),
    ):
        used = [float(h) for h in steps if kind is np.float64 or h > 2e-7]
        errors = [worst(h, central, kind) for h in used]
        assert least / 3 < min(errors) < least * 3
        assert where / 3 < used[int(np.argmin(errors))] < where * 3
    assert 3e-3 < worst(1e-5, True, np.float32) < 8e-3 and says("with $h = 10^{-5}$ to about half a percent.")
    assert says(
        "Forward in float64 bottoms at 1e-8 near h = 1e-8, central in float64 at 1e-11 near h = 1e-5, central in float32 at only 1e-5 near h = 0.003."
    )


def test_rounding_where_entries_are_small() -> None:
    h, x = 1e-5, np.linspace(0.3, 1.2, 400)
    quotient = ((2 + 1e-5 * np.sin(x + h)) - (2 + 1e-5 * np.sin(x - h))) / (2 * h)
    error = np.max(np.abs(quotient / (1e-5 * np.cos(x)) - 1))
    assert 4e-6 < error < 6e-6 and error < 4 * (2.0**-53 * 2 / (h * 1e-5 * np.cos(1.2)))
    assert says(r"a right entry of $10^{-5}$ beside a loss of 2 shows errors up to $5 \times 10^{-6}$")


def test_kinks_compose_to_a_wrong_slope() -> None:
    def step(x: float) -> float:
        return 1.0 if x > 0 else 0.0

    assert all(max(w, 0.0) - max(-w, 0.0) == w for w in (-2.0, 0.0, 0.5))
    assert step(0.0) - -1 * step(-0.0) == 0
    assert step(0.0) * 0 == 0 and all((0 * x if x == 0 else x) == x for x in (-1.0, 0.0, 2.0))  # the branch at 0 has slope 0
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(0.0 * (0.5 / np.sqrt(np.float64(0.0))))  # the masked branch times an infinite slope


def test_a_step_along_a_negative_subgradient_can_go_up() -> None:
    def f(x: Array) -> float:
        return float(abs(x[0]) + 2 * abs(x[1]))

    at, g = np.array([1.0, 0.0]), np.array([1.0, 2.0])
    others = np.random.default_rng(8).normal(size=(500, 2)) * 3
    assert all(f(y) >= f(at) + g @ (y - at) - 1e-12 for y in others)
    assert says(f"$-0.1$ times it takes $f$ from {f(at):.0f} to ${f(at - 0.1 * g):.1f}$") and f(np.zeros(2)) < f(at)


def test_softmax_passes_back_a_product() -> None:
    rng = np.random.default_rng(9)
    z, g = rng.normal(size=(2, 5))
    p = softmax(z)
    assert p * (g - p @ g) == pytest.approx(slopes(lambda z: float(g @ softmax(z)), z), abs=1e-9)
    assert says(r"$\vect{p} \odot (\vect{g} - (\vect{p}^\T\vect{g})\vect{1})$")


def test_differentials_of_trace_determinant_and_inverse() -> None:
    rng = np.random.default_rng(10)
    A, X, D = rng.normal(size=(3, 4, 4))
    X = X + 3 * np.eye(4)
    inverse, h = np.linalg.inv(X), 1e-5
    assert slopes(lambda X: float(np.trace(A @ X)), X) == pytest.approx(A.T)
    assert slopes(lambda X: float(np.linalg.slogdet(X)[1]), X) == pytest.approx(inverse.T, abs=1e-8)
    moved = (np.linalg.inv(X + h * D) - np.linalg.inv(X - h * D)) / (2 * h)
    assert moved == pytest.approx(-inverse @ D @ inverse, abs=1e-7)
    assert says(r"here $\mat{A}^\T$ and $(\mat{X}^{-1})^\T$.")


def test_newton_iterates() -> None:
    x, seen = 0.0, []
    for _ in range(3):
        x -= (exp(x) - 2) / exp(x)
        seen.append(x)
    errors = [value - log(2) for value in seen]
    assert says(f"the iterates are ${seen[0]:.0f},\\; {seen[1]:.4f},\\; {seen[2]:.5f}$")
    assert says(f"the errors ${errors[0]:.3f},\\; {errors[1]:.4f},\\; {errors[2]:.4f}$")


def test_best_leaf() -> None:
    labels, penalty = [1, 1, 1, 0], 1.0
    G, H = sum(0.5 - y for y in labels), 0.25 * len(labels)
    best = -G / (H + penalty)
    grid = np.linspace(-2, 2, 4001)
    model = G * grid + (H + penalty) * grid**2 / 2
    assert grid[np.argmin(model)] == pytest.approx(best)
    assert -model.min() == pytest.approx(G**2 / (2 * (H + penalty)))
    assert says(f"$G = {G:g}$, $H = {H:g}$, so $w^\\star = {best:g}$, and the reduction is ${-model.min():.2f}$")
    left, right = (2 * -0.5, 2 * 0.25), (-0.5 + 0.5, 2 * 0.25)
    gain = sum(g * g / (2 * (h + penalty)) for g, h in (left, right)) - G**2 / (2 * (H + penalty))
    assert says(f"($G_L = {left[0]:g}$, $H_L = {left[1]:g}$; $G_R = {right[0]:g}$, $H_R = {right[1]:g}$)")
    assert says(rf"gains $\frac12(\frac{{1}}{{1.5}} - \frac12) = {gain:.3f}$ before")


def moments(values: Callable[[Array], Array]) -> tuple[float, float]:
    """Mean and variance over a standard normal, exact for polynomials of this degree."""
    points, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    mean = weights @ values(points)
    return float(mean), float(weights @ values(points) ** 2 - mean**2)


def test_variance_of_the_estimators() -> None:
    mu = 1.0
    path = moments(lambda e: 2 * (mu + e))
    plain, mean_reward, best = (moments(lambda e, c=c: ((mu + e) ** 2 - c) * e) for c in (0.0, 2.0, 4.0))  # type: ignore[misc]
    assert all(found[0] == pytest.approx(2 * mu) for found in (path, plain, mean_reward, best))
    assert says(f"gives $2x$, with variance {path[1]:.0f}; the score function gives $x^2(x - \\mu)$, with variance {plain[1]:.0f}.")
    assert says(f"brings it to {mean_reward[1]:.0f}; the best constant here is 4, with {best[1]:.0f}.")
    grid = [moments(lambda e, c=c: ((mu + e) ** 2 - c) * e)[1] for c in np.linspace(0, 8, 81)]  # type: ignore[misc]
    assert int(np.argmin(grid)) == 40
    assert grid[-1] > best[1] and moments(lambda e: ((mu + e) ** 2 - 20) * e)[1] > plain[1]  # a badly chosen one raises it


def test_noisy_argmax_samples_the_distribution() -> None:
    p = np.array([0.1, 0.6, 0.3])
    noise = -np.log(-np.log(np.random.default_rng(5).random((40_000, 3))))
    shares = np.bincount(np.argmax(np.log(p) + noise, axis=1), minlength=3) / 40_000
    assert shares == pytest.approx(p, abs=5 * 0.5 / sqrt(40_000))


def test_sorting_is_a_permutation_and_positions_have_slope_zero() -> None:
    at = np.array([0.3, -1.2, 2.0, 0.7])
    jacobian = columns(np.sort, at)
    assert jacobian == pytest.approx(np.eye(4)[np.argsort(at)])
    assert not slopes(lambda x: float(np.argsort(x)[-1]), at).any()


def test_vanishing_and_residual_bounds() -> None:
    assert says(f"at most $4^{{-10}} = {4**-10 * 1e7:.1f} \\times 10^{{-7}}$")
    assert says(f"a factor between ${0.9**10:.2f}$ and ${1.1**10:.1f}$")
    assert not (np.array([[2, 0], [0, 0]]) @ np.array([[0, 0], [0, 2]])).any()
    rng = np.random.default_rng(6)
    for _ in range(50):
        inner = rng.normal(size=(4, 4))
        inner *= 0.1 / np.linalg.norm(inner, 2)
        values = np.linalg.svd(np.eye(4) + inner, compute_uv=False)
        assert values.min() >= 0.9 - 1e-12 and values.max() <= 1.1 + 1e-12
        A, B = rng.normal(size=(2, 4, 4))
        assert np.linalg.norm(A @ B, 2) <= np.linalg.norm(A, 2) * np.linalg.norm(B, 2) + 1e-12


def test_batch_normalization_makes_gradients_of_plain_networks_grow() -> None:
    def growth(normalize: bool, seed: int, depth: int = 20, width: int = 256, batch: int = 128) -> float:
        rng = np.random.default_rng(seed)
        x, layers = rng.normal(size=(batch, width)), []
        for _ in range(depth):
            W = rng.normal(size=(width, width)) * sqrt(2 / width)
            z = x @ W
            spread = z.std(axis=0)
            if normalize:
                z = (z - z.mean(axis=0)) / spread
            layers.append((W, z, spread))
            x = np.maximum(z, 0)
        g = rng.normal(size=x.shape)
        start = np.linalg.norm(g)
        for W, z, spread in reversed(layers):
            g = g * (z > 0)
            if normalize:
                g = (g - g.mean(axis=0) - z * (g * z).mean(axis=0)) / spread
            g = g @ W.T
        return float(np.linalg.norm(g) / start)

    assert all(25 < growth(True, seed) < 30 for seed in range(3)) and says("it was nearly 30 times, and about 1 without it.")
    assert all(0.7 < growth(False, seed) < 1.3 for seed in range(3))


def test_largest_eigenvalue_and_transient_growth() -> None:
    both = np.diag([0.5, -2.0])
    assert max(np.linalg.eigvals(both)) < 1 and np.linalg.norm(np.linalg.matrix_power(both, 20) @ [1, 1]) > 1e5
    late = np.array([[0.5, 10.0], [0, 0.5]])  # eigenvalues below one, a singular value above it
    assert np.linalg.norm(late @ [0, 1]) > 10 and np.linalg.norm(np.linalg.matrix_power(late, 60)) < 1e-9


def test_implicit_and_envelope_derivatives() -> None:
    def solution(penalty: float) -> float:
        return 6 / (2 + penalty)

    def value(w: float, penalty: float) -> float:
        return w * w - 6 * w + penalty * w * w / 2

    h, w = 1e-5, solution(1.0)
    assert w == 2 and says(r"$w^\star = 6/(2 + \lambda) = 2$")
    moved = (solution(1 + h) - solution(1 - h)) / (2 * h)
    assert moved == pytest.approx(-2 / 3) == pytest.approx(-w / (2 + 1))
    assert says(r"-w/(2 + \lambda) = -\frac23")
    total = (value(solution(1 + h), 1 + h) - value(solution(1 - h), 1 - h)) / (2 * h)
    assert total == pytest.approx(w * w / 2) == pytest.approx(18 / 9)
    assert value(w, 1.0) == pytest.approx(-18 / (2 + 1))
    rng = np.random.default_rng(7)  # several unknowns: g = A x - theta c + x^3, entry by entry
    A, c = np.eye(3) * 4 + rng.normal(size=(3, 3)) / 4, rng.normal(size=3)

    def root(theta: float) -> Array:
        x = np.zeros(3)
        for _ in range(50):
            x = x - np.linalg.solve(A + np.diag(3 * x**2), A @ x - theta * c + x**3)
        return x

    by_difference = (root(1 + h) - root(1 - h)) / (2 * h)
    x = root(1.0)
    J = A + np.diag(3 * x**2)
    assert by_difference == pytest.approx(-np.linalg.solve(J, -c), rel=1e-6)
    assert says(r"solve the **adjoint** system $\mat{A}^\T\vect{a} = \nabla_{\vect{x}} V$ once")


def test_one_adjoint_solve_for_many_parameters() -> None:
    rng = np.random.default_rng(11)
    n, p = 4, 3
    A, B, u = np.eye(n) * 4 + rng.normal(size=(n, n)) / 4, rng.normal(size=(n, p)), rng.normal(size=n)

    def root(theta: Array) -> Array:  # of g = A x + x^3 + B theta
        x = np.zeros(n)
        for _ in range(50):
            x = x - np.linalg.solve(A + np.diag(3 * x**2), A @ x + x**3 + B @ theta)
        return x

    def V(theta: Array) -> float:  # with a direct part
        return float(u @ root(theta) ** 2 + theta @ theta)

    theta = rng.normal(size=p)
    x = root(theta)
    a = np.linalg.solve((A + np.diag(3 * x**2)).T, 2 * u * x)
    assert 2 * theta - B.T @ a == pytest.approx(slopes(V, theta), rel=1e-6)


def test_memory_of_checkpoints() -> None:
    layers = 64

    def peak(k: int, r: float) -> float:
        return r * layers / k + k

    assert min((1, 2, 4, 8, 16, 32, 64), key=lambda k: peak(k, 1)) == 8 == sqrt(layers)
    assert says(f"{layers} GB stored in full. With $r = 1$: $8 + 8 = {peak(8, 1):g}$ GB at $k = 8$.")
    r = 1 / 17
    assert 34 / 2 == 17 and min(range(1, 65), key=lambda k: peak(k, r)) == 2
    assert says(f"With $r = 1/17$: ${peak(8, r):.1f}$ GB at $k = 8$, ${peak(1, r):.1f}$ at $k = 1$, ${peak(2, r):.1f}$ at $k = 2$.")
    assert says(f"from 3 units to 4, by {100 * (4 / 3 - 1):.0f}%")
