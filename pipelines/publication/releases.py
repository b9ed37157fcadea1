"""Releases: one immutable folder per publication, and a pointer that moves in one step.

Belongs here: building the release's database in the storage version that older clients read, Parquet beside it, the
check of what was written, the swap, and retention.
Does not belong here: what the tables say (models/marts). Readers open `releases/current/crime_clearance.duckdb`; the
pointer is a symbolic link to a folder, so a reader that reconnects by that path always gets one whole release.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

DATABASE = "crime_clearance.duckdb"
POINTER = "current"
# Clients from DuckDB 1.0 on read this; a new file in DuckDB 2.0's own format opens in 2.0 only.
STORAGE_VERSION = "v1.0.0"
KEEP = 5
_STAMP = "%Y%m%dT%H%M%SZ"


class ReleaseError(Exception):
    """The release was not published; the one before stays current."""


@dataclass(frozen=True)
class Table:
    """A mart to publish: its columns with descriptions, and the grain that orders its rows."""

    name: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Release:
    """A published release: its name, folder, what it was built from, and the rows of each table."""

    release_id: str
    folder: Path
    fingerprint: str
    tables: Mapping[str, int]

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def published_at(self) -> datetime:
        """When it was published, in UTC, to the second. Raises ValueError for a name of another form."""
        return _published_at(self.release_id)


def _published_at(release_id: str) -> datetime:
    return datetime.strptime(release_id.partition("-")[0], _STAMP)


def published_at(releases: Path, release_id: str) -> datetime | None:
    """A moment (UTC) before which all that a release holds was known, and nothing more; None for an unknown name."""
    if release_id not in {folder.name for folder in releases.glob("*-*") if folder.is_dir()}:
        return None
    return _published_at(release_id) + timedelta(seconds=1)  # names leave out the parts of a second


def current(releases: Path) -> Release | None:
    """The release that the pointer names; None when there is none or it is damaged (a new one is then due)."""
    try:
        folder = (releases / POINTER).resolve(strict=True)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not (folder / DATABASE).is_file():
            return None
        return Release(manifest["release_id"], folder, manifest["fingerprint"], manifest["tables"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def publish(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table], releases: Path, fingerprint: str, now: datetime
) -> Release:
    """Write a new release from schema `marts` of the connection and make it current.

    Raises ReleaseError, leaving the pointer where it was, when what was written does not hold what the marts hold.
    """
    release_id = f"{now:{_STAMP}}-{fingerprint[:8]}"
    _remove_unfinished(releases)
    draft = releases / f"{release_id}.tmp"
    draft.mkdir(parents=True)
    rows = _write_database(con, tables, draft / DATABASE, release_id, fingerprint)
    _write_parquet(con, tables, draft / "parquet")
    manifest: dict[str, Any] = {"release_id": release_id, "fingerprint": fingerprint, "tables": rows}
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _verify(con, draft / DATABASE, rows)
    _verify_parquet(con, draft / "parquet", rows)
    _seal(draft)
    folder = releases / release_id
    draft.rename(folder)
    _point_to(releases, folder)
    _retain(releases)
    return Release(release_id, folder, fingerprint, rows)


def _write_database(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table], path: Path, release_id: str, fingerprint: str
) -> dict[str, int]:
    # ATTACH takes no parameters; the path is the project's own setting.
    con.execute(f"attach '{_escaped(path)}' as draft_release (storage_version '{STORAGE_VERSION}')")
    try:
        con.execute("begin")  # one write to the disk instead of one for each table and comment
        for table in tables:
            order = ", ".join(table.grain)
            con.execute(f"create table draft_release.main.{table.name} as from marts.{table.name} order by {order}")
            _comment(con, table)
        con.execute("create table draft_release.main.build_info (release_id varchar, fingerprint varchar)")
        con.execute("insert into draft_release.main.build_info values (?, ?)", [release_id, fingerprint])
        con.execute("commit")
        con.execute("checkpoint draft_release")
        return {table.name: _count(con, f"draft_release.main.{table.name}") for table in tables}
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            con.execute("rollback")
        raise
    finally:
        con.execute("detach draft_release")


def _comment(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    # COMMENT takes no parameters; the texts are the project's own documentation, not data.
    name = f"draft_release.main.{table.name}"
    con.execute(f"comment on table {name} is '{_escaped(table.description)}'")
    for column, text in table.columns:
        con.execute(f"comment on column {name}.{column} is '{_escaped(text)}'")


def _write_parquet(con: duckdb.DuckDBPyConnection, tables: Sequence[Table], folder: Path) -> None:
    folder.mkdir()
    for table in tables:
        target = _escaped(folder / f"{table.name}.parquet")
        con.execute(f"copy (from marts.{table.name} order by {', '.join(table.grain)}) to '{target}' (format parquet)")


def _verify(con: duckdb.DuckDBPyConnection, path: Path, rows: Mapping[str, int]) -> None:
    if path.with_name(path.name + ".wal").exists():
        raise ReleaseError(f"{path}: a write-ahead log is left beside the database")
    con.execute(f"attach '{_escaped(path)}' as written (read_only)")
    try:
        for name in rows:
            # as many rows, and none of ours is absent: then none is there that is not ours
            differs = con.execute(f"select 1 from (from marts.{name} except all from written.main.{name}) limit 1")
            if _count(con, f"written.main.{name}") != _count(con, f"marts.{name}") or differs.fetchall():
                raise ReleaseError(f"{path}: {name} does not hold what marts.{name} holds")
    finally:
        con.execute("detach written")


def _verify_parquet(con: duckdb.DuckDBPyConnection, folder: Path, rows: Mapping[str, int]) -> None:
    for name, expected in rows.items():
        found = _count(con, f"read_parquet('{_escaped(folder / name)}.parquet')")
        if found != expected:
            raise ReleaseError(f"{folder / name}.parquet holds {found} rows, not {expected}")


def _seal(folder: Path) -> None:
    """Make every byte reach the disk, then let nobody write."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
            path.chmod(0o444)
    for path in [p for p in folder.rglob("*") if p.is_dir()] + [folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _point_to(releases: Path, folder: Path) -> None:
    new = releases / f"{POINTER}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(folder.name, target_is_directory=True)
    new.replace(releases / POINTER)


def _retain(releases: Path) -> None:
    """Keep the newest releases; never remove the one that is current."""
    pointed = (releases / POINTER).resolve()
    finished = sorted(p for p in releases.iterdir() if p.is_dir() and not p.is_symlink() and p.suffix != ".tmp")
    for folder in finished[:-KEEP]:
        if folder != pointed:
            shutil.rmtree(folder)


def _remove_unfinished(releases: Path) -> None:
    """What a killed run left behind; the caller holds the writer's lock, so nobody is writing it."""
    for folder in releases.glob("*.tmp"):
        shutil.rmtree(folder)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _escaped(text: Path | str) -> str:
    return str(text).replace("'", "''")
