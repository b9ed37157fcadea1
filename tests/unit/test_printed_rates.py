"""Printed rates against their counts, in whole numbers, and counts that follow from a rate."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.jurisdiction import NumberFormat
from pipelines.submissions.own_checks import RATIO, check_ratios

COMMA = NumberFormat(thousands=".", decimal=",")
POINT = NumberFormat(thousands=",", decimal=".")
KEY = ("scope_type", "scope_id", "window_start", "window_end", "accumulation", "series_id", "definition_version")


def checked(
    printed: str, cleared: int | None, recorded: int | None, *, numbers: NumberFormat = POINT, kind: str = "text",
    mark: str | None = None, units: tuple[int, int] = (1, 1), **ratio: Any,
) -> pl.DataFrame:  # fmt: skip
    """One printed rate beside its two counts."""
    spec = {
        "ratio_of": "cleared", "ratio_to": "recorded", "ratio_per": 100, "ratio_digits": 1,
        "ratio_rounding": "half_up", "ratio_derive": False, **{f"ratio_{name}": value for name, value in ratio.items()},
    }  # fmt: skip
    counts = [("cleared", cleared, units[0]), ("recorded", recorded, units[1])]
    rows = [
        {"role": "count", "measure": m, "value": v, "status": "missing" if v is None else "reported", "rounded_to": u}
        for m, v, u in counts
        if not (m == "cleared" and ratio.get("derive"))
    ]
    rows.append({"role": "ratio", "measure": "cleared", "status": "missing", "rounded_to": 1, **spec})
    place = {"submission_id": "s", "sheet": "", "cell": "A1"}
    common = {**dict.fromkeys(KEY, "k"), **place, "offence_code": "o", "raw_text": printed}
    schema = {
        "row_id": pl.Int64, **dict.fromkeys((*common, "role", "measure", "status", "cell_kind", "mark"), pl.String),
        "value": pl.Int64, "adds": pl.Boolean, "rounded_to": pl.Int64, "problem": pl.String, "evidence": pl.String,
        "computed": pl.String, "verdict": pl.String, **RATIO,
    }  # fmt: skip
    frame = [{**common, "cell_kind": kind, "mark": mark, "row_id": number, **row} for number, row in enumerate(rows)]
    return check_ratios(pl.DataFrame(frame, schema=schema), numbers)


def verdict(*args: Any, **kwargs: Any) -> str:
    return str(checked(*args, **kwargs).filter(role="ratio")["verdict"][0])


@pytest.mark.parametrize(
    ("printed", "cleared", "recorded", "options", "expected"),
    [
        ("81.3", 247, 304, {}, "exact"),  # 81,25 exactly: half up, as the German table of 2013 prints it
        ("81.2", 247, 304, {}, "differs"),  # half to even
        ("24.9", 14520, 58086, {"rounding": "down"}, "exact"),  # 24,9974…, cut off
        ("25.0", 14520, 58086, {"rounding": "down"}, "differs"),
        ("25.0", 14520, 58086, {}, "exact"),
        ("102.35", 39335, 38433, {"digits": 2}, "exact"),  # above 100: older cases
        ("45,19", 1023, 2264, {"digits": 2, "numbers": COMMA}, "exact"),
        ("45,19%", 1023, 2264, {"digits": 2, "numbers": COMMA}, "exact"),
        ("0,4519", 1023, 2264, {"digits": 4, "per": 1, "numbers": COMMA}, "exact"),
        ("58", 58, 100, {"kind": "number"}, "exact"),  # a numeric cell drops its last zero
        ("62.59990124802071", 367668, 587330, {"digits": None, "kind": "number"}, "exact"),  # not rounded at all
        ("58.599999999999994", 293, 500, {"digits": None, "kind": "number"}, "exact"),  # a float just below 58.6
        ("62.59890124802071", 367668, 587330, {"digits": None, "kind": "number"}, "differs"),
        ("299.0", 158547, 53_030_000, {"per": 100_000, "units": (1, 10_000)}, "exact"),
        ("148.8", 2308, 1_550_000, {"per": 100_000}, "differs"),  # 148,903…: the population is rounded
        ("148.8", 2308, 1_550_000, {"per": 100_000, "units": (1, 10_000)}, "within tolerance"),
        ("5.0", 1, 0, {}, "not checkable"),  # nothing recorded: no rate
        ("5.0", None, 10, {}, "not checkable"),
        ("n.a.", 1, 10, {}, "not checkable"),
        ("－", 0, 10, {"mark": "zero"}, "exact"),
    ],
)
def test_a_printed_rate(
    printed: str, cleared: int | None, recorded: int, options: dict[str, Any], expected: str
) -> None:
    assert verdict(printed, cleared, recorded, **options) == expected


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    cleared=st.integers(0, 10**6), recorded=st.integers(1, 10**6), digits=st.integers(0, 4),
    rounding=st.sampled_from(["half_up", "down"]),
)  # fmt: skip
def test_the_rate_that_decimal_arithmetic_prints_is_exact_and_its_neighbours_are_not(
    cleared: int, recorded: int, digits: int, rounding: str
) -> None:
    rate = Fraction(100 * cleared, recorded)
    unit = Decimal(1).scaleb(-digits)
    mode = ROUND_HALF_UP if rounding == "half_up" else ROUND_FLOOR
    scaled = rate * 10**digits
    whole = scaled.numerator // scaled.denominator
    up = rounding == "half_up" and scaled - whole >= Fraction(1, 2)
    printed = (Decimal(whole + int(up)) * unit).quantize(unit, mode)
    assert verdict(f"{printed:f}", cleared, recorded, digits=digits, rounding=rounding) == "exact"
    assert verdict(f"{printed + unit:f}", cleared, recorded, digits=digits, rounding=rounding) == "differs"


@pytest.mark.parametrize(
    ("printed", "recorded", "mark", "value", "problem"),
    [
        ("87.12", 1809, None, 1576, None),  # the only whole number that prints so
        ("100.00", 19, None, 19, None),
        ("－", 1, "zero", 0, None),  # nothing cleared of one
        ("12.34", 7, None, None, "rate_not_derivable"),  # none fits
        ("50.00", 10**6, None, None, "rate_not_derivable"),  # a hundred fit
    ],
)
def test_a_count_may_follow_from_its_rate(
    printed: str, recorded: int, mark: str | None, value: int | None, problem: str | None
) -> None:
    found = checked(printed, None, recorded, mark=mark, digits=2, derive=True).filter(measure="cleared")
    assert found.select("role", "value", "problem", "evidence").rows() == [("count", value, problem, "derived")]


@pytest.mark.parametrize(("printed", "recorded", "mark"), [("－", 26, "not_applicable"), ("－", 0, "zero")])
def test_no_count_follows_where_there_is_no_rate(printed: str, recorded: int, mark: str) -> None:
    assert checked(printed, None, recorded, mark=mark, digits=2, derive=True).filter(measure="cleared").is_empty()
