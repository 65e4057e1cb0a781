# %% [markdown]
# # Least squares three ways
#
# **The claim.** Normal equations, QR and SVD compute the same projection. On friendly data you can't tell them apart.
# As the columns grow alike and labels lie in their span, the normal equations lose digits twice as fast as the other two.
# When a column is a combination of the others, of these three only the SVD still gives a dependable answer: the shortest
# of infinitely many. (QR with column pivoting, not used here, finds the rank too.)
#
# The theory is in [the chapter](../linear-algebra.md). Before each figure, guess what it shows.

# %%
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.8
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#777777"


# NumPy has no solver for triangles, so a general one does
# here what Cholesky with two triangular solves, or one
# triangular solve with R, would do in fewer operations.
def by_normal_equations(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y)


def by_qr(X, y):
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R, Q.T @ y)


def by_svd(X, y, rcond=1e-12):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s > rcond * s.max()  # the rest counts as zero
    inverse = np.divide(1, s, out=np.zeros_like(s), where=kept)
    return Vt.T @ (inverse * (U.T @ y))


WAYS = {
    "normal equations": by_normal_equations,
    "QR": by_qr,
    "SVD": by_svd,
}

# %% [markdown]
# ## 1. A projection that you can check by hand
#
# A line through $(0, 1), (1, 2), (2, 4)$. On paper: $\beta = (5/6, 3/2)$ and residuals $(1/6, -1/3, 1/6)$.

# %%
X = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
y = np.array([1.0, 2.0, 4.0])
for name, solve in WAYS.items():
    beta = solve(X, y)
    assert np.allclose(beta, [5 / 6, 3 / 2])
    print(f"{name}: {beta[0]:.4f}, {beta[1]:.4f}")

P = X @ np.linalg.inv(X.T @ X) @ X.T
residual = y - P @ y
assert np.allclose(residual, [1 / 6, -1 / 3, 1 / 6])
assert np.allclose(X.T @ residual, 0)  # right angles
assert np.allclose(P @ P, P)  # idempotent
assert np.isclose(np.trace(P), 2)  # its rank
total = (P @ y) @ (P @ y) + residual @ residual
assert np.isclose(y @ y, total)  # Pythagoras
print("P y:", np.round(P @ y, 3))

# %% [markdown]
# ## 2. Columns that grow alike
#
# Build designs with condition number $\kappa$, the ratio of the largest to the smallest singular value, and labels that
# lie exactly in the column space. Then the true coefficients are known and every error is rounding. A double has about
# 16 digits. *How many are left at $\kappa = 10^6$, for each way?* Guess first.
#
# From about $10^8$ on, the product $X^\mathsf{T}X$ may be exactly singular after rounding, and `solve` raises an error.
# That counts as an error of 1, "no digit left".


# %%
def design(kappa, rows=60, columns=6):
    U, _ = np.linalg.qr(rng.normal(size=(rows, columns)))
    V, _ = np.linalg.qr(rng.normal(size=(columns, columns)))
    s = np.geomspace(1, 1 / kappa, columns)
    return U @ np.diag(s) @ V.T


def relative_error(solve, X, y, truth):
    try:
        beta = solve(X, y)
    except np.linalg.LinAlgError:
        return 1.0
    off = np.linalg.norm(beta - truth)
    return off / np.linalg.norm(truth)


kappas = 10.0 ** np.arange(0, 11)
errors = {name: [] for name in WAYS}
for kappa in kappas:
    found = {name: [] for name in WAYS}
    for _ in range(25):
        X = design(kappa)
        truth = rng.choice([-1.0, 1.0], size=6)
        y = X @ truth
        for name, solve in WAYS.items():
            off = relative_error(solve, X, y, truth)
            found[name].append(off)
    for name in WAYS:
        errors[name].append(np.median(found[name]))
errors = {name: np.array(e) for name, e in errors.items()}

