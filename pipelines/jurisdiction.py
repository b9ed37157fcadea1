"""jurisdiction.yml: everything particular to a country that is not a table.

Belongs here: its entries and reading it.
Does not belong here: the reference tables (reference.py), and any knowledge of a particular country.
"""

from __future__ import annotations

from datetime import date

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.domain.periods import Calendar, Span
from pipelines.settings import Settings


class ReferenceDataError(Exception):
    """Reference data cannot be used; the message names file, line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberFormat(_Strict):
    """How numbers are written as text."""

    thousands: str
    decimal: str


class YearStart(_Strict):
    month: int
    day: int
    year_offset: int


class CalendarEntry(_Strict):
    id: str
    name: dict[str, str]
    periods: dict[Span, dict[str, str]]
    year_starts: YearStart
    source: str

    @property
    def calendar(self) -> Calendar:
        start = self.year_starts
        return Calendar(self.id, start.month, start.day, start.year_offset)


class Deadline(_Strict):
    level: str
    working_days: int
    basis: str


class ScheduleEntry(_Strict):
    name: str
    cron: str
    description: str


class WindowEntry(_Strict):
    start: date
    end: date


class Headline(_Strict):
    """Which cluster, series and window a run prints at its end."""

    cluster: str
    series: str
    definition_version: str
    offence: str
    window: WindowEntry


class Jurisdiction(_Strict):
    """jurisdiction.yml: everything particular to a country that is not a table."""

    id: str
    name: dict[str, str]
    languages: tuple[str, ...]
    time_zone: str
    numbers: NumberFormat
    nation: str
    largest_count: int
    weekend: tuple[int, ...]
    calendars: tuple[CalendarEntry, ...]
    window_name: dict[str, str]
    deadlines: tuple[Deadline, ...]
    hedges: dict[str, str] = {}
    decreases: tuple[str, ...] = ()
    schedules: tuple[ScheduleEntry, ...] = ()
    headline: Headline


def load_jurisdiction(settings: Settings) -> Jurisdiction:
    """Read jurisdiction.yml. Raises ReferenceDataError when it is absent or does not fit."""
    path = settings.jurisdiction / "jurisdiction.yml"
    try:
        return Jurisdiction.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ReferenceDataError(
            f"{path}: not found. CCW_JURISDICTION must name a folder with a jurisdiction.yml."
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # pydantic's errors are ValueErrors; so is YAML's for 2024-02-30
        raise ReferenceDataError(f"{path}: {in_one_line(error)}") from None


def in_one_line(error: Exception) -> str:
    """What an error says, without line breaks; of pydantic's, entry by entry."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return " ".join(str(error).split())
