"""Draws kl-directions.svg: a density with two bumps, and the normal curves nearest to it in forward and in reverse KL.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import log, pi, sqrt
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

WEIGHTS, MEANS = (0.7, 0.3), (-3.0, 3.0)  # two normal bumps of standard deviation 1
GRAY, BLUE, RED = "#d5dbe1", "#14619e", "#b3261e"  # also told apart by fill, dashes and label
Grid = np.ndarray[tuple[int], np.dtype[np.float64]]


def log_normal(x: Grid, mean: float, deviation: float) -> Grid:
    scaled: Grid = -(((x - mean) / deviation) ** 2) / 2 - log(deviation * sqrt(2 * pi))
    return scaled


def reverse_fit(x: Grid, log_p: Grid) -> tuple[float, float]:
    """Mean and standard deviation of the normal with the smallest KL(q || p), by search on ever finer grids."""
    mean, deviation, mean_step, deviation_step = -1.0, 2.0, 0.5, 0.2
    step = x[1] - x[0]
    while mean_step > 1e-4:
        best = (np.inf, mean, deviation)
        for m in mean + mean_step * np.arange(-6, 7):
            for s in np.maximum(deviation + deviation_step * np.arange(-6, 7), 0.2):
                log_q = log_normal(x, m, s)
                best = min(best, (float(np.sum(np.exp(log_q) * (log_q - log_p)) * step), float(m), float(s)))
        _, mean, deviation = best
        mean_step, deviation_step = mean_step / 3, deviation_step / 3
    return mean, deviation


def draw() -> None:
    x = np.linspace(-16, 16, 3201)
    log_p = np.logaddexp(*(log(w) + log_normal(x, m, 1) for w, m in zip(WEIGHTS, MEANS, strict=True)))
    mean = sum(w * m for w, m in zip(WEIGHTS, MEANS, strict=True))
    variance = 1 + sum(w * (m - mean) ** 2 for w, m in zip(WEIGHTS, MEANS, strict=True))
    forward, reverse = (mean, sqrt(variance)), reverse_fit(x, log_p)

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "kl-directions", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    shown = slice(640, 2480, 10)  # as many points as the eye needs
    x = x[shown]
    axes.fill_between(x, np.exp(log_p[shown]), color=GRAY, linewidth=0)
    axes.plot(x, np.exp(log_normal(x, *forward)), color=BLUE, linewidth=2.5)
    axes.plot(x, np.exp(log_normal(x, *reverse)), color=RED, linewidth=2.5, linestyle="--")
    axes.set_xlim(-9.5, 8.5)
    axes.set_ylim(0, 0.46)
    axes.set_xlabel("x")
    axes.set_ylabel("density")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.text(-1.6, 0.36, f"reverse: one bump\nmean {reverse[0]:.2f}, sd {reverse[1]:.2f}".replace("-", "−"), color=RED)
    axes.text(0.2, 0.20, f"forward: covers both\nmean {forward[0]:.1f}, sd {forward[1]:.2f}".replace("-", "−"), color=BLUE)
    axes.text(3.9, 0.085, "target p,\n30% here", color="#333333")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