# At 10^6: the normal equations keep about 4 digits,
# the other two about 10.
assert 1e-7 < errors["normal equations"][6] < 1e-2
assert errors["QR"][6] < 1e-8
assert errors["SVD"][6] < 1e-8
# At 10^9 the first have nothing left:
assert errors["normal equations"][9] > 0.1
assert errors["QR"][9] < 1e-4
assert errors["SVD"][9] < 1e-4

# %% alt="Error against condition number, log scales. Normal equations rise with slope two to 1 near 10^9, QR and SVD with slope one."
fig, ax = plt.subplots()
styles = {
    "normal equations": (RED, "o-"),
    "QR": (BLUE, "s-"),
    "SVD": ("black", "^--"),
}
for name, (color, style) in styles.items():
    ax.loglog(kappas, errors[name], style, color=color)
ax.axhline(1, color=GRAY, linewidth=1)
ax.text(1, 1.6, "no digit left", color=GRAY, va="bottom")
ax.text(1e5, 1e-5, "normal\nequations", color=RED, ha="right")
ax.text(2e6, 1e-14, "QR (squares)", color=BLUE)
ax.text(2e6, 1e-16, "SVD (triangles)")
ax.set_ylim(1e-17, 1e4)
ax.set_xlabel("condition number of the columns")
ax.set_ylabel("relative error")
plt.show()

# %% [markdown]
# On logarithmic axes the slopes are the story. Forming $X^\mathsf{T}X$ squares the condition number, so the error of the
# normal equations grows like $\kappa^2$. QR and SVD work on $X$ itself, and their error grows like $\kappa$.
# (With large residuals, QR and SVD get an error term with $\kappa^2$ as well, since then the problem itself is that sensitive.
# And in all three cases noise in the labels usually hurts much more than rounding does.)

# %%
slopes = {}
middle = slice(2, 7)  # from 10^2 to 10^6
for name in WAYS:
    x = np.log10(kappas[middle])
    slopes[name] = np.polyfit(x, np.log10(errors[name][middle]), 1)[0]
assert 1.6 < slopes["normal equations"] < 2.4
assert 0.6 < slopes["QR"] < 1.4
assert 0.6 < slopes["SVD"] < 1.4
for name, slope in slopes.items():
    print(f"{name}: slope about {round(slope)}")

# %% [markdown]
# ## 3. A column that is a combination of others
#
# Intercept, Celsius, Fahrenheit. *What is unique: the coefficients, the fitted values, the prediction for a new day?*

# %%
celsius = np.array([0.0, 5, 10, 15, 20, 25])
fahrenheit = 32 + 1.8 * celsius
X = np.column_stack([np.ones(6), celsius, fahrenheit])
y = np.array([3.0, 4, 6, 7, 9, 10])
rank = np.linalg.matrix_rank(X)
print("columns 3, rank", rank)
assert rank == 2

null = np.array([32, 1.8, -1])
assert np.allclose(X @ null, 0)
shortest = by_svd(X, y)
other = shortest + 0.5 * null
assert np.allclose(X @ shortest, X @ other)
assert np.allclose(X.T @ (y - X @ shortest), 0)
assert np.isclose(shortest @ null, 0)  # no null part
assert np.allclose(shortest, np.linalg.pinv(X) @ y)

obeys = np.array([1, 30, 86])
typo = np.array([1, 30, 68])
for name, row in (("obeys", obeys), ("typo", typo)):
    print(f"{name}: {row @ shortest:.2f}, {row @ other:.2f}")
assert np.isclose(obeys @ shortest, obeys @ other)
assert abs(typo @ shortest - typo @ other) > 1

# %% [markdown]
# Fitted values agree, and so do predictions for rows that obey the same conversion. For a row with swapped digits the
# two "equally good" models differ by 9.
#
# Now let all three ways try, on 200 tables with other temperatures and labels. *How often does each return the shortest
# solution?* Guess first.

