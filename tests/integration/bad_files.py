"""Submissions with one thing wrong, built in code from the repository's own workbooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from pipelines.settings import ROOT

FORMS = ROOT / "data_raw" / "vietnam" / "submissions" / "2023" / "qc303"
# Bình Dương's form: recorded in C12 (1809), cleared in D12 (1576), of which earlier in E12, its total in row 15.
FORM = FORMS / "74_binh_duong.xlsx"
SIDECAR = FORMS / "74_binh_duong.xlsx.yml"


@dataclass(frozen=True)
class BadInput:
    """What is put into the folder, and the finding that must come of it."""

    name: str
    code: str
    make: Callable[[Path], None]
    severity: str = "critical"
    place: str = ""
    found: str = ""
    expected: str = ""


def edited(cells: Mapping[str, Any], **formats: str) -> Callable[[Path], None]:
    """The form with some cells changed; keyword arguments give cells another number format."""

    def make(path: Path) -> None:
        book = openpyxl.load_workbook(FORM)
        sheet = book["Biểu 01"]
        for cell, value in cells.items():
            sheet[cell].value = value
        for cell, number_format in formats.items():
            sheet[cell].number_format = number_format
        book.save(path)
        declared(path)

    return make


def changed(change: Callable[[Any], None]) -> Callable[[Path], None]:
    """The form with its workbook changed in any way."""

    def make(path: Path) -> None:
        book = openpyxl.load_workbook(FORM)
        change(book)
        book.save(path)
        declared(path)

    return make


def declared(path: Path) -> None:
    """Put the form's sidecar beside a file, as a second revision."""
    text = SIDECAR.read_text(encoding="utf-8").replace("revision: 1", "revision: 2")
    path.with_name(path.name + ".yml").write_text(text, encoding="utf-8")


def content(data: bytes) -> Callable[[Path], None]:
    """A file with these bytes."""

    def make(path: Path) -> None:
        path.write_bytes(data)
        declared(path)

    return make


def csv_of_bulletins(*rows: str) -> Callable[[Path], None]:
    """A CSV in the shape of the Ministry's bulletins with these rows."""
    header = (
        "published_on,period_label,window_start,window_end,window_basis,series,definition_version,recorded,cleared,"
        "suspects,evidence,source_url,note"
    )

    def make(path: Path) -> None:
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        path.with_name(path.name + ".yml").write_text("source: ministry_bulletin\n", encoding="utf-8")

    return make


def separated_otherwise(path: Path) -> None:
    csv_of_bulletins("2024-01-01,x,2023-01-15,2023-02-14,printed,TTXH,occurred,5,,,published,,")(path)
    path.write_bytes(path.read_bytes().replace(b",", b";"))


def statement_of_arms(path: Path) -> None:
    """A conference's statement on a measure that is not counted here."""
    header = "scope,measure,value,series,window_start,window_end,evidence,citation"
    path.write_text(f"{header}\nCụm 303,arms,14,TTXH,2022-12-15,2023-12-14,published,\n", encoding="utf-8")
    path.with_name(path.name + ".yml").write_text("source: conference_303_2023\n", encoding="utf-8")


def _renamed_sheet(book: Any) -> None:
    book["Biểu 01"].title = "Sheet1"


def _other_workbook(book: Any) -> None:
    sheet = book["Biểu 01"]
    sheet.delete_rows(1, sheet.max_row)
    sheet["A1"] = "Kính gửi"


def _inserted_column(book: Any) -> None:
    for merged in list(book["Biểu 01"].merged_cells.ranges):
        book["Biểu 01"].unmerge_cells(str(merged))
    book["Biểu 01"].insert_cols(5)


def _hidden_row(book: Any) -> None:
    book["Biểu 01"].row_dimensions[12].hidden = True


def _repeated_row(book: Any) -> None:
    sheet = book["Biểu 01"]
    sheet["B13"] = sheet["B12"].value
    sheet["C13"] = 7


def _row_below_total(book: Any) -> None:
    book["Biểu 01"]["B16"], book["Biểu 01"]["C16"] = "Tội phạm về trật tự xã hội", 7


def _second_sheet(book: Any) -> None:
    copy = book.copy_worksheet(book["Biểu 01"])
    copy.title, copy["C12"] = "Biểu 01 (2)", 99


def rates(row: str) -> Callable[[Path], None]:
    """A CSV with printed rates, and the layout that reads it: counts where they are printed, derived where not."""

    def make(path: Path) -> None:
        (path.parents[2] / "layouts" / "rates.yml").write_text(RATES, encoding="utf-8")
        path.write_text(f"Đơn vị,Vụ,Khám phá,Tỷ lệ,Vụ nặng,Tỷ lệ nặng\n{row}\n", encoding="utf-8")
        path.with_name(f"{path.name}.yml").write_text("source: ministry_bulletin\n", encoding="utf-8")

    return make


