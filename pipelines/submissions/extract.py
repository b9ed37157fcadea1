"""Take the figures out of a recognised table, with the fields that its titles, labels and headers give them.

Belongs here: one table of one file, as it stands; a value is a row and a column of it.
Does not belong here: finding the table (recognition.py), its rows (labels.py), putting the values of many tables into
one frame (gathering.py), and the worth of a text (counts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.submissions.headers import Placed
from pipelines.submissions.labels import CELL_OF, Fields, Labels, labels_of, recoded
from pipelines.submissions.layouts import BLANK_IN_TOTAL, COMMON_MARKS, Layout, Table
from pipelines.submissions.memory import Memory
from pipelines.submissions.number_formats import GENERAL
from pipelines.submissions.recognition import Located
from pipelines.submissions.texts import anywhere, collapsed, is_pattern, match, normalised
from pipelines.submissions.workbooks import Sheet, address, column_letters, kind_of, text_of

# What a count looks like in any country's text.
_WHOLE_NUMBER = re.compile(r"\s*\d{1,3}(?:[.,\u00a0\u202f ]?\d{3})*\s*")


@dataclass(frozen=True, eq=False)
class FigureColumn:
    """A column that holds figures: what is the same in every row of it, and in every file of its form.

    `place` is its key in the layout; `stated` says whether its own unit is one whose figures are statements, if it has
    one. A column of totals has '' for what it sums over. `marks` are normalised texts, and patterns.
    """

    index: int
    place: str
    letters: str
    ratio: bool
    total_over: str | None
    stated: bool | None
    fields: Mapping[str, str]
    marks: Mapping[str, str]

    @cached_property
    def marks_numbers(self) -> bool:
        """Whether a number, such as -1, is a mark."""
        return any(text.lstrip("-").isdecimal() for text in self.marks)


class Figures(NamedTuple):
    """The cells of one column, one entry a row.

    A column of numbers and blanks has them as `numbers`, None for a blank; any other has texts, kinds, and what its
    marks say. Formats (None: all General) and hidden cells (None: no cell) only where there are any.
    """

    column: FigureColumn
    numbers: Sequence[float | None] | None
    texts: list[str] | None
    kinds: list[str] | None
    marks: list[str | None] | None
    formats: list[str | None] | None
    hidden: list[bool] | None


class Extracted(NamedTuple):
    """The values of one table, without the cells they were taken from. `fields` hold for all of them.

    `outside` is the first cell with content beside the columns; `below` the first figure below the end of the table in
    a row with a label, and the label; `ragged` the first row that has another number of cells than the header: its
    cell, its width and the header's.
    """

    layout: Layout
    table: Table
    sheet: str
    block: int
    fields: Mapping[str, str]
    date_format: str
    labels: Labels
    figures: tuple[Figures, ...]
    outside: str
    below: tuple[str, str] | None
    ragged: tuple[str, int, int] | None

    @property
    def has_figures(self) -> bool:
        """Whether any of its rows is one of figures, however bad they are."""
        return "data" in self.labels.kinds


def extract(located: Located, declared: Mapping[str, str], memory: Memory | None = None) -> Extracted:
    """All values of a table; a blank cell of a measure is a value too (its figure is missing).

    `declared` are the fields that the sidecar gives: they stand before the layout's constants, not before what is
    printed.
    """
    memory = memory or Memory()
    fields, date_format = _fields_of_table(located, declared)
    cells = located.data_columns()
    labels = labels_of(located, cells, memory)
    columns = memory.once(("figures", id(located.columns)), lambda: (located.columns, _figure_columns(located)))[1]
    return Extracted(
        located.layout, located.table, located.sheet.name, located.block,
        {name: recoded(located, name, text) for name, text in fields.items()} if located.layout.recode else fields,
        date_format, labels,
        tuple([_figures(located.sheet, one, labels.pick(cells[one.index]), labels, memory) for one in columns]),
        _outside(located, labels.rows), _below(located, labels.end), _ragged(located, labels.rows),
    )  # fmt: skip


def is_stated(table: Table, unit: str | None) -> bool | None:
    """Whether the figures of a unit are what the source states of the nation or a cluster; None without a unit."""
    return None if unit is None else any(match(text, unit) is not None for text in table.stated)


# --- fields --------------------------------------------------------------------------------------------------------


def _fields_of_table(located: Located, declared: Mapping[str, str]) -> tuple[Fields, str]:
    """Fields of the whole table, the stronger ones last: constants, sidecar, names of file and sheet, titles."""
    table = located.table
    fields = {**located.layout.constants, **table.constants, **declared, **located.fields}
    date_format = "%Y-%m-%d"
    for title in table.titles:
        given = dict(_search_titles(located, title.pattern))
        fields |= given
        date_format = (title.date_format if given else None) or date_format
    return fields, date_format


def _search_titles(located: Located, pattern: str) -> Iterator[tuple[str, str]]:
    """What the nearest text above gives: of the table's own titles first, then of those above all tables."""
    place, found = _nearest_title(located, pattern, 0)
    for name, text in found.items():
        yield name, text
        if name in CELL_OF:
            yield CELL_OF[name], address(*place)


