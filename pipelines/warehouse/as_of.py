"""The whole warehouse as it was known before a moment, or with other reference data, in a database of its own.

Belongs here: lending the private warehouse's history to a scratch database, the reference tables of that time or others
given, and building core and marts there with the models of today.
Does not belong here: what was known when (models/core/reading_spans.sql), and changing the private warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.warehouse import models
from pipelines.warehouse.connection import WriterBusy, new_database, raise_if_unreadable
from pipelines.warehouse.reference_tables import restore_reference

_LENT = ("raw", "ops", "reference_history")


def build_as_of(
    warehouse: Path, target: Path, folder: Path, known_before: datetime, now: datetime
) -> Mapping[str, int]:
    """Write core and marts as they were known before a moment (UTC) to `target`, replacing it; rows of each mart.

    Raises WriterBusy, WarehouseUnreadable, ModelError and ModelTestsFailed, leaving no half-built target.
    """
    with new_database(target) as con:
        _lend(con, warehouse)
        restore_reference(con, known_before)
        con.execute("set variable known_before = ?", [known_before])
        models.build_layer(con, folder, "core", now)
        rows, _ = models.build_layer(con, folder, "marts", now)
        _take_back(con)
    return rows


def build_with_reference(
    warehouse: Path, target: Path, folder: Path, tables: Mapping[str, pl.DataFrame], now: datetime
) -> None:
    """Write core and marts of what is known today to `target`, with these reference tables instead of the warehouse's.

    Raises what build_as_of raises.
    """
    with new_database(target) as con:
        _lend(con, warehouse)
        for name, frame in tables.items():
            con.register("incoming", frame.rechunk())
            con.execute(f"create table reference.{name} as select * from incoming")
            con.unregister("incoming")
        models.build_layer(con, folder, "core", now)
        models.build_layer(con, folder, "marts", now)
        _take_back(con)


def _lend(con: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Show the history in the private warehouse under the names that the models use, without copying it."""
    path = str(warehouse).replace("'", "''")  # ATTACH takes no parameters; the path is the project's own setting
    try:
        con.execute(f"attach '{path}' as private (read_only)")
    except duckdb.Error as error:
        raise_if_unreadable(warehouse, error)
        raise WriterBusy(f"another run is writing to {warehouse}.") from None
    for schema in ("core", "marts", "reference", *_LENT):
        con.execute(f"create schema {schema}")
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'private' and list_contains(?, schema_name) order by all",
        [list(_LENT)],
    ).fetchall()
    for schema, table in tables:
        con.execute(f"create view {schema}.{table} as from private.{schema}.{table}")
    # The outcomes of the tests of this build are its own.
    con.execute("drop view ops.model_tests")
    con.execute("create table ops.model_tests as from private.ops.model_tests limit 0")


def _take_back(con: duckdb.DuckDBPyConnection) -> None:
    for schema in _LENT:
        con.execute(f"drop schema {schema} cascade")
    con.execute("detach private")
