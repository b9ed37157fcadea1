"""The one cast from the text of a count cell. The grammar is that of domain.md §5."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.jurisdiction import NumberFormat
from pipelines.submissions.counts import cast_counts

POINT = NumberFormat(thousands=".", decimal=",")
COMMA = NumberFormat(thousands=",", decimal=".")
SPACE = NumberFormat(thousands=" ", decimal=",")
MISSING = ("", "-", "–", "…", "...")


def cast(
    *cells: tuple[str, str], numbers: NumberFormat = POINT, missing: tuple[str, ...] = MISSING, negative: bool = False
) -> list[Any]:
    """(value, status, problem, candidate) of each (text, kind of cell)."""
    schema = {"raw_text": pl.String, "cell_kind": pl.String, "mark": pl.String, "scale": pl.Int64}
    marked = [(text, kind, "missing" if text.strip() in missing else None, 1) for text, kind in cells]
    frame = pl.DataFrame(marked, schema=schema, orient="row")
    return cast_counts(frame, numbers, negative=negative).select("value", "status", "problem", "candidate").rows()


def reported(value: int) -> tuple[int, str, None, None]:
    return value, "reported", None, None


def invalid(problem: str, candidate: int | None = None, value: int | None = None) -> tuple[Any, ...]:
    return value, "invalid", problem, candidate


BLANK = (None, "missing", None, None)
LOST, DECIMAL, NEGATIVE = "count_thousands_lost", "count_decimal", "count_negative"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        # Whole numbers. A text may be grouped; a numeric cell is a number already.
        ("14.520", "text", reported(14520)),
        ("1.234", "text", reported(1234)),
        ("1.234.567", "text", reported(1234567)),
        ("6482", "text", reported(6482)),
        ("6482", "number", reported(6482)),
        ("09", "text", reported(9)),
        ("000", "text", reported(0)),
        ("0", "number", reported(0)),
        ("\u00a06.482\u00a0", "text", reported(6482)),
        ("6\u00a0482", "text", reported(6482)),
        ("6 482", "text", reported(6482)),
        ("6\u202f482", "text", reported(6482)),
        ("\ufeff897", "text", reported(897)),
        # A lost thousands separator: an error with that hint, never a silent repair.
        ("14.52", "number", invalid(LOST, 14520)),
        ("1.234", "number", invalid(LOST, 1234)),
        ("6.482", "number", invalid(LOST, 6482)),
        ("14.52", "text", invalid(LOST, 14520)),
        ("2", "thousandths", invalid(LOST, 2000)),  # shown as 2.000 by its number format
        ("14.52", "thousandths", invalid(LOST, 14520)),
        ("", "thousandths", BLANK),
        # Decimals.
        ("3.5", "number", invalid(DECIMAL, 3500)),
        ("12,5", "text", invalid(DECIMAL)),
        ("12,50", "text", invalid(DECIMAL)),
        ("1.2345", "number", invalid(DECIMAL)),
        ("1.5e-07", "number", invalid(DECIMAL)),
        # Negative numbers, with any minus.
        ("-5", "number", invalid(NEGATIVE, value=-5)),
        ("-5", "text", invalid(NEGATIVE, value=-5)),
        ("−5", "text", invalid(NEGATIVE, value=-5)),
        ("–5", "text", invalid(NEGATIVE, value=-5)),
        ("−08", "text", invalid(NEGATIVE, value=-8)),
        ("-1.234", "text", invalid(NEGATIVE, value=-1234)),
        # Missing is not zero.
        ("", "empty", BLANK),
        ("  \u00a0", "empty", BLANK),
        ("-", "text", BLANK),
        ("–", "text", BLANK),
        ("…", "text", BLANK),
        ("...", "text", BLANK),
        (" - ", "text", BLANK),
        # What is no number.
        ("abc", "text", invalid("count_not_number")),
        ("5%", "text", invalid("count_not_number")),
        ("giảm 146", "text", invalid("count_not_number")),
        ("1.23.456", "text", invalid("count_not_number")),
        ("12 5", "text", invalid("count_not_number")),
        ("--5", "text", invalid("count_not_number")),
        ("9999999999999999999", "text", invalid("count_not_number")),  # more than a BIGINT holds
        ("TRUE", "boolean", invalid("count_not_number")),
        ("2023-01-02", "date", invalid("count_not_number")),
        ("20230102", "date", invalid("count_not_number")),
        # Spreadsheet errors and formulas without a result, whatever text stands for them.
        ("#N/A", "error", invalid("cell_error")),
        ("", "error", invalid("cell_error")),
        ("", "uncached", invalid("cell_error")),
        ("5", "uncached", invalid("cell_error")),
    ],
)
def test_a_cell(text: str, kind: str, expected: tuple[Any, ...]) -> None:
    assert cast((text, kind)) == [expected]


@pytest.mark.parametrize(
    ("numbers", "text", "kind", "expected"),
    [
        (COMMA, "14,520", "text", reported(14520)),
        (COMMA, "14.520", "text", invalid(DECIMAL, 14520)),
        (COMMA, "14.52", "number", invalid(LOST, 14520)),
        (SPACE, "14 520", "text", reported(14520)),
        (SPACE, "14\u00a0520", "text", reported(14520)),
        (SPACE, "14,5", "text", invalid(DECIMAL)),
        (POINT, "14,520", "text", invalid(DECIMAL)),  # three decimals, or the other country's thousands: not read
    ],
)
def test_marks_of_the_jurisdiction(numbers: NumberFormat, text: str, kind: str, expected: tuple[Any, ...]) -> None:
    assert cast((text, kind), numbers=numbers) == [expected]


def test_what_means_missing_is_the_layouts_data() -> None:
    """An empty cell is missing in every layout; `n/a` only where a layout says so, and then a dash is none."""
    cells = (("n/a", "text"), ("-", "text"), ("", "empty"))
    not_a_number = invalid("count_not_number")
    assert cast(*cells) == [not_a_number, BLANK, BLANK]
    assert cast(*cells, missing=("", "n/a")) == [BLANK, not_a_number, BLANK]


def test_all_cells_of_a_run_at_once_and_in_order() -> None:
    assert cast(("7", "number"), ("abc", "text"), ("", "empty"), ("1.000", "text")) == [
        reported(7),
        invalid("count_not_number"),
        BLANK,
        reported(1000),
    ]
    assert cast() == []


REPEATABLE = settings(deadline=None, derandomize=True)
NUMBERS = st.integers(0, 10**15)


@REPEATABLE
@given(value=NUMBERS, mark=st.sampled_from([".", "\u00a0", " "]), frame=st.sampled_from(["", " ", "\u00a0"]))
def test_any_count_is_read_back_exactly(value: int, mark: str, frame: str) -> None:
    """Plain, grouped by the jurisdiction's mark, grouped by spaces, as a number: always the same integer."""
    grouped = f"{value:,}".replace(",", mark)
    assert (
        cast((str(value), "text"), (str(value), "number"), (f"{frame}{grouped}{frame}", "text"))
        == [reported(value)] * 3
    )


