"""Put the values of many files into one frame.

Belongs here: tables, columns, rows and cells as frames, joined; the evidence that sidecars declare.
Does not belong here: reading a file (reading.py) and the worth of any text (tidy.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain, repeat
from typing import Any, TypeVar

import polars as pl

from pipelines.submissions.extract import Extracted, FigureColumn, Figures, is_stated
from pipelines.submissions.labels import Labels
from pipelines.submissions.layouts import DIMENSIONS
from pipelines.submissions.number_formats import GENERAL
from pipelines.submissions.sidecars import Sidecar
from pipelines.submissions.workbooks import text_of

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
    "corrected_from": pl.String,
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
    "nil": pl.Boolean,
}
_OF_FILE = ("submission_id", "file", "layout", "source_id", "revision", "received_on")
_NAMES = (*FIELDS, "measure")
_EVIDENCE = ("measure", "evidence", "citation", "window_basis")
_ROLES = {"counts": "count", "statement": "statement"}

# Beyond this a floating-point number no longer tells whole numbers apart.
_LARGEST_WHOLE = 2**53

_File = tuple[Mapping[str, object], Sidecar, Extracted]
_Run = tuple[int, Figures]  # a column of a table: the number of the table, and its cells
_Givers = Mapping[str, Sequence[str]]
_T = TypeVar("_T")


def gather(files: Iterable[tuple[Mapping[str, object], Sidecar, Sequence[Extracted]]]) -> pl.DataFrame:
    """The values of many files (READ), file by file, table by table; each file as its identity, sidecar and tables."""
    known = [(own, sidecar, table) for own, sidecar, tables in files for table in tables if table.labels.rows]
    runs = [(number, figures) for number, (_, _, table) in enumerate(known) for figures in table.figures]
    if not runs:
        return pl.DataFrame(schema=READ)
    tables = [table for _, _, table in known]
    labels, columns = _once(table.labels for table in tables), _once(figures.column for _, figures in runs)
    givers = _givers(columns, labels, tables)
    of_run = _side_by_side(
        givers,
        _columns(columns, givers)[_numbers_of((figures.column for _, figures in runs), columns)],
        _tables(known, givers)[[number for number, _ in runs]],
    )
    evidence_by_label = any("label" in givers[name] for name in _EVIDENCE)
    if not evidence_by_label:
        of_run = _with_evidence(of_run, known)
    # Here each run becomes its cells. Labels are numbered and taken by number: a join would have to look for them.
    cells = of_run.with_columns(label=_label_numbers(runs, tables, labels)).explode("label")
    values = _side_by_side(givers, cells, _labels(labels, tables, givers)[cells["label"]], _contents(runs))
    if evidence_by_label:
        values = _with_evidence(values, known)
    own = {
        "cell": pl.concat_str("letters", "row"),
        "corrected_from": pl.lit(None, pl.String),  # corrections.py
        "mark": pl.coalesce("mark", pl.when(pl.col("cell_kind") == "empty").then(_meaning_of_blank())),
        "role": _role(),
        "total_over": _total_over(),
        **{name: pl.lit("") for name, parts in givers.items() if not parts},
    }
    values = values.select(own.get(name, pl.col(name)).alias(name) for name in READ)
    if any("stray" in one.kinds for one in labels):
        values = values.filter((pl.col("role") != "stray") | (pl.col("cell_kind") != "empty"))
    return values


# --- who gives a field ---------------------------------------------------------------------------------------------


def _givers(
    columns: Sequence[FigureColumn], labels: Sequence[Labels], tables: Sequence[Extracted]
) -> dict[str, tuple[str, ...]]:
    """By field the parts that may give it, the strongest first: the column's header, the row's labels, the table."""
    given = {
        "column": {name for one in columns for name in one.fields},
        "label": {name for one in labels for name in one.fields},
        "table": {name for one in tables for name in one.fields}.union(_EVIDENCE),
    }
    return {name: tuple(part for part, names in given.items() if name in names) for name in _NAMES}


def _fields(part: str, givers: _Givers, texts: Callable[[str], Iterable[str | None]]) -> dict[str, list[str | None]]:
    """What a part gives, field by field: under its own name where no other part can, else marked with the part's."""
    own = [name for name, parts in givers.items() if part in parts]
    return {
        **{f"{name}:{part}": list(texts(name)) for name in own if len(givers[name]) > 1},
        **{name: [text or "" for text in texts(name)] for name in own if len(givers[name]) == 1},
    }


