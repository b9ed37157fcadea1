"""The one job: everything from the received files to the release, in one process, one run at a time per warehouse.

Belongs here: the job and the tags of its runs. Does not belong here: when it starts (schedules.py, sensors.py).
"""

from __future__ import annotations

import dagster as dg

from pipelines.orchestration.writer import writer_tags
from pipelines.settings import Settings

# Why a run was started, in words; and what waited then, so that a failing run is not started over and over.
REASON_TAG = "warehouse/reason"
PENDING_TAG = "warehouse/pending"

ingest = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.all(),
    description="Receive, stage, validate, load, build, test, publish. Running it again changes nothing.",
    tags=writer_tags(Settings.from_environment()),
    executor_def=dg.in_process_executor,
)
