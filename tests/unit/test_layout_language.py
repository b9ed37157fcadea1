"""What a layout can say, each with the smallest form that needs it: given cells → expected figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.reference import Reference
from pipelines.submissions.layouts import Layout
from pipelines.submissions.reading import Received, gather, read_file
from pipelines.submissions.tidy import tidy
from tests.builders import BASE, csv_text, load_reference, workbook

CONSTANTS = {
    "unit": "Ardól", "offence": "all", "series": "Order", "definition_version": "v", "accumulation": "increment",
    "year": "2023",
}  # fmt: skip
Stage = Callable[..., pl.DataFrame]
Cells = Sequence[Sequence[object]]


@pytest.fixture(scope="module")
def testland(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Testland with a crossing head of offences and a measure that adds up over units."""
    offences = [
        *BASE["offences"],
        {"offence_code": "violent", "parent_code": "all", "name": "V", "overlapping": "true"},
    ]
    return load_reference(tmp_path_factory.mktemp("reference"), offences=offences)


@pytest.fixture
def stage(tmp_path: Path, testland: Reference) -> Stage:
    """Read rows of cells as a workbook by a layout with one table, and make them tidy."""

    def make(
        cells: Cells, columns: Sequence[Mapping[str, Any]], *, layout: Mapping[str, Any] | None = None,
        sidecar: str = "", merged: Sequence[str] = (), name: str = "a.xlsx", **table: Any,
    ) -> pl.DataFrame:  # fmt: skip
        own = {"constants": CONSTANTS, "file": {"kinds": ["xlsx"]}, **(layout or {})}
        start = {"header": {"starts_at": cells[0][0]}, **table}
        form = Layout.model_validate({"layout": "l", "title": {}, "tables": [{**start, "columns": columns}], **own})
        content = workbook(cells, merged)
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.yml").write_text(f"source: conference\n{sidecar}", encoding="utf-8")
        read = read_file(tmp_path, Received(name, "id", hashlib.sha256(content).hexdigest()), (form,), testland)
        assert [finding for finding in read.findings if finding.severity == "critical"] == []
        return tidy(gather([read]), testland, (form,))

    return make


