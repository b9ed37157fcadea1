"""Runs at the reporting deadlines of the jurisdiction.

Belongs here: one Dagster schedule per entry of the plan. Does not belong here: dates and working days (the
jurisdiction's data, read by job.py).
"""

from __future__ import annotations

import dagster as dg

from pipelines import job
from pipelines.orchestration.jobs import REASON_TAG, ingest
from pipelines.settings import Settings


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The planned runs. Each tick asks for a run, also when no file came: what is missing by then is a result too."""
    return [
        dg.ScheduleDefinition(
            name=name,
            job=ingest,
            cron_schedule=cron,
            execution_timezone=time_zone,
            description=description,
            tags={REASON_TAG: f"schedule {name}"},
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
        for name, cron, time_zone, description in job.schedule_plan(settings)
    ]
