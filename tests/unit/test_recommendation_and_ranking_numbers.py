"""Recomputes the numbers in the text of the chapter on recommendation, and tries its claims.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
Numbers of the questions have proofs of their own, and the notebook asserts its results.
"""

from __future__ import annotations

from itertools import product
from math import exp, factorial, lgamma, log, log2, sqrt
from pathlib import Path

import numpy as np
import pytest

PAGE = " ".join((Path(__file__).parents[2] / "docs/ml/recommendation-and-ranking.md").read_text(encoding="utf-8").split())


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def test_ratings_observed_by_choice_and_their_weights() -> None:
    love, rest = 500 * 0.20, 500 * 0.05
    assert says(f"The {love:.0f} and {rest:.0f} observed ratings average")
    assert says(rf"(100 \cdot 5 + 25 \cdot 1)/125 = {(love * 5 + rest) / (love + rest):.1f}$; the truth is {(500 * 5 + 500) / 1000:.0f}.")
    assert (love * 5 / 0.20 + rest / 0.05) / 1000 == pytest.approx(3)


def test_funnel_costs_add_and_recalls_multiply() -> None:
    assert says(rf"$10^7 \times 60\,\mu\text{{s}} = {1e7 * 60e-6:.0f}$ s; the funnel costs {5 + 4 + 18 + 1} ms")
    assert 2000 * 2e-3 == 4 and pytest.approx(18) == 300 * 60e-3
    assert says(rf"$0.80 \cdot 0.95 \cdot 0.60 = {0.8 * 0.95 * 0.6:.3f}$. A perfect ranker can't exceed ${0.8 * 0.95:.2f}$")


def test_cosine_of_items_prefers_the_niche() -> None:
    assert says(rf"$15/\sqrt{{2{{,}}000}} = {15 / sqrt(100 * 20):.3f}$ and $60/\sqrt{{90{{,}}000}} = {60 / sqrt(100 * 900):.3f}$")


def test_identity_of_the_factorization_machine() -> None:
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=7), rng.normal(size=(7, 3))
    pairs = sum(v[j] @ v[k] * x[j] * x[k] for k in range(7) for j in range(k))
    terms = x[:, None] * v
    assert pairs == pytest.approx(((terms.sum(0) ** 2).sum() - (terms**2).sum()) / 2)
    small = np.array([(1, 0), (2, 1), (0, -1)])
    total, squares = (small.sum(0) ** 2).sum(), (small**2).sum()
    assert says(rf"the pairs give $2 + 0 - 1 = 1$, and $\frac12({total} - {squares}) = {(total - squares) // 2}$")


def test_als_by_hand_and_its_cost() -> None:
    y, c, p = np.array([0.8, 0.5, -0.4]), np.array([7, 1, 1]), np.array([1, 0, 0])
    top, bottom = (c * p * y).sum(), (c * y * y).sum() + 0.1
    x = top / bottom
    assert says(rf"so $x = {top:.1f}/{bottom:.2f} = {x:.2f}$. The scores are ${x * 0.8:.2f}$, ${x * 0.5:.2f}$ and $-{x * 0.4:.2f}$")
    assert says(rf"it would be ${top:.1f}/{7 * 0.64 + 0.1:.2f} = {top / (7 * 0.64 + 0.1):.2f}$")
    cheap, dear = 64**2 * 50 + 64**3, 64**2 * 100_000
    assert says(f"about {round(cheap, -3):,} against {dear / 1e6:.0f} million operations")
    rng = np.random.default_rng(1)
    items, weights = rng.normal(size=(9, 3)), 1 + 2 * rng.poisson(0.5, size=9)
    direct = items.T @ np.diag(weights) @ items
    assert np.allclose(direct, items.T @ items + items.T @ np.diag(weights - 1) @ items)


