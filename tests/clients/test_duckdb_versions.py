"""A published release read by the DuckDB versions that people have, each in its own environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.clients.environments import LOCKS, environment, plain_environment

VERSIONS = sorted(path.stem.removeprefix("duckdb-") for path in LOCKS.glob("duckdb-[0-9]*.lock"))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_duckdb_reads_the_release(version: str, finished_run: Settings) -> None:
    try:
        python = environment(f"duckdb-{version}") / "python"
    except subprocess.CalledProcessError:
        if sys.version_info >= (3, 12) and version.startswith(("1.0", "1.1")):
            pytest.skip(f"there is no DuckDB {version} for Python {sys.version_info.major}.{sys.version_info.minor}")
        raise
    database = finished_run.published_database
    told = subprocess.run(
        [python, Path(__file__).parent / "read_release.py", database, database.parent / "parquet"],
        capture_output=True, text=True, check=False, env=plain_environment(),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    answers = json.loads(told.stdout)
    assert answers["version"] == version
    assert answers["recorded"] == answers["parquet"] == 14520
    assert answers["share"] == [14520, 58086]
    assert answers["verdicts"] == {
        "exact": 12, "not independent": 6, "not verifiable": 5, "truncates to": 2, "rounds to": 1,
    }  # fmt: skip
    assert answers["names"] == 1
    assert answers["comment"].startswith("Clearance rates")
    manifest = json.loads((database.parent / "manifest.json").read_text(encoding="utf-8"))
    assert {name: rows for name, rows in answers["rows"].items() if name != "build_info"} == manifest["tables"]


def test_the_versions_asked_for_are_here() -> None:
    assert {version.rsplit(".", 1)[0] for version in VERSIONS} >= {"1.0", "1.4", "1.5"}
