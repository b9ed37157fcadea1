"""The folder of received files, looked at without opening any of them.

Belongs here: which files count as submissions, their bytes' SHA-256, their sidecars, whether they still change.
Does not belong here: what is in them (workbooks.py) and what was seen before (the ledger, in the warehouse).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

SIDECAR_SUFFIX = ".yml"
# Left by spreadsheet programs and copy tools while a file is being written.
_UNFINISHED_PREFIXES = (".", "~$")
_UNFINISHED_SUFFIXES = (".tmp", ".part", ".crdownload", "~")

INBOX = pl.Schema(
    {"file": pl.String, "submission_id": pl.String, "sha256": pl.String, "sidecar_sha256": pl.String, "size": pl.Int64}
)


def submission_files(folder: Path) -> Iterator[Path]:
    """Every received file below `folder` in order of its path; sidecars, notes and unfinished copies are left out."""
    return (path for path in _files(folder) if _nameable(path))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.name
        unfinished = name.startswith(_UNFINISHED_PREFIXES) or name.lower().endswith(_UNFINISHED_SUFFIXES)
        if path.is_file() and not unfinished and path.suffix not in (SIDECAR_SUFFIX, ".md"):
            yield path


def sidecar_of(path: Path) -> Path:
    """The note beside a file: its full name with `.yml` behind it."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def scan(folder: Path) -> pl.DataFrame:
    """All received files (INBOX): path relative to the folder, identity, SHA-256 of file and sidecar, size in bytes.

    A submission is its bytes together with what its sidecar declares of them: when either changes it is another one.
    """
    return pl.DataFrame([_row(folder, path) for path in submission_files(folder)], schema=INBOX, orient="row")


def unsettled(folder: Path, seconds: float) -> tuple[str, ...]:
    """Files that changed within the last `seconds`: they may still be being copied."""
    youngest = time.time() - seconds
    return tuple(str(path.relative_to(folder)) for path in submission_files(folder) if path.stat().st_mtime > youngest)


def unnameable(folder: Path) -> tuple[str, ...]:
    """Files whose names are not text; they cannot be entered into the ledger."""
    return tuple(ascii(path.name) for path in _files(folder) if not _nameable(path))


def _nameable(path: Path) -> bool:
    try:
        return bool(path.as_posix().encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _row(folder: Path, path: Path) -> tuple[str, str, str, str | None, int]:
    own, size = _digest(path)
    note = _digest(sidecar_of(path))[0] if sidecar_of(path).is_file() else None
    identity = hashlib.sha256(f"{own} {note or ''}".encode()).hexdigest()[:16]
    return path.relative_to(folder).as_posix(), identity, own, note, size


def _digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size; of a file that cannot be read, a stand-in that no content has. Reading it then says why."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return hashlib.sha256(f"unreadable {path.as_posix()} {error.errno}".encode()).hexdigest(), 0
    return hashlib.sha256(content).hexdigest(), len(content)
