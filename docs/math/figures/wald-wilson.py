"""Draws wald-wilson.svg: exact coverage of two 95% intervals for a rate, n = 50.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import comb
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

N, Z = 50, 1.959964
BLUE, RED = "#14619e", "#b3261e"


def wald(k: int, n: int) -> tuple[float, float]:
    p = k / n
    half = Z * (p * (1 - p) / n) ** 0.5
    return p - half, p + half


def wilson(k: int, n: int) -> tuple[float, float]:
    p = k / n
    half = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)) ** 0.5
    return (p + Z * Z / (2 * n) - half) / (1 + Z * Z / n), (p + Z * Z / (2 * n) + half) / (1 + Z * Z / n)


def coverage(p: float, n: int, wilsons: bool) -> float:
    """The probability that the interval from a binomial count covers p."""
    total = 0.0
    for k in range(n + 1):
        low, high = wilson(k, n) if wilsons else wald(k, n)
        if low <= p <= high:
            total += comb(n, k) * p**k * (1 - p) ** (n - k)
    return total


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "wald-wilson", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for wilsons, color in ((False, RED), (True, BLUE)):
        # Coverage jumps where an interval ends, so both sides of every end are drawn: no dip falls between two points.
        ends = [end for k in range(N + 1) for end in (wilson if wilsons else wald)(k, N)]
        rates = sorted({*np.arange(1, 251) / 500, *(end + side for end in ends for side in (-1e-7, 1e-7) if 0.001 < end < 0.5)})
        axes.plot(rates, [100 * coverage(float(p), N, wilsons) for p in rates], color=color, linewidth=1.6)
    axes.axhline(95, color="#555555", linewidth=1)
    axes.text(0.13, 99, "Wilson", color=BLUE, weight="bold")
    axes.text(0.07, 78, "Wald", color=RED, weight="bold")
    axes.text(0.5, 89, "nominal: 95%", ha="right", color="#333333")
    axes.set_xlim(0, 0.5)
    axes.set_ylim(70, 101)
    axes.set_xlabel("true rate")
    axes.set_ylabel("coverage in %, n = 50")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
