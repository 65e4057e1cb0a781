"""Recomputes the numbers in the text of the second and third page on writing things from scratch.

Each test builds a phrase of a page from a computation and looks for it there, so it fails when either changes.
What the challenges claim is held by their own tests.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction as F
from itertools import pairwise
from math import e, erfc, exp, log, log10, pi, sqrt
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs/practical"
DEEP, LLM = (" ".join((DOCS / f"from-scratch-{name}.md").read_text(encoding="utf-8").split()) for name in ("deep", "llm"))
ROUNDING = {"float64": 2.0**-53, "float32": 2.0**-24}


def scientific(x: float) -> str:
    """As the page writes it: one decimal and a power of ten."""
    power = round(log10(x) // 1)
    return rf"{x / 10**power:.1f} \times 10^{{{power}}}"


def deep(phrase: str) -> bool:
    return " ".join(phrase.split()) in DEEP


def llm(phrase: str) -> bool:
    return " ".join(phrase.split()) in LLM


# Automatic differentiation and gradient checks.


def gradients(order: list[str], adding: bool = True) -> dict[str, float]:
    """Of y = ab with a = 2x and b = 3a at x = 1, when values pass their gradients on in this order."""
    inputs = {"y": [("a", 6.0), ("b", 2.0)], "b": [("a", 3.0)], "a": [("x", 2.0)], "x": []}
    found = {"y": 1.0, "a": 0.0, "b": 0.0, "x": 0.0}
    for user in order:
        for value, slope in inputs[user]:
            found[value] = found[value] * adding + slope * found[user]
    return found


def test_visits_of_a_graph() -> None:
    right = gradients(["y", "b", "a"])
    assert right == {"y": 1, "a": 12, "b": 2, "x": 24}
    slope = (12 * (1 + 1e-6) ** 2 - 12 * (1 - 1e-6) ** 2) / 2e-6
    assert slope == pytest.approx(24)
    assert deep("$y = 12x^2$ and the derivative is 24")
    assert deep("| $y = 12$ | 1 | $b = 6$ to $a$, $a = 2$ to $b$ |")
    assert deep(rf"| $b = 6$ | {right['b']:.0f} | $3 \times 2 = 6$ to $a$ |")
    assert deep(rf"| $a = 2$ | $6 + 6 = 12$ | $2 \times 12 = {right['x']:.0f}$ to $x$ |")
    too_early = gradients(["y", "a", "b"])
    assert too_early["a"] - gradients(["y", "a"])["a"] == 6
    assert deep(rf"and $x$ gets $2 \times 6 = {too_early['x']:.0f}$; the other 6 arrives at $a$ too late.")
    assert deep(f"Overwrite in place of adding, and $x$ gets {gradients(['y', 'b', 'a'], adding=False)['x']:.0f} as well.")


def test_step_of_a_gradient_check() -> None:
    best = {kind: (3 * rounding) ** (1 / 3) for kind, rounding in ROUNDING.items()}
    assert deep(rf"where $f = f''' = e$, the best step is ${scientific(best['float64'])}$.")
    assert deep(rf"$\epsilon \approx {scientific(ROUNDING['float64'])}$ in float64")
    assert deep(rf"In float32, $\epsilon \approx {scientific(ROUNDING['float32'])}$, the best step is ${best['float32']:.4f}$")
    least = best["float32"] ** 2 / 6 + ROUNDING["float32"] / best["float32"]
    assert deep(rf"the relative error is about ${scientific(least)}$")


@pytest.mark.parametrize("power", [2, 5, 8])
def test_errors_of_a_gradient_check(power: int) -> None:
    h = 10.0**-power
    cut, rounding = e * h * h / 6, ROUNDING["float64"] * e / h
    assert deep(f"| $10^{{-{power}}}$ | ${scientific(cut)}$ | ${scientific(rounding)}$ |")
    assert abs((exp(1 + h) - exp(1 - h)) / (2 * h) - e) < 1.1 * cut + 4 * rounding


def test_traps_of_gradient_checks() -> None:
    def relu(x: float) -> float:
        return max(x, 0.0)

    assert deep(f"At $x = 0$ the central difference of ReLU is {(relu(1e-5) - relu(-1e-5)) / 2e-5}.")
    weights = [exp(z) for z in (0.3, -1.0, 2.0)]
    p = [w / sum(weights) for w in weights]
    slopes = [sum(p[i] * ((i == j) - p[j]) for i in range(3)) for j in range(3)]  # of the sum of all outputs, by logit j
    assert slopes == pytest.approx([0, 0, 0], abs=1e-12)


def test_mean_of_a_dropout_layer() -> None:
    error = sqrt(0.2 / (0.8 * 10_000))
    assert deep(rf"with standard deviation $\sqrt{{p/((1-p)\,n)}} = {error:.3f}$")
    assert 0.02 / error == pytest.approx(4)
    assert deep(f"a correct layer fails this about once in {round(1 / erfc(4 / sqrt(2)), -3):,.0f} runs")
    assert deep("Without the division the mean is 0.8, far outside.")


def test_divergence_by_simulation() -> None:
    there, back, spread = log(2) - 3 / 8, 3 / 2 - log(2), 3 / 8 * sqrt(2)
    middles = [(i + 0.5) / 100 - 12 for i in range(2400)]  # of short steps, as x / (standard deviation of p)

    def simulated(s: float, t: float) -> tuple[float, float]:
        """Mean and standard deviation of log p - log q, from standard deviations."""
        terms = [(exp(-z * z / 2) / sqrt(2 * pi) / 100, log(t / s) + (z * s / t) ** 2 / 2 - z * z / 2) for z in middles]
        mean = sum(weight * term for weight, term in terms)
        return mean, sqrt(sum(weight * (term - mean) ** 2 for weight, term in terms))

    assert simulated(1, 2) == pytest.approx((there, spread), rel=1e-6)
    assert simulated(2, 1)[0] == pytest.approx(back, rel=1e-6)
    assert deep(rf"it is $\ln 2 - \frac38 = {there:.3f}$ nats, and $\frac32 - \ln 2 = {back:.3f}$ the other way round.")
    assert deep(rf"One term has standard deviation $\frac38\sqrt2 = {spread:.3f}$.")
    assert deep(f"An error bar of two standard errors at 0.01 takes {round((2 * spread / 0.01) ** 2):,} samples.")
    assert deep(f"200 are enough: a standard error of {spread / sqrt(200):.4f} against a difference of {back - there:.3f}.")


def test_price_of_exploration() -> None:
    gap = sum((F(8, 10) - rate for rate in (F(2, 10), F(5, 10), F(8, 10))), F(0)) / 3
    price = gap / 10
    assert deep(rf"the price is $0.1 \times {float(gap)} = {float(price)}$ a round even when the best arm is known, {float(1000 * price):.0f} over")
    assert deep(f"random choice loses {float(1000 * gap):.0f}.")


# Tokenizer, sampler, ranker.


def replaced(text: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    for one in text:
        if out and (out[-1], one) == pair:
            out[-1] += one
        else:
            out.append(one)
    return out


def test_merges_of_three_words() -> None:
    text = list("low lower lowest")
    assert llm(f"`low lower lowest` has {len(text)} bytes.")
    ids = {one: ord(one) for one in text}
    first = Counter(pairwise(text))
    assert first["l", "o"] == first["o", "w"] == max(first.values()) == 3
    assert llm("At first `lo` and `ow` both stand at three places")
    learned = 0
    while max((counts := Counter(pairwise(text))).values()) > 1:
        pair = min(counts, key=lambda pair: (-counts[pair], ids[pair[0]], ids[pair[1]]))
        ids["".join(pair)] = 256 + learned
        learned += 1
        text = replaced(text, pair)
        left, right = (part.replace(" ", "␣") for part in pair)
        assert llm(f"| `{left}` `{right}` | {len(text)} | `{'·'.join(text).replace(' ', '␣')}` |")
    assert learned == 4
    assert llm("Four merges are learned:")


def test_bytes_of_characters_and_small_merges() -> None:
    assert llm(f"`é` has {len('é'.encode())} bytes, `€` {len('€'.encode())}, `😀` {len('😀'.encode())}")
    assert replaced(replaced(list("abc"), ("b", "c")), ("a", "b")) == ["a", "bc"]
    assert llm("the text `abc` becomes `a·bc`")
    assert replaced(list("aaa"), ("a", "a")) == ["aa", "a"]
    assert llm("`aaa` with the merge `a` `a` becomes `aa·a`")


def row(weights: list[float]) -> str:
    return ", ".join(f"{w / sum(weights):.3f}" if w else "0" for w in weights)


def test_table_of_samplers() -> None:
    p = [0.5, 0.3, 0.15, 0.05]
    assert llm("0.5, 0.3, 0.15 and 0.05.")
    for temperature in (2, 0.5):
        assert llm(f"| temperature {temperature} | {row([x ** (1 / temperature) for x in p])} |")
    assert llm(f"| `top_k` 3 | {row([*p[:3], 0])} |")
    assert p[0] < 0.6 <= p[0] + p[1]
    assert llm(f"| `top_p` 0.6 | {row([*p[:2], 0, 0])} |")
    assert llm(f"| `min_p` 0.2 | {row([x if x >= 0.2 * max(p) else 0 for x in p])} |")
    assert llm(f"at least 0.2 times the highest probability, here {0.2 * max(p):.1f}.")


def test_floats_at_the_line() -> None:
    total, needed = 0.0, 0
    while total < 0.8:
        total += 0.1
        needed += 1
        if needed == 8:
            assert total < 0.8
    assert needed == 9
    assert llm("add 0.1 eight times, one after the other, and you get a little less than 0.8.")
    assert llm("ten equal tokens with `top_p` 0.8 keep nine.")


def test_share_in_ten_thousand_draws() -> None:
    assert llm(f"a token of probability 0.625 has a share with standard error {sqrt(0.625 * 0.375 / 10_000):.4f}")


def test_rarity_and_gain() -> None:
    rare, half, common = (log(1 + (10 - d + 0.5) / (d + 0.5)) for d in (1, 5, 10))
    assert llm(f"is {rare:.2f} for $d = 1$, {half:.2f} for $d = 5$ and {common:.2f} for $d = 10$.")
    assert llm(f"Leave the 1 out, and the last becomes ${log(0.5 / 10.5):.2f}$")
    gains = [f * 2.5 / (f + 1.5) for f in (1, 2, 10, 10**9)]
    assert gains[3] < 2.5
    assert llm(f"is {gains[0]:.0f} for the first occurrence, {gains[1]:.2f} for two, {gains[2]:.2f} for ten, and stays below {2.5}.")
