"""The assets: one per step of the job and one per table of the warehouse, in the order of the job.

Belongs here: calling a step of the job, showing what it returned, and ending the run plainly when it refuses.
Does not belong here: any work of a step (job.py), texts about tables (specs.py takes them from the catalogue).

No `from __future__ import annotations` here: Dagster compares the annotation of `context` with the class itself.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TypeVar

import dagster as dg

from pipelines import job
from pipelines.orchestration import specs
from pipelines.orchestration.writer import Writer
from pipelines.settings import Settings

_Done = TypeVar("_Done")
_TableEvents = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]

_SETTINGS = Settings.from_environment()
_MODELS = job.catalogue(_SETTINGS)
_TESTS = job.model_tests(_SETTINGS)
_CORE = [model for model in _MODELS if model.layer == "core"]
_MARTS = [model for model in _MODELS if model.layer == "marts"]


@dg.asset(
    group_name="ingestion",
    owners=[specs.OWNER],
    kinds={"file"},
    code_version=specs.source_version("submissions"),
    metadata=specs.column_schema(job.step_columns("received_files")),
)
def received_files(context: dg.AssetExecutionContext, writer: Writer) -> dg.MaterializeResult[None]:
    """Every file in the submissions folder, entered into the ledger by the digest of its bytes."""
    received = _done(job.receive, writer)
    context.log.info(received.line)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": received.seen, "new": received.new, "to read": received.waiting}
    )


@dg.asset(
    deps=[received_files, specs.REFERENCE_DATA],
    group_name="ingestion",
    owners=[specs.OWNER],
    kinds={"polars", "excel"},
    code_version=specs.source_version("submissions"),
    metadata=specs.column_schema(job.step_columns("staged_counts")),
)
def staged_counts(context: dg.AssetExecutionContext, writer: Writer) -> dg.MaterializeResult[None]:
    """The values of the files that wait, each with its cell; a file that no layout recognises is refused."""
    staged = _done(job.stage, writer)
    context.log.info(staged.line)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": staged.rows, "files": staged.files, specs.KEPT_OUT: staged.rejected}
    )


@dg.asset(
    deps=[staged_counts],
    group_name="validation",
    owners=[specs.OWNER],
    kinds={"greatexpectations", "duckdb"},
    code_version=specs.source_version("validation"),
    metadata=specs.column_schema(job.step_columns("staged_counts")),
    check_specs=specs.rule_checks(job.rules(), "validated_counts"),
)
def validated_counts(context: dg.AssetExecutionContext, writer: Writer) -> Iterator[dg.MaterializeResult[None]]:
    """The staged values after all rules ran once; each rule reports as a check, values that break one are held back."""
    validated = _done(job.validate, writer)
    context.log.info(validated.line)
    yield dg.MaterializeResult(
        metadata={"dagster/row_count": validated.rows, specs.KEPT_OUT: validated.quarantined},
        check_results=specs.rule_results(validated.rules),
    )


@dg.multi_asset(
    name="core",
    specs=[specs.model_spec(model, _MODELS) for model in _CORE],
    check_specs=[*specs.model_checks(_CORE, _TESTS), specs.FINDINGS_CHECK],
)
def core(context: dg.AssetExecutionContext, writer: Writer) -> _TableEvents:
    """One current, tidy truth: the accepted submissions loaded in one transaction, and the tables made of them."""
    loaded = yield from _built(job.load, writer, _CORE)
    context.log.info(loaded.line)
    yield specs.findings_result(loaded)
    yield from _materialized(_CORE, loaded.tables)


@dg.multi_asset(
    name="marts",
    specs=[specs.model_spec(model, _MODELS) for model in _MARTS],
    check_specs=specs.model_checks(_MARTS, _TESTS),
)
def marts(context: dg.AssetExecutionContext, writer: Writer) -> _TableEvents:
    """The public tables, built and tested; when a test finds rows, nothing of them is published."""
    built = yield from _built(job.build_marts, writer, _MARTS)
    context.log.info(built.line)
    yield from _materialized(_MARTS, built.tables)


@dg.asset(
    deps=[[model.layer, model.name] for model in _MARTS],
    group_name="publication",
    owners=[specs.OWNER],
    kinds={"duckdb", "parquet"},
    code_version=specs.source_version("publication"),
)
def published(context: dg.AssetExecutionContext, writer: Writer) -> dg.MaterializeResult[None]:
    """The release that readers open: one database file and its Parquet siblings, switched to in one step."""
    release = _done(job.publish, writer)
    context.log.info(release.line)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(release.database)),
            "release": release.release_id,
            "new release": release.changed,
            "rows": dg.MetadataValue.json(dict(release.tables)),
        }
    )


ASSETS: list[dg.AssetsDefinition | dg.AssetSpec] = [
    specs.REFERENCE_DATA,
    received_files,
    staged_counts,
    validated_counts,
    core,
    marts,
    published,
    *(specs.use_spec(use, dg.AssetKey("published")) for use in job.uses(_SETTINGS)),
]


def _done(step: Callable[[Settings], _Done], writer: Writer) -> _Done:
    """What a step returns; what a person can mend ends the run in one line, a defect keeps its traceback."""
    try:
        return step(writer.settings())
    except job.JobError as error:
        raise dg.Failure(str(error), allow_retries=False) from None


def _built(
    step: Callable[[Settings], _Done], writer: Writer, models: Sequence[job.Model]
) -> Generator[dg.AssetCheckResult, None, _Done]:
    """As `_done` for a step that builds and tests tables: the checks tell which tests failed before the run ends."""
    try:
        done = step(writer.settings())
    except job.ModelTestsFailed as failed:
        yield from specs.model_results(models, failed.outcomes)
        failing = {outcome.test: outcome.failing_rows for outcome in failed.outcomes if outcome.failing_rows}
        raise dg.Failure(f"Nothing new is published: {failed}", metadata=failing, allow_retries=False) from None
    except job.JobError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    yield from specs.model_results(models, ())
    return done


def _materialized(models: Sequence[job.Model], rows: Mapping[str, int]) -> Iterator[dg.MaterializeResult[None]]:
    """One materialisation per table with its row count."""
    for model in models:
        yield dg.MaterializeResult(
            asset_key=[model.layer, model.name], metadata={"dagster/row_count": rows[model.name]}
        )
