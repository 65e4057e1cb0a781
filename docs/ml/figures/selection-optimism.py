"""Draws selection-optimism.svg: what the best validation score of n trials shows, and what that trial is really worth.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import erf, sqrt
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

SPREAD, NOISE_VARIANCE = 1.0, 1.6  # points; a validation set of 1,000 rows at accuracy 0.80 has standard error 1.26 points
SHOWN, TRUE = "#b3261e", "#14619e"
GRID = np.linspace(-8, 8, 16_001)
BELOW = np.array([(1 + erf(x / sqrt(2))) / 2 for x in GRID])


def expected_largest(n: int) -> float:
    """The mean of the largest of n independent standard normals."""
    positive = GRID >= 0
    chance_above = 1 - BELOW**n
    return float((chance_above[positive].sum() - (BELOW[~positive] ** n).sum()) * (GRID[1] - GRID[0]))


def draw() -> None:
    trials = np.unique(np.geomspace(1, 300, 60).round().astype(int))
    largest = np.array([expected_largest(int(n)) for n in trials])
    total = sqrt(SPREAD**2 + NOISE_VARIANCE)
    shown, true = total * largest, SPREAD**2 / total * largest

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "selection-optimism", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(trials, shown, color=SHOWN, linewidth=2.5)
    axes.plot(trials, true, color=TRUE, linewidth=2.5, linestyle="--")
    axes.fill_between(trials, true, shown, color="#f0b35a", alpha=0.3)
    axes.set_xscale("log")
    axes.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
    axes.minorticks_off()
    axes.set_xlabel("trials")
    axes.set_ylabel("points above the mean setting")
    axes.text(7, 3.0, "best validation score", color=SHOWN, ha="right")
    axes.text(60, 0.75, "its true value", color=TRUE, ha="center")
    axes.text(60, 2.4, "optimism", ha="center", va="center")
    axes.set_ylim(-0.1, 5)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
