"""Draws four-learning-curves.svg: sketches of training and validation error against the number of rows in four situations.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

ROWS = np.geomspace(100, 10_000, 80)
WANTED = 0.05
RED, BLUE = "#b3261e", "#14619e"
# Title, training error, validation error.
CURVES = (
    ("A: too simple", 0.18 - 1.2 / np.sqrt(ROWS), 0.18 + 1.3 / np.sqrt(ROWS)),
    ("B: too free for the data", 0.004 + 0.0000015 * ROWS, 0.06 + 2.4 / np.sqrt(ROWS)),
    ("C: a floor to validation", 0.03 + 0.0 * ROWS, 0.20 + 11 / ROWS),
    ("D: upside down", 0.14 - 0.3 / np.sqrt(ROWS), 0.08 + 1.0 / np.sqrt(ROWS)),
)


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "four-learning-curves", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5), layout="constrained")
    for axes, (title, training, validation) in zip(figure.subplots(2, 2, sharex=True, sharey=True).flat, CURVES, strict=True):
        axes.plot(ROWS, validation, color=RED, linewidth=2.5)
        axes.plot(ROWS, training, color=BLUE, linewidth=2.5, linestyle="--")
        axes.axhline(WANTED, color="#777777", linewidth=1, linestyle=":")
        axes.set_title(title, fontsize=13)
        axes.set_xscale("log")
        axes.set_xticks([100, 1000, 10_000], ["100", "1k", "10k"])
        axes.minorticks_off()
        axes.set_ylim(0, 0.34)
        axes.set_yticks([0, 0.1, 0.2, 0.3])
        axes.spines[["top", "right"]].set_visible(False)
        if title.startswith("A"):
            axes.text(700, 0.245, "validation", color=RED)
            axes.text(700, 0.09, "training", color=BLUE)
            axes.text(130, 0.012, "wanted", color="#555555")
    figure.supxlabel("training rows", fontsize=13)
    figure.supylabel("error", fontsize=13)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