def slope(scores: np.ndarray, p: list[float], q: list[float], batch: int, mask: bool) -> np.ndarray:
    """The gradient of the expected in-batch loss of one context, over all batches, without correction."""
    gradient = np.zeros(len(p))
    for y in range(len(p)):
        for others in product(range(len(p)), repeat=batch - 1):
            weight = p[y] * float(np.prod([q[k] for k in others]))
            seen = [y] + [k for k in others if not (mask and k == y)]
            share = np.exp(scores[seen])
            np.add.at(gradient, seen, weight * share / share.sum())
            gradient[y] -= weight
    return gradient


def test_in_batch_softmax_learns_lift_and_masking_copies_changes_that() -> None:
    p, q = [0.5, 0.3, 0.2], [0.6, 0.3, 0.1]
    lift = np.log(np.array(p) / q)
    for batch in (2, 3, 4):
        assert np.allclose(slope(lift, p, q, batch, mask=False), 0, atol=1e-12)
    assert abs(slope(lift, p, q, 4, mask=True)).max() > 0.01
    # With rare copies masking hardly matters: many items, each with a small share.
    p = [1 / 40] * 20 + [1 / 20] * 10
    q = [1 / 30] * 30
    assert abs(slope(np.log(np.array(p) / q), p, q, 3, mask=True)).max() < 0.001


def test_hit_film_or_chess() -> None:
    assert says(rf"$\ln 1.2 = {log(0.06 / 0.05):.2f}$ against $\ln 10 = {log(0.02 / 0.002):.2f}$, chess first")
    assert says(rf"$\ln 0.06 = {log(0.06):.2f}$ against $\ln 0.02 = {log(0.02):.2f}$, the hit first")


def test_copies_in_a_batch() -> None:
    assert says(f"appears {512 * 0.01:.1f} times on average")
    assert says(f"$1 - 0.99^{{511}} = {1 - 0.99**511:.3f}$")
    for copies in (2, 5):
        scores = np.array([3.0] * copies + [-20.0])
        assert -scores[0] + np.log(np.exp(scores).sum()) >= log(copies)


def chances(count: int, share: float) -> np.ndarray:
    """The binomial probabilities of 0 to count."""
    k = np.arange(count + 1)
    choose = [lgamma(count + 1) - lgamma(j + 1) - lgamma(count - j + 1) for j in range(count + 1)]
    return np.exp(choose + k * log(share) + (count - k) * log(1 - share))


def error_of_masking(p: float, q: float, batch: int) -> float:
    """How far the corrected score of one hit among rare items ends above its log probability, relative to theirs, if its copies are masked."""
    k, weight = np.arange(batch), chances(batch - 1, q)
    low, high = -20.0, 20.0
    for _ in range(60):
        gap = (low + high) / 2  # the logit of the hit minus that of the others, after the correction
        rest = (batch - 1 - k) / (exp(gap) + batch - 1 - k)  # the push on the hit's rows
        hit = k * exp(gap) / (k * exp(gap) + batch - k)  # the push on the hit in other rows
        low, high = (gap, high) if (weight * ((1 - p) * hit - p * rest)).sum() < 0 else (low, gap)
    return low - log(p / q * (1 - q) / (1 - p))


def test_masking_copies_lifts_items_with_a_large_share_of_one_users_clicks() -> None:
    def limit(p: float) -> float:
        return log((1 - p) / (1 - 2 * p))

    assert says(f"which is {limit(0.02):.2f} for $p$ = 2% and {limit(0.20):.2f} for 20%")
    for p in (0.02, 0.06, 0.20):
        assert error_of_masking(p, 0.05, 2_000) == pytest.approx(limit(p), rel=0.05)
    # Harmless if copies are rare, whatever p is, and with many copies if p is small.
    assert 0 < error_of_masking(0.20, 0.0001, 64) < 0.005
    assert 0 < error_of_masking(0.01, 0.05, 2_000) < 0.02


