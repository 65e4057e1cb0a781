"""Recomputes the numbers in the text of the chapter on estimation and information.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Formulas are checked by finite differences, by sums over a grid, or by simulation. Numbers of the questions have proofs
of their own, and the notebook asserts its results.
"""

from __future__ import annotations

from fractions import Fraction as F
from math import comb, e, exp, factorial, inf, lgamma, log, log2, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/math/estimation-and-information.md").read_text(encoding="utf-8").split())
STEP = 0.0005
UNIT = (np.arange(2000) + 0.5) / 2000  # middles of short steps from 0 to 1
X = np.linspace(-20, 20, 8001)
DX = float(X[1] - X[0])


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def mean_under(values: np.ndarray, weights: np.ndarray) -> float:
    return float((values * weights).sum() / weights.sum())


def entropy(*shares: float) -> float:
    return -sum(p * log(p) for p in shares if p)


def kl(p: tuple[float, ...], q: tuple[float, ...]) -> float:
    return sum(0 if a == 0 else inf if b == 0 else a * log(a / b) for a, b in zip(p, q, strict=True))


# Likelihood and estimators.


def test_waits_of_one_two_and_six_minutes() -> None:
    waits = [1, 2, 6]
    n, mean = len(waits), F(sum(waits), len(waits))
    squares = sum((x - mean) ** 2 for x in waits)
    assert says(rf"$\bar x = {mean}$ and $\hat\lambda = 1/{mean}$ per minute")
    factor, unbiased = F(n, n - 1), F(n - 1, n) / mean
    assert says(rf"the expected estimate is $\frac{factor.numerator}{factor.denominator}\lambda$")
    assert says(rf"$\frac{{n-1}}{{n}}\hat\lambda = {unbiased.numerator}/{unbiased.denominator}$ is unbiased")
    assert says(rf"\hat\sigma^2 = {squares}/3 = {float(squares / n):.2f}$ by maximum likelihood and ${squares}/2 = {squares / (n - 1)}$ unbiased")


def test_expected_estimates_in_the_table() -> None:
    # Rate of an exponential: the sum of n waits has density s^(n-1) e^(-s) / (n-1)!.
    s = (np.arange(80_000) + 0.5) * 0.001
    for n in (2, 3, 5):
        assert float((n / s * s ** (n - 1) * np.exp(-s)).sum() * 0.001 / factorial(n - 1)) == pytest.approx(n / (n - 1), rel=2e-3)
    assert says(r"| $1/\bar x$ | $\frac{n}{n-1}\lambda$ for $n \ge 2$ |")
    # Largest of n uniforms: density n t^(n-1).
    for n in (1, 4):
        assert float((UNIT * n * UNIT ** (n - 1)).mean()) == pytest.approx(n / (n + 1), rel=1e-5)
    assert says(r"| $\max_i x_i$ | $\frac{n}{n+1}\theta$ |")
    draws = np.random.default_rng(1).normal(size=(200_000, 4))
    assert draws.var(axis=1).mean() == pytest.approx(3 / 4, abs=0.01)
    assert says(r"| $\frac1n\sum_i (x_i - \bar x)^2$ | $\frac{n-1}{n}\sigma^2$ |")
    assert (draws**2).mean(axis=1).mean() == pytest.approx(1, abs=0.01)  # known mean: divisor n is unbiased
    assert says(r"With $\mu$ known, $\frac1n\sum_i (x_i - \mu)^2$ is the MLE and unbiased")


def test_exponential_maximum_and_the_split_of_squares() -> None:
    waits, h = np.array([1.0, 2.0, 6.0]), 1e-4

    def log_likelihood(rate: float) -> float:
        return float(len(waits) * log(rate) - rate * waits.sum())

    rate = 1 / waits.mean()
    assert (log_likelihood(rate + h) - log_likelihood(rate - h)) / (2 * h) == pytest.approx(0, abs=1e-4)
    bend = (log_likelihood(rate + h) - 2 * log_likelihood(rate) + log_likelihood(rate - h)) / h**2
    assert bend == pytest.approx(-len(waits) / rate**2, rel=1e-5) and says(r"$\ell'' = -n/\lambda^2 < 0$")
    mean, mu = waits.mean(), 0.7
    assert ((waits - mean) ** 2).sum() == pytest.approx(((waits - mu) ** 2).sum() - len(waits) * (mean - mu) ** 2)
    assert says(r"$\sum_i (x_i - \bar x)^2 = \sum_i (x_i - \mu)^2 - n(\bar x - \mu)^2$ has mean")


