"""A jurisdiction's reference data: jurisdiction.yml and reference/*.csv, read and checked.

Belongs here: the schema of the reference tables, what of it a jurisdiction may leave out, and the fingerprint that says
whether anything changed.
Does not belong here: the form of a table's file (reference_csv.py), what must hold between tables
(reference_checks.py), submissions and layouts, and any knowledge of a particular country.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from pipelines.domain.periods import Calendar, Span, Window, recognise
from pipelines.domain.printed import parse_printed
from pipelines.jurisdiction import Jurisdiction, ReferenceDataError, load_jurisdiction
from pipelines.reference_checks import check_tables
from pipelines.reference_csv import LINE, TableSchema, read_table, refuse_unknown_files
from pipelines.settings import Settings

T, N, B, D = pl.String, pl.Int64, pl.Boolean, pl.Date

# Every reference table: its columns and their types. Empty cells are null.
TABLES: Mapping[str, Mapping[str, type[pl.DataType]]] = {
    "units": {
        "unit_id": T, "level": T, "code": T, "iso_3166_2": T, "parent_id": T, "valid_from": D, "valid_to": D,
        "source": T,
    },
    "unit_names": {"unit_id": T, "name": T, "name_type": T, "valid_from": D, "valid_to": D},
    "successions": {"predecessor_id": T, "successor_id": T, "effective_on": D, "source": T},
    "clusters": {
        "cluster_id": T, "name": T, "name_en": T, "basis": T, "valid_from": D, "valid_to": D, "note": T, "labels": T,
    },
    "cluster_members": {"cluster_id": T, "unit_id": T, "valid_from": D, "valid_to": D},
    "cluster_unions": {"cluster_id": T, "part_id": T},
    "series": {
        "series_id": T, "definition_version": T, "name": T, "name_en": T, "definition": T, "definition_en": T,
        "source": T, "labels": T,
    },
    "offences": {
        "offence_code": T, "parent_code": T, "name": T, "name_en": T, "labels": T, "overlapping": B, "remainder": B,
        "valid_from": D, "valid_to": D,
    },
    "iccs_mapping": {
        "offence_code": T, "iccs_code": T, "iccs_name": T, "extent": T, "confidence": T, "source": T, "note": T,
    },
    "measures": {
        "measure": T, "name": T, "name_en": T, "additive_over_units": B, "additive_over_periods": B, "rate_of": T,
    },
    "sources": {
        "source_id": T, "name": T, "name_en": T, "publisher": T, "published_on": D, "precedence": N, "citation": T,
        "note": T,
    },
    "targets": {
        "target_id": T, "name": T, "name_en": T, "scope_type": T, "scope_id": T, "measure": T, "series_id": T,
        "offence_code": T, "comparator": T, "threshold_percent": T, "valid_from": D, "valid_to": D,
        "base_window_start": D, "base_window_end": D, "window_start": D, "window_end": D, "evidence": T, "citation": T,
        "note": T,
    },
    "holidays": {"date": D, "name": T, "name_en": T, "source": T},
    "population": {
        "unit_id": T, "valid_from": D, "valid_to": D, "population": N, "published_on": D, "source": T, "note": T,
    },
    "definition_breaks": {
        "break_id": T, "effective_on": D, "unit_id": T, "series_id": T, "offence_code": T, "description": T,
        "description_en": T, "source": T,
    },
    "declared_gaps": {
        "gap_id": T, "kind": T, "scope_id": T, "series_id": T, "other_id": T, "gap": N, "reason": T, "reason_en": T,
        "citation": T,
    },
    "final_periods": {
        "series_id": T, "definition_version": T, "window_start": D, "window_end": D, "final_on": D, "source": T,
    },
    "release_reasons": {
        "reason_id": T, "kind": T, "unit_id": T, "series_id": T, "window_start": D, "window_end": D, "reason": T,
        "reason_en": T, "citation": T,
    },
    "published_figures": {
        "figure_id": T, "source_id": T, "scope_type": T, "scope_id": T, "measure": T, "series_id": T,
        "definition_version": T, "offence_code": T, "window_start": D, "window_end": D, "window_basis": T,
        "printed_text": T, "value": N, "statistic": T, "base_window_start": D, "base_window_end": D,
        "base_target_id": T, "evidence": T, "citation": T, "published_on": D, "note": T,
    },
}  # fmt: skip

# The least to start with: these tables must have a file; one that is absent of the others is empty.
REQUIRED = ("units", "unit_names", "series", "offences", "measures", "sources")
# Of each table the columns that its file must have. Each of their cells must be filled, but for MAY_BE_EMPTY.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "units": ("unit_id", "level", "parent_id"),
    "unit_names": ("unit_id", "name"),
    "successions": ("predecessor_id", "successor_id"),
    "clusters": ("cluster_id", "name"),
    "cluster_members": ("cluster_id", "unit_id"),
    "cluster_unions": ("cluster_id", "part_id"),
    "series": ("series_id", "definition_version", "name"),
    "offences": ("offence_code", "name"),
    "iccs_mapping": ("offence_code", "iccs_code", "extent", "confidence"),
    "measures": ("measure", "additive_over_units", "additive_over_periods"),
    "sources": ("source_id", "name", "precedence"),
    "targets": (
        "target_id", "scope_type", "scope_id", "measure", "series_id", "offence_code", "comparator",
        "threshold_percent",
    ),
    "holidays": ("date",),
    "population": ("unit_id", "valid_from", "valid_to", "population", "source"),
    "definition_breaks": ("break_id", "effective_on", "description", "source"),
    "declared_gaps": ("gap_id", "kind", "reason"),
    "final_periods": ("series_id", "window_start", "window_end", "final_on", "source"),
    "release_reasons": ("reason_id", "kind", "reason"),
    "published_figures": (
        "figure_id", "source_id", "scope_type", "scope_id", "measure", "series_id", "definition_version",
        "offence_code", "window_start", "window_end",
    ),
}  # fmt: skip
MAY_BE_EMPTY = {"units": ("parent_id",)}
# What names a row of a table; no two rows may have the same.
KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("unit_id",),
    "clusters": ("cluster_id",),
    "cluster_members": ("cluster_id", "unit_id", "valid_from"),
    "cluster_unions": ("cluster_id", "part_id"),
    "series": ("series_id", "definition_version"),
    "offences": ("offence_code",),
    "iccs_mapping": ("offence_code", "iccs_code"),
    "measures": ("measure",),
    "sources": ("source_id",),
    "targets": ("target_id", "scope_type", "scope_id"),
    "holidays": ("date",),
    "population": ("unit_id", "valid_from", "published_on"),
    "definition_breaks": ("break_id",),
    "declared_gaps": ("gap_id",),
    "final_periods": ("series_id", "definition_version", "window_start", "window_end"),
    "release_reasons": ("reason_id",),
    "published_figures": ("figure_id",),
}

# How a period without a name of its own is called.
_SPANS = {
    Span.MONTH: "Month",
    Span.QUARTER: "Quarter",
    Span.HALF_YEAR: "Half-year",
    Span.NINE_MONTHS: "Nine months",
    Span.YEAR: "Year",
}


@dataclass(frozen=True)
class Reference:
    """All reference data of one jurisdiction; `fingerprint` changes when any byte of it changes."""

    jurisdiction: Jurisdiction
    tables: Mapping[str, pl.DataFrame]
    fingerprint: str

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.tables[table]

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        return tuple(entry.calendar for entry in self.jurisdiction.calendars)


def load(settings: Settings) -> Reference:
    """Read and check jurisdiction.yml and all tables of TABLES, plus what SQL needs of jurisdiction.yml as tables.

    published_figures gains printed_scaled (BIGINT), printed_digits, printed_percent and hedge: the printed text as an
    exact number (24,9% is 249 at one digit). Raises ReferenceDataError, naming file and line, for
    anything unusable.
    """
    return _load(settings, fingerprint(settings))


def load_with_figures(settings: Settings, figures: Path) -> Reference:
    """The same, with another file in the place of published_figures.csv, be it of a release that just came out.

    Raises ReferenceDataError, naming that file and its line.
    """
    try:
        return _read(settings, "", figures)
    except ReferenceDataError as error:
        raise ReferenceDataError(str(error).replace("reference/published_figures.csv", str(figures))) from None


@lru_cache(maxsize=2)  # several steps of one run need it; the fingerprint says when it must be read anew
def _load(settings: Settings, fingerprint: str) -> Reference:
    return _read(settings, fingerprint, settings.reference / "published_figures.csv")


def _read(settings: Settings, fingerprint: str, figures: Path) -> Reference:
    jurisdiction = load_jurisdiction(settings)
    refuse_unknown_files(settings.reference, list(TABLES))
    paths = {**{name: settings.reference / f"{name}.csv" for name in TABLES}, "published_figures": figures}
    read = {name: read_table(path, _schema(name)) for name, path in paths.items()}
    check_tables(read, jurisdiction.nation)
    tables = {name: table.drop(LINE) for name, table in read.items()}
    tables["unit_names"] = _with_name_types(tables["unit_names"])
    tables["offences"] = tables["offences"].with_columns(pl.col("overlapping", "remainder").fill_null(False))
    tables["published_figures"] = _with_printed_numbers(tables["published_figures"], jurisdiction)
    tables |= _tables_of_jurisdiction(jurisdiction)
    tables["windows"] = _windows(tables, jurisdiction)
    return Reference(jurisdiction, tables, fingerprint)


def _schema(table: str) -> TableSchema:
    return TableSchema(
        columns=TABLES[table],
        needed=NEEDED[table],
        key=KEYS.get(table, ()),
        may_be_empty=MAY_BE_EMPTY.get(table, ()),
        required=table in REQUIRED,
    )


def _with_name_types(names: pl.DataFrame) -> pl.DataFrame:
    """A name without a type is the official one of its time if the unit has no other such, otherwise an alias."""
    untyped = pl.col("name_type").is_null()
    has_official = (pl.col("name_type") == "official").any().over("unit_id").fill_null(False)
    first = untyped & (pl.int_range(pl.len()).over("unit_id", "valid_from", "valid_to", "name_type") == 0)
    return names.with_columns(
        name_type=pl.when(first & ~has_official)
        .then(pl.lit("official"))
        .otherwise(pl.col("name_type").fill_null("alias"))
    )


def _tables_of_jurisdiction(jurisdiction: Jurisdiction) -> dict[str, pl.DataFrame]:
    """jurisdiction (one row), deadlines, calendars and period_kinds; names in the senders' language and in English."""
    named = [
        (f"{calendar.id}_{span}", calendar.periods.get(span, {}), word)
        for calendar in jurisdiction.calendars
        for span, word in _SPANS.items()
    ]
    named.append(("window", jurisdiction.window_name, "Window"))
    kinds = [(kind, jurisdiction.own(names, word), jurisdiction.english(names, word)) for kind, names, word in named]
    own = (jurisdiction.id, jurisdiction.nation, jurisdiction.time_zone, list(jurisdiction.weekend))
    flags = (jurisdiction.nation_counts_other_units, jurisdiction.negative_counts)
    row = (*own, jurisdiction.territory_on, *flags, jurisdiction.level_shift_percent)
    return {
        "jurisdiction": pl.DataFrame(
            [row],
            schema={
                "jurisdiction_id": T,
                "nation_id": T,
                "time_zone": T,
                "weekend": pl.List(N),
                "territory_on": T,
                "nation_counts_other_units": B,
                "negative_counts": B,
                "level_shift_percent": N,
            },
            orient="row",
        ),
        "deadlines": pl.DataFrame(
            [(d.level, d.working_days, d.basis, d.valid_from, d.valid_to) for d in jurisdiction.deadlines],
            schema={"level": T, "working_days": N, "basis": T, "valid_from": D, "valid_to": D},
            orient="row",
        ),
        "calendars": pl.DataFrame(
            [(c.id, c.year_starts.month, c.year_starts.day) for c in jurisdiction.calendars],
            schema={"calendar_id": T, "start_month": N, "start_day": N},
            orient="row",
        ),
        "period_kinds": pl.DataFrame(kinds, schema={"period_kind": T, "name": T, "name_en": T}, orient="row"),
    }