# %%
hits = dict.fromkeys(WAYS, 0)
for _ in range(200):
    celsius = rng.uniform(-10, 35, size=30)
    fahrenheit = 32 + 1.8 * celsius
    X = np.column_stack([np.ones(30), celsius, fahrenheit])
    y = 3 + 0.3 * celsius + rng.normal(size=30)
    shortest = np.linalg.pinv(X, rcond=1e-12) @ y
    for name, solve in WAYS.items():
        off = relative_error(solve, X, y, shortest)
        hits[name] += off < 1e-6

assert hits["SVD"] == 200
assert hits["normal equations"] <= 2
assert hits["QR"] <= 2
for name, count in hits.items():
    often = "always" if count == 200 else "hardly ever"
    print(f"{name}: {often}")

# %% [markdown]
# Rounding turns the missing pivot into a tiny number or a zero. Divided by it, the normal equations and QR raise an error
# or return some model, often with large coefficients, and say nothing. The SVD sees the tiny singular value, counts it as
# zero, and returns the shortest solution.

# %% [markdown]
# ## 4. What gradient descent picks
#
# Two columns, $x$ and $3x$. All $\beta_1 + 3\beta_2 = 2$ are optimal. *Where does gradient descent end, from zero and
# from $(2, 2)$?* Guess first.

# %%
x = np.array([1.0, 2.0, 2.0])
X = np.column_stack([x, 3 * x])
y = 2 * x


def descend(start, steps=300):
    largest = np.linalg.norm(X, 2)
    beta, path = np.array(start, dtype=float), []
    for _ in range(steps):
        path.append(beta)
        gradient = X.T @ (X @ beta - y)
        beta = beta - 0.3 / largest**2 * gradient
    return np.array(path)


pinv = np.linalg.pinv(X)
keep = np.eye(2) - pinv @ X  # projects onto the null space
starts = [(0, 0), (2, 2), (-1, 0.2)]
paths = []
for start in starts:
    path = descend(start)
    paths.append(path)
    end = path[-1]
    assert np.allclose(end, pinv @ y + keep @ np.array(start))
    print(start, "->", np.round(end, 2) + 0.0)
assert np.allclose(paths[0][-1], [0.2, 0.6])

# %% alt="Three straight descent paths meet the line of minimizers at right angles; the one from zero ends at (0.2, 0.6)."
fig, ax = plt.subplots(figsize=(6, 4.6))
line = np.array([-1.5, 2.6])
ax.plot(line, (2 - line) / 3, color=GRAY, linewidth=2)
ax.text(-1.5, 1.25, "all minimizers", color=GRAY, va="bottom")
for number, path in enumerate(paths):
    color = RED if number else BLUE
    ax.plot(*path.T, ".-", color=color)
    ax.plot(*path[-1], "o", color=color, markersize=9)
ax.text(0.08, -0.08, "start at zero", color=BLUE, va="top")
ax.text(0.3, 0.72, "shortest", color=BLUE, va="bottom")
ax.set_aspect("equal")
ax.set_ylim(-0.4, 2.2)
ax.set_xlabel("weight of $x$")
ax.set_ylabel("weight of $3x$")
plt.show()

# %% [markdown]
# Each path is at a right angle to the minimizers: gradients lie in the row space, and the part of the start in the null
# space stays where it was. (The row space is one line here, so the paths are straight. With two different singular values
# they bend.) From zero this gives the shortest solution, the same as the pseudo-inverse.

# %% [markdown]
# ## What changed
#
# - All three ways are one projection; they differ in how many digits they lose on the way.
# - The normal equations pay the condition number twice. In double precision you rarely notice up to about $10^4$; in
#   float32 the trouble starts near $10^2$.
# - With a missing rank, "the" coefficients don't exist. Fitted values do, and so does a shortest solution, which depends
#   on the units of the columns.
# - Gradient descent from zero finds that same solution. From elsewhere it remembers the start.
