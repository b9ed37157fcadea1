"""A person's view of a run: the lines the steps say, and none of Dagster's own events.

Belongs here: the logger that `run_now` selects. Does not belong here: what the lines say (assets.py), nor the full
event log, which Dagster keeps for every run whichever logger is chosen.
"""

from __future__ import annotations

import logging
import os
import sys

import dagster as dg

NAME = "terminal"


class _StepLines(logging.Handler):
    """Writes each line a step said to the terminal as it was when the run began.

    Dagster sends standard output through a file and a `tail` process while a run lasts; writing to a duplicate keeps
    the lines prompt and in order.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        sys.stdout.flush()
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        said = meta.get("step_key") and meta.get("dagster_event") is None
        if said and record.levelno < logging.ERROR:  # errors end the run, and `run_now` tells of that once
            print(f"  {meta['orig_message']}", file=self._out, flush=True)


@dg.logger({}, "One line per step, for people at a terminal.")
def terminal_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger of its own per run that prints only what steps say."""
    logger = logging.Logger(NAME, logging.INFO)
    logger.addHandler(_StepLines())
    return logger
