# %% [markdown]
# # Ranking metrics with grades, ties and samples
#
# **The claim.** A ranking metric is a convention as much as a number. The same list gets an average precision of 0.54 or
# 0.72, and an nDCG of 0.67 or 0.95. A scorer that knows nothing looks perfect if a sort breaks its ties. And ranking
# against 99 sampled items turns the order of three models around, *in expectation*.
#
# The theory is in [the chapter](../metrics-regression-ranking.md).

# %%
from itertools import permutations
from math import comb

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import average_precision_score, ndcg_score

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#767676"

# %% [markdown]
# ## Average precision and what it is divided by
#
# Relevant documents stand at ranks 1, 3 and 6. A fourth was not retrieved.


# %%
def precisions_at_hits(ranks):
    ranks = np.sort(ranks)
    return np.arange(1, len(ranks) + 1) / ranks


hits = precisions_at_hits([1, 3, 6])
by_all = hits.sum() / 4
by_found = hits.sum() / 3
print(f"over all relevant   {by_all:.3f}")
print(f"over those found    {by_found:.3f}")
labels = np.zeros(10)
labels[[0, 2, 5]] = 1
library = average_precision_score(labels, -np.arange(10))
assert np.isclose(library, by_found)
assert round(by_all, 3) == 0.542 and round(by_found, 3) == 0.722
longer = np.zeros(10_000)
longer[[0, 2, 5, 9_999]] = 1
padded = average_precision_score(longer, -np.arange(10_000))
print(f"missing one put last  {padded:.3f}")
assert abs(padded - by_all) < 0.001

# %% [markdown]
# scikit-learn's function gives the second number, since it can't know about a document that isn't in its input. Append
# the missing one at the end of a long list, and it gives the first.
#
# ## nDCG and its ideal list
#
# Grades 3, 0, 2, 1 were shown; a second document of grade 3 was missed.


# %%
def discount(n):
    return 1 / np.log2(np.arange(2, n + 2))


def dcg(gains, k):
    top = np.asarray(gains, float)[:k]
    return (top * discount(len(top))).sum()


def ndcg(shown, judged, k, gain=lambda g: 2.0**g - 1):
    """The ideal is made of all judged grades."""
    best = np.sort(gain(np.asarray(judged)))[::-1]
    return dcg(gain(np.asarray(shown)), k) / dcg(best, k)


shown, judged = [3, 0, 2, 1], [3, 3, 2, 1, 0]
full = ndcg(shown, judged, 4)
own = ndcg(shown, shown, 4)
linear = ndcg(shown, judged, 4, gain=lambda g: 1.0 * g)
print(f"ideal of all judged     {full:.3f}")
print(f"ideal of those shown    {own:.3f}")
print(f"linear gain             {linear:.3f}")
assert round(full, 3) == 0.669 and round(own, 3) == 0.951
assert round(linear, 3) == 0.701
places = -np.arange(4)[None]
same = ndcg_score(2.0 ** np.array([shown]) - 1, places)
assert np.isclose(same, own)  # it sees only what it is given

# %% [markdown]
# ## A scorer that knows nothing
#
# Its scores are all equal. The file happens to list relevant documents first, and the sort is stable.


# %%
def tied_dcg(scores, gains, k):
    """Mean DCG over all orders of tied documents."""
    order = np.argsort(-scores, kind="stable")
    s, g = scores[order], gains[order].astype(float)
    _, group = np.unique(-s, return_inverse=True)
    mean = np.bincount(group, g) / np.bincount(group)
    return dcg(mean[group], k)


grades = np.array([3, 3, 2, 2, 1, 0, 0, 0, 0, 0])
gains = 2.0**grades - 1
flat = np.zeros(10)
best = dcg(np.sort(gains)[::-1], 5)
first = dcg(gains[np.argsort(-flat, kind="stable")], 5) / best
turned = dcg(gains[::-1][np.argsort(-flat, kind="stable")], 5) / best
fair = tied_dcg(flat, gains, 5) / best
print(f"file with the best first   {first:.3f}")
print(f"file with the best last    {turned:.3f}")
print(f"mean over all orders       {fair:.3f}")
assert first == 1 and turned < 0.05 and round(fair, 2) == 0.42
assert np.isclose(fair, ndcg_score([gains], [flat], k=5))

