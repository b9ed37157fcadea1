"""What calamine does not tell of xls, xlsb and ods workbooks. All are built here, byte by byte where no library writes
them.
"""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from pipelines.submissions.other_parts import xls_area, xls_parts
from pipelines.submissions.workbooks import ProtectedFile, Sheet, TooLarge, UnreadableFile, open_book
from tests.builders import ods, patched

OLE = bytes.fromhex("d0cf11e0a1b11ae1")

# --- ods

CELL = b"<table:table-cell/>"
ROW = b"<table:table-row>"


def changed(*changes: tuple[bytes, bytes]) -> Sheet:
    """An ods sheet with x and 5 in its first row, nothing and 7 in its second, and these changes of its XML."""
    return open_book(patched(ods([["x", 5], ["", 7]]), *changes), ".ods").sheet("Form 1")


def test_an_ods_sheet_as_it_is() -> None:
    sheet = changed()
    assert (sheet.rows, sheet.marks, sheet.merged, sheet.has_formats) == ([["x", 5], ["", 7]], {}, (), False)
    assert sheet.number_format(0, 1) is None


@pytest.mark.parametrize(
    ("cell", "mark", "text"),
    [
        (b'<table:table-cell table:formula="of:=1+1"/>', "uncached", ""),
        (b'<table:table-cell table:formula="of:=1+1" office:value-type="float"/>', "uncached", ""),
        (b'<table:table-cell table:formula="of:=A1" office:value-type="string"><text:p/></table:table-cell>', None, ""),
        (
            b'<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2">'
            b"<text:p>2</text:p></table:table-cell>",
            None,
            "2",
        ),
        (
            b'<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
            b"<text:p>#DIV/0!</text:p></table:table-cell>",
            "error",
            "#DIV/0!",
        ),
        (
            b'<table:table-cell xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
            b' office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>',
            "error",
            "#N/A",
        ),
    ],
    ids=["nothing stored", "no value", "empty text", "result", "error of older programs", "error"],
)
def test_formulas_of_ods(cell: bytes, mark: str | None, text: str) -> None:
    sheet = changed((CELL, cell))
    assert (sheet.marks.get((1, 0)), sheet.text(1, 0)) == (mark, text)


def test_hidden_rows_and_columns_of_ods() -> None:
    """Rows hidden to the end of the sheet are told as far as it is used."""
    columns = (
        b'<table:table-column table:number-columns-repeated="1"/>'
        b'<table:table-column table:visibility="collapse" table:number-columns-repeated="16383"/>'
    )
    hidden = b'<table:table-row table:visibility="filter">'
    rest = b'<table:table-row table:visibility="collapse" table:number-rows-repeated="1048574"><table:table-cell/>'
    sheet = changed((ROW, columns + hidden), (b"</table:table>", rest + b"</table:table-row></table:table>"))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({0, 1}, {1})


def test_merged_cells_of_ods() -> None:
    wide = b'<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3" '
    sheet = changed((b"<table:table-cell ", wide))
    assert sheet.merged[0] == ((0, 0), (2, 1))
    assert sheet.merged_text(1, 1) == "x"


def test_a_far_cell_of_ods_is_refused_before_it_is_read() -> None:
    far = (
        b'<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
        b'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
        b'<table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>'
    )
    with pytest.raises(TooLarge) as error:
        changed((b"</table:table>", far))
    assert (error.value.sheet, error.value.cell) == ("Form 1", "XFD1048576")


def test_an_encrypted_ods() -> None:
    with pytest.raises(ProtectedFile):
        changed((b"<manifest:manifest ", b'<manifest:manifest encryption-data="" '))


# --- xlsb: records of MS-XLSB 2.3

MAIN = "http://schemas.openxmlformats.org"


def record(number: int, *fields: bytes) -> bytes:
    content = b"".join(fields)
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, rest = b"", len(content)
    while rest > 127:
        length, rest = length + bytes([rest & 0x7F | 0x80]), rest >> 7
    return kind + length + bytes([rest]) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def row(index: int, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<2IHBB", index, 0, 300, 0, 0x10 if hidden else 0), bytes(5))


def cell(number: int, column: int, style: int, content: bytes) -> bytes:
    return record(number, struct.pack("<2I", column, style), content)


def real(column: int, style: int, value: float) -> bytes:
    return cell(5, column, style, struct.pack("<d", value))


def xlsb(*rows: bytes) -> bytes:
    """A workbook of one sheet with the styles General, #,##0 and 0.000; its columns C and D are hidden."""
    types = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = f"{MAIN}/officeDocument/2006/relationships"
    styles = [record(44, struct.pack("<H", 170), wide("0.000")), record(617, struct.pack("<I", 3))]
    styles += [record(47, struct.pack("<2H", 0, number), bytes(12)) for number in (0, 3, 170)]
    columns = record(60, struct.pack("<4IH", 2, 3, 2000, 0, 1))
    sheet = [record(129), record(148, struct.pack("<4I", 0, 9, 0, 9)), record(390), columns, record(391)]
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{types}"><Relationship Id="rId1" Target="xl/workbook.bin" '
        f'Type="{office}/officeDocument"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{types}"><Relationship Id="rId1" '
        f'Target="worksheets/sheet1.bin" Type="{office}/worksheet"/></Relationships>',
        "xl/workbook.bin": record(131)
        + record(143)
        + record(156, struct.pack("<2I", 0, 1), wide("rId1"), wide("Form 1"))
        + record(144)
        + record(132),
        "xl/styles.bin": record(278) + b"".join(styles) + record(618) + record(279),
        "xl/worksheets/sheet1.bin": b"".join(sheet) + record(145) + b"".join(rows) + record(146) + record(130),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_an_xlsb_sheet() -> None:
    error, blank = cell(3, 2, 0, b"\x2a"), cell(1, 3, 2, b"")
    book = open_book(
        xlsb(row(0), real(0, 0, 5), real(1, 1, 6), error, blank, row(2, hidden=True), real(0, 2, 7)), ".xlsb"
    )
    sheet = book.sheet("Form 1")
    assert [sheet.text(0, column) for column in range(3)] == ["5", "6", "#N/A"]
    assert [sheet.number_format(*place) for place in ((0, 0), (0, 1), (2, 0))] == ["General", "#,##0", "0.000"]
    assert sheet.marks == {(0, 2): "error", (2, 0): "thousandths"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2, 3})
    assert (0, 3) not in sheet.formats


