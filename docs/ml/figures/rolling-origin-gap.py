"""Draws rolling-origin-gap.svg: four origins of a backtest, each with training rows, a gap of incomplete labels, and a test block.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Patch

HORIZON, DELAY = 14, 3  # days that a label covers, days until it is recorded
ORIGINS = (100, 110, 120, 130)
BLUE, RED, GRAY = "#14619e", "#b3261e", "#9aa3ab"


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "rolling-origin-gap", "svg.fonttype": "path", "hatch.linewidth": 1.2})
    figure = Figure(figsize=(6, 3.15), layout="constrained", facecolor="white")
    axes = figure.subplots()
    for row, origin in enumerate(ORIGINS):
        last = origin - HORIZON - DELAY
        axes.barh(row, last, color=BLUE, height=0.55)
        axes.barh(row, origin - last, left=last, color="white", edgecolor=GRAY, hatch="////", height=0.55)
        axes.barh(row, HORIZON, left=origin, color=RED, height=0.55)
        axes.plot([origin, origin], [row - 0.42, row + 0.42], color="#222222", linewidth=2)
    axes.set_yticks(range(len(ORIGINS)), [f"day {origin}" for origin in ORIGINS])
    axes.set_ylim(len(ORIGINS) - 0.4, -0.6)
    axes.set_xlim(0, 160)
    axes.set_xticks([0, 50, 100, 150])
    axes.set_xlabel("day")
    axes.set_ylabel("origin")
    shown = [Patch(color=BLUE), Patch(facecolor="white", edgecolor=GRAY, hatch="////"), Patch(color=RED)]
    names = ["training rows", f"gap, {HORIZON + DELAY} days", "test labels"]
    figure.legend(shown, names, loc="outside upper center", ncols=3, frameon=False, columnspacing=1.1, handlelength=1.4)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
