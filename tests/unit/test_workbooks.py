"""Opening received files: cells as they are, what marks them, and files that cannot be opened (domain.md §5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from pipelines.submissions.encodings import UndecodableText
from pipelines.submissions.workbooks import (
    ProtectedFile,
    Sheet,
    TooLarge,
    UnreadableFile,
    WrongKind,
    address,
    open_book,
    text_of,
)
from tests.builders import csv_form, form, form_cells, ods, patched, saved, workbook


def only(content: bytes, suffix: str = ".xlsx") -> Sheet:
    (sheet,) = sheets(content, suffix)
    return sheet


def sheets(content: bytes, suffix: str = ".xlsx") -> list[Sheet]:
    book = open_book(content, suffix)
    return [book.sheet(name) for name in book.names]


def test_cells_keep_their_kind_and_their_text() -> None:
    row = ["text", 14520, 14.52, "14.520", True, date(2023, 12, 14), datetime(2023, 12, 14, 8, 30), 0]
    sheet = only(workbook([row]))
    assert [sheet.kind(0, column) for column in range(len(row))] == [
        "text", "number", "number", "text", "boolean", "date", "date", "number",
    ]  # fmt: skip
    assert [sheet.text(0, column) for column in range(len(row))] == [
        "text", "14520", "14.52", "14.520", "TRUE", "2023-12-14", "2023-12-14T08:30:00", "0",
    ]  # fmt: skip


def test_indices_are_those_of_the_sheet() -> None:
    """An empty area before the first cell is kept, so that an address is the one the sender sees."""
    sheet = only(workbook([[], [], ["", "", 7]]))
    assert (sheet.text(2, 2), address(2, 2)) == ("7", "C3")
    assert sheet.kind(0, 0) == "empty"


def test_outside_the_used_area_is_empty() -> None:
    sheet = only(workbook([[1]]))
    assert (sheet.text(9, 9), sheet.kind(9, 9)) == ("", "empty")


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [(0, 0, "A1"), (11, 2, "C12"), (0, 25, "Z1"), (0, 26, "AA1"), (6, 701, "ZZ7"), (0, 702, "AAA1")],
)
def test_address(row: int, column: int, expected: str) -> None:
    assert address(row, column) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2.0, "2"), (14.52, "14.52"), (1e15, "1000000000000000"), (-3, "-3"), (False, "FALSE"), ("", "")],
)
def test_text_of_a_value_loses_nothing(value: object, expected: str) -> None:
    assert text_of(value) == expected


def test_merged_cells_have_the_text_of_their_first() -> None:
    sheet = only(workbook([["Cleared", "", "Else"], ["Total", "Earlier", ""]], merged=["A1:B1"]))
    assert [sheet.merged_text(0, column) for column in range(3)] == ["Cleared", "Cleared", "Else"]
    assert sheet.text(0, 1) == ""


def test_all_sheets_in_their_order() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active["A1"] = "x"
    book.create_sheet("Form 1")["A1"] = 5
    assert [sheet.name for sheet in sheets(saved(book))] == ["Notes", "Form 1"]


def test_hidden_rows_and_columns_are_told() -> None:
    def hide(page: Any) -> None:
        page.row_dimensions[2].hidden = True
        page.column_dimensions["C"].hidden = True

    sheet = only(workbook([[1, 2, 3], [4, 5, 6]], edit=hide))
    hidden = [(row, column) for row in range(2) for column in range(3) if sheet.hidden(row, column)]
    assert hidden == [(0, 2), (1, 0), (1, 1), (1, 2)]
    assert sheet.text(1, 1) == "5"  # and is read like any other


def test_a_group_of_hidden_columns() -> None:
    sheet = only(workbook([[1, 2, 3, 4]], edit=lambda page: page.column_dimensions.group("B", "C", hidden=True)))
    assert [sheet.hidden(0, column) for column in range(4)] == [False, True, True, False]


def test_a_spreadsheet_error_is_marked() -> None:
    """An error is not a missing figure."""
    sheet = only(workbook([["x", "#N/A", "#REF!", "#DIV/0!"]]))
    assert [sheet.kind(0, column) for column in range(4)] == ["text", "error", "error", "error"]


@pytest.mark.parametrize("result", [b"<v />", b"<v/>", b"<v></v>", b""])
def test_a_formula_without_a_stored_result_is_marked(result: bytes) -> None:
    """However a program writes that there is none; openpyxl writes the first."""
    content = patched(workbook([["x", "=1+1"]]), (b"<v />", result), (b"<v/>", result))
    assert only(content).kind(0, 1) == "uncached"


def test_a_formula_with_a_stored_result_is_its_result() -> None:
    content = patched(workbook([["x", "=1+1"]]), (b"<v />", b"<v>2</v>"), (b"<v/>", b"<v>2</v>"))
    sheet = only(content)
    assert (sheet.kind(0, 1), sheet.text(0, 1)) == ("number", "2")


@pytest.mark.parametrize(
    ("number_format", "kind"),
    [("0.000", "thousandths"), ("#,##0.000", "thousandths"), ("0", "number"), ("#,##0", "number"), ("0.00", "number"),
     ("0.0000", "number")],
)  # fmt: skip
def test_a_number_shown_with_three_decimals_is_marked(number_format: str, kind: str) -> None:
    """domain.md §5: 2 shown as 2.000 was 2000."""

    def show(page: Any) -> None:
        page["A1"].number_format = number_format

    assert only(workbook([[2]], edit=show)).kind(0, 0) == kind


def test_a_text_is_not_marked_by_a_format() -> None:
    def show(page: Any) -> None:
        page["A1"].number_format = "0.000"

    assert only(workbook([["abc"]], edit=show)).kind(0, 0) == "text"


def test_csv_is_text_with_addresses() -> None:
    sheet = only('\ufeffa,"b, c"\r\n"two\nlines",5\r\n'.encode(), ".csv")
    assert sheet.name == ""
    assert sheet.rows == [["a", "b, c"], ["two\nlines", "5"]]
    assert sheet.kind(1, 1) == "text"


def test_tsv() -> None:
    assert only(b"a\tb,c\n", ".tsv").rows == [["a", "b,c"]]


def test_open_document() -> None:
    sheet = only(ods([["x", "", 5], ["", 14.52]]), ".ods")
    assert (sheet.name, sheet.text(0, 2), sheet.text(1, 1)) == ("Form 1", "5", "14.52")


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"", ".xlsx"),
        (b"", ".csv"),
        (b"\xef\xbb\xbf", ".csv"),
        (b" , \n\n", ".csv"),
        (workbook([]), ".xlsx"),
        (workbook([["", "  "]]), ".xlsx"),
    ],
    ids=["no bytes", "no bytes of CSV", "only a mark", "only commas", "no cell", "only spaces"],
)
def test_empty_files(content: bytes, suffix: str) -> None:
    assert open_book(content, suffix).is_empty()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("content", "suffix", "raised", "told"),
    [
        (form()[:-500], ".xlsx", UnreadableFile, "damaged or incomplete"),
        (form()[:100], ".xlsx", UnreadableFile, ""),
        (csv_form(), ".xlsx", WrongKind, "text file"),
        (OLE + b"W\0o\0r\0k\0b\0o\0o\0k\0", ".xlsx", WrongKind, ".xls"),
        (b"<html><table></table></html>", ".xls", WrongKind, "HTML"),
        (form(), ".csv", WrongKind, ".xlsx"),
        (form(), ".xls", WrongKind, ".xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ".xlsx", ProtectedFile, "password"),
        ("No,é\n".encode("latin-1"), ".csv", UndecodableText, "byte 3"),
        ("No,a\n".encode("utf-16-le"), ".csv", UndecodableText, ""),
        (b"No,a\n1,\x00\n", ".csv", UndecodableText, "NUL"),
        (form(), ".pdf", UnreadableFile, "files ending in .pdf are not read"),
        (form(), "", UnreadableFile, "files ending in nothing are not read"),
        (form(), ".xlsm", UnreadableFile, ".xlsm"),
    ],
    ids=["truncated", "beginning only", "CSV named xlsx", "xls named xlsx", "HTML named xls", "workbook named CSV",
         "xlsx named xls", "password", "another encoding", "UTF-16 without mark", "NUL bytes", "pdf", "no suffix",
         "macros"],
)  # fmt: skip
def test_files_that_cannot_be_opened(content: bytes, suffix: str, raised: type[Exception], told: str) -> None:
    """Each with a reason in one line."""
    with pytest.raises(raised) as error:
        sheets(content, suffix)
    assert told in str(error.value)
    assert str(error.value).strip()
    assert "\n" not in str(error.value)


def test_a_sheet_far_larger_than_a_form_is_refused_before_it_is_read() -> None:
    """A1 and the last cell of all: 17 thousand million cells."""

    def far(page: Any) -> None:
        page["XFD1048576"] = 1

    with pytest.raises(TooLarge) as error:
        only(form(far))
    assert (error.value.sheet, error.value.cell) == ("Form 1", "XFD1048576")


def test_one_cell_in_the_last_row_is_read() -> None:
    def last(page: Any) -> None:
        page["A1048576"] = 1

    assert only(workbook([], edit=last)).text(1048575, 0) == "1"


def test_number_formats_are_kept() -> None:
    def show(page: Any) -> None:
        page["A1"].number_format, page["B1"].number_format = "#,##0", "0.0%"

    sheet = only(workbook([[5, 0.5, 7]], edit=show))
    assert [sheet.number_format(0, column) for column in range(3)] == ["#,##0", "0.0%", "General"]
    assert only(csv_form(), ".csv").number_format(0, 0) is None


def test_only_carriage_returns_end_lines_as_well() -> None:
    """A file of another country ends all lines but the last in this way."""
    assert only(b"a,b\r1,2\r3,4\r\n", ".csv").rows == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_another_delimiter_and_encoding() -> None:
    book = open_book("Số;Vụ\n1;2\n".encode("utf-16"), ".csv", encoding="utf-16", delimiter=";")
    assert book.sheet("").rows == [["Số", "Vụ"], ["1", "2"]]


def test_the_form_of_the_builders_is_what_it_says() -> None:
    assert (
        only(form()).text(7, 2)
        == only(csv_form(), ".csv").text(7, 2)
        == only(ods(form_cells()), ".ods").text(7, 2)
        == "10"
    )


def test_hidden_as_other_programs_write_it() -> None:
    """The schema allows true and 1; LibreOffice writes true."""

    def hide(page: Any) -> None:
        page.row_dimensions[2].hidden = True

    content = patched(workbook([[1], [2]], edit=hide), (b'hidden="1"', b'hidden="true"'))
    assert only(content).hidden(1, 0)


def test_a_shared_formula_without_a_stored_result_is_marked() -> None:
    """What a spreadsheet writes for the cells below the first of a column of formulas."""
    shared = b'<f t="shared" si="0"/><v></v>'
    content = patched(workbook([["x", "=1+1"]]), (b"<f>1+1</f><v />", shared), (b"<f>1+1</f><v/>", shared))
    assert only(content).kind(0, 1) == "uncached"


def test_a_formula_whose_result_is_an_empty_text_is_empty() -> None:
    """=IF(A1="","",…) is how forms leave a cell blank; its stored result is there, and it is empty."""
    result = b'<c r="B1" t="str"><f>1+1</f><v></v></c>'
    content = patched(
        workbook([["x", "=1+1"]]), (b'<c r="B1"><f>1+1</f><v /></c>', result), (b'<c r="B1"><f>1+1</f><v/></c>', result)
    )
    assert only(content).kind(0, 1) == "empty"


def test_a_chart_sheet_does_no_harm() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page["A1"], page["A2"] = 5, "#N/A"
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(page, min_col=1, min_row=1))
    book.create_chartsheet("Chart").add_chart(chart)
    assert sheets(saved(book))[0].kind(1, 0) == "error"


def test_an_endless_field_is_unreadable() -> None:
    """One quotation mark too many makes the rest of a large file one field."""
    with pytest.raises(UnreadableFile):
        sheets(b'No,"a\n' + b"1,2\n" * 40_000, ".csv")
