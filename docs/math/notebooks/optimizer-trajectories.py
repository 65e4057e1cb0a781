# %% [markdown]
# # Optimizer trajectories: iterations against theory
#
# **The claim.** On a quadratic the condition number $\kappa$ sets the worst-case number of steps: for gradient descent
# in proportion to $\kappa$ with any fixed learning rate, for well-tuned momentum to $\sqrt\kappa$. You will measure it, and see two
# limits: a fixed rate per coordinate doesn't help a diagonal ravine, and with noisy gradients a fixed step stops at a
# floor. The theory is in [the chapter](../optimization.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GREEN = "#14619e", "#b3261e", "#2e7d32"


def run(A, x, eta, beta=0.0, ahead=False, steps=100):
    """Iterates on x'Ax/2. With `ahead` the gradient is
    taken where inertia leads (Nesterov)."""
    before, path = x, [x]
    for _ in range(steps):
        led = x + beta * (x - before)
        gradient = A @ (led if ahead else x)
        before, x = x, led - eta * gradient
        path.append(x)
    return np.array(path)


# %% [markdown]
# ## The window of stable steps
#
# The largest curvature is $L = 25$. The limit is $2/L = 0.08$. One percent below it, the error shrinks; one percent
# above, it explodes.

# %%
A = np.diag([1.0, 25.0])
start = np.array([10.0, 1.0])
for factor in (0.99, 1.01):
    path = run(A, start, factor * 2 / 25, steps=600)
    size = np.linalg.norm(path[-1])
    print(f"{factor} x 2/L: distance {size:.1e}")
    assert (size < 1e-4) == (factor < 1)

# %% [markdown]
# ## What a ravine does to a path
#
# Plain descent with the best fixed step jumps from wall to wall and creeps along the floor. The heavy ball starts out
# worse, then wins.

# %% alt="A long valley from above: gradient descent zigzags and is still on its way after 30 steps; the heavy ball has arrived."
root = math.sqrt(25)
plain = run(A, start, 2 / 26, steps=30)
heavy = run(
    A,
    start,
    eta=4 / (root + 1) ** 2,
    beta=((root - 1) / (root + 1)) ** 2,
    steps=30,
)
fig, ax = plt.subplots()
xs, ys = np.meshgrid(
    np.linspace(-2, 11, 120),
    np.linspace(-2.2, 2.2, 80),
)
levels = [5, 25]
height = (xs**2 + 25 * ys**2) / 2
ax.contour(xs, ys, height, levels, colors="#8a98a6", linewidths=1)
ax.plot(*plain.T, "o-", color=BLUE, ms=3, label="gradient descent")
ax.plot(*heavy.T, "s--", color=RED, ms=3, label="heavy ball")
ax.set_xlabel("flat direction")
ax.set_ylabel("sharp direction")
ax.legend(frameon=False, loc="upper left")
plt.show()
ends = [np.linalg.norm(p[-1]) for p in (plain, heavy)]
print(f"after 30 steps: {ends[0]:.3f} and {ends[1]:.5f}")
assert ends[0] > 100 * ends[1]

# %% [markdown]
# ## Steps to a millionth, measured
#
# Now 50 dimensions, in a random rotation, curvatures from 1 to $\kappa$ evenly spaced on a log scale. Formulas for the
# number of steps: $\ln 10^6$ over minus the logarithm of the factor, which is $\frac{\kappa-1}{\kappa+1}$ for gradient
# descent, $1 - 1/\sqrt\kappa$ for Nesterov and $\frac{\sqrt\kappa-1}{\sqrt\kappa+1}$ for the heavy ball.


# %%
def quadratic(kappa, d=50):
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    curvatures = np.geomspace(1, kappa, d)
    return (Q * curvatures) @ Q.T


def settings(kappa):
    """Step, momentum, Nesterov or not, factor per step."""
    r = math.sqrt(kappa)
    b = (r - 1) / (r + 1)
    return {
        "gradient": (2 / (1 + kappa), 0, False, (kappa - 1) / (kappa + 1)),
        "Nesterov": (1 / kappa, b, True, 1 - 1 / r),
        "heavy ball": (4 / (1 + r) ** 2, b**2, False, b),
    }


kappas = [10, 30, 100, 300, 1000]
measured = {name: [] for name in settings(10)}
predicted = {name: [] for name in settings(10)}
print("kappa  method      formula  measured")
for kappa in kappas:
    A = quadratic(kappa)
    start = rng.normal(size=50)
    for name, (eta, beta, ahead, factor) in settings(kappa).items():
        theory = math.log(1e6) / -math.log(factor)
        limit = int(2 * theory) + 50
        path = run(A, start, eta, beta, ahead, limit)
        errors = np.linalg.norm(path, axis=1)
        done = errors <= 1e-6 * errors[0]
        assert done.any()
        steps = int(done.argmax())
        measured[name].append(steps)
        predicted[name].append(theory)
        print(f"{kappa:5}  {name:10}  {theory:7.0f}  {steps:8}")

