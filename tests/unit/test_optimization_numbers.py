"""Recomputes the numbers in the text of the chapter on optimization, and checks its formulas numerically.

Phrases of the page are built from computations, so a test fails when either changes. Numbers of the questions have proofs of
their own, and the notebook asserts its measurements.
"""

from __future__ import annotations

import importlib.util
from itertools import combinations, permutations, product
from math import acosh, ceil, cosh, exp, hypot, log, sqrt
from pathlib import Path
from statistics import NormalDist
from types import ModuleType

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs/math"
PAGE = " ".join((DOCS / "optimization.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()
MILLION = log(1e6)


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def steps_to_a_millionth(factor: float) -> int:
    return ceil(MILLION / -log(factor))


def numerical_hessian(f, x: np.ndarray, h: float = 1e-4) -> np.ndarray:  # type: ignore[no-untyped-def]
    d = len(x)
    unit = np.eye(d) * h
    return np.array(
        [
            [
                (f(x + unit[i] + unit[j]) - f(x + unit[i] - unit[j]) - f(x - unit[i] + unit[j]) + f(x - unit[i] - unit[j])) / (4 * h * h)
                for j in range(d)
            ]
            for i in range(d)
        ]
    )


def test_the_smallest_network_is_not_convex() -> None:
    def f(w: np.ndarray) -> float:
        return float((1 - w[0] * w[1]) ** 2)

    assert f(np.array([1, 1])) == f(np.array([-1, -1])) == 0
    assert f(np.zeros(2)) == 1
    hessian = numerical_hessian(f, np.zeros(2))
    assert np.allclose(hessian, [[0, -2], [-2, 0]], atol=1e-6)
    assert np.allclose(np.linalg.eigvalsh(hessian), [-2, 2], atol=1e-6)
    assert says(r"\begin{pmatrix} 0 & -2 \\ -2 & 0 \end{pmatrix}$ has eigenvalues $2$ and $-2$")


def test_hessian_of_the_logistic_loss() -> None:
    rng = np.random.default_rng(1)
    data, labels, w = rng.normal(size=(12, 3)), rng.integers(2, size=12), rng.normal(size=3)

    def loss(w: np.ndarray) -> float:
        logits = data @ w
        return float(np.sum(np.logaddexp(0, logits) - labels * logits))

    p = 1 / (1 + np.exp(-data @ w))
    assert np.allclose(numerical_hessian(loss, w), data.T @ np.diag(p * (1 - p)) @ data, atol=1e-5)


def test_steps_of_gradient_descent_at_condition_number_100() -> None:
    assert says(f"The best step is $2/101 = {2 / 101:.4f}$ with factor $99/101$")
    assert says(rf"$\ln 10^6 / \ln\frac{{101}}{{99}} = {steps_to_a_millionth(99 / 101)}$ steps. With $1/L$ it takes {steps_to_a_millionth(0.99):,}.")
    assert says(f"only 1.5% above the best, the sharp direction has $1 - 2.01 = {1 - 0.0201 * 100:.2f}$")
    assert round(100 * (0.0201 / (2 / 101) - 1), 1) == 1.5


def test_two_over_the_largest_eigenvalue_is_the_border_and_the_best_step_is_best() -> None:
    rng = np.random.default_rng(2)
    half = rng.normal(size=(6, 6))
    matrix = half @ half.T + 0.1 * np.eye(6)
    eigenvalues = np.linalg.eigvalsh(matrix)
    low, high = eigenvalues[0], eigenvalues[-1]

    def factor(eta: float) -> float:
        return float(np.abs(np.linalg.eigvalsh(np.eye(6) - eta * matrix)).max())

    assert factor(1.999 / high) < 1 < factor(2.001 / high)
    best = factor(2 / (low + high))
    assert best == pytest.approx((high - low) / (high + low))
    assert all(factor(eta) >= best - 1e-12 for eta in np.linspace(0.01, 2.2, 200) / high)


@pytest.mark.parametrize(
    ("matrix", "tex", "kappa"),
    [
        ([[1e4, 0], [0, 1]], r"$\diag(10^4, 1)$", "10,000"),
        ([[1, 10], [10, 101]], r"$\begin{pmatrix} 1 & 10 \\ 10 & 101 \end{pmatrix}$", "10,402"),
        ([[1, 0.9], [0.9, 1]], r"$\begin{pmatrix} 1 & 0.9 \\ 0.9 & 1 \end{pmatrix}$", "19"),
    ],
)
def test_ravines_in_the_data(matrix: list[list[float]], tex: str, kappa: str) -> None:
    assert f"{np.linalg.cond(np.array(matrix)):,.0f}" == kappa
    assert says(f"| {tex} | {kappa} |")


def test_guarantees_after_t_steps() -> None:
    assert ceil(1 / (2 * 1e-6)) == 500_000
    assert says("Smooth: 500,000.")
    accelerated = ceil(sqrt(2 / 1e-6) - 1)
    assert says(f"Accelerated: {accelerated:,}.")
    assert 2 / (accelerated + 1) ** 2 <= 1e-6 < 2 / accelerated**2
    last = ceil(log(0.5 / 1e-6) / -log(0.99))
    assert says(rf"Strongly convex with $\kappa = 100$ and the largest gap possible at the start, $LR^2/2 = \frac12$: {last:,}.")
    assert 0.5 * 0.99**last <= 1e-6 < 0.5 * 0.99 ** (last - 1)
    assert round((1 / 1e-6) ** 2) == 10**12


def test_rates_hold_on_a_smooth_convex_function() -> None:
    # Sum of ln cosh: 1-smooth, minimum 0 at the origin, not strongly convex on the whole space.
    x = np.array([3.0, -8.0])
    distance, value = float(np.linalg.norm(x)), lambda x: float(np.sum(np.log(np.cosh(x))))
    first, smallest = value(x), np.inf
    y, before = x.copy(), x.copy()
    t = 1.0
    for step in range(1, 200):
        smallest = min(smallest, float(np.sum(np.tanh(x) ** 2)))
        new = x - np.tanh(x)
        assert value(new) <= value(x) - 0.5 * np.sum(np.tanh(x) ** 2) + 1e-12  # the descent inequality at 1/L
        x = new
        assert value(x) <= distance**2 / (2 * step)
        assert smallest <= 2 * first / step
        ahead, t_next = y - np.tanh(y), (1 + sqrt(1 + 4 * t * t)) / 2
        y, before, t = ahead + (t - 1) / t_next * (ahead - before), ahead, t_next
        assert value(before) <= 2 * distance**2 / (step + 1) ** 2


def test_the_simple_schedule_of_nesterov_has_the_bound_of_the_table() -> None:
    before = x = np.array([3.0, -8.0])
    squared = float(x @ x)
    for t in range(300):
        y = x + (t - 1) / (t + 2) * (x - before)
        before, x = x, y - np.tanh(y)
        assert float(np.sum(np.log(np.cosh(x)))) <= 2 * squared / (t + 2) ** 2  # T = t + 1 steps
    assert says(r"$\beta_t = \frac{t-1}{t+2}$")


def test_escape_from_a_saddle() -> None:
    assert says(rf"$\ln 10^6/\ln 1.01 = {ceil(MILLION / log(1.01)):,}$ steps".replace(",", "{,}", 1))
    gradient, hessian = np.array([0.7, 1.3]), np.diag([1.0, -1.0])  # of (x² - y²)/2 at (0.7, -1.3)
    assert np.allclose(np.array([0.7, -1.3]) - np.linalg.solve(hessian, gradient), 0)


def test_few_random_symmetric_matrices_are_positive_definite() -> None:
    rng = np.random.default_rng(3)
    for d in (2, 3, 4):
        half = rng.normal(size=(60_000, d, d))
        share = float(np.mean(np.linalg.eigvalsh(half + half.transpose(0, 2, 1))[:, 0] > 0))
        assert share < 2.0**-d
    assert says(f"about $e^{{-{log(3) / 4:.2f} d^2}}$")


def test_variance_of_a_mini_batch() -> None:
    gradients = [1.0, 2.0, 4.0, 9.0, 11.0]
    n, batch = len(gradients), 3
    mean = sum(gradients) / n
    sigma2 = sum((g - mean) ** 2 for g in gradients) / n
    without = [(sum(c) / batch - mean) ** 2 for c in combinations(gradients, batch)]
    with_ = [(sum(c) / batch - mean) ** 2 for c in product(gradients, repeat=batch)]
    assert sum(without) / len(without) == pytest.approx(sigma2 / batch * (n - batch) / (n - 1))
    assert sum(with_) / len(with_) == pytest.approx(sigma2 / batch)
    assert says(f"the variance is $900/999 = {900 / 999:.2f}$ of that with")
    # The first batch of a shuffle is unbiased; the last one, given the first, is not.
    shuffles = list(permutations(gradients))
    assert sum(s[0] for s in shuffles) / len(shuffles) == pytest.approx(mean)
    assert sum(gradients[1:]) / (n - 1) != pytest.approx(mean)


def test_noise_floor() -> None:
    for eta, shown in ((0.1, "0.053"), (0.01, "0.0050")):
        v = 0.0
        for _ in range(5000):
            v = (1 - eta) ** 2 * v + eta**2
        assert v == pytest.approx(eta / (2 - eta))
        assert float(shown) == pytest.approx(v, abs=10.0 ** -(len(shown) - 2) / 2)
        assert says(shown)


def floor_of_the_heavy_ball(eta: float, beta: float, rounds: int) -> float:
    step = np.array([[1 + beta - eta, -beta], [1, 0]])
    covariance = np.zeros((2, 2))
    for _ in range(rounds):
        covariance = step @ covariance @ step.T + np.diag([eta**2, 0])
    return float(covariance[0, 0])


def test_momentum_has_about_the_noise_floor_of_plain_steps_if_steps_are_small() -> None:
    plain = 0.01 / (2 - 0.01)
    assert floor_of_the_heavy_ball(0.001, 0.9, 20_000) == pytest.approx(plain, rel=0.02)
    # Not for large ones: at 0.19 plain steps of 1.9 have a floor of 19, and beyond 0.2 they diverge.
    assert floor_of_the_heavy_ball(0.19, 0.9, 2000) == pytest.approx(1.0, rel=0.01)
    assert round(1.9 / (2 - 1.9)) == 19
    assert says(r"as long as $\eta\lambda/(1-\beta)$ is small")


def roots(total: float, product_: float) -> list[complex]:
    return [complex(r) for r in np.roots([1, -total, product_])]


def test_heavy_ball_and_nesterov_by_their_roots() -> None:
    kappa = 100.0
    r = sqrt(kappa)
    eta, beta = 4 / (r + 1) ** 2, ((r - 1) / (r + 1)) ** 2
    for curvature in np.linspace(1.01, 99.9, 50):  # inside the borders, so complex
        assert all(abs(z) == pytest.approx(sqrt(beta)) for z in roots(1 + beta - eta * curvature, beta))
    assert (1 - sqrt(beta)) ** 2 == pytest.approx(eta * 1)
    assert (1 + sqrt(beta)) ** 2 == pytest.approx(eta * kappa)
    for beta_ in (0.0, 0.5, 0.9):
        assert max(abs(z) for z in roots(1 + beta_ - 2 * (1 + beta_) * 0.999, beta_)) < 1
        assert max(abs(z) for z in roots(1 + beta_ - 2 * (1 + beta_) * 1.001, beta_)) > 1
    for beta_ in (0.5, 0.9):  # between the borders: real and negative, and still stable
        strip = roots(1 + beta_ - ((1 + sqrt(beta_)) ** 2 + 2 * (1 + beta_)) / 2, beta_)
        assert all(z.imag == 0 and -1 < z.real < 0 for z in strip)
    b = (r - 1) / (r + 1)
    sizes = []
    for curvature in np.linspace(1, 100, 200):
        q = 1 - curvature / kappa
        sizes.append(max(abs(z) for z in roots((1 + b) * q, b * q)))
        if 1 < curvature < 100:
            assert sizes[-1] == pytest.approx(sqrt(b * q), abs=1e-6)
    assert max(sizes) == pytest.approx(1 - 1 / r, abs=1e-6)
    counts = [steps_to_a_millionth(f) for f in (99 / 101, 0.9, 9 / 11)]
    assert says(f"A factor of $10^{{-6}}$ at these rates takes {counts[0]}, {counts[1]} and {counts[2]} steps")
    assert says(f"heavy ball $9/11 = {9 / 11:.2f}$")


def test_two_more_ways_to_the_root_of_the_condition_number() -> None:
    bounds = [1 / cosh(t * acosh(101 / 99)) for t in (72, 73)]  # Chebyshev's polynomial on [1, 100], scaled to 1 at 0
    assert bounds[1] <= 1e-6 < bounds[0]
    assert says("Chebyshev's for $\\mu$ and $L$, needs 73 in the example, in place of 691")
    cosines = np.cos((2 * np.arange(73) + 1) * np.pi / 146)
    steps = 1 / (101 / 2 + 99 / 2 * cosines)
    curvatures = np.linspace(1, 100, 2000)
    assert np.abs(np.prod(1 - np.outer(curvatures, steps), axis=1)).max() == pytest.approx(bounds[1], rel=1e-3)
    assert steps.max() > 40 * 2 / 100
    # Conjugate gradients, six steps in six dimensions.
    rng = np.random.default_rng(9)
    half = rng.normal(size=(6, 6))
    matrix, b, x = half @ half.T + np.eye(6), rng.normal(size=6), np.zeros(6)
    residual = direction = b
    for _ in range(6):
        length = residual @ residual / (direction @ matrix @ direction)
        x, new = x + length * direction, residual - length * matrix @ direction
        direction, residual = new + (new @ new) / (residual @ residual) * direction, new
    assert np.allclose(matrix @ x, b)


def test_the_step_in_a_trust_region() -> None:
    gradient, hessian = np.array([1.0, -0.5]), np.diag([1.0, -1.0])  # of (x² - y²)/2 at (1, 0.5)
    assert np.allclose(np.linalg.solve(hessian, -gradient), [-1, -0.5])
    angles = np.linspace(0, 2 * np.pi, 1_000_001)
    circle = np.array([np.cos(angles), np.sin(angles)])
    best = circle[:, (gradient @ circle + (circle[0] ** 2 - circle[1] ** 2) / 2).argmin()]
    nu = -gradient[0] / best[0] - 1
    assert np.allclose((hessian + nu * np.eye(2)) @ best, -gradient, atol=1e-4)
    assert says(rf"$\nu = {nu:.2f}$ and the step is $({best[0]:.2f}, {best[1]:.2f})$")


def test_a_deeper_linear_network_has_a_saddle_without_negative_curvature() -> None:
    def f(w: np.ndarray) -> float:
        return float((1 - w.prod()) ** 2)

    assert np.allclose(numerical_hessian(f, np.zeros(3)), 0, atol=1e-3)
    assert f(np.full(3, 0.1)) < f(np.zeros(3)) < f(np.array([0.1, 0.1, -0.1]))  # neither minimum nor maximum


def test_the_direction_on_separable_data_tends_to_the_largest_margin() -> None:
    rows = np.array([[2.5, 0.5], [1.0, 2.0]])  # rows times labels; the largest margin is along (1, 1)
    w, angles = np.zeros(2), []
    for step in range(1, 20_001):
        w += 0.05 * rows.T @ (1 / (1 + np.exp(rows @ w))) / 2
        if step in (200, 2000, 20_000):
            angles.append(abs(np.arctan2(w[1], w[0]) - np.pi / 4))
    assert angles == sorted(angles, reverse=True)
    scaled = [angle * log(t) for angle, t in zip(angles, (200, 2000, 20_000), strict=True)]
    assert max(scaled) < 1.5 * min(scaled)  # like 1 / ln t


def test_descent_from_zero_finds_the_shortest_least_squares_solution() -> None:
    rng = np.random.default_rng(10)
    data, y, w = rng.normal(size=(4, 9)), rng.normal(size=4), np.zeros(9)
    for _ in range(20_000):
        w -= 0.1 * data.T @ (data @ w - y) / 4
    assert np.allclose(w, np.linalg.pinv(data) @ y)


def test_the_score_function_has_the_gradient_of_the_expected_reward() -> None:
    def expected(theta: float, rewards: tuple[float, float]) -> float:
        p = 1 / (1 + exp(-theta))
        return (1 - p) * rewards[0] + p * rewards[1]

    theta, rewards = 0.4, (10.0, 11.0)
    p = 1 / (1 + exp(-theta))
    scores = (-p, 1 - p)  # of ln(1 - p) and ln p
    slope = (expected(theta + 1e-5, rewards) - expected(theta - 1e-5, rewards)) / 2e-5
    variances = []
    for baseline in (0.0, 10.5):
        terms = [(r - baseline) * s for r, s in zip(rewards, scores, strict=True)]
        mean = (1 - p) * terms[0] + p * terms[1]
        assert mean == pytest.approx(slope)
        variances.append((1 - p) * terms[0] ** 2 + p * terms[1] ** 2 - mean**2)
    assert variances[1] < variances[0] / 100


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("momentum_ravine", DOCS / "figures/momentum-ravine.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figure_shows_what_its_text_says() -> None:
    figure = drawing()
    errors = {name: [hypot(*p) / sqrt(2) for p in getattr(figure, name)(100, 700, (1.0, 1.0))] for name in ("plain", "nesterov", "heavy_ball")}
    reached = {name: next(i for i, e in enumerate(run) if e <= 1e-6) for name, run in errors.items()}
    assert says(f"gradient descent is at {errors['plain'][200]:.3f} after 200 steps, Nesterov at a millionth after {reached['nesterov']}")
    assert says(f"the heavy ball after {reached['heavy_ball']}, having first risen to {max(errors['heavy_ball']):.1f}.")
    assert reached["heavy_ball"] < 100
    assert says("from 691 to fewer than a hundred for six digits")


def test_newton_on_two_functions() -> None:
    x, errors = 0.0, []
    for _ in range(4):
        x -= (exp(x) - 2) / exp(x)
        errors.append(abs(x - log(2)))
    assert [f"{e:.1g}" for e in errors] == ["0.3", "0.04", "0.0009", "4e-07"]
    assert says(rf"errors go on ${errors[0]:.2f}$, ${errors[1]:.3f}$, ${errors[2]:.4f}$, $4 \times 10^{{-7}}$")
    for start in (0.5, 1.7):
        h = 1e-4
        f = [sqrt(1 + (start + k * h) ** 2) for k in (-1, 0, 1)]
        step = ((f[2] - f[0]) / (2 * h)) / ((f[2] - 2 * f[1] + f[0]) / h**2)
        assert start - step == pytest.approx(-(start**3), rel=1e-4)


def test_memory_of_second_order_methods() -> None:
    assert 1e6**2 * 8 == 8e12
    assert says("the Hessian takes $8$ TB, and L-BFGS with $k = 10$ takes $160$ MB")
    assert 2 * 10 * 1e6 * 8 == 160e6
    assert 100_000**2 * 8 == 80e9
    assert says("80 GB for 100,000 rows in float64")


def test_backtracking_on_the_fourth_power() -> None:
    assert (1 - 4) ** 4 == 81
    assert (1 - 0.5 * 4) ** 4 == 1
    assert says(rf"Armijo asks for at most $1 - 10^{{-4}} \cdot \frac12 \cdot 16 = {1 - 1e-4 * 0.5 * 16:.4f}$")


def test_exact_line_search_is_as_slow_as_the_best_fixed_step() -> None:
    kappa = 50.0
    matrix = np.diag([1.0, kappa])
    x = np.array([kappa, 1.0])
    for _ in range(5):
        g = matrix @ x
        new = x - (g @ g) / (g @ matrix @ g) * g
        assert (new @ matrix @ new) / (x @ matrix @ x) == pytest.approx(((kappa - 1) / (kappa + 1)) ** 2)
        x = new


def test_the_small_constrained_problem() -> None:
    def least(bound: float) -> float:
        return 2 * (bound / 2) ** 2

    assert least(1) == 0.5
    assert says(f"$f^*$ falls to ${least(0.9):.3f}$, by ${least(1) - least(0.9):.3f}")
    grid = np.linspace(0, 3, 3001)
    dual = grid - grid**2 / 2
    assert grid[dual.argmax()] == pytest.approx(1)
    assert dual.max() == pytest.approx(0.5)


def test_the_svm_of_two_points() -> None:
    for c, alpha, value in ((10.0, 0.5, 0.5), (0.1, 0.1, 0.18)):
        grid = np.linspace(0, min(c, 3), 30_001)
        dual = 2 * grid - 2 * grid**2
        assert grid[dual.argmax()] == pytest.approx(alpha, abs=1e-4)
        w = 2 * alpha
        primal = 0.5 * w**2 + c * 2 * max(0.0, 1 - w)
        assert primal == pytest.approx(value)
        assert dual.max() == pytest.approx(value, abs=1e-8)
        # No other weight and offset does better.
        ws, bs = np.meshgrid(np.linspace(-1, 2, 301), np.linspace(-1.5, 1.5, 301))
        everywhere = 0.5 * ws**2 + c * (np.maximum(0, 1 - ws - bs) + np.maximum(0, 1 - ws + bs))
        assert everywhere.min() >= value - 1e-9
    # At C = 0.1 every offset from -0.8 to 0.8 is optimal, and none beyond.
    offsets = {b: 0.02 + 0.1 * (max(0, 0.8 - b) + max(0, 0.8 + b)) for b in (-0.81, -0.8, 0.3, 0.8, 0.81)}
    assert [b for b, value in offsets.items() if value < 0.18 + 1e-9] == [-0.8, 0.3, 0.8]
    assert says("every $b$ from $-0.8$ to $0.8$ is optimal")
    assert says(r"The dual value is $0.2 - 0.02 = 0.18$; the primal, with $b = 0$ and slacks $0.8$, is $0.02 + 0.1 \times 1.6 = 0.18$.")


def soft(v: float, tau: float) -> float:
    return float(np.sign(v) * max(abs(v) - tau, 0))


def test_soft_thresholding_and_ridge_shrinkage() -> None:
    grid = np.linspace(-2, 2, 400_001)
    for v, tau in ((0.8, 0.3), (-0.2, 0.3), (-1.1, 0.25)):
        assert grid[(tau * np.abs(grid) + 0.5 * (grid - v) ** 2).argmin()] == pytest.approx(soft(v, tau), abs=1e-5)
    assert soft(0.8, 0.3) == pytest.approx(0.5)
    assert soft(-0.2, 0.3) == 0
    assert says(f"gives $0.8/1.3 = {0.8 / 1.3:.2f}$ and ${-0.2 / 1.3:.2f}$")


def test_coordinate_descent_needs_a_separable_kink() -> None:
    def f(x: float, y: float) -> float:
        return abs(x + y) + 3 * abs(x - y)

    assert f(1, 1) == 2
    assert f(0, 0) == 0
    assert all(f(1 + t, 1) >= 2 and f(1, 1 + t) >= 2 for t in np.linspace(-3, 3, 601))


def test_coordinate_descent_solves_the_lasso_and_all_weights_vanish_at_the_largest_penalty() -> None:
    rng = np.random.default_rng(4)
    data, n = rng.normal(size=(40, 5)), 40
    y = data @ np.array([1.0, -2, 0, 0, 0.3]) + rng.normal(size=n)

    def solve(penalty: float) -> np.ndarray:
        w = np.zeros(5)
        for _ in range(200):
            for j in range(5):
                residual = y - data @ w + data[:, j] * w[j]
                w[j] = soft(float(data[:, j] @ residual) / n, penalty) / (data[:, j] @ data[:, j] / n)
        return w

    largest = float(np.abs(data.T @ y).max()) / n
    assert not solve(largest * 1.0001).any()
    assert solve(largest * 0.99).any()
    w = solve(0.3)
    slopes = data.T @ (data @ w - y) / n
    assert np.allclose(slopes[w != 0], -0.3 * np.sign(w[w != 0]))
    assert (np.abs(slopes[w == 0]) <= 0.3 + 1e-9).all()
    assert (w == 0).any()


def test_early_stopping_against_ridge() -> None:
    stopped = [1 - (1 - 0.1 * e) ** 100 for e in (1, 0.1, 0.01)]
    ridge = [e / (e + 0.1) for e in (1, 0.1, 0.01)]
    assert says(f"| early stopping | {stopped[0]:.2f} | {stopped[1]:.2f} | {stopped[2]:.3f} |")
    assert says(f"| ridge | {ridge[0]:.2f} | {ridge[1]:.2f} | {ridge[2]:.3f} |")
    rng = np.random.default_rng(5)
    data, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    gram = data.T @ data / 30
    w = np.zeros(4)
    for _ in range(25):
        w -= 0.1 * (gram @ w - data.T @ y / 30)
    values, vectors = np.linalg.eigh(gram)
    exact = vectors.T @ np.linalg.solve(gram, data.T @ y / 30)
    assert np.allclose(vectors.T @ w, (1 - (1 - 0.1 * values) ** 25) * exact)
    # A stable step above 1 over the eigenvalue overshoots, which is no shrinkage.
    assert [1 - (1 - 1.5) ** t for t in (1, 2, 3)] == [1.5, 0.75, 1.125]


def test_expected_improvement() -> None:
    shown = []
    for m, s in ((0.9, 0.1), (1.05, 0.4)):
        z = (1 - m) / s
        improvement = (1 - m) * NORMAL.cdf(z) + s * NORMAL.pdf(z)
        draws = np.random.default_rng(6).normal(m, s, 400_000)
        assert np.maximum(0, 1 - draws).mean() == pytest.approx(improvement, rel=0.01)
        shown.append(f"{improvement:.3f}")
    assert says(f"Candidate A: $m = 0.9$, $s = 0.1$, EI $= {shown[0]}$. Candidate B: $m = 1.05$, $s = 0.4$, EI $= {shown[1]}$.")


def test_random_search() -> None:
    assert says(f"$1 - 0.95^{{60}} = {1 - 0.95**60:.3f}$")


def test_numbers_of_the_spoken_answers() -> None:
    assert says(f"a tenfold reduction takes {round(log(10) / -log(0.999), -2):,.0f} steps")
    assert says("a curvature above 20")
    assert 2 / 0.1 == 20


def test_no_rescaling_of_two_features_improves_a_diagonal_ravine() -> None:
    kappas = [float(np.linalg.cond(np.diag([1, s]) @ np.array([[1, 0.9], [0.9, 1]]) @ np.diag([1, s]))) for s in np.geomspace(0.05, 20, 401)]
    assert min(kappas) == pytest.approx(19)
    assert kappas[200] == pytest.approx(19)


def test_the_heavy_ball_can_cycle_on_a_smooth_strongly_convex_function() -> None:
    def slope(x: float) -> float:  # continuous, between 1 and 25 times steep
        return 25 * x if x < 1 else x + 24 if x < 2 else 25 * x - 24

    eta, beta = 4 / 36, (4 / 6) ** 2
    before, x, late = 3.3, 3.3, []
    for step in range(4000):
        before, x = x, x + beta * (x - before) - eta * slope(x)
        if step >= 3990:
            late.append(abs(x))
    assert min(late) > 0.5
    x = 3.3
    for _ in range(400):
        x -= 2 / 26 * slope(x)
    assert abs(x) < 1e-6


def test_shuffling_beats_independent_draws_on_a_strongly_convex_average() -> None:
    rng = np.random.default_rng(8)
    n, runs, eta = 30, 60, 0.02
    steep, centers = rng.uniform(0.5, 2, n), rng.normal(size=n)
    best = float(steep @ centers / steep.sum())
    errors = []
    for shuffled in (False, True):
        x = np.full(runs, 3.0)
        for _ in range(60):
            rows = rng.permuted(np.tile(np.arange(n), (runs, 1)), axis=1) if shuffled else rng.integers(n, size=(runs, n))
            for i in rows.T:
                x -= eta * steep[i] * (x - centers[i])
        errors.append(float(np.mean((x - best) ** 2)))
    assert errors[1] < errors[0] / 2
