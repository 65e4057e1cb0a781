"""Draws momentum-ravine.svg: paths on a ravine, and errors against steps, of gradient descent, Nesterov and the heavy ball.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import hypot, sqrt
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

BLUE, RED, GREEN = "#14619e", "#b3261e", "#2e7d32"
Path2 = list[tuple[float, float]]


def descend(kappa: float, steps: int, start: tuple[float, float], eta: float, beta: float, ahead: bool) -> Path2:
    """Iterates on (x² + kappa y²) / 2; `ahead` takes the gradient where inertia leads."""
    path = [start]
    before, now = start, start
    for _ in range(steps):
        led = [a + beta * (a - b) for a, b in zip(now, before, strict=True)]
        at = led if ahead else now
        slopes = (at[0], kappa * at[1])
        before, now = now, (led[0] - eta * slopes[0], led[1] - eta * slopes[1])
        path.append(now)
    return path


def plain(kappa: float, steps: int, start: tuple[float, float]) -> Path2:
    return descend(kappa, steps, start, 2 / (1 + kappa), 0.0, False)


def heavy_ball(kappa: float, steps: int, start: tuple[float, float]) -> Path2:
    root = sqrt(kappa)
    return descend(kappa, steps, start, 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2, False)


def nesterov(kappa: float, steps: int, start: tuple[float, float]) -> Path2:
    root = sqrt(kappa)
    return descend(kappa, steps, start, 1 / kappa, (root - 1) / (root + 1), True)


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "momentum-ravine", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 6.5), layout="constrained")
    top, bottom = figure.subplots(2, 1, height_ratios=[1, 1.25])

    kappa, start = 20, (10.0, 1.6)
    xs = [-2.5 + 14.5 * k / 200 for k in range(201)]
    ys = [-3.3 + 6.6 * k / 120 for k in range(121)]
    top.contour(xs, ys, [[(x * x + kappa * y * y) / 2 for x in xs] for y in ys], [0.5, 3, 9, 20, 36, 60], colors="#b8c4d0", linewidths=1)
    for path, color, style in ((plain(kappa, 40, start), BLUE, "o-"), (heavy_ball(kappa, 40, start), RED, "s--")):
        top.plot([x for x, _ in path], [y for _, y in path], style, color=color, markersize=3.5, linewidth=1.4)
    top.plot([0], [0], "x", color="#222222", markersize=9, markeredgewidth=2)
    top.text(7.7, 2.2, "gradient descent", color=BLUE, ha="left")
    top.text(3.4, 2.5, "heavy ball", color=RED)
    top.set_xlabel("flat direction, curvature 1")
    top.set_ylabel("sharp, 20")
    top.set_yticks([-2, 0, 2])

    for run, color, style, name, place in (
        (plain, BLUE, "-", "gradient descent", (112, 0.2)),
        (nesterov, GREEN, "-.", "Nesterov", (128, 3e-5)),
        (heavy_ball, RED, "--", "heavy ball", (22, 1.2e-6)),
    ):
        errors = [hypot(*point) for point in run(100, 200, (1.0, 1.0))]
        bottom.plot([error / errors[0] for error in errors], color=color, linestyle=style, linewidth=2.5)
        bottom.text(*place, name, color=color)
    bottom.set_yscale("log")
    bottom.set_xlim(0, 200)
    bottom.set_ylim(3e-7, 3)
    bottom.set_xlabel("steps, at condition number 100")
    bottom.set_ylabel("distance, start = 1")
    for axes in (top, bottom):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
