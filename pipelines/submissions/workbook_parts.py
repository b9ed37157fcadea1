"""What calamine does not tell of a sheet of an xlsx workbook, from the XML in its parts.

Belongs here: error cells, formulas without a stored result, number formats, hidden rows and columns, and how far a
sheet goes. A sheet written as programs usually do is searched, which costs a tenth of parsing; any other is parsed.
Does not belong here: the values (workbooks.py) and workbooks of other kinds (other_parts.py).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from pipelines.submissions.archives import Archive, Packed
from pipelines.submissions.number_formats import BUILT_IN, GENERAL

Place = tuple[int, int]  # row and column, from 0
Area = tuple[Place, Place]

LAST_COLUMN = 16_384

# Cells, used or not, that calamine would hold in memory together: all rows of a sheet of 19 columns are fewer.
LARGEST_AREA = 20_000_000

# What the searches take for granted: a root and rows without a prefix, no comments, one kind of quotation mark, ...
_ROOT = re.compile(rb"<worksheet[\s>]")
_ROWS = re.compile(rb"<sheetData\s*(?:/>|>\s*(?:<row\b|</sheetData>))")
_OTHER_QUOTES = re.compile(rb"\s[a-zA-Z:]+\s*='")
# ... and cells that name their place first, then style and type.
_UNUSUAL_CELL = re.compile(
    rb'<c(?! r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?(?: t="[a-zA-Z]+")?(?: (?:cm|vm|ph)="[^"]*")*\s?/?>)[\s/>]'
)
_UNUSUAL_ROW = re.compile(rb'<row(?! r="[0-9]+"[\s>/])[\s>/]')
_PLACE_BEFORE = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}" $')
_FORMULA_OF_AREA = re.compile(rb'<f\s(?=[^>]*t="(?:array|dataTable)")[^>]*ref="[A-Z]+[0-9]+:')

_CELL = rb'<c r="([A-Z]+)([0-9]+)"'
_WITH_CONTENT = rb"(?: [^>]*[^/>])? ?>(?!\s*</c>)"
_WITHOUT_CONTENT = (b"/>", b"</c>")
_FEW = 8  # formats are searched one by one
_FORMULA = rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)"
_FILLED = re.compile(_CELL + _WITH_CONTENT)
_ERRORS = re.compile(
    _CELL + rb'(?: s="[0-9]+")? t="e"(?: [^>]*[^/>])? ?>(?:\s*' + _FORMULA + rb")?\s*<v[^>]*>\s*([^<\s][^<]*)</v>"
)
_WITHOUT_RESULT = re.compile(
    _CELL + rb"((?: [^>]*[^/>])?) ?>\s*" + _FORMULA + rb"\s*(<v(?:\s[^>]*)?(?:/>|>\s*</v>))?\s*</c>"
)
# Cells right of Z and of ZZ, and how many columns a sheet without them has at most.
_WIDER = ((26, re.compile(rb'<c r="[A-Z]{2}')), (702, re.compile(rb'<c r="[A-Z]{3}')))
_SHEET = re.compile(rb'<sheet name="([^"<>]+)"[^<>]*\sr:id="([^"<>]+)"')
_ROW = re.compile(rb'<row r="([0-9]+)"[\s>/]')
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]+)"[^>]*\shidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\s[^>]*\bhidden="(?:1|true)"[^>]*>')
_BOUNDS = re.compile(rb'\s(min|max)="([0-9]+)"')


@dataclass(frozen=True)
class Parts:
    """What one sheet has beside its values. `end`: its last row and last column, None if both are certainly near.

    `errors` holds the texts of error cells, `formats` the number formats of cells with content that are not General
    ('' for one that is unknown). `merged` is None where calamine tells it.
    """

    end: Place | None = None
    errors: Mapping[Place, str] = field(default_factory=dict)
    uncached: frozenset[Place] = frozenset()
    formats: Mapping[Place, str] = field(default_factory=dict)
    has_formats: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] | None = None

    @property
    def too_large(self) -> bool:
        return self.end is not None and (self.end[0] + 1) * (self.end[1] + 1) > LARGEST_AREA


Teller = Callable[[str], Parts]  # from a sheet's name


@lru_cache(LAST_COLUMN)
def column_index(letters: str | bytes) -> int:
    """A column's letters as its index from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters.upper() if isinstance(letters, bytes) else letters.upper().encode():
        index = index * 26 + letter - 64
    return index - 1


