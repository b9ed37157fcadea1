"""The one place where a share or a rate is rounded, and where numbers are written for readers.

Belongs here: exact integer and decimal arithmetic from numerator and denominator to a printed figure.
Does not belong here: binary floating point, the choice of digits or rounding for a given publication (a property of the
published figure, so data), and reading printed figures (see ``printed``).
"""

from __future__ import annotations

import math
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Rounding(StrEnum):
    """How a publication shortens a figure; both treat a negative number as the mirror image of the positive one."""

    HALF_UP = "half_up"
    """To the nearest, ties away from zero."""
    TRUNCATE = "truncate"
    """Further digits are cut off, towards zero."""


def scaled_percent(numerator: int, denominator: int, digits: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Return ``numerator / denominator`` in percent, times ``10 ** digits``, rounded once.

    With one digit, 247 of 304 (81.25 %) is 813. Only integers are used, so the result is exact at any size.
    Raises ValueError for a denominator that is not positive (n/0 is not a rate) and for negative digits.
    """
    if denominator <= 0:
        raise ValueError(f"a percentage needs a positive denominator, not {denominator}")
    if digits < 0:
        raise ValueError(f"a percentage cannot have {digits} digits")
    scale: int = 10 ** (digits + 2)
    whole, rest = divmod(abs(numerator) * scale, denominator)
    if rounding is Rounding.HALF_UP and 2 * rest >= denominator:
        whole += 1
    return -whole if numerator < 0 else whole


def percent(numerator: int, denominator: int, digits: int, rounding: Rounding = Rounding.HALF_UP) -> Decimal:
    """Return ``numerator / denominator`` in percent with exactly ``digits`` decimals; raises as ``scaled_percent``."""
    # Built from text: arithmetic on Decimal would round to the precision of the ambient context.
    return Decimal(f"{scaled_percent(numerator, denominator, digits, rounding)}E-{digits}")


def format_percent(value: Decimal, decimal_mark: str) -> str:
    """Write a percentage with all its decimals and the sign: ``Decimal("-5.87")`` is "-5,87%".

    Never rounds. Zero has no minus sign. Raises ValueError when the value is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is not a percentage")
    shown = value.copy_abs() if value.is_zero() else value
    return f"{shown:f}".replace(".", decimal_mark) + "%"


def format_count(value: int, thousands_mark: str) -> str:
    """Write a count in groups of three digits: 14520 is "14.520" with the mark "."."""
    return f"{value:,}".replace(",", thousands_mark)


def floor_percent_of(base: int, percent: Decimal) -> int:
    """Return the greatest integer not above ``base`` changed by ``percent``: 14520 and -5 give 13794.

    This is the highest count that still attains a reduction target, compared unrounded: the next one may print as the
    same percentage and yet miss. Raises ValueError when the percentage is not finite.
    """
    if not percent.is_finite():
        raise ValueError(f"{percent} is not a percentage")
    return math.floor(base * (1 + Fraction(percent) / 100))
