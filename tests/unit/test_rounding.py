"""Exact rounding. Expected values are those that the sources print (domain.md), or worked out by hand."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.domain.rounding import (
    Rounding,
    floor_percent_of,
    format_count,
    format_percent,
    percent,
    scaled_percent,
)

COUNTS = st.integers(-(10**9), 10**9)
DENOMINATORS = st.integers(1, 10**9)
DIGITS = st.integers(0, 6)


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "rounding", "expected"),
    [
        (247, 304, 1, Rounding.HALF_UP, 813),  # domain.md §3: the German table, 81,25 → 81,3, proves half-up
        (247, 304, 1, Rounding.TRUNCATE, 812),
        (14520, 58086, 1, Rounding.TRUNCATE, 249),  # domain.md §6: share of the cluster, printed 24,9
        (14520, 58086, 1, Rounding.HALF_UP, 250),  # 24,9974… to the nearest
        (6482, 58086, 2, Rounding.TRUNCATE, 1115),  # domain.md §6: share of one unit, printed 11,15
        (6482, 58086, 2, Rounding.HALF_UP, 1116),  # 11,1593… to the nearest
        (10105, 14520, 2, Rounding.HALF_UP, 6959),  # domain.md §6: clearance of the cluster
        (4465, 6482, 2, Rounding.HALF_UP, 6888),  # domain.md §3: the bound
        (728, 897, 2, Rounding.HALF_UP, 8116),  # domain.md §3 and §6: the rates that exist only rounded
        (728, 897, 2, Rounding.TRUNCATE, 8115),
        (1576, 1809, 2, Rounding.HALF_UP, 8712),
        (1576, 1809, 2, Rounding.TRUNCATE, 8711),
        (696, 794, 2, Rounding.HALF_UP, 8766),
        (696, 794, 2, Rounding.TRUNCATE, 8765),
        (2874, 2533, 1, Rounding.HALF_UP, 1135),  # domain.md §3: above 100 % (113,46…)
        (13795 - 14520, 14520, 1, Rounding.HALF_UP, -50),  # domain.md §3: prints as −5,0 % (−4,993…)
        (13795 - 14520, 14520, 1, Rounding.TRUNCATE, -49),
        (-247, 304, 1, Rounding.HALF_UP, -813),  # ties away from zero on both sides
        (1, 200, 0, Rounding.HALF_UP, 1),  # 0,5 %
        (-1, 200, 0, Rounding.HALF_UP, -1),
        (0, 7, 3, Rounding.HALF_UP, 0),
    ],
)
def test_scaled_percent(numerator: int, denominator: int, digits: int, rounding: Rounding, expected: int) -> None:
    assert scaled_percent(numerator, denominator, digits, rounding) == expected


def test_rounds_to_the_nearest_unless_told_otherwise() -> None:
    assert scaled_percent(14520, 58086, 1) == 250


@pytest.mark.parametrize(
    ("denominator", "digits", "message"),
    [(0, 1, "positive denominator"), (-3, 1, "positive denominator"), (3, -1, "-1 digits")],  # domain.md §3: n/0
)
def test_what_is_not_a_rate_is_refused(denominator: int, digits: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        scaled_percent(1, denominator, digits)


@given(COUNTS, DIGITS)
def test_agrees_with_decimal_quantize(numerator: int, digits: int) -> None:
    # A power of ten below, so that the quotient is exact in Decimal; in percent it has four decimals.
    exact = Decimal(numerator) / Decimal(10**4)
    unit = Decimal(1).scaleb(-digits)
    assert percent(numerator, 10**6, digits) == exact.quantize(unit, ROUND_HALF_UP, Context(prec=60))
    assert percent(numerator, 10**6, digits, Rounding.TRUNCATE) == exact.quantize(unit, ROUND_DOWN, Context(prec=60))


@given(COUNTS, DENOMINATORS, DIGITS)
def test_is_within_half_a_unit_and_truncates_towards_zero(numerator: int, denominator: int, digits: int) -> None:
    exact = Fraction(numerator, denominator) * 100 * 10**digits
    rounded = scaled_percent(numerator, denominator, digits)
    assert -Fraction(1, 2) < abs(rounded) - abs(exact) <= Fraction(1, 2)  # a tie goes away from zero
    assert scaled_percent(numerator, denominator, digits, Rounding.TRUNCATE) == int(exact)


@given(COUNTS, DENOMINATORS, DIGITS, st.sampled_from(Rounding))
def test_is_sign_symmetric(numerator: int, denominator: int, digits: int, rounding: Rounding) -> None:
    assert scaled_percent(-numerator, denominator, digits, rounding) == -scaled_percent(
        numerator, denominator, digits, rounding
    )


def test_percent_keeps_its_digits_at_any_size() -> None:
    assert str(percent(10105, 14520, 2)) == "69.59"
    assert str(percent(1, 2, 3)) == "50.000"
    assert percent(10**40 + 1, 1, 2) == Decimal(f"{10**40 + 1}00")  # beyond the 28 digits of the default context


@pytest.mark.parametrize(
    ("value", "mark", "expected"),
    [
        ("24.9", ",", "24,9%"),  # domain.md §6
        ("-5.87", ",", "-5,87%"),  # domain.md §3
        ("75", ",", "75%"),
        ("50.00", ".", "50.00%"),
        ("-0.0", ",", "0,0%"),
        ("1E+2", ",", "100%"),
    ],
)
def test_format_percent(value: str, mark: str, expected: str) -> None:
    assert format_percent(Decimal(value), mark) == expected


def test_what_is_not_finite_is_refused() -> None:
    for value in (Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="not a percentage"):
            format_percent(value, ",")
        with pytest.raises(ValueError, match="not a percentage"):
            floor_percent_of(1, value)


@pytest.mark.parametrize(
    ("value", "mark", "expected"),
    [(14520, ".", "14.520"), (897, ".", "897"), (-1234567, " ", "-1 234 567"), (14520, "", "14520")],  # §6: 14.520
)
def test_format_count(value: int, mark: str, expected: str) -> None:
    assert format_count(value, mark) == expected


@pytest.mark.parametrize(
    ("base", "change", "expected"),
    [
        (14520, "-5", 13794),  # domain.md §3: 14.520 × 0,95 = 13.794 attains, 13.795 does not
        (14521, "-5", 13794),  # 13.794,95
        (1000, "0.1", 1001),  # 0,1 is not a binary fraction
        (3, "-100", 0),
        (0, "-5", 0),
    ],
)
def test_floor_percent_of(base: int, change: str, expected: int) -> None:
    assert floor_percent_of(base, Decimal(change)) == expected


@given(st.integers(0, 10**9), st.decimals(-100, 100, places=3))
def test_the_floor_attains_and_the_next_does_not(base: int, change: Decimal) -> None:
    bound = base * (1 + Fraction(change) / 100)
    assert floor_percent_of(base, change) <= bound < floor_percent_of(base, change) + 1
