"""The report of findings: what is wrong with what was received, for the people who sent and who received it.

Belongs here: rendering findings in every language of the messages, as a page and as lines for the terminal.
Does not belong here: raising findings, and keeping them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from pipelines.domain.findings import LANGUAGES, message, place_of
from pipelines.publication.asking import template

_SHOWN = 20
_WORDS = {"en": ("Found", "Expected"), "vi": ("Tìm thấy", "Mong đợi")}


def with_messages(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """Findings as rows with their place and, per language, what is wrong and what to do."""
    return [
        {
            **row,
            "place": place_of(row["file"], row["sheet"], row["cell"]),
            "messages": {language: message(row["code"], language) for language in LANGUAGES},
        }
        for row in findings.iter_rows(named=True)
    ]


def write_report(findings: pl.DataFrame, path: Path, title: str) -> None:
    """Write the page in one step, so that a reader never sees half of it."""
    page: str = template("findings.html").render(findings=with_messages(findings), title=title)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(page, encoding="utf-8")
    draft.replace(path)


def lines(findings: pl.DataFrame, language: str) -> list[str]:
    """Findings for a terminal in one language: severity, code, place, found, expected, what to do."""
    shown = [_line(row, language) for row in with_messages(findings.head(_SHOWN))]
    more = findings.height - len(shown)
    return [*shown, f"… and {more} more in the report."] if more > 0 else shown


def _line(row: dict[str, Any], language: str) -> str:
    text = row["messages"][language]
    found_word, expected_word = _WORDS[language]
    found = f" {found_word}: {row['found']}." if row["found"] else ""
    expected = f" {expected_word}: {row['expected']}." if row["expected"] else ""
    return f"{row['severity']:<8} {row['code']}  {row['place']}\n         {text.what}{found}{expected} {text.do}"
