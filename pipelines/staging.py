"""From files that wait to staged rows: the step that a run and a check before sending have in common.

Belongs here: composing submissions and the staging tables.
Does not belong here: which files wait, the rules, and what becomes of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from pipelines.domain.findings import Finding, Severity
from pipelines.domain.moments import day_of
from pipelines.reference import Reference
from pipelines.settings import Settings
from pipelines.submissions import reading
from pipelines.submissions.backfills import known_on_at, refuse_untimely
from pipelines.submissions.corrections import apply_corrections
from pipelines.submissions.layouts import layout_versions, load_layouts
from pipelines.submissions.tidy import STAGED, tidy
from pipelines.warehouse import loading
from pipelines.warehouse.connection import Connection


def stage_files(
    con: Connection,
    settings: Settings,
    folder: Path,
    waiting: pl.DataFrame,
    reference: Reference,
    released_at: datetime | None,
    now: datetime,
) -> tuple[list[reading.ReadFile], int]:
    """Read files and replace the staging tables by their values; the files, and how many values.

    `waiting` has submission_id, file (below the folder), origin, sha256 and reading; `released_at` is the moment of the
    last release. Raises LayoutError and LoadMismatch.
    """
    layouts, zone = load_layouts(settings.layouts), reference.jurisdiction.time_zone
    received = (reading.Received(*row) for row in waiting.select("file", "submission_id", "sha256").iter_rows())
    read = refuse_untimely(
        reading.read_files(folder, received, layouts, reference), _day(released_at, zone), day_of(now, zone)
    )
    values, corrected = apply_corrections(reading.gather(read), read, day_of(now, zone))
    counts = tidy(values, reference, layouts) if values.height else pl.DataFrame(schema=STAGED)
    findings = [finding for file in read for finding in file.findings] + _no_rows(read) + corrected
    loading.stage(
        con, counts, loading.findings_frame(findings), _files(waiting, read, settings, zone), _confirmations(read),
        _rule_dates(reference),
    )  # fmt: skip
    return read, counts.height


def _day(moment: datetime | None, time_zone: str) -> date | None:
    return None if moment is None else day_of(moment, time_zone)


def _no_rows(read: Sequence[reading.ReadFile]) -> list[Finding]:
    """A file that was recognised but holds no value at all."""
    return [
        Finding("no_usable_rows", Severity.CRITICAL, file.file, submission_id=file.submission_id)
        for file in read
        if file.layout is not None and file.refused and not any(f.severity == Severity.CRITICAL for f in file.findings)
    ]


def _rule_dates(reference: Reference) -> pl.DataFrame:
    rows = [(code, rule.valid_from, rule.valid_to) for code, rule in reference.jurisdiction.rules.items()]
    return pl.DataFrame(rows, schema=loading.RULE_DATES, orient="row")


def _confirmations(read: Sequence[reading.ReadFile]) -> pl.DataFrame:
    rows = [
        (file.submission_id, one.code, *(one.cell.rpartition("!")[::2] if one.cell else (None, None)), one.by, one.day)
        for file in read
        for one in file.sidecar.confirmed
    ]
    return pl.DataFrame(rows, schema=loading.CONFIRMATIONS, orient="row")


def _files(waiting: pl.DataFrame, read: Sequence[reading.ReadFile], settings: Settings, time_zone: str) -> pl.DataFrame:
    versions = layout_versions(settings.layouts)
    readings = dict(waiting.select("submission_id", "reading").rows())
    known = [
        {
            "submission_id": file.submission_id,
            "layout": file.layout,
            "layout_version": versions.get(file.layout or ""),
            "source_id": file.source_id,
            **file.sidecar.model_dump(include={"revision", "sender", "received_on", "replaces"}),
            "known_on_at": known_on_at(file, readings[file.submission_id], time_zone),
            "withdrawn": file.sidecar.withdrawn is not None,
        }
        for file in read
    ]
    schema = {name: kind for name, kind in loading.FILES.items() if name not in ("reading", "file", "origin", "sha256")}
    frame = pl.DataFrame(known, schema=schema)
    return waiting.join(frame, on="submission_id", how="inner").select(loading.FILES.names())