def test_a_far_cell_of_xlsb_is_refused_before_it_is_read() -> None:
    book = open_book(xlsb(row(0), real(0, 0, 1), row(1_048_575), real(16_383, 0, 1)), ".xlsb")
    with pytest.raises(TooLarge) as error:
        book.sheet("Form 1")
    assert (error.value.sheet, error.value.cell) == ("Form 1", "XFD1048576")


# --- xls: records of MS-XLS 2.3 in a container of MS-CFB 2


def biff(number: int, *fields: bytes) -> bytes:
    content = b"".join(fields)
    return struct.pack("<2H", number, len(content)) + content


def xls(*cells: bytes, dimensions: tuple[int, int, int, int] = (0, 2, 0, 2)) -> bytes:
    """One sheet, Form 1, with the styles General and 0.000; its second row and column C are hidden."""
    name = b"\x06\x00Form 1"
    font = biff(0x31, struct.pack("<5H4B", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0), b"\x05\x00Arial")
    styles = b"".join(biff(0xE0, struct.pack("<3H", 0, number, 0x0001), bytes(14)) for number in (0, 170))
    shown = biff(0x41E, struct.pack("<H", 170), struct.pack("<HB", 5, 0), b"0.000")
    start = b"".join(
        [biff(0x809, struct.pack("<4H2I", 0x600, 5, 0, 1997, 0, 6)), biff(0x42, struct.pack("<H", 1200)), font * 5]
    )
    start += shown + styles
    place = len(start) + len(biff(0x85, bytes(6), name)) + len(biff(0x0A))
    sheet = [
        biff(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 1997, 0, 6)),
        biff(0x200, struct.pack("<2I3H", *dimensions, 0)),
        biff(0x7D, struct.pack("<6H", 2, 2, 2000, 0, 1, 0)),
        biff(0x208, struct.pack("<6HI", 1, 0, 4, 300, 0, 0, 0x20 | 0x100)),
        *cells,
        biff(0x0A),
    ]
    return contained(start + biff(0x85, struct.pack("<IH", place, 0), name) + biff(0x0A) + b"".join(sheet))


def contained(stream: bytes) -> bytes:
    """A container of one stream, Workbook: header, allocation table, directory, stream."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(4096, b"\0")  # shorter ones would be kept elsewhere
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    header = OLE + bytes(16) + struct.pack("<5H6x8I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end)
    header += struct.pack("<2I", 0, 0) + struct.pack("<I", free) * 108
    chain = [table, end, *range(3, 2 + sectors), end]
    allocation = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    entries = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + bytes(256)
    return header + allocation + entries + stream


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free, text = 0xFFFFFFFF, name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack("<H2B3I36x2I4x", len(text), kind, 1, free, free, child, start, size)


def number(row: int, column: int, style: int, value: float) -> bytes:
    return biff(0x203, struct.pack("<3Hd", row, column, style, value))


def test_an_xls_sheet() -> None:
    error = biff(0x205, struct.pack("<3H2B", 0, 1, 0, 0x07, 1))
    blank = biff(0x201, struct.pack("<3H", 0, 2, 1))
    sheet = open_book(xls(number(0, 0, 0, 5), error, blank, number(1, 0, 1, 7)), ".xls").sheet("Form 1")
    assert [[sheet.text(row, column) for column in range(2)] for row in range(2)] == [["5", "#DIV/0!"], ["7", ""]]
    assert sheet.marks == {(0, 1): "error", (1, 0): "thousandths"}
    assert [sheet.number_format(0, 0), sheet.number_format(1, 0)] == ["General", "0.000"]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {2})
    assert (0, 2) not in sheet.formats


@pytest.mark.parametrize(
    "content",
    [
        xls(number(0, 0, 0, 5), dimensions=(0, 1 << 31, 0, 200)),
        xls(number(0, 0, 0, 5), dimensions=(0x4F000000, 2, 0, 2)),
        xls(number(0, 0, 0, 5), number(65_535, 65_000, 0, 5)),
    ],
    ids=["declared", "declared to begin behind its end", "a cell right of all columns"],
)
def test_an_xls_sheet_with_a_damaged_extent_is_refused_before_it_is_read(content: bytes) -> None:
    """The library would end the whole process."""
    with pytest.raises(UnreadableFile, match="more cells than this kind can have"):
        open_book(content, ".xls")


def test_what_xlrd_cannot_read_tells_nothing() -> None:
    parts = xls_parts(OLE + b" and no more")("Form 1")
    assert (parts.has_formats, parts.formats, parts.errors) == (False, {}, {})
    assert xls_area(OLE + b" and no more") == 0
