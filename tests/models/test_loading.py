"""Loading: which staged rows go where, and the comparison that notices when one does not arrive."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.warehouse import loading
from pipelines.warehouse.connection import run_script
from pipelines.warehouse.ledger import FINDINGS
from tests.models.harness import NOW, empty_warehouse

# One staged row; what a test does not name is as here. Columns that loading does not look at are left out.
ROW: dict[str, Any] = {
    "submission_id": "x", "file": "x.xlsx", "sheet": "s", "cell": "C8", "raw_text": "5", "corrected_from": None,
    "cell_kind": "number",
    "number_format": "0", "role": "count", "source_id": "police", "revision": 0, "received_on": date(2024, 1, 2),
    "scope_type": "unit", "scope_id": "A", "offence_code": "all", "series_id": "s", "definition_version": "v",
    "window_start": date(2023, 1, 1), "window_end": date(2023, 12, 31), "window_basis": "printed",
    "period_kind": "civil_year", "period_year": 2023, "period_index": 1, "accumulation": "increment",
    "measure": "recorded", "value": 5, "status": "reported", "rounded_to": 1, "tolerated_per_million": 0,
    "provisional": False, "evidence": "submitted", "citation": None, "derived_from": None, "total_over": None,
    "computed": None, "tolerance": None, "verdict": None,
}  # fmt: skip
FILE: dict[str, Any] = {
    "reading": 1, "file": "x.xlsx", "origin": "x.xlsx", "sha256": "0", "layout": "form",
    "layout_version": "1", "source_id": "police",
    "revision": 0, "sender": None, "received_on": None, "known_on_at": None, "replaces": None, "withdrawn": False,
}  # fmt: skip
TOTAL = {
    "role": "total", "cell": "C12", "total_over": "offence", "offence_code": None, "computed": "5", "tolerance": 0,
    "verdict": "exact",
}  # fmt: skip
RATIO = {
    "role": "ratio", "cell": "D8", "raw_text": "81,3", "measure": "cleared", "value": None, "status": "missing",
    "computed": "81,25", "verdict": "differs",
}  # fmt: skip


def staged(*rows: dict[str, Any], held_back: tuple[int, ...] = ()) -> duckdb.DuckDBPyConnection:
    """A warehouse in which these rows wait to be loaded; those with the given numbers broke a critical rule."""
    con = empty_warehouse()
    con.execute("insert into ops.waiting values ('x')")
    frame = pl.DataFrame([{"row_id": n, **ROW, **row} for n, row in enumerate(rows)], infer_schema_length=None)
    typed = frame.with_columns(pl.col("tolerance").cast(pl.Int64), pl.col("value").cast(pl.Int64))
    files = pl.DataFrame(
        [{**FILE, "submission_id": name} for name in sorted({r.get("submission_id", "x") for r in rows})],
        schema=loading.FILES,
    )
    loading.stage(
        con, typed, FINDINGS.to_frame(), files, loading.CONFIRMATIONS.to_frame(), loading.RULE_DATES.to_frame()
    )
    con.execute(
        "create table staging.row_findings (row_id bigint, submission_id varchar, code varchar, severity varchar, "
        "file varchar, sheet varchar, cell varchar, found varchar, expected varchar)"
    )
    con.execute("create table staging.quarantine (row_id bigint, codes varchar[])")
    for row in held_back:
        con.execute("insert into staging.quarantine values (?, ['made_up'])", [row])
    return con


def cells(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return con.execute(f"select role, cell from {table} order by all").fetchall()


def outcome(con: duckdb.DuckDBPyConnection) -> Any:
    return con.execute("select state, rows_accepted, rows_rejected from ops.readings").fetchone()


def test_figures_and_what_a_form_prints_of_them_go_apart() -> None:
    """Only counts and statements are figures; a sum of several cells keeps all their addresses."""
    con = staged({"cell": "C8+D8"}, {"role": "statement", "cell": "C9"}, TOTAL, RATIO)
    assert loading.load(con, "now", NOW) == (2, 1)
    assert cells(con, "raw.counts") == [("count", "C8+D8"), ("statement", "C9")]
    assert cells(con, "ops.printed_checks") == [("ratio", "D8"), ("total", "C12")]
    assert outcome(con) == ("accepted", 2, 0)


def test_a_figure_keeps_what_was_read_of_it() -> None:
    con = staged({"number_format": "#,##0", "rounded_to": 5, "tolerated_per_million": 1000, "provisional": True})
    loading.load(con, "now", NOW)
    columns = "value, number_format, rounded_to, tolerated_per_million, provisional, reading"
    assert con.execute(f"select {columns} from raw.counts").fetchall() == [(5, "#,##0", 5, 1000, True, 1)]


def test_a_printed_check_keeps_both_sides() -> None:
    con = staged({}, {**TOTAL, "raw_text": "7", "tolerance": 4, "verdict": "within tolerance"})
    loading.load(con, "now", NOW)
    columns = "total_over, measure, raw_text, computed, tolerance, verdict, reading"
    assert con.execute(f"select {columns} from ops.printed_checks").fetchall() == [
        ("offence", "recorded", "7", "5", 4, "within tolerance", 1)
    ]


def test_what_is_held_back_is_neither() -> None:
    con = staged({}, {"cell": "C9"}, TOTAL, RATIO, held_back=(1, 2))
    assert loading.load(con, "now", NOW) == (1, 1)
    assert cells(con, "raw.counts") == [("count", "C8")]
    assert cells(con, "ops.printed_checks") == [("ratio", "D8")]
    assert con.execute("select cell from ops.rejected_rows order by all").fetchall() == [("C12",), ("C9",)]
    assert outcome(con) == ("partly_rejected", 1, 2)


def test_a_submission_of_which_only_a_printed_total_is_left_is_rejected() -> None:
    con = staged({}, TOTAL, held_back=(0,))
    assert loading.load(con, "now", NOW) == (0, 1)
    assert outcome(con) == ("rejected", 0, 1)


@pytest.mark.parametrize(
    "loss",
    [
        "update raw.counts set value = value + 1 where cell = 'C8'",
        "delete from raw.counts",
        "update ops.printed_checks set tolerance = 1",
        "delete from ops.printed_checks where role = 'ratio'",
        "update ops.printed_checks set role = 'total'",
    ],
)
def test_what_does_not_arrive_is_noticed_and_nothing_stays(monkeypatch: pytest.MonkeyPatch, loss: str) -> None:
    con = staged({}, TOTAL, RATIO)

    def losing(con: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
        run_script(con, name, **values)
        if name == "load":
            con.execute(loss)

    monkeypatch.setattr(loading, "run_script", losing)
    with pytest.raises(loading.LoadMismatch):
        loading.load(con, "now", NOW)
    assert cells(con, "raw.counts") == cells(con, "ops.printed_checks") == []


def test_a_row_that_is_neither_figure_nor_check_does_not_vanish() -> None:
    """A value below the total is held back by a rule; if ever it is not, the load is refused."""
    with pytest.raises(loading.LoadMismatch, match="stray"):
        loading.load(staged({}, {"role": "stray", "cell": "C13"}), "now", NOW)
