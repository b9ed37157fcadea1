"""Read received files, one after the other: what each holds, or the one finding that says why it cannot be read.

Belongs here: the order of the steps for one file, turning every failure into a finding, and putting the values of many
files into one frame.
Does not belong here: the steps themselves.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.domain.findings import Finding, Severity
from pipelines.reference import Reference
from pipelines.submissions import gathering
from pipelines.submissions.encodings import UndecodableText
from pipelines.submissions.extract import Extracted, extract
from pipelines.submissions.headers import Difference
from pipelines.submissions.layouts import Layout
from pipelines.submissions.memory import Memory
from pipelines.submissions.recognition import Located, compare, unread_sheets
from pipelines.submissions.sidecars import Sidecar, SidecarError, read_sidecar
from pipelines.submissions.workbooks import (
    Book,
    ProtectedFile,
    TooLarge,
    UnreadableFile,
    WrongKind,
    open_book,
)

# What opening a file can raise, each with a message for its user.
OPENING_ERRORS = (ProtectedFile, WrongKind, TooLarge, UnreadableFile, UndecodableText)

# How far a difference takes a file from a layout; all others are of one column or one row.
_FAR = {"sheet_missing": 1000, "header_missing": 1000, "encoding_differs": 1000, "sheets_ambiguous": 1000}
_MOST_SHOWN = 12


@dataclass(frozen=True)
class ReadFile:
    """The outcome for one file: its tables (none when it was refused) and the findings about the file as a whole."""

    submission_id: str
    file: str
    layout: str | None
    source_id: str | None
    sidecar: Sidecar
    tables: tuple[Extracted, ...]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether it holds any figure, however bad."""
        return any(table.has_figures for table in self.tables)

    @property
    def identity(self) -> dict[str, object]:
        """What holds for every value of the file."""
        return {
            "submission_id": self.submission_id, "file": self.file, "layout": self.layout,
            "source_id": self.source_id, "revision": self.sidecar.revision, "received_on": self.sidecar.received_on,
        }  # fmt: skip


class _Refused(Exception):
    def __init__(self, code: str, *, sheet: str = "", cell: str = "", found: str = "", expected: str = "") -> None:
        super().__init__(code)
        self.code, self.sheet, self.cell, self.found, self.expected = code, sheet, cell, found, expected


def read_file(
    folder: Path,
    file: str,
    submission_id: str,
    sha256: str,
    layouts: Sequence[Layout],
    reference: Reference,
    memory: Memory | None = None,
) -> ReadFile:
    """Read one received file. Never raises for what the file holds: a refusal is a critical finding.

    `memory` is the run's: forms of one kind are then told by what was learnt from the first of them.
    """
    return read_and_locate(folder, file, submission_id, sha256, layouts, reference, memory or Memory())[0]


def read_and_locate(
    folder: Path,
    file: str,
    submission_id: str,
    sha256: str,
    layouts: Sequence[Layout],
    reference: Reference,
    memory: Memory,
) -> tuple[ReadFile, list[Located]]:
    """What read_file gives, and where the tables stand in the file (none when it was refused)."""
    layout: str | None = None
    try:
        path = f"{folder}/{file}"
        known = memory.once(("reference", reference.fingerprint), lambda: _Known.of(reference))
        sidecar = _sidecar(path, layouts, known)
        opened = Opened(_content(path, sha256), os.path.basename(file))
        located = _recognise(opened, [one for one in layouts if sidecar.layout in (None, one.layout)], memory)
        layout = located[0].layout.layout
        source = _source(sidecar, located[0].layout, known)
        _check_declared(sidecar, located[0].layout)
        tables = tuple(extract(place, sidecar.declared, memory) for place in located)
        _check_width(tables, located)
    except _Refused as refused:
        findings = (_finding(refused, file, submission_id),)
        return ReadFile(submission_id, file, layout, None, Sidecar(), (), findings), []
    warnings = tuple(
        _finding(warning, file, submission_id, Severity.WARNING) for warning in _warnings(opened, located, tables)
    )
    return ReadFile(submission_id, file, layout, source, sidecar, tables, warnings), located


