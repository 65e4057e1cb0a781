"""Draws outlier-or-leverage.svg: least squares and Huber's loss with a wild target, and with a wild feature.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

THRESHOLD = 1.0
BLUE, RED, DARK = "#14619e", "#b3261e", "#333333"


def line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Intercept and slope of weighted least squares."""
    columns = np.column_stack([np.ones_like(x), x])
    return np.linalg.solve(columns.T @ (columns * weights[:, None]), columns.T @ (weights * y))


def huber(x: np.ndarray, y: np.ndarray, rounds: int = 3000) -> np.ndarray:
    """Intercept and slope that minimize Huber's loss, by reweighting."""
    fit = line(x, y, np.ones_like(x))
    for _ in range(rounds):
        fit = line(x, y, np.minimum(1, THRESHOLD / np.maximum(np.abs(y - fit[0] - fit[1] * x), 1e-9)))
    return fit


def rows() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The same eleven points, once with a target raised, once with a far point added."""
    x = np.arange(11.0)
    raised = np.where(x == 8, 28.0, x)
    return (x, raised), (np.append(x, 40.0), np.append(x, 0.0))


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "outlier-or-leverage", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.45), layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1.25]})
    for axes, (x, y), title, odd, end in ((left, rows()[0], "far off in y", 8, 10.5), (right, rows()[1], "far off in x", 11, 43)):
        ends = np.array([0, end])
        plain, robust = line(x, y, np.ones_like(x)), huber(x, y)
        axes.plot(ends, plain[0] + plain[1] * ends, color=RED, linewidth=2, linestyle="--")
        axes.plot(ends, robust[0] + robust[1] * ends, color=BLUE, linewidth=2)
        axes.plot(np.delete(x, odd), np.delete(y, odd), "o", color=DARK, markersize=5)
        axes.plot(x[odd], y[odd], "X", color=DARK, markersize=10)
        axes.set_title(title, fontsize=13)
        axes.set_xlabel("x")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    left.set_ylabel("y")
    left.text(0.0, 16.5, "least squares\nslope 1.55", color=RED)
    left.text(4.2, -2.6, "Huber, 1.03", color=BLUE)
    left.set_ylim(-4, 30)
    right.text(13.5, 5.6, "least squares, −0.04", color=RED)
    right.text(12, 0.2, "Huber, −0.11", color=BLUE)
    right.set_ylim(-1.5, 12)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
