"""Layouts: their schema, and how a file is compared with one. Formats are data; drift is named (domain.md §5)."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.submissions.layouts import Difference, Layout, LayoutError, compare, header_text, load_layouts
from pipelines.submissions.workbooks import open_file
from tests.builders import LAYOUT, MERGED, SHEET, csv_form, form, form_cells, workbook


def layout_with(**changed: Any) -> Layout:
    """The form's layout with some keys changed."""
    return Layout.model_validate({**yaml.safe_load(LAYOUT), **changed})


def differences(content: bytes, suffix: str = ".xlsx", **changed: Any) -> list[Difference]:
    return compare(open_file(content, suffix), layout_with(**changed))[1]


def headers(*names: str) -> bytes:
    """A table of one header row with these names and one row of numbers."""
    return workbook([list(names), list(range(len(names)))])


# A layout of one header row.
PLAIN: dict[str, Any] = {
    "header": {"starts_at": "No"},
    "columns": [
        {"header": "No"},
        {"header": "Offence", "field": "offence"},
        {"header": "Recorded", "measure": "recorded"},
    ],
}


# --- the schema ----------------------------------------------------------------------------------------------------


def test_the_layouts_of_a_folder_come_in_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yml").write_text(LAYOUT.replace("layout: form", f"layout: {name}"), encoding="utf-8")
    assert [layout.layout for layout in load_layouts(tmp_path)] == ["a", "b"]
    assert load_layouts(tmp_path / "nowhere") == ()


COLUMNS = "columns: [{header: a, measure: recorded}]"
REST = "layout: form\ntitle: {en: F}\nsuffixes: [.xlsx]\nheader: {starts_at: a}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (REST + COLUMNS + "\nholds: totals", "holds"),
        (REST + COLUMNS + "\nsheets: [a]", "sheets"),  # a key that nobody reads would be a rule that nobody follows
        (REST + COLUMNS + "\nconstants: {province: A}", "constants"),
        (REST + COLUMNS + "\ntitles: [{pattern: '^Unit: (.+)$'}]", "titles.0.pattern"),
        (REST + COLUMNS + "\ntitles: [{pattern: '^(?P<province>.+)$'}]", "titles.0.pattern"),
        (REST + COLUMNS + "\ntitles: [{pattern: '(?P<unit>'}]", "unterminated"),
        (REST + "columns: [{header: a, field: province}]", "columns.0.field"),
        (REST + "columns: [{header: a}]", "columns"),  # holds no figure at all
        (REST + "columns: [{header: a, field: measure}]", "columns"),  # a measure without its value
        (REST + COLUMNS[:-1] + ", {header: b, field: measure}, {header: c, field: value}]", "columns"),
        (REST, "columns"),
        (REST.replace("layout: form", "layout: other") + COLUMNS, "must be the name of the file"),
        ("layout: [form", "expected"),
        ("", "layout"),
    ],
    ids=[
        "holds", "unknown key", "constant", "pattern without names", "pattern with another name", "no pattern", "field",
        "no figures", "no value", "figures twice", "no columns", "another name", "no YAML", "empty",
    ],
)  # fmt: skip
def test_a_layout_that_cannot_be_used_is_named_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "form.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError) as error:
        load_layouts(tmp_path)
    assert str(tmp_path / "form.yml") in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_layout_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "form.yml").write_bytes((REST + COLUMNS).replace("F", "é").encode("latin-1"))
    with pytest.raises(LayoutError, match=r"form\.yml"):
        load_layouts(tmp_path)


# --- what is recognised --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "suffix"), [(form(), ".xlsx"), (csv_form(), ".csv")], ids=["xlsx", "csv"])
def test_the_form_is_recognised(content: bytes, suffix: str) -> None:
    located, found = compare(open_file(content, suffix), layout_with())
    assert found == []
    assert located is not None
    assert (located.header_row, located.first_column, located.first_data_row) == (4, 0, 7)


def test_merged_headers_are_read_level_by_level() -> None:
    located, _ = compare(open_file(form(), ".xlsx"), layout_with())
    assert located is not None
    assert [header_text(located, index) for index in range(5)] == [
        "No",
        "Offence",
        "Recorded",
        "Cleared / Total",
        "Cleared / of earlier periods",
    ]


