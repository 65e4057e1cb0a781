"""Draws forest-variance.svg: the variance of an average of correlated trees against their number, with and without feature subsampling.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

PLAIN, SUBSAMPLED = (1.0, 0.6), (1.2, 0.3)  # variance of one tree, correlation of two
BLUE, RED = "#14619e", "#b3261e"


def variance(trees: int, one: float, correlation: float) -> float:
    return correlation * one + (1 - correlation) * one / trees


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "forest-variance", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained", facecolor="white")
    axes = figure.subplots()
    counts = range(1, 301)
    axes.plot(counts, [variance(count, *PLAIN) for count in counts], color=RED, linewidth=2)
    axes.plot(counts, [variance(count, *SUBSAMPLED) for count in counts], color=BLUE, linewidth=2, linestyle="--")
    for (one, correlation), color in ((PLAIN, RED), (SUBSAMPLED, BLUE)):
        axes.axhline(one * correlation, color=color, linewidth=0.8, linestyle=":")
    axes.text(6, 0.8, "all features at each split:\nfloor 0.60", color=RED)
    axes.text(2.2, 0.14, "random features at each split:\nfloor 0.36", color=BLUE)
    axes.set_xscale("log")
    axes.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
    axes.minorticks_off()
    axes.set_xlim(1, 300)
    axes.set_ylim(0, 1.3)
    axes.set_xlabel("number of trees")
    axes.set_ylabel("variance of the average")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
