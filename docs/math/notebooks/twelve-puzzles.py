# %% [markdown]
# # Twelve puzzles: guess, simulate, derive
#
# **The claim.** A few lines of simulation check the puzzles that interviewers like, and each simulated number has a
# short derivation. Where the two disagree, one of them hides an assumption or a bug, and you want to find it before the
# interviewer does.
#
# Before each cell, write down a guess. Then run it. Each puzzle asserts that the simulation lies within five standard
# errors of the closed form. The theory is in [the chapter](../probability.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams.update({"figure.figsize": (6, 3.6), "font.size": 11, "figure.constrained_layout.use": True})
compared = []  # names of the puzzles that have passed


def compare(puzzle, exact, samples):
    """Fails if the mean of the samples is more than five standard errors from the closed form."""
    samples = np.asarray(samples, dtype=float)
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    assert abs(samples.mean() - exact) < 5 * error, f"{puzzle}: {samples.mean():.4f} is not {exact:.4f}"
    compared.append(puzzle)
    print(f"{puzzle}: derived {exact:.4f}, simulated {samples.mean():.4f} ± {error:.4f}")


# %% [markdown]
# ## 1. Birthday
#
# *How likely is it that among 23 people two share a birthday?* Guess first.
#
# All differ with probability $\prod_{i=0}^{22} (1 - i/365)$. There are 253 pairs, and each pair is a chance.

# %%
days = rng.integers(365, size=(20_000, 23))
days.sort(axis=1)
shared = (np.diff(days, axis=1) == 0).any(axis=1)
compare("birthday", 1 - math.prod(1 - i / 365 for i in range(23)), shared)

# %% [markdown]
# ## 2. Coupon collector
#
# *How many times do you roll a die until you have seen all six faces?*
#
# With $i$ faces seen, a new one takes $6/(6-i)$ rolls on average. The last one alone takes 6.


# %%
dice = rng.integers(6, size=(20_000, 150))
first_seen = np.stack([(dice == face).argmax(axis=1) for face in range(6)])
all_seen = np.stack([(dice == face).any(axis=1) for face in range(6)]).all(axis=0)
assert all_seen.all()  # 150 rolls were enough in every run
rolls = first_seen.max(axis=0) + 1
compare("coupons", 6 * sum(1 / k for k in range(1, 7)), rolls)

# %% alt="Histogram of rolls until all six faces were seen. Peak near 11, mean 14.7, long tail to the right."
fig, ax = plt.subplots()
ax.hist(rolls, bins=np.arange(5.5, 60.5), color="#14619e")
ax.axvline(14.7, color="#b3261e", linewidth=2)
ax.annotate("mean 14.7", (14.7, ax.get_ylim()[1] * 0.92), (6, 0), textcoords="offset points", color="#b3261e")
ax.set(xlabel="rolls until all six faces were seen", ylabel="runs out of 20,000")
plt.show()

# %% [markdown]
# ## 3. Two children
#
# *A family has two children, at least one is a boy. Are both boys?* The answer depends on how you know. Simulate both ways.

# %%
boy = rng.integers(2, size=(200_000, 2)).astype(bool)
compare("two children, asked 'at least one?'", 1 / 3, boy.all(axis=1)[boy.any(axis=1)])
met = boy[np.arange(len(boy)), rng.integers(2, size=len(boy))]
compare("two children, met one at random", 1 / 2, boy.all(axis=1)[met])

# %% [markdown]
# ## 4. Secretary
#
# *Ten candidates in random order, yes or no at once. How many do you pass to have the best chance of the very best?*
#
# Passing $k$ wins with probability $\frac{k}{n}\sum_{j=k+1}^{n}\frac{1}{j-1}$.


# %%
def hire_best_chance(n, k):
    return k / n * sum(1 / (j - 1) for j in range(k + 1, n + 1)) if k else 1 / n


n = 10
scores = rng.random((20_000, n))
wins = []
for k in range(n):
    bar = scores[:, :k].max(axis=1) if k else np.full(len(scores), -1.0)
    better = scores[:, k:] > bar[:, None]
    choice = k + better.argmax(axis=1)
    wins.append(better.any(axis=1) & (choice == scores.argmax(axis=1)))
exact = [hire_best_chance(n, k) for k in range(n)]
best = int(np.argmax(exact))
assert best == 3
compare("secretary, pass 3 of 10", exact[best], wins[best])

# %% alt="Chance of the best of ten against the number passed: 0.10 at none, a flat top of 0.40 at three, 0.10 at nine."
fig, ax = plt.subplots()
ax.plot(range(n), exact, color="#14619e", linewidth=2, label="formula")
ax.plot(range(n), [w.mean() for w in wins], "o", color="#b3261e", label="simulation")
ax.set(xlabel="candidates passed before hiring", ylabel="chance of the best", ylim=(0, 0.45))
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# ## 5. Broken stick
#
# *Break a stick at two uniform points. Do the pieces form a triangle?*
#
# Only if no piece exceeds one half. Each exceeds it with probability $1/4$, and these events are disjoint.

# %%
cuts = np.sort(rng.random((100_000, 2)), axis=1)
pieces = np.diff(np.column_stack([np.zeros(len(cuts)), cuts, np.ones(len(cuts))]), axis=1)
compare("broken stick", 1 / 4, pieces.max(axis=1) < 0.5)

# %% [markdown]
# ## 6. German tank
#
# *Four serial numbers out of $1, \dots, N$, the largest is $m$. Estimate $N$.*
#
# $m(1 + 1/4) - 1$ is unbiased. So is twice the mean minus one; its variance is twice as large.