def test_pairs_with_means_of_their_own_halve_the_variance() -> None:
    rng = np.random.default_rng(8)
    pairs = rng.normal(10 * rng.normal(size=(200_000, 1)), 3, size=(200_000, 2))
    assert pairs.var(axis=1).mean() == pytest.approx(9 / 2, rel=0.02)
    assert says("the MLE of the common variance tends to half of it, however many pairs")


def test_mean_squared_error_of_three_divisors() -> None:
    n = 10
    # The sum of squares over sigma^2 is chi-squared with n - 1 degrees: mean n - 1, variance 2(n - 1).
    errors = [F(2 * (n - 1), d**2) + (F(n - 1, d) - 1) ** 2 for d in (9, 10, 11)]
    shown = [f"{float(error):.3f}" for error in errors]
    assert says(f"mean squared error ${shown[0]}$, ${shown[1]}$ and ${shown[2]}$ times $\\sigma^4$")
    assert errors[2] < errors[0] and says("but dividing by eleven has a smaller mean squared error")
    squares = np.random.default_rng(2).normal(size=(200_000, n)).var(axis=1) * n
    for error, divisor in zip(errors, (9, 10, 11), strict=True):
        assert ((squares / divisor - 1) ** 2).mean() == pytest.approx(float(error), rel=0.03)


def test_fisher_information_of_a_bernoulli_attains_the_bound() -> None:
    p, n = 0.3, 20
    by_square = p * (1 / p) ** 2 + (1 - p) * (1 / (1 - p)) ** 2
    by_bend = p / p**2 + (1 - p) / (1 - p) ** 2
    assert by_square == pytest.approx(by_bend) == pytest.approx(1 / (p * (1 - p)))
    chances = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    variance = sum(c * (k / n - p) ** 2 for k, c in enumerate(chances))
    assert variance == pytest.approx(1 / (n * by_square))


def test_maximum_of_uniforms_errs_like_one_over_n() -> None:
    def root_error(n: int) -> float:  # exactly, with theta = 1: density n t^(n-1)
        return sqrt(1 - 2 * n / (n + 1) + n / (n + 2))

    assert root_error(1000) / root_error(10_000) == pytest.approx(10, rel=0.01)


# Exponential families.


@pytest.mark.parametrize(
    ("normalizer", "mean", "variance"),
    [
        (lambda t: log(1 + exp(t)), lambda t: 1 / (1 + exp(-t)), lambda t: exp(-t) / (1 + exp(-t)) ** 2),
        (exp, exp, exp),
        (lambda t: t * t / 2, lambda t: t, lambda t: 1.0),
    ],
)
def test_log_normalizer_has_the_moments_as_derivatives(normalizer, mean, variance) -> None:  # type: ignore[no-untyped-def]
    h = 1e-4
    for t in (-1.3, 0.0, 0.7):
        assert (normalizer(t + h) - normalizer(t - h)) / (2 * h) == pytest.approx(mean(t), abs=1e-6)
        assert (normalizer(t + h) - 2 * normalizer(t) + normalizer(t - h)) / h**2 == pytest.approx(variance(t), abs=1e-5)


