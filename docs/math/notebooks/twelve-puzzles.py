# %% [markdown]
# # Twelve puzzles: guess, simulate, derive
#
# **The claim.** A few lines of simulation check the puzzles that interviewers like, and each simulated number has a
# short derivation. Where the two disagree, one of them hides an assumption or a bug, and you want to find it before the
# interviewer does.
#
# Each puzzle asks first: write down a guess before you look at the cell below it. Then come a simulation and the
# derivation. Each puzzle asserts that the simulation lies within five standard errors of the closed form. The theory is
# in [the chapter](../probability.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED = "#14619e", "#b3261e"
compared = []  # names of the puzzles that have passed


def compare(puzzle, exact, samples):
    """Fails if the mean of the samples is more than
    five standard errors from the closed form."""
    samples = np.asarray(samples, dtype=float)
    mean = samples.mean()
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    text = f"derived {exact:.4f}, simulated {mean:.4f}"
    assert abs(mean - exact) < 5 * error, text
    compared.append(puzzle)
    print(f"{puzzle}:\n  {text} ± {error:.4f}")


# %% [markdown]
# ## 1. Birthday
#
# *How likely is it that among 23 people two share a birthday?* Guess first.

# %%
days = rng.integers(365, size=(20_000, 23))
days.sort(axis=1)
shared = (np.diff(days, axis=1) == 0).any(axis=1)
differ = math.prod(1 - i / 365 for i in range(23))
compare("birthday", 1 - differ, shared)

# %% [markdown]
# All differ with probability $\prod_{i=0}^{22} (1 - i/365)$. It falls so fast because 23 people make 253 pairs, and each
# pair is a chance.

# %% [markdown]
# ## 2. Coupon collector
#
# *How many times do you roll a die, on average, until you have seen all six faces?* Guess first.


# %%
dice = rng.integers(6, size=(20_000, 150))
shows = np.stack([dice == face for face in range(6)])
# 150 rolls were enough in every run:
assert shows.any(axis=2).all()
rolls = shows.argmax(axis=2).max(axis=0) + 1
exact = 6 * sum(1 / k for k in range(1, 7))
compare("coupons", exact, rolls)

# %% alt="Histogram of rolls until all six faces were seen. Peak near 11, mean 14.7, long tail to the right."
fig, ax = plt.subplots()
ax.hist(rolls, bins=np.arange(5.5, 60.5), color=BLUE)
ax.axvline(exact, color=RED, linewidth=2)
top = ax.get_ylim()[1]
mean = f"mean {exact:.1f}"
ax.text(exact + 1, 0.92 * top, mean, color=RED)
ax.set_xlabel("rolls until all six faces were seen")
ax.set_ylabel("runs out of 20,000")
plt.show()

# %% [markdown]
# With $i$ faces seen, a new one takes $6/(6-i)$ rolls on average: $6\big(1 + \frac12 + \dots + \frac16\big) = 14.7$ in
# all. The last face alone takes 6, and it makes the long tail.

# %% [markdown]
# ## 3. Two children
#
# *A family has two children. You learn that one is a boy. How likely is it that both are?* Guess first, for two ways to
# learn it: the parents say yes to "is at least one a boy?", or you meet one of the two at random.

# %%
boy = rng.integers(2, size=(200_000, 2)) == 1
both = boy.all(axis=1)
asked = boy.any(axis=1)
child = rng.integers(2, size=len(boy))
met = boy[np.arange(len(boy)), child]
compare("two children, asked", 1 / 3, both[asked])
compare("two children, met", 1 / 2, both[met])

# %% [markdown]
# Asked, three equally likely pairs remain: BB, BG, GB. Met, the pair BB counts double, since it shows a boy for sure and
# the others only half of the time: $1/(1 + \frac12 + \frac12)$. How you learn a fact is part of the evidence.

# %% [markdown]
# ## 4. Secretary
#
# *Ten candidates in random order, yes or no at once. How many do you pass to have the best chance of the very best, and
# how large is it?* Guess first.


# %%
def hire_best_chance(n, k):
    """Pass k, then take the first who beats them all."""
    if k == 0:
        return 1 / n
    return k / n * sum(1 / j for j in range(k, n))


n = 10
scores = rng.random((20_000, n))
best_at = scores.argmax(axis=1)
wins = []
for k in range(n):
    bar = scores[:, :k].max(axis=1, initial=-1)
    better = scores[:, k:] > bar[:, None]
    hired = better.any(axis=1)
    choice = k + better.argmax(axis=1)
    wins.append(hired & (choice == best_at))
