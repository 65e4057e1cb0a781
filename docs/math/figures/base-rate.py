"""Draws base-rate.svg: 10,000 people, who is sick, who tests positive, and who is sick among the positives.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

PEOPLE, PREVALENCE, SENSITIVITY, SPECIFICITY = 10_000, 0.01, 0.99, 0.95
SICK, FLAGGED, CALM = "#b3261e", "#f0b35a", "#dfe7ef"  # red, amber, pale blue; also told apart by label and place


def box(axes: Axes, x: float, y: float, width: float, height: float, color: str) -> None:
    axes.add_patch(Rectangle((x, y), width, height, facecolor=color, edgecolor="#333333", linewidth=0.8))


def draw() -> None:
    sick = round(PEOPLE * PREVALENCE)
    found = round(sick * SENSITIVITY)
    healthy = PEOPLE - sick
    flagged = round(healthy * (1 - SPECIFICITY))
    positives = found + flagged

    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "base-rate", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(-0.02, 2.5)
    axes.set_ylim(-0.22, 1.2)
    axes.axis("off")

    # Left: everyone. Width is the share of the sick, height the share that tests positive.
    share = 1 - SPECIFICITY
    axes.add_patch(Rectangle((0, 0), PREVALENCE, 1, facecolor=SICK))  # an outline would hide so thin a strip
    box(axes, PREVALENCE, 0, 1 - PREVALENCE, share, FLAGGED)
    box(axes, PREVALENCE, share, 1 - PREVALENCE, 1 - share, CALM)
    axes.text(0.5, 1.05, f"{PEOPLE:,} people", ha="center", va="bottom", weight="bold")
    axes.text(0.53, 0.55, f"{healthy - flagged:,} healthy,\nnegative", ha="center", va="center")
    line = {"arrowstyle": "-", "color": "#333333"}
    axes.annotate(f"{sick} sick", (PREVALENCE / 2, 0.82), (0.12, 0.82), va="center", arrowprops=line)
    axes.text(0.5, -0.04, f"{flagged} healthy, positive", ha="center", va="top")

    # Right: the same colors, among those who test positive only.
    left, width, split = 1.45, 0.32, found / positives
    box(axes, left, 0, width, 1 - split, FLAGGED)
    box(axes, left, 1 - split, width, split, SICK)
    axes.text(left + width / 2, 1.05, f"{positives} positives", ha="center", va="bottom", weight="bold")
    axes.text(left + width + 0.06, 1 - split / 2, f"{found} sick\n(1 in {positives // found})", va="center")
    axes.text(left + width + 0.06, (1 - split) / 2, f"{flagged}\nhealthy", va="center")
    axes.annotate("", (left - 0.05, 0.5), (1.05, 0.5), arrowprops={"arrowstyle": "-|>", "color": "#333333", "linewidth": 1.5})
    axes.text((left + 1) / 2, 0.56, "test\n+", ha="center", va="bottom")
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
