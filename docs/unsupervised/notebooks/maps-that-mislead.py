# %% [markdown]
# # Maps that mislead
#
# **The claim.** A linear map shows less than you would like, and says how much. A neighbor map such as t-SNE shows
# beautiful islands, and draws them from noise just as readily; the sizes of islands and the distances between them are
# made up.
#
# Before each picture, guess what it will show. The theory is in [the chapter](../dimensionality-reduction.md).

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 12
COLORS = ["#14619e", "#c7791a", "#2a7d3f"]


def bare(ax, title):
    ax.set_title(title)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_aspect("equal", adjustable="datalim")


# %% [markdown]
# ## PCA by SVD
#
# Center, decompose, keep the first rows of $\mathbf{V}^\mathsf{T}$. The error that remains is the sum of the dropped
# eigenvalues, and a library finds the same directions up to sign.


# %%
def pca(X):
    """Mean, directions as rows, eigenvalues (divisor n)."""
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    return mean, Vt, s**2 / len(X)


X = load_digits().data
mean, Vt, values = pca(X)
k = 10
scores = (X - mean) @ Vt[:k].T
back = scores @ Vt[:k] + mean
error = ((X - back) ** 2).sum(axis=1).mean()
print(f"error {error:.2f}, dropped {values[k:].sum():.2f}")
assert np.isclose(error, values[k:].sum())

library = PCA(k).fit(X)
match = np.abs((library.components_ * Vt[:k]).sum(axis=1))
assert np.allclose(match, 1, atol=1e-6)

share = np.cumsum(values) / values.sum()
for part in (0.5, 0.9, 0.95):
    count = int(np.searchsorted(share, part)) + 1
    print(f"{part:.0%} of the variance: {count} of 64")
print(f"two components: {share[1]:.1%}")
assert 0.25 < share[1] < 0.32

# %% [markdown]
# A plot of two components shows 28.5% of the variance of the digits. Now forget to center:

# %%
wrong = np.linalg.svd(X, full_matrices=False)[2][0]
toward = abs(wrong @ mean) / np.linalg.norm(mean)
print(f"|cosine| of 'first direction' and mean: {toward:.3f}")
assert toward > 0.99

# %% [markdown]
# Without centering, the first "component" of the digits is their mean image.

# %% [markdown]
# ## Kernel PCA on two rings
#
# No line separates two rings. PCA in the space of a Gaussian kernel does, if its width fits.


# %%
def kernel_pca(X, gamma, k):
    """Scores from the centered kernel matrix."""
    square = ((X[:, None] - X) ** 2).sum(axis=2)
    K = np.exp(-gamma * square)
    rows = K.mean(axis=0)
    K = K - rows - rows[:, None] + K.mean()
    values, vectors = np.linalg.eigh(K)
    top = np.argsort(values)[::-1][:k]
    return vectors[:, top] * np.sqrt(values[top])


def best_cut(score, label):
    """Accuracy of the best threshold on one score."""
    order = label[np.argsort(score)]
    ones = np.r_[0, np.cumsum(order)]
    cuts = np.arange(len(order) + 1)
    right = (cuts - ones) + (ones[-1] - ones)
    return max(right.max(), len(order) - right.min()) / len(order)


rng = np.random.default_rng(3)
angle = rng.uniform(0, 2 * np.pi, 300)
ring = np.repeat([0, 1], 150)
radius = np.where(ring == 0, 1.0, 3.0)
rings = radius[:, None] * np.c_[np.cos(angle), np.sin(angle)]
rings += rng.normal(0, 0.15, (300, 2))

flat = (rings - rings.mean(axis=0)) @ pca(rings)[1].T
print(f"PCA: {max(best_cut(s, ring) for s in flat.T):.2f}")
assert max(best_cut(s, ring) for s in flat.T) < 0.85
first = {}
for gamma in (0.05, 0.5, 5):
    bent = kernel_pca(rings, gamma, 2)
    first[gamma] = best_cut(bent[:, 0], ring)
    print(f"kernel, gamma {gamma}: {first[gamma]:.2f}")
