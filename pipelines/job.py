"""The job: from received files to a published release, as six steps that the CLI and Dagster call alike.

Belongs here: composing reference, submissions, validation, warehouse and publication, and what each step reports.
Does not belong here: the work itself, Dagster, and the terminal. Every step opens and closes its own connection and
leaves its state in the warehouse, so a run that was killed is simply run again. The caller holds `writer()`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from pipelines import publishing
from pipelines import reference as reference_data
from pipelines.domain.findings import Finding, Severity, all_messages
from pipelines.domain.moments import end_of_day
from pipelines.jurisdiction import ReferenceDataError, load_jurisdiction
from pipelines.outcomes import AsOf, Built, Loaded, Pending, Published, Received, RunReport, Staged, Validated
from pipelines.publication import findings_report, lineage_page, releases, verdicts
from pipelines.publication import headline as headlines
from pipelines.replies import reply
from pipelines.settings import MODELS, Settings, SettingsError
from pipelines.staging import stage_files
from pipelines.submissions import inbox
from pipelines.submissions.layouts import LayoutError, layout_versions
from pipelines.submissions.tidy import STAGED
from pipelines.validation.evaluation import RuleError, RuleOutcome, evaluate, evaluate_between
from pipelines.validation.rules import BETWEEN, RULES, Rule
from pipelines.warehouse import backup, builds, connection, ledger, lineage, loading, models
from pipelines.warehouse.as_of import build_as_of, build_with_reference
from pipelines.warehouse.connection import Connection, WriterBusy
from pipelines.warehouse.exposures import Exposure, load_exposures
from pipelines.warehouse.models import Column, Model, ModelError, ModelTestsFailed, TestOutcome
from pipelines.warehouse.reference_tables import replace_reference

__all__ = [
    "AsOf", "Column", "Exposure", "JobError", "Loaded", "Model", "ModelTestsFailed", "Pending", "Rule", "RuleOutcome",
    "TestOutcome", "WriterBusy", "as_of", "build_marts", "catalogue", "explain", "findings", "findings_lines",
    "has_critical", "headline", "load", "model_tests", "pending", "publish", "query", "receive", "rules", "run",
    "schedule_plan", "stage", "step_columns", "unsettled", "uses", "validate", "verify", "where", "writer",
    "writer_busy",
]  # fmt: skip


class AsOfError(Exception):
    """There is nothing to look back at; the message says what can be asked for."""


# What a user can mend, told in one line; anything else is a defect and may show a traceback.
JobError = (
    AsOfError, WriterBusy, ReferenceDataError, LayoutError, ModelError, ModelTestsFailed, RuleError,
    SettingsError, backup.BackupError, lineage.LineageError, loading.LoadMismatch, releases.ReleaseError,
    connection.QueryError, connection.WarehouseUnreadable, OSError,
)  # fmt: skip


# --- before a run --------------------------------------------------------------------------------------------------


def writer(settings: Settings, wait_seconds: float = 30.0) -> contextlib.AbstractContextManager[None]:
    """Hold the writer's lock for a whole run. Raises WriterBusy when another run holds it longer than that."""
    return connection.writer_lock(settings, wait_seconds)


def writer_busy(settings: Settings) -> str | None:
    """Who is writing at this moment, None when nobody is."""
    return connection.writer_busy(settings)


def unsettled(settings: Settings, seconds: float) -> tuple[str, ...]:
    """Received files that changed within the last seconds and may still be being copied."""
    return inbox.unsettled(settings.submissions, seconds)


def pending(settings: Settings) -> Pending:
    """What a run would do, by a read-only look. Raises WriterBusy while another run writes."""
    folder = inbox.scan(settings.submissions)
    read_with = reference_data.fingerprint(settings)
    work = builds.combined(repr(folder.rows()), read_with, models.fingerprint(MODELS))
    with connection.look(settings) as con:
        if con is None:
            return Pending(folder.height, ("there is no warehouse yet",), work)
        files = ledger.changed_files(con, folder, read_with, layout_versions(settings.layouts))
        due = builds.combined(builds.content_fingerprint(con), read_with, models.fingerprint(MODELS))
        reasons = [f"to look at: {file}" for file in files]
        if builds.built_from(con, "marts") != due:
            reasons.append("reference data, models or the ledger changed since the marts were built")
        elif releases.is_due(settings.releases, due):
            reasons.append("the marts are not published yet")
        return Pending(len(files), tuple(reasons), work)


