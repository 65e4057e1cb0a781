"""Recomputes the numbers in the text of the chapter on time series.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import runpy
from math import exp, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

ROOT = Path(__file__).parents[2] / "docs/ml"
PAGE = " ".join((ROOT / "time-series.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def acf(y: np.ndarray, lag: int) -> float:
    d = y - y.mean()
    return float(d[lag:] @ d[: len(d) - lag] / (d @ d))


def pacf(y: np.ndarray, lag: int) -> float:
    """The last coefficient of a least-squares autoregression of that order."""
    d = y - y.mean()
    lags = np.stack([d[lag - k : len(d) - k] for k in range(1, lag + 1)], axis=1)
    return float(np.linalg.lstsq(lags, d[lag:], rcond=None)[0][-1])


def test_differencing_a_line_with_noise() -> None:
    rng = np.random.default_rng(1)
    y = 3 + 0.2 * np.arange(100_000) + rng.normal(size=100_000)
    d = np.diff(y)
    assert d.var() == pytest.approx(2, abs=0.03)
    assert acf(d, 1) == pytest.approx(-0.5, abs=0.01) and acf(d, 2) == pytest.approx(0, abs=0.02)
    assert says(r"Its variance is $2\sigma^2$, and its lag-1 autocorrelation $-\sigma^2/2\sigma^2 = -0.5$")
    assert says(f"whose first autocorrelation is ${-0.7 / (1 + 0.49):.2f}$") and says(f"differenced, has ${-(1 - 0.7) / 2:.2f}$")
    assert says("At $\\tau = \\frac23$, 6 short costs 4 and 6 over costs 2") and 6 * 2 / 3 == 4 and pytest.approx(2) == 6 / 3


def test_signatures_of_autoregressions_and_moving_averages() -> None:
    rng = np.random.default_rng(2)
    e = rng.normal(size=60_000)
    ma = e[1:] + 0.7 * e[:-1]
    ar = np.zeros(len(e))
    for t in range(1, len(e)):
        ar[t] = 0.7 * ar[t - 1] + e[t]
    assert acf(ma, 1) == pytest.approx(0.7 / 1.49, abs=0.02) and acf(ma, 2) == pytest.approx(0, abs=0.02)
    assert abs(pacf(ma, 2)) > 0.2 and abs(pacf(ma, 3)) > 0.1
    assert acf(ar, 3) == pytest.approx(0.343, abs=0.03)
    assert pacf(ar, 1) == pytest.approx(0.7, abs=0.02) and pacf(ar, 2) == pytest.approx(0, abs=0.02)
    assert max(t / (1 + t * t) for t in np.linspace(-5, 5, 1001)) == pytest.approx(0.5)


def test_a_line_looks_like_memory() -> None:
    line = np.arange(100.0)
    assert says(f"has a sample ACF of {acf(line, 1):.2f} at lag 1 and {acf(line, 10):.2f} at lag 10")
    assert says(rf"$\pm 1.96/\sqrt{{100}} = \pm {1.96 / 10:.3f}$")
    assert says("Of 20 lags, expect one outside") and 20 * 0.05 == 1
    figure = {title: values for title, values, _ in runpy.run_path(str(ROOT / "figures/acf-signatures.py"))["panels"]()}
    assert says(f"still {figure['a line, 100 points'][9]:.2f} at lag 10")
    assert says(f"one bar of {figure['MA(1), θ = 0.7'][0]:.2f}")
    spike = figure["weekly spike + noise"]
    assert spike[6] == pytest.approx(0.8) and max(abs(v) for i, v in enumerate(spike) if i not in (6, 13)) < 0.14


def test_how_much_a_seasonal_naive_forecast_can_be_beaten() -> None:
    assert says(rf"RMSE $\sqrt2\,\sigma = {sqrt(2):.2f}\sigma$")
    assert says(rf"$\sigma\sqrt{{1 + 1/4}} = {sqrt(1.25):.2f}\sigma$")
    assert says(f"by more than {100 * (1 - 1 / sqrt(2)):.0f}%, and an average of four takes {100 * (1 - sqrt(1.25 / 2)):.0f}% for free")
    assert says(f"perfection gains {100 * (1 - 1 / sqrt(2)):.0f}%")
    assert says(f"415 of 5,507 teams ({100 * 415 / 5507:.1f}%)")


def test_smoothing_is_an_arima() -> None:
    theta, rng = -0.7, np.random.default_rng(3)
    e = rng.normal(size=500)
    y = np.cumsum(e[1:] + theta * e[:-1])
    smooth = other = 0.0
    for value in y:
        smooth += (1 + theta) * (value - smooth)
        other = value + theta * (value - other)
    assert smooth == pytest.approx(other)
    assert says(rf"$100 + {1 + theta:.1f} \cdot 10 = {100 + (1 + theta) * 10:.0f}$")


def spread(weights: np.ndarray) -> float:
    return 10 * sqrt(float((weights**2).sum()))


def test_spread_by_horizon() -> None:
    horizons = (1, 4, 16)
    walk = [spread(np.ones(h)) for h in horizons]
    auto = [spread(0.8 ** np.arange(h)) for h in horizons]
    smooth = [spread(np.array([1.0] + [0.3] * (h - 1))) for h in horizons]
    assert auto == pytest.approx([10 * sqrt((1 - 0.8 ** (2 * h)) / (1 - 0.64)) for h in horizons])
    assert smooth == pytest.approx([10 * sqrt(1 + (h - 1) * 0.09) for h in horizons])
    assert says(f"Random walk: {walk[0]:.0f}, {walk[1]:.0f}, {walk[2]:.0f}.")
    assert says(rf"AR(1) with $\varphi = 0.8$: {auto[0]:.0f}, {auto[1]:.1f}, {auto[2]:.1f} (limit {10 / 0.6:.1f})")
    assert says(rf"Smoothing with $\alpha = 0.3$: {smooth[0]:.0f}, {smooth[1]:.1f}, {smooth[2]:.1f}.")


def test_recursive_forecasts() -> None:
    assert says(f"$0.95 - 0.90 = {0.95 - 0.90:.2f}$. At ten steps it is off by ${0.95**10:.3f} - {0.90**10:.3f} = {0.95**10 - 0.90**10:.2f}$")
    assert max(abs(0.95**h - 0.9**h) for h in range(1, 200)) < 0.26 and abs(0.95**200 - 0.9**200) < 1e-3
    tomorrow = 10 + np.random.default_rng(4).normal(0, 4, 400_000)
    assert (tomorrow**2 / 10).mean() == pytest.approx(11.6, abs=0.05)
    assert says(f"$(10^2 + 4^2)/10 = {(100 + 16) / 10}$")


def test_backtransformed_logarithms() -> None:
    factor = exp(0.3**2 / 2)
    assert says(f"$e^{{0.3^2/2}} = {factor:.3f}$ times that: a total of such forecasts is {100 * (1 - 1 / factor):.1f}% too low")
    assert np.exp(np.random.default_rng(5).normal(0, 0.3, 400_000)).mean() == pytest.approx(factor, abs=0.003)


def test_forecast_weather() -> None:
    live = sqrt(10**2 + (3 * 2.5) ** 2)
    assert says(rf"adds $3 \cdot 2.5 = {3 * 2.5}$: RMSE $\sqrt{{100 + {7.5**2}}} = {live}$, {100 * (live / 10 - 1):.0f}% worse")


def test_gap_and_embargo() -> None:
    horizon, delay, origin = 14, 3, 400
    last = max(t for t in range(origin) if t + horizon + delay <= origin)
    assert says(f"the last training row is day {last}, and rows {last + 1} to {origin - 1} stay unused")
    assert says(f"{horizon + delay} days before the origin") and origin - last == horizon + delay
    first, final, window = 400, 413, 28
    tested = set(range(first + 1, final + horizon + 1))
    before = [t for t in range(200, first) if not tested & set(range(t + 1, t + horizon + 1))]
    after = [t for t in range(final + 1, 600) if not tested & set(range(t - window + 1, t + horizon + 1))]
    assert before == list(range(200, first - horizon + 1)) and after == list(range(final + horizon + window, 600))
    assert says(f"train up to {before[-1]} and from {after[0]}")


def test_values_for_each_parameter() -> None:
    assert says("local models with 3 parameters have 35 values per parameter") and round(104 / 3) == 35
    assert round(10_000 * 104 / 30_000) == 35


def test_reconciliation_by_minimum_trace() -> None:
    summing = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    base = np.array([100.0, 40.0, 50.0])

    def reconciled(weights: np.ndarray) -> np.ndarray:
        inverse = np.linalg.inv(weights)
        g = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse)
        assert np.allclose(g @ summing, np.eye(2))
        return np.asarray(summing @ g @ base)

    assert reconciled(np.diag([4.0, 1.0, 5.0])) == pytest.approx([96, 41, 55])
    assert says("Error variances 1, 5 and 4 for the total: $40 + 1 = 41$, $50 + 5 = 55$, $100 - 4 = 96$")
    assert np.abs(reconciled(np.eye(3)) - base) == pytest.approx([10 / 3] * 3)
    rng = np.random.default_rng(6)
    noise = rng.normal(size=(3, 3))
    w = noise @ noise.T + np.eye(3)
    inverse = np.linalg.inv(w)
    best = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse)

    def trace(g: np.ndarray) -> float:
        return float(np.trace(summing @ g @ w @ g.T @ summing.T))

    bottom_up = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    for _ in range(50):  # other unbiased maps: add anything orthogonal to the columns of S
        other = best + rng.normal(size=(2, 1)) @ np.array([[1.0, -1.0, -1.0]])
        assert np.allclose(other @ summing, np.eye(2)) and trace(other) > trace(best)
    assert trace(bottom_up) >= trace(best)
    after = summing @ best @ w @ best.T @ summing.T
    assert (np.diag(after) <= np.diag(w) + 1e-12).all() and np.linalg.eigvalsh(w - after).min() > -1e-9
    unsure_total = np.diag([100.0, 1.0, 1.0])  # plain least squares pulls the sure shops toward the unsure total
    plain = np.linalg.solve(summing.T @ summing, summing.T)
    assert (summing @ plain @ unsure_total @ plain.T @ summing.T)[1, 1] > 1


def test_croston_by_hand_and_its_bias() -> None:
    size, interval = 5 + 0.1 * (9 - 5), 4 + 0.1 * (2 - 4)
    assert says(rf"size {size}, interval {interval}, Croston $5.4/3.8 = {size / interval:.2f}$, SBA $0.95 \cdot 1.42 = {0.95 * size / interval:.2f}$")
    rng, chance, alpha = np.random.default_rng(7), 0.25, 0.2
    sizes, gaps = rng.integers(1, 8, 120_000).astype(float), rng.geometric(chance, 120_000).astype(float)
    z, p, rates = 4.0, 4.0, []
    for one, gap in zip(sizes, gaps, strict=True):
        rates.append((z / p, gap))  # the forecast in force until this demand
        z, p = z + alpha * (one - z), p + alpha * (gap - p)
    rate, weight = np.array(rates).T
    ratio = float((rate * weight).sum() / weight.sum()) / (4 * chance)
    assert ratio == pytest.approx(1 + alpha / (2 - alpha) * (1 - chance), abs=0.015)
    assert says(f"Croston is about {100 * alpha / (2 - alpha) * (1 - chance):.1f}% too high, SBA about {100 * alpha * chance / 2:.1f}% too low")
    assert 0.9 * ratio == pytest.approx(0.975, abs=0.012)
    assert (1 - alpha / 2) * (1 + alpha / (2 - alpha) * (1 - chance)) == pytest.approx(1 - alpha * chance / 2)


def test_censored_sales() -> None:
    demand, stock = np.arange(10), 6
    sales = np.minimum(demand, stock)
    left = demand[demand < stock]
    assert says(f"Demand is 0 to 9 with equal chances, mean {demand.mean()}; stock is {stock}. Mean sales are {sales.mean()}.")
    assert says(f"leaves demands 0 to {left.max()}, mean {left.mean()}")


def test_newsvendor() -> None:
    under, over = 5 - 2, 2 - 0.5
    fractile = under / (under + over)
    z = NORMAL.inv_cdf(fractile)
    assert says(f"$c_o = {over}$, fractile {fractile:.3f}") and says(rf"$q^* = 100 + {z:.3f} \cdot 20 = {100 + 20 * z:.1f}$")
    demand = np.random.default_rng(8).normal(100, 20, 400_000)

    def cost(q: float) -> float:
        return float((under * np.maximum(demand - q, 0) + over * np.maximum(q - demand, 0)).mean())

    best, mean = (under + over) * 20 * NORMAL.pdf(z), (under + over) * 20 * NORMAL.pdf(0)
    assert says(f"Expected cost is {best:.1f}, against {mean:.1f} if you order the mean")
    assert cost(108.6) == pytest.approx(best, abs=0.15) and cost(100) == pytest.approx(mean, abs=0.15)
    assert cost(108.6) < min(cost(104), cost(113))
    assert says("With a normal demand of standard deviation 20 that's about 109")


def test_quantiles_do_not_add() -> None:
    week, days = 700 + 1.645 * 20 * sqrt(7), 7 * (100 + 1.645 * 20)
    assert says(rf"$700 + 1.645 \cdot 20\sqrt7 = {week:.0f}$; seven daily quantiles add up to {days:.0f}")
    assert says(f"that would be {days:.0f} in place of {week:.0f}")


def test_false_alarms() -> None:
    rate = round(2 * (1 - NORMAL.cdf(3)), 4)
    assert says(rf"$10{{,}}000 \cdot 24 \cdot {rate} = {10_000 * 24 * rate:.0f}$ false alarms a day")
