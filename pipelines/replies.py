"""Tell the senders of files what became of them: compose what the ledger knows with the pages of the outbox.

Belongs here: which files are due a reply, where it is written, and that it is written once.
Does not belong here: what a reply looks like (publication/feedback.py), and finding anything.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.domain.findings import Finding, Severity
from pipelines.publication.feedback import Feedback, Told, language_of, write_annotated, write_page
from pipelines.reference import Reference
from pipelines.settings import Settings
from pipelines.warehouse import ledger
from pipelines.warehouse.connection import Connection

_LONGEST_NAME = 230  # bytes


def reply(con: Connection, settings: Settings, reference: Reference, now: datetime) -> int:
    """Write a page, and where it helps an annotated copy, for every file of which there is something new to tell.

    Both lie in the outbox under the file's name with `.html` and `.checked.xlsx` behind it. Returns how many files.
    """
    language = language_of(reference.jurisdiction.languages)
    names = _names(reference)
    told = []
    for row in ledger.feedback_due(con):
        with contextlib.suppress(OSError):  # a reply that cannot be written holds up nothing; the next run tries again
            _write(_feedback(row, names), settings, language)
            told.append((row["file"], row["content_hash"]))
    ledger.record_feedback(con, told, now)
    return len(told)


def _write(feedback: Feedback, settings: Settings, language: str) -> None:
    name = settings.outbox / _shortened(feedback.file)
    page, copy = (name.with_name(f"{name.name}{suffix}") for suffix in (".html", ".checked.xlsx"))
    write_page(feedback, page, language)
    source = settings.submissions / feedback.file
    if not (_is_marked(feedback, source) and write_annotated(source, feedback, copy, language)):
        copy.unlink(missing_ok=True)


def _shortened(file: str) -> Path:
    """A file's path whose last part leaves room for more: names may have 255 bytes."""
    path = Path(file)
    if len(path.name.encode()) <= _LONGEST_NAME:
        return path
    digest = hashlib.sha256(file.encode()).hexdigest()[:12]
    return path.with_name(f"{path.name.encode()[: _LONGEST_NAME - 16].decode(errors='ignore')}…{digest}")


def _is_marked(feedback: Feedback, source: Path) -> bool:
    """Whether there are cells to mark. A file that was recognised by no layout may hold what must not be copied."""
    marked = any(finding.cell for finding in feedback.open_findings)
    return marked and feedback.layout is not None and source.suffix.lower() == ".xlsx" and source.is_file()


def _feedback(row: Mapping[str, Any], names: Mapping[str, str]) -> Feedback:
    told = [Told(_finding(row, found), found["closed_on"]) for found in row["findings"]]
    own = {name: row[name] for name in Feedback.__dataclass_fields__ if name in row and name != "findings"}
    return Feedback(**own, units=[names.get(unit, unit) for unit in row["unit_ids"]], findings=told)


def _finding(row: Mapping[str, Any], found: Mapping[str, Any]) -> Finding:
    code, severity = found["code"], Severity(found["severity"])
    own = {name: found[name] for name in ("sheet", "cell", "found", "expected")}
    return Finding(code, severity, row["file"], submission_id=row["submission_id"], **own)


def _names(reference: Reference) -> dict[str, str]:
    """The official names of units and clusters by their ids."""
    units = reference["unit_names"].filter(name_type="official").select("unit_id", "name").rows()
    return dict([*reference["clusters"].select("cluster_id", "name").rows(), *units])
