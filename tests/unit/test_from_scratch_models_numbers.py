"""Recomputes the numbers, and tries the claims, in the text of the page on classical models written from scratch.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
The challenges have tests of their own.
"""

from __future__ import annotations

from itertools import pairwise
from math import isclose
from pathlib import Path

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/practical/from-scratch-models.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def ridge(x: np.ndarray, y: np.ndarray, penalty: float, penalized: tuple[float, float]) -> tuple[float, float]:
    """Intercept and slope that minimize the mean square plus the penalty on the weights marked 1."""
    design = np.column_stack([np.ones(len(x)), x])
    gram = design.T @ design / len(x) + penalty * np.diag(penalized)
    intercept, slope = np.linalg.solve(gram, design.T @ y / len(x))
    return float(intercept), float(slope)


def test_a_penalty_on_the_intercept() -> None:
    x, y = np.array([-1.0, 0.0, 1.0]), np.array([10.0, 11.0, 12.0])
    assert ridge(x, y, 0, (0, 0)) == pytest.approx((11, 1))
    intercept, slope = ridge(x, y, 1, (0, 1))
    assert says(rf"the slope $\frac{{2/3}}{{2/3 + 1}} = {slope:.1f}$, and the intercept stays at ${intercept:.0f}$")
    low, same = ridge(x, y, 1, (1, 1))
    assert says(rf"it falls to $\frac{{11}}{{1 + 1}} = {low:.1f}$") and same == pytest.approx(slope)
    assert np.mean(y) - low == pytest.approx(np.mean(y) / 2)


def test_sum_and_mean_of_squares_share_their_minimum() -> None:
    rng = np.random.default_rng(4)
    X, y, a = rng.normal(size=(30, 3)), rng.normal(size=30), 7.0
    by_sum = np.linalg.solve(X.T @ X + a * np.eye(3), X.T @ y)
    by_mean = np.linalg.solve(X.T @ X / 30 + a / 30 * np.eye(3), X.T @ y / 30)
    assert np.allclose(by_sum, by_mean)


def lloyd(points: np.ndarray, centers: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
    """Labels and inertia after some steps of k-means."""

    def gaps(centers: np.ndarray) -> np.ndarray:
        squares: np.ndarray = ((points[:, None] - centers[None]) ** 2).sum(axis=2)
        return squares

    for _ in range(steps):
        labels = gaps(centers).argmin(axis=1)
        centers = np.array([points[labels == i].mean(axis=0) if (labels == i).any() else centers[i] for i in range(len(centers))])
    return gaps(centers).argmin(axis=1), float(gaps(centers).min(axis=1).sum())


def test_properties_of_k_means() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        points = rng.normal(size=(30, 2))
        centers = points[:4]
        inertias = [lloyd(points, centers, steps)[1] for steps in range(8)]
        assert all(after <= before + 1e-12 for before, after in pairwise(inertias))
        labels, inertia = lloyd(points, centers, 7)
        for c, shift in ((1.0, np.array([5.0, -7.0])), (-3.0, np.zeros(2))):
            moved_labels, moved_inertia = lloyd(c * points + shift, c * centers + shift, 7)
            assert np.array_equal(moved_labels, labels) and isclose(moved_inertia, c * c * inertia)


def test_naive_bayes_keeps_its_probabilities_when_data_and_smoothing_double() -> None:
    def share(count: int, total: int, alpha: float, vocabulary: int) -> float:
        return (count + alpha) / (total + alpha * vocabulary)

    for count, total in ((0, 4), (3, 7), (5, 5)):
        assert share(2 * count, 2 * total, 3.0, 6) == pytest.approx(share(count, total, 1.5, 6))


def test_predictions_of_a_regression_follow_its_labels() -> None:
    rng = np.random.default_rng(3)
    X, y = np.column_stack([np.ones(20), rng.normal(size=(20, 3))]), rng.normal(size=20)

    def fitted(labels: np.ndarray) -> np.ndarray:
        values: np.ndarray = X @ np.linalg.lstsq(X, labels, rcond=None)[0]
        return values

    assert says("| linear regression | labels scaled and shifted | predictions scaled and shifted alike |")
    assert np.allclose(fitted(-4 * y + 9), -4 * fitted(y) + 9)
