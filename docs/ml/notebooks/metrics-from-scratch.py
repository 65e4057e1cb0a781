# %% [markdown]
# # Every metric from scratch, at five prevalences
#
# **The claim.** Each metric of a classifier is a few lines over sorted scores or four counts, and the same lines tell
# what moves it. When positives become a hundred times rarer and nothing else changes, ROC AUC and balanced accuracy
# stay, and precision, $F_1$, average precision and Matthews correlation fall.
#
# First we write the metrics and check them against scikit-learn on random data with ties. Then come the prevalences, the
# calibration error of a perfectly calibrated model, and the bootstrap by user. The theory is in
# [the chapter](../metrics-classification.md).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
from sklearn import metrics as library

rng = np.random.default_rng(2026)
plt.rcParams["figure.figsize"] = 6, 3.8
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, BROWN = "#14619e", "#b3261e", "#8a5a00"

# %% [markdown]
# ## From four counts
#
# Labels and flags are arrays of 0 and 1.


# %%
def counts(y, flag):
    """TP, FP, FN, TN."""
    tp = int(np.sum(flag & y))
    fp = int(np.sum(flag & (1 - y)))
    fn = int(np.sum((1 - flag) & y))
    return tp, fp, fn, len(y) - tp - fp - fn


def from_counts(tp, fp, fn, tn, beta=1.0):
    n, b = tp + fp + fn + tn, beta**2
    recall, tnr = tp / (tp + fn), tn / (tn + fp)
    by_chance = (tp + fp) / n * (tp + fn) / n
    by_chance += (tn + fn) / n * (tn + fp) / n
    accuracy = (tp + tn) / n
    sides = [tp + fp, tp + fn, tn + fp, tn + fn]
    root = math.sqrt(math.prod(sides))
    return {
        "accuracy": accuracy,
        "precision": tp / (tp + fp),
        "recall": recall,
        "F": (1 + b) * tp / ((1 + b) * tp + b * fn + fp),
        "balanced": (recall + tnr) / 2,
        "kappa": (accuracy - by_chance) / (1 - by_chance),
        "MCC": (tp * tn - fp * fn) / root,
    }


def averaged_f1(y, guess, how):
    """F1 over classes: micro, macro or weighted."""
    classes = np.unique([*y, *guess])
    rows = [counts(1 * (y == c), 1 * (guess == c))[:3] for c in classes]
    tp, fp, fn = np.array(rows).T
    if how == "micro":
        tp, fp, fn = tp.sum(), fp.sum(), fn.sum()
        return 2 * tp / (2 * tp + fp + fn)
    f1 = 2 * tp / (2 * tp + fp + fn)
    weights = None if how == "macro" else tp + fn
    return np.average(f1, weights=weights)


# %% [markdown]
# ## From sorted scores


