"""Draws pca-against-lda.svg: two long classes side by side, and their projections on the two first directions.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

COLORS, MARKERS = ("#14619e", "#b3261e"), ("o", "^")
TURN = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])  # so that no direction is an axis


def classes() -> tuple[np.ndarray, np.ndarray]:
    """Rows and labels: standard deviations 3 and 0.5 within classes, means 2 apart along the short side."""
    rng = np.random.default_rng(5)
    labels = np.repeat([0, 1], 150)
    points = rng.normal(0, (3, 0.5), (300, 2))
    points[:, 1] += 2 * labels - 1
    return points @ TURN.T, labels


def directions(points: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Unit vectors: the first principal direction, and Fisher's."""
    first = np.linalg.svd(points - points.mean(axis=0))[2][0]
    groups = [points[labels == label] for label in (0, 1)]
    within = sum((group - group.mean(axis=0)).T @ (group - group.mean(axis=0)) for group in groups)
    fisher = np.linalg.solve(within, groups[1].mean(axis=0) - groups[0].mean(axis=0))
    return {"first PC": first * np.sign(first[0]), "LDA": fisher / np.linalg.norm(fisher)}


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "pca-against-lda", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3), layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=[1.25, 1])
    points, labels = classes()
    axes = figure.add_subplot(grid[:, 0])
    for label in (0, 1):
        axes.scatter(*points[labels == label].T, s=9, color=COLORS[label], marker=MARKERS[label], linewidths=0)
    for (name, vector), length in zip(directions(points, labels).items(), (7, 4), strict=True):
        axes.annotate("", xy=length * vector, xytext=(0, 0), arrowprops={"arrowstyle": "-|>", "linewidth": 2.4, "color": "black"})
        axes.annotate(name, xy=length * vector, xytext=(3, 6), textcoords="offset points", ha="center", va="bottom")
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("feature 1")
    axes.set_ylabel("feature 2")
    for row, (name, vector) in enumerate(directions(points, labels).items()):
        below = figure.add_subplot(grid[row, 1])
        scores = points @ vector
        bins = np.linspace(scores.min(), scores.max(), 25)
        for label in (0, 1):
            below.hist(scores[labels == label], bins=bins, color=COLORS[label], alpha=0.65)
        below.set_title(f"on the {name}" if name != "LDA" else "on the LDA direction", fontsize=13)
        below.set_yticks([])
        below.spines[["top", "right", "left"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
