# %% [markdown]
# # Trees, forests and boosting from scratch
#
# **The claim.** One function that grows a tree is
# enough for all three models. A forest is that
# function on bootstrap samples, boosting is that
# function on residuals. And impurity importance
# can put a column of random IDs above features
# that matter.
#
# The theory is in [the chapter](../tree-ensembles.md).

# %%
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.8
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13
BLUE, RED, GRAY = "#14619e", "#b3261e", "#777777"

# %% [markdown]
# ## One tree
#
# Squared error serves both tasks: for labels 0 and
# 1 the variance is $p(1-p)$, half the Gini
# impurity, so the best split is the same. For a
# node whose targets have mean 0, a cut with sum
# $s$ among its first $k$ of $n$ rows gains
# $s^2 n / (k (n - k))$ in squared error.


# %%
def grow(x, y, rng, depth=99, least=1, tried=None):
    """A tree as nested tuples, and the gain of
    each column, summed over its splits."""
    gains = np.zeros(x.shape[1])

    def node(x, y, depth):
        n = len(y)
        mean = y.mean()
        if depth == 0 or n < 2 * least or np.ptp(y) == 0:
            return mean
        columns = rng.permutation(x.shape[1])[:tried]
        order = np.argsort(x[:, columns], axis=0)
        values = np.take_along_axis(x[:, columns], order, 0)
        s = np.cumsum((y - mean)[order], axis=0)[:-1]
        k = np.arange(1, n)[:, None]
        gain = s**2 * n / (k * (n - k))
        # No cut between equal values, none that
        # leaves too few rows on one side.
        gain[values[1:] == values[:-1]] = -1
        gain[: least - 1] = gain[n - least :] = -1
        i, j = np.unravel_index(gain.argmax(), gain.shape)
        # No gain, no split: simple, but blind to an
        # exclusive or, where only level two pays.
        if gain[i, j] <= 1e-12:
            return mean
        gains[columns[j]] += gain[i, j]
        cut = (values[i, j] + values[i + 1, j]) / 2
        left = x[:, columns[j]] <= cut
        below = node(x[left], y[left], depth - 1)
        above = node(x[~left], y[~left], depth - 1)
        return columns[j], cut, below, above

    return node(x, y, depth), gains


def follow(tree, x):
    if not isinstance(tree, tuple):
        return np.full(len(x), tree)
    column, cut, below, above = tree
    left = x[:, column] <= cut
    result = np.empty(len(x))
    result[left] = follow(below, x[left])
    result[~left] = follow(above, x[~left])
    return result


# %% [markdown]
# The data: a curve in two features, three features
# of pure noise, and noise in the target.


# %%
def data(n):
    x = rng.uniform(-1, 1, size=(n, 5))
    curve = np.sin(4 * x[:, 0]) + 2 * x[:, 1] ** 2
    return x, curve + rng.normal(0, 0.6, n), curve


x, y, _ = data(400)
new, _, truth = data(3000)  # judged against the truth


def error(prediction):
    return np.mean((prediction - truth) ** 2)


deep, _ = grow(x, y, rng)
small, _ = grow(x, y, rng, least=15)
assert np.allclose(follow(deep, x), y)
one, pruned = error(follow(deep, new)), error(follow(small, new))
own = np.mean((follow(deep, x) - y) ** 2)
print(f"fully grown, training rows: {own:.3f}")
print(f"fully grown, new rows: {one:.3f}")
print(f"15 rows a leaf, new rows: {pruned:.3f}")
assert pruned < one

# %% [markdown]
# The fully grown tree repeats its training targets,
# noise and all. A limit on leaf size trades bias
# for variance.
#
# ## A forest, with out-of-bag error


# %%
def forest(x, y, trees, tried):
    grown, votes = [], np.full((trees, len(y)), np.nan)
    gains = np.zeros(x.shape[1])
    for b in range(trees):
        bag = rng.integers(len(y), size=len(y))
        tree, its = grow(x[bag], y[bag], rng, tried=tried)
        out = np.setdiff1d(np.arange(len(y)), bag)
        votes[b, out] = follow(tree, x[out])
        gains += its
        grown.append(tree)
    return grown, votes, gains / gains.sum()


