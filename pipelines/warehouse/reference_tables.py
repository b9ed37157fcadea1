"""The reference tables inside the warehouse, where the models read them, and what they said before.

Belongs here: making the schema `reference` equal to the checked frames, and keeping every earlier content of each table
with the moment from which it was known.
Does not belong here: reading and checking them (pipelines.reference).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import duckdb
import polars as pl

from pipelines.reference import Reference
from pipelines.warehouse.connection import transaction


def replace_reference(con: duckdb.DuckDBPyConnection, reference: Reference, now: datetime) -> None:
    """Make the tables of schema `reference` equal to the frames, in one transaction.

    A table whose content is another one than last time is also added to reference_history, under the next version.
    """
    with transaction(con):
        for name, frame in reference.tables.items():
            con.register("incoming", frame.rechunk())
            con.execute(f"create or replace table reference.{name} as select * from incoming")
            con.unregister("incoming")
            _keep(con, name, _content_hash(frame), now)


def restore_reference(con: duckdb.DuckDBPyConnection, known_before: datetime) -> None:
    """Make the tables of schema `reference` what they were known to be before a moment.

    Where nothing was known yet, the first that became known stands. Columns that a table did not have yet are empty.
    """
    rows = con.execute(
        "select table_name, coalesce(max(version) filter (known_at < ?), 1) from ops.reference_versions "
        "group by table_name order by table_name",
        [known_before],
    ).fetchall()
    for name, version in rows:
        con.execute(
            f"create or replace table reference.{name} as "
            f"select * exclude (version) from reference_history.{name} where version = ?",
            [version],
        )


def _keep(con: duckdb.DuckDBPyConnection, name: str, content_hash: str, now: datetime) -> None:
    known = con.execute(
        "select version, sha256 from ops.reference_versions where table_name = ? order by version", [name]
    ).fetchall()
    if known and known[-1][1] == content_hash:
        return
    version = len(known) + 1
    own, history = f"reference.{name}", f"reference_history.{name}"
    con.execute(f"create table if not exists {history} as select 0::bigint as version, * from {own} limit 0")
    _add_missing_columns(con, name)
    con.execute(f"insert into {history} by name select ?::bigint as version, * from {own}", [version])
    con.execute("insert into ops.reference_versions values (?, ?, ?, ?)", [name, version, content_hash, now])


def _add_missing_columns(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """A later version of this program may give a table more columns."""
    columns = {
        schema: dict(
            con.execute(
                "select column_name, data_type from information_schema.columns "
                "where table_schema = ? and table_name = ? order by ordinal_position",
                [schema, name],
            ).fetchall()
        )
        for schema in ("reference", "reference_history")
    }
    for column, kind in columns["reference"].items():
        if column not in columns["reference_history"]:
            con.execute(f"alter table reference_history.{name} add column {column} {kind}")


def _content_hash(frame: pl.DataFrame) -> str:
    return hashlib.sha256(repr((frame.columns, frame.rows())).encode()).hexdigest()
