"""What a sender is told about a file: a page, and for a workbook with findings a copy that shows them in place.

Belongs here: the report of one submission in one language, and marking cells of a copy of the workbook.
Does not belong here: finding anything, and keeping it; the report of all findings (findings_report.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.domain.findings import LANGUAGES, Finding, Severity, message, place_of
from pipelines.domain.yaml_text import load_yaml
from pipelines.publication import findings_report
from pipelines.publication.asking import template

# What a workbook program may take for a formula when it stands first in a cell.
_FORMULA_SIGNS = ("=", "+", "-", "@")
_COLOURS = {Severity.CRITICAL: "FFF4B6B2", Severity.WARNING: "FFFFE0A3", Severity.INFO: "FFCFE2FF"}
_WIDTHS = (14, 14, 18, 60, 40, 30, 60)


@dataclass(frozen=True)
class Told:
    """A finding as the sender is told it; `closed_on` is the day on which it was mended."""

    finding: Finding
    closed_on: date | None


@dataclass(frozen=True)
class Feedback:
    """What became of one file: its state, the units (by name) and windows inside, and its findings, worst first."""

    file: str
    sha256: str
    sender: str | None
    received_on: date | None
    layout: str | None
    revision: int | None
    state: str
    units: Sequence[str]
    period_ids: Sequence[str]
    duplicate_of: str | None
    rows_accepted: int
    rows_rejected: int
    findings: Sequence[Told]

    @property
    def open_findings(self) -> list[Finding]:
        return [told.finding for told in self.findings if told.closed_on is None]


def language_of(languages: Sequence[str]) -> str:
    """The first of a jurisdiction's languages that there are messages in, English otherwise."""
    return next((language for language in languages if language in LANGUAGES), "en")


def told(file: str, state: str, findings: pl.DataFrame, language: str) -> list[str]:
    """What would become of a file, and its findings (code … expected), for a terminal."""
    return [f"{file}: {_labels(language)['would_be'][state]}", *findings_report.lines(findings, language)]


def write_page(feedback: Feedback, path: Path, language: str) -> None:
    """Write the page of one submission, in one step."""
    page: str = template("feedback.html").render(
        feedback=feedback, labels=_labels(language), language=language, place_of=place_of, message=message, day=_day
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(page, encoding="utf-8")
    draft.replace(path)


def write_annotated(source: Path, feedback: Feedback, path: Path, language: str) -> bool:
    """Write a copy of a workbook in which the cells of the open findings are coloured and commented.

    A sheet on top lists all of them. False, with nothing written, when the workbook cannot be opened for that.
    """
    import openpyxl  # only files with findings need it

    try:
        book = openpyxl.load_workbook(source)
    except Exception:  # whatever is wrong with the file is told on the page
        return False
    for finding in feedback.open_findings:
        _mark(book, finding, language)
    _summarise(book, feedback, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    book.save(draft)
    draft.replace(path)
    return True


def _mark(book: Any, finding: Finding, language: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    text = message(finding.code, language)
    details = " ".join(part for part in (finding.found, finding.expected and f"({finding.expected})") if part)
    note = "\n".join(part for part in (f"[{finding.code}] {text.what}", details, text.do) if part)
    for place in finding.cell.split("+"):  # a sum names all cells that it was made of
        with contextlib.suppress(KeyError, ValueError, AttributeError):  # a merged cell takes no comment
            cell = book[finding.sheet][place]
            cell.fill = PatternFill("solid", fgColor=_COLOURS[finding.severity])
            before = f"{cell.comment.text}\n\n" if cell.comment else ""
            cell.comment = Comment(before + note, "crime-clearance-warehouse", height=160, width=320)


def _summarise(book: Any, feedback: Feedback, language: str) -> None:
    labels = _labels(language)
    sheet = book.create_sheet(labels["sheet"], 0)
    book.active = 0
    rows: list[list[str]] = [
        [labels["title"]],
        [labels["file"], feedback.file],
        [labels["state"], labels["states"][feedback.state]],
        [],
        [labels[name] for name in ("severity", "code", "place", "what", "found", "expected", "do")],
    ]
    for finding in feedback.open_findings:
        text = message(finding.code, language)
        rows.append(
            [
                labels["severities"][finding.severity], finding.code, place_of("", finding.sheet, finding.cell),
                text.what, finding.found, finding.expected, text.do,
            ]
        )  # fmt: skip
    for number, row in enumerate(rows, 1):
        for column, text_of_cell in enumerate(row, 1):
            _put(sheet.cell(number, column), text_of_cell)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[chr(ord("A") + column - 1)].width = width


def _put(cell: Any, text: str) -> None:
    """A text that stays a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


def _day(day: date | str, language: str) -> str:
    """A day (or its ISO text) as the language writes it."""
    own = date.fromisoformat(day) if isinstance(day, str) else day
    return own.strftime(_labels(language)["day"])


@cache
def _labels(language: str) -> Mapping[str, Any]:
    text = files("pipelines.publication").joinpath("templates", f"feedback.{language}.yml").read_text(encoding="utf-8")
    labels: Mapping[str, Any] = load_yaml(text)
    return labels
