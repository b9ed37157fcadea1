"""Recognising a form: where its tables stand, and every difference with its cell. Drift is named, never guessed."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import yaml

from pipelines.submissions.headers import Difference, header_texts
from pipelines.submissions.layouts import Layout
from pipelines.submissions.recognition import Located, compare, unread_sheets
from pipelines.submissions.workbooks import open_book
from tests.builders import LAYOUT, MERGED, SHEET, csv_form, form, form_cells, workbook

KEY = "tables[0]"


def layout_with(*, layout: dict[str, Any] | None = None, **table: Any) -> Layout:
    """The form's layout with some keys of its table, or of itself, changed."""
    content = yaml.safe_load(LAYOUT)
    return Layout.model_validate({**content, **(layout or {}), "tables": [{**content["tables"][0], **table}]})


def compared(content: bytes, layout: Layout, name: str = "form.xlsx") -> tuple[list[Located], list[Difference]]:
    return compare(open_book(content, f".{name.rpartition('.')[2]}"), name, layout)


def differences(content: bytes, name: str = "form.xlsx", **changed: Any) -> list[Difference]:
    return compared(content, layout_with(**changed), name)[1]


def located(content: bytes, **changed: Any) -> Located:
    (place,), found = compared(content, layout_with(**changed))
    assert found == []
    return place


def headers(*names: str) -> bytes:
    """A table of one header row with these names and one row of numbers."""
    return workbook([list(names), list(range(len(names)))])


# A table of one header row.
PLAIN: dict[str, Any] = {
    "header": {"starts_at": "No"},
    "columns": [
        {"header": "No"},
        {"header": "Offence", "field": "offence"},
        {"header": "Recorded", "measure": "recorded"},
    ],
}


# --- what is recognised --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "name"), [(form(), "a.xlsx"), (csv_form(), "a.csv")], ids=["xlsx", "csv"])
def test_the_form_is_recognised(content: bytes, name: str) -> None:
    (place,), found = compared(content, layout_with(), name)
    assert found == []
    assert (place.header_row, place.first_column, place.first_data_row) == (4, 0, 7)


def test_merged_headers_are_read_level_by_level() -> None:
    place = located(form())
    assert header_texts(place.sheet, place.table, place.header_row, place.first_column) == [
        "No", "Offence", "Recorded", "Cleared / Total", "Cleared / of earlier periods",
    ]  # fmt: skip


def test_the_header_may_stand_elsewhere_on_the_sheet() -> None:
    """Three rows and two columns further: the place is found, not assumed."""
    cells: list[list[object]] = [[], [], [], *(["", "", *row] for row in form_cells())]
    place = located(workbook(cells, ["C8:C9", "D8:D9", "E8:E9", "F8:G8"]))
    assert (place.header_row, place.first_column, place.first_data_row) == (7, 2, 10)


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

    assert located(form(with_notes), sheet="form  1").sheet.name == SHEET


def test_a_remark_beside_the_table_is_no_column() -> None:
    assert differences(form(rows=[(1, "All offences", 10, 7, 2, "", "checked twice")])) == []


def test_a_sheet_may_be_a_unit() -> None:
    def with_another(page: Any) -> None:
        page.title = "Unit A"
        page.parent.copy_worksheet(page).title = "Unit B"

    places, found = compared(form(with_another), layout_with(sheet="^Unit (?P<unit>.+)$"))
    assert found == []
    assert [(place.sheet.name, dict(place.fields), place.block) for place in places] == [
        ("Unit A", {"unit": "A"}, 0),
        ("Unit B", {"unit": "B"}, 1),
    ]


def test_the_file_name_may_give_fields_and_must_fit() -> None:
    named = layout_with(layout={"file": {"kinds": ["xlsx"], "name": r"^(?P<unit>.+) 2023\."}})
    (place,), _ = compared(form(), named, "Ardól 2023.xlsx")
    assert dict(place.fields) == {"unit": "Ardól"}
    assert [d.code for d in compared(form(), named, "other.xlsx")[1]] == ["file_name_differs"]


def test_the_same_table_may_stand_several_times() -> None:
    cells = [*form_cells(total=(10, 7, 2))[:-2], *form_cells(unit="Boréna", total=(1, 1, 1))]
    merged = [*MERGED, *(area.translate(str.maketrans({"5": "14", "6": "15"})) for area in MERGED)]
    content = workbook(cells, merged)
    places, found = compared(content, layout_with(repeats=True))
    assert found == []
    assert [(place.header_row, place.block, place.end) for place in places] == [(4, 0, 10), (13, 1, len(cells))]
    (difference,) = differences(content)
    assert (difference.code, difference.sheet, difference.cell) == ("table_repeated", SHEET, "A14")


def test_several_headers_alike_are_told_apart_by_the_text_above() -> None:
    cells: list[list[object]] = [["First"], ["No", "Offence", "Recorded"], [1, "x", 5], ["Second"]]
    content = workbook([*cells, *cells[1:3]])
    place = located(content, **{**PLAIN, "header": {"starts_at": "No", "below": "Second"}})
    assert place.header_row == 4


def test_a_header_without_text_is_found_by_its_place() -> None:
    content = workbook([["Table 1"], ["", "Offence", "Recorded"], [1, "x", 5]])
    columns = [{"header": ""}, *PLAIN["columns"][1:]]
    place = located(content, header={"row": 2, "column": "A"}, columns=columns)
    assert (place.header_row, place.first_column) == (1, 0)


