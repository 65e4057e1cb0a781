# %% [markdown]
# # Updating beliefs
#
# **The claim.** With a conjugate prior, learning is adding up. Without one you approximate, and the direction of the
# KL divergence decides how you are wrong: forward covers, reverse commits, and reverse with independent factors is
# too sure of itself.
#
# Before each cell, guess the number. The theory is in [the chapter](../estimation-and-information.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(3)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#6b7785"


# %% [markdown]
# ## 1. Beta and binomial: counting
#
# A coin pays with probability 0.3. You start from beta(1, 1) and see 0, 10, 100 and 1,000 flips.


# %%
def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def beta_density(p, a, b):
    log_p, log_q = np.log(p), np.log1p(-p)
    powers = (a - 1) * log_p + (b - 1) * log_q
    return np.exp(powers - log_beta(a, b))


grid = (np.arange(4000) + 0.5) / 4000
flips = rng.random(1000) < 0.3
posteriors = {}
for n in (0, 10, 100, 1000):
    k = int(flips[:n].sum())
    a, b = 1 + k, 1 + n - k
    posteriors[n] = a, b
    sd = math.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
    mean = a / (a + b)
    print(f"n {n:4d}: mean {mean:.3f}, sd {sd:.3f}")

# One by one or all at once: the same posterior.
a, b = 1, 1
for flip in flips:
    a, b = (a + 1, b) if flip else (a, b + 1)
assert (a, b) == posteriors[1000]

# %% alt="Beta densities of the rate after 0, 10, 100 and 1000 flips: flat, then ever narrower around 0.3."
fig, ax = plt.subplots()
styles = [":", "-.", "--", "-"]
for (n, (a, b)), style in zip(posteriors.items(), styles, strict=True):
    density = beta_density(grid, a, b)
    assert abs(density.mean() - 1) < 1e-6
    ax.plot(grid, density, style, color=BLUE, label=f"n = {n:,}")
ax.axvline(0.3, color=RED, linewidth=1)
ax.set_xlim(0, 0.8)
ax.set_xlabel("rate (true value: red line)")
ax.set_ylabel("posterior density")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The width falls like $1/\sqrt n$. Now predict the *next two* flips after 7 of 10: plug in the mean, or average over
# the posterior?

# %%
a, b = 1 + 7, 1 + 3
draws = rng.beta(a, b, 200_000)
two = (rng.random((2, len(draws))) < draws).all(axis=0)
exact = a * (a + 1) / (a + b) / (a + b + 1)
plug_in = (a / (a + b)) ** 2
error = two.std() / math.sqrt(len(two))
print(f"simulated {two.mean():.4f} ± {error:.4f}")
print(f"averaged  {exact:.4f}, plugged in {plug_in:.4f}")
assert abs(two.mean() - exact) < 4 * error
assert abs(two.mean() - plug_in) > 8 * error

# %% [markdown]
# Plugging in is too low: the two flips share the unknown rate, so one success makes the other likelier.

# %% [markdown]
# ## 2. Normal and normal: precisions add
#
# The prior of an item's quality is $\mathcal{N}(3.5, 0.5^2)$, a rating has noise 1. Four ratings average 4.5. Weigh
# draws of the prior by the likelihood, without any formula, and compare.

# %%
prior = rng.normal(3.5, 0.5, 400_000)
# The mean of four ratings has variance 1/4.
weight = np.exp(-((4.5 - prior) ** 2) / (2 / 4))
weight /= weight.sum()
mean = (weight * prior).sum()
sd = math.sqrt((weight * (prior - mean) ** 2).sum())
print(f"weighted draws: mean {mean:.3f}, sd {sd:.3f}")
v = 1 / (1 / 0.5**2 + 4)
m = v * (3.5 / 0.5**2 + 4 * 4.5)
print(f"formula:        mean {m:.3f}, sd {v**0.5:.3f}")
assert abs(mean - m) < 0.01 and abs(sd - v**0.5) < 0.01

# %% [markdown]
# Four ratings weigh as much as the prior, so the mean is halfway.
#
# ## 3. Does an interval keep its promise?
#
# The true rate is fixed. How often does a 95% credible interval under a uniform prior cover it, from 20 trials? And
# how often on average over rates drawn from the prior?


# %%
def interval(k, n):
    """Equal tails under a uniform prior."""
    density = beta_density(grid, 1 + k, 1 + n - k)
    below = np.cumsum(density) / density.sum()
    ends = np.searchsorted(below, [0.025, 0.975])
    return grid[ends]


def chance(k, n, p):
    log_count = -log_beta(k + 1, n - k + 1) - math.log(n + 1)
    return np.exp(log_count + k * np.log(p) + (n - k) * np.log1p(-p))


