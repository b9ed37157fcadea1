"""Core and marts over ten years of 63 provinces and 30 offences, by year and by month, and marts against SQL by hand.

Each layer is built with its tests, as a run builds it. Then each mart is written in turn with the shortest query for
its figures that somebody would write over core and over the marts it reads (marts_sql/by_hand/): the ratio is what the
reasons, checks and words beside the figures cost. The figures are made up.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines import reference
from pipelines.settings import MODELS, ROOT, Settings
from pipelines.warehouse import models
from pipelines.warehouse.connection import run_script
from pipelines.warehouse.reference_tables import replace_reference

_NOW = datetime(2024, 1, 1)
_SQL = Path(__file__).with_name("marts_sql")
_ROUNDS = 5


def measure() -> None:
    """Print the seconds of both layers and the ratios, for ten years and for their months."""
    for name, periods, months in (("ten years", 10, 12), ("120 months", 120, 1)):
        with tempfile.TemporaryDirectory() as folder:
            con = warehouse(Path(folder), periods, months)
            seconds = {layer: _built(con, layer) for layer in ("core", "marts")}
            (values,) = con.execute("select count(*) from raw.counts").fetchall()
            print(f"  {name}: {values[0]} values; core {seconds['core']:.2f} s, marts {seconds['marts']:.2f} s")
            for path in sorted((_SQL / "by_hand").glob("*.sql")):
                _compare(con, path)
            con.close()


def warehouse(folder: Path, periods: int, months: int) -> duckdb.DuckDBPyConnection:
    """A warehouse in a folder with so many periods of so many months loaded, and nothing built."""
    con = duckdb.connect(str(folder / "warehouse.duckdb"))
    run_script(con, "session")
    run_script(con, "schema")
    settings = Settings(jurisdiction=ROOT / "data_raw" / "vietnam", home=folder)
    replace_reference(con, reference.load(settings), _NOW)
    given = {"periods": periods, "months": months}
    for single in con.extract_statements((_SQL / "counts_made_up.sql").read_text(encoding="utf-8")):
        con.execute(single, {name: given[name] for name in single.named_parameters})
    return con


def _built(con: duckdb.DuckDBPyConnection, layer: str) -> float:
    models.load_models(MODELS)  # parsing them is no part of building
    began = time.perf_counter()
    models.build_layer(con, MODELS, layer, _NOW)
    return time.perf_counter() - began


def _compare(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the mart and the query by hand in turn, after one round that does not count."""
    (mart,) = (model for model in models.load_models(MODELS) if model.table == f"marts.{path.stem}")
    queries = {"mart": mart.sql, "by hand": path.read_text(encoding="utf-8")}
    seconds: dict[str, list[float]] = {name: [] for name in queries}
    for turn in range(_ROUNDS + 1):
        for name, query in queries.items():
            began = time.perf_counter()
            con.execute(f"create or replace table marts.compared as {query}")
            if turn:
                seconds[name].append(time.perf_counter() - began)
    own, hand = (statistics.median(found) for found in seconds.values())
    print(f"    {path.stem:<20} {own:6.3f} s, by hand {hand:6.3f} s   {own / hand:5.2f} ×")
