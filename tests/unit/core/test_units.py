"""Numbers as people read them."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import units


def test_examples_in_the_docstrings() -> None:
    result = doctest.testmod(units)
    assert result.attempted >= 2
    assert result.failed == 0


@given(st.floats(min_value=-1e8, max_value=1e8, allow_nan=False))
def test_three_significant_digits_are_near(value: float) -> None:
    text = units.significant(value).replace(units.MINUS, "-").replace(",", "")
    assert float(text) == pytest.approx(value, rel=5.1e-3, abs=1e-300)


@given(st.integers(min_value=0, max_value=10**12))
def test_counts_are_near(value: int) -> None:
    number, _, letter = units.count(value).partition(" ")
    factor = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[letter]
    assert float(number.replace(",", "")) * factor == pytest.approx(value, rel=5.1e-3)


def test_what_is_not_zero_is_not_written_as_zero() -> None:
    assert units.percent(0.0) == "0.0 %"
    assert units.percent(1e-7) == "< 0.1 %"
    assert units.significant(math.nan) == "NaN"
    assert units.significant(-math.inf) == "−∞"
