"""Draws acf-signatures.svg: autocorrelations of an autoregression, a moving average, a straight line and a weekly pattern with noise.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

LAGS = 16
PHI, THETA = 0.7, 0.7
LENGTH = 100  # points of the straight line
WEEK, SHARE = (6.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0), 0.8  # a weekly spike; its share of the variance
BLUE, RED = "#14619e", "#b3261e"


def sample_acf(y: np.ndarray, lags: int) -> list[float]:
    """Autocorrelations at lags 1 to `lags` with the usual divisor."""
    d = y - y.mean()
    return [float(d[k:] @ d[: len(d) - k] / (d @ d)) for k in range(1, lags + 1)]


def panels() -> list[tuple[str, list[float], str]]:
    week = np.array(WEEK)
    return [
        ("AR(1), φ = 0.7", [PHI**k for k in range(1, LAGS + 1)], BLUE),
        ("MA(1), θ = 0.7", [THETA / (1 + THETA**2)] + [0.0] * (LAGS - 1), BLUE),
        ("a line, 100 points", sample_acf(np.arange(float(LENGTH)), LAGS), RED),
        ("weekly spike + noise", [SHARE * float(week @ np.roll(week, k)) / float(week @ week) for k in range(1, LAGS + 1)], RED),
    ]


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "acf-signatures", "svg.fonttype": "path", "axes.unicode_minus": True})
    figure = Figure(figsize=(6, 4.8), layout="constrained", facecolor="white")
    grid = figure.subplots(2, 2, sharex=True, sharey=True)
    for axes, (title, values, color) in zip(grid.ravel(), panels(), strict=True):
        axes.bar(range(1, LAGS + 1), values, width=0.55, color=color)
        axes.axhline(0, color="#333333", linewidth=0.8)
        axes.set_title(title, fontsize=13)
        axes.set_xlim(0.2, LAGS + 0.8)
        axes.set_ylim(-0.25, 1.05)
        axes.set_xticks([1, 7, 14])
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
    for axes in grid[1]:
        axes.set_xlabel("lag")
    for axes in grid[:, 0]:
        axes.set_ylabel("ACF")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
