"""What several kinds of tests share: the repository's data in a folder of its own, and one finished run over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import job
from pipelines.settings import ROOT, Settings
from tests.jurisdictions.official import ABSENT

VIETNAM = ROOT / "data_raw" / "vietnam"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was not tested for want of the official files."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {ABSENT} (../shared/data)")


def silent(_: str) -> None:
    """Say nothing while a run goes on."""


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a finished run over the repository's own data. Read it only; copy it to change it."""
    settings = Settings(jurisdiction=VIETNAM, home=tmp_path_factory.mktemp("finished"))
    job.run(settings, silent)
    return settings


@pytest.fixture
def workplace(tmp_path: Path) -> Callable[..., Settings]:
    """Make a jurisdiction of one's own: reference data and layouts as in the repository, submissions as chosen."""

    def make(*submissions: str, after: Settings | None = None) -> Settings:
        settings = Settings(jurisdiction=tmp_path / "vietnam", home=tmp_path / "home")
        for part in ("reference", "layouts"):
            shutil.copytree(VIETNAM / part, settings.jurisdiction / part)
        shutil.copy(VIETNAM / "jurisdiction.yml", settings.jurisdiction)
        for name in submissions:
            _copy_submission(name, settings)
        if after is not None:
            # backups are of no use here, and large
            shutil.copytree(after.state, settings.state, symlinks=True, ignore=shutil.ignore_patterns("backups"))
        settings.submissions.mkdir(exist_ok=True)
        return settings

    return make


def _copy_submission(name: str, settings: Settings) -> None:
    for path in sorted((VIETNAM / "submissions").glob(f"**/{name}*")):
        target = settings.submissions / path.relative_to(VIETNAM / "submissions")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
