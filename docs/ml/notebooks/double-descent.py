# %% [markdown]
# # Double descent: grow the model through the threshold
#
# **The claim.** Least squares on random features, with the solution of least norm, has a test error that falls, rises to a
# peak where the number of features equals the number of rows, and falls again. The split into squared bias, variance and
# noise holds all the way; the peak is variance. A tuned ridge penalty removes it.
#
# Guess before each cell: where is the peak, how high, and is the far right better than the first valley? The theory is in
# [the chapter](../learning-theory.md).

# %%
import matplotlib.pyplot as plt
import numpy as np

plt.rcParams["figure.figsize"] = 6, 3.8
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#555555"

# %% [markdown]
# ## The world and the learner
#
# Ten inputs, a smooth target, noise on the labels. The learner draws random directions, cuts the projections at zero (random
# ReLU features), and fits weights to 100 rows by least squares. Above 100 features many weight vectors fit perfectly; it
# takes the shortest.

# %%
INPUTS, ROWS, TESTS = 10, 100, 400


def target(X):
    return X.sum(axis=1) / np.sqrt(INPUTS) + 0.5 * np.tanh(2 * X[:, 0] * X[:, 1])


def weights(F, y, penalty):
    """Least squares of least norm, or ridge."""
    U, s, Vt = np.linalg.svd(F, full_matrices=False)
    if penalty == 0:
        keep = s > 1e-10 * s[0]
        scale = np.where(keep, 1 / np.where(keep, s, 1), 0)
    else:
        scale = s / (s**2 + penalty)
    return Vt.T @ (scale * (U.T @ y))


def predictions(counts, noise, penalties=(0,), rows=ROWS, sets=40):
    """Predictions on fixed test rows: one line per training set."""
    rng = np.random.default_rng(0)
    test = rng.normal(size=(TESTS, INPUTS))
    shown = {(p, a): [] for p in counts for a in penalties}
    for _ in range(sets):
        W = rng.normal(size=(INPUTS, max(counts))) / np.sqrt(INPUTS)
        X = rng.normal(size=(rows, INPUTS))
        y = target(X) + noise * rng.normal(size=rows)
        train, ask = np.maximum(X @ W, 0), np.maximum(test @ W, 0)
        for p in counts:
            F, G = train[:, :p] / np.sqrt(p), ask[:, :p] / np.sqrt(p)
            for a in penalties:
                shown[p, a].append(G @ weights(F, y, a))
    truth = target(test)
    return {key: np.array(value) for key, value in shown.items()}, truth


def error(shown, truth):
    """The typical squared error against the noise-free target: median over training sets."""
    return float(np.median(((shown - truth) ** 2).mean(axis=1)))


# %% [markdown]
# ## The curve

# %%
COUNTS = [3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95]
COUNTS += [100, 105, 110, 120, 140, 170, 200, 300, 500, 1000, 2000]
shown, truth = predictions(COUNTS, noise=0.5)
curve = {p: error(shown[p, 0], truth) for p in COUNTS}
for p in (3, 25, 60, 90, 100, 110, 200, 2000):
    print(f"{p:>5} features: error {curve[p]:7.2f}")

# %% alt="Test error against features, log axes: falls to 0.4 at 25, peaks above 30 at 100 features, falls to 0.4 at 2,000."
fig, ax = plt.subplots()
ax.loglog(COUNTS, list(curve.values()), color=RED, linewidth=2.5)
ax.axvline(ROWS, color=GRAY, linestyle=":")
ax.text(ROWS * 1.1, 20, "features = rows", color=GRAY)
ax.set_xlabel("features")
ax.set_ylabel("test error")
plt.show()

# %%
peak = max(curve, key=curve.get)
valley = min(p for p in COUNTS if curve[p] == min(curve[q] for q in COUNTS if q < ROWS))
print("peak at", peak, "features, first valley at", valley)
assert peak == ROWS and valley < 50
assert curve[peak] > 10 * curve[valley] and curve[peak] > 10 * curve[2000]

# %% [markdown]
# The peak stands at 100 features, the number of rows. (We took medians over training sets: near the threshold the error of a
# single one can be enormous, and means don't settle.)
#
# ## Why there: tiny singular values
#
# A direction of the features with singular value $s$ passes noise on to the weights with a factor $1/s$. What counts is the
# smallest one that isn't zero.

# %%
rng = np.random.default_rng(1)
smallest = {}
for p in (25, 50, 90, 100, 110, 200, 2000):
    draws = []
    for _ in range(20):
        W = rng.normal(size=(INPUTS, p)) / np.sqrt(INPUTS)
        X = rng.normal(size=(ROWS, INPUTS))
        draws.append(np.linalg.svd(np.maximum(X @ W, 0) / np.sqrt(p), compute_uv=False)[-1])
    smallest[p] = np.median(draws)
    print(f"{p:>5} features: smallest singular value {smallest[p]:.4f}")
assert min(smallest, key=smallest.get) == ROWS
assert smallest[2000] > 10 * smallest[ROWS] and smallest[25] > 10 * smallest[ROWS]

# %% [markdown]
# With few features, directions are few and well covered by 100 rows. With many, each row has room of its own. In between, the
# fit must use directions that the data hardly show.
#
# ## Split the error by simulation
#
# Hold the test rows still, vary the training set (and the learner's random features, which are part of the procedure). At each
# test row: squared bias is the distance of the *mean* prediction from the truth, variance the spread around that mean. Then
# check that bias, variance and noise add up to the error against fresh noisy labels, which the split has not seen.

