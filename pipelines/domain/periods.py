"""Statistical periods and working days: from a year's number to two dates, and back.

Belongs here: windows of dates, calendars whose year begins on any day, and counting of working days.
Does not belong here: the calendars, deadlines and holidays themselves (effective-dated data of a jurisdiction), today's
date, and whether a figure is an increment or cumulative (a property of the figure, not of its window).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True)
class Window:
    """Two dates, both included. Raises ValueError when the end lies before the start."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a window cannot end ({self.end}) before it starts ({self.start})")

    @property
    def days(self) -> int:
        """Number of days, the first and the last included."""
        return (self.end - self.start).days + 1


class Span(StrEnum):
    """Length of a period, as a union of statistical months."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in statistical months."""
        return {"month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "year": _MONTHS}[self.value]

    @property
    def start_months(self) -> tuple[int, ...]:
        """The statistical months (1 is the first of the year) with which such a period may begin."""
        # Only whole periods of a year count, so nine months are always its first nine.
        return tuple(range(1, _MONTHS - self.months + 2, self.months))


@dataclass(frozen=True)
class Calendar:
    """A way to count years: year Y begins on ``start_day``/``start_month`` of the civil year Y + ``year_offset``.

    A statistical year that begins on 15 December of the year before is (12, 15, -1); the civil year is (1, 1, 0).
    Raises ValueError unless the month is 1-12 and the day 1-28 (a day that every month has).
    """

    calendar_id: str
    start_month: int
    start_day: int
    year_offset: int

    def __post_init__(self) -> None:
        if not (1 <= self.start_month <= _MONTHS and 1 <= self.start_day <= 28):
            raise ValueError(f"calendar {self.calendar_id}: no year can begin on {self.start_day}/{self.start_month}")

    def window(self, span: Span, year: int, index: int) -> Window:
        """Return the dates of the ``index``-th period (from 1) of this span in a year.

        Raises ValueError when the year has no such period.
        """
        starts = span.start_months
        if not 1 <= index <= len(starts):
            raise ValueError(f"{span} is numbered 1 to {len(starts)}, not {index}")
        first = starts[index - 1]
        return Window(self._beginning(year, first), self._beginning(year, first + span.months) - _DAY)

    def period(self, window: Window) -> Period | None:
        """Return the period of this calendar that has exactly these dates, or None."""
        if window.end == date.max or not window.start.day == (window.end + _DAY).day == self.start_day:
            return None
        start = _month_number(window.start)
        length = _month_number(window.end + _DAY) - start
        year, passed = divmod(start - (self.start_month - 1), _MONTHS)
        for span in Span:
            if span.months == length and passed + 1 in span.start_months:
                index = span.start_months.index(passed + 1) + 1
                return Period(f"{self.calendar_id}_{span}", year - self.year_offset, index, window)
        return None

    def _beginning(self, year: int, month: int) -> date:
        """First day of a statistical month; month 13 is the first of the year after."""
        years, months = divmod(self.start_month - 1 + month - 1, _MONTHS)
        return date(year + self.year_offset + years, months + 1, self.start_day)


@dataclass(frozen=True)
class Period:
    """A window with its name: ``kind`` is ``<calendar_id>_<span>``, ``index`` counts from 1 within the year."""

    kind: str
    year: int
    index: int
    window: Window


def recognise(window: Window, calendars: Iterable[Calendar]) -> Period | None:
    """Name the period that has exactly these dates; the first calendar that knows it wins.

    None means that no calendar does: the caller treats the window as a campaign's.
    """
    return next((period for calendar in calendars if (period := calendar.period(window)) is not None), None)


def add_working_days(day: date, n: int, weekend: Collection[int], holidays: Collection[date]) -> date:
    """Return the n-th working day strictly after a day.

    ``weekend`` holds ISO weekdays (Monday is 1). Raises ValueError for n below 1 and for a weekend without sense.
    """
    _check_weekend(weekend)
    if n < 1:
        raise ValueError(f"the first working day after a date is number 1, not {n}")
    for _ in range(n):
        day += _DAY
        while not _is_working_day(day, weekend, holidays):
            day += _DAY
    return day


def working_days_late(received: date, due: date, weekend: Collection[int], holidays: Collection[date]) -> int:
    """Return by how many working days something came after its due date; 0 exactly when it was on time.

    What arrives on a day off counts as arrived on the next working day. Raises ValueError for a weekend without sense.
    """
    _check_weekend(weekend)
    if received <= due:
        return 0
    between = (due + timedelta(days=n) for n in range(1, (received - due).days))
    return 1 + sum(_is_working_day(day, weekend, holidays) for day in between)


def _month_number(day: date) -> int:
    return day.year * _MONTHS + day.month - 1


def _is_working_day(day: date, weekend: Collection[int], holidays: Collection[date]) -> bool:
    return day.isoweekday() not in weekend and day not in holidays


def _check_weekend(weekend: Collection[int]) -> None:
    if not set(weekend) < set(range(1, 8)):
        raise ValueError(f"a weekend is some of the ISO weekdays 1 to 7, not {sorted(weekend)}")
