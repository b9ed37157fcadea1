"""Which layout a file is: where its tables stand, and every point in which file and layout differ.

Belongs here: finding sheets and headers, and comparing them column by column.
Does not belong here: the schema of layouts (layouts.py) and taking the values out (extract.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from pipelines.submissions.headers import NOTHING, Difference, Placed, place_columns
from pipelines.submissions.layouts import Layout, Table
from pipelines.submissions.memory import Memory
from pipelines.submissions.texts import anywhere, collapsed, is_pattern, match, normalised
from pipelines.submissions.workbooks import Book, Sheet, address, text_of

_Place = tuple[int, int]  # row and column of a header's first cell
# How the names of sheets begin that this program adds: the list of findings in an annotated copy, a form's metadata.
OWN_SHEETS = "ccw"


class Located(NamedTuple):
    """A table where it stands in a file. Rows count from 0; `end` is the first row that belongs to another table.

    `fields` come from the names of file and sheet; `block` numbers the tables of a file.
    """

    layout: Layout
    table: Table
    sheet: Sheet
    header_row: int
    first_column: int
    columns: tuple[Placed, ...]
    fields: Mapping[str, str]
    key: str
    end: int = 0
    block: int = 0

    @property
    def first_data_row(self) -> int:
        return self.header_row + self.table.header.rows + int(self.table.header.number_row)

    def data_columns(self) -> list[tuple[Any, ...]]:
        """The sheet's columns from the first row of data to the end, '' where a row is shorter than the header."""
        rows = self.sheet.rows[self.first_data_row : self.end]
        columns = list(zip_longest(*rows, fillvalue=""))
        return columns + [("",) * len(rows)] * (self.columns[-1].index + 1 - len(columns))


def compare(
    book: Book, file_name: str, layout: Layout, memory: Memory | None = None
) -> tuple[list[Located], list[Difference]]:
    """Where a layout's tables stand in a file, and in what the file differs. No difference: the file is this form.

    Raises what reading a sheet raises (workbooks.py).
    """
    memory = memory or Memory()
    named = {} if layout.file.name is None else match(layout.file.name, file_name)
    differences: list[Difference] = []
    if named is None:
        differences.append(Difference("file_name_differs", "", "", layout.file.name or "", file_name, "file.name"))
    located: list[Located] = []
    for number, table in enumerate(layout.tables):
        places, wrong = _find_table(book, layout, table, f"tables[{number}]", memory)
        located += places
        differences += wrong
    return ([] if differences else _bounded(located, named or {})), differences


def unread_sheets(book: Book, layout: Layout, located: Sequence[Located]) -> list[str]:
    """Sheets with content that no table reads, that the layout does not call other sheets, and that are not our own."""
    read = {place.sheet.name for place in located}
    names = (name for name in book.names if not name.startswith(OWN_SHEETS))
    others = [name for name in names if name not in read and not _is_other(layout, name)]
    return [name for name in others if _first_texts(book.sheet(name), 1)]


def _is_other(layout: Layout, name: str) -> bool:
    return any(match(text, name) is not None for text in layout.other_sheets)


def _find_table(
    book: Book, layout: Layout, table: Table, key: str, memory: Memory
) -> tuple[list[Located], list[Difference]]:
    if table.sheet is None:
        return _on_any_sheet(book, layout, table, key, memory)
    names = {name: fields for name in book.names if (fields := match(table.sheet, name)) is not None}
    others = _fitting_elsewhere(book, layout, table, key, memory, names)
    if others and (not names or is_pattern(table.sheet)):
        return [], [Difference("sheet_renamed", "", "", table.sheet, ", ".join(others), f"{key}.sheet")]
    if not names:
        return [], [Difference("sheet_missing", "", "", table.sheet, ", ".join(book.names) or NOTHING, f"{key}.sheet")]
    if others:
        found = ", ".join([*names, *others])
        return [], [Difference("sheets_ambiguous", "", "", table.sheet, found, f"{key}.sheet")]
    located, differences = [], []
    for name, fields in names.items():
        places, wrong = _on_sheet(book.sheet(name), layout, table, key, memory)
        located += [place._replace(fields=fields) for place in places] if fields else places
        differences += wrong
    return located, differences


def _fitting_elsewhere(
    book: Book, layout: Layout, table: Table, key: str, memory: Memory, names: Collection[str]
) -> list[str]:
    """Sheets that hold just this table and that the layout does not speak of: renamed, or a second copy."""
    known = [one.sheet for one in layout.tables if one.sheet is not None]
    others = [
        name
        for name in book.names
        if name not in names and not _is_other(layout, name) and all(match(text, name) is None for text in known)
    ]
    tried = [(name, *_on_sheet(book.sheet(name), layout, table, key, memory)) for name in others]
    return [name for name, places, wrong in tried if places and not wrong]