def xlsx_parts(archive: Archive) -> tuple[Teller, str | None]:
    """What tells the parts of a sheet of an xlsx workbook by its name, and the first sheet's name.

    Errors of a damaged file are those of its reading.
    """
    paths = _sheet_paths(archive.packed("xl/workbook.xml"), archive.packed("xl/_rels/workbook.xml.rels"))
    styles = cell_formats(archive.packed("xl/styles.xml")) if "xl/styles.xml" in archive else ()
    return lambda name: sheet_parts(archive.read(paths[name]), styles), next(iter(paths), None)


def sheet_parts(xml: bytes, styles: tuple[str, ...]) -> Parts:
    """Parts of a sheet from its XML and the number format of each cell style."""
    return searched(xml, styles) or parsed(xml, styles)


# What follows is often the same in all forms of one kind, and is then read once for all of them.


@lru_cache(64)
def cell_formats(styles: Packed) -> tuple[str, ...]:
    """The number format of each cell style of a workbook, from its styles.xml; '' if it is not known."""
    custom: dict[int, str] = {}
    formats: list[str] = []
    inside = ""
    for name, attributes in _elements(styles.unpacked()):
        if name in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside = name
        elif name == "numFmt" and inside != "dxfs":
            custom[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "xf" and inside == "cellXfs":
            number = int(attributes.get("numFmtId", 0))
            formats.append(custom.get(number, BUILT_IN.get(number, "")))
    return tuple(GENERAL if text.lower() == "general" else text for text in formats)


@lru_cache(64)
def part_paths(relations: Packed) -> Mapping[str, str]:
    """Paths of the parts that a workbook refers to, by the name of the relation, from workbook.xml.rels."""
    return {
        attributes["Id"]: posixpath.normpath(posixpath.join("/xl", attributes["Target"].replace("\\", "/"))).lstrip("/")
        for name, attributes in _elements(relations.unpacked())
        if name == "Relationship"
    }


@lru_cache(64)
def _sheet_paths(workbook: Packed, relations: Packed) -> dict[str, str]:
    xml, paths = workbook.unpacked(), part_paths(relations)
    sheets = _SHEET.findall(xml)
    if len(sheets) == xml.count(b"<sheet ") and sheets and b"&" not in xml and b"utf-8" in xml[:80].lower():
        return {name.decode(): paths.get(relation.decode(), "") for name, relation in sheets}
    return {
        attributes["name"]: paths.get(next((value for key, value in attributes.items() if key.endswith(":id")), ""), "")
        for name, attributes in _elements(xml)
        if name == "sheet"
    }


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Names (without prefix) and attributes of all elements in their order."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.Parse(xml, True)
    return found


def searched(xml: bytes, styles: tuple[str, ...]) -> Parts | None:
    """The parts of a sheet that is written as usual, None for any other."""
    start, stop = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    rows = _last_row(xml, start, stop)
    if rows is None or not _is_usual(xml, start):
        return None
    # Most sheets have none of what is looked for. One byte is found ten times as fast as two: the text of every error
    # that calamine takes begins with #, and cells seldom have an f in their attributes.
    errors = b"#" in xml and b't="e"' in xml
    formulas = xml.find(b"f", start, stop) >= 0 and xml.find(b"<f", start, stop) >= 0
    near = _is_near(xml, rows)
    formats = _formats(xml, styles)
    if (errors or formulas or formats is None or not near) and _UNUSUAL_CELL.search(xml):
        return None
    hidden = b'hidden="' in xml and (b'hidden="1"' in xml or b'hidden="true"' in xml)
    if (formulas and _FORMULA_OF_AREA.search(xml)) or (hidden and _UNUSUAL_ROW.search(xml, start)):
        return None
    return Parts(
        None if near else _end(_FILLED.findall(xml)),
        _errors(xml) if errors else {},
        frozenset(_without_result(xml)) if formulas else frozenset(),
        _all_formats(xml, styles) if formats is None else formats,
        True,
        *(_hidden(xml, start) if hidden else (frozenset(), frozenset())),
    )


def _last_row(xml: bytes, start: int, stop: int) -> int | None:
    """The number of the last row, 0 without rows, None where it does not come first in the row."""
    at = xml.rfind(b"<row", start, stop)
    found = _ROW.match(xml, at)
    return int(found[1]) if found else 0 if at < 0 <= start else None


def _is_near(xml: bytes, rows: int) -> bool:
    """Whether so many rows are few enough for the columns that the sheet can have."""
    return rows * LAST_COLUMN <= LARGEST_AREA or any(
        rows * columns <= LARGEST_AREA and not wider.search(xml) for columns, wider in _WIDER
    )


def _is_usual(xml: bytes, start: int) -> bool:
    return bool(
        _ROOT.search(xml, 0, start)
        and _ROWS.match(xml, start)
        and not (b"!" in xml and b"<!" in xml)
        and not (b"'" in xml and _OTHER_QUOTES.search(xml))
    )


def _hidden(xml: bytes, start: int) -> tuple[frozenset[int], frozenset[int]]:
    spans = [
        span(*(int(number) for _, number in sorted(_BOUNDS.findall(tag), reverse=True)))
        for tag in _HIDDEN_COLUMN.findall(xml, 0, start)
    ]
    return (
        frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(xml, start)),
        frozenset(column for run in spans for column in run),
    )