def _side_by_side(givers: _Givers, *parts: pl.DataFrame) -> pl.DataFrame:
    """Frames of equal height as one, with every field of which all parts are there: the strongest that gives it."""
    whole = pl.concat(parts, how="horizontal")
    there = {name: [f"{name}:{part}" for part in parts] for name, parts in givers.items() if len(parts) > 1}
    return whole.with_columns(
        pl.coalesce(*marked, pl.lit("")).alias(name)
        for name, marked in there.items()
        if name not in whole.columns and set(marked) <= set(whole.columns)
    )


def _once(things: Iterable[_T]) -> list[_T]:
    """Each thing once: files of one form share what they have in common."""
    return list({id(one): one for one in things}.values())


def _numbers_of(things: Iterable[_T], among: Sequence[_T]) -> list[int]:
    numbers = {id(one): number for number, one in enumerate(among)}
    return [numbers[id(one)] for one in things]


def _frame(columns: Mapping[str, Any], kinds: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(dict(columns), schema={name: kinds.get(name, pl.String) for name in columns})


# --- runs ----------------------------------------------------------------------------------------------------------


def _columns(columns: Sequence[FigureColumn], givers: _Givers) -> pl.DataFrame:
    own = {
        "place": [column.place for column in columns],
        "letters": [column.letters for column in columns],
        "ratio": [column.ratio for column in columns],
        "blank_mark": [column.marks.get("") for column in columns],
        "column_over": [column.total_over for column in columns],
        "column_stated": [column.stated for column in columns],
    }
    fields = _fields("column", givers, lambda name: (column.fields.get(name) for column in columns))
    return _frame({**own, **fields}, {"ratio": pl.Boolean, "column_stated": pl.Boolean})


def _tables(known: Sequence[_File], givers: _Givers) -> pl.DataFrame:
    tables = [table for _, _, table in known]
    own = {
        **{name: [file[name] for file, _, _ in known] for name in _OF_FILE},
        "nil": [sidecar.nil for _, sidecar, _ in known],
        "sheet": [table.sheet for table in tables],
        "block": [table.block for table in tables],
        "date_format": [table.date_format for table in tables],
        "data_role": [_ROLES[table.layout.holds] for table in tables],
        "row_over": [table.table.rows.total_over for table in tables],
        "table_stated": [is_stated(table.table, table.fields.get("unit")) for table in tables],
    }
    fields = _fields("table", givers, lambda name: (table.fields.get(name) for table in tables))
    kinds: dict[str, type[pl.DataType]] = {"table_stated": pl.Boolean, "nil": pl.Boolean}
    return _frame({**own, **fields}, kinds | {name: READ[name] for name in (*_OF_FILE, "block")})


def _with_evidence(frame: pl.DataFrame, known: Sequence[_File]) -> pl.DataFrame:
    """The evidence of each measure, as the row prints it or else as the sidecar declares it."""
    entries = {
        (own["submission_id"], measure, entry.evidence, entry.citation, entry.derived_from)
        for own, sidecar, _ in known
        for measure, entry in sidecar.evidence.items()
    }
    names = ("submission_id", "measure", "_evidence", "_citation", "derived_from")
    if entries:
        declared = pl.DataFrame(list(entries), schema=dict.fromkeys(names, pl.String), orient="row")
        frame = frame.join(declared, on=["submission_id", "measure"], how="left", maintain_order="left")
    else:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names[2:])
    return frame.with_columns(
        window_basis=_first_stated(pl.col("window_basis"), pl.lit("printed")),
        evidence=_first_stated(pl.col("evidence"), pl.col("_evidence"), pl.lit("submitted")),
        citation=_first_stated(pl.col("citation"), pl.col("_citation"), pl.lit("")),
    )


def _first_stated(*texts: pl.Expr) -> pl.Expr:
    return pl.coalesce(*(pl.when(text != "").then(text) for text in texts[:-1]), texts[-1])


