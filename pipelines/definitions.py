"""The code location: the only place where the parts of the Dagster ring are put together.

Belongs here: one `Definitions`. Does not belong here: anything else.
"""

from __future__ import annotations

import dagster as dg

from pipelines.orchestration import terminal
from pipelines.orchestration.assets import ASSETS
from pipelines.orchestration.jobs import ingest
from pipelines.orchestration.schedules import schedules
from pipelines.orchestration.sensors import new_submissions
from pipelines.orchestration.writer import Writer
from pipelines.settings import Settings

defs = dg.Definitions(
    assets=ASSETS,
    jobs=[ingest],
    schedules=schedules(Settings.from_environment()),
    sensors=[new_submissions],
    resources={"writer": Writer()},
    executor=dg.in_process_executor,  # the writer's lock is held per process: see orchestration/writer.py
    loggers={"console": dg.colored_console_logger, terminal.NAME: terminal.terminal_logger},
)
