"""Draws mean-settles.svg: how far a sample mean strays against n, and three cases that miss the usual 1/sqrt(n).

That is the half-width of the central 90% of the sample mean, relative to one draw. Run it from anywhere.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
REPEATS = 20_000
TAIL = 1.5
CORRELATION = 0.1


def half_width(values: NDArray[np.float64]) -> float:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(high - low) / 2


def means(sample: Callable[[tuple[int, int]], NDArray[np.float64]], size: int) -> NDArray[np.float64]:
    """REPEATS means of `size` draws, in pieces so that memory stays small."""
    return np.concatenate([sample((1000, size)).mean(axis=1) for _ in range(REPEATS // 1000)])


def draw() -> None:
    rng = np.random.default_rng(11)
    curves: dict[str, Sequence[float]] = {
        "exponential": [half_width(means(rng.standard_exponential, size)) for size in SIZES],
        "Pareto": [half_width(means(lambda shape: 1 + rng.pareto(TAIL, shape), size)) for size in SIZES],
        # Exact: the mean of equally correlated normals, and the mean of Cauchy draws, which is Cauchy again.
        "correlated": [math.sqrt(CORRELATION + (1 - CORRELATION) / size) for size in SIZES],
        "Cauchy": [1.0] * len(SIZES),
    }
    styles = {
        "Cauchy": ("#b3261e", "o", "Cauchy: never"),
        "correlated": ("#7b3fa0", "s", f"correlation {CORRELATION}: stops"),
        "Pareto": ("#a15c00", "^", f"Pareto, tail {TAIL}: slowly"),
        "exponential": ("#14619e", "D", "exponential: as 1/√n"),
    }
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "mean-settles", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4.25), layout="constrained")
    axes = figure.subplots()
    for name, (color, marker, label) in styles.items():
        spread = np.array(curves[name]) / curves[name][0]
        axes.plot(SIZES, spread, color=color, marker=marker, markersize=6, linewidth=2, label=label)
    axes.legend(loc="lower left", frameon=False)
    axes.set(xscale="log", yscale="log", xlabel="number of draws n", ylabel="central 90%, relative to one draw")
    axes.set_ylim(0.02, 1.7)
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
