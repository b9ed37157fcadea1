"""What each step of the job reports, with the one line a person reads of it.

Belongs here: the shapes that job.py returns to the command line and to Dagster.
Does not belong here: anything that computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.validation.evaluation import RuleOutcome
from pipelines.warehouse.models import TestOutcome


@dataclass(frozen=True)
class Pending:
    """Why a run would do something: files to read, all reasons in words, and a fingerprint, equal for equal work."""

    files: int
    reasons: tuple[str, ...]
    fingerprint: str

    @property
    def nothing(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Received:
    """Files in the folder, how many of them are new, and submissions that wait to be read."""

    seen: int
    new: int
    waiting: int

    @property
    def line(self) -> str:
        return f"received   {self.seen} files, {self.new} new, {self.waiting} to read"


@dataclass(frozen=True)
class Staged:
    """Files read, values staged, files that could not be read."""

    files: int
    rows: int
    rejected: int

    @property
    def line(self) -> str:
        return f"staged     {self.rows} values from {self.files} files, {self.rejected} files refused"


@dataclass(frozen=True)
class Validated:
    """Rows checked, rows held back, and every rule's outcome."""

    rows: int
    quarantined: int
    rules: tuple[RuleOutcome, ...]

    @property
    def line(self) -> str:
        return f"validated  {self.rows} values with {len(self.rules)} rules, {self.quarantined} held back"


@dataclass(frozen=True)
class Loaded:
    """Values taken in, submissions they came from, rows of each core table, and the findings that stand, in words."""

    rows: int
    submissions: int
    tables: Mapping[str, int]
    findings: int
    critical: int
    finding_lines: tuple[str, ...]

    @property
    def line(self) -> str:
        return f"loaded     {self.rows} values into core ({len(self.tables)} tables), {self.findings} findings open"


@dataclass(frozen=True)
class Built:
    """Rows of each mart, the tests' outcomes, and whether anything had to be built."""

    tables: Mapping[str, int]
    tests: tuple[TestOutcome, ...]
    changed: bool

    @property
    def line(self) -> str:
        return f"marts      {len(self.tables)} tables" + (
            f", {len(self.tests)} tests" if self.changed else " unchanged"
        )


@dataclass(frozen=True)
class Published:
    """The release that is current now, and whether it is new."""

    release_id: str
    database: Path
    changed: bool
    tables: Mapping[str, int]

    @property
    def line(self) -> str:
        return f"published  release {self.release_id}" + ("" if self.changed else " (unchanged)")


@dataclass(frozen=True)
class AsOf:
    """The marts as they were known before a moment (UTC): where they are, and the rows of each."""

    database: Path
    known_before: datetime
    tables: Mapping[str, int]

    @property
    def line(self) -> str:
        return (
            f"as known before {self.known_before:%Y-%m-%d %H:%M:%S} UTC: {len(self.tables)} tables in {self.database}"
        )


@dataclass(frozen=True)
class RunReport:
    """A whole run; `rejected` counts files and rows that were kept out by it."""

    received: Received
    staged: Staged
    validated: Validated
    loaded: Loaded
    published: Published

    @property
    def rejected(self) -> int:
        return self.staged.rejected + self.validated.quarantined
