"""Asking a published database the statements of sql/.

Belongs here: running one statement with the values that it names, and its rows with their columns' names.
Does not belong here: opening the database, and what the statements ask.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import duckdb


def ask(con: duckdb.DuckDBPyConnection, name: str, **values: object) -> list[dict[str, Any]]:
    """The rows of sql/<name>.sql, given those of the values that it names as $parameter."""
    text = _statement(name)
    cursor = con.execute(text, {key: value for key, value in values.items() if f"${key}" in text})
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def template(name: str) -> Any:
    """templates/<name> as a page whose values are escaped; `render` takes them."""
    return _template(name)


@cache
def _statement(name: str) -> str:
    return files("pipelines.publication").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, select_autoescape  # commands start without it

    text = files("pipelines.publication").joinpath("templates", name).read_text(encoding="utf-8")
    return Environment(autoescape=select_autoescape(default=True, default_for_string=True)).from_string(text)
