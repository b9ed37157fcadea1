"""From the job's own catalogue to what Dagster shows: descriptions, owners, kinds, code versions, columns, checks.

Belongs here: turning a model, a rule or an outcome into a Dagster spec or result.
Does not belong here: anything that runs (assets.py), and any text about a model that is not in its SQL file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from pipelines import job
from pipelines.domain import findings

OWNER = "team:crime-statistics"
# Metadata of the steps that keep something out: how many files or values.
KEPT_OUT = "kept out"
# Dagster knows two severities; the finding's own one stands in the metadata.
_SEVERITY = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "info": dg.AssetCheckSeverity.WARN,
}
_TESTS = "tests"
_PACKAGE = Path(__file__).resolve().parents[1]

# Written by people, never by a run: the jurisdiction's folder.
REFERENCE_DATA = dg.AssetSpec(
    "reference_data",
    description="Units, clusters, series, targets, holidays and printed figures of the jurisdiction, and its layouts.",
    group_name="ingestion",
    owners=[OWNER],
    kinds={"csv", "yaml"},
)


FINDINGS_CHECK = dg.AssetCheckSpec(
    "no_open_findings",
    asset=["core", "counts"],
    description="Nothing that was received waits for a correction; what does is told with its place and remedy.",
)


def model_spec(model: job.Model, models: Iterable[job.Model]) -> dg.AssetSpec:
    """The asset `<layer>/<name>` of a model: group, description, columns, version, and what it is built from."""
    tables = {other.table for other in models}
    return dg.AssetSpec(
        key=[model.layer, model.name],
        deps=sorted({_source(table, tables) for table in model.depends_on}),
        description=_description(model),
        group_name=model.layer,
        owners=[OWNER],
        kinds={"duckdb", "sql"},
        code_version=model.code_version,
        metadata={"dagster/table_name": model.table, **column_schema(model.columns)},
    )


def use_spec(use: job.Exposure, published: dg.AssetKey) -> dg.AssetSpec:
    """The asset of somebody who uses the release: downstream of it and of the tables that are read."""
    return dg.AssetSpec(
        use.name,
        deps=[published, *(dg.AssetKey(["marts", table]) for table in use.depends_on)],
        description=use.description,
        group_name="uses",
        owners=[use.owner],
        kinds={use.kind},
    )


def column_schema(columns: Iterable[job.Column]) -> dict[str, dg.TableSchema]:
    """The metadata entry that makes the UI show columns with type and meaning."""
    shown = [dg.TableColumn(column.name, column.type, _meaning(column)) for column in columns]
    return {"dagster/column_schema": dg.TableSchema(shown)}


def source_version(room: str) -> str:
    """The code version of a step: a digest of the sources of the room that does its work."""
    digest = hashlib.sha256()
    for path in sorted((_PACKAGE / room).rglob("*")):
        if path.suffix in (".py", ".sql"):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def rule_checks(rules: Iterable[job.Rule], asset: str) -> list[dg.AssetCheckSpec]:
    """One check per validation rule, named by its code. None blocks: the load keeps out what a rule holds back."""
    return [
        dg.AssetCheckSpec(
            rule.code,
            asset=asset,
            description=_message(rule.code),
            metadata={"level": rule.level, "severity": str(rule.severity)},
        )
        for rule in rules
    ]


def rule_results(outcomes: Iterable[job.RuleOutcome]) -> list[dg.AssetCheckResult]:
    """What each rule found in this run, and the first places where it did."""
    return [
        dg.AssetCheckResult(
            check_name=outcome.code,
            passed=outcome.failed == 0,
            severity=_SEVERITY[outcome.severity],
            description=_message(outcome.code),
            metadata={
                "level": outcome.level,
                "severity": str(outcome.severity),
                "failed": outcome.failed,
                "checked": outcome.checked,
                "examples": dg.MetadataValue.json(list(outcome.examples)),
            },
        )
        for outcome in outcomes
    ]


def model_checks(models: Iterable[job.Model], tests: Iterable[str]) -> list[dg.AssetCheckSpec]:
    """One check per model that sums up its tests (`layer.model__rule`): a check result costs more than a test."""
    names = [test.split("__") for test in tests]
    return [
        dg.AssetCheckSpec(
            _TESTS,
            asset=[model.layer, model.name],
            blocking=True,
            description="No rows break: "
            + ", ".join("__".join(rule) for table, *rule in names if table == model.table),
        )
        for model in models
    ]


def model_results(models: Iterable[job.Model], outcomes: Iterable[job.TestOutcome]) -> Iterator[dg.AssetCheckResult]:
    """The check of each model. A layer without failing outcomes passed: nothing is built otherwise."""
    failing = {outcome.test: outcome.failing_rows for outcome in outcomes if outcome.failing_rows}
    for model in models:
        own = {test: rows for test, rows in failing.items() if test.split("__")[0] == model.name}
        yield dg.AssetCheckResult(check_name=_TESTS, asset_key=[model.layer, model.name], passed=not own, metadata=own)


def findings_result(loaded: job.Loaded) -> dg.AssetCheckResult:
    """Every finding that stands, about files, cells and totals, with its place and what to do."""
    return dg.AssetCheckResult(
        check_name=FINDINGS_CHECK.name,
        asset_key=FINDINGS_CHECK.asset_key,
        passed=loaded.findings == 0,
        severity=dg.AssetCheckSeverity.ERROR if loaded.critical else dg.AssetCheckSeverity.WARN,
        metadata={
            "findings": loaded.findings,
            "critical": loaded.critical,
            "what and where": dg.MetadataValue.md("\n".join(f"- {line}" for line in loaded.finding_lines) or "None."),
        },
    )


def _source(table: str, tables: set[str]) -> dg.AssetKey:
    """The asset that stands for a table a model reads; what the load writes is as good as what validation let pass."""
    if table in tables:
        return dg.AssetKey(table.split("."))
    return REFERENCE_DATA.key if table.startswith("reference.") else dg.AssetKey("validated_counts")


def _description(model: job.Model) -> str:
    """Markdown: what the table holds, what one row is, and what to beware of."""
    parts = [model.description, f"One row per {', '.join(model.grain)}."]
    return "\n\n".join([*parts, f"**Caveats:** {model.caveats}"] if model.caveats else parts)


def _meaning(column: job.Column) -> str:
    return f"{column.description} Unit: {column.unit}." if column.unit else column.description


def _message(code: str) -> str:
    """What a rule means and what to do, in English."""
    message = findings.message(code, "en")
    return f"{message.what} {message.do}"
