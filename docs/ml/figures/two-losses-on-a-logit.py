"""Draws two-losses-on-a-logit.svg: cross-entropy and squared error of a positive example against its logit, and their slopes.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import exp, log
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

BLUE, RED = "#14619e", "#b3261e"  # also told apart by dashes and labels


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "two-losses-on-a-logit", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5.6), layout="constrained")
    top, bottom = figure.subplots(2, sharex=True)
    logits = [i / 20 for i in range(-120, 121)]
    p = [1 / (1 + exp(-z)) for z in logits]
    top.plot(logits, [-log(q) for q in p], color=BLUE, linewidth=2)
    top.plot(logits, [(1 - q) ** 2 for q in p], color=RED, linewidth=2, linestyle="--")
    top.text(-4.4, 4.7, "cross-entropy", color=BLUE)
    top.text(-5.9, 1.35, "squared error", color=RED)
    top.set_ylabel("loss, for y = 1")
    bottom.plot(logits, [-(1 - q) for q in p], color=BLUE, linewidth=2)
    bottom.plot(logits, [-2 * q * (1 - q) ** 2 for q in p], color=RED, linewidth=2, linestyle="--")
    bottom.text(0.9, -0.95, "cross-entropy: full slope\nwhere the model is wrong", color=BLUE, va="bottom")
    bottom.text(-5.9, -0.2, "squared error:\nflat at both ends", color=RED, va="top")
    bottom.set_ylabel("slope of the loss")
    bottom.set_xlabel("logit z (left: confidently wrong)")
    for axes in (top, bottom):
        axes.axvline(-log(2), color="#777777", linewidth=1, linestyle=":")
        axes.spines[["top", "right"]].set_visible(False)
    top.text(-0.55, 5.6, "← p < 1/3: squared error\ncurves downward", color="#444444", va="top")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