def span(first: int, last: int) -> range:
    """Columns from first to last, both counted from 1, as indices of columns that a sheet can have."""
    return range(first - 1, min(last, LAST_COLUMN))


def _place(letters: bytes, row: bytes) -> Place:
    return int(row) - 1, column_index(letters)


def _end(cells: list[tuple[bytes, bytes]]) -> Place | None:
    if not cells:
        return None
    return max(int(row) for _, row in cells) - 1, max(map(column_index, {letters for letters, _ in cells}))


def _errors(xml: bytes) -> dict[Place, str]:
    return {_place(*cell): _unescaped(text.rstrip()) for *cell, text in _ERRORS.findall(xml)}


def _without_result(xml: bytes) -> Iterator[Place]:
    for letters, row, attributes, result in _WITHOUT_RESULT.findall(xml):
        # An empty text is a result.
        if not (result and b't="str"' in attributes):
            yield _place(letters, row)


def _formats(xml: bytes, styles: tuple[str, ...]) -> Mapping[Place, str] | None:
    """Number formats by cell; None if there are many, or a style stands elsewhere than right behind a cell's place."""
    texts = _told(styles)
    if not texts:
        return {}
    if len(texts) > _FEW:
        return None
    cells = re.findall(rb'<c r="([A-Z]+[0-9]+)" s="(' + b"|".join(texts) + rb')"([^>]*>(?:\s*</c>)?)', xml)
    if not all(_stands_behind_a_place(xml, number) for number in texts):
        return None
    return _formats_of_cells(tuple(cells), styles)


def _stands_behind_a_place(xml: bytes, style: bytes) -> bool:
    """Whether the first cell of a style names it where the searches expect it: a program writes all cells alike."""
    at = xml.find(b's="%s"' % style)
    return at < 0 or _PLACE_BEFORE.search(xml, max(0, at - 40), at) is not None


@lru_cache(64)
def _formats_of_cells(cells: tuple[tuple[bytes, bytes, bytes], ...], styles: tuple[str, ...]) -> Mapping[Place, str]:
    """The formats of cells with content; forms of one kind are formatted alike and share them."""
    texts = _told(styles)
    return {_place_of(cell): texts[style] for cell, style, rest in cells if not rest.endswith(_WITHOUT_CONTENT)}


