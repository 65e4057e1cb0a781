"""Draws reliability-shapes.svg: how three kinds of miscalibration look in a reliability diagram, from their formulas.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import log
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

BLUE, RED, GREEN = "#14619e", "#b3261e", "#2f6b2f"  # also told apart by dashes and labels


def doubled(p: float) -> float:
    """The truth, if the model's logits are twice too large."""
    odds = (p / (1 - p)) ** 0.5
    return odds / (1 + odds)


def thinned(p: float) -> float:
    """The truth, if training kept all positives and 5% of the negatives."""
    return 0.05 * p / (0.05 * p + 1 - p)


def focal(p: float, gamma: float = 2) -> float:
    """The truth, if p minimizes the expected focal loss."""

    def slope(q: float) -> float:
        return (1 - q) ** gamma / q - gamma * (1 - q) ** (gamma - 1) * log(q)

    return slope(1 - p) / (slope(p) + slope(1 - p))


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "reliability-shapes", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    shown = [i / 500 for i in range(1, 500)]
    axes.plot([0, 1], [0, 1], color="#777777", linewidth=1)
    axes.plot(shown, [doubled(p) for p in shown], color=BLUE, linewidth=2)
    axes.plot(shown, [thinned(p) for p in shown], color=RED, linewidth=2, linestyle="--")
    axes.plot(shown, [focal(p) for p in shown], color=GREEN, linewidth=2, linestyle="-.")
    axes.text(0.02, 0.5, "overconfident:\nlogits doubled", color=BLUE, va="bottom")
    axes.text(0.48, 0.17, "negatives\nthinned to 5%", color=RED)
    axes.text(0.47, 0.86, "focal\nloss", color=GREEN, ha="center")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="predicted probability", ylabel="share of positives")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
