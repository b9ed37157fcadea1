"""A warehouse in memory, filled with submissions written by hand, in which the real models are built.

Belongs here: what a submission says, in the shape in which load leaves it in raw and ops, and reading rows back.
Does not belong here: expected values (the tests), reference tables (tests/builders.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import polars as pl

from pipelines.reference import Reference, name_window
from pipelines.settings import MODELS
from pipelines.validation.rules import BETWEEN
from pipelines.warehouse import ledger, models
from pipelines.warehouse.connection import run_script
from pipelines.warehouse.reference_tables import replace_reference

NOW = datetime(2024, 1, 10, 12)

# The statistical years 2023 and 2024, and 2022/23 of another calendar (domain.md §2).
YEAR = (date(2022, 12, 15), date(2023, 12, 14))
YEAR_BEFORE = (date(2021, 12, 15), date(2022, 12, 14))
NEXT_YEAR = (date(2023, 12, 15), date(2024, 12, 14))
OTHER_YEAR = (date(2022, 10, 1), date(2023, 9, 30))


@dataclass(frozen=True)
class Submission:
    """What one file says of one scope, window and offence. Build takes submissions in the order of their arrival.

    `figures` maps measures to values; None is a blank cell, a text another status. Each has a file of its own unless
    `file` names one: that is the same file, unchanged, with another sidecar. Submissions of equal `content` are one
    that was read anew, perhaps with other figures. With `rejected` its rows went to ops.rejected_rows. `copy` arrived
    under a second name with bytes that were known. `known_at` is that of a declared backfill; `withdrawn` says that
    nothing stands.
    """

    scope: str
    figures: tuple[tuple[str, int | str | None], ...]
    role: str = "count"
    scope_type: str = "unit"
    source: str = "conference"
    window: tuple[date, date] = YEAR
    series: str = "s"
    version: str = "v"
    offence: str = "all"
    accumulation: str = "increment"
    window_basis: str = "printed"
    revision: int = 0
    received_on: date | None = None
    evidence: str = "submitted"
    derived_from: str | None = None
    rounded_to: int = 1
    tolerated_per_million: int = 0
    provisional: bool = False
    file: str = ""
    content: str = ""
    rejected: bool = False
    copy: bool = False
    replaces: str | None = None
    withdrawn: bool = False
    known_at: datetime | None = None

    @property
    def submission_id(self) -> str:
        """Equal content is the same submission, also as a copy."""
        content = (self.series, self.content) if self.content else replace(self, copy=False)
        return hashlib.sha256(repr(content).encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """The file's name, below the submissions folder."""
        return self.file or f"{self.submission_id}.xlsx"


def form(unit: str, *, measures: Mapping[str, int | str | None] | None = None, **given: Any) -> Submission:
    """A unit's form: `form("A", recorded=10, cleared=None)`; other keywords are fields of Submission."""
    known = {k: v for k, v in given.items() if k in Submission.__dataclass_fields__}
    figures = {**(measures or {}), **{k: v for k, v in given.items() if k not in known}}
    return Submission(unit, tuple(figures.items()), **known)


def statement(scope: str, **given: Any) -> Submission:
    """Totals that a source states of a cluster (c3, c7), of the nation (N) or of another unit."""
    return form(scope, role="statement", scope_type="cluster" if scope in ("c3", "c7") else "unit", **given)


@dataclass(frozen=True)
class World:
    """The warehouse with core built; the marts are built when one of them is first asked for."""

    con: duckdb.DuckDBPyConnection
    reference: Reference
    built: set[str] = field(default_factory=set)

    def build(self, layer: str) -> None:
        """Build a layer, unless it is built already. Raises what build_layer raises."""
        if layer not in self.built:
            models.build_layer(self.con, MODELS, layer, NOW)
            self.built.add(layer)

    def rows(self, table: str, *columns: str, **where: object) -> list[tuple[Any, ...]]:
        """The given columns of the rows in which the other columns have the given values, in order."""
        for layer in ("core", *(["marts"] if table.startswith("marts.") else [])):
            self.build(layer)
        condition = " and ".join(f"{column} = ${column}" for column in where) or "true"
        query = f"select {', '.join(columns)} from {table} where {condition} order by all"
        return self.con.execute(query, where).fetchall()

    def row(self, table: str, *columns: str, **where: object) -> tuple[Any, ...]:
        """The one row; fails when there are none or several."""
        (row,) = self.rows(table, *columns, **where)
        return row

    def broken(self, test: str) -> int:
        """How many rows one of models/**/*.test.sql returns now."""
        (sql,) = (t.sql for t in models.load_tests(MODELS) if t.name == test)
        return len(self.con.execute(sql).fetchall())


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """An in-memory database with the warehouse's schema."""
    con = duckdb.connect(config={"threads": 1})  # a handful of rows; the other core may run another test
    run_script(con, "session")
    run_script(con, "schema")
    return con


def world_of(reference: Reference, submissions: Sequence[Submission]) -> World:
    """Take the submissions in, in the order given."""
    world = World(empty_warehouse(), reference)
    replace_reference(world.con, reference, NOW)
    take_in(world, submissions)
    return world


def take_in(world: World, submissions: Sequence[Submission]) -> None:
    """Write receipts, submissions, figures and rejected rows as a load would have left them."""
    readings: dict[str, int] = {}
    for number, submission in enumerate(submissions):
        _receive(world.con, submission, NOW + timedelta(hours=number))
        if not submission.copy:
            key = submission.submission_id
            readings[key] = readings.get(key, 0) + 1
            _settle(world.con, submission, readings[key], NOW + timedelta(hours=number))
            _write(world, submission, readings[key])