# %%
def roc_auc(y, s):
    """By ranks; tied scores share their mean rank."""
    _, place, size = np.unique(s, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(size) - (size - 1) / 2
    positives = y.sum()
    above = mean_rank[place][y == 1].sum() - positives * (positives + 1) / 2
    return above / (positives * (len(y) - positives))


def average_precision(y, s):
    """Precision over steps of recall; ties are one step."""
    order = np.argsort(-s, kind="stable")
    found = np.cumsum(y[order])
    last = np.append(np.diff(s[order]) != 0, True)
    precision = (found / np.arange(1, len(y) + 1))[last]
    recall = found[last] / found[-1]
    return np.sum(np.diff(recall, prepend=0) * precision)


def log_loss(y, q):
    return -np.mean(np.where(y == 1, np.log(q), np.log1p(-q)))


def brier(y, q):
    return np.mean((q - y) ** 2)


def ece(y, q, bins=10):
    """Equal width; the last bin includes 1."""
    b = np.minimum((q * bins).astype(int), bins - 1)
    gaps = np.bincount(b, weights=y - q, minlength=bins)
    return np.abs(gaps).sum() / len(y)


# %% [markdown]
# ## Checked against scikit-learn
#
# Forty random data sets, scores rounded so that many tie. scikit-learn has no ECE; ours is checked by hand.

# %%
worst = 0.0
for _ in range(40):
    n = int(rng.integers(30, 200))
    y = np.append([0, 1], rng.integers(2, size=n))
    q = np.clip(0.3 * y + 0.7 * rng.random(len(y)), 0.01, 0.99)
    q = np.round(q, int(rng.integers(1, 4))).clip(0.01, 0.99)
    flag = (q >= np.median(q)).astype(int)
    ours = from_counts(*counts(y, flag), beta=2)
    three, guess = rng.integers(3, size=(2, len(y)))
    pairs = [
        (ours["accuracy"], library.accuracy_score(y, flag)),
        (ours["precision"], library.precision_score(y, flag)),
        (ours["recall"], library.recall_score(y, flag)),
        (ours["F"], library.fbeta_score(y, flag, beta=2)),
        (ours["balanced"], library.balanced_accuracy_score(y, flag)),
        (ours["kappa"], library.cohen_kappa_score(y, flag)),
        (ours["MCC"], library.matthews_corrcoef(y, flag)),
        (roc_auc(y, q), library.roc_auc_score(y, q)),
        (average_precision(y, q), library.average_precision_score(y, q)),
        (log_loss(y, q), library.log_loss(y, q)),
        (brier(y, q), library.brier_score_loss(y, q)),
    ]
    for how in ("micro", "macro", "weighted"):
        theirs = library.f1_score(three, guess, average=how)
        pairs.append((averaged_f1(three, guess, how), theirs))
    worst = max(worst, *(abs(a - b) for a, b in pairs))
assert worst < 1e-9
by_hand = ece(np.array([1, 0, 1]), np.array([1.0, 0.2, 0.25]))
assert abs(by_hand - (0 + 0.55) / 3) < 1e-12
print("14 metrics agree in 40 data sets")

# %% [markdown]
# From hard labels, "AUC" is balanced accuracy; and it doesn't react to a strictly increasing map.

# %%
hard = from_counts(*counts(y, flag))["balanced"]
assert abs(roc_auc(y, flag) - hard) < 1e-12
assert abs(roc_auc(y, q) - roc_auc(y, q**3)) < 1e-12
print("AUC of hard labels is balanced accuracy")

# %% [markdown]
# ## The same classifier at five prevalences
#
# Positives score around 2, negatives around 0, both with standard deviation 1. The threshold, 1.5, is fixed. Only the
# number of negatives per positive changes. Guess first: which columns move?

# %%
shares = [0.5, 0.2, 0.1, 0.02, 0.005]
positives = rng.normal(2, 1, 4_000)
names = ["AUC", "balanced", "AP", "precision", "F", "MCC"]
table, curves = [], {}
for share in shares:
    negatives = rng.normal(0, 1, round(4_000 * (1 - share) / share))
    y = np.repeat([1, 0], [len(positives), len(negatives)])
    s = np.concatenate([positives, negatives])
    row = from_counts(*counts(y, (s >= 1.5).astype(int)))
    row["AUC"] = roc_auc(y, s)
    row["AP"] = average_precision(y, s)
    table.append([row[name] for name in names])
    curves[share] = library.precision_recall_curve(y, s)[:2]
table = np.array(table)
print("share   AUC  bal.    AP prec.    F1   MCC")
for share, values in zip(shares, table, strict=True):
    print(f"{share:5.1%} " + " ".join(f"{v:5.2f}" for v in values))
spread = table.max(axis=0) - table.min(axis=0)
assert np.all(spread[:2] < 0.03)
assert np.all(spread[2:] > 0.35)

# %% alt="Six metrics against the share of positives, log scale. AUC and balanced accuracy are flat; the other four fall to the left."
fig, ax = plt.subplots()
lines = [BLUE, BLUE, RED, BROWN, "#555555", "#6a3d9a"]
styles = ["-", "--", "-", "-", "--", ":"]
for k, name in enumerate(names):
    label = "F1" if name == "F" else name
    ax.plot(shares, table[:, k], styles[k], color=lines[k], label=label)
ax.set_xscale("log")
ax.set_xticks(shares, ["50%", "20%", "10%", "2%", "0.5%"])
ax.minorticks_off()
ax.set_xlabel("share of positives")
ax.set_ylim(0, 1)
fig.legend(loc="outside upper center", ncols=3, fontsize=12)
plt.show()

# %% alt="Precision against recall at five shares of positives. The curve is high at 50% and drops at each lower share."
fig, ax = plt.subplots()
shades = plt.cm.viridis(np.linspace(0, 0.8, len(shares)))
for share, color in zip(shares, shades, strict=True):
    precision, recall = curves[share]
    # Below a recall of 0.02 a handful of rows decides.
    kept = recall > 0.02
    label = f"{share:.1%}"
    ax.plot(recall[kept], precision[kept], color=color, label=label)
ax.set_xlabel("recall")
ax.set_ylabel("precision")
ax.set_ylim(0, 1.02)
fig.legend(loc="outside right upper", title="positives", fontsize=12)
plt.show()

# %% [markdown]
# AUC and balanced accuracy are made of rates within a true class, so they differ by sampling noise alone. Everything that
# contains precision falls. None of this is a change of the model.

# %% [markdown]
# ## What a perfectly calibrated model gets for its ECE
#
# Labels are drawn from the predictions themselves, so calibration is perfect. With more bins or fewer rows, ECE grows.

# %%
sizes, bin_counts = [300, 1_000, 10_000], [5, 10, 20, 50]
noise = {}
for n in sizes:
    for bins in bin_counts:
        runs = []
        for _ in range(60):
            q = rng.random(n)
            y = (rng.random(n) < q).astype(int)
            runs.append(ece(y, q, bins))
        noise[n, bins] = np.mean(runs)
for n in sizes:
    values = [noise[n, bins] for bins in bin_counts]
    assert values == sorted(values)
    text = "  ".join(f"{v:.3f}" for v in values)
    print(f"{n:6,} rows: {text}")
assert noise[300, 50] > 0.1 > 0.02 > noise[10_000, 10]
q = rng.random(20_000)
y = (rng.random(len(q)) < q).astype(int)
base = np.full(len(y), y.mean())
assert ece(y, base) < 1e-9
skill = 1 - brier(y, q) / brier(y, base)
print(f"the base rate has ECE 0, the model skill {skill:.2f}")
assert 0.2 < skill < 0.5

# %% [markdown]
# ## Bootstrap by user, not by row
#
# 150 users with 40 rows each; how hard a user is varies. We draw fresh samples of users to see how much AUC truly varies,
# and compare the bootstrap's two answers on one sample.


# %%
def sample(users, rows=40):
    """Labels and scores, one row of the arrays a user."""
    skill = rng.normal(1.2, 1.0, (users, 1))
    rate = 1 / (1 + np.exp(-rng.normal(-1, 1.5, (users, 1))))
    y = (rng.random((users, rows)) < rate).astype(int)
    return y, skill * y + rng.normal(0, 1, (users, rows))


def auc_of(y, s):
    return roc_auc(y.ravel(), s.ravel())


truth = np.std([auc_of(*sample(150)) for _ in range(300)])
by_user, by_row = [], []
for _ in range(5):
    y, s = sample(150)
    users = [rng.integers(len(y), size=len(y)) for _ in range(120)]
    by_user.append(np.std([auc_of(y[u], s[u]) for u in users]))
    flat_y, flat_s = y.ravel(), s.ravel()
    draws = rng.integers(len(flat_y), size=(120, len(flat_y)))
    by_row.append(np.std([roc_auc(flat_y[d], flat_s[d]) for d in draws]))
by_user, by_row = np.mean(by_user), np.mean(by_row)
print(f"AUC varies by {truth:.4f} from sample to sample")
print(f"bootstrap of users: {by_user:.4f}")
print(f"bootstrap of rows:  {by_row:.4f}")
assert by_row < 0.75 * truth
assert 0.6 * truth < by_user < 1.5 * truth

# %% [markdown]
# Rows claim far more certainty than there is. New data bring new users, so draw users.

# %% [markdown]
# ## What changed
#
# - You can now write each metric in a few lines, and you know the convention behind a library's number.
# - Before you compare two numbers, ask whether the share of positives, the bins and the sample size agree.
# - A metric without an interval by the right unit is half a number.
