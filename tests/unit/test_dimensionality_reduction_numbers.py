"""Recomputes the numbers in the text of the chapter on dimensionality reduction.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its results.
"""

from __future__ import annotations

import runpy
from math import ceil, erf, exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA, FactorAnalysis, KernelPCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE, trustworthiness
from sklearn.model_selection import cross_val_score
from sklearn.random_projection import johnson_lindenstrauss_min_dim

DOCS = Path(__file__).parents[2] / "docs/unsupervised"
PAGE = " ".join((DOCS / "dimensionality-reduction.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def phi(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


def test_variance_and_error_are_one_problem() -> None:
    rows = np.array([[2.0, 2], [-2, -2], [1, -1], [-1, 1]])
    covariance = rows.T @ rows / 4
    values, vectors = np.linalg.eigh(covariance)
    assert says(f"both variances ${covariance[0, 0]}$, covariance ${covariance[0, 1]}$")
    assert says(rf"The eigenvalues are ${values[1]:.0f}$ along $(1, 1)/\sqrt2$ and ${values[0]:.0f}$")
    w = vectors[:, 1]
    lost = ((rows - np.outer(rows @ w, w)) ** 2).sum(axis=1)
    assert says(f"loses ${', '.join(f'{abs(value):.0f}' for value in lost)}$, on average ${lost.mean():.0f} = \\lambda_2$")
    rng = np.random.default_rng(1)
    data = rng.normal(size=(50, 4)) @ rng.normal(size=(4, 4))
    data -= data.mean(axis=0)
    top = np.linalg.svd(data)[2][:2]
    best = ((data - data @ top.T @ top) ** 2).sum()
    for _ in range(50):  # no other plane does better, shifted or not
        basis = np.linalg.qr(rng.normal(size=(4, 2)))[0]
        shift = rng.normal(size=4) * 0.1
        assert (((data - shift) - (data - shift) @ basis @ basis.T) ** 2).sum() >= best


def test_covariance_against_correlation() -> None:
    covariance = np.array([[100.0, 4], [4, 1]])
    assert covariance[0, 1] / sqrt(covariance[0, 0] * covariance[1, 1]) == 0.4
    values, vectors = np.linalg.eigh(covariance)
    first = np.abs(vectors[:, 1])
    assert says(f"at $({first[0]:.3f}, {first[1]:.3f})$, with ${100 * values[1] / 101:.1f}\\%$ of the variance")
    for rho in (0.05, 0.4, 0.99):
        spread, axes = np.linalg.eigh(np.array([[1, rho], [rho, 1]]))
        assert np.abs(axes[:, 1]) == pytest.approx([sqrt(0.5)] * 2)
        if rho == 0.4:
            assert says(rf"so the first component has ${50 * spread[1]:.0f}\%$")


def test_a_first_component_of_noise() -> None:
    assert says(
        rf"$(1 + \sqrt{{50/200}})^2/50 = {100 * (1 + sqrt(50 / 200)) ** 2 / 50:.1f}\%$ (the limit for large $n$ and $d$; simulated, $4.3\%$), not $1/50 = {100 / 50:.0f}\%$"
    )
    rng = np.random.default_rng(2)
    shares = []
    for _ in range(30):
        rows = rng.normal(size=(200, 50))
        values = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
        shares.append(values[0] / values.sum())
    assert np.mean(shares) == pytest.approx(0.045, abs=0.003)


def test_the_useful_direction_has_little_variance() -> None:
    large, small = 9, 0.25 + 1
    assert says(rf"keeps $9/{large + small} = {100 * large / (large + small):.1f}\%$ of the variance")
    assert says(rf"$\Phi(-2) = {100 * phi(-2):.1f}\%$") and 1 / 0.5 == 2
    assert says(rf"the axis with ${100 * small / (large + small):.1f}\%$ of the variance")
    assert says(f"and $4/0.25 = {4 / 0.25:.0f}$ along feature 2")
    assert says(f"where {100 * large / (large + small):.0f} percent of the variance gives a coin flip")
    assert says(f"the dropped 12 percent give {100 * phi(-2):.1f} percent error")
    shown = runpy.run_path(str(DOCS / "figures/pca-against-lda.py"))
    points, labels = shown["classes"]()
    found = {}
    for name, vector in shown["directions"](points, labels).items():
        scores = points @ vector
        middle = (scores[labels == 0].mean() + scores[labels == 1].mean()) / 2
        right = ((scores > middle) == labels).mean()
        found[name] = max(right, 1 - right)
    assert found["first PC"] < 0.6 and found["LDA"] > 0.95


def test_directions_of_discriminants() -> None:
    rng = np.random.default_rng(3)
    labels = np.arange(120) % 4
    rows = rng.normal(size=(120, 6)) + rng.normal(size=(4, 6))[labels]
    means = np.array([rows[labels == k].mean(axis=0) for k in range(4)])
    between = 30 * (means - rows.mean(axis=0)).T @ (means - rows.mean(axis=0))
    assert np.linalg.matrix_rank(between, tol=1e-8) == 3
    assert LinearDiscriminantAnalysis().fit_transform(rows, labels).shape[1] == 3
    two = labels < 2
    within = sum((rows[labels == k] - means[k]).T @ (rows[labels == k] - means[k]) for k in (0, 1))
    fisher = np.linalg.solve(within, means[1] - means[0])
    library = LinearDiscriminantAnalysis(solver="eigen").fit(rows[two], labels[two]).scalings_[:, 0]
    assert abs(fisher @ library) / np.linalg.norm(fisher) / np.linalg.norm(library) == pytest.approx(1)
    # at least d + K rows: with one less the scatter within is singular
    for n, rank in ((10, 6), (9, 5)):
        few, own = rng.normal(size=(n, 6)), np.arange(n) % 4
        gaps = few - np.array([few[own == k].mean(axis=0) for k in range(4)])[own]
        assert np.linalg.matrix_rank(gaps.T @ gaps, tol=1e-8) == rank
    assert says("so at least $d + K$ rows")


def test_kernel_pca_with_a_linear_kernel_is_pca() -> None:
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(20, 3)) + 5
    kernel, j = rows @ rows.T, np.full((20, 20), 1 / 20)
    centered = kernel - j @ kernel - kernel @ j + j @ kernel @ j
    values, vectors = np.linalg.eigh(centered)
    scores = vectors[:, ::-1][:, :2] * np.sqrt(values[::-1][:2])
    assert np.abs(scores) == pytest.approx(np.abs(PCA(2).fit_transform(rows)))
    assert np.abs(scores) == pytest.approx(np.abs(KernelPCA(2).fit_transform(rows)))
    assert says(rf"$10^{{10}} \times 8 = {1e10 * 8 / 1e9:.0f}$ GB")


def test_johnson_lindenstrauss() -> None:
    below = 0.1**2 / 2 - 0.1**3 / 3
    k = 4 * log(10_000) / below
    assert says(rf"$4 \times {log(10_000):.3f}/{below:.6f}$, so $k = 7{{,}}895$") and ceil(k) == 7895
    assert johnson_lindenstrauss_min_dim(10_000, eps=0.1) in (ceil(k), ceil(k) - 1)
    sure = 2 * log(10_000**2 / 0.01) / below
    assert says(f"it is ${ceil(sure):,}$".replace(",", "{,}"))
    # the failure bound behind both: two tails per pair
    assert 10_000**2 * exp(-ceil(sure) * below / 2) <= 0.01
    assert 2 * exp(-k * below / 2) == pytest.approx(2 / 10_000**2)
    for epsilon in (0.05, 0.2, 0.5, 0.9):  # tails of a chi-squared ratio
        g = epsilon**2 / 2 - epsilon**3 / 3
        assert (epsilon - log(1 + epsilon)) / 2 >= g / 2 and (-epsilon - log(1 - epsilon)) / 2 >= g / 2
    assert says(rf"$k \approx 2\,(1.96/0.1)^2 = {2 * (1.96 / 0.1) ** 2:.0f}$")
    ratios = np.random.default_rng(5).chisquare(768, 100_000) / 768
    assert (np.abs(ratios - 1) < 0.1).mean() == pytest.approx(0.95, abs=0.005)
    assert 4 * log(10**8) / below > 15_000 and says("more than 15,000 dimensions")


def test_codes_of_a_linear_autoencoder() -> None:
    c = np.array([[1.0, 1], [0, 1]])
    codes = c @ np.diag([9, 4]) @ c.T
    assert says(rf"\begin{{pmatrix}} {codes[0, 0]:.0f} & {codes[0, 1]:.0f} \\ {codes[1, 0]:.0f} & {codes[1, 1]:.0f} \end{{pmatrix}}$. They correlate")
    rng = np.random.default_rng(6)
    rows = rng.normal(size=(200, 5)) * [4, 3, 1, 0.9, 0.8]
    rows -= rows.mean(axis=0)
    v = np.linalg.svd(rows)[2][:2].T
    encoder, decoder = 0.3 * rng.normal(size=(2, 5)), 0.3 * rng.normal(size=(5, 2))
    covariance = rows.T @ rows / len(rows)
    for _ in range(6000):  # gradient descent on the squared loss
        error = decoder @ encoder - np.eye(5)
        step_d, step_e = error @ covariance @ encoder.T, decoder.T @ error @ covariance
        decoder, encoder = decoder - 0.01 * step_d, encoder - 0.01 * step_e
    assert decoder @ encoder == pytest.approx(v @ v.T, abs=1e-4)  # the subspace
    assert abs((encoder @ covariance @ encoder.T)[0, 1]) > 1e-2  # not the axes


def test_factors_against_components() -> None:
    loadings = np.array([1.0, 1, 1, 0])
    covariance = np.outer(loadings, loadings) + np.diag([0.2, 0.2, 0.2, 10])
    values = np.linalg.eigvalsh(covariance)[::-1]
    assert says(f"Eigenvalues of the covariance: ${values[0]:.0f}$, ${values[1]:.1f}$, ${values[2]:.1f}$, ${values[3]:.1f}$")
    assert says(rf"${values[0]:.0f}/{values.sum():.1f} = {100 * values[0] / values.sum():.1f}\%$")
    spread = np.sqrt(np.diag(covariance))
    shown = np.linalg.eigvalsh(covariance / np.outer(spread, spread))[::-1]
    assert says(f"eigenvalues ${shown[0]:.2f}$, ${shown[1]:.0f}$, ${shown[2]:.2f}$, ${shown[3]:.2f}$")
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(4000, 1)) * loadings + rng.normal(size=(4000, 4)) * np.sqrt([0.2, 0.2, 0.2, 10])
    model = FactorAnalysis(1, noise_variance_init=rows.var(axis=0), tol=1e-6, max_iter=5000).fit(rows)
    assert np.abs(model.components_[0]) == pytest.approx([1, 1, 1, 0], abs=0.1)
    flat = FactorAnalysis(1, tol=1e-3).fit(rows)  # the default start ends on a flat stretch
    assert np.abs(flat.components_[0][:3]).max() < 0.5 and flat.loglike_[-1] < model.loglike_[-1] - 1000
    assert says("The likelihood can have flat stretches: compare starts.")