def test_the_header_may_stand_elsewhere_on_the_sheet() -> None:
    """Three rows and two columns further: the place is found, not assumed."""
    cells: list[list[object]] = [[], [], [], *(["", "", *row] for row in form_cells())]
    content = workbook(cells, ["C8:C9", "D8:D9", "E8:E9", "F8:G8"])
    located, found = compare(open_file(content, ".xlsx"), layout_with())
    assert found == []
    assert located is not None
    assert (located.header_row, located.first_column, located.first_data_row) == (7, 2, 10)


def test_letter_case_spaces_line_breaks_and_unicode_forms_do_not_matter() -> None:
    columns = [
        {"header": "Số vụ"},
        {"header": "Loại tội phạm", "field": "offence"},
        {"header": "N", "measure": "recorded"},
    ]
    written = headers("SỐ  VỤ", unicodedata.normalize("NFD", "Loại\ntội\u00a0phạm"), " n ")
    assert differences(written, header={"starts_at": "Số vụ"}, columns=columns) == []


def test_the_sheet_is_found_among_others_by_its_name() -> None:
    def with_notes(page: Any) -> None:
        page.parent.create_sheet("Notes", 0)["A1"] = "No"

    located, found = compare(open_file(form(with_notes), ".xlsx"), layout_with(sheet="form  1"))
    assert found == []
    assert located is not None
    assert located.sheet.name == SHEET


def test_a_remark_beside_the_table_is_no_column() -> None:
    assert differences(form(rows=[(1, "All offences", 10, 7, 2, "", "checked twice")])) == []


# --- what is different ---------------------------------------------------------------------------------------------


def test_a_missing_sheet() -> None:
    assert differences(form(), sheet="Form 2") == [Difference("sheet_missing", "", "Form 2", SHEET, "sheet")]


def test_no_header_at_all() -> None:
    assert differences(workbook([["Dear all"], ["", "we have"], [5]])) == [
        Difference("layout_unknown", "", "No", "Dear all, we have, 5", "header.starts_at")
    ]


def test_a_header_far_below_is_not_looked_for() -> None:
    assert [d.code for d in differences(workbook([["x"], *[[]] * 100, ["No"]]))] == ["layout_unknown"]


# What the header row says, and each difference as (cell, expected, found, key).
HEADERS = {
    "as expected": (("No", "Offence", "Recorded"), []),
    "renamed": (("No", "Offence", "Reported"), [("C1", "Recorded", "Reported", "columns[2].header")]),
    "without marks of its own": (("No", "Offences", "Recorded"), [("B1", "Offence", "Offences", "columns[1].header")]),
    "one more": (("No", "Offence", "Recorded", "Else"), [("D1", "—", "Else", "columns[3].header")]),
    "one fewer": (("No", "Offence"), [("C1", "Recorded", "—", "columns[2].header")]),
    "exchanged": (
        ("No", "Recorded", "Offence"),
        [("B1", "Offence", "Recorded", "columns[1].header"), ("C1", "Recorded", "Offence", "columns[2].header")],
    ),
    "inserted": (
        ("No", "Else", "Offence", "Recorded"),
        [
            ("B1", "Offence", "Else", "columns[1].header"),
            ("C1", "Recorded", "Offence", "columns[2].header"),
            ("D1", "—", "Recorded", "columns[3].header"),
        ],
    ),
}


@pytest.mark.parametrize("case", HEADERS)
def test_every_different_header_is_named_with_its_cell(case: str) -> None:
    """Columns are never found by their position alone, nor by their name alone."""
    names, expected = HEADERS[case]
    assert differences(headers(*names), **PLAIN) == [Difference("header_differs", *different) for different in expected]


def test_a_merge_that_is_undone_changes_the_header() -> None:
    """Without the merge, the column of earlier clearances no longer says that it holds clearances."""
    content = workbook(form_cells(), [area for area in MERGED if area != "D5:E5"])
    assert differences(content) == [
        Difference("header_differs", "E5", "Cleared / of earlier periods", "of earlier periods", "columns[4].header")
    ]
