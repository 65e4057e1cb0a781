"""Recomputes the numbers, and tries the claims, in the text of the chapter on linear algebra.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Identities are tried on random matrices. Numbers of the questions have proofs of their own.
"""

from __future__ import annotations

from fractions import Fraction as F
from math import cos, log10, pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[Any]
PAGE = " ".join((Path(__file__).parents[2] / "docs/math/linear-algebra.md").read_text(encoding="utf-8").split())
EXAMPLE = np.array([[1, 1, 2], [1, 2, 3], [2, 1, 3]])


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def tuple_of(vector: Array) -> str:
    return "(" + ", ".join(f"{value:g}" for value in vector) + ")"


def matrix(rows: Array) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(f"{value:g}" for value in row) for row in rows) + r" \end{pmatrix}"


def power(value: float, digits: int = 1) -> str:
    exponent = int(np.floor(log10(value)))
    return rf"{value / 10**exponent:.{digits}f} \times 10^" + (f"{{{exponent}}}" if exponent > 9 else f"{exponent}")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_two_units_and_an_intercept() -> None:
    celsius = np.array([0.0, 10, 20])
    fahrenheit = 32 + 1.8 * celsius
    assert says(f"Celsius of ${', '.join(f'{c:g}' for c in celsius)}$ and the same in Fahrenheit, ${', '.join(f'{f:g}' for f in fahrenheit)}$")
    X = np.column_stack([np.ones(3), celsius, fahrenheit])
    null = np.array([32, 1.8, -1])
    assert says(rf"$\vect{{v}} = {tuple_of(null)}$") and np.allclose(X @ null, 0)
    assert np.linalg.matrix_rank(X) == 2
    first = np.array([5, 2, 0])
    second = first + null
    assert says(f"$y = {first[0]} + {first[1]}C$ and $y = {second[0]:g} + {second[1]:g}C - F$") and second[2] == -1
    assert np.allclose(X @ first, X @ second)
    assert not np.isclose(np.array([1, 30, 68]) @ first, np.array([1, 30, 68]) @ second)


def test_a_new_row_has_one_prediction_only_in_the_row_space(rng: np.random.Generator) -> None:
    X = rng.normal(size=(8, 2)) @ rng.normal(size=(2, 4))
    y = rng.normal(size=8)
    best = np.linalg.pinv(X) @ y
    null = np.linalg.svd(X)[2][2:]  # a basis of the null space
    other = best + null[0]
    assert np.allclose(X @ best, X @ other)
    inside, outside = X.T @ rng.normal(size=8), null[0] + X[0]
    assert np.isclose(inside @ best, inside @ other) and not np.isclose(outside @ best, outside @ other)


def test_elimination_and_the_four_spaces() -> None:
    A = EXAMPLE
    one = np.array([A[0], A[1] - A[0], A[2] - 2 * A[0]])
    two = np.array([one[0], one[1], one[2] + one[1]])
    assert says(rf"\mat{{A}} = {matrix(A)} \to {matrix(one)} \to {matrix(two)}.")
    assert says(rf"columns 1 and 2 **of $\mat{{A}}$**, ${tuple_of(A[:, 0])}$ and ${tuple_of(A[:, 1])}$.")
    assert says(f"Row space: ${tuple_of(two[0])}$ and ${tuple_of(two[1])}$.")
    null, left = np.array([1, 1, -1]), np.array([3, -1, -1])
    assert says(f"multiples of ${tuple_of(null)}$. Indeed column 3 is column 1 plus column 2.") and not (A @ null).any()
    assert says(f"row 3 is three times row 1 minus row 2, so multiples of ${tuple_of(left)}$.") and not (left @ A).any()
    assert np.array_equal(A[2], 3 * A[0] - A[1])
    assert np.linalg.matrix_rank(A) == np.linalg.matrix_rank(two) == 2
    assert np.linalg.matrix_rank(np.column_stack([A, two])) == 3  # row operations change the column space