def schedule_plan(settings: Settings) -> tuple[tuple[str, str, str, str], ...]:
    """Name, cron line, time zone and description of every schedule that the jurisdiction declares."""
    jurisdiction = load_jurisdiction(settings)
    return tuple((s.name, s.cron, jurisdiction.time_zone, s.description) for s in jurisdiction.schedules)


def catalogue(settings: Settings) -> tuple[Model, ...]:
    """All models with their documentation, in building order, without a connection."""
    return models.load_models(MODELS)


def uses(settings: Settings) -> tuple[Exposure, ...]:
    """Who uses the release, and which of its tables."""
    return load_exposures(MODELS, {model.name for model in catalogue(settings) if model.layer == "marts"})


def model_tests(settings: Settings) -> tuple[str, ...]:
    """Names of all tests that guard the marts and core, grains included."""
    written = [f"{test.layer}.{test.name}" for test in models.load_tests(MODELS)]
    return tuple(sorted([*(f"{m.layer}.{m.name}__grain" for m in catalogue(settings)), *written]))


def rules() -> tuple[Rule, ...]:
    """All rules of validation, without importing Great Expectations."""
    return RULES


def step_columns(step: str) -> tuple[Column, ...]:
    """Columns of what a step before core leaves behind: `received_files` or `staged_counts`."""
    schemas = {"received_files": inbox.INBOX, "staged_counts": STAGED}
    known = models.load_columns(MODELS)
    return tuple(
        Column(name, str(kind), "", known[name].description if name in known else "")
        for name, kind in schemas[step].items()
    )


# --- the steps -----------------------------------------------------------------------------------------------------


def receive(settings: Settings) -> Received:
    """Enter new files into the ledger. Only the folder is looked at; no file is interpreted."""
    found = inbox.scan(settings.submissions)
    with connection.connect(settings) as con:
        receipt = ledger.receive(
            con, found, reference_data.fingerprint(settings), layout_versions(settings.layouts), _now()
        )
    return Received(receipt.seen, receipt.new, receipt.waiting)


def stage(settings: Settings) -> Staged:
    """Read every submission that waits and put its values into the staging table, replacing what was there."""
    reference = reference_data.load(settings)
    current = releases.current(settings.releases)
    with connection.connect(settings) as con:
        waiting = ledger.received(con)
        released_at = current.published_at if current else None
        read, rows = stage_files(con, settings, settings.submissions, waiting, reference, released_at, _now())
        ledger.advance(con, "parsed")
    return Staged(len(read), rows, sum(1 for file in read if file.refused))


def validate(settings: Settings) -> Validated:
    """Check the staged rows with Great Expectations, in one run, and fill the quarantine."""
    with connection.connect(settings) as con:
        outcomes = evaluate(con, _now())
        ledger.advance(con, "validated")
        staging = builds.row_counts(con, "staging")
    return Validated(staging["counts"], staging["quarantine"], outcomes)


def load(settings: Settings) -> Loaded:
    """Take in what the rules let pass, rebuild core where anything changed, and write the reports of findings.

    Raises LoadMismatch with nothing taken in when the database would not hold what was read; ModelTestsFailed with
    core left as it was.
    """
    reference = reference_data.load(settings)
    with connection.connect(settings) as con:
        rows, submissions = loading.load(con, reference.fingerprint, _now())
        tables = _build_core(con, reference)
        evaluate_between(con, _now())
        ledger.record_between(con, [rule.code for rule in BETWEEN], _now())
        ledger.settle(con, _now())
        known_rules = [(rule.code, rule.level, str(rule.severity), rule.scope) for rule in (*RULES, *BETWEEN)]
        ledger.put_catalogue(con, all_messages(), known_rules)
        reply(con, settings, reference, _now())
        found = _with_folder_findings(ledger.open_findings(con), settings)
    findings_report.write_report(found, settings.findings_report, _report_title(reference))
    critical = found.filter(pl.col("severity") == Severity.CRITICAL).height
    return Loaded(rows, submissions, tables, found.height, critical, tuple(findings_report.lines(found, "en")))


