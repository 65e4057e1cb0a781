"""Draws ridge-and-lasso-paths.svg: weights of two correlated features and a third one against the penalty, with unlimited data.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import copysign
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

CORRELATION, TRUE = 0.95, [1.2, 0.4, 0.6]
COVARIANCE = np.array([[1, CORRELATION, 0], [CORRELATION, 1, 0], [0, 0, 1]])
WITH_TARGET = COVARIANCE @ np.array(TRUE)  # covariances with the target
COLORS, STYLES = ["#14619e", "#14619e", "#b3261e"], ["-", "--", "-."]


def ridge(penalty: float) -> np.ndarray:
    """The minimizer of the expected squared error plus penalty times the sum of squared weights."""
    return np.linalg.solve(COVARIANCE + penalty * np.eye(3), WITH_TARGET)


def lasso(penalty: float, sweeps: int = 600) -> np.ndarray:
    """The minimizer of the expected squared error plus penalty times the sum of absolute weights."""
    weights = np.zeros(3)
    for _ in range(sweeps):
        for j in range(3):
            rest = float(WITH_TARGET[j] - COVARIANCE[j] @ weights + weights[j])
            weights[j] = copysign(max(abs(rest) - penalty / 2, 0), rest)
    return weights


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "ridge-and-lasso-paths", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5.25), layout="constrained", facecolor="white")
    upper, lower = figure.subplots(2, 1, sharex=True)
    penalties = np.linspace(0, 3.5, 176)
    for axes, path, name in ((upper, ridge, "ridge"), (lower, lasso, "lasso")):
        weights = np.array([path(penalty) for penalty in penalties])
        for j in range(3):
            axes.plot(penalties, weights[:, j], color=COLORS[j], linestyle=STYLES[j], linewidth=2)
        axes.axhline(0, color="#333333", linewidth=0.8)
        axes.set_ylabel(f"weight, {name}")
        axes.set_ylim(-0.06, 1.3)
        axes.set_xlim(0, 3.5)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    upper.text(0.32, 0.87, "stronger twin, true 1.2", color=COLORS[0])
    upper.annotate("weaker twin, true 0.4", (0.012, 0.47), (1.1, 0.68), color=COLORS[1], arrowprops={"arrowstyle": "-", "color": COLORS[1]})
    upper.text(1.1, 0.1, "third, true 0.6", color=COLORS[2])
    lower.text(1.55, 0.82, "stronger twin\nleaves at 3.16", color=COLORS[0])
    for text, at, place, color in (
        ("third leaves\nat 1.2", (1.2, 0), (0.68, 0.5), COLORS[2]),
        ("weaker twin\nleaves at 1.56", (1.56, 0), (1.32, 0.22), COLORS[1]),
    ):
        lower.annotate(text, at, place, color=color, arrowprops={"arrowstyle": "-", "color": color})
    lower.set_xlabel("penalty λ")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