def test_right_sides_that_can_be_reached() -> None:
    A, left = EXAMPLE, np.array([3, -1, -1])
    assert says(r"exactly when $3b_1 - b_2 - b_3 = 0$")
    assert left @ np.array([1, 0, 0]) != 0 and left @ np.array([2, 3, 3]) == 0
    null, start = np.array([1, 1, -1]), np.array([1, 1, 0])
    assert np.array_equal(A @ start, [2, 3, 3])
    t = F(-(null @ start).item(), (null @ null).item())
    assert says(
        rf"= {null @ start} + {null @ null}t = 0$, so $t = -\frac{-t.numerator}{t.denominator}$ and $\vect{{x}} = (\frac13, \frac13, \frac23)$"
    )
    shortest = start + float(t) * null
    assert np.allclose(shortest, A[0] / 3) and np.allclose(shortest, np.linalg.pinv(A) @ [2, 3, 3])


@pytest.mark.parametrize(
    ("rows", "columns", "rank", "phrase"),
    [
        (4, 4, 4, r"| $r = m = n$ (invertible) | one for each $\vect{b}$ |"),
        (5, 3, 3, "| $r = n < m$ (tall, full column rank) | none or one |"),
        (3, 5, 3, r"| $r = m < n$ (wide, full row rank) | infinitely many for each $\vect{b}$ |"),
        (4, 4, 2, "| $r < m$ and $r < n$ | none or infinitely many |"),
    ],
)
def test_number_of_solutions(rows: int, columns: int, rank: int, phrase: str, rng: np.random.Generator) -> None:
    assert says(phrase)
    A = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns))
    any_side = rng.normal(size=rows)
    solvable = bool(np.linalg.matrix_rank(np.column_stack([A, any_side])) == np.linalg.matrix_rank(A))
    assert solvable == ("none" not in phrase)
    unique = columns == np.linalg.matrix_rank(A)
    assert unique == ("infinitely" not in phrase)


def test_the_fitted_line() -> None:
    X, y = [[1, 0], [1, 1], [1, 2]], [1, 2, 4]
    a, b, c = sum(r[0] * r[0] for r in X), sum(r[0] * r[1] for r in X), sum(r[1] * r[1] for r in X)
    p, q = sum(r[0] * t for r, t in zip(X, y, strict=True)), sum(r[1] * t for r, t in zip(X, y, strict=True))
    assert says(rf"\begin{{pmatrix}} {a} & {b} \\ {b} & {c} \end{{pmatrix}}\vect{{\beta}} = \begin{{pmatrix}} {p} \\ {q} \end{{pmatrix}}")
    det = a * c - b * b
    beta = F(c * p - b * q, det), F(a * q - b * p, det)
    assert says(rf"\vect{{\beta}} = \begin{{pmatrix}} {beta[0]} \\ {beta[1]} \end{{pmatrix}}")
    fitted = [beta[0] + t * beta[1] for t in (0, 1, 2)]
    residual = [t - f for t, f in zip(y, fitted, strict=True)]
    assert fitted == [F(5, 6), F(7, 3), F(23, 6)] and says(r"fitted values $(\frac56, \frac73, \frac{23}6)$")
    assert residual == [F(1, 6), F(-1, 3), F(1, 6)] and says(r"residuals $(\frac16, -\frac13, \frac16)$")
    assert sum(residual) == 0 and residual[1] + 2 * residual[2] == 0
    assert sum(t * t for t in y) == 21 and sum(f * f for f in fitted) == F(125, 6) and sum(r * r for r in residual) == F(1, 6)
    assert says(r"$21 = \frac{125}6 + \frac16$")
    leverage = [(c - 2 * b * t + a * t * t) / F(det) for t in (0, 1, 2)]
    assert leverage == [F(5, 6), F(1, 3), F(5, 6)] and sum(leverage) == 2
    assert says(r"The trace of $\mat{P}$ is $\frac56 + \frac13 + \frac56 = 2$.")


def test_projections(rng: np.random.Generator) -> None:
    X = rng.normal(size=(9, 3))
    P = X @ np.linalg.inv(X.T @ X) @ X.T
    assert np.allclose(P @ P, P) and np.allclose(P, P.T)
    assert np.allclose(np.sort(np.linalg.eigvalsh(P)), [0] * 6 + [1] * 3, atol=1e-9)
    y = rng.normal(size=9)
    for _ in range(50):
        assert np.linalg.norm(y - X @ rng.normal(size=3)) >= np.linalg.norm(y - P @ y)
    moved = y.copy()
    moved[4] += 1  # the leverage: how far a fitted value follows its own label
    assert np.isclose((P @ moved - P @ y)[4], P[4, 4])


