# %% [markdown]
# # A reverse-mode engine, first for numbers, then for arrays
#
# **The claim.** Reverse mode fits in a few dozen lines, and arrays add one idea: whatever broadcasting copied, the backward
# pass sums. With that, a linear layer needs no rule of its own for its bias.
#
# We build both engines, check every operator against central differences, take the sum away to see what breaks, and
# train a small network on one batch. The theory is in [the chapter](../calculus-and-autodiff.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED = "#14619e", "#b3261e"

# %% [markdown]
# ## Step 1: numbers
#
# A value remembers the values it was computed from, and its derivative by each of them.


# %%
class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad = data, 0.0
        self.inputs = inputs  # pairs (value, slope)

    def __add__(self, other):
        other = lift(other)
        return Value(
            self.data + other.data,
            [(self, 1.0), (other, 1.0)],
        )

    def __mul__(self, other):
        other = lift(other)
        return Value(
            self.data * other.data,
            [(self, other.data), (other, self.data)],
        )

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, [(self, 1 - y * y)])

    def exp(self):
        y = math.exp(self.data)
        return Value(y, [(self, y)])

    def backward(self):
        for node in (order := inputs_first(self)):
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, slope in node.inputs:
                source.grad += slope * node.grad


def lift(x):
    return x if isinstance(x, Value) else Value(x)


