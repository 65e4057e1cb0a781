# %% [markdown]
# # Power iteration, deflation and randomized SVD
#
# **The claim.** The number of steps that power iteration needs is set by one number, the ratio of the second eigenvalue to
# the first, and you can compute it before you start. Deflation passes its errors on, and magnifies them. If reading the
# data is what costs, a block of random vectors comes within 1% of the best error of rank 10 in four reads, where one
# vector after the other takes eighty.
#
# The theory is in [the chapter](../matrix-decompositions.md#power-iteration). All matrices are built from a spectrum that
# we choose, so the truth is known.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
COLORS = "#14619e", "#b3261e", "#3d7a36", "#8a5a00"


def orthonormal(rows, columns):
    """Random orthonormal columns."""
    gauss = rng.normal(size=(rows, columns))
    return np.linalg.qr(gauss)[0]


def tangent(x, q):
    """Tangent of the angle between x and a unit q."""
    along = q @ x
    return np.linalg.norm(x - along * q) / abs(along)


# %% [markdown]
# ## 1. The ratio sets the pace
#
# A symmetric $300 \times 300$ matrix with $\lambda_1 = 1$, $\lambda_2 = r$ and the rest spread below. How many steps until
# the tangent of the angle is a thousandth of what it was? Guess for $r = 0.5$, $0.9$, $0.99$ first.


# %%
def power(S, x, steps):
    """All iterates, each of length 1."""
    xs = [x / np.linalg.norm(x)]
    for _ in range(steps):
        x = S @ xs[-1]
        xs.append(x / np.linalg.norm(x))
    return xs


n = 300
Q = orthonormal(n, n)
start = rng.normal(size=n)
history = {}
for r in (0.5, 0.9, 0.99):
    rest = rng.uniform(0, r, size=n - 2)
    values = np.concatenate([[1.0, r], rest])
    S = (Q * values) @ Q.T
    xs = power(S, start, 1000)
    tans = [tangent(x, Q[:, 0]) for x in xs]
    history[r] = np.array(tans)
    goal = tans[0] / 1000
    taken = next(t for t, v in enumerate(tans) if v <= goal)
    bound = math.ceil(math.log(1000) / -math.log(r))
    print(f"ratio {r}: bound {bound}, taken {taken}")
    assert taken <= bound
    # The bound holds at every step, up to rounding:
    t = np.arange(len(tans))
    limit = tans[0] * r**t
    assert (tans <= limit * (1 + 1e-6) + 1e-12).all()

# %% alt="Angle against steps, log scale. It hits the floor near step 55 for ratio 0.5, step 340 for 0.9; for 0.99 it loses 3 decades in 400."
fig, ax = plt.subplots()
for (r, tans), color in zip(history.items(), COLORS[:3], strict=True):
    t = np.arange(401)
    ax.plot(tans[:401], color=color, linewidth=2)
    ax.plot(t, tans[0] * r**t, "--", color=color)
ax.text(62, 3e-12, "0.5", color=COLORS[0])
ax.text(255, 3e-8, "0.9", color=COLORS[1])
ax.text(330, 3e1, "0.99", color=COLORS[2])
ax.set_yscale("log")
ax.set_ylim(1e-16, 1e4)
ax.set_xlabel("steps")
ax.set_ylabel("tangent of the angle")
plt.show()

# %% [markdown]
# At first it is faster than the bound, because all the smaller eigenvalues fade too. Then the curve runs parallel to
# $r^t$: only the second direction is left. The difference $\lambda_1 - \lambda_2$ never entered: the same matrix times
# 1,000 gives the same curve. The start was an unlucky one: its tangent is above 200, where $\sqrt{300} \approx 17$ is
# typical.

# %%
r = 0.9
S = (Q * np.concatenate([[1.0, r], np.zeros(n - 2)])) @ Q.T
one = power(S, start, 40)[-1]
thousand = power(1000 * S, start, 40)[-1]
assert np.allclose(one, thousand)
assert tangent(start, Q[:, 0]) > 200

# %% [markdown]
# ## 2. The value settles before the vector
#
# The Rayleigh quotient $\mathbf{x}^\mathsf{T}\mathbf{S}\mathbf{x}$ estimates $\lambda_1$. Its error goes with the *square* of the angle.

# %%
xs = power(S, start, 60)
angle = np.array([tangent(x, Q[:, 0]) for x in xs])
error = np.array([1 - x @ S @ x for x in xs])
per_step_angle = angle[50] / angle[49]
per_step_value = error[50] / error[49]
print(f"angle shrinks by {per_step_angle:.3f} a step")
print(f"value shrinks by {per_step_value:.3f} a step")
assert abs(per_step_angle - 0.9) < 1e-3
assert abs(per_step_value - 0.81) < 1e-3

