# %% [markdown]
# # Resampling against the textbook
#
# **The claim.** A permutation test gives nearly the p-value of the textbook test where that test is right, without its formula.
# But resampling is no cure for everything. Permutation fails when the groups differ in variance and size, and the
# popular percentile bootstrap covers *less* than a plain t-interval for 20 skewed values.
#
# The theory is in [the chapter](../statistical-testing.md). Before each simulation, guess the number it will print.

# %%
import math
from itertools import combinations
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED = "#14619e", "#b3261e"
Z = NormalDist().inv_cdf(0.975)

# %% [markdown]
# ## Student's t without a table
#
# With $t = \sqrt\nu \tan\theta$, the density of Student's $t$ with $\nu$ degrees of freedom becomes proportional to
# $\cos^{\nu - 1}\theta$, a smooth function on a short interval. So a plain trapezoid rule gives tails to many digits.


# %%
def t_p_value(t, nu):
    """Two-sided p-value of Student's t."""
    top = math.atan(abs(t) / math.sqrt(nu))
    log = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)
    scale = math.exp(log) / math.sqrt(math.pi)
    theta = np.linspace(0, top, 2001)
    height = np.cos(theta) ** (nu - 1)
    area = (height[1:] + height[:-1]).sum() / 2
    return 1 - 2 * scale * area * top / 2000


def t_quantile(nu):
    """The value that |t| exceeds with probability 0.05."""
    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        if t_p_value(middle, nu) > 0.05:
            low = middle
        else:
            high = middle
    return middle


for nu in (5, 15, 19):
    print(f"{nu} degrees: {t_quantile(nu):.3f}")
assert abs(t_quantile(15) - 2.1314) < 1e-4


# %% [markdown]
# ## Permutation against Student's t
#
# Two groups of 12 and 15 normal values, 150 data sets with effects of all sizes. For each we compute Student's p-value
# and the share of 4,000 shuffles of the labels whose means differ at least as much. *Guess: how far apart are the two?*


# %%
def student(a, b):
    n, m = len(a), len(b)
    squares = (n - 1) * a.var(ddof=1) + (m - 1) * b.var(ddof=1)
    error = math.sqrt(squares / (n + m - 2) * (1 / n + 1 / m))
    return (a.mean() - b.mean()) / error, n + m - 2


def permuted(a, b, orders):
    pool = np.concatenate([a, b])[orders]
    n = len(a)
    gaps = pool[:, :n].mean(1) - pool[:, n:].mean(1)
    seen = abs(a.mean() - b.mean())
    hits = (np.abs(gaps) >= seen - 1e-12).sum()
    return (1 + hits) / (1 + len(orders))


shuffles = np.argsort(rng.random((4_000, 27)), axis=1)
by_formula, by_shuffle = [], []
for effect in np.linspace(0, 1.5, 150):
    a = rng.normal(effect, 1, 12)
    b = rng.normal(0, 1, 15)
    by_formula.append(t_p_value(*student(a, b)))
    by_shuffle.append(permuted(a, b, shuffles))
apart = np.abs(np.subtract(by_formula, by_shuffle))
print(f"mean distance {apart.mean():.4f}")
print(f"largest       {apart.max():.4f}")
assert apart.mean() < 0.01 and apart.max() < 0.04

# %% alt="Permutation p-value against Student p-value for 150 data sets: the points lie on the diagonal."
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], color="#777777", linewidth=1)
ax.plot(by_formula, by_shuffle, ".", color=BLUE)
ax.set_xlabel("p-value by Student's t")
ax.set_ylabel("p by permutation")
plt.show()

# %% [markdown]
# Most of the distance is the noise of 4,000 shuffles. A gap of up to about 0.01 would remain with all of them, for
# the two tests are not identical. On yes-or-no data the agreement is exact: a permutation test of a
# $2 \times 2$ table **is** Fisher's test, up to what counts as extreme on the other side. Take 5 of 5 against 1 of 5
# and go through all splits.

# %%
pool = [1] * 6 + [0] * 4
splits = list(combinations(range(10), 5))
extreme = 0
for chosen in splits:
    ones = sum(pool[i] for i in chosen)
    extreme += abs(ones - (6 - ones)) >= 4
fisher = 2 * math.comb(5, 5) * math.comb(5, 1) / math.comb(10, 6)
print(f"{extreme} of {len(splits)} splits")
print(f"permutation {extreme / len(splits):.4f}")
print(f"Fisher      {fisher:.4f}")
assert abs(extreme / len(splits) - fisher) < 1e-12

# %% [markdown]
# ## Where permutation fails
#
# Equal means, but 20 values with standard deviation 4 against 100 with standard deviation 1. There is no difference of
# means to find. *Guess: how often does each test reject at 5%?*


# %%
def welch_t(a, b):
    """Welch's t of means, along the last axis."""
    n, m = a.shape[-1], b.shape[-1]
    square = a.var(-1, ddof=1) / n + b.var(-1, ddof=1) / m
    return (a.mean(-1) - b.mean(-1)) / np.sqrt(square)


def welch_p(a, b):
    u = a.var(ddof=1) / len(a)
    v = b.var(ddof=1) / len(b)
    rest = u**2 / (len(a) - 1) + v**2 / (len(b) - 1)
    return t_p_value(welch_t(a, b), (u + v) ** 2 / rest)