def test_mixed_negatives_need_the_probability_of_the_mixture() -> None:
    items, batch, uniform, p, q = 201, 64, 32, 0.06, 0.05
    flat = 1 / items
    rare = (1 - q) / (items - 1)

    def mixed(share: float) -> float:
        return ((batch - 1) * share + uniform * flat) / (batch - 1 + uniform)

    def slope(hit: float, other: float, first: float, second: float) -> float:
        """The gradient at the true log probabilities, with these weights of a hit and of another item from batch and catalog."""
        score = {"hit": p, "other": (1 - p) / (items - 1)}
        k, m = np.arange(batch)[:, None], np.arange(uniform + 1)[None, :]
        weight = chances(batch - 1, q)[:, None] * chances(uniform, flat)[None, :]
        hits = score["hit"] * (k / hit + m / first)
        rest = score["other"] * ((batch - 1 - k) / other + (uniform - m) / second)
        own, others = score["hit"] / hit, score["other"] / other
        return float((weight * ((1 - p) * hits / (hits + rest + others) - p * rest / (hits + rest + own))).sum())

    right = slope(mixed(q), mixed(rare), mixed(q), mixed(rare))
    assert abs(right) < 1e-4
    assert abs(slope(q, rare, q, rare)) > 50 * abs(right)  # the share in the batch for all of them
    assert abs(slope(q, rare, flat, flat)) > 50 * abs(right)  # each source its own


def test_steps_between_two_occurrences_saturate() -> None:
    assert says(f"for 1% and 512 rows {1 - 0.99**512:.3f}")


def test_lambda_aims_at_the_top() -> None:
    first, second = 1 - 1 / log2(4), 1 / log2(3) - 1 / log2(4)
    strong, weak = 1 / (1 + exp(0.5 - 1.5)), 1 / (1 + exp(0.5 - 1.0))
    assert says(rf"a change of {first:.1f}; with rank 2, $1/\log_2 3 = {1 / log2(3):.3f}$, a change of {second:.3f}")
    assert says(rf"$\lambda = {strong:.3f} \cdot {first:.1f} = {strong * first:.3f}$ and ${weak:.3f} \cdot {second:.3f} = {weak * second:.3f}$")


def test_lambda_is_the_pairwise_gradient_times_the_change() -> None:
    def loss(a: float, b: float) -> float:
        return log(1 + exp(-(a - b)))

    slope = (loss(0.5 + 1e-6, 1.5) - loss(0.5 - 1e-6, 1.5)) / 2e-6
    assert -slope == pytest.approx(1 / (1 + exp(0.5 - 1.5)), abs=1e-6)


def test_relevance_from_clicks_at_two_ranks() -> None:
    assert says(rf"relevance is $0.08$ against $30/(1{{,}}000 \cdot 0.2) = {30 / 200:.2f}$")
    assert says(rf"$1/\sqrt{{30}} = {100 / sqrt(30):.0f}\%$ and $1/\sqrt{{80}} = {100 / sqrt(80):.0f}\%$")


def test_inverse_propensity_weights_recover_relevance() -> None:
    rng = np.random.default_rng(2)
    theta, rho = np.array([1.0, 0.5, 0.2]), np.array([0.3, 0.1, 0.2])
    ranks = np.array([rng.permutation(3) for _ in range(60_000)])
    clicks = rng.random(ranks.shape) < theta[ranks] * rho
    assert np.allclose((clicks / theta[ranks]).mean(0), rho, atol=0.01)


def test_standard_error_of_replay_and_orders_of_a_list() -> None:
    assert says(rf"$\sqrt{{0.05 \cdot 0.95/100{{,}}000}} = {sqrt(0.05 * 0.95 / 1e5):.4f}$")
    assert says(f"10 items in random order have {factorial(10) / 1e6:.1f} million orders")


def test_probabilities_of_an_epsilon_greedy_log() -> None:
    rng = np.random.default_rng(3)
    epsilon, k = 0.3, 5
    shown = np.where(rng.random(400_000) < epsilon, rng.integers(k, size=400_000), 0)
    share = np.bincount(shown, minlength=k) / len(shown)
    assert share[0] == pytest.approx(1 - epsilon + epsilon / k, abs=0.005)
    assert np.allclose(share[1:], epsilon / k, atol=0.005)