# %% [markdown]
# The closed form gives each tied document the mean gain of its group. Check it against all orders.

# %%
for _ in range(20):
    s = rng.integers(0, 3, size=6)
    g = rng.choice([0, 1, 3, 7], size=6)
    allowed = [dcg(g[list(p)], 4) for p in permutations(range(6)) if (np.diff(s[list(p)]) <= 0).all()]
    assert np.isclose(tied_dcg(s, g, 4), np.mean(allowed))
print("twenty random lists: equal")

# %% [markdown]
# Note also the level: random order gets 0.42 here, not 0. Put this baseline beside an nDCG.
#
# ## Three models and 99 negatives
#
# The example of Krichene and Rendle: 10,000 items, five users with one relevant item each, at these ranks.

# %%
ITEMS, DRAWN = 10_000, 99
RANKS = {
    "A": np.array([100, 100, 100, 100, 100]),
    "B": np.array([40, 40, 8437, 9266, 4482]),
    "C": np.array([212, 2, 743, 5342, 1548]),
}
METRICS = {
    "AP": lambda r: 1 / r,
    "nDCG": lambda r: 1 / np.log2(r + 1),
    "recall at 10": lambda r: 1.0 * (r <= 10),
}


def chances(m, n=ITEMS):
    """Row r-1: distribution of the sampled rank."""
    p = (np.arange(1, n + 1) - 1)[:, None] / (n - 1)
    j = np.arange(m + 1)[None]
    ways = np.array([float(comb(m, i)) for i in range(m + 1)])
    return ways * p**j * (1 - p) ** (m - j)


P = chances(DRAWN)
assert np.allclose(P.sum(axis=1), 1)
table = {}
for name, f in METRICS.items():
    sampled = P @ f(np.arange(1, DRAWN + 2))
    for model, ranks in RANKS.items():
        exact = f(ranks).mean()
        expected = sampled[ranks - 1].mean()
        table[name, model] = exact, expected
        print(f"{name:13}{model}  {exact:.3f}  {expected:.3f}")
exact_order = sorted("ABC", key=lambda m: -table["AP", m][0])
sampled_order = sorted("ABC", key=lambda m: -table["AP", m][1])
assert exact_order == ["C", "B", "A"] and sampled_order == ["A", "B", "C"]

# %% [markdown]
# By exact AP the order is C, B, A; by expected sampled AP it is A, B, C. A simulation agrees, and more repetitions only
# make it surer of the wrong order.

# %%
above = rng.binomial(DRAWN, (RANKS["C"] - 1) / (ITEMS - 1), (20_000, 5))
simulated = (1 / (1 + above)).mean()
print(f"C, simulated: {simulated:.3f}")
assert abs(simulated - table["AP", "C"][1]) < 0.01

# %% [markdown]
# ## How many negatives would be enough?
#
# Expected sampled AP has a closed form for negatives drawn with replacement: for one relevant item and
# $p = (r-1)/(n-1)$ it is $(1 - (1-p)^{m+1}) / ((m+1)\,p)$.


# %% alt="Expected sampled AP against the number of negatives. With few, A is highest; from about 500 on C is."
def expected_ap(ranks, m):
    p = (ranks - 1) / (ITEMS - 1)
    return ((1 - (1 - p) ** (m + 1)) / ((m + 1) * p)).mean()


sizes = np.unique(np.round(np.logspace(1, 4, 60)).astype(int))
curves = {k: np.array([expected_ap(r, m) for m in sizes]) for k, r in RANKS.items()}
assert np.isclose(expected_ap(RANKS["A"], 99), table["AP", "A"][1])
fig, ax = plt.subplots()
styles = {"A": ("--", BLUE), "B": (":", GRAY), "C": ("-", RED)}
for name, (line, color) in styles.items():
    ax.plot(sizes, curves[name], line, color=color, linewidth=2.4, label=f"model {name}")