def test_logistic_gradient_on_random_data_and_the_worked_step() -> None:
    rng = np.random.default_rng(3)
    data, y, w = rng.normal(size=(7, 3)), rng.integers(2, size=7), rng.normal(size=3)

    def loss(v: np.ndarray) -> float:
        scores = data @ v
        return float((np.log1p(np.exp(scores)) - y * scores).sum())

    gradient = data.T @ (1 / (1 + np.exp(-data @ w)) - y)
    for j in range(3):
        move = 1e-5 * np.eye(3)[j]
        assert (loss(w + move) - loss(w - move)) / 2e-5 == pytest.approx(gradient[j], abs=1e-6)

    weights, x = np.array([0.5, -0.25]), np.array([1.0, 2.0])
    score = weights @ x
    p = 1 / (1 + exp(-score))
    step = (p - 1) * x
    after = weights - step
    assert says(rf"$\eta = {score:.0f}$, $p = {p:.1f}$, gradient $({step[0]:.1f}, {step[1]:.0f})$")
    assert says(rf"$\vect w = ({after[0]:.0f}, {after[1]:.2f})$, $\eta = {after @ x:.1f}$ and $p = {1 / (1 + exp(-after @ x)):.3f}$")


# Priors.


def test_ridge_and_lasso_penalties_are_log_priors() -> None:
    rng = np.random.default_rng(4)
    data, y = rng.normal(size=(6, 2)), rng.normal(size=6)
    variance, tau, b = 1.7, 0.6, 0.4

    def negative(w: np.ndarray) -> float:
        rest = y - data @ w
        return float(rest @ rest) / (2 * variance)

    u, v = rng.normal(size=2), rng.normal(size=2)
    squares = [float(((y - data @ w) ** 2).sum()) for w in (u, v)]
    ridge = [s + variance / tau**2 * float(w @ w) for s, w in zip(squares, (u, v), strict=True)]
    normal = [negative(w) + float(w @ w) / (2 * tau**2) for w in (u, v)]
    assert ridge[0] - ridge[1] == pytest.approx(2 * variance * (normal[0] - normal[1]))
    lasso = [s + 2 * variance / b * float(np.abs(w).sum()) for s, w in zip(squares, (u, v), strict=True)]
    laplace = [negative(w) + float(np.abs(w).sum()) / b for w in (u, v)]
    assert lasso[0] - lasso[1] == pytest.approx(2 * variance * (laplace[0] - laplace[1]))
    assert says(r"\frac{\sigma^2}{\tau^2}\lVert\vect w\rVert_2^2$ | ridge |") and says(r"\frac{2\sigma^2}{b}\lVert\vect w\rVert_1$ | lasso |")


def test_one_weight_under_both_priors() -> None:
    n, mean, variance = 4, 3, 4
    grid = np.arange(-50_000, 50_001) / 10_000

    def best(penalty: np.ndarray) -> float:
        return float(grid[np.argmin(n * (grid - mean) ** 2 / (2 * variance) + penalty)])

    assert best(grid**2 / 2) == pytest.approx(n * mean / (n + variance)) == 1.5
    assert says(r"$\lambda = 4$ and $\hat w = n\bar y/(n + \lambda) = 12/8 = 1.5$")
    assert best(np.abs(grid)) == pytest.approx(2) and says(r"with $b = 1$: $\hat w = \bar y - \sigma^2/(bn) = 2$")
    assert best(np.abs(grid) * 4) == 0 and variance / (0.25 * n) == 4 and says(r"the shift of 4 exceeds 3, and $\hat w = 0$ exactly")


def test_beta_after_seven_of_ten() -> None:
    a, b = 8, 4
    density = UNIT ** (a - 1) * (1 - UNIT) ** (b - 1)
    both = F(a * (a + 1), (a + b) * (a + b + 1))
    assert mean_under(UNIT**2, density) == pytest.approx(float(both), abs=1e-5)
    assert says(f"mean $8/12 = {a / (a + b):.3f}$, mode $0.7$") and (a - 1) / (a + b - 2) == 0.7
    assert says(rf"= {float(both):.3f}$, not $0.667^2 = {(a / (a + b)) ** 2:.3f}$")


def test_normal_ratings() -> None:
    prior, data = 1 / 0.5**2, 4 / 1**2
    v = 1 / (prior + data)
    mean = v * (3.5 * prior + 4.5 * data)
    weight = np.exp(-((X - 3.5) ** 2) * prior / 2 - (X - 4.5) ** 2 * data / 2)
    assert mean_under(X, weight) == pytest.approx(mean) and mean_under((X - mean) ** 2, weight) == pytest.approx(v)
    assert prior == data == 4
    assert says(rf"posterior mean is ${mean}$ with standard deviation $\sqrt{{1/8}} = {sqrt(v):.3f}$")
    assert says(rf"$\sqrt{{1/8 + 1}} = {sqrt(v + 1):.2f}$")


