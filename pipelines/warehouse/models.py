"""The builder of models/: plain SELECT files become tables, in the order their references demand.

Belongs here: reading a model's header and references, the checks of documentation, building a layer in one transaction,
and running its tests.
Does not belong here: what the models say (models/), templating of SQL text, and incremental builds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.domain.yaml_text import load_yaml
from pipelines.warehouse.connection import transaction

# Which schemas a layer may read; core alone knows the history in raw and ops.
LAYERS: Mapping[str, frozenset[str]] = {
    "core": frozenset({"raw", "ops", "reference", "reference_history", "core"}),
    "marts": frozenset({"reference", "core", "marts"}),
}
_HEADER = re.compile(r"\A\s*/\*(.*?)\*/", re.DOTALL)


class ModelError(Exception):
    """A model cannot be built as it is written; the message names the file and what to do."""


class ModelTestsFailed(Exception):
    """Tests found rows that break a rule; the layer was rolled back. `outcomes` holds all results."""

    def __init__(self, outcomes: Sequence[TestOutcome]) -> None:
        failed = [f"{o.test} ({o.failing_rows} rows)" for o in outcomes if o.failing_rows]
        super().__init__("failing tests, so nothing new is published: " + ", ".join(failed))
        self.outcomes = tuple(outcomes)


@dataclass(frozen=True)
class Column:
    """A published column, defined once in columns.yml."""

    name: str
    type: str
    unit: str
    description: str


@dataclass(frozen=True)
class Model:
    """One SELECT file. `depends_on` names models and tables as `schema.table`; `code_version` is its text's hash."""

    layer: str
    name: str
    description: str
    grain: tuple[str, ...]
    caveats: str
    columns: tuple[Column, ...]
    depends_on: tuple[str, ...]
    sql: str
    code_version: str

    @property
    def table(self) -> str:
        return f"{self.layer}.{self.name}"


@dataclass(frozen=True)
class ModelTest:
    """One .test.sql file: the rows it returns break the rule."""

    name: str
    layer: str
    sql: str


@dataclass(frozen=True)
class TestOutcome:
    """How many rows broke a test's rule; 0 is a pass."""

    test: str
    failing_rows: int