def _on_any_sheet(
    book: Book, layout: Layout, table: Table, key: str, memory: Memory
) -> tuple[list[Located], list[Difference]]:
    """A table that may be on whatever sheet must be on exactly one; told by the sheet that differs least."""
    names = [name for name in book.names if not _is_other(layout, name)] or list(book.names)
    tried = [(name, *_on_sheet(book.sheet(name), layout, table, key, memory)) for name in names]
    fitting = [name for name, places, wrong in tried if places and not wrong]
    if len(fitting) > 1:
        found = ", ".join(fitting)
        return [], [Difference("sheets_ambiguous", "", "", "one sheet", found, f"{key}.sheet")]
    nearest = min(tried, key=lambda one: (not one[1], len(one[2])))
    return nearest[1], nearest[2]


def _on_sheet(
    sheet: Sheet, layout: Layout, table: Table, key: str, memory: Memory
) -> tuple[list[Located], list[Difference]]:
    places = list(_header_places(sheet, table))
    tried = [(place, *_remembered_columns(sheet, layout, table, place, key, memory)) for place in places]
    fitting = [(place, columns) for place, columns, wrong in tried if not wrong]
    if not places:
        wanted = table.header.starts_at or f"{table.header.column}{table.header.row}"
        top = ", ".join(text for _, text in _first_texts(sheet, 3)) or NOTHING
        return [], [Difference("header_missing", sheet.name, "", wanted, top, f"{key}.header.starts_at")]
    if not fitting:
        nearest = min(tried, key=lambda one: len(one[2]))
        return [_located(layout, table, sheet, nearest[0], (), key)], nearest[2]
    changed = [(place, wrong) for place, _, wrong in tried if wrong and place > fitting[0][0]]
    for place, wrong in changed if table.repeats else ():
        if _is_header(sheet, place) and not _holds_another(sheet, layout, place):
            return [], wrong
    if table.repeats and (differences := _begun_otherwise(sheet, layout, table, fitting, key)):
        return [], differences
    if not table.repeats and len(fitting) > 1 and not _told_apart(layout, table):
        (row, column), text = fitting[1][0], table.header.starts_at or ""
        return [], [Difference("table_repeated", sheet.name, address(row, column), NOTHING, text, f"{key}.repeats")]
    chosen = fitting if table.repeats else fitting[:1]
    return [_located(layout, table, sheet, place, columns, key) for place, columns in chosen], []


def _begun_otherwise(
    sheet: Sheet, layout: Layout, table: Table, fitting: Sequence[tuple[_Place, tuple[Placed, ...]]], key: str
) -> list[Difference]:
    """Headers of a repeated table of which only the first cell is another one: such a block would not be looked at."""
    (first, columns), known = fitting[0], {place[0] for place, _ in fitting}
    wanted = [(one.index, text) for one in columns[1:] if (text := sheet.text(first[0], one.index))]
    rows = [
        row
        for row in range(first[0] + 1, len(sheet.rows) if len(wanted) > 1 else 0)
        if row not in known
        and all(normalised(sheet.text(row, column)) == normalised(text) for column, text in wanted)
        and not _holds_another(sheet, layout, (row, first[1]))
    ]
    return [
        Difference(
            "header_differs", sheet.name, address(row, first[1]), table.header.starts_at or sheet.text(*first),
            sheet.text(row, first[1]) or NOTHING, f"{key}.header.starts_at",
        )
        for row in rows
    ]  # fmt: skip


def _is_header(sheet: Sheet, place: tuple[int, int]) -> bool:
    """Whether a row that begins as a header does is one, and not a row of data: names, and no figure among them."""
    texts = [text for column in range(place[1], len(sheet.rows[place[0]])) if (text := sheet.text(place[0], column))]
    names = [text for text in texts if any(map(str.isalpha, text))]
    return len(names) > 1 and not any(text[0].isdigit() for text in texts)


def _holds_another(sheet: Sheet, layout: Layout, place: tuple[int, int]) -> bool:
    """Whether some table of the layout has just the header that begins at a place."""
    return any(not place_columns(sheet, table, place, "")[1] for table in layout.tables)


def _told_apart(layout: Layout, table: Table) -> bool:
    """Whether the layout itself says which of several equal headers is meant."""
    return table.header.row is not None or any(one.header.below is not None for one in layout.tables)


def _located(
    layout: Layout, table: Table, sheet: Sheet, place: tuple[int, int], columns: tuple[Placed, ...], key: str
) -> Located:
    return Located(layout, table, sheet, *place, columns, {}, key)