# %% [markdown]
# So a value that has stopped moving doesn't mean that the vector has. Look at the residual
# $\lVert\mathbf{S}\mathbf{x} - \hat\lambda\mathbf{x}\rVert$, and judge it **against the gap**: if all other eigenvalues are at least
# $\delta$ away from the Rayleigh quotient $\hat\lambda$, the sine of the angle is at most residual$/\delta$. A small residual
# alone says little. Here $\mathbf{x}$ is 45° off:

# %%
x = np.array([1.0, 1.0]) / math.sqrt(2)
for gap in (1e-2, 1e-4, 1e-8):
    small = np.diag([1.0, 1.0 - gap])
    value = x @ small @ x
    residual = np.linalg.norm(small @ x - value * x)
    print(f"gap {gap:.0e}: residual {residual:.0e}")
    assert residual < 0.6 * gap

x = power(S, start, 60)[-1]
value = x @ S @ x
residual = np.linalg.norm(S @ x - value * x)
sine = np.sin(np.arctan(tangent(x, Q[:, 0])))
print(f"in the run above: sine {sine:.3f},")
print(f"residual / gap {residual / (value - 0.9):.3f}")
assert sine <= residual / (value - 0.9) * (1 + 1e-9)

# %% [markdown]
# ## 3. Deflation magnifies errors
#
# Subtract $\lambda_1\mathbf{q}_1\mathbf{q}_1^\mathsf{T}$ and start again for the next eigenvector. If $\mathbf{q}_1$ was found
# sloppily, how wrong does $\mathbf{q}_2$ get? Guess: as wrong, or wronger?

# %%
print("l2    error of q1   error of q2   ratio")
for second in (0.8, 0.1):
    values = np.zeros(n)
    values[:3] = 1.0, second, second / 2
    S = (Q * values) @ Q.T
    for error in (1e-2, 1e-4):
        x = Q[:, 0] + error * Q[:, 1]  # the error lies along q2
        x /= np.linalg.norm(x)
        deflated = S - (x @ S @ x) * np.outer(x, x)
        y = power(deflated, start, 400)[-1]
        found = tangent(y, Q[:, 1])
        ratio = found / error
        print(f"{second:.1f} {error:13.1e} {found:13.1e} {ratio:7.2f}")
        assert abs(ratio * second - 1) < 0.01

# %% [markdown]
# Wronger, by $\lambda_1/\lambda_2$, however many steps the second vector gets (400 here). Power iteration leaves just this kind of error,
# because $\mathbf{q}_2$ fades last. Carrying both vectors at once, with a QR step to keep them apart, has no such floor:
# this is **block iteration**.

# %%
X = np.linalg.qr(rng.normal(size=(n, 2)))[0]
for _ in range(200):
    X = np.linalg.qr(S @ X)[0]
block = tangent(X[:, 1], Q[:, 1])
print(f"block iteration, error of q2: {block:.1e}")
assert block < 1e-12

# %% [markdown]
# ## 4. Without ever forming the matrix
#
# 20,000 rows with 200 features arrive in blocks. One pass computes $\mathbf{X}_c^\mathsf{T}\mathbf{X}_c\mathbf{v}$ for centered rows and keeps
# two vectors.

# %%
d = 200
spread = np.concatenate([[3.0, 2.0], np.ones(d - 2)])
rotate = orthonormal(d, d)
mean = rng.normal(size=d)


def read():
    """Fresh blocks of rows, the same in every pass."""
    stream = np.random.default_rng(7)
    for _ in range(20):
        z = stream.normal(size=(1000, d))
        yield mean + (z * spread) @ rotate.T


total, count = np.zeros(d), 0
for rows in read():
    total += rows.sum(axis=0)
    count += len(rows)
mu = total / count

v = rng.normal(size=d)
v /= np.linalg.norm(v)
for _ in range(14):
    product = np.zeros(d)
    for rows in read():
        scores = rows @ v - mu @ v  # centered, no copy
        product += rows.T @ scores - mu * scores.sum()
    v = product / np.linalg.norm(product)
whole = np.concatenate(list(read()))
top = np.linalg.svd(whole - mu, full_matrices=False)[2][0]
print(f"angle to the exact one: {tangent(v, top):.1e}")
assert tangent(v, top) < 1e-3

# %% [markdown]
# The ratio is $(2/3)^2 = 0.44$, so 14 passes shrink the angle by about $0.44^{14} \approx 10^{-5}$. The leading direction
# of the *sample* was found, which itself is a little off the true one.

# %% [markdown]
# ## 5. Randomized SVD
#
# Ten components of an $800 \times 400$ matrix with $\sigma_j = 1/j$: a slow decay, which is hard. We count **reads**: each
# product with $\mathbf{A}$ or $\mathbf{A}^\mathsf{T}$ reads the matrix once, whether it meets one vector or twenty. A power step ($q$) costs two.


