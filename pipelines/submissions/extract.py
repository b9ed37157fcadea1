"""Take every value out of a recognised table, with its cell and the dimensions the layout finds for it.

Belongs here: walking the cells of one file, once.
Does not belong here: the worth of a text (tidy.py works on all files of a run at once).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize

import polars as pl

from pipelines.submissions.layouts import FIELDS, Column, Located, normalised
from pipelines.submissions.workbooks import address

_DIMENSIONS = tuple(field for field in FIELDS if field not in ("measure", "value"))

# One row a value, everything still text. `role` is `count`, `total` (printed below them, never data), `stray` (a value
# below the total) or `statement` (what a source says of a cluster or the nation). `<field>_cell` is where a field was
# read, empty when it is a constant or comes from the sidecar.
EXTRACTED: dict[str, type[pl.DataType]] = {
    "sheet": pl.String,
    "cell": pl.String,
    "raw_text": pl.String,
    "cell_kind": pl.String,
    "hidden": pl.Boolean,
    "role": pl.String,
    "measure": pl.String,
    **dict.fromkeys(_DIMENSIONS, pl.String),
    "unit_cell": pl.String,
    "offence_cell": pl.String,
    "window_cell": pl.String,
    "date_format": pl.String,
}


class _Text(NamedTuple):
    text: str
    cell: str


_NOWHERE = _Text("", "")
_DATA_ROLE = {"counts": "count", "statement": "statement"}


def extract(located: Located, declared: Mapping[str, str]) -> list[tuple[object, ...]]:
    """All values of a table as rows of EXTRACTED; a blank cell of a measure is a row too (its figure is missing).

    `declared` are fields that the sidecar gives: they stand before the layout's constants, not before what is printed.
    """
    common, date_format = _common_fields(located, declared)
    values: list[tuple[object, ...]] = []
    ended = False
    for row in _table_rows(located):
        total = _is_total(located, row)
        role = "stray" if ended else "total" if total else _DATA_ROLE[located.layout.holds]
        values += _values_of_row(located, row, role, common, date_format)
        ended = ended or total
    return values


def _common_fields(located: Located, declared: Mapping[str, str]) -> tuple[dict[str, _Text], str]:
    """Fields of the whole table: constants, before them what the sidecar declares, before both what titles say."""
    fields = {name: _Text(text, "") for name, text in {**located.layout.constants, **declared}.items()}
    date_format = "%Y-%m-%d"
    for title in located.layout.titles:
        for name, text in _search_titles(located, title.pattern):
            fields[name] = text
        date_format = title.date_format or date_format
    return fields, date_format


def _search_titles(located: Located, pattern: str) -> Iterator[tuple[str, _Text]]:
    wanted = re.compile(pattern)
    for row in range(located.header_row):
        for column in range(len(located.sheet.rows[row])):
            match = wanted.search(" ".join(normalize("NFC", located.sheet.text(row, column)).split()))
            if match:
                yield from ((name, _Text(text, address(row, column))) for name, text in match.groupdict().items())
                return


def _table_rows(located: Located) -> Iterator[int]:
    """Rows of the table with something in them, until a footer or the sheet's end."""
    rules, columns = located.layout.rows, range(len(located.layout.columns))
    footers = tuple(normalised(text) for text in rules.footers)
    for row in range(located.first_data_row, len(located.sheet.rows)):
        texts = [normalised(located.sheet.text(row, located.first_column + column)) for column in columns]
        if not any(texts):
            continue
        if footers and any(text.startswith(footers) for text in texts):
            return
        yield row


def _is_total(located: Located, row: int) -> bool:
    label = located.layout.rows.total
    texts = (located.sheet.text(row, located.first_column + column) for column in range(2))
    return label is not None and any(normalised(text) == normalised(label) for text in texts)


def _values_of_row(
    located: Located, row: int, role: str, common: Mapping[str, _Text], date_format: str
) -> Iterator[tuple[object, ...]]:
    columns = list(enumerate(located.layout.columns, located.first_column))
    own = {c.field: _Text(located.sheet.text(row, i).strip(), address(row, i)) for i, c in columns if c.field}
    fields = {**common, **({} if role == "total" else own)}
    for index, column in columns:
        # Below the total nothing is data; what stands there all the same must not vanish unseen.
        if _holds_value(column) and (role != "stray" or located.sheet.text(row, index).strip()):
            measure = column.measure or own["measure"].text
            yield _extracted(located, row, index, role, measure, fields, date_format)


def _holds_value(column: Column) -> bool:
    return column.measure is not None or column.field == "value"


def _extracted(
    located: Located, row: int, column: int, role: str, measure: str, fields: Mapping[str, _Text], date_format: str
) -> tuple[object, ...]:
    sheet = located.sheet
    return (
        sheet.name,
        address(row, column),
        sheet.text(row, column),
        sheet.kind(row, column),
        sheet.hidden(row, column),
        role,
        measure,
        *(fields.get(name, _NOWHERE).text for name in _DIMENSIONS),
        fields.get("unit", _NOWHERE).cell,
        fields.get("offence", _NOWHERE).cell,
        fields.get("window_start", _NOWHERE).cell,
        date_format,
    )
