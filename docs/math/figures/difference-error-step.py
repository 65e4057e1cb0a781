"""Draws difference-error-step.svg: relative error of finite differences of exp against the step.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from collections.abc import Callable
from math import exp
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

BLUE, RED, GREY = "#14619e", "#b3261e", "#555555"
POINTS = [0.5 + k / 37 for k in range(38)]  # worst error over several points, since rounding at one point is erratic


def quotient(x: float, h: float, central: bool) -> float:
    """As a check takes it: the step is the one asked for, not the one that rounding leaves."""
    return (exp(x + h) - exp(x - h)) / (2 * h) if central else (exp(x + h) - exp(x)) / h


def narrow(x: float, h: float) -> float:
    """The central difference with every value rounded to float32."""
    step = np.float32(h)
    up, down = np.float32(x) + step, np.float32(x) - step
    return float((np.float32(exp(float(up))) - np.float32(exp(float(down)))) / (np.float32(2) * step))


def worst(slope: Callable[[float], float]) -> float:
    return max(abs(slope(x) / exp(x) - 1) for x in POINTS)


def draw() -> None:
    steps = [10 ** (-k / 8) for k in range(8, 97)]
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "difference-error-step", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.loglog(steps, [worst(lambda x, h=h: quotient(x, h, False)) for h in steps], color=GREY, linewidth=2)
    axes.loglog(steps, [worst(lambda x, h=h: quotient(x, h, True)) for h in steps], color=BLUE, linewidth=2)
    short = [h for h in steps if h > 2e-7]
    axes.loglog(short, [worst(lambda x, h=h: narrow(x, h)) for h in short], color=RED, linewidth=2, linestyle="--")
    axes.text(4e-4, 3e-2, "central,\nfloat32", color=RED, ha="center", va="bottom")
    axes.text(8e-8, 1.5e-6, "forward,\nfloat64", color=GREY, ha="center", va="bottom")
    axes.text(2.5e-4, 1.2e-11, "central,\nfloat64", color=BLUE, ha="left", va="bottom")
    axes.set_xlabel("step h")
    axes.set_ylabel("worst relative error")
    axes.set_ylim(1e-12, 10)
    axes.set_xticks([1e-11, 1e-9, 1e-7, 1e-5, 1e-3, 1e-1])
    axes.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
