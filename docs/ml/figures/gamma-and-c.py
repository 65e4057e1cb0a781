"""Draws gamma-and-c.svg: four decision boundaries of RBF support-vector machines on the same 60 noisy points.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from sklearn.svm import SVC

GAMMAS, PRICES = (0.3, 30.0), (1.0, 1000.0)
BLUE, RED = "#14619e", "#b3261e"


def sample(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of a square; the class is the side of a wave, with noise around it."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, size=(rows, 2))
    above = x[:, 1] - np.sin(2 * x[:, 0])
    return x, np.where(above + rng.normal(0, 0.5, rows) > 0, 1, -1)


def errors(gamma: float, price: float) -> tuple[float, float]:
    """On the 60 training rows and on 20,000 new ones."""
    (x, y), (new, labels) = sample(60, 3), sample(20_000, 99)
    machine = SVC(C=price, gamma=gamma).fit(x, y)
    return 1 - float(machine.score(x, y)), 1 - float(machine.score(new, labels))


def draw() -> None:
    x, y = sample(60, 3)
    line = np.linspace(-2, 2, 71)
    grid = np.stack([part.ravel() for part in np.meshgrid(line, line)], axis=1)
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "gamma-and-c", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 6.4), layout="constrained", facecolor="white")
    for row, price in enumerate(PRICES):
        for column, gamma in enumerate(GAMMAS):
            axes = figure.add_subplot(2, 2, 2 * row + column + 1)
            score = SVC(C=price, gamma=gamma).fit(x, y).decision_function(grid).reshape(71, 71)
            axes.contourf(line, line, score, levels=[-1e9, 0, 1e9], colors=["#f7dcd9", "#d6e6f2"])
            axes.contour(line, line, score, levels=[0], colors="#333333", linewidths=1.5)
            for label, color, marker in ((1, BLUE, "o"), (-1, RED, "^")):
                axes.plot(*x[y == label].T, marker, color=color, markersize=5)
            training, test = errors(gamma, price)
            axes.set_title(f"$\\gamma = {gamma:g}$, $C = {price:g}$", fontsize=13)
            axes.set_xlabel(f"error: train {training:.2f}\nnew rows {test:.2f}", fontsize=13)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_aspect("equal")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
