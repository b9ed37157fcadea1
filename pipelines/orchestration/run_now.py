"""One run, now, in this process: `python -m pipelines.orchestration.run_now` (`make run`).

Belongs here: what a person at a terminal sees of a run, and the exit code.
Does not belong here: what the run does (the job `ingest`, as under the schedule and the sensor).

Dagster is imported only when something waits: a second run says in a second that nothing has changed.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

from pipelines import job
from pipelines.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

ACCEPTED, KEPT_OUT, FAILED = 0, 1, 2
# By name, as Dagster finds it ([tool.dg.project] in pyproject.toml): the ring does not import its own assembly.
CODE_LOCATION = "pipelines.definitions"


def main() -> int:
    """Run the job if anything waits. Returns 0 (all accepted), 1 (files or values were kept out), 2 (it failed)."""
    settings = Settings.from_environment()
    try:
        with job.writer(settings):
            pending = job.pending(settings)
        if pending.nothing:
            print("Nothing has changed since the last run.")
        code = ACCEPTED if pending.nothing else _run(settings, pending)
        if code != FAILED:
            _show(settings)
        return code
    except job.JobError as error:
        print(error, file=sys.stderr)
        return FAILED


def _run(settings: Settings, pending: job.Pending) -> int:
    """Execute the job against the instance in DAGSTER_HOME; its steps tell of themselves."""
    import dagster as dg

    from pipelines.orchestration import janitor, jobs, terminal

    with dg.DagsterInstance.get() as instance:
        janitor.fail_orphans(instance, settings)
        definitions: dg.Definitions = importlib.import_module(CODE_LOCATION).defs
        result = definitions.resolve_job_def(jobs.ingest.name).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {terminal.NAME: {}}},
            tags={jobs.REASON_TAG: "started by hand", jobs.PENDING_TAG: pending.fingerprint},
        )
    if result.success:
        return KEPT_OUT if _kept_out(result) else ACCEPTED
    print(_failure(result), file=sys.stderr)
    return FAILED


def _kept_out(result: dg.ExecuteInProcessResult) -> bool:
    """Whether any step of the run refused a file or held back a value."""
    from pipelines.orchestration import specs

    entries = (
        event.materialization.metadata.get(specs.KEPT_OUT) for event in result.get_asset_materialization_events()
    )
    return any(entry.value for entry in entries if entry)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    """Why the run failed: one line where the step foresaw it or a person stopped it, else the error with its stack."""
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data
        if failure.user_failure_data:
            return f"The run failed in {event.step_key}: {failure.user_failure_data.description}"
        if failure.error_source and failure.error_source.name == "INTERRUPT":
            return f"The run was stopped in {event.step_key}. What it did not finish still waits."
        error = failure.error
        while error and error.cause:  # the error of our own code, without the layers Dagster wraps around it
            error = error.cause
        return f"The run failed in {event.step_key}.\n{error.to_string() if error else ''}"
    return f"The run {result.run_id} failed outside its steps; its log in the Dagster UI says why."


def _show(settings: Settings) -> None:
    """The cluster's table, the findings, and where everything is; under the lock, since reading disturbs a writer."""
    with job.writer(settings):
        lines = ["", job.headline(settings), "", *job.findings_lines(settings), "", *job.where(settings)]
    print("\n".join(lines))


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed and on disk; taking the imported libraries apart would keep the person waiting two seconds.
    os._exit(status)