def build_marts(settings: Settings) -> Built:
    """Rebuild the marts and run their tests in one transaction, unless nothing they depend on has changed.

    Raises ModelTestsFailed with the marts left as they were.
    """
    with connection.connect(settings) as con:
        due = _due(con, reference_data.fingerprint(settings))
        if builds.built_from(con, "marts") == due:
            return Built(builds.row_counts(con, "marts"), (), False)
        tables, tests = models.build_layer(con, MODELS, "marts", _now())
        builds.record_build(con, "marts", due, _now())
    return Built(tables, tests, True)


def publish(settings: Settings) -> Published:
    """Write the marts as a new release and make it current; raises what publishing.publish raises."""
    return publishing.publish(settings, _now())


def run(settings: Settings, say: Callable[[str], None] = print, wait_seconds: float = 30.0) -> RunReport | None:
    """All steps, one after the other, under the writer's lock; None when nothing has changed since the last run.

    Raises what the steps raise (JobError).
    """
    with writer(settings, wait_seconds):
        if pending(settings).nothing:
            return None
        received = receive(settings)
        say(received.line)
        staged = stage(settings)
        say(staged.line)
        validated = validate(settings)
        say(validated.line)
        loaded = load(settings)
        say(loaded.line)
        say(build_marts(settings).line)
        published = publish(settings)
        say(published.line)
    return RunReport(received, staged, validated, loaded, published)


# --- after a run ---------------------------------------------------------------------------------------------------


def findings(settings: Settings) -> pl.DataFrame:
    """Findings that stand: code, severity, file, sheet, cell, found, expected, submission_id; worst first."""
    with connection.look(settings) as con:
        found = ledger.open_findings(con) if con is not None else pl.DataFrame(schema=ledger.FINDINGS)
    return _with_folder_findings(found, settings)


def findings_lines(settings: Settings, language: str = "en") -> list[str]:
    """Findings that stand, as lines for a terminal."""
    return findings_report.lines(findings(settings), language) or ["No findings."]


def headline(settings: Settings) -> str:
    """The headline cluster's table from the published release; a plain sentence while there is none."""
    jurisdiction = load_jurisdiction(settings)
    if releases.current(settings.releases) is None:
        return "Nothing is published yet."
    with connection.open_release(settings.published_database) as release:
        return headlines.headline(release, jurisdiction)


def has_critical(settings: Settings) -> bool:
    """Whether anything that stands was kept out."""
    return bool((findings(settings)["severity"] == Severity.CRITICAL).any())


def query(settings: Settings, sql: str) -> str:
    """The result of one SQL query on the current release as a text table. Raises QueryError with the engine's words."""
    if releases.current(settings.releases) is None:
        return "Nothing is published yet."
    with connection.open_release(settings.published_database) as release:
        return connection.as_text(release, sql)


def explain(settings: Settings, table: str, where: Mapping[str, str], page: Path | None = None) -> list[str]:
    """From a row of a published table to the cells of the files, in lines; with `page`, as a page there as well.

    Raises AsOfError while there is no warehouse, LineageError for a question that cannot be answered.
    """
    with connection.look(settings) as con:
        if con is None:
            raise AsOfError("there is no warehouse yet; `ccw run` makes it")
        explained = lineage.explain(con, MODELS, catalogue(settings), table, where)
        core, built = (builds.built_from(con, layer) for layer in ("core", "marts"))
    current = releases.current(settings.releases)
    beware = []
    if core != built:
        beware.append(
            "Beware: figures arrived since these tables were built; what a cell says may be newer than the row."
        )
    if current is None or current.fingerprint != built:
        beware.append("Beware: these are the tables as they were built last; the current release holds others.")
    if page is not None:
        lineage_page.write(explained, beware, page)
    return [*beware, *lineage_page.lines(explained)]


