# %% [markdown]
# # A rolling-origin backtest, and four leaks
#
# **The claim.** On the same origins, exponential smoothing with a weekly season beats naive and seasonal naive, and
# boosted trees on lag features beat it. A plain regression that knows the promotions is level with the trees or better.
# Four slips make the trees look still better in the backtest. Fed with what production has, none of the four is better
# than the honest model by more than noise, and two are clearly worse.
#
# Guess before you read on: which slip gains most on paper? The theory is in [the chapter](../time-series.md).

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

rng = np.random.default_rng(11)
threadpool_limits(1)  # small data: more threads only wait for each other
plt.rcParams["figure.figsize"] = 6, 3.6
plt.rcParams["figure.constrained_layout.use"] = True
plt.rcParams["font.size"] = 13.5
BLUE, RED, GRAY = "#14619e", "#b3261e", "#888888"

# %% [markdown]
# ## The series
#
# Three years of daily sales: a trend, a weekly pattern, promotions that are planned ahead, weather that isn't known ahead,
# and noise with memory. We make it ourselves, so we know what can be known.

# %%
DAYS, SEASON, H = 1100, 7, 7
WEEK = np.array([-20.0, -14, -8, 0, 8, 26, 8])
PHI = 0.7  # memory of the weather


def autoregression(phi, scale):
    shocks = rng.normal(0, scale, DAYS)
    series = np.zeros(DAYS)
    for t in range(1, DAYS):
        series[t] = phi * series[t - 1] + shocks[t]
    return series


