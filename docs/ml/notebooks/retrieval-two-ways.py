# %% [markdown]
# # Retrieval two ways: ALS and two towers
#
# **The claim.** A two-tower model trained with in-batch softmax learns *lift*, how much more a user clicks an item than
# everybody does. Subtract the log popularity from the logits in training, and the same model learns *probability*. The
# second fills a top ten with more future clicks; the first finds what is special about the user. ALS with weighted zeros
# gets close to the second, by another road.
#
# The data are made here, so the true click probabilities are known. The theory is in
# [the chapter](../recommendation-and-ranking.md).

# %%
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#8a8a8a"

# %% [markdown]
# ## A small file of plays
#
# 400 users, 150 tracks, four tastes. A track's appeal is its popularity times how well it fits the user. Each user plays
# 60 tracks for training and 20 later on; a track may be played again, so nothing needs to be excluded.

# %%
USERS, ITEMS, TASTES = 400, 150, 4
tastes = rng.normal(size=(USERS, TASTES))
styles = rng.normal(size=(ITEMS, TASTES)) * 0.6
fame = rng.normal(size=ITEMS) * 1.2
logit = fame + tastes @ styles.T
truth = np.exp(logit)
truth /= truth.sum(axis=1, keepdims=True)


def plays(count):
    """Rows (user, item), drawn from the truth."""
    users = np.repeat(np.arange(USERS), count)
    edges = truth.cumsum(axis=1)[users]
    u = rng.random((len(users), 1))
    items = (edges < u * edges[:, -1:]).sum(axis=1)
    return users, items


train_user, train_item = plays(60)
test_user, test_item = plays(20)
counts = np.zeros((USERS, ITEMS))
np.add.at(counts, (train_user, train_item), 1)
popularity = (counts.sum(axis=0) + 1) / (counts.sum() + ITEMS)
top = np.sort(popularity)[::-1][:15].sum()
print(f"{len(train_item):,} plays, ten percent")
print(f"of tracks have {top:.0%} of them")
assert top > 0.3


# %%
def hit_rate(scores, k=10):
    """Share of later plays that a list of k holds."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    shown = np.zeros((USERS, ITEMS), bool)
    np.put_along_axis(shown, best, True, axis=1)
    return shown[test_user, test_item].mean()


def fame_of_lists(scores, k=10):
    """Mean share of plays of the tracks in the lists."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return popularity[best].mean()


ceiling = hit_rate(truth)
famous = hit_rate(np.tile(popularity, (USERS, 1)))
print(f"the truth      {ceiling:.3f}")
print(f"most played    {famous:.3f}")

# %% [markdown]
# Even the truth misses many plays: people play more than ten tracks. Nothing can beat it by more than luck.
#
# ## ALS with weighted zeros
#
# Preference 1 where there was a play, else 0; confidence $1 + \alpha r$. One half-step solves all users. The shared
# matrix $Y^T Y$ is computed once, and each user adds their own few items.


# %%
def half_step(r, fixed, alpha, penalty):
    """Solves every row of r against the fixed side."""
    rank = fixed.shape[1]
    shared = fixed.T @ fixed + penalty * np.eye(rank)
    solved = np.zeros((len(r), rank))
    for row, own in enumerate(r):
        seen = np.flatnonzero(own)
        y, extra = fixed[seen], alpha * own[seen]
        left = shared + (y.T * extra) @ y
        solved[row] = np.linalg.solve(left, y.T @ (1 + extra))
    return solved


def als_loss(r, x, y, alpha, penalty):
    errors = (r > 0) - x @ y.T
    ridge = penalty * ((x**2).sum() + (y**2).sum())
    return ((1 + alpha * r) * errors**2).sum() + ridge


ALPHA, PENALTY = 1.0, 10.0
y = 0.1 * rng.normal(size=(ITEMS, 8))
losses = []
for _ in range(12):
    x = half_step(counts, y, ALPHA, PENALTY)
    y = half_step(counts.T, x, ALPHA, PENALTY)
    losses.append(als_loss(counts, x, y, ALPHA, PENALTY))
als = x @ y.T
assert (np.diff(losses) <= 1e-6).all()
print(f"loss {losses[0]:,.0f} to {losses[-1]:,.0f}, never up")
print(f"ALS            {hit_rate(als):.3f}")
assert hit_rate(als) > famous + 0.03

# %% [markdown]
# ## Two towers
#
# The user tower is a linear map of the user's features (here the tastes, and a constant); the item tower is a table of
# vectors. A batch of 256 plays; each row's positive competes with the other rows' items. The gradient of softmax
# cross-entropy with respect to the logits is probability minus target, and the correction is a constant, so it needs no
# gradient of its own.

# %%
features = np.hstack([tastes, np.ones((USERS, 1))])
log_q = np.log(popularity)


