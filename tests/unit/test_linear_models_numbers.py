"""Recomputes the numbers in the text of the chapter on linear models.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import runpy
from math import ceil, comb, exp, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs/ml"
PAGE = " ".join((DOCS / "linear-models.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def figure(name: str) -> dict[str, Any]:
    return runpy.run_path(str(DOCS / f"figures/{name}.py"), run_name="figure")


def test_an_omitted_feature_and_a_noisy_one() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=200_000)
    other = 0.5 * x + rng.normal(size=x.size)
    y = 2 * x + 3 * other + rng.normal(size=x.size)
    assert says(rf"give $2 + 3 \cdot 0.5 = {2 + 3 * 0.5}$") and np.polyfit(x, y, 1)[0] == pytest.approx(3.5, abs=0.03)
    blurred = x + 0.5 * rng.normal(size=x.size)
    assert says(rf"${1 / (1 + 0.5**2)}$ for standard deviations 1 and $0.5$")
    assert np.polyfit(blurred, 2 * x, 1)[0] == pytest.approx(2 * 0.8, abs=0.02)


def test_costs_of_fitting() -> None:
    n, d = 10**6, 1000
    assert n * d**2 == 10**12 and 4 * n * d == 4 * 10**9 and n * d**2 // (4 * n * d) == 250
    assert says(r"one gradient step $4 \cdot 10^9$: 250 steps") and n * d * 8 == 8 * 10**9 and d * d * 8 == 8 * 10**6
    x = np.array([[1.0, 1.0], [1e-8, 0.0], [0.0, 1e-8]])
    assert np.linalg.cond(x) == pytest.approx(sqrt(2 + 1e-16) / 1e-8, rel=1e-6)
    assert (x.T @ x == 1).all()  # normal equations square the condition number
    q, r = np.linalg.qr(x)
    assert np.linalg.solve(r, q.T @ (x @ np.array([3.0, -1.0]))) == pytest.approx(np.array([3.0, -1.0]), abs=1e-5)


def test_variance_inflation() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(100, 2))
    x -= x.mean(axis=0)
    x = np.linalg.qr(x)[0] * sqrt(99)  # uncorrelated, variance 1
    x[:, 1] = 0.95 * x[:, 0] + sqrt(1 - 0.95**2) * x[:, 1]
    covariance = np.linalg.inv(x.T @ x)
    factor = 1 / (1 - 0.95**2)
    assert covariance[0, 0] == pytest.approx(factor / 99)
    assert says(rf"1/(1 - 0.9025) = {factor:.1f}$: standard errors grow by $\sqrt{{10.3}} = {sqrt(factor):.1f}$, to ${sqrt(factor / 99):.2f}$")
    both, apart = np.array([1, 1]), np.array([1, -1])
    total, difference = sqrt(both @ covariance @ both), sqrt(apart @ covariance @ apart)
    assert total == pytest.approx(sqrt(2 / (99 * 1.95))) and difference == pytest.approx(sqrt(2 / (99 * 0.05)))
    assert says(rf"$\sqrt{{2/(99 \cdot 1.95)}} = {total:.2f}$, their *difference* $\sqrt{{2/(99 \cdot 0.05)}} = {difference:.2f}$")
    assert says(f"with standard error ${total:.2f}$, a shift by $(1, -1)$ with ${difference:.2f}$")
    assert 1 / (1 - 0.98**2) > 25 and says("the VIF is at least 25") and says("at least five times")


def test_predictions_do_not_depend_on_an_invertible_map_of_features() -> None:
    rng = np.random.default_rng(2)
    x, y, new, mix = rng.normal(size=(40, 3)), rng.normal(size=40), rng.normal(size=(5, 3)), rng.normal(size=(3, 3))
    plain = new @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert new @ mix @ np.linalg.lstsq(x @ mix, y, rcond=None)[0] == pytest.approx(plain)
    assert np.trace(x @ np.linalg.inv(x.T @ x) @ x.T) == pytest.approx(3)  # the variance of the fit averages sigma^2 d / n


def test_ridge_intercept_and_units() -> None:
    x, y, penalty = np.array([1.0, 2.0, 3.0]), np.array([12.0, 14.0, 16.0]), 2.0
    xc, yc = x - 2, y - 14
    assert xc @ yc == 4 and xc @ xc == 2 and says("OLS has slope 2, ridge $4/(2 + 2) = 1$ and $b = 14 - 1 \\cdot 2 = 12$")
    per_cm = (100 * xc) @ yc / ((100 * xc) @ (100 * xc) + penalty)
    assert says(rf"$400/(20{{,}}000 + 2)$ per cm, ${100 * per_cm:.4f}$ per meter")
    columns = np.column_stack([np.ones(3), x])
    b, w = np.linalg.solve(columns.T @ columns + penalty * np.eye(2), columns.T @ y)
    assert says(f"the minimizer is $b = {b:.2f}$, $w = {w:.2f}$") and says(rf"at $\bar x = 2$ is ${b + 2 * w:.1f}$ instead of 14")


def test_ridge_shrinks_along_singular_vectors() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    _, s, vt = np.linalg.svd(x, full_matrices=False)
    ridge = np.linalg.solve(x.T @ x + 5 * np.eye(4), x.T @ y)
    assert vt @ ridge == pytest.approx((vt @ np.linalg.lstsq(x, y, rcond=None)[0]) * s**2 / (s**2 + 5))


def test_three_penalties_on_an_orthonormal_design() -> None:
    grid = np.arange(-3, 3, 0.0005)
    for z in (-1.7, 0.3, 0.9, 2.2):
        for penalty in (0.5, 1.5):
            square = (grid - z) ** 2
            assert grid[np.argmin(square + penalty * grid**2)] == pytest.approx(z / (1 + penalty), abs=1e-3)
            shifted = np.sign(z) * max(abs(z) - penalty / 2, 0)
            assert grid[np.argmin(square + penalty * np.abs(grid))] == pytest.approx(shifted, abs=1e-3)
            assert (abs(z) > sqrt(penalty)) == (penalty < z**2)  # keeping costs the penalty, dropping costs z squared


def test_paths_of_the_figure() -> None:
    drawn = figure("ridge-and-lasso-paths")
    ridge, lasso = drawn["ridge"], drawn["lasso"]
    assert says(f"Ridge brings the twins together, to {ridge(1)[0]:.2f} and {ridge(1)[1]:.2f} at penalty 1")
    for feature, leaves in ((2, 1.2), (1, 1.56), (0, 3.16)):
        assert lasso(leaves - 0.02)[feature] > 0.001 and lasso(leaves + 0.001)[feature] == 0
    assert says("the third feature leaves at 1.2, the weaker twin at 1.56, the stronger one at 3.16")
    assert says(rf"leaves at $0.6 \cdot 2 = {0.6 * 2}$, before the weaker twin (0.4) at $0.4 \cdot 3.9 = {0.4 * 2 * 1.95:.2f}$")
    for sibling in (0.5, 1.2, 5.0):  # whatever its weight, the weaker twin leaves there: gradient of the loss at w = (rest, 0)
        rest = sibling + 0.95 * 0.4 - 0.4 * 1.95
        assert 2 * (0.95 * sibling + 0.4 - 0.95 * rest) == pytest.approx(1.56)
    assert says("true weights 1.2 and 0.4") and drawn["TRUE"] == [1.2, 0.4, 0.6]
    assert (np.array([ridge(p) for p in np.linspace(0, 3.5, 50)]) > 0).all()


def test_a_copied_column() -> None:
    assert says(f"Ridge, $\\lambda = 0.4$: both $1/(2 + 0.4) = {1 / 2.4:.3f}$")
    grid = np.arange(-0.2, 1.2, 0.001)
    a, b = np.meshgrid(grid, grid)
    fit = (a + b) ** 2 - 2 * (a + b)
    lasso = fit + 0.4 * (np.abs(a) + np.abs(b))
    best = lasso < lasso.min() + 1e-9
    assert (a + b)[best] == pytest.approx(0.8, abs=2e-3) and a[best].min() > -1e-3 and a[best].max() > 0.79
    net = lasso + 0.4 * (a**2 + b**2)
    place = np.unravel_index(np.argmin(net), net.shape)
    assert (a[place], b[place]) == (pytest.approx(1 / 3, abs=1e-3), pytest.approx(1 / 3, abs=1e-3))
    assert says("makes the minimizer unique, and equal for copies")


def test_reading_coefficients() -> None:
    assert says(rf"but $e^{{0.7}} - 1 = {100 * (exp(0.7) - 1):.0f}\%$") and says(rf"(${100 * (exp(0.05) - 1):.1f}\%$)")
    assert says(rf"$\beta = -0.7$ is ${100 * (exp(-0.7) - 1):.0f}\%$")

    def rent(area: float, center: int) -> float:
        return 200 + 10 * area + 50 * center + 4 * area * center

    assert rent(60, 1) - rent(60, 0) == 290 and says(r"$50 + 4 \cdot 60 = 290$")
    assert rent(61, 1) - rent(60, 1) == 14 and rent(61, 0) - rent(60, 0) == 10
    assert rent(75, 1) == 800 + 10 * 15 + 290 + 4 * 15


def test_back_from_the_logarithm() -> None:
    factor = exp(0.8**2 / 2)
    assert says(f"the factor is $e^{{0.32}} = {factor:.2f}$, so uncorrected totals are {100 * (1 - 1 / factor):.0f}% too low")
    rest = np.array([-1, 0.2, 0.8])
    assert rest.sum() == pytest.approx(0)
    assert says(f"$({exp(-1):.3f} + {exp(0.2):.3f} + {exp(0.8):.3f})/3 = {np.exp(rest).mean():.2f}$")
    assert says(rf"$\hat\sigma^2 = {rest @ rest:.2f}/3 = {rest @ rest / 3:.2f}$, gives ${exp(rest @ rest / 6):.2f}$")
    assert says(f"means a factor of {1 / 0.8}, so a $\\sigma$ of about {sqrt(2 * log(1.25)):.2f}")
    draws = np.exp(np.random.default_rng(4).normal(1, 0.8, 400_000))
    assert draws.mean() == pytest.approx(factor * exp(1), rel=0.01) and np.median(draws) == pytest.approx(exp(1), rel=0.01)


def test_counts_and_claims() -> None:
    assert says(f"e^{{-0.2}} = {exp(-0.2):.2f}$") and says(f"Poisson with mean $0.2$ has {100 * exp(-0.2):.0f}% of them")
    rng = np.random.default_rng(5)
    claims = rng.poisson(0.2, 400_000)
    cost = rng.gamma(np.maximum(claims, 1), 1000) * (claims > 0)
    assert cost.mean() == pytest.approx(200, rel=0.02) and cost.var() == pytest.approx(400_000, rel=0.05)
    assert 0.2 * 2 * 1000**2 == 400_000
    # The variance grows like the mean to the power 1.5 if mean number and mean size move as in a Tweedie model with p = 1.5:
    # number = mu^0.5 / (phi / 2), size = (phi / 2) mu^0.5.
    for mean in (50.0, 800.0):
        number, size = sqrt(mean) / 3, 3 * sqrt(mean)
        assert number * size == pytest.approx(mean) and 2 * number * size**2 == pytest.approx(6 * mean**1.5)
    assert says(rf"$\hat\phi = {480 / 200}$, and $z = 2.6$ becomes $2.6/\sqrt{{2.4}} = {2.6 / sqrt(2.4):.2f}$")
    assert says("too small by a factor of two, so $z = 3$ is really $1.5$") and sqrt(4) == 2


def test_sandwich_errors() -> None:
    x, rest = np.array([1.0, 1.0, 2.0]), np.array([1.0, -3.0, 1.0])
    assert x @ rest == 0 and x @ x == 6
    h = x**2 / 6
    meat = {"HC0": rest**2, "HC1": rest**2 * 3 / 2, "HC2": rest**2 / (1 - h), "HC3": rest**2 / (1 - h) ** 2}
    total = {name: float((weights * x**2).sum()) for name, weights in meat.items()}
    classical = float(rest @ rest / 2 * 6)
    assert total["HC0"] < total["HC1"] < total["HC2"] < classical < total["HC3"]  # the row with high leverage pulled the line to itself
    equal = np.array([((errors - x * (x @ errors) / 6) ** 2 / (1 - h)).mean() for errors in np.random.default_rng(5).normal(size=(40_000, 3))])
    assert equal.mean() == pytest.approx(1, abs=0.02)  # HC2 is unbiased for equal variances


def test_leaving_a_row_out_needs_no_refit() -> None:
    rng = np.random.default_rng(6)
    x, y = np.column_stack([np.ones(12), rng.normal(size=(12, 2))]), rng.normal(size=12)
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    rest, keep = y - hat @ y, np.arange(12) != 4
    without = y[4] - x[4] @ np.linalg.lstsq(x[keep], y[keep], rcond=None)[0]
    assert without == pytest.approx(rest[4] / (1 - hat[4, 4])) and np.trace(hat) == pytest.approx(3)


def test_outlier_and_leverage_of_the_figure() -> None:
    drawn = figure("outlier-or-leverage")
    (x, raised), (far, fallen) = drawn["rows"]()
    plain, robust = drawn["line"](x, raised, np.ones(11))[1], drawn["huber"](x, raised)[1]
    assert says(f"Raise the target at 8 from 8 to 28: OLS has slope ${plain:.2f}$, Huber ${robust:.2f}$")
    plain, robust = drawn["line"](far, fallen, np.ones(12))[1], drawn["huber"](far, fallen)[1]
    assert says(f"a row $(40, 0)$: OLS has ${plain:.2f}$, Huber ${robust:.2f}$")
    leverage = 1 / 12 + (40 - far.mean()) ** 2 / ((far - far.mean()) ** 2).sum()
    assert says(f"At $h = {leverage:.2f}$ one point owns the line")


def test_draws_for_a_clean_subset() -> None:
    line, eight = (ceil(log(1 - 0.99) / log(1 - 0.5**m)) for m in (2, 8))
    assert says(f"{line} draws for a line ($m = 2$), {eight:,} for $m = 8$")


def test_pinball_loss() -> None:
    def pinball(error: float, level: float) -> float:
        return max(level * error, (level - 1) * error)

    assert says(f"10 units too low cost {pinball(10, 0.9):.0f}, 10 too high cost {pinball(-10, 0.9):.0f}")
    y = np.random.default_rng(7).exponential(size=20_001)
    grid = np.linspace(0.5, 4, 701)
    losses = [np.maximum(0.9 * (y - q), -0.1 * (y - q)).mean() for q in grid]
    assert grid[int(np.argmin(losses))] == pytest.approx(np.quantile(y, 0.9), abs=0.02)


def test_conformal_ranks_and_coverage() -> None:
    def rank(n: int, percent: int) -> int:
        return -(-(n + 1) * percent // 100)

    assert rank(99, 90) == 90 and rank(8, 90) == 9 and rank(999, 90) == 900
    assert says(r"$n = 99$: $k = 90$") and says(r"$k = \lceil 8.1 \rceil = 9 > 8$") and says("the 900th smallest")
    deviation = sqrt(90 * 10 / (100**2 * 101))
    assert says(f"mean $0.90$, standard deviation ${deviation:.2f}$")
    scores = np.sort(np.random.default_rng(8).random((20_000, 99)), axis=1)[:, 89]  # coverage is the score itself for uniforms
    assert scores.mean() == pytest.approx(0.9, abs=0.002) and scores.std() == pytest.approx(deviation, abs=0.001)


def test_marginal_coverage_hides_a_hard_fifth() -> None:
    def covered(half: float, deviation: float) -> float:
        return 2 * NORMAL.cdf(half / deviation) - 1

    low, high = 0.0, 9.0
    for _ in range(60):
        half = (low + high) / 2
        low, high = (half, high) if 0.8 * covered(half, 1) + 0.2 * covered(half, 3) < 0.9 else (low, half)
    assert says(rf"$\hat q \to {low:.2f}$ covers {100 * covered(low, 1):.0f}% of the first and {100 * covered(low, 3):.0f}% of the second")


def test_terms_of_polynomials_and_splines() -> None:
    assert says(rf"$\binom{{13}}{{3}} = {comb(13, 3)}$") and says(rf"$10 \cdot {4 + 4 - 1} + 1 = {10 * (4 + 4 - 1) + 1}$")


def test_r_squared() -> None:
    y, predicted = np.array([10, 12, 14]), np.array([13, 12, 11])
    errors = ((y - predicted) ** 2).sum()
    around = {mean: ((y - mean) ** 2).sum() for mean in (12, 9)}
    assert says(f"sum to {errors}, around the test mean 12 to {around[12]}: $R^2 = 1 - 18/8 = {1 - errors / around[12]}$")
    assert says(f"its errors sum to {around[9]} and $R^2 = 1 - 18/35 = {1 - errors / around[9]:.2f}$")
    assert np.corrcoef(y, predicted)[0, 1] == pytest.approx(-1)
    assert says(f"$R^2 = {2**2 / (2**2 + 2**2)}$ at $s_x = 1$ and ${(2 * 3) ** 2 / ((2 * 3) ** 2 + 2**2)}$ at $s_x = 3$")


def test_r_squared_of_noise_and_of_one_more_feature() -> None:
    rng = np.random.default_rng(9)

    def unexplained(columns: np.ndarray, y: np.ndarray) -> float:
        rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        return float(rest @ rest)

    found = []
    for _ in range(2000):
        y = rng.exponential(size=30)
        x = np.column_stack([np.ones(30), rng.normal(size=(30, 5))])
        found.append(1 - unexplained(x, y) / ((y - y.mean()) ** 2).sum())
    assert np.mean(found) == pytest.approx(5 / 29, abs=0.01)
    for _ in range(50):
        x, y = np.column_stack([np.ones(20), rng.normal(size=(20, 3))]), rng.normal(size=20)
        small, large = unexplained(x[:, :3], y) / 17, unexplained(x, y) / 16  # adjusted R2 rises if this ratio falls
        coefficient = np.linalg.lstsq(x, y, rcond=None)[0][3]
        t = coefficient / sqrt(large * np.linalg.inv(x.T @ x)[3, 3])
        assert (large < small) == (abs(t) > 1)


def test_gaussian_process() -> None:
    assert says(rf"mean $0.8 \cdot 2/1.25 = {0.8 * 2 / 1.25}$, variance $1 - 0.64/1.25 = {1 - 0.64 / 1.25:.3f}$")
    assert says(r"$n = 100{,}000$: $3.3 \cdot 10^{14}$ and 80 GB") and 8 * 100_000**2 == 8e10
    rng = np.random.default_rng(10)
    x, y, new = rng.normal(size=(12, 3)), rng.normal(size=12), rng.normal(size=3)
    by_kernel = x @ new @ np.linalg.solve(x @ x.T + 0.7 * np.eye(12), y)  # a linear kernel: ridge with the noise variance as penalty
    assert by_kernel == pytest.approx(new @ np.linalg.solve(x.T @ x + 0.7 * np.eye(3), x.T @ y))
