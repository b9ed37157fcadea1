"""Days of a time zone as moments in UTC, and back. Moments are kept without their zone; all of them are in UTC.

Belongs here: where a day begins and ends, and on which day a moment lies.
Does not belong here: which time zone (jurisdiction.yml), and the present moment.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC).replace(tzinfo=None)


def end_of_day(day: date, time_zone: str) -> datetime:
    """The first moment that no longer belongs to a day."""
    return start_of_day(day + timedelta(days=1), time_zone)


def day_of(moment: datetime, time_zone: str) -> date:
    """The day on which a moment lies."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date()
