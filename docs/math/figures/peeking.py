"""Draws peeking.svg: how often a true null is rejected at some look, against the number of looks.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

LOOKS, BAR = 20, 1.96
BLUE, RED = "#14619e", "#b3261e"


def rates(looks: int = LOOKS, step: float = 0.02) -> list[float]:
    """The chance that |S_j| > 1.96 root(j) for some j up to k, for k = 1 to `looks`; S_j is a sum of j standard normals.

    Carries the density of S_j without those that have crossed, on a grid, from look to look.
    """
    edge = max(BAR * np.sqrt(looks), 9) + 1  # wider than the kernel
    grid = np.arange(-round(edge / step), round(edge / step) + 1) * step
    reach = np.arange(-round(9 / step), round(9 / step) + 1) * step
    kernel = np.exp(-(reach**2) / 2) / np.sqrt(2 * np.pi) * step
    density = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    found = []
    for look in range(1, looks + 1):
        inside = np.clip((BAR * np.sqrt(look) - np.abs(grid)) / step + 0.5, 0, 1)  # cells at the bar count in part
        density = density * inside
        found.append(float(1 - density.sum() * step))
        density = np.convolve(density, kernel, mode="same")
    return found


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "peeking", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    looks = np.arange(1, LOOKS + 1)
    found = rates()
    independent = 1 - 0.95**looks
    axes.plot(looks, 100 * independent, "--", color=BLUE)
    axes.text(9.2, 45, "if looks were\nindependent", color=BLUE, ha="right")
    axes.plot(looks, 100 * np.array(found), "o-", color=RED)
    for k in (5, 10, 20):
        axes.annotate(f"{100 * found[k - 1]:.0f}%", (k, 100 * found[k - 1]), (0, -19), textcoords="offset points", ha="center", color=RED)
    axes.text(13, 30, "looks at growing data", color=RED, ha="center")
    axes.axhline(5, color="#555555", linewidth=1)
    axes.text(20, 1, "5%, one look", ha="right", va="center", color="#333333")
    axes.set_xlim(0, 21)
    axes.set_ylim(-2, 68)
    axes.set_xticks([1, 5, 10, 15, 20])
    axes.set_xlabel("number of looks")
    axes.set_ylabel("rejects a true null, in %")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