def _finding(refused: _Refused, file: str, submission_id: str, severity: Severity = Severity.CRITICAL) -> Finding:
    return Finding(
        refused.code, severity, file, refused.sheet, refused.cell, refused.found, refused.expected, submission_id
    )


def _content(path: str, sha256: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise _Refused("file_unreadable", found=error.strerror or str(error)) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _Refused("file_unreadable", found="it changed while it was being read")
    if not content:
        raise _Refused("file_empty", found="0 bytes")
    return content


# --- the sidecar ---------------------------------------------------------------------------------------------------


def _sidecar(path: str, layouts: Sequence[Layout], known: _Known) -> Sidecar:
    try:
        sidecar = read_sidecar(path)
    except SidecarError as error:
        raise _Refused("sidecar_invalid", found=str(error), expected="entries as in docs/adding-a-submission") from None
    if sidecar.layout is not None and sidecar.layout not in (names := [layout.layout for layout in layouts]):
        raise _Refused("sidecar_invalid", found=f"layout: {sidecar.layout}", expected=", ".join(names))
    _check_evidence(sidecar, known)
    return sidecar


@dataclass(frozen=True)
class _Known:
    """What a sidecar may refer to, taken out of the reference data once."""

    measures: tuple[str, ...]
    figures: frozenset[str]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, reference: Reference) -> _Known:
        return cls(
            tuple(reference["measures"]["measure"]),
            frozenset(reference["published_figures"]["figure_id"]),
            tuple(reference["sources"]["source_id"]),
        )


def _check_evidence(sidecar: Sidecar, known: _Known) -> None:
    """What the sidecar refers to must exist: a mistyped origin would let a figure confirm itself."""
    for measure, entry in sidecar.evidence.items():
        if measure not in known.measures:
            raise _Refused("sidecar_invalid", found=f"evidence.{measure}", expected=", ".join(known.measures))
        if entry.derived_from is not None and entry.derived_from not in known.figures:
            raise _Refused("sidecar_invalid", found=entry.derived_from, expected="a figure of published_figures.csv")


def _source(sidecar: Sidecar, layout: Layout, known: _Known) -> str:
    source = sidecar.source or layout.source
    if source is None or source not in known.sources:
        raise _Refused("source_unknown", found=source or "—", expected=", ".join(known.sources))
    return source


def _check_declared(sidecar: Sidecar, layout: Layout) -> None:
    """A form that does not say everything asks its sidecar for the rest."""
    missing = [name for name in layout.sidecar if not sidecar.declared.get(name)]
    if missing:
        entries = ", ".join(f"{name}: …" for name in missing)
        raise _Refused("sidecar_field_missing", found=", ".join(missing), expected=f"fields: {{{entries}}}")


# --- recognising ---------------------------------------------------------------------------------------------------


