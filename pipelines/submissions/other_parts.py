"""What calamine does not tell of a sheet of an xls, xlsb or ods workbook.

Belongs here: the same facts as in workbook_parts.py, from xlrd (xls), from binary records (xlsb) and from content.xml
(ods). ods tells no number formats.
Does not belong here: the values (workbooks.py) and xlsx (workbook_parts.py).
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from xml.parsers import expat

from pipelines.submissions.archives import Archive
from pipelines.submissions.number_formats import BUILT_IN, GENERAL
from pipelines.submissions.workbook_parts import Area, Parts, Place, Teller, part_paths, span

ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


# --- xls


def xls_parts(content: bytes) -> Teller:
    """Tells the parts of a sheet of an xls workbook; nothing where xlrd cannot read what calamine could."""
    book = cache(lambda: _xlrd_book(content))

    def tell(name: str) -> Parts:
        try:
            return _xls_sheet(book(), book().sheet_by_name(name))
        except Exception:  # xlrd raises whatever its reading of a damaged or unusual file runs into
            return Parts()

    return tell


# Where a sheet begins, what it declares to use, and the cells that calamine takes, by the numbers of MS-XLS 2.3.
_XLS_BEGIN, _XLS_DIMENSIONS = 0x809, 0x200
_XLS_CELLS = frozenset((0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E))


def xls_area(content: bytes) -> int:
    """The cells of the largest area in any sheet of an xls workbook, as it is declared or as its cells lie.

    calamine sets memory aside for both before anything else is known, and one damaged byte makes them endless. 0 where
    the workbook cannot be followed at all, which calamine refuses as well.
    """
    try:
        return max(_xls_areas(_xls_stream(content)), default=0)
    except Exception:  # as above
        return 0


def _xls_stream(content: bytes) -> bytes:
    from xlrd.compdoc import CompDoc  # only for xls

    file = CompDoc(content, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        memory, start, length = file.locate_named_stream(name)
        if memory:
            return bytes(memory[start : start + length])
    return b""


def _xls_areas(stream: bytes) -> Iterator[int]:
    at, end_row, end_column = 0, 0, 0
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<2H", stream, at)
        record = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if number in _XLS_CELLS and length >= 4:
            row, column = struct.unpack_from("<2H", record)
            end_row, end_column = max(end_row, row), max(end_column, column)
        elif number == _XLS_DIMENSIONS and length >= 10:
            first, rows, _, columns = struct.unpack_from("<2I2H" if length >= 14 else "<4H", record)
            yield (rows - first & 0xFFFFFFFF) * columns  # calamine counts without a sign
        elif number == _XLS_BEGIN:
            yield (end_row + 1) * (end_column + 1)
            end_row, end_column = 0, 0
    yield (end_row + 1) * (end_column + 1)


def _xlrd_book(content: bytes) -> Any:
    import xlrd  # only for xls

    return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True, ragged_rows=True)


def _xls_sheet(book: Any, sheet: Any) -> Parts:
    import xlrd

    styles = [_general_or(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
    cells = [((row, column), cell) for row in range(sheet.nrows) for column, cell in enumerate(sheet.row(row))]
    filled = [(place, cell) for place, cell in cells if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)]
    return Parts(
        _last(place for place, _ in filled),
        {place: ERROR_TEXTS.get(cell.value, "#?") for place, cell in filled if cell.ctype == xlrd.XL_CELL_ERROR},
        formats={place: styles[cell.xf_index] for place, cell in filled if styles[cell.xf_index] != GENERAL},
        has_formats=True,
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
    )


def _general_or(number_format: str) -> str:
    return GENERAL if number_format.lower() == "general" else number_format


def _last(places: Iterator[Place]) -> Place | None:
    row, column = -1, -1
    for place in places:
        row, column = max(row, place[0]), max(column, place[1])
    return (row, column) if row >= 0 else None


# --- xlsb: numbers of records as in MS-XLSB 2.3

_ROW, _COLUMN, _SHEET, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 0, 60, 156, 44, 47, 617, 618
_ERRORS = (3, 11)  # of a cell, and of a formula's result
_CELLS = range(2, 12)  # 1 is a cell with a style and no content


def xlsb_parts(archive: Archive) -> Teller:
    """Tells the parts of a sheet of an xlsb workbook by its name."""
    targets = part_paths(archive.packed("xl/_rels/workbook.bin.rels"))
    paths = dict(
        _xlsb_sheet(record) for number, record in _records(archive.read("xl/workbook.bin")) if number == _SHEET
    )
    styles = _xlsb_styles(archive.read("xl/styles.bin")) if "xl/styles.bin" in archive else []
    return lambda name: xlsb_sheet_parts(archive.read(targets[paths[name]]), styles)


def xlsb_sheet_parts(content: bytes, styles: list[str]) -> Parts:
    """Parts of a sheet from its records and the number format of each cell style."""
    row, end_row, end_column = -1, -1, -1
    errors: dict[Place, str] = {}
    formats: dict[Place, str] = {}
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    for number, record in _records(content):
        if number == _ROW:
            row = _unsigned(record, 0)
            if record[11] & 0x10:
                hidden_rows.add(row)
        elif number in _CELLS:
            column, style = _unsigned(record, 0), _unsigned(record, 4) & 0xFFFFFF
            end_row, end_column = max(end_row, row), max(end_column, column)
            if style < len(styles) and styles[style] != GENERAL:
                formats[row, column] = styles[style]
            if number in _ERRORS:
                errors[row, column] = ERROR_TEXTS.get(record[8], "#?")
        elif number == _COLUMN and record[16] & 1:
            hidden_columns.update(span(_unsigned(record, 0) + 1, _unsigned(record, 4) + 1))
    return Parts(
        (end_row, end_column) if end_row >= 0 else None,
        errors,
        formats=formats,
        has_formats=True,
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(hidden_columns),
    )


def _xlsb_sheet(record: bytes) -> tuple[str, str]:
    relation, at = _text(record, 8)
    return _text(record, at)[0], relation


def _xlsb_styles(content: bytes) -> list[str]:
    custom: dict[int, str] = {}
    styles: list[str] = []
    inside = False
    for number, record in _records(content):
        if number == _FORMAT:
            custom[struct.unpack_from("<H", record)[0]] = _text(record, 2)[0]
        elif number in (_STYLES_BEGIN, _STYLES_END):
            inside = number == _STYLES_BEGIN
        elif number == _STYLE and inside:
            code = struct.unpack_from("<H", record, 2)[0]
            styles.append(_general_or(custom.get(code, BUILT_IN.get(code, ""))))
    return styles


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each record: both number and length are written in as many bytes as they need."""
    at = 0
    while at < len(content):
        number = content[at]
        at += 1
        if number & 0x80:
            number = number & 0x7F | (content[at] & 0x7F) << 7
            at += 1
        length, shift = 0, 0
        while True:
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        yield number, content[at : at + length]
        at += length