def _windows(tables: Mapping[str, pl.DataFrame], jurisdiction: Jurisdiction) -> pl.DataFrame:
    """The windows that targets and published figures speak of, each with its period of a calendar."""
    targets, figures = tables["targets"], tables["published_figures"]
    pairs = {
        *targets.select("window_start", "window_end").rows(),
        *targets.select("base_window_start", "base_window_end").rows(),
        *figures.select("window_start", "window_end").rows(),
        *figures.select("base_window_start", "base_window_end").rows(),
    }
    calendars = [entry.calendar for entry in jurisdiction.calendars]
    rows = [(start, end, *name_window(start, end, calendars)) for start, end in pairs if start and end]
    schema = {"window_start": D, "window_end": D, "period_kind": T, "period_year": N, "period_index": N}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("window_start", "window_end")


def name_window(
    start: date | None, end: date | None, calendars: Iterable[Calendar]
) -> tuple[str | None, int | None, int | None]:
    """Kind, year and index of the period with these dates; kind `window` if no calendar has it, nulls for no window."""
    if start is None or end is None or end < start:
        return None, None, None
    period = recognise(Window(start, end), calendars)
    return (period.kind, period.year, period.index) if period else ("window", None, None)


def fingerprint(settings: Settings) -> str:
    """SHA-256 over names and bytes of jurisdiction.yml, reference/ and layouts/."""
    digest = hashlib.sha256()
    folders = [settings.reference.glob("*.csv"), settings.layouts.glob("*.yml")]
    files = [settings.jurisdiction / "jurisdiction.yml", *(file for folder in folders for file in folder)]
    for file in sorted(files):
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _with_printed_numbers(figures: pl.DataFrame, jurisdiction: Jurisdiction) -> pl.DataFrame:
    """published_figures with what its texts say: printed_scaled, printed_digits, printed_percent, hedge."""
    numbers = jurisdiction.numbers
    parsed = [
        parse_printed(text, numbers.thousands, numbers.decimal, jurisdiction.hedges, jurisdiction.decreases)
        if text
        else None
        for text in figures["printed_text"]
    ]
    return figures.with_columns(
        pl.Series("printed_scaled", [p and p.scaled for p in parsed], pl.Int64),
        pl.Series("printed_digits", [p and p.digits for p in parsed], pl.Int64),
        pl.Series("printed_percent", [p and p.percent for p in parsed], pl.Boolean),
        pl.Series("hedge", [p and p.hedge for p in parsed], pl.String),
    )


def digests(settings: Settings) -> dict[str, str]:
    """SHA-256 of jurisdiction.yml, of each file of reference/ and of each layout, by path below the jurisdiction."""
    paths = [settings.jurisdiction / "jurisdiction.yml"]
    paths += [*settings.reference.glob("*.csv"), *settings.layouts.glob("*.yml")]
    return {
        path.relative_to(settings.jurisdiction).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }
