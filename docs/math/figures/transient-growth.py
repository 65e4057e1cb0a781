"""Draws transient-growth.svg: how large the state of two linear recurrences is, both with spectral radius 0.9.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

BLUE, RED, GRAY = "#14619e", "#b3261e", "#555555"
STEPS = 90


def norms(beside: float) -> list[float]:
    matrix, state, found = np.array([[0.9, beside], [0.0, 0.9]]), np.array([0.0, 1.0]), []
    for _ in range(STEPS + 1):
        found.append(float(np.linalg.norm(state)))
        state = matrix @ state
    return found


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "transient-growth", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    coupled, plain = norms(5.0), norms(0.0)
    axes.plot(coupled, color=RED, linewidth=2)
    axes.plot(plain, color=BLUE, linewidth=2, linestyle="--")
    axes.axhline(1, color=GRAY, linewidth=0.8)
    axes.text(12, 45, f"5 beside the diagonal: up to {max(coupled):.1f}", color=RED)
    axes.text(2, 4e-4, "0.9 on the\ndiagonal alone", color=BLUE, va="bottom")
    axes.text(89, 1.15, "where it started", color=GRAY, ha="right", va="bottom")
    axes.set_yscale("log")
    axes.set_ylim(5e-5, 150)
    axes.set_xlim(0, STEPS)
    axes.set_xlabel("step $t$")
    axes.set_ylabel("norm of the state")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
