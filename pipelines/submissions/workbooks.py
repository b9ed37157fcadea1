"""Open a received file and hand out its cells as they are, without interpreting any of them.

Belongs here: xlsx, xls, xlsb and ods through calamine, CSV through the standard library, cell addresses, raw texts,
and what calamine does not tell (error cells, formulas without a result, number formats, hidden rows and columns).
Does not belong here: what a cell means (layouts.py, extract.py) and what a text is worth (tidy.py).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import python_calamine

WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
TABLES = (".csv", ".tsv")

# A workbook is opened a second time, slowly and completely, only when its bytes show one of these.
_SUSPICIOUS_STYLES = re.compile(rb'formatCode="[^"]*\.0{3}')
_SUSPICIOUS_CELLS = re.compile(rb't="e"|(?:</f>|<f[^>]*/>)(?:</c>|<v></v>|<v\s*/>)|hidden="(?:1|true)"')
_THREE_DECIMALS = re.compile(r"\.0{3}(?!0)")


class UnreadableFile(Exception):
    """The file cannot be opened; the message says what the library said, in one line."""


class EmptyFile(Exception):
    """The file has no bytes or no cell with content."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows` holds the library's values ('' for an empty cell), both indices count from 0.

    `marks` says of a cell what its value does not: 'error', 'uncached' (a formula without a stored result) or
    'thousandths' (an integer that its number format shows with three decimals). `hidden` holds hidden cells.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def value(self, row: int, column: int) -> Any:
        """The value at a place, '' outside the used area."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""

    def text(self, row: int, column: int) -> str:
        return text_of(self.value(row, column))

    def kind(self, row: int, column: int) -> str:
        """text, number, boolean, date, empty, or one of `marks`."""
        return self.marks.get((row, column)) or kind_of(self.value(row, column))

    def hidden(self, row: int, column: int) -> bool:
        return row in self.hidden_rows or column in self.hidden_columns

    def merged_text(self, row: int, column: int) -> str:
        """The text of a cell, or of the merged area it lies in."""
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return self.text(top, left)
        return self.text(row, column)


def address(row: int, column: int) -> str:
    """Indices from 0 as a spreadsheet writes them: (11, 2) is C12."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def text_of(value: Any) -> str:
    """A cell's value as text, lossless: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def kind_of(value: Any) -> str:
    """text, number, boolean, date or empty: what kind of value the library gave."""
    if isinstance(value, str):
        return "text" if value.strip() else "empty"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "date"


def open_file(content: bytes, suffix: str) -> list[Sheet]:
    """All sheets of a file (one without a name for CSV). Raises EmptyFile or UnreadableFile."""
    if not content:
        raise EmptyFile
    sheets = _open_workbook(content, suffix) if suffix in WORKBOOKS else _open_table(content, suffix)
    if not any(kind_of(value) != "empty" for sheet in sheets for row in sheet.rows for value in row):
        raise EmptyFile
    return sheets


def _open_table(content: bytes, suffix: str) -> list[Sheet]:
    if suffix not in TABLES:
        raise UnreadableFile(f"files ending in {suffix or 'nothing'} are not read; {', '.join(WORKBOOKS + TABLES)} are")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    if "\0" in text:
        raise UnreadableFile("not text: it contains NUL bytes")
    delimiter = "\t" if suffix == ".tsv" else ","
    try:
        return [
            Sheet(
                "", [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
            )
        ]
    except csv.Error as error:
        raise UnreadableFile(f"not a table: {error}") from None


def _open_workbook(content: bytes, suffix: str) -> list[Sheet]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = [
            sheet.name for sheet in workbook.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = [_read_sheet(workbook, name) for name in grids]
        return _with_marks(content, sheets) if zipfile.is_zipfile(io.BytesIO(content)) else sheets
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a damaged workbook can also end in the library's own panic
        raise UnreadableFile(" ".join(str(error).split()) or type(error).__name__) from None


def _read_sheet(workbook: python_calamine.CalamineWorkbook, name: str) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    merged = tuple(sheet.merged_cell_ranges or ())
    return Sheet(name, rows, merged)


def _with_marks(content: bytes, sheets: list[Sheet]) -> list[Sheet]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        styles = parts.read("xl/styles.xml") if "xl/styles.xml" in names else b""
        cells = (parts.read(n) for n in names if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        suspicious = _SUSPICIOUS_STYLES.search(styles) or any(_SUSPICIOUS_CELLS.search(xml) for xml in cells)
    if not suspicious:
        return sheets
    formulas, results = _load_twice(content)
    return [_marked(sheet, formulas, results) for sheet in sheets]


def _load_twice(content: bytes) -> tuple[Any, Any]:
    import openpyxl  # slow to import and to run: only for the rare workbook that needs it

    formulas = openpyxl.load_workbook(io.BytesIO(content))
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return formulas, results


def _marked(sheet: Sheet, formulas: Any, results: Any) -> Sheet:
    own, stored = formulas[sheet.name], results[sheet.name]
    marks = {
        (cell.row - 1, cell.column - 1): mark
        for row in own.iter_rows()
        for cell in row
        if (mark := _mark(cell, stored.cell(cell.row, cell.column)))
    }
    return Sheet(
        sheet.name,
        sheet.rows,
        sheet.merged,
        marks,
        frozenset(index - 1 for index, row in own.row_dimensions.items() if row.hidden),
        frozenset(
            column - 1
            for dimension in own.column_dimensions.values()
            if dimension.hidden
            for column in range(dimension.min, dimension.max + 1)
        ),
    )


def _mark(cell: Any, stored: Any) -> str | None:
    if cell.data_type == "e" or stored.data_type == "e":
        return "error"
    # A stored result that is an empty text has the type of a text; without any result the type is that of a number.
    if cell.data_type == "f" and stored.value is None and stored.data_type == "n":
        return "uncached"
    shows_thousandths = _THREE_DECIMALS.search(cell.number_format or "")
    # Zero is zero in either reading.
    return "thousandths" if shows_thousandths and isinstance(stored.value, (int, float)) and stored.value else None
