"""Draws double-descent-peak.svg: test error of random-feature regression against the number of features, with noise, without, and with tuned ridge.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

INPUTS, ROWS, TESTS, SETS = 10, 100, 400, 60
COUNTS = (3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 85, 90, 95, 100, 105, 110, 115, 120, 140, 170, 200, 300, 500, 1000, 2000)
PENALTIES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
RED, BLUE, GRAY = "#b3261e", "#14619e", "#555555"
Array = NDArray[np.float64]


def target(x: Array) -> Array:
    smooth: Array = x.sum(axis=1) / np.sqrt(INPUTS) + 0.5 * np.tanh(2 * x[:, 0] * x[:, 1])
    return smooth


def errors(noise: float, penalties: tuple[float, ...]) -> dict[tuple[int, float], float]:
    """Median over training sets of the squared error against the noise-free target; penalty 0 is the solution of least norm."""
    rng = np.random.default_rng(0)
    test = rng.normal(size=(TESTS, INPUTS))
    found: dict[tuple[int, float], list[float]] = {(p, a): [] for p in COUNTS for a in penalties}
    for _ in range(SETS):
        w = rng.normal(size=(INPUTS, max(COUNTS))) / np.sqrt(INPUTS)
        x = rng.normal(size=(ROWS, INPUTS))
        y = target(x) + noise * rng.normal(size=ROWS)
        train, ask = np.maximum(x @ w, 0), np.maximum(test @ w, 0)
        for p in COUNTS:
            u, s, vt = np.linalg.svd(train[:, :p] / np.sqrt(p), full_matrices=False)
            turned = ask[:, :p] @ vt.T / np.sqrt(p)
            for a in penalties:
                scale = s / (s**2 + a)
                found[p, a].append(float(((turned @ (scale * (u.T @ y)) - target(test)) ** 2).mean()))
    return {key: float(np.median(values)) for key, values in found.items()}


def curves() -> tuple[list[float], list[float], list[float]]:
    """Least norm with noise 0.5, least norm without noise, tuned ridge with noise 0.5."""
    noisy, clean = errors(0.5, (0.0, *PENALTIES)), errors(0.0, (0.0,))
    ridge = [min(noisy[p, a] for a in PENALTIES) for p in COUNTS]
    return [noisy[p, 0.0] for p in COUNTS], [clean[p, 0.0] for p in COUNTS], ridge


def draw() -> None:
    noisy, clean, ridge = curves()
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "double-descent-peak", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot(COUNTS, noisy, color=RED, linewidth=2.5)
    axes.plot(COUNTS, clean, color=GRAY, linewidth=1.8, linestyle=":")
    axes.plot(COUNTS, ridge, color=BLUE, linewidth=2.5, linestyle="--")
    axes.axvline(ROWS, color="#888888", linewidth=0.8)
    axes.text(92, 40, "features = rows", ha="right", color="#555555")
    axes.text(170, 3.0, "least norm, noise 0.5", color=RED)
    axes.text(4, 0.14, "tuned ridge, noise 0.5", color=BLUE)
    axes.text(4, 0.06, "least norm, no noise", color=GRAY)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([3, 10, 30, 100, 300, 1000], ["3", "10", "30", "100", "300", "1000"])
    axes.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    axes.set_xlabel("random features (100 rows)")
    axes.set_ylabel("test error without noise term")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
