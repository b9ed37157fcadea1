"""The Dagster ring against the real job: what is defined, what a run shows, and when one starts.

Belongs here: definitions, runs in a home of their own, the sensor, the schedules, the janitor, and `run_now`.
Does not belong here: whether the figures are right (tests/golden) and the steps by themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from pipelines import job
from pipelines.definitions import defs
from pipelines.orchestration import janitor, jobs, run_now, sensors
from pipelines.orchestration.writer import Writer, writer_tags
from pipelines.settings import ROOT, Settings

pytestmark = pytest.mark.xdist_group("orchestration")

INGEST = defs.resolve_job_def("ingest")
STEPS = ["received_files", "staged_counts", "validated_counts", "published"]
# The public contract: a name here is a name in somebody's query. Change it knowingly.
USES = ["cluster_dashboard", "cluster_reports", "data_dictionary", "parquet_extract"]
MARTS = [
    "bounds", "change_contributions", "changes", "clearance", "clearance_definitions", "cluster_shares",
    "cluster_totals", "clusters", "constant_geography", "control_totals", "counts", "definition_breaks",
    "implied_bases", "increments", "national_shares", "offences", "period_completeness", "period_states",
    "periods",
    "population_rates", "published_figure_readings", "published_figures", "reconciliation", "reduction_progress",
    "revision_history", "revision_triangle", "series", "submission_completeness", "submissions",
    "suspected_breaks",
    "target_attainment", "territories", "units", "year_to_date",
]  # fmt: skip
CORE = [
    "bounds", "calendar_periods", "cluster_parts", "cluster_sums", "comparisons", "competing_values",
    "control_checks", "controls", "copied_figures", "count_history", "counts", "cross_checks", "deliveries",
    "due_dates", "known_values", "levels", "members", "nation", "plausibility", "printed_changes",
    "printed_counts", "printed_figures", "reading_spans", "revisions", "rising_figures", "stated_counts",
    "successors", "territories", "windows",
]  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """One run of the job in a home of its own, and how often the writer's lock was asked for."""

    settings: Settings
    result: dg.ExecuteInProcessResult
    locks: int


def _assets() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def _settings(folder: Path, patch: pytest.MonkeyPatch) -> Settings:
    """A jurisdiction and a home of the test's own; its files have lain there for an hour."""
    shutil.copytree(ROOT / "data_raw" / "vietnam", folder / "vietnam")
    patch.setenv("CCW_JURISDICTION", str(folder / "vietnam"))
    patch.setenv("CCW_HOME", str(folder / "home"))
    settings = Settings.from_environment()
    for path in settings.submissions.rglob("*"):
        _age(path)
    return settings


def _age(path: Path) -> None:
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return _settings(tmp_path, monkeypatch)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A home in which the job ran once."""
    locks: list[Settings] = []
    real = job.writer

    def counted(settings: Settings, wait_seconds: float = 30.0) -> AbstractContextManager[None]:
        locks.append(settings)
        return real(settings, wait_seconds)

    with pytest.MonkeyPatch.context() as patch:
        settings = _settings(tmp_path_factory.mktemp("ran"), patch)
        patch.setattr(job, "writer", counted)
        result = INGEST.execute_in_process()
    return Ran(settings, result, len(locks))


@pytest.fixture
def home_after_run(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of the home in which the job ran, for a test that changes it."""
    settings = _settings(tmp_path, monkeypatch)
    shutil.copytree(ran.settings.home, settings.home, symlinks=True)
    return settings


@pytest.fixture
def busy(settings: Settings) -> Iterator[None]:
    """Another process writes to the warehouse."""
    with _another_writer():
        yield


