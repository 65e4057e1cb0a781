"""Draws three-graphs.svg: confounder, mediator and collider, and what to do with the third variable.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, BLUE, RED = "#333333", "#14619e", "#b3261e"
PLACES = {"T": (0.12, 0.0), "Y": (0.88, 0.0), "third": (0.5, 0.62)}


def graph(axes: Axes, third: str, arrows: list[tuple[str, str]], title: str, advice: str, color: str) -> None:
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(-0.62, 1.02)
    axes.axis("off")
    for start, end in arrows:
        axes.annotate(
            "",
            PLACES[end],
            PLACES[start],
            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "shrinkA": 15, "shrinkB": 15},
        )
    for name, (x, y) in PLACES.items():
        here = name == "third"
        axes.text(
            x,
            y,
            third if here else name,
            ha="center",
            va="center",
            color=color if here else INK,
            weight="bold",
            bbox={"boxstyle": "circle,pad=0.3", "facecolor": "white", "edgecolor": color if here else INK, "linewidth": 1.4},
        )
    axes.text(0.5, 0.93, title, ha="center", va="bottom", weight="bold")
    axes.text(0.5, -0.32, advice, ha="center", va="top", color=color)


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "three-graphs", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.125), layout="constrained")
    first, second, last = figure.subplots(1, 3)
    graph(first, "Z", [("third", "T"), ("third", "Y"), ("T", "Y")], "confounder", "adjust for it", BLUE)
    graph(second, "M", [("T", "third"), ("third", "Y"), ("T", "Y")], "mediator", "leave alone for\nthe total effect", RED)
    graph(last, "C", [("T", "third"), ("Y", "third"), ("T", "Y")], "collider", "leave alone,\nor a false link", RED)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
