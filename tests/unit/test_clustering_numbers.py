"""Recomputes the numbers in the text of the chapter on clustering.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its results.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from itertools import combinations
from math import cos, exp, log, pi, radians, sqrt
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, rand_score, silhouette_score

DOCS = Path(__file__).parents[2] / "docs/unsupervised"
PAGE = " ".join((DOCS / "clustering.md").read_text(encoding="utf-8").split())
GROUPS = np.array([0, 0.5, 1, 1.5, 3, 3.5, 4, 4.5, 10, 12, 14, 16])[:, None]


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def inertia(points: np.ndarray, labels: np.ndarray) -> float:
    own = [points[labels == label] for label in np.unique(labels)]
    return float(sum(((part - part.mean(axis=0)) ** 2).sum() for part in own))


def test_both_splits_of_a_rectangle_are_final() -> None:
    corners = np.array([[0.0, 0], [4, 0], [0, 2], [4, 2]])
    found = {}
    for name, centers in {"left": [[0.0, 1], [4, 1]], "bottom": [[2.0, 0], [2, 2]]}.items():
        labels = ((corners[:, None] - np.array(centers)) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array([corners[labels == number].mean(axis=0) for number in (0, 1)])
        assert np.array_equal(moved, centers)
        found[name] = inertia(corners, labels)
    assert says(rf"$J = 4 \times 1^2 = {found['left']:.0f}$")
    assert says(rf"$J = 4 \times 2^2 = {found['bottom']:.0f}$")
    total = inertia(corners, np.zeros(4))
    assert says(f"it is ${total:.0f} = {found['left']:.0f} + {total - found['left']:.0f}$")
    assert says("four times as bad as left and right") and found["bottom"] == 4 * found["left"]


def test_total_variation_splits() -> None:
    rng = np.random.default_rng(1)
    points, labels = rng.normal(size=(40, 3)), np.arange(40) % 4
    between = sum(10 * ((points[labels == j].mean(axis=0) - points.mean(axis=0)) ** 2).sum() for j in range(4))
    assert inertia(points, np.zeros(40)) == pytest.approx(inertia(points, labels) + between)


def test_squared_weights_choose_the_far_seed() -> None:
    assert says(f"$100/(0 + 1 + 100) = {100 / 101:.2f}$")


def test_one_far_point_costs_a_cluster() -> None:
    rng = np.random.default_rng(2)
    groups = np.concatenate([rng.normal(size=50), rng.normal(size=50)])
    groups[:50] -= groups[:50].mean()
    groups[50:] += 4 - groups[50:].mean()
    limit = 4 * sqrt(51 / 2)
    assert says(rf"$L = 4\sqrt{{25.5}} = {limit:.1f}$")
    for far, alone_wins in ((limit - 0.1, False), (limit + 0.1, True)):
        points = np.append(groups, 4 + far)[:, None]
        joined, alone = np.repeat([0, 1], [50, 51]), np.repeat([0, 1], [100, 1])
        assert (inertia(points, alone) < inertia(points, joined)) == alone_wins


def test_the_figure_shows_what_its_text_says() -> None:
    shown = runpy.run_path(str(DOCS / "figures/where-k-means-cuts.py"))
    labels = {name: shown["two_means"](points, start)[0] for name, (points, _, start) in shown["shapes"]().items()}
    truth = {name: groups for name, (_, groups, _) in shown["shapes"]().items()}
    for ring in (0, 1):  # the line cuts both rings
        assert len(set(labels["rings"][truth["rings"] == ring])) == 2
    tight = set(labels["wide and tight"][truth["wide and tight"] == 1])
    assert len(tight) == 1
    assert 3 <= sum(label in tight for label in labels["wide and tight"][truth["wide and tight"] == 0]) <= 30
    points = shown["shapes"]()["stretched"][0]
    assert abs(adjusted_rand_score(truth["stretched"], labels["stretched"])) < 0.1
    stays, _ = shown["two_means"](points, np.array([[0.0, -1.4], [0.0, 1.4]]))
    assert adjusted_rand_score(truth["stretched"], stays) == 1
    saved = 1 - inertia(points, labels["stretched"]) / inertia(points, stays)
    assert says(f"A start at the true means would stay there, but the cut across has {100 * saved:.0f}% less inertia")


def test_uniform_data_have_an_elbow() -> None:
    points = (np.arange(1200) + 0.5)[:, None] / 1200
    costs = [inertia(points, np.arange(1200) * k // 1200) for k in (1, 2, 3, 4)]
    shown = [100 * cost / costs[0] for cost in costs]
    assert says(f"is ${shown[0]:.0f}, {shown[1]:.0f}, {shown[2]:.1f}, {shown[3]:.2f}$")
    assert says("100, 25, 11, 6") and [round(value) for value in shown] == [100, 25, 11, 6]


def test_silhouette_by_hand() -> None:
    means = [np.abs(np.array(part) - 2).mean() for part in ([0, 3], [7, 9], [-3, -4])]
    a, b = means[0], min(means[1:])
    assert (a, means[1], b) == (1.5, 6, 5.5)
    assert says(f"$s = {b - a:.0f}/5.5 = {(b - a) / b:.3f}$")


def em_step(x: np.ndarray, weights: np.ndarray, means: np.ndarray, variances: np.ndarray) -> tuple[float, np.ndarray, tuple[np.ndarray, ...]]:
    """Log-likelihood and responsibilities before the step, and the new parameters."""
    densities = weights * np.exp(-((x[:, None] - means) ** 2) / (2 * variances)) / np.sqrt(2 * pi * variances)
    r = densities / densities.sum(axis=1, keepdims=True)
    n = r.sum(axis=0)
    new = (r * x[:, None]).sum(axis=0) / n
    return float(np.log(densities.sum(axis=1)).sum()), r, (n / len(x), new, (r * (x[:, None] - new) ** 2).sum(axis=0) / n)


def test_em_on_three_points() -> None:
    x = np.array([1.0, 2, 6])
    start, r, first = em_step(x, np.full(2, 0.5), np.array([1.0, 5]), np.ones(2))
    after, _, second = em_step(x, *first)
    last, _, third = em_step(x, *second)
    assert [round(log(r[i, 0] / r[i, 1]), 6) for i in range(3)] == [8, 4, -12]
    assert says(f"$r_{{i1}} = {r[0, 0]:.4f}, {r[1, 0]:.3f}, {r[2, 0]:.6f}$")
    assert says(rf"$n_1 = {3 * first[0][0]:.3f}$, $\mu = ({first[1][0]:.3f}, {first[1][1]:.3f})$")
    assert says(f"variances ${first[2][0]:.3f}$ and ${first[2][1]:.3f}$, and $\\ell$ rises from ${start:.2f}$ to ${after:.2f}$")
    assert says(rf"variance $2.4 \times 10^{{-11}}$, and $\ell$ jumps from ${after:.2f}$ to $+{last:.2f}$")
    assert 2.3e-11 < second[2][1] < 2.5e-11
    assert third[2][1] < 1e-30
    assert says(rf"$\ln 2 = {log(2):.2f}$")


def log_likelihood(x: np.ndarray, weights: np.ndarray, means: np.ndarray, precisions: np.ndarray, r: np.ndarray) -> float:
    """The expected complete log-likelihood Q of the page."""
    total = 0.0
    for j, (weight, mean, precision) in enumerate(zip(weights, means, precisions, strict=True)):
        gaps = x - mean
        logs = 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * np.einsum("ni,ij,nj->n", gaps, precision, gaps) + log(weight)
        total += float(r[:, j] @ logs)
    return total


def test_m_step_is_where_the_gradient_vanishes() -> None:
    rng = np.random.default_rng(3)
    x, r = rng.normal(size=(30, 2)), rng.dirichlet(np.ones(3), 30)
    n = r.sum(axis=0)
    means = (r.T @ x) / n[:, None]
    covariances = np.stack([(r[:, j, None] * (x - means[j])).T @ (x - means[j]) / n[j] for j in range(3)])
    precisions = np.linalg.inv(covariances)
    best = log_likelihood(x, n / 30, means, precisions, r)
    for _ in range(20):
        step = rng.normal(size=(3, 2, 2)) * 1e-3
        weights = n / 30 * np.exp(rng.normal(size=3) * 1e-2)
        moved = (weights / weights.sum(), means + rng.normal(size=(3, 2)) * 1e-2, precisions + step + step.transpose(0, 2, 1))
        assert log_likelihood(x, *moved, r) < best
    # The gradient in a precision, at another matrix: half of n Sigma minus the weighted scatter.
    other, h = np.array([[2.0, 0.3], [0.3, 1.0]]), 1e-6
    scatter = (r[:, 0, None] * (x - means[0])).T @ (x - means[0])
    shift = np.array([[h, 0], [0, 0]])
    change = [log_likelihood(x, n / 30, means, np.stack([other + sign * shift, *precisions[1:]]), r) for sign in (1, -1)]
    assert (change[0] - change[1]) / (2 * h) == pytest.approx((n[0] * np.linalg.inv(other) - scatter)[0, 0] / 2, rel=1e-4)


def test_parameters_of_covariance_types() -> None:
    k, d = 5, 10
    for row, count in {"spherical": k, "diagonal": k * d, "tied": d * (d + 1) // 2, "full": k * d * (d + 1) // 2}.items():
        assert PAGE.split(f"| {row} | ")[1].split(" |")[2].strip() == str(count)
    full = k * d * (d + 1) // 2
    assert says(f"${full} + {k * d} + {k - 1} = {full + k * d + k - 1}$")
    assert says(f"so {100 * 101 // 2:,} per component at d = 100")


def test_weights_wash_out_as_the_variance_falls() -> None:
    def nearer(epsilon: float) -> float:
        near, far = 0.1 * exp(-0.5 / epsilon), 0.9 * exp(-2 / epsilon)
        return near / (near + far)

    assert says(rf"${nearer(1):.3f}$ at $\varepsilon = 1$, and ${nearer(0.1):.6f}$ at $\varepsilon = 0.1$")


def test_no_radius_finds_groups_of_two_densities() -> None:
    truth = np.repeat([0, 1, 2], 4)
    found = {eps: DBSCAN(eps=eps, min_samples=2).fit_predict(GROUPS) for eps in np.arange(0.25, 8, 0.25)}
    assert all(adjusted_rand_score(truth, labels) < 1 for eps, labels in found.items() if eps >= 1.5)
    for eps, labels in found.items():
        assert (len(set(labels[:8])) == 1) == (eps >= 1.5 or eps < 0.5)  # merged, or all noise
        assert (labels[8:] >= 0).all() == (eps >= 2)
    assert says("with min_samples 2 and min_cluster_size 4")
    labels = HDBSCAN(min_cluster_size=4, min_samples=2, copy=True).fit_predict(GROUPS)
    assert adjusted_rand_score(truth, labels) == 1 and labels.min() == 0
    tight = np.arange(6.0)[:, None]  # one group: found only if the root may be chosen
    assert set(HDBSCAN(min_cluster_size=5, allow_single_cluster=True, copy=True).fit_predict(tight)) == {0}
    assert set(HDBSCAN(min_cluster_size=5, copy=True).fit_predict(tight)) == {-1}


def test_stability_of_clusters() -> None:
    whole, half = 8 * (1 / 1.5 - 1 / 5.5), 4 * (2 - 1 / 1.5)
    assert says(rf"$8\,(\frac{{1}}{{1.5}} - \frac{{1}}{{5.5}}) = {whole:.2f}$")
    assert says(rf"$4\,(2 - \frac{{1}}{{1.5}}) = {half:.2f}$")
    assert says(f"${2 * half:.2f} > {whole:.2f}$")
    assert float(np.diff(GROUPS[:, 0])[7]) == 5.5 and float(np.diff(GROUPS[:, 0])[3]) == 1.5


@pytest.mark.parametrize(
    ("linkage", "text", "two"),
    [
        ("single", "single linkage merges at $4, 6, 7$", [0, 0, 0, 1]),
        ("complete", "Complete linkage joins $10$ and $17$ at $7$, before", [0, 0, 1, 1]),
        ("ward", "Ward agrees with complete", [0, 0, 1, 1]),
        ("average", "", [0, 0, 1, 1]),
    ],
)
def test_linkage_of_four_points(linkage: str, text: str, two: list[int]) -> None:
    points = np.array([[0.0], [4], [10], [17]])
    assert says(text)
    assert adjusted_rand_score(two, AgglomerativeClustering(2, linkage=linkage).fit_predict(points)) == 1
    if linkage in ("single", "complete"):
        tree = runpy.run_path(str(DOCS / "figures/two-linkages.py"))
        heights = [height for _, _, height in tree["merges"](tree["LINKAGES"][linkage])]
        assert heights == {"single": [4, 6, 7], "complete": [4, 7, 17]}[linkage]


def test_ward_adds_up_to_the_total() -> None:
    def rise(a: list[float], b: list[float]) -> float:
        return len(a) * len(b) / (len(a) + len(b)) * (np.mean(a) - np.mean(b)) ** 2

    rises = [rise([0], [4]), rise([10], [17]), rise([0, 4], [10, 17])]
    total = inertia(np.array([[0.0], [4], [10], [17]]), np.zeros(4))
    assert sum(rises) == pytest.approx(total)
    assert says(f"its rises ${rises[0]:.0f}$, ${rises[1]:.1f}$ and ${rises[2]:.2f}$ add up to the total variation ${total:.2f}$")
    tree = AgglomerativeClustering(1, linkage="ward", compute_distances=True).fit(np.array([[0.0], [4], [10], [17]]))
    assert tree.distances_ == pytest.approx([sqrt(2 * value) for value in rises])
    heights = [sqrt(2 * value) for value in rises]
    assert says(f"here ${heights[0]:.0f}$, ${heights[1]:.0f}$ and ${heights[2]:.1f}$")
    assert says("100,000 points are 40 GB in float64") and 1e5**2 / 2 * 8 == 40e9


def test_laplacian() -> None:
    rng = np.random.default_rng(4)
    w = np.triu(rng.random((6, 6)), 1)
    w += w.T
    laplacian, f = np.diag(w.sum(axis=1)) - w, rng.normal(size=6)
    assert f @ laplacian @ f == pytest.approx(sum(w[i, j] * (f[i] - f[j]) ** 2 for i, j in combinations(range(6), 2)))
    path = np.zeros((4, 4))
    for i, weight in enumerate((1, 0.1, 1)):
        path[i, i + 1] = path[i + 1, i] = weight
    values, vectors = np.linalg.eigh(np.diag(path.sum(axis=1)) - path)
    assert says(f"$0$, ${values[1]:.3f}$, ${values[2]:.0f}$ and ${values[3]:.3f}$")
    second = vectors[:, 1] * np.sign(vectors[0, 1])
    assert says(f"$({', '.join(f'{value:.3f}' for value in second)})$")
    blocks = np.kron(np.eye(3), np.ones((2, 2)) - np.eye(2))
    assert (np.abs(np.linalg.eigvalsh(np.diag(blocks.sum(axis=1)) - blocks)) < 1e-12).sum() == 3


def test_a_hundred_million_rows() -> None:
    n, d, k = 10**8, 128, 1000
    assert says(f"${n * d * 4 / 1e9:.1f}$ GB")
    assert says(f"${n**2 / 2 * 4 / 1e15:.0f}$ PB")
    assert says(rf"$2nkd = {2 * n * k * d / 1e13:.1f} \times 10^{{13}}$ operations, {2 * n * k * d / 1e12:.0f} seconds")
    assert says(f"${k * (d + 1) * 4 / 1e6:.1f}$ MB in float32")
    assert says(f"{100 / sqrt(1000):.1f}% of the cell's spread")
    assert says("51 gigabytes") and says("20 petabytes") and says("26 trillion operations")


def test_moving_borders_double_the_noise_of_two_centers() -> None:
    rng = np.random.default_rng(9)
    found = []
    for _ in range(600):
        x = np.sort(rng.normal(size=2000))
        left, sizes = np.cumsum(x)[:-1], np.arange(1, 2000)
        saved = left**2 / sizes + (x.sum() - left) ** 2 / (2000 - sizes)
        cut = int(saved.argmax())  # the best two clusters on a line are a cut
        found.append((x.sum() - left[cut]) / (2000 - sizes[cut]))
    fixed = sqrt(1 - 2 / pi) / sqrt(1000)
    assert 1.8 < np.std(found) / fixed < 2.4
    assert says("two centers on one normal bump: about twice as much")


def test_a_final_state_that_one_move_improves() -> None:
    points = np.array([[0.0], [2], [3.1]])
    centers = np.array([1, 3.1])
    assert (np.abs(points - centers).argmin(axis=1) == [0, 0, 1]).all()  # final: both centers are means
    assert inertia(points, np.array([0, 1, 1])) < inertia(points, np.array([0, 0, 1]))
    assert says("Moving single points between clusters (Hartigan's method) can still lower $J$ there")


def test_adding_to_the_variance_lowers_the_likelihood() -> None:
    def fit(variance: float, extra: float) -> float:
        return -25 * (log(2 * pi * (variance + extra)) + variance / (variance + extra))

    assert fit(0.75, 0.1) < fit(0.75, 0.0)
    assert says(r"`reg_covar` in scikit-learn; $\ell$ can then fall a little")


def test_shuffled_columns_are_too_easy_a_null() -> None:
    rng = np.random.default_rng(10)
    bump = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 600)
    shuffled = np.column_stack([bump[:, 0], rng.permutation(bump[:, 1])])
    scores = [silhouette_score(data, KMeans(2, n_init=5, random_state=0).fit_predict(data)) for data in (bump, shuffled)]
    assert scores[0] > scores[1] + 0.1
    assert says("Shuffling each column is too easy a null")


def test_unit_vectors() -> None:
    total = 2 + 2 * cos(radians(60))
    assert says(rf"2\cos 60° = {total:.0f}$, their mean has length ${sqrt(total) / 2:.3f}$, and $J = 2 - 3/2 = {2 - total / 2}$")
    rng = np.random.default_rng(5)
    unit = rng.normal(size=(30, 4))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    labels = np.arange(30) % 3
    sums = [np.linalg.norm(unit[labels == j].sum(axis=0)) for j in range(3)]
    assert inertia(unit, labels) == pytest.approx(30 - sum(s**2 / 10 for s in sums))


def test_gower() -> None:
    assert says(f"$(0.2 + 1 + 0)/3 = {(10 / 50 + 1 + 0) / 3:.1f}$")
    # The triangle inequality, on two features of range 1: the middle row lacks the second.
    rows = [(0.0, 0.0), (0.0, None), (0.0, 1.0)]

    def gower(a: tuple[float | None, ...], b: tuple[float | None, ...]) -> float:
        return float(np.mean([abs(x - y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]))

    assert gower(rows[0], rows[2]) > gower(rows[0], rows[1]) + gower(rows[1], rows[2])
    assert says("With missing values it can break the triangle inequality")


def test_external_measures() -> None:
    truth, found = np.repeat([0, 1], 5), np.array([0, 0, 0, 0, 1, 0, 1, 1, 1, 1])
    ari, nmi = adjusted_rand_score(truth, found), normalized_mutual_info_score(truth, found)
    assert says(f"$E = 400/45 = {400 / 45:.2f}$, ARI $= {12 - 400 / 45:.2f}/{20 - 400 / 45:.2f} = {ari:.2f}$")
    assert rand_score(truth, found) == pytest.approx(29 / 45)
    assert says(f"$29/45 = {29 / 45:.2f}$, accuracy after matching labels $0.8$, NMI ${nmi:.2f}$")
    classes, single = np.repeat(np.arange(10), 10), np.arange(100)
    assert says(rf"(\ln 10 + \ln 100) = {normalized_mutual_info_score(classes, single):.2f}$, ARI $0$")
    assert adjusted_rand_score(classes, single) == 0


def test_random_labels_score_more_nmi_with_more_clusters() -> None:
    rng = np.random.default_rng(6)
    classes = np.repeat(np.arange(10), 10)

    def average(score: Callable[..., float], k: int) -> float:
        return float(np.mean([score(classes, rng.integers(k, size=100)) for _ in range(60)]))

    assert average(normalized_mutual_info_score, 40) > average(normalized_mutual_info_score, 5) + 0.2
    assert abs(average(adjusted_rand_score, 40)) < 0.02


def test_halves_of_one_normal_look_different() -> None:
    mean, spread = sqrt(2 / pi), sqrt(1 - 2 / pi)
    assert says(rf"$\pm {mean:.3f}$ and standard deviation ${spread:.3f}$")
    assert says(rf"{2 * mean:.3f}/({spread:.3f}\sqrt{{2/50}}) = {2 * mean / (spread * sqrt(2 / 50)):.1f}$")
    assert says(rf"$2/\pi = {200 / pi:.0f}\%$")
    points = np.random.default_rng(7).normal(size=(4000, 1))
    fit = KMeans(2, n_init=1, random_state=0).fit(points)
    assert 1 - fit.inertia_ / inertia(points, np.zeros(4000)) == pytest.approx(2 / pi, abs=0.02)
    assert says("give a t of 13")