def _nearest_title(located: Located, pattern: str, top: int) -> tuple[tuple[int, int], Mapping[str, str]]:
    """The cell of the nearest text above that fits, from row `top` on, and what it gives; nothing without any."""
    wanted = anywhere(pattern)
    for row in range(located.header_row + located.table.header.rows - 1, top - 1, -1):
        for column, value in enumerate(located.sheet.rows[row]):
            found = match(wanted, value if value.__class__ is str else text_of(value)) if value != "" else None
            if found:
                return (row, column), found
    return (0, 0), {}


def block_without_title(blocks: Sequence[Located]) -> tuple[Located, int] | None:
    """The first block of a repeated table (all of them on one sheet) without a title that others have, and its number.

    A title that stands above the first one only is one for all.
    """
    tops = [0, *(block.first_data_row for block in blocks[:-1])]
    for number, title in enumerate(blocks[0].table.titles):
        own = [bool(_nearest_title(block, title.pattern, top)[1]) for block, top in zip(blocks, tops, strict=True)]
        if any(own[1:]) and not all(own):
            return blocks[own.index(False)], number
    return None


# --- figures -------------------------------------------------------------------------------------------------------


def _figure_columns(located: Located) -> tuple[FigureColumn, ...]:
    return tuple(_figure_column(located, placed) for placed in located.columns if placed.holds_values)


def _figure_column(located: Located, placed: Placed) -> FigureColumn:
    column = placed.column
    given = {"measure": column.measure, **placed.fields} if column.measure else placed.fields
    fields = {name: recoded(located, name, text) for name, text in given.items()}
    fields |= {CELL_OF[n]: address(located.header_row, placed.index) for n in placed.fields if n in CELL_OF}
    if column.total_over is not None:
        blank = dict.fromkeys(BLANK_IN_TOTAL[column.total_over], "")
        fields = {**blank, **fields} if column.total_over == "period" else {**fields, **blank}
    return FigureColumn(
        placed.index,
        placed.place,
        column_letters(placed.index),
        column.ratio is not None,
        column.total_over,
        is_stated(located.table, fields.get("unit")),
        fields,
        _marks(COMMON_MARKS, located.layout.marks, column.marks),
    )


def _marks(*sources: Mapping[str, str]) -> dict[str, str]:
    return {text if is_pattern(text) else normalised(text): mark for source in sources for text, mark in source.items()}


