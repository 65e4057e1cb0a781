"""Recomputes the numbers in the text of the chapter on probability.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its simulations.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from itertools import combinations, permutations, product
from math import ceil, comb, e, exp, factorial, gamma, log, pi, prod, sqrt
from pathlib import Path
from statistics import NormalDist

import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/math/probability.md").read_text(encoding="utf-8").split())
NORMAL = NormalDist()


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def harmonic(n: int) -> float:
    return sum(1 / k for k in range(1, n + 1))


def test_the_coin_of_unknown_bias_gives_dependent_flips() -> None:
    both = (0.9**2 + 0.1**2) / 2
    assert says(rf"\P(HH) = \tfrac12(0.81 + 0.01) = {both:.2f}$")
    assert says(f"{both:.2f} / 0.5 = {both / 0.5:.2f}")


@pytest.mark.parametrize(("prevalence", "shown"), [(0.001, "0.1%"), (0.01, "1%"), (0.1, "10%"), (0.5, "50%")])
def test_prevalence_table(prevalence: float, shown: str) -> None:
    odds, ratio = prevalence / (1 - prevalence), 0.99 / 0.05
    once, twice = odds * ratio, odds * ratio**2
    assert says(f"| {shown} | {100 * once / (1 + once):.1f}% | {100 * twice / (1 + twice):.1f}% |")


def test_the_rare_disease_as_counts_and_as_odds() -> None:
    sick, healthy = 100, 9_900
    found, flagged = round(sick * 0.99), round(healthy * 0.05)
    assert F(found, found + flagged) == F(1, 6)
    assert says(f"{found}/{found + flagged} = 1/6")
    assert says(f"so {found} of {found + flagged} positives, one in six, are sick.")
    ratio = 0.99 / 0.05
    odds = ratio * sick / healthy
    assert says(f"0.99/0.05 = {ratio:.1f}$. Prior odds $1:99$ become ${ratio:.1f}/99 = {odds:.1f}$")
    assert says(f"odds ${odds * ratio:.2f}$, probability ${odds * ratio / (1 + odds * ratio):.3f}$")


def test_fixed_points_of_a_random_permutation_have_mean_and_variance_one() -> None:
    for n in range(2, 7):
        counts = [sum(i == hat for i, hat in enumerate(hats)) for hats in permutations(range(n))]
        mean = F(sum(counts), len(counts))
        assert mean == 1
        assert F(sum(c * c for c in counts), len(counts)) - mean**2 == 1
        both = F(sum(hats[0] == 0 and hats[1] == 1 for hats in permutations(range(n))), len(counts))
        assert both - F(1, n) ** 2 == F(1, n**2 * (n - 1))


def test_variance_of_heads_after_a_die_roll() -> None:
    joint = {(y, x): F(comb(y, x), 6 * 2**y) for y in range(1, 7) for x in range(y + 1)}
    mean = sum(x * p for (_, x), p in joint.items())
    variance = sum(x * x * p for (_, x), p in joint.items()) - mean**2
    assert says(rf"\E[X] = {float(mean):.2f}$")
    assert says(rf"\frac{{{variance.numerator}}}{{{variance.denominator}}} \approx {float(variance):.2f}")


def total(values: Callable[[float], float], support: list[float], step: float) -> float:
    return sum(values(x) for x in support) * step


COUNTS = [float(k) for k in range(200)]
HALVES = [(i + 0.5) / 1000 for i in range(60_000)]  # middles of short steps from 0 to 60


@pytest.mark.parametrize(
    ("row", "mass", "support", "mean", "variance"),
    [
        (r"| $\binom{n}{k}p^k(1-p)^{n-k}$ | $np$ | $np(1-p)$ |", lambda k: comb(9, int(k)) * 0.3**k * 0.7 ** (9 - k), COUNTS[:10], 2.7, 1.89),
        (r"| $(1-p)^{k-1}p$ | $1/p$ | $(1-p)/p^2$ |", lambda k: 0.7 ** (k - 1) * 0.3, COUNTS[1:], 1 / 0.3, 0.7 / 0.3**2),
        (r"| $e^{-m}\,m^k/k!$ | $m$ | $m$ |", lambda k: exp(-2.5) * 2.5**k / factorial(int(k)), COUNTS[:100], 2.5, 2.5),
        (r"| $\lambda e^{-\lambda x}$ | $1/\lambda$ | $1/\lambda^2$ |", lambda x: 0.8 * exp(-0.8 * x), HALVES, 1 / 0.8, 1 / 0.8**2),
        (
            r"| $\lambda^k x^{k-1}e^{-\lambda x}/\Gamma(k)$ | $k/\lambda$ | $k/\lambda^2$ |",
            lambda x: 0.8**2.5 / gamma(2.5) * x**1.5 * exp(-0.8 * x),
            HALVES,
            2.5 / 0.8,
            2.5 / 0.8**2,
        ),
        (
            r"| $\propto x^{a-1}(1-x)^{b-1}$ | $a/(a+b)$ | $\frac{ab}{(a+b)^2(a+b+1)}$ |",
            lambda x: x * (1 - x) ** 2 * gamma(5) / gamma(2) / gamma(3),
            HALVES[:1000],
            2 / 5,
            6 / (25 * 6),
        ),
        (
            r"| $e^{-(x-\mu)^2/(2\sigma^2)}/(\sigma\sqrt{2\pi})$ | $\mu$ | $\sigma^2$ |",
            lambda x: exp(-((x - 30) ** 2) / (2 * 2**2)) / (2 * sqrt(2 * pi)),
            HALVES,
            30,
            4,
        ),
    ],
)
def test_table_of_distributions(row: str, mass: Callable[[float], float], support: list[float], mean: float, variance: float) -> None:
    assert says(row)
    step = 0.001 if support[0] == HALVES[0] else 1.0
    assert total(mass, support, step) == pytest.approx(1, rel=1e-5)
    assert total(lambda x: x * mass(x), support, step) == pytest.approx(mean, rel=1e-5)
    assert total(lambda x: (x - mean) ** 2 * mass(x), support, step) == pytest.approx(variance, rel=1e-5)


def test_poisson_approximates_rare_failures() -> None:
    assert says(f"0.998^{{1000}} = {0.998**1000:.4f}$; Poisson with mean 2 gives $e^{{-2}} = {exp(-2):.4f}")


def test_densities() -> None:
    peak = 1 / (0.1 * sqrt(2 * pi))
    assert says(rf"1/(0.1\sqrt{{2\pi}}) \approx {peak:.2f}$")
    assert says(f"the peak becomes ${peak / 1000:.5f}$")


def test_mean_of_400_dice() -> None:
    deviation = sqrt(F(35, 12))
    assert says(f"{deviation:.3f}/20 = {deviation / 20:.4f}")
    z = 0.1 / (deviation / 20)
    assert says(rf"\P(Z > {z:.2f}) = {1 - NORMAL.cdf(z):.2f}$")


def test_correlated_draws_level_off_where_the_figure_says() -> None:
    assert says(f"level off near {sqrt(0.1):.2f}; Cauchy stays at 1.")


def test_lognormal_revenue() -> None:
    s = 1.5
    skewness = (exp(s * s) + 2) * sqrt(exp(s * s) - 1)
    top = NORMAL.cdf(s - NORMAL.inv_cdf(0.99))  # share of the total above the 99th percentile
    assert says(f"e^{{s^2/2}} = {exp(s * s / 2):.1f}$, about {100 * NORMAL.cdf(s / 2):.0f}% of buyers spend less than the mean")
    assert says(f"the top 1% bring {100 * top:.0f}% of revenue.")
    assert says(f"The skewness is {skewness:.0f}.")
    assert says(f"about {round(355 * skewness**2, -5):,.0f} here")


def test_samples_each_bound_asks_for() -> None:
    error, failure, variance = F(1, 100), F(1, 20), F(1, 4)
    assert says(f"| {int(variance / (error**2 * failure**2)):,} | yes |")
    assert says(f"| {int(variance / (error**2 * failure)):,} | yes |")
    hoeffding = ceil(log(2 / failure) / (2 * error**2))
    assert says(f"| {hoeffding:,} | yes |")
    assert says(f"| {ceil(1.96**2 * variance / error**2):,} | no |")
    assert says(f"from {hoeffding:,} to {ceil(log(2 * 1000 / failure) / (2 * error**2)):,}, not a thousandfold")
    known = int(F("0.0475") / (error**2 * failure))
    assert says(rf"with $\sigma^2 = 0.0475$ known, Chebyshev needs {known:,} users where Hoeffding needs {hoeffding:,}.")
    worst = 1.96**2 * variance / error**2
    assert 9_500 < worst < 10_000 and says("one half, and get just under ten thousand.")
    assert 1.8 < hoeffding / worst < 2 and says("by Hoeffding, nearly doubles the worst case.")


def test_hoeffding_wins_for_rare_failures() -> None:
    """In units of 1/error², with the largest variance of values between 0 and 1."""

    def samples(failure: float) -> tuple[float, float, float]:
        return 0.25 / failure**2, 0.25 / failure, log(2 / failure) / 2

    for failure in (0.1, 0.05, 0.01, 0.001):
        assert samples(failure) == tuple(sorted(samples(failure), reverse=True))


def test_sample_size_for_a_known_rate_and_for_a_difference() -> None:
    variance = 0.05 * 0.95
    assert says(f"If the rate is near 5%, {ceil(1.96**2 * variance / 0.01**2):,} users do, but then one point is a fifth of the rate.")
    both = (NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(0.8)) ** 2  # times the sum of the two variances
    assert round(2 * both) == 16
    shown = f"{16 * variance / 0.01**2:,.0f}".replace(",", "{,}")
    assert says(rf"$16 \times {variance:.4f}/0.0001 = {shown}$")
    assert says(f"(about {round(both * (variance + 0.06 * 0.94) / 0.01**2, -2):,.0f} with the exact factor and the larger variance at 6%)")


def test_stationary_share_of_active_users() -> None:
    share = F(1, 2) / (F(1, 2) + F(1, 5))
    assert share * F(1, 5) == (1 - share) * F(1, 2)
    assert says(rf"gives $\pi_A = {share.numerator}/{share.denominator}$")
    wait = 1 / F(1, 2)
    between = 1 + F(1, 5) * wait
    assert between == 1 / share
    assert says(f"active again after {wait} days on average")
    assert says(rf"$1 + 0.2 \times {wait} = {float(between)} = 1/\pi_A$")


def expected_wait(pattern: str) -> float:
    """Flips of a fair coin until the pattern, from the distribution over how much of it stands at the end."""
    states, total = {"": 1.0}, 0.0
    while (waiting := sum(states.values())) > 1e-12:
        total += waiting
        following: dict[str, float] = {}
        for seen, p in states.items():
            for flip in "HT":
                tail = seen + flip
                while not pattern.startswith(tail):
                    tail = tail[1:]
                if tail != pattern:
                    following[tail] = following.get(tail, 0.0) + p / 2
        states = following
    return total


def test_waits_for_patterns_of_flips() -> None:
    assert expected_wait("HH") == pytest.approx(6)
    assert expected_wait("HT") == pytest.approx(4)
    assert [expected_wait("H" * k) for k in range(1, 6)] == pytest.approx([2 ** (k + 1) - 2 for k in range(1, 6)])
    assert says("so $e = 2 + f$. After a head I'm done or back at the start: $f = 1 + e/2$. So $e = 6$.")
    assert says(r"The first gives $e_0 = 2 + e_1$; insert the second: $e_0 = 3 + \frac12 e_0 = 6$.")
    assert says("For $k$ heads in a row the answer is $2^{k+1} - 2$.")
    assert says("| $HH$, $HT$ | 6 and 4 flips |")


def test_simulation_costs() -> None:
    ball = pi**5 / prod(range(1, 6))  # volume of the unit ball in ten dimensions
    assert says(f"probability {pi / 4:.3f} in 2 dimensions, {ball / 2**10:.4f} in 10")
    assert max(6 * x * (1 - x) for x in (i / 1000 for i in range(1001))) == pytest.approx(1.5)
    assert says("$g$ uniform, $c = 1.5$")
    assert says(f"4 for a fair coin, {1 / (0.9 * 0.1):.1f} for $p = 0.9$")
    assert says(rf"2 \times 25/21 = {2 * 25 / 21:.2f}$")


def test_birthdays() -> None:
    def shared(n: int) -> float:
        return 1 - prod((365 - i) / 365 for i in range(n))

    assert shared(22) < 0.5 < shared(23)
    assert says(f"at $n = 23$ a shared birthday has probability {shared(23):.3f}")
    assert says(f"For 23 people make {comb(23, 2)} pairs, and $1 - e^{{-253/365}} = {1 - exp(-comb(23, 2) / 365):.3f}$")
    assert says(rf"n = {sqrt(2 * log(2)):.2f}\sqrt{{d}}$")
    assert says(f"about {round(sqrt(2 * log(2) * 2**32), -3):,.0f}.")


def test_coupons() -> None:
    assert says(f"A die needs {6 * harmonic(6):.1f} rolls on average")
    constant = f"{harmonic(10**6) - log(10**6):.3f}"
    assert says(rf"\approx n \ln n + {constant}n + \frac12$")
    assert says(rf"$n \ln n + {constant}n + \frac12$ |")
    assert round(6 * log(6) + 6 * float(constant) + 0.5, 1) == round(6 * harmonic(6), 1)


def test_ruin_at_roulette() -> None:
    p = 18 / 38
    chance = [0.0] * 21
    chance[20] = 1.0
    for _ in range(20_000):
        for i in range(1, 20):
            chance[i] = p * chance[i + 1] + (1 - p) * chance[i - 1]
    assert says(f"succeeds with probability {chance[10]:.3f}; one bet of 10 with {p:.3f}.")


def test_fraud_alert() -> None:
    caught, false = 90, round(99_900 * 0.02)
    assert says(f"{false:,} alerts. So {caught} of {caught + false:,} alerts are real, about {100 * caught / (caught + false):.1f}%")
    ratio = 0.9 / 0.02
    assert says(f"likelihood ratio of {ratio:.0f} is {ratio / 999:.3f}")
    assert says(f"a false-positive rate of {100 * 0.9 / 999:.2f}%")
    odds = ratio**2 / 999
    assert says(f"equal strength gives {100 * odds / (1 + odds):.0f}%")


def test_tuesday_boy() -> None:
    children = list(product("BG", range(7)))
    pairs = list(product(children, repeat=2))

    def share_with_a_tuesday_boy(boys: int) -> F:
        family = [pair for pair in pairs if sum(sex == "B" for sex, _ in pair) == boys]
        return F(sum(("B", 2) in pair for pair in family), len(family))

    assert len(pairs) == 14**2
    assert 1.8 < share_with_a_tuesday_boy(2) / share_with_a_tuesday_boy(1) < 2
    assert says("two boys have nearly twice the chance to include a Tuesday one")
    known = [pair for pair in pairs if ("B", 2) in pair]
    boys = [pair for pair in known if all(sex == "B" for sex, _ in pair)]
    assert says(f"Of $14^2 = {len(pairs)}$ equally likely pairs, {len(known)} have a Tuesday boy, and {len(boys)} of these are two boys")
    assert says(f"two boys: ${len(boys)}/{len(known)}$.")


def test_monty_hall() -> None:
    """You pick door 0; each game has a weight, since a host who knows may have one door to open or two."""

    def switching_wins(host_knows: bool) -> F:
        wins = shown = F(0)
        for car in range(3):
            doors = [door for door in (1, 2) if not (host_knows and door == car)]
            for opened in doors:
                if opened != car:  # a goat appears
                    shown += F(1, len(doors))
                    wins += F(1, len(doors)) * (car == 3 - opened)
        return wins / shown

    knows, guesses = switching_wins(host_knows=True), switching_wins(host_knows=False)
    assert says(f"Switching wins ${knows}$: it loses only if your first pick was right")
    assert says(f"a random other door and a goat happens to appear, it wins ${guesses}$:")
    assert says(f"| Monty Hall | switching wins {knows} if the host knows, {guesses} if he opens at random |")


def test_secretary() -> None:
    def chance(n: int, k: int) -> float:
        return k / n * sum(1 / (j - 1) for j in range(k + 1, n + 1)) if k else 1 / n

    best = max(range(10), key=lambda k: chance(10, k))
    assert says(f"For ten candidates, skip {best} and win with {chance(10, best):.3f}")
    assert says(f"skip {100 / e:.0f}%, win {100 / e:.0f}%")


def test_broken_stick() -> None:
    steps = 400
    grid = [((i + 0.5) / steps, (j + 0.25) / steps) for i in range(steps) for j in range(steps)]
    pieces = [(min(x, y), abs(x - y), 1 - max(x, y)) for x, y in grid]
    assert sum(max(three) < 0.5 for three in pieces) / len(pieces) == pytest.approx(1 / 4, abs=0.005)
    lengths = [0.5 + (i + 0.5) / 2000 for i in range(1000)]
    longer_piece_cut = sum((1 - length) / length for length in lengths) / len(lengths)
    assert says(rf"2\ln 2 - 1 \approx {longer_piece_cut:.3f}$")


def test_tanks() -> None:
    k, largest = 4, 60
    assert says(rf"$60 \times 1.25 - 1 = {largest * (1 + 1 / k) - 1:.0f}$")
    assert says(f"here {2 * sum((19, 40, 42, 60)) / 4 - 1:.1f}.")
    samples = list(combinations(range(1, 16), k))
    assert F(sum(max(sample) == 15 for sample in samples), len(samples)) == F(k, 15)

    def mean_and_variance(values: list[F]) -> tuple[F, F]:
        mean = sum(values, F(0)) / len(values)
        return mean, sum(((value - mean) * (value - mean) for value in values), F(0)) / len(values)

    by_max = mean_and_variance([F(max(sample) * (k + 1), k) - 1 for sample in samples])
    by_mean = mean_and_variance([F(2 * sum(sample), k) - 1 for sample in samples])
    assert by_max[0] == by_mean[0] == 15
    assert by_mean[1] / by_max[1] == F(k + 2, 3)