n = 20
coverage = np.zeros_like(grid)
for k in range(n + 1):
    low, high = interval(k, n)
    inside = (low <= grid) & (grid <= high)
    coverage += chance(k, n, grid) * inside
average = coverage.mean()
print(f"average over the prior: {average:.3f}")
inner = coverage[(grid > 0.05) & (grid < 0.95)]
print(f"rates 0.05 to 0.95: {inner.min():.2f} to {inner.max():.2f}")
print(f"rate {grid[0]:.4f}: {coverage[0]:.2f}")
assert abs(average - 0.95) < 0.005
assert inner.min() < 0.93 and inner.max() > 0.97
assert coverage[0] == 0

# %% alt="Coverage of the 95% credible interval against the true rate: a saw-tooth around 0.95 that drops near both ends."
fig, ax = plt.subplots()
ax.plot(grid, coverage, color=BLUE, linewidth=1)
ax.axhline(0.95, color=RED, linestyle="--")
ax.set_ylim(0, 1.05)
ax.set_xlabel("true rate")
ax.set_ylabel("share of samples covered")
plt.show()

# %% [markdown]
# Averaged over the prior the promise is kept. For one fixed rate it is kept only roughly, and at the very ends not at
# all: equal tails leave out the smallest rates even after no success in 20. An exact confidence interval promises at
# least 95% for each rate; that is the difference between the two kinds in one picture.
#
# ## 4. Forward against reverse KL
#
# The target has two bumps, 70% at $-3$ and 30% at $3$. Fit one normal by each direction, by gradient descent on an
# integral over a grid.

# %%
x = np.linspace(-20, 20, 4001)
step = x[1] - x[0]


def log_normal(x, mean, sd):
    scaled = (x - mean) / sd
    return -(scaled**2) / 2 - math.log(sd * math.sqrt(2 * math.pi))


log_p = np.logaddexp(
    math.log(0.7) + log_normal(x, -3, 1),
    math.log(0.3) + log_normal(x, 3, 1),
)


def divergence(log_a, log_b):
    return (np.exp(log_a) * (log_a - log_b)).sum() * step


def forward(mean, sd):
    return divergence(log_p, log_normal(x, mean, sd))


def reverse(mean, sd):
    return divergence(log_normal(x, mean, sd), log_p)


def descend(loss, mean, log_sd, rate=0.3, rounds=600):
    """Gradient descent with central differences."""
    h = 1e-5
    for _ in range(rounds):
        sd = math.exp(log_sd)
        up, down = math.exp(log_sd + h), math.exp(log_sd - h)
        slope = loss(mean + h, sd) - loss(mean - h, sd)
        bend = loss(mean, up) - loss(mean, down)
        mean -= rate * slope / (2 * h)
        log_sd -= rate * bend / (2 * h)
    return mean, math.exp(log_sd)


covering = descend(forward, 0.0, 1.0)
left = descend(reverse, -2.0, 0.0)
right = descend(reverse, 2.0, 0.0)
for name, fit in (
    ("forward", covering),
    ("reverse, left", left),
    ("reverse, right", right),
):
    print(f"{name:15s} mean {fit[0]:5.2f}, sd {fit[1]:.2f}")
    print(f"  forward {forward(*fit):5.2f}, reverse {reverse(*fit):.2f}")
# Forward KL matches the moments of the target.
assert abs(covering[0] + 1.2) < 1e-3
assert abs(covering[1] - math.sqrt(8.56)) < 1e-3
# Reverse KL commits to a bump: the cost is about the
# logarithm of its share.
assert abs(reverse(*left) + math.log(0.7)) < 0.01
assert abs(reverse(*right) + math.log(0.3)) < 0.02

# %% alt="Target with two bumps in gray. The forward fit is wide and lies between them; two reverse fits sit on one bump each."
fig, ax = plt.subplots()
ax.fill_between(x, np.exp(log_p), color="#d5dbe1")
for fit, color, style, name in (
    (covering, BLUE, "-", "forward"),
    (left, RED, "--", "reverse, from −2"),
    (right, GRAY, ":", "reverse, from 2"),
):
    curve = np.exp(log_normal(x, *fit))
    ax.plot(x, curve, style, color=color, label=name, linewidth=2)
ax.set_xlim(-9, 8)
ax.set_ylim(0, 0.62)
ax.set_xlabel("x")
ax.set_ylabel("density")
ax.legend(frameon=False, ncols=2, fontsize=11)
plt.show()

# %% [markdown]
# Reverse KL has two local minima, so the start decides. The left one is the better: $-\ln 0.7 = 0.36$ against
# $-\ln 0.3 = 1.20$. Each fit is bad in the other's measure.
#
# ## 5. Variational inference on a toy posterior
#
# Two weights explain three observations, and the inputs are nearly parallel. Prior $\mathcal{N}(0, 1)$ for each weight,
# noise 0.5. The posterior is normal, so the truth is known: its precision is $\mathbf{I} + \mathbf{X}^\top\mathbf{X}/0.25$.