exact = [hire_best_chance(n, k) for k in range(n)]
best = int(np.argmax(exact))
assert best == 3
compare("secretary, pass 3 of 10", exact[best], wins[best])

# %% alt="Chance of the best of ten against the number passed: 0.10 at none, a flat top of 0.40 at three, 0.10 at nine."
fig, ax = plt.subplots()
simulated = [w.mean() for w in wins]
ax.plot(exact, color=BLUE, linewidth=2, label="formula")
ax.plot(simulated, "o", color=RED, label="simulation")
ax.set_xlabel("candidates passed before hiring")
ax.set_ylabel("chance of the best")
ax.set_ylim(0, 0.45)
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# Passing $k$ wins with probability $\frac{k}{n}\sum_{j=k+1}^{n}\frac{1}{j-1}$: the best, at position $j$, is hired if the
# best before it is among the first $k$. The top is flat: passing four wins nearly as often.

# %% [markdown]
# ## 5. Broken stick
#
# *Break a stick at two uniform points. How likely do the pieces form a triangle?* Guess first.

# %%
points = rng.random((100_000, 2))
cuts = np.sort(points, axis=1)
pieces = np.diff(cuts, axis=1, prepend=0, append=1)
compare("broken stick", 1 / 4, pieces.max(axis=1) < 0.5)

# %% [markdown]
# A triangle needs every piece below one half. Each piece exceeds it with probability $1/4$, and these events are
# disjoint, so failure has $3/4$.

# %% [markdown]
# ## 6. German tank
#
# *You see four serial numbers out of $1, \dots, N$. Estimate $N$ from the largest, or from their mean. Which estimate is
# better?* Guess first.

# %%
N, k = 300, 4
shuffled = np.argsort(rng.random((20_000, N)), axis=1)
serials = 1 + shuffled[:, :k]
by_max = serials.max(axis=1) * (1 + 1 / k) - 1
by_mean = 2 * serials.mean(axis=1) - 1
compare("tanks, by the maximum", N, by_max)
compare("tanks, by the mean", N, by_mean)
ratio = by_mean.var() / by_max.var()
exact = (k + 2) / 3
print(f"variance ratio {ratio:.2f}, derived {exact:.2f}")
assert abs(ratio - exact) < 0.1

# %% [markdown]
# With $m$ the largest, $m(1 + 1/4) - 1$ is unbiased: the four numbers leave five gaps of equal expected size, and the one
# above $m$ is missing. Twice the mean minus one is unbiased too, but its variance is twice as large.

# %% [markdown]
# ## 7. Gambler's ruin
#
# *You hold 10, want 20, and win each unit bet with probability 18/38. How likely are you to get there?* Guess first.

# %%
p, start, goal = 18 / 38, 10, 20
money = np.full(20_000, start)
playing = np.full(len(money), True)
while playing.any():
    won = rng.random(playing.sum()) < p
    money[playing] += np.where(won, 1, -1)
    playing = (money > 0) & (money < goal)
r = (1 - p) / p
exact = (1 - r**start) / (1 - r**goal)
compare("ruin", exact, money == goal)

# %% [markdown]
# The chance $h_i$ from $i$ units solves $h_i = p\,h_{i+1} + (1 - p)\,h_{i-1}$. With $r = (1-p)/p$ this gives
# $(1 - r^{10})/(1 - r^{20})$. One bet of 10 would win with 0.474: many small bets let the small disadvantage work.

# %% [markdown]
# ## 8. Random chord
#
# *How likely is a random chord of a circle longer than the side of the inscribed equilateral triangle?* Guess first.

# %%
runs, side = 100_000, math.sqrt(3)  # unit circle
ends = rng.uniform(0, 2 * math.pi, (2, runs))
by_endpoints = 2 * np.abs(np.sin((ends[0] - ends[1]) / 2))
distance = rng.random(runs)
by_distance = 2 * np.sqrt(1 - distance**2)
# The squared distance of a uniform point is uniform.
squared = rng.random(runs)
by_midpoint = 2 * np.sqrt(1 - squared)
compare("chord by endpoints", 1 / 3, by_endpoints > side)
compare("chord by distance", 1 / 2, by_distance > side)
compare("chord by midpoint", 1 / 4, by_midpoint > side)

