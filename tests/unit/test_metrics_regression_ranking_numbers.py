"""Recomputes the numbers in the text of the chapter on regression, forecasting and ranking metrics.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from math import comb, erf, exp, log, log2, pi, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

PAGE = " ".join((Path(__file__).parents[2] / "docs/ml/metrics-regression-ranking.md").read_text(encoding="utf-8").split())
GRID = np.arange(0.01, 60.001, 0.01)


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def pinball(y: np.ndarray, f: np.ndarray | float, level: float) -> np.ndarray:
    return np.maximum(level * (y - f), (level - 1) * (y - f))


LOSSES: dict[str, Callable[[np.ndarray, float], float]] = {
    "rmse": lambda y, f: float(np.sqrt(np.mean((y - f) ** 2))),
    "mae": lambda y, f: float(np.mean(abs(y - f))),
    "mape": lambda y, f: float(np.mean(abs(y - f) / y)),
    "rmsle": lambda y, f: float(np.sqrt(np.mean((np.log1p(y) - np.log1p(f)) ** 2))),
    "pinball": lambda y, f: float(np.mean(pinball(y, f, 0.9))),
}


def test_each_loss_prefers_its_own_target() -> None:
    y = np.array([2.0, 3, 5, 10, 30])
    best = {name: float(GRID[np.argmin([loss(y, f) for f in GRID])]) for name, loss in LOSSES.items()}
    assert best == pytest.approx({"rmse": 10, "mae": 5, "mape": 3, "rmsle": 6.55, "pinball": 30})
    for name, f in [("3", 3.0), ("5, the median", 5.0), ("6.55", 6.55), ("10, the mean", 10.0), ("30", 30.0)]:
        cells = []
        for loss, shown in [("rmse", ".2f"), ("mae", ".2f"), ("mape", ".0%"), ("rmsle", ".3f"), ("pinball", ".2f")]:
            value = format(LOSSES[loss](y, f) + 1e-9, shown)
            cells.append(f"**{value}**" if best[loss] == pytest.approx(f) else value)
        assert says(f"| {name} | " + " | ".join(cells).replace("%", "%") + " |")
    weights = 1 / y
    assert says("$" + ", ".join(f"{w:.2f}" for w in weights) + f"$, together ${weights.sum():.2f}$; half of that, ${weights.sum() / 2:.2f}$")
    assert weights[0] < weights.sum() / 2 < weights[:2].sum()
    assert says(f"^{{1/5}} - 1 = {np.prod(1 + y) ** 0.2 - 1:.2f}$")


def test_poisson_deviance_asks_for_the_mean_and_smape_for_nothing_simple() -> None:
    y = np.array([0.0, 1, 1, 4, 9])
    safe = np.where(y > 0, y, 1)
    deviance = [np.mean(2 * (np.where(y > 0, y * np.log(safe / f), 0) - y + f)) for f in GRID]
    assert GRID[np.argmin(deviance)] == pytest.approx(3)
    y = np.array([1.0, 2, 4, 8, 35])
    smape = np.array([np.mean(2 * abs(y - f) / (y + f)) for f in GRID])
    minima = [float(GRID[i]) for i in range(1, len(GRID) - 1) if smape[i] < smape[i - 1] and smape[i] < smape[i + 1]]
    assert minima == pytest.approx([2, 4])
    assert says("for outcomes 1, 2, 4, 8, 35 with equal chance, at 2 and at 4")


def test_the_target_of_mape_is_at_or_below_the_median() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        y = np.sort(rng.uniform(0.1, 5, size=rng.integers(1, 9)) ** rng.integers(1, 4))
        running = np.cumsum(1 / y)
        assert y[np.searchsorted(running, running[-1] / 2)] <= y[len(y) // 2] + 1e-12


def test_lognormal_targets() -> None:
    s = 0.8
    mean, mape, high = 100 * exp(s * s / 2), 100 * exp(-s * s), 100 * exp(NormalDist().inv_cdf(0.9) * s)
    assert says(f"MAPE target {mape:.0f}, median and MAE target 100, mean and MSE target {mean:.0f}, 0.9 quantile {high:.0f}")
    assert says(f"the mean is {mean:.0f} and the MAPE target {mape:.0f}")
    assert says(f"promises {100 / mean:.0%} of the total demand, one that is perfect by MAPE {mape / mean:.0%}")
    y = 100 * np.exp(s * np.random.default_rng(1).normal(size=400_000))
    order = np.sort(y)
    running = np.cumsum(1 / order)
    assert order[np.searchsorted(running, running[-1] / 2)] == pytest.approx(mape, rel=0.01)


def test_percentage_errors() -> None:
    y = np.array([20.0, 200])
    assert says(rf"$\frac12(0\% + 90\%) = {100 * LOSSES['mape'](y, 20):.0f}\%$")
    assert says(rf"$\frac12(450\% + 45\%) = {100 * LOSSES['mape'](y, 110):.1f}\%$")
    assert says(f"misses {1 - 20 / 110:.0%} of the mean")
    assert abs(1 - 21) / 1 == 200 * 0.10
    assert says(f"$f = 150$ costs {100 * 2 * 50 / 250:.0f}% and $f = 50$ costs {100 * 2 * 50 / 150:.1f}%")


def test_scaled_errors() -> None:
    naive = np.abs(np.diff([8, 12, 11, 17]))
    assert naive.tolist() == [4, 1, 6] and says(f"mean {naive.mean():.2f}. Test errors 2 and 3: MASE $2.5/3.67 = {2.5 / naive.mean():.2f}$")
    y = np.array([0.0] * 7 + [10] * 3)
    assert says(f"| 0 | **{LOSSES['mae'](y, 0):.1f}** | {LOSSES['rmse'](y, 0):.2f} | 0 |")
    assert says(f"| 3, the mean | {LOSSES['mae'](y, 3):.1f} | **{LOSSES['rmse'](y, 3):.2f}** | 3,000")


def interval_score(low: float, high: float, y: np.ndarray, alpha: float) -> np.ndarray:
    return high - low + 2 / alpha * (np.maximum(low - y, 0) + np.maximum(y - high, 0))


def test_interval_scores() -> None:
    y = np.random.default_rng(2).normal(size=1000)
    both = pinball(y, -1.2, 0.05) + pinball(y, 1.7, 0.95)
    assert np.allclose(interval_score(-1.2, 1.7, y, 0.1), 2 / 0.1 * both)
    at = np.array([130.0])
    assert says(rf"$40 + 20 \cdot 10 = {interval_score(80, 120, at, 0.1)[0]:.0f}$")
    assert says(rf"$20 + 20 \cdot 15 = {interval_score(95, 115, at, 0.1)[0]:.0f}$")
    scores = {}
    for half in (1.0, 1.645, 2.5):
        tail = (1 - erf(half / sqrt(2))) / 2
        excess = exp(-half * half / 2) / sqrt(2 * pi) - half * tail
        scores[half] = 2 * half + 20 * 2 * excess
        bold = "**" if half == 1.645 else ""
        assert says(rf"| $\pm {half:.4g}$ | {100 * (1 - 2 * tail):.1f}% | {2 * half:.2f} | {bold}{scores[half]:.2f}{bold} |")
    assert min(scores, key=lambda h: scores[h]) == 1.645
    assert says(rf"$\sqrt{{0.9 \cdot 0.1/500}} = {100 * sqrt(0.9 * 0.1 / 500):.1f}$ points")
    assert (99 + 81) / 2 == 90


def test_crps_is_twice_the_integral_of_pinball() -> None:
    levels = (np.arange(20_000) + 0.5) / 20_000
    quantiles = np.array([NormalDist().inv_cdf(t) for t in levels])
    y = 0.7
    z = NormalDist()
    known = y * (2 * z.cdf(y) - 1) + 2 * z.pdf(y) - 1 / sqrt(pi)
    assert 2 * pinball(np.array(y), quantiles, levels).mean() == pytest.approx(known, abs=1e-3)
    assert 2 * np.maximum(levels * 3, 0).mean() == pytest.approx(3, abs=1e-3)  # a point forecast 3 below the value


def test_average_precision() -> None:
    at = [(i + 1) / r for i, r in enumerate([1, 3, 6])]
    assert says(rf"$(1 + \frac23 + \frac36)/4 = {sum(at) / 4:.3f}$")
    assert says(f"$2.167/3 = {sum(at) / 3:.3f}$")
    top = sum(at[:2])
    assert says(f"the sum ${top:.3f}$ is divided by $R$ ({top / 4:.3f}), by $\\min(R, k)$ ({top / 3:.3f}), or by the hits found ({top / 2:.3f})")
    assert says("$P@3 = 0.667$, recall at 3 is 0.5, the reciprocal rank is 1") and round(1 / 10 - 1 / 11, 2) == 0.01


def dcg(gains: Sequence[float]) -> float:
    return sum(g / log2(r + 1) for r, g in enumerate(gains, start=1))


def exponential(grades: Sequence[int]) -> list[int]:
    return [2**g - 1 for g in grades]


def test_ndcg_by_hand() -> None:
    shown, ideal = [3, 0, 2, 1], [3, 3, 2, 1]
    for rank, (a, b) in enumerate(zip(exponential(shown), exponential(ideal), strict=True), start=1):
        d = log2(rank + 1)
        assert says(f"| {rank} | ${a}/{d:.3f} = {a / d:.3f}$ | ${b}/{d:.3f} = {b / d:.3f}$ |")
    got, best, own = dcg(exponential(shown)), dcg(exponential(ideal)), dcg(exponential(sorted(shown, reverse=True)))
    assert says(f"| sum | **{got:.3f}** | **{best:.3f}** |")
    assert says(f"{got:.3f}/{best:.3f} = {got / best:.3f}$. With linear gain it is {dcg(shown) / dcg(ideal):.3f}")
    assert says(f"${got:.3f}/{own:.3f} = {got / own:.3f}$")
    tied = dcg([7, 1.5, 1.5, 1])
    assert says(f"nDCG is ${tied:.3f}/{best:.3f} = {tied / best:.3f}$")
    assert tied == pytest.approx((got + dcg([7, 3, 0, 1])) / 2)
    worst = min(dcg(exponential(order)) for order in permutations([3, 2, 1])) / dcg(exponential([3, 2, 1]))
    assert says(rf"still has $\mathrm{{nDCG}}@3 = {worst:.3f}$")
    assert says(f"which is {1 / log2(11):.2f} at rank 10")
    assert says("in a small example that turns 0.67 into 0.95")


def test_scikit_learn_takes_gains_as_they_are_and_knows_no_others() -> None:
    scores = -np.arange(4)[None]
    assert ndcg_score([[3, 0, 2, 1]], scores) == pytest.approx(dcg([3, 0, 2, 1]) / dcg([3, 2, 1, 0]))
    assert ndcg_score([[7, 0, 3, 1]], scores) == pytest.approx(8.931 / 9.393, abs=1e-4)
    assert average_precision_score([1, 0], [0.5, 0.5]) == average_precision_score([0, 1], [0.5, 0.5]) == 0.5


def test_judging_more_documents_can_raise_and_lower_ndcg() -> None:
    def score(shown: list[int], judged: list[int]) -> float:
        return dcg(exponential(shown)) / dcg(exponential(sorted(judged, reverse=True)[: len(shown)]))

    before = score([0, 1], [0, 1])
    assert score([3, 1], [3, 1]) == 1 > before > score([0, 1], [0, 1, 3])
    assert score([3, 2], [3, 3, 3, 2]) == score([3, 2], [3, 3, 2])  # the ideal list was full already


def test_thresholds_and_gaps_of_judgments() -> None:
    a, b = [1, 1, 1, 0, 0], [3, 0, 0, 0, 0]

    def share(grades: list[int], least: int) -> float:
        return sum(g >= least for g in grades) / 5

    assert says(f'"at least 1" is {share(a, 1)} against {share(b, 1)}, with "at least 2" it is {share(a, 2):.0f} against {share(b, 2)}')
    assert says(f"says {dcg(exponential(a)):.2f} against {dcg(exponential(b)):.0f}")
    assert says(f"$4/6 = {4 / 6:.3f}$. The truth lies between {4 / 10} and {(4 + 4) / 10}")


ITEMS, DRAWN = 10_000, 99
RANKS = {"A": [100] * 5, "B": [40, 40, 8437, 9266, 4482], "C": [212, 2, 743, 5342, 1548]}


def sampled(metric: Callable[[int], float], rank: int) -> float:
    p = (rank - 1) / (ITEMS - 1)
    return sum(comb(DRAWN, j) * p**j * (1 - p) ** (DRAWN - j) * metric(j + 1) for j in range(DRAWN + 1))


def test_sampled_metrics_reverse_the_order() -> None:
    def top(r: int) -> float:
        return float(r <= 10)

    def ap(r: int) -> float:
        return 1 / r

    assert says(f"expects only ${DRAWN * 99 / (ITEMS - 1):.2f}$ negatives above it")
    assert sampled(top, 100) > 0.9999
    assert says(f"one of rank 1,000 with {sampled(top, 1000):.2f}")
    assert sampled(top, 300) > 0.99 and sampled(top, 970) == pytest.approx(0.5, abs=0.01) and sampled(top, 2000) < 0.01
    rows = {}
    for model, ranks in RANKS.items():
        rows[model] = tuple(float(np.mean([f(r) for r in ranks])) for f in (ap, lambda r: sampled(ap, r), top, lambda r: sampled(top, r)))
    names = "ABC"
    assert says("| sampled AP | " + " | ".join(f"**{rows[n][1]:.3f}**" if n == "A" else f"{rows[n][1]:.3f}" for n in names) + " |")
    assert says("| AP | " + " | ".join(f"**{rows[n][0]:.3f}**" if n == "C" else f"{rows[n][0]:.3f}" for n in names) + " |")
    assert says(f"| recall at 10 | 0 | 0 | **{rows['C'][2]:.3f}** |") and rows["A"][2] == rows["B"][2] == 0
    assert says("| sampled recall at 10 | " + " | ".join(f"**{rows[n][3]:.3f}**" if n == "A" else f"{rows[n][3]:.3f}" for n in names) + " |")
    assert says("A has rank 100 five times, B 40, 40, 8437, 9266, 4482, and C 212, 2, 743, 5342, 1548")


def test_the_correction_trades_bias_for_variance() -> None:
    rank = np.arange(1, ITEMS + 1)
    p = ((rank - 1) / (ITEMS - 1))[:, None]
    j = np.arange(DRAWN + 1)
    chance = np.array([float(comb(DRAWN, i)) for i in j]) * p**j * (1 - p) ** (DRAWN - j)

    def fit(weight: float) -> tuple[dict[str, float], float]:
        values = np.linalg.solve((1 - weight) * chance.T @ chance + weight * np.diag(chance.sum(0)), chance.T @ (1 / rank))
        mean = chance @ values
        spread = np.sqrt(np.maximum(chance @ values**2 - mean**2, 0))
        places = [r - 1 for ranks in RANKS.values() for r in ranks]
        return {k: float(mean[np.array(r) - 1].mean()) for k, r in RANKS.items()}, float(spread[places].max())

    means, most = fit(0.01)
    assert says(f"${means['A']:.3f} < {means['B']:.3f} < {means['C']:.3f}$ for A, B, C, with a standard deviation of up to {most:.2f} per user")
    means, _ = fit(1.0)
    assert means["A"] > means["B"] > means["C"]


def test_clicks_weighted_by_examination() -> None:
    theta = [1, 1 / 2, 1 / 3, 1 / 4]
    rate = {"a": 0.12, "b": 0.04, "c": 0.0, "d": 0.05}
    relevance = {d: r / t for (d, r), t in zip(rate.items(), theta, strict=True)}
    assert [round(v, 2) for v in relevance.values()] == [0.12, 0.08, 0, 0.2]
    raw = [dcg([rate[d] for d in order]) for order in ("abcd", "dabc")]
    true = [dcg([relevance[d] for d in order]) for order in ("abcd", "dabc")]
    assert says(f"DCG is {raw[0]:.3f} for the old order and {raw[1]:.3f} for the new one; with weights {true[0]:.3f} and {true[1]:.3f}")


def test_rank_correlations_with_ties() -> None:
    x, y = np.array([3, 2, 2, 1, 1]), np.array([5, 4, 2, 3, 1])
    signs = [np.sign((x[i] - x[j]) * (y[i] - y[j])) for i, j in combinations(range(5), 2)]
    c, d = signs.count(1), signs.count(-1)
    ties = sum(x[i] == x[j] for i, j in combinations(range(5), 2))
    rx, ry = np.array([5, 3.5, 3.5, 1.5, 1.5]), y.astype(float)
    rho = np.corrcoef(rx, ry)[0, 1]
    tau_b = (c - d) / sqrt((10 - ties) * 10)
    assert says(f"$C = {c}$, $D = {d}$, $T_x = {ties}$, $T_y = 0$: $\\tau_a = {(c - d) / 10}$, $\\tau_b = 6/\\sqrt{{8 \\cdot 10}} = {tau_b:.3f}$")
    assert says(f"$\\rho = {rho:.3f}$")
    assert says(f"gives {1 - 6 * ((rx - ry) ** 2).sum() / (5 * 24):.2f}: it holds without ties only")
    assert says(rf"$\tau_b = \sqrt{{0.8}} = {sqrt(0.8):.3f}$")
    assert round(2 * 0.8 - 1, 9) == 0.6


def test_novelty_and_exposure() -> None:
    assert says(f"$(1 + 2 + 2 + 6)/4 = {np.mean([-log2(p) for p in (1 / 2, 1 / 4, 1 / 4, 1 / 64)])}$ bits")
    attention = [1 / log2(r + 1) for r in range(1, 7)]
    first, second = sum(attention[:3]), sum(attention[3:])
    assert says(f"A gets $1 + {attention[1]:.3f} + 0.5 = {first:.3f}$")
    assert says(f"B ${attention[3]:.3f} + {attention[4]:.3f} + {attention[5]:.3f} = {second:.3f}$")
    merit = (0.82 + 0.81 + 0.80) / (0.79 + 0.78 + 0.77)
    assert says(f"Merit differs by {merit - 1:.0%}, exposure by {first / second - 1:.0%}")


def test_business_numbers() -> None:
    control, treated = [5.0, 1.20, 0.040, 50.0], [4.9, 1.32, 0.036, 50.5]
    logs = [log(b / a) for a, b in zip(control, treated, strict=True)]
    for name, a, b, change in zip(("sessions", "clicks per session", "orders per click", "revenue per order"), control, treated, logs, strict=True):
        assert re.search(rf"\| {name} \| {a:g}[.0]* \| {b:g}[.0]* \| {re.escape(f'{change:+.3f}'.replace('-', '−'))} \|", PAGE), name
    assert says(f"| revenue | {np.prod(control):.2f} | {np.prod(treated):.2f} | −{-sum(logs):.3f} |")
    assert says(f"Clicks per session rose by {1.32 / 1.2 - 1:.0%} (per user {4.9 * 1.32 / 6 - 1:.0%})")
    assert round(100 * (np.prod(treated) / np.prod(control) - 1)) == -2
    assert says(f"*satisfied* clicks fall from {1.2 * 0.6:.2f} to {1.32 * 0.52:.2f} per session")
    assert says(f"$1/0.05 = {1 / 0.05:.0f}$ months, at 4% it is {1 / 0.04:.0f}")
    assert says(f"If half have 1% and half 9%, the mean is {(1 / 0.01 + 1 / 0.09) / 2:.0f} months, not {1 / 0.05:.0f}")
    assert says("The total effect is 0.2%") and round(0.1 * 2, 9) == 0.2
    power = 1 - NormalDist().cdf(1.96 - 0.2 * (1.96 + 0.84)) + NormalDist().cdf(-1.96 - 0.2 * (1.96 + 0.84))
    assert says("misses it nine times in ten") and power == pytest.approx(0.09, abs=0.01)
    assert says("one error of 100 weighs in MSE like 10,000 errors of 1") and 100**2 == 10_000


def test_a_mean_of_roots_asks_for_something_else_than_the_mean() -> None:
    days, chance = 28, 0.05
    shares = [comb(days, k) * chance**k * (1 - chance) ** (days - k) for k in range(days + 1)]

    def score(forecast: float) -> float:
        return sum(share * sqrt((k * (10 - forecast) ** 2 + (days - k) * forecast**2) / days) for k, share in enumerate(shares))

    assert says(f"lower for the forecast 0 ({score(0):.2f}) than for 0.5, the mean ({score(0.5):.2f})")
    pooled = [chance * (10 - f) ** 2 + (1 - chance) * f**2 for f in (0, 0.5)]
    assert pooled[1] < pooled[0]
