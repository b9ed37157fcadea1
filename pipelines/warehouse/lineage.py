"""Where a published number comes from: from a row of a table to the cells of the files that were received.

Belongs here: finding the row, the figures it is made of (models/lineage.yml), and the values those were read from.
Does not belong here: telling it (publication/lineage_page.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.domain.yaml_text import load_yaml
from pipelines.warehouse.connection import statement
from pipelines.warehouse.models import Model, ModelError

FILE = "lineage.yml"
_KEYS = (
    "scope_type", "scope_id", "period_id", "accumulation", "series_id", "definition_version", "offence_code", "measure",
    "basis", "source_id", "other_period_id", "other_measure", "known_on", "revision", "level", "age_months",
    "declared", "declared_key",
)  # fmt: skip
_LEVEL_KEYS = (
    "scope_type", "scope_id", "period_id", "accumulation", "series_id", "definition_version", "offence_code", "measure",
    "source_id",
)  # fmt: skip
_DECLARATION_KEYS = ("declared", "declared_key", "scope_type", "scope_id", "period_id")
# Several parts of a version are files that stated the same on that day.
_ALTERNATIVES = ("version",)
_OTHER_VERSION = "the tables were built by another version of this program; `ccw run` builds them anew"
_DEFAULTS = {"accumulation": "increment", "basis": "counts"}


class LineageError(Exception):
    """The question cannot be answered; the message says what is asked wrongly and what can be asked."""


@dataclass(frozen=True)
class Finding:
    """What a rule said of the cell, or of its file."""

    code: str
    severity: str
    sheet: str
    cell: str
    found: str
    is_open: bool


@dataclass(frozen=True)
class Part:
    """A value that was read: what it is of, where it stands, and in what text."""

    role: str
    scope_type: str
    scope_id: str
    name: str
    value: int | None
    status: str
    source_id: str
    revision: int
    evidence: str | None
    derived_from: str | None
    known_on: Any
    submission_id: str
    file: str
    sheet: str | None
    cell: str
    raw_text: str | None
    corrected_from: str | None
    sha256: str
    layout: str | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Declaration:
    """A line of a reference table: the table, the line's key, what it says, and where that was published."""

    table: str
    key: str
    text: str
    citation: str | None


@dataclass(frozen=True)
class Input:
    """A number of the row, or of a row it follows from, and what it is made of; `basis` says how (lineage.yml)."""

    column: str
    value: int | None
    basis: str
    parts: tuple[Part, ...] = ()
    declarations: tuple[Declaration, ...] = ()

    @property
    def together(self) -> int | None:
        """What the parts add up to, where they are to be added up."""
        numbers = [part.value for part in self.parts if part.value is not None]
        return sum(numbers) if numbers and self.basis not in _ALTERNATIVES else None


@dataclass(frozen=True)
class Explanation:
    """A row of a published table and the numbers in it, each led back."""

    table: str
    row: Mapping[str, Any]
    grain: Mapping[str, Any]
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class _Asked:
    """The warehouse, the folder of the models, its marts by name, what lineage.yml says of them, the nation's unit."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    marts: Mapping[str, Model]
    told: Mapping[str, Any]
    nation: str


def explain(
    con: duckdb.DuckDBPyConnection, folder: Path, models: Sequence[Model], table: str, where: Mapping[str, str]
) -> Explanation:
    """Lead the numbers of one row back to files and cells. `con` is a connection to the private warehouse.

    Raises LineageError: there is no such table or column, or the conditions fit no row or several.
    """
    told = _load(folder)
    marts = {model.name: model for model in models if model.layer == "marts"}
    if table not in marts or table not in told:
        raise LineageError(f"{table} cannot be explained; these can: {', '.join(sorted(told))}")
    try:
        row = _row(con, marts[table], where)
    except duckdb.CatalogException:
        raise LineageError("nothing is built yet; `ccw run` does it") from None
    except duckdb.BinderException:
        raise LineageError(_OTHER_VERSION) from None
    if set(row) != {column.name for column in marts[table].columns}:
        raise LineageError(_OTHER_VERSION)
    nation = con.execute("select nation_id from reference.jurisdiction").fetchall()[0][0]
    inputs = tuple(_inputs(_Asked(con, folder, marts, told, nation), table, row))
    return Explanation(table, row, {key: row[key] for key in marts[table].grain}, inputs)


def _load(folder: Path) -> Mapping[str, Any]:
    try:
        told: dict[str, Any] = load_yaml((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ModelError(f"{folder / FILE}: cannot be used ({error})") from None
    return told


def _row(con: duckdb.DuckDBPyConnection, model: Model, where: Mapping[str, str]) -> dict[str, Any]:
    columns = {column.name for column in model.columns}
    unknown = sorted(set(where) - columns)
    if unknown:
        raise LineageError(
            f"{model.name} has no column {', '.join(unknown)}; a row is named by {', '.join(model.grain)}"
        )
    condition = " and ".join(f"{column}::varchar = ${column}" for column in where) or "true"
    found = _rows(con, f"from {model.table} where {condition} order by all limit 11", where)
    if len(found) != 1:
        telling = [key for key in model.grain if len({row[key] for row in found}) > 1]
        several = "; ".join(" ".join(f"{key}={row[key]}" for key in telling) for row in found[:10])
        counted = "several rows" if found else "no row"
        raise LineageError(f"{model.name}: {counted} with these values{f'; add one of: {several}' if found else ''}")
    return found[0]


def _inputs(asked: _Asked, table: str, row: Mapping[str, Any]) -> Iterator[Input]:
    specs = asked.told[table]
    if isinstance(specs, str):
        yield from _of_query(asked, specs, row)
        return
    for column, listed in specs.items():
        for spec in listed if isinstance(listed, list) else [listed]:
            if not applies(spec, row):
                continue
            if "rows_of" in spec:
                yield from _of_rows(asked, column, spec, row)
            else:
                yield _input(asked, column, {key: _key(key, spec, row) for key in _KEYS}, row[column])


def applies(spec: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether an entry of lineage.yml is for this row."""
    return all(row[column] in values for column, values in spec.get("when", {}).items())


