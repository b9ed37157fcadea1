"""Reading throughput against a bare loop that opens each workbook with the same library and touches every cell.

Both run in one process, in turn, over the same files, so that a change in the machine's speed falls on both. Reading
goes from the bytes on the disk to a frame of every value with its cell and fields; staging adds the one cast, names and
windows. The official forms lie beside the repository; without them only the generated ones are measured.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import polars as pl
import python_calamine

from pipelines import reference as reference_data
from pipelines.reference import Reference
from pipelines.settings import ROOT, Settings
from pipelines.submissions import inbox, reading
from pipelines.submissions.layouts import Layout, load_layouts
from pipelines.submissions.tidy import tidy

_ROUNDS = 7
_GENERATED = 2000
_LINES = 40  # of offences, beside the three of the reconstructed form
_FIRST_LINE = 15  # where they are put in, above the total
_FORM = ROOT / "data_raw" / "vietnam" / "submissions" / "2023" / "qc303" / "74_binh_duong.xlsx"
_OFFICIAL = ROOT.parent / "shared" / "data" / "kazakhstan" / "forms"
_WRITTEN = ROOT / "tests" / "jurisdictions" / "kazakhstan"


def measure() -> None:
    """Print files and cells a second of both loops, and how many times the bare loop's time reading takes."""
    with tempfile.TemporaryDirectory() as folder:
        _compare(f"{_GENERATED} generated forms", _generated(Path(folder)))
    if not _OFFICIAL.is_dir():
        print("  the official forms are not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare("20 official forms", _official(Path(folder)))


def _compare(name: str, settings: Settings) -> None:
    files = list(inbox.submission_files(settings.submissions))
    known = [(file, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]  # as the ledger knows them
    reference, layouts = reference_data.load(settings), load_layouts(settings.layouts)
    loops: dict[str, Callable[[], int]] = {
        "bare loop": lambda: _bare(files),
        "read": lambda: _read(known, reference, layouts).height,
        "read and staged": lambda: tidy(_read(known, reference, layouts), reference, layouts).height,
    }
    seconds: dict[str, list[float]] = {loop: [] for loop in loops}
    cells = 0
    for turn in range(_ROUNDS + 1):
        for loop, run in loops.items():
            began = time.perf_counter()
            found = run()
            if turn:
                seconds[loop].append(time.perf_counter() - began)
            cells = found if loop == "bare loop" else cells
    bare = statistics.median(seconds["bare loop"])
    print(f"  {name}: {len(files)} files, {cells} cells")
    for loop, times in seconds.items():
        middle = statistics.median(times)
        rate = f"{len(files) / middle:8.0f} files/s {cells / middle:10.0f} cells/s"
        print(f"    {loop:<16} {min(times):6.3f} {middle:6.3f} {max(times):6.3f} s   {rate}   {middle / bare:5.2f} ×")


def _bare(files: Sequence[Path]) -> int:
    """Open every workbook and touch every cell of every sheet; how many have content."""
    cells = 0
    for file in files:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
        for name in workbook.sheet_names:
            for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False):
                for value in row:
                    if value != "":
                        cells += 1
    return cells


def _read(known: Sequence[tuple[Path, str]], reference: Reference, layouts: tuple[Layout, ...]) -> pl.DataFrame:
    """Every value of every file with its cell and fields."""
    folder = known[0][0].parent
    received = (reading.Received(file.name, sha256[:16], sha256) for file, sha256 in known)
    read = reading.read_files(folder, received, layouts, reference)
    refused = [finding for file in read for finding in file.findings]
    if refused:
        raise SystemExit(f"a file was refused: {refused[0]}")
    return reading.gather(read)


def _official(folder: Path) -> Settings:
    settings = Settings(jurisdiction=folder / "jurisdiction", home=folder / "home")
    shutil.copytree(_WRITTEN, settings.jurisdiction)
    settings.submissions.mkdir()
    for file in sorted(_OFFICIAL.iterdir()):
        shutil.copyfile(file, settings.submissions / file.name)
        shutil.copyfile(_WRITTEN / "sidecar.yml", settings.submissions / f"{file.name}.yml")
    return settings


def _generated(folder: Path) -> Settings:
    """The repository's provincial form with as many lines as a real one has, two thousand times with other figures."""
    settings = Settings(jurisdiction=folder / "jurisdiction", home=folder / "home")
    shutil.copytree(ROOT / "data_raw" / "vietnam", settings.jurisdiction, ignore=shutil.ignore_patterns("submissions"))
    with (settings.reference / "offences.csv").open("a", encoding="utf-8") as offences:
        offences.writelines(f"line_{line},all,{_line(line)},,,\n" for line in range(_LINES))
    settings.submissions.mkdir()
    parts = _parts_of_long_form()
    sidecar = _FORM.with_name(f"{_FORM.name}.yml").read_bytes()
    for number in range(_GENERATED):
        path = settings.submissions / f"{number:04}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
            for name, part in parts.items():
                copy.writestr(name, re.sub(rb"<v>7(\d\d\d)</v>", rf"<v>{number % 9 + 1}\1</v>".encode(), part))
        path.with_name(f"{path.name}.yml").write_bytes(sidecar)
    return settings


def _line(number: int) -> str:
    return f"Trong đó: dòng {number}"


def _parts_of_long_form() -> dict[str, bytes]:
    """The form's parts with _LINES more lines, every cell of a figure filled."""
    book = openpyxl.load_workbook(_FORM)
    sheet = book.active
    sheet.insert_rows(_FIRST_LINE, _LINES)
    for line in range(_LINES):
        values = (line + 4, _line(line), *(7000 + line * 4 + column for column in range(4)))
        for column, value in enumerate(values, 1):
            sheet.cell(_FIRST_LINE + line, column, value)
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as form:
        return {name: form.read(name) for name in form.namelist()}
