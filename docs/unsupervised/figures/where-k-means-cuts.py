"""Draws where-k-means-cuts.svg: two-means on two rings, on a wide and a tight group, and on two stretched groups.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

COLORS, MARKERS = ("#14619e", "#b3261e"), ("o", "^")


def ring(radius: float, count: int) -> np.ndarray:
    angles = 2 * np.pi * np.arange(count) / count
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def shapes() -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Points, true groups, and a start for each panel."""
    rng = np.random.default_rng(3)
    rings = np.vstack([ring(1, 25), ring(4, 75)]) + rng.normal(0, 0.12, (100, 2))
    spread = np.vstack([rng.normal(0, 2.2, (110, 2)), rng.normal((6, 0), 0.35, (40, 2))])
    stretched = np.vstack([rng.normal((0, side), (3.0, 0.35), (60, 2)) for side in (-1.4, 1.4)])
    return {
        "rings": (rings, np.repeat([0, 1], [25, 75]), np.array([[-2.0, 0.5], [2.0, -0.5]])),
        "wide and tight": (spread, np.repeat([0, 1], [110, 40]), np.array([[0.0, 0.0], [6.0, 0.0]])),
        "stretched": (stretched, np.repeat([0, 1], [60, 60]), np.array([[-3.0, 0.0], [3.0, 0.0]])),
    }


def two_means(points: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    for _ in range(200):
        labels = ((points[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array([points[labels == number].mean(axis=0) for number in (0, 1)])
        if np.array_equal(moved, centers):
            break
        centers = moved
    return labels, centers


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "where-k-means-cuts", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 2.5), layout="constrained")
    for axes, (name, (points, _, start)) in zip(figure.subplots(1, 3), shapes().items(), strict=True):
        labels, centers = two_means(points, start)
        for number in (0, 1):
            own = points[labels == number]
            axes.scatter(*own.T, s=9, color=COLORS[number], marker=MARKERS[number], linewidths=0)
        middle, across = centers.mean(axis=0), centers[1] - centers[0]
        axes.axline(middle, middle + [-across[1], across[0]], color="#333333", linestyle="--", linewidth=1.2)
        axes.scatter(*centers.T, s=90, color="black", marker="x", linewidths=2.2)
        axes.set_title(name, fontsize=13)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xticks([])
        axes.set_yticks([])
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
