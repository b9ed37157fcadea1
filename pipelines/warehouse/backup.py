"""Backups of the ledger: everything in the private warehouse that cannot be computed anew.

Belongs here: copying what was received, read, found and declared into one file, and making a warehouse of it again.
Does not belong here: core and marts (the next run builds them), and releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from pipelines.warehouse.connection import new_database, run_script, transaction

# Receipts, readings, findings and rejected rows; the values read; what each reference table said before.
_SCHEMAS = ("ops", "raw", "reference_history")
# The numbers that rows are given go on where they were: (sequence, table, column).
_NUMBERS = (("ops.receipt_numbers", "ops.receipts", "receipt_no"), ("raw.value_numbers", "raw.counts", "value_no"))


class BackupError(Exception):
    """A backup cannot be made or used; the message says which and why."""


def write(con: duckdb.DuckDBPyConnection, target: Path) -> dict[str, int]:
    """Copy the ledger of an open warehouse into a new file, in one step; rows of each table.

    Raises OSError or duckdb.Error when the disk refuses; no half file is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    try:
        con.execute(f"attach '{_escaped(draft)}' as backup")
        try:
            with transaction(con):
                rows = dict(_copied(con, "backup."))
            con.execute("checkpoint backup")
        finally:
            con.execute("detach backup")
        draft.chmod(0o400)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return rows


def restore(source: Path, target: Path) -> dict[str, int]:
    """Make a new warehouse of a backup; rows of each table. Raises BackupError when there is one, or no backup."""
    if target.exists():
        raise BackupError(f"{target} is there; move it away first, for nothing is overwritten")
    if not source.is_file():
        raise BackupError(f"there is no backup {source}")
    try:
        with new_database(target) as con:
            con.execute(f"attach '{_escaped(source)}' as backup (read_only)")
            rows = _restored(con)
            con.execute("detach backup")
    except duckdb.Error as error:
        raise BackupError(f"{source} cannot be used as a backup ({error})") from None
    return rows


def remove(folder: Path, releases: Iterable[str]) -> None:
    """Remove the backups of these releases."""
    for release in releases:
        (folder / f"{release}.duckdb").unlink(missing_ok=True)


def _copied(con: duckdb.DuckDBPyConnection, to: str) -> Iterator[tuple[str, int]]:
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() "
        "and list_contains(?, schema_name) order by all",
        [list(_SCHEMAS)],
    ).fetchall()
    for schema in _SCHEMAS:
        con.execute(f"create schema if not exists {to}{schema}")
    for schema, table in tables:
        con.execute(f"create table {to}{schema}.{table} as from {schema}.{table}")
        yield f"{schema}.{table}", con.execute(f"select count(*) from {to}{schema}.{table}").fetchall()[0][0]


def _restored(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    for schema in ("ops", "raw", "reference_history"):
        con.execute(f"create schema {schema}")
    for sequence, table, column in _NUMBERS:
        last = con.execute(f"select coalesce(max({column}), 0) from backup.{table}").fetchall()[0][0]
        con.execute(f"create sequence {sequence} start with {int(last) + 1}")
    run_script(con, "schema")
    rows = {}
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'backup' order by all"
    ).fetchall()
    for schema, table in tables:
        if schema == "reference_history":
            con.execute(f"create table {schema}.{table} as from backup.{schema}.{table}")
        else:
            con.execute(f"insert into {schema}.{table} by name from backup.{schema}.{table}")
        rows[f"{schema}.{table}"] = con.execute(f"select count(*) from {schema}.{table}").fetchall()[0][0]
    # What was built is not there: the next run builds it.
    con.execute("delete from ops.builds")
    return rows


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")  # ATTACH takes no parameters; the path is the project's own setting
