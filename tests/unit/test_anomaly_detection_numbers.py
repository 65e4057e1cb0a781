"""Recomputes the numbers in the text of the chapter on anomaly detection.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import importlib.util
from math import asinh, ceil, exp, log, log2, sqrt
from pathlib import Path
from statistics import NormalDist, mean, median, stdev
from types import ModuleType

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM

DOCS = Path(__file__).parents[2] / "docs/unsupervised"
PAGE = " ".join((DOCS / "anomaly-detection.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def average_path(size: int) -> float:
    return 2 * sum(1 / i for i in range(1, size)) - 2 * (size - 1) / size if size > 1 else 0.0


def test_a_value_in_the_wrong_hour() -> None:
    spread = sqrt((10**2 + 100**2) / 2 + 450**2)  # half of the hours each: variances within, and between the means
    assert says("$(300 - 100)/10 = 20$ deviations off for its hour")
    assert says(f"mean {(1000 + 100) / 2:.0f} and a standard deviation of about {spread:.0f}, so globally it is $-{(550 - 300) / spread:.2f}$")


def test_masking_and_the_ceiling_of_z() -> None:
    x = [20, 21, 19, 20, 22, 21, 20, 58, 61]
    m, s = mean(x), stdev(x)
    assert says(f"Mean ${m:.1f}$, $s = {s:.1f}$: the two slow ones have $z = {(58 - m) / s:.2f}$ and ${(61 - m) / s:.2f}$")
    center = median(x)
    mad = median(abs(v - center) for v in x)
    robust = [(v - center) / (1.4826 * mad) for v in (58, 61)]
    assert says(f"Median ${center}$, MAD ${mad}$: $z^{{\\text{{rob}}}} = {robust[0]:.0f}$ and ${robust[1]:.0f}$")
    assert min(robust) > 24
    far = [0.0] * 9 + [1e9]
    assert (far[-1] - mean(far)) / stdev(far) == pytest.approx(9 / sqrt(10))
    assert says(f"At $n = 10$ that is ${9 / sqrt(10):.2f}$")
    rng = np.random.default_rng(0)
    heavy = rng.standard_cauchy((5000, 10))
    z = (heavy - heavy.mean(axis=1, keepdims=True)) / heavy.std(axis=1, ddof=1, keepdims=True)
    assert np.abs(z).max() <= 9 / sqrt(10) + 1e-9


def test_the_constant_of_the_mad_is_that_of_a_normal() -> None:
    assert round(1 / NORMAL.inv_cdf(0.75), 4) == 1.4826
    mad = asinh(0.5)  # of the standard exponential: half of its mass lies within it of ln 2
    assert exp(-(log(2) - mad)) - exp(-(log(2) + mad)) == pytest.approx(0.5)
    cut = log(2) + 3.5 * 1.4826 * mad
    assert says(f"the cut $3.5$ lies at ${cut:.2f}$ means and flags ${100 * exp(-cut):.1f}\\%$ of perfectly good rows")
    assert says(f"normal data give ${200 * (1 - NORMAL.cdf(3.5)):.2f}\\%$ (both sides)")
    density = NORMAL.pdf(NORMAL.inv_cdf(0.75))  # variance of the scaled MAD: 1/(16 (density * quantile)^2) / n
    assert says(f"the MAD has {100 * 0.5 * 16 * (density * NORMAL.inv_cdf(0.75)) ** 2:.0f}% of the efficiency of $s$")


def test_generalized_pareto_levels() -> None:
    assert says(f"$x_q = 200 + 150\\,(0.002^{{-0.2}} - 1) = {200 + 150 * (0.002**-0.2 - 1):.0f}$ ms")
    assert says(f"$200 + 30\\ln 500 = {200 + 30 * log(500):.0f}$ ms")
    share = 1e-4 * 10_000 / 500
    assert share == pytest.approx(0.002)
    level, q = 30 / 0.2 * (0.002**-0.2 - 1), 0.002
    assert (1 + 0.2 * level / 30) ** (-1 / 0.2) == pytest.approx(q)


def test_how_sure_a_generalized_pareto_level_is() -> None:
    rng = np.random.default_rng(4)
    excesses = 150 * (rng.uniform(size=(300, 500)) ** -0.2 - 1)  # shape 0.2, scale 30
    ratios = np.geomspace(1e-4, 0.05, 150)  # of shape and scale; given it, the best shape is a mean of logarithms
    shapes = np.stack([np.log1p(ratio * excesses).mean(axis=1) for ratio in ratios])
    likelihoods = np.log(ratios[:, None] / shapes) - shapes - 1
    best = likelihoods.argmax(axis=0)
    shape = shapes[best, np.arange(300)]
    levels = 200 + (0.002**-shape - 1) / ratios[best]
    low, high = np.quantile(levels, [0.025, 0.975])
    assert says("between about 460 and 700 ms") and low == pytest.approx(460, abs=25) and high == pytest.approx(700, abs=40)


def test_six_values_give_no_scale() -> None:
    rng = np.random.default_rng(5)
    past, new = rng.normal(size=(200_000, 6)), rng.normal(size=200_000)
    center = np.median(past, axis=1)
    scale = 1.4826 * np.median(abs(past - center[:, None]), axis=1)
    share = (abs(new - center) > 3.5 * scale).mean()
    assert says("flags 7.5% of perfectly normal readings") and share == pytest.approx(0.075, abs=0.004)


def test_the_score_of_an_isolation_forest() -> None:
    size = average_path(256)
    assert says(f"$c(256) = {size:.2f}$. A mean path of 4 scores $2^{{-4/10.25}} = {2 ** (-4 / size):.2f}$, one of 8 scores ${2 ** (-8 / size):.2f}$")
    assert ceil(log2(256)) == 8
    longest = 8 + average_path(248)  # every cut removes at least one row
    assert says(f"$8 + c(248) = {longest:.1f}$, so no score falls below ${2 ** (-longest / size):.2f}$")
    assert (average_path(1), average_path(2)) == (0, 1)


def mean_leaf_depth(leaves: int) -> float:
    """Of a random binary search tree: any of the leaves - 1 keys is the root with the same probability."""
    depth = [0.0, 0.0]
    for n in range(2, leaves + 1):
        depth.append(1 + 2 / (n * (n - 1)) * sum(k * depth[k] for k in range(1, n)))
    return depth[leaves]


def test_the_yardstick_is_the_depth_of_a_random_search_tree() -> None:
    for leaves in (2, 3, 10, 60):
        assert average_path(leaves) == pytest.approx(mean_leaf_depth(leaves))


def test_a_clump_hides_in_a_large_subsample() -> None:
    rng = np.random.default_rng(0)
    rows = np.vstack([rng.normal(0, 1, (9700, 2)), rng.normal(8, 0.05, (300, 2))])

    def share(sample: int, trees: int) -> float:
        scores = -IsolationForest(n_estimators=trees, max_samples=sample, random_state=0).fit(rows).score_samples(rows)
        return float((np.argsort(-scores)[:300] >= 9700).mean())

    assert says("nearly all of the top 300 scores are theirs") and share(256, 150) > 0.9
    assert says("in one run they made up less than half of the top 300") and share(10_000, 60) < 0.55
    assert says("about 8 of the clump are in a tree") and round(256 * 300 / 10_000) == 8


def figure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ghosts", DOCS / "figures/ghosts-of-a-forest.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ghosts_of_axis_parallel_cuts() -> None:
    ghosts = figure()
    ghosts.TREES = 120  # type: ignore[attr-defined]
    rng = np.random.default_rng(2)
    data, places = ghosts.groups(rng), np.array([[0.0, 0.0], [10.0, 10.0], [5.0, 5.0]])
    (a, b, c), (oblique_a, oblique_b, oblique_c) = (ghosts.scores(data, places, oblique, rng) for oblique in (False, True))
    assert max(a, b) < c - 0.03 and min(oblique_a, oblique_b) > oblique_c
    assert says("the empty corners A and B score 0.61, the middle C between the groups 0.67") and c == pytest.approx(0.67, abs=0.025)
    assert (a, b) == pytest.approx((0.61, 0.61), abs=0.025)
    assert says("A lies 10 from either group and C only 7") and round(sqrt(50)) == 7
    own = np.array(ghosts.scores(data, data, False, rng))
    assert says("About 3% of the rows score higher than A") and 0.005 < (own > a).mean() < 0.06
    assert (np.array(ghosts.scores(data, data, True, rng)) > max(oblique_a, oblique_b)).mean() < 0.01


def test_irrelevant_features_drown_a_forest() -> None:
    def caught(features: int, seed: int) -> float:
        rng = np.random.default_rng(seed)
        rows, asked = rng.normal(size=(2000, features)), rng.normal(size=(200, features))
        asked[:, 0] = 6
        model = IsolationForest(n_estimators=150, random_state=seed).fit(rows)
        return float((model.score_samples(asked) <= np.quantile(model.score_samples(rows), 0.01)).mean())

    assert says("is all for $d = 1$, from a third to all for $d = 2$ depending on the seed, about 9% for $d = 10$, and 1 to 2% for $d = 100$")
    assert caught(1, 0) == 1
    assert 0.4 < np.mean([caught(2, seed) for seed in range(4)]) < 0.95
    assert np.mean([caught(10, seed) for seed in range(4)]) == pytest.approx(0.09, abs=0.05)
    assert np.mean([caught(100, seed) for seed in range(2)]) < 0.04


def test_local_outlier_factor_by_hand_and_by_library() -> None:
    values = np.array([[0.0], [1.0], [2.0], [10.0]])
    model = LocalOutlierFactor(n_neighbors=2).fit(values)
    lof = -model.negative_outlier_factor_
    assert says(f"LOF of $10$ is $\\frac{{1}}{{2}}(\\frac23 + \\frac12) \\cdot \\frac{{17}}{{2}} = {lof[3]:.2f}$; of $1$ it is ${lof[1]:.2f}$")


def test_nu_bounds_training_outliers_and_support_vectors() -> None:
    rows = np.random.default_rng(1).normal(size=(1000, 2))
    model = OneClassSVM(nu=0.05, gamma=0.5, tol=1e-6).fit(rows)
    assert (model.decision_function(rows) < -1e-6).sum() <= 50 <= len(model.support_)


def test_reconstruction_misses_what_lies_in_the_learned_direction() -> None:
    axis = np.array([1, 1]) / sqrt(2)

    def error(point: tuple[float, float]) -> float:
        return float(np.linalg.norm(np.array(point) - axis * (axis @ np.array(point))))

    assert error((9, 9)) == pytest.approx(0)
    assert says(f"$(1, -1)$ has error ${error((1, -1)):.2f}$")


def test_dimensions_and_categories() -> None:
    within = 2 * NORMAL.cdf(3) - 1
    assert says(f"$1 - 0.9973^{{500}} = {100 * (1 - within**500):.0f}\\%$ of rows")
    assert says("the total share of values at most as frequent as this one, here $0.4$") and 4000 / 10_000 == 0.4
    assert says(f"a value seen 3 times has tail mass ${3 / 10_000:.4f}$")


def test_precision_at_a_budget() -> None:
    gap = NORMAL.inv_cdf(0.99) * sqrt(2)
    assert says(f"${gap:.2f}$ standard deviations apart")
    recall = 1 - NORMAL.cdf(NORMAL.inv_cdf(0.99) - gap)
    true, false = 20 * recall, 199_980 * 0.01
    assert says(f"At FPR 1% it finds {100 * recall:.0f}% of the real ones and sends {round(false, -1):,.0f} false alerts for {true:.1f} true")
    assert says("precision $0.8\\%$. At a budget of 100 alerts") and round(100 * true / (true + false), 1) == 0.8
    low, high = 0.0, 10.0
    for _ in range(80):
        cut = (low + high) / 2
        alerts = 20 * (1 - NORMAL.cdf(cut - gap)) + 199_980 * (1 - NORMAL.cdf(cut))
        low, high = (cut, high) if alerts > 100 else (low, cut)
    found = 20 * (1 - NORMAL.cdf(cut - gap))
    assert says(f"it finds ${found:.1f}$: precision ${found:.1f}\\%$, recall ${100 * found / 20:.0f}\\%$")
    assert 1 - NORMAL.cdf(cut) < 0.0005 and says("you live below $0.0005$")
    needed = 1e-4 / (1 - 1e-4) * 0.6
    assert says(r"$6 \times 10^{-5}$, six false alarms in 100,000 normal events") and needed == pytest.approx(6e-5, rel=1e-3)
    assert says("for 17 true at a false-positive rate of one percent") and round(true) == 17


def test_point_adjustment() -> None:
    assert says(f"$1 - 0.99^{{200}} = {100 * (1 - 0.99**200):.0f}\\%$") and 2 * 60 / 5 == 24


def test_samples_below_the_cut_and_overlap() -> None:
    bound = 1 - 0.05 ** (1 / 300)
    assert bound == pytest.approx(3 / 300, rel=0.01)
    assert says("Of $199{,}900$ rows that is $1{,}999$ possible misses") and round(199_900 * 0.01) == 1999
    assert says(f"$40 \\cdot 30/20 = {40 * 30 // 20}$")


def test_detector_and_classifier_together() -> None:
    assert says(f"recall ${0.7 * 0.9:.2f}$, but 0 on the new")
    assert says(rf"$0.7 \cdot (1 - 0.1 \cdot 0.5) + 0.3 \cdot 0.5 = {0.7 * (1 - 0.1 * 0.5) + 0.3 * 0.5:.3f}$")


def run_length(shift: float, slack: float = 0.5, limit: float = 5.0, cells: int = 400) -> float:
    """The mean time to alarm of a CUSUM from 0, by a Markov chain on a grid of its values."""
    width = 2 * limit / (2 * cells - 1)
    middle = np.arange(cells) * width
    below = np.vectorize(NORMAL.cdf)(middle[None] + width / 2 - middle[:, None] - shift + slack)
    move = np.diff(below, axis=1, prepend=0.0)
    return float(np.linalg.solve(np.eye(cells) - move, np.ones(cells))[0])


@pytest.mark.parametrize("shift", [0, 1, 2, 4])
def test_delays_of_cusum_and_of_a_limit(shift: int) -> None:
    cusum, plain = run_length(shift), 1 / (1 - NORMAL.cdf(3 - shift))
    name = "0 (false alarm)" if shift == 0 else str(shift)
    shown = [f"{value:.0f}" if value > 40 else f"{value:.1f}" for value in (cusum, plain)]
    assert says(f"| {name} | {shown[0]} | {shown[1]} |")


def test_correlation_ruins_the_false_alarm_rate() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=2000)
    total, alarm = np.maximum(0, x - 0.5), np.zeros(2000)
    step = 1
    while (alarm == 0).any():
        step += 1
        x = 0.5 * x + sqrt(0.75) * rng.normal(size=2000)
        total = np.maximum(0, total + x - 0.5)
        alarm[(alarm == 0) & (total >= 5)] = step
    assert says("the false alarm comes after about 100 steps in place of 931")
    assert alarm.mean() == pytest.approx(103, abs=10)


def test_alert_counts() -> None:
    both = 2 * (1 - NORMAL.cdf(3))
    assert round(both, 4) == 0.0027
    assert says(rf"$1000 \cdot 1440 \cdot 0.0027 = {1000 * 1440 * 27 // 10_000:,}$".replace(",", "{,}"))


def test_a_broken_pair_of_harmless_values() -> None:
    inverse = np.linalg.inv(np.array([[1, 0.9], [0.9, 1]]))

    def squared(point: tuple[float, float]) -> float:
        return float(np.array(point) @ inverse @ np.array(point))

    assert says(f"= {squared((1.5, -1.5)):.0f}$, so the distance is ${sqrt(squared((1.5, -1.5))):.1f}$")
    assert says(f"for $(1.5, 1.5)$ it is ${sqrt(squared((1.5, 1.5))):.1f}$")
    assert says(rf"CPU should be at ${0.9 * 1.5:.2f} \pm {sqrt(1 - 0.81):.2f}$")


def test_boiling_frog() -> None:
    baseline = 0.0
    for _ in range(100):
        sent = baseline + 2.9
        assert sent - baseline < 3
        baseline += 0.05 * (sent - baseline)
    assert says(f"${0.05 * 2.9:.3f}$ a step, ${baseline:.1f}$ deviations after 100 steps")


def test_softmax_and_energy() -> None:
    logits = np.array([2.0, 1.0, 0.0])
    top = [float(np.exp(f).max() / np.exp(f).sum()) for f in (logits, logits + 10)]
    energy = [float(-np.log(np.exp(f).sum())) for f in (logits, logits + 10)]
    assert top[0] == pytest.approx(top[1])
    assert says(f"the same maximum probability, ${top[0]:.3f}$; their energies are ${energy[0]:.2f}$ and ${energy[1]:.2f}$")


def test_density_is_not_typicality() -> None:
    rows = np.random.default_rng(4).normal(size=(2000, 1000))
    norms = np.linalg.norm(rows, axis=1)
    assert says(rf"samples have norm ${norms.mean():.1f} \pm {norms.std():.1f}$")
    assert says("a log density $500$ nats higher") and (norms**2).mean() / 2 == pytest.approx(500, abs=2)