def test_tickets_a_day() -> None:
    a, b = 2 + 13, 1 + 3
    counts = range(400)
    chances = [exp(lgamma(a + k) - lgamma(a) - lgamma(k + 1) + a * log(b / (b + 1)) - k * log(b + 1)) for k in counts]
    mean = sum(k * c for k, c in zip(counts, chances, strict=True))
    variance = sum(k * k * c for k, c in zip(counts, chances, strict=True)) - mean**2
    assert mean == pytest.approx(a / b) and variance == pytest.approx(a / b * (1 + 1 / b))
    # The mixture of Poissons is this negative binomial.
    rates = (np.arange(40_000) + 0.5) * STEP
    weight = rates ** (a - 1) * np.exp(-b * rates)
    assert mean_under(np.exp(-rates) * rates**2 / 2, weight) == pytest.approx(chances[2], rel=1e-6)
    assert says(rf"gamma$({a}, \text{{rate }} {b})$, mean ${a / b:.2f}$")
    assert says(rf"$\E[\lambda] + \Var(\lambda) = 3.75 + \frac{{{a}}}{{{b * b}}} = {variance:.2f}$") and a / b + a / b**2 == pytest.approx(variance)
    assert says(r"mean $m = \frac{a+s}{b+n}$ and variance $m\big(1 + \frac{1}{b+n}\big)$")
    assert chances[0] == pytest.approx(0.8**15)
    assert says(rf"has probability $(4/5)^{{15}} = {chances[0]:.3f}$; plugging in $3.75$ gives $e^{{-3.75}} = {exp(-3.75):.3f}$")


def test_no_failure_in_twenty() -> None:
    exact, uniform, rare = 1 - 0.05 ** (1 / 20), 1 - 0.05 ** (1 / 21), 1 - 0.05 ** (1 / 119)
    assert says(f"$(1-p)^{{20}} = 0.05$: $p = {exact:.3f}$")
    assert says(f"$1 - 0.05^{{1/21}} = {uniform:.3f}$")
    assert says(f"beta$(1, 99)$, and the upper limit is ${rare:.3f}$")
    assert says(f"the exact one is {100 * exact:.1f}%, a prior that failures are rare (beta(1, 99)) gives {100 * rare:.1f}%")
    # What the two posteriors give the exact interval.
    assert says(f"to the exact interval $[0, {exact:.3f}]$ it gives ${1 - (1 - exact) ** 21:.3f}$")
    assert 1 - (1 - exact) ** 119 > 0.9999
    low, high = 1 - 0.975 ** (1 / 21), 1 - 0.025 ** (1 / 21)
    assert low > 0 and says(f"Equal tails under the same prior are ${low:.3f}$ to ${high:.3f}$ and exclude 0")
    for other in (0, 98):  # exponents of (1 - p) in the prior
        density = (1 - UNIT) ** (20 + other)
        assert float(density[uniform >= UNIT].sum() / density.sum()) == pytest.approx(1 - (1 - uniform) ** (21 + other), abs=0.01)


def test_thompson_tries_the_new_arm_in_a_third_of_rounds() -> None:
    rng = np.random.default_rng(5)
    share = (rng.random(200_000) > rng.beta(8, 4, 200_000)).mean()
    assert share == pytest.approx(1 / 3, abs=0.005)
    assert says(r"$1 - \E[p_B] = 1/3$") and 1 - F(8, 12) == F(1, 3)


# Information.


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_divergences_of_a_fair_coin(share: float) -> None:
    fair, other = (0.5, 0.5), (share, 1 - share)
    there, back = kl(fair, other), kl(other, fair)
    if share == 0.5:
        assert there == back == 0
        assert says("| $(0.5, 0.5)$ | 0 | 0 |")
    else:
        assert says(rf"| $({share}, {1 - share:.{len(str(share)) - 2}f})$ | {there:.3f} | {back:.3f} |")