def as_of(settings: Settings, when: str) -> AsOf:
    """Rebuild every mart as known at the end of a day (2024-01-31), or when a release (its name) was published.

    Raises AsOfError for any other `when`, and what build_as_of raises.
    """
    known_before = _known_before(when, settings)
    if not settings.warehouse_file.exists():
        raise AsOfError("there is no warehouse yet; `ccw run` makes it")
    target = settings.as_of / f"{when}.duckdb"
    return AsOf(target, known_before, build_as_of(settings.warehouse_file, target, MODELS, known_before, _now()))


def verify(settings: Settings, figures: Path) -> tuple[tuple[str, ...], bool]:
    """What the warehouse says of printed figures that are not among its own: lines, and whether none is contradicted.

    `figures` has the columns of reference/published_figures.csv. Raises AsOfError while there is no warehouse,
    ReferenceDataError for a file that cannot be used, and what build_with_reference raises.
    """
    if not settings.warehouse_file.exists():
        raise AsOfError("there is no warehouse yet; `ccw run` makes it")
    reference = reference_data.load_with_figures(settings, figures)
    target = settings.as_of / "verified.duckdb"
    build_with_reference(settings.warehouse_file, target, MODELS, reference.tables, _now())
    with connection.open_release(target) as con:
        return verdicts.lines(con, reference.jurisdiction)


def where(settings: Settings) -> tuple[str, ...]:
    """Where the results of a run are, for a person at the terminal."""
    return (
        f"Published database  {settings.published_database}",
        f"Parquet             {settings.published_database.parent / 'parquet'}",
        f"Data dictionary     {settings.published_database.parent / 'dictionary.html'}",
        f"Reports of clusters {settings.published_database.parent / 'reports' / 'index.html'}",
        f"What is new         {settings.published_database.parent / 'difference.html'}",
        f"Report of findings  {settings.findings_report}",
        f"Replies to senders  {settings.outbox}",
        f"Dagster UI          {settings.dagster_ui} after `make ui`",
    )


# --- helpers -------------------------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _known_before(when: str, settings: Settings) -> datetime:
    with contextlib.suppress(ValueError):
        return end_of_day(date.fromisoformat(when), load_jurisdiction(settings).time_zone)
    published = releases.published_at(settings.releases, when)
    if published is None:
        raise AsOfError(f"{when} is neither a day such as 2024-01-31 nor a release in {settings.releases}")
    return published


def _due(con: Connection, read_with: str) -> str:
    return builds.combined(builds.content_fingerprint(con), read_with, models.fingerprint(MODELS))


def _build_core(con: Connection, reference: reference_data.Reference) -> dict[str, int]:
    due = _due(con, reference.fingerprint)
    if builds.built_from(con, "core") != due:
        replace_reference(con, reference, _now())
        models.build_layer(con, MODELS, "core", _now())
        builds.record_build(con, "core", due, _now())
    return builds.row_counts(con, "core")


def _with_folder_findings(found: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """What is wrong with the folder itself: no file carries these findings, so the ledger does not know them."""
    folder = settings.submissions
    own = [Finding("file_name_unreadable", Severity.CRITICAL, found=name) for name in inbox.unnameable(folder)]
    if next(inbox.submission_files(folder), None) is None:
        own.append(Finding("submissions_absent", Severity.CRITICAL, found=str(folder)))
    return pl.concat([loading.findings_frame(own).select(found.columns), found])


def _report_title(reference: reference_data.Reference) -> str:
    jurisdiction = reference.jurisdiction
    return " / ".join(dict.fromkeys([jurisdiction.own(jurisdiction.name), jurisdiction.english(jurisdiction.name)]))