def _of_query(asked: _Asked, name: str, row: Mapping[str, Any]) -> Iterator[Input]:
    sql = (asked.folder / name).read_text(encoding="utf-8")
    for figure in _rows(asked.con, sql, {"row": dict(row)}):
        yield _input(asked, figure["column"], {key: figure.get(key) for key in _KEYS}, figure.get("value"))


def _of_rows(asked: _Asked, column: str, spec: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Input]:
    """The inputs of rows of another table, or of this one, from which the number follows."""
    model = asked.marts[spec["rows_of"]]
    if row[column] is None:
        return
    told = {*(key for key in model.grain if key in row), *spec} - {key for key, value in spec.items() if value is None}
    keys = {column.name: _key(column.name, spec, row) for column in model.columns if column.name in told}
    condition = " and ".join(f"{key} is not distinct from ${key}" for key in keys)
    found = _rows(asked.con, f"from {model.table} where {condition} order by all", keys)
    for other in found[: spec.get("limit")]:
        if other == row:
            continue
        named = ", ".join([model.name, *(f"{key}={other[key]}" for key in model.grain if other[key] != row.get(key))])
        for given in _inputs(asked, model.name, other):
            if "columns" not in spec or given.column.partition(":")[0] in spec["columns"]:
                yield replace(given, column=f"{column}: {given.column} ({named})")


def _input(asked: _Asked, column: str, keys: Mapping[str, Any], value: int | None) -> Input:
    if keys["scope_type"] == "nation":
        keys = {**keys, "scope_type": "unit", "scope_id": asked.nation}
    basis = str(keys["basis"])
    if basis == "declared":
        return Input(column, value, basis, declarations=tuple(_declarations(asked.con, keys)))
    if value is None and basis != "cell":
        return Input(column, None, basis)
    if basis == "either":
        keys = {**keys, **_level(asked.con, keys, value)}
    parts = _parts(asked.con, keys)
    if basis == "version":
        stated = {(part.submission_id, part.sheet, part.cell): part for part in parts if part.value == value}
        parts = list(stated.values())
    return Input(column, value, str(keys["basis"]), tuple(parts))


def _declarations(con: duckdb.DuckDBPyConnection, keys: Mapping[str, Any]) -> list[Declaration]:
    found = _rows(con, statement("figure_declarations"), {key: keys[key] for key in _DECLARATION_KEYS})
    return [Declaration(table=str(keys["declared"]), **values) for values in found]


def _level(con: duckdb.DuckDBPyConnection, keys: Mapping[str, Any], value: int | None) -> Mapping[str, Any]:
    """The row does not say whether its number is of counts or stated."""
    found = _rows(con, statement("figure_level"), {**{key: keys[key] for key in _LEVEL_KEYS}, "value": value})
    return found[0] if found else {}


def _key(key: str, spec: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
    told = spec.get(key, f"={key}" if key in row else _DEFAULTS.get(key))
    if isinstance(told, str) and told.startswith("="):
        return row[told[1:]]
    return told


def _parts(con: duckdb.DuckDBPyConnection, keys: Mapping[str, Any]) -> list[Part]:
    if keys["source_id"] == "several" or keys["basis"] not in ("control_total", "source", "version"):
        keys = {**keys, "source_id": None}
    found = _rows(con, statement("figure_parts"), {key: keys[key] for key in _KEYS if key not in _DECLARATION_KEYS[:2]})
    return [Part(**values, findings=_findings(con, values)) for values in found]


def _findings(con: duckdb.DuckDBPyConnection, part: Mapping[str, Any]) -> tuple[Finding, ...]:
    where = {name: part[name] for name in ("submission_id", "sheet", "cell")}
    return tuple(Finding(**values) for values in _rows(con, statement("figure_findings"), where))


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, dict(values))
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