# %%
N, k = 300, 4
serials = 1 + np.argsort(rng.random((20_000, N)), axis=1)[:, :k]
by_max = serials.max(axis=1) * (1 + 1 / k) - 1
by_mean = 2 * serials.mean(axis=1) - 1
compare("tanks, by the maximum", N, by_max)
compare("tanks, by the mean", N, by_mean)
print(f"variance ratio {by_mean.var() / by_max.var():.2f}, derived {(k + 2) / 3:.2f}")
assert abs(by_mean.var() / by_max.var() - (k + 2) / 3) < 0.1

# %% [markdown]
# ## 7. Gambler's ruin
#
# *You hold 10, want 20, and win each unit bet with probability 18/38. How likely are you to get there?*
#
# With $r = q/p$ the chance is $(1 - r^{10})/(1 - r^{20})$.

# %%
p, start, goal = 18 / 38, 10, 20
money = np.full(20_000, start)
while (playing := (money > 0) & (money < goal)).any():
    money[playing] += np.where(rng.random(playing.sum()) < p, 1, -1)
r = (1 - p) / p
compare("ruin", (1 - r**start) / (1 - r**goal), money == goal)

# %% [markdown]
# ## 8. Random chord
#
# *Is a random chord longer than the side of the inscribed triangle?* Three programs, three answers: each draws
# "a random chord", none draws the same distribution.

# %%
runs, side = 100_000, math.sqrt(3)  # unit circle
angles = rng.uniform(0, 2 * math.pi, (runs, 2))
by_endpoints = 2 * np.abs(np.sin((angles[:, 0] - angles[:, 1]) / 2))
by_distance = 2 * np.sqrt(1 - rng.random(runs) ** 2)
by_midpoint = 2 * np.sqrt(1 - rng.random(runs))  # the squared distance of a uniform point in the disk is uniform
compare("chord by endpoints", 1 / 3, by_endpoints > side)
compare("chord by distance", 1 / 2, by_distance > side)
compare("chord by midpoint", 1 / 4, by_midpoint > side)

# %% [markdown]
# ## 9. Two heads in a row
#
# *How many flips until heads-heads? Until heads-tails?* Both have probability $1/4$ at any place. The waits are 6 and 4.


# %%
def first_time(flips, pattern):
    """The number of flips until the pattern is complete, for each row."""
    hit = (flips[:, :-1] == pattern[0]) & (flips[:, 1:] == pattern[1])
    assert hit.any(axis=1).all()
    return hit.argmax(axis=1) + 2


flips = rng.integers(2, size=(20_000, 200))
heads_heads, heads_tails = first_time(flips, (1, 1)), first_time(flips, (1, 0))
compare("heads-heads", 6, heads_heads)
compare("heads-tails", 4, heads_tails)

# %% alt="Share of runs still waiting against flips so far, log scale. Both start equal; heads-heads falls more slowly."
fig, ax = plt.subplots()
t = np.arange(2, 15)
for waits, name, color in ((heads_heads, "heads-heads", "#b3261e"), (heads_tails, "heads-tails", "#14619e")):
    ax.plot(t, [(waits > flips_so_far).mean() for flips_so_far in t], "o-", color=color, label=name)
ax.set(xlabel="flips so far", ylabel="share of runs still waiting", yscale="log")
ax.set_xticks(range(2, 15, 3))
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The curves start together: after two flips either pattern is there with probability $1/4$. Then a failed heads-heads
# costs all progress, while a failed heads-tails still ends in heads.

# %% [markdown]
# ## 10. Fair from biased
#
# *A coin shows heads with probability 0.9. How many flips does one fair bit cost?*
#
# Flip in pairs and keep the first of an unequal pair: $1/(p(1-p)) = 11.1$ flips per bit.

# %%
p = 0.9
pairs = rng.random((400_000, 2)) < p
unequal = pairs[:, 0] != pairs[:, 1]
bits = pairs[unequal, 0]
compare("fair bit from a 0.9 coin", 0.5, bits)
rounds = np.diff(np.flatnonzero(unequal))  # pairs from one fair bit to the next
compare("flips per fair bit", 1 / (p * (1 - p)), 2 * rounds)

# %% [markdown]
# ## 11. The largest of n
#
# *Expected maximum of 4 uniforms?* The density of the maximum is $nx^{n-1}$, so the mean is $n/(n+1)$.

# %%
compare("largest of 4 uniforms", 4 / 5, rng.random((100_000, 4)).max(axis=1))

# %% [markdown]
# ## 12. Hats
#
# *A hundred people get their hats back at random. How many get their own?*
#
# One on average, for any number of people, and the variance is one too: nearly Poisson.

# %%
hats = np.argsort(rng.random((20_000, 100)), axis=1)
own = (hats == np.arange(100)).sum(axis=1)
compare("hats", 1, own)
assert abs(own.var() - 1) < 0.05
assert len(compared) == 18
print(f"nobody gets their own hat: {np.mean(own == 0):.3f}, e^-1 is {math.exp(-1):.3f}")

# %% [markdown]
# ## What changed
#
# - Compare your guesses. If birthday, coupons or heads-heads surprised you, redo that derivation on paper: each takes three lines.
# - The two-children and chord puzzles have no answer until the mechanism is named. Writing the simulation forced you to name it.
# - A simulation shows that you understood the question. A closed form tells what happens when the numbers change.