def test_infinite_divergence_and_units() -> None:
    assert kl((0.5, 0.5), (1, 0)) == inf
    assert says(rf"| $(1, 0)$ | infinite | $\ln 2 = {kl((1, 0), (0.5, 0.5)):.3f}$ |")
    assert says(rf"1 nat is $1/\ln 2 = {1 / log(2):.3f}$ bits") and says(f"nats × {1 / log(2):.3f} = bits")
    assert says(rf"at $\sigma = 0.1$ is ${0.5 * log(2 * pi * e * 0.01):.3f}$ nats")
    density = np.exp(-((X / 0.1) ** 2) / 2) / (0.1 * sqrt(2 * pi))
    inside = density > 0
    assert -float((density[inside] * np.log(density[inside])).sum() * DX) == pytest.approx(0.5 * log(2 * pi * e * 0.01), abs=1e-6)


def test_identities_on_random_distributions() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
        cross = -float((p * np.log(q)).sum())
        assert cross == pytest.approx(entropy(*p) + kl(tuple(p), tuple(q)))
        assert entropy(*p) <= log(5) and kl(tuple(p), tuple(q)) > 0
        middle = tuple((p + q) / 2)
        assert (kl(tuple(p), middle) + kl(tuple(q), middle)) / 2 <= log(2)
        joint = rng.dirichlet(np.ones(12)).reshape(3, 4)
        a, b = joint.sum(axis=1), joint.sum(axis=0)
        information = float((joint * np.log(joint / np.outer(a, b))).sum())
        conditional = sum(float(a[i]) * entropy(*(joint[i] / a[i])) for i in range(3))
        assert information == pytest.approx(entropy(*b) - conditional)
        merged = np.stack([joint[0] + joint[1], joint[2]])  # a function of the first variable
        assert float((merged * np.log(merged / np.outer(merged.sum(axis=1), b))).sum()) <= information + 1e-12


def test_divergence_of_two_normals_and_of_heavy_tails() -> None:
    a, s, b, v = -0.4, 0.8, 0.9, 1.7
    formula = log(v / s) + (s**2 + (a - b) ** 2) / (2 * v**2) - 0.5
    assert density_kl(log_normal(a, s), log_normal(b, v)) == pytest.approx(formula, abs=1e-6)
    assert says(r"\ln\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2\sigma_2^2} - \frac12")

    def cauchy_against_normal(limit: float) -> float:  # over [-limit, limit], on a grid of tangents
        x = np.tan((np.arange(400_000) + 0.5) / 400_000 * np.arctan(limit))
        ratio = -np.log(pi * (1 + x**2)) + x**2 / 2 + log(2 * pi) / 2
        return float(2 * ratio.mean() * np.arctan(limit) / pi)

    parts = [cauchy_against_normal(10.0**k) for k in (1, 2, 3)]
    assert parts[1] > 5 * parts[0] and parts[2] > 5 * parts[1]  # grows without bound
    assert says("if the tails of $q$ are too light: a Cauchy against a normal")


def test_reward_with_a_penalty_is_a_divergence_to_a_reweighted_reference() -> None:
    rng = np.random.default_rng(9)
    reference, reward, beta = rng.dirichlet(np.ones(4)), rng.normal(size=4), 0.7
    weights = reference * np.exp(reward / beta)
    target = weights / weights.sum()
    for _ in range(5):
        policy = rng.dirichlet(np.ones(4))
        value = float(policy @ reward) - beta * kl(tuple(policy), tuple(reference))
        assert value == pytest.approx(beta * log(weights.sum()) - beta * kl(tuple(policy), tuple(target)))
    assert says(r"$\pi^* \propto \pi_{\text{ref}}\,e^{r/\beta}$") and says(r"minimizing $\beta\KL(\pi \,\|\, \pi^*)$")


def test_label_noise_floor() -> None:
    assert says(f"flipped at random, that is {entropy(0.1, 0.9):.3f} nats, even for a perfect model")


def log_normal(mean: float, deviation: float) -> np.ndarray:
    scaled: np.ndarray = -(((X - mean) / deviation) ** 2) / 2 - log(deviation * sqrt(2 * pi))
    return scaled


