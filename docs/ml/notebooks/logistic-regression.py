# %% [markdown]
# # Logistic regression, three ways
#
# **The claim.** Newton reaches the one minimum in a few steps, and SGD gets close to it if the features are scaled. On
# separable data there is no minimum, and only a penalty or an early stop gives a finite answer. And a fit that ranks
# well can still lie about probabilities; what mends it depends on what went wrong, a temperature for too many weights,
# a shift for thinned negatives.
#
# Before each cell, guess the number. The theory is in [the chapter](../classification.md).

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(7)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#6b7785"


def sigmoid(z):
    """Never overflows: exp gets no positive number."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def log_loss(z, y):
    """Mean, from logits."""
    return np.mean(np.logaddexp(0, z) - y * z)


# %% [markdown]
# ## 1. Newton
#
# 2,000 rows, five features of very different scales, true weights known. The first column of `X` is all ones, for the
# intercept, which is not penalized. How many steps until the gradient is below $10^{-8}$?


# %%
def newton(X, y, penalty, steps=50):
    """Weights, and the loss before each step."""
    Lam = penalty * np.eye(X.shape[1])
    Lam[0, 0] = 0
    w, losses = np.zeros(X.shape[1]), []

    def J(w):
        loss = log_loss(X @ w, y) * len(y)
        return loss + w @ Lam @ w / 2

    for _ in range(steps):
        losses.append(J(w))
        p = sigmoid(X @ w)
        grad = X.T @ (p - y) + Lam @ w
        if np.abs(grad).max() < 1e-8 * len(y):
            break
        H = X.T @ (X * (p * (1 - p))[:, None]) + Lam
        step = np.linalg.solve(H, grad)
        size = 1.0
        while J(w - size * step) > losses[-1] + 1e-9:
            size /= 2
        w = w - size * step
    return w, losses


n = 2000
scales = np.array([1, 1, 10, 0.1, 100])
F = rng.normal(size=(n, 5)) * scales
X = np.column_stack([np.ones(n), F])
truth = np.array([-1, 1, -0.7, 0.05, 5, 0.01])
y = (rng.random(n) < sigmoid(X @ truth)).astype(float)

w, losses = newton(X, y, penalty=1e-3)
print("steps:", len(losses) - 1)
print("weights:", w.round(2))
print(f"base rate {y.mean():.4f}")
p = sigmoid(X @ w)
print(f"mean prediction {p.mean():.4f}")
assert len(losses) <= 10
assert abs(p.mean() - y.mean()) < 1e-6

# %% [markdown]
# The mean prediction equals the base rate: that is the intercept's own equation. Scikit-learn agrees, with
# $C = 1/\lambda$ (its penalty is on by default).

# %%
model = LogisticRegression(C=1 / 1e-3, solver="newton-cholesky", tol=1e-9)
model.fit(F, y)
gap = np.abs(np.append(model.intercept_, model.coef_) - w)
assert gap.max() < 1e-4
print("the same to four decimals")

# %% [markdown]
# ## 2. SGD, with and without scaling
#
# Batches of 20 and a rate that falls over the epochs. What do features with standard deviations from 0.1 to 100 do to it?


# %%
def sgd(X, y, rate, epochs, rng):
    """Excess loss after each epoch."""
    w, path = np.zeros(X.shape[1]), []
    for epoch in range(epochs):
        order = rng.permutation(len(y))
        for start in range(0, len(y), 20):
            # The last batch may be smaller: keep it.
            rows = order[start : start + 20]
            error = sigmoid(X[rows] @ w) - y[rows]
            step = X[rows].T @ error / len(rows)
            w = w - rate / (1 + epoch) * step
        path.append(log_loss(X @ w, y))
    return np.array(path)


best = log_loss(X @ newton(X, y, 0)[0], y)
Z = X.copy()
Z[:, 1:] = (F - F.mean(axis=0)) / F.std(axis=0)
scaled = sgd(Z, y, 1.0, 30, rng) - best
# For raw features, the best of five rates:
tries = []
for rate in (1e-5, 1e-4, 1e-3, 1e-2, 0.1):
    tries.append(sgd(X, y, rate, 30, rng) - best)
raw = min(tries, key=lambda path: path[-1])
print(f"excess loss, scaled {scaled[-1]:.0e}")
print(f"excess loss, raw {raw[-1]:.2f}")
assert scaled[-1] < 0.002
assert raw[-1] > 0.02

# %% alt="Excess loss over the minimum per epoch, log scale: scaled features fall below 0.001, raw features stay above 0.02."
fig, ax = plt.subplots()
epochs = np.arange(1, 31)
ax.semilogy(epochs, raw, color=RED, ls="--", lw=2)
ax.semilogy(epochs, scaled, color=BLUE, lw=2)
ax.text(14, raw[15] / 6, "raw, best of five rates", color=RED)
ax.text(14, 8e-4, "scaled", color=BLUE)
ax.set_xlabel("epoch")
ax.set_ylabel("loss above the minimum")
plt.show()

# %% [markdown]
# One rate must serve all directions. A small one hardly moves the weights of small features, a large one makes that of
# the feature with standard deviation 100 jump back and forth. Newton divides by the curvature and doesn't notice.
#
# ## 3. Separable data
#
# Four points, $x = -2, -1, 1, 2$ with labels $0, 0, 1, 1$, and one weight. Where does gradient descent end?

# %%
x4 = np.array([-2.0, -1, 1, 2])
y4 = np.array([0.0, 0, 1, 1])
w, seen = 0.0, {}
for t in range(1, 100_001):
    w -= 0.5 * x4 @ (sigmoid(w * x4) - y4)
    if t in (10, 100, 1000, 10_000, 100_000):
        seen[t] = w
for t, value in seen.items():
    print(f"{t:>7,} steps: weight {value:5.2f}")
steps = list(seen.values())
assert np.diff(steps).min() > 1.5


def ridge(penalty):
    """The minimum, by bisection of the gradient."""
    low, high = 0.0, 100.0
    for _ in range(200):
        w = (low + high) / 2
        slope = x4 @ (sigmoid(w * x4) - y4) + penalty * w
        low, high = (w, high) if slope < 0 else (low, w)
    return low


for penalty in (0.1, 0.01, 0.001):
    print(f"penalty {penalty}: weight {ridge(penalty):.2f}")
assert abs(ridge(0.1) - 2.28) < 0.01

# %% alt="Weight against steps on a log axis: gradient descent rises in a straight line. Level lines mark the minima under three penalties."
fig, ax = plt.subplots()
ax.semilogx(list(seen), steps, "o-", color=BLUE, lw=2)
for penalty in (0.1, 0.01, 0.001):
    ax.axhline(ridge(penalty), color=GRAY, ls=":", lw=1.5)
    ax.text(1.2e5, ridge(penalty) + 0.1, f"λ = {penalty}", ha="right", va="bottom", color=GRAY)
ax.set_xlabel("steps of gradient descent")
ax.set_ylabel("weight")
plt.show()

# %% [markdown]
# A straight line over a logarithmic axis: the weight grows like $\ln t$ and has no limit. Each penalty has a minimum,
# and the smaller it is, the longer descent would run to get there.
#
# ## 4. Too many weights: a temperature
#
# 800 rows for 150 features, a true model that is linear, and no mistake in the code. Is the fit calibrated on new rows?

# %%
d = 150
truth = np.append(0.0, rng.normal(size=d) * 2 / np.sqrt(d))


def draw(n):
    X = np.column_stack([np.ones(n), rng.normal(size=(n, d))])
    return X, (rng.random(n) < sigmoid(X @ truth)).astype(float)


def auc(z, y):
    """Share of pairs in the right order (no ties here)."""
    rank = np.empty(len(z))
    rank[np.argsort(z)] = np.arange(1, len(z) + 1)
    k = y.sum()
    return (rank[y == 1].sum() - k * (k + 1) / 2) / k / (len(y) - k)


X_fit, y_fit = draw(800)
w, _ = newton(X_fit, y_fit, penalty=1e-3)
X_cal, y_cal = draw(2000)
X_new, y_new = draw(20_000)

# One number, on rows that trained nothing else:
grid = np.linspace(0.5, 6, 551)
cost = [log_loss(X_cal @ w / T, y_cal) for T in grid]
T = grid[np.argmin(cost)]
z = X_new @ w
before, after = log_loss(z, y_new), log_loss(z / T, y_new)
print(f"temperature {T:.1f}")
print(f"log loss before {before:.3f}, after {after:.3f}")
print(f"AUC before {auc(z, y_new):.4f}, after {auc(z / T, y_new):.4f}")
assert T > 1.3
assert after < before - 0.03
assert abs(auc(z, y_new) - auc(z / T, y_new)) < 1e-6


def reliability(z, y, bins=10):
    """Mean prediction and share of positives, in bins of equal size."""
    p = sigmoid(z)
    parts = np.array_split(np.argsort(p), bins)
    return np.array([(p[i].mean(), y[i].mean()) for i in parts])


gaps = [np.abs(np.subtract(*reliability(z / t, y_new).T)).mean() for t in (1, T)]
print(f"mean gap in the diagram: {gaps[0]:.3f}, then {gaps[1]:.3f}")
assert gaps[1] < gaps[0] / 2

# %% alt="Reliability diagram on new rows. Before, an S flatter than the diagonal; with the temperature, points on the diagonal."
fig, ax = plt.subplots(figsize=(6, 4.4))
ax.plot([0, 1], [0, 1], color=GRAY, lw=1)
ax.plot(*reliability(z, y_new).T, "s--", color=RED, lw=2)
ax.plot(*reliability(z / T, y_new).T, "o-", color=BLUE, lw=2)
ax.text(0.04, 0.62, "squares: as fitted", color=RED)
ax.text(0.04, 0.52, f"circles: logits / {T:.1f}", color=BLUE)
ax.set_xlabel("mean predicted probability")
ax.set_ylabel("share of positives")
plt.show()

# %% [markdown]
# Maximum likelihood with many weights per row is too sure on new rows, though the model is right. One number mends the
# probabilities, and AUC doesn't move at all.
#
# ## 5. Thinned negatives: a shift
#
# Now a base rate of about 4%, few features, and training on all positives but only 5% of the negatives. What does
# a score of 0.5 mean? Would a temperature help?

# %%
n, keep = 200_000, 0.05
X = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
truth = np.array([-4.0, 1, 0.8, -0.6])
y = (rng.random(n) < sigmoid(X @ truth)).astype(float)
half = n // 2
rows = np.arange(half)
rows = rows[(y[:half] == 1) | (rng.random(half) < keep)]
w, _ = newton(X[rows], y[rows], penalty=0)
z, labels = X[half:] @ w, y[half:]
shifted = z + np.log(keep)
print(f"base rate {labels.mean():.3f}")
print(f"mean score {sigmoid(z).mean():.3f}, shifted {sigmoid(shifted).mean():.3f}")
losses = [log_loss(z / t, labels) for t in np.linspace(0.2, 20, 397)]
print(f"log loss: raw {log_loss(z, labels):.3f}, best temperature {min(losses):.3f}, shift {log_loss(shifted, labels):.3f}")
print(f"a score of 0.5 means {sigmoid(np.log(keep)):.3f}")
assert abs(sigmoid(shifted).mean() - labels.mean()) < 0.005
assert log_loss(shifted, labels) < min(losses) - 0.02

# %% [markdown]
# **What should have changed in your mind.** "The optimizer doesn't converge" can mean that there is nothing to converge
# to. A right model with right code can be miscalibrated. And the remedy follows from the cause: a temperature
# for logits that are too large, a shift for a base rate that was changed, and neither touches the ranking.
