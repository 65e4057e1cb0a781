"""Draws sampled-top-ten.svg: the chance that an item of a given rank is a hit at 10, exactly and among 99 sampled negatives.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import comb
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

ITEMS, NEGATIVES, TOP = 10_000, 99, 10


def chance(rank: np.ndarray) -> np.ndarray:
    """That at most nine of the negatives stand above the item."""
    above = (rank - 1) / (ITEMS - 1)
    return sum(comb(NEGATIVES, j) * above**j * (1 - above) ** (NEGATIVES - j) for j in range(TOP))


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "sampled-top-ten", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    rank = np.unique(np.round(np.logspace(0, 4, 500)))
    axes.plot([1, TOP, TOP, ITEMS], [1, 1, 0, 0], color="#14619e", linewidth=2.4)
    axes.plot(rank, chance(rank), color="#b3261e", linewidth=2.4, linestyle="--")
    axes.text(11.5, 0.5, "exact\nrecall at 10", color="#14619e", ha="left", va="center")
    axes.text(1100, 0.62, "among 99\nsampled\nnegatives", color="#b3261e", ha="left", va="center")
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    axes.set_xlabel("true rank among 10,000 items")
    axes.set_ylabel("chance of a hit")
    axes.set_ylim(-0.03, 1.05)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