runs = 1_000
rejects = {"difference": 0, "welch": 0, "formula": 0}
shuffles = np.argsort(rng.random((300, 120)), axis=1)
for _ in range(runs):
    a, b = rng.normal(0, 4, 20), rng.normal(0, 1, 100)
    pool = np.concatenate([a, b])[shuffles]
    first, second = pool[:, :20], pool[:, 20:]
    gaps = np.abs(first.mean(1) - second.mean(1))
    hits = (gaps >= abs(a.mean() - b.mean())).sum()
    rejects["difference"] += (1 + hits) / 301 <= 0.05
    ts = np.abs(welch_t(first, second))
    hits = (ts >= abs(welch_t(a, b))).sum()
    rejects["welch"] += (1 + hits) / 301 <= 0.05
    rejects["formula"] += welch_p(a, b) <= 0.05
share = {name: count / runs for name, count in rejects.items()}
print(f"permuted difference: {share['difference']:.1%}")
print(f"permuted Welch's t:  {share['welch']:.1%}")
print(f"Welch by formula:    {share['formula']:.1%}")
assert share["difference"] > 0.25
assert 0.03 < share["welch"] < 0.08
assert 0.03 < share["formula"] < 0.08

# %% [markdown]
# Shuffling hands the noise of the small group to everybody, so the permuted differences vary too little. Permuting a
# statistic that carries its own standard error repairs most of it.

# %% [markdown]
# ## What four intervals cover
#
# The mean of 20 exponential values, true mean 1. Four nominal 95% intervals: $z$, Student's $t$, percentile bootstrap,
# bootstrap-t. *Guess the order.*

# %%
n, runs, draws = 20, 2_000, 800
t_bar = t_quantile(n - 1)
names = ["z", "t", "percentile", "bootstrap-t"]
covered = dict.fromkeys(names, 0)
for _ in range(runs):
    x = rng.exponential(1, n)
    mean, error = x.mean(), x.std(ddof=1) / math.sqrt(n)
    stars = x[rng.integers(n, size=(draws, n))]
    means = stars.mean(1)
    errors = stars.std(1, ddof=1) / math.sqrt(n)
    low, high = np.quantile(means, [0.025, 0.975])
    ts = (means - mean) / errors
    t_low, t_high = np.quantile(ts, [0.025, 0.975])
    ends = {
        "z": (mean - Z * error, mean + Z * error),
        "t": (mean - t_bar * error, mean + t_bar * error),
        "percentile": (low, high),
        # The upper quantile gives the lower end.
        "bootstrap-t": (mean - t_high * error, mean - t_low * error),
    }
    for name in names:
        covered[name] += ends[name][0] <= 1 <= ends[name][1]
cover = {name: covered[name] / runs for name in names}
for name in names:
    print(f"{name:12} {cover[name]:.1%}")
assert 0.88 < cover["percentile"] < cover["t"] < 0.94
assert 0.88 < cover["z"] < cover["t"]
assert cover["t"] < cover["bootstrap-t"] < 0.97

# %% alt="Coverage of four nominal 95% intervals for the mean of 20 exponentials: z and percentile near 90%, t near 92%, bootstrap-t near 95%."
fig, ax = plt.subplots()
ax.axvline(95, color="#777777", linewidth=1)
for place, name in enumerate(names[::-1]):
    value = 100 * cover[name]
    ax.plot(value, place, "o", color=BLUE, markersize=9)
ax.set_yticks(range(4), names[::-1])
ax.set_ylim(-0.5, 3.5)
ax.set_xlim(85, 100)
ax.set_xlabel("covers in % of 2,000 samples")
plt.show()

# %% [markdown]
# The percentile interval leans the right way, with a longer upper arm, but not far enough, and it is narrow: resamples
# of $n$ values spread by the divisor $n$, not $n - 1$. So it does no better than $z$. Bootstrap-t learns from the
# resamples that a low mean comes with a low standard error, and stretches the upper end.

# %% [markdown]
# ## Wald against Wilson
#
# No simulation needed: sum the binomial probabilities of the counts whose interval covers the true rate.


# %%
def coverage(p, n, wilson):
    total = 0.0
    for k in range(n + 1):
        q = k / n
        # Wilson holds the rates that a z-test keeps:
        # the true rate stands under the root.
        rate = p if wilson else q
        if abs(q - p) <= Z * math.sqrt(rate * (1 - rate) / n):
            total += math.comb(n, k) * p**k * (1 - p) ** (n - k)
    return total


print("rate   Wald   Wilson   (n = 50)")
for p in (0.01, 0.05, 0.1, 0.3, 0.5):
    wald, wilson = coverage(p, 50, False), coverage(p, 50, True)
    print(f"{p:4}  {wald:6.1%}  {wilson:6.1%}")
grid = np.arange(1, 100) / 100
mean_wald = np.mean([coverage(p, 50, False) for p in grid])
mean_wilson = np.mean([coverage(p, 50, True) for p in grid])
print(f"mean  {mean_wald:6.1%}  {mean_wilson:6.1%}")
assert abs(mean_wilson - 0.95) < 0.01
assert mean_wald < 0.93

# %% [markdown]
# ## What changed
#
# - Permutation comes close to the textbook test without the textbook, as long as labels are exchangeable. Equal means alone are not enough.
# - The bootstrap estimates a spread. How its quantiles become an interval matters: the simplest way covers less than a t-interval here.
# - Small samples stay small. No number of resamples brings information that 20 values don't hold.
