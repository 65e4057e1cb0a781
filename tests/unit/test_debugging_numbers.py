"""Recomputes the numbers in the text of the page on debugging, and runs its broken programs to see their symptoms.

Each test builds a phrase of the page from a computation and looks for it in the page, so it fails when either changes.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from functools import cache
from math import e, exp, log
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs/practical/debugging-models.md").read_text(encoding="utf-8").split())
PROGRAMS = [
    "d-batch-mean",
    "d-broadcast",
    "d-category-map",
    "d-false-negatives",
    "d-judge-position",
    "d-label-misalign",
    "d-post-event",
    "d-scaler-leak",
    "d-time-split",
]


def says(phrase: str) -> bool:
    """Whether the page holds the phrase, however its lines are broken."""
    return " ".join(phrase.split()) in PAGE


def test_a_guess_among_k_classes_costs_the_logarithm_of_k() -> None:
    for classes in (2, 10, 1000, 50257):
        assert says(f"| {classes:,} | {log(classes):.3f} |")
    assert says(f"For ten balanced classes a guess costs about {log(10):.1f}.")


def expected_loss(deviation: float, classes: int, draws: int = 20_000) -> float:
    """Of a random label, by simulation; exact to about 0.05."""
    rng = random.Random(0)
    total = 0.0
    for _ in range(draws):
        logits = [rng.gauss(0, deviation) for _ in range(classes)]
        top = max(logits)
        total += top + log(sum(exp(z - top) for z in logits)) - logits[0]
    return total / draws


def test_scattered_logits_cost_more_than_a_guess() -> None:
    assert expected_loss(1, 10) == pytest.approx(2.7, abs=0.05)
    assert expected_loss(5, 10) == pytest.approx(8.0, abs=0.1)
    assert says("the expected loss is about 2.7 at a standard deviation of 1, and about 8.0 at 5.")


def test_the_base_rate_is_a_landmark() -> None:
    entropy = -0.01 * log(0.01) - 0.99 * log(0.99)
    assert says(rf"has loss $-0.01 \ln 0.01 - 0.99 \ln 0.99 = {entropy:.3f}$. A model at {entropy:.3f} has learned")
    assert says(rf"$\ln(0.01/0.99) = {log(0.01 / 0.99):.2f}$")


def test_a_second_softmax_leaves_a_floor() -> None:
    floor = -log(e / (e + 9))
    assert says(rf"$-\ln \frac{{e}}{{e + 9}} = {floor:.3f}$")
    assert says(f"| softmax twice | floor {floor:.3f} for ten classes |")

    def loss(first: float) -> float:
        """With what the first softmax gives to the right class, the rest being shared alike."""
        rest = (1 - first) / 9
        return log(exp(first) + 9 * exp(rest)) - first

    assert min(loss(i / 1000) for i in range(1001)) == pytest.approx(floor)


def test_steps_on_a_quadratic() -> None:
    curvature, slow, fast = 4, 0.1, 0.51
    assert says(rf"With $h = {curvature}$, $\eta = {slow}$ leaves {1 - slow * curvature:.1f} of it")
    factor = 1 - fast * curvature
    assert says(rf"at $\eta = {fast}$ the factor is ${factor:.2f}$, and the loss grows by {100 * (factor**2 - 1):.0f}% a step")
    assert abs(1 - 0.499 * curvature) < 1 < abs(1 - 0.501 * curvature) and says(r"diverges if $\eta h > 2$ on a quadratic")


def test_mean_of_batch_means() -> None:
    right, wrong = 90, 10
    assert says(
        f"Two batches, {right} rows all right and {wrong} all wrong: accuracy {right / (right + wrong):.2f}, mean of batch means {(1 + 0) / 2:.2f}."
    )


def test_experiments_that_halve_against_one_cause_at_a_time() -> None:
    causes = 8
    halving = 0
    left = causes
    while left > 1:
        left, halving = left // 2, halving + 1
    one_by_one = [min(place, causes - 1) for place in range(1, causes + 1)]  # the last cause needs no test of its own
    assert says(f"With {causes} equally likely causes, experiments that halve the list need {halving}.")
    assert says(f"needs {sum(one_by_one) / causes:.1f} on average and {max(one_by_one)} at worst")


@cache
def quiz() -> dict[str, dict[str, Any]]:
    text = (ROOT / "quizzes/practical/debugging-models.yml").read_text(encoding="utf-8")
    return {question["id"]: question for question in yaml.safe_load(text)["questions"]}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_broken_program_prints_its_symptom(name: str) -> None:
    shown = re.search(r"```text\n(.*?)\n```", quiz()[name]["symptom"], re.DOTALL)
    assert shown, "The symptom shows what the program prints, in a fence."
    printed = subprocess.run([sys.executable, "-I", "-"], input=quiz()[name]["starter"], capture_output=True, text=True, timeout=60, check=True)
    assert printed.stdout.strip() == shown.group(1).strip()
