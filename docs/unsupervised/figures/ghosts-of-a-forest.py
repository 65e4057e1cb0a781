"""Draws ghosts-of-a-forest.svg: scores of an isolation forest on two groups, with axis-parallel and with oblique cuts.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import ceil, log2
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

TREES, SAMPLE, STEPS = 300, 256, 41
LEVELS = np.array([0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80])
Array = np.ndarray


def average_depth(size: int) -> float:
    """c(n) = 2(H_n - 1): the mean depth of the leaves of a random search tree with n leaves."""
    return 2 * (sum(1 / i for i in range(1, size + 1)) - 1) if size > 1 else 0.0


def depths(sample: Array, queries: Array, limit: int, oblique: bool, rng: np.random.Generator) -> Array:
    """The path length of each query in one tree, grown while the queries fall through it."""
    span = np.ptp(sample, axis=0) if len(sample) else np.zeros(2)
    if limit == 0 or len(sample) < 2 or not span.any():
        return np.full(len(queries), average_depth(len(sample)))
    if oblique:
        normal = rng.normal(size=2)
        cut = normal @ rng.uniform(sample.min(axis=0), sample.max(axis=0))
    else:
        normal = np.eye(2)[rng.choice(np.flatnonzero(span))]
        cut = rng.uniform((sample @ normal).min(), (sample @ normal).max())
    left, found = queries @ normal < cut, np.empty(len(queries))
    for side in (True, False):
        part = (sample @ normal < cut) == side
        found[left == side] = 1 + depths(sample[part], queries[left == side], limit - 1, oblique, rng)
    return found


def scores(data: Array, queries: Array, oblique: bool, rng: np.random.Generator) -> Array:
    total = np.zeros(len(queries))
    for _ in range(TREES):
        sample = data[rng.choice(len(data), SAMPLE, replace=False)]
        total += depths(sample, queries, ceil(log2(SAMPLE)), oblique, rng)
    return 2 ** (-total / TREES / average_depth(SAMPLE))


def groups(rng: np.random.Generator) -> Array:
    return np.vstack([rng.normal((0, 10), 1, (500, 2)), rng.normal((10, 0), 1, (500, 2))])


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "ghosts-of-a-forest", "svg.fonttype": "path"})
    rng = np.random.default_rng(1)
    data = groups(rng)
    axis = np.linspace(-5, 15, STEPS)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (title, oblique) in zip(panels, [("axis-parallel cuts", False), ("oblique cuts", True)], strict=True):
        found = scores(data, grid, oblique, rng).reshape(STEPS, STEPS)
        image = axes.contourf(axis, axis, found, levels=LEVELS, cmap="Blues")
        axes.scatter(*data[::8].T, s=5, color="#b3261e", linewidths=0)
        for x, y, name in [(0, 0, "A"), (10, 10, "B"), (5, 5, "C")]:
            value = scores(data, np.array([[x, y]], float), oblique, rng)[0]
            axes.text(x, y, f"{name} {value:.2f}", ha="center", va="center", bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": "#333333"})
        axes.set_title(title, fontsize=13)
        axes.set_aspect("equal")
        axes.set_xticks([0, 5, 10])
        axes.set_yticks([0, 5, 10])
    figure.colorbar(image, ax=panels, location="bottom", label="score (high: anomalous)", ticks=LEVELS[::2], aspect=35, pad=0.03)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