def test_the_shortest_of_many_fits() -> None:
    x, y = np.array([1, 2, 2]), np.array([2, 3, 5])
    assert says(f"give the coefficient ${x @ y}/{x @ x} = {x @ y // (x @ x)}$")
    shortest = np.linalg.pinv(np.column_stack([x, 2 * x])) @ y
    assert says(rf"$\frac{{2}}{{5}}(1, 2) = ({shortest[0]:.1f}, {shortest[1]:.1f})$")
    assert np.allclose(shortest, [0.4, 0.8])


def test_three_roads_to_the_pseudo_inverse(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 4)), rng.normal(size=6)
    best = np.linalg.pinv(X) @ y
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    U, s, V = U[:, :2], s[:2], Vt[:2].T
    assert np.allclose(U @ np.diag(s) @ V.T, X) and np.allclose(V @ np.diag(1 / s) @ U.T @ y, best)
    ridge = np.linalg.solve(X.T @ X + 1e-7 * np.eye(4), X.T @ y)
    assert np.allclose(ridge, best, atol=1e-5)
    start = rng.normal(size=4)
    null_part = start - np.linalg.pinv(X) @ X @ start
    for begin, limit in ((np.zeros(4), best), (start, best + null_part)):
        beta = begin
        for _ in range(6000):
            beta = beta - 1.9 / s[0] ** 2 * X.T @ (X @ beta - y)
        assert np.allclose(beta, limit)
    beta = np.zeros(4)
    for _ in range(200):
        beta = beta - 2.1 / s[0] ** 2 * X.T @ (X @ beta - y)
    assert np.linalg.norm(beta) > 1e3  # the bound on the step is sharp


def test_normal_equations_square_the_condition_number(rng: np.random.Generator) -> None:
    X = rng.normal(size=(20, 4)) * [1, 1, 1, 1e-3]
    assert np.isclose(np.linalg.cond(X.T @ X), np.linalg.cond(X) ** 2, rtol=1e-6)


def relative_errors(kappa: float, dtype: type, rng: np.random.Generator) -> tuple[float, float]:
    """Median error of Cholesky on the normal equations, and of QR, over designs of that condition number."""
    errors = []
    for _ in range(40):
        U, V = np.linalg.qr(rng.normal(size=(60, 6)))[0], np.linalg.qr(rng.normal(size=(6, 6)))[0]
        X = (U * np.geomspace(1, 1 / kappa, 6) @ V.T).astype(dtype)
        beta = rng.choice([-1.0, 1.0], size=6).astype(dtype)
        y = X @ beta
        try:
            L = np.linalg.cholesky(X.T @ X)
            normal = np.linalg.solve(L.T, np.linalg.solve(L, X.T @ y))
        except np.linalg.LinAlgError:
            normal = np.zeros(6)  # nothing is left: an error of 1
        Q, R = np.linalg.qr(X)
        errors.append([float(np.linalg.norm(b - beta) / np.linalg.norm(beta)) for b in (normal, np.linalg.solve(R, Q.T @ y))])
    normal_error, qr_error = np.median(errors, axis=0)
    return float(normal_error), float(qr_error)


def test_digits_that_normal_equations_lose(rng: np.random.Generator) -> None:
    assert says(r"normal equations can lose everything at $\kappa \approx 10^8$; in float32")
    assert says(r"hardly a digit is left at $\kappa \approx 10^{3.5}$") and says("in float32 that happens before $10^4$")
    for kappa, dtype in ((1e8, np.float64), (10**3.5, np.float32)):
        normal, qr = relative_errors(kappa, dtype, rng)
        assert normal > 0.03 and qr < 1e-4
    assert relative_errors(1e4, np.float32, rng)[0] > 0.3
    assert relative_errors(1e4, np.float64, rng)[0] < 1e-6