def load_models(folder: Path) -> tuple[Model, ...]:
    """All models below `folder` in an order in which they can be built. Raises ModelError."""
    columns = load_columns(folder)
    models = {m.table: m for layer in LAYERS for m in _models_of_layer(folder, layer, columns)}
    graph = {m.table: [d for d in m.depends_on if d in models] for m in models.values()}
    try:
        ordered = [models[table] for table in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ModelError(f"models read each other in a circle: {' → '.join(error.args[1])}") from None
    return tuple(sorted(ordered, key=lambda m: list(LAYERS).index(m.layer)))


def load_columns(folder: Path) -> dict[str, Column]:
    """columns.yml: every column that a model may publish. Raises ModelError when an entry is incomplete."""
    return _columns((folder / "columns.yml").read_text(encoding="utf-8"))


@cache
def _columns(text: str) -> dict[str, Column]:
    entries = load_yaml(text)
    try:
        return {name: Column(name, e["type"], e.get("unit", ""), e["description"]) for name, e in entries.items()}
    except (KeyError, TypeError) as error:
        raise ModelError(f"columns.yml: an entry lacks {error}") from None


def load_tests(folder: Path) -> tuple[ModelTest, ...]:
    """All tests beside the models, in order of their names."""
    return tuple(
        ModelTest(path.name.removesuffix(".test.sql"), layer, path.read_text(encoding="utf-8"))
        for layer in LAYERS
        for path in sorted((folder / layer).glob("*.test.sql"))
    )


def fingerprint(folder: Path) -> str:
    """SHA-256 over the texts of all models, tests, macros and columns.yml."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.sql"), *folder.glob("*.yml")]):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_layer(
    con: duckdb.DuckDBPyConnection, folder: Path, layer: str, now: datetime
) -> tuple[dict[str, int], tuple[TestOutcome, ...]]:
    """Build all tables of a layer and run its tests in one transaction.

    Returns the row count of every table and all test outcomes. Raises ModelError, or ModelTestsFailed with everything
    rolled back; failed outcomes are kept in ops.model_tests either way.
    """
    models = [model for model in load_models(folder) if model.layer == layer]
    try:
        with transaction(con):
            create_macros(con, folder / "macros")
            counts = {model.name: _build(con, model) for model in models}
            create_macros(con, folder / "macros" / f"after_{layer}")
            outcomes = _run_tests(con, folder, models, layer)
            if any(outcome.failing_rows for outcome in outcomes):
                raise ModelTestsFailed(outcomes)
            _keep(con, outcomes, now)
    except ModelTestsFailed as failure:
        _keep(con, failure.outcomes, now)
        raise
    return counts, outcomes


def create_macros(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create the macros of a folder: macros/ has those that models use, macros/after_<layer>/ those for its readers."""
    for path in sorted(folder.glob("*.sql")):
        con.execute(path.read_text(encoding="utf-8"))


def parsed_header(path: Path, text: str, needed: Collection[str]) -> dict[str, Any]:
    """The comment at the top of a file of SQL, as YAML. Raises ModelError when it lacks one of these entries."""
    match = _HEADER.match(text)
    try:
        header = load_yaml(match[1]) if match else None
    except yaml.YAMLError as error:
        raise ModelError(f"{path}: its header is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(header, dict) or not set(needed) <= set(header):
        entries = " and ".join(sorted(needed))
        raise ModelError(f"{path}: must begin with a comment that gives {entries} (as YAML)")
    return header


def release_macros(folder: Path) -> tuple[str, ...]:
    """The texts of the macros that a release holds, one each, in order of their names."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((folder / "macros" / "release").glob("*.sql")))


def _models_of_layer(folder: Path, layer: str, columns: Mapping[str, Column]) -> list[Model]:
    paths = sorted(p for p in (folder / layer).glob("*.sql") if not p.name.endswith(".test.sql"))
    return [_load_model(path, layer, columns) for path in paths]


def _load_model(path: Path, layer: str, columns: Mapping[str, Column]) -> Model:
    text = path.read_text(encoding="utf-8")
    header = parsed_header(path, text, {"description", "grain"})
    try:
        names, depends_on = _parsed(text)
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from None
    undocumented = [name for name in names if name not in columns]
    if undocumented:
        raise ModelError(f"{path}: columns without an entry in models/columns.yml: {', '.join(undocumented)}")
    foreign = [d for d in depends_on if d.partition(".")[0] not in LAYERS[layer]]
    if foreign:
        raise ModelError(f"{path}: {layer} may not read {', '.join(foreign)}")
    if not isinstance(header["grain"], list):
        raise ModelError(f"{path}: the grain is a list of columns: [a, b]")
    grain = tuple(header["grain"])
    if not set(grain) <= set(names):
        raise ModelError(f"{path}: the grain names columns that the model does not have")
    return Model(
        layer=layer,
        name=path.stem,
        description=" ".join(str(header["description"]).split()),
        grain=grain,
        caveats=" ".join(str(header.get("caveats", "")).split()),
        columns=tuple(columns[name] for name in names),
        depends_on=depends_on,
        sql=text,
        code_version=hashlib.sha256(text.encode()).hexdigest()[:12],
    )


def selected_columns(query: str) -> tuple[str, ...]:
    """The names of the columns that a query gives; * for all of a table. Raises ValueError for anything but a query."""
    return _parsed(query.strip().removesuffix(";"))[0]


@cache
def _parsed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Output columns and the tables read, from the text of a SELECT. Raises ValueError for anything else."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(f"not SQL: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(tree, exp.Query):
        raise ValueError("a model is one SELECT")
    tables = {f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db}
    return tuple(tree.named_selects), tuple(sorted(tables))


def _build(con: duckdb.DuckDBPyConnection, model: Model) -> int:
    try:
        con.execute(f"create or replace table {model.table} as {model.sql}")
    except duckdb.Error as error:
        raise ModelError(f"models/{model.layer}/{model.name}.sql: {error}") from error
    _check_types(con, model)
    describe(con, model, model.table)
    row = con.execute(f"select count(*) from {model.table}").fetchone()
    return int(row[0]) if row else 0


def _check_types(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    actual = {name: kind for name, kind, *_ in con.execute(f"describe {model.table}").fetchall()}
    wrong = [
        f"{c.name} is {actual[c.name]}, columns.yml says {c.type}" for c in model.columns if actual[c.name] != c.type
    ]
    if wrong:
        raise ModelError(f"models/{model.layer}/{model.name}.sql: {'; '.join(wrong)}")


def describe(con: duckdb.DuckDBPyConnection, model: Model, table: str) -> None:
    """Write the model's and its columns' descriptions as COMMENTs on a table built from it."""
    text = f"{model.description} Grain: {', '.join(model.grain)}."
    con.execute(f"comment on table {table} is {_quoted(text)}")
    for column in model.columns:
        con.execute(f"comment on column {table}.{column.name} is {_quoted(column.description)}")


def _quoted(text: str) -> str:
    # COMMENT takes no parameters; the text is the project's own, not data.
    return "'" + text.replace("'", "''") + "'"


def _run_tests(
    con: duckdb.DuckDBPyConnection, folder: Path, models: Sequence[Model], layer: str
) -> tuple[TestOutcome, ...]:
    grains = [
        ModelTest(
            f"{m.name}__grain", layer, f"select {', '.join(m.grain)} from {m.table} group by all having count(*) > 1"
        )
        for m in models
    ]
    written = [test for test in load_tests(folder) if test.layer == layer]
    return tuple(_outcome(con, test) for test in [*grains, *written])


def _outcome(con: duckdb.DuckDBPyConnection, test: ModelTest) -> TestOutcome:
    try:
        return TestOutcome(test.name, len(con.execute(test.sql).fetchall()))
    except duckdb.Error as error:
        raise ModelError(f"models/{test.layer}/{test.name}.test.sql: {error}") from None


def _keep(con: duckdb.DuckDBPyConnection, outcomes: Sequence[TestOutcome], now: datetime) -> None:
    for outcome in outcomes:
        con.execute("insert into ops.model_tests values (?, ?, ?)", [now, outcome.test, outcome.failing_rows])
