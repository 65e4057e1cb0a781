"""Draws lift-or-probability.svg: six items, ranked for one user by click share and by lift, the two things in-batch losses learn.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

# Name, share of this user's clicks, share of everybody's clicks.
ITEMS = [
    ("hit film", 0.060, 0.050),
    ("new series", 0.045, 0.030),
    ("news", 0.030, 0.040),
    ("cooking", 0.024, 0.006),
    ("chess", 0.020, 0.002),
    ("western", 0.008, 0.004),
]
UP, DOWN, LEVEL = "#14619e", "#b3261e", "#555555"


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "lift-or-probability", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.9), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(-1.15, 2.15)
    axes.set_ylim(6.6, -0.35)
    axes.axis("off")
    by_share = sorted(ITEMS, key=lambda item: -item[1])
    by_lift = sorted(ITEMS, key=lambda item: -item[1] / item[2])
    for item in ITEMS:
        name, share, overall = item
        left, right = by_share.index(item) + 1, by_lift.index(item) + 1
        color = UP if right < left else DOWN if right > left else LEVEL
        axes.plot([0, 1], [left, right], color=color, linewidth=2.2, marker="o", markersize=6, linestyle="-" if right < left else "--")
        axes.text(-0.08, left, f"{left}. {name} {100 * share:.1f}%", ha="right", va="center")
        axes.text(1.08, right, f"{right}. {name} × {share / overall:.4g}", ha="left", va="center")
    axes.text(-0.08, 0.05, "corrected:\nshare of this\nuser's clicks", ha="right", va="center", weight="bold", fontsize=12)
    axes.text(1.08, 0.05, "uncorrected:\nlift over\neverybody", ha="left", va="center", weight="bold", fontsize=12)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
