"""The page that says what a release says otherwise than the one before.

Belongs here: laying out the tables release_changes and figure_changes for a person, in both languages.
Does not belong here: comparing (warehouse/differences.py).
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from pipelines.domain.rounding import format_count
from pipelines.jurisdiction import Jurisdiction

_SHOWN = 100


def write(con: duckdb.DuckDBPyConnection, path: Path, jurisdiction: Jurisdiction) -> None:
    """Write the page from a connection to the release."""
    from jinja2 import Environment, select_autoescape

    def count(value: int | None) -> str:
        return "–" if value is None else format_count(value, jurisdiction.numbers.thousands).replace("-", "−")

    tables = _rows(con, "from release_changes where rows_added + rows_removed + rows_changed > 0 order by table_name")
    figures = _rows(con, _sql("difference_figures"))
    total = con.execute("select count(*), count(*) filter (where value is null) from figure_changes").fetchall()[0]
    info = _rows(con, "from build_info")[0]
    first = con.execute("select sum(rows_before) from release_changes").fetchall()[0][0] == 0
    template = files("pipelines.publication").joinpath("templates", "difference.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=select_autoescape(default=True, default_for_string=True))
    page = environment.from_string(template).render(
        tables=tables, figures=figures[:_SHOWN], total=total, info=info, first=first, count=count
    )
    path.write_text(page, encoding="utf-8")


def _sql(name: str) -> str:
    return files("pipelines.publication").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
