"""Time what a person waits for: `python -m bench` (`make bench`), or `python -m bench start` for one of them.

Every command runs as a whole process, the ones to compare in turn, so that a change in the machine's speed falls on all
of them. Printed per command: least, middle and most seconds, and the middle relative to the first command.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.settings import ROOT

_ROUNDS = 5
_BARE = [sys.executable, "-c", "pass"]
_CCW = [sys.executable, "-m", "pipelines.cli"]
_RUN_NOW = [sys.executable, "-m", "pipelines.orchestration.run_now"]


def main(names: list[str]) -> None:
    """Run the named benchmarks, all of them without names."""
    for name, benchmark in BENCHMARKS.items():
        if not names or name in names:
            print(f"\n{name}: {' '.join((benchmark.__doc__ or '').split())}")
            benchmark()


def start() -> None:
    """commands that need neither Dagster nor Great Expectations, against an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(Path(home))
        subprocess.run([*_CCW, "run"], env=environment, check=True, capture_output=True)
        compare({name: [*_CCW, name] for name in ("where", "headline", "findings", "pending")}, environment)


def run() -> None:
    """`make run` over the repository's data, from nothing and then with nothing changed, and `ccw run` beside it."""
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(Path(home))

        def fresh() -> None:
            shutil.rmtree(Path(home) / "vietnam", ignore_errors=True)

        compare({"run_now, from nothing": _RUN_NOW, "ccw run, from nothing": [*_CCW, "run"]}, environment, before=fresh)
        subprocess.run(_RUN_NOW, env=environment, check=True, capture_output=True)
        compare({"run_now, nothing changed": _RUN_NOW, "ccw run, nothing changed": [*_CCW, "run"]}, environment)


def reading() -> None:
    """received workbooks, against a bare loop that opens each with the same library and touches every cell."""
    from bench.reading import measure

    measure()


def backfill() -> None:
    """ten years of 63 provinces' monthly forms in one run, one correction after them, and one form alone."""
    from bench.backfill import measure

    measure()


def marts() -> None:
    """core and marts over ten years, 63 provinces and 30 offences, and each mart against SQL by hand."""
    from bench.marts import measure

    measure()


def releases() -> None:
    """a release of ten years and 63 provinces, and the documented queries under eight readers, against bare Parquet."""
    from bench.releases import measure

    measure()


def compare(
    commands: Mapping[str, list[str]], environment: Mapping[str, str], before: Callable[[], None] = lambda: None
) -> None:
    """Time the commands in turn, after one round that does not count, and print one line for each."""
    everything = {"bare interpreter": _BARE, **commands}
    seconds: dict[str, list[float]] = {name: [] for name in everything}
    for turn in range(_ROUNDS + 1):
        for name, command in everything.items():
            before()
            began = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    first = statistics.median(next(iter(seconds.values())))
    for name, found in seconds.items():
        middle = statistics.median(found)
        print(f"  {name:<28} {min(found):6.2f} {middle:6.2f} {max(found):6.2f} s   {middle / first:6.1f} ×")


def _environment(home: Path) -> dict[str, str]:
    storage = home / "dagster"
    storage.mkdir()
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "CCW_HOME": str(home),
        "CCW_DAGSTER_STORAGE": str(storage),
        "DAGSTER_HOME": str(ROOT),
    }


BENCHMARKS = {
    "start": start,
    "run": run,
    "reading": reading,
    "backfill": backfill,
    "marts": marts,
    "releases": releases,
}

if __name__ == "__main__":
    main(sys.argv[1:])
