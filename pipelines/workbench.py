"""What people need outside any run: see how a file is read, draft a layout, check a folder, check files before sending.

Belongs here: composing reading and checking for such files. Nothing is stored, and no warehouse is needed.
Does not belong here: the steps of the job (job.py), and the work itself (submissions/).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from pipelines import reference as reference_data
from pipelines.domain.findings import Finding, message
from pipelines.domain.names import NameIndex
from pipelines.domain.periods import Calendar, Span, Window
from pipelines.jurisdiction import ReferenceDataError, load_jurisdiction
from pipelines.publication.feedback import language_of, told
from pipelines.publication.form_template import FormTemplate, Named, workbook_bytes
from pipelines.reference import TABLES
from pipelines.reference_checks import names_in_force
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
        (f"file {number:06}", name := os.path.relpath(path), name, hashlib.sha256(path.read_bytes()).hexdigest(), 1)
        for number, path in enumerate(files)
    ]
    names = ("submission_id", "file", "origin", "sha256")
    return pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String), "reading": pl.Int64}, orient="row")


def template(
    settings: Settings,
    unit: str,
    period: str,
    series: str | None,
    revision: int,
    accumulation: str,
    target: Path | None,
) -> Path:
    """Write the empty form of a unit for a period; where it was written.

    Raises ReferenceDataError when there is no such unit, period or series, or no layout that would read the form.
    """
    reference = reference_data.load(settings)
    if not (settings.layouts / "template.yml").is_file():
        raise ReferenceDataError(f"{settings.layouts}/template.yml is missing; docs/adding-a-form.md has its text.")
    window = _window(period, reference.calendars)
    unit_id, name = _unit(unit, reference, window.end)
    series_id, version = _series(series, reference)
    form = FormTemplate(
        unit=name, unit_id=unit_id, window_start=window.start, window_end=window.end,
        series=_named(reference["series"].filter(series_id=series_id, definition_version=version), "series_id")[0],
        definition_version=version, accumulation=accumulation, revision=revision,
        jurisdiction=reference.jurisdiction.id,
        measures=_asked(_named(reference["measures"], "measure"), reference.jurisdiction.template.measures),
        offences=_asked(_named(reference["offences"], "offence_code"), reference.jurisdiction.template.offences),
        largest_count=reference.jurisdiction.largest_count,
        language=language_of(reference.jurisdiction.languages),
    )  # fmt: skip
    path = target or Path(f"{unit_id}_{window.start}_{window.end}_{series_id}.xlsx")
    path.write_bytes(workbook_bytes(form))
    return path


def _asked(rows: Sequence[Named], keys: Sequence[str]) -> Sequence[Named]:
    return [row for row in rows if not keys or row.code in keys]


def _window(period: str, calendars: Sequence[Calendar]) -> Window:
    days = period.split("..")
    spans = {"": Span.YEAR, "Q": Span.QUARTER, "H": Span.HALF_YEAR, "M": Span.MONTH}
    named = re.fullmatch(r"(\d{4})(?:-([QH]?)(\d{1,2}))?", period)
    try:
        if len(days) == 2:
            return Window(date.fromisoformat(days[0]), date.fromisoformat(days[1]))
        if named:
            year, kind, index = named.groups()
            span = Span.YEAR if index is None else spans[kind or "M"]
            return calendars[0].window(span, int(year), int(index or 1))
    except ValueError as error:
        raise ReferenceDataError(f"period {period}: {error}") from None
    raise ReferenceDataError(
        f"period {period}: give two days (2023-12-15..2024-01-14), 2024, 2024-05, 2024-Q1, 2024-H1"
    )


def _unit(text: str, reference: reference_data.Reference, day: date) -> tuple[str, str]:
    """The id of the unit that has this id or name on a day, and the name under which it is known then."""
    names = names_in_force(reference.tables, day)
    found = NameIndex.of(names).resolve(text)
    unit_id = text if text in {own for own, _ in names} else found.key
    if unit_id is None:
        nearest = f" Nearest: {', '.join(found.candidates)}." if found.candidates else ""
        raise ReferenceDataError(f"unit {text}: no unit has this id or name on {day}.{nearest}")
    return unit_id, next(name for own, name in names if own == unit_id)


def _series(text: str | None, reference: reference_data.Reference) -> tuple[str, str]:
    known = reference["series"].select("series_id", "definition_version").rows()
    wanted = [pair for pair in known if text in (None, pair[0], "/".join(pair))]
    if len(wanted) != 1:
        raise ReferenceDataError(f"--series: give one of {', '.join('/'.join(pair) for pair in wanted or known)}")
    return wanted[0]


def _named(rows: pl.DataFrame, key: str) -> list[Named]:
    return [Named(row[key], row["name"], row["name_en"] or row["name"]) for row in rows.iter_rows(named=True)]


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