def test_two_gaussian_sources_have_no_axes() -> None:
    sources = np.random.default_rng(7).normal(size=(20_000, 2))
    flat = np.random.default_rng(8).uniform(-sqrt(3), sqrt(3), (20_000, 2))

    def kurtosis(values: np.ndarray) -> float:
        return float((values**4).mean() / (values**2).mean() ** 2 - 3)

    turned = np.array([sqrt(0.5), sqrt(0.5)])
    assert abs(kurtosis(sources @ turned) - kurtosis(sources[:, 0])) < 0.2
    assert kurtosis(flat[:, 0]) < kurtosis(flat @ turned) - 0.4  # others show them


def test_tails_and_torn_neighbors() -> None:
    assert says(f"$e^{{-r^2}}$ needs $r = {sqrt(log(100)):.1f}$, and $1/(1 + r^2)$ needs $r = {sqrt(99):.1f}$")
    p, flat = np.array([0.49, 0.49, *[0.005] * 4]), np.full(6, 1 / 6)
    near, far = 1.0, 1 / (1 + 97)  # two pairs, each on one spot, so far apart that the map has these similarities
    assert near / (2 * near + 4 * far) == pytest.approx(0.49)
    assert says(f"KL $= {(p * np.log(p / flat)).sum():.2f}$")
    assert says(f"the same with roles swapped: ${(flat * np.log(flat / p)).sum():.2f}$")
    # every row has at least 1/2n of the symmetric similarities
    rng = np.random.default_rng(9)
    rows = np.vstack([rng.normal(size=(20, 2)), [[50.0, 50.0]]])
    square = ((rows[:, None] - rows) ** 2).sum(axis=2)
    np.fill_diagonal(square, np.inf)
    conditional = np.exp(-(square - square.min(axis=1, keepdims=True)) / 2)
    conditional /= conditional.sum(axis=1, keepdims=True)
    joint = (conditional + conditional.T) / (2 * len(rows))
    assert joint.sum() == pytest.approx(1) and (joint.sum(axis=1) >= 1 / (2 * len(rows)) - 1e-12).all()