def test_replay_of_random_logs_is_the_mean_over_agreeing_rows() -> None:
    rng = np.random.default_rng(3)
    actions, rewards = rng.integers(10, size=2_000), rng.random(2_000)
    weights = (actions == 4) / 0.1
    assert (weights * rewards).sum() / weights.sum() == pytest.approx(rewards[actions == 4].mean())


def test_shrunk_rates_and_the_share_of_a_new_item() -> None:
    assert says(f"$(5 + 3)/(100 + 20) = {8 / 120:.3f}$; a known one with 70 in 1,000 gets $75/1{{,}}100 = {75 / 1100:.3f}$")
    assert says(f"Raw rates say {3 / 20:.2f} and {70 / 1000:.2f}")
    spread = [sqrt(a * b / (a + b) ** 2 / (a + b + 1)) for a, b in ((8, 112), (75, 1025))]
    assert says(f"standard deviations of {spread[0]:.3f} and {spread[1]:.3f}")
    rng = np.random.default_rng(4)
    wins = (rng.beta(8, 112, 400_000) > rng.beta(75, 1025, 400_000)).mean()
    assert says(f"the new item wins {100 * wins:.0f}% of the time")
    assert says(f"$0.9^{{10}} = {0.9**10:.2f}$")
    assert says("is 6.7%, not 15%")


def test_the_order_of_two_videos_turns() -> None:
    a, b = 0.10 * 60, 0.06 * 80
    assert says(f"Expected watch time is {a:.1f} against {b:.1f} s")
    turn = (a - b) / (0.005 - 0.001)
    assert says(f"$w = {a - b:.1f}/0.004 = {turn:.0f}$") and says(f"the turn is at {turn / 2:.0f}")


def test_auction_values_and_price() -> None:
    a, b = 1.00 * 0.05, 2.50 * 0.018
    assert says(f"worth {a:.3f} an impression. B bids 2.50 at $p = 0.018$: {b:.3f}")
    assert says(f"pays ${b:.3f}/0.05 = {b / 0.05:.2f}$ a click") and says(f"its {1.2 * b:.3f} wins")
    assert 1.2 * b > a > b


def test_down_sampling_multiplies_the_odds() -> None:
    right = 0.2 / (0.2 + 0.8 / 0.1)
    assert says(f"$0.2/(0.2 + 8) = {right:.3f}$, not $0.02$")
    rng = np.random.default_rng(5)
    clicks = rng.random(400_000) < right
    kept = clicks | (rng.random(400_000) < 0.1)
    assert clicks[kept].mean() == pytest.approx(0.2, abs=0.01)


def test_mmr_by_hand() -> None:
    b, c = 0.7 * 0.85 - 0.3 * 0.95, 0.7 * 0.6 - 0.3 * 0.1
    assert says(f"B scores ${0.7 * 0.85:.3f} - {0.3 * 0.95:.3f} = {b:.2f}$, C ${0.7 * 0.6:.2f} - {0.3 * 0.1:.2f} = {c:.2f}$") and c > b


def test_embedding_tables() -> None:
    size = 50e6 * 64 * 4 / 1e9
    assert says(f"is {size:.1f} GB, and with the two moments of Adam {3 * size:.1f} GB")
    assert 100 * exp(-5) < 1 and says("that is $e^{-5}$, under 1%")
    rng = np.random.default_rng(6)
    rows = rng.integers(2_000, size=3_000)
    counts = np.bincount(rows, minlength=2_000)
    assert (counts[rows] == 1).mean() == pytest.approx(exp(-1.5), abs=0.04)


def test_semantic_ids() -> None:
    assert says(f"$256^3 = {256**3 / 1e6:.1f}$ million items with {3 * 256} token embeddings")


def test_weights_of_observed_cells_and_zeros() -> None:
    assert says(rf"$0.05 \cdot 41 = {0.05 * 41:.2f}$ of positive against {0.95:.2f} of zero weight")


def test_cost_of_one_exploring_slot() -> None:
    assert says(f"that is about {100 / 20 * 0.3:.1f}% of clicks")