def train(strength, epochs=40, batch=256, rate=0.02):
    """Scores of all pairs after training with
    logits s - strength * log q."""
    draw = np.random.default_rng(7)
    dim, width = 5, features.shape[1]
    weights = [
        0.1 * draw.normal(size=(width, dim)),
        0.1 * draw.normal(size=(ITEMS, dim)),
    ]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    step = 0
    for epoch in range(epochs):
        order = draw.permutation(len(train_item))
        pace = rate * (1 - epoch / epochs)
        for start in range(0, len(order) - batch + 1, batch):
            rows = order[start : start + batch]
            f, ids = features[train_user[rows]], train_item[rows]
            u, v = f @ weights[0], weights[1][ids]
            z = u @ v.T - strength * log_q[ids]
            p = np.exp(z - z.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            dz = (p - np.eye(batch)) / batch
            table = np.zeros_like(weights[1])
            np.add.at(table, ids, dz.T @ u)
            step += 1
            for i, g in enumerate([f.T @ (dz @ v), table]):
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g * g
                up = first[i] / (1 - 0.9**step)
                down = np.sqrt(second[i] / (1 - 0.999**step))
                weights[i] -= pace * up / (down + 1e-8)
    return features @ weights[0] @ weights[1].T


plain = train(0.0)
corrected = train(1.0)
for name, scores in [
    ("most played", np.tile(popularity, (USERS, 1))),
    ("ALS", als),
    ("plain", plain),
    ("corrected", corrected),
    ("the truth", truth),
]:
    hits, known = hit_rate(scores), fame_of_lists(scores)
    print(f"{name:12} hits {hits:.3f}  fame {known:.4f}")
assert hit_rate(corrected) > hit_rate(plain) + 0.05
assert hit_rate(corrected) > 0.95 * ceiling
assert fame_of_lists(plain) < 0.7 * fame_of_lists(truth)

# %% [markdown]
# *Hits* is the share of later plays in the top ten, *fame* the mean popularity of the tracks in the lists. The plain
# model shows tracks that are far less known, and misses many plays. Is it a bad model? It has learned something else.
#
# ## What each has learned
#
# For each user, compare a model's scores with two targets: the log probability, and the log lift. Scores have a free
# constant for each user, so compare them within a user.


# %%
def within_user(a, b):
    """Mean correlation of two tables, user by user."""
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    top = (a * b).sum(axis=1)
    return (top / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))).mean()


overall = truth.mean(axis=0)
probability, lift = np.log(truth), np.log(truth / overall)
table = {
    (name, goal): within_user(scores, target)
    for name, scores in [("plain", plain), ("corrected", corrected)]
    for goal, target in [("probability", probability), ("lift", lift)]
}
for (name, goal), value in table.items():
    print(f"{name:10} with log {goal:12} {value:.3f}")
assert table["plain", "lift"] > table["plain", "probability"] + 0.1
assert table["corrected", "probability"] > table["corrected", "lift"] + 0.1
assert min(table["plain", "lift"], table["corrected", "probability"]) > 0.85

# %% alt="Two scatter plots of mean score against log popularity of 150 tracks. Plain model: flat cloud. Corrected model: rises along a line."
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, scores, color, name in [
    (axes[0], plain, RED, "plain"),
    (axes[1], corrected, BLUE, "corrected"),
]:
    centered = scores - scores.mean(axis=1, keepdims=True)
    ax.scatter(np.log(overall), centered.mean(axis=0), s=12, color=color)
    ax.set_title(name, fontsize=13.5)
    ax.set_xlabel("log popularity")
axes[0].set_ylabel("mean score")
plt.show()

# %% [markdown]
# The plain model's mean score hardly follows popularity; the corrected one's rises with it nearly one to one.

# %%
slopes = []
for scores in (plain, corrected):
    mean = scores.mean(axis=0)
    slopes.append(np.polyfit(np.log(overall), mean, 1)[0])
print(f"slopes: {slopes[0]:.2f} and {slopes[1]:.2f}")
assert abs(slopes[0]) < 0.3 and 0.7 < slopes[1] < 1.3

# %% [markdown]
# ## Half a correction
#
# The strength of the correction is a dial between the two goals, not a switch.

# %% alt="Hit rate rises from 0.31 and flattens just below that of the truth, 0.56, as the strength of the correction goes from 0 to 1."
strengths = [0.0, 0.25, 0.5, 0.75, 1.0]
tables = [train(s, epochs=20) for s in strengths]
hits = [hit_rate(t) for t in tables]
known = [fame_of_lists(t) for t in tables]
assert hits[-1] > hits[0] + 0.05
assert (np.diff(known) > 0).all()
fig, ax = plt.subplots()
ax.plot(strengths, hits, "o-", color=BLUE, label="hit rate")
ax.axhline(ceiling, color=GRAY, linestyle="--", label="the truth")
ax.set_xlabel("strength of the correction")
ax.set_ylabel("later plays in the top ten")
ax.legend(loc="lower right")
plt.show()

# %% [markdown]
# ## What changed in your mind
#
# - An in-batch softmax is not "a softmax with fewer classes". Its negatives come from the popular items, and without
#   $-\log q$ the scores are log lift.
# - The correction belongs in training alone. Served with it, the corrected model would rank by lift again.
# - Which goal is right is a product decision: probability earns plays now, lift surfaces what is special.
# - ALS needs no sampling at all, because a constant weight on zeros lets it sum over everything. What it lacks is a
#   vector for a user or track that has no plays; the towers have one from features.