def record_findings(con: duckdb.DuckDBPyConnection) -> None:
    """What a run records between submissions, with the predicates of the rules but without Great Expectations."""
    con.execute(
        "create or replace table staging.row_findings as"
        " select row_id, submission_id, code, 'warning' as severity, file, sheet, cell, found, expected"
        " from core.cross_checks where not is_good"
    )
    ledger.record_between(con, [rule.code for rule in BETWEEN], NOW)
    ledger.settle(con, NOW)


def _receive(con: duckdb.DuckDBPyConnection, submission: Submission, seen_at: datetime) -> None:
    name, original = (f"copy of {submission.name}", submission.name) if submission.copy else (submission.name, None)
    con.execute(
        "insert into ops.receipts (file, submission_id, sha256, size, seen_at, duplicate_of, origin)"
        " values (?, ?, '0', 1, ?, ?, ?)",
        [name, submission.submission_id, seen_at, original, name],
    )


def _settle(con: duckdb.DuckDBPyConnection, submission: Submission, reading: int, now: datetime) -> None:
    row = {
        "submission_id": submission.submission_id,
        "reading": reading,
        "file": submission.name,
        "origin": submission.name,
        "sha256": f"{submission.series} {submission.name}",  # one name, one content
        "source_id": submission.source,
        "revision": submission.revision,
        "received_on": submission.received_on,
        "backfilled": submission.known_at is not None,
        "replaces": submission.replaces,
        "state": _state(submission),
        "read_with": "",
        "read_at": now,
        "known_at": submission.known_at or now,
        "rows_accepted": 0 if submission.rejected else len(submission.figures),
        "rows_rejected": len(submission.figures) if submission.rejected else 0,
    }
    _insert(con, "ops.readings", row)


def _state(submission: Submission) -> str:
    return "withdrawn" if submission.withdrawn else "rejected" if submission.rejected else "accepted"


def _write(world: World, submission: Submission, reading: int) -> None:
    start, end = submission.window
    kind, year, index = name_window(start, end, world.reference.calendars)
    common = {
        "submission_id": submission.submission_id,
        "file": submission.name,
        "sheet": "s",
        "raw_text": "",
        "scope_type": submission.scope_type,
        "scope_id": submission.scope,
        "series_id": submission.series,
        "definition_version": submission.version,
        "offence_code": submission.offence,
        "accumulation": submission.accumulation,
        "window_start": start,
        "window_end": end,
        "period_kind": kind,
        "period_year": year,
        "period_index": index,
    }
    accepted = {
        "reading": reading,
        "cell_kind": "number",
        "role": submission.role,
        "source_id": submission.source,
        "revision": submission.revision,
        "window_basis": submission.window_basis,
        "evidence": submission.evidence,
        "citation": "",
        "derived_from": submission.derived_from,
        "rounded_to": submission.rounded_to,
        "tolerated_per_million": submission.tolerated_per_million,
        "provisional": submission.provisional,
    }
    for number, (measure, value) in enumerate(submission.figures):
        place = {"cell": f"C{number}", "measure": measure}
        if submission.rejected:
            row = {**common, **place, "reading": reading, "codes": ["count_decimal"], "rejected_at": NOW}
            _insert(world.con, "ops.rejected_rows", row)
        else:
            status = value if isinstance(value, str) else "missing" if value is None else "reported"
            given = {"value": value if isinstance(value, int) else None, "status": status}
            _insert(world.con, "raw.counts", {**common, **accepted, **place, **given})


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> None:
    frame = pl.DataFrame([row])
    con.register("one_row", frame)
    con.execute(f"insert into {table} by name select * from one_row")
    con.unregister("one_row")


# domain.md §6: the cluster of seven in 2023; the clearances of A and F were not published.
CONFERENCE = (
    form("A", recorded=6482, cleared=None),
    form("B", recorded=2811, cleared=1883),
    form("C", recorded=1809, cleared=1576),
    form("D", recorded=897, cleared=728),
    form("E", recorded=867, cleared=757),
    form("F", recorded=860, cleared=None),
    form("G", recorded=794, cleared=696),
    statement("c7", recorded=14520, cleared=10105),
)


def rate_target(comparator: str = "at_least", threshold: str = "75", **more: object) -> dict[str, object]:
    """A row of targets: the clearance rate of every province, at least 75 % unless told otherwise."""
    return {
        "target_id": "rate",
        "scope_type": "level",
        "scope_id": "province",
        "measure": "clearance_rate",
        "series_id": "s",
        "offence_code": "all",
        "comparator": comparator,
        "threshold_percent": threshold,
        **more,
    }


def change_target(comparator: str = "at_most", threshold: str = "-5", **more: object) -> dict[str, object]:
    """A row of targets: what A records in the statistical year 2024 against 2023, −5 % unless told otherwise."""
    return {
        "target_id": "change",
        "scope_type": "unit",
        "scope_id": "A",
        "measure": "recorded_change",
        "series_id": "s",
        "offence_code": "all",
        "comparator": comparator,
        "threshold_percent": threshold,
        "base_window_start": YEAR[0],
        "base_window_end": YEAR[1],
        "window_start": NEXT_YEAR[0],
        "window_end": NEXT_YEAR[1],
        **more,
    }
