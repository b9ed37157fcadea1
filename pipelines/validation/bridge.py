"""The bridge between Great Expectations and an open DuckDB connection, in one place so that it can be swapped.

Belongs here: lending the connection, one Expectation for rules that are SQL predicates.
Does not belong here: which rules there are. Imports Great Expectations, so it is imported only where rules are run.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import Any, ClassVar

import duckdb
import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.compatibility import pydantic
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial
from sqlalchemy import Engine, event
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.pool import StaticPool


def _silence_exit() -> None:
    """Drop what native code writes after Python has ended.

    With GX and the DuckDB dialect in one process, DuckDB 2.0's binding prints pages of harmless "leaked" notes then.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


atexit.register(_silence_exit)


class _RowRuleMetric(ColumnMapMetricProvider):  # type: ignore[misc]  # GX ships no types
    condition_metric_name = "column_values.row_rule"
    condition_value_keys = ("rule",)

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(cls, column: Any, rule: str, **_: Any) -> Any:
        # The predicate is the project's own text (rules.py), never data. Null counts as good.
        return sa.literal_column(f"coalesce(({rule}), true)", type_=sa.Boolean)


class ExpectRowRule(ColumnMapExpectation):  # type: ignore[misc]  # GX ships no types
    """Expect every row to make the SQL predicate `rule` true. GX evaluates all of them in one SELECT over the table."""

    rule: str = pydantic.Field(description="DuckDB SQL over the row's columns, true for a good row.")

    map_metric: ClassVar[str] = "column_values.row_rule"
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "rule")


class _Lent(ConnectionWrapper):  # type: ignore[misc]  # the package ships no types
    """A connection that GX reads through but neither commits, rolls back nor closes: its owner does."""

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


@event.listens_for(Engine, "after_cursor_execute")
def _fetch_at_once(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    # GX hands the connection back before it fetches, and DuckDB drops unread rows on the roll-back that follows.
    if conn.dialect.name == "duckdb" and cursor.description:
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, cursor.description, cursor.fetchall())


def add_duckdb(context: Any, con: duckdb.DuckDBPyConnection) -> Any:
    """A GX data source that reads through the open connection; GX may not close it."""
    return context.data_sources.add_sql(
        name="staging",
        connection_string="duckdb://",
        kwargs={"creator": lambda: _Lent(con), "poolclass": StaticPool},
    )
