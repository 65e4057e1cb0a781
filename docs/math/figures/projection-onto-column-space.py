"""Draws projection-onto-column-space.svg: a vector, its projection onto the plane of two columns, and the residual.

The picture is in three dimensions, seen by an oblique projection of its own. Run it from anywhere; it writes the SVG beside
itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

BLUE, RED, GRAY, PLANE = "#14619e", "#b3261e", "#555555", "#dfe7ef"
FIRST, SECOND = np.array([1.0, 0.1, 0.0]), np.array([-0.2, 1.1, 0.0])  # two columns, in the plane z = 0
Y = np.array([2.0, 1.5, 1.6])
OTHER = np.array([3.05, 0.75, 0.0])  # another point of the plane
EYE = np.array([[1.0, 0.42, 0.0], [0.0, 0.48, 1.0]])  # from space to paper


def paper(point: np.ndarray) -> tuple[float, float]:
    x, y = EYE @ point
    return float(x), float(y)


def draw() -> None:
    columns = np.stack([FIRST, SECOND], axis=1)
    fitted = columns @ np.linalg.solve(columns.T @ columns, columns.T @ Y)
    residual = Y - fitted
    assert np.allclose(columns.T @ residual, 0)
    assert np.linalg.norm(Y - OTHER) > np.linalg.norm(residual)

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "projection-onto-column-space", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.set_xlim(-0.55, 4.45)
    axes.set_ylim(-0.42, 2.75)
    axes.axis("off")

    corners = [np.array([x, y, 0.0]) for x, y in ((-0.3, -0.3), (3.4, -0.3), (3.4, 2.3), (-0.3, 2.3))]
    axes.add_patch(Polygon([paper(corner) for corner in corners], facecolor=PLANE, edgecolor=GRAY, linewidth=0.8))
    axes.text(*paper(np.array([2.35, -0.2, 0.0])), "column space of $\\mathbf{X}$", va="bottom", ha="center", color=GRAY)

    origin = np.zeros(3)

    def arrow(tail: np.ndarray, head: np.ndarray, color: str, width: float = 2.0) -> None:
        style = {"arrowstyle": "-|>", "color": color, "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 16}
        axes.annotate("", paper(head), paper(tail), arrowprops=style)

    arrow(origin, 0.8 * FIRST, GRAY, 1.4)
    arrow(origin, 0.8 * SECOND, GRAY, 1.4)
    axes.text(*paper(0.86 * FIRST + np.array([0, -0.05, 0])), "$\\mathbf{x}_1$", va="center", ha="left", color=GRAY)
    axes.text(*paper(1.0 * SECOND), "$\\mathbf{x}_2$", va="center", ha="center", color=GRAY)
    arrow(origin, Y, "black")
    arrow(origin, fitted, BLUE)
    arrow(fitted, Y, RED)
    axes.plot(*zip(paper(Y), paper(OTHER), strict=True), color=GRAY, linestyle="--", linewidth=1.4)
    axes.plot(*paper(OTHER), "o", color=GRAY, markersize=6)

    # The right angle at the foot of the residual.
    along, up = 0.17 * fitted / np.linalg.norm(fitted), 0.17 * residual / np.linalg.norm(residual)
    square = [paper(fitted - along), paper(fitted - along + up), paper(fitted + up)]
    axes.plot(*zip(*square, strict=True), color="black", linewidth=1.2)

    x, y = paper(Y)
    axes.text(x, y + 0.06, "$\\mathbf{y}$", ha="center", va="bottom", fontsize=15)
    x, y = paper(fitted)
    axes.text(x + 0.02, y - 0.08, "$\\mathbf{Py}$", ha="center", va="top", fontsize=15, color=BLUE)
    x, y = paper(fitted + 0.45 * residual)
    axes.text(x - 0.08, y, "$\\mathbf{y}-\\mathbf{Py}$", ha="right", va="center", fontsize=14, color=RED)
    x, y = paper((Y + OTHER) / 2)
    axes.text(x + 0.08, y + 0.02, "longer", ha="left", va="bottom", color=GRAY)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
