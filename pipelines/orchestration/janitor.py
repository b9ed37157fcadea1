"""Marks runs as failed whose process is gone, so that they no longer hold the writer's place in the queue.

Belongs here: the one judgement "this run says it is running, and cannot be".
Does not belong here: runs that never reached their first step and runs that take too long (run_monitoring in
dagster.yaml), and any repair of data: a killed run left no half work behind and is simply run again.
"""

from __future__ import annotations

import time

import dagster as dg

from pipelines import job
from pipelines.orchestration.writer import writer_tags
from pipelines.settings import Settings

# Between its start and the lock, and between the lock's release and its last event, a living run is without the lock.
QUIET_SECONDS = 30.0


def fail_orphans(instance: dg.DagsterInstance, settings: Settings, quiet_seconds: float = QUIET_SECONDS) -> list[str]:
    """Mark every run of this warehouse as failed that is `STARTED` while nobody holds the lock; return their ids.

    A living run holds the lock, and the operating system takes it from a dead one, on whatever host or under whatever
    process number it ran. Does nothing while somebody writes: the orphans are found at a later call.
    """
    if job.writer_busy(settings):
        return []
    running = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING], tags=writer_tags(settings)
    )
    orphans = [run for run in instance.get_runs(running) if _quiet_for(instance, run.run_id) >= quiet_seconds]
    for run in orphans:
        instance.report_run_failed(
            run,
            "The process of this run is gone: nobody holds the writer's lock. What it did not finish is still waiting.",
        )
    return [run.run_id for run in orphans]


def _quiet_for(instance: dg.DagsterInstance, run_id: str) -> float:
    """Seconds since the run's last event; endless when it has none."""
    last = instance.get_records_for_run(run_id, limit=1, ascending=False).records
    return time.time() - last[0].timestamp if last else float("inf")
