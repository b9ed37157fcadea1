"""From what a form says of its window to two dates.

Belongs here: dates as printed, years of an era, and the period of a calendar that a year and a part of it name.
Does not belong here: the calendars themselves (domain/periods.py) and the name of a window (reference.name_window).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from pipelines.domain.periods import Calendar, Span, Window
from pipelines.jurisdiction import Era
from pipelines.reference import Reference, name_window
from pipelines.submissions.layouts import PERIOD_FIELDS

SAID = ("window_start", "window_end", *PERIOD_FIELDS)
# The shortest part of the year that is named is the one that is meant.
_PARTS = (Span.MONTH, Span.QUARTER, Span.HALF_YEAR, Span.NINE_MONTHS)
# Other years are slips of the pen, and some of them no other program can hold.
_YEARS = range(1900, 3000)


def add_windows(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Replace the texts of SAID by window_start and window_end as dates, window_text as it was said, and the period.

    A window that cannot be understood has no dates. Adds period_kind, period_year and period_index, which are those of
    the first calendar that has these dates, kind `window` if none has.
    """
    said = rows.select(*SAID, "date_format").unique(maintain_order=True)
    found = [_row(texts, reference) for texts in said.iter_rows(named=True)]
    schema = {
        "window_text": pl.String, "_start": pl.Date, "_end": pl.Date,
        "period_kind": pl.String, "period_year": pl.Int64, "period_index": pl.Int64,
    }  # fmt: skip
    known = pl.concat([said, pl.DataFrame(found, schema=schema, orient="row")], how="horizontal")
    joined = rows.join(known, on=[*SAID, "date_format"], how="left", nulls_equal=True, maintain_order="left")
    return joined.drop(SAID).rename({"_start": "window_start", "_end": "window_end"})


def _row(texts: Mapping[str, str | None], reference: Reference) -> tuple[object, ...]:
    window = window_said(texts, reference.calendars, reference.jurisdiction.eras)
    start, end = window if window else (None, None)
    return (_as_text(texts), start, end, *name_window(start, end, reference.calendars))


def _as_text(texts: Mapping[str, str | None]) -> str:
    if texts["window_start"] or texts["window_end"]:
        return f"{texts['window_start'] or ''} – {texts['window_end'] or ''}"
    return ", ".join(f"{name} {texts[name]}" for name in PERIOD_FIELDS if texts[name])


def window_said(
    texts: Mapping[str, str | None], calendars: Sequence[Calendar], eras: Sequence[Era]
) -> tuple[date, date] | None:
    """The dates that a form's texts mean, in whatever order they stand; None when they mean none."""
    if texts["window_start"] or texts["window_end"]:
        days = [_day(texts[name], texts["date_format"] or "") for name in ("window_start", "window_end")]
        return (days[0], days[1]) if days[0] and days[1] else None
    window = _period(texts, calendars, eras)
    return (window.start, window.end) if window else None


def _day(text: str | None, form: str) -> date | None:
    try:
        day = datetime.strptime(text or "", form or "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _period(texts: Mapping[str, str | None], calendars: Sequence[Calendar], eras: Sequence[Era]) -> Window | None:
    year = gregorian_year(texts["year"] or "", texts["era"] or "", eras)
    calendar = next((c for c in calendars if c.calendar_id == (texts["calendar"] or calendars[0].calendar_id)), None)
    span, index = next(((span, texts[span]) for span in _PARTS if texts[span]), (Span.YEAR, "1"))
    if year is None or calendar is None or not (index or "").isdecimal():
        return None
    try:
        return calendar.window(span, year, int(index or ""))
    except ValueError:
        return None


def gregorian_year(text: str, era_id: str, eras: Sequence[Era]) -> int | None:
    """A year as printed: of the named era, or of the one whose name stands before the number, else Gregorian.

    The first year of an era may be written 元. None when the text is no year.
    """
    compact = "".join(text.split()).removesuffix("年")
    by_id = next((era for era in eras if era.id == era_id), None)
    if era_id and by_id is None:
        return None
    by_name = ((era, compact.removeprefix(name)) for era in eras for name in era.names if compact.startswith(name))
    era, digits = next(by_name, (by_id, compact))
    number = 1 if digits == "元" else int(digits) if digits.isdecimal() else None
    year = number and (era.year_one + number - 1 if era else number)
    return year if year in _YEARS else None
