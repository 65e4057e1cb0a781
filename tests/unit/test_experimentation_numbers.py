"""Recomputes the numbers in the text of the chapter on experimentation and causal inference.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from math import erfc, log, pi, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/math/experimentation-and-causality.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def test_an_observed_gap_is_effect_on_the_treated_plus_selection_bias() -> None:
    used, without, others = 40, 35, 25
    assert says(
        f"Of those who use a feature {used}% buy, of the others {others}%. Suppose {without}% of those who use it would have bought without it."
    )
    assert says(f"The gap of {used - others} points is an effect of {used - without} on the users and a bias of {without - others}.")
    rng = np.random.default_rng(1)
    y0, y1, treated = rng.normal(size=2000), rng.normal(size=2000), rng.random(2000) < 0.3
    seen = np.where(treated, y1, y0)
    gap = seen[treated].mean() - seen[~treated].mean()
    assert gap == pytest.approx((y1 - y0)[treated].mean() + y0[treated].mean() - y0[~treated].mean())


def test_users_per_arm() -> None:
    z = NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(0.8)
    assert says(rf"$(1.960 + 0.842)^2 = {z**2:.2f}$, times $0.0384 + 0.0402$, over $0.002^2$")
    assert round(0.04 * 0.96, 4) == 0.0384 and round(0.042 * 0.958, 4) == 0.0402
    n = z**2 * (0.04 * 0.96 + 0.042 * 0.958) / 0.002**2
    assert says(f"about {round(n, -2):,.0f} per arm. With 25,000 new users a day in both arms together that is {2 * n / 25_000:.1f} days")
    assert says(f"so about {round(n, -3):,.0f} users per arm, two weeks")


def test_the_sample_size_gives_the_power() -> None:
    n, rng = 154_300, np.random.default_rng(2)
    low, high = rng.binomial(n, 0.04, 20_000) / n, rng.binomial(n, 0.042, 20_000) / n
    error = np.sqrt((low * (1 - low) + high * (1 - high)) / n)
    assert np.mean(np.abs(high - low) > 1.96 * error) == pytest.approx(0.8, abs=0.015)


def test_triggering_saves_a_factor_of_one_over_the_share() -> None:
    assert says(
        "so if the metric varies as much among all as among the triggered, $1/s^2$ as many users are needed; triggered ones make up a share $s$, so the saving in traffic is a factor $1/s$."
    )
    for s in (F(1, 10), F(1, 3)):
        everyone = 1 / s**2  # in units of the triggered users needed
        traffic_for_triggered = 1 / s
        assert everyone / traffic_for_triggered == 1 / s


def test_an_equal_split_has_the_least_variance() -> None:
    assert says(r"has variance $\sigma^2(1/n_1 + 1/n_0)$, which an equal split makes least")
    assert min((F(1, n) + F(1, 100 - n), n) for n in range(1, 100))[1] == 50


def test_spend_varies_at_least_as_much_as_the_order_rate() -> None:
    assert says("Spend would be worse, capped or not: relative to its mean it varies at least as much as the order rate.")
    rng = np.random.default_rng(7)
    for shape in (0.3, 1.0, 50.0):
        spend = rng.gamma(shape, 1.0, 100_000) * (rng.random(100_000) < 0.04)
        for capped in (spend, np.minimum(spend, 2.0)):
            orders = spend > 0
            assert capped.std() / capped.mean() >= orders.std() / orders.mean() - 1e-12


def test_noise_of_the_same_users_biases_the_agreement_of_two_effects() -> None:
    assert says("so their noise is correlated and biases the agreement; take the two effects from different halves of the users.")
    rng = np.random.default_rng(8)
    for sign in (1, -1):
        noise = rng.multivariate_normal([0, 0], [[1, 0.8 * sign], [0.8 * sign, 1]], (20_000, 2))
        same, halves = np.corrcoef(noise[:, 0].T)[0, 1], np.corrcoef(noise[:, 0, 0], noise[:, 1, 1])[0, 1]
        assert same * sign > 0.75 and abs(halves) < 0.03  # true effects are all zero


def test_the_click_rate_rises_while_clicks_fall() -> None:
    before, after = F(300, 10_000), F(288, 9_000)
    assert says(f"from {float(100 * before):.1f}% to {float(100 * after):.1f}%, by {float(100 * (after / before - 1)):.1f}%")
    assert says(f"clicks fall by {float(100 * (1 - F(288, 300))):.0f}%.")


def test_sample_ratio() -> None:
    chi = 2 * 1000**2 / 100_000
    assert says(rf"$\chi^2 = 2 \times 1000^2/100{{,}}000 = {chi:.0f}$")
    p = erfc(sqrt(chi / 2))
    assert says(rf"$p \approx {p * 1e6:.0f} \times 10^{{-6}}$") and says(f"p about {p * 1e6:.0f} in a million")
    assert says(f"The share of {100 * 101_000 / 200_000:.1f}% looks harmless")
    assert says('"Your test shows +2%, p = 0.01, with 101,000 users in control and 99,000 in treatment.')
    assert says("If 2,000 who would have bought nothing are missing, that alone lifts the mean by 101 over 99, which is the 2%.")
    assert round(100 * (101 / 99 - 1)) == 2


def false_alarm(bounds: list[float]) -> float:
    """Chance that |z| passes its bound at some of equally spaced looks without effect: the density of the sum, look by look."""
    points = 401
    x = np.linspace(-bounds[0], bounds[0], points)
    density = np.exp(-(x**2) / 2) / sqrt(2 * pi)
    simpson = np.full(points, 2.0)
    simpson[1::2] = 4.0
    simpson[[0, -1]] = 1.0
    for k, bound in enumerate(bounds[1:], start=2):
        mass = density * simpson * (x[1] - x[0]) / 3
        y = np.linspace(-bound * sqrt(k), bound * sqrt(k), points)
        density, x = np.exp(-((y[:, None] - x) ** 2) / 2) @ mass / sqrt(2 * pi), y
    return 1 - float((density * simpson * (x[1] - x[0]) / 3).sum())


def constant(shape: Callable[[float], list[float]]) -> float:
    low, high = 1.5, 4.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if false_alarm(shape(middle)) > 0.05 else (low, middle)
    return high


def test_looks_and_false_alarms() -> None:
    found = [100 * false_alarm([1.959964] * looks) for looks in (1, 2, 5, 10, 20)]
    assert says(" ".join(f"| {looks} | {value:.1f}% |" for looks, value in zip((1, 2, 5, 10, 20), found, strict=True)))
    assert says(f"without any effect stops in {found[3]:.0f}% of cases; with twenty, in {found[4]:.0f}%")
    assert says(f"5 looks {found[2]:.0f}%, 10 looks {found[3]:.0f}%")


def test_boundaries_for_five_and_ten_looks() -> None:
    flat = constant(lambda c: [c] * 5)
    steep = constant(lambda c: [c * sqrt(5 / k) for k in range(1, 6)])
    assert says(rf"Pocock[^pocock] asks for $|z| \ge {flat:.2f}$ at each")
    assert says("O'Brien and Fleming[^obf] for " + ", ".join(f"{steep * sqrt(5 / k):.2f}" for k in range(1, 6)) + ", hard to cross")
    flat, steep = constant(lambda c: [c] * 10), constant(lambda c: [c * sqrt(10 / k) for k in range(1, 11)])
    assert says(f"Pocock {flat:.2f}, flat; O'Brien and Fleming from {steep * sqrt(10):.1f} down to {steep:.2f}")


def bound(r: float) -> float:
    return sqrt((1 + r) / r * (2 * log(20) + log(1 + r)))


def test_always_valid_boundary() -> None:
    best = min((bound(i / 100), i / 100) for i in range(50, 5000))
    assert says(
        rf"smallest near $r = {best[1]:.0f}$, at $|z| = {best[0]:.2f}$: with this mixture, the freedom to look makes intervals at best {best[0] / 1.959964:.2f} times as wide"
    )
    assert says(f"always-valid, with r = 10 at the end, from {bound(1):.1f} down to {bound(10):.1f}.")
    assert false_alarm([bound(n) for n in range(1, 31)]) < 0.05


def test_the_mixture_is_the_average_likelihood_ratio_and_has_mean_one() -> None:
    n, sigma, omega, mean = 7, 1.3, 0.6, 0.4
    r = sigma**2 + n * omega**2
    formula = sqrt(sigma**2 / r) * np.exp(n**2 * omega**2 * mean**2 / (2 * sigma**2 * r))
    effects = np.linspace(-6, 6, 20_001)
    prior = np.exp(-(effects**2) / (2 * omega**2)) / (omega * sqrt(2 * pi))
    ratio = np.exp((n * mean * effects - n * effects**2 / 2) / sigma**2)
    assert formula == pytest.approx(float((prior * ratio).sum() * (effects[1] - effects[0])), rel=1e-6)
    z2 = n * mean**2 / sigma**2
    k = n * omega**2 / sigma**2
    assert formula == pytest.approx((1 + k) ** -0.5 * np.exp(z2 * k / (2 * (1 + k))))  # so it passes 20 where |z| passes bound(k)
    assert (1 + k) ** -0.5 * np.exp(bound(k) ** 2 * k / (2 * (1 + k))) == pytest.approx(20)
    means = np.linspace(-8, 8, 20_001)
    density = np.exp(-n * means**2 / (2 * sigma**2)) * sqrt(n / (2 * pi)) / sigma
    values = sqrt(sigma**2 / r) * np.exp(n**2 * omega**2 * means**2 / (2 * sigma**2 * r))
    assert float((density * values).sum() * (means[1] - means[0])) == pytest.approx(1, rel=1e-6)


def test_cuped_by_hand() -> None:
    raw, error, shift, theta, rho = 0.30, 0.20, 0.10, 0.8, 0.8
    assert says(f"so $z = {raw / error:.1f}$. The treated were heavier before")
    adjusted, smaller = raw - theta * shift, error * sqrt(1 - rho**2)
    assert says(
        rf"the adjusted difference is ${adjusted:.2f}$, its error $0.20\sqrt{{1 - 0.64}} = {smaller:.2f}$, and $z = {adjusted / smaller:.1f}$"
    )
    assert says(rf"With $\rho = 0.7$ you need {100 * (1 - 0.7**2):.0f}% of the users.")


def test_cuped_is_unbiased_and_saves_the_share_that_x_explains() -> None:
    rng = np.random.default_rng(3)
    tests, size, rho = 4000, 200, 0.6
    x = rng.standard_normal((tests, size))
    treated = np.arange(size) < size // 2
    y = rho * x + sqrt(1 - rho**2) * rng.standard_normal((tests, size)) + 0.3 * treated

    def gap(values: np.ndarray) -> np.ndarray:
        return values[:, treated].mean(axis=1) - values[:, ~treated].mean(axis=1)

    plain, adjusted, silly = gap(y), gap(y - rho * x), gap(y - 5 * x)
    for found in (plain, adjusted, silly):  # any fixed slope
        assert abs(found.mean() - 0.3) < 5 * found.std() / sqrt(tests)
    assert adjusted.var() / plain.var() == pytest.approx(1 - rho**2, abs=0.05)
    own = x.copy()  # centered at each arm's own mean: adjusts nothing
    own[:, treated] -= own[:, treated].mean(axis=1, keepdims=True)
    own[:, ~treated] -= own[:, ~treated].mean(axis=1, keepdims=True)
    assert gap(y - rho * own) == pytest.approx(plain)


def test_fixed_supply() -> None:
    assert says(f"rides split $1.1 : 1$: {1000 * 1.1 / 2.1:.0f} against {1000 / 2.1:.0f}.")


def test_a_faster_dispatcher_shows_no_difference() -> None:
    assert says(
        "needs 10% less car time per ride frees cars for both arms alike: the test shows no difference, and shipping it gives $1/0.9$, 11% more rides."
    )
    assert round(100 * (1 / 0.9 - 1)) == 11
    rng, hours, arms = np.random.default_rng(9), 1000.0, [0, 0]
    while hours > 0:  # more requests than cars; each arm makes half of them
        arm = int(rng.integers(2))
        hours -= 0.9 if arm else 1.0
        arms[arm] += 1
    assert abs(arms[1] - arms[0]) < 4 * sqrt(sum(arms)) and sum(arms) == pytest.approx(1000 / 0.95, rel=0.01)


def test_heavy_users_who_enter_first_look_like_learning() -> None:
    assert says("among users of equal past activity, because heavy users enter first")
    effects = []
    for day in range(6):  # two kinds enter with chance 0.9 and 0.1 a day; their effects, 1.0 and 0.2, don't change
        heavy, light = 0.9 * 0.1**day, 0.1 * 0.9**day
        effects.append((heavy * 1.0 + light * 0.2) / (heavy + light))
    assert effects == sorted(effects, reverse=True) and effects[0] > 0.9 > 0.25 > effects[-1]


def test_switchback_units() -> None:
    assert says(f"10 cities, 14 days and two-hour windows are {10 * 14 * 12:,} units")
    assert says(f"Ten cities, two weeks and two-hour windows are {10 * 14 * 12:,} units.")


def test_novelty_average() -> None:
    average = 1 + 2 / 14 * sum(2 ** (-d / 5) for d in range(14))
    assert says(rf"$1 + \frac{{2}}{{14}}\sum_{{d=0}}^{{13}} 2^{{-d/5}} = {average:.2f}\%$")


def test_interleaving_variance() -> None:
    between, within, n = 4, 1, 1
    ab = F(2 * (between + within), n)
    paired = F(2 * within, 2 * n)
    assert says(f"$2(4 + 1)/n = {ab}/n$") and says(rf"it is $2 \cdot 1/(2n) = {paired}/n$: ten times fewer") and ab / paired == 10


def test_uplift_and_subgroups() -> None:
    assert says(f"with {10 * (6 - 3)} extra orders per 1,000 mails instead of {10 * (30 - 29)}")
    chance = 1 - 0.95**20
    assert says(rf"$1 - 0.95^{{20}} = {100 * chance:.0f}\%$") and says(f"20 subgroups, {100 * chance:.0f}%")
    error = sqrt(2**2 + 2**2)
    assert says(rf"the difference is $3 \pm {error:.1f}$, $z = {3 / error:.2f}$")


def test_shown_items_and_granted_loans() -> None:
    shown = [(r, p) for r in (0, 1) for p in (0, 1) if r or p]
    popular = [r for r, p in shown if p]
    assert says(rf"\P(\text{{relevant}} \mid \text{{popular}}) = {sum(popular) / len(popular)}$")
    assert all(r for r, p in shown if not p)
    assert says(f"the labels show 5% where the population has {0.1 * 30 + 0.9 * 5:.1f}%")
    assert says("of 1,000 accounts 200 left; 60% of them and 30% of the others had called support.")
    assert says(f"That is {(200 * 60 + 800 * 30) // 1000}% of those who entered, and 30% of those you can still see.")


def test_a_useless_feature_that_heavy_users_find() -> None:
    adopters = 40, 100
    assert adopters == (800 * 5 // 100, 200 * 50 // 100)
    stay = adopters[0] * 0.4 + adopters[1] * 0.8
    rest = (800 - 40) * 0.4 + (200 - 100) * 0.8
    assert says(
        rf"${stay:.0f}/140 = {100 * stay / 140:.1f}\%$ among adopters and ${rest:.0f}/860 = {100 * rest / 860:.1f}\%$ among the others: a gap of {100 * (stay / 140 - rest / 860):.0f} points"
    )
    assert says("Say one user in five is heavy, and heavy users retain at 80%, light ones at 40%. If half of the heavy and 5% of the light adopt")
    assert says("shows a gap of 24 points.")


def test_weighting_by_the_propensity_recovers_the_mean() -> None:
    share, propensity, treated_mean = [F(4, 5), F(1, 5)], [F(1, 20), F(1, 2)], [F(3, 10), F(9, 10)]
    weighted = sum(s * e * y / e for s, e, y in zip(share, propensity, treated_mean, strict=True))
    assert weighted == sum(s * y for s, y in zip(share, treated_mean, strict=True))
    assert says(r"\E[TY/e(X)] = \E[Y(1)]")


def test_quasi_experiments() -> None:
    effect = (120 - 100) - (90 - 80)
    assert says(f"$20 - 10 = {effect}$, the effect on the *treated* city")
    without, factor = 120 - effect, F(120, 100) / F(90, 80)
    assert says(
        f"in levels it is {effect} on {without}, or {100 * effect / without:.1f}%, in logs a factor of $1.2/1.125$, or {float(100 * (factor - 1)):.1f}%."
    )
    assert says(f"the **Wald ratio** $2/25 = {100 * F(42 - 40, 30 - 5)}$ points")


def test_off_policy_by_hand() -> None:
    logs = [("A", 1)] * 2 + [("A", 0)] * 7 + [("B", 1)]
    weight, model = {"A": F(1, 4), "B": F(4)}, {"A": F(1, 4), "B": F(1, 2)}
    total = sum(weight[a] for a, _ in logs)
    ips = sum(weight[a] * r for a, r in logs) / 10
    direct = F(1, 5) * model["A"] + F(4, 5) * model["B"]
    correction = sum(weight[a] * (r - model[a]) for a, r in logs) / 10
    assert says(
        rf"$\hat V_{{\text{{IPS}}}} = (2 \cdot 0.25 + 4)/10 = {float(ips):.2f}$; $\hat V_{{\text{{SN}}}} = 4.5/{float(total)} = {float(10 * ips / total):.2f}$"
    )
    assert says(rf"the model says ${float(direct):.2f}$ and the correction adds $(0.25 \cdot (2 - 2.25) + 4 \cdot 0.5)/10 = {float(correction):.3f}$")
    assert says(rf"$\hat V_{{\text{{DR}}}} = {float(direct + correction):.3f}$")
    assert says(rf"$(\sum w)^2/\sum w^2$ is ${float(total**2 / sum(weight[a] ** 2 for a, _ in logs)):.1f}$")


def test_the_best_of_many_policies_looks_better_than_it_is() -> None:
    assert says("the best of many policies on one log looks better than it is")
    rng = np.random.default_rng(10)
    actions = rng.integers(10, size=(2000, 200))  # old policy: uniform over ten actions; every action pays half of the time
    reward = rng.random(actions.shape) < 0.5
    values = np.stack([10 * (reward & (actions == a)).mean(axis=1) for a in range(10)])  # inverse propensity of "play a"
    assert values.mean() == pytest.approx(0.5, abs=0.01) and values.max(axis=0).mean() > 0.6


def test_adjusting_for_a_collider_from_before_treatment_opens_a_path() -> None:
    assert says(r"if $T \leftarrow A \to L \leftarrow B \to Y$, adjusting for $L$ *opens* the path (**M-bias**).")
    rng = np.random.default_rng(11)
    a, b = rng.standard_normal((2, 200_000))
    collider, treatment, outcome = a + b, a + rng.standard_normal(a.size), b + rng.standard_normal(b.size)

    def slope(*controls: np.ndarray) -> float:
        return float(np.linalg.lstsq(np.column_stack([treatment, *controls]), outcome, rcond=None)[0][0])

    assert abs(slope()) < 0.02 and slope(collider) < -0.15


def test_an_instrument_amplifies_bias() -> None:
    assert says("and can amplify what confounding is left")
    rng = np.random.default_rng(12)
    z, u, noise, more = rng.standard_normal((4, 200_000))
    treatment, outcome = z + u + noise, u + more  # no effect; u isn't observed
    plain = np.linalg.lstsq(treatment[:, None], outcome, rcond=None)[0][0]
    adjusted = np.linalg.lstsq(np.column_stack([treatment, z]), outcome, rcond=None)[0][0]
    assert adjusted > plain + 0.1 > 0.4


def test_off_policy_biases() -> None:
    """Exact expectations over one log and over two, for two actions and rewards that depend on the action alone."""
    old, new, reward = [F(4, 5), F(1, 5)], [F(1, 5), F(4, 5)], [F(1, 4), F(3, 4)]
    value = sum(p * r for p, r in zip(new, reward, strict=True))
    weight = [n / o for n, o in zip(new, old, strict=True)]

    def doubly_robust(weights: list[F], model: list[F]) -> F:
        direct = sum(p * q for p, q in zip(new, model, strict=True))
        return sum(old[a] * (direct + weights[a] * (reward[a] - model[a])) for a in (0, 1))

    assert sum(old[a] * weight[a] * reward[a] for a in (0, 1)) == value
    assert doubly_robust(weight, [F(9), F(-2)]) == value  # a wrong model
    assert doubly_robust([F(7), F(1, 3)], reward) == value  # wrong propensities
    assert doubly_robust([F(7), F(1, 3)], [F(9), F(-2)]) != value

    def self_normalized(*actions: int) -> F:
        return sum(weight[a] * reward[a] for a in actions) / sum(weight[a] for a in actions)

    one = sum(old[a] * self_normalized(a) for a in (0, 1))
    two = sum(old[a] * old[b] * self_normalized(a, b) for a in (0, 1) for b in (0, 1))
    assert abs(one - value) > abs(two - value) > 0  # biased, and less with more logs


def test_mix_and_product() -> None:
    before, after = 0.6 * 5 + 0.4 * 10, (1 - 0.288) * 5 + 0.288 * 10
    assert says(f"from {before:.1f}% to {after:.2f}%, by {100 * (1 - after / before):.1f}%, and no rate has changed")
    product = 0.99 * 0.93
    assert says(f"give ${product:.3f}$") and says(rf"$\ln 0.93/\ln {product:.4f} = {100 * log(0.93) / log(product):.0f}\%$")