def figures(staged: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return staged.sort(pl.col("cell").str.extract(r"(\d+)").cast(pl.Int64), "cell").select(*columns).rows()


UNIT = {"header": "Unit", "field": "unit"}
RECORDED = {"header": "R", "measure": "recorded"}


# --- labels --------------------------------------------------------------------------------------------------------


def test_levels_keep_what_upper_rows_said(stage: Stage) -> None:
    """A year, then its months: the month has the year of the row above it, the next year has no month."""
    cells = [["Period", "R"], ["2022", 9], ["m 1", 4], ["m 2", 5], ["2023", 7]]
    period = {"header": "Period", "levels": [r"^(?P<year>\d{4})$", r"^m (?P<month>\d+)$"]}
    staged = stage(cells, [period, RECORDED])
    assert figures(staged, "window_start", "period_kind", "value") == [
        (pl.Series(["2021-12-15"]).str.to_date()[0], "statistical_year", 9),
        (pl.Series(["2021-12-15"]).str.to_date()[0], "statistical_month", 4),
        (pl.Series(["2022-01-15"]).str.to_date()[0], "statistical_month", 5),
        (pl.Series(["2022-12-15"]).str.to_date()[0], "statistical_year", 7),
    ]


def test_blank_labels_repeat_the_one_above(stage: Stage) -> None:
    cells = [["Unit", "O", "R"], ["Ardól", "all", 3], ["", "grave", 1], ["Boréna", "all", 2]]
    staged = stage(cells, [{**UNIT, "fill": "down"}, {"header": "O", "field": "offence"}, RECORDED])
    assert figures(staged, "scope_id", "offence_code", "unit_cell") == [
        ("A", "all", "A2"), ("A", "grave", "A2"), ("B", "all", "A4"),
    ]  # fmt: skip


def test_merged_labels_hold_for_all_their_rows(stage: Stage) -> None:
    cells = [["Unit", "O", "R"], ["Ardól", "all", 3], ["", "grave", 1]]
    columns = [{**UNIT, "fill": "merged"}, {"header": "O", "field": "offence"}, RECORDED]
    assert figures(stage(cells, columns, merged=["A2:A3"]), "scope_id") == [("A",), ("A",)]
    without_areas = stage(cells, columns, layout={"constants": {**CONSTANTS, "unit": "Boréna"}})
    assert figures(without_areas, "scope_id") == [("A",), ("B",)]  # what no label gives is the constant


def test_several_columns_of_a_field_are_a_path(stage: Stage) -> None:
    cells = [["L1", "L2", "R"], ["of which", "grave", 1], ["all", "", 5]]
    columns = [{"header": "L1", "field": "offence"}, {"header": "L2", "field": "offence"}, RECORDED]
    staged = stage(cells, columns, layout={"recode": {"offence": {"of which / grave": "grave"}}})
    assert figures(staged, "offence_code") == [("grave",), ("all",)]


def test_a_part_of_a_label(stage: Stage) -> None:
    cells = [["Unit", "R"], ["Police of Ardól (1)", 3], ["elsewhere", 1]]
    staged = stage(cells, [{"header": "Unit", "pattern": r"^Police of (?P<unit>\w+)"}, RECORDED])
    assert figures(staged, "scope_id", "unit") == [("A", "Ardól"), (None, "elsewhere")]


def test_rows_are_chosen_by_their_labels(stage: Stage) -> None:
    cells = [["Unit", "Sex", "R"], ["Ardól", "m", 1], ["Ardól", "all", 3], ["Boréna", "all", 2], ["Note: x", "", ""]]
    columns = [UNIT, {"header": "Sex"}, RECORDED]
    rows = {"only": {"Sex": ["all"]}, "skip": {"Unit": ["^Bor"]}, "end": ["Note"]}
    assert figures(stage(cells, columns, rows=rows), "cell", "value") == [("C3", 3)]


# --- where fields come from ----------------------------------------------------------------------------------------


def test_the_stronger_place_gives_a_field(stage: Stage) -> None:
    """Column, row, title, file name, sidecar, constant: the first that gives it."""
    layout = {"file": {"kinds": ["xlsx"], "name": r"^(?P<unit>\w+)\."}}
    plain = [["X", "R"], ["all", 1]]
    offence = {"header": "X", "field": "offence"}
    assert figures(stage(plain, [offence, RECORDED]), "unit") == [("Ardól",)]
    assert figures(stage(plain, [offence, RECORDED], sidecar="fields: {unit: Boréna}"), "unit") == [("Boréna",)]
    named = stage(plain, [offence, RECORDED], sidecar="fields: {unit: Boréna}", layout=layout, name="Dalka.xlsx")
    assert figures(named, "unit") == [("Dalka",)]
    titled = [["Unit: Elmir"], *plain]
    header, titles = {"starts_at": "X"}, [{"pattern": "^Unit: (?P<unit>.+)$"}]
    found = stage(titled, [offence, RECORDED], layout=layout, name="Dalka.xlsx", header=header, titles=titles)
    assert figures(found, "unit", "unit_cell") == [("Elmir", "A1")]
    own = stage(
        [["X", "R"], ["Fóra", 1]], [{"header": "X", "field": "unit"}, {**RECORDED, "fields": {"unit": "Gento"}}]
    )
    assert figures(own, "unit") == [("Gento",)]


def test_a_year_in_the_header_may_hold_for_the_table(stage: Stage) -> None:
    cells = [["Unit", "Recorded 2022", "Cleared"], ["Ardól", 3, 2]]
    columns = [
        UNIT,
        {"header": r"^Recorded \d{4}$", "measure": "recorded"},
        {"header": "Cleared", "measure": "cleared"},
    ]
    titles = [{"pattern": r"^Recorded (?P<year>\d{4})$"}]
    assert set(figures(stage(cells, columns, titles=titles), "period_year")) == {(2022,)}


# --- figures -------------------------------------------------------------------------------------------------------


def test_measures_may_be_named_in_a_column(stage: Stage) -> None:
    cells = [["M", "V"], ["Known", 3], ["Solved", 2]]
    columns = [{"header": "M", "field": "measure"}, {"header": "V", "field": "value"}]
    staged = stage(cells, columns, layout={"recode": {"measure": {"known": "recorded", "solved": "cleared"}}})
    assert figures(staged, "measure", "value") == [("recorded", 3), ("cleared", 2)]


def test_columns_and_rows_are_added_up_with_all_their_cells(stage: Stage) -> None:
    cells = [["Unit", "R1", "R2"], ["Ardól", 3, 4], ["Ardól", 1, ""], ["Boréna", 5, 6]]
    columns = [UNIT, *({"header": name, "measure": "recorded", "adds": True} for name in ("R1", "R2"))]
    assert stage(cells, columns).select("scope_id", "cell", "value", "status").rows() == [
        ("A", "B2+B3+C2+C3", None, "missing"),  # one part is missing, so the sum is
        ("B", "B4+C4", 11, "reported"),
    ]


@pytest.mark.parametrize(
    ("printed", "value", "rounded_to"), [(12.3, 12300, 100), (12, 12000, 1000), ("1,204.5", 1204500, 100)]
)
def test_thousands_with_decimals(stage: Stage, printed: object, value: int, rounded_to: int) -> None:
    layout = {"numbers": {"thousands": ",", "decimal": "."}}
    staged = stage([["Unit", "R"], ["Ardól", printed]], [UNIT, {**RECORDED, "scale": 1000}], layout=layout)
    assert figures(staged, "value", "rounded_to") == [(value, rounded_to)]


def test_marks_say_what_a_cell_without_a_figure_means(stage: Stage) -> None:
    texts = ["－", "  － ", "x", "<5", "/", "", "n.a."]
    layout = {"marks": {"－": "zero", "x": "suppressed", r"^<\d$": "suppressed", "/": "not_applicable"}}
    staged = stage([["Unit", "R"], *(["Ardól", text] for text in texts)], [UNIT, RECORDED], layout=layout)
    assert figures(staged, "status", "value") == [
        ("reported", 0), ("reported", 0), ("suppressed", None), ("suppressed", None), ("not_applicable", None),
        ("missing", None), ("invalid", None),
    ]  # fmt: skip


def test_provisional_figures(stage: Stage) -> None:
    staged = stage([["Unit", "R"], ["Ardól", "12*"], ["Boréna", "12"]], [UNIT, RECORDED], layout={"provisional": ["*"]})
    assert figures(staged, "value", "provisional") == [(12, True), (12, False)]


# --- totals --------------------------------------------------------------------------------------------------------


def test_a_total_column_leaves_out_what_is_contained_or_cuts_across(stage: Stage) -> None:
    """10 = all; grave and gravest lie in it, violent cuts across."""
    cells = [["Unit", "T", "all", "grave", "violent"], ["Ardól", 10, 10, 4, 3], ["Boréna", 9, 8, 2, 1]]
    columns = [
        UNIT,
        {"header": "T", "measure": "recorded", "total_over": "offence"},
        {"header": "^(?P<offence>all|grave|violent)$", "measure": "recorded", "times": 3},
    ]
    totals = stage(cells, columns).filter(role="total")
    assert figures(totals, "scope_id", "computed", "verdict") == [("A", "10", "exact"), ("B", "8", "differs")]


def test_a_total_row_over_units_and_a_grand_total(stage: Stage) -> None:
    cells = [["Unit", "T", "grave", "violent"], ["Ardól", 3, 3, 9], ["Boréna", 2, 2, 9], ["Sum", 5, 5, 18]]
    columns = [
        UNIT,
        {"header": "T", "measure": "recorded", "total_over": "offence"},
        {"header": "^(?P<offence>grave|violent)$", "measure": "recorded", "times": 2},
    ]
    staged = stage(cells, columns, rows={"total": ["Sum"], "total_over": "unit"}).filter(role="total")
    assert figures(staged, "cell", "total_over", "verdict") == [
        ("B2", "offence", "exact"), ("B3", "offence", "exact"), ("B4", "offence+unit", "exact"),
        ("C4", "unit", "exact"), ("D4", "unit", "exact"),
    ]  # fmt: skip


def test_a_measure_that_does_not_add_up_is_not_summed(stage: Stage) -> None:
    cells = [["Unit", "S"], ["Ardól", 3], ["Boréna", 2], ["Sum", 4]]
    staged = stage(cells, [UNIT, {"header": "S", "measure": "suspects"}], rows={"total": ["Sum"], "total_over": "unit"})
    assert figures(staged.filter(role="total"), "verdict") == [("not checkable",)]


@pytest.mark.parametrize(
    ("layout", "total", "verdict"),
    [
        ({}, 31, "differs"),
        ({"rounded_to": 5}, 36, "within tolerance"),  # two figures and the total, each off by 2 at most
        ({"rounded_to": 5}, 37, "differs"),
        ({"tolerance": "10 %"}, 33, "within tolerance"),  # 3 of 33
        ({"tolerance": "10 %"}, 34, "differs"),  # 4 of 34: a tenth is 3
    ],
)
def test_tolerances(stage: Stage, layout: Mapping[str, Any], total: int, verdict: str) -> None:
    cells = [["Unit", "R"], ["Ardól", 10], ["Boréna", 20], ["Sum", total]]
    staged = stage(cells, [UNIT, RECORDED], layout=layout, rows={"total": ["Sum"], "total_over": "unit"})
    assert figures(staged.filter(role="total"), "verdict") == [(verdict,)]


def test_what_a_total_leaves_for_its_only_unreadable_part(stage: Stage) -> None:
    cells = [["Unit", "R"], ["Ardól", "42Unit:Cases"], ["Boréna", 20], ["Sum", 62]]
    staged = stage(cells, [UNIT, RECORDED], rows={"total": ["Sum"], "total_over": "unit"})
    assert figures(staged, "status", "candidate", "verdict") == [
        ("invalid", 42, None), ("reported", None, None), ("reported", None, "parts missing"),
    ]  # fmt: skip


def test_stated_units_are_statements(stage: Stage) -> None:
    cells = [["Unit", "R"], ["Ardól", 1], ["Sep", 7], ["Tuta lando", 9]]
    staged = stage(cells, [UNIT, RECORDED], stated=["Sep", "^Tuta"])
    assert figures(staged, "role", "scope_type") == [("count", "unit"), ("statement", "cluster"), ("statement", "unit")]


def test_reference_tables_of_the_tests_are_written_as_csv() -> None:
    assert csv_text(["a", "b"], [{"a": 1}]) == "a,b\n1,\n"
