"""Running totals, longer windows and months added up: differences, residuals and their limits (domain.md §2 and §3)."""

from __future__ import annotations

from datetime import date

from tests.models.conftest import Case, given
from tests.models.harness import YEAR, form

BEGIN = date(2022, 12, 15)
ENDS = (date(2023, 1, 14), date(2023, 2, 14), date(2023, 3, 14), date(2023, 4, 14))
MONTHS = tuple(zip((BEGIN, date(2023, 1, 15), date(2023, 2, 15), date(2023, 3, 15)), ENDS, strict=True))
NINE_MONTHS = (date(2020, 12, 15), date(2021, 9, 14))
YEAR_2021 = (date(2020, 12, 15), date(2021, 12, 14))
DERIVED = ("window_start", "window_end", "value", "is_revision")


@given(
    *(
        form("A", recorded=value, accumulation="cumulative", window=(BEGIN, end))
        for value, end in zip((100, 190, 285, 280), ENDS, strict=True)
    )
)
def test_running_totals_become_increments(case: Case) -> None:
    """100, 190, 285, 280 → 100, 90, 95, −5; the last is a revision of earlier months."""
    assert case.rows("marts.increments", *DERIVED, basis="difference") == [
        (*MONTHS[0], 100, None),
        (*MONTHS[1], 90, False),
        (*MONTHS[2], 95, False),
        (*MONTHS[3], -5, True),
    ]


@given(
    form("A", recorded=100, accumulation="cumulative", window=(BEGIN, ENDS[0])),
    form("A", recorded=285, accumulation="cumulative", window=(BEGIN, ENDS[2])),
)
def test_a_running_total_that_is_missing_joins_two_months(case: Case) -> None:
    assert case.rows("marts.increments", *DERIVED) == [
        (*MONTHS[0], 100, None),
        (MONTHS[1][0], ENDS[2], 185, False),
    ]


RESIDUAL = ("window_start", "window_end", "value", "whole_value", "part_value", "mixed_vintage")
FOURTH_QUARTER = (date(2021, 9, 15), date(2021, 12, 14))


@given(form("A", recorded=31452, window=NINE_MONTHS), form("A", recorded=41728, window=YEAR_2021))
def test_nine_months_and_the_year_leave_the_fourth_quarter(case: Case) -> None:
    """The Ministry's bulletins of 2021: 41.728 − 31.452 = 10.276."""
    assert case.rows("marts.increments", *RESIDUAL, basis="residual") == [(*FOURTH_QUARTER, 10276, 41728, 31452, False)]


@given(
    form("A", recorded=31452, window=NINE_MONTHS),
    form("A", recorded=41728, window=YEAR_2021),
    form("A", recorded=42853, window=YEAR_2021, revision=1),
)
def test_a_revised_year_and_nine_months_as_first_stated_are_of_two_vintages(case: Case) -> None:
    """With the year that the release for 2022 implies: 42.853 − 31.452 = 11.401."""
    assert case.rows("marts.increments", *RESIDUAL, basis="residual") == [(*FOURTH_QUARTER, 11401, 42853, 31452, True)]


@given(
    form("A", recorded=31452, window=NINE_MONTHS),
    form("A", recorded=41728, window=YEAR_2021),
    form("A", recorded=10000, window=FOURTH_QUARTER),
)
def test_what_is_reported_itself_has_no_residual(case: Case) -> None:
    """Only the nine months could be derived now, and they are reported as well."""
    assert case.rows("marts.increments", "value", basis="residual") == []


@given(form("A", cleared_prior=5, window=NINE_MONTHS), form("A", cleared_prior=9, window=YEAR_2021))
def test_what_does_not_add_up_over_periods_leaves_no_residual(case: Case) -> None:
    assert case.rows("marts.increments", "value") == []


TO_DATE = ("window_end", "months", "recorded", "cleared", "prior_at_least", "prior_at_most")


@given(
    form("A", recorded=10, cleared=4, cleared_prior=0, window=MONTHS[0]),
    form("A", recorded=8, cleared=7, cleared_prior=5, window=MONTHS[1]),
)
def test_clearances_of_earlier_months_are_between_limits_in_the_year(case: Case) -> None:
    """domain.md §3: 18 and 11, prior somewhere in 0…5: the five may all be of the six that January left open."""
    assert case.rows("marts.year_to_date", *TO_DATE) == [
        (ENDS[0], 1, 10, 4, 0, 0),
        (ENDS[1], 2, 18, 11, 0, 5),
    ]


@given(
    form("A", recorded=10, cleared=9, cleared_prior=2, window=MONTHS[0]),
    form("A", recorded=8, cleared=7, cleared_prior=6, window=MONTHS[1]),
)
def test_more_than_the_year_left_open_must_be_from_before(case: Case) -> None:
    """January left 10 − (9 − 2) = 3 open, so of 2 + 6 at least 5 are from before the year."""
    assert case.rows("marts.year_to_date", *TO_DATE)[1] == (ENDS[1], 2, 18, 16, 5, 8)


@given(form("A", recorded=10, cleared=4, window=MONTHS[0]), form("A", recorded=8, cleared=7, window=MONTHS[2]))
def test_a_month_that_is_missing_ends_the_sum(case: Case) -> None:
    assert case.rows("marts.year_to_date", *TO_DATE) == [(ENDS[0], 1, 10, 4, None, None)]


@given(form("A", recorded=10, window=MONTHS[0]), form("A", recorded=120, window=YEAR))
def test_a_year_is_no_month_of_itself(case: Case) -> None:
    assert case.rows("marts.year_to_date", *TO_DATE) == [(ENDS[0], 1, 10, None, None, None)]