def test_islands_from_noise() -> None:
    shown = runpy.run_path(str(DOCS / "figures/islands-from-noise.py"))
    rows, maps = shown["cloud"](), shown["maps"]()
    assert rows.shape == (300, 10) and says("the same 300 points from one normal cloud in ten dimensions")
    largest = {name: largest_island(points) for name, points in maps.items()}
    assert largest["t-SNE, 2"] < 60 and largest["t-SNE, 30"] > 150 and largest["PCA"] > 150
    trust = {name: trustworthiness(rows, points, n_neighbors=10) for name, points in maps.items()}
    kept = {name: trustworthiness(points, rows, n_neighbors=10) for name, points in maps.items()}
    assert trust["t-SNE, 2"] > trust["PCA"] + 0.05 and kept["t-SNE, 2"] < kept["PCA"] - 0.02
    assert says("t-SNE at perplexity 2 beats PCA in trustworthiness and still invents islands. Its continuity is lower")


def largest_island(points: np.ndarray) -> int:
    gaps = np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(gaps, np.inf)
    near = gaps <= 3 * np.median(gaps.min(axis=1))
    left, best = set(range(len(points))), 0
    while left:
        queue, size = [left.pop()], 0
        while queue:
            size += 1
            found = left.intersection(np.flatnonzero(near[queue.pop()]).tolist())
            left -= found
            queue += found
        best = max(best, size)
    return best