def _all_formats(xml: bytes, styles: tuple[str, ...]) -> dict[Place, str]:
    texts = _told(styles)
    cells = re.findall(_CELL + rb' s="([0-9]+)"' + _WITH_CONTENT, xml)
    return {(int(row) - 1, column_index(letters)): texts[style] for letters, row, style in cells if style in texts}


@lru_cache(64)
def _told(styles: tuple[str, ...]) -> Mapping[bytes, str]:
    """The formats that are not General, by the number of their style."""
    return {str(number).encode(): text for number, text in enumerate(styles) if text != GENERAL}


@lru_cache(1 << 14)
def _place_of(cell: bytes) -> Place:
    letters = cell.rstrip(b"0123456789")
    return int(cell[len(letters) :]) - 1, column_index(letters)


def _unescaped(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def parsed(xml: bytes, styles: tuple[str, ...]) -> Parts:
    """The same as the searches, for any sheet: prefixes, cells without a place, formulas that fill an area."""
    reader = _SheetReader(styles)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    parser.Parse(xml, True)
    return reader.parts()


class _SheetReader:
    """Collects the parts of a sheet from the events of its XML."""

    def __init__(self, styles: tuple[str, ...]) -> None:
        self._styles = styles
        self._row, self._column = -1, -1
        self._cell: dict[str, str] = {}
        self._children: set[str] = set()
        self._stored: str | None = None
        self._open = ""
        self._areas: list[Area] = []
        self._last: Place | None = None
        self._errors: dict[Place, str] = {}
        self._uncached: set[Place] = set()
        self._formats: dict[Place, str] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()

    def parts(self) -> Parts:
        hidden = frozenset(self._hidden_rows), frozenset(self._hidden_columns)
        return Parts(self._last, self._errors, frozenset(self._uncached), self._formats, True, *hidden)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open = name.rpartition(":")[2]
        if self._open == "c":
            self._start_cell(attributes)
        elif self._open in ("v", "f", "is"):
            self._children.add(self._open)
            if self._open == "v":
                self._stored = ""
            elif ":" in attributes.get("ref", "") and attributes.get("t") in ("array", "dataTable"):
                self._areas.append(_area(attributes["ref"]))
        elif self._open == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if _is_true(attributes):
                self._hidden_rows.add(self._row)
        elif self._open == "col" and _is_true(attributes):
            self._hidden_columns.update(span(int(attributes["min"]), int(attributes["max"])))

    def text(self, text: str) -> None:
        if self._open == "v" and self._stored is not None:
            self._stored += text

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._end_cell()
        self._open = ""

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._children, self._stored = attributes, set(), None
        self._column += 1
        if "r" in attributes:
            self._row, self._column = _parsed_place(attributes["r"])

    def _end_cell(self) -> None:
        place = self._row, self._column
        stored, of_text = (self._stored or "").strip(), self._cell.get("t") == "str"
        if not stored and not (of_text and self._stored is not None) and self._is_formula(place):
            self._uncached.add(place)
        if self._cell.get("t") == "e" and stored:
            self._errors[place] = stored
        if self._children:
            self._last = (max(place[0], self._last[0]), max(place[1], self._last[1])) if self._last else place
            style = int(self._cell.get("s") or 0)
            text = self._styles[style] if style < len(self._styles) else GENERAL
            if text != GENERAL:
                self._formats[place] = text

    def _is_formula(self, place: Place) -> bool:
        if "f" in self._children:
            return True
        row, column = place
        return "is" not in self._children and any(
            top <= row <= bottom and left <= column <= right for (top, left), (bottom, right) in self._areas
        )


def _is_true(attributes: Mapping[str, Any]) -> bool:
    return attributes.get("hidden") in ("1", "true")


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    return _parsed_place(first), _parsed_place(last)


def _parsed_place(reference: str) -> Place:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, column_index(letters)
