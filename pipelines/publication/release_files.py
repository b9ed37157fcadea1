"""What readers open of a release: the database in the storage version that older clients read, and Parquet beside it.

Belongs here: writing both from the tables of the connection, with comments and macros, and checking what was written.
Does not belong here: the folder and the pointer (releases.py), and what the tables say (models/).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.publication.releases import DATABASE, ReleaseError

# Clients from DuckDB 1.0 on read this; a new file in DuckDB 2.0's own format opens in 2.0 only.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class Table:
    """A table to publish: where it is in the connection, its columns with descriptions, the grain that orders it."""

    name: str
    source: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


_BUILD_INFO = Table(
    "build_info",
    "",
    "Which release this is, and what it was built from; one row.",
    (),
    (
        ("release_id", "Name of the release and of its folder"),
        ("published_at", "When it was published"),
        ("fingerprint", "Digest of the ledger, the reference data and the models that it was built from"),
        ("contract_version", "Version of the contract: tables, grain, types, macros"),
        ("code_version", "Version of the program"),
    ),
)


def write(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Sequence[Table],
    macros: Sequence[str],
    build_info: Mapping[str, str],
) -> dict[str, int]:
    """Write and check the database and the Parquet files; the rows of each table.

    `macros` are the texts of CREATE MACRO statements in schema main; `build_info` becomes a table of one row. Raises
    ReleaseError when what was written does not hold what the tables hold.
    """
    database, parquet = folder / DATABASE, folder / "parquet"
    _write_database(con, database, tables, macros, build_info)
    _write_parquet(con, parquet, tables)
    rows = _verified(con, database, tables)
    _verify_parquet(con, parquet, rows)
    return rows


@contextlib.contextmanager
def attached(con: duckdb.DuckDBPyConnection, database: Path, name: str, options: str) -> Iterator[None]:
    """A database under a name of the connection. ATTACH takes no parameters; the path is the project's own setting."""
    con.execute(f"attach {quoted(database)} as {name} ({options})")
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            con.execute("rollback")
        raise
    finally:
        con.execute(f"detach {name}")


def quoted(text: Path | str) -> str:
    """A text of the project's own as an SQL literal, where no parameter can stand."""
    return "'" + str(text).replace("'", "''") + "'"


def contents(con: duckdb.DuckDBPyConnection, relations: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Rows of each relation of the project's own, and one number over all that stands in them, in any order.

    The rows of a table differ, since its grain is tested; so two tables with equal numbers hold the same.
    """
    each = (
        f"select {quoted(name)}, count(*), bit_xor(hash(t)) from {relation} as t"
        for name, relation in relations.items()
    )
    return {name: (rows, digest) for name, rows, digest in con.execute(" union all ".join(each)).fetchall()}


def _write_database(
    con: duckdb.DuckDBPyConnection,
    database: Path,
    tables: Sequence[Table],
    macros: Sequence[str],
    build_info: Mapping[str, str],
) -> None:
    with attached(con, database, "draft_release", f"storage_version '{STORAGE_VERSION}'"):
        con.execute("begin")  # one write to the disk instead of one for each table and comment
        for table in tables:
            order = ", ".join(table.grain)
            con.execute(f"create table draft_release.main.{table.name} as from {table.source} order by {order}")
            con.execute(_comments(table))
        columns = ", ".join(f"{name} varchar" for name in build_info)
        con.execute(f"create table draft_release.main.build_info ({columns})")
        places = ", ".join("?" for _ in build_info)
        con.execute(f"insert into draft_release.main.build_info values ({places})", list(build_info.values()))
        con.execute(_comments(_BUILD_INFO))
        _create_macros(con, macros)
        con.execute("commit")
        con.execute("checkpoint draft_release")


def _create_macros(con: duckdb.DuckDBPyConnection, macros: Sequence[str]) -> None:
    """Names and bodies say `main`: they hold in a file of any name, and in an attached one after `use`."""
    own = con.execute("select current_database()").fetchall()[0][0]
    con.execute("use draft_release")
    try:
        for macro in macros:
            con.execute(macro)
    finally:
        con.execute(f"use {own}")


def _comments(table: Table) -> str:
    name = f"draft_release.main.{table.name}"
    of_columns = (f"comment on column {name}.{column} is {quoted(text)}" for column, text in table.columns)
    return ";".join([f"comment on table {name} is {quoted(table.description)}", *of_columns])


def _write_parquet(con: duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[Table]) -> None:
    folder.mkdir()
    for table in tables:
        target = quoted(folder / f"{table.name}.parquet")
        con.execute(f"copy (from {table.source} order by {', '.join(table.grain)}) to {target} (format parquet)")


def _verified(con: duckdb.DuckDBPyConnection, database: Path, tables: Sequence[Table]) -> dict[str, int]:
    if database.with_name(database.name + ".wal").exists():
        raise ReleaseError(f"{database}: a write-ahead log is left beside the database")
    with attached(con, database, "written", "read_only"):
        own = contents(con, {table.name: table.source for table in tables})
        written = contents(con, {table.name: f"written.main.{table.name}" for table in tables})
    for table in tables:
        if own[table.name] != written[table.name]:
            raise ReleaseError(f"{database}: {table.name} does not hold what {table.source} holds")
    return {name: rows for name, (rows, _) in written.items()}


def _verify_parquet(con: duckdb.DuckDBPyConnection, folder: Path, rows: Mapping[str, int]) -> None:
    # the files' own account of their rows; the values come from the same query as those of the database
    asked = " union all ".join(
        f"select {quoted(name)}, sum(num_rows) from parquet_file_metadata({quoted(folder / f'{name}.parquet')})"
        for name in rows
    )
    for name, found in con.execute(asked).fetchall():
        if found != rows[name]:
            raise ReleaseError(f"{folder / name}.parquet holds {found} rows, not {rows[name]}")
