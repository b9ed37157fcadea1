"""A table's header against its layout, column by column, and every difference with its cell.

Belongs here: the texts of a header, the columns in their places, the least change from one to the other.
Does not belong here: finding the header on a sheet (recognition.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.submissions.layouts import Column, Table
from pipelines.submissions.texts import collapsed, is_pattern, match, normalised
from pipelines.submissions.workbooks import Sheet, address

NOTHING = "—"


@dataclass(frozen=True)
class Difference:
    """One point in which a file is not what a layout expects; `key` is where in the layout file that is written."""

    code: str
    sheet: str
    cell: str
    expected: str
    found: str
    key: str


@dataclass(frozen=True)
class Placed:
    """A column of a table where it stands in a file; `fields` are given by its header and the layout for it alone."""

    column: Column
    index: int
    place: str
    fields: Mapping[str, str]

    @property
    def holds_values(self) -> bool:
        """Whether its cells are figures or printed rates."""
        return self.column.holds_figures or self.column.ratio is not None


def place_columns(
    sheet: Sheet, table: Table, place: tuple[int, int], key: str
) -> tuple[tuple[Placed, ...], list[Difference]]:
    """The columns of a table whose header begins at a place, and in what the header differs from the layout's."""
    texts = header_texts(sheet, table, *place)
    placed, complete = _walk(table.columns, texts, place[1], key)
    differences = [] if complete else list(_side_by_side(sheet, table.columns, texts, place, key))
    return placed, differences or list(_structure_differences(sheet, table, place, placed, key))


def header_texts(sheet: Sheet, table: Table, header_row: int, first_column: int) -> list[str]:
    """The header of every column up to the last that has any: the texts of its rows, each once, joined by ` / `."""
    rows = range(header_row, header_row + table.header.rows)
    merged = {
        (row, column): (top, left)
        for (top, left), (bottom, right) in sheet.merged
        if top <= rows[-1] and bottom >= header_row
        for row in range(max(top, header_row), min(bottom, rows[-1]) + 1)
        for column in range(left, right + 1)
    }
    width = max((len(sheet.rows[row]) for row in rows if row < len(sheet.rows)), default=0)
    grid = [[collapsed(sheet.text(*merged.get((r, c), (r, c)))) for c in range(first_column, width)] for r in rows]
    if table.header.fill:
        grid[:-1] = [_filled(row) for row in grid[:-1]]
    texts = [" / ".join(dict.fromkeys(text for text in levels if text)) for levels in zip(*grid, strict=True)]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _filled(texts: list[str]) -> list[str]:
    filled: list[str] = []
    for text in texts:
        filled.append(text or (filled[-1] if filled else ""))
    return filled


def _walk(columns: Sequence[Column], texts: Sequence[str], first: int, key: str) -> tuple[tuple[Placed, ...], bool]:
    """The columns in their places, and whether every header was as expected."""
    placed: list[Placed] = []
    at = 0
    for number, column in enumerate(columns):
        most = len(texts) if column.times == "any" else column.times
        taken = 0
        while taken < most:
            text = texts[at] if at < len(texts) else ""
            fields = match(column.header, text)
            if fields is None or (at >= len(texts) and column.times != 1):
                break
            placed.append(Placed(column, first + at, f"{key}.columns[{number}]", {**column.fields, **fields}))
            taken, at = taken + 1, at + 1
        if taken == 0 or (column.times != "any" and taken < column.times):
            return tuple(placed), False
    return tuple(placed), at >= len(texts)


def _side_by_side(
    sheet: Sheet, columns: Sequence[Column], texts: Sequence[str], place: tuple[int, int], key: str
) -> Iterator[Difference]:
    """What stands where something else was expected, told by the least change that leads from one to the other."""
    expected = [
        (f"{key}.columns[{number}].header", column.header)
        for number, column in enumerate(columns)
        for _ in range(_length(column, texts))
    ]
    wanted = [header if is_pattern(header) else normalised(header) for _, header in expected]
    patterns = [header for header in dict.fromkeys(wanted) if is_pattern(header)]
    found = [next((p for p in patterns if match(p, text) is not None), normalised(text)) for text in texts]
    for _, left, right, start, stop in difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        for step in range(max(right - left, stop - start)):
            own = expected[left + step] if left + step < right else None
            other = texts[start + step] if start + step < stop else NOTHING
            if own is None or other == NOTHING or match(own[1], other) is None:
                cell = address(place[0], place[1] + min(start + step, stop))
                name = own[0] if own else f"{key}.columns[{_nearest_column(columns, left, texts)}]"
                yield Difference("header_differs", sheet.name, cell, own[1] if own else NOTHING, other or NOTHING, name)


def _length(column: Column, texts: Sequence[str]) -> int:
    if column.times != "any":
        return column.times
    return max(1, sum(match(column.header, text) is not None for text in texts))


def _nearest_column(columns: Sequence[Column], position: int, texts: Sequence[str]) -> int:
    """The number of the layout's column at a position among all that it stands for."""
    passed = 0
    for number, column in enumerate(columns):
        passed += _length(column, texts)
        if passed > position:
            return number
    return len(columns)


def _structure_differences(
    sheet: Sheet, table: Table, place: tuple[int, int], placed: Sequence[Placed], key: str
) -> Iterator[Difference]:
    """What a right header can still hide: a merged area that reaches into the data, and a row taken for numbers."""
    last = place[0] + table.header.rows - 1 + int(table.header.number_row)
    columns = {column.index for column in placed}
    for (top, left), (bottom, right) in sheet.merged:
        if top <= last < bottom and top >= place[0] and columns & set(range(left, right + 1)):
            area = f"{address(top, left)}:{address(bottom, right)}"
            end = f"a header that ends in row {last + 1}"
            yield Difference("merge_crosses_header", sheet.name, address(top, left), end, area, f"{key}.header.rows")
    if table.header.number_row and not _is_number_row(sheet, last, columns):
        found = ", ".join(text for column in sorted(columns)[:6] if (text := collapsed(sheet.text(last, column))))
        cell = address(last, place[1])
        yield Difference(
            "number_row_missing", sheet.name, cell, "1, 2, 3, …", found or NOTHING, f"{key}.header.number_row"
        )


def _is_number_row(sheet: Sheet, row: int, columns: set[int]) -> bool:
    """Column numbers, in whatever brackets, count upwards one by one; figures do not."""
    texts = [collapsed(sheet.text(row, column)).strip("()[]. ") for column in sorted(columns)]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return (
        len(numbers) > 0 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= len(texts)
    )
