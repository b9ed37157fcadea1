"""Ten years of monthly forms from 63 provinces in one run: 7,560 small submissions, and one correction after them.

Every step is timed, and the checking of the staged rows beside the same checking of a single submission, since a run
checks all rows at once: the difference is what the other 7,559 cost. The figures are made up, seeded.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipelines import job
from pipelines.domain.periods import Span
from pipelines.jurisdiction import load_jurisdiction
from pipelines.settings import ROOT, Settings

_FORM = ROOT / "data_raw" / "vietnam" / "submissions" / "2023" / "qc303" / "74_binh_duong.xlsx"
_YEARS = range(2014, 2024)


def measure() -> None:
    """Print the seconds of each step for all submissions, for one more, and for one alone in an empty warehouse."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder) / "all")
        count = _write(settings)
        first = _run(settings)
        _correct(settings)
        second = _run(settings)
        alone = _settings(Path(folder) / "one")
        _correct(alone)
        single = _run(alone)
    print(f"  {'step':<12} {count:>8} files   1 correction   1 file alone")
    for step in first:
        print(f"  {step:<12} {first[step]:8.2f} s     {second[step]:8.2f} s     {single[step]:8.2f} s")


def _run(settings: Settings) -> dict[str, float]:
    steps: dict[str, Callable[[Settings], object]] = {
        "receive": job.receive, "stage": job.stage, "validate": job.validate, "load": job.load,
        "marts": job.build_marts, "publish": job.publish,
    }  # fmt: skip
    seconds = {}
    with job.writer(settings):
        for name, step in steps.items():
            began = time.perf_counter()
            step(settings)
            seconds[name] = time.perf_counter() - began
    return seconds


def _settings(folder: Path) -> Settings:
    settings = Settings(jurisdiction=folder / "vietnam", home=folder / "home")
    shutil.copytree(ROOT / "data_raw" / "vietnam", settings.jurisdiction, ignore=shutil.ignore_patterns("submissions"))
    settings.submissions.mkdir()
    return settings


def _write(settings: Settings) -> int:
    """One form a province and month, as the repository's form has it, with figures around the province's own mean."""
    chance = random.Random(303)
    calendar = load_jurisdiction(settings).calendars[0].calendar
    parts = _parts()
    names = _provinces(settings)
    for name in names:
        mean = chance.randrange(20, 600)
        for year in _YEARS:
            for month in range(1, 13):
                window = calendar.window(Span.MONTH, year, month)
                recorded = max(1, round(chance.gauss(mean, mean**0.5)))
                cleared = round(recorded * chance.uniform(0.6, 0.9))
                path = settings.submissions / str(year) / f"{name}_{month:02}.xlsx"
                _form(path, parts, name, window.start, window.end, recorded, cleared)
    return len(names) * len(_YEARS) * 12


def _correct(settings: Settings) -> None:
    calendar = load_jurisdiction(settings).calendars[0].calendar
    window = calendar.window(Span.MONTH, 2023, 5)
    path = settings.submissions / "correction.xlsx"
    _form(path, _parts(), next(iter(_provinces(settings))), window.start, window.end, 94, 70, revision=1)


def _provinces(settings: Settings) -> list[str]:
    lines = (settings.reference / "unit_names.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    names = {row[0]: row[1] for row in rows if row[0].endswith("-2008") and row[2] == "official"}
    return list(names.values())


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(_FORM) as form:
        return {name: form.read(name) for name in form.namelist()}


def _form(
    path: Path,
    parts: dict[str, bytes],
    unit: str,
    start: date,
    end: date,
    recorded: int,
    cleared: int,
    revision: int = 0,
) -> None:
    path.parent.mkdir(exist_ok=True)
    texts = {
        "CÔNG AN TỈNH BÌNH DƯƠNG": unit.upper(),
        "Đơn vị báo cáo: Công an tỉnh Bình Dương": f"Đơn vị báo cáo: {unit}",
        "Từ ngày 15/12/2022 đến ngày 14/12/2023": f"Từ ngày {start:%d/%m/%Y} đến ngày {end:%d/%m/%Y}",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, part in parts.items():
            text = part.decode("utf-8")
            for old, new in texts.items():
                text = text.replace(old, new)
            text = re.sub("<v>1809</v>", f"<v>{recorded}</v>", re.sub("<v>1576</v>", f"<v>{cleared}</v>", text))
            copy.writestr(name, text)
    note = f"source: conference_303_2023\nrevision: {revision}\nreceived_on: {end.isoformat()}\n"
    path.with_name(f"{path.name}.yml").write_text(note, encoding="utf-8")
