"""Whether the numbers of published tables are led back to parts that make them.

Belongs here: explaining rows of every table of models/lineage.yml and adding their parts up.
Does not belong here: reading the cells again (tests/reopening.py), which worlds are asked (the tests).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import yaml

from pipelines.settings import MODELS
from pipelines.warehouse import lineage
from pipelines.warehouse.models import Model

TOLD = yaml.safe_load((MODELS / lineage.FILE).read_text(encoding="utf-8"))


def not_led_back(con: duckdb.DuckDBPyConnection, models: Sequence[Model], rows: int) -> list[str]:
    """Numbers for which no parts are named, or whose parts do not add up to them; of so many rows of each table."""
    grains = {model.name: model.grain for model in models if model.layer == "marts"}
    return [wrong for table in TOLD for wrong in _of_table(con, models, table, grains[table], rows)]


def _of_table(
    con: duckdb.DuckDBPyConnection, models: Sequence[Model], table: str, grain: Sequence[str], rows: int
) -> Iterator[str]:
    keys = ", ".join(grain)
    for row in con.execute(f"select {keys} from marts.{table} order by hash({keys}) limit {rows}").fetchall():
        where = {key: str(value) for key, value in zip(grain, row, strict=True) if value is not None}
        explained = lineage.explain(con, MODELS, models, table, where)
        told = {given.column.partition(":")[0] for given in explained.inputs}
        for given in explained.inputs:
            # of limits of a territory, nothing may lie wholly within it, and rounding widens them
            if given.declarations or given.value is None or given.column in ("at_least", "at_most"):
                continue
            if not given.parts or given.together not in (None, given.value):
                yield f"{table} {where} {given.column}: {given.value} of {[part.value for part in given.parts]}"
        if isinstance(TOLD[table], dict):
            left_out = (column for column in TOLD[table] if explained.row[column] is not None and column not in told)
            yield from (
                f"{table} {where} {column}: nothing" for column in left_out if _is_asked(table, column, explained.row)
            )


def _is_asked(table: str, column: str, row: dict[str, object]) -> bool:
    specs = TOLD[table][column]
    return any(lineage.applies(spec, row) for spec in (specs if isinstance(specs, list) else [specs]))
