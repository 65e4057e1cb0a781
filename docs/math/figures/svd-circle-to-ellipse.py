"""Draws svd-circle-to-ellipse.svg: the unit circle and what the three factors of the SVD of ((4, 0), (3, 5)) do to it, one by one.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

MATRIX = np.array([[4.0, 0.0], [3.0, 5.0]])
BLUE, RED, GRAY = "#14619e", "#b3261e", "#555555"


def draw() -> None:
    left, values, right = np.linalg.svd(MATRIX)
    # Signs of singular vectors are free. Chosen here: both right ones point up, which makes both factors rotations.
    signs = np.sign(right[:, [1]])
    right, left = signs * right, left * signs.T
    assert np.allclose(left * values @ right, MATRIX)
    assert np.linalg.det(left) > 0
    assert np.linalg.det(right) > 0

    angles = np.linspace(0, 2 * np.pi, 200)
    circle = np.array([np.cos(angles), np.sin(angles)])
    stages = [
        ("1. unit circle", np.eye(2), 1.6),
        (r"2. turned by $\mathbf{V}^{\mathsf{T}}$", right, 1.6),
        (r"3. stretched by $\mathbf{\Sigma}$", np.diag(values) @ right, 9.5),
        (r"4. turned by $\mathbf{U}$", MATRIX, 9.5),
    ]
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "svd-circle-to-ellipse", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5.5), layout="constrained")
    for axes, (title, matrix, reach) in zip(figure.subplots(2, 2).flat, stages, strict=True):
        axes.plot(*(matrix @ circle), color=GRAY, linewidth=1.4)
        for number, (vector, color) in enumerate(zip(right, (RED, BLUE), strict=True), start=1):
            x, y = matrix @ vector
            axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2, "shrinkA": 0, "shrinkB": 0})
            length = float(np.hypot(x, y))
            name = f"$\\mathbf{{v}}_{number}$" if reach < 2 else f"{length:.1f}"
            out = 1 + 0.14 * reach / length
            axes.text(x * out, y * out, name, color=color, ha="center", va="center")
        axes.set_title(title, fontsize=13)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-reach, reach)
        axes.set_aspect("equal")
        axes.set_xticks([-1, 0, 1] if reach < 2 else [-6, 0, 6])
        axes.set_yticks([-1, 0, 1] if reach < 2 else [-6, 0, 6])
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
