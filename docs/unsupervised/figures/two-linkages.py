"""Draws two-linkages.svg: the points 0, 4, 10 and 17 as dendrograms, by single and by complete linkage.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

POINTS = (0, 4, 10, 17)
LINKAGES: dict[str, Callable[[Iterable[float]], float]] = {"single": min, "complete": max}


def merges(linkage: Callable[[Iterable[float]], float]) -> list[tuple[tuple[int, ...], tuple[int, ...], float]]:
    """Which clusters merge, and at which height."""
    clusters: list[tuple[int, ...]] = [(point,) for point in POINTS]
    found = []
    while len(clusters) > 1:
        pairs = [(a, b) for i, a in enumerate(clusters) for b in clusters[i + 1 :]]
        height, a, b = min((linkage(abs(x - y) for x in a for y in b), a, b) for a, b in pairs)
        clusters = sorted([c for c in clusters if c not in (a, b)] + [a + b])
        found.append((a, b, height))
    return found


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "two-linkages", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    for axes, (name, linkage) in zip(figure.subplots(1, 2, sharey=True), LINKAGES.items(), strict=True):
        place = {(point,): (float(i), 0.0) for i, point in enumerate(POINTS)}
        tree = merges(linkage)
        for a, b, height in tree:
            (left, low), (right, other) = place[a], place[b]
            axes.plot([left, left, right, right], [low, height, height, other], color="#14619e", linewidth=2)
            above = (a, b, height) == tree[-1]
            axes.text((left + right) / 2, height + (0.25 if above else -0.35), f"{height:g}", ha="center", va="bottom" if above else "top")
            place[a + b] = ((left + right) / 2, height)
        cut = (tree[-1][2] + tree[-2][2]) / 2
        axes.axhline(cut, color="#b3261e", linestyle="--", linewidth=1.5)
        axes.set_title(f"{name} linkage", fontsize=13)
        axes.set_xticks(range(len(POINTS)), [str(point) for point in POINTS])
        axes.set_xlabel("point")
        axes.set_xlim(-0.5, 3.5)
        axes.set_ylim(0, 19.5)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("height of the merge")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