RATES = """\
layout: rates
title: {vi: Tỷ lệ, en: Rates}
file: {kinds: [csv]}
constants: {offence: all, series: TTXH, definition_version: occurred, accumulation: increment, year: 2023}
tables:
  - header: {starts_at: Đơn vị}
    columns:
      - {header: Đơn vị, field: unit}
      - {header: Vụ, measure: recorded}
      - {header: Khám phá, measure: cleared}
      - {header: Tỷ lệ, ratio: {of: cleared, to: recorded, digits: 1}}
      - {header: Vụ nặng, measure: recorded, fields: {offence: very_serious_incl}}
      - header: Tỷ lệ nặng
        ratio: {of: cleared, to: recorded, digits: 1, derive: true}
        fields: {offence: very_serious_incl}
"""


def uncheckable_total(path: Path) -> None:
    """A column that a layout calls the sum of suspects over offences, on a form that has no other suspects."""
    rates("Bình Định,80,60,75,3,0,9")(path)
    path.write_text(path.read_text(encoding="utf-8").replace("Tỷ lệ nặng", "Tỷ lệ nặng,Bị can"), encoding="utf-8")
    layout = path.parents[2] / "layouts" / "rates.yml"
    column = "      - {header: Bị can, measure: suspects, total_over: offence}\n"
    layout.write_text(RATES + column, encoding="utf-8")


def taken_back(path: Path) -> None:
    """A negative count in a jurisdiction that declares them, of a unit for which nothing else is reported."""
    edited({"A7": "Đơn vị báo cáo: Công an tỉnh Bình Định", "C12": -5, "C15": -5, "D12": None, "D15": None})(path)
    jurisdiction = path.parents[2] / "jurisdiction.yml"
    jurisdiction.write_text(jurisdiction.read_text(encoding="utf-8") + "negative_counts: true\n", encoding="utf-8")


def _row_below_end(book: Any) -> None:
    book["Biểu 01"]["B25"], book["Biểu 01"]["C25"] = "Tội phạm khác", 7


def _far_cell(book: Any) -> None:
    book["Biểu 01"]["XFD1048576"] = 1


def _merged_into_data(book: Any) -> None:
    sheet = book["Biểu 01"]
    sheet.merge_cells("G9:G10")
    sheet.unmerge_cells("G9:G10")
    sheet.unmerge_cells("A9:A10")
    sheet.merge_cells("A9:A12")


def _two_tables(book: Any) -> None:
    """The whole form once more below itself."""
    sheet = book["Biểu 01"]
    below = sheet.max_row + 2
    for row in list(sheet.iter_rows(min_row=9, max_row=15)):
        for cell in row:
            sheet.cell(below + cell.row - 9, cell.column, cell.value)
    sheet.merge_cells(start_row=below, end_row=below, start_column=4, end_column=5)


def _beside(book: Any) -> None:
    book["Biểu 01"]["H12"] = 77


def _another_sheet(book: Any) -> None:
    book.create_sheet("Ghi chú")["A1"] = "số liệu khác: 12"


def _secret(book: Any) -> None:
    book.create_sheet("Phụ lục")["B2"] = "TỐI MẬT"


def _nil_with_a_figure(path: Path) -> None:
    edited({"C12": 3, "C15": 3, "D12": None, "D15": None})(path)
    note = path.with_name(path.name + ".yml")
    note.write_text(note.read_text(encoding="utf-8") + "nil: true\n", encoding="utf-8")


def _without_numbers(book: Any) -> None:
    for merged in [m for m in book["Biểu 01"].merged_cells.ranges if m.min_row > 10]:
        book["Biểu 01"].unmerge_cells(str(merged))
    book["Biểu 01"].delete_rows(11)


def asking(path: Path) -> None:
    """A form that does not print its year, without a sidecar that says it."""
    rates("Bình Định,80,60,75,3,0")(path)
    layout = path.parents[2] / "layouts" / "rates.yml"
    layout.write_text(RATES.replace(", year: 2023}", "}\nsidecar: [year]"), encoding="utf-8")


# The header of an old compound file, and the name of the stream in which encrypted workbooks lie.
PROTECTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")