assert first[0.5] > 0.98
assert first[0.05] < 0.85
assert first[5] < 0.85

# %% alt="Left: two rings, one inside the other. Right: their first two kernel scores; the rings lie apart along the first one."
bent = kernel_pca(rings, 0.5, 2)
fig, axes = plt.subplots(1, 2, figsize=(6, 3))
for label in (0, 1):
    own = ring == label
    axes[0].scatter(*rings[own].T, s=8, color=COLORS[label])
    axes[1].scatter(*bent[own].T, s=8, color=COLORS[label])
bare(axes[0], "rows")
bare(axes[1], "kernel scores")
plt.show()

# %% [markdown]
# Too wide a kernel is nearly linear, too narrow a one sees single points. The width is a hyperparameter, and nothing in
# the picture tells you that it is wrong.

# %% [markdown]
# ## Islands from noise
#
# 300 rows from one normal cloud in ten dimensions: there is nothing to find. Into how many islands will t-SNE tear it? An
# island here is a group of five or more points, linked by steps of at most three times the median distance to the
# nearest point. (A few stragglers at the rim count as well, so look at the largest: does it hold most of the cloud?)


# %%
def islands(Y, least=5):
    """Number of islands, and size of the largest."""
    gaps = np.linalg.norm(Y[:, None] - Y, axis=2)
    np.fill_diagonal(gaps, np.inf)
    near = gaps <= 3 * np.median(gaps.min(axis=1))
    group = np.full(len(Y), -1)
    sizes = []
    for start in range(len(Y)):
        if group[start] >= 0:
            continue
        group[start] = len(sizes)
        queue, size = [start], 0
        while queue:
            here = queue.pop()
            size += 1
            for there in np.flatnonzero(near[here]):
                if group[there] < 0:
                    group[there] = len(sizes)
                    queue.append(there)
        sizes.append(size)
    return sum(s >= least for s in sizes), max(sizes)


def tsne(X, perplexity, init="pca", seed=0):
    model = TSNE(
        perplexity=perplexity,
        init=init,
        random_state=seed,
    )
    return model.fit_transform(X)


noise = np.random.default_rng(0).normal(size=(300, 10))
maps = {"PCA": PCA(2).fit_transform(noise)}
for perplexity in (2, 5, 30):
    maps[f"t-SNE, {perplexity}"] = tsne(noise, perplexity)

found = {}
for name, Y in maps.items():
    count, largest = islands(Y)
    found[name] = (
        count,
        largest,
        trustworthiness(noise, Y, n_neighbors=10),
        trustworthiness(Y, noise, n_neighbors=10),
    )
    kind = "one cloud" if largest > 150 else "torn"
    print(f"{name:10} {kind}: about {count} islands, the largest of about {10 * round(largest / 10)}")

# %%
# Maps differ a little between processors, so the margins are wide.
assert found["t-SNE, 2"][0] > 15
assert found["t-SNE, 5"][0] > 10
assert found["t-SNE, 2"][1] < 60
assert found["t-SNE, 5"][1] < 120
assert found["t-SNE, 30"][1] > 150
assert found["PCA"][1] > 150

# %% alt="Four maps of the same noise. PCA and t-SNE at perplexity 30 show one cloud; t-SNE at perplexity 2 and 5 shows many islands."
fig, axes = plt.subplots(2, 2, figsize=(6, 6))
for ax, (name, Y) in zip(axes.flat, maps.items(), strict=True):
    ax.scatter(*Y.T, s=7, color=COLORS[0])
    bare(ax, name)
plt.show()

# %% [markdown]
# A low perplexity looks at a handful of neighbors. Little then holds the cloud together, and it tears at arbitrary places.
#
# Would a quality score have warned us? Trustworthiness punishes false neighbors, continuity punishes lost ones.