def test_units_alone_cost_no_digits(rng: np.random.Generator) -> None:
    assert says("units alone make it huge and do the Cholesky solve no harm, though they mislead a rank tolerance")
    units = np.array([1, 1e-6, 1e6, 3])
    X, beta = rng.normal(size=(200, 4)) * units, 1 / units
    assert np.linalg.cond(X) > 1e11
    L = np.linalg.cholesky(X.T @ X)
    assert np.allclose(np.linalg.solve(L.T, np.linalg.solve(L, X.T @ (X @ beta))) / beta, 1, atol=1e-10, rtol=0)
    assert np.linalg.matrix_rank(X, tol=1e-10 * np.linalg.norm(X, 2)) < 4 == np.linalg.matrix_rank(X / units)


def test_the_product_has_the_null_space_of_the_matrix(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(7, 2)) @ rng.normal(size=(2, 4)), rng.normal(size=7)
    assert np.linalg.matrix_rank(X.T @ X) == np.linalg.matrix_rank(X) == 2
    assert np.linalg.matrix_rank(np.column_stack([X.T @ X, X.T @ y])) == 2  # the normal equations have a solution


def test_a_reflection_keeps_length() -> None:
    v = np.array([0.6, 0.8])
    Q = np.eye(2) - 2 * np.outer(v, v)
    x = np.array([1.0, 2.0])
    assert says(f"It maps $(1, 2)$ to $({(Q @ x)[0]:.2f}, {(Q @ x)[1]:.2f})$") and says("$1.64^2 + 1.52^2 = 5 = 1^2 + 2^2$")
    assert np.allclose(Q.T @ Q, np.eye(2)) and np.isclose((Q @ x) @ (Q @ x), 5) and np.isclose(abs(np.linalg.det(Q)), 1)