def _bounded(located: Sequence[Located], named: Mapping[str, str]) -> list[Located]:
    """Every table with its number, what the file's name says, and its end: where the next one of its sheet begins."""
    bounded = []
    for block, place in enumerate(located):
        later = [o for o in located if o.sheet.name == place.sheet.name and o.header_row > place.header_row]
        end = min([*(_beginning(other, place.first_data_row) for other in later), len(place.sheet.rows)])
        bounded.append(place._replace(fields={**named, **place.fields}, block=block, end=end))
    return bounded


def _beginning(place: Located, top: int) -> int:
    """Where a table below another one begins: at the text that its header stands below, at its titles, or its header.

    `top` is the other one's first row of data. Titles have no figures beside them.
    """
    if place.table.header.below:
        return _row_below(place.sheet, place.table, place.header_row)
    figures = [one.index for one in place.columns if one.holds_values]
    begins = place.header_row
    for row in range(place.header_row - 1, top - 1, -1):
        values = place.sheet.rows[row]
        filled = sum(value != "" for value in values)
        if filled > 1 and any(place.sheet.value(row, column) != "" for column in figures):
            break
        if any(_is(anywhere(title.pattern), value) for title in place.table.titles for value in values):
            begins = row
    return begins


def _row_below(sheet: Sheet, table: Table, header_row: int) -> int:
    wanted = table.header.below or ""
    rows = (row for row in range(header_row, -1, -1) for value in sheet.rows[row] if _is(wanted, value))
    return next(rows, header_row)


def _is(wanted: str, value: object) -> bool:
    return value != "" and match(wanted, value if isinstance(value, str) else text_of(value)) is not None


def _header_places(sheet: Sheet, table: Table) -> Iterator[tuple[int, int]]:
    """Where the table's header may begin, from the top."""
    header, start = table.header, 0
    if header.below is not None:
        below = next((r for r, values in enumerate(sheet.rows) for v in values if _is(header.below, v)), None)
        if below is None:
            return
        start = below + 1
    if header.row is not None:
        if header.row <= len(sheet.rows):
            yield header.row - 1, header.column_index
        return
    found = _plain_places if header.starts_at and header.starts_at[0].isalpha() else _other_places
    yield from found(sheet, header.starts_at or "", start)


def _plain_places(sheet: Sheet, wanted: str, start: int) -> Iterator[tuple[int, int]]:
    """The first cell of each row with a text that no number can be; once found, in the same column or just so spelt."""
    own, rows = normalised(wanted), sheet.rows
    first = next(
        (
            (row, column, value)
            for row in range(start, len(rows))
            for column, value in enumerate(rows[row])
            if value.__class__ is str and value and normalised(value) == own
        ),
        None,
    )
    if first is None:
        return
    yield first[:2]
    row, column, text = first
    below = range(row + 1, len(rows))
    spelt = {value for value in _column(rows, column) if value.__class__ is str and value and normalised(value) == own}
    places = {number: rows[number].index(text) for number in below if text in rows[number]}
    if places or spelt != {text}:
        places |= {n: column for n in below if column < len(rows[n]) and rows[n][column] in spelt}
    yield from sorted(places.items())


def _column(rows: Sequence[Sequence[Any]], column: int) -> set[Any]:
    """What stands in a column, each value once."""
    try:
        return {values[column] for values in rows}
    except IndexError:  # lines of a text file may be shorter
        return {values[column] for values in rows if column < len(values)}


def _other_places(sheet: Sheet, wanted: str, start: int) -> Iterator[tuple[int, int]]:
    for row in range(start, len(sheet.rows)):
        column = next((column for column, value in enumerate(sheet.rows[row]) if _is(wanted, value)), None)
        if column is not None:
            yield row, column


def _first_texts(sheet: Sheet, count: int) -> list[tuple[str, str]]:
    """Address and text of the first cells with content."""
    found: list[tuple[str, str]] = []
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if len(found) == count:
                return found
            if value != "" and (text := collapsed(text_of(value))):
                found.append((address(row, column), text))
    return found


def _remembered_columns(
    sheet: Sheet, layout: Layout, table: Table, place: tuple[int, int], key: str, memory: Memory
) -> tuple[tuple[Placed, ...], list[Difference]]:
    """place_columns, worked out once for all headers with the same texts in the same place."""
    stop = place[0] + table.header.rows + int(table.header.number_row)
    cells = tuple([tuple(row) for row in sheet.rows[place[0] : stop]])
    known = ("header", layout.layout, key, sheet.name, place, cells, sheet.merged)
    return memory.once(known, lambda: place_columns(sheet, table, place, key))
