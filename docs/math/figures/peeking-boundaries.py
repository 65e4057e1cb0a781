"""Draws peeking-boundaries.svg: how large |z| must be to stop at each of ten looks, under four rules, and a path without effect.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from collections.abc import Callable
from math import log, pi, sqrt
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

LOOKS, LEVEL, NAIVE = 10, 0.05, 1.959964
BLUE, GREEN, ORANGE, RED, GRAY = "#14619e", "#1b7f4b", "#b45f06", "#b3261e", "#444444"


def false_alarm(bounds: list[float]) -> float:
    """Chance that |z| passes its bound at some look, for equally spaced looks without effect: density of the sum, look by look."""
    points = 401
    edge = bounds[0]
    x = np.linspace(-edge, edge, points)
    density = np.exp(-(x**2) / 2) / sqrt(2 * pi)
    for k in range(1, len(bounds) + 1):
        weights = np.full(points, 2.0)
        weights[1::2] = 4.0
        weights[[0, -1]] = 1.0
        mass = density * weights * (x[1] - x[0]) / 3  # Simpson's rule
        if k == len(bounds):
            return 1 - float(mass.sum())
        edge = bounds[k] * sqrt(k + 1)
        y = np.linspace(-edge, edge, points)
        density = np.exp(-((y[:, None] - x) ** 2) / 2) @ mass / sqrt(2 * pi)
        x = y
    raise AssertionError


def pocock(c: float) -> list[float]:
    return [c] * LOOKS


def obrien_fleming(c: float) -> list[float]:
    return [c * sqrt(LOOKS / k) for k in range(1, LOOKS + 1)]


def solve(shape: Callable[[float], list[float]]) -> list[float]:
    low, high = 1.5, 4.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if false_alarm(shape(middle)) > LEVEL else (low, middle)
    return shape(high)


def always_valid(share: float) -> float:
    r = 10 * share  # the prior's variance is chosen so that the bound is lowest near the end
    return sqrt((1 + r) / r * (2 * log(1 / LEVEL) + log(1 + r)))


def null_path() -> list[float]:
    """The first simulated experiment without effect that passes 1.96 at a middle look, no other bound, and ends below 1.5."""
    rng = np.random.default_rng(5)
    middle, wide = pocock(solve(pocock)[0]), obrien_fleming(solve(obrien_fleming)[-1])
    while True:
        z = np.cumsum(rng.standard_normal(LOOKS)) / np.sqrt(np.arange(1, LOOKS + 1))
        over = np.flatnonzero(np.abs(z) > NAIVE)
        bound = np.minimum(middle, wide)
        if len(over) and 3 <= over[0] <= 6 and (np.abs(z) < bound - 0.1).all() and abs(z[-1]) < 1.5 and z.min() > 0:
            return [float(value) for value in z]


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "peeking-boundaries", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4.25), layout="constrained")
    axes = figure.subplots()
    shares = [k / LOOKS for k in range(1, LOOKS + 1)]
    fine = [0.1 + 0.9 * i / 100 for i in range(101)]
    flat, steep = solve(pocock), solve(obrien_fleming)
    axes.plot(shares, steep, "o-", color=BLUE, markersize=4)
    axes.plot(fine, [always_valid(s) for s in fine], color=GREEN, linestyle="--", linewidth=2)
    axes.plot(shares, flat, "s-", color=ORANGE, markersize=4)
    axes.plot([0.1, 1], [NAIVE, NAIVE], color=RED, linewidth=2)
    axes.plot(shares, null_path(), ".-", color=GRAY, linewidth=1.2, markersize=8)
    axes.text(0.235, 4.75, "O'Brien and Fleming", color=BLUE)
    axes.text(0.63, 3.25, "always valid", color=GREEN)
    axes.text(0.13, 2.66, f"Pocock {flat[0]:.2f}", color=ORANGE)
    axes.text(0.7, 1.58, "naive 1.96", color=RED)
    axes.text(0.53, 0.3, "a test without effect", color=GRAY)
    axes.set_xlabel("share of the planned data")
    axes.set_ylabel("|z|")
    axes.set_ylim(0, 7)
    axes.set_xticks([0.2, 0.4, 0.6, 0.8, 1])
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
