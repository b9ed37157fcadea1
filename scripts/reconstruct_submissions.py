"""Rebuild the submissions behind the review conference of regulation 303/QCPH as workbooks and a press statement.

No unit's own form is public. What is public are figures, and every number written here is one of them: it is read from
`reference/published_figures.csv`, source `conference_303_2023`, where each figure has its printed text, its evidence
(`published` by the conference, `other_release`, or `derived`: the only integer that fits a printed rate) and its
citation. Unit names and heading texts come from `units.csv`, `unit_names.csv`, `clusters.csv`, `cluster_members.csv`,
`series.csv` and `offences.csv` beside it. A figure nobody published stays a blank cell; nothing is estimated.

Written: one workbook for each member of the cluster, one CSV with the conference's own totals, and a sidecar for each.
The files say on their face that they are reconstructed. A second run writes the same bytes: the workbook's dates are
fixed and its zip entries are stored, uncompressed, with a fixed time stamp.

Not here: reading submissions (pipelines/submissions), the Ministry's bulletins (transcribed, not built), checks.
"""

from __future__ import annotations

import argparse
import csv
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

SOURCE = "conference_303_2023"
CLUSTER = "qc303"
NATION = "VN"
LABEL = "reconstructed from published figures"
FACE_LABEL = "Dựng lại từ số liệu đã công bố / Reconstructed from published figures – not a document of the unit"
SHEET = "Biểu 01"
# The column of the form that holds each measure; column E (clearances of earlier periods) was never published.
COLUMNS = {"recorded": "C", "cleared": "D", "suspects": "F"}
MEASURE_TEXTS = {"recorded": "số vụ xảy ra", "cleared": "số vụ điều tra, khám phá", "suspects": "số đối tượng"}
EVIDENCE_TEXTS = {
    "published": "đã công bố tại hội nghị",
    "other_release": "công bố ở nguồn khác",
    "derived": "suy ra từ tỷ lệ đã in",
}
WINDOW_NOTE = 'the source prints only the year "2023"; the dates of the statistical year are an assumption'
# Any fixed moment serves; this is the day of the conference.
FIXED_TIME = datetime(2024, 1, 10)

CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
BOLD = Font(name="Times New Roman", size=11, bold=True)
PLAIN = Font(name="Times New Roman", size=11)
FORM_ROWS = ("all", "very_serious_incl", "especially_serious")
ITALIC = Font(name="Times New Roman", size=11, italic=True)


@dataclass(frozen=True)
class Figure:
    """One published figure: a count with the text that was printed, its evidence and where it stands."""

    figure_id: str
    scope_id: str
    measure: str
    definition_version: str
    window: tuple[date, date]
    window_basis: str
    printed_text: str
    value: int | None
    evidence: str
    citation: str


@dataclass(frozen=True)
class Unit:
    """A reporting unit as its form names it, e.g. code 75, short 'Đồng Nai', police 'Công an tỉnh Đồng Nai'."""

    unit_id: str
    code: str
    short: str
    police: str

    @property
    def slug(self) -> str:
        """ASCII file name without extension, e.g. `79_ho_chi_minh`."""
        return f"{self.code}_{_slug(self.short.removeprefix('TP. '))}"


def rebuild(jurisdiction: Path, output: Path) -> tuple[Path, ...]:
    """Write every reconstructed file below `output`; returns their paths, workbooks first, each before its sidecar.

    Raises ValueError when the figures of the source do not share one window, and FileNotFoundError or KeyError when a
    reference table or one of its columns is missing.
    """
    reference = jurisdiction / "reference"
    figures = _figures(reference)
    start, end = window = _one_window(figures)
    folder = output / str(end.year) / CLUSTER
    folder.mkdir(parents=True, exist_ok=True)
    labels = {row["offence_code"]: row["labels"].split("|")[0] for row in _rows(reference / "offences.csv")}
    offences = [labels[code] for code in FORM_ROWS]
    written: list[Path] = []
    for unit in _members(reference, start):
        own = [f for f in figures if f.scope_id == unit.unit_id and f.measure in COLUMNS]
        path = folder / f"{unit.slug}.xlsx"
        path.write_bytes(workbook_bytes(unit, own, offences, window))
        written += [path, _write_sidecar(path, _form_sidecar(own, figures))]
    path = folder / "conference_303_statement.csv"
    path.write_bytes(_statement(reference, figures))
    written += [path, _write_sidecar(path, _statement_sidecar(figures))]
    return tuple(written)