# %% alt="Log-log plot of steps against condition number, dots on lines: slope one for gradient descent, one half for the other two."
fig, ax = plt.subplots()
looks = zip(measured, (BLUE, GREEN, RED), "os^", strict=True)
for name, color, mark in looks:
    ax.plot(kappas, predicted[name], color=color, linewidth=1.5)
    ax.plot(kappas, measured[name], mark, color=color, label=name)
ax.set_xscale("log")
ax.set_yscale("log")
ax.set_xlabel("condition number")
ax.set_ylabel("steps to a millionth")
ax.legend(frameon=False, title="dots: measured")
plt.show()
slopes = {name: np.polyfit(np.log(kappas), np.log(steps), 1)[0] for name, steps in measured.items()}
for name, slope in slopes.items():
    print(f"{name}: slope {slope:.2f}")
assert abs(slopes["gradient"] - 1) < 0.08
assert abs(slopes["Nesterov"] - 0.5) < 0.12
assert abs(slopes["heavy ball"] - 0.5) < 0.12
for a, b in zip(measured["gradient"], predicted["gradient"], strict=True):
    assert b / 1.5 < a <= b + 1

# %% [markdown]
# Gradient descent stays within its bound, which is for the worst start. The heavy ball takes more than its asymptotic
# factor says, because a double root adds a factor that grows like $t$; Nesterov is close to its formula here. The slopes
# are what counts: 1 and about one half.
#
# ## A planned sequence of steps
#
# Is it momentum that gives the root? Plain gradient steps do it too, if their lengths vary by plan: one over the roots
# of a Chebyshev polynomial on $[\mu, L]$. Some are far beyond $2/L$, so on
# the way the error grows, and in floating point the order matters: sorted, rounding errors explode; in most random
# orders they stay small.

# %%
kappa, T = 100, 73
angles = (2 * np.arange(T) + 1) * math.pi / (2 * T)
steps = 1 / ((kappa + 1) / 2 + (kappa - 1) / 2 * np.cos(angles))
shuffled = np.random.default_rng(0).permutation(steps)
A = quadratic(kappa)
first = x = rng.normal(size=50)
for eta in shuffled:
    x = x - eta * (A @ x)
ratio = np.linalg.norm(x) / np.linalg.norm(first)
print(f"{T} steps, the longest {steps.max() * kappa / 2:.0f} x 2/L")
print(f"shuffled: error times {ratio:.1e}")
assert ratio < 1e-6
x = first
for eta in steps:
    x = x - eta * (A @ x)
ratio = np.linalg.norm(x) / np.linalg.norm(first)
print(f"from short to long: error times {ratio:.1e}")
assert ratio > 1e3

# %% [markdown]
# ## A rate per coordinate and a diagonal ravine
#
# Divide each coordinate's step by its own curvature, the diagonal of $\mathbf{A}$. That solves a ravine along an axis in one step.
# Turn the same ravine by 45 degrees, and it does nothing.

# %%
ravine = np.diag([1.0, 100.0])
c = math.sqrt(0.5)
turn = np.array([[c, -c], [c, c]])
turned = turn @ ravine @ turn.T
for name, A in (("along an axis", ravine), ("diagonal", turned)):
    scale = np.sqrt(np.diag(A))
    scaled = A / np.outer(scale, scale)
    before, after = np.linalg.cond(A), np.linalg.cond(scaled)
    print(f"{name}: {before:.0f}, scaled {after:.0f}")
    assert round(before) == 100
    assert round(after) == (1 if name == "along an axis" else 100)

# %% [markdown]
# ## The floor of a fixed step
#
# One dimension, curvature $\lambda = 1$, gradient noise of variance $s^2 = 1$. In the long run the variance of the error is
# $\eta s^2/(\lambda(2 - \eta\lambda))$.

# %% alt="Mean squared error against steps for three fixed steps: the larger the step, the faster it falls and the higher its floor."
fig, ax = plt.subplots()
runs = 2000
for eta, color in ((0.3, RED), (0.1, GREEN), (0.03, BLUE)):
    x = np.full(runs, 3.0)
    squared = []
    for _ in range(300):
        x = x - eta * (x + rng.normal(size=runs))
        squared.append(np.mean(x**2))
    floor = eta / (2 - eta)
    late = np.mean(squared[200:])
    print(f"step {eta}: {floor:.4f}, measured {late:.4f}")
    assert abs(late / floor - 1) < 0.05
    ax.plot(squared, color=color, label=f"step {eta}")
    ax.axhline(floor, color=color, linestyle=":", linewidth=1.5)
ax.set_yscale("log")
ax.set_xlabel("steps")
ax.set_ylabel("mean squared error")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# ## What changed
#
# - A fixed learning rate buys a constant factor. The exponent of $\kappa$ comes from the method (momentum, or a planned
#   sequence of steps), and $\kappa$ itself from the data and the model.
# - The stable window is a wall, not a slope: one percent decides.
# - Scaling each coordinate is a cure for badly scaled features, not for correlated ones.
# - With noise, a faster step and a lower floor exclude each other; that is why schedules decay.
