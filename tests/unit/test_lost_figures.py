"""Figures that a form has and a layout would pass over: each is told, none vanishes.

Every case was found by trying layouts for official tables of other countries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.domain.findings import Finding
from pipelines.reference import Reference
from pipelines.submissions.layouts import Layout
from pipelines.submissions.reading import ReadFile, Received, gather, read_file
from pipelines.submissions.tidy import tidy
from tests.builders import BASE, CONSTANTS, load_reference, workbook

Cells = Sequence[Sequence[object]]
Read = Callable[..., ReadFile]

UNIT = {"header": "Unit", "field": "unit"}
RECORDED = {"header": "R", "measure": "recorded"}


@pytest.fixture(scope="module")
def testland(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return load_reference(tmp_path_factory.mktemp("reference"))


@pytest.fixture
def read(tmp_path: Path, testland: Reference) -> Read:
    """Read cells, or the bytes of a file, by layouts with one table each."""

    def make(cells: Cells | bytes, *tables: Mapping[str, Any], name: str = "a.xlsx", **layout: Any) -> ReadFile:
        own = {"constants": CONSTANTS, "title": {}, "file": {"kinds": ["xlsx", "csv"]}, **layout}
        forms = [
            Layout.model_validate({**own, "layout": f"l{number}", "tables": [table]})
            for number, table in enumerate(tables)
        ]
        content = cells if isinstance(cells, bytes) else workbook(cells)
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.yml").write_text("source: conference\n", encoding="utf-8")
        return read_file(tmp_path, Received(name, "id", hashlib.sha256(content).hexdigest()), forms, testland)

    return make


def told(read: ReadFile) -> list[tuple[str, str, str, str]]:
    return [(found.code, str(found.severity), found.cell, found.found) for found in read.findings]


def only(read: ReadFile) -> Finding:
    (finding,) = read.findings
    return finding


# --- rows ----------------------------------------------------------------------------------------------------------

TABLE = {"header": {"starts_at": "Unit"}, "columns": [UNIT, RECORDED], "rows": {"end": ["Source"]}}


def test_figures_below_the_end_of_a_table_are_told(read: Read) -> None:
    cells = [["Unit", "R"], ["Ardól", 3], ["Source: x", 2023], ["Boréna", "1.204"], ["Signed", ""], ["", 7]]
    assert told(read(cells, TABLE)) == [("figures_not_read", "warning", "B4", "Boréna")]


@pytest.mark.parametrize("below", [["Note", ""], ["", 5], ["Page", "1 of 2"], ["Signed on", "3/1/2024"]])
def test_remarks_below_a_table_are_no_figures(read: Read, below: Sequence[object]) -> None:
    assert told(read([["Unit", "R"], ["Ardól", 3], ["Source", ""], below], TABLE)) == []


def test_a_text_of_only_that_no_row_has_is_told(read: Read) -> None:
    kind = {"header": "Kind"}
    table = {**TABLE, "columns": [UNIT, kind, RECORDED], "rows": {"only": {"Kind": ["Incidents", "Attempts"]}}}
    cells = [["Unit", "Kind", "R"], ["Ardól", "Incidents", 3], ["Ardól", "Attempts (founded)", 1]]
    finding = only(read(cells, table))
    assert (finding.code, finding.found) == ("layout_text_unmatched", "Attempts")
    assert finding.expected == "layouts/l0.yml, tables[0].rows.only.Kind"


def test_with_only_and_skip_a_new_label_stops_the_file(read: Read) -> None:
    rules = {"only": {"Kind": ["Incidents"]}, "skip": {"Kind": ["Attempts"]}}
    table = {**TABLE, "columns": [UNIT, {"header": "Kind"}, RECORDED], "rows": rules}
    known = [["Unit", "Kind", "R"], ["Ardól", "Incidents", 3], ["Ardól", "Attempts", 1]]
    assert told(read(known, table)) == []
    assert told(read([*known, ["Ardól", "Threats", 1]], table)) == [("row_unforeseen", "critical", "B4", "")]


def test_stated_texts_that_nothing_has_are_told(read: Read) -> None:
    cells = [["Unit", "R"], ["Ardól", 3], ["Whole country", 3]]
    assert told(read(cells, {**TABLE, "stated": ["Total"]})) == [("layout_text_unmatched", "warning", "", "Total")]
    assert told(read(cells, {**TABLE, "stated": ["Total", "Whole country"]})) == []


def test_spaces_within_a_script_that_has_none_do_not_matter(read: Read) -> None:
    assert told(read([["Unit", "R"], ["総　　　数", 3]], {**TABLE, "stated": ["総数"]})) == []


# --- repeated blocks -----------------------------------------------------------------------------------------------

BLOCKS = {
    "header": {"starts_at": "Unit"},
    "columns": [UNIT, RECORDED, {"header": "C", "measure": "cleared"}],
    "repeats": True,
    "titles": [{"pattern": r"^Offence: (?P<offence>\w+)$"}],
    "rows": {"blank_row_ends": True},
}


def blocks(*names: tuple[str, str]) -> Cells:
    """A title and a table for each; what its header begins with."""
    return [
        row
        for title, first in names
        for row in ([title, "", ""], [first, "R", "C"], ["Ardól", 3, 1], ["Boréna", 4, 2], ["", "", ""])
    ]


def test_blocks_are_read_each_under_its_title(read: Read) -> None:
    found = read(blocks(("Offence: all", "Unit"), ("Offence: grave", "Unit")), BLOCKS)
    assert found.findings == ()
    assert gather([found])["offence"].to_list() == ["all"] * 4 + ["grave"] * 4


def test_a_block_whose_header_begins_otherwise_stops_the_file(read: Read) -> None:
    finding = only(read(blocks(("Offence: all", "Unit"), ("Offence: grave", "Police force")), BLOCKS))
    assert (finding.code, finding.cell, finding.found) == ("header_differs", "A7", "Police force")
    assert finding.expected == "Unit (layouts/l0.yml, tables[0].header.starts_at)"


@pytest.mark.parametrize(
    ("titles", "cell"),
    [
        (("Offence: all", "Crime: grave", "Offence: gravest"), "A7"),  # would be counted as `all` again
        (("Crime: all", "Offence: grave"), "A2"),
    ],
)
def test_a_block_without_a_title_of_its_own_stops_the_file(read: Read, titles: tuple[str, ...], cell: str) -> None:
    finding = only(read(blocks(*((title, "Unit") for title in titles)), BLOCKS))
    assert (finding.code, finding.cell) == ("title_missing", cell)
    assert "tables[0].titles[0].pattern" in finding.expected


def test_a_title_above_the_first_block_may_be_for_all(read: Read) -> None:
    cells = [["Offence: all", "", ""], *blocks(("", "Unit"))[1:]]
    assert told(read([*cells, *blocks(("", "Unit"))], BLOCKS)) == []


# --- which layout --------------------------------------------------------------------------------------------------


def test_another_delimiter_is_named_as_such(read: Read) -> None:
    finding = only(read(b"Unit;R\nArd\xc3\xb3l;3\n", TABLE, name="a.csv"))
    assert (finding.code, finding.found) == ("delimiter_differs", "';'")
    assert finding.expected == "',' (layouts/l0.yml, file.delimiter)"


def test_the_nearest_layout_is_the_one_whose_table_is_there(read: Read) -> None:
    """A form of many tables with a sheet renamed is nearer than one of another table, whatever their names."""
    other = {"sheet": "Sheet", "header": {"starts_at": "Place"}, "columns": [{"header": "Place"}, RECORDED]}
    other["constants"] = {"unit": "Ardól"}
    finding = only(read([["Unit", "R"], ["Ardól", 3]], other, {**TABLE, "sheet": r"^(?P<year>\d{4})$"}))
    assert finding.code == "sheet_renamed"
    assert "layouts/l1.yml" in finding.expected


def test_a_difference_that_several_entries_share_is_told_once(tmp_path: Path, testland: Reference) -> None:
    entry = {"header": {"starts_at": "Unit"}, "columns": [UNIT, RECORDED], "constants": {"offence": "all"}}
    form = Layout.model_validate(
        {"layout": "l", "title": {}, "file": {"kinds": ["xlsx"]}, "constants": CONSTANTS, "tables": [entry, entry]}
    )
    content = workbook([["Unit", "New", "R"], ["Ardól", 1, 3]])
    (tmp_path / "a.xlsx").write_bytes(content)
    received = Received("a.xlsx", "id", hashlib.sha256(content).hexdigest())
    assert only(read_file(tmp_path, received, (form,), testland)).found == "B1: New ≠ —"


# --- totals over periods -------------------------------------------------------------------------------------------

MONTHS = [
    UNIT,
    {"header": "Year", "field": "year"},
    {"header": r"^M(?P<month>\d+)$", "measure": "recorded", "times": "any"},
    {"header": "Year's total", "measure": "recorded", "total_over": "period"},
]


def verdicts(found: ReadFile, testland: Reference, *columns: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    constants = {name: text for name, text in CONSTANTS.items() if name not in ("unit", "year")}
    form = Layout.model_validate(
        {
            "layout": "l0", "title": {}, "file": {"kinds": ["xlsx"]}, "constants": constants,
            "tables": [{"header": {"starts_at": "Unit"}, "columns": [*columns]}],
        }
    )  # fmt: skip
    staged = tidy(gather([found]), testland, (form,))
    return staged.filter(role="total").select("computed", "verdict").rows()


@pytest.mark.parametrize(
    ("figures", "total", "expected"),
    [
        ([5] * 12, 60, ("60", "exact")),
        ([5] * 12, 61, ("60", "differs")),
        ([5] * 11, 55, ("55", "exact")),
        ([5] * 11, 60, ("55", "parts missing")),
        ([5] * 11, 54, ("55", "differs")),  # more already than the year can have
        ([5] * 11 + [""], 60, ("55", "parts missing")),
    ],
)
def test_months_against_their_year(
    read: Read, testland: Reference, figures: list[object], total: int, expected: tuple[str, str]
) -> None:
    cells = [["Unit", "Year", *(f"M{n}" for n in range(1, len(figures) + 1)), "Year's total"]]
    found = read([*cells, ["Ardól", 2023, *figures, total]], {"header": {"starts_at": "Unit"}, "columns": MONTHS})
    assert found.findings == ()
    assert verdicts(found, testland, *MONTHS) == [expected]


def test_quarters_count_once_beside_their_months(read: Read, testland: Reference) -> None:
    columns = [
        *MONTHS[:3],
        {"header": r"^Q(?P<quarter>\d)$", "measure": "recorded", "times": 4},
        MONTHS[3],
    ]
    header = ["Unit", "Year", *(f"M{n}" for n in range(1, 13)), *(f"Q{n}" for n in range(1, 5)), "Year's total"]
    found = read([header, ["Ardól", 2023, *[5] * 12, *[15] * 4, 60]], {**TABLE, "columns": columns})
    assert verdicts(found, testland, *columns) == [("60", "exact")]


def test_a_total_row_over_periods(read: Read, testland: Reference) -> None:
    month = {"header": "Month", "field": "month"}
    columns = [month, RECORDED]
    rows = {"total": ["Whole year"], "total_over": "period"}
    cells = [["Month", "R"], *([n, 5] for n in range(1, 13)), ["Whole year", 60]]
    table = {"header": {"starts_at": "Month"}, "columns": columns, "rows": rows}
    form = Layout.model_validate(
        {"layout": "l0", "title": {}, "file": {"kinds": ["xlsx"]}, "constants": CONSTANTS, "tables": [table]}
    )
    staged = tidy(gather([read(cells, table)]), testland, (form,)).filter(role="total")
    assert staged.select("period_kind", "value", "computed", "verdict").rows() == [
        ("statistical_year", 60, "60", "exact")
    ]


def test_a_column_of_totals_that_nothing_is_compared_with_is_marked(read: Read, testland: Reference) -> None:
    """The year's total, taken for one over offences: every verdict says `not checkable`, and nobody would look."""
    columns = [*MONTHS[:3], {**MONTHS[3], "total_over": "offence"}]
    cells = [["Unit", "Year", "M1", "Year's total"], ["Ardól", 2023, 5, 60], ["Boréna", 2023, 6, 70]]
    table = {"header": {"starts_at": "Unit"}, "columns": columns}
    found = read(cells, table)
    form = Layout.model_validate(
        {"layout": "l0", "title": {}, "file": {"kinds": ["xlsx"]}, "constants": CONSTANTS, "tables": [table]}
    )
    staged = tidy(gather([found]), testland, (form,))
    assert staged.filter("never_checked")["cell"].to_list() == ["D2", "D3"]
    assert staged.filter(~pl.col("never_checked"))["cell"].to_list() == ["C2", "C3"]


def test_reference_data_of_these_tests_have_no_unknown_offence() -> None:
    assert {"all", "grave"} <= {row["offence_code"] for row in BASE["offences"]}
