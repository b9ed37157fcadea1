"""Findings: what is wrong with something received, where, and what to do about it.

Belongs here: the shape of a finding, its severities, and the catalogue of messages per language.
Does not belong here: the rules that raise findings (submissions/, validation/) and where they are kept (warehouse/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pipelines.domain.yaml_text import load_yaml

LANGUAGES = ("en", "vi")


class Severity(StrEnum):
    """CRITICAL keeps the row or the file out; WARNING and INFO are kept, loaded and shown."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: stable code, place, what was found and what was expected.

    `file` is relative to the submissions folder; `sheet` and `cell` are empty where the whole file is meant.
    """

    code: str
    severity: Severity
    file: str = ""
    sheet: str = ""
    cell: str = ""
    found: str = ""
    expected: str = ""
    submission_id: str = ""

    @property
    def place(self) -> str:
        """file › sheet!cell, as far as it is known."""
        return place_of(self.file, self.sheet, self.cell)


@dataclass(frozen=True)
class Message:
    """What a code means in one language: what is wrong and what to do."""

    what: str
    do: str


def place_of(file: str, sheet: str, cell: str) -> str:
    """Write a place the way spreadsheets do: `file › sheet!cell`, `file › cell` for a file without sheets."""
    inside = f"{sheet}!{cell}" if sheet and cell else sheet or cell
    return " › ".join(part for part in (file, inside) if part)


@cache
def catalogue(language: str) -> Mapping[str, Message]:
    """All messages of one language by finding code. Raises KeyError for a language without a catalogue."""
    if language not in LANGUAGES:
        raise KeyError(f"no catalogue of messages for language {language!r}; there are {', '.join(LANGUAGES)}")
    text = files("pipelines.domain").joinpath("messages", f"{language}.yml").read_text(encoding="utf-8")
    return {code: Message(**message) for code, message in load_yaml(text).items()}


def message(code: str, language: str) -> Message:
    """The message of a finding code in a language. Raises KeyError for an unknown code."""
    return catalogue(language)[code]


def all_messages() -> list[tuple[str, str, str, str]]:
    """Code, language, what is wrong and what to do, of every message."""
    return [
        (code, language, text.what, text.do) for language in LANGUAGES for code, text in catalogue(language).items()
    ]
