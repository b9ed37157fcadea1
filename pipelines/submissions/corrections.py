"""Corrections that are declared for what a sender cannot send again, such as a slip in a transcription from print.

Belongs here: putting the declared text in place of the one that is expected in the cell, as long as it is there.
Does not belong here: corrections that a sender can send: they arrive as files of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.domain.findings import Finding, Severity
from pipelines.submissions.reading import ReadFile

_PLACE = ("submission_id", "sheet", "cell")
_DECLARED = pl.Schema(dict.fromkeys((*_PLACE, "_expected", "_corrected"), pl.String))


def apply_corrections(
    values: pl.DataFrame, files: Sequence[ReadFile], today: date
) -> tuple[pl.DataFrame, list[Finding]]:
    """The values (gathering.READ) with `corrected_from`, the text that stood there, where one was corrected.

    A correction that has expired, or whose cell does not hold the text that it expects, is a critical finding and
    refuses its file; one that was applied is an info.
    """
    declared = [(file, one) for file in files for one in file.sidecar.corrections]
    if not declared:
        return values, []
    cells = {row[:3]: row[3] for row in values.select(*_PLACE, "raw_text").iter_rows()}
    rows, findings = list[tuple[str, ...]](), list[Finding]()
    for file, one in declared:
        sheet, _, cell = one.cell.rpartition("!")
        place = (file.submission_id, sheet, cell)
        found = cells.get(place)
        own = {"file": file.file, "sheet": sheet, "cell": cell, "submission_id": file.submission_id}
        if one.expires_on < today:
            expected = f"{one.expires_on} ≥ {today}"
            findings.append(
                Finding("correction_expired", Severity.CRITICAL, found=one.becomes, expected=expected, **own)
            )
        elif found != one.found:
            findings.append(
                Finding("correction_unmatched", Severity.CRITICAL, found=found or "—", expected=one.found, **own)
            )
        else:
            rows.append((*place, one.found, one.becomes))
            told = f"{one.becomes} ({one.reason}; {one.author})"
            findings.append(Finding("value_corrected", Severity.INFO, found=one.found, expected=told, **own))
    corrections = pl.DataFrame(rows, schema=_DECLARED, orient="row")
    failed = {finding.submission_id for finding in findings if finding.severity is Severity.CRITICAL}
    kept = values.filter(~pl.col("submission_id").is_in(failed))
    joined = kept.join(corrections, on=_PLACE, how="left", maintain_order="left")
    applied = pl.col("_corrected").is_not_null()
    return joined.with_columns(
        corrected_from=pl.col("_expected"),
        raw_text=pl.when(applied).then("_corrected").otherwise("raw_text"),
        cell_kind=pl.when(applied).then(pl.lit("text")).otherwise("cell_kind"),
        mark=pl.when(applied).then(None).otherwise("mark"),
    ).drop("_expected", "_corrected"), findings