# %%
def randomized(A, k, p, q):
    """Basis of k + p columns, 2q + 1 reads."""
    Y = A @ rng.normal(size=(A.shape[1], k + p))
    B = np.linalg.qr(Y)[0]
    for _ in range(q):
        B = np.linalg.qr(A.T @ B)[0]
        B = np.linalg.qr(A @ B)[0]
    return B


m, n, k, p = 800, 400, 10, 10
sigma = 1 / np.arange(1, n + 1)
V = orthonormal(n, n)
A = (orthonormal(m, n) * sigma) @ V.T
best = math.sqrt(np.sum(sigma[k:] ** 2))


def worst(found):
    """The largest tangent of ten."""
    return max(tangent(found[:, j], V[:, j]) for j in range(k))


excess, angles = {}, {}
for q in (0, 1, 2):
    wide, cut, off = [], [], []
    for _ in range(10):
        B = randomized(A, k, p, q)
        U, s, Vt = np.linalg.svd(B.T @ A, full_matrices=False)
        wide.append(np.linalg.norm(A - B @ (B.T @ A)))
        approx = (B @ U[:, :k]) * s[:k] @ Vt[:k]
        cut.append(np.linalg.norm(A - approx))
        off.append(worst(Vt[:k].T))
    excess[q] = np.median(cut) / best
    angles[q] = np.median(off)
    print(f"{2 * q + 2} reads: error {excess[q]:.4f} x best,")
    print(f"         worst tangent {angles[q]:.4f}")
    if q == 0:
        # The theorem bounds the basis of k + p columns.
        bound = math.sqrt(1 + k / (p - 1)) * best
        assert np.mean(wide) < bound
assert excess[0] > excess[1] > excess[2] >= 1
assert excess[0] > 1.01 > excess[1]
assert angles[1] > 0.03 > angles[2]

# %% [markdown]
# These are medians of ten runs. One power step, four reads in all, comes within 1% of the best possible *error* of rank 10.
# For the worst of the ten *directions* to have a tangent below 0.03, an angle below 2°, it takes two power steps, six reads.
#
# Now one vector at a time with $\mathbf{A}^\mathsf{T}\mathbf{A}$, kept orthogonal to those found before, to the **same two
# goals**. A step is two reads.


# %%
def one_by_one(steps):
    """Ten vectors, each with so many steps."""
    found = np.zeros((n, 0))
    for _ in range(k):
        v = rng.normal(size=n)
        for _ in range(steps):
            v = A.T @ (A @ v)
            v -= found @ (found.T @ v)
            v /= np.linalg.norm(v)
        found = np.column_stack([found, v])
    return found


def lost(found):
    """Error against the best of rank 10."""
    return np.linalg.norm(A - A @ found @ found.T) / best


singles = {}
for steps in (3, 4, 20, 30):
    runs = [one_by_one(steps) for _ in range(10)]
    error = np.median([lost(found) for found in runs])
    angle = np.median([worst(found) for found in runs])
    singles[steps] = error, angle
    print(f"{2 * k * steps} reads: error {error:.4f} x best,")
    print(f"           worst tangent {angle:.3f}")
assert singles[3][0] > 1.01 > singles[4][0]
assert singles[20][1] > 0.03 > singles[30][1]

# %% [markdown]
# Four reads against 80 for the error, six against more than 400 for the directions. Where rows come in
# blocks, a block serves $\mathbf{A}$ and $\mathbf{A}^\mathsf{T}$ in one read: then $q$ power steps take $q + 2$ reads, and a step with
# one vector takes one. That makes three against 40, and four against more than 200.
#
# And the estimated singular values:

# %% alt="Singular values 1 to 20, log scale. Two reads fall below the exact ones from the fourth on; four reads agree up to about the 13th."
fig, ax = plt.subplots()
ax.plot(range(1, 21), sigma[:20], color="gray", linewidth=5, alpha=0.5, label="exact")
for q, color, style in ((0, COLORS[1], "o--"), (1, COLORS[0], "s-")):
    B = randomized(A, k, p, q)
    s = np.linalg.svd(B.T @ A, compute_uv=False)
    reads = f"{2 * q + 2} reads"
    ax.plot(range(1, 21), s, style, color=color, label=reads, markersize=5)
    if q == 1:
        off = np.abs(s[:10] / sigma[:10] - 1).max()
        print(f"worst of ten values, 4 reads: {100 * off:.1f}% off")
        assert off < 0.1
ax.set_yscale("log")
ax.set_xlabel("number")
ax.set_ylabel("singular value")
ax.set_xticks([1, 5, 10, 15, 20])
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# ## What changed
#
# - You can now say the number of steps before running anything: $\ln(\text{factor})/\ln(1/\text{ratio})$. Ten, 66 or 688 for a factor of a thousand.
# - A settled eigenvalue is no sign of a settled eigenvector, nor is a small residual, unless it is small *against the gap*.
# - For several vectors, iterate them together. For few reads, take more vectors than you need and let one power step sharpen
#   them. Say which goal you have: a small error comes long before exact directions.