def test_packed_headers_give_fields_to_their_columns() -> None:
    pattern = r"^(?P<unit>.+)_(?P<year>\d{4})(?P<provisional>\*)?$"
    columns = [{"header": "Offence", "field": "offence"}, {"header": pattern, "measure": "recorded", "times": 2}]
    place = located(headers("Offence", "A_2022", "A_2023*"), header={"starts_at": "Offence"}, columns=columns)
    assert [dict(one.fields) for one in place.columns[1:]] == [
        {"unit": "A", "year": "2022"},
        {"unit": "A", "year": "2023", "provisional": "*"},
    ]
    assert [d.cell for d in differences(headers("Offence", "A_2022"), header={"starts_at": "Offence"}, columns=columns)]


def test_upper_headers_may_continue_to_the_right() -> None:
    cells = [["Unit", "2022", "", "2023", ""], ["", "Recorded", "Cleared", "Recorded", "Cleared"], ["A", 1, 2, 3, 4]]
    columns = [
        {"header": "Unit", "field": "unit"},
        {"header": r"^(?P<year>\d{4}) / (?P<measure>.+)$", "field": "value", "times": "any"},
    ]
    place = located(
        workbook(cells),
        header={"starts_at": "Unit", "rows": 2, "fill": True},
        columns=columns,
        constants={"offence": "all"},
    )
    assert [one.fields["year"] + one.fields["measure"] for one in place.columns[1:]] == [
        "2022Recorded", "2022Cleared", "2023Recorded", "2023Cleared",
    ]  # fmt: skip


def test_sheets_that_are_not_read_are_told_unless_the_layout_knows_them() -> None:
    def with_others(page: Any) -> None:
        page.parent.create_sheet("Notes")["A1"] = "remarks"
        page.parent.create_sheet("Blank")
        page.parent.create_sheet("Help")["A1"] = "help"

    book = open_book(form(with_others), ".xlsx")
    layout = layout_with(layout={"other_sheets": ["Help"]}, sheet=SHEET)
    places, _ = compare(book, "form.xlsx", layout)
    assert unread_sheets(book, layout, places) == ["Notes"]


# --- what is different ---------------------------------------------------------------------------------------------


def test_a_missing_sheet_and_a_renamed_one() -> None:
    assert differences(form(), sheet="Form 2") == [Difference("sheet_renamed", "", "", "Form 2", SHEET, f"{KEY}.sheet")]
    assert differences(workbook([["Dear all"]]), sheet="Form 2") == [
        Difference("sheet_missing", "", "", "Form 2", SHEET, f"{KEY}.sheet")
    ]


def test_a_second_sheet_with_the_form_is_ambiguous() -> None:
    def copied(page: Any) -> None:
        page.parent.copy_worksheet(page).title = "Copy"

    for sheet in (None, SHEET):
        (difference,) = differences(form(copied), sheet=sheet)
        assert (difference.code, difference.found) == ("sheets_ambiguous", f"{SHEET}, Copy")


def test_no_header_at_all() -> None:
    assert differences(workbook([["Dear all"], ["", "we have"], [5]])) == [
        Difference("header_missing", SHEET, "", "No", "Dear all, we have, 5", f"{KEY}.header.starts_at")
    ]


# What the header row says, and each difference as (cell, expected, found, key): the least that leads from one to the
# other.
HEADERS = {
    "as expected": (("No", "Offence", "Recorded"), []),
    "renamed": (("No", "Offence", "Reported"), [("C1", "Recorded", "Reported", "columns[2].header")]),
    "without marks of its own": (("No", "Offences", "Recorded"), [("B1", "Offence", "Offences", "columns[1].header")]),
    "one more": (("No", "Offence", "Recorded", "Else"), [("D1", "—", "Else", "columns[3]")]),
    "one fewer": (("No", "Offence"), [("C1", "Recorded", "—", "columns[2].header")]),
    "inserted": (("No", "Else", "Offence", "Recorded"), [("B1", "—", "Else", "columns[1]")]),
    "removed": (("No", "Recorded"), [("B1", "Offence", "—", "columns[1].header")]),
}


@pytest.mark.parametrize("case", HEADERS)
def test_every_different_header_is_named_with_its_cell(case: str) -> None:
    """Columns are never found by their position alone, nor by their name alone."""
    names, expected = HEADERS[case]
    assert differences(headers(*names), **PLAIN) == [
        Difference("header_differs", SHEET, cell, wanted, found, f"{KEY}.{key}")
        for cell, wanted, found, key in expected
    ]


def test_exchanged_columns_are_refused() -> None:
    found = differences(headers("No", "Recorded", "Offence"), **PLAIN)
    assert {d.code for d in found} == {"header_differs"}
    assert {d.cell for d in found} <= {"B1", "C1", "D1"}


def test_a_merge_that_is_undone_changes_the_header() -> None:
    """Without the merge, the column of earlier clearances no longer says that it holds clearances."""
    content = workbook(form_cells(), [area for area in MERGED if area != "D5:E5"])
    assert differences(content) == [
        Difference(
            "header_differs", SHEET, "E5", "Cleared / of earlier periods", "of earlier periods",
            f"{KEY}.columns[4].header",
        )
    ]  # fmt: skip


def test_a_merged_area_must_not_reach_into_the_data() -> None:
    content = workbook(form_cells(), [area for area in MERGED if area != "A5:A6"] + ["A5:A8"])
    (difference,) = differences(content)
    assert (difference.code, difference.cell, difference.found) == ("merge_crosses_header", "A5", "A5:A8")


def test_a_row_of_figures_is_not_taken_for_column_numbers() -> None:
    cells = [row for row in form_cells() if row[:1] != ["(1)"]]
    (difference,) = differences(workbook(cells, MERGED))
    assert (difference.code, difference.cell) == ("number_row_missing", "A7")
