"""Run all rules over the staged rows, once, and fill the quarantine; and those between submissions over core.

Belongs here: the GX suites, one run of each, and turning its answer into findings and held-back rows.
Does not belong here: single rules (rules.py), and what becomes of the findings (warehouse/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

import duckdb

from pipelines.domain.findings import Severity
from pipelines.validation.rules import BETWEEN, RULES, Rule

_EXAMPLES = 5
# Counts and the query for all failing rows; never a sample that looks complete.
_RESULT_FORMAT = {
    "result_format": "BASIC",
    "unexpected_index_column_names": ["row_id"],
    "return_unexpected_index_query": True,
    "partial_unexpected_count": _EXAMPLES,
}


# Of a rule's code, which is the project's own text: that a row's window lies outside the rule's dates.
_OUTSIDE = (
    "window_end not between coalesce((select valid_from from staging.rule_dates where code = '{0}'), window_end) "
    "and coalesce((select valid_to from staging.rule_dates where code = '{0}'), window_end)"
)


class RuleError(Exception):
    """A rule could not be evaluated: an error in the project, not in the data. The message names its code."""


@dataclass(frozen=True)
class RuleOutcome:
    """How a rule fared: rows checked, rows that break it, and the first places where they do."""

    code: str
    level: int
    severity: Severity
    checked: int
    failed: int
    examples: tuple[str, ...]


def evaluate(con: duckdb.DuckDBPyConnection, now: datetime, rules: Sequence[Rule] = RULES) -> tuple[RuleOutcome, ...]:
    """Check staging.counts; write staging.row_findings, staging.quarantine and ops.rule_results.

    staging.quarantine holds row_id and the codes of the critical rules that a row breaks. Must run outside a
    transaction, since the bridge cannot roll back. Raises RuleError when a rule cannot be evaluated.
    """
    con.execute(_statement("empty_results"))
    outcomes = _evaluated(con, now, rules, "staging.counts")
    _hold_back(con, rules)
    return outcomes


def evaluate_between(con: duckdb.DuckDBPyConnection, now: datetime) -> tuple[RuleOutcome, ...]:
    """Check core.cross_checks with the rules of levels 3 and 4; write staging.row_findings and ops.rule_results.

    As `evaluate`, but that nothing is held back: what is compared was taken in.
    """
    con.execute(_statement("empty_results"))
    return _evaluated(con, now, BETWEEN, "core.cross_checks")


def _evaluated(
    con: duckdb.DuckDBPyConnection, now: datetime, rules: Sequence[Rule], table: str
) -> tuple[RuleOutcome, ...]:
    rules = _in_force(con, rules)
    (rows,) = con.execute(f"select count(*) from {table}").fetchone() or (0,)
    failing = _failing_queries(con, rules, table) if rows else {}
    outcomes = tuple(_outcome(con, rule, failing.get(rule.code), rows, table) for rule in rules)
    for o in outcomes if rows else ():
        con.execute(
            "insert into ops.rule_results values (?, ?, ?, ?, ?, ?)",
            [now, o.code, o.level, str(o.severity), o.checked, o.failed],
        )
    return outcomes


def _in_force(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Rule]:
    """The rules, those with dates in staging.rule_dates for the windows that end within them only."""
    dated = {code for (code,) in con.execute("select code from staging.rule_dates").fetchall()}
    return [
        replace(rule, good=f"({rule.good}) or {_OUTSIDE.format(rule.code)}") if rule.code in dated else rule
        for rule in rules
    ]


def _failing_queries(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], table: str) -> dict[str, str]:
    """Rule code → the query that lists its failing rows, for rules that have any. This is the one run of GX."""
    import great_expectations as gx  # seconds to import: only a run with something to validate pays for it
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from pipelines.validation.bridge import ExpectRowRule, add_duckdb

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite(
        name=table,
        expectations=[
            ExpectRowRule(column="row_id", rule=rule.good, severity=str(rule.severity), meta={"code": rule.code})
            for rule in rules
        ],
    )
    source = add_duckdb(context, con)
    schema, _, name = table.partition(".")
    asset = source.add_table_asset(name, table_name=name, schema_name=schema)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    found = batch.validate(suite, result_format=_RESULT_FORMAT)
    queries = {}
    for result in found.results:
        code = result.expectation_config.meta["code"]
        _raise_if_broken(code, result.exception_info or {})
        if result.result["unexpected_count"]:
            queries[code] = result.result["unexpected_index_query"].strip().rstrip(";")
    source.get_execution_engine().close()
    return queries


def _raise_if_broken(code: str, info: dict[str, Any]) -> None:
    for entry in [info] if "raised_exception" in info else info.values():
        if entry["raised_exception"]:
            raise RuleError(f"rule {code} could not be evaluated: {entry['exception_message']}")


def _outcome(con: duckdb.DuckDBPyConnection, rule: Rule, failing: str | None, rows: int, table: str) -> RuleOutcome:
    if failing is None:
        return RuleOutcome(rule.code, rule.level, rule.severity, rows, 0, ())
    # The predicate's columns and GX's query are the project's own text; values of the data never enter the SQL.
    con.execute(
        f"""
        insert into staging.row_findings
        select row_id, submission_id, ?, ?, file, sheet, coalesce({rule.cell}, ''), coalesce({rule.found}, ''),
            coalesce(({rule.expected})::varchar, '')
        from {table} semi join ({failing}) using (row_id)
        """,
        [rule.code, str(rule.severity)],
    )
    places = con.execute(
        "select file, sheet, cell from staging.row_findings where code = ? order by row_id", [rule.code]
    ).fetchall()
    shown = dict.fromkeys(f"{file} {sheet}!{cell}" if sheet else f"{file} {cell}" for file, sheet, cell in places)
    return RuleOutcome(rule.code, rule.level, rule.severity, rows, len(places), tuple(shown)[:_EXAMPLES])


def _hold_back(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    critical = [rule.code for rule in rules if rule.severity is Severity.CRITICAL]
    con.execute(_statement("hold_back"), {"critical": critical})


def _statement(name: str) -> str:
    return files("pipelines.validation").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