def test_t_sne_has_no_transform() -> None:
    assert not hasattr(TSNE, "transform") and says("scikit-learn's `TSNE` has no `transform`")


def test_edges_and_pairs_of_umap() -> None:
    n = 100_000
    assert says(f"at most ${15 * n / 1e6}$ million edges, against ${n * (n - 1) / 2 / 1e9:.1f} \\times 10^9$ pairs")
    assert round(exp((121 - 100) / 2), -3) == 36_000 and says(r"$e^{(121 - 100)/2} = e^{10.5} \approx 36{,}000$")


def test_labels_leak_through_a_reduction() -> None:
    rng = np.random.default_rng(10)
    leaked, honest = [], []
    for _ in range(25):
        rows, labels = rng.normal(size=(60, 40)), rng.permutation(np.arange(60) % 2)
        scores = LinearDiscriminantAnalysis().fit_transform(rows, labels)
        leaked.append(cross_val_score(LogisticRegression(), scores, labels, cv=5).mean())
        honest.append(cross_val_score(LinearDiscriminantAnalysis(), rows, labels, cv=5).mean())
    assert np.mean(leaked) == pytest.approx(0.92, abs=0.02) and says("five-fold accuracy of a classifier on it: about $0.92$")
    assert np.mean(honest) == pytest.approx(0.5, abs=0.04) and says("LDA inside each fold: about one half")
    chosen = []
    for _ in range(12):
        rows, labels = rng.normal(size=(60, 2000)), rng.permutation(np.arange(60) % 2)
        best = np.argsort(-abs((labels - 0.5) @ (rows - rows.mean(axis=0)) / rows.std(axis=0)))[:20]
        chosen.append(cross_val_score(LogisticRegression(), rows[:, best], labels, cv=5).mean())
    assert np.mean(chosen) == pytest.approx(0.9, abs=0.04) and says("give a logistic regression ninety percent in cross-validation")
    x1, x2 = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    assert x1 @ (x1 * x2) == x2 @ (x1 * x2) == 0


def test_bytes_of_embeddings() -> None:
    full, codes = 768 * 4, 96
    assert says(f"in float32: {full:,} bytes. With $m = 96$ (pieces of {768 // 96}): {codes} bytes, {full // codes} times less")
    assert says(f"from {full / 10:.0f} GB to {codes / 10:.1f} GB, plus a codebook of {256 * 768 * 4 / 1e6:.1f} MB, and {8 / 10:.1f} GB")
    assert says(f"prefix of 64 in float32 takes {64 * 4} bytes")
    assert says("307 gigabytes") and says("96 bytes a vector gives 9.6 gigabytes")


def ranks(points: list[float]) -> np.ndarray:
    gaps = np.abs(np.subtract.outer(points, points))
    np.fill_diagonal(gaps, -1)
    return gaps.argsort(axis=1).argsort(axis=1)


def test_trustworthiness_by_hand() -> None:
    before, after = [0, 1, 2.1, 3.3, 4.6, 6], [0, 1, 2.1, 3.3, 4.6, 0.3]
    r, q = ranks(before), ranks(after)
    false = [int(r[i, j] - 1) for i in range(6) for j in range(6) if q[i, j] == 1 < r[i, j]]
    lost = [int(q[i, j] - 1) for i in range(6) for j in range(6) if r[i, j] == 1 < q[i, j]]
    assert false == [4, 4, 4] and says(rf"cost $3 \times 4 = 12$, so $T = {1 - sum(false) / 24}$")
    assert sorted(lost) == [1, 1, 4] and says(f"Lost neighbors cost $1 + 1 + 4 = {sum(lost)}$: continuity ${1 - sum(lost) / 24}$")
    assert 6 * 1 * (2 * 6 - 3 - 1) / 2 == 24 and says(r"$2/(6 \times 8) = 1/24$")
    same = sum(int(r[i].tolist().index(1) == q[i].tolist().index(1)) for i in range(6))
    assert says(f"Overlap is ${same}/6$, by chance ${1 / 5}$")
    columns = [np.array(values)[:, None] for values in (before, after)]
    assert trustworthiness(*columns, n_neighbors=1) == pytest.approx(0.5)
    assert trustworthiness(*columns[::-1], n_neighbors=1) == pytest.approx(0.75)
