"""Draws jacobian-chain-order.svg: three Jacobians multiplied from the loss side and from the input side, with their costs.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

SIZES = (1, 200, 500, 1000)  # from the loss back to the input
MATRIX, PRODUCT, EDGE = "#dfe7ef", "#f0b35a", "#333333"


def block(axes: Axes, x: float, y: float, rows: int, columns: int, color: str) -> float:
    """A matrix, its sides growing with the root of its size so that a row of 1,000 can still be seen. Returns its right edge."""
    height, width = 0.10 + rows**0.5 / 26, 0.10 + columns**0.5 / 26
    axes.add_patch(Rectangle((x, y - height / 2), width, height, facecolor=color, edgecolor=EDGE, linewidth=0.9))
    axes.text(x + width / 2, y - 0.68, f"{rows} × {columns}", ha="center", va="top", fontsize=12)
    return x + width


def chain(axes: Axes, y: float, shapes: list[tuple[int, int]], marked: int, cost: str) -> None:
    x = 0.0
    for place, (rows, columns) in enumerate(shapes):
        x = block(axes, x, y, rows, columns, PRODUCT if place == marked else MATRIX) + 0.38
    axes.text(4.95, y, cost, ha="right", va="center")


def draw() -> None:
    one, a, b, c = SIZES
    left = one * a * b, one * b * c
    right = a * b * c, one * a * c

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "jacobian-chain-order", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 7.2), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(-0.05, 5.0)
    axes.set_ylim(-8.05, 1.2)
    axes.axis("off")
    axes.text(0, 1.1, "Reverse: start at the loss, keep a row", va="top", weight="bold")
    chain(axes, 0, [(one, a), (a, b), (b, c)], 0, f"{left[0]:,}")
    chain(axes, -1.75, [(one, b), (b, c)], 0, f"{left[1]:,}")
    axes.text(4.95, -2.85, f"sum {sum(left):,}", ha="right", va="center", weight="bold")
    axes.plot([0, 4.95], [-3.2, -3.2], color=EDGE, linewidth=0.6)
    axes.text(0, -3.45, "Forward: start at the input, keep a matrix", va="top", weight="bold")
    chain(axes, -4.65, [(one, a), (a, b), (b, c)], 2, f"{right[0]:,}")
    chain(axes, -6.4, [(one, a), (a, c)], 1, f"{right[1]:,}")
    axes.text(4.95, -7.6, f"sum {sum(right):,}", ha="right", va="center", weight="bold")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
