"""Draws trees-extrapolate.svg: boosted stumps on sales with trend and season, with the trend in the target and with it removed.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers.
"""

from math import pi, sin
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

MONTHS, KNOWN, ROUNDS, RATE = 60, 48, 1500, 0.1
BLUE, RED, GRAY = "#14619e", "#b3261e", "#555555"


def sales() -> np.ndarray:
    """Two more each month, a yearly season, and a repeatable wobble in place of noise."""
    return np.array([100 + 2 * m + 15 * sin(2 * pi * m / 12) + 4 * sin(37.0 * m * m) for m in range(MONTHS)])


def boosted(features: np.ndarray, targets: np.ndarray, known: int) -> np.ndarray:
    """Predictions for all rows by stumps that have seen the first `known`, as squared loss boosts them."""
    result = np.full(len(features), targets[:known].mean())
    for _ in range(ROUNDS):
        residual = targets[:known] - result[:known]
        best, choice = -1.0, None
        for column in range(features.shape[1]):
            values = np.unique(features[:known, column])
            for threshold in (values[1:] + values[:-1]) / 2:
                left = features[:known, column] <= threshold
                gain = residual[left].sum() ** 2 / left.sum() + residual[~left].sum() ** 2 / (~left).sum()
                if gain > best + 1e-9:
                    best, choice = gain, (column, threshold)
        assert choice is not None
        left = features[:, choice[0]] <= choice[1]
        low, high = residual[left[:known]].mean(), residual[~left[:known]].mean()
        result += RATE * np.where(left, low, high)
    return result


def forecasts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sales, the forecast of plain boosting, and that of boosting after a linear trend was removed."""
    y, month = sales(), np.arange(MONTHS)
    features = np.stack([month, month % 12], axis=1).astype(float)
    slope, start = np.polyfit(month[:KNOWN], y[:KNOWN], 1)
    trend = start + slope * month
    return y, boosted(features, y, KNOWN), trend + boosted(features, y - trend, KNOWN)


def draw() -> None:
    y, plain, detrended = forecasts()
    month = np.arange(MONTHS) + 1
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "trees-extrapolate", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 4), layout="constrained", facecolor="white")
    axes = figure.subplots()
    axes.axvspan(KNOWN + 0.5, MONTHS + 1, color="#eef1f4")
    axes.plot(month, y, "o", color=GRAY, markersize=3.5, label="sales")
    axes.plot(month, plain, color=RED, linewidth=2, label="boosted trees")
    axes.plot(month, detrended, color=BLUE, linewidth=2, linestyle="--", label="trend removed first")
    axes.text(KNOWN + 1, 92, "not seen", color=GRAY)
    axes.set_xlim(0, MONTHS + 1)
    axes.set_ylim(85, 260)
    axes.set_xlabel("month")
    axes.set_ylabel("sales")
    axes.legend(loc="upper left", frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw()
