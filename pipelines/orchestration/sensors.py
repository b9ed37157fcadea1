"""Starts the job when files wait in the submissions folder.

Belongs here: whether now is the moment to start, and the reason when it is not.
Does not belong here: what counts as waiting. The ledger in the warehouse knows that, so this sensor keeps no cursor and
no run key: the same bytes may come, go and come again, and a file that was refused no longer waits.
"""

from __future__ import annotations

import time

import dagster as dg

from pipelines import job
from pipelines.orchestration import janitor
from pipelines.orchestration.jobs import PENDING_TAG, REASON_TAG, ingest
from pipelines.orchestration.writer import writer_tags
from pipelines.settings import Settings

# A file is taken when it has not changed for this long; its sidecar may arrive after it.
SETTLE_SECONDS = 20.0
# What failed twice in a row is tried again this late: often it was not the files.
RETRY_SECONDS = 900.0

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_FAILED = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dg.sensor(
    job=ingest,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the job when something waits in the submissions folder and nobody is writing.",
)
def new_submissions(context: dg.SensorEvaluationContext) -> dg.SkipReason | dg.RunRequest:
    """Ask for one run, or say why not."""
    settings = Settings.from_environment()
    janitor.fail_orphans(context.instance, settings)
    running = _running(context.instance, settings)
    if running:
        return dg.SkipReason(running)
    try:
        # Looking opens the database, which would make a run that begins in this instant fail: it waits instead.
        with job.writer(settings, wait_seconds=0):
            pending = job.pending(settings)
    except job.WriterBusy as busy:
        return dg.SkipReason(str(busy))
    hindrance = _hindrance(context.instance, settings, pending)
    if hindrance:
        return dg.SkipReason(hindrance)
    return dg.RunRequest(tags={REASON_TAG: "; ".join(pending.reasons), PENDING_TAG: pending.fingerprint})


def _running(instance: dg.DagsterInstance, settings: Settings) -> str | None:
    """The run of this warehouse that waits or works, in words."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED, tags=writer_tags(settings)), limit=1)
    return f"Run {runs[0].run_id} is {runs[0].status.value.lower()}." if runs else None


def _hindrance(instance: dg.DagsterInstance, settings: Settings, pending: job.Pending) -> str | None:
    """Why nothing is to be started, or not now."""
    if pending.nothing:
        return f"Nothing waits in {settings.submissions}."
    changing = job.unsettled(settings, SETTLE_SECONDS)
    if changing:
        return f"Still changing: {', '.join(changing)}."
    return _failed_lately(instance, settings, pending)


def _failed_lately(instance: dg.DagsterInstance, settings: Settings, pending: job.Pending) -> str | None:
    """The last two runs were started for what waits now, did not succeed, and it was a short while ago."""
    last = instance.get_run_records(dg.RunsFilter(tags=writer_tags(settings)), limit=2)
    failed = [record for record in last if _failed_on(record.dagster_run, pending)]
    if len(failed) < 2 or time.time() - (last[0].end_time or 0) > RETRY_SECONDS:
        return None
    run_id = last[0].dagster_run.run_id
    return f"Run {run_id} and the one before failed on what waits now. The next try is later; or start the job by hand."


def _failed_on(run: dg.DagsterRun, pending: job.Pending) -> bool:
    return run.status in _FAILED and run.tags.get(PENDING_TAG) == pending.fingerprint