def _another_writer() -> subprocess.Popen[str]:
    """A process that holds the writer's lock until its standard input closes."""
    code = (
        "import sys; from pipelines import job; from pipelines.settings import Settings\n"
        "with job.writer(Settings.from_environment()): print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def _tick(instance: dg.DagsterInstance) -> dg.SkipReason | dg.RunRequest:
    """One evaluation of the sensor."""
    with dg.build_sensor_context(instance=instance) as context:
        found = sensors.new_submissions(context)
    assert isinstance(found, dg.SkipReason | dg.RunRequest)
    return found


def _skipped(instance: dg.DagsterInstance) -> str:
    found = _tick(instance)
    assert isinstance(found, dg.SkipReason)
    return found.skip_message or ""


def _run(instance: dg.DagsterInstance, settings: Settings, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
    """A run of this warehouse that the instance believes to be in this status."""
    run = instance.create_run_for_job(
        INGEST, status=dg.DagsterRunStatus.STARTED, tags={**writer_tags(settings), **tags}
    )
    instance.report_engine_event("a sign of life", run)
    if status is dg.DagsterRunStatus.FAILURE:
        instance.report_run_failed(run)
    return run


# --- what is defined -----------------------------------------------------------------------------------------------


def test_asset_keys_are_the_ones_agreed_on() -> None:
    tables = [f"core/{name}" for name in CORE] + [f"marts/{name}" for name in MARTS]
    assert sorted(_assets()) == sorted([*STEPS, "reference_data", *tables, *USES])


def test_who_uses_the_release_stands_downstream_of_it_and_of_what_is_read() -> None:
    graph = defs.resolve_asset_graph()
    above = {key.to_user_string() for key in graph.get(dg.AssetKey("cluster_dashboard")).parent_keys}
    assert above >= {"published", "marts/cluster_totals", "marts/published_figures"}
    assert "marts/implied_bases" not in above


def test_every_asset_is_documented() -> None:
    for key, spec in _assets().items():
        assert spec.description, key
        assert spec.owners == ["team:crime-statistics"], key
        assert spec.group_name in ("ingestion", "validation", "core", "marts", "publication", "uses"), key
        assert spec.kinds, key
        assert spec.code_version or key in ("reference_data", *USES), key


def test_every_table_shows_its_columns() -> None:
    for key, spec in _assets().items():
        if spec.group_name in ("core", "marts"):
            schema = spec.metadata["dagster/column_schema"]
            assert isinstance(schema, dg.TableSchema)
            assert schema.columns, key
            assert all(column.type and column.description for column in schema.columns), key


def test_every_rule_and_every_table_is_a_check() -> None:
    keys = {(key.asset_key.to_user_string(), key.name) for key in defs.resolve_asset_graph().asset_check_keys}
    rules = {("validated_counts", rule.code) for rule in job.rules()}
    tables = {(key, "tests") for key, spec in _assets().items() if spec.group_name in ("core", "marts")}
    assert keys == rules | tables | {("core/counts", "no_open_findings")}


def test_lineage_leads_from_the_files_to_the_release() -> None:
    graph = defs.resolve_asset_graph()
    behind = {key.to_user_string() for key in graph.get_ancestor_asset_keys(dg.AssetKey("published"))}
    assert behind >= {"received_files", "staged_counts", "validated_counts", "reference_data", "core/counts"}


def test_loading_the_definitions_imports_nothing_of_great_expectations() -> None:
    code = "import sys, pipelines.definitions; sys.exit('great_expectations' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_dagster_and_make_run_load_the_same_code_location() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tool["dagster"]["module_name"] == run_now.CODE_LOCATION
    assert tool["dg"]["project"]["code_location_target_module"] == run_now.CODE_LOCATION


# --- what a run does -----------------------------------------------------------------------------------------------


def test_a_run_materialises_every_asset_with_its_rows(ran: Ran) -> None:
    events = {event.asset_key.to_user_string(): event for event in ran.result.get_asset_materialization_events()}
    assert sorted([*events, "reference_data", *USES]) == sorted(_assets())
    rows = {key: event.materialization.metadata.get("dagster/row_count") for key, event in events.items()}
    assert all(count is not None for key, count in rows.items() if key != "published")
    release = events["published"].materialization.metadata
    assert Path(str(release["path"].value)).is_file()


def test_a_run_evaluates_every_check(ran: Ran) -> None:
    evaluated = {check.asset_check_key: check for check in ran.result.get_asset_check_evaluations()}
    assert evaluated.keys() == defs.resolve_asset_graph().asset_check_keys
    rule = evaluated[dg.AssetCheckKey(dg.AssetKey("validated_counts"), "unit_unknown")]
    assert rule.severity is dg.AssetCheckSeverity.ERROR
    assert set(rule.metadata) == {"level", "severity", "failed", "checked", "examples"}


def test_a_run_takes_the_lock_once_and_gives_it_back(ran: Ran) -> None:
    assert ran.locks == 1
    assert job.writer_busy(ran.settings) is None


@pytest.mark.usefixtures("busy")
def test_a_run_beside_another_writer_fails_in_one_line(instance: dg.DagsterInstance) -> None:
    result = INGEST.execute_in_process(
        instance=instance, raise_on_error=False, resources={"writer": Writer(wait_seconds=0.1)}
    )
    assert _reason(result).startswith("Nothing was done: another run")
    assert not result.get_asset_materialization_events()


def test_failing_model_tests_show_as_checks_and_publish_nothing(
    home_after_run: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = job.ModelTestsFailed([job.TestOutcome("clearance__grain", 0), job.TestOutcome("clearance__rate", 3)])
    monkeypatch.setattr(job, "build_marts", _refuse(failed))
    result = INGEST.execute_in_process(raise_on_error=False)
    assert _reason(result).startswith("Nothing new is published: ")
    red = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert [(check.asset_key.to_user_string(), check.check_name) for check in red] == [("marts/clearance", "tests")]
    assert red[0].metadata["clearance__rate"].value == 3
    assert "published" not in {e.asset_key.to_user_string() for e in result.get_asset_materialization_events()}


def _refuse(error: Exception) -> Callable[[Settings], None]:
    def step(_: Settings) -> None:
        raise error

    return step


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """The description of the failure of the only step that failed by its own doing."""
    (event,) = result.filter_events(lambda event: event.is_step_failure)
    assert event.step_failure_data.user_failure_data is not None
    return event.step_failure_data.user_failure_data.description or ""


# --- when a run starts ---------------------------------------------------------------------------------------------


def test_the_sensor_asks_for_a_run_when_files_wait(settings: Settings, instance: dg.DagsterInstance) -> None:
    request = _tick(instance)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key is None
    assert request.tags[jobs.REASON_TAG]


def test_the_sensor_skips_when_nothing_waits(home_after_run: Settings, instance: dg.DagsterInstance) -> None:
    assert _skipped(instance) == f"Nothing waits in {home_after_run.submissions}."


def test_the_sensor_waits_until_a_new_file_has_settled(home_after_run: Settings, instance: dg.DagsterInstance) -> None:
    new = home_after_run.submissions / "new.csv"
    new.write_text("anything", encoding="utf-8")
    assert _skipped(instance) == "Still changing: new.csv."
    _age(new)
    request = _tick(instance)
    assert isinstance(request, dg.RunRequest)
    assert "new.csv" in request.tags[jobs.REASON_TAG]


@pytest.mark.usefixtures("busy")
def test_the_sensor_skips_while_another_process_writes(instance: dg.DagsterInstance) -> None:
    assert "is writing" in _skipped(instance)


def test_the_sensor_skips_while_a_run_goes_on(settings: Settings, instance: dg.DagsterInstance) -> None:
    run = _run(instance, settings, dg.DagsterRunStatus.STARTED)
    assert _skipped(instance) == f"Run {run.run_id} is started."


def test_the_sensor_does_not_start_what_failed_twice_over_and_over(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    waiting = {jobs.PENDING_TAG: job.pending(settings).fingerprint}
    _run(instance, settings, dg.DagsterRunStatus.FAILURE, **waiting)
    assert isinstance(_tick(instance), dg.RunRequest)
    _run(instance, settings, dg.DagsterRunStatus.FAILURE, **waiting)
    assert "failed on what waits now" in _skipped(instance)


def test_a_failure_on_other_files_does_not_hold_up_the_sensor(settings: Settings, instance: dg.DagsterInstance) -> None:
    for _ in range(2):
        _run(instance, settings, dg.DagsterRunStatus.FAILURE, **{jobs.PENDING_TAG: "other files"})
    assert isinstance(_tick(instance), dg.RunRequest)


def test_every_schedule_of_the_jurisdiction_asks_for_a_run() -> None:
    plan = {name: (cron, zone) for name, cron, zone, _ in job.schedule_plan(Settings.from_environment())}
    schedules = [schedule for schedule in defs.schedules or () if isinstance(schedule, dg.ScheduleDefinition)]
    assert {s.name: (s.cron_schedule, s.execution_timezone) for s in schedules} == plan
    for schedule in schedules:
        (request,) = schedule.evaluate_tick(dg.build_schedule_context()).run_requests or ()
        assert request.tags[jobs.REASON_TAG] == f"schedule {schedule.name}"


# --- after a crash -------------------------------------------------------------------------------------------------


def test_the_janitor_fails_a_run_that_nobody_executes(settings: Settings, instance: dg.DagsterInstance) -> None:
    orphan = _run(instance, settings, dg.DagsterRunStatus.STARTED)
    other = instance.create_run_for_job(
        INGEST, status=dg.DagsterRunStatus.STARTED, tags={"warehouse/writer": "another jurisdiction"}
    )
    assert janitor.fail_orphans(instance, settings, quiet_seconds=0) == [orphan.run_id]
    after = {run.run_id: run.status for run in instance.get_runs()}
    assert after == {orphan.run_id: dg.DagsterRunStatus.FAILURE, other.run_id: dg.DagsterRunStatus.STARTED}


def test_the_janitor_leaves_a_run_that_has_just_spoken(settings: Settings, instance: dg.DagsterInstance) -> None:
    _run(instance, settings, dg.DagsterRunStatus.STARTED)
    assert janitor.fail_orphans(instance, settings) == []


@pytest.mark.usefixtures("busy")
def test_the_janitor_judges_nothing_while_somebody_writes(settings: Settings, instance: dg.DagsterInstance) -> None:
    _run(instance, settings, dg.DagsterRunStatus.STARTED)
    assert janitor.fail_orphans(instance, settings, quiet_seconds=0) == []


# --- at the terminal -----------------------------------------------------------------------------------------------


def _run_now(folder: Path) -> subprocess.CompletedProcess[str]:
    """`make run` with the repository's own dagster.yaml, in a Dagster home of its own."""
    dagster_home = folder / "dagster"
    dagster_home.mkdir(exist_ok=True)
    shutil.copy(ROOT / "dagster.yaml", dagster_home)
    environment = {**os.environ, "DAGSTER_HOME": str(dagster_home), "CCW_DAGSTER_STORAGE": str(dagster_home / "kept")}
    command = [sys.executable, "-m", "pipelines.orchestration.run_now"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def test_make_run_tells_each_step_and_a_second_one_that_nothing_changed(settings: Settings, tmp_path: Path) -> None:
    (settings.submissions / "unreadable.xlsx").write_bytes(b"not a workbook")
    first = _run_now(tmp_path)
    assert first.returncode == 1, first.stderr
    told = [line.split()[0] for line in first.stdout.splitlines() if line.startswith("  ")]
    assert told[:6] == ["received", "staged", "validated", "loaded", "marts", "published"]
    assert "unreadable.xlsx" in first.stdout
    assert "dagster" not in first.stderr.lower()
    second = _run_now(tmp_path)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("Nothing has changed since the last run.")
    assert job.headline(settings) in second.stdout


def test_make_run_beside_another_writer_says_so(settings: Settings, tmp_path: Path) -> None:
    code = (
        "import pipelines.job as job, pipelines.orchestration.run_now as now, sys; real = job.writer\n"
        "job.writer = lambda settings: real(settings, 0.1); sys.exit(now.main())"
    )
    with _another_writer():
        told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 2
    assert told.stderr.startswith("another run")
    assert "Traceback" not in told.stderr
