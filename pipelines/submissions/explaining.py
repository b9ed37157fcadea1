"""Show how each cell of a file is read by a layout, for people who write layouts.

Belongs here: the role of every cell, and a text table of them.
Does not belong here: reading itself (recognition.py, extract.py) and drafting layouts (suggesting.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import polars as pl

from pipelines.submissions.extract import Extracted
from pipelines.submissions.labels import CELL_OF
from pipelines.submissions.recognition import Located
from pipelines.submissions.texts import collapsed
from pipelines.submissions.workbooks import Sheet, address, column_letters

# What a cell can be, in the order in which the legend names them.
ROLES = {
    "H": "header",
    "N": "column number",
    "t": "title that gives a field",
    "L": "label",
    "F": "figure",
    "S": "stated total of the nation or a cluster",
    "T": "control total",
    "R": "printed rate",
    "x": "expected, not read",
    ".": "not part of a table",
    "!": "would be lost: a figure below the total, or beside the table",
}
_OF_VALUE = {"count": "F", "statement": "S", "total": "T", "ratio": "R", "stray": "!"}
_WIDTH = 18
_FIRST, _LAST = 12, 6

Cell = tuple[str, str]  # sheet and address


def annotate(located: Sequence[Located], tables: Sequence[Extracted], values: pl.DataFrame) -> dict[Cell, str]:
    """The role (a key of ROLES) of every cell with content on the sheets of the tables.

    `values` are what the tables gave (gathering.READ): sheet, cell and role. A sum has all its cells.
    """
    roles: dict[Cell, str] = {}
    for place, table in zip(located, tables, strict=True):
        roles |= dict.fromkeys(_written(place.sheet, range(len(place.sheet.rows))), ".") | roles
        roles |= dict.fromkeys(_titles(place, table), "t")
        for row in range(place.header_row, place.first_data_row):
            numbers = place.table.header.number_row and row == place.first_data_row - 1
            roles |= {(place.sheet.name, address(row, one.index)): "N" if numbers else "H" for one in place.columns}
        for row in table.labels.rows:
            for one in place.columns:
                roles[place.sheet.name, address(row, one.index)] = "L" if one.column.is_label else "x"
        if table.outside:
            roles[place.sheet.name, table.outside] = "!"
    for sheet, cell, role in values.select("sheet", "cell", "role").rows():
        roles |= {(sheet, one): _OF_VALUE[role] for one in cell.split("+")}
    filled = {cell for place in located for cell in _written(place.sheet, range(len(place.sheet.rows)))}
    return {cell: role for cell, role in roles.items() if cell in filled}


def _written(sheet: Sheet, rows: range) -> Iterator[Cell]:
    """The cells with content."""
    for row in rows:
        for column, value in enumerate(sheet.rows[row]):
            if value != "" and sheet.text(row, column).strip():
                yield sheet.name, address(row, column)


def _titles(place: Located, table: Extracted) -> list[Cell]:
    return [(place.sheet.name, text) for name, text in table.fields.items() if name.endswith("_cell") and text]


def explanation(
    located: Sequence[Located], tables: Sequence[Extracted], values: pl.DataFrame, rows: int = _FIRST
) -> list[str]:
    """The fields of each table, its columns, every sheet as a table of annotated cells, and how many there are of each.

    Of a long run of rows that are read alike only the first `rows` and the last are shown.
    """
    roles = annotate(located, tables, values)
    lines: list[str] = []
    for place, table in zip(located, tables, strict=True):
        lines += _about(place, table)
    for name, sheets in groupby(located, key=lambda one: one.sheet.name):
        lines += ["", f"Sheet {name!r}" if name else "Table", *_grid(next(sheets).sheet, roles, rows)]
    counts = Counter(roles.values())
    lines += ["", *(f"  {role}  {counts[role]:>6}  {meaning}" for role, meaning in ROLES.items() if counts[role])]
    return lines


def _about(place: Located, table: Extracted) -> list[str]:
    """What holds for the whole table, and what each column gives."""
    header = address(place.header_row, place.first_column)
    lines = ["", f"{place.key} of layouts/{place.layout.layout}.yml, header in {header}"]
    for name, text in table.fields.items():
        if not name.endswith("_cell"):
            lines.append(f"  {name} = {text!r} ({_origin(place, table, name)})")
    for one in place.columns:
        column = one.column
        use = column.field or column.measure or column.pattern or ", ".join(column.levels) or "not read"
        if column.ratio is not None:
            use = f"printed rate: {column.ratio.of} of {column.ratio.to}"
        given = ", ".join(f"{name} = {text!r}" for name, text in one.fields.items() if text)
        total = f", total over {column.total_over}" if column.total_over else ""
        lines.append(f"  {column_letters(one.index):>3}  {use}{total}{f' ({given})' if given else ''}")
    return lines


def _origin(place: Located, table: Extracted, name: str) -> str:
    """Where a field of the whole table was taken from."""
    cell = table.fields.get(CELL_OF.get(name, ""))
    if cell:
        return cell
    for fields, origin in ((place.fields, "name of file or sheet"), (place.table.constants, "constant")):
        if fields.get(name) == table.fields[name]:
            return origin
    return "constant" if place.layout.constants.get(name) == table.fields[name] else "title or sidecar"


def _grid(sheet: Sheet, roles: Mapping[Cell, str], first: int) -> list[str]:
    rows = [(row, _row_roles(sheet, roles, row)) for row in range(len(sheet.rows))]
    written = [(row, own) for row, own in rows if own]
    lines: list[str] = []
    for _, same in groupby(written, key=lambda one: "".join(sorted(set(one[1].values())))):
        run = [row for row, _ in same]
        left_out = len(run) - first - _LAST
        head, tail = (run[:first], run[-_LAST:]) if left_out > 0 else (run, [])
        lines += [_line(sheet, roles, row) for row in head]
        lines += [f"       … {left_out} rows alike"] if tail else []
        lines += [_line(sheet, roles, row) for row in tail]
    return lines


def _row_roles(sheet: Sheet, roles: Mapping[Cell, str], row: int) -> dict[int, str]:
    return {
        column: role
        for column in range(len(sheet.rows[row]))
        if (role := roles.get((sheet.name, address(row, column)))) is not None
    }


def _line(sheet: Sheet, roles: Mapping[Cell, str], row: int) -> str:
    cells = [
        f"{column_letters(column)}:{role} {_short(collapsed(sheet.text(row, column)))}"
        for column, role in _row_roles(sheet, roles, row).items()
    ]
    return f"{row + 1:>6} │ " + " │ ".join(cells)


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
