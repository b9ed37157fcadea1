"""What the XML of a sheet tells: by searching it, by parsing it, and both the same."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.submissions.archives import Archive, Packed
from pipelines.submissions.workbook_parts import Parts, cell_formats, column_index, parsed, searched, sheet_parts
from pipelines.submissions.workbooks import column_letters

STYLES = ("General", "#,##0", "0.000", "General")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def both(xml: bytes) -> Parts:
    """The parts as searched, after they were found to be what parsing gives as well (the end only where it is told)."""
    found, complete = searched(xml, STYLES), parsed(xml, STYLES)
    assert found is not None
    assert (found.errors, found.uncached, found.formats) == (complete.errors, complete.uncached, complete.formats)
    assert (found.hidden_rows, found.hidden_columns) == (complete.hidden_rows, complete.hidden_columns)
    assert found.end in (None, complete.end)
    return found


def only_parsed(xml: bytes) -> Parts:
    assert searched(xml, STYLES) is None
    return sheet_parts(xml, STYLES)


@pytest.mark.parametrize("index", [0, 25, 26, 701, 702, 16_383])
def test_column_letters_and_back(index: int) -> None:
    assert column_index(column_letters(index)) == column_index(column_letters(index).lower().encode()) == index


def test_formats_of_cells_with_content() -> None:
    """A cell that is only formatted has none: a form may be formatted far beyond its figures."""
    row = '<c r="A1" s="1"/><c r="B1" s="1"><v>5</v></c><c r="C1" s="2" t="s"><v>0</v></c><c r="D1"><v>1</v></c>'
    parts = both(sheet(f'<row r="1" s="2" customFormat="1">{row}<c r="E1" s="3"><v>2</v></c></row>'))
    assert parts.formats == {(0, 1): "#,##0", (0, 2): "0.000"}
    assert parts.has_formats


def test_errors_keep_their_text() -> None:
    cells = '<c r="A1" t="e"><v>#N/A</v></c><c r="B1" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1" t="e"/>'
    assert both(sheet(f'<row r="1">{cells}</row>')).errors == {(0, 0): "#N/A", (0, 1): "#DIV/0!"}


@pytest.mark.parametrize(
    ("cell", "uncached"),
    [
        ('<c r="A1"><f>1+1</f></c>', True),
        ('<c r="A1"><f>1+1</f><v/></c>', True),
        ('<c r="A1"><f>1+1</f><v></v></c>', True),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', False),
        ('<c r="A1"><f t="shared" si="0"/></c>', True),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', False),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">1+1</f><v/></c>', True),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', False),
        ('<c r="A1" t="str"><f>""</f></c>', True),
        ('<c r="A1" t="s"><v>0</v></c>', False),
        ('<c r="A1"/>', False),
    ],
)
def test_formulas_without_a_result(cell: str, uncached: bool) -> None:
    """An empty text is a result; no result at all is not."""
    assert (both(sheet(f'<row r="1">{cell}</row>')).uncached == {(0, 0)}) is uncached


def test_a_formula_that_fills_an_area_has_no_result_in_any_of_its_cells() -> None:
    """Only the first cell holds the formula."""
    first = '<c r="A1"><f t="array" ref="A1:B2">TRANSPOSE(D1:E2)</f></c>'
    rows = f'<row r="1">{first}<c r="B1"/></row><row r="2"><c r="A2"><v/></c><c r="B2"><v>4</v></c><c r="C2"/></row>'
    assert only_parsed(sheet(rows)).uncached == {(0, 0), (0, 1), (1, 0)}


def test_hidden_rows_and_columns() -> None:
    columns = (
        '<cols><col min="2" max="3" hidden="1"/><col hidden="true" max="16384" min="16384"/><col min="5" max="6"/>'
    )
    rows = '<row r="1" hidden="true"/><row r="2" hidden="false"/><row r="7" ht="0" hidden="1"><c r="A7"/></row>'
    parts = both(sheet(rows, f"{columns}</cols>"))
    assert (parts.hidden_rows, parts.hidden_columns) == ({0, 6}, {1, 2, 16_383})


@pytest.mark.parametrize(
    "xml",
    [
        sheet('<row r="3"><c t="e" r="B3" s="1"><v>#N/A</v></c></row>'),
        sheet('<row r="3"><c r="B3" t="e" s="1"><v>#N/A</v></c></row>'),
        sheet('<row r="3"><c r="B3"\ns="1" t="e"><v>#N/A</v></c></row>'),
        sheet("<row r='3'><c r='B3' s='1' t='e'><v>#N/A</v></c></row>"),
        sheet('<row r="3"><c r="B3" s="1" t=\'e\'><v>#N/A</v></c></row>'),
        sheet('<row r="3"><c/><c s="1" t="e"><v>#N/A</v></c></row>'),
        sheet('<row r="2"/><row><c r="B3" s="1" t="e"><v>#N/A</v></c></row>'),
        sheet('<row r="3"><c r="B3" s="1" t="e"><v><![CDATA[#N/A]]></v></c></row>'),
        sheet('<row r="3"><!-- <c r="A1" t="e"><v>#</v></c> --><c r="B3" s="1" t="e"><v>#N/A</v></c></row>'),
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="3"><x:c r="B3" s="1" t="e"><x:v>#N/A</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>".encode(),
        f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData><row r="3"><c r="B3" s="1" t="e">'
        "<v>#N/A</v></c></row></sheetData></worksheet>".encode("utf-16"),
    ],
    ids=["type first", "type before style", "line break", "single quotes", "both quotes", "no places", "no row number",
         "CDATA", "comment", "prefix", "UTF-16"],
)  # fmt: skip
def test_a_sheet_written_otherwise_is_parsed(xml: bytes) -> None:
    """The searches must not be trusted with it, and do not take it."""
    parts = only_parsed(xml)
    assert (parts.errors, parts.formats, parts.end) == ({(2, 1): "#N/A"}, {(2, 1): "#,##0"}, (2, 1))


def test_a_style_behind_a_line_break_is_not_overlooked() -> None:
    assert only_parsed(sheet('<row r="1"><c r="A1"\ns="1"><v>5</v></c></row>')).formats == {(0, 0): "#,##0"}


def test_more_formats_than_are_searched_one_by_one() -> None:
    styles = tuple(f"0.{'0' * number}" for number in range(12))
    cells = "".join(f'<c r="{column_letters(number)}1" s="{number}"><v>1</v></c>' for number in range(12))
    xml = sheet(f'<row r="1">{cells}<c r="N1" s="3"/></row>')
    found = searched(xml, styles)
    assert found is not None
    assert found.formats == parsed(xml, styles).formats == {(0, number): styles[number] for number in range(12)}


def test_a_hidden_row_that_names_its_number_late_is_parsed() -> None:
    assert only_parsed(sheet('<row hidden="1" r="2"><c r="A2"/></row><row r="3"/>')).hidden_rows == {1}


@pytest.mark.parametrize(
    ("cells", "too_large"),
    [
        ('<c r="A1048576"><v>1</v></c>', False),
        ('<c r="S1048576"><v>1</v></c>', False),  # 19 × 1048576 = 19922944
        ('<c r="T1048576"><v>1</v></c>', True),  # 20 × 1048576 = 20971520
        ('<c r="A1048576"><v>1</v></c><c r="XFD1048576" s="1"/>', False),
    ],
)
def test_the_end_is_that_of_cells_with_content(cells: str, too_large: bool) -> None:
    xml = sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cells}</row>')
    assert both(xml).too_large is parsed(xml, STYLES).too_large is too_large


@st.composite
def cells(draw: st.DrawFn) -> str:
    row, column = draw(st.integers(1, 40)), draw(st.integers(0, 800))
    style = draw(st.sampled_from(["", *(f' s="{number}"' for number in range(len(STYLES)))]))
    kind = draw(st.sampled_from(["", *(f' t="{name}"' for name in ("s", "str", "e", "n", "b", "inlineStr"))]))
    formula = draw(st.sampled_from(["", "<f>1/0</f>", '<f t="shared" si="0"/>', '<f aca="false">A1&lt;2</f>']))
    # The text of an error begins with #: calamine refuses a sheet with another.
    stored = "#N/A" if "e" in kind.split('"') else "5"
    value = draw(st.sampled_from(["", "<v/>", "<v></v>", "<v> </v>", f"<v>{stored}</v>"]))
    content = "<is><t>f#</t></is>" if "inlineStr" in kind else formula + value
    end = f">{content}</c>" if content else draw(st.sampled_from(["/>", " />", "></c>"]))
    return f'<row r="{row}"><c r="{column_letters(column)}{row}"{style}{kind}{end}</row>'


@given(st.lists(cells(), max_size=8))
def test_searching_finds_what_parsing_finds(rows: list[str]) -> None:
    both(sheet("".join(rows)))


def test_formats_of_styles() -> None:
    """Written out, built in, in another language's numbers, and General under another name."""
    xml = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0&quot; %&quot;"/>'
        '<numFmt numFmtId="165" formatCode="GENERAL"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="3"/><xf fontId="1" numFmtId="164"/><xf numFmtId="165"/>'
        '<xf numFmtId="30"/><xf/></cellXfs>'
        '<dxfs><dxf><numFmt numFmtId="164" formatCode="0.00"/></dxf></dxfs></styleSheet>'
    )
    packed = Packed(xml.encode(), 0, len(xml), False)
    assert cell_formats(packed) == ("General", "#,##0", '0.0" %"', "General", "", "General")


