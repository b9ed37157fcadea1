"""The text of a cell, read by other programs than the project's own reader.

Belongs here: opening a received file again and finding one cell in it.
Does not belong here: what the text should be.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import xlrd
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def text_at(path: Path, sheet: str | None, cell: str) -> str:
    """What stands in a cell, a whole number without decimals; empty for a blank cell."""
    letters, row = coordinate_from_string(cell)
    column = column_index_from_string(letters)
    found = _CELLS[path.suffix.lower()](path, sheet, row, column)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return "" if found is None else str(found)


@cache
def _workbook(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, data_only=True)


def _xlsx(path: Path, sheet: str | None, row: int, column: int) -> object:
    return _workbook(path)[sheet or ""].cell(row, column).value


@cache
def _old_workbook(path: Path) -> xlrd.Book:
    return xlrd.open_workbook(path)


def _xls(path: Path, sheet: str | None, row: int, column: int) -> object:
    return _old_workbook(path).sheet_by_name(sheet).cell_value(row - 1, column - 1)


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "big5", "latin-1"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise AssertionError("latin-1 reads anything")


@cache
def _lines(path: Path) -> list[list[str]]:
    text = re.sub("\r\n?", "\n", _text(path.read_bytes()))
    delimiter = max(",;\t", key=text.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _csv(path: Path, sheet: str | None, row: int, column: int) -> object:
    return _lines(path)[row - 1][column - 1]


@cache
def _tables(path: Path) -> dict[str, list[list[str]]]:
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    return {table.get(f"{_TABLE}name", ""): _rows(table) for table in root.iter(f"{_TABLE}table")}


def _rows(table: ElementTree.Element) -> list[list[str]]:
    rows = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            text = cell.get(f"{_OFFICE}value") or "".join(cell.itertext())
            cells += [re.sub(r"\.0+$", "", text)] * min(times, 500)
        rows += [cells] * min(int(row.get(f"{_TABLE}number-rows-repeated", "1")), 500)
    return rows


def _ods(path: Path, sheet: str | None, row: int, column: int) -> object:
    return _tables(path)[sheet or ""][row - 1][column - 1]


_CELLS = {".xlsx": _xlsx, ".xlsm": _xlsx, ".xls": _xls, ".csv": _csv, ".txt": _csv, ".tsv": _csv, ".ods": _ods}
