"""jurisdiction.yml: everything particular to a country that is not a table.

Belongs here: its entries and reading it.
Does not belong here: the reference tables (reference.py), and any knowledge of a particular country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from pipelines.domain.findings import catalogue
from pipelines.domain.periods import Calendar, Span
from pipelines.domain.yaml_text import load_yaml
from pipelines.settings import Settings

# How senders may type who use fonts of before Unicode.
LEGACY_ENCODINGS = ("tcvn3", "vni")


class ReferenceDataError(Exception):
    """Reference data cannot be used; the message names file, line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _compiles(text: str) -> str:
    if text.startswith("^"):
        re.compile(text)
    return text


# A text, or a regular expression if it begins with ^.
Pattern = Annotated[str, AfterValidator(_compiles)]


class NumberFormat(_Strict):
    """How numbers are written as text."""

    thousands: str
    decimal: str


class YearStart(_Strict):
    """Year Y begins on `day`/`month` of Y + `year_offset`; the civil year unless declared otherwise."""

    month: int = 1
    day: int = 1
    year_offset: int = 0


class CalendarEntry(_Strict):
    """A way to count years, and how its periods are called; a period without a name has its English one."""

    id: str
    name: dict[str, str] = {}
    periods: dict[Span, dict[str, str]] = {}
    year_starts: YearStart = YearStart()
    source: str = ""

    @field_validator("year_starts")
    @classmethod
    def _year_can_begin(cls, value: YearStart) -> YearStart:
        Calendar("", value.month, value.day, value.year_offset)
        return value

    @property
    def calendar(self) -> Calendar:
        start = self.year_starts
        return Calendar(self.id, start.month, start.day, start.year_offset)


class Era(_Strict):
    """Years counted from an event: `year_one` is the Gregorian year of its year 1, `names` are how forms write it."""

    id: str
    names: tuple[str, ...] = ()
    year_one: int


class Deadline(_Strict):
    """So many working days after a window a level must have reported; for windows that end between the two days."""

    level: str
    working_days: Annotated[int, Field(ge=1, le=30)]
    basis: str
    valid_from: date | None = None
    valid_to: date | None = None


class RuleEntry(_Strict):
    """From when to when a rule holds: for windows that end within the two days."""

    valid_from: date | None = None
    valid_to: date | None = None


class Identity(_Strict):
    """A measure that others add up to on the same row: `total` is the sum of `plus` less the sum of `minus`."""

    total: str
    plus: Annotated[tuple[str, ...], Field(min_length=1)]
    minus: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.total, *self.plus, *self.minus)


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


class TemplateEntry(_Strict):
    """What the empty form asks for, in this order of the reference tables; all of them where nothing is named."""

    measures: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()


class Jurisdiction(_Strict):
    """jurisdiction.yml. The entries without a default are the least that a jurisdiction declares.

    `largest_count`: a larger figure in any cell cannot be right. `nation_counts_other_units`: the nation's figure also
    holds what units outside reference/units.csv count, so it may exceed the sum of the units. `negative_counts`: what
    is taken back (no crime after all, another offence) is subtracted in the window in which that is known.
    `personal_data`, `secrecy_marks`: a file with a cell that is one of these texts (or patterns) is not taken in.
    `rules`: rules that hold for some time only. `identities`: measures that others of the same row add up to, as stocks
    do with what flows in and out. `territory_on`: a window that straddles a change of territory belongs to the units of
    its last or of its first day. `level_shift_percent`: a change from one year to the next that is larger is listed
    as a suspected definition break. `template`: what the empty form asks for. `legacy_encodings`: senders type in fonts
    of before Unicode, told text by text; with the beginnings of the names of such fonts.
    """

    id: str
    name: Annotated[dict[str, str], Field(min_length=1)]
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    time_zone: str
    numbers: NumberFormat
    nation: str
    calendars: Annotated[tuple[CalendarEntry, ...], Field(min_length=1)]
    eras: tuple[Era, ...] = ()
    nation_counts_other_units: bool = False
    negative_counts: bool = False
    largest_count: int = 1_000_000_000
    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (6, 7)
    window_name: Annotated[dict[str, str], Field(min_length=1)] = {"en": "Window"}
    deadlines: tuple[Deadline, ...] = ()
    hedges: dict[str, str] = {}
    decreases: tuple[str, ...] = ()
    personal_data: tuple[Pattern, ...] = ()
    secrecy_marks: tuple[Pattern, ...] = ()
    legacy_encodings: dict[str, tuple[str, ...]] = {}
    territory_on: Literal["last_day", "first_day"] = "last_day"
    level_shift_percent: Annotated[int, Field(ge=1)] = 40
    rules: dict[str, RuleEntry] = {}
    identities: tuple[Identity, ...] = ()
    schedules: tuple[ScheduleEntry, ...] = ()
    headline: Headline | None = None
    template: TemplateEntry = TemplateEntry()

    @field_validator("legacy_encodings")
    @classmethod
    def _encodings_are_known(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = sorted(set(value) - set(LEGACY_ENCODINGS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: not one of {', '.join(LEGACY_ENCODINGS)}")
        return value

    @field_validator("rules")
    @classmethod
    def _rules_are_known(cls, value: dict[str, RuleEntry]) -> dict[str, RuleEntry]:
        unknown = sorted(set(value) - set(catalogue("en")))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no finding has this code")
        return value

    @field_validator("calendars", "eras")
    @classmethod
    def _ids_stand_once(
        cls, value: tuple[CalendarEntry, ...] | tuple[Era, ...]
    ) -> tuple[CalendarEntry, ...] | tuple[Era, ...]:
        ids = [entry.id for entry in value]
        if len(set(ids)) < len(ids):
            raise ValueError(f"every id must stand once, not {', '.join(ids)}")
        return value

    def own(self, texts: Mapping[str, str], default: str = "") -> str:
        """The text in the senders' language (the first of `languages`), otherwise as `english` gives it."""
        return texts.get(self.languages[0]) or self.english(texts, default)

    def english(self, texts: Mapping[str, str], default: str = "") -> str:
        """The text in English, otherwise the first one there is, otherwise the default."""
        return texts.get("en") or next(iter(texts.values()), default)


def load_jurisdiction(settings: Settings) -> Jurisdiction:
    """Read jurisdiction.yml. Raises ReferenceDataError when it is absent or does not fit."""
    path = settings.jurisdiction / "jurisdiction.yml"
    try:
        return Jurisdiction.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ReferenceDataError(
            f"{path}: not found. CCW_JURISDICTION must name a folder with a jurisdiction.yml."
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # pydantic's errors are ValueErrors; so is YAML's for 2024-02-30
        raise ReferenceDataError(f"{path}: {in_one_line(error)}") from None


def in_one_line(error: Exception) -> str:
    """What an error says, without line breaks; of pydantic's, entry by entry."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}{_hint(e)}" for e in error.errors())
    return " ".join(str(error).split())


def _hint(error: ErrorDetails) -> str:
    """What to do where the message alone does not say it."""
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        known = get_close_matches(str(error["loc"][0]), Jurisdiction.model_fields, n=1)
        return f" (did you mean {known[0]}?)" if known else ""
    if error["type"] == "string_type" and isinstance(error["input"], bool | int | float):
        return f" (YAML reads it as {error['input']}: put it in quotes)"
    return ""