def archive(*, method: int = zipfile.ZIP_DEFLATED, before: bytes = b"", comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    out.write(before)
    with zipfile.ZipFile(out, "a", method) as parts:
        parts.writestr("XL\\Workbook.xml", b"one " * 500)
        parts.writestr("xl/_rels/workbook.xml.rels", b"two")
        parts.comment = comment
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive(),
        archive(method=zipfile.ZIP_STORED),
        archive(method=zipfile.ZIP_BZIP2),
        archive(before=b"something before the archive"),
        archive(comment=b"PK\x01\x02 said of it"),
    ],
    ids=["deflated", "stored", "bzip2", "shifted", "comment"],
)
def test_parts_of_an_archive(content: bytes) -> None:
    parts = Archive(content)
    assert parts.read("xl/workbook.xml") == b"one " * 500
    assert parts.read("xl/_rels/workbook.xml.rels") == b"two"
    assert "xl/workbook.xml" in parts
    assert "workbook.xml" not in parts
    assert [parts.exceeds(size) for size in (2002, 2003)] == [True, False]  # 4 × 500 and 3


def test_an_archive_without_its_end() -> None:
    with pytest.raises(zipfile.BadZipFile):
        Archive(archive()[:-30])


def test_a_part_is_not_unpacked_beyond_what_its_archive_declares() -> None:
    packer = zlib.compressobj(wbits=-15)
    content = packer.compress(bytes(1_000_000)) + packer.flush()
    with pytest.raises(zlib.error):
        Packed(content, zipfile.ZIP_DEFLATED, 1000, False).unpacked()