def _unsigned(record: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", record, at)[0])


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text, and where the next field begins."""
    end = at + 4 + 2 * _unsigned(record, at)
    return record[at + 4 : end].decode("utf-16-le"), end


# --- ods

_XMLNS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{_XMLNS}{name}:1.0 " for name in ("table", "office", "text"))
_ERROR_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_ERROR_TEXT = re.compile(r"#[A-Z0-9/?!]+|Err:\d+")
_VALUES = tuple(_OFFICE + name for name in ("value", "date-value", "time-value", "boolean-value", "string-value"))


def ods_parts(archive: Archive) -> dict[str, Parts]:
    """The parts of all sheets of an ods workbook by their names: they stand in one part of the archive."""
    reader = _OdsReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    parser.Parse(archive.read("content.xml"), True)
    return {name: table.parts() for name, table in reader.tables.items()}


@dataclass
class _OdsTable:
    """What was met in a table; runs of equal rows or columns as ranges, since their ends are usually far off."""

    end: Place | None = None
    rows: range = range(0)
    columns: range = range(0)
    cells: range = range(0)
    hidden_rows: list[range] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    errors: list[tuple[range, range, str]] = field(default_factory=list)
    uncached: list[tuple[range, range]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)

    def parts(self) -> Parts:
        parts = Parts(self.end, merged=tuple(self.merged))
        if self.end is None or parts.too_large:
            return parts
        rows, columns = self.end[0] + 1, self.end[1] + 1
        return replace(
            parts,
            errors={(r, c): text for runs, cells, text in self.errors for r in runs for c in cells},
            uncached=frozenset((r, c) for runs, cells in self.uncached for r in runs for c in cells),
            hidden_rows=frozenset(r for run in self.hidden_rows for r in run[: max(rows - run.start, 0)]),
            hidden_columns=frozenset(c for run in self.hidden_columns for c in run[: max(columns - run.start, 0)]),
        )


class _OdsReader:
    """Collects the parts of all tables from the events of content.xml."""

    def __init__(self) -> None:
        self.tables: dict[str, _OdsTable] = {}
        self._table = _OdsTable()
        self._depth = 0
        self._cell: dict[str, str] | None = None
        self._note = False
        self._texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _TABLE + "table":
            self._depth += 1
            if self._depth == 1:
                self._table = self.tables[attributes.get(_TABLE + "name", "")] = _OdsTable()
        elif name == _OFFICE + "annotation":
            self._note = True
        elif self._depth == 1 and name.startswith(_TABLE):
            self._start_part(name, attributes)

    def _start_part(self, name: str, attributes: dict[str, str]) -> None:
        table = self._table
        hidden = attributes.get(_TABLE + "visibility") in ("collapse", "filter")
        if name == _TABLE + "table-column":
            table.columns = _following(table.columns, attributes.get(_TABLE + "number-columns-repeated"))
            if hidden:
                table.hidden_columns.append(table.columns)
        elif name == _TABLE + "table-row":
            table.rows = _following(table.rows, attributes.get(_TABLE + "number-rows-repeated"))
            table.cells = range(0)
            if hidden:
                table.hidden_rows.append(table.rows)
        elif name in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            table.cells = _following(table.cells, attributes.get(_TABLE + "number-columns-repeated"))
            self._cell, self._texts = attributes, []

    def text(self, text: str) -> None:
        if self._cell is not None and not self._note:
            self._texts.append(text)

    def end(self, name: str) -> None:
        if name == _TABLE + "table":
            self._depth -= 1
        elif name == _OFFICE + "annotation":
            self._note = False
        elif self._cell is not None and name in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self._end_cell(self._cell, "".join(self._texts).strip())
            self._cell = None

    def _end_cell(self, cell: dict[str, str], text: str) -> None:
        table, rows, columns = self._table, self._table.rows, self._table.cells
        kind, formula = cell.get(_OFFICE + "value-type"), _TABLE + "formula" in cell
        if cell.get(_ERROR_TYPE) == "error" or (formula and _ERROR_TEXT.fullmatch(text)):
            table.errors.append((rows, columns, text or "#?"))
        elif formula and (kind is None or (kind != "string" and not any(name in cell for name in _VALUES))):
            table.uncached.append((rows, columns))
        if kind or formula or text:
            row, column = table.end or (0, 0)
            table.end = max(row, rows.stop - 1), max(column, columns.stop - 1)
        down, right = (int(cell.get(f"{_TABLE}number-{what}-spanned", 1)) for what in ("rows", "columns"))
        if down > 1 or right > 1:
            table.merged.append(((rows.start, columns.start), (rows.start + down - 1, columns.start + right - 1)))


def _following(before: range, repeated: str | None) -> range:
    return range(before.stop, before.stop + int(repeated or 1))
