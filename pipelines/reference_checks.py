"""What must hold between the rows of the reference tables, so that nothing fails later for want of it.

Belongs here: keys, references between tables, names and labels that mean one thing, targets that can be judged; and the
names and labels themselves as pairs, which reading submissions resolves texts with.
Does not belong here: reading the tables (reference.py), and what submissions say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.domain.names import NameIndex
from pipelines.jurisdiction import ReferenceDataError

Tables = Mapping[str, pl.DataFrame]

# What names a row of a table; no two rows may have the same.
KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("unit_id",),
    "clusters": ("cluster_id",),
    "cluster_members": ("cluster_id", "unit_id", "valid_from"),
    "series": ("series_id", "definition_version"),
    "offences": ("offence_code",),
    "measures": ("measure",),
    "sources": ("source_id",),
    "targets": ("target_id", "scope_type", "scope_id"),
    "holidays": ("date",),
    "published_figures": ("figure_id",),
}

# (table, column) must be found in (table, column); null refers to nothing.
REFERENCES = (
    ("units", "parent_id", "units", "unit_id"),
    ("unit_names", "unit_id", "units", "unit_id"),
    ("successions", "predecessor_id", "units", "unit_id"),
    ("successions", "successor_id", "units", "unit_id"),
    ("cluster_members", "cluster_id", "clusters", "cluster_id"),
    ("cluster_members", "unit_id", "units", "unit_id"),
    ("offences", "parent_code", "offences", "offence_code"),
    ("published_figures", "source_id", "sources", "source_id"),
)

# Which columns hold the names of a thing, as it may be written on a form; the first column is its key.
LABELS: Mapping[str, tuple[str, ...]] = {
    "clusters": ("cluster_id", "name", "name_en", "labels"),
    "offences": ("offence_code", "name", "name_en", "labels"),
    "series": ("series_id", "labels"),
}

# What a target's measure can be compared by.
_COMPARATORS = {"clearance_rate": ("at_least", "above"), "recorded_change": ("at_most", "below")}
_SCOPES = {"unit": ("units", "unit_id"), "cluster": ("clusters", "cluster_id"), "level": ("units", "level")}


def check_tables(tables: Tables) -> None:
    """Raise ReferenceDataError for the first thing that does not hold between the tables."""
    _check_references(tables)
    for table in ("targets", "published_figures"):
        _check_scopes(tables, table)
    _check_targets(tables["targets"])
    _check_names(tables)
    for table in LABELS:
        _check_labels(tables, table)


def check_keys(path: Path, table: pl.DataFrame) -> None:
    """Raise ReferenceDataError when two rows of one table have the same key."""
    key = KEYS.get(path.stem)
    repeated = table.select(key).is_duplicated().arg_true() if key else pl.Series([], dtype=pl.UInt32)
    if key and len(repeated):
        row, line = table.select(key).row(int(repeated[0])), int(repeated[0]) + 2
        raise ReferenceDataError(f"{path}, line {line}: {', '.join(map(str, row))} stands more than once.")


def names_in_force(tables: Tables, on: date | None) -> list[tuple[str, str]]:
    """(unit_id, name) of every unit that exists on a day under every name; of all days when `on` is None."""
    names = tables["unit_names"].join(
        tables["units"].select("unit_id", unit_from="valid_from", unit_to="valid_to"), on="unit_id"
    )
    if on is not None:
        day = pl.lit(on)
        names = names.filter(
            _covers(day, pl.col("unit_from"), pl.col("unit_to"))
            & _covers(day, pl.col("valid_from"), pl.col("valid_to"))
        )
    return [(unit, name) for unit, name in names.select("unit_id", "name").unique(maintain_order=True).rows()]


def labels_of(tables: Tables, table: str) -> list[tuple[str, str]]:
    """(key, label) for every text by which forms may call a cluster, an offence or a series; the key is one itself."""
    key, *columns = LABELS[table]
    pairs = {
        (row[key], label.strip()): None
        for row in tables[table].iter_rows(named=True)
        for column in (key, *columns)
        for label in (row[column] or "").split("|")
        if label.strip()
    }
    return list(pairs)


def _check_references(tables: Tables) -> None:
    for table, column, other, key in REFERENCES:
        known = tables[other][key]
        unknown = tables[table].filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(known.implode()))
        if unknown.height:
            raise ReferenceDataError(
                f"reference/{table}.csv, column {column}: {unknown[column][0]!r} is not in reference/{other}.csv."
            )


def _check_scopes(tables: Tables, table: str) -> None:
    for scope_type, scope_id in tables[table].select("scope_type", "scope_id").unique(maintain_order=True).rows():
        known, column = _SCOPES.get(scope_type, ("", ""))
        if not known or scope_id not in tables[known][column].to_list():
            raise ReferenceDataError(f"reference/{table}.csv: the scope {scope_type} {scope_id!r} does not exist.")


def _check_targets(targets: pl.DataFrame) -> None:
    for target in targets.iter_rows(named=True):
        allowed = _COMPARATORS.get(target["measure"], ())
        if target["comparator"] not in allowed:
            raise ReferenceDataError(
                f"reference/targets.csv, {target['target_id']}: {target['measure']} cannot be compared by "
                f"{target['comparator']!r}; expected {' or '.join(allowed) or 'clearance_rate or recorded_change'}."
            )
    wrong = targets.filter(~pl.col("threshold_percent").fill_null("").str.contains(r"^-?\d{1,5}(\.\d{1,4})?$"))
    if wrong.height:
        raise ReferenceDataError(
            f"reference/targets.csv, {wrong['target_id'][0]}: the threshold {wrong['threshold_percent'][0]!r} is not a "
            "plain number such as 75 or -2.5."
        )


def _check_names(tables: Tables) -> None:
    """On no day may two units bear the same name; the days on which something begins, and the last day, are enough."""
    days = {day for table in ("units", "unit_names") for day in tables[table]["valid_from"].drop_nulls()}
    for day in sorted({*days, date.max}):
        try:
            NameIndex.of(names_in_force(tables, day))
        except ValueError as error:
            raise ReferenceDataError(f"reference/unit_names.csv, names in force on {day}: {error}.") from None


def _check_labels(tables: Tables, table: str) -> None:
    try:
        NameIndex.of(labels_of(tables, table))
    except ValueError as error:
        raise ReferenceDataError(f"reference/{table}.csv: {error}.") from None


def _covers(day: pl.Expr, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (start.is_null() | (start <= day)) & (end.is_null() | (end >= day))