# %%
X = np.array([[1.0, 0.9], [0.8, 1.0], [1.0, 1.1]])
y = np.array([1.1, 0.7, 1.4])
noise = 0.25
precision = np.eye(2) + X.T @ X / noise
covariance = np.linalg.inv(precision)
center = covariance @ X.T @ y / noise
sds = np.sqrt(np.diag(covariance))
correlation = covariance[0, 1] / sds[0] / sds[1]
print("posterior mean", center.round(3))
print("posterior sd  ", sds.round(3))
print(f"correlation    {correlation:.2f}")

# The evidence: y is normal with this covariance.
of_y = X @ X.T + noise * np.eye(3)
log_det = np.linalg.slogdet(2 * math.pi * of_y)[1]
evidence = -0.5 * (log_det + y @ np.linalg.solve(of_y, y))


# %% [markdown]
# Now $q$ is a product of two normals with means $m_j$ and standard deviations $s_j$. Climb the evidence lower bound by its
# gradient. For this model the expectation is a formula: $\mathbb{E}_q[w_j^2] = m_j^2 + s_j^2$, and by independence
# $\mathbb{E}_q[w_1 w_2] = m_1 m_2$.


# %%
def bound(m, s):
    """E_q[ln p(y | w)] minus KL(q || prior)."""
    rest = y - X @ m
    square = rest @ rest + (X**2 @ s**2).sum()
    fit = -0.5 * (square / noise + 3 * math.log(2 * math.pi * noise))
    kl = 0.5 * (m**2 + s**2 - 1 - 2 * np.log(s)).sum()
    return fit - kl


m, s = np.zeros(2), np.ones(2)
rate, history = 0.02, []
for _ in range(3000):
    history.append(bound(m, s))
    to_m = X.T @ (y - X @ m) / noise - m
    to_log_s = 1 - s**2 * np.diag(precision)
    m = m + rate * to_m
    s = s * np.exp(rate * to_log_s)
gap = evidence - bound(m, s)
print("q mean", m.round(3), " q sd", s.round(3))
print(f"evidence {evidence:.3f}, bound {bound(m, s):.3f}")
assert np.all(np.diff(history) > -1e-9)  # it climbs
assert np.allclose(m, center, atol=1e-3)  # means are right
assert np.allclose(s**2, 1 / np.diag(precision), rtol=1e-3)
assert np.allclose(s**2, sds**2 * (1 - correlation**2), rtol=1e-3)
# The gap is the divergence to the posterior.
assert abs(gap + 0.5 * math.log(1 - correlation**2)) < 1e-3

# %% alt="The posterior is a long tilted ellipse. q is a small upright one with the same center: far shorter, and a bit wider across."
fig, ax = plt.subplots(figsize=(6, 4.4))
angle = np.linspace(0, 2 * math.pi, 200)
circle = np.stack([np.cos(angle), np.sin(angle)])
true = center[:, None] + 2 * np.linalg.cholesky(covariance) @ circle
mine = m[:, None] + 2 * s[:, None] * circle
ax.plot(*true, color=BLUE, linewidth=2, label="posterior")
ax.plot(*mine, "--", color=RED, linewidth=2, label="q")
ax.set_aspect("equal")
ax.set_xlabel("first weight")
ax.set_ylabel("second weight")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# The center is right, the spread is far too small: $q$ takes the width of a slice, the conditional variance. And the
# gap between evidence and bound is the divergence $-\frac12\ln(1 - \rho^2)$, which no amount of further climbing removes.
# What it costs: the spread of $w_1 - w_2$, which the data hardly fix.

# %%
contrast = np.array([1.0, -1.0])
true_sd = math.sqrt(contrast @ covariance @ contrast)
q_sd = math.sqrt((s**2).sum())
print(f"sd of the difference: {true_sd:.2f}, by q {q_sd:.2f}")
assert q_sd < 0.5 * true_sd
together = np.array([1.0, 1.0])
true_sum = math.sqrt(together @ covariance @ together)
print(f"sd of the sum:        {true_sum:.2f}, by q {q_sd:.2f}")
assert q_sd > true_sum

# %% [markdown]
# ## What changed
#
# - Conjugate updating is counting, and a prediction averages over the posterior instead of plugging in its mean.
# - A credible interval keeps its promise on average over the prior, not for each fixed parameter.
# - "Too sure" is not the whole truth about independent factors: each weight and the difference look too certain, the sum
#   too uncertain, as the weights are negatively correlated here. The correlation is what was given up.