ax.set_xscale("log")
ax.set_yscale("log")
ax.set_xlabel("sampled negatives")
ax.set_ylabel("expected sampled AP")
ax.legend()
plt.show()
wins = sizes[(curves["C"] > curves["A"]) & (curves["C"] > curves["B"])]
print(f"C leads from about {wins.min():,} of 10,000 on")
assert 300 < wins.min() < 2000
assert len(wins) == (sizes >= wins.min()).sum()

# %% [markdown]
# ## The correction and its price
#
# Replace the metric $f$ of the sampled rank by numbers $h_1, \dots, h_{m+1}$. Choose them so that, over all true ranks
# alike, squared bias plus $\gamma$ times variance is smallest. That is a least-squares problem:
# $\big((1-\gamma) P^T P + \gamma\,\mathrm{diag}(P^T 1)\big)\, h = P^T f$.


# %%
def corrected(f, weight):
    exact = f(np.arange(1, ITEMS + 1))
    left = (1 - weight) * P.T @ P + weight * np.diag(P.sum(axis=0))
    h = np.linalg.solve(left, P.T @ exact)
    mean = P @ h
    return mean, np.sqrt(np.maximum(P @ h**2 - mean**2, 0))


results = {}
for weight in [1.0, 0.1, 0.01]:
    mean, spread = corrected(METRICS["AP"], weight)
    row = {k: mean[r - 1].mean() for k, r in RANKS.items()}
    results[weight] = row
    text = "  ".join(f"{k} {v:.3f}" for k, v in row.items())
    print(f"weight {weight:5}: {text}")
    print(f"      deviation per user, A: {spread[99]:.2f}")
print("exact:         A 0.010  B 0.010  C 0.101")
assert results[1.0]["A"] > results[1.0]["C"]
assert results[0.01]["C"] > results[0.01]["B"] > results[0.01]["A"]

# %% [markdown]
# With weight 1 (least squared error) the correction is far less noisy, and the order is still wrong. With weight 0.01 the
# expectations are in the right order, and one user's value has a standard deviation several times the difference. Fine
# with many users; with five it is worth nothing.
#
# ## A population
#
# Two models on 4,000 users. The sharp one puts the item among the first ten for 15% of users, and anywhere for the rest. The
# broad one puts it between 20 and 400 for everybody.

# %%
USERS = 4000
anywhere = rng.integers(1, ITEMS + 1, USERS)
lucky = rng.random(USERS) < 0.15
sharp = np.where(lucky, rng.integers(1, 11, USERS), anywhere)
broad = rng.integers(20, 401, USERS)


def sampled_rank(ranks):
    return 1 + rng.binomial(DRAWN, (ranks - 1) / (ITEMS - 1))


full = {k: (r <= 10).mean() for k, r in [("sharp", sharp), ("broad", broad)]}
seen = {k: (sampled_rank(r) <= 10).mean() for k, r in [("sharp", sharp), ("broad", broad)]}
few = rng.choice(USERS, 400, replace=False)  # ten times the cost of sampling items for all: 400 x 10,000 scores
part = {k: (r[few] <= 10).mean() for k, r in [("sharp", sharp), ("broad", broad)]}
for k in full:
    print(f"{k}: full {full[k]:.3f}  sampled {seen[k]:.3f}  400 users {part[k]:.3f}")
assert full["sharp"] > 0.1 and full["broad"] == 0
assert seen["broad"] > 0.95 > 0.4 > seen["sharp"]
assert part["sharp"] > part["broad"]

# %% [markdown]
# Full ranking for a tenth of the users has the right order, at a tenth of the cost of ranking everything for everybody
# (and ten times that of the sampled run: at equal cost it would be 40 users, and a standard error of 6 points). Sampling
# items has the wrong order with any number of users.
#
# ## What changed in your mind
#
# - "nDCG@10 = 0.95" says little without gain, ideal list, ties and unjudged documents.
# - Ties are a part of the model's answer. Average over them; don't let a sort answer for the model.
# - A sampled metric is another metric: recall at 10 among 99 asks for the first tenth of the catalog.
# - If it is too slow to rank everything for everybody, take fewer users.