# --- cells ---------------------------------------------------------------------------------------------------------


def _labels(labels: Sequence[Labels], tables: Sequence[Extracted], givers: _Givers) -> pl.DataFrame:
    """One row a row of a form; forms with the same labels share them."""
    forms = {id(table.labels): table.table for table in tables}
    units = [(forms[id(one)], unit) for one in labels for unit in one.fields.get("unit", repeat(None, len(one.rows)))]
    own = {
        "row": [str(row + 1) for one in labels for row in one.rows],
        "kind": [kind for one in labels for kind in one.kinds],
        "row_stated": [is_stated(form, unit) if form.stated else None for form, unit in units],
    }
    fields = _fields(
        "label", givers, lambda name: (t for o in labels for t in o.fields.get(name, repeat(None, len(o.rows))))
    )
    return _frame({**own, **fields}, {"row_stated": pl.Boolean})


def _label_numbers(runs: Sequence[_Run], tables: Sequence[Extracted], labels: Sequence[Labels]) -> pl.Expr:
    """For each run the numbers of its cells' labels, as a list."""
    starts = [0, *accumulate(len(one.rows) for one in labels)]
    number = _numbers_of((table.labels for table in tables), labels)
    first, behind = ([starts[number[table] + step] for table, _ in runs] for step in (0, 1))
    return pl.int_ranges(pl.Series(first), pl.Series(behind), dtype=pl.UInt32)


def _contents(runs: Sequence[_Run]) -> pl.DataFrame:
    """What stands in the cells, one row a cell: all that READ says of one but the mark that a blank has."""
    figures = [one for _, one in runs]
    counts = [len((one.numbers if one.texts is None else one.texts) or ()) for one in figures]

    def whole(parts: Sequence[Sequence[object] | None], kind: type[pl.DataType], default: object = None) -> pl.Expr:
        if all(part is None for part in parts):
            return pl.lit(default, kind)
        return pl.lit(_end_to_end(parts, counts, kind, default))

    numbers = _number_texts(_end_to_end([one.numbers for one in figures], counts, pl.Float64))
    kind = pl.when(numbers.is_null()).then(pl.lit("empty")).otherwise(pl.lit("number"))
    return pl.select(
        raw_text=pl.coalesce(whole([one.texts for one in figures], pl.String), numbers, pl.lit("")),
        cell_kind=pl.coalesce(whole([one.kinds for one in figures], pl.String), kind),
        mark=whole([one.marks for one in figures], pl.String),
        number_format=whole([one.formats for one in figures], pl.String, GENERAL),
        hidden=whole([one.hidden for one in figures], pl.Boolean, default=False),
    )


def _end_to_end(
    parts: Sequence[Sequence[object] | None], counts: Sequence[int], kind: type[pl.DataType], default: object = None
) -> pl.Series:
    """All parts in a row; in place of a part that is None the default, as often as is counted."""
    whole = (repeat(default, count) if part is None else part for part, count in zip(parts, counts, strict=True))
    return pl.Series(list(chain.from_iterable(whole)), dtype=kind)


def _number_texts(numbers: pl.Series) -> pl.Series:
    """Numbers as texts.text_of gives them: nearly all are whole."""
    whole = (numbers == numbers.floor()) & (numbers.abs() <= _LARGEST_WHOLE)
    texts = numbers.cast(pl.Int64, strict=False).cast(pl.String)
    others = (~whole).arg_true()
    return texts.scatter(others, [text_of(number) for number in numbers[others]]) if others.len() else texts


def _meaning_of_blank() -> pl.Expr:
    """What the layout says of a blank; in a nil report it is zero."""
    return pl.when("nil").then(pl.lit("zero")).otherwise("blank_mark")


def _total_over() -> pl.Expr:
    """What a total sums over: its column's dimension, its row's, or both, in the order of the alphabet."""
    row = pl.when(pl.col("kind") == "total").then("row_over")
    column = pl.col("column_over")
    both = column.is_not_null() & row.is_not_null() & (column != row)
    in_order = pl.when(column < row).then(pl.format("{}+{}", column, row)).otherwise(pl.format("{}+{}", row, column))
    return pl.when(both).then(in_order).otherwise(pl.coalesce(column, row))


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