def test_products_of_gaussian_layers_become_lopsided(rng: np.random.Generator) -> None:
    n, medians, largest, layers = 64, [], [], []
    for _ in range(20):
        product = np.eye(n)
        for _ in range(20):
            layer = rng.normal(size=(n, n)) / sqrt(n)
            product = layer @ product
        layers.append(np.linalg.svd(layer, compute_uv=False))
        values = np.linalg.svd(product, compute_uv=False)
        medians.append(values[n // 2])
        largest.append(values[0])
    assert says("a median singular value of about $0.0009$ and a largest one of about 5") and 0.0007 < np.median(medians) < 0.0011
    assert 4 < np.median(largest) < 6.5
    assert says("from near 0 to about 2") and 1.8 < np.median([s[0] for s in layers]) < 2.1 and np.median([s[-1] for s in layers]) < 0.05
    x = rng.normal(size=n)
    squares = [np.sum((rng.normal(size=(n, n)) / sqrt(n) @ x) ** 2) for _ in range(400)]
    assert np.isclose(np.mean(squares), x @ x, rtol=0.06)  # the mean of a few hundred has an error of about 1%
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    assert np.allclose(np.linalg.svd(np.linalg.matrix_power(Q, 20), compute_uv=False), 1)


def test_orthogonal_layers_need_the_signs_to_be_uniform(rng: np.random.Generator) -> None:
    raw, signed = [], []
    for _ in range(2000):
        Q, R = np.linalg.qr(rng.normal(size=(3, 3)))
        raw.append(np.trace(Q))
        signed.append(np.trace(Q * np.sign(np.diag(R))))
        assert np.allclose(Q.T @ Q, np.eye(3))
    assert abs(np.mean(signed)) < 5 / sqrt(2000)  # the trace of a uniform one has mean 0 and variance 1
    assert abs(np.mean(raw)) > 10 / sqrt(2000)
    tall = np.linalg.qr(rng.normal(size=(5, 2)))[0]
    x, z = rng.normal(size=2), rng.normal(size=5)
    assert np.isclose(np.linalg.norm(tall @ x), np.linalg.norm(x)) and np.linalg.norm(tall.T @ z) < np.linalg.norm(z)


def test_trace_and_determinant(rng: np.random.Generator) -> None:
    A = np.array([[4, 1], [2, 3]])
    values = sorted(np.linalg.eigvals(A).real, reverse=True)
    assert says(f"has trace {np.trace(A)} and determinant {np.linalg.det(A):.0f}, so eigenvalues {values[0]:.0f} and {values[1]:.0f}.")
    assert says("in 100 dimensions has determinant $10^{-100}$") and np.isclose(log10(0.1) * 100, -100)
    B, C, D = (rng.normal(size=(4, 4)) for _ in range(3))
    eigenvalues = np.linalg.eigvals(B)
    assert np.isclose(np.prod(eigenvalues).real, np.linalg.det(B)) and np.isclose(np.sum(eigenvalues).real, np.trace(B))
    assert np.isclose(np.linalg.det(B @ C), np.linalg.det(B) * np.linalg.det(C)) and np.isclose(np.linalg.det(3 * B), 81 * np.linalg.det(B))
    assert np.isclose(np.trace(B @ C @ D), np.trace(C @ D @ B)) and np.isclose(np.trace(B @ C @ D), np.trace(D @ B @ C))
    assert not np.isclose(np.trace(B @ C @ D), np.trace(B @ D @ C))
    u, v = rng.normal(size=4), rng.normal(size=4)
    assert np.isclose(np.linalg.det(B + np.outer(u, v)), (1 + v @ np.linalg.solve(B, u)) * np.linalg.det(B))
    coefficients = np.poly(B)  # of det(tI - B), from the highest power down
    assert np.isclose(coefficients[1], -np.trace(B)) and np.isclose(coefficients[-1], np.linalg.det(B))


def test_mean_of_a_quadratic_form(rng: np.random.Generator) -> None:
    root, mean, A = rng.normal(size=(3, 3)), np.array([1.0, -2.0, 0.5]), rng.normal(size=(3, 3))
    x = mean + rng.uniform(-sqrt(3), sqrt(3), size=(400_000, 3)) @ root.T  # uniform: no normality is needed
    values = np.einsum("ni,ij,nj->n", x, A, x)
    exact = np.trace(A @ root @ root.T) + mean @ A @ mean
    assert abs(values.mean() - exact) < 5 * values.std() / sqrt(len(values))


def test_positive_semi_definite_examples(rng: np.random.Generator) -> None:
    A, B = np.array([[2, -1], [-1, 2]]), np.array([[1, 0], [1, -1], [0, 1]])
    assert says(r"eigenvalues 1 and 3; $\mat{B}$ with rows $(1, 0), (1, -1), (0, 1)$")
    assert np.array_equal(B.T @ B, A) and np.allclose(np.linalg.eigvalsh(A), [1, 3])
    x = rng.normal(size=2)
    assert np.isclose(x @ A @ x, x[0] ** 2 + (x[0] - x[1]) ** 2 + x[1] ** 2)
    assert says("has eigenvalues 3 and $-1$.") and np.allclose(np.linalg.eigvalsh(np.array([[1, 2], [2, 1]])), [-1, 3])
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))
    P, Q = (M @ M.T for M in (rng.normal(size=(4, 2)), rng.normal(size=(4, 3))))
    for combined in (P + Q, P * Q):
        assert np.linalg.eigvalsh(combined).min() > -1e-9
    assert not np.allclose(P @ Q, (P @ Q).T)
    values, V = np.linalg.eigh(P)
    root = np.sqrt(np.maximum(values, 0))[:, None] * V.T
    assert np.allclose(root.T @ root, P)
    # One triangle is all that is read, and no kernel has a negative diagonal.
    assert np.array_equal(np.linalg.cholesky(np.array([[1.0, 100], [0, 1]])), np.eye(2))
    assert np.array_equal(np.linalg.eigvalsh(np.array([[1.0, 100], [0, 1]])), [1, 1])
    assert says(r"$\tanh(\vect{x}^\T\vect{y} - 1)$ is no kernel") and np.tanh(-1) < 0


def test_correlations_restrict_each_other() -> None:
    floor = 0.9**2 - (1 - 0.9**2)
    assert says(rf"at least $0.81 - 0.19 = {floor:.2f}$") and says(f"the third must be at least ${floor:.2f}$")

    def smallest(c: float) -> float:
        return float(np.linalg.eigvalsh(np.array([[1, 0.9, c], [0.9, 1, 0.9], [c, 0.9, 1]])).min())

    assert smallest(floor + 1e-3) > 0 > smallest(floor - 1e-3) and smallest(0.5) < 0