trees, votes, _ = forest(x, y, 150, tried=2)
judged = np.isfinite(votes).mean()
each = np.array([follow(tree, new) for tree in trees])
running = np.cumsum(each, 0) / np.arange(1, 151)[:, None]
curve = ((running - truth) ** 2).mean(1)
bagged = np.nanmean(votes, axis=0)
out_of_bag = np.mean((bagged - y) ** 2)
fresh = curve[-1] + 0.6**2  # new rows have noise too
print(f"share of trees that judge a row: {judged:.3f}")
print(f"one tree {curve[0]:.3f}, 150 trees {curve[-1]:.3f}")
print(f"out-of-bag error {out_of_bag:.3f}")
print(f"error on new noisy rows {fresh:.3f}")
assert abs(judged - np.exp(-1)) < 0.01
assert curve[-1] < 0.6 * curve[0]
assert abs(out_of_bag - fresh) < 0.2 * fresh

# %% [markdown]
# Without a validation set the out-of-bag error
# comes close to the error on new rows. Do the
# trees agree too much? The formula
# $\rho\sigma^2 + (1-\rho)\sigma^2/B$ needs their
# correlation over *training sets*, so we draw many.

# %%
spread = {}
for tried in (2, 5):
    first, second = [], []
    for _ in range(60):
        sample, target, _ = data(200)
        for answers in (first, second):
            bag = rng.integers(200, size=200)
            chosen = sample[bag], target[bag]
            tree, _ = grow(*chosen, rng, tried=tried)
            answers.append(follow(tree, new[:200]))
    a, b = np.array(first), np.array(second)
    a, b = a - a.mean(0), b - b.mean(0)
    variance = (a**2 + b**2).mean() / 2
    rho = (a * b).mean() / variance
    spread[tried] = variance, rho
    print(f"{tried} of 5 features per split:")
    print(f"  variance {variance:.3f}, correlation {rho:.2f}")
assert spread[2][1] < spread[5][1]

# %% [markdown]
# Feature subsampling lowers the correlation. That
# is its purpose.
#
# ## Boosting
#
# Trees of depth 2 on residuals, each added with
# learning rate $\nu$. With squared loss the negative
# gradient is the residual, and the leaf mean is the
# right leaf value.


# %%
def boost(x, y, new, rounds, rate, depth=2):
    now, ahead = np.full(len(y), y.mean()), np.full(len(new), y.mean())
    path = []
    for _ in range(rounds):
        tree, _ = grow(x, y - now, rng, depth=depth)
        now += rate * follow(tree, x)
        ahead += rate * follow(tree, new)
        path.append((np.mean((now - y) ** 2), error(ahead)))
    return np.array(path)


slow = boost(x, y, new, 400, 0.1)
fast = boost(x, y, new, 400, 0.6)
for name, path in (("0.1", slow), ("0.6", fast)):
    best = path[:, 1].argmin()
    print(f"rate {name}: best after {best + 1} rounds,")
    print(f"  {path[best, 1]:.3f}, and {path[-1, 1]:.3f} at 400")
assert slow[:, 1].min() < fast[:, 1].min()
assert fast[:, 1].argmin() < slow[:, 1].argmin()
assert slow[-1, 1] > 1.1 * slow[:, 1].min()
assert (np.diff(slow[:, 0]) <= 1e-12).all()

# %% alt="Error by number of trees. The forest levels off. Boosting at rate 0.1 falls lower, then rises slowly; at 0.6 it soon rises."
fig, ax = plt.subplots()
ax.plot(np.arange(1, 151), curve, color=GRAY, label="forest")
ax.plot(slow[:, 1], color=BLUE, label="boosting, rate 0.1")
ax.plot(fast[:, 1], color=RED, ls="--", label="boosting, rate 0.6")
ax.set_ylim(0, 0.6)
ax.set_xlabel("number of trees")
ax.set_ylabel("error on new rows")
ax.legend()
plt.show()

