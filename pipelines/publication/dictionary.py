"""The data dictionary of a release: every table, column, macro and documented query, as a page and as Markdown.

Belongs here: laying them out in English with the labels of the senders' language, readable offline.
Does not belong here: what they say (models/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column as it is told: its label is that of the senders' language."""

    name: str
    type: str
    unit: str
    label: str
    description: str


@dataclass(frozen=True)
class Entry:
    """A table as it is told: what one row is, what it is made of, and what to beware of."""

    name: str
    label: str
    description: str
    grain: Sequence[str]
    made_of: Sequence[str]
    caveats: str
    columns: Sequence[Column]
    queries: Sequence[str]


@dataclass(frozen=True)
class Macro:
    """A macro with its parameters and the comment above it."""

    name: str
    parameters: Sequence[str]
    description: str


@dataclass(frozen=True)
class Example:
    """A documented query; the title is in English and in the senders' language."""

    name: str
    title: str
    title_vi: str
    sql: str


@dataclass(frozen=True)
class Dictionary:
    """All of it, with the release and the version of the contract that it speaks of."""

    release_id: str
    contract_version: str
    tables: Sequence[Entry]
    macros: Sequence[Macro]
    queries: Sequence[Example]


def comment_above(sql: str) -> str:
    """The lines of comment at the top of a macro's text."""
    lines = [line[2:].strip() for line in sql.splitlines() if line.startswith("--")]
    return " ".join(lines)


def queries_on(table: str, queries: Sequence[Example]) -> list[str]:
    """Names of the queries that read a table."""
    return [query.name for query in queries if re.search(rf"\b(from|join) {table}\b", query.sql)]


def write(dictionary: Dictionary, folder: Path) -> None:
    """Write dictionary.html and dictionary.md."""
    from jinja2 import Environment, select_autoescape  # only publishing needs it

    values: Mapping[str, Any] = {"dictionary": dictionary}
    page = Environment(autoescape=select_autoescape(default=True, default_for_string=True))
    plain = Environment(trim_blocks=True, lstrip_blocks=True)
    for environment, name in ((page, "dictionary.html"), (plain, "dictionary.md")):
        template = files("pipelines.publication").joinpath("templates", name).read_text(encoding="utf-8")
        (folder / name).write_text(environment.from_string(template).render(values), encoding="utf-8")
