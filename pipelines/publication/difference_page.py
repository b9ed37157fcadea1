"""The page that says what a release says otherwise than the one before.

Belongs here: laying out the tables release_changes and figure_changes for a person, in both languages.
Does not belong here: comparing (warehouse/differences.py).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.domain.rounding import format_count
from pipelines.jurisdiction import Jurisdiction
from pipelines.publication.asking import ask, template

_SHOWN = 100
# As many as the table figure_changes holds at the most.
_KEPT = 1000


def write(con: duckdb.DuckDBPyConnection, path: Path, jurisdiction: Jurisdiction) -> None:
    """Write the page from a connection to the release."""

    def count(value: int | None) -> str:
        return "–" if value is None else format_count(value, jurisdiction.numbers.thousands).replace("-", "−")

    figures, tables = ask(con, "difference_figures"), ask(con, "difference_tables")
    page: str = template("difference.html").render(
        figures=figures[:_SHOWN],
        changed=len(figures),
        kept=_KEPT,
        gone=sum(figure["value"] is None for figure in figures),
        tables=[table for table in tables if table["rows_added"] or table["rows_removed"] or table["rows_changed"]],
        first=not any(table["rows_before"] for table in tables),
        info=ask(con, "build_info")[0],
        count=count,
    )
    path.write_text(page, encoding="utf-8")