# %% [markdown]
# Training error falls in every round, so it can't
# tell you when to stop. The forest has no such
# problem: more trees only settle its average.
#
# ## Log loss needs its own leaf values
#
# For labels, fit trees to $y - p$ and divide the
# sum of $y - p$ by the sum of $p(1 - p)$ in each
# leaf. We use stumps on one feature, so that a leaf
# is just a side of the cut.


# %%
def log_loss(y, score):
    return np.mean(np.logaddexp(0, score) - y * score)


def boost_labels(x, y, rounds, newton):
    base = y.mean()
    score = np.full(len(y), np.log(base / (1 - base)))
    path = [log_loss(y, score)]
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-score))
        (column, cut, *_), _ = grow(x, y - p, rng, depth=1)
        left = x[:, column] <= cut
        for side in (left, ~left):
            below = (p * (1 - p))[side].sum() if newton else side.sum()
            score[side] += 0.1 * (y - p)[side].sum() / below
        path.append(log_loss(y, score))
    return np.array(path)


chance = 1 / (1 + np.exp(-3 * x[:, 0] - 3 * x[:, 1]))
label = (rng.random(400) < chance).astype(float)
steps = boost_labels(x, label, 60, newton=True)
mean = boost_labels(x, label, 60, newton=False)
print(f"Newton steps, 15 rounds: {steps[15]:.3f}")
print(f"leaf means, 15 rounds: {mean[15]:.3f}")
print(f"leaf means, 45 rounds: {mean[45]:.3f}")
assert steps[15] < mean[45] < mean[15]

# %% [markdown]
# Means of $y - p$ go the right way, only too slowly
# (a quarter of the step or less, as
# $p(1-p) \le 1/4$). So libraries refit leaves.
#
# ## A random ID beats real features
#
# 400 rows. Two binary features matter, the other
# two columns are noise: a random bit, and a
# random ID with a value of its own in each row.


# %%
def with_id(n):
    bits = rng.integers(2, size=(n, 3)).astype(float)
    noisy_id = rng.permutation(n) / n
    chance = 0.25 + 0.25 * (bits[:, 0] + bits[:, 1])
    y = (rng.random(n) < chance).astype(float)
    return np.column_stack([bits, noisy_id]), y


names = ["real bit 1", "real bit 2", "random bit", "random ID"]
table, target = with_id(400)
held, truth_held = with_id(8000)
trees, _, impurity = forest(table, target, 60, tried=2)


def squared_loss(rows):
    vote = np.mean([follow(tree, rows) for tree in trees], axis=0)
    return np.mean((vote - truth_held) ** 2)


whole = squared_loss(held)
shuffled = []
for j in range(4):
    rises = []
    for _ in range(5):
        copy = held.copy()
        copy[:, j] = rng.permutation(copy[:, j])
        rises.append(squared_loss(copy) - whole)
    shuffled.append(np.mean(rises))
print("share of impurity gain, rise if shuffled")
for name, a, b in zip(names, impurity, shuffled, strict=True):
    print(f"{name}: {a:.2f}, shuffled {b:+.4f}")
assert impurity.argmax() == 3
assert impurity[3] > 1.2 * impurity[:3].max()
assert min(shuffled[:2]) > 4 * np.abs(shuffled[2:]).max()

# %% alt="Impurity importance is highest by far for the random ID. Held-out permutation importance is clear for the real bits alone."
fig, (left, right) = plt.subplots(1, 2, sharey=True)
colors = [BLUE, BLUE, GRAY, RED]
left.barh(names, impurity, color=colors)
right.barh(names, shuffled, color=colors)
left.set_xlabel("share of\nimpurity gain")
right.set_xlabel("rise in loss\nif shuffled")
left.invert_yaxis()
right.axvline(0, color="black", linewidth=0.8)
right.locator_params(axis="x", nbins=3)
plt.show()

# %% [markdown]
# ## What to take along
#
# - A forest and boosting share their tree; what
#   differs is what the next tree is asked to do.
# - Out-of-bag error is validation for free, if rows
#   are independent.
# - Boosting may have to be stopped: watch a
#   validation set. For a forest's squared error,
#   more trees cost time alone.
# - A bar chart of impurity importance can tell
#   more about where the trees had many thresholds
#   to choose from than about the target. Ask what
#   was measured, and on which rows.
