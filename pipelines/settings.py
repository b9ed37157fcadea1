"""Where things are: the only reader of the environment.

Belongs here: the folder of the jurisdiction, the folder of the state, and the paths that follow from them.
Does not belong here: anything that opens, reads or checks what lies at those paths.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"


class SettingsError(Exception):
    """A variable of the environment cannot be used; the message says which and what it may be."""


def _keep_releases(text: str) -> int:
    # fewer than three, and a reader that is slow to close would lose its release
    if not text.isdecimal() or int(text) < 3:
        raise SettingsError(f"CCW_KEEP_RELEASES is {text}; it must be a number of releases, 3 or more")
    return int(text)


@dataclass(frozen=True)
class Settings:
    """The two folders everything else follows from.

    `jurisdiction` holds the data of one country (see docs); `home` holds the state of this installation,
    one sub-folder per jurisdiction, so two jurisdictions never share a warehouse.
    """

    jurisdiction: Path
    home: Path
    ui_port: str = "3000"
    keep_releases: int = 5

    @classmethod
    def from_environment(cls) -> Settings:
        """Read CCW_JURISDICTION (default data_raw/vietnam), CCW_HOME (var), CCW_UI_PORT (3000), CCW_KEEP_RELEASES (5).

        Raises SettingsError when the last is no number of at least three.
        """
        return cls(
            jurisdiction=Path(os.environ.get("CCW_JURISDICTION") or ROOT / "data_raw" / "vietnam").resolve(),
            home=Path(os.environ.get("CCW_HOME") or ROOT / "var").resolve(),
            ui_port=os.environ.get("CCW_UI_PORT") or "3000",
            keep_releases=_keep_releases(os.environ.get("CCW_KEEP_RELEASES") or "5"),
        )

    @property
    def state(self) -> Path:
        """The folder of everything this jurisdiction's warehouse writes."""
        return self.home / self.jurisdiction.name

    @property
    def dagster_ui(self) -> str:
        """Where `make ui` serves: this machine only, since open-source Dagster asks nobody for a password."""
        return f"http://127.0.0.1:{self.ui_port}"

    @property
    def submissions(self) -> Path:
        return self.jurisdiction / "submissions"

    @property
    def reference(self) -> Path:
        return self.jurisdiction / "reference"

    @property
    def layouts(self) -> Path:
        return self.jurisdiction / "layouts"

    @property
    def warehouse_file(self) -> Path:
        """The private warehouse: one writer at a time, not for readers."""
        return self.state / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        return self.state / "writer.lock"

    @property
    def releases(self) -> Path:
        return self.state / "releases"

    @property
    def published_database(self) -> Path:
        """What readers open: the database of the current release."""
        return self.releases / "current" / "crime_clearance.duckdb"

    @property
    def backups(self) -> Path:
        """The ledger as it was with each release, for those who run the warehouse."""
        return self.state / "backups"

    @property
    def as_of(self) -> Path:
        """Where the databases of `ccw as-of` are written."""
        return self.state / "as_of"

    @property
    def outbox(self) -> Path:
        """Reports and annotated workbooks for the senders, under the names of their files."""
        return self.state / "outbox"

    @property
    def findings_report(self) -> Path:
        return self.state / "reports" / "findings.html"
