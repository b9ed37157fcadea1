"""Publishing ten years of 63 provinces, and the documented queries under eight readers at once.

The release is made by the code that makes every release, pages, differences and backup included. The readers are
processes of their own that ask all documented queries again and again, each time from a new connection as the
documentation says; beside them, in turn, the same queries in plain DuckDB over the Parquet files of the same release.
The figures are made up.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from bench.marts import warehouse
from pipelines import publishing
from pipelines.settings import MODELS, ROOT, Settings
from pipelines.warehouse import builds, models, queries

_NOW = datetime(2024, 1, 1)
_READERS, _ROUNDS, _TURNS = 8, 3, 3

# One reader: from the published file as documented, or from Parquet in an engine of its own.
_READ = """
import glob, json, os, sys, time
import duckdb
kind, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
queries, took = json.load(sys.stdin), []
tables = {os.path.basename(p)[:-8]: p for p in glob.glob(folder + "/parquet/*.parquet")}
for _ in range(rounds):
    for query in queries:
        began = time.perf_counter()
        if kind == "release":
            hardened = {"enable_external_access": "false", "lock_configuration": "true"}
            con = duckdb.connect(folder + "/crime_clearance.duckdb", read_only=True, config=hardened)
        else:
            con = duckdb.connect()
            for name, path in tables.items():
                con.execute(f"create view {name} as from '{path}'")
        con.sql(query).to_arrow_table()
        con.close()
        took.append(time.perf_counter() - began)
print(json.dumps(took))
"""


def measure() -> None:
    """Print the seconds of publishing twice, and p50 and p95 of both kinds of reading."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(jurisdiction=ROOT / "data_raw" / "vietnam", home=Path(folder))
        _build(settings)
        for what in ("first release", "the same figures again, against it"):
            began = time.perf_counter()
            now = datetime.fromtimestamp(time.time())
            publishing.publish(settings, now)
            print(f"  {what}: {time.perf_counter() - began:.2f} s")
            _touch(settings)
            time.sleep(1.1)  # releases are named by the second
        size = sum(path.stat().st_size for path in settings.published_database.parent.rglob("*") if path.is_file())
        print(f"  size with Parquet and pages: {size / 1e6:.1f} MB")
        _readers(settings.published_database.parent.resolve())


def _build(settings: Settings) -> None:
    settings.state.mkdir(parents=True)
    con = warehouse(settings.state, periods=10, months=12)
    for layer in ("core", "marts"):
        models.build_layer(con, MODELS, layer, _NOW)
    builds.record_build(con, "marts", "first", _NOW)
    con.close()


def _touch(settings: Settings) -> None:
    """As if the marts had been built from something else, so that they are published again."""
    import duckdb

    with duckdb.connect(str(settings.warehouse_file)) as con:
        builds.record_build(con, "marts", "second", _NOW)


def _readers(folder: Path) -> None:
    asked = json.dumps([query.sql for query in queries.load_queries(MODELS)])
    took: dict[str, list[float]] = {"release": [], "Parquet": []}
    for turn in range(_TURNS + 1):
        for kind, seconds in took.items():
            found = _at_once(kind, folder, asked)
            if turn:
                seconds += found
    for kind, seconds in took.items():
        cuts = statistics.quantiles(seconds, n=20)
        print(f"  {_READERS} readers of {kind:<8} p50 {1000 * cuts[9]:6.1f} ms, p95 {1000 * cuts[18]:6.1f} ms")


def _at_once(kind: str, folder: Path, asked: str) -> list[float]:
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READ, kind, str(folder), str(_ROUNDS)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(_READERS)
    ]  # fmt: skip
    for reader in readers:
        assert reader.stdin is not None
        reader.stdin.write(asked)
        reader.stdin.close()
    found: list[float] = []
    for reader in readers:
        assert reader.stdout is not None
        found += json.loads(reader.stdout.read())
        reader.wait()
    return found
