"""Draws step-size-window.svg: the error factor per step of gradient descent on curvature 1 and 10, against the step size.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

FLAT, SHARP = 1.0, 10.0
BLUE, RED = "#14619e", "#b3261e"


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "step-size-window", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    steps = [0.23 * k / 400 for k in range(401)]
    axes.plot(steps, [abs(1 - FLAT * eta) for eta in steps], color=BLUE, linewidth=2.5)
    axes.plot(steps, [abs(1 - SHARP * eta) for eta in steps], color=RED, linewidth=2.5, linestyle="--")
    axes.axvspan(2 / SHARP, 0.23, color="#f6d9d6", zorder=0)
    axes.axhline(1, color="#555555", linewidth=1)
    best = 2 / (FLAT + SHARP)
    axes.plot([best], [1 - FLAT * best], "o", color="#222222", markersize=8)
    arrow = {"arrowstyle": "->", "color": "#222222"}
    axes.annotate("best step 2/11:\nfactor 9/11", (best, 1 - FLAT * best - 0.025), (0.133, 0.1), arrowprops=arrow)
    axes.text(0.05, 1.02, "flat: |1 − η|", color=BLUE, va="bottom")
    axes.text(0.004, 0.32, "sharp:\n|1 − 10η|", color=RED, va="top")
    axes.text(0.215, 0.4, "diverges", color=RED, rotation=90, va="center", ha="center")
    axes.set_xlim(0, 0.23)
    axes.set_ylim(0, 1.32)
    axes.set_xticks([0, 0.05, 0.1, 0.15, 0.2])
    axes.set_xlabel("step size η")
    axes.set_ylabel("error factor per step")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
