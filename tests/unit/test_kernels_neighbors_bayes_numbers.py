"""Recomputes the numbers, and tries the claims, in the text of the chapter on kernels, neighbors and naive Bayes.

Tests build phrases of the page from computations and look for them in the page, so they fail when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its experiments.
"""

from __future__ import annotations

import importlib.util
from math import comb, exp, log, log10, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC, SVR, OneClassSVM
from sklearn.tree import DecisionTreeClassifier

DOCS = Path(__file__).parents[2] / "docs/ml"
PAGE = " ".join((DOCS / "kernels-neighbors-bayes.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def lowest(kernel: np.ndarray) -> float:
    return float(np.linalg.eigvalsh(kernel).min())


def overlapping(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return rng.normal(size=(n, 2)) + 1.5 * y[:, None], 2 * y - 1


def test_margins_and_objective() -> None:
    w, b = np.array([1.2, 1.6]), -2
    margins = np.array([1, 1, -1]) * (np.array([[2, 1], [1, 1], [1, 1]]) @ w + b)
    hinge = np.maximum(0, 1 - margins)
    assert margins == pytest.approx([2, 0.8, -0.8]) and hinge == pytest.approx([0, 0.2, 1.8])
    assert np.linalg.norm(w) == pytest.approx(2)
    assert says(rf"the objective is $0.2 + 2/3 = {0.05 * w @ w + hinge.mean():.2f}$")


def test_the_two_forms_of_the_objective_agree() -> None:
    x, y = overlapping(80)
    price = 0.7
    machine = SVC(kernel="linear", C=price, tol=1e-6).fit(x, y)
    w, b = machine.coef_[0], machine.intercept_[0]
    penalty = 1 / (80 * price)

    def objective(w: np.ndarray, b: float) -> float:
        return float(penalty / 2 * w @ w + np.maximum(0, 1 - y * (x @ w + b)).mean())

    rng = np.random.default_rng(1)
    assert all(objective(w, b) <= objective(w + rng.normal(0, 0.05, 2), b + rng.normal(0, 0.05)) + 1e-7 for _ in range(200))
    assert np.linalg.norm(w) <= 1 / sqrt(penalty)  # the ball of Pegasos holds the minimum


def test_pegasos_goes_up_often_and_its_excess_falls() -> None:
    x, y = overlapping(200)
    x = np.hstack([x - 0.75, np.ones((200, 1))])
    penalty, w, ups, values = 0.01, np.zeros(3), 0, []
    for t, i in enumerate(np.random.default_rng(0).integers(200, size=4000), start=1):
        short = y[i] * (x[i] @ w) < 1
        w = (1 - 1 / t) * w + short * y[i] * x[i] / (penalty * t)
        values.append(penalty / 2 * w @ w + np.maximum(0, 1 - y * (x @ w)).mean())
        ups += t > 10 and values[-1] > values[-2]
    assert 0.2 < ups / 4000 < 0.8 and values[0] > 20 and values[-1] < 0.6


def test_dual_variables_and_deleted_rows() -> None:
    x, y = overlapping(120)
    machine = SVC(kernel="rbf", gamma=0.5, C=2.0, tol=1e-8).fit(x, y)
    alpha = np.zeros(120)
    alpha[machine.support_] = np.abs(machine.dual_coef_[0])
    margins = y * machine.decision_function(x)
    assert (margins[alpha > 1e-9] <= 1 + 1e-5).all()
    assert alpha[margins < 1 - 1e-5] == pytest.approx(2.0)
    assert (alpha[margins > 1 + 1e-5] == 0).all()
    kept = np.delete(np.arange(120), np.flatnonzero(alpha == 0)[:20])
    again = SVC(kernel="rbf", gamma=0.5, C=2.0, tol=1e-8).fit(x[kept], y[kept])
    assert again.decision_function(x) == pytest.approx(machine.decision_function(x), abs=1e-4)
    wrong = [SVC(gamma=0.5, C=2.0).fit(np.delete(x, i, 0), np.delete(y, i)).predict(x[i : i + 1])[0] != y[i] for i in range(120)]
    assert np.mean(wrong) <= len(machine.support_) / 120


def test_what_the_losses_ask_for() -> None:
    scores = np.linspace(-3, 3, 6001)
    for chance in (0.51, 0.7, 0.99):
        hinge = chance * np.maximum(0, 1 - scores) + (1 - chance) * np.maximum(0, 1 + scores)
        square = chance * np.maximum(0, 1 - scores) ** 2 + (1 - chance) * np.maximum(0, 1 + scores) ** 2
        assert scores[hinge.argmin()] == pytest.approx(1)
        assert scores[square.argmin()] == pytest.approx(2 * chance - 1, abs=1e-3)
    assert says(f"least at $f = 1$ with {1 - 0.4:.1f}")


def test_kernels_and_those_that_are_none() -> None:
    sigmoid = np.tanh(np.outer([1, 2], [1, 2]))
    assert says(f"entries ${sigmoid[0, 0]:.3f}, {sigmoid[0, 1]:.3f}, {sigmoid[1, 1]:.3f}$")
    product, square = sigmoid[0, 0] * sigmoid[1, 1], sigmoid[0, 1] ** 2
    assert says(f"determinant ${product:.3f} - {square:.3f} = {product - square:.3f}$")
    points = np.array([0.0, 1.0, 2.0])
    assert lowest(np.maximum(np.outer(points, points), 1)) < -0.1 and says("$\\max(xz, 1)$ fails on $0, 1, 2$")
    gaps = np.abs(np.subtract.outer([0, 0.5, 1.0], [0, 0.5, 1.0]))
    assert lowest(np.exp(-(gaps**3))) < -0.05 and says("$p = 3$ fails on $0, 0.5, 1$ with $\\gamma = 1$")
    x, z = np.array([1, 2]), np.array([3, -1])

    def features(v: np.ndarray) -> np.ndarray:
        return np.array([1, sqrt(2) * v[0], sqrt(2) * v[1], v[0] ** 2, v[1] ** 2, sqrt(2) * v[0] * v[1]])

    assert features(x) @ features(z) == pytest.approx((x @ z + 1) ** 2) == 4
    assert says(f"there would be {comb(105, 5):,} features")
    rng = np.random.default_rng(2)
    for _ in range(50):
        a, b = (m @ m.T for m in rng.normal(size=(2, 6, 2)))
        g = np.diag(rng.normal(size=6))
        rows = rng.normal(size=(6, 3))
        distance = np.linalg.norm(rows[:, None] - rows, axis=2)
        made = [a + b, a * b, g @ a @ g, np.exp(a / 5), *(np.exp(-(distance**p)) for p in (0.5, 1, 2))]
        assert all(lowest(m) > -1e-8 * np.abs(m).max() for m in made)
        assert np.exp(-(distance**2)) == pytest.approx(np.exp(-((rows**2).sum(1)[:, None])) * np.exp(-((rows**2).sum(1))) * np.exp(2 * rows @ rows.T))


def figure() -> object:
    spec = importlib.util.spec_from_file_location("gamma_and_c", DOCS / "figures/gamma-and-c.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figure_says_what_its_alternative_says() -> None:
    errors = figure().errors  # type: ignore[attr-defined]
    (a, b), (c, d), (e, f), (g, h) = (errors(*pair) for pair in ((0.3, 1), (0.3, 1000), (30, 1), (30, 1000)))
    assert says(f"training error {a:.2f}, test error {b:.2f}")
    assert says(f"chases points, {c:.2f} and {d:.2f}")
    assert e == g == 0 and says(f"training error 0 and test error {f:.2f} and {h:.2f}")


def test_the_ends_of_gamma() -> None:
    assert says(f"$e^{{-2}} = {exp(-2):.2f}$") and says(f"$e^{{-40}} = {exp(-40) * 1e18:.0f} \\cdot 10^{{-18}}$")
    x, y = overlapping(100)
    new = np.random.default_rng(9).normal(size=(500, 2))
    keep = np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y != 1)[:33]])  # 60:40, or the scores would all be a tie
    narrow = SVC(gamma=1e7, C=10).fit(x[keep], y[keep])
    assert narrow.score(x[keep], y[keep]) == 1 and set(narrow.predict(new)) == {1} and narrow.intercept_[0] > 0.05
    assert narrow.decision_function(new) == pytest.approx(narrow.intercept_[0])
    wide, linear = SVC(gamma=1e-6, C=0.5 / 2e-6, tol=1e-6).fit(x, y), SVC(kernel="linear", C=0.5, tol=1e-6).fit(x, y)
    assert (wide.predict(new) == linear.predict(new)).mean() > 0.98
    most = np.r_[np.flatnonzero(y == 1), np.flatnonzero(y == -1)[:30]]
    assert (SVC(gamma=1e-6, C=0.5).fit(x[most], y[most]).predict(new) == 1).all()


def test_scaling() -> None:
    query, a, b = (np.array(v, float) for v in ((50_000, 30), (50_500, 60), (52_000, 31)))
    assert says(f"Raw distances are {np.linalg.norm(query - a):.0f} and {np.linalg.norm(query - b):,.0f}")
    scale = np.array([20_000, 12])
    assert says(f"they are {np.linalg.norm((query - a) / scale):.2f} and {np.linalg.norm((query - b) / scale):.2f}: B")
    rng = np.random.default_rng(3)
    x = np.exp(rng.normal(size=(200, 3)))
    y = (x[:, 0] + rng.normal(0, 0.5, 200) > 1).astype(int)
    logs = np.log(x)
    tree = [DecisionTreeClassifier(max_depth=3, random_state=0).fit(data, y).predict(data) for data in (x, logs)]
    assert (tree[0] == tree[1]).all()
    bayes = GaussianNB(var_smoothing=0).fit(x, y).predict_proba(x)
    assert bayes == pytest.approx(GaussianNB(var_smoothing=0).fit(x * [1, 1000, 0.01], y).predict_proba(x * [1, 1000, 0.01]))
    assert np.abs(bayes - GaussianNB(var_smoothing=0).fit(logs, y).predict_proba(logs)).max() > 0.1
    assert np.abs(bayes - GaussianNB().fit(x * [1, 1e6, 1], y).predict_proba(x * [1, 1e6, 1])).max() > 0.05


def test_limits_of_nearest_neighbors() -> None:
    assert says(rf"$2 \cdot 0.9 \cdot 0.1 = {2 * 0.9 * 0.1:.2f}$")
    three = 0.9**3 + 3 * 0.9**2 * 0.1
    assert says(rf"${three:.3f} \cdot 0.1 + {1 - three:.3f} \cdot 0.9 = {three * 0.1 + (1 - three) * 0.9:.3f}$")
    rng = np.random.default_rng(4)
    for classes in (2, 3, 10):
        p = rng.dirichlet(np.ones(classes), size=500)
        bayes, nearest = 1 - p.max(1), 1 - (p**2).sum(1)
        bound = bayes * (2 - classes / (classes - 1) * bayes)
        assert (bayes <= nearest + 1e-12).all() and (nearest <= bound + 1e-12).all() and (bound <= 2 * bayes).all()
        whole = bayes.mean()
        assert nearest.mean() <= whole * (2 - classes / (classes - 1) * whole)
    u, v = (m / np.linalg.norm(m) for m in rng.normal(size=(2, 7)))
    assert ((u - v) ** 2).sum() == pytest.approx(2 - 2 * u @ v)


def test_high_dimension() -> None:
    rng = np.random.default_rng(5)
    for d in (2, 100):
        squares = ((rng.normal(size=(20_000, d)) - rng.normal(size=(20_000, d))) ** 2).sum(1)
        assert squares.mean() == pytest.approx(2 * d, rel=0.03) and squares.std() == pytest.approx(sqrt(8 * d), rel=0.05)
    assert says(f"relative spread $\\sqrt{{2/d}}$, {sqrt(2 / 100):.2f} for $d = 100$")
    assert says(f"spread by {100 * sqrt(2 / 100):.0f}% around their mean")
    assert says(f"With $p = 2$ that is {sqrt(16):.0f}; at $p = 50$ it is {sqrt(400):.0f}")
    a, b = rng.normal(size=(2, 5000, 200))  # a shift in every coordinate separates more and more
    within, between = ((a[:2500] - a[2500:]) ** 2).sum(1), ((a[:2500] - b[2500:] - 0.5) ** 2).sum(1)
    assert between.mean() - within.mean() == pytest.approx(200 * 0.25, rel=0.1) and between.mean() - within.mean() > within.std()


def test_hashing_and_codes() -> None:
    def found(angle: float) -> tuple[float, float]:
        one = (1 - angle / pi) ** 10
        return one, 1 - (1 - one) ** 20

    one, all_tables = found(pi / 6)
    assert says(f"$(5/6)^{{10}} = {one:.3f}$") and says(f"$1 - (1 - {one:.3f})^{{20}} = {all_tables:.3f}$")
    assert says(f"At 90° it is {found(pi / 2)[1]:.3f}")
    planes = np.random.default_rng(6).normal(size=(20_000, 2))
    same = np.sign(planes @ [1, 0]) == np.sign(planes @ [sqrt(3) / 2, 0.5])
    assert same.mean() == pytest.approx(5 / 6, abs=0.01)
    assert says(f"from {1e8 * 512 / 1e9:.1f} GB to {1e8 * 16 / 1e9:.1f} GB")


def test_naive_bayes_by_hand() -> None:
    spam, other = (np.array([6, 1, 1]) + 1) / 11, (np.array([0, 5, 7]) + 1) / 15
    parts = log(0.4 / 0.6), 2 * log(spam[0] / other[0]), log(spam[1] / other[1])
    assert says(rf"2\ln {spam[0] / other[0]:.3f} + \ln {spam[1] / other[1]:.4f}")
    total = sum(parts)
    assert says(rf"${parts[0]:.3f} + {parts[1]:.3f} - {-parts[2]:.3f} = {total:.2f}$")
    assert says(f"a probability of {1 / (1 + exp(-total)):.3f}")
    assert 500 * log10(1e-3) == -1500 and np.prod(np.full(500, 1e-3)) == 0


def test_gaussian_boundary_and_copies() -> None:
    cut = sqrt(log(2) / (3 / 8))
    assert says(rf"$\lvert x \rvert > {cut:.2f}$")
    rng = np.random.default_rng(7)
    x = rng.normal(size=(4000, 3))
    y = np.arange(4000) % 2
    machine = GaussianNB().fit(x + y[:, None], y)
    machine.var_[:] = machine.var_.mean(axis=0)  # shared variances: log-odds are linear
    probe = rng.normal(size=(3, 3))
    odds = [np.diff(machine.predict_joint_log_proba(p[None]))[0, 0] for p in (*probe[:2], (probe[0] + probe[1]) / 2)]
    assert odds[2] == pytest.approx((odds[0] + odds[1]) / 2)
    assert says(f"odds $3^5 = {3**5}$, reported probability {3**5 / (3**5 + 1):.3f}")
    xor = rng.integers(2, size=(100_000, 2))
    label = xor[:, 0] ^ xor[:, 1]
    assert xor[label == 1].mean(axis=0) == pytest.approx(xor[label == 0].mean(axis=0), abs=0.02)


def test_kernel_ridge_tube_and_one_class() -> None:
    kernel = np.array([[1, 0.5], [0.5, 1]])
    alpha = np.linalg.solve(kernel + 0.5 * np.eye(2), [1, 0])
    assert says(rf"\vect{{\alpha}} = ({alpha[0]:.2f}, {alpha[1]:.2f})$")

    def loss(a: np.ndarray) -> float:
        return float(((np.array([1, 0]) - kernel @ a) ** 2).sum() + 0.5 * a @ kernel @ a)

    rng = np.random.default_rng(8)
    assert all(loss(alpha) <= loss(alpha + rng.normal(0, 0.1, 2)) for _ in range(100))
    x = rng.normal(size=(200, 2))
    assert says(f"the cap is {1 / (0.05 * 200):.1f}. To add up to 1, at least {0.05 * 200:.0f} rows")
    machine = OneClassSVM(nu=0.05, gamma=0.3, tol=1e-8).fit(x)
    assert (machine.decision_function(x) < -1e-6).sum() <= 10 <= len(machine.support_)
    y = x[:, 0] + rng.normal(0, 0.3, 200)
    supports = [len(SVR(epsilon=e).fit(x, y).support_) for e in (0.01, 0.3, 0.6, float(np.ptp(y)) / 2 + 0.01)]
    assert supports == sorted(supports, reverse=True) and supports[0] > 180 and supports[-1] == 0
    skewed = rng.exponential(size=100_001)
    grid = np.linspace(0, 3, 301)
    best = min(grid, key=lambda g: float(np.abs(skewed - g).mean()))
    assert best == pytest.approx(log(2), abs=0.03)  # the median; the mean is 1


def test_costs_and_hashing() -> None:
    assert says(f"100,000 rows takes {100_000**2 * 8 / 1e9:.0f} GB") and says("800 terabytes") and (10**7) ** 2 * 8 / 1e12 == 800
    assert says(f"1 - e^{{-{1e7 / 2**22:.2f}}} = {1 - exp(-1e7 / 2**22):.2f}$; with $2^{{26}}$, {1 - exp(-1e7 / 2**26):.2f}")
    assert says(f"{2**22 * 4 / 1e6:.0f} MB in float32")
    assert says(f"{1e7 * 256 / 1e9:.1f} billion multiplications")
    signs = np.random.default_rng(1)
    a, b = signs.normal(size=(2, 30))
    total = 0.0
    for _ in range(20_000):  # signed hashing is unbiased
        column, sign = signs.integers(8, size=30), signs.choice([-1, 1], size=30)
        total += np.bincount(column, sign * a, 8) @ np.bincount(column, sign * b, 8) / 20_000
    assert total == pytest.approx(a @ b, abs=0.3)


@pytest.mark.parametrize("distance", [0.3, 1.0, 3.0])
def test_random_fourier_features(distance: float) -> None:
    rng = np.random.default_rng(10)
    gamma, m = 0.8, 40
    k = exp(-gamma * distance**2)
    pairs = np.cos(rng.normal(0, sqrt(2 * gamma), size=(6000, m)) * distance).mean(axis=1)
    assert pairs.mean() == pytest.approx(k, abs=0.01) and pairs.std() == pytest.approx((1 - k**2) / sqrt(2 * m), rel=0.1)
    start, phase = rng.normal(0, sqrt(2 * gamma), size=(6000, 2 * m)), rng.uniform(0, 2 * pi, size=(6000, 2 * m))
    offset = (2 * np.cos(start * 0.4 + phase) * np.cos(start * (0.4 + distance) + phase)).mean(axis=1)
    assert offset.mean() == pytest.approx(k, abs=0.01) and offset.std() > pairs.std()
    assert says(rf"$1/\sqrt{{400}} = {1 / sqrt(400):.2f}$. For 0.01 you need {1 / (2 * 0.01**2):,.0f}")
