"""The documented queries of a release (models/queries/) and how its tables and columns are called (models/labels/).

Belongs here: reading both, with what must be said of each.
Does not belong here: running queries, and the dictionary that prints them (publication/dictionary.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.domain.yaml_text import load_yaml
from pipelines.warehouse.models import ModelError, parsed_header


@dataclass(frozen=True)
class Query:
    """A question with the SQL that answers it on any release; it needs no parameters."""

    name: str
    title: str
    title_vi: str
    sql: str


@dataclass(frozen=True)
class Labels:
    """What tables and columns are called in one language."""

    tables: Mapping[str, str]
    columns: Mapping[str, str]


def load_queries(folder: Path) -> tuple[Query, ...]:
    """All documented queries, in order of their names. Raises ModelError when one does not say what it answers."""
    return tuple(_query(path) for path in sorted((folder / "queries").glob("*.sql")))


def load_labels(folder: Path, language: str) -> Labels:
    """The labels of a language. Raises ModelError when there is no such file."""
    path = folder / "labels" / f"{language}.yml"
    try:
        told = load_yaml(path.read_text(encoding="utf-8"))
        return Labels(told["tables"], told["columns"])
    except (OSError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: cannot be used ({error})") from None


def _query(path: Path) -> Query:
    text = path.read_text(encoding="utf-8")
    header = parsed_header(path, text, {"title", "title_vi"})
    return Query(path.stem, str(header["title"]), str(header["title_vi"]), text.partition("*/")[2].strip())