BAD_INPUTS = (
    BadInput("protected.xlsx", "file_protected", content(PROTECTED)),
    BadInput("page.xls", "file_kind_differs", content(b"<html><table></table></html>"), found="HTML", expected=".xls"),
    BadInput("zipped.csv", "file_kind_differs", content(FORM.read_bytes()), found=".xlsx", expected=".csv"),
    BadInput("far.xlsx", "sheet_too_large", changed(_far_cell), place="Biểu 01!XFD1048576"),
    BadInput("spread.xlsx", "merge_crosses_header", changed(_merged_into_data), place="Biểu 01!A9", found="A9:A12"),
    BadInput("twice.xlsx", "table_repeated", changed(_two_tables), place="Biểu 01!A"),
    BadInput("numbers.xlsx", "number_row_missing", changed(_without_numbers), place="Biểu 01!A11"),
    BadInput("beside.xlsx", "cell_outside_table", changed(_beside), severity="warning", place="Biểu 01!H12"),
    BadInput("persons.xlsx", "personal_data", edited({"H9": "Họ và tên"}), place="Biểu 01!H9", found="Họ và tên"),
    BadInput("persons.csv", "personal_data", content("STT;Họ và tên;CCCD\n1;Nguyễn Văn A;0123\n".encode())),
    BadInput("secret.xlsx", "secrecy_mark", changed(_secret), place="Phụ lục!B2"),
    BadInput("nil.xlsx", "nil_not_zero", _nil_with_a_figure, place="Biểu 01!C12", found="3", expected="0"),
    BadInput(
        "abc.xlsx",
        "text_converted",
        edited({"A7": "§¬n vÞ b¸o c¸o: C«ng an tØnh Trµ Vinh", "B9": "Lo¹i téi ph¹m"}),
        severity="info",
        place="Biểu 01!A7",
        found="C«ng an",
        expected="Công an tỉnh Trà Vinh (2)",
    ),
    BadInput(
        "older.xlsx",
        "older_cases_cleared",
        edited({"C12": 10, "C15": 10, "D12": 12, "D15": 12, "E12": 4, "E15": 4, "A7": "Đơn vị báo cáo: Trà Vinh"}),
        severity="info",
        place="Biểu 01!D12",
        found="12 > 10",
        expected="4 + 8",
    ),
    BadInput("more.xlsx", "sheet_not_read", changed(_another_sheet), severity="warning", found="Ghi chú"),
    BadInput("year_unknown.csv", "sidecar_field_missing", asking, found="year", expected="fields: {year: …}"),
    BadInput(
        "legacy.csv",
        "encoding_differs",
        content("scope,measure,valué\n".encode("latin-1")),
        expected="utf-8",
    ),
    BadInput(
        "rate.csv",
        "printed_rate_differs",
        rates('Bình Định,80,60,"76,0",3,"33,3"'),
        severity="warning",
        place="D2",
        found="76,0",
        expected="60/80",
    ),
    BadInput("derived.csv", "rate_not_derivable", rates('Bình Định,80,60,"75,0",3,"40,0"'), place="F2", found="40,0"),
    BadInput("below.xlsx", "row_after_total", changed(_row_below_total), place="Biểu 01!C16", found="7"),
    BadInput("sheets.xlsx", "sheets_ambiguous", changed(_second_sheet), found="Biểu 01 (2)"),
    BadInput("cluster.xlsx", "unit_is_cluster", edited({"A7": "Đơn vị báo cáo: Cụm 303"}), place="Biểu 01!A7"),
    BadInput("huge.xlsx", "count_implausible", edited({"C12": 99999999}), place="Biểu 01!C12", found="99999999"),
    BadInput(
        "ragged.csv",
        "row_ragged",
        csv_of_bulletins("2024-01-01,x,2023-01-15,2023-02-14,printed,TTXH,occurred,3,646,1,2,published,,"),
        place="A2",
        found="14 fields",
        expected="13 fields",
    ),
    BadInput(
        "year.csv",
        "window_missing",
        csv_of_bulletins("x,x,0000-12-15,+12345-12-14,printed,TTXH,occurred,3,,,published,,"),
        found="0000-12-15",
    ),
    BadInput("empty.xlsx", "file_empty", content(b""), found="0 bytes"),
    BadInput("half.xlsx", "file_unreadable", content(FORM.read_bytes()[: FORM.stat().st_size // 2])),
    BadInput("text.xlsx", "file_kind_differs", content(b"not a workbook"), expected=".xlsx"),
    BadInput("letter.pdf", "file_unreadable", content(b"%PDF-1.7"), found="pdf"),
    BadInput(
        "other.xlsx", "layout_unknown", changed(_other_workbook), found="Kính gửi", expected="provincial_form.yml"
    ),
    BadInput("sheet.xlsx", "sheet_renamed", changed(_renamed_sheet), found="Sheet1", expected="Biểu 01"),
    BadInput(
        "header.xlsx",
        "header_differs",
        edited({"F9": "Số bị can"}),
        place="Biểu 01!F9",
        found="Số bị can",
        expected="Số đối tượng",
    ),
    BadInput("column.xlsx", "header_differs", changed(_inserted_column), place="Biểu 01!E9"),
    BadInput(
        "unit.xlsx",
        "unit_unknown",
        edited({"A7": "Đơn vị báo cáo: Công an tỉnh Bình Dươngg"}),
        place="Biểu 01!A7",
        found="Bình Dươngg",
        expected="Bình Dương",
    ),
    BadInput(
        "marks.xlsx",
        "unit_unknown",
        edited({"A7": "Đơn vị báo cáo: Công an tỉnh Long Ân"}),
        place="Biểu 01!A7",
        found="Long Ân",
        expected="Long An",
    ),
    BadInput(
        "merged.xlsx",
        "unit_not_in_force",
        edited({"A6": "(Từ ngày 15/12/2025 đến ngày 14/12/2026)"}),
        place="Biểu 01!A7",
        found="Bình Dương",
    ),
    BadInput("window.xlsx", "window_missing", edited({"A6": "(năm 2023)"})),
    BadInput(
        "reversed.xlsx",
        "window_reversed",
        edited({"A6": "(Từ ngày 14/12/2023 đến ngày 15/12/2022)"}),
        place="Biểu 01!A6",
    ),
    BadInput("offence.xlsx", "offence_unknown", edited({"B13": "Trong đó: khác", "C13": 5}), place="Biểu 01!B13"),
    BadInput("repeated.xlsx", "count_repeated", changed(_repeated_row), place="Biểu 01!C12"),
    BadInput(
        "series.csv",
        "series_unknown",
        csv_of_bulletins("2024-01-01,x,2023-01-15,2023-02-14,printed,Trộm cắp,occurred,5,,,published,,"),
        found="Trộm cắp",
    ),
    BadInput(
        "measure.csv",
        "measure_unknown",
        statement_of_arms,
        found="arms",
    ),
    BadInput("letters.xlsx", "count_not_number", edited({"C12": "nhiều"}), place="Biểu 01!C12", found="nhiều"),
    BadInput("decimal.xlsx", "count_decimal", edited({"C12": 1809.5}), place="Biểu 01!C12", found="1809.5"),
    BadInput(
        "lost.xlsx",
        "count_thousands_lost",
        edited({"C12": 14.52}),
        place="Biểu 01!C12",
        found="14.52",
        expected="14520",
    ),
    BadInput(
        "shown.xlsx",
        "count_thousands_lost",
        edited({"C12": 2}, C12="0.000"),
        place="Biểu 01!C12",
        found="2",
        expected="2000",
    ),
    BadInput("negative.xlsx", "count_negative", edited({"C12": -5}), place="Biểu 01!C12", found="-5"),
    BadInput("taken_back.xlsx", "count_below_zero", taken_back, severity="info", place="Biểu 01!C12", found="-5"),
    BadInput("formula.xlsx", "cell_error", edited({"C12": "=1+1"}), place="Biểu 01!C12"),
    BadInput("error.xlsx", "cell_error", edited({"C12": "#REF!"}), place="Biểu 01!C12"),
    BadInput(
        "prior.xlsx",
        "cleared_in_period_exceeds_recorded",
        edited({"C12": 19, "D12": 25, "E12": 2, "C15": 19, "D15": 25}),
        place="Biểu 01!D12",
        found="25 − 2 > 19",
    ),
    BadInput(
        "older.xlsx",
        "cleared_prior_exceeds_cleared",
        edited({"E12": 2000}),
        place="Biểu 01!E12",
        expected="≤ 1576",
    ),
    BadInput(
        "cleared.xlsx",
        "cleared_exceeds_recorded",
        edited({"D12": 1900, "D15": 1900}),
        severity="warning",
        place="Biểu 01!D12",
        found="1900 > 1809",
    ),
    BadInput(
        "part.xlsx",
        "part_exceeds_whole",
        edited({"C13": 1900}),
        severity="warning",
        place="Biểu 01!C13",
        expected="≤ 1809",
    ),
    BadInput(
        "total.xlsx",
        "total_differs",
        edited({"C15": 1810}),
        severity="warning",
        place="Biểu 01!C15",
        found="1810",
        expected="1809",
    ),
    BadInput("semicolons.csv", "delimiter_differs", separated_otherwise, found="';'", expected="','"),
    BadInput("unchecked.csv", "total_not_checked", uncheckable_total, severity="warning", found="G: suspects"),
    BadInput(
        "footer.xlsx",
        "figures_not_read",
        changed(_row_below_end),
        severity="warning",
        place="Biểu 01!C25",
        found="Tội phạm khác",
    ),
    BadInput("hidden.xlsx", "cell_hidden", changed(_hidden_row), severity="info", place="Biểu 01!C12", found="1809"),
)