day = np.arange(DAYS)
weather = autoregression(PHI, 1.0)
promo = (rng.random(DAYS // 7 + 1) < 0.2).repeat(7)[:DAYS]
promo = promo & (day % 7 >= 3)  # four days of a promoted week
noise = autoregression(0.5, 4.0)
sales = 100 + 0.06 * day + WEEK[day % SEASON]
sales = sales + 35 * promo + 6 * weather + noise
print(sales[:7].round(1))

# %% alt="Three months of daily sales with a weekly pattern; promotion days, marked in red, stand out."
shown = slice(460, 550)
fig, ax = plt.subplots()
ax.plot(day[shown], sales[shown], color=BLUE)
on = promo[shown]
ax.plot(day[shown][on], sales[shown][on], "o", color=RED)
ax.set_xlabel("day")
ax.set_ylabel("sales (red: promotion)")
plt.show()

# %% [markdown]
# ## Three forecasters without features
#
# Each takes the history, and nothing else, and returns the next seven days.


# %%
def naive(past):
    return np.repeat(past[-1], H)


def seasonal_naive(past):
    return past[-SEASON:][:H].copy()


def smooth(past, alpha=0.15, gamma=0.1):
    """Exponential smoothing of a level and seven weekday effects."""
    level = past[:28].mean()
    season = past[:28].reshape(4, 7).mean(axis=0) - level
    for t, value in enumerate(past):
        effect = season[t % SEASON]
        error = value - level - effect
        level += alpha * error
        season[t % SEASON] = effect + gamma * (1 - alpha) * error
    ahead = (len(past) + np.arange(H)) % SEASON
    return level + season[ahead]


# %% [markdown]
# A check of the chapter's bridge: without the season, smoothing is ARIMA(0,1,1) with $\alpha = 1 + \theta$. Write the
# forecast $y_t + \theta\varepsilon_t$ as a recursion and compare.

# %%
theta, start = -0.7, 100.0
a = b = start
for value in sales[:200]:
    a = a + (1 + theta) * (value - a)  # smoothing
    b = value + theta * (value - b)  # ARIMA(0,1,1)
print(f"smoothing {a:.6f}, ARIMA {b:.6f}")
assert abs(a - b) < 1e-9

# %% [markdown]
# ## The backtest
#
# An origin is the number of days known. Every fifth day from day 800 on is one; every seventh would tie each horizon to
# one weekday. Labels are complete at once, so a training row made at origin $t$ for horizon $h$ may be used if $t + h$ is at most the test origin.

# %%
ORIGINS = np.arange(800, DAYS - H, 5)
truth = np.stack([sales[o : o + H] for o in ORIGINS])


def score(forecasts):
    """Mean absolute error over origins and horizons."""
    return float(np.abs(truth - forecasts).mean())


error = {}
for name, method in [
    ("naive", naive),
    ("seasonal naive", seasonal_naive),
    ("smoothing", smooth),
]:
    error[name] = score(np.stack([method(sales[:o]) for o in ORIGINS]))
    print(f"{name:>15} {error[name]:.2f}")
assert error["smoothing"] < error["seasonal naive"] < error["naive"]

# %% [markdown]
# ## Boosting on lag features
#
# One row per origin and horizon. All features are known at the origin: what the last weeks looked like, the calendar and
# the plan of the target day, and the weather forecast for it. Here the best weather forecast is $0.7^h$ times today's
# weather (an AR(1)). Trees can't follow the trend, so the target is the difference to the mean of the last four weeks.
#
# The four slips are switches of this one function:
#
# - `yesterday`: sales of the day before the target, as `shift(1)` gives them;
# - `measured`: the weather as it came, in place of the forecast;
# - `centered`: a seven-day mean around the target day;
# - the fourth, rows split at random, changes no feature.


# %%
def row(known, o, h, slip=None):
    """Features at origin o (days 0 to o - 1 are known) for day o + h - 1."""
    d = o + h - 1
    level = known[o - 28 : o].mean()
    same = known[d - 28 : o : 7]  # the same weekday, up to the origin
    back = o - 1 - np.arange(7)
    features = [
        h,
        d % SEASON,
        promo[d],
        PHI**h * weather[o - 1],
        known[o - 1] - level,
        known[o - 7 : o].mean() - level,
        same.mean() - level,
        promo[back].mean(),
        promo[o - 1],
    ]
    if slip == "yesterday":
        features.append(known[d - 1] - level)
    if slip == "measured":
        features[3] = weather[d]
    if slip == "centered":
        features.append(known[d - 3 : d + 4].mean() - level)
    return features


def table(first, last, slip=None):
    """Rows with all targets before day `last`."""
    pairs = [(o, h) for o in range(first, last) for h in range(1, H + 1)]
    pairs = [(o, h) for o, h in pairs if o + h <= last]
    X = np.array([row(sales, o, h, slip) for o, h in pairs])
    level = np.array([sales[o - 28 : o].mean() for o, _ in pairs])
    day = np.array([o + h - 1 for o, h in pairs])
    return X, sales[day] - level, day


def model():
    return HistGradientBoostingRegressor(max_iter=80, learning_rate=0.1, max_leaf_nodes=15, random_state=0)


# %% [markdown]
# Live, the slips meet reality. The day before the target and the days around it aren't known, so production fills them
# with the last known value, or with the mean of the days known. Weather comes as a forecast.


# %%
def live_row(o, h, slip=None):
    """The same columns, filled with what is known at origin o."""
    known = sales.copy()
    known[o:] = np.nan
    features = row(known, o, h, "measured" if slip == "measured" else None)
    d, level = o + h - 1, known[o - 28 : o].mean()
    if slip == "measured":
        features[3] = PHI**h * weather[o - 1]
    if slip == "yesterday":
        features.append(known[min(d - 1, o - 1)] - level)
    if slip == "centered":
        near = known[d - 3 : min(d + 4, o)]
        near = near if len(near) else known[o - 1 : o]
        features.append(near.mean() - level)
    return features


def backtest(slip=None, refit=20):
    """Error on paper and live; the model is refitted every 100 days."""
    paper, live = [], []
    for i, o in enumerate(ORIGINS):
        if i % refit == 0:
            X, y, _ = table(60, o, slip)
            fitted = model().fit(X, y)
        level = sales[o - 28 : o].mean()
        steps = range(1, H + 1)
        seen = np.array([row(sales, o, h, slip) for h in steps])
        real = np.array([live_row(o, h, slip) for h in steps])
        paper.append(level + fitted.predict(seen))
        live.append(level + fitted.predict(real))
    return np.stack(paper), np.stack(live)


honest_paper, honest_live = backtest()
assert np.allclose(honest_paper, honest_live)
error["boosting"] = score(honest_paper)
print(f"boosting {error['boosting']:.2f}")
assert error["boosting"] < 0.9 * error["smoothing"]

# %% [markdown]
# The trees know more than smoothing does: the plan of promotions, and a weather forecast. How much of the gain is the
# method, how much the input? Give the plan to the simplest model that can use it, a linear regression on trend, weekday
# and promotion, refitted as rarely.


# %%
def design(d):
    d = np.asarray(d)
    return np.column_stack([d, promo[d], np.eye(SEASON)[d % SEASON]])


told = []
for i, o in enumerate(ORIGINS):
    if i % 20 == 0:
        past = np.arange(o)
        weights = np.linalg.lstsq(design(past), sales[past], rcond=None)[0]
    told.append(design(np.arange(o, o + H)) @ weights)
error["regression"] = score(np.stack(told))
print(f"regression {error['regression']:.2f}")
assert error["regression"] < error["boosting"] + 0.3

# %% [markdown]
# It is as good as the trees, or better: this world is linear. Most of the gain over smoothing was the input. Compute the
# best simple method *with the same inputs* before you praise a complex one.
#
# On paper and live the honest model of the trees gets the same rows, so the two forecasts agree. That equality is a test worth having in
# any project: rebuild the features from data cut at the origin, and compare.
#
# ## Error by horizon

# %% alt="Mean absolute error by horizon, one to seven days: naive highest, then seasonal naive, smoothing and boosting."
fig, ax = plt.subplots()
lines = {
    "naive": (np.stack([naive(sales[:o]) for o in ORIGINS]), GRAY, ":"),
    "seasonal naive": (
        np.stack([seasonal_naive(sales[:o]) for o in ORIGINS]),
        GRAY,
        "-",
    ),
    "smoothing": (np.stack([smooth(sales[:o]) for o in ORIGINS]), RED, "--"),
    "boosting": (honest_paper, BLUE, "-"),
}
for name, (forecasts, color, style) in lines.items():
    by_horizon = np.abs(truth - forecasts).mean(axis=0)
    ax.plot(range(1, H + 1), by_horizon, style, color=color, label=name)
ax.set_xlabel("days ahead")
ax.set_ylabel("mean absolute error")
ax.set_ylim(0, 45)
ax.legend(frameon=False, ncols=2, fontsize=11)
plt.show()

# %% [markdown]
# ## The trend, and why the target is a difference
#
# The same features, with sales themselves as the target: leaves average old levels, and the trend runs away from them. To
# make it plain, compare the bias, the mean of truth minus forecast.

# %%
X, y, target_day = table(60, 800)
raw = model().fit(X, sales[target_day])
bias = {"difference": float((truth - honest_paper).mean())}
seen = np.array([[row(sales, o, h) for h in range(1, H + 1)] for o in ORIGINS])
told = raw.predict(seen.reshape(-1, X.shape[1])).reshape(truth.shape)
bias["sales"] = float((truth - told).mean())
for name, value in bias.items():
    print(f"target: {name:>10}, bias {value:+.1f}")
assert bias["sales"] > 10 and abs(bias["difference"]) < 3

# %% [markdown]
# ## Slip 1: rows split at random
#
# Each day is the target of seven rows, from seven origins. A random split puts some of them into training and others into
# the test. The model remembers the day, its weather and its noise, from what the siblings tell.

# %%
X, y, target_day = table(60, DAYS)
origin = target_day + 1 - X[:, 0]  # the first feature is the horizon
late = np.isin(origin, ORIGINS)  # the rows that the backtest scores
fold = rng.integers(5, size=len(y))
told = np.zeros(len(y))
for f in range(5):
    told[fold == f] = model().fit(X[fold != f], y[fold != f]).predict(X[fold == f])
shuffled = float(np.abs(y - told)[late].mean())
print(f"random folds {shuffled:.2f}, rolling origin {error['boosting']:.2f}")
assert shuffled < error["boosting"]

# %% [markdown]
# The model is the honest one, so live it does what the rolling origin says. Only the number was wrong.
#
# ## Slips 2 to 4: features from the future

# %%
result = {"honest": (error["boosting"], error["boosting"])}
result["random split"] = (shuffled, error["boosting"])
for slip in ["yesterday", "measured", "centered"]:
    on_paper, in_life = backtest(slip)
    result[slip] = (score(on_paper), score(in_life))
for name, (on_paper, in_life) in result.items():
    print(f"{name:>13}: paper {on_paper:5.2f}, live {in_life:5.2f}")

# %% alt="Pairs of bars for the honest model and four slips. On paper all slips are below it; live two are level with it, two higher."
fig, ax = plt.subplots(figsize=(6, 4.2))
place = np.arange(len(result))
ax.barh(place - 0.2, [p for p, _ in result.values()], 0.38, color=BLUE)
ax.barh(place + 0.2, [v for _, v in result.values()], 0.38, color=RED)
ax.set_yticks(place, list(result))
ax.invert_yaxis()
ax.axvline(error["seasonal naive"], color=GRAY, linestyle=":")
ax.set_xlabel("mean absolute error\nblue: on paper, red: live, dotted: seasonal naive")
plt.show()

# %%
honest = error["boosting"]
for name, (on_paper, in_life) in result.items():
    if name != "honest":
        assert on_paper < 0.95 * honest, name
        assert in_life > 0.95 * honest, name
assert result["measured"][0] < 0.8 * honest
assert result["centered"][0] < 0.8 * honest
assert result["yesterday"][1] > 1.1 * honest
assert result["centered"][1] > 1.1 * honest

# %% [markdown]
# ## What changed
#
# - All methods ran on the same origins. Smoothing took a good part of what there was to gain over seasonal naive. The trees
#   gained more, with inputs known ahead, and a linear regression with the same plan gained as much.
# - Each slip made the backtest better and no forecast better by more than noise. The random split only lies about the honest model. So does
#   measured weather here: the forecast is the conditional mean, so what was learned stays right, and only the promise is
#   broken. The two lag slips also spoil the model: it leans on a column that is filled differently live.
# - One test finds three of the four: build the feature row from data cut at the origin, and compare with the training row.
#   The random split needs another question: has the test day been seen from a different origin?
