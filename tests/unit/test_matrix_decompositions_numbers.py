"""Recomputes the numbers in the text of the chapter on matrix decompositions, and tries its statements on random matrices.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

from math import ceil, exp, log, log10, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/math/matrix-decompositions.md").read_text(encoding="utf-8").split())
Matrix = np.ndarray[Any, np.dtype[np.float64]]
SHEAR = np.array([[4.0, 0.0], [3.0, 5.0]])
COVARIANCE = np.array([[5.0, 2.0], [2.0, 2.0]])


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def shown(matrix: Matrix) -> str:
    """A 2 × 2 matrix as the page writes it."""
    (a, b), (c, d) = matrix.tolist()
    return rf"\begin{{pmatrix}} {a:g} & {b:g} \\ {c:g} & {d:g} \end{{pmatrix}}"


def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def steps(ratio: float, factor: float = 1000) -> int:
    return ceil(log(factor) / -log(ratio))


def power(number: float) -> str:
    digits = round(log10(number))
    return f"10^{{{digits}}}"


# Eigenvalues


def test_the_shear_has_eigenvalues_4_and_5() -> None:
    assert says(rf"$\mat{{A}} = {shown(SHEAR)}$ has trace {np.trace(SHEAR):g} and determinant {np.linalg.det(SHEAR):.0f}, so eigenvalues 4 and 5.")
    assert sorted(np.linalg.eigvals(SHEAR).tolist()) == [4, 5]
    assert says(r"$\mat{A}(1, -3)^\T = (4, -12)^\T$ and $\mat{A}(0, 1)^\T = (0, 5)^\T$")
    assert (SHEAR @ [1, -3]).tolist() == [4, -12]
    assert (SHEAR @ [0, 1]).tolist() == [0, 5]


def test_a_defective_matrix_is_fragile_and_its_powers_grow() -> None:
    jordan = np.array([[1.0, 1.0], [0.0, 1.0]])
    assert np.linalg.matrix_rank(jordan - np.eye(2)) == 1  # one line of eigenvectors
    assert np.linalg.matrix_power(jordan, 7).tolist() == [[1, 7], [0, 1]]
    moved = np.linalg.eigvals(np.array([[1.0, 1.0], [1e-10, 1.0]])).max() - 1
    assert says(f"a change of ${power(1e-10)}$ in one entry moves them by ${power(moved)}$")
    assert moved == pytest.approx(1e-5, rel=1e-6)


def test_a_rotation_has_imaginary_eigenvalues() -> None:
    assert says(r"its eigenvalues are $\pm i$")
    values = np.linalg.eigvals(np.array([[0.0, -1.0], [1.0, 0.0]]))
    assert sorted(values.imag.tolist()) == pytest.approx([-1, 1])
    assert np.abs(values.real).max() < 1e-12


# Symmetric matrices


def test_the_covariance_has_eigenvalues_6_and_1() -> None:
    assert says(rf"$\mat{{C}} = {shown(COVARIANCE)}$ has trace 7 and determinant 6: eigenvalues 6 and 1, along $(2, 1)/\sqrt5$ and $(1, -2)/\sqrt5$")
    assert (COVARIANCE @ [2, 1]).tolist() == [12, 6]
    assert (COVARIANCE @ [1, -2]).tolist() == [1, -2]
    assert says(f"$6/7 = {100 * 6 / 7:.1f}\\%$")


def test_rayleigh_quotients_and_weyl() -> None:
    rng = generator()
    for _ in range(20):
        s, e = (x + x.T for x in rng.normal(size=(2, 5, 5)))
        values = np.linalg.eigvalsh(s)
        x = rng.normal(size=5)
        assert values[0] <= x @ s @ x / (x @ x) <= values[-1]
        moved = np.abs(np.linalg.eigvalsh(s + e) - values).max()
        assert moved <= np.linalg.norm(e, 2) + 1e-9


def test_eigenvectors_turn_by_at_most_twice_the_noise_over_the_gap() -> None:
    assert says(r"obeys $\sin\varphi \le 2\lVert\mat{E}\rVert_2/(\lambda_1 - \lambda_2)$")
    rng = generator()
    worst = 0.0
    for gap in (0.1, 0.5, 2.0):
        s = np.diag([3 + gap, 3.0, 1.0, 0.5])
        for _ in range(200):
            e = rng.normal(size=(4, 4)) * gap * rng.uniform(0.01, 0.5)
            e = (e + e.T) / 2
            first = np.linalg.eigh(s + e)[1][:, -1]
            sine = sqrt(max(0.0, 1 - first[0] ** 2))
            ratio = sine / (2 * np.linalg.norm(e, 2) / gap)
            worst = max(worst, ratio)
    assert 0.3 < worst <= 1
    # Noise of the size of the gap turns the first vector anywhere, and the plane stays where it is, if the next gap is large.
    s = np.diag([1.01, 1.0, 0.1])
    e = 0.01 * np.diag([-1.0, 1.0, 0.0]) + 0.002 * np.ones((3, 3))
    vectors = np.linalg.eigh(s + e)[1]
    assert abs(vectors[0, -1]) < 0.3
    assert np.abs(vectors[2, 1:]).max() < 0.01
    # Without that gap it doesn't.
    assert np.abs(np.linalg.eigh(np.eye(3) + rng.normal(size=(3, 3)) * 1e-3)[1][2, 1:]).max() > 0.1


def test_sample_eigenvalues_spread_out() -> None:
    low, high = (1 - sqrt(0.5)) ** 2, (1 + sqrt(0.5)) ** 2
    assert says(rf"$(1 \pm \sqrt{{d/n}})^2$, that is {low:.2f} to {high:.2f}[^marchenko]. A first component with {high:.1f} times")
    values = np.linalg.eigvalsh(np.cov(generator().normal(size=(1000, 500)), rowvar=False))
    assert (values[0], values[-1]) == pytest.approx((low, high), abs=0.1)


# SVD and low rank


def test_the_svd_of_the_shear() -> None:
    gram = SHEAR.T @ SHEAR
    assert says(rf"$\mat{{A}}^\T\mat{{A}} = {shown(gram)}$ has eigenvalues 40 and 10")
    assert np.linalg.eigvalsh(gram).tolist() == pytest.approx([10, 40])
    assert says(rf"$\sigma = ({sqrt(40):.2f}, {sqrt(10):.2f})$, with $\vect{{v}}_1 = (1, 1)/\sqrt2$ and $\vect{{u}}_1 = (1, 2)/\sqrt5$")
    assert SHEAR @ np.array([1, 1]) / sqrt(2) == pytest.approx(sqrt(40) * np.array([1, 2]) / sqrt(5))
    assert says(f"stretched by {sqrt(40):.2f}.")
    best = sqrt(40) * np.outer([1, 2], [1, 1]) / sqrt(10)
    assert says(rf"$\mat{{A}}_1 = {shown(best)}$. The residual ${shown(SHEAR - best)}$ has Frobenius norm $\sqrt{{10}} = \sigma_2$.")
    assert np.linalg.norm(SHEAR - best) == pytest.approx(sqrt(10))


def test_norms_in_singular_values() -> None:
    a = generator().normal(size=(6, 6))
    values = np.linalg.svd(a, compute_uv=False)
    assert np.linalg.norm(a, 2) == pytest.approx(values[0])
    assert np.linalg.norm(a) == pytest.approx(sqrt(np.sum(values**2)))
    assert np.linalg.norm(a, "nuc") == pytest.approx(values.sum())
    assert abs(np.linalg.det(a)) == pytest.approx(values.prod())
    assert np.abs(np.linalg.eigvals(a)).max() < values[0]
    u, s, vt = np.linalg.svd(a[:, :4], full_matrices=False)
    assert np.linalg.pinv(a[:, :4]) == pytest.approx(sum(np.outer(vt[i], u[:, i]) / s[i] for i in range(4)))


def test_nothing_of_rank_k_beats_the_cut() -> None:
    rng = generator()
    a = rng.normal(size=(7, 5))
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    cut = (u[:, :2] * s[:2]) @ vt[:2]
    assert np.linalg.norm(a - cut) == pytest.approx(sqrt(np.sum(s[2:] ** 2)))
    assert np.linalg.norm(a - cut, 2) == pytest.approx(s[2])
    for size in (0.01, 0.1, 1.0):
        for _ in range(50):
            left, right = u[:, :2] * s[:2] + size * rng.normal(size=(7, 2)), vt[:2] + size * rng.normal(size=(2, 5))
            left = a @ np.linalg.pinv(right) if size < 1 else left
            assert np.linalg.norm(a - left @ right) > np.linalg.norm(a - cut)
            assert np.linalg.norm(a - left @ right, 2) >= s[2]


def test_the_cut_is_unique_in_one_norm_alone() -> None:
    values = np.array([5.0, 3.0, 2.0, 1.0])
    other = np.diag([5 - 1.9, 3.0, 0, 0])
    assert np.linalg.norm(np.diag(values) - other, 2) == pytest.approx(values[2])
    assert np.linalg.norm(np.diag(values) - other) > np.linalg.norm(values[2:]) + 0.1


def test_null_directions_belong_to_the_svd() -> None:
    a = generator().normal(size=(5, 2)) @ generator().normal(size=(2, 3))
    values, v = np.linalg.eigh(a.T @ a)
    assert np.linalg.norm(a @ v[:, 0]) < 1e-6  # rounding, squared
    u, s, vt = np.linalg.svd(a)
    assert a @ vt.T == pytest.approx(u[:, :3] * s)
    assert np.sort(np.linalg.eigvalsh(a @ a.T))[-2:] == pytest.approx(values[-2:])


def test_energy_and_error() -> None:
    squares = np.array([10, 5, 2, 1]) ** 2
    kept, lost, total = int(squares[:2].sum()), int(squares[2:].sum()), int(squares.sum())
    assert says(
        rf"${kept}/{total} = {100 * kept / total:.1f}\%$ of the energy, yet the relative Frobenius error is $\sqrt{{{lost}/{total}}} = {100 * sqrt(lost / total):.1f}\%$"
    )


def test_the_hard_threshold_lies_above_pure_noise() -> None:
    assert says(rf"$(4/\sqrt3)\sqrt{{n}}\,s \approx {4 / sqrt(3):.2f}\sqrt{{n}}\,s$")
    n = 150
    values = np.linalg.svd(generator().normal(size=(n, n)), compute_uv=False)
    assert values[0] < 4 / sqrt(3) * sqrt(n)
    assert says(r"singular values up to about $2\sqrt{n}\,s$")
    assert values[0] == pytest.approx(2 * sqrt(n), rel=0.05)
    # With unknown noise the same cut is a multiple of the median singular value.
    assert 2.858 * np.median(values) == pytest.approx(4 / sqrt(3) * sqrt(n), rel=0.03)


# PCA


def test_covariance_through_the_svd() -> None:
    x = generator().normal(size=(30, 4)) @ np.diag([3.0, 2.0, 1.0, 0.5]) + 5
    centered = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(centered, full_matrices=False)
    assert (vt.T * (s**2 / 29)) @ vt == pytest.approx(np.cov(x, rowvar=False))
    assert centered @ vt.T == pytest.approx(u * s)


def test_a_large_covariance_matrix() -> None:
    assert says(f"for $d = 100{{,}}000$, $\\mat{{C}}$ takes {100_000**2 * 8 / 1e9:.0f} GB")


def test_squaring_loses_a_small_direction() -> None:
    delta = 1e-9
    x = np.array([[1, 1], [-1, -1], [delta, -delta], [-delta, delta]])
    assert (x.T @ x).tolist() == [[2, 2], [2, 2]]
    assert np.linalg.eigvalsh(x.T @ x)[0] == pytest.approx(0, abs=1e-17)
    assert np.linalg.svd(x, compute_uv=False) == pytest.approx([2, 2e-9], rel=1e-6)
    assert says(r"singular values 2 and $2\delta$")
    assert says(r"where $4 \times 10^{-18}$ would be right. The SVD of $\mat{X}_c$ gives $2 \times 10^{-9}$.")


@pytest.mark.parametrize(("kind", "limit"), [(np.float64, r"$10^{-8}$ in float64"), (np.float32, r"$2 \times 10^{-4}$ in float32")])
def test_where_the_covariance_route_drowns(kind: type, limit: str) -> None:
    assert says(limit)
    edge = sqrt(np.finfo(kind).eps / 2)
    assert edge == pytest.approx({np.float64: 1e-8, np.float32: 2.4e-4}[kind], rel=0.06)
    rng = generator()

    def error(spread: float) -> float:
        """Median relative error of the smallest standard deviation."""
        errors = []
        for _ in range(60):
            base = rng.normal(size=(100, 5))
            left, right = np.linalg.qr(base - base.mean(axis=0))[0], np.linalg.qr(rng.normal(size=(5, 5)))[0]
            x = ((left * np.array([1, 0.5, 0.2, 0.1, spread])) @ right.T).astype(kind)
            errors.append(abs(sqrt(max(0.0, float(np.linalg.eigvalsh(x.T @ x)[0]))) / spread - 1))
        return float(np.median(errors))

    assert error(edge / 3) > 0.3
    assert error(10 * edge) < 0.01


def test_forgotten_centering() -> None:
    second = np.diag([1.0, 4.0]) + np.outer([10, 0], [10, 0])
    assert says(rf"the second moments are $\diag({second[0, 0]:.0f}, {second[1, 1]:.0f})$")


# Power iteration


@pytest.mark.parametrize("ratio", [0.5, 0.9, 0.99])
def test_table_of_steps(ratio: float) -> None:
    assert says(f"| {ratio:g} | {steps(ratio)} |")


def test_steps_in_the_text() -> None:
    assert says(rf"$\ln 1000/\ln(1/0.9) = {log(1000) / log(1 / 0.9):.1f}$, so {steps(0.9)} steps.")
    assert says(f"a factor of about 100, that is at most some {log(100) / log(1 / 0.9):.0f} steps more")
    assert says(f"0.9 needs {steps(0.9)} passes for a factor of a thousand")
    assert says(f"and {steps(0.85)} steps guarantee a factor of a thousand, whatever the graph")


def test_the_bound_holds_at_each_step_and_a_random_start_is_far_off() -> None:
    rng = generator()
    q = np.linalg.qr(rng.normal(size=(50, 50)))[0]
    s = (q * np.concatenate([[-1.0, 0.9], rng.uniform(-0.9, 0.9, 48)])) @ q.T

    def tangent(x: Matrix) -> float:
        along = abs(q[:, 0] @ x)
        return float(sqrt(x @ x - along**2) / along)

    x = rng.normal(size=50)
    start = tangent(x)
    assert sqrt(50) / 10 < start < sqrt(50) * 30
    for t in range(1, 60):
        x = s @ x
        x /= np.linalg.norm(x)
        assert tangent(x) <= 0.9**t * start * (1 + 1e-9)
    for t in range(5):  # the residual bounds the distance to an eigenvalue
        x = rng.normal(size=50) if t else x
        x = x / np.linalg.norm(x)
        value = x @ s @ x
        assert np.abs(np.linalg.eigvalsh(s) - value).min() <= np.linalg.norm(s @ x - value * x) + 1e-12


def test_a_residual_is_judged_by_the_gap() -> None:
    assert says(r"For $\diag(1, 0.9999)$ and $\vect{x} = (1, 1)/\sqrt2$ the residual is $0.00005$, and the angle 45°")
    s, x = np.diag([1, 0.9999]), np.ones(2) / sqrt(2)
    assert np.linalg.norm(s @ x - (x @ s @ x) * x) == pytest.approx(0.00005)
    rng = generator()
    for _ in range(100):
        values = np.sort(rng.normal(size=5))
        s = np.diag(values)
        i = int(rng.integers(5))
        x = np.eye(5)[i] + 0.2 * rng.normal(size=5)
        x /= np.linalg.norm(x)
        value = x @ s @ x
        residual = np.linalg.norm(s @ x - value * x)
        gap = np.abs(np.delete(values, i) - value).min()
        assert sqrt(max(0.0, 1 - x[i] ** 2)) <= residual / gap + 1e-12


def test_deflation_magnifies() -> None:
    assert says(r"comes back in $\vect{q}_2$ times $\lambda_1/\lambda_2$")
    for second in (0.8, 0.1):
        s = np.diag([1, second, second / 2])
        x = np.array([1, 1e-4, 0]) / np.hypot(1, 1e-4)
        values, vectors = np.linalg.eigh(s - (x @ s @ x) * np.outer(x, x))
        y = vectors[:, np.argmax(np.abs(values))]
        assert abs(y[0] / y[1]) / 1e-4 == pytest.approx(1 / second, rel=1e-3)


def test_passes_over_blocks_of_rows() -> None:
    assert says("Rows in blocks do it in $q + 2$ passes: start with")
    assert says("randomized SVD takes three or four passes over blocks of rows")  # q = 1 or 2
    rng = generator()
    sigma = 1 / np.arange(1, 101)
    a = (np.linalg.qr(rng.normal(size=(150, 100)))[0] * sigma) @ np.linalg.qr(rng.normal(size=(100, 100)))[0].T
    best = sqrt(np.sum(sigma[10:] ** 2))

    def excess(basis: Matrix) -> float:
        """Error of rank 10 from a basis of rows, against the best."""
        u, s, vt = np.linalg.svd(a @ basis, full_matrices=False)
        return float(np.linalg.norm(a - (u[:, :10] * s[:10]) @ vt[:10] @ basis.T)) / best

    fused, scheme = [], []
    for _ in range(20):
        v = rng.normal(size=(100, 20))
        for _ in range(2):  # q + 1 steps and a pass for the values, where q = 1
            v = np.linalg.qr(a.T @ (a @ v))[0]
        fused.append(excess(v))
        q = np.linalg.qr(a @ rng.normal(size=(100, 20)))[0]
        q = np.linalg.qr(a @ np.linalg.qr(a.T @ q)[0])[0]
        u, s, vt = np.linalg.svd(q.T @ a, full_matrices=False)
        scheme.append(float(np.linalg.norm(a - (q @ u[:, :10] * s[:10]) @ vt[:10])) / best)
    assert 1 <= np.mean(fused) <= np.mean(scheme) < 1.01


def test_damping_contracts_distributions() -> None:
    rng = generator()
    links = rng.random((8, 8)) ** 4
    links /= links.sum(axis=0)
    google = 0.85 * links + 0.15 / 8
    p, q = rng.dirichlet(np.ones(8)), rng.dirichlet(np.ones(8))
    assert np.abs(google @ (p - q)).sum() <= 0.85 * np.abs(p - q).sum()


def test_randomized_svd() -> None:
    assert says(rf"$\sqrt{{1 + 10/9}} = {sqrt(1 + 10 / 9):.2f}$")
    assert says(f"$q = 2$ turns it into $0.9^5 = {0.9**5:.2f}$")
    rng = generator()
    sigma = 1 / np.arange(1, 61)
    a = (np.linalg.qr(rng.normal(size=(80, 60)))[0] * sigma) @ np.linalg.qr(rng.normal(size=(60, 60)))[0].T
    errors = []
    for _ in range(50):
        basis = np.linalg.qr(a @ rng.normal(size=(60, 20)))[0]
        errors.append(float(np.linalg.norm(a - basis @ (basis.T @ a))))
    assert np.mean(errors) <= sqrt(1 + 10 / 9) * sqrt(np.sum(sigma[10:] ** 2))


# Conditioning


def test_a_nearly_singular_system() -> None:
    a = np.array([[1, 1], [1, 1.0001]])
    assert says(rf"$\kappa \approx {np.linalg.cond(a):,.0f}$".replace(",", "{,}"))
    assert np.linalg.solve(a, [2, 2.0001]) == pytest.approx([1, 1])
    assert np.linalg.solve(a, [2, 2.0002]) == pytest.approx([0, 2])
    change_b = 0.0001 / float(np.hypot(2, 2.0001))
    change_x = float(np.hypot(1, 1) / np.hypot(1, 1))
    assert says(rf"A relative change of ${change_b * 1e5:.1f} \times 10^{{-5}}$ in $\vect{{b}}$ made one of {change_x:g} in $\vect{{x}}$")
    assert says(f"a factor of about {round(change_x / change_b, -3):,.0f}.")
    assert change_x / change_b < np.linalg.cond(a)
    residual = np.linalg.norm(a @ [0, 2] - [2, 2.0001]) / np.hypot(2, 2.0001)
    assert says(rf"$(0, 2)$ has a relative residual of ${residual * 1e5:.1f} \times 10^{{-5}}$")


def test_worst_case_ridge_and_squaring() -> None:
    rng = generator()
    a = rng.normal(size=(5, 5))
    u, s, _ = np.linalg.svd(a)
    x, dx = np.linalg.solve(a, u[:, 0]), np.linalg.solve(a, 1e-3 * u[:, -1])
    assert np.linalg.norm(dx) / np.linalg.norm(x) == pytest.approx(1e-3 * s[0] / s[-1])
    assert np.linalg.cond(a.T @ a) == pytest.approx(np.linalg.cond(a) ** 2)
    assert np.linalg.cond(a.T @ a + 0.3 * np.eye(5)) == pytest.approx((s[0] ** 2 + 0.3) / (s[-1] ** 2 + 0.3))
    tenth = 0.1 * np.eye(10)
    assert np.linalg.det(tenth) == pytest.approx(1e-10)
    assert np.linalg.cond(tenth) == pytest.approx(1)


@pytest.mark.parametrize(
    ("row", "factor", "shown_factor"),
    [
        (r"$\eta = 1/\lambda_1$ | $1 - 1/\kappa = ", 1 - 1 / 100, ".3f"),
        (r"best fixed $\eta$ | $99/101 = ", 99 / 101, ".3f"),
    ],
)
def test_table_of_descent(row: str, factor: float, shown_factor: str) -> None:
    assert says(f"| {row}{factor:{shown_factor}}$ | {steps(factor)} |")


def test_descent_on_a_quadratic() -> None:
    values = np.linspace(1, 100, 30)
    eta = 2 / 101
    factors = np.abs(1 - eta * values)
    assert factors.max() == pytest.approx(99 / 101)
    for other in (0.9 * eta, 1.01 * eta):
        assert np.abs(1 - other * values).max() > factors.max()
    # Heavy ball with the best parameters: the matrix of a step has this spectral radius in each eigendirection.
    root = sqrt(100)
    rate, momentum = 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2
    for value in values:
        step = np.array([[1 + momentum - rate * value, -momentum], [1.0, 0.0]])
        assert np.abs(np.linalg.eigvals(step)).max() == pytest.approx(9 / 11, rel=1e-6)
    assert says(f"it takes {steps(99 / 101)} steps for a factor of a thousand")
    assert says(rf"in the long run $(\sqrt\kappa - 1)/(\sqrt\kappa + 1) = {9 / 11:.3f}$ | 58 |")
    assert says(f"Its rate alone would give {steps(9 / 11)}")

    def heavy_ball(value: float) -> tuple[int, float]:
        """Steps until the error stays below a thousandth, and the largest error."""
        before = now = 1.0
        errors = [now]
        for _ in range(200):
            before, now = now, now - rate * value * now + momentum * (now - before)
            errors.append(abs(now))
        return max(t for t, error in enumerate(errors) if error > 1e-3) + 1, max(errors)

    flat, steep = heavy_ball(1), heavy_ball(100)
    assert says(
        f"{flat[0]} steps if the error lies along the flattest direction, {steep[0]} along the steepest, where it first grows to {steep[1]:.1f} times its size"
    )
    assert max(heavy_ball(value)[0] for value in np.linspace(1, 100, 400)) == steep[0] == 58
    assert says("at most 38 steps") and next(t for t in range(99) if 2 * (9 / 11) ** t <= 1e-3) == 38
    assert says(r"replace $\kappa$ by its root: some 40 to 60 steps")
    # Conjugate gradients on spectra that fill the interval.
    for values in (np.linspace(1, 100, 200), np.logspace(0, 2, 200)):
        b = generator().normal(size=200)
        x, r = np.zeros(200), b.copy()
        p = r.copy()
        for _ in range(38):
            step_size = (r @ r) / (p @ (values * p))
            x, after = x + step_size * p, r - step_size * values * p
            p, r = after + (after @ after) / (r @ r) * p, after
        truth = b / values
        assert sqrt((x - truth) @ (values * (x - truth))) <= 1e-3 * sqrt(truth @ (values * truth))


def test_the_flattest_direction_moves_by_two_over_kappa() -> None:
    assert says("by about two over the condition number per step, at most")
    for kappa in (10, 100, 1000):
        steady = [eta for eta in np.linspace(0.001, 3, 3000) / kappa if abs(1 - eta * kappa) < 1]  # eigenvalues 1 and κ
        assert max(steady) == pytest.approx(2 / kappa, rel=0.01)  # the share that a step takes of the flattest error


def test_scaling_and_correlation() -> None:
    assert says(r"give $\kappa(\mat{H}) = 10^6$")
    assert np.linalg.cond(np.diag([1.0, 1000.0**2])) == pytest.approx(1e6)
    assert np.linalg.cond(np.array([[1, 0.99], [0.99, 1]])) == pytest.approx(199)
    assert says(r"at $0.99$, $\kappa$ is still $1.99/0.01 = 199$")


# Factorizations


def test_cholesky_by_hand() -> None:
    s = np.array([[4.0, 2.0], [2.0, 5.0]])
    lower = np.linalg.cholesky(s)
    assert says(rf"$\mat{{S}} = {shown(s)}$ gives $\mat{{L}} = {shown(lower)}$.")
    y = np.linalg.solve(lower, [2, 5])
    x = np.linalg.solve(lower.T, y)
    assert says(
        rf"gives $\vect{{y}} = ({y[0]:.0f}, {y[1]:.0f})$; backward, $\mat{{L}}^\T\vect{{x}} = \vect{{y}}$ gives $\vect{{x}} = ({x[0]:.0f}, {x[1]:.0f})$"
    )
    assert says(rf"$\ln\det\mat{{S}} = 2(\ln 2 + \ln 2) = \ln {np.linalg.det(s):.0f}$")
    z = generator().normal(size=(2, 40_000))
    assert np.cov(lower @ z) == pytest.approx(s, abs=0.1)


def test_cholesky_refuses_what_is_not_positive_definite() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))


def test_qr_keeps_digits_that_the_normal_equations_lose() -> None:
    rng = generator()
    u, v = np.linalg.qr(rng.normal(size=(60, 8)))[0], np.linalg.qr(rng.normal(size=(8, 8)))[0]
    a = (u * np.logspace(0, -7, 8)) @ v
    truth = rng.normal(size=8)
    b = a @ truth  # residual zero
    q, r = np.linalg.qr(a)
    by_qr = np.linalg.norm(np.linalg.solve(r, q.T @ b) - truth)
    by_normal = np.linalg.norm(np.linalg.solve(a.T @ a, a.T @ b) - truth)
    assert by_qr < 1e-7
    assert by_normal > 1e3 * by_qr


# Low rank


def test_counts_of_parameters() -> None:
    assert says(f"takes {30_000 * 768 / 1e6:.2f} million numbers")
    assert says(rf"$30{{,}}000 \times 128 + 128 \times 768 = {(30_000 * 128 + 128 * 768) / 1e6:.2f}$ million")
    trained, all_ = 8 * (4096 + 4096), 4096**2
    written = f"{trained:,}$ trained numbers against ${all_:,}$".replace(",", "{,}")
    assert says(rf"$8 \times (4096 + 4096) = {written}, or ${100 * trained / all_:.2f}\%$")
    assert says(f"rank 8 trains {100 * trained / all_:.2f}% of the numbers")
    freedom = 5 * (1000 + 1000 - 5)
    assert says(rf"$5 \times 1995 = {freedom:,}$ degrees of freedom".replace("9,975", "9{,}975"))
    assert freedom / 1e6 == pytest.approx(0.01, rel=0.01)


def test_degrees_of_freedom_of_a_low_rank_matrix() -> None:
    rng = generator()
    b, a = rng.normal(size=(6, 2)), rng.normal(size=(2, 5))
    columns = []  # of the derivative of BA with respect to all entries of B and A
    for i in range(6):
        for j in range(2):
            change = np.zeros((6, 2))
            change[i, j] = 1
            columns.append((change @ a).ravel())
    for i in range(2):
        for j in range(5):
            change = np.zeros((2, 5))
            change[i, j] = 1
            columns.append((b @ change).ravel())
    assert np.linalg.matrix_rank(np.array(columns)) == 2 * (6 + 5 - 2)


# Repeated maps


def test_transient_growth() -> None:
    sizes = [5 * t * 0.9 ** (t - 1) for t in range(1, 60)]
    peak = max(sizes)
    assert [t for t, size in enumerate(sizes, 1) if size > peak - 1e-9] == [9, 10]
    assert says(f"it peaks at ${peak:.1f}$ for $t = 9$ and $10$")
    a, x = np.array([[0.9, 5], [0, 0.9]]), np.array([0.0, 1.0])
    norms = []
    for _ in range(91):
        norms.append(float(np.linalg.norm(x)))
        x = a @ x
    assert norms[9] == pytest.approx(peak, abs=0.05)
    assert norms[50] > 1 > norms[60]
    assert says("climbs to 19.4 at steps 9 and 10, is still above 1 at step 50, and then falls as well")
    assert says(rf"0.9 leaves ${0.9**100 * 1e5:.1f} \times 10^{{-5}}$, one of 1.1 makes {1.1**100:,.0f}.")


def test_radii_say_nothing_about_products() -> None:
    a = np.array([[0, 2], [0, 0]])
    assert np.abs(np.linalg.eigvals(a)).max() == 0
    assert np.abs(np.linalg.eigvals(a @ a.T)).max() == 4
    assert says("both have radius 0, and their product has radius 4")


# Whitening


def test_whitening_and_mahalanobis() -> None:
    values, q = np.linalg.eigh(COVARIANCE)
    pca, zca, chol = np.diag(values**-0.5) @ q.T, q @ np.diag(values**-0.5) @ q.T, np.linalg.inv(np.linalg.cholesky(COVARIANCE))
    for w in (pca, zca, chol):
        assert w @ COVARIANCE @ w.T == pytest.approx(np.eye(2))
        for point, squared in (((2, 1), 5 / 6), ((1, -2), 5)):
            assert np.sum((w @ point) ** 2) == pytest.approx(squared)
    assert says(rf"$d_M^2$ is $5/6 = {5 / 6:.2f}$ and $5/1 = 5$")
    assert says(rf"the 99% limit is $2\ln 100 = {2 * log(100):.2f}$")
    assert exp(-log(100)) == pytest.approx(0.01)

    def distance(w: Matrix) -> float:  # mean of |x - Wx|²
        return float(np.trace((np.eye(2) - w) @ COVARIANCE @ (np.eye(2) - w).T))

    for angle in np.linspace(0.1, 6.2, 40):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        assert distance(turn @ zca) > distance(zca)
        assert distance(turn @ np.diag([1, -1]) @ zca) > distance(zca)


def test_no_row_is_farther_than_its_own_fit_allows() -> None:
    assert says(f"above $(n-1)^2/n$, which is {49**2 / 50:.2f} for $n = 50$")
    x = generator().normal(size=(50, 10))
    for far in (10.0, 1e3, 1e5):
        x[0] = far
        centered = x - x.mean(axis=0)
        distances = np.sum((centered @ np.linalg.inv(np.cov(x, rowvar=False))) * centered, axis=1)
        assert distances.mean() == pytest.approx(9.8)
        assert distances.max() < 49**2 / 50 + 1e-4
    assert distances.max() == pytest.approx(48.02, abs=1e-3)


def test_filled_zeros_pull_the_ratings_down() -> None:
    rng = generator()
    seen = rng.random((600, 500)) < 0.01
    filled = np.where(seen, rng.integers(1, 6, size=seen.shape), 0).astype(float)
    u, s, vt = np.linalg.svd(filled, full_matrices=False)
    fit = (u[:, :20] * s[:20]) @ vt[:20]
    assert fit[seen].mean() < 0.3 * filled[seen].mean()
    # Most terms of the loss are fills, but most of the loss is at the ratings: the fit has nearly given them up.
    assert np.sum((fit - filled)[~seen] ** 2) < 0.3 * np.sum((fit - filled) ** 2)


def test_gram_schmidt_loses_orthogonality() -> None:
    rng = generator()
    a = (np.linalg.qr(rng.normal(size=(60, 8)))[0] * np.logspace(0, -7, 8)) @ np.linalg.qr(rng.normal(size=(8, 8)))[0]
    q = np.zeros((60, 8))
    for j in range(8):
        column = a[:, j] - q[:, :j] @ (q[:, :j].T @ a[:, j])
        q[:, j] = column / np.linalg.norm(column)
    householder = np.linalg.qr(a)[0]
    assert np.linalg.norm(q.T @ q - np.eye(8)) > 1e6 * np.linalg.norm(householder.T @ householder - np.eye(8))


def test_a_typical_distance_in_100_dimensions() -> None:
    distances = np.linalg.norm(generator().normal(size=(2000, 100)), axis=1)
    assert distances.mean() == pytest.approx(10, rel=0.02)
    assert distances.min() > 7
