"""Read received files, one after the other: what each holds, or the one finding that says why it cannot be read.

Belongs here: the order of the steps for one file and turning every failure into a finding.
Does not belong here: the steps themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.domain.findings import Finding, Severity
from pipelines.reference import Reference
from pipelines.submissions.extract import EXTRACTED, extract
from pipelines.submissions.layouts import Difference, Layout, Located, compare, normalised
from pipelines.submissions.sidecars import Sidecar, SidecarError, read_sidecar
from pipelines.submissions.workbooks import TABLES, EmptyFile, Sheet, UnreadableFile, address, open_file

# What a layout must say of itself to be the nearest one to an unknown file.
_FAR = 1000

# The extracted values of a file with what holds for the whole submission.
READ: dict[str, type[pl.DataType]] = {
    "submission_id": pl.String,
    "file": pl.String,
    "layout": pl.String,
    "source_id": pl.String,
    "revision": pl.Int64,
    "received_on": pl.Date,
    **EXTRACTED,
    "derived_from": pl.String,
}


@dataclass(frozen=True)
class ReadFile:
    """The outcome for one file: its values (no rows when it was refused) and the findings about the file as a whole."""

    submission_id: str
    file: str
    layout: str | None
    source_id: str | None
    values: pl.DataFrame
    findings: tuple[Finding, ...]


class _Refused(Exception):
    def __init__(self, code: str, *, sheet: str = "", cell: str = "", found: str = "", expected: str = "") -> None:
        super().__init__(code)
        self.code, self.sheet, self.cell, self.found, self.expected = code, sheet, cell, found, expected


def read_file(
    folder: Path, file: str, submission_id: str, sha256: str, layouts: Sequence[Layout], reference: Reference
) -> ReadFile:
    """Read one received file. Never raises for what the file holds: a refusal is a critical finding."""
    layout: str | None = None
    try:
        content = _content(folder / file, sha256)
        located = _recognise(content, Path(file).suffix.lower(), layouts)
        layout = located.layout.layout
        sidecar = _sidecar(folder / file)
        source = _source(sidecar, located.layout, reference)
        _check_evidence(sidecar, reference)
    except _Refused as refused:
        finding = Finding(
            refused.code, Severity.CRITICAL, file, refused.sheet, refused.cell, refused.found, refused.expected,
            submission_id,
        )  # fmt: skip
        return ReadFile(submission_id, file, layout, None, pl.DataFrame(schema=READ), (finding,))
    values = _with_sidecar(pl.DataFrame(extract(located, _declared(sidecar)), schema=EXTRACTED, orient="row"), sidecar)
    whole = values.with_columns(
        submission_id=pl.lit(submission_id),
        file=pl.lit(file),
        layout=pl.lit(layout),
        source_id=pl.lit(source),
        revision=pl.lit(sidecar.revision, pl.Int64),
        received_on=pl.lit(sidecar.received_on, pl.Date),
    )
    return ReadFile(submission_id, file, layout, source, whole.select(list(READ)), ())


def _content(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _Refused("file_unreadable", found=error.strerror or str(error)) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _Refused("file_unreadable", found="it changed while it was being read")
    return content


def _sidecar(path: Path) -> Sidecar:
    try:
        return read_sidecar(path)
    except SidecarError as error:
        raise _Refused("sidecar_invalid", found=str(error), expected="entries as in docs/adding-a-submission") from None


def _check_evidence(sidecar: Sidecar, reference: Reference) -> None:
    """What the sidecar refers to must exist: a mistyped origin would let a figure confirm itself."""
    measures, figures = (
        reference["measures"]["measure"].to_list(),
        reference["published_figures"]["figure_id"].to_list(),
    )
    for measure, entry in sidecar.evidence.items():
        if measure not in measures:
            raise _Refused("sidecar_invalid", found=f"evidence.{measure}", expected=", ".join(measures))
        if entry.derived_from is not None and entry.derived_from not in figures:
            raise _Refused("sidecar_invalid", found=entry.derived_from, expected="a figure of published_figures.csv")


def _source(sidecar: Sidecar, layout: Layout, reference: Reference) -> str:
    source = sidecar.source or layout.source
    known = reference["sources"]["source_id"].to_list()
    if source is None or source not in known:
        raise _Refused("source_unknown", found=source or "—", expected=", ".join(known))
    return source


def _recognise(content: bytes, suffix: str, layouts: Sequence[Layout]) -> Located:
    try:
        sheets = open_file(content, suffix)
    except EmptyFile:
        raise _Refused("file_empty", found=f"{len(content)} bytes") from None
    except UnreadableFile as error:
        raise _Refused("file_unreadable", found=str(error), expected=suffix.lstrip(".")) from None
    compared = [(layout, *compare(sheets, layout)) for layout in layouts if suffix in layout.suffixes]
    fitting = [located for _, located, differences in compared if located and not differences]
    if len(fitting) > 1:
        names = ", ".join(located.layout.layout for located in fitting)
        raise _Refused("layouts_ambiguous", found=names, expected="one layout")
    if not fitting:
        raise _nearest(sheets, suffix, [(layout, differences) for layout, _, differences in compared])
    if suffix in TABLES:
        _check_width(fitting[0])
    return fitting[0]


def _check_width(located: Located) -> None:
    """Every line has as many fields as the header: one separator more would shift figures into other columns."""
    width = located.first_column + len(located.layout.columns)
    for row, fields in enumerate(located.sheet.rows[located.header_row :], located.header_row):
        if any(str(field).strip() for field in fields) and len(fields) != width:
            place, found = address(row, 0), f"{len(fields)} fields"
            raise _Refused("row_ragged", cell=place, found=found, expected=f"{width} fields")


def _nearest(sheets: Sequence[Sheet], suffix: str, compared: Sequence[tuple[Layout, list[Difference]]]) -> _Refused:
    """The refusal of a file that no layout recognises, told by the layout that differs least."""
    if not compared:
        return _Refused("layout_unknown", found=suffix, expected="a layout for this kind of file")
    layout, differences = min(compared, key=lambda pair: (_distance(pair[1]), pair[0].layout))
    first = differences[0]
    side_by_side = "; ".join(f"{d.cell}: {d.found} ≠ {d.expected}" for d in differences if d.cell)
    return _Refused(
        "layout_unknown"
        if _distance(differences) > len(layout.columns) and first.code not in ("sheet_missing", "sheets_ambiguous")
        else first.code,
        sheet=_sheet_name(sheets, layout) if first.cell else "",
        cell=first.cell,
        found=side_by_side or first.found,
        expected=f"{first.expected} (layouts/{layout.layout}.yml, {first.key})",
    )


def _sheet_name(sheets: Sequence[Sheet], layout: Layout) -> str:
    return next((s.name for s in sheets if layout.sheet and normalised(s.name) == normalised(layout.sheet)), "")


def _distance(differences: Sequence[Difference]) -> int:
    return sum(1 if difference.code == "header_differs" else _FAR for difference in differences)


def _declared(sidecar: Sidecar) -> dict[str, str]:
    fields = {"definition_version": sidecar.definition_version, "window_basis": sidecar.window_basis}
    return {name: text for name, text in fields.items() if text}


def _with_sidecar(values: pl.DataFrame, sidecar: Sidecar) -> pl.DataFrame:
    """The evidence of each measure, as the row prints it or else as the sidecar declares it."""
    declared = sidecar.evidence
    by_measure = {measure: entry.evidence for measure, entry in declared.items()}
    citations = {measure: entry.citation for measure, entry in declared.items()}
    origins = {measure: entry.derived_from for measure, entry in declared.items()}
    return values.with_columns(
        window_basis=_first_stated(pl.col("window_basis"), pl.lit("printed")),
        evidence=_first_stated(pl.col("evidence"), _looked_up(by_measure), pl.lit("submitted")),
        citation=_first_stated(pl.col("citation"), _looked_up(citations), pl.lit("")),
        derived_from=_looked_up(origins),
    )


def _looked_up(by_measure: Mapping[str, str | None]) -> pl.Expr:
    return pl.col("measure").replace_strict(by_measure, default=None, return_dtype=pl.String)


def _first_stated(*texts: pl.Expr) -> pl.Expr:
    return pl.coalesce(*(pl.when(text != "").then(text) for text in texts[:-1]), texts[-1])
