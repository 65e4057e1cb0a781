"""Recomputes the numbers in the text of the chapter on classification metrics, and tries its claims.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import comb, log, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/ml/metrics-classification.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


class Counts:
    """Rates of a binary classifier from its four counts or shares."""

    def __init__(self, tp: float, fp: float, fn: float, tn: float) -> None:
        n = tp + fp + fn + tn
        self.tpr, self.tnr = tp / (tp + fn), tn / (tn + fp)
        self.precision, self.npv = tp / (tp + fp), tn / (tn + fn)
        self.accuracy = (tp + tn) / n
        self.f1 = 2 * tp / (2 * tp + fp + fn)
        self.balanced = (self.tpr + self.tnr) / 2
        a, b = (tp + fn) / n, (tp + fp) / n
        chance = a * b + (1 - a) * (1 - b)
        self.kappa = (self.accuracy - chance) / (1 - chance)
        self.mcc = (tp * tn - fp * fn) / sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def at(prevalence: float, tpr: float, fpr: float) -> Counts:
    return Counts(prevalence * tpr, (1 - prevalence) * fpr, prevalence * (1 - tpr), (1 - prevalence) * (1 - fpr))


def auc(labels: list[int], scores: list[float]) -> float:
    p = [s for y, s in zip(labels, scores, strict=True) if y]
    n = [s for y, s in zip(labels, scores, strict=True) if not y]
    return sum((a > b) + (a == b) / 2 for a in p for b in n) / (len(p) * len(n))


def test_the_running_example() -> None:
    positives, negatives = 100, 9_900
    tp, fp = round(0.8 * positives), round(0.05 * negatives)
    assert says(f"Then TP = {tp}, FN = {positives - tp}, FP = {fp}, TN = {negatives - fp:,}.")
    found = Counts(tp, fp, positives - tp, negatives - fp)
    assert says(f"Precision is ${tp}/{tp + fp} = {found.precision:.3f}$, and accuracy is {found.accuracy:.4f}.")


def test_prevalence_from_the_alert_rate() -> None:
    alerts = (80 + 495) / 10_000
    assert says(f"here $({alerts} - 0.05)/{0.8 - 0.05:.2f} = {(alerts - 0.05) / (0.8 - 0.05):.2f}$.")


def test_odds_of_precision() -> None:
    for prevalence, tpr, fpr in ((0.3, 0.7, 0.2), (0.01, 0.9, 0.05)):
        precision = at(prevalence, tpr, fpr).precision
        assert precision / (1 - precision) == pytest.approx(prevalence / (1 - prevalence) * tpr / fpr)


def test_which_rates_feel_the_class_mix() -> None:
    few, many = at(0.1, 0.8, 0.05), at(0.5, 0.8, 0.05)
    assert few.tpr == pytest.approx(many.tpr) and few.tnr == pytest.approx(many.tnr) and few.balanced == pytest.approx(many.balanced)
    assert all(abs(getattr(few, rate) - getattr(many, rate)) > 0.01 for rate in ("precision", "npv", "accuracy", "f1", "kappa", "mcc"))
    assert at(0.1, 0.8, 0.2).accuracy == pytest.approx(at(0.5, 0.8, 0.2).accuracy)
    # Harder negatives at the same prevalence: what divides by positives stays, the rest moves.
    harder = at(0.1, 0.8, 0.2)
    assert harder.tpr == pytest.approx(few.tpr)
    assert all(getattr(harder, rate) < getattr(few, rate) for rate in ("tnr", "precision", "npv", "accuracy"))


def test_f_scores() -> None:
    def f(beta: float) -> float:
        return (1 + beta**2) * 0.5 * 0.8 / (beta**2 * 0.5 + 0.8)

    assert says(f"$F_1 = {f(1):.3f}$, $F_2 = {f(2):.3f}$, $F_{{0.5}} = {f(0.5):.3f}$. The average of both would be {(0.5 + 0.8) / 2:.2f}")
    assert says(rf"Flagging every row scores $2\pi/(1 + \pi)$, which is {2 * 0.5 / 1.5:.2f} on balanced data.")
    for share in (0.1, 0.5):
        flag_all = 2 * share / (2 * share + (1 - share))
        assert flag_all == pytest.approx(2 * share / (1 + share))


def test_best_f1_threshold_is_half_the_best_f1() -> None:
    probabilities = np.sort(np.random.default_rng(0).beta(0.5, 2, 200_000))[::-1]
    found = np.cumsum(probabilities)  # expected true positives if the first rows are flagged
    f1 = 2 * found / (np.arange(1, len(found) + 1) + found[-1])
    best = int(f1.argmax())
    assert probabilities[best] == pytest.approx(f1[best] / 2, abs=1e-3)


A = np.array([[885, 10, 5], [40, 40, 0], [15, 0, 5]])
B = np.array([[840, 40, 20], [20, 60, 0], [5, 0, 15]])


def test_averages_disagree() -> None:
    for name, matrix in (("A", A), ("B", B)):
        assert list(matrix.sum(axis=1)) == [900, 80, 20]
        f1 = 2 * matrix.diagonal() / (matrix.sum(axis=0) + matrix.sum(axis=1))
        accuracy, weighted, macro = matrix.trace() / 1000, f1 @ matrix.sum(axis=1) / 1000, f1.mean()
        bold = (lambda x, it: f"**{x:.3f}**" if it else f"{x:.3f}") if name == "A" else (lambda x, it: f"{x:.3f}" if it else f"**{x:.3f}**")
        assert says("{}, {} and {} times".format(*matrix.sum(axis=0)))
        shares = ", ".join(str(x) for x in matrix.diagonal()) + " | " + ", ".join(f"{x:.2f}" for x in f1)
        assert says(f"| model {name} | {shares} | {bold(accuracy, True)} | {bold(weighted, True)} | {bold(macro, False)} |")


def test_two_macro_f1s_differ_by_nearly_a_half() -> None:
    """One class with much precision and little recall, the other the other way round."""
    precision, recall = np.array([1.0, 1e-6]), np.array([1e-6, 1.0])
    mean_of_f1 = (2 * precision * recall / (precision + recall)).mean()
    f1_of_means = 2 * precision.mean() * recall.mean() / (precision.mean() + recall.mean())
    assert says("They can differ by as much as 0.5") and 0.499 < f1_of_means - mean_of_f1 <= 0.5


@pytest.mark.parametrize(("prevalence", "shown"), [(0.5, "50%"), (0.1, "10%"), (0.01, "1%"), (0.001, "0.1%")])
def test_table_over_prevalences(prevalence: float, shown: str) -> None:
    x = at(prevalence, 0.8, 0.05)
    values = (x.accuracy, x.precision, x.f1, x.balanced, x.kappa, x.mcc)
    assert says(f"| {shown} | " + " | ".join(f"{value + 1e-9:.3f}" for value in values) + " |")
    assert x.mcc**2 == pytest.approx((x.tpr + x.tnr - 1) * (x.precision + x.npv - 1))
    assert says("though in the last one 98% of alarms are false") and round(100 * (1 - at(0.001, 0.8, 0.05).precision)) == 98


def test_classes_can_be_swapped() -> None:
    x, y = Counts(30, 5, 10, 55), Counts(55, 10, 5, 30)
    assert x.kappa == pytest.approx(y.kappa) and x.mcc == pytest.approx(y.mcc) and x.balanced == pytest.approx(y.balanced)
    assert x.f1 != pytest.approx(y.f1)
    labels, flags = np.repeat([1, 0, 1, 0], [30, 5, 10, 55]), np.repeat([1, 1, 0, 0], [30, 5, 10, 55])
    assert x.mcc == pytest.approx(np.corrcoef(labels, flags)[0, 1])


def fpr_at(recall: float) -> float:
    return 1 - NORMAL.cdf(2 - NORMAL.inv_cdf(recall))


def test_two_normals() -> None:
    area = NORMAL.cdf(2 / sqrt(2))
    assert says(rf"AUC is $\Phi(2/\sqrt2) = {area:.3f}$") and says(f"At recall 0.80 the FPR is {fpr_at(0.8):.3f}.")
    steps = 20_000
    recalls = [(i + 0.5) / steps for i in range(steps)]
    assert sum(1 - fpr_at(r) for r in recalls) / steps == pytest.approx(area, abs=1e-4)
    for share, shown, chance in ((0.5, "50%", "0.50"), (0.1, "10%", "0.10"), (0.01, "1%", "0.01")):
        average = sum(at(share, r, fpr_at(r)).precision for r in recalls) / steps
        assert says(f"| {shown} | {area:.3f} | {at(share, 0.8, fpr_at(0.8)).precision:.3f} | {average:.3f} | {chance} |")
    heights = ", ".join(f"{at(share, 0.8, fpr_at(0.8)).precision:.2f}" for share in (0.5, 0.1))
    assert says(f"at recall 0.80 precision is {heights} and {at(0.01, 0.8, fpr_at(0.8)).precision:.2f}.")


def test_auc_by_pairs_and_by_ranks() -> None:
    positives, negatives = [0.8, 0.4], [0.6, 0.4, 0.2]
    everything = sorted(positives + negatives)
    ranks = [np.mean([i + 1 for i, s in enumerate(everything) if s == p]) for p in positives]
    by_pairs = auc([1, 1, 0, 0, 0], positives + negatives)
    assert says(f"$4.5/6 = {by_pairs:.2f}$. By ranks: $R_+ = {ranks[0]:.0f} + {ranks[1]} = {sum(ranks)}$")
    assert (sum(ranks) - 3) / 6 == by_pairs


def test_pooled_auc() -> None:
    first, second = [1] * 80 + [0] * 20, [1] * 20 + [0] * 80
    assert auc(first, [0.8] * 100) == 0.5
    assert says(f"has AUC 0.5 inside both and {auc(first + second, [0.8] * 100 + [0.3] * 100):.2f} pooled.")


def test_areas_under_precision_and_recall() -> None:
    assert says(f"so AP = $7/12 = {(1 / 2 + 2 / 3) / 2:.3f}$; interpolated it is {2 / 3:.3f}.")
    steps, trapezoid = 0.1 * 1 + 0.9 * 0.01, 0.1 * 1 + 0.9 * (1 + 0.01) / 2
    assert says(rf"AP is $0.1 \cdot 1 + 0.9 \cdot 0.01 = {steps:.3f}$. The trapezoid claims {trapezoid:.2f}, though")
    # The nine other positives are anywhere among 999 tied rows: at rank i one stands with probability 9/999.
    expected = (1 + sum(9 / 999 * (2 + (i - 2) * 8 / 998) / i for i in range(2, 1001))) / 10
    assert says(f"shuffling the tied rows would give an AP of {expected:.3f} on average")
    # Straight lines may also be too low: labels 1, 0, 1 from the top.
    points = [(0.0, 1.0), (0.5, 1.0), (0.5, 0.5), (1.0, 2 / 3)]
    lines = sum((r2 - r1) * (p1 + p2) / 2 for (r1, p1), (r2, p2) in pairwise(points))
    assert lines < (1 + 2 / 3) / 2


def test_losses_of_probabilities() -> None:
    assert says(f"$q = 0.0001$ on a positive costs {-log(0.0001):.2f}, where $q = 0.5$ costs {-log(0.5):.2f}.")
    a, b = -log(0.51), -(3 * log(0.9) + log(0.4)) / 4
    assert says(f"accuracy 1, log loss {a:.3f}. B gives 0.9, 0.9, 0.9, 0.4: accuracy 0.75, log loss {b:.3f}.")
    grid = [i / 1000 for i in range(1, 1000)]
    losses: list[Callable[[float], float]] = [lambda q: -0.7 * log(q) - 0.3 * log(1 - q), lambda q: 0.7 * (1 - q) ** 2 + 0.3 * q * q]
    assert [min(grid, key=loss) for loss in losses] == [0.7, 0.7]
    assert says(rf"at $\pi = 1\%$ a constant has Brier {0.01 * 0.99:.4f}.")


def test_brier_splits_in_three() -> None:
    groups = [(60, 6, 0.2), (40, 30, 0.7)]
    base = 36 / 100
    uncertainty = base * (1 - base)
    resolution = sum(n * (k / n - base) ** 2 for n, k, _ in groups) / 100
    reliability = sum(n * (k / n - q) ** 2 for n, k, q in groups) / 100
    score = sum(k * (1 - q) ** 2 + (n - k) * q**2 for n, k, q in groups) / 100
    assert score == pytest.approx(reliability - resolution + uncertainty)
    assert says(f"| {uncertainty:.4f} | | resolution") and says(f"| {resolution:.4f} | | reliability") and says(f"| {reliability:.4f} | | Brier")
    assert says(f"| Brier | ${reliability:.4f} - {resolution:.4f} + {uncertainty:.4f}$ | {score:.4f} |")
    assert says(f"The **skill score** $1 - {score:.4f}/{uncertainty:.4f} = {1 - score / uncertainty:.2f}$")


def test_calibration_error() -> None:
    def gap(n: int, p: float) -> float:
        logs = [sum(map(log, range(n - k + 1, n + 1))) - sum(map(log, range(1, k + 1))) for k in range(n + 1)] if n <= 100 else []
        if logs:
            return sum(np.exp(logs[k] + k * log(p) + (n - k) * log(1 - p)) * abs(k / n - p) for k in range(n + 1))
        k = round(n * p)  # closed form of the mean absolute deviation, at a whole mean
        return 2 * (1 - p) * k * comb(n, k) * p**k * (1 - p) ** (n - k) / n

    centers = [(2 * i + 1) / 20 for i in range(10)]
    few, many = (sum(gap(n, p) for p in centers) / 10 for n in (100, 1000))
    assert says(f"the expected ECE is {few:.3f}; with 1,000 rows a bin {many:.3f}.")
    assert says(f"about {few:.2f} with a hundred rows in each of ten bins if predictions spread over 0 to 1, less where they are all small")
    assert gap(100, 0.01) < few / 3
    assert says(rf"ECE = $0.8 \cdot 0.02 + 0.2 \cdot 0.10 = {0.8 * 0.02 + 0.2 * 0.10:.3f}$, not the plain mean {(0.02 + 0.10) / 2:.2f}.")


def test_capacity() -> None:
    precision, gain, prevalence, share = 600 / 5000, 600 / 2000, 2000 / 100_000, 5000 / 100_000
    assert says(f"Precision at $k$ is {precision:.2f}, gain {gain:.2f}, lift")
    assert says(f"lift ${precision:.2f}/{prevalence:.2f} = {gain:.2f}/{share:.2f} = {precision / prevalence:.0f}$.")
    assert says(rf"here $2{{,}}000/5{{,}}000 = {2000 / 5000:.2f}$") and says(f"$n/k$, here {min(1 / prevalence, 1 / share):.0f}.")


def test_break_even() -> None:
    caught = 4 + 0.25 * 120
    assert says(rf"$c_{{TP}} = 4 + 0.25 \cdot 120 = {caught:.0f}$, and $p^* = 4/(4 + {120 - caught:.0f}) = {4 / (4 + 120 - caught):.3f}$.")
    assert says(rf"pay 4 if $p \cdot {0.75 * 120:.0f} > 4$") and says(f"gives $4/124 = {4 / 124:.3f}$.")
    assert says(f"above {100 * 4 / 90:.1f}%.")
    # The best point of a smooth ROC curve has the slope of the lines of equal cost.
    share, c_fp, c_fn = 0.02, 1.0, 20.0
    recalls = [i / 10_000 for i in range(1, 10_000)]
    best = min(recalls, key=lambda r: (1 - share) * fpr_at(r) * c_fp + share * (1 - r) * c_fn)
    slope = 2e-4 / (fpr_at(best + 1e-4) - fpr_at(best - 1e-4))
    assert slope == pytest.approx((1 - share) / share * c_fp / c_fn, rel=0.01)


def test_correction_after_dropping_negatives() -> None:
    def corrected(q: float, w: float) -> float:
        return w * q / (w * q + 1 - q)

    assert says(f"a score $q = 0.5$ means $p = 0.05/0.55 = {corrected(0.5, 0.1):.3f}$.")
    assert says(f"so about {corrected(0.5, 0.01):.4f}.")
    true = 0.03
    sampled = true / (true + (1 - true) * 0.1)
    assert corrected(sampled, 0.1) == pytest.approx(true)


def hanley(area: float, positives: int, negatives: int) -> float:
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (positives - 1) * (q1 - area**2) + (negatives - 1) * (q2 - area**2)
    return sqrt(variance / (positives * negatives))


def test_standard_errors() -> None:
    p, n, z = 0.8, 50, 1.96
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    assert says(f"recall 0.80: standard error {sqrt(p * (1 - p) / n):.3f}, 95% Wilson interval {low:.2f} to {high:.2f}")
    assert says(f"AUC 0.91 with 200 positives and 19,800 negatives: {hanley(0.91, 200, 19_800):.3f} by the approximate formula")
    for negatives in (19_800, 10_000_000):
        smaller, larger = hanley(0.91, 200, negatives), hanley(0.90, 200, negatives)
        assert says(f"With 200 positives and many negatives the standard error of each is about {smaller:.3f} to {larger:.3f}.")
    row = sqrt(p * (1 - p) / 200)
    assert says(rf"$1 + 9 \cdot 0.5 = {1 + 9 * 0.5}$ times as large")
    assert says(f"at recall 0.80 the standard error is {row * sqrt(5.5):.3f}, not {row:.3f}.")


def test_the_worst_slice_is_biased_low() -> None:
    weights = [comb(100, k) * 0.9**k * 0.1 ** (100 - k) for k in range(101)]
    at_least = [sum(weights[k:]) for k in range(101)]
    worst = sum(tail**20 for tail in at_least[1:]) / 100  # the mean of a count is the sum of its upper tails
    assert says(f"The worst one shows {worst:.2f} on average.")


def test_precision_reverses() -> None:
    a, b = [(90, 100), (2, 10)], [(19, 20), (30, 100)]
    assert all(y[0] / y[1] > x[0] / x[1] for x, y in zip(a, b, strict=True))
    for name, slices, bold in (("A", a, False), ("B", b, True)):
        cells = [f"{hits} of {n}, " + (f"**{hits / n:.2f}**" if bold else f"{hits / n:.2f}") for hits, n in slices]
        hits, n = (sum(x) for x in zip(*slices, strict=True))
        total = f"{hits} of {n}, " + (f"{hits / n:.2f}" if bold else f"**{hits / n:.2f}**")
        assert says(f"| {name} | {cells[0]} | {cells[1]} | {total} |")


def test_spoken_numbers() -> None:
    x = Counts(50, 50, 50, 9_850)
    assert says(f"{100 * x.accuracy:.1f}% accuracy, precision {x.precision}, recall {x.tpr}.")
    assert Counts(50, 50, 50, 9_850).accuracy == 0.99
    assert round(0.01 * 999) == 10 and says("means ten false alarms per positive")
    ratio = 0.9 / 0.1
    odds = ratio / 19
    assert says(f"the odds are 9 over 19, or {odds:.2f}, so precision is {100 * odds / (1 + odds):.0f}%.")