def log_mixture(share: float, distance: float) -> np.ndarray:
    mixed: np.ndarray = np.logaddexp(log(share) + log_normal(-distance, 1), log(1 - share) + log_normal(distance, 1))
    return mixed


def density_kl(log_a: np.ndarray, log_b: np.ndarray) -> float:
    return float((np.exp(log_a) * (log_a - log_b)).sum() * DX)


def reverse_fit(log_p: np.ndarray, mean: float, deviation: float) -> tuple[float, float, float]:
    """The nearest normal in KL(q || p), by search around a start."""
    move = 0.3
    best = (density_kl(log_normal(mean, deviation), log_p), mean, deviation)
    while move > 1e-4:
        _, m, s = best
        found = min((density_kl(log_normal(m + i * move, s + j * move), log_p), m + i * move, s + j * move) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if found[0] < best[0] - 1e-13:
            best = found
        else:
            move /= 2
    return best


def test_both_directions_on_two_bumps() -> None:
    log_p = log_mixture(0.7, 3)
    p = np.exp(log_p)
    mean = mean_under(X, p)
    variance = mean_under((X - mean) ** 2, p)
    assert variance == pytest.approx(1 + 0.7 * 0.3 * 6**2)
    assert says(rf"mean ${mean:.1f}$, variance $1 + 0.7 \cdot 0.3 \cdot 6^2 = {variance:.2f}$, standard deviation ${sqrt(variance):.2f}$")
    best = density_kl(log_p, log_normal(mean, sqrt(variance)))
    for m, s in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        assert density_kl(log_p, log_normal(mean + m, sqrt(variance) + s)) > best
    value, center, deviation = reverse_fit(log_p, -3, 1)
    assert says(
        rf"with mean ${center:.2f}$, standard deviation ${deviation:.2f}$ and $\KL(q \,\|\, p) = {value:.3f}$, just below $-\ln 0.7 = {-log(0.7):.3f}$"
    )
    other = reverse_fit(log_p, 3, 1)
    assert other[1] > 2.9 and value < other[0] < density_kl(log_normal(mean, sqrt(variance)), log_p) + 1  # a minimum, and not the best


def test_close_modes_are_covered_by_both_directions() -> None:
    log_p = log_mixture(0.5, 1)
    fits = [reverse_fit(log_p, start, 1) for start in (-1.0, 0.2, 1.0)]
    assert all(abs(mean) < 0.01 for _, mean, _ in fits)
    assert says(rf"with standard deviation ${fits[0][2]:.2f}$, close to the forward ${sqrt(2):.2f}$")
    p = np.exp(log_p)
    assert float(p[np.abs(X) < 1].max() / p[np.argmin(np.abs(X))]) == pytest.approx(1, abs=1e-3)  # one flat top


def test_bias_of_counted_information() -> None:
    rng = np.random.default_rng(7)
    n, r, found = 1000, 21, []
    for _ in range(800):
        table = np.bincount(2 * rng.integers(r, size=n) + rng.integers(2, size=n), minlength=2 * r).reshape(r, 2) / n
        expected = np.outer(table.sum(axis=1), table.sum(axis=0))
        seen = table > 0
        found.append(float((table[seen] * np.log(table[seen] / expected[seen])).sum()))
    bias = (r - 1) / (2 * n)
    assert float(np.mean(found)) == pytest.approx(bias, rel=0.06)
    assert says(rf"about $20/2{{,}}000 = {bias:.3f}$ nats from nothing")


def test_evidence_bound_and_gap() -> None:
    joint = (0.5 * 0.1, 0.5 * 0.4)
    evidence = log(sum(joint))
    bound = sum(0.5 * log(j / 0.5) for j in joint)
    posterior = tuple(j / sum(joint) for j in joint)
    gap = kl((0.5, 0.5), posterior)
    assert bound + gap == pytest.approx(evidence)
    assert posterior == pytest.approx((0.2, 0.8))
    assert says(rf"\ln p(x) = {evidence:.3f}$, posterior $(0.2, 0.8)$")
    assert says(rf"= {bound:.3f}$ and $\KL(q \,\|\, \text{{posterior}}) = {gap:.3f}$. They add up to ${evidence:.3f}$")
    by_parts = 0.5 * log(0.1) + 0.5 * log(0.4) - kl((0.5, 0.5), (0.5, 0.5))
    assert by_parts == pytest.approx(bound)


def test_mean_field_takes_the_conditional_variance() -> None:
    precision = np.linalg.inv(np.array([[1, 0.9], [0.9, 1]]))
    variance = 1 / precision[0, 0]
    assert says(f"$1 - 0.9^2 = {variance:.2f}$, so a standard deviation of ${sqrt(variance):.2f}$")
    contrast = np.array([1, -1])
    true = contrast @ np.array([[1, 0.9], [0.9, 1]]) @ contrast
    assert says(f"their difference gets variance ${2 * variance:.2f}$, and has ${true:.1f}$")

    def divergence(v: float) -> float:  # up to a constant, both factors alike
        return float(v * (precision[0, 0] + precision[1, 1]) / 2 - log(v))

    assert divergence(variance) < min(divergence(variance * 1.01), divergence(variance * 0.99))


def test_laplace_on_a_beta() -> None:
    mode, bend = 0.7, 7 / 0.7**2 + 3 / 0.3**2
    h = 1e-4
    log_density = [7 * log(p) + 3 * log(1 - p) for p in (mode - h, mode, mode + h)]
    assert -(log_density[0] - 2 * log_density[1] + log_density[2]) / h**2 == pytest.approx(bend, rel=1e-4)
    truth = sqrt(8 * 4 / (12**2 * 13))
    assert says(f"= {1 / sqrt(bend):.3f}$; the truth is mean $0.667$ and ${truth:.3f}$")


@pytest.mark.parametrize(("name", "tokens", "nats"), [("A", 250, 2.8), ("B", 200, 3.3)])
def test_two_tokenizers_on_a_thousand_bytes(name: str, tokens: int, nats: float) -> None:
    total = tokens * nats
    assert says(f"| {name} | {tokens} | {nats} | {exp(nats):.1f} | {total:.0f} | {total / log(2) / 1000:.3f} |")


def test_mean_of_perplexities_is_not_that_of_the_text() -> None:
    text = exp((1000 * log(100) + 10 * log(2)) / 1010)
    assert says(f"1,000 tokens at perplexity 100 and 10 tokens at 2 make ${text:.0f}$ for the text, not the mean ${(100 + 2) / 2:.0f}$")


def test_contrastive_bound_falls_short_although_the_loss_is_far_from_zero() -> None:
    # Normal pairs in ten dimensions with 4 nats, the best critic, 256 candidates.
    rng, d, nats = np.random.default_rng(10), 10, 4.0
    rho = sqrt(1 - exp(-2 * nats / d))
    x, others = rng.normal(size=(1000, d)), rng.normal(size=(256, 1000, d))
    others[0] = rho * x + sqrt(1 - rho**2) * others[0]
    scores = (others**2).sum(axis=2) / 2 - ((others - rho * x) ** 2).sum(axis=2) / (2 * (1 - rho**2))
    top = scores.max(axis=0)
    loss = float((np.log(np.exp(scores - top).sum(axis=0)) + top - scores[0]).mean())
    assert loss > 1.5 and log(256) - loss < nats - 0.2
    assert says(r"As the loss is at least 0, it never reports more than $\ln N$")


def test_perplexities_nine_and_twelve() -> None:
    assert says(f"log base 2 of 9 is {log2(9):.2f} bits per token, of 12 is {log2(12):.2f}")
    assert says(f"we need {log2(9) / 4:.2f} bits per byte and they {log2(12) / 5:.2f}: they are better")


def test_shrunken_click_rates() -> None:
    def rate(clicks: int, views: int) -> float:
        return 100 * (2 + clicks) / (100 + views)

    assert says(f"1 of 1 becomes 3 of 101, {rate(1, 1):.1f}%; 0 of 20 becomes 2 of 120, {rate(0, 20):.1f}%")
    assert says(f"60 of 1,000 becomes 62 of 1,100, {rate(60, 1000):.1f}%")