# %%
SETS, SIGMA = 200, 0.5
SPLIT = [5, 10, 25, 50, 80, 140, 200, 500, 1000]
many, truth = predictions(SPLIT, noise=SIGMA, sets=SETS)
fresh = np.random.default_rng(2)
bias2, variance = {}, {}
print("features  bias^2  variance  sum+noise  measured")
for p in SPLIT:
    guess = many[p, 0]
    spread = guess.var(axis=0, ddof=1)
    variance[p] = spread.mean()
    # The mean of 200 predictions is itself noisy; take that part out.
    bias2[p] = ((guess.mean(axis=0) - truth) ** 2 - spread / SETS).mean()
    labels = truth + SIGMA * fresh.normal(size=guess.shape)
    measured = ((labels - guess) ** 2).mean()
    total = bias2[p] + variance[p] + SIGMA**2
    print(f"{p:>8} {bias2[p]:>7.3f} {variance[p]:>9.3f} {total:>10.3f} {measured:>9.3f}")
    assert abs(total - measured) < 0.02 * measured

# %% alt="Squared bias falls from 0.6 at 5 features to 0.02 and stays; variance climbs toward 100 features and falls to 0.4 at 1,000."
fig, ax = plt.subplots()
for part in (SPLIT[:5], SPLIT[5:]):
    ax.loglog(part, [bias2[p] for p in part], color=BLUE, linestyle="--", linewidth=2)
    ax.loglog(part, [variance[p] for p in part], color=RED, linewidth=2)
ax.axvline(ROWS, color=GRAY, linestyle=":")
ax.text(5, 0.17, "variance", color=RED)
ax.text(5, 0.045, "squared bias", color=BLUE)
ax.set_xlabel("features")
ax.set_ylabel("part of the test error")
plt.show()

# %%
assert bias2[5] > 10 * bias2[80] and max(bias2[p] for p in SPLIT[4:]) < 0.06
assert variance[80] > 3 * variance[10] and variance[140] > 3 * variance[1000]

# %% [markdown]
# Here bias falls and stays low. Variance rises, as the classical picture says, and then falls, which it doesn't say. The
# decomposition itself is as valid at 1,000 features as at 5.
#
# ## Is the far right better?

# %% alt="Test error for noise 0, 0.5 and 1: peaks at 100 features. At 2,000 they lie far below, level with and far above the first valley."
fig, ax = plt.subplots()
result = {}
for noise, color in ((0.0, BLUE), (0.5, GRAY), (1.0, RED)):
    shown, truth = predictions(COUNTS, noise=noise)
    line = {p: error(shown[p, 0], truth) for p in COUNTS}
    first = min(line[p] for p in COUNTS if p < ROWS)
    result[noise] = first, line[2000], line[ROWS]
    print(f"noise {noise}: valley {first:.2f}, peak {line[ROWS]:.1f}, 2,000 features {line[2000]:.2f}")
    ax.loglog(COUNTS, list(line.values()), color=color, linewidth=2)
    ax.text(700, line[1000] * 1.25, f"noise {noise:g}", color=color)
ax.set_xlabel("features")
ax.set_ylabel("test error")
plt.show()

# %%
assert result[0.0][1] < 0.6 * result[0.0][0]
assert 0.7 < result[0.5][1] / result[0.5][0] < 1.4
assert result[1.0][1] > 1.5 * result[1.0][0]
assert all(top > 5 * first for first, _, top in result.values())

# %% [markdown]
# It depends on the noise. Without noise, the largest model wins clearly; with much, a small one does. And the peak is there
# even without noise: what the features can't express acts like noise on the fit.
#
# ## Tune a penalty
#
# For each number of features, the best of seven ridge penalties (by test error, which is a little generous).

# %% alt="With noise 0.5, the tuned ridge curve falls steadily from about 1 to 0.13, without a peak, below the curve of least norm everywhere."
PENALTIES = (0.001, 0.01, 0.03, 0.1, 0.3, 1, 3)
shown, truth = predictions(COUNTS, noise=0.5, penalties=PENALTIES)
ridge = {p: min(error(shown[p, a], truth) for a in PENALTIES) for p in COUNTS}
fig, ax = plt.subplots()
ax.loglog(COUNTS, list(curve.values()), color=RED, linewidth=2)
ax.loglog(COUNTS, list(ridge.values()), color=BLUE, linestyle="--", linewidth=2.5)
ax.text(130, 6, "least norm", color=RED)
ax.text(3, 0.14, "tuned ridge", color=BLUE)
ax.set_xlabel("features")
ax.set_ylabel("test error")
plt.show()
for p in (25, 100, 2000):
    print(f"{p:>5} features: least norm {curve[p]:6.2f}, tuned ridge {ridge[p]:.2f}")

# %%
assert all(later < 1.1 * ridge[p] for p, later in zip(COUNTS, list(ridge.values())[1:], strict=False))
assert ridge[2000] < 0.7 * min(curve.values())

# %% [markdown]
# No peak, and larger is better all along. So the peak isn't a law about large models. It is what happens when a model
# that just manages to fit the data has nothing to hold its weights.
#
# ## More rows can hurt
#
# Fix 100 features, noise 0.5, least norm. Add rows.

# %%
by_rows = {}
for rows in (30, 50, 80, 100, 120, 200, 400):
    shown, truth = predictions([100], noise=0.5, rows=rows)
    by_rows[rows] = error(shown[100, 0], truth)
    print(f"{rows:>4} rows: error {by_rows[rows]:6.2f}")
assert by_rows[100] > 5 * by_rows[30] and by_rows[400] < by_rows[30]

# %% [markdown]
# ## What changed
#
# - The peak stands where the model can just fit the data, not where it is largest. It is variance.
# - The number of features measures capacity only up to the threshold. Beyond it, count and capacity part.
# - Whether the second descent ends below the first valley depends on the noise, among other things. Check; don't assume.
# - A tuned penalty removed the peak here and made both ends better. If your error peaks as the model or the data grow,
#   look at your regularization first.