def test_gram_and_covariance_share_eigenvalues(rng: np.random.Generator) -> None:
    X = np.array([[2, 1], [-1, 0], [-1, -1]])
    assert not X.sum(axis=0).any() and says(rf"$\mat{{X}}^\T\mat{{X}} = {matrix(X.T @ X)}$ has trace {np.trace(X.T @ X)}, determinant 3")
    high, low = 4 + sqrt(13), 4 - sqrt(13)
    assert says(rf"$4 \pm \sqrt{{13}}$, that is ${high:.2f}$ and ${low:.2f}$.")
    assert np.allclose(np.linalg.eigvalsh(X @ X.T), [0, low, high], atol=1e-12) and np.isclose(np.linalg.det(X.T @ X), 3)

    X = rng.normal(size=(6, 9))
    X -= X.mean(axis=0)
    assert np.linalg.matrix_rank(X) == 5
    values, vectors = np.linalg.eigh(X @ X.T)
    v = X.T @ vectors[:, -1] / sqrt(values[-1])
    assert np.isclose(v @ v, 1) and np.allclose(np.cov(X, rowvar=False) @ v, values[-1] / 5 * v)
    ridge = np.linalg.solve(X.T @ X + 0.7 * np.eye(9), X.T)
    assert np.allclose(ridge, X.T @ np.linalg.inv(X @ X.T + 0.7 * np.eye(6)))


def test_norms(rng: np.random.Generator) -> None:
    x, A = np.array([3, -4]), np.array([[3, 0], [4, 5]])
    norms = [np.linalg.norm(x, order) for order in (1, 2, np.inf)]
    assert says(f"$(3, -4)$ has L1 norm {norms[0]:.0f}, L2 norm {norms[1]:.0f}, max norm {norms[2]:.0f}.")
    assert says(rf"\mat{{A}} = {matrix(A)}$, $\mat{{A}}^\T\mat{{A}} = {matrix(A.T @ A)}$ has eigenvalues 45 and 5")
    assert np.allclose(np.linalg.eigvalsh(A.T @ A), [5, 45])
    s = np.linalg.svd(A, compute_uv=False)
    assert says(rf"$\sigma = {s[0]:.2f}, {s[1]:.2f}$. Spectral ${s[0]:.2f}$, Frobenius $\sqrt{{50}} = {sqrt(50):.2f}$, nuclear ${s.sum():.2f}$.")
    assert np.isclose(np.linalg.norm(A), sqrt(50)) and np.isclose(np.linalg.norm(A, "nuc"), s.sum())
    assert says(f"The largest eigenvalue of $\\mat{{A}}$ is only {np.linalg.eigvals(A).max():.0f}:")
    rotation = np.array([[0, -1], [1, 0]])  # normal, not symmetric
    assert np.allclose(np.abs(np.linalg.eigvals(rotation)), np.linalg.norm(rotation, 2))
    assert np.linalg.norm(A, 1) == 7 != np.abs(A).sum() and np.isclose(np.linalg.norm(A, 2), s[0])
    for _ in range(50):
        z = rng.normal(size=7)
        ordered = [np.linalg.norm(z, np.inf), np.linalg.norm(z), np.linalg.norm(z, 1), sqrt(7) * np.linalg.norm(z)]
        assert ordered == sorted(ordered)
        s = np.linalg.svd(rng.normal(size=(3, 5)), compute_uv=False)
        assert s[0] <= sqrt((s**2).sum()) <= s.sum()


def test_three_measures_have_three_winners() -> None:
    q = np.array([2.0, 1.0])
    stored = {"a": np.array([5, 0]), "b": np.array([0.6, 0.3]), "c": np.array([2, 2])}
    rows = {}
    for name, x in stored.items():
        dot, distance = float(q @ x), float(np.linalg.norm(q - x))
        rows[name] = dot, dot / float(np.linalg.norm(q) * np.linalg.norm(x)), distance
        assert says(rf"| $\vect{{{name}}} = {tuple_of(x)}$ |")
    (a, b, c) = (rows[name] for name in "abc")
    assert says(f"| **{a[0]:.0f}** | {a[1]:.3f} | {a[2]:.2f} |")
    assert says(f"| {b[0]:.1f} | **{b[1]:.3f}** | {b[2]:.2f} |")
    assert says(f"| {c[0]:.0f} | {c[1]:.3f} | **{c[2]:.2f}** |")
    assert a[0] == max(a[0], b[0], c[0]) and b[1] == max(a[1], b[1], c[1]) and c[2] == min(a[2], b[2], c[2])


