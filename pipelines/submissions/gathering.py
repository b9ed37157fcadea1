"""Put the values of many files into one frame.

Belongs here: tables, columns, rows and cells as frames, joined; the evidence that sidecars declare.
Does not belong here: reading a file (reading.py) and the worth of any text (tidy.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import polars as pl

from pipelines.submissions.extract import Extracted, FigureColumn, is_stated
from pipelines.submissions.labels import Labels
from pipelines.submissions.layouts import DIMENSIONS
from pipelines.submissions.sidecars import Sidecar

# The fields of a figure and the cells in which they were read ('' for a constant or the sidecar's).
FIELDS: tuple[str, ...] = (*DIMENSIONS, "unit_cell", "offence_cell", "window_cell")

# One row a value, everything still text. `role` is `count`, `statement` (what a source says of a cluster or the
# nation), `total` (the form's own sum, never data), `ratio` (a printed rate, never data) or `stray` (below the total).
# `place` is the column's key in the layout; `mark` is what the layout says a cell without a figure means.
READ: dict[str, type[pl.DataType]] = {
    "submission_id": pl.String,
    "file": pl.String,
    "layout": pl.String,
    "source_id": pl.String,
    "revision": pl.Int64,
    "received_on": pl.Date,
    "sheet": pl.String,
    "block": pl.Int64,
    "cell": pl.String,
    "raw_text": pl.String,
    "cell_kind": pl.String,
    "number_format": pl.String,
    "hidden": pl.Boolean,
    "mark": pl.String,
    "role": pl.String,
    "total_over": pl.String,
    "place": pl.String,
    "measure": pl.String,
    **dict.fromkeys(FIELDS, pl.String),
    "date_format": pl.String,
    "derived_from": pl.String,
}
_OF_FILE = ("submission_id", "file", "layout", "source_id", "revision", "received_on")
_OF_CELL = ("raw_text", "cell_kind", "mark", "number_format", "hidden")
_ROLES = {"counts": "count", "statement": "statement"}


def gather(files: Iterable[tuple[Mapping[str, object], Sidecar, Sequence[Extracted]]]) -> pl.DataFrame:
    """The values of many files (READ), file by file, table by table; each file as its identity, sidecar and tables."""
    known = [(own, sidecar, table) for own, sidecar, tables in files for table in tables if table.figures]
    if not known:
        return pl.DataFrame(schema=READ)
    tables = [table for _, _, table in known]
    labels = list({id(table.labels): table.labels for table in tables}.values())
    columns = list({id(f.column): f.column for table in tables for f in table.figures}.values())
    cells = _cells(tables, labels, columns)
    parts = {"column": _columns(columns), "label": _labels(labels, tables), "table": _tables(known)}
    # Rows are numbered, so they are taken by number: a join would have to look for them.
    wide = pl.concat([cells, *(part[cells[name]] for name, part in parts.items())], how="horizontal")
    number = pl.col("number")
    blank = number.is_null() & pl.col("cell_kind").is_null()
    values = wide.select(
        *_OF_FILE, "number_format", "hidden",
        pl.coalesce(number.cast(pl.Int64).cast(pl.String), "raw_text", pl.lit("")).alias("raw_text"),
        pl.coalesce("cell_kind", pl.when(blank).then(pl.lit("empty")).otherwise(pl.lit("number"))).alias("cell_kind"),
        pl.coalesce("mark", pl.when(blank).then("blank_mark")).alias("mark"),
        "sheet", "block", "place", "date_format",
        pl.concat_str("letters", "row").alias("cell"),
        _role().alias("role"),
        _total_over().alias("total_over"),
        *(_first_given(name, wide.columns) for name in (*FIELDS, "measure")),
    )  # fmt: skip
    if any("stray" in one.kinds for one in labels):
        values = values.filter((pl.col("role") != "stray") | (pl.col("cell_kind") != "empty"))
    return _with_evidence(values, known).select(READ.keys())


def _cells(tables: Sequence[Extracted], labels: Sequence[Labels], columns: Sequence[FigureColumn]) -> pl.DataFrame:
    """One row a cell: its table, column and label by number, and what stands in it."""
    first_label = dict(zip(map(id, labels), _starts(len(one.rows) for one in labels), strict=True))
    column_number = {id(column): number for number, column in enumerate(columns)}
    found: dict[str, list[Any]] = {name: [] for name in ("table", "column", "label", "number", *_OF_CELL)}
    for number, table in enumerate(tables):
        count, start = len(table.labels.rows), first_label[id(table.labels)]
        for figures in table.figures:
            found["table"].extend(repeat(number, count))
            found["column"].extend(repeat(column_number[id(figures.column)], count))
            found["label"].extend(range(start, start + count))
            found["number"].extend(repeat(None, count) if figures.numbers is None else figures.numbers)
            for name, own in (("raw_text", figures.texts), ("cell_kind", figures.kinds), ("mark", figures.marks)):
                found[name].extend(own if figures.numbers is None else repeat(None, count))
            found["number_format"].extend(repeat("General", count) if figures.formats is None else figures.formats)
            found["hidden"].extend(repeat(False, count) if figures.hidden is None else figures.hidden)
    numbers = {**dict.fromkeys(("table", "column", "label"), pl.UInt32), "number": pl.Float64}
    return pl.DataFrame(found, schema={**numbers, **{n: READ[n] for n in found if n not in numbers}})


def _columns(columns: Sequence[FigureColumn]) -> pl.DataFrame:
    own = {
        "place": [column.place for column in columns],
        "letters": [column.letters for column in columns],
        "ratio": [column.ratio for column in columns],
        "blank_mark": [column.marks.get("") for column in columns],
        "column_over": [column.total_over for column in columns],
        "column_stated": [column.stated for column in columns],
        "measure:column": [column.measure for column in columns],
    }
    fields = {
        f"{name}:column": [column.fields.get(name) for column in columns] for name in _given(c.fields for c in columns)
    }
    kinds = {"ratio": pl.Boolean, "column_stated": pl.Boolean}
    return _frame({**own, **fields}, kinds)


def _labels(labels: Sequence[Labels], tables: Sequence[Extracted]) -> pl.DataFrame:
    """One row a row of a form; forms with the same labels share them."""
    forms = {id(table.labels): table.table for table in tables}
    units = [(forms[id(one)], unit) for one in labels for unit in one.fields.get("unit", repeat(None, len(one.rows)))]
    own = {
        "row": [str(row + 1) for one in labels for row in one.rows],
        "kind": [kind for one in labels for kind in one.kinds],
        "row_stated": [is_stated(form, unit) if form.stated else None for form, unit in units],
    }
    fields = {
        f"{name}:label": [text for one in labels for text in one.fields.get(name, repeat(None, len(one.rows)))]
        for name in _given(one.fields for one in labels)
    }
    return _frame({**own, **fields}, {"row_stated": pl.Boolean})


def _tables(known: Sequence[tuple[Mapping[str, object], Sidecar, Extracted]]) -> pl.DataFrame:
    tables = [table for _, _, table in known]
    own = {
        **{name: [file[name] for file, _, _ in known] for name in _OF_FILE},
        "sheet": [table.sheet for table in tables],
        "block": [table.block for table in tables],
        "date_format": [table.date_format for table in tables],
        "data_role": [_ROLES[table.layout.holds] for table in tables],
        "row_over": [table.table.rows.total_over for table in tables],
        "table_stated": [is_stated(table.table, table.fields.get("unit")) for table in tables],
    }
    fields = {
        f"{name}:table": [table.fields.get(name) for table in tables] for name in _given(t.fields for t in tables)
    }
    kinds: dict[str, type[pl.DataType]] = {"table_stated": pl.Boolean}
    kinds |= {name: READ[name] for name in (*_OF_FILE, "block")}
    return _frame({**own, **fields}, kinds)


def _frame(columns: Mapping[str, Any], kinds: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(dict(columns), schema={name: kinds.get(name, pl.String) for name in columns})


def _starts(lengths: Iterable[int]) -> list[int]:
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    return starts[:-1]


def _total_over() -> pl.Expr:
    """What a total sums over: its column's dimension, its row's, or both."""
    row = pl.when(pl.col("kind") == "total").then("row_over")
    both = pl.col("column_over").is_not_null() & row.is_not_null() & (pl.col("column_over") != row)
    return pl.when(both).then(pl.lit("offence+unit")).otherwise(pl.coalesce("column_over", row))


def _role() -> pl.Expr:
    stated = pl.coalesce("column_stated", "row_stated", "table_stated").fill_null(value=False)
    return (
        pl.when(pl.col("kind") == "stray")
        .then(pl.lit("stray"))
        .when("ratio")
        .then(pl.lit("ratio"))
        .when(_total_over().is_not_null())
        .then(pl.lit("total"))
        .when(stated)
        .then(pl.lit("statement"))
        .otherwise("data_role")
    )


def _given(fields: Iterable[Mapping[str, object]]) -> list[str]:
    """The fields that any of them gives, in the order of READ."""
    given = {name for one in fields for name in one}
    return [name for name in (*FIELDS, "measure") if name in given]


def _first_given(name: str, columns: Sequence[str]) -> pl.Expr:
    """What the column's header says of a field, else the row's labels, else the table."""
    places = [place for place in (f"{name}:column", f"{name}:label", f"{name}:table") if place in columns]
    return pl.coalesce(*places, pl.lit("")).alias(name)


def _with_evidence(
    values: pl.DataFrame, known: Sequence[tuple[Mapping[str, object], Sidecar, Extracted]]
) -> pl.DataFrame:
    """The evidence of each measure, as the row prints it or else as the sidecar declares it."""
    entries = {
        (own["submission_id"], measure, entry.evidence, entry.citation, entry.derived_from)
        for own, sidecar, _ in known
        for measure, entry in sidecar.evidence.items()
    }
    names = ("submission_id", "measure", "_evidence", "_citation", "derived_from")
    if entries:
        declared = pl.DataFrame(list(entries), schema=dict.fromkeys(names, pl.String), orient="row")
        values = values.join(declared, on=["submission_id", "measure"], how="left", maintain_order="left")
    else:
        values = values.with_columns(pl.lit(None, pl.String).alias(name) for name in names[2:])
    return values.with_columns(
        window_basis=_first_stated(pl.col("window_basis"), pl.lit("printed")),
        evidence=_first_stated(pl.col("evidence"), pl.col("_evidence"), pl.lit("submitted")),
        citation=_first_stated(pl.col("citation"), pl.col("_citation"), pl.lit("")),
    )


def _first_stated(*texts: pl.Expr) -> pl.Expr:
    return pl.coalesce(*(pl.when(text != "").then(text) for text in texts[:-1]), texts[-1])
