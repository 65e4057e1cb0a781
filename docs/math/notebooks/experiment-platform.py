# %% [markdown]
# # A simulated experiment platform
#
# **The claim.** Thousands of tests whose truth you know show four things. A sample-ratio check catches lost users before
# they fake an effect. A covariate from before the test removes a share $\rho^2$ of the variance and no effect. Looking
# twenty times at a 5% test makes it a 25% test. A boundary made for looking keeps the 5%, at a price in power.
#
# The theory is in [the chapter](../experimentation-and-causality.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GREEN = "#14619e", "#b3261e", "#1b7f4b"

# %% [markdown]
# ## Users and tests
#
# Each row is a test, each column a user. `before` is watch time in the month before, `after` in the test. Heavy users
# stay heavy: the correlation is 0.8.


# %%
def users(tests, size):
    """Watch time before and after, without effect."""
    habit = rng.gamma(2, 1, (tests, size))
    noise = rng.gamma(2, 0.75, (tests, size))
    return habit, habit + noise


def coin(tests, size):
    return rng.integers(2, size=(tests, size)) == 1


def gap(values, treated):
    """Treatment mean minus control mean, by test."""
    n1 = treated.sum(axis=1)
    n0 = treated.shape[1] - n1
    high = (values * treated).sum(axis=1) / n1
    low = (values * ~treated).sum(axis=1) / n0
    return high - low


tests, size = 2000, 400
before, after = users(tests, size)
treated = coin(tests, size)
rho = np.corrcoef(before.ravel(), after.ravel())[0, 1]
print(f"correlation {rho:.3f}")
assert abs(rho - 0.8) < 0.01

# %% [markdown]
# ## 1. The sample ratio
#
# A healthy test of 200,000 users, and one whose new page is slow: 4% of the lighter half of the treated leave before
# they are counted. There is no effect in either.


# %%
def chi_square(n1, n0):
    return (n1 - n0) ** 2 / (n1 + n0)


LIMIT = 10.83  # p = 0.001 at one degree of freedom
assert abs(math.erfc(math.sqrt(LIMIT / 2)) - 0.001) < 1e-5
_, watch = (one[0] for one in users(1, 200_000))
arm = coin(1, 200_000)[0]
light = watch < np.median(watch)
lost = arm & light & (rng.random(200_000) < 0.04)
everyone = np.full(200_000, True)
for name, kept in ("healthy", everyone), ("slow page", ~lost):
    high, low = watch[kept & arm], watch[kept & ~arm]
    chi = chi_square(len(high), len(low))
    lift = high.mean() / low.mean() - 1
    error = math.hypot(
        high.std() / math.sqrt(len(high)),
        low.std() / math.sqrt(len(low)),
    )
    z = (high.mean() - low.mean()) / error
    print(f"{name}: treated {len(high) / kept.sum():.4f}")
    print(f"  chi-square {chi:.1f}, lift {lift:+.2%}, z {z:.1f}")
assert 0.495 < len(high) / kept.sum() < 0.4965
assert chi > LIMIT and z > 3

# %% [markdown]
# The share of 0.496 looks harmless. The chi-square doesn't, and the "lift" is highly significant: it is who left.
#
# How often does the check alarm for nothing?

# %%
n1 = rng.binomial(200_000, 0.5, 100_000)
alarms = np.mean(chi_square(n1, 200_000 - n1) > LIMIT)
print(f"false alarms of the ratio check: {alarms:.4f}")
assert abs(alarms - 0.001) < 0.0005

# %% [markdown]
# ## 2. CUPED
#
# A true effect of 0.2 is added to the treated. `during` is a noisy copy of the outcome, as a covariate from the days of
# the test may be. The treatment changes it too.

# %%
EFFECT = 0.2
outcome = after + EFFECT * treated
during = outcome + rng.normal(0, 0.5, after.shape)


def cuped(covariate):
    """Adjusted difference of each test, one slope each."""
    x = covariate - covariate.mean(axis=1, keepdims=True)
    y = outcome - outcome.mean(axis=1, keepdims=True)
    slope = (x * y).sum(axis=1) / (x * x).sum(axis=1)
    return gap(outcome, treated) - slope * gap(x, treated)


plain, adjusted, late = gap(outcome, treated), cuped(before), cuped(during)
for name, found in ("plain", plain), ("before", adjusted), ("during", late):
    print(f"{name:7} mean {found.mean():.3f}, sd {found.std():.3f}")
ratio = adjusted.var() / plain.var()
print(f"variance ratio {ratio:.2f}, 1 - rho² is {1 - rho**2:.2f}")
for found in plain, adjusted:
    error = found.std() / math.sqrt(tests)
    assert abs(found.mean() - EFFECT) < 5 * error
assert abs(ratio - (1 - rho**2)) < 0.05
assert late.mean() < EFFECT / 2

# %% alt="Estimates of 2,000 tests. Plain: wide around 0.2. CUPED: narrower around 0.2. Covariate from the test: narrow near 0."
fig, ax = plt.subplots()
bins = np.linspace(-0.5, 0.9, 57)
for found, color, name in (
    (plain, BLUE, "plain"),
    (adjusted, GREEN, "covariate from before"),
    (late, RED, "covariate from the test"),
):
    ax.hist(found, bins, histtype="step", color=color, linewidth=2, label=name)