def test_cosine_distance_is_no_metric() -> None:
    half, whole = 1 - cos(pi / 4), 1 - cos(pi / 2)
    assert says(f"${half:.2f} + {half:.2f}$, over $90°$ at once ${whole:.0f}$") and whole > 2 * half


def test_a_coordinate_turns_dot_products_into_distances(rng: np.random.Generator) -> None:
    X, q = rng.normal(size=(50, 4)), rng.normal(size=4)
    longest = np.linalg.norm(X, axis=1).max()
    longer = np.column_stack([X, np.sqrt(np.maximum(longest**2 - (X**2).sum(axis=1), 0))])
    distances = np.linalg.norm(longer - np.append(q, 0), axis=1)
    assert np.array_equal(np.argsort(distances), np.argsort(-X @ q))


def test_costs() -> None:
    n = 5000
    assert says(f"LU takes ${power(2 * n**3 / 3)}$ operations and each further right side $5 \\times 10^7$; the inverse takes ${power(2 * n**3)}$.")
    assert 2 * n**2 == 5e7
    n = 1000
    slow, fast = 2 * n**3 + 2 * n**2, 4 * n**2
    assert (
        says(rf"takes ${power(slow, 3)}$ and $\mat{{A}}(\mat{{B}}\vect{{x}})$ takes $4 \times 10^6$, about one {slow / fast:.0f}th.") and fast == 4e6
    )
    assert F(2, 3) / 2 == F(1, 3) and says("costs at most a third of forming the inverse")
    assert says("with 200,000 rows and 300 columns that is 480 megabytes") and 200_000 * 300 * 8 == 480e6


def test_broadcasting_as_matrices(rng: np.random.Generator) -> None:
    X, b, w, s = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=4), rng.normal(size=3)
    ones = np.ones(3)
    assert np.allclose(X + b, X + np.outer(ones, b)) and np.allclose(X * w, X @ np.diag(w))
    assert np.allclose(X * s[:, None], np.diag(s) @ X) and np.allclose(s[:, None] * w, np.outer(s, w))
    assert np.allclose(s[:, None] - w, np.outer(s, np.ones(4)) - np.outer(ones, w))
    assert np.linalg.matrix_rank(rng.normal(size=(6, 1)) - rng.normal(size=7)) == 2
    square, t = rng.normal(size=(4, 4)), rng.normal(size=4)
    assert np.allclose(square * t, square @ np.diag(t))  # n = d: no error, and columns are scaled
    with pytest.raises(ValueError, match="broadcast"):
        X * s


def test_centered_cosine_is_correlation(rng: np.random.Generator) -> None:
    x, z = rng.normal(size=9) + 3, rng.normal(size=9) - 1
    a, b = x - x.mean(), z - z.mean()
    assert np.isclose(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), np.corrcoef(x, z)[0, 1])


def test_the_loss_that_forgets_the_pairing(rng: np.random.Generator) -> None:
    y, p = rng.normal(size=30), rng.normal(2, 3, size=30)
    loss = np.mean((y - p[:, None]) ** 2)
    assert np.isclose(loss, y.var() + p.var() + (y.mean() - p.mean()) ** 2)
    covariance = np.mean((y - y.mean()) * (p - p.mean()))
    assert np.isclose(np.mean((y - p) ** 2), loss - 2 * covariance)
    labels = np.array([1.0, 2, 3])
    perfect, constant = (np.mean((labels - guess[:, None]) ** 2) for guess in (labels, np.full(3, 2.0)))
    assert says(rf"$2 \cdot \frac23 = {perfect:.2f}$, not 0. Predicting 2 throughout gives ${constant:.2f}$")


def test_a_million_pixels() -> None:
    assert says(f"a million by a million, {1e12 * 8 / 1e12:.0f} terabytes in double precision, and has rank at most {1000 - 1}")
    assert says(f"Gram matrix, {1000**2 * 8 / 1e6:.0f} megabytes")
