"""Draws targets-of-losses.svg: a skewed density and the forecast that each error measure asks for.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

MEDIAN, SPREAD = 100.0, 0.8  # of lognormal demand
TARGETS = [  # what it is for, where it is, color, line, height of its label
    ("MAPE:", MEDIAN * np.exp(-(SPREAD**2)), "#b3261e", "--", 1.23),
    ("MAE: median", MEDIAN, "#14619e", "-", 1.12),
    ("MSE: mean", MEDIAN * np.exp(SPREAD**2 / 2), "#1b7f4d", "-.", 1.01),
    ("pinball: 0.9 quantile", MEDIAN * np.exp(1.2815516 * SPREAD), "#6b4a9e", ":", 0.36),
]


def density(y: np.ndarray) -> np.ndarray:
    return np.exp(-(np.log(y / MEDIAN) ** 2) / (2 * SPREAD**2)) / (y * SPREAD * np.sqrt(2 * np.pi))


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "targets-of-losses", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    y = np.linspace(1, 450, 900)
    peak = density(y).max()
    axes.fill_between(y, density(y) / peak, color="#d9d9d9")
    axes.plot(y, density(y) / peak, color="#555555", linewidth=1.5)
    for name, place, color, line, height in TARGETS:
        axes.plot([place, place], [0, height], color=color, linestyle=line, linewidth=2.4)
        axes.text(place + 5, height, f"{name} {place:.0f}", color=color, ha="left", va="top")
    axes.set_xlim(0, 450)
    axes.set_ylim(0, 1.28)
    axes.set_yticks([])
    axes.set_xlabel("demand")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
