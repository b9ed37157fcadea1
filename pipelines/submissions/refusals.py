"""The one way in which reading a file ends early: it is refused, with a finding's code and what belongs to it.

Belongs here: the exception.
Does not belong here: the texts of findings (domain/findings.py) and why a file is refused.
"""

from __future__ import annotations

from pipelines.domain.findings import Finding, Severity


class Refused(Exception):
    """A file is refused, or something of it is not read: a finding but for the file and its severity."""

    def __init__(self, code: str, *, sheet: str = "", cell: str = "", found: str = "", expected: str = "") -> None:
        super().__init__(code)
        self.code, self.sheet, self.cell, self.found, self.expected = code, sheet, cell, found, expected

    def finding(self, file: str, submission_id: str, severity: Severity = Severity.CRITICAL) -> Finding:
        return Finding(self.code, severity, file, self.sheet, self.cell, self.found, self.expected, submission_id)