def workbook_bytes(unit: Unit, figures: list[Figure], offences: list[str], window: tuple[date, date]) -> bytes:
    """The unit's form as the bytes of an xlsx file; `offences` are the row labels, all offences first."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):  # a new workbook always has one; this tells the type checker
        raise TypeError("a new workbook has no worksheet")
    sheet.title = SHEET
    _heading(sheet, unit, window)
    _table(sheet, figures, offences)
    _footer(sheet, figures)
    _page(sheet)
    book.properties.title = FACE_LABEL
    book.properties.creator = "scripts/reconstruct_submissions.py"
    book.properties.created = FIXED_TIME
    return _fixed_bytes(book)


def _heading(sheet: Worksheet, unit: Unit, window: tuple[date, date]) -> None:
    start, end = window
    _put(sheet, "A1:B1", "BỘ CÔNG AN", BOLD)
    _put(sheet, "C1:F1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD)
    _put(sheet, "A2:B2", unit.police.upper(), BOLD)
    _put(sheet, "C2:F2", "Độc lập - Tự do - Hạnh phúc", BOLD)
    _put(sheet, "A3:F3", FACE_LABEL, ITALIC)
    _put(sheet, "A5:F5", f"THỐNG KÊ TỘI PHẠM VỀ TRẬT TỰ XÃ HỘI NĂM {end.year}", BOLD)
    _put(sheet, "A6:F6", f"(Từ ngày {start:%d/%m/%Y} đến ngày {end:%d/%m/%Y})", ITALIC)
    _put(sheet, "A7:F7", f"Đơn vị báo cáo: {unit.police}", PLAIN)


def _table(sheet: Worksheet, figures: list[Figure], offences: list[str]) -> None:
    _put(sheet, "A9:A10", "STT", BOLD)
    _put(sheet, "B9:B10", "Loại tội phạm", BOLD)
    _put(sheet, "C9:C10", "Số vụ xảy ra", BOLD)
    _put(sheet, "D9:E9", "Số vụ điều tra, khám phá", BOLD)
    _put(sheet, "D10", "Tổng số", BOLD)
    _put(sheet, "E10", "Trong đó: vụ của kỳ trước", BOLD)
    _put(sheet, "F9:F10", "Số đối tượng", BOLD)
    for column, text in zip("ABCDEF", ("A", "B", "(1)", "(2)", "(3)", "(4)"), strict=True):
        _put(sheet, f"{column}11", text, ITALIC)
    for row, (number, label) in enumerate(zip(("I", "1", "1.1"), offences, strict=True), start=12):
        _put(sheet, f"A{row}", number, PLAIN)
        _put(sheet, f"B{row}", label, BOLD if row == 12 else PLAIN, LEFT)
    _put(sheet, "A15:B15", "Tổng cộng", BOLD)
    # The form's total is the control of its first row: the heads below are parts of it.
    for row in (12, 15):
        for figure in figures:
            cell = sheet[f"{COLUMNS[figure.measure]}{row}"]
            cell.value = figure.value
            cell.font = BOLD
    for row in range(12, 16):
        for column in "CDEF":
            sheet[f"{column}{row}"].number_format = "#,##0"
            sheet[f"{column}{row}"].alignment = RIGHT
    for line in sheet["A9:F15"]:
        for cell in line:
            cell.border = BOX


def _footer(sheet: Worksheet, figures: list[Figure]) -> None:
    lines = [
        "Ghi chú: ô trống là chưa biết, không phải bằng 0 (a blank is unknown, not zero).",
        'Nguồn chỉ ghi "năm 2023"; ngày bắt đầu và ngày kết thúc của kỳ là giả định (the dates are an assumption).',
        *(f"{MEASURE_TEXTS[f.measure]}: {EVIDENCE_TEXTS[f.evidence]} ({f.evidence}) – {f.citation}" for f in figures),
    ]
    _put(sheet, "A17:F17", "\n".join(lines), ITALIC, TOP)
    # Merged cells do not grow by themselves: about 110 characters fit on a line of this page.
    sheet.row_dimensions[17].height = 15.0 * sum(1 + len(line) // 110 for line in lines)
    _put(sheet, "A19", "Nơi nhận:", ITALIC, LEFT)
    _put(sheet, "B20", "NGƯỜI LẬP BIỂU", BOLD)
    _put(sheet, "E20", "THỦ TRƯỞNG ĐƠN VỊ", BOLD)
    _put(sheet, "B21", "(Ký, ghi rõ họ tên)", ITALIC)
    _put(sheet, "E21", "(Ký, ghi rõ họ tên)", ITALIC)


def _page(sheet: Worksheet) -> None:
    for column, width in zip("ABCDEF", (10, 54, 16, 16, 24, 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[10].height = 32
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4 in the file format's list of paper sizes
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Worksheet, where: str, text: str, font: Font, alignment: Alignment = CENTRE) -> None:
    """Write text into the first cell of `where` and merge the range when it is one."""
    cell = sheet[where.split(":")[0]]
    cell.value = text
    cell.font = font
    cell.alignment = alignment
    if ":" in where:
        sheet.merge_cells(where)


def _fixed_bytes(book: Workbook) -> bytes:
    """Save the workbook without anything that changes from run to run or from one zlib to another."""
    saved = io.BytesIO()
    book.save(saved)
    book.properties.modified = FIXED_TIME  # saving stamps the present, so the part is written again
    replaced = {"docProps/core.xml": tostring(book.properties.to_tree())}
    fixed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            entry.create_system = 0  # else the platform of the run is recorded
            target.writestr(entry, replaced.get(name, source.read(name)))
    return fixed.getvalue()


def _form_sidecar(own: list[Figure], figures: list[Figure]) -> dict[str, object]:
    ids = {figure.figure_id for figure in figures}
    evidence: dict[str, dict[str, str]] = {}
    for figure in own:
        evidence[figure.measure] = {"evidence": figure.evidence, "citation": figure.citation}
        if figure.evidence == "derived":
            rate = f"{SOURCE}/{figure.scope_id}/clearance_rate"
            if rate not in ids:
                raise ValueError(f"{figure.figure_id} is derived, but {rate} is not among the published figures")
            evidence[figure.measure]["derived_from"] = rate
    return _sidecar(own, evidence, f"Not a document of the unit. A blank cell is unknown, not zero; {WINDOW_NOTE}.")


def _statement_sidecar(figures: list[Figure]) -> dict[str, object]:
    note = f"The conference's own totals as printed; evidence and citation stand in each row; {WINDOW_NOTE}."
    return _sidecar(figures, {}, note)


def _sidecar(figures: list[Figure], evidence: dict[str, dict[str, str]], note: str) -> dict[str, object]:
    return {
        "source": SOURCE,
        "received_on": None,
        "revision": 1,
        "label": LABEL,
        "definition_version": figures[0].definition_version,
        "window_basis": figures[0].window_basis,
        "evidence": evidence,
        "note": note,
    }


def _write_sidecar(path: Path, content: dict[str, object]) -> Path:
    sidecar = path.with_name(f"{path.name}.yml")
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    sidecar.write_bytes(text.encode("utf-8"))
    return sidecar


def _statement(reference: Path, figures: list[Figure]) -> bytes:
    """The totals the conference itself printed, of the cluster and of the nation, as CSV."""
    names = {row["cluster_id"]: row["labels"].split("|")[0] for row in _rows(reference / "clusters.csv")}
    names |= {
        row["unit_id"]: row["name"]
        for row in _rows(reference / "unit_names.csv")
        if row["unit_id"] == NATION and row["name_type"] == "official"
    }
    series = {row["series_id"]: row["labels"].split("|")[0] for row in _rows(reference / "series.csv")}["ttxh"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["scope", "measure", "value", "series", "window_start", "window_end", "evidence", "citation"])
    for scope in (CLUSTER, NATION):
        for figure in figures:
            if figure.scope_id == scope and figure.measure in COLUMNS:
                start, end = figure.window
                told = (names[scope], figure.measure, figure.printed_text, series, start, end)
                writer.writerow((*told, figure.evidence, figure.citation))
    return out.getvalue().encode("utf-8")


def _figures(reference: Path) -> list[Figure]:
    return [
        Figure(
            figure_id=row["figure_id"],
            scope_id=row["scope_id"],
            measure=row["measure"],
            definition_version=row["definition_version"],
            window=(date.fromisoformat(row["window_start"]), date.fromisoformat(row["window_end"])),
            window_basis=row["window_basis"],
            printed_text=row["printed_text"],
            value=int(row["value"]) if row["value"] and row["measure"] in COLUMNS else None,
            evidence=row["evidence"],
            citation=row["citation"],
        )
        for row in _rows(reference / "published_figures.csv")
        if row["source_id"] == SOURCE
    ]


def _one_window(figures: list[Figure]) -> tuple[date, date]:
    windows = {figure.window for figure in figures if figure.measure in COLUMNS}
    if len(windows) != 1:
        raise ValueError(f"the counts of {SOURCE} stand over {len(windows)} windows; one form holds exactly one")
    return windows.pop()


def _members(reference: Path, day: date) -> list[Unit]:
    codes = {row["unit_id"]: row["code"] for row in _rows(reference / "units.csv")}
    names = [row for row in _rows(reference / "unit_names.csv") if _valid(row, day)]
    official = {row["unit_id"]: row["name"] for row in names if row["name_type"] == "official"}
    full = {row["unit_id"]: row["name"] for row in names if row["name_type"] == "full"}
    members = [row for row in _rows(reference / "cluster_members.csv") if row["cluster_id"] == CLUSTER]
    return [
        Unit(unit_id, codes[unit_id], official[unit_id], _police(official[unit_id], full[unit_id]))
        for unit_id in (row["unit_id"] for row in members if _valid(row, day))
    ]


def _police(official: str, full: str) -> str:
    """'Công an tỉnh Đồng Nai', but 'Công an TP. Hồ Chí Minh' where the short name already names the kind."""
    return f"Công an {official}" if official.startswith("TP. ") else f"Công an {full[0].lower()}{full[1:]}"


def _valid(row: dict[str, str], day: date) -> bool:
    return (row["valid_from"] or "0001-01-01") <= day.isoformat() <= (row["valid_to"] or "9999-12-31")


def _slug(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return "_".join(kept.split())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def main() -> None:
    """Command line: reconstruct_submissions.py [JURISDICTION] [OUTPUT]."""
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description="Rebuild the reconstructed submissions from published figures.")
    parser.add_argument("jurisdiction", nargs="?", type=Path, default=root / "data_raw" / "vietnam")
    parser.add_argument("output", nargs="?", type=Path, help="default: the jurisdiction's submissions folder")
    given = parser.parse_args()
    for path in rebuild(given.jurisdiction, given.output or given.jurisdiction / "submissions"):
        print(path)


if __name__ == "__main__":
    main()
