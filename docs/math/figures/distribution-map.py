"""Draws distribution-map.svg: eight distributions and the step that leads from one to the next.

Run it from anywhere; it writes the SVG beside itself.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

# Column 0 waits for successes, column 1 counts them; time runs from discrete (top) to continuous (bottom).
PLACES = {
    "geometric": (0, 3),
    "Bernoulli": (1, 3),
    "binomial": (2, 3),
    "exponential": (0, 1.75),
    "Poisson": (2, 1.75),
    "gamma": (0, 0.4),
    "beta": (1, 0.4),
    "normal": (2, 0.4),
}
STEPS = [
    ("Bernoulli", "geometric", "wait\nfor first", (0, 7), "center"),
    ("Bernoulli", "binomial", "add n", (0, 7), "center"),
    ("geometric", "exponential", "rare,\nshort steps", (7, -2), "left"),
    ("binomial", "Poisson", "rare,\nmany trials", (-7, -2), "right"),
    ("exponential", "Poisson", "count in time t", (0, 7), "center"),
    ("exponential", "gamma", "add k waits", (7, -2), "left"),
    ("gamma", "beta", "X/(X+Y),\nY gamma too", (0, 7), "center"),
    ("Poisson", "normal", "large\nmean", (-7, -2), "right"),
]


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "distribution-map", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(-0.45, 2.45)
    axes.set_ylim(-0.35, 3.4)
    axes.axis("off")
    boxes = {
        name: axes.text(
            *place,
            name,
            ha="center",
            va="center",
            weight="bold",
            bbox={"boxstyle": "round,pad=0.4", "facecolor": "#e8eef5", "edgecolor": "#14619e", "linewidth": 1.5},
        )
        for name, place in PLACES.items()
    }
    for start, end, label, offset, side in STEPS:
        axes.annotate(
            "",
            PLACES[end],
            PLACES[start],
            arrowprops={
                "arrowstyle": "-|>",
                "color": "#333333",
                "linewidth": 1.5,
                "patchA": boxes[start].get_bbox_patch(),
                "patchB": boxes[end].get_bbox_patch(),
            },
        )
        middle = ((PLACES[start][0] + PLACES[end][0]) / 2, (PLACES[start][1] + PLACES[end][1]) / 2)
        vertical = "bottom" if side == "center" else "center"
        axes.annotate(label, middle, offset, textcoords="offset points", ha=side, va=vertical, fontsize=12)
    axes.text(1, -0.3, "binomial with large n, gamma with large k: close to normal", ha="center", va="bottom", fontsize=12)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
