"""From when on the figures of a file count as known, where its sidecar says so.

Belongs here: what a declared day means for a reading, and refusing a day that would change what is published.
Does not belong here: asking what was known when (models/core).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from pipelines.domain.moments import start_of_day
from pipelines.submissions.reading import ReadFile
from pipelines.submissions.refusals import Refused


def known_on_at(file: ReadFile, reading: int, time_zone: str) -> datetime | None:
    """The declared moment from which a file's figures count as known; None where it is the moment of loading.

    Only the first reading can have become known earlier: what a mended layout reads differently was not known before.
    Neither was a withdrawal.
    """
    day = file.sidecar.known_on
    return start_of_day(day, time_zone) if day and reading == 1 and not file.sidecar.withdrawn else None


def refuse_untimely(read: Sequence[ReadFile], released_on: date | None, today: date) -> list[ReadFile]:
    """The files, without the figures of those that would have been known before the last release, or in the future."""
    return [_refused(file, released_on, today) if _is_untimely(file, released_on, today) else file for file in read]


def _is_untimely(file: ReadFile, released_on: date | None, today: date) -> bool:
    day, backfill = file.sidecar.known_on, file.sidecar.backfill
    return day is not None and (day > today or (not backfill and released_on is not None and day < released_on))


def _refused(file: ReadFile, released_on: date | None, today: date) -> ReadFile:
    expected = f"{released_on or ''} – {today}; backfill: true"
    refusal = Refused("known_on_untimely", found=f"known_on: {file.sidecar.known_on}", expected=expected)
    return replace(file, tables=(), findings=(refusal.finding(file.file, file.submission_id),))
