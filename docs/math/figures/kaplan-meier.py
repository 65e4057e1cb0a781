"""Draws kaplan-meier.svg: eight customers, some censored; the Kaplan-Meier curve and two wrong ones.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from collections.abc import Callable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

CHURNED, CENSORED, END = [1, 3, 3, 6], [2, 4, 7, 7], 7
BLUE, RED, BROWN = "#14619e", "#b3261e", "#8a5a00"


def kaplan_meier(month: float) -> float:
    share = 1.0
    for t in sorted({t for t in CHURNED if t <= month}):
        share *= 1 - CHURNED.count(t) / sum(other >= t for other in CHURNED + CENSORED)
    return share


def survivors(month: float) -> float:
    """The censored never churn."""
    return 1 - sum(t <= month for t in CHURNED) / len(CHURNED + CENSORED)


def dropped(month: float) -> float:
    """The censored were never there."""
    return sum(t > month for t in CHURNED) / len(CHURNED)


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "kaplan-meier", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.8), layout="constrained")
    axes = figure.subplots()
    months = [0, *sorted(set(CHURNED)), END]

    def curve(of: Callable[[float], float], color: str, style: str) -> None:
        axes.step(months, [of(month) for month in months], where="post", color=color, linestyle=style, linewidth=2)

    curve(survivors, BROWN, "--")
    curve(dropped, RED, ":")
    curve(kaplan_meier, BLUE, "-")
    axes.plot(CENSORED, [kaplan_meier(t) for t in CENSORED], "|", color=BLUE, markersize=14, markeredgewidth=2)
    axes.text(7.1, survivors(7) + 0.05, "censored\nas loyal", color=BROWN, va="center")
    axes.text(7.1, kaplan_meier(7) - 0.07, "Kaplan-\nMeier", color=BLUE, va="center", weight="bold")
    axes.text(7.1, dropped(7), "censored\ndropped", color=RED, va="center")
    axes.set_xlim(0, 9)
    axes.set_ylim(-0.08, 1.05)
    axes.set_xticks(range(8))
    axes.set_xlabel("month")
    axes.set_ylabel("share still subscribed")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
