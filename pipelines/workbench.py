"""What people need outside any run: see how a file is read, draft a layout, check a folder, check files before sending.

Belongs here: composing reading and checking for such files. Nothing is stored, and no warehouse is needed.
Does not belong here: the steps of the job (job.py), and the work itself (submissions/).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines import reference as reference_data
from pipelines.domain.findings import Finding, message
from pipelines.jurisdiction import ReferenceDataError, load_jurisdiction
from pipelines.publication.feedback import language_of, told
from pipelines.reference import TABLES
from pipelines.settings import Settings
from pipelines.staging import stage_files
from pipelines.submissions import reading
from pipelines.submissions.choosing import OPENING_ERRORS
from pipelines.submissions.explaining import explanation
from pipelines.submissions.layouts import Layout, LayoutError, load_layout, load_layouts
from pipelines.submissions.suggesting import draft
from pipelines.submissions.tidy import tidy
from pipelines.validation.evaluation import evaluate
from pipelines.warehouse import connection, ledger, loading
from pipelines.warehouse.reference_tables import replace_reference

_MOST = 8


def explain(settings: Settings, file: Path, layout: str | None, rows: int) -> list[str]:
    """How each cell of a file would be read, line by line, with the first things that would be refused.

    Raises ReferenceDataError and LayoutError; whatever is wrong with the file is told in the lines.
    """
    reference = reference_data.load(settings)
    layouts = [one for one in load_layouts(settings.layouts) if layout in (None, one.layout)]
    if not layouts:
        raise LayoutError(f"{settings.layouts}: there is no layout{f' {layout}' if layout else ''}")
    content = file.read_bytes()
    received = reading.Received(file.name, "explained", hashlib.sha256(content).hexdigest())
    read, located = reading.read_and_locate(file.parent, received, layouts, reference)
    lines = [f"File {file.name}: {read.layout or 'no layout fits'}", *map(_told, read.findings)]
    if read.tables:
        values = reading.gather([read])
        lines += explanation(located, read.tables, values, rows)
        lines += _problems(tidy(values, reference, tuple(layouts))) if values.height else []
    return lines


def suggest(file: Path) -> str:
    """A layout for a file, drafted for a person to finish. Raises LayoutError when the file cannot be opened."""
    try:
        return draft(file.read_bytes(), file.name)
    except OPENING_ERRORS as error:
        raise LayoutError(f"{file}: {error}") from None


def check_files(settings: Settings, files: Sequence[Path], language: str | None) -> tuple[list[str], bool]:
    """What a run would say of files that were not sent yet, and whether all of them would be taken in.

    The rules of levels 0 to 2 through the code of a run, in a warehouse that is gone afterwards. Copies of each other
    are told as such. Raises ReferenceDataError and LayoutError.
    """
    reference = reference_data.load(settings)
    now = datetime.now(UTC).replace(tzinfo=None)
    with connection.in_memory() as con:
        replace_reference(con, reference, now)
        stage_files(con, settings, Path(), _waiting(files), reference, None, now)
        evaluate(con, now)
        loading.load(con, reference.fingerprint, now)
        checked = ledger.checked(con)
    spoken = language or language_of(reference.jurisdiction.languages)
    lines = [line for file, state, found in checked for line in (*told(file, state, found, spoken), "")]
    return lines, all(state not in ("rejected", "partly_rejected") for _, state, _ in checked)


def _waiting(files: Sequence[Path]) -> pl.DataFrame:
    rows = [
        (f"file {number:06}", os.path.relpath(path), hashlib.sha256(path.read_bytes()).hexdigest(), 1)
        for number, path in enumerate(files)
    ]
    schema = {"submission_id": pl.String, "file": pl.String, "sha256": pl.String, "reading": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def check(settings: Settings) -> tuple[list[str], bool]:
    """One line for jurisdiction.yml, each reference table and each layout, and whether all can be used."""
    lines, good = [], True
    try:
        jurisdiction = load_jurisdiction(settings)
        lines.append(f"ok     jurisdiction.yml: {jurisdiction.id}, nation {jurisdiction.nation}")
        reference = reference_data.load(settings)
        lines += [f"ok     reference/{name}.csv: {reference[name].height} rows" for name in TABLES]
    except ReferenceDataError as error:
        lines, good = [*lines, f"error  {error}"], False
    paths = sorted(settings.layouts.glob("*.yml"))
    for path in paths:
        try:
            lines.append(f"ok     layouts/{path.name}: {_about(load_layout(path))}")
        except LayoutError as error:
            lines, good = [*lines, f"error  {error}"], False
    if not paths:
        lines.append(f"note   {settings.layouts}: no layout yet; `ccw layout suggest FILE` drafts one")
    return lines, good


def _about(layout: Layout) -> str:
    tables = len(layout.tables)
    return f"{', '.join(layout.file.kinds)}; {tables} table{'s' if tables > 1 else ''}"


def _told(finding: Finding) -> str:
    text = message(finding.code, "en")
    place = f"{finding.sheet}!{finding.cell}".strip("!")
    details = "; ".join(part for part in (place, finding.found) if part)
    expected = f" Expected: {finding.expected}." if finding.expected else ""
    return f"{finding.severity} {finding.code}: {text.what} {details}.{expected} {text.do}"


def _problems(staged: pl.DataFrame) -> list[str]:
    """What would be held back or complained of: names, windows and texts that cannot be read; the first of each."""
    over = pl.col("total_over").fill_null("")
    held: dict[str, tuple[pl.Expr, list[str | pl.Expr]]] = {
        "unit not known": (pl.col("scope_id").is_null() & ~over.str.contains("unit"), ["unit", "unit_candidates"]),
        "offence not known": (pl.col("offence_code").is_null() & ~over.str.contains("offence"), ["offence"]),
        "series not known": (pl.col("series_id").is_null(), ["series", "definition_version"]),
        "measure not known": (~pl.col("measure_known"), ["measure"]),
        "window not understood": (pl.col("window_start").is_null(), ["window_text"]),
        "not a figure": (pl.col("problem").is_not_null(), ["sheet", "cell", "raw_text", "problem"]),
        "a cluster, where a unit is expected (list it under `stated`)": (
            (pl.col("role") == "count") & (pl.col("scope_type") == "cluster"),
            ["unit", "unit_cell"],
        ),
        "stated more than once": (
            pl.col("role").is_in(["count", "statement"]) & (pl.col("repeats") > 1),
            ["unit", "offence", "window_text"],
        ),
        "total differs": (pl.col("verdict") == "differs", ["sheet", "cell", "raw_text", "computed"]),
        "total or rate that is compared with nothing": (
            pl.col("never_checked"),
            ["role", "measure", pl.col("cell").str.extract("^([A-Z]+)")],
        ),
    }
    lines: list[str] = []
    for what, (condition, columns) in held.items():
        rows = staged.filter(condition & (pl.col("role") != "stray")).select(columns).unique(maintain_order=True)
        shown = ["; ".join(str(text) for text in row if text) or "(blank)" for row in rows.head(_MOST).rows()]
        lines += [f"  {what}: {text}" for text in shown]
        lines += [f"  {what}: … {rows.height - _MOST} more"] if rows.height > _MOST else []
    return ["", "A run would say:", *lines] if lines else ["", "Every name is known and every figure can be read."]