class Opened:
    """A file's content, opened once for every encoding and delimiter that a layout names."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name, self.suffix = content, name, os.path.splitext(name)[1].lower()
        self._books: dict[tuple[str | None, str | None], Book] = {}

    def book(self, layout: Layout | None = None) -> Book:
        """The file as a layout wants it opened. Raises what open_book raises."""
        dialect = (layout.file.encoding, layout.file.delimiter) if layout else (None, None)
        if dialect not in self._books:
            encoding, delimiter = dialect
            self._books[dialect] = open_book(self.content, self.suffix, encoding=encoding, delimiter=delimiter)
        return self._books[dialect]


def compared(
    opened: Opened, layouts: Sequence[Layout], memory: Memory
) -> list[tuple[Layout, list[Located], list[Difference]]]:
    """Every layout for this kind of file with its tables in it, or what differs. Raises what open_book raises."""
    return [(one, *_compare(opened, one, memory)) for one in layouts if opened.suffix in one.suffixes]


def _compare(opened: Opened, layout: Layout, memory: Memory) -> tuple[list[Located], list[Difference]]:
    try:
        return compare(opened.book(layout), opened.name, layout, memory)
    except UndecodableText as error:
        encoding = layout.file.encoding or "utf-8"
        return [], [Difference("encoding_differs", "", "", encoding, str(error), "file.encoding")]


def _recognise(opened: Opened, layouts: Sequence[Layout], memory: Memory) -> list[Located]:
    """The tables of the one layout that fits."""
    try:
        tried = compared(opened, layouts, memory)
        fitting = [located for _, located, differences in tried if located and not differences]
        if not fitting:
            raise _nearest(opened, [(layout, differences) for layout, _, differences in tried])
    except ProtectedFile as error:
        raise _Refused("file_protected", found=str(error)) from None
    except WrongKind as error:
        raise _Refused("file_kind_differs", found=error.found, expected=error.expected) from None
    except TooLarge as error:
        raise _Refused("sheet_too_large", sheet=error.sheet, cell=error.cell, found=str(error)) from None
    except (UnreadableFile, UndecodableText) as error:
        raise _Refused("file_unreadable", found=str(error), expected=opened.suffix.lstrip(".")) from None
    if len(fitting) > 1:
        names = ", ".join(located[0].layout.layout for located in fitting)
        raise _Refused("layouts_ambiguous", found=names, expected="one layout")
    return fitting[0]


def distance(differences: Sequence[Difference]) -> int:
    """How far a file is from a layout; 0 when it is that form."""
    return sum(_FAR.get(difference.code, 1) for difference in differences)


def _nearest(opened: Opened, tried: Sequence[tuple[Layout, list[Difference]]]) -> _Refused:
    """The refusal of a file that no layout recognises, told by the layout that differs least."""
    if not tried:
        if opened.book().is_empty():
            return _Refused("file_empty", found=f"{len(opened.content)} bytes")
        return _Refused("layout_unknown", found=opened.suffix, expected="a layout for this kind of file")
    layout, differences = min(tried, key=lambda pair: (distance(pair[1]), pair[0].layout))
    first = differences[0]
    if first.code != "encoding_differs" and opened.book(layout).is_empty():
        return _Refused("file_empty", found=f"{len(opened.content)} bytes")
    strange = distance(differences) > max(3, sum(len(table.columns) for table in layout.tables))
    unknown = strange and first.code in ("header_differs", "header_missing", "file_name_differs")
    return _Refused(
        "layout_unknown" if unknown else first.code,
        sheet=first.sheet,
        cell=first.cell,
        found=_side_by_side(differences),
        expected=f"{first.expected} (layouts/{layout.layout}.yml, {first.key})",
    )


def _side_by_side(differences: Sequence[Difference]) -> str:
    """What the file has against what the layout expects, cell by cell."""
    if len(differences) == 1:
        return differences[0].found
    shown = [f"{d.cell or d.key}: {d.found} ≠ {d.expected}" for d in differences[:_MOST_SHOWN]]
    more = len(differences) - len(shown)
    return "; ".join([*shown, *([f"… ({more} more)"] if more else [])])


# --- what was read -------------------------------------------------------------------------------------------------


def _check_width(tables: Sequence[Extracted], located: Sequence[Located]) -> None:
    """Every line has as many fields as the header: one separator more would shift figures into other columns."""
    for table, place in zip(tables, located, strict=True):
        if table.ragged:
            cell, found, expected = table.ragged
            raise _Refused(
                "row_ragged", sheet=place.sheet.name, cell=cell, found=f"{found} fields", expected=f"{expected} fields"
            )


def _warnings(opened: Opened, located: Sequence[Located], tables: Sequence[Extracted]) -> list[_Refused]:
    """What lies in the file beside its tables and is not read."""
    layout = located[0].layout
    sheets = unread_sheets(opened.book(layout), layout, located)
    outside = [(place, table.outside) for place, table in zip(located, tables, strict=True) if table.outside]
    return [
        *(
            _Refused("sheet_not_read", sheet=name, found=name, expected=f"layouts/{layout.layout}.yml")
            for name in sheets
        ),
        *(
            _Refused(
                "cell_outside_table",
                sheet=place.sheet.name,
                cell=cell,
                expected=f"layouts/{layout.layout}.yml, {place.key}",
            )
            for place, cell in outside
        ),
    ]


def gather(files: Sequence[ReadFile]) -> pl.DataFrame:
    """The values of many files as one frame (gathering.READ), file by file, table by table."""
    return gathering.gather((file.identity, file.sidecar, file.tables) for file in files)
