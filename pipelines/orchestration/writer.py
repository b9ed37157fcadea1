"""The writer's lock as a Dagster resource, and the tag that says which warehouse a run writes to.

Belongs here: taking the lock for the whole run, refusing a run that did not get it, naming the run's warehouse.
Does not belong here: how the lock works (job.py), waiting in queues (dagster.yaml), and clearing up after dead runs
(janitor.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import dagster as dg
from pydantic import Field, PrivateAttr

from pipelines import job
from pipelines.settings import Settings

# Runs with this tag write to the warehouse that its value names; dagster.yaml lets one run per value through.
WRITER_TAG = "warehouse/writer"


def writer_tags(settings: Settings) -> dict[str, str]:
    """The tag of every run that writes to this warehouse: its state folder, so jurisdictions never block each other."""
    return {WRITER_TAG: str(settings.state)}


class Writer(dg.ConfigurableResource["Writer"]):
    """Holds the writer's lock from before the first step until after the last one, and hands out the settings.

    The in-process executor initialises resources once per run, in the process of the run, so the lock of a killed run
    is released by the operating system. An executor with a process per step would take the lock per step instead, and
    a second run could slip in between: never run these assets with one.
    """

    wait_seconds: float = Field(default=30.0, description="How long a run waits for another writer before it fails.")
    _busy: str = PrivateAttr(default="")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Writer]:
        """Take the lock, or remember why not: an error raised here would reach the reader as Dagster's own stack."""
        settings = Settings.from_environment()
        _tag_run(context, settings)
        with ExitStack() as held:
            try:
                held.enter_context(job.writer(settings, self.wait_seconds))
            except job.WriterBusy as busy:
                self._busy = str(busy)
            yield self

    def settings(self) -> Settings:
        """The settings, for steps that are about to write. Raises dg.Failure when this run did not get the lock."""
        if self._busy:
            raise dg.Failure(f"Nothing was done: {self._busy}", allow_retries=False)
        return Settings.from_environment()


def _tag_run(context: dg.InitResourceContext, settings: Settings) -> None:
    """Tag runs that were not started as the job (assets picked in the UI), so that queue and janitor see them too."""
    if context.run and context.instance and WRITER_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run.run_id, writer_tags(settings))
