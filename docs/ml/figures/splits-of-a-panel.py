"""Draws splits-of-a-panel.svg: which cells of a users-by-months table train and which test, for four ways to split.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

TRAIN, TEST, UNUSED = "#9ec3e0", "#b3261e", "#ffffff"
USERS, MONTHS = 6, 8
HELD_USERS, FIRST_TEST, GAP = (4, 5), 6, 1


def colors(kind: str) -> list[list[str]]:
    random = np.random.default_rng(3).permutation(USERS * MONTHS) < USERS * MONTHS // 4
    cells = []
    for user in range(USERS):
        row = []
        for month in range(MONTHS):
            held, late = user in HELD_USERS, month >= FIRST_TEST
            gap = FIRST_TEST - GAP <= month < FIRST_TEST
            if kind == "rows at random":
                row.append(TEST if random[user * MONTHS + month] else TRAIN)
            elif kind == "by user":
                row.append(TEST if held else TRAIN)
            elif kind == "by time, with a gap":
                row.append(TEST if late else UNUSED if gap else TRAIN)
            else:
                row.append(TEST if late and held else TRAIN if not (late or held or gap) else UNUSED)
        cells.append(row)
    return cells


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "splits-of-a-panel", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 5.4), layout="constrained")
    panels = figure.subplots(2, 2).ravel()
    for axes, kind in zip(panels, ["rows at random", "by user", "by time, with a gap", "by user and time"], strict=True):
        for user, row in enumerate(colors(kind)):
            for month, color in enumerate(row):
                axes.add_patch(Rectangle((month, user), 1, 1, facecolor=color, edgecolor="#555555", linewidth=0.8))
                if color == TEST:
                    axes.text(month + 0.5, user + 0.5, "t", color="white", ha="center", va="center", fontsize=11)
        axes.set_xlim(-0.05, MONTHS + 0.05)
        axes.set_ylim(USERS + 0.05, -0.05)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(kind, fontsize=13)
        axes.set_xlabel("month →", fontsize=13)
        axes.set_ylabel("user", fontsize=13)
        axes.set_aspect("equal")
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.get_layout_engine().set(h_pad=0.09)  # type: ignore[union-attr]
    figure.legend(
        handles=[Patch(facecolor=c, edgecolor="#555555", label=t) for c, t in ((TRAIN, "train"), (TEST, "test (t)"), (UNUSED, "unused"))],
        loc="outside lower center",
        ncols=3,
        frameon=False,
    )
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
