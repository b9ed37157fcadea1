"""What is committed: small files, no machine of anybody's, no index address. Skipped where there is no git."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from pipelines.settings import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs git and a repository"
)

MEBIBYTE = 2**20
# Pieced together so that this file does not find itself.
MACHINES = re.compile(
    "|".join(["/" + "home/[a-z]", "/" + "Users/[A-Za-z]", r"[A-Z]:\\+" + "Users", "/" + "work/", "/" + "root/"])
)
SECRETS = re.compile(
    "|".join(["BEGIN [A-Z ]*" + "PRIVATE KEY", "AKIA" + "[0-9A-Z]{16}", "gh[pousr]_" + "[A-Za-z0-9]{36}"])
)


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    """Names and texts of tracked files that are text; web addresses are left out, they may hold any path."""
    found = []
    for path in tracked():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found.append((path.relative_to(ROOT).as_posix(), re.sub(r"https?://\S+", "", content)))
    return found


def test_nothing_large_is_tracked() -> None:
    assert [path for path in tracked() if path.stat().st_size > MEBIBYTE] == []


def test_no_path_of_a_machine_is_tracked() -> None:
    assert [name for name, text in texts() if MACHINES.search(text)] == []


def test_no_secret_is_tracked() -> None:
    assert [name for name, text in texts() if SECRETS.search(text)] == []


def test_nothing_that_is_made_is_tracked() -> None:
    made = re.compile(r"(^|/)(__pycache__|\.venv|var|build|\.hypothesis)/|\.(pyc|duckdb|wal|parquet|log|egg-info)$")
    assert [path for path in tracked() if made.search(path.relative_to(ROOT).as_posix())] == []


def test_no_workbook_is_tracked_outside_the_submissions() -> None:
    """Tests build theirs in code; a binary file cannot be reviewed."""
    binary = {".xlsx", ".xls", ".xlsb", ".ods", ".zip", ".db", ".sqlite"}
    stray = [
        path
        for path in tracked()
        if path.suffix in binary and not re.match(r"data_raw/[^/]+/submissions/", path.relative_to(ROOT).as_posix())
    ]
    assert stray == []


def test_the_lock_names_hashes_and_no_index() -> None:
    """Where packages come from is the user's setting; what they are is in the lock."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^-i |^-e ", lock, flags=re.MULTILINE)
    requirements = re.split(r"\n(?=\S)", lock)
    pinned = [entry for entry in requirements if re.match(r"[A-Za-z0-9]", entry)]
    assert pinned
    assert [entry.splitlines()[0] for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry] == []
