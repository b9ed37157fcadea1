"""Read received files, one after the other: what each holds, or the one finding that says why it cannot be read.

Belongs here: the order of the steps for one file and for many, turning every failure into a finding, and putting the
values of many files into one frame.
Does not belong here: the steps themselves.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.domain.findings import Finding, Severity
from pipelines.reference import Reference
from pipelines.submissions import gathering
from pipelines.submissions.choosing import OPENING_ERRORS, Opened, recognise
from pipelines.submissions.extract import Extracted, extract
from pipelines.submissions.layouts import Layout
from pipelines.submissions.memory import Memory
from pipelines.submissions.recognition import Located
from pipelines.submissions.refusals import Refused
from pipelines.submissions.remarks import check_rows, check_titles, warnings_of
from pipelines.submissions.screening import PROTECTED, Converted, Seen, screen
from pipelines.submissions.sidecars import Sidecar, SidecarError, read_sidecar

# How many files are open at a time: so many, or until they have so many bytes.
_MOST_OPEN, _LARGEST_OPEN = 8, 1 << 21
_HAND_OVER = 0.000005  # seconds


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
    def refused(self) -> bool:
        """Whether it should hold a figure and does not."""
        return not self.usable and not self.sidecar.withdrawn

    @property
    def identity(self) -> dict[str, object]:
        """What holds for every value of the file."""
        return {
            "submission_id": self.submission_id, "file": self.file, "layout": self.layout,
            "source_id": self.source_id, "revision": self.sidecar.revision, "received_on": self.sidecar.received_on,
        }  # fmt: skip


_Steps = Generator[None, None, tuple[ReadFile, list[Located]]]


@dataclass(frozen=True)
class Received:
    """A received file as the ledger knows it: its path below the folder of submissions, identity, and SHA-256."""

    file: str
    submission_id: str
    sha256: str


def read_files(
    folder: Path, files: Iterable[Received], layouts: Sequence[Layout], reference: Reference
) -> list[ReadFile]:
    """Read received files. Never raises for what a file holds: a refusal is a critical finding.

    What is learnt from the first form of a kind serves for the others. Some files at a time go through all steps
    together, since a step that follows itself is a quarter faster than one that follows the others; and while they are
    taken apart, the library opens the next ones in another thread.
    """
    memory, read = Memory(), list[ReadFile]()
    with _undisturbed(), ThreadPoolExecutor(1, "opening") as other:
        before = _Begun([], other)
        for batch in _batches(folder, files):
            following = _Begun([_Reading(_read(folder, one, layouts, reference, memory)) for one in batch], other)
            read += [one for one, _ in before.results()]
            before = following
        return read + [one for one, _ in before.results()]


def read_file(folder: Path, one: Received, layouts: Sequence[Layout], reference: Reference) -> ReadFile:
    """As read_files, for one file."""
    return read_and_locate(folder, one, layouts, reference)[0]


def read_and_locate(
    folder: Path, one: Received, layouts: Sequence[Layout], reference: Reference
) -> tuple[ReadFile, list[Located]]:
    """What read_file gives, and where the tables stand in the file (none when it was refused)."""
    return _Reading(_read(folder, one, layouts, reference, Memory())).result()


# --- many at a time ------------------------------------------------------------------------------------------------


class _Reading:
    """A file that is read step by step."""

    def __init__(self, steps: _Steps) -> None:
        self._steps = steps
        self._result: tuple[ReadFile, list[Located]] | None = None

    def step(self) -> bool:
        """Take the next step; whether it was the last."""
        if self._result is None:
            try:
                next(self._steps)
            except StopIteration as end:
                self._result = end.value
        return self._result is not None

    def result(self) -> tuple[ReadFile, list[Located]]:
        while self._result is None:
            self.step()
        return self._result


class _Begun:
    """Files that were fetched and are being opened: two steps each, and the third in the other thread."""

    def __init__(self, readings: Sequence[_Reading], other: Executor) -> None:
        self._readings = readings
        self._step()
        self._step()
        self._opening = other.submit(self._step)

    def results(self) -> list[tuple[ReadFile, list[Located]]]:
        done = self._opening.result()
        while not done:
            done = self._step()
        return [one.result() for one in self._readings]

    def _step(self) -> bool:
        """All take their next step; whether it was the last of all."""
        return sum(one.step() for one in self._readings) == len(self._readings)


def _batches(folder: Path, files: Iterable[Received]) -> Iterator[list[Received]]:
    """Files to be open at a time: so many, or until they are so large together."""
    batch, size = list[Received](), 0
    for one in files:
        batch.append(one)
        size += _size(f"{folder}/{one.file}")
        if len(batch) == _MOST_OPEN or size > _LARGEST_OPEN:
            yield batch
            batch, size = [], 0
    yield batch


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """What much work in small pieces wants of the interpreter.

    The collector of cycles would look through all that was read so far again and again, and finds none. Threads hand
    over soon, since the library asks for the interpreter after each of its short turns.
    """
    collecting, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_HAND_OVER)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collecting:
            gc.enable()


# --- one file ------------------------------------------------------------------------------------------------------


def _read(folder: Path, received: Received, layouts: Sequence[Layout], reference: Reference, memory: Memory) -> _Steps:
    """The steps of reading a file: its bytes and sidecar; what is needed to open it; opening it; and the rest."""
    file, submission_id = received.file, received.submission_id
    layout, sidecar = None, Sidecar()
    try:
        path = f"{folder}/{file}"
        known = memory.once(("reference", reference.fingerprint), lambda: _Known.of(reference))
        sidecar = _sidecar(path, layouts, known)
        if sidecar.withdrawn:
            return ReadFile(submission_id, file, layout, None, sidecar, (), ()), []
        opened = Opened(_content(path, received.sha256), os.path.basename(path))
        yield
        allowed = [one for one in layouts if sidecar.layout in (None, one.layout)]
        first = next((one for one in allowed if opened.suffix in one.suffixes), None)
        yield from _opening(opened, first)
        converted = list[Converted]()
        with contextlib.suppress(*OPENING_ERRORS):  # told when the file is recognised
            converted = screen(opened, opened.book(first), reference.jurisdiction, known.seen)
        located = recognise(opened, allowed, memory)
        yield
        if (book := opened.book(located[0].layout)) is not opened.book(first):
            converted = screen(opened, book, reference.jurisdiction, known.seen)
        layout = located[0].layout.layout
        source = _source(sidecar, located[0].layout, known)
        _check_declared(sidecar, located[0].layout)
        check_titles(located)
        tables = tuple(extract(place, sidecar.declared, memory) for place in located)
        check_rows(tables, located)
        sidecar = _with_printed_revision(sidecar, tables)
    except Refused as refused:
        if refused.code in PROTECTED:
            sidecar = Sidecar()  # of such a file only the hash and the reason are kept
        return ReadFile(submission_id, file, layout, None, sidecar, (), (refused.finding(file, submission_id),)), []
    told = (
        *(warning.finding(file, submission_id, Severity.WARNING) for warning in warnings_of(opened, located, tables)),
        *(_of_conversion(one, file, submission_id) for one in converted),
    )
    return ReadFile(submission_id, file, layout, source, sidecar, tables, told), located


def _with_printed_revision(sidecar: Sidecar, tables: Sequence[Extracted]) -> Sidecar:
    """The revision that the form itself states, where the sidecar states none."""
    printed = {text for table in tables if (text := table.fields.get("revision", "")).isdecimal()}
    if sidecar.revision or len(printed) != 1:
        return sidecar
    return sidecar.model_copy(update={"revision": int(printed.pop())})


def _of_conversion(one: Converted, file: str, submission_id: str) -> Finding:
    expected = f"{one.becomes} ({one.cells})"
    return Finding("text_converted", Severity.INFO, file, one.sheet, one.cell, one.found, expected, submission_id)


def _opening(opened: Opened, layout: Layout | None) -> Generator[None]:
    """The steps of opening a file as a layout wants it, as far as its first sheet: nearly always that is asked for.

    What is wrong with it is told when it is asked for.
    """
    for step in (opened.begin, opened.book, opened.first_sheet):
        with contextlib.suppress(*OPENING_ERRORS):
            step(layout)
        yield  # after each, whatever came of it: only opening is done in the other thread


def _content(path: str, sha256: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            content = file.read()
    except OSError as error:
        raise Refused("file_unreadable", found=error.strerror or str(error)) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused("file_unreadable", found="it changed while it was being read")
    if not content:
        raise Refused("file_empty", found="0 bytes")
    return content


# --- the sidecar ---------------------------------------------------------------------------------------------------


def _sidecar(path: str, layouts: Sequence[Layout], known: _Known) -> Sidecar:
    try:
        sidecar = read_sidecar(path)
    except SidecarError as error:
        raise Refused("sidecar_invalid", found=str(error), expected="entries as in docs/adding-a-submission") from None
    if sidecar.layout is not None and sidecar.layout not in (names := [layout.layout for layout in layouts]):
        raise Refused("sidecar_invalid", found=f"layout: {sidecar.layout}", expected=", ".join(names))
    _check_evidence(sidecar, known)
    return sidecar


@dataclass(frozen=True)
class _Known:
    """What a sidecar may refer to, taken out of the reference data once."""

    measures: tuple[str, ...]
    figures: frozenset[str]
    sources: tuple[str, ...]
    seen: Seen

    @classmethod
    def of(cls, reference: Reference) -> _Known:
        return cls(
            tuple(reference["measures"]["measure"]),
            frozenset(reference["published_figures"]["figure_id"]),
            tuple(reference["sources"]["source_id"]),
            Seen(),
        )


def _check_evidence(sidecar: Sidecar, known: _Known) -> None:
    """What the sidecar refers to must exist: a mistyped origin would let a figure confirm itself."""
    for measure, entry in sidecar.evidence.items():
        if measure not in known.measures:
            raise Refused("sidecar_invalid", found=f"evidence.{measure}", expected=", ".join(known.measures))
        if entry.derived_from is not None and entry.derived_from not in known.figures:
            raise Refused("sidecar_invalid", found=entry.derived_from, expected="a figure of published_figures.csv")


def _source(sidecar: Sidecar, layout: Layout, known: _Known) -> str:
    source = sidecar.source or layout.source
    if source is None or source not in known.sources:
        raise Refused("source_unknown", found=source or "—", expected=", ".join(known.sources))
    return source


def _check_declared(sidecar: Sidecar, layout: Layout) -> None:
    """A form that does not say everything asks its sidecar for the rest."""
    missing = [name for name in layout.sidecar if not sidecar.declared.get(name)]
    if missing:
        entries = ", ".join(f"{name}: …" for name in missing)
        raise Refused("sidecar_field_missing", found=", ".join(missing), expected=f"fields: {{{entries}}}")


def gather(files: Sequence[ReadFile]) -> pl.DataFrame:
    """The values of many files as one frame (gathering.READ), file by file, table by table."""
    with _undisturbed():
        return gathering.gather((file.identity, file.sidecar, file.tables) for file in files)
