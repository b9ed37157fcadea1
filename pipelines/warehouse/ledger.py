"""The ledger: which files were received, which of them still wait, and what became of them.

Belongs here: entering receipts, listing what waits, and reading the ledger's findings back.
Does not belong here: opening files, and the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from pipelines.warehouse.connection import run_script, statement, transaction

# What stands of a finding, without its history.
FINDINGS = pl.Schema(
    dict.fromkeys(("code", "severity", "file", "sheet", "cell", "found", "expected", "submission_id"), pl.String)
)


@dataclass(frozen=True)
class Receipt:
    """What a look into the folder brought: files there, files that are new, submissions that wait to be read."""

    seen: int
    new: int
    waiting: int


def receive(
    con: duckdb.DuckDBPyConnection, inbox: pl.DataFrame, read_with: str, layouts: Mapping[str, str], now: datetime
) -> Receipt:
    """Enter the files of the folder (frame as of submissions.inbox.INBOX) into the ledger, in one transaction.

    A refused submission waits again when `read_with`, the fingerprint of layouts and reference data, has changed; any
    submission when the version of its layout (`layouts`: name to version) has.
    """
    con.register("inbox", inbox)
    with transaction(con):
        run_script(con, "receive", seen_at=now)
        (new,) = con.execute("select count(*) from ops.receipts where seen_at = ?", [now]).fetchall()[0]
        run_script(con, "open_submissions", seen_at=now, read_with=read_with, **_lists(layouts))
        run_script(con, "enter")
    con.unregister("inbox")
    return Receipt(seen=inbox.height, new=new, waiting=received(con).height)


def received(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Submissions that wait to be read: submission_id, file, sha256, reading (1 for the first)."""
    frame: pl.DataFrame = con.sql(statement("received")).pl()
    return frame


def advance(con: duckdb.DuckDBPyConnection, state: str) -> None:
    """Say of the staged submissions how far they have come: parsed or validated."""
    run_script(con, "advance", state=state)


def changed_files(
    con: duckdb.DuckDBPyConnection, inbox: pl.DataFrame, read_with: str, layouts: Mapping[str, str]
) -> tuple[str, ...]:
    """Files of which a run has something to do: new or changed, left waiting, refused with other data, read by another
    layout, gone or come back.
    """
    # As lists, not as a frame: scanning a frame imports pyarrow, which a command that only looks need not wait for.
    columns = {"files": "file", "submission_ids": "submission_id", "hashes": "sha256"}
    values = {name: inbox[column].to_list() for name, column in columns.items()}
    rows = con.execute(statement("changed_files"), {"read_with": read_with, **values, **_lists(layouts)}).fetchall()
    return tuple(file for (file,) in rows)


def _lists(layouts: Mapping[str, str]) -> dict[str, list[str]]:
    return {"layouts": list(layouts), "layout_versions": list(layouts.values())}


def open_findings(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Findings that still stand, worst first: code, severity, file, sheet, cell, found, expected, submission_id."""
    found = con.execute(statement("open_findings"))
    return pl.DataFrame(found.fetchall(), schema=FINDINGS, orient="row")


def record_between(con: duckdb.DuckDBPyConnection, codes: Sequence[str], now: datetime) -> None:
    """Open and close the findings with these codes by what stands in staging.row_findings."""
    with transaction(con):
        run_script(con, "between_findings", now=now, codes=list(codes))


def settle(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """After core was built: close findings that came right with another file, and write ops.submissions anew."""
    with transaction(con):
        run_script(con, "made_good", now=now)
        run_script(con, "ledger")


def put_catalogue(
    con: duckdb.DuckDBPyConnection,
    messages: Sequence[tuple[str, str, str, str]],
    rules: Sequence[tuple[str, int, str, str]],
) -> None:
    """Replace ops.messages (code, language, what, what to do) and ops.rules (code, level, severity, scope)."""
    names = ("code", "language", "what", "what_to_do")
    frames = {
        "messages": pl.DataFrame(messages, schema=dict.fromkeys(names, pl.String), orient="row"),
        "rules": pl.DataFrame(rules, schema=["code", "level", "severity", "scope"], orient="row"),
    }
    with transaction(con):
        for name, frame in frames.items():
            con.register("incoming", frame)
            con.execute(f"delete from ops.{name}")
            con.execute(f"insert into ops.{name} from incoming")
            con.unregister("incoming")


def feedback_due(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What the senders of files have not been told yet: rows of ops.submissions with their findings and a hash."""
    found = con.execute(statement("feedback_due"))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def record_feedback(con: duckdb.DuckDBPyConnection, told: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note for each file (path and hash) what its sender has been told."""
    con.register("told", pl.DataFrame(told, schema={"file": pl.String, "content_hash": pl.String}, orient="row"))
    con.execute("insert or replace into ops.feedback select file, content_hash, ? from told", [now])
    con.unregister("told")


def checked(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, pl.DataFrame]]:
    """Every file that was read, in order of its submission: its path, its state, and its findings (FINDINGS)."""
    readings = con.execute("select file, state, submission_id from ops.readings order by submission_id").fetchall()
    rows = con.execute(
        "select code, severity, file, coalesce(sheet, ''), coalesce(cell, ''), coalesce(found, ''), "
        "coalesce(expected, ''), submission_id from ops.findings order by severity, sheet, length(cell), cell, code"
    ).fetchall()
    found = pl.DataFrame(rows, schema=FINDINGS, orient="row")
    return [(file, state, found.filter(submission_id=submission_id)) for file, state, submission_id in readings]
