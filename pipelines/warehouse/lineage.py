"""Where a published number comes from: from a row of a table to the cells of the files that were received.

Belongs here: finding the row, the figures it is made of (models/lineage.yml), and the values those were read from.
Does not belong here: telling it (publication/lineage_page.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    "basis", "source_id", "other_period_id",
)  # fmt: skip
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
    value: int
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
class Input:
    """A column of the row with its number and the values it is made of; `basis` says how they were put together."""

    column: str
    value: int | None
    basis: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Explanation:
    """A row of a published table and the numbers in it, each led back."""

    table: str
    row: Mapping[str, Any]
    grain: Mapping[str, Any]
    inputs: tuple[Input, ...]


def explain(
    con: duckdb.DuckDBPyConnection, folder: Path, models: Sequence[Model], table: str, where: Mapping[str, str]
) -> Explanation:
    """Lead the numbers of one row back to files and cells. `con` is a connection to the private warehouse.

    Raises LineageError: there is no such table or column, or the conditions fit no row or several.
    """
    told = _load(folder)
    model = next((m for m in models if m.layer == "marts" and m.name == table), None)
    if model is None or table not in told:
        raise LineageError(f"{table} cannot be explained; these can: {', '.join(sorted(told))}")
    try:
        row = _row(con, model, where)
    except duckdb.CatalogException:
        raise LineageError("nothing is built yet; `ccw run` does it") from None
    nation = con.execute("select nation_id from reference.jurisdiction").fetchall()[0][0]
    inputs = [
        _input(con, column, spec, row, nation)
        for column, specs in told[table].items()
        for spec in (specs if isinstance(specs, list) else [specs])
        if _applies(spec, row)
    ]
    return Explanation(table, row, {key: row[key] for key in model.grain}, tuple(inputs))


def _load(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        told: dict[str, dict[str, Any]] = load_yaml((folder / FILE).read_text(encoding="utf-8"))
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


def _applies(spec: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(row[column] in values for column, values in spec.get("when", {}).items())


def _input(
    con: duckdb.DuckDBPyConnection, column: str, spec: Mapping[str, Any], row: Mapping[str, Any], nation: str
) -> Input:
    keys = {key: _key(key, spec, row) for key in _KEYS}
    if keys["scope_type"] == "nation":
        keys |= {"scope_type": "unit", "scope_id": nation}
    if keys["basis"] == "either":
        return _either(con, column, keys, row[column])
    return Input(column, row[column], str(keys["basis"]), tuple(_parts(con, keys)))


def _either(con: duckdb.DuckDBPyConnection, column: str, keys: Mapping[str, Any], value: int | None) -> Input:
    """The row does not say whether its number is of counts or stated: whichever gives it, of one source."""
    counted = _parts(con, {**keys, "basis": "counts"})
    if counted and sum(part.value for part in counted) == value:
        return Input(column, value, "counts", tuple(counted))
    stated = [part for part in _parts(con, {**keys, "basis": "control_total"}) if part.value == value]
    return Input(column, value, "control_total", tuple(stated[:1]))


def _key(key: str, spec: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
    told = spec.get(key, f"={key}" if key in row else _DEFAULTS.get(key))
    if isinstance(told, str) and told.startswith("="):
        return row[told[1:]]
    return told


def _parts(con: duckdb.DuckDBPyConnection, keys: Mapping[str, Any]) -> list[Part]:
    if keys["source_id"] == "several" or keys["basis"] != "control_total":
        keys = {**keys, "source_id": None}
    found = _rows(con, statement("figure_parts"), keys)
    return [Part(**values, findings=_findings(con, values)) for values in found]


def _findings(con: duckdb.DuckDBPyConnection, part: Mapping[str, Any]) -> tuple[Finding, ...]:
    where = {name: part[name] for name in ("submission_id", "sheet", "cell")}
    return tuple(Finding(**values) for values in _rows(con, statement("figure_findings"), where))


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, dict(values))
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
