"""Draws three-measures-three-winners.svg: a query and three vectors, each the best match by another measure.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

QUERY = np.array([2.0, 1.0])
STORED = {"a": np.array([5.0, 0.0]), "b": np.array([0.6, 0.3]), "c": np.array([2.0, 2.0])}
BLUE, GRAY = "#14619e", "#777777"


def draw() -> None:
    dot = {name: float(QUERY @ x) for name, x in STORED.items()}
    cosine = {name: dot[name] / float(np.linalg.norm(QUERY) * np.linalg.norm(x)) for name, x in STORED.items()}
    distance = {name: float(np.linalg.norm(QUERY - x)) for name, x in STORED.items()}
    assert max(dot, key=dot.__getitem__) == "a"
    assert max(cosine, key=cosine.__getitem__) == "b"
    assert min(distance, key=distance.__getitem__) == "c"

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "three-measures-three-winners", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.set_xlim(-0.5, 6.1)
    axes.set_ylim(-0.75, 3.2)
    axes.axis("off")

    # The direction of the query, the points with its dot product with a, and the circle through the nearest.
    axes.plot([0, 5.4], [0, 2.7], color=GRAY, linestyle=":", linewidth=1.6)
    axes.text(4.75, 2.52, "same direction", color=GRAY, ha="center", va="bottom", rotation=26.6, rotation_mode="anchor")
    foot = QUERY * dot["a"] / float(QUERY @ QUERY)  # where the line of equal dot product meets that direction
    axes.plot([STORED["a"][0], foot[0]], [STORED["a"][1], foot[1]], color=GRAY, linestyle="--", linewidth=1.4)
    axes.text(4.56, 1.03, f"dot product {dot['a']:.0f}", color=GRAY, ha="center", va="bottom", rotation=-63.4, rotation_mode="anchor")
    axes.add_patch(Circle((float(QUERY[0]), float(QUERY[1])), distance["c"], fill=False, edgecolor=GRAY, linewidth=1.4))

    def arrow(head: np.ndarray, color: str, width: float) -> None:
        style = {"arrowstyle": "-|>", "color": color, "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 16}
        axes.annotate("", (float(head[0]), float(head[1])), (0, 0), arrowprops=style)

    for x in STORED.values():
        arrow(x, BLUE, 2.0)
    arrow(QUERY, "black", 2.4)
    arrow(STORED["b"], BLUE, 3.4)
    axes.text(2.12, 0.98, "$\\mathbf{q}$", ha="left", va="top", fontsize=16)
    axes.text(4.9, -0.13, f"$\\mathbf{{a}}$: largest dot product, {dot['a']:.0f}", ha="right", va="top", color=BLUE)
    axes.text(0.42, 0.5, "$\\mathbf{b}$: largest\ncosine, 1", ha="right", va="bottom", color=BLUE)
    axes.text(2.0, 2.1, f"$\\mathbf{{c}}$: nearest, at distance {distance['c']:.0f}", ha="center", va="bottom", color=BLUE)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
