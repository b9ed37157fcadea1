"""Statistical periods and working days. Windows are those of domain.md §2; weekdays were read off a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.domain.periods import (
    Calendar,
    Period,
    Span,
    Window,
    add_working_days,
    recognise,
    working_days_late,
)

STATISTICAL = Calendar("statistical", 12, 15, -1)
ASSEMBLY = Calendar("assembly", 10, 1, -1)
PROCURACY = Calendar("procuracy", 12, 1, -1)
PROCURACY_LATER = Calendar("procuracy_later", 11, 1, -1)
CIVIL = Calendar("civil", 1, 1, 0)
ALL = (STATISTICAL, ASSEMBLY, PROCURACY, PROCURACY_LATER, CIVIL)

WEEKEND = (6, 7)
CALENDARS = st.builds(Calendar, st.just("any"), st.integers(1, 12), st.integers(1, 28), st.integers(-1, 1))
YEARS = st.integers(1900, 2100)
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("calendar", "span", "year", "index", "start", "end"),
    [
        (STATISTICAL, Span.MONTH, 2023, 5, "2023-04-15", "2023-05-14"),  # §2: 15 of the month before … 14 of M
        (STATISTICAL, Span.MONTH, 2023, 1, "2022-12-15", "2023-01-14"),
        (STATISTICAL, Span.MONTH, 2023, 12, "2023-11-15", "2023-12-14"),
        (STATISTICAL, Span.YEAR, 2023, 1, "2022-12-15", "2023-12-14"),  # §2: 15/12/Y-1 … 14/12/Y
        (STATISTICAL, Span.QUARTER, 2023, 1, "2022-12-15", "2023-03-14"),
        (STATISTICAL, Span.QUARTER, 2023, 4, "2023-09-15", "2023-12-14"),
        (STATISTICAL, Span.HALF_YEAR, 2023, 2, "2023-06-15", "2023-12-14"),
        (STATISTICAL, Span.NINE_MONTHS, 2023, 1, "2022-12-15", "2023-09-14"),
        (ASSEMBLY, Span.YEAR, 2023, 1, "2022-10-01", "2023-09-30"),  # §2: 1/10/Y-1 … 30/9/Y
        (PROCURACY, Span.YEAR, 2017, 1, "2016-12-01", "2017-11-30"),  # §2: 1/12/Y-1 … 30/11/Y
        (PROCURACY_LATER, Span.YEAR, 2023, 1, "2022-11-01", "2023-10-31"),  # §2: 1/11/Y-1 … 31/10/Y
        (PROCURACY, Span.MONTH, 2024, 3, "2024-02-01", "2024-02-29"),  # a leap year
        (CIVIL, Span.QUARTER, 2023, 2, "2023-04-01", "2023-06-30"),
    ],
)
def test_window_and_back(calendar: Calendar, span: Span, year: int, index: int, start: str, end: str) -> None:
    window = Window(date.fromisoformat(start), date.fromisoformat(end))
    assert calendar.window(span, year, index) == window
    assert recognise(window, [calendar]) == Period(f"{calendar.calendar_id}_{span.value}", year, index, window)


def test_days_count_both_ends() -> None:
    # §3: exposure of 28 against 31 days; statistical months 3/2022 and 2/2022
    assert STATISTICAL.window(Span.MONTH, 2022, 3).days == 28
    assert STATISTICAL.window(Span.MONTH, 2022, 2).days == 31
    assert Window(date(2023, 9, 2), date(2023, 9, 2)).days == 1


def test_a_window_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Window(date(2023, 9, 2), date(2023, 9, 1))


@pytest.mark.parametrize(
    ("span", "months", "starts"),
    [
        (Span.MONTH, 1, tuple(range(1, 13))),
        (Span.QUARTER, 3, (1, 4, 7, 10)),
        (Span.HALF_YEAR, 6, (1, 7)),
        (Span.NINE_MONTHS, 9, (1,)),
        (Span.YEAR, 12, (1,)),
    ],
)
def test_spans(span: Span, months: int, starts: tuple[int, ...]) -> None:
    assert (span.months, span.start_months) == (months, starts)


@pytest.mark.parametrize(
    ("span", "index"), [(Span.MONTH, 0), (Span.MONTH, 13), (Span.QUARTER, 5), (Span.HALF_YEAR, 3), (Span.YEAR, 2)]
)
def test_a_year_has_no_such_period(span: Span, index: int) -> None:
    with pytest.raises(ValueError, match="is numbered 1 to"):
        STATISTICAL.window(span, 2023, index)


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 29)])
def test_a_calendar_begins_on_a_day_that_every_month_has(month: int, day: int) -> None:
    with pytest.raises(ValueError, match="no year can begin on"):
        Calendar("odd", month, day, 0)


@given(CALENDARS, YEARS, st.sampled_from([Span.MONTH, Span.QUARTER, Span.HALF_YEAR]))
def test_periods_tile_the_year(calendar: Calendar, year: int, span: Span) -> None:
    parts = [calendar.window(span, year, index + 1) for index in range(len(span.start_months))]
    whole = calendar.window(Span.YEAR, year, 1)
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(after.start - before.end == timedelta(days=1) for before, after in pairwise(parts))
    assert calendar.window(Span.YEAR, year + 1, 1).start - whole.end == timedelta(days=1)


@given(CALENDARS, YEARS, st.sampled_from(Span), st.data())
def test_recognise_is_the_inverse_of_window(calendar: Calendar, year: int, span: Span, data: st.DataObject) -> None:
    index = data.draw(st.integers(1, len(span.start_months)))
    window = calendar.window(span, year, index)
    assert recognise(window, [calendar]) == Period(f"any_{span}", year, index, window)


@given(CALENDARS, DAYS, st.integers(0, 400))
def test_what_is_recognised_has_exactly_these_dates(calendar: Calendar, start: date, length: int) -> None:
    window = Window(start, start + timedelta(days=length))
    period = recognise(window, [calendar])
    if period is not None:
        assert calendar.window(Span(period.kind.removeprefix("any_")), period.year, period.index) == window


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2023, 8, 15), date(2023, 9, 5)),  # §2: a campaign, any two dates
        (date(2023, 1, 15), date(2023, 4, 14)),  # three statistical months that are no quarter
        (date(2022, 12, 15), date(2024, 12, 14)),  # two years
        (date(2022, 12, 15), date(2023, 4, 14)),  # four months
        (date(2022, 12, 15), date.max),
    ],
)
def test_a_campaign_is_not_a_period(start: date, end: date) -> None:
    assert recognise(Window(start, end), ALL) is None


def test_the_first_calendar_wins() -> None:
    # October to December is the assembly's first and the civil year's last quarter.
    window = Window(date(2022, 10, 1), date(2022, 12, 31))
    assert recognise(window, [ASSEMBLY, CIVIL]) == Period("assembly_quarter", 2023, 1, window)
    assert recognise(window, [CIVIL, ASSEMBLY]) == Period("civil_quarter", 2022, 4, window)
    assert recognise(window, []) is None


def test_add_working_days() -> None:
    friday = date(2023, 7, 14)  # §2: three working days after the end of the period
    assert add_working_days(friday, 3, WEEKEND, ()) == date(2023, 7, 19)  # Monday, Tuesday, Wednesday
    assert add_working_days(friday, 3, WEEKEND, {date(2023, 7, 18)}) == date(2023, 7, 20)
    assert add_working_days(friday, 3, WEEKEND, {date(2023, 7, 15)}) == date(2023, 7, 19)  # a Saturday anyway
    assert add_working_days(friday, 1, (5,), ()) == date(2023, 7, 15)  # another country's weekend


def test_working_days_late() -> None:
    due = date(2023, 7, 19)
    assert working_days_late(date(2023, 7, 20), due, WEEKEND, ()) == 1
    assert working_days_late(due, due, WEEKEND, ()) == 0
    assert working_days_late(date(2023, 7, 1), due, WEEKEND, ()) == 0
    assert working_days_late(date(2023, 7, 24), due, WEEKEND, ()) == 3  # Thursday, Friday, Monday
    assert working_days_late(date(2023, 7, 24), due, WEEKEND, {date(2023, 7, 20)}) == 2
    assert working_days_late(date(2023, 7, 22), date(2023, 7, 21), WEEKEND, ()) == 1  # Saturday counts as Monday


@pytest.mark.parametrize("weekend", [(0, 6), (1, 2, 3, 4, 5, 6, 7), (8,)])
def test_a_weekend_without_sense_is_refused(weekend: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ISO weekdays"):
        add_working_days(date(2023, 7, 14), 1, weekend, ())
    with pytest.raises(ValueError, match="ISO weekdays"):
        working_days_late(date(2023, 7, 15), date(2023, 7, 14), weekend, ())


def test_there_is_no_working_day_number_zero() -> None:
    with pytest.raises(ValueError, match="not 0"):
        add_working_days(date(2023, 7, 14), 0, WEEKEND, ())


@given(DAYS, st.integers(1, 15), st.integers(1, 15), st.sets(st.integers(0, 60), max_size=8))
def test_working_days_add_up(day: date, first: int, second: int, off: set[int]) -> None:
    holidays = {day + timedelta(days=n) for n in off}
    due = add_working_days(day, first, WEEKEND, holidays)
    received = add_working_days(due, second, WEEKEND, holidays)
    assert received == add_working_days(day, first + second, WEEKEND, holidays)
    assert working_days_late(received, due, WEEKEND, holidays) == second
    assert due.isoweekday() not in WEEKEND
    assert due not in holidays
