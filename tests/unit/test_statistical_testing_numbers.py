"""Recomputes the numbers in the text of the chapter on statistical inference and testing.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

from fractions import Fraction as F
from functools import cache
from itertools import combinations
from math import atan, comb, exp, gamma, sqrt
from math import pi as PI
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/math/statistical-testing.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()
Z = NORMAL.inv_cdf(0.975)
FACTOR = (Z + NORMAL.inv_cdf(0.8)) ** 2


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def two_sided(z: float) -> float:
    return 2 * NORMAL.cdf(-abs(z))


def noise(p: float, q: float, n: int) -> float:
    """The standard error of a difference of two rates, n units each."""
    return sqrt((p * (1 - p) + q * (1 - q)) / n)


def student_tail(t: float, nu: float) -> float:
    """The two-sided p-value: t = sqrt(nu) tan(angle) makes the density a power of the cosine."""
    angles = np.linspace(0, atan(t / sqrt(nu)), 2_001)
    heights = np.cos(angles) ** (nu - 1)
    area = float(((heights[1:] + heights[:-1]) / 2 * np.diff(angles)).sum())
    return 1 - 2 * area * gamma((nu + 1) / 2) / gamma(nu / 2) / sqrt(PI)


@cache
def fisher(a: int, b: int, n: int) -> float:
    """The two-sided p-value of a against b successes, n units in each group: the sum of all tables that are no likelier."""
    total = a + b
    ways = [comb(n, k) * comb(n, total - k) if 0 <= total - k <= n else 0 for k in range(min(n, total) + 1)]
    return float(F(sum(w for w in ways if w <= ways[a]), comb(2 * n, total)))


def test_power_of_a_small_test() -> None:
    error = noise(0.10, 0.11, 5000)
    assert says(f"= {100 * error:.2f}$ points, so the estimate lies around $1/{100 * error:.2f} = {0.01 / error:.2f}$ standard errors")
    power = 1 - NORMAL.cdf(Z - 0.01 / error)
    assert NORMAL.cdf(-Z - 0.01 / error) < 0.001  # the wrong side adds nothing
    assert says(f"passes 1.96 with probability {100 * power:.0f}%: that is the power")
    assert says(f"only if estimated at {100 * Z * error:.1f} points or more")
    assert Z * error / 0.01 >= 1.2 and says("overstates the truth by a fifth or more")


def test_share_of_false_discoveries() -> None:
    true, false = 200 * 0.5, 800 * 0.05
    assert says(f"expect {true:.0f} true discoveries and {false:.0f} false ones: {100 * false / (true + false):.0f}% of the discoveries are false")
    gains = false / 2  # a two-sided test at 5% rejects on either side in 2.5%
    assert NORMAL.cdf(-2 * Z) < 1e-4  # with power 50%, an idea that works is hardly ever a significant loss
    share = f"{100 * gains / (true + gains):.0f}%"
    assert says(f"only gains count, half of the false ones drop out: {gains:.0f} of {true + gains:.0f}, {share}.")
    assert says(f"and power is 50%, then {share} of our significant gains are false alarms")


def test_an_exact_repetition_of_a_borderline_result() -> None:
    assert 1 - NORMAL.cdf(Z - Z) + NORMAL.cdf(-2 * Z) == pytest.approx(0.5, abs=1e-4)


def test_results_just_below_the_level_are_weaker_than_all_below() -> None:
    shift = Z  # power 50%

    def power(level: float) -> float:
        z = NORMAL.inv_cdf(1 - level / 2)
        return 1 - NORMAL.cdf(z - shift) + NORMAL.cdf(-z - shift)

    just_below = 800 * 0.005 / (800 * 0.005 + 200 * (power(0.05) - power(0.04)))  # gains with p from 0.04 to 0.05
    assert just_below > 0.3 > 20 / 120
    assert says("A result just below 0.05 is weaker still than this average.")


def test_uniform_p_values_and_the_smallest_of_three() -> None:
    rng = np.random.default_rng(1)
    z = rng.standard_normal(200_000)
    p = np.vectorize(two_sided)(z[:20_000])
    shares = np.histogram(p, bins=10, range=(0, 1))[0] / len(p)
    assert np.abs(shares - 0.1).max() < 0.01
    assert says(rf"$1 - 0.95^3 = {100 * (1 - 0.95**3):.1f}\%$")


def test_a_wrong_standard_error_bends_the_histogram() -> None:
    z = np.random.default_rng(14).standard_normal(20_000)
    small, large = (np.vectorize(two_sided)(z * factor) for factor in (1.5, 0.5))  # the error is too small, too large
    assert (small < 0.1).mean() > 0.2 and (small > 0.9).mean() < 0.1
    assert (large < 0.1).mean() < 0.05 and (large > 0.9).mean() > 0.15
    assert says("A peak near 0 usually means that the standard error is too small")
    counts = np.random.default_rng(15).binomial(1000, 0.001, (2, 2000))  # rare events: the arms often tie
    rare = np.array([fisher(int(a), int(b), 1000) for a, b in counts.T])
    assert (rare > 0.9).mean() > 0.5 and says("a peak near 1, that it is too large or that events are rare")


def test_peeking() -> None:
    walks = np.random.default_rng(2).standard_normal((200_000, 20)).cumsum(axis=1) / np.sqrt(np.arange(1, 21))
    rates = np.maximum.accumulate(np.abs(walks) > 1.96, axis=1).mean(axis=0)
    alt = f"{100 * rates[0]:.0f}% for one look, {100 * rates[4]:.0f}% for 5, {100 * rates[9]:.0f}% for 10, {100 * rates[19]:.0f}% for 20"
    assert says(f"{alt}, below the curve for independent looks, which reaches {100 * (1 - 0.95**20):.0f}%.")
    assert says(f"5% becomes {100 * rates[4]:.0f}% with 5 looks, {100 * rates[9]:.0f}% with 10")


def test_fisher_and_chi_square_of_a_small_table() -> None:
    ways, tables = comb(5, 5) * comb(5, 1), comb(10, 6)
    other = comb(5, 1) * comb(5, 5)
    assert says(rf"$\binom{{5}}{{5}}\binom{{5}}{{1}} = {ways}$ of $\binom{{10}}{{6}} = {tables}$ ways")
    assert says(f"one direction and {other} in the other: Fisher gives $p = {ways + other}/{tables} = {(ways + other) / tables:.3f}$")
    square = 10 * (5 * 4 - 0 * 1) ** 2 / (5 * 5 * 6 * 4)
    assert says(f"Chi-square without correction gives ${two_sided(sqrt(square)):.4f}$, because expected counts are {5 * 6 // 10} and {5 * 4 // 10}")
    assert fisher(5, 1, 5) == pytest.approx((ways + other) / tables)
    sizes = []
    for rate in np.linspace(0.01, 0.99, 99):
        chance = [comb(5, k) * rate**k * (1 - rate) ** (5 - k) for k in range(6)]
        sizes.append(sum(chance[i] * chance[j] for i in range(6) for j in range(6) if fisher(i, j, 5) <= 0.05))
    assert says(f"with equal true rates, it rejects at most {100 * max(sizes):.1f}% at a nominal 5%")
    pooled = 0.8 / sqrt(0.6 * 0.4 * 2 / 5)
    assert pooled**2 == pytest.approx(square)  # chi-square is the square of the pooled z


def critical(nu: float) -> float:
    """The value that |t| exceeds with probability 5%."""
    low, high = 0.0, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if student_tail(middle, nu) > 0.05 else (low, middle)
    return low


def test_price_of_welch_for_a_tiny_group() -> None:
    rng = np.random.default_rng(16)
    a, b = rng.normal(1.5, 1, (60_000, 4)), rng.normal(0, 1, (60_000, 30))
    gap, u, v = a.mean(axis=1) - b.mean(axis=1), a.var(axis=1, ddof=1) / 4, b.var(axis=1, ddof=1) / 30
    pooled = (3 * 4 * u + 29 * 30 * v) / 32 * (1 / 4 + 1 / 30)
    student = float((np.abs(gap) / np.sqrt(pooled) > critical(32)).mean())
    degrees = (u + v) ** 2 / (u**2 / 3 + v**2 / 29)
    grid = np.linspace(2.9, 33, 120)
    bars = np.interp(degrees, grid, [critical(nu) for nu in grid])
    welch = float((np.abs(gap) / np.sqrt(u + v) > bars).mean())
    assert says(f"(4 against 30 values, $d = 1.5$: its power is {100 * welch:.0f}%, Student's {100 * student:.0f}%)")


def test_interval_for_a_latency() -> None:
    quantile = 2.131
    assert student_tail(quantile - 0.0005, 15) > 0.05 > student_tail(quantile + 0.0005, 15)
    assert says(rf"$120 \pm {quantile} \cdot 5 = 120 \pm {quantile * 20 / sqrt(16):.1f}$ ms")


def wilson(k: int, n: int) -> tuple[float, float]:
    p = k / n
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (p + Z * Z / (2 * n) - half) / (1 + Z * Z / n), (p + Z * Z / (2 * n) + half) / (1 + Z * Z / n)


def test_wald_and_wilson() -> None:
    half = Z * sqrt(0.05 * 0.95 / 20)
    low, high = wilson(1, 20)
    assert says(rf"$[{100 * (0.05 - half):.1f}\%, {100 * (0.05 + half):.1f}\%]$ by Wald, $[{100 * low:.1f}\%, {100 * high:.1f}\%]$ by Wilson")
    for k, n in [(0, 20), (1, 20), (7, 30), (50, 50)]:
        for end in wilson(k, n):  # each end solves the equation that defines the interval
            assert abs(k / n - end) == pytest.approx(Z * sqrt(max(end * (1 - end), 0) / n), abs=1e-7)
    assert wilson(0, 20)[1] == pytest.approx(Z * Z / (20 + Z * Z))
    assert says("0 of $n$ has upper limit $z^2/(n + z^2)$")
    assert wilson(0, 20)[0] == pytest.approx(0, abs=1e-9) and wilson(50, 50)[1] == pytest.approx(1)


def coverage(p: float, n: int, with_wilson: bool) -> float:
    total = 0.0
    for k in range(n + 1):
        rate = p if with_wilson else k / n  # which rate stands under the root
        if abs(k / n - p) <= Z * sqrt(rate * (1 - rate) / n):
            total += comb(n, k) * p**k * (1 - p) ** (n - k)
    return total


def test_coverage_of_wald_and_wilson() -> None:
    rates = [i / 100 for i in range(1, 51)]
    wald = [coverage(p, 50, False) for p in rates]
    wilsons = [coverage(p, 50, True) for p in rates]
    assert sum(c < 0.95 for c in wald) / len(wald) > 0.85 and says("Wald lies below 95% nearly everywhere")
    assert min(wald) < 0.5 and says("collapses below a rate of 0.1")
    assert abs(sum(wilsons) / len(wilsons) - 0.95) < 0.01 and says("Wilson does so roughly on average")
    ends = [end for k in range(51) for end in wilson(k, 50) if 0.001 < end < 0.5]  # coverage jumps at these
    deepest, second, *_ = sorted((coverage(end + side, 50, True), end) for end in ends for side in (-1e-9, 1e-9))
    assert deepest[1] < 0.004 and second[0] > 0.89
    assert says(f"Wilson swings around 95%, with one dip to {100 * deepest[0]:.0f}% close to 0.")
    assert says(f"(at $n = 50$ and a rate of 0.35% it covers in {100 * coverage(0.0035, 50, True):.0f}%)")
    assert coverage(0.005, 1000, False) < 0.9 and says("Wald falls short even for large $n$ at some rates")


def test_difference_and_ratio_of_rates() -> None:
    error = noise(0.05, 0.056, 10_000)
    assert says(rf"is $0.60 \pm {100 * Z * error:.2f}$ points")
    assert says(f"from $-{abs(100 * (0.006 - Z * error)):.2f}$ to $+{100 * (0.006 + Z * error):.2f}$ points")
    on_logs = sqrt(0.95 / 500 + 0.944 / 560)
    ratio = 560 / 500
    low, high = ratio * exp(-Z * on_logs), ratio * exp(Z * on_logs)
    assert says(rf"Ratio: ${ratio:.2f}$ with $\mathrm{{SE}}(\ln) = \sqrt{{0.95/500 + 0.944/560}} = {on_logs:.4f}$ gives $[{low:.3f}, {high:.3f}]$")
    draws = np.random.default_rng(3).binomial(10_000, [[0.056], [0.05]], (2, 40_000))
    assert float(np.log(draws[0] / draws[1]).std()) == pytest.approx(on_logs, rel=0.02)


def test_interval_shown_to_the_product_manager() -> None:
    estimate, half = (0.06 + 1.14) / 2, (1.14 - 0.06) / 2
    assert says("between 0.06 and 1.14 points") and says("Ours is 0.03: in 3 of 100")
    assert round(two_sided(estimate / (half / Z)), 2) == 0.03


def test_sample_sizes() -> None:
    assert says(f"$(1.960 + 0.842)^2 = {FACTOR:.2f}$") and f"{NORMAL.inv_cdf(0.8):.3f}" == "0.842"
    assert round(2 * FACTOR) == 16
    n = FACTOR * (0.05 * 0.95 + 0.055 * 0.945) / 0.005**2
    shown = f"{round(n, -2):,.0f}".replace(",", "{,}")
    assert says(rf"$7.85 \cdot ({0.05 * 0.95:.4f} + {0.055 * 0.945:.4f})/0.005^2 \approx {shown}$ per arm")
    assert says(rf"${sqrt(FACTOR):.2f}\sqrt{{2 \cdot 0.0475/5000}} = {100 * sqrt(FACTOR * 2 * 0.0475 / 5000):.1f}$ points if you put $v_2 = v_1$")
    effect = 0.01
    for _ in range(50):  # the formula solved for the effect, which stands in the variance too
        effect = sqrt(FACTOR * (0.0475 + (0.05 + effect) * (0.95 - effect)) / 5000)
    assert says(f"and {100 * effect:.1f} with $v_2$ at the higher rate")
    rare, relative = 0.001, 0.05
    assert FACTOR * 2 * rare * (1 - rare) / (rare * relative) ** 2 == pytest.approx(16 / (rare * relative**2), rel=0.03)


def test_how_long_to_run() -> None:
    p, q = 0.10, 0.105
    arm = FACTOR * (p * (1 - p) + q * (1 - q)) / 0.005**2
    assert says(f"{p * (1 - p):.3f} plus {q * (1 - q):.3f}, over 0.005 squared")
    assert says(f"That is {round(arm, -2):,.0f} users per arm, {round(2 * arm, -2):,.0f} in all.")
    assert says(f"it's {2 * arm / 8000:.1f} days")
    week = 7 * 8000 // 2
    assert says(f"Then {week:,} users per arm find about {100 * sqrt(FACTOR * (p * (1 - p) + q * (1 - q)) / week):.1f} points")


def test_power_holds_by_simulation() -> None:
    n = round(FACTOR * (0.10 * 0.90 + 0.12 * 0.88) / 0.02**2)
    rng = np.random.default_rng(4)
    a, b = rng.binomial(n, 0.10, 40_000) / n, rng.binomial(n, 0.12, 40_000) / n
    z = (b - a) / np.sqrt((a * (1 - a) + b * (1 - b)) / n)
    assert float((z > 1.96).mean()) == pytest.approx(0.8, abs=0.01)


def test_bootstrap_of_a_maximum_and_of_few_values() -> None:
    assert says(rf"$1 - (1 - 1/n)^n \approx {1 - exp(-1):.3f}$")
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(3000):
        x = rng.exponential(1, 20)
        means = x[rng.integers(20, size=(200, 20))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        covered += low <= 1 <= high
    assert abs(covered / 3000 - 0.90) < 0.02
    assert says("percentile interval for the mean covers in about 90% of samples")


def test_smallest_permutation_p_value() -> None:
    values = [1, 2, 3, 10, 11, 12]
    gaps = [abs(sum(c) - (sum(values) - sum(c))) for c in combinations(values, 3)]
    extreme = sum(gap >= max(gaps) for gap in gaps)
    assert says(rf"{extreme} of $\binom63 = {len(gaps)}$ splits are as extreme, so $p = {extreme / len(gaps):.1f}$")


def test_multiple_comparisons() -> None:
    assert says(f"{100 * (1 - 0.95**20):.0f}% for $m = 20$")
    assert says(f"the chance of at least one is {100 * (1 - 0.95**20):.0f}%")
    assert says(f"the smallest p-value must be at most {0.05 / 20:.4f}")
    p, m = [0.001, 0.012, 0.014, 0.039, 0.200], 5
    bars = [0.05 / (m - k) for k in range(m)]
    holm = next((k for k in range(m) if p[k] > bars[k]), m)
    up = max(k for k in range(1, m + 1) if p[k - 1] <= k * 0.05 / m)
    assert says("p-values " + ", ".join(f"{x:.3f}" for x in p))
    assert says(f"Bonferroni, at {0.05 / m:.2f}, rejects {sum(x <= 0.05 / m for x in p)}.")
    assert says(f"Holm compares with 0.01, {bars[1]:.4f}, {bars[2]:.4f}, {bars[3]:.3f} and rejects {holm}.")
    assert says(f"compares with {', '.join(f'{k * 0.05 / m:.2f}' for k in range(1, m + 1))} and rejects {up}.")


def test_procedures_control_what_the_table_says() -> None:
    """40 correlated z-values, ten of them with an effect."""
    rng = np.random.default_rng(6)
    m, false, found, family = 40, 0, 0.0, 0
    for _ in range(1500):
        z = sqrt(0.5) * rng.standard_normal() + sqrt(0.5) * rng.standard_normal(m)
        z[:10] += 3
        p = np.array([1 - NORMAL.cdf(float(v)) for v in z])  # one-sided, positively dependent
        order = np.argsort(p)
        passed = np.flatnonzero(p[order] <= 0.05 * np.arange(1, m + 1) / m)
        rejected = order[: passed[-1] + 1] if len(passed) else order[:0]
        found += (rejected >= 10).sum() / max(len(rejected), 1)
        steps = p[order] <= 0.05 / (m - np.arange(m))
        down = order[: m if steps.all() else int(np.argmin(steps))]
        family += bool((down >= 10).any())
        plain = set(np.flatnonzero(p <= 0.05 / m).tolist())
        false += not plain <= set(down.tolist())
    assert false == 0  # Holm rejects all that Bonferroni rejects
    assert family / 1500 < 0.06 and found / 1500 < 0.055


def test_design_effects() -> None:
    effect = 1 + 9 * 0.3
    assert says(rf"$1 + 9 \cdot 0.3 = {effect:.1f}$")
    assert says(rf"$\P(|Z| > 1.96/\sqrt{{3.7}}) = {100 * two_sided(1.96 / sqrt(effect)):.0f}\%$")
    impressions = 1 + 49 * 0.05
    assert says(f"the design effect is {impressions:.2f} if all have 50") and says(f"too small by a factor of {sqrt(impressions):.2f} or more")
    rng = np.random.default_rng(7)
    rows = sqrt(0.3) * rng.standard_normal((1500, 100, 1)) + sqrt(0.7) * rng.standard_normal((1500, 100, 10))
    assert float(rows.mean(axis=(1, 2)).var()) * 1000 == pytest.approx(effect, rel=0.12)


def test_design_effect_of_unequal_clusters() -> None:
    sizes = np.array([1, 2, 3, 10, 84])
    same = np.repeat(np.arange(5), sizes)
    correlations = np.where(same[:, None] == same, 0.05, 0.0) + 0.95 * np.eye(len(same))
    mean, c = sizes.mean(), sizes.std() / sizes.mean()
    put = mean * (1 + c**2)
    assert float(correlations.sum()) / len(same) == pytest.approx(1 + (put - 1) * 0.05)
    assert put > mean and says(r"put $\bar m(1 + c^2)$ for $m$")


def test_all_must_pass_needs_no_correction_but_any_may_pass_does() -> None:
    rng = np.random.default_rng(17)
    z = rng.standard_normal((100_000, 4))
    bar = NORMAL.inv_cdf(0.95)
    shift = np.array([0.0, 3, 3, 3])  # one metric lies at its margin, the others are well within
    assert float((z + shift > bar).all(axis=1).mean()) <= 0.05
    assert says("the level needs no correction") and says("that happens at most at rate $\\alpha$")
    good = (z + NORMAL.inv_cdf(0.8) + bar > bar).all(axis=1).mean()  # power 80% for each of four
    assert good < 0.45 and says("power falls with each guardrail")
    assert (z > bar).any(axis=1).mean() > 0.15  # one rejection is enough


def test_delta_method_for_a_ratio_of_sums() -> None:
    rng = np.random.default_rng(8)
    users, runs = 300, 1500
    views = rng.poisson(5, (runs, users)) + 1
    clicks = rng.binomial(views, rng.beta(2, 8, (runs, users)))
    ratios = clicks.sum(axis=1) / views.sum(axis=1)
    guesses = []
    for x, y in zip(views[:300], clicks[:300], strict=True):
        r, c = y.mean() / x.mean(), np.cov(x, y)
        guesses.append((c[1, 1] - 2 * r * c[0, 1] + r * r * c[0, 0]) / (users * x.mean() ** 2))
    assert float(np.mean(guesses)) == pytest.approx(float(ratios.var()), rel=0.12)


def test_mcnemar_against_two_samples() -> None:
    b, c, n = 120, 90, 2000
    assert says(f"with $b = {b}$ and $c = {c}$") and (b - c) / n == pytest.approx(0.86 - 0.845)
    z = (b - c) / sqrt(b + c)
    exact = min(1.0, 2 * sum(comb(b + c, k) for k in range(c + 1)) / 2 ** (b + c))
    half = Z * sqrt(b + c - (b - c) ** 2 / n) / n
    assert says(
        rf"$z = 30/\sqrt{{210}} = {z:.2f}$, $p = {two_sided(z):.3f}$ (exact binomial {exact:.3f}), interval $1.5 \pm {100 * half:.1f}$ points"
    )
    unpaired = 0.015 / noise(0.86, 0.845, n)
    assert says(f"the same scores give $z = {unpaired:.2f}$, $p = {two_sided(unpaired):.2f}$")
    values = np.repeat([1.0, -1.0, 0.0], [b, c, n - b - c])
    assert float(values.std()) / sqrt(n) == pytest.approx(half / Z)


def test_disagreements_in_the_spoken_answer() -> None:
    assert 0.007 * 2000 == 57 - 43 == 22 - 8 == 14 and says("0.7 points is 14 items net")
    z = 14 / sqrt(100)
    assert says(f"the z-value is {z:.1f} and p is {two_sided(z):.2f}") and says(f"22 against 8, z is {14 / sqrt(30):.1f}")


def test_correction_for_repeated_cross_validation() -> None:
    naive, corrected = 1 / 100, 1 / 100 + (1 / 10) / (9 / 10)
    assert says("that is $0.01 + 1/9$ instead of $0.01$") and corrected == pytest.approx(0.01 + 1 / 9)
    assert says(f"a t of 3.5 becomes {3.5 * sqrt(naive / corrected):.1f}")


def kolmogorov(x: float) -> float:
    return 2 * sum((-1) ** (k - 1) * exp(-2 * k * k * x * x) for k in range(1, 200))


def test_kolmogorov_smirnov_at_scale() -> None:
    assert kolmogorov(1.358) == pytest.approx(0.05, abs=1e-4)
    assert says(rf"$1.36\sqrt{{2/1000}} = {1.36 * sqrt(2 / 1000):.3f}$") and says(f"With a million each it is {1.36 * sqrt(2 / 1e6):.4f}")
    assert kolmogorov(0.01 * sqrt(500)) > 0.999 and says("nothing to see")
    mantissa, exponent = f"{2 * exp(-2 * 0.01**2 * 500_000):.0e}".split("e-")
    assert says(rf"$p \approx 2e^{{-2 D^2 \cdot 500{{,}}000}} = {mantissa} \cdot 10^{{-{exponent}}}$")


def test_bayesian_test() -> None:
    rng = np.random.default_rng(9)
    a, b = rng.beta(501, 9501, 1_000_000), rng.beta(561, 9441, 1_000_000)
    better = float((b > a).mean())
    assert says(rf"$\P(B > A) = {better:.3f}$; the expected loss is {100 * float(np.maximum(a - b, 0).mean()):.3f} points if you ship B")
    assert says(f"and {100 * float(np.maximum(b - a, 0).mean()):.2f} points if you keep A")
    p = two_sided(0.006 / noise(0.05, 0.056, 10_000))
    assert says(f"The two-sided test says $p = {p:.3f}$") and better == pytest.approx(1 - p / 2, abs=0.001)


def test_peeking_inflates_bayesian_winners_among_equals() -> None:
    """Flat priors, known variance: P(B > A) > 95% is z > 1.645. The share that crosses grows with the looks."""
    walks = np.random.default_rng(10).standard_normal((400_000, 10)).cumsum(axis=1) / np.sqrt(np.arange(1, 11))
    crossed = walks > NORMAL.inv_cdf(0.95)
    assert float(crossed[:, 0].mean()) == pytest.approx(0.05, abs=0.002)
    rate = 100 * float(crossed.any(axis=1).mean())
    assert says(f"declares B the winner over an equal A in {rate:.0f}% of tests") and says(f"with ten looks {rate:.0f}% instead of 5%")


def test_simpson_table() -> None:
    mobile, desktop = (320, 8000, 60, 2000), (240, 2000, 880, 8000)
    for name, (k, n, other, m) in {"mobile": mobile, "desktop": desktop}.items():
        assert says(f"| {name} | {k} of {n:,} = {F(100 * k, n)}% | {other} of {m:,} = {F(100 * other, m)}% |")
        assert k / n > other / m
    new, old = 320 + 240, 60 + 880
    assert says(f"| all | {new} of 10,000 = {new / 100:.1f}% | {old} of 10,000 = {old / 100:.1f}% |") and new < old


def test_regression_to_the_mean_and_range_restriction() -> None:
    assert says(f"average ${0.6 * -2:.1f}$ next month")
    cut = NORMAL.inv_cdf(0.9)
    mean = NORMAL.pdf(cut) / 0.1
    ratio = 1 + cut * mean - mean**2  # the variance above the cut
    restricted = 0.5 * sqrt(ratio) / sqrt(1 - 0.25 + 0.25 * ratio)
    assert says(f"shows only {restricted:.2f} among the top 10%")
    x, e = np.random.default_rng(11).standard_normal((2, 400_000))
    y, top = 0.5 * x + sqrt(0.75) * e, x > cut
    assert float(np.corrcoef(x[top], y[top])[0, 1]) == pytest.approx(restricted, abs=0.02)


def test_random_walks_correlate() -> None:
    walks = np.random.default_rng(12).standard_normal((40_000, 2, 100)).cumsum(axis=2)
    walks -= walks.mean(axis=2, keepdims=True)
    r = (walks[:, 0] * walks[:, 1]).sum(axis=1) / np.sqrt((walks**2).sum(axis=2).prod(axis=1))
    t = np.abs(r) * np.sqrt(98 / (1 - r**2))
    assert student_tail(1.984, 98) == pytest.approx(0.05, abs=1e-3)
    share = float((t > 1.984).mean())
    assert abs(share - 0.76) < 0.008 and says("in about 76% of simulated cases by the usual test")


def test_kaplan_meier_and_hazard_ratio() -> None:
    churned, censored = [1, 3, 3, 6], [2, 4, 7, 7]
    share, shown, risks = F(1), [], []
    for t in sorted(set(churned)):
        risk = sum(x >= t for x in churned + censored)
        risks.append(risk)
        shown.append((risk - churned.count(t), risk))
        share *= F(*shown[-1])
    assert says(f"At risk: {risks[0]}, then {risks[1]}, then {risks[2]}.")
    product = r" \cdot ".join(rf"\frac{a}{b}" for a, b in shown)
    assert says(rf"$\hat S(6) = {product} = {float(share):.2f}$")
    assert says(f"Kaplan-Meier ends at {float(share):.2f}, between {4 / 8:.2f} if the censored count as loyal and 0 if they are dropped.")
    assert all(t <= 6 for t in churned) and says("Dropping the censored gives 0 of 4; calling them survivors gives 4 of 8.")
    churn = 1 - 0.5**0.7
    assert says(f"$0.5^{{0.7}} = {0.5**0.7:.2f}$") and says(f"from 50% it falls to {100 * churn:.0f}%")


def test_censoring_is_handled_without_bias() -> None:
    rng = np.random.default_rng(13)
    event, end = rng.exponential(1, (2000, 60)), rng.exponential(1.5, (2000, 60))
    seen, happened = np.minimum(event, end), event <= end
    order = np.argsort(seen, axis=1)
    seen, happened = np.take_along_axis(seen, order, 1), np.take_along_axis(happened, order, 1)
    factors = np.where(happened & (seen <= 0.7), 1 - 1 / np.arange(60, 0, -1), 1.0)
    assert float(factors.prod(axis=1).mean()) == pytest.approx(exp(-0.7), abs=0.005)
    assert float((seen > 0.7).mean()) < exp(-0.7) - 0.1  # counting the censored as gone
    assert float((seen > 0.7)[happened].mean()) < exp(-0.7) - 0.1 and says("Dropping them usually makes survival look too short")
    never = 1 - float((happened & (seen <= 0.7)).mean())
    assert never > exp(-0.7) + 0.05 and says('counting them as "never" too long')
