"""Draws islands-from-noise.svg: one normal cloud in ten dimensions, by PCA and by t-SNE at two perplexities.

Run it from anywhere; it writes the SVG beside itself. It must not read anything but its own numbers. The coordinates of
t-SNE differ a little between processors; that it draws islands at perplexity 2 and none at 30 doesn't.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE


def cloud() -> np.ndarray:
    """300 rows without any structure."""
    return np.random.default_rng(0).normal(size=(300, 10))


def maps() -> dict[str, np.ndarray]:
    rows = cloud()
    found = {"PCA": PCA(2).fit_transform(rows)}
    for perplexity in (2, 30):
        model = TSNE(perplexity=perplexity, init="pca", random_state=0)
        found[f"t-SNE, {perplexity}"] = model.fit_transform(rows)
    return found


def draw() -> None:
    matplotlib.rcParams.update({"font.size": 13, "svg.hashsalt": "islands-from-noise", "svg.fonttype": "path"})
    figure = Figure(figsize=(6, 2.5), layout="constrained")
    for axes, (name, points) in zip(figure.subplots(1, 3), maps().items(), strict=True):
        axes.scatter(*points.T, s=8, color="#14619e", linewidths=0)
        axes.set_title(name, fontsize=13)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xticks([])
        axes.set_yticks([])
    figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None}, facecolor="white")


if __name__ == "__main__":
    draw()
