"""Draws pass-review-block.svg: expected cost of passing, reviewing and blocking against the probability of fraud.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

MISS, FALSE_ALARM, REVIEW = 95, 5, 2
RED, BLUE, GREEN = "#b3261e", "#14619e", "#2f6b2f"  # also told apart by dashes and labels


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "pass-review-block", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    low, high, alone = REVIEW / MISS, 1 - REVIEW / FALSE_ALARM, FALSE_ALARM / (FALSE_ALARM + MISS)
    axes.axvspan(low, high, color="#e4efe4")
    axes.plot([0, 0.08], [0, 0.08 * MISS], color=RED, linewidth=2)
    axes.plot([0, 1], [FALSE_ALARM, 0], color=BLUE, linewidth=2, linestyle="--")
    axes.plot([0, 1], [REVIEW, REVIEW], color=GREEN, linewidth=2, linestyle="-.")
    axes.plot([alone], [alone * MISS], "o", color="#333333")
    axes.annotate(f"without review:\nthreshold {alone:.2f}", (alone, alone * MISS), (0.2, 5.3), arrowprops={"arrowstyle": "-", "color": "#333333"})
    axes.text(0.095, 7.0, "pass: 95 p", color=RED, ha="left")
    axes.text(0.53, 2.75, "block: 5 (1 − p)", color=BLUE)
    axes.text(0.3, 1.9, "review: 2", color=GREEN, va="top")
    axes.text((low + high) / 2, 0.35, f"review from {low:.3f} to {high:.1f}", ha="center")
    axes.text((high + 1) / 2, 0.35, "block", ha="center")
    axes.set(xlim=(0, 1), ylim=(0, 7.6), xlabel="calibrated probability of fraud p", ylabel="expected cost")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
