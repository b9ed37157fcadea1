"""One reference table from its CSV file: columns in any order, text cast once, every refusal with its line.

Belongs here: the form of the files (UTF-8, commas, a header), the cast of their text, and keys that stand once.
Does not belong here: which tables and columns there are (reference.py), and what must hold between tables
(reference_checks.py).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from pipelines.jurisdiction import ReferenceDataError

# The line of each row in its file, kept until all checks are done.
LINE = "_line"

_EXPECTED = {
    pl.String: "a text",
    pl.Int64: "a whole number",
    pl.Boolean: "true or false",
    pl.Date: "a date such as 2023-12-31",
}


@dataclass(frozen=True)
class TableSchema:
    """What a table's file may hold. `needed` columns must be there, and filled unless they are in `may_be_empty`.

    `key` names a row: no two may have the same. A table that is not `required` may have no file: then it is empty.
    """

    columns: Mapping[str, type[pl.DataType]]
    needed: tuple[str, ...]
    key: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    required: bool = False


def read_table(path: Path, schema: TableSchema) -> pl.DataFrame:
    """The table with all columns of its schema and LINE; a column that the file leaves out, and an empty cell, is null.

    Raises ReferenceDataError, naming file, line and column.
    """
    if not path.exists() and not schema.required:
        return pl.DataFrame(schema={**schema.columns, LINE: pl.Int64})
    header, rows = _records(path, schema)
    _check_header(path, header, schema)
    text = pl.DataFrame(
        {
            **{
                name: [row[header.index(name)] if name in header else None for _, row in rows]
                for name in schema.columns
            },
            LINE: [line for line, _ in rows],
        },
        schema={**dict.fromkeys(schema.columns, pl.String), LINE: pl.Int64},
    )
    cast = text.with_columns(_cast(name, kind) for name, kind in schema.columns.items())
    for name, kind in schema.columns.items():
        _refuse_lost_values(path, text, cast, name, kind)
    for name in schema.needed:
        if name not in schema.may_be_empty:
            _refuse_empty(path, cast, name)
    _refuse_repeated_keys(path, cast, schema.key)
    return cast


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The end of a sentence: `; did you mean …?` where something known is near."""
    found = get_close_matches(wanted, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else "."


def refuse_unknown_files(folder: Path, known: Collection[str]) -> None:
    """Raise ReferenceDataError for a CSV that is no reference table: a misspelt name would leave a table empty."""
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in known:
            raise ReferenceDataError(
                f"{path}: there is no reference table of this name{nearest(path.stem, known)} "
                f"Known are {', '.join(known)}."
            )


def _records(path: Path, schema: TableSchema) -> tuple[list[str], list[tuple[int, list[str | None]]]]:
    """The header, and the line and the cells of every row that is not empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = list(_numbered(file))
    except FileNotFoundError:
        raise ReferenceDataError(f"{path}: not found. It must have the columns {', '.join(schema.needed)}.") from None
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"{path}: byte {error.start} is not UTF-8; save the file as CSV UTF-8.") from None
    except csv.Error as error:
        raise ReferenceDataError(f"{path}: {error}.") from None
    if not records:
        raise ReferenceDataError(f"{path}: is empty. Its first line must name the columns {', '.join(schema.needed)}.")
    (_, header), *rows = records
    return header, [(line, _fitted(path, line, cells, len(header))) for line, cells in rows]


def _numbered(file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record with any text; a record may span several lines."""
    reader = csv.reader(file, skipinitialspace=True, strict=True)
    line = 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield line, stripped
        line = reader.line_num + 1


def _fitted(path: Path, line: int, cells: Sequence[str], width: int) -> list[str | None]:
    if any(cells[width:]):
        raise ReferenceDataError(
            f"{path}, line {line}: {len(cells)} cells for {width} columns; put a text with a comma in quotes."
        )
    return [cells[n] or None if n < len(cells) else None for n in range(width)]


def _check_header(path: Path, header: Sequence[str], schema: TableSchema) -> None:
    known = list(schema.columns)
    for name in header:
        if name not in known:
            separator = " Separate the columns by commas." if ";" in name or "\t" in name else ""
            raise ReferenceDataError(
                f"{path}, line 1: the column {name!r} is not known{nearest(name, known)} "
                f"Known are {', '.join(known)}.{separator}"
            )
        if header.count(name) > 1:
            raise ReferenceDataError(f"{path}, line 1: the column {name} stands more than once; leave one of them out.")
    for name in schema.needed:
        if name not in header:
            raise ReferenceDataError(
                f"{path}, line 1: the column {name} is missing; needed are {', '.join(schema.needed)}."
            )


def _cast(name: str, kind: type[pl.DataType]) -> pl.Expr:
    column = pl.col(name)
    if kind is pl.Boolean:  # spreadsheets write TRUE
        words = {"true": True, "false": False}
        return column.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    if kind is pl.Date:
        return column.str.to_date("%Y-%m-%d", strict=False)
    return column.cast(kind, strict=False)


def _refuse_lost_values(path: Path, text: pl.DataFrame, cast: pl.DataFrame, name: str, kind: type[pl.DataType]) -> None:
    lost = text.filter(text[name].is_not_null() & cast[name].is_null())
    if lost.height:
        raise ReferenceDataError(
            f"{path}, line {lost[LINE][0]}, column {name}: {lost[name][0]!r} is not {_EXPECTED[kind]}."
        )


def _refuse_empty(path: Path, table: pl.DataFrame, name: str) -> None:
    empty = table.filter(pl.col(name).is_null())
    if empty.height:
        raise ReferenceDataError(f"{path}, line {empty[LINE][0]}, column {name}: is empty; every row needs it.")


def _refuse_repeated_keys(path: Path, table: pl.DataFrame, key: Sequence[str]) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for line, row in zip(table[LINE], table.select(key).rows() if key else (), strict=bool(key)):
        if row in seen:
            raise ReferenceDataError(
                f"{path}, line {line}, column {key[0]}: {', '.join(map(str, row))} stands in line {seen[row]} already; "
                "leave one of them out."
            )
        seen[row] = line
