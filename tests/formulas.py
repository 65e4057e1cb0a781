"""What the tests of formula sheets share: an account of which formulas are checked, and a few tools for checking."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
Array = np.ndarray[Any, Any]
Rng = np.random.Generator
Check = Callable[[Rng], None]


@dataclass
class Sheet:
    """A page of formulas. A formula without a check is noticed, unless it is listed as a definition: then there is nothing to compute."""

    file: str
    definitions: frozenset[str]
    checks: dict[str, Check] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return (REFERENCE / self.file).read_text(encoding="utf-8")

    def covers(self, *ids: str) -> Callable[[Check], Check]:
        """Marks a check of these formulas, named by their ids on the page."""

        def mark(check: Check) -> Check:
            for name in ids:
                assert name not in self.checks, f"`{name}` has two checks"
                self.checks[name] = check
            return check

        return mark

    def assert_every_formula_is_checked_or_is_a_definition(self) -> None:
        written = re.findall(r"^\[[^\n]+ \{ #([a-z0-9-]+) \}$", self.page, re.MULTILINE)
        assert len(written) == len(set(written)) == len(re.findall(r"\}\n:   \$", self.page)), "each entry has an id of its own and a formula"
        assert not self.definitions & self.checks.keys(), "a definition that is checked is none"
        assert sorted(written) == sorted(self.definitions | self.checks.keys())

    def assert_each_formula_names_a_section_and_says_when_it_holds(self) -> None:
        for entry in re.findall(r"^\[.+? \}\n(?:.+\n)+", self.page, re.MULTILINE):
            assert re.match(r"\[.+\]\(\.\./[\w/-]+\.md#[\w-]+\) \{ #[a-z0-9-]+ \}\n:   \$.+\n:   \S", entry), entry


def close(a: Any, b: Any, tolerance: float = 1e-8) -> bool:
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


def near(estimate: Any, truth: Any, margin: float) -> bool:
    """For simulations: within a margin that is several standard errors."""
    return bool(np.all(np.abs(np.asarray(estimate) - truth) < margin))


def spd(rng: Rng, n: int = 4) -> Array:
    a = rng.normal(size=(n, n))
    return a @ a.T + 0.5 * np.eye(n)


def gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    result = np.zeros_like(x, dtype=float)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x, dtype=float)
        step[place] = h
        result[place] = (f(x + step) - f(x - step)) / (2 * h)
    return result


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def density(x: Array, mean: float = 0.0, deviation: float = 1.0) -> Array:
    return np.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * sqrt(2 * pi))
