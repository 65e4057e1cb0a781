"""Reading numbers the way people write them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from widget_bridge import call, given


def read(text: str) -> tuple[float, str] | None:
    found: dict[str, Any] | None = call("number.js", "readNumber", text)
    return (float(found["value"]), found["unit"]) if found else None


READINGS = [
    ("0.5", 0.5),
    (".5", 0.5),
    ("5.", 5),
    (" 12 ", 12),
    ("+3", 3),
    ("-3", -3),
    ("−3", -3),
    ("–0.5", -0.5),
    ("- 3", -3),
    ("1e-3", 0.001),
    ("1E+3", 1000),
    ("1e−3", 0.001),
    ("1.2×10^3", 1200),
    ("1.2 × 10^3", 1200),
    ("1.2 x 10^−3", 0.0012),
    ("1.2*10**3", 1200),
    ("2·10^2", 200),
    ("10^6", 1e6),
    ("-10^-2", -0.01),
    ("0,5", 0.5),
    (",5", 0.5),
    ("0,123", 0.123),
    ("1,23", 1.23),
    ("1,2345", 1.2345),
    ("1,234", 1234),
    ("12,345", 12345),
    ("1234,567", 1234.567),
    ("1.234", 1.234),
    ("1,234.5", 1234.5),
    ("1.234,5", 1234.5),
    ("1,234,567", 1234567),
    ("1.234.567", 1234567),
    ("1.234.567,8", 1234567.8),
    ("1 234,5", 1234.5),
    ("1 234,567", 1234.567),
    ("1\u00a0234.5", 1234.5),
    ("1\u2009234\u2009567", 1234567),
    ("1\u202f234", 1234),
    ("1'234.5", 1234.5),
    ("1’234’567", 1234567),
    ("1/4", 0.25),
    ("-1 / 4", -0.25),
    ("1/1,000", 0.001),
    ("2e3/4", 500),
]


@pytest.mark.parametrize(("text", "value"), READINGS)
def test_reads(text: str, value: float) -> None:
    found = read(text)
    assert found is not None
    assert found[0] == pytest.approx(value, rel=1e-12)
    assert found[1] == ""


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12%", 12, "%"),
        ("12 %", 12, "%"),
        ("0.69 nats", 0.69, "nats"),
        ("5m/s", 5, "m/s"),
        ("1,234 GB", 1234, "GB"),
        ("3 eV", 3, "eV"),
        ("2 e", 2, "e"),
        ("1 234 ms", 1234, "ms"),
    ],
)
def test_what_follows_is_the_unit(text: str, value: float, unit: str) -> None:
    assert read(text) == (value, unit)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", ".", "-", ",", "1.2.3", "1,23,456", "12,34.5", "1.5,234.5", "1 2", "1 23", "0,123,456", "1'23", "1 234'567", "1,234 567"]
    + ["--5", "1/0", "0/0", "1//2", "1e999", "e3", "x10^3", "2^10", "3-4", "∞", "NaN", "0x10", "½"],
)
def test_refuses_rather_than_guesses(text: str) -> None:
    found = read(text)
    assert found is None or found[1] != ""  # a unit is refused by the question, which knows its own


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)


def grouped(number: Decimal, thousands: str, point: str) -> str:
    return f"{number:,.6f}".replace(",", "\0").replace(".", point).replace("\0", thousands)


@given(numbers, st.sampled_from([(",", "."), (".", ","), (" ", "."), (" ", ","), ("\u00a0", ","), ("’", "."), ("", "."), ("", ",")]))
def test_a_written_number_is_read_back(number: Decimal, marks: tuple[str, str]) -> None:
    assert read(grouped(number, *marks)) == (float(number), "")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back(number: float) -> None:
    assert read(repr(number)) == (number, "")
    assert read(repr(number).replace("e", "×10^")) == (number, "")


@given(st.integers(0, 10**12))
def test_thousands_marks_change_nothing(number: int) -> None:
    assume(number < 1000 or number >= 10**6)  # with one comma see the rule
    assert read(f"{number:,}") == read(str(number)) == (number, "")


@given(st.text(max_size=20))
def test_any_text_gives_a_finite_number_or_nothing(text: str) -> None:
    found = read(text)
    assert found is None or math.isfinite(found[0])
