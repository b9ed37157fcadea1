"""Staging and loading: from the frame that was read to the append-only raw tables, all or nothing.

Belongs here: the staging tables of one run, the transaction that takes figures in, and the comparison that proves that
the database holds what the frame held.
Does not belong here: which rows are good (validation/ filled staging.quarantine), and the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from pipelines.domain.findings import Finding
from pipelines.warehouse.connection import run_script, statement, transaction
from pipelines.warehouse.ledger import FINDINGS

# One row a file that was read, and what its sidecar declares; known_on_at is the declared moment of a backfill, in UTC.
_OF_FILE: dict[str, pl.DataType] = {
    "submission_id": pl.String(),
    "reading": pl.Int64(),
    "file": pl.String(),
    "origin": pl.String(),
    "sha256": pl.String(),
    "layout": pl.String(),
    "layout_version": pl.String(),
    "source_id": pl.String(),
    "revision": pl.Int64(),
    "sender": pl.String(),
    "received_on": pl.Date(),
    "known_on_at": pl.Datetime("us"),
    "replaces": pl.String(),
    "withdrawn": pl.Boolean(),
}
FILES = pl.Schema(_OF_FILE)
# What senders stand by: a finding's code, for a cell or (nulls) for all of a submission.
_CONFIRMED: dict[str, pl.DataType] = {
    "submission_id": pl.String(),
    "code": pl.String(),
    "sheet": pl.String(),
    "cell": pl.String(),
    "confirmed_by": pl.String(),
    "confirmed_on": pl.Date(),
}
CONFIRMATIONS = pl.Schema(_CONFIRMED)
# Rules that hold for some time only: for windows that end within the two days.
_DATED: dict[str, pl.DataType] = {"code": pl.String(), "valid_from": pl.Date(), "valid_to": pl.Date()}
RULE_DATES = pl.Schema(_DATED)


class LoadMismatch(Exception):
    """The database does not hold what was read; nothing was taken in."""


def findings_frame(findings: list[Finding]) -> pl.DataFrame:
    """Findings as a frame of FINDINGS."""
    return pl.DataFrame([{name: str(getattr(f, name)) for name in FINDINGS} for f in findings], schema=FINDINGS)


def stage(
    con: duckdb.DuckDBPyConnection,
    counts: pl.DataFrame,
    findings: pl.DataFrame,
    files: pl.DataFrame,
    confirmations: pl.DataFrame,
    rule_dates: pl.DataFrame,
) -> None:
    """Replace the staging tables: rows (STAGED), findings about files, FILES, CONFIRMATIONS and RULE_DATES.

    Raises LoadMismatch, with nothing staged, when the database's copy differs from the frame in rows or sums.
    """
    frames = {
        "staged_counts": counts, "file_findings": findings, "files_read": files, "confirmed": confirmations,
        "rule_dates": rule_dates,
    }  # fmt: skip
    for name, frame in frames.items():
        con.register(name, frame.rechunk())
    with transaction(con):
        run_script(con, "stage")
        database: pl.DataFrame = con.sql("select measure, value from staging.counts").pl()
        compare(*(_sums(rows.select(group="measure", checked="value")) for rows in (counts, database)))
    for name in frames:
        con.unregister(name)


def load(con: duckdb.DuckDBPyConnection, read_with: str, now: datetime) -> tuple[int, int]:
    """Take in the staged rows that are not in quarantine and settle every submission's state, in one transaction.

    Returns the numbers of figures and of submissions taken in; the staging tables are empty afterwards. Before the
    commit, rows and sums per role and measure in the database are compared with the frame. Raises LoadMismatch, with
    nothing taken in, when they differ.
    """
    (files,) = con.sql("select count(*) from staging.files").fetchall()[0]
    with transaction(con):
        run_script(con, "load", now=now, read_with=read_with)
        accepted = _accepted(con)
        compare(
            _sums(accepted),
            {group: (rows, total) for group, rows, total in con.sql(statement("load_check")).fetchall()},
        )
        run_script(con, "clear_staging")
    return accepted.filter(pl.col("is_figure")).height, files


def compare(frame: Mapping[str, tuple[int, int | None]], database: Mapping[str, tuple[int, int | None]]) -> None:
    """Raise LoadMismatch unless rows and sums of every group are the same on both sides."""
    if frame != database:
        raise LoadMismatch(f"read {dict(frame)}, but the database would hold {dict(database)} (rows, sum per measure)")


def _accepted(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Staged rows that are neither held back nor a copy's: is_figure, group, and the number to compare sums of.

    That is the value of a figure, and the tolerance of what a form prints of its own figures.
    """
    staged: pl.DataFrame = con.sql(
        "select row_id, submission_id, role, measure, value, tolerance from staging.counts"
    ).pl()
    held_back: pl.DataFrame = con.sql("select row_id from staging.quarantine").pl()
    copies: pl.DataFrame = con.sql("select submission_id from outcomes where state = 'duplicate'").pl()
    is_figure = pl.col("role").is_in(["count", "statement"])
    taken_in = staged.join(held_back, on="row_id", how="anti").join(copies, on="submission_id", how="anti")
    return taken_in.select(
        is_figure=is_figure,
        group=pl.concat_str("role", pl.lit(" "), pl.col("measure").fill_null("")),
        checked=pl.when(is_figure).then("value").otherwise("tolerance"),
    )


def _sums(rows: pl.DataFrame) -> dict[str, tuple[int, int | None]]:
    """Rows and sum (null where nothing has a value) of every group of a frame with columns group and checked."""
    sums = rows.group_by("group").agg(
        pl.len(), pl.when(pl.col("checked").count() > 0).then(pl.col("checked").sum()).alias("total")
    )
    return {group: (count, total) for group, count, total in sums.rows()}