def inputs_first(root):
    """Every node after all of its inputs."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            for source, _ in node.inputs:
                stack.append((source, False))
    return order


# %% [markdown]
# A value that is used twice is the first test: $y = ab$ with $a = 2x$ and $b = 3a$ is $12x^2$, with slope 24 at 1.

# %%
x = Value(1.0)
a = x * 2
b = a * 3
y = a * b
y.backward()
print(f"y = {y.data}, slope {x.grad}")
assert (y.data, x.grad) == (12.0, 24.0)

# %% [markdown]
# Each operator against a central difference with $h = 10^{-5}$, at twenty random points.

# %%
scalar_rules = {
    "add": (lambda p, q: p + q, lambda p, q: p + q),
    "mul": (lambda p, q: p * q, lambda p, q: p * q),
    "square": (lambda p, q: p * p, lambda p, q: p * p),
    "tanh": (
        lambda p, q: (p * q).tanh(),
        lambda p, q: math.tanh(p * q),
    ),
    "exp": (
        lambda p, q: (p + q).exp(),
        lambda p, q: math.exp(p + q),
    ),
}


def relative(found, expected):
    """Relative error, with a floor near zero."""
    top = np.abs(found - expected)
    size = np.maximum(np.abs(found), np.abs(expected))
    return float(np.max(top / np.maximum(size, 1e-4)))


h = 1e-5
for name, (graph, plain) in scalar_rules.items():
    worst = 0.0
    for p, q in rng.normal(size=(20, 2)):
        u, v = Value(p), Value(q)
        graph(u, v).backward()
        by_p = (plain(p + h, q) - plain(p - h, q)) / (2 * h)
        by_q = (plain(p, q + h) - plain(p, q - h)) / (2 * h)
        found = np.array([u.grad, v.grad])
        error = relative(found, np.array([by_p, by_q]))
        worst = max(worst, error)
    assert worst < 1e-6, (name, worst)
    print(f"{name:7} passes")

# %% [markdown]
# ## Step 2: arrays
#
# A slope is no longer a number but a function: it takes the gradient of the output and returns that of the input, a
# vector-Jacobian product. No Jacobian is formed. The new piece is `unbroadcast`.


# %%
def unbroadcast(grad, shape):
    """Sums over what broadcasting has copied."""
    added = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(added)))
    ones = [i for i, n in enumerate(shape) if n == 1]
    return grad.sum(axis=tuple(ones), keepdims=True)


class Tensor:
    def __init__(self, data, inputs=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self.inputs = inputs  # pairs (tensor, vjp)

    def __add__(self, other):
        return Tensor(
            self.data + other.data,
            [(self, lambda g: g), (other, lambda g: g)],
        )

    def __mul__(self, other):
        return Tensor(
            self.data * other.data,
            [
                (self, lambda g: g * other.data),
                (other, lambda g: g * self.data),
            ],
        )

    def __matmul__(self, other):
        return Tensor(
            self.data @ other.data,
            [
                (self, lambda g: g @ other.data.T),
                (other, lambda g: self.data.T @ g),
            ],
        )

    def tanh(self):
        y = np.tanh(self.data)
        return Tensor(y, [(self, lambda g: g * (1 - y * y))])

    def relu(self):
        on = self.data > 0
        return Tensor(self.data * on, [(self, lambda g: g * on)])

    def exp(self):
        y = np.exp(self.data)
        return Tensor(y, [(self, lambda g: g * y)])

    def log(self):
        data = self.data
        return Tensor(np.log(data), [(self, lambda g: g / data)])

    def sum(self, axis=None):
        shape = self.data.shape
        y = self.data.sum(axis=axis, keepdims=True)
        return Tensor(
            y,
            [(self, lambda g: np.broadcast_to(g, shape))],
        )

    def backward(self, shrink=unbroadcast):
        assert self.data.size == 1
        order = inputs_first(self)
        for node in order:
            node.grad = np.zeros_like(node.data)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            for source, vjp in node.inputs:
                part = vjp(node.grad)
                part = shrink(part, source.data.shape)
                source.grad = source.grad + part


# %% [markdown]
# `backward` applies `unbroadcast` to every gradient it passes on, so no operator has to know about broadcasting. Now
# each operator is checked on shapes that broadcast. Outputs get random weights before they are summed: a plain sum
# can hide a wrong gradient.


# %%
def check(operation, *shapes, low=None):
    """Worst relative error over all inputs."""
    arrays = []
    for shape in shapes:
        array = rng.normal(size=shape)
        if low is not None:
            array = low + np.abs(array)
        # Away from the kink of relu:
        array = array + 0.01 * np.sign(array)
        arrays.append(np.asarray(array))
    out = operation(*[Tensor(a) for a in arrays])
    weights = Tensor(rng.normal(size=out.data.shape))

    def total(values):
        tensors = [Tensor(v) for v in values]
        return tensors, (operation(*tensors) * weights).sum()

    tensors, loss = total(arrays)
    loss.backward()
    worst = 0.0
    for k, array in enumerate(arrays):
        measured = np.zeros_like(array)
        for at in np.ndindex(array.shape):
            ends = []
            for step in (h, -h):
                moved = [a.copy() for a in arrays]
                moved[k][at] += step
                ends.append(float(total(moved)[1].data.item()))
            measured[at] = (ends[0] - ends[1]) / (2 * h)
        assert tensors[k].grad.shape == array.shape
        worst = max(worst, relative(tensors[k].grad, measured))
    return worst


checks = {
    "add a row": check(lambda a, b: a + b, (4, 3), (3,)),
    "add a column": check(lambda a, b: a + b, (4, 3), (4, 1)),
    "add a number": check(lambda a, b: a + b, (4, 3), ()),
    "both stretched": check(lambda a, b: a + b, (4, 1), (1, 3)),
    "scale a row": check(lambda a, b: a * b, (2, 4, 3), (4, 1)),
    "multiply": check(lambda a, b: a @ b, (4, 3), (3, 5)),
    "tanh": check(lambda a: a.tanh(), (4, 3)),
    "relu": check(lambda a: a.relu(), (4, 3)),
    "exp": check(lambda a: a.exp(), (4, 3)),
    "log": check(lambda a: a.log(), (4, 3), low=0.5),
    "sum of all": check(lambda a: a.sum(), (4, 3)),
    "sum of rows": check(lambda a: a.sum(axis=0), (4, 3)),
    "used twice": check(lambda a: a * a + a, (4, 3)),
}
for name, error in checks.items():
    assert error < 1e-6, (name, error)
    print(f"{name:15} passes")

# %% [markdown]
# ## What the sum is for
#
# Replace `unbroadcast` by two mistakes that people make: the mean over the copies, or the first copy alone. For a
# linear layer with 8 rows, only the bias notices.


# %%
def mean_of_copies(grad, shape):
    copies = grad.size / max(1, math.prod(shape))
    return unbroadcast(grad, shape) / copies


def first_copy(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    return grad


X = Tensor(rng.normal(size=(8, 3)))
W = Tensor(rng.normal(size=(3, 2)))
bias = Tensor(rng.normal(size=2))
gradients = {}
for name, shrink in (
    ("sum", unbroadcast),
    ("mean", mean_of_copies),
    ("first copy", first_copy),
):
    Z = X @ W + bias
    (Z * Z).sum().backward(shrink)
    gradients[name] = W.grad, bias.grad
by_hand = 2 * Z.data.sum(axis=0)  # G summed over rows
for name, (of_w, of_b) in gradients.items():
    same_w = np.allclose(of_w, 2 * X.data.T @ Z.data)
    same_b = np.allclose(of_b, by_hand)
    assert same_w and same_b == (name == "sum")
    print(f"{name:10} weights ok: {same_w}, bias ok: {same_b}")
ratio = gradients["mean"][1] / by_hand
print("mean over sum:", ratio.round(3))
assert np.allclose(ratio, 1 / 8)

# %% [markdown]
# The shapes were right in all three cases. Only a check of the values finds it.
#
# ## Train on it
#
# A two-layer network with softmax cross-entropy, on a single batch of 12 random points with random labels of three classes. First the engine's
# gradient by the logits against the formula $(\mathbf{P} - \mathbf{Y})/n$; then gradient descent, which must fit one
# batch.

# %%
n, classes, hidden = 12, 3, 48
inputs = Tensor(rng.normal(size=(n, 2)))
labels = rng.integers(classes, size=n)
Y = Tensor(np.eye(classes)[labels])
W1 = Tensor(rng.normal(size=(2, hidden)))
b1 = Tensor(np.zeros(hidden))
W2 = Tensor(rng.normal(size=(hidden, classes)) / 4)
b2 = Tensor(np.zeros(classes))
minus = Tensor(-1.0)


def forward():
    """Fine for small logits; for large ones, subtract
    the maximum before taking exp."""
    R = (inputs @ W1 + b1).relu()
    Z = R @ W2 + b2
    normalizer = Z.exp().sum(axis=1).log()
    log_p = Z + normalizer * minus
    loss = (Y * log_p).sum() * Tensor(-1 / n)
    return Z, loss


Z, loss = forward()
loss.backward()
P = np.exp(Z.data)
P /= P.sum(axis=1, keepdims=True)
gap = np.abs(Z.grad - (P - Y.data) / n).max()
print(f"largest gap to (P - Y)/n below 1e-14: {gap < 1e-14}")
assert gap < 1e-14

# %% alt="Training loss of one batch against steps, log scale: from 1.6 down to about 0.003 after 3,000 steps."
losses = []
for _ in range(3000):
    _, loss = forward()
    loss.backward()
    losses.append(loss.data.item())
    for parameter in (W1, b1, W2, b2):
        parameter.data = parameter.data - 0.5 * parameter.grad
print(f"loss {losses[0]:.2f} at first")
assert 0.002 < losses[-1] < 0.004
fig, ax = plt.subplots()
ax.plot(losses, color=BLUE, linewidth=2)
ax.set_yscale("log")
ax.set_xlabel("step")
ax.set_ylabel("loss on the batch")
plt.show()

# %% [markdown]
# ## The step of the check
#
# All checks above used $h = 10^{-5}$ in float64. The same quotient in float32, for $\tanh$ at forty points,
# never gets its worst error much below $10^{-5}$, and at $h = 10^{-5}$ it is off by about half a percent.

# %% alt="Relative error of central differences against the step. float64 bottoms near 1e-11 at h = 1e-5, float32 near 1e-5 at h = 0.005."
steps = 10.0 ** np.arange(-7, -0.4, 0.25)
points = np.linspace(0.4, 0.9, 40)
curves = {}
for kind in (np.float64, np.float32):
    p = points.astype(kind)[:, None]
    s = steps.astype(kind)
    quotient = (np.tanh(p + s) - np.tanh(p - s)) / (2 * s)
    exact = 1 - np.tanh(p.astype(float)) ** 2
    curves[kind] = np.abs(quotient / exact - 1).max(axis=0)
fig, ax = plt.subplots()
ax.loglog(steps, curves[np.float64], color=BLUE, linewidth=2)
ax.loglog(steps, curves[np.float32], "--", color=RED, linewidth=2)
ax.text(1e-4, 1e-10, "float64", color=BLUE)
ax.text(1e-4, 1e-2, "float32", color=RED)
ax.set_xlabel("step h")
ax.set_ylabel("worst relative error")
plt.show()
assert curves[np.float64].min() < 1e-9
assert 5e-6 < curves[np.float32].min() < 2e-5
assert 3e-3 < curves[np.float32][8] < 8e-3  # h = 1e-5

# %% [markdown]
# ## What changed
#
# - Reverse mode is a sorted walk with additions. All of calculus is in the one-line rules of the operators.
# - Arrays add one rule: the backward pass of a copy is a sum. The bias gradient needs nothing else.
# - The wrong bias gradients had the right shapes. Only numbers tell: compare with differences, in double precision.
