"""Draws one-roc-three-pr.svg: one classifier, one ROC curve, and its precision-recall curve at three prevalences.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path
from statistics import NormalDist

import matplotlib
from matplotlib.figure import Figure

NORMAL = NormalDist()
DISTANCE = 2.0  # scores: negatives normal with mean 0, positives with mean 2, both with standard deviation 1
MARKED = 0.8  # the recall at which a point is marked
CURVES = ((0.5, "50%", "#14619e"), (0.1, "10%", "#8a5a00"), (0.01, "1%", "#b3261e"))


def false_positive_rate(recall: float) -> float:
    return 1 - NORMAL.cdf(DISTANCE - NORMAL.inv_cdf(recall))


def precision(recall: float, prevalence: float) -> float:
    found, false = prevalence * recall, (1 - prevalence) * false_positive_rate(recall)
    return found / (found + false)


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "one-roc-three-pr", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 3.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    recalls = [NORMAL.cdf(i / 100) for i in range(-400, 401)]
    left.plot([false_positive_rate(r) for r in recalls], recalls, color="#333333", linewidth=2)
    left.plot([0, 1], [0, 1], color="#888888", linewidth=1, linestyle="--")
    left.plot([false_positive_rate(MARKED)], [MARKED], "o", color="#333333")
    left.text(false_positive_rate(MARKED) + 0.07, MARKED - 0.02, "recall 0.80,\nFPR 0.12", va="top")
    left.set_title("ROC: any prevalence", fontsize=13)
    left.set_xlabel("false-positive rate")
    left.set_ylabel("recall")
    for prevalence, _, color in CURVES:
        right.plot(recalls, [precision(r, prevalence) for r in recalls], color=color, linewidth=2)
        value = precision(MARKED, prevalence)
        right.plot([MARKED], [value], "o", color=color)
    right.text(0.30, 0.90, "50%", color=CURVES[0][2], weight="bold")
    right.text(0.22, 0.56, "10%", color=CURVES[1][2], weight="bold")
    right.text(0.30, 0.10, "1%", color=CURVES[2][2], weight="bold")
    right.set_title("PR: by prevalence", fontsize=13)
    right.set_xlabel("recall")
    right.set_ylabel("precision")
    for axes in (left, right):
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.set_xticks([0, 0.5, 1])
        axes.set_yticks([0, 0.5, 1])
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
