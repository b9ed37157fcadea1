"""Releases: one immutable folder per publication, and a pointer that moves in one step.

Belongs here: the folder while it is written, its manifest, the swap, rolling back, and retention.
Does not belong here: what lies in the folder (release_files.py, pages), and what the tables say (models/marts). Readers
open `releases/current/crime_clearance.duckdb`; the pointer is a symbolic link to a folder, so a reader that reconnects
by that path always gets one whole release.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

DATABASE = "crime_clearance.duckdb"
POINTER = "current"
MANIFEST = "manifest.json"
_ROLLED_BACK = "rolled_back.json"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-z]{8}")


class ReleaseError(Exception):
    """Nothing was published or moved; the release before stays current."""


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
    if release_id not in {folder.name for folder in _finished(releases)}:
        return None
    return _published_at(release_id) + timedelta(seconds=1)  # names leave out the parts of a second


def current(releases: Path) -> Release | None:
    """The release that the pointer names; None when there is none or it is damaged (a new one is then due)."""
    try:
        return _release((releases / POINTER).resolve(strict=True))
    except OSError:
        return None


def known(releases: Path) -> tuple[Release, ...]:
    """All whole releases, the newest first."""
    found = [_release(folder) for folder in _finished(releases)]
    return tuple(release for release in reversed(found) if release is not None)


def is_due(releases: Path, fingerprint: str) -> bool:
    """Whether what was built from this is to be published: it is not current, and nobody has rolled it back."""
    now = current(releases)
    return now is None or fingerprint not in (now.fingerprint, *rolled_back(releases).get("fingerprints", ()))


@contextlib.contextmanager
def drafting(releases: Path, fingerprint: str, now: datetime) -> Iterator[Path]:
    """A folder to be filled, which becomes the current release when all went well and leaves no trace otherwise.

    The caller holds the writer's lock and writes the manifest (`write_manifest`) last. Raises ReleaseError when the
    disk refuses.
    """
    pointer = releases / POINTER
    if pointer.exists() and not pointer.is_symlink():
        raise ReleaseError(f"{pointer} is no link to a release but a file or folder; move it away and run again")
    release_id = f"{now:{_STAMP}}-{fingerprint[:8]}"
    draft = releases / f"{release_id}.tmp"
    try:
        _remove_unfinished(releases)
        draft.mkdir(parents=True)
        yield draft
        _seal(draft)
        draft.rename(releases / release_id)
        _point_to(releases, release_id)
        (releases / _ROLLED_BACK).unlink(missing_ok=True)
    except (OSError, duckdb.IOException, duckdb.TransactionException) as error:
        raise ReleaseError(
            f"{releases}: the release could not be written ({_in_one_line(error)}). The one before stays current; "
            "make room on that disk, or mend what is said, and run again."
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_manifest(draft: Path, manifest: Mapping[str, Any]) -> None:
    """Write what the release is; `tables` and `fingerprint` are needed, the release's name is added."""
    told = {"release_id": draft.stem, **manifest}
    (draft / MANIFEST).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def manifest(release: Release) -> dict[str, Any]:
    """The manifest as it was written. Raises OSError when it is gone meanwhile."""
    loaded: dict[str, Any] = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    return loaded


def roll_back(releases: Path, to: str | None, reason: str, now: datetime, built: str | None) -> Release:
    """Make an earlier release current again: the one named, or the one before the current. Readers see it at once.

    What was current, and what is built (`built` is its fingerprint), is not published by itself: only when something
    has changed. Raises ReleaseError when there is no such release.
    """
    all_known, pointed = known(releases), current(releases)
    earlier = [r for r in all_known if pointed is None or r.release_id < pointed.release_id]
    wanted = next((r for r in all_known if r.release_id == to), None) if to else next(iter(earlier), None)
    if wanted is None:
        names = ", ".join(r.release_id for r in all_known) or "none"
        raise ReleaseError(f"there is no release {to or 'before the current one'} in {releases}; there are: {names}")
    held = sorted({all_known[0].fingerprint, *([built] if built else [])})
    note = {"from": pointed and pointed.release_id, "to": wanted.release_id, "reason": reason, "at": f"{now:%FT%TZ}"}
    _replace(releases / _ROLLED_BACK, json.dumps({**note, "fingerprints": held}, ensure_ascii=False) + "\n")
    _point_to(releases, wanted.release_id)
    return wanted


def rolled_back(releases: Path) -> dict[str, Any]:
    """From where to where, why and when, while a roll-back stands; empty otherwise."""
    with contextlib.suppress(OSError, ValueError):
        note = json.loads((releases / _ROLLED_BACK).read_text(encoding="utf-8"))
        return note if isinstance(note, dict) else {}
    return {}


def retain(releases: Path, keep: int, before: float) -> tuple[str, ...]:
    """Remove all but the newest releases and the current one; the names of those that are gone.

    `before`: seconds of the system's clock; a folder that was finished later stays, for a reader may be opening it.
    """
    pointed = (releases / POINTER).resolve()
    older = [folder for folder in _finished(releases)[:-keep] if folder.stat().st_mtime < before]
    old = [folder for folder in older if folder.resolve() != pointed]
    for folder in old:
        shutil.rmtree(folder)
    return tuple(folder.name for folder in old)


def _finished(releases: Path) -> list[Path]:
    folders = releases.iterdir() if releases.is_dir() else ()
    return sorted(p for p in folders if _NAME.fullmatch(p.name) and p.is_dir() and not p.is_symlink())


def _release(folder: Path) -> Release | None:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if not (folder / DATABASE).is_file():
            return None
        return Release(told["release_id"], folder, told["fingerprint"], dict(told["tables"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


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


def _point_to(releases: Path, release_id: str) -> None:
    new = releases / f"{POINTER}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(release_id, target_is_directory=True)
    new.replace(releases / POINTER)


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".tmp.json")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _remove_unfinished(releases: Path) -> None:
    """What a killed run left behind; the caller holds the writer's lock, so nobody is writing it."""
    for left in releases.glob("*.tmp"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
