"""What the marts say otherwise than the release before: rows of each table, figures, and what needs a declared reason.

Belongs here: showing the last release to SQL under the columns of today, and the tables of differences.
Does not belong here: publishing them, and pages about them (publication/).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.warehouse.connection import run_script, statement
from pipelines.warehouse.models import Model


@dataclass(frozen=True)
class Published:
    """A temporary table of the connection that a release publishes beside the marts."""

    source: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[str, ...]


# The tables in which losses and changes of final windows are looked for.
_GUARDED = ("cluster_totals", "clusters", "control_totals", "counts", "period_states", "submissions")


class LastReleaseUnreadable(Exception):
    """The release to compare with cannot be read; the message says which file and why."""


TABLES: Mapping[str, Published] = {
    "release_changes": Published(
        "temp.main.release_changes",
        "How many rows of each table this release has, added, removed and changed against the one before.",
        ("table_name",),
        ("table_name", "rows_before", "rows_now", "rows_added", "rows_removed", "rows_changed"),
    ),
    "figure_changes": Published(
        "temp.main.figure_changes",
        "Counts of units, sums over clusters and stated totals that this release says otherwise than the one before, "
        "at most a thousand: all that needed a reason, then the largest. A figure that is gone has no value; new "
        "figures stand here only beside figures that are gone; sums are over the units that report.",
        (
            "scope_type", "scope_id", "basis", "source_id", "period_id", "accumulation", "series_id",
            "definition_version", "offence_code", "measure",
        ),
        (
            "scope_type", "scope_id", "basis", "source_id", "period_id", "accumulation", "series_id",
            "definition_version", "offence_code", "measure", "previous_value", "value", "change", "finality", "reason",
            "reason_en",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Undeclared:
    """Figures of one unit or cluster and window that were lost, or changed although final, with no reason declared."""

    scope_id: str
    series_id: str
    definition_version: str
    period_id: str
    was_final: bool
    measures: str
    figures: int

    @property
    def line(self) -> str:
        """What happened, where, and what would have been expected."""
        code = "final_period_changed" if self.was_final else "coverage_shrank"
        if not self.figures:
            return f"{code}: {self.period_id}, {self.series_id}/{self.definition_version}: the window is final no more"
        what = "changed although the window is final" if self.was_final else "no longer reported"
        return (
            f"{code}: {self.scope_id}, {self.period_id}, {self.series_id}/{self.definition_version}: "
            f"{self.figures} figures ({self.measures}) {what}"
        )


def compare(con: duckdb.DuckDBPyConnection, marts: Sequence[Model], last: Path | None) -> tuple[Undeclared, ...]:
    """Fill the tables of TABLES; changes that need a reason and have none.

    `last` is the database of the release before; without one, every row is new and nothing needs a reason. Raises
    LastReleaseUnreadable.
    """
    con.execute(
        "create or replace temp table release_changes (table_name varchar, rows_before bigint, rows_now bigint,"
        " rows_added bigint, rows_removed bigint, rows_changed bigint)"
    )
    with _last_release(con, marts, last):
        run_script(con, "differences")
        _table_changes(con, marts)
        rows = con.execute(statement("undeclared_changes")).fetchall()
    return tuple(Undeclared(*row) for row in rows)


def use_reasons(con: duckdb.DuckDBPyConnection, release_id: str) -> None:
    """Note that the reasons by which `compare` excused changes are used, by a release that is published now."""
    run_script(con, "use_reasons", release_id=release_id)


@contextlib.contextmanager
def _last_release(con: duckdb.DuckDBPyConnection, marts: Sequence[Model], last: Path | None) -> Iterator[None]:
    """The tables of the last release as `last.main.…`, with the columns of today; empty where it had none of them."""
    con.execute("attach ':memory:' as last")
    try:
        with _attached(con, last):
            had = _columns_of_last(con) if last else {}
            own = con.execute("select current_database()").fetchall()[0][0]
            for model in marts:
                like = _as_of_today(model, f"{own}.{model.table}", had.get(model.name, ()))
                con.execute(f"create view last.main.{model.name} as {like}")
            yield
    finally:
        con.execute("detach last")


@contextlib.contextmanager
def _attached(con: duckdb.DuckDBPyConnection, last: Path | None) -> Iterator[None]:
    if last is None:
        yield
        return
    path = str(last).replace("'", "''")  # ATTACH takes no parameters; the path is the project's own setting
    try:
        con.execute(f"attach '{path}' as last_file (read_only)")
        con.execute("select count(*) from duckdb_columns() where database_name = 'last_file'").fetchall()
    except duckdb.Error as error:
        raise LastReleaseUnreadable(f"{last} cannot be read ({' '.join(str(error).split())})") from None
    try:
        yield
    finally:
        con.execute("detach last_file")


def _columns_of_last(con: duckdb.DuckDBPyConnection) -> Mapping[str, Sequence[str]]:
    rows = con.execute(
        "select table_name, list(column_name) from duckdb_columns() where database_name = 'last_file' group by all"
    ).fetchall()
    return dict(rows)


def _as_of_today(model: Model, today: str, had: Sequence[str]) -> str:
    if not set(model.grain) <= set(had):
        if had and model.name in _GUARDED:
            raise LastReleaseUnreadable(f"{model.name} has another grain there, so what got lost could not be seen")
        return f"from {today} limit 0"
    cast = ((f"try_cast({c.name} as {c.type})" if c.name in had else f"null::{c.type}", c.name) for c in model.columns)
    columns = ", ".join(f"{value} as {name}" for value, name in cast)
    return f"select {columns} from last_file.main.{model.name}"


def _contents(con: duckdb.DuckDBPyConnection, marts: Sequence[Model], schema: str) -> dict[str, tuple[int, int]]:
    """Rows of each table, and one number over all that stands in them."""
    each = (f"select '{m.name}', count(*), bit_xor(hash(t)) from {schema}.{m.name} as t" for m in marts)
    return {name: (rows, digest) for name, rows, digest in con.execute(" union all ".join(each)).fetchall()}


def _table_changes(con: duckdb.DuckDBPyConnection, marts: Sequence[Model]) -> None:
    own, before = (_contents(con, marts, schema) for schema in ("marts", "last.main"))
    for model in marts:
        now, then = own[model.name], before[model.name]
        changes: tuple[int, int, int] = (now[0], 0, 0) if then[0] == 0 else (0, 0, 0)
        if now != then and then[0] > 0:
            names = {"key": ", ".join(model.grain), "columns": ", ".join(c.name for c in model.columns)}
            changes = con.execute(statement("table_changes").format(table=model.name, **names)).fetchall()[0]
        con.execute("insert into release_changes values (?, ?, ?, ?, ?, ?)", [model.name, then[0], now[0], *changes])