# %%
base = found["PCA"]
for name in list(maps)[1:]:
    trust, kept = found[name][2:]
    print(f"{name}: more trustworthy than PCA: {trust > base[2]}")
    assert trust > base[2] + 0.05
assert found["t-SNE, 2"][3] < base[3] - 0.02

# %% [markdown]
# The maps with invented islands are *more* trustworthy than PCA: neighbors on them are neighbors. What they tear apart
# shows in continuity, which falls. Among the three, both scores prefer perplexity 30, but no value of either certifies that
# a gap is real.

# %% [markdown]
# ## Sizes and distances that aren't there
#
# Three groups in ten dimensions. Their centers lie on a line at 0, 12 and 60; the middle one has a tenth of the spread of
# the others. What will the map make of a factor of 10 in size and 4 in distance?

# %%
rng = np.random.default_rng(1)
centers, spreads = (0, 12, 60), (1, 0.1, 1)
groups = []
for center, spread in zip(centers, spreads, strict=True):
    rows = rng.normal(0, spread, (100, 10))
    rows[:, 0] += center
    groups.append(rows)
rows, label = np.vstack(groups), np.repeat([0, 1, 2], 100)


def layout(Y):
    """Spread of the groups, and distances of their centers."""
    parts = [Y[label == g] for g in (0, 1, 2)]
    middle = [part.mean(axis=0) for part in parts]
    size = [np.sqrt(((part - m) ** 2).sum(axis=1).mean()) for part, m in zip(parts, middle, strict=True)]
    pairs = ((0, 1), (1, 2), (0, 2))
    gap = [np.linalg.norm(middle[a] - middle[b]) for a, b in pairs]
    return size, sorted(gap)


ratios = {}
views = {
    "data": rows,
    "t-SNE from PCA": tsne(rows, 30),
    "t-SNE from noise": tsne(rows, 30, "random"),
}
for name, Y in views.items():
    size, gap = layout(Y)
    ratios[name] = (size[0] / size[1], gap[1] / gap[0])
    a, b = ratios[name]
    print(f"{name}: sizes {a:.0f}:1, two smaller gaps {b:.0f}:1")

# %%
assert ratios["data"][0] > 8 and ratios["data"][1] > 3.5
for name in ("t-SNE from PCA", "t-SNE from noise"):
    assert 0.75 < ratios[name][0] < 1.33  # equal sizes
    assert ratios[name][1] < 1.4  # equal gaps

# %% alt="Two t-SNE maps of three groups, from PCA and from a random start. In both the islands are equal in size and equally spaced."
fig, axes = plt.subplots(1, 2, figsize=(6, 3))
for ax, name in zip(axes, list(views)[1:], strict=True):
    for g in (0, 1, 2):
        own = views[name][label == g]
        ax.scatter(*own.T, s=7, color=COLORS[g])
    bare(ax, name)
plt.show()

# %% [markdown]
# Sizes come out equal, because each point tunes its own bandwidth and the groups have equally many rows. Distances come out
# equal, because similarities across groups are zero in either case. And the *order* on the line? Draw the data anew.

# %%
kept = 0
for seed in range(8):
    fresh = np.random.default_rng(seed + 10)
    again = np.vstack([fresh.normal(0, s, (100, 10)) + c * np.eye(10)[0] for c, s in zip(centers, spreads, strict=True)])
    middle = [part.mean(axis=0) for part in np.split(tsne(again, 30), 3)]
    lengths = [np.linalg.norm(middle[a] - middle[b]) for a, b in ((0, 2), (0, 1), (1, 2))]
    kept += lengths[0] > max(lengths[1:])
print(f"outer groups farthest apart in {kept} of 8 draws")
assert kept <= 5

# %% [markdown]
# Each start was from PCA, where the order is plain to see. Nothing in the objective keeps it.
#
# **What changed.** Read a neighbor map for neighbors. For sizes, distances and gaps go back to the original space, and
# draw the same map of noise beside yours.
