"""Opening the private warehouse: one writer at a time, said plainly when it is another.

Belongs here: the writer's lock, the settings every connection gets, and the statements kept as .sql files.
Does not belong here: what the statements do.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from pipelines.settings import Settings

Connection = duckdb.DuckDBPyConnection
# How long a reader's look at the private warehouse may keep a writer waiting.
_LOOK_SECONDS = 10.0


class WriterBusy(Exception):
    """Another run writes to this warehouse; the message says which process and where."""


class WarehouseUnreadable(Exception):
    """The private warehouse's file cannot be opened; the message says which and what to do."""


class QueryError(Exception):
    """A reader's query cannot be answered; the message is the engine's."""


@contextlib.contextmanager
def writer_lock(settings: Settings, wait_seconds: float) -> Iterator[None]:
    """Hold the right to write for a whole run. The lock goes with the process, also when it is killed.

    Raises WriterBusy when another process still holds it after `wait_seconds`.
    """
    settings.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock_file)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise WriterBusy(
            f"another run ({_holder(settings)}) is writing to {settings.warehouse_file}; "
            f"waited {wait_seconds:g} s. Run again when it has finished."
        ) from None
    try:
        _holder_file(settings).write_text(f"process {os.getpid()}", encoding="utf-8")
        yield
    finally:
        lock.release()


def writer_busy(settings: Settings) -> str | None:
    """Who writes at this moment, None when nobody does. Does not wait."""
    try:
        with FileLock(settings.lock_file).acquire(timeout=0) if settings.state.is_dir() else contextlib.nullcontext():
            return None
    except Timeout:
        return _holder(settings)


def _holder_file(settings: Settings) -> Path:
    return settings.lock_file.with_suffix(".holder")


def _holder(settings: Settings) -> str:
    with contextlib.suppress(OSError):
        return _holder_file(settings).read_text(encoding="utf-8")
    return "another process"


@contextlib.contextmanager
def connect(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The private warehouse, read-write, with its schema in place. The caller holds the writer's lock.

    Raises WriterBusy when somebody keeps the file open, be it for reading, longer than a short look takes.
    """
    settings.state.mkdir(parents=True, exist_ok=True)
    con = _open(settings)
    try:
        run_script(con, "session")
        _refuse_older(con, settings)
        run_script(con, "schema")
        yield con
    finally:
        con.close()


def _open(settings: Settings) -> Connection:
    patience = time.monotonic() + _LOOK_SECONDS
    while True:
        try:
            return duckdb.connect(str(settings.warehouse_file))
        except duckdb.Error as error:
            raise_if_unreadable(settings.warehouse_file, error)
            if time.monotonic() > patience:
                raise WriterBusy(f"another program has {settings.warehouse_file} open: {error}") from None
            time.sleep(0.1)


def raise_if_unreadable(warehouse: Path, error: duckdb.Error) -> None:
    """Raise WarehouseUnreadable unless the error only says that another process has the file open."""
    if "Could not set lock" not in str(error):
        raise WarehouseUnreadable(
            f"{warehouse} cannot be opened ({error}). Restore it from a backup, or move it away: "
            "the next run builds it anew from the submissions folder."
        ) from None


@contextlib.contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse that is gone afterwards."""
    con = duckdb.connect()
    try:
        run_script(con, "session")
        run_script(con, "schema")
        yield con
    finally:
        con.close()


def _refuse_older(con: Connection, settings: Settings) -> None:
    """Warehouses from before readings were kept do not say when each figure became known."""
    older = (
        "select 1 from duckdb_columns() "
        "where schema_name = 'ops' and table_name = 'submissions' and column_name = 'read_with'"
    )
    if con.execute(older).fetchall():
        raise WarehouseUnreadable(
            f"{settings.warehouse_file} was made by an earlier version of this program, which kept no history of "
            "readings. Move it away: the next run builds it anew from the submissions folder."
        )


@contextlib.contextmanager
def look(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The private warehouse for reading; None while it does not exist yet. Raises WriterBusy while someone writes."""
    if not settings.warehouse_file.exists():
        yield None
        return
    try:
        con = duckdb.connect(str(settings.warehouse_file), read_only=True)
    except duckdb.Error as error:
        raise_if_unreadable(settings.warehouse_file, error)
        raise WriterBusy(f"another run ({_holder(settings)}) is writing to {settings.warehouse_file}.") from None
    try:
        yield con
    finally:
        con.close()


@contextlib.contextmanager
def new_database(target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database to be built, which takes the place of `target` when all went well and leaves no trace otherwise."""
    draft = target.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(draft))
    try:
        run_script(con, "session")
        yield con
        con.close()
        draft.replace(target)
    finally:
        con.close()
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing. Whatever is raised inside is raised again after the roll-back."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            con.execute("rollback")
        raise
    con.execute("commit")


def run_script(con: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
    """Run the statements of sql/<name>.sql one by one, each with those of the values that it names as $parameter."""
    for single in con.extract_statements(statement(name)):
        con.execute(single, {parameter: values[parameter] for parameter in single.named_parameters})


@cache
def statement(name: str) -> str:
    """The text of sql/<name>.sql."""
    return files("pipelines.warehouse").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@contextlib.contextmanager
def open_release(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published database the way readers open it: read-only, without access to other files, settings locked."""
    con = duckdb.connect(
        str(database),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    )
    try:
        yield con
    finally:
        con.close()


def as_text(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The rows of a query as a text table. Raises QueryError."""
    try:
        result = con.sql(sql)
        return str(result) if result is not None else "No rows."
    except duckdb.Error as error:
        raise QueryError(str(error)) from None
