"""Layouts: how a form is recognised and where its figures stand, as data.

Belongs here: the schema of layouts/*.yml, loading them, and comparing a file with them.
Does not belong here: any particular form, and taking the values out (extract.py).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from pipelines.submissions.workbooks import Sheet, address

# The dimensions of a value, beside its measure, that a form can state.
FIELDS = (
    "unit", "offence", "series", "definition_version", "window_start", "window_end", "window_basis", "accumulation",
    "evidence", "citation", "measure", "value",
)  # fmt: skip
HEADER_SEARCH_ROWS = 100


class LayoutError(Exception):
    """A layout file cannot be used; the message names file and key."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """One column in its place: what its header says and what it holds.

    `field` names a dimension of FIELDS; `measure` says that the column holds that measure's figures; a column with
    neither is expected to be there and not read.
    """

    header: str
    field: str | None = None
    measure: str | None = None

    @field_validator("field")
    @classmethod
    def _known_field(cls, value: str | None) -> str | None:
        if value is not None and value not in FIELDS:
            raise ValueError(f"{value!r} is not one of {', '.join(FIELDS)}")
        return value


class Header(_Strict):
    """`starts_at`: text of the first header cell; `rows`: merged header rows; `number_row`: a row (1) (2) … follows."""

    starts_at: str
    rows: int = 1
    number_row: bool = False


class Rows(_Strict):
    """`total`: label of the control total, which ends the table; `footers`: texts that end it as well."""

    total: str | None = None
    footers: tuple[str, ...] = ()


class Title(_Strict):
    """A field in a cell above the header: a regular expression with one group named like each field it gives."""

    pattern: str
    date_format: str | None = None

    @field_validator("pattern")
    @classmethod
    def _fields_only(cls, value: str) -> str:
        groups = set(re.compile(value).groupindex)
        if not groups or not groups <= set(FIELDS):
            raise ValueError(f"its groups must be named like fields: {', '.join(FIELDS)}")
        return value


class Layout(_Strict):
    """One form. `holds` is `counts` (figures of units) or `statement` (totals that a source states: controls)."""

    layout: str
    title: dict[str, str]
    holds: str = "counts"
    suffixes: tuple[str, ...]
    sheet: str | None = None
    header: Header
    columns: tuple[Column, ...]
    rows: Rows = Rows()
    titles: tuple[Title, ...] = ()
    constants: dict[str, str] = {}
    source: str | None = None
    missing: tuple[str, ...] = ("", "-", "–", "…", "...")

    @field_validator("holds")
    @classmethod
    def _holds(cls, value: str) -> str:
        if value not in ("counts", "statement"):
            raise ValueError("must be counts or statement")
        return value

    @model_validator(mode="after")
    def _every_dimension_once(self) -> Layout:
        unknown = set(self.constants) - set(FIELDS)
        if unknown:
            raise ValueError(f"constants: {', '.join(sorted(unknown))} are not fields")
        measured = [column.measure for column in self.columns if column.measure]
        named = {column.field for column in self.columns} >= {"measure", "value"}
        if bool(measured) == named:
            raise ValueError(
                "columns: give either columns with `measure`, or one field `measure` with one field `value`"
            )
        return self


@dataclass(frozen=True)
class Difference:
    """One point in which a file is not what a layout expects; `key` is where in the layout file that is written."""

    code: str
    cell: str
    expected: str
    found: str
    key: str


@dataclass(frozen=True)
class Located:
    """A recognised table: the layout, the sheet and the place of the first header cell."""

    layout: Layout
    sheet: Sheet
    header_row: int
    first_column: int

    @property
    def first_data_row(self) -> int:
        return self.header_row + self.layout.header.rows + int(self.layout.header.number_row)


def load_layouts(folder: Path) -> tuple[Layout, ...]:
    """All layouts of a jurisdiction in order of their file names. Raises LayoutError."""
    return tuple(_load_layout(path) for path in sorted(folder.glob("*.yml")))


def layout_versions(folder: Path) -> dict[str, str]:
    """Name and version (SHA-256 of the text) of every layout, without interpreting any."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.yml"))}


def _load_layout(path: Path) -> Layout:
    try:
        layout = Layout.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise LayoutError(f"{path}: {problems}") from None
    except (yaml.YAMLError, ValueError, re.error) as error:
        raise LayoutError(f"{path}: {' '.join(str(error).split())}") from None
    if layout.layout != path.stem:
        raise LayoutError(f"{path}: `layout: {layout.layout}` must be the name of the file")
    return layout


def normalised(text: str) -> str:
    """Text for comparing labels: NFC, white space of any kind as one space, case folded."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def compare(sheets: Sequence[Sheet], layout: Layout) -> tuple[Located | None, list[Difference]]:
    """Where the layout's table stands in a file, and in what the file differs. No difference: it is recognised."""
    named = [s for s in sheets if layout.sheet is None or normalised(s.name) == normalised(layout.sheet)]
    if not named:
        names = ", ".join(s.name for s in sheets) or "—"
        return None, [Difference("sheet_missing", "", layout.sheet or "", names, "sheet")]
    fitting = [s.name for s in sheets if (place := _locate(s, layout)) and not list(_header_differences(place))]
    if len(fitting) > 1:
        return None, [Difference("sheets_ambiguous", "", layout.sheet or "one sheet", ", ".join(fitting), "sheet")]
    located = next((place for s in named if (place := _locate(s, layout))), None)
    if located is None:
        top = ", ".join(text for _, _, text in _first_texts(named[0], 3)) or "—"
        return None, [Difference("layout_unknown", "", layout.header.starts_at, top, "header.starts_at")]
    return located, list(_header_differences(located))


def _locate(sheet: Sheet, layout: Layout) -> Located | None:
    place = _find_header(sheet, layout.header.starts_at)
    return Located(layout, sheet, *place) if place else None


def _find_header(sheet: Sheet, text: str) -> tuple[int, int] | None:
    wanted = normalised(text)
    for row, values in enumerate(sheet.rows[:HEADER_SEARCH_ROWS]):
        for column in range(len(values)):
            if normalised(sheet.text(row, column)) == wanted:
                return row, column
    return None


def _first_texts(sheet: Sheet, count: int) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for row, values in enumerate(sheet.rows[:HEADER_SEARCH_ROWS]):
        for column in range(len(values)):
            text = sheet.text(row, column).strip()
            if text and len(found) < count:
                found.append((row, column, text))
    return found


def _header_differences(located: Located) -> Iterator[Difference]:
    expected = [column.header for column in located.layout.columns]
    width = max(len(row) for row in located.sheet.rows) - located.first_column
    for index in range(max(len(expected), width)):
        wanted = expected[index] if index < len(expected) else ""
        found = header_text(located, index)
        if normalised(wanted) != normalised(found):
            cell = address(located.header_row, located.first_column + index)
            yield Difference("header_differs", cell, wanted or "—", found or "—", f"columns[{index}].header")


def header_text(located: Located, index: int) -> str:
    """The header of a column: the texts of its merged header rows, each once, joined by ` / `."""
    column = located.first_column + index
    levels: list[str] = []
    for row in range(located.header_row, located.header_row + located.layout.header.rows):
        text = " ".join(located.sheet.merged_text(row, column).split())
        if text and text not in levels:
            levels.append(text)
    return " / ".join(levels)