# %% [markdown]
# Three programs, three answers: each draws "a random chord", no two from the same distribution. Two ends: the second has
# to fall into the middle third of the circle seen from the first. Distance: below half the radius. Midpoint: in the disk
# of half the radius, a quarter of the area.

# %% [markdown]
# ## 9. Two flips in a row
#
# *How many flips of a fair coin until heads-heads? Until heads-tails?* Guess first.


# %%
def first_time(flips, first, second):
    """Flips until the pattern is complete, for each row."""
    now, after = flips[:, :-1], flips[:, 1:]
    hit = (now == first) & (after == second)
    assert hit.any(axis=1).all()
    return hit.argmax(axis=1) + 2


flips = rng.integers(2, size=(20_000, 200))
heads_heads = first_time(flips, 1, 1)
heads_tails = first_time(flips, 1, 0)
compare("heads-heads", 6, heads_heads)
compare("heads-tails", 4, heads_tails)

# %% alt="Share of runs still waiting against flips so far, log scale. Both start equal; heads-heads falls more slowly."
fig, ax = plt.subplots()
seen = np.arange(2, 15)
for name, waits, color in (
    ("heads-heads", heads_heads, RED),
    ("heads-tails", heads_tails, BLUE),
):
    waiting = [(waits > t).mean() for t in seen]
    ax.plot(seen, waiting, "o-", color=color, label=name)
ax.set_yscale("log")
ax.set_xticks(range(2, 15, 3))
ax.set_xlabel("flips so far")
ax.set_ylabel("share of runs still waiting")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The curves start together: after two flips either pattern is there with probability $1/4$. Then a failed heads-heads
# costs all progress, while a failed heads-tails still ends in heads. From the start, $e = 2 + f$ with $f$ the flips after
# a head: $f = 1 + e/2$ gives $e = 6$, and $f = 2$ gives $e = 4$.

# %% [markdown]
# ## 10. Fair from biased
#
# *A coin shows heads with probability 0.9. You flip in pairs and keep the first of an unequal pair. Is that fair, and how
# many flips does one bit cost?* Guess first.

# %%
p = 0.9
pairs = rng.random((400_000, 2)) < p
unequal = pairs[:, 0] != pairs[:, 1]
bits = pairs[unequal, 0]
compare("fair bit from a 0.9 coin", 0.5, bits)
# Pairs from one fair bit to the next:
rounds = np.diff(np.flatnonzero(unequal))
compare("flips per fair bit", 1 / (p * (1 - p)), 2 * rounds)

# %% [markdown]
# Heads-tails and tails-heads both have probability $p(1-p)$, so the bit is fair. A pair gives one with probability
# $2p(1-p)$, so a bit costs $1/(p(1-p)) = 11.1$ flips.

# %% [markdown]
# ## 11. The largest of four
#
# *What is the expected maximum of 4 independent uniforms on $[0, 1]$?* Guess first.

# %%
largest = rng.random((100_000, 4)).max(axis=1)
compare("largest of 4 uniforms", 4 / 5, largest)

# %% [markdown]
# The density of the maximum of $n$ is $nx^{n-1}$, so its mean is $n/(n+1)$. Or: four points leave five gaps of equal
# expected length.

# %% [markdown]
# ## 12. Hats
#
# *A hundred people get their hats back at random. How many get their own, on average? How likely is it that nobody does?*
# Guess first.

# %%
hats = np.argsort(rng.random((20_000, 100)), axis=1)
own = (hats == np.arange(100)).sum(axis=1)
compare("hats", 1, own)
assert abs(own.var() - 1) < 0.05
nobody = np.mean(own == 0)
print(f"nobody: {nobody:.3f}, e^-1 is {math.exp(-1):.3f}")
assert abs(nobody - math.exp(-1)) < 0.02
assert len(compared) == 18

# %% [markdown]
# Each of the hundred gets the own hat with probability $1/100$, and these add up to 1, for any number of people. The
# variance is one too: the count is nearly Poisson, so nobody has it right with probability near $e^{-1}$.

# %% [markdown]
# ## What changed
#
# - Compare your guesses. If birthday, coupons or heads-heads surprised you, redo that derivation on paper: each takes three lines.
# - The two-children and chord puzzles have no answer until the mechanism is named. Writing the simulation forced you to name it.
# - A simulation shows that you understood the question. A closed form tells what happens when the numbers change.