ax.axvline(EFFECT, color="0.4", linestyle=":")
ax.set_xlabel("estimated effect (true: 0.2)")
ax.set_ylabel("tests out of 2,000")
ax.set_ylim(0, 620)
ax.legend(frameon=False, fontsize=12)
plt.show()

# %% [markdown]
# The covariate from the test makes the narrowest histogram, around the wrong value. Precision is no sign of truth.

# %% [markdown]
# ## 3. Peeking
#
# 20,000 tests without effect, 20 looks each. The statistic is the $z$ of all data so far.


# %%
def paths(drift, count=20_000, looks=20):
    """z after each look; drift is the mean of the last."""
    k = np.arange(1, looks + 1)
    steps = rng.standard_normal((count, looks))
    steps += drift / math.sqrt(looks)
    return steps.cumsum(axis=1) / np.sqrt(k)


null = paths(0.0)
crossed = np.abs(null) > 1.96
ever = np.logical_or.accumulate(crossed, axis=1).mean(axis=0)
for k in 1, 2, 5, 10, 20:
    print(f"{k:2} looks: {ever[k - 1]:.3f} false alarms")
assert abs(ever[4] - 0.142) < 0.012
assert abs(ever[19] - 0.248) < 0.015

# %% alt="False alarms against looks: naive 1.96 rises from 5% to 25%; the always-valid boundary stays below 2%; dotted line at 5%."
k = np.arange(1, 21)
r = 10 * k / 20  # prior variance over noise, times n
bound = np.sqrt((1 + r) / r * (2 * math.log(20) + np.log(1 + r)))
valid = np.abs(null) > bound
safe = np.logical_or.accumulate(valid, axis=1).mean(axis=0)
fig, ax = plt.subplots()
ax.plot(k, 100 * ever, "o-", color=RED, label="stop at p < 0.05")
ax.plot(k, 100 * safe, "s-", color=GREEN, label="always valid")
ax.axhline(5, color="0.4", linestyle=":")
ax.set_xlabel("looks")
ax.set_ylabel("false alarms, percent")
ax.set_xticks([1, 5, 10, 15, 20])
ax.set_ylim(0, 27)
ax.legend(frameon=False)
plt.show()
assert safe[-1] < 0.05

# %% [markdown]
# The always-valid boundary stays below 5% and would do so for any number of looks. After 20 it has spent only part of it.

# %% [markdown]
# ## 4. A boundary, and its price
#
# If the looks are planned, the boundary can be made to fit. Search the constants of Pocock's flat and of O'Brien and
# Fleming's steep boundary for 20 looks on one set of paths, and check them on another. Then give all rules a real effect,
# one that a single look finds with power 80%.


# %%
def fit(shape):
    """The constant that lets 5% of the paths cross."""
    highest = (np.abs(null) / shape).max(axis=1)
    return np.quantile(highest, 0.95) * shape


flat = fit(np.ones(20))
steep = fit(np.sqrt(20 / k))
once = np.full(20, np.inf)
once[-1] = 1.96
fresh = paths(0.0)
real = paths(1.96 + 0.8416)
rules = {
    "one look": once,
    "steep": steep,
    "flat": flat,
    "always valid": bound,
}
power, parts, early = {}, {}, {}
for name, limit in rules.items():
    wrong = (np.abs(fresh) > limit).any(axis=1).mean()
    over = np.abs(real) > limit
    found = over.any(axis=1)
    power[name] = found.mean()
    stop = np.where(found, over.argmax(axis=1) + 1, 20)
    at = real[np.arange(len(real)), stop - 1]
    drift = at / np.sqrt(stop * 20) * 20
    used = stop.mean() / 20
    large = drift[found].mean() / (1.96 + 0.8416)
    print(f"{name}: last bound {limit[-1]:.2f}")
    print(f"  false alarms {wrong:.3f}")
    print(f"  power {power[name]:.3f}, data used {used:.2f}")
    print(f"  winners' estimates x {large:.2f}")
    won = [found & (stop > q - 5) & (stop <= q) for q in (5, 10, 15, 20)]
    early[name] = won[0].sum() / found.sum()
    parts[name] = [drift[w].mean() / 2.8016 for w in won if w.any()]
    assert large > 1
    assert wrong < 0.056
assert abs(power["one look"] - 0.8) < 0.015
assert power["one look"] > power["steep"] > power["flat"]
assert power["flat"] > power["always valid"]
print("winners' estimates by time of the stop, in quarters")
for name in "steep", "flat", "always valid":
    quarters = parts[name]
    print(f"  {name}: " + ", ".join(f"{q:.2f}" for q in quarters))
    assert quarters == sorted(quarters, reverse=True)
    print(f"    {early[name]:.0%} of winners in the first")
    assert quarters[0] > 1.5
assert parts["steep"][-1] < 1
assert early["flat"] > max(early["steep"], early["always valid"])

# %% [markdown]
# ## What changed
#
# - A ratio of 0.496 can be the whole "effect". The check costs one line and comes first.
# - CUPED cuts the variance to $1 - \rho^2$, if the covariate is older than the coin.
# - Looking is not free. One look has the most power; a steep boundary gives up little of it and saves data; the
#   one for any number of looks gives up most. On average every rule overstates the effect of the tests that won. Early
#   winners do so most, and the flat rule has the largest share of them; the steep rule's last winners even understate.
