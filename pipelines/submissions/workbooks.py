"""Open a received file and hand out its cells as they are, without interpreting any of them.

Belongs here: what kind of file it really is; xlsx, xls, xlsb and ods through calamine, CSV through the standard
library; cell addresses and raw texts; refusing what cannot or must not be read.
Does not belong here: what calamine does not tell (workbook_parts.py, other_parts.py), encodings (encodings.py), what a
cell means (layouts.py, extract.py) and what a text is worth (tidy.py).
"""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipelines.submissions.archives import Archive
from pipelines.submissions.encodings import TCVN3, decode, from_tcvn3
from pipelines.submissions.number_formats import GENERAL, shows_thousandths
from pipelines.submissions.other_parts import ods_parts, xls_area, xls_parts, xlsb_parts
from pipelines.submissions.workbook_parts import LARGEST_AREA, Area, Parts, Place, Teller, xlsx_parts

WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
TABLES = (".csv", ".tsv")

# Unpacked, in bytes: a hundred times the largest official workbook known here.
_LARGEST_ARCHIVE = 1 << 30

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The part by which an archive is known, and the suffix of such files.
_KINDS_OF_ARCHIVE = {
    "xl/workbook.xml": ".xlsx",
    "xl/workbook.bin": ".xlsb",
    "content.xml": ".ods",
    "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# Streams of an OLE file; names are kept in UTF-16. Old workbooks have Book, later ones Workbook.
_KINDS_OF_OLE = {"book".encode("utf-16-le"): ".xls", "worddocument".encode("utf-16-le"): ".doc"}
_ENCRYPTED = "encryptedpackage".encode("utf-16-le")
_WORKSHEET = SheetTypeEnum.WorkSheet
_PROTECTED = "the workbook is protected by a password"


_T = TypeVar("_T")


class UnreadableFile(Exception):
    """The file cannot be read; the message says why, in one line."""


class ProtectedFile(Exception):
    """The file cannot be read without its password."""


class WrongKind(Exception):
    """The content is of another kind than the suffix says: `found` and `expected`, as suffixes where there is one."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"the content is {found}, not {expected}")
        self.found, self.expected = found, expected


class TooLarge(Exception):
    """More than is read; `cell` is where the used area of `sheet` ends ('' both for a file as a whole)."""

    def __init__(self, sheet: str, cell: str, message: str) -> None:
        super().__init__(message)
        self.sheet, self.cell, self.message = sheet, cell, message


@dataclass(frozen=True)
class Sheet:
    """One sheet: `rows` holds the library's values ('' for an empty cell), both indices count from 0.

    `marks` says of a cell what its value does not: 'error' (its text is the error's), 'uncached' (a formula without a
    stored result) or 'thousandths' (a number that its format shows with three decimals). `formats` holds the number
    formats that are not General ('' for an unknown one); has_formats is false where no format of the sheet is known.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[Area, ...] = ()
    marks: Mapping[Place, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formats: Mapping[Place, str] = field(default_factory=dict)
    has_formats: bool = False

    def value(self, row: int, column: int) -> Any:
        """The value at a place, '' outside the used area."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""

    def text(self, row: int, column: int) -> str:
        return text_of(self.value(row, column))

    def kind(self, row: int, column: int) -> str:
        """text, number, boolean, date, empty, or one of `marks`."""
        return self.marks.get((row, column)) or kind_of(self.value(row, column))

    def number_format(self, row: int, column: int) -> str | None:
        """The number format of a cell with content as the file writes it, None if it is not known."""
        return self.formats.get((row, column), GENERAL) or None if self.has_formats else None

    def hidden(self, row: int, column: int) -> bool:
        return row in self.hidden_rows or column in self.hidden_columns

    def merged_text(self, row: int, column: int) -> str:
        """The text of a cell, or of the merged area it lies in."""
        areas = self._merged_by_row.get(row, ()) if row < len(self.rows) else self.merged
        for (top, left), (bottom, right) in areas:
            if left <= column <= right and top <= row <= bottom:
                return self.text(top, left)
        return self.text(row, column)

    @cached_property
    def _merged_by_row(self) -> dict[int, list[Area]]:
        """Merged areas of each row of `rows`: a form may have thousands, and is asked for every label."""
        found: dict[int, list[Area]] = {}
        for area in self.merged:
            for row in range(area[0][0], min(area[1][0] + 1, len(self.rows))):
                found.setdefault(row, []).append(area)
        return found


class Book:
    """The sheets of a file that hold cells: `names` in their order (one, '', for a text file). Read when asked for."""

    def __init__(self, names: tuple[str, ...], read: Callable[[str], Sheet]) -> None:
        self.names = names
        self._read = read
        self._sheets: dict[str, Sheet] = {}

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name. Raises UnreadableFile, ProtectedFile or TooLarge."""
        if name not in self._sheets:
            self._sheets[name] = self._read(name)
        return self._sheets[name]

    def is_empty(self) -> bool:
        """Whether no sheet has a cell with content. Raises as `sheet` does."""
        return not any(has_content(self.sheet(name)) for name in self.names)


def has_content(sheet: Sheet) -> bool:
    """Whether any cell holds more than white space."""
    return any(value != "" and kind_of(value) != "empty" for row in sheet.rows for value in row)


@lru_cache(1 << 14)
def column_letters(index: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Indices from 0 as a spreadsheet writes them: (11, 2) is C12."""
    return f"{column_letters(column)}{row + 1}"


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


def open_book(content: bytes, suffix: str, *, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """The sheets of a file with a suffix of WORKBOOKS or TABLES; one without bytes has no sheet.

    `encoding` and `delimiter` are those of a text file (else UTF-8; a comma, in .tsv a tab); `encoding="tcvn3"` also
    holds for the texts in a workbook. Raises UnreadableFile, ProtectedFile, WrongKind, TooLarge, UndecodableText.
    """
    return begin_book(content, suffix, encoding=encoding, delimiter=delimiter)()


def begin_book(
    content: bytes, suffix: str, *, encoding: str | None = None, delimiter: str | None = None
) -> Callable[[], Book]:
    """The first half of open_book, without the library; what it returns is the second. Both raise what that raises."""
    if suffix not in WORKBOOKS + TABLES:
        raise UnreadableFile(f"files ending in {suffix or 'nothing'} are not read; {', '.join(WORKBOOKS + TABLES)} are")
    if not content:
        return lambda: Book((), _no_sheet)
    if content.startswith(_ZIP):
        tell, first = _teller(content, suffix)
        return _begin_workbook(content, tell, encoding, first)
    if content.startswith(_OLE):
        _expect(_kind_of_ole(content), suffix)
        if xls_area(content) > LARGEST_AREA:
            raise UnreadableFile("the workbook is damaged: a sheet would have more cells than this kind can have")
        return _begin_workbook(content, xls_parts(content), encoding)
    if suffix in WORKBOOKS:
        raise WrongKind(_kind_of_text(content), suffix)
    _expect(_kind_of_text(content, suffix), suffix)
    return lambda: _open_table(content, encoding, delimiter or ("\t" if suffix == ".tsv" else ","))


def _no_sheet(name: str) -> Sheet:
    raise KeyError(name)


def _expect(kind: str, suffix: str) -> None:
    if kind != suffix:
        raise WrongKind(kind, suffix)


def _kind_of_ole(content: bytes) -> str:
    content = content.lower()
    if _ENCRYPTED in content:
        raise ProtectedFile(_PROTECTED)
    return next((kind for stream, kind in _KINDS_OF_OLE.items() if stream in content), "an old Office document")


def _kind_of_archive(archive: Archive) -> str:
    kind = next((kind for part, kind in _KINDS_OF_ARCHIVE.items() if part in archive), "a zip archive")
    if kind == ".ods" and "mimetype" in archive and not archive.read("mimetype").startswith(_ODS):
        return "another OpenDocument file"
    return kind


def _kind_of_text(content: bytes, text: str = "a text file (CSV?)") -> str:
    """What content that is no workbook seems to be, `text` for a text of no special kind."""
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"%pdf"):
        return "a PDF file"
    if start.startswith((b"<!doctype html", b"<html")) or (b"<table" in start and start.startswith(b"<")):
        return "an HTML page"
    if start.startswith(b"<?xml") and b"spreadsheet" in content[:4096]:
        return "an XML spreadsheet"
    unicode_text = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return text if unicode_text or text.startswith(".") or b"\0" not in start else "of an unknown kind"


def _open_table(content: bytes, encoding: str | None, delimiter: str) -> Book:
    text = decode(content, encoding)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        sheet = Sheet("", list(lines))
    except csv.Error as error:
        raise UnreadableFile(f"line {lines.line_num} is not a line of a table: {error}") from None
    return Book(("",), {"": sheet}.__getitem__)


def _teller(content: bytes, suffix: str) -> tuple[Teller, str | None]:
    """What tells the parts of a workbook's sheets, and the first one's name where it is known without the library."""
    archive = _refusing(Archive, content)
    kind = _refusing(_kind_of_archive, archive)
    _expect(kind, suffix)
    if archive.exceeds(_LARGEST_ARCHIVE):
        raise TooLarge("", "", f"unpacked, the file has more than {_LARGEST_ARCHIVE} bytes")
    return _refusing(_teller_of_kind, archive, kind)


def _teller_of_kind(archive: Archive, kind: str) -> tuple[Teller, str | None]:
    _refuse_protected(archive, kind)
    if kind == ".xlsx":
        return xlsx_parts(archive)
    if kind == ".xlsb":
        return xlsb_parts(archive), None
    # calamine reads all sheets of this kind when it opens the file, so all are looked at before.
    parts = ods_parts(archive)
    for name, sheet in parts.items():
        _refuse_too_large(name, sheet)
    return parts.__getitem__, None


def _refuse_protected(archive: Archive, kind: str) -> None:
    main = next(part for part, known in _KINDS_OF_ARCHIVE.items() if known == kind)
    manifest = "meta-inf/manifest.xml"
    if archive.packed(main).encrypted or (
        kind == ".ods" and manifest in archive and b"encryption-data" in archive.read(manifest)
    ):
        raise ProtectedFile(_PROTECTED)


def _begin_workbook(content: bytes, tell: Teller, encoding: str | None, first: str | None = None) -> Callable[[], Book]:
    known = {} if first is None else {first: _refusing(tell, first)}
    # A sheet that would be refused for its size must not reach the library.
    small = [name for name, parts in known.items() if not parts.too_large]
    return lambda: _book(_refusing(_loaded, content, small), lambda name: known.get(name) or tell(name), encoding)


_Loaded = tuple[CalamineWorkbook, Mapping[str, CalamineSheet]]


def _loaded(content: bytes, names: Iterable[str]) -> _Loaded:
    """A workbook, and those of its sheets that are named."""
    workbook, sheets = CalamineWorkbook.from_filelike(io.BytesIO(content)), dict[str, CalamineSheet]()
    for name in names:
        # It may be a sheet of another kind; whatever is wrong with it is told when it is asked for.
        with contextlib.suppress(CalamineError):
            sheets[name] = workbook.get_sheet_by_name(name)
    return workbook, sheets


def _book(loaded: _Loaded, tell: Teller, encoding: str | None) -> Book:
    workbook, sheets = loaded
    names = tuple(sheet.name for sheet in workbook.sheets_metadata if sheet.typ == _WORKSHEET)

    def read(name: str) -> Sheet:
        parts = tell(name)
        _refuse_too_large(name, parts)
        return _as_read(sheets.get(name) or workbook.get_sheet_by_name(name), parts, encoding)

    return Book(names, lambda name: _refusing(read, name))


def _as_read(sheet: CalamineSheet, parts: Parts, encoding: str | None) -> Sheet:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    if encoding is not None and encoding.lower() == TCVN3:
        rows = [[from_tcvn3(value) if isinstance(value, str) else value for value in row] for row in rows]
    _put_errors(rows, parts.errors)
    merged = tuple(sheet.merged_cell_ranges or ()) if parts.merged is None else parts.merged
    return Sheet(
        sheet.name, rows, merged, _marks(rows, parts), parts.hidden_rows, parts.hidden_columns, parts.formats,
        parts.has_formats,
    )  # fmt: skip


def _refuse_too_large(name: str, parts: Parts) -> None:
    if parts.end is not None and parts.too_large:
        cell = address(*parts.end)
        raise TooLarge(name, cell, f"the used area ends at {cell}; at most {LARGEST_AREA} cells are read")


def _put_errors(rows: list[list[Any]], errors: Mapping[Place, str]) -> None:
    """The library gives '' for an error."""
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text


def _marks(rows: list[list[Any]], parts: Parts) -> dict[Place, str]:
    marks = dict.fromkeys(parts.uncached, "uncached") | dict.fromkeys(parts.errors, "error")
    if not parts.formats:
        return marks
    doubtful = {text for text in set(parts.formats.values()) if shows_thousandths(text)}
    if doubtful:
        shown = (place for place, text in parts.formats.items() if text in doubtful and place not in marks)
        marks |= {place: "thousandths" for place in shown if _is_figure(rows, *place)}
    return marks


def _is_figure(rows: list[list[Any]], row: int, column: int) -> bool:
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    # Zero is zero in either reading.
    return kind_of(value) == "number" and bool(value)


def _refusing(step: Callable[..., _T], *arguments: Any) -> _T:
    """What a step returns; whatever a damaged file makes the libraries raise becomes the exception that says so."""
    try:
        return step(*arguments)
    except (KeyboardInterrupt, SystemExit, MemoryError, UnreadableFile, ProtectedFile, TooLarge):
        raise
    except PasswordError:
        raise ProtectedFile(_PROTECTED) from None
    except zipfile.BadZipFile:
        raise UnreadableFile("the file is damaged or incomplete: the directory at its end is missing") from None
    except BaseException as error:  # a damaged workbook can also end in the library's own panic
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableFile(f"a part of the workbook is damaged or missing: {reason}") from None
