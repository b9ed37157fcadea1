"""The official files of other countries, which are not part of this repository, and a run over them.

Belongs here: finding the files beside the repository, skipping what needs them where they are absent, and a country's
jurisdiction put together from what the project wrote (tests/jurisdictions/<country>/) and what its publisher did.
Does not belong here: expected values.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipelines.settings import ROOT, Settings

COUNTRIES = ("taiwan", "india", "kazakhstan", "germany", "netherlands")
OFFICIAL = ROOT.parent / "shared" / "data"
WRITTEN = Path(__file__).parent
# Says that the files must be there: a skipped test is then a failed one.
STRICT = os.environ.get("CCW_OFFICIAL_FILES") == "required"
ABSENT = "the official files are not there"


def official(country: str) -> Path:
    """The folder of a country's official files; skips the test that asks where it is absent, or fails it (STRICT)."""
    folder = OFFICIAL / country
    if not folder.is_dir():
        message = f"{ABSENT}: ../shared/data/{country}"
        if STRICT:
            pytest.fail(message)
        pytest.skip(message)
    return folder


def put_together(country: str, folder: Path) -> Settings:
    """A jurisdiction in `folder`: ours, with the official files and the sidecars that stand for a sender's."""
    files = official(country)
    settings = Settings(jurisdiction=folder / country, home=folder / "home")
    shutil.copytree(WRITTEN / country, settings.jurisdiction, ignore=shutil.ignore_patterns("sidecar*", "*.md"))
    settings.submissions.mkdir()
    for file in sorted(files.rglob("*")):
        if file.is_file() and file.suffix != ".md" and file.name not in unread(country):
            shutil.copyfile(file, settings.submissions / file.name)
            sidecar = sidecar_of(country, file.name)
            if sidecar is not None:
                shutil.copyfile(sidecar, settings.submissions / f"{file.name}.yml")
    return settings


def sidecar_of(country: str, file: str) -> Path | None:
    """The sidecar written for a file: one of its own, or the country's one for all."""
    candidates = (WRITTEN / country / "sidecars" / f"{file}.yml", WRITTEN / country / "sidecar.yml")
    return next((path for path in candidates if path.is_file()), None)


def unread(country: str) -> tuple[str, ...]:
    """Official files that hold rates only: nothing in them is counted."""
    return {"taiwan": ("112年行政區犯罪人口率統計_縣市.csv",)}.get(country, ())