def _figures(sheet: Sheet, column: FigureColumn, values: tuple[Any, ...], labels: Labels, memory: Memory) -> Figures:
    rows = labels.rows
    numbers = None if sheet.marks or column.marks_numbers else _numbers(values)
    texts, kinds, marks = _texts(values, column.marks) if numbers is None else (None, None, None)
    if kinds is not None and sheet.marks:
        kinds = [sheet.marks.get((row, column.index), kind) for row, kind in zip(rows, kinds, strict=True)]
    hidden = bool(sheet.hidden_rows or sheet.hidden_columns)
    # Forms of one kind are formatted alike: the same formats, labels and columns come again and again.
    known = ("formats", sheet.has_formats, id(sheet.formats), id(labels), column.index)
    formats = memory.once(known, lambda: (sheet.formats, labels, _formats(sheet, column.index, rows)))[2]
    return Figures(
        column, numbers, texts, kinds, marks,
        formats, [sheet.hidden(row, column.index) for row in rows] if hidden else None,
    )  # fmt: skip


def _formats(sheet: Sheet, column: int, rows: Sequence[int]) -> list[str | None] | None:
    if not sheet.has_formats:
        return [None] * len(rows)
    formats = [sheet.formats.get((row, column), GENERAL) or None for row in rows]
    return None if formats.count(GENERAL) == len(formats) else formats


def _numbers(values: Sequence[Any]) -> Sequence[float | None] | None:
    """The usual column of a workbook, numbers and blanks and nothing else; None for any other."""
    kinds = list(map(type, values))
    known = kinds.count(float)
    if known == len(values):
        return values
    if known + kinds.count(str) < len(values) or [value for value in values if value.__class__ is str and value]:
        return None
    return [value if value.__class__ is float else None for value in values]


def _texts(values: tuple[Any, ...], marks: Mapping[str, str]) -> tuple[list[str], list[str], list[str | None]]:
    """Text and kind of every value, and what the layout says a text without a figure means."""
    texts: list[str] = []
    kinds: list[str] = []
    found: list[str | None] = []
    patterns = {text: mark for text, mark in marks.items() if is_pattern(text)}
    for value in values:
        if value.__class__ is str:
            texts.append(value)
            shown = normalised(value)
            kinds.append("text" if shown else "empty")
            found.append(marks.get(shown) or (_mark_by_pattern(value, patterns) if patterns and shown else None))
        else:
            texts.append(text_of(value))
            kinds.append(kind_of(value))
            found.append(marks.get(texts[-1]))
    return texts, kinds, found


def _mark_by_pattern(text: str, patterns: Mapping[str, str]) -> str | None:
    return next((mark for pattern, mark in patterns.items() if match(pattern, text) is not None), None)


# --- what does not fit ---------------------------------------------------------------------------------------------


def _outside(located: Located, rows: Sequence[int]) -> str:
    """The first cell with content right of the table's columns, in its rows."""
    stop, cells = located.columns[-1].index + 1, located.sheet.rows
    for row in rows:
        values = cells[row]
        if len(values) > stop:
            for column, value in enumerate(values[stop:], stop):
                if value != "" and text_of(value).strip():
                    return address(row, column)
    return ""


def _below(located: Located, end: int) -> tuple[str, str] | None:
    """The first figure below the table's end in a row with a label before the columns of figures, and the label."""
    rows, start = located.sheet.rows, located.first_column
    # The row that ends the table is a remark, whatever stands in it; most remarks are a text alone.
    wide = [row for row in range(end + 1, located.end) if len(rows[row]) - rows[row].count("") > 1]
    for row in wide:
        figures = [placed.index for placed in located.columns if placed.column.holds_figures]
        labels = [value for value in rows[row][start : figures[0]] if kind_of(value) == "text"]
        for column in figures if labels else ():
            if column < len(rows[row]) and _is_count(rows[row][column]):
                return address(row, column), collapsed(labels[0])
    return None


def _is_count(value: object) -> bool:
    return kind_of(value) == "number" or (isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) is not None)


def _ragged(located: Located, rows: Sequence[int]) -> tuple[str, int, int] | None:
    """The first row that has another number of cells than the header; rows of a workbook all have the same."""
    cells, width = located.sheet.rows, len(located.sheet.rows[located.header_row])
    odd = next((row for row in rows if len(cells[row]) != width), None)
    return None if odd is None else (address(odd, 0), len(cells[odd]), width)