@REPEATABLE
@given(value=NUMBERS, minus=st.sampled_from("-−–‐"))
def test_any_negative_number_is_reported_as_such(value: int, minus: str) -> None:
    assert cast((f"{minus}{value}", "text")) == [invalid(NEGATIVE, value=-value)]


@REPEATABLE
@given(value=st.integers(1000, 999_999).filter(lambda n: n % 100))
def test_a_lost_separator_is_never_repaired_and_its_candidate_is_the_number(value: int) -> None:
    """n.nnn as a numeric cell, which drops a last zero; with two zeros it is a plain decimal (see 3.5)."""
    assert cast((repr(value / 1000), "number")) == [invalid(LOST, value)]


@REPEATABLE
@given(text=st.text(max_size=12))
def test_any_text_gets_exactly_one_outcome(text: str) -> None:
    """Nothing is silently nulled: a value, a blank that the layout declares, or a problem."""
    [(value, status, problem, _)] = cast((text, "text"))
    assert status in ("reported", "missing", "invalid")
    assert (status == "invalid") == (problem is not None)
    assert (value is not None) == (status == "reported" or problem == NEGATIVE)


def test_a_negative_count_is_one_where_the_jurisdiction_declares_them() -> None:
    """Police recorded crime tables subtract what was reclassified in the quarter in which that is known."""
    cells = (("-5", "text"), ("−08", "text"), ("-5", "number"), ("-5.5", "number"))
    assert cast(*cells, negative=True) == [reported(-5), reported(-8), reported(-5), invalid("count_decimal", 5500)]
    assert [problem for _, _, problem, _ in cast(*cells)] == [NEGATIVE, NEGATIVE, NEGATIVE, DECIMAL]
