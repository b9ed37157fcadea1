"""Layouts: how a form is recognised and where its figures stand, as data. docs/adding-a-form.md explains every entry.

Belongs here: the schema of layouts/*.yml and loading them.
Does not belong here: any particular form, comparing a file with a layout (recognition.py), and taking the values out
(extract.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from pipelines.domain.yaml_text import load_yaml
from pipelines.jurisdiction import NumberFormat
from pipelines.submissions.encodings import known_encoding
from pipelines.submissions.texts import anywhere, compiled, is_pattern

# What a form can state of a figure, beside its measure. A window is two dates, or a year with what part of it.
PERIOD_FIELDS = ("year", "half_year", "nine_months", "quarter", "month", "era", "calendar")
DIMENSIONS = (
    "unit", "offence", "series", "definition_version", "window_start", "window_end", *PERIOD_FIELDS, "window_basis",
    "accumulation", "evidence", "citation", "provisional",
)  # fmt: skip
# The number of the revision holds for the file as a whole.
FIELDS = (*DIMENSIONS, "measure", "value", "revision")
# What a total has none of, by what it sums over; a total over periods is one of the year unless it says otherwise.
BLANK_IN_TOTAL: dict[str, tuple[str, ...]] = {
    "offence": ("offence", "offence_cell"),
    "period": PERIOD_FIELDS[1:5],
    "unit": ("unit", "unit_cell"),
}
# Without these a figure cannot be kept; where nothing could give one, the layout is not usable.
_NEEDED = ("unit", "offence", "series", "definition_version", "accumulation", "measure")

Kind = Literal["xlsx", "xls", "xlsb", "ods", "csv", "tsv"]
Status = Literal["missing", "zero", "not_applicable", "suppressed"]
Dimension = Literal["offence", "period", "unit"]


def _usable(text: str) -> str:
    """A text as it stands, or a regular expression that is one."""
    try:
        groups(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


MarkText = Annotated[str, AfterValidator(_usable)]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_usable)]
Texts = tuple[Text, ...]
COMMON_MARKS: dict[str, Status] = {"": "missing", "-": "missing", "–": "missing", "…": "missing", "...": "missing"}


class LayoutError(Exception):
    """A layout file cannot be used; the message names file and key."""


class _Strict(BaseModel):
    # A number or a year in YAML is meant as the text that stands on the form.
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Ratio(_Strict):
    """A printed rate: `per` times the measure `of` over the measure `to`, printed with so many decimal `digits`.

    It is compared with the figures of its row. With `derive` the form prints no `of`: the only whole number that fits
    the rate is taken for it, with evidence `derived`.
    """

    of: str
    to: str
    per: int = 100
    digits: int | None = Field(None, ge=0, le=6)
    rounding: Literal["half_up", "down"] = "half_up"
    derive: bool = False


class Column(_Strict):
    """A column in its place: what its header says and what it holds; nothing beside `header`: expected, not read.

    Labels: `field` names the dimension that the text is, or `pattern` / `levels` take fields out of it; `fill` says
    where a blank label's text stands. Figures: `measure`, or `field: value` beside a column with `field: measure`;
    `fields` holds for this column alone. `times` lets a pattern in `header` stand for several columns.
    """

    header: str
    field: str | None = None
    pattern: str | None = None
    levels: Texts = ()
    fill: Literal["down", "merged"] | None = None
    measure: str | None = None
    fields: dict[str, str] = {}
    scale: int = Field(1, ge=1)
    rounded_to: int | None = Field(None, ge=1)
    marks: dict[MarkText, Status] = {}
    adds: bool = False
    total_over: Dimension | None = None
    ratio: Ratio | None = None
    times: int | Literal["any"] = 1

    @field_validator("pattern")
    @classmethod
    def _always_a_pattern(cls, value: str | None) -> str | None:
        return value and anywhere(value)

    @field_validator("levels")
    @classmethod
    def _always_patterns(cls, value: Texts) -> Texts:
        return tuple(anywhere(one) for one in value)

    @model_validator(mode="after")
    def _one_use(self) -> Column:
        uses = [self.field, self.pattern, self.levels, self.measure, self.ratio]
        if sum(map(bool, uses)) > 1:
            raise ValueError(f"{self.header!r}: give one of field, pattern, levels, measure and ratio")
        if self.times != 1 and not is_pattern(self.header):
            raise ValueError(f"{self.header!r}: `times` needs a header that begins with ^")
        _check_fields([*self.fields, *self.given()])
        for pattern in filter(None, (self.pattern, *self.levels, self.header if is_pattern(self.header) else None)):
            _check_pattern(pattern)
        return self

    @cached_property
    def holds_figures(self) -> bool:
        stated = self.field == "value" or self.measure is not None or "measure" in {*self.fields, *groups(self.header)}
        return stated and self.ratio is None

    @cached_property
    def is_label(self) -> bool:
        return bool(self.pattern or self.levels or (self.field and self.field != "value"))

    def given(self) -> Iterator[str]:
        """The fields that this column can give."""
        yield from (self.field,) if self.field else ()
        yield from self.fields
        for pattern in (self.header, self.pattern or "", *self.levels):
            yield from groups(pattern)
        yield from ("measure", "value") if self.measure else ()


class Header(_Strict):
    """`starts_at`: the text of the first header cell, or `row` and `column`: where it is (4, B).

    `rows`: header rows, merged or not; `number_row`: a row of column numbers follows; `fill`: a blank cell of an upper
    header row continues the one to its left; `below`: a text above the header, where several headers are alike.
    """

    starts_at: Text | None = None
    row: int | None = Field(None, ge=1)
    column: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")] = "A"
    below: Text | None = None
    rows: int = Field(1, ge=1, le=8)
    number_row: bool = False
    fill: bool = False

    @model_validator(mode="after")
    def _one_place(self) -> Header:
        if (self.starts_at is None) == (self.row is None):
            raise ValueError("give either starts_at or row")
        return self

    @property
    def column_index(self) -> int:
        """The index from 0 of `column`."""
        index = 0
        for letter in self.column:
            index = index * 26 + ord(letter) - ord("A") + 1
        return index - 1


class Rows(_Strict):
    """Which rows are data. Plain texts are whole labels; texts that begin with ^ are patterns.

    `total`: labels of rows that print a control total over `total_over`; the first one ends the table unless
    `goes_on_after_total`. `end`: texts with which a cell begins that ends the table, as does a blank row with
    `blank_row_ends`. `only` / `skip`: by the header of a column, the texts whose rows alone are read / are left out.
    """

    total: Texts = ()
    total_over: Dimension = "offence"
    goes_on_after_total: bool = False
    end: Texts = ()
    blank_row_ends: bool = False
    only: dict[str, Texts] = {}
    skip: dict[str, Texts] = {}


class Title(_Strict):
    """Fields in a cell above the data: a regular expression with one group named like each field it gives."""

    pattern: str
    date_format: str | None = None

    @field_validator("pattern")
    @classmethod
    def _fields_only(cls, value: str) -> str:
        if not groups(anywhere(value)):
            raise ValueError(f"its groups must be named like fields: {', '.join(FIELDS)}")
        return _check_pattern(value)


class Table(_Strict):
    """One table. `sheet`: its name, or a pattern for several; absent: the one sheet that fits.

    `repeats`: the table stands several times on its sheet, each time with its titles above it. `stated`: texts of units
    whose figures are totals that the source states of the nation or a cluster: controls, never data.
    """

    sheet: Text | None = None
    header: Header
    repeats: bool = False
    columns: tuple[Column, ...]
    rows: Rows = Rows()
    titles: tuple[Title, ...] = ()
    stated: Texts = ()
    constants: dict[str, str] = {}

    @field_validator("sheet")
    @classmethod
    def _sheet_gives_fields(cls, value: str | None) -> str | None:
        if value is not None and is_pattern(value):
            _check_pattern(value)
        return value

    @model_validator(mode="after")
    def _figures_and_rows(self) -> Table:
        _check_fields(self.constants)
        if not any(column.holds_figures for column in self.columns):
            raise ValueError("columns: none holds figures; give one a `measure`, or `field: value`")
        headers = {column.header for column in self.columns}
        for header in (*self.rows.only, *self.rows.skip):
            if header not in headers:
                raise ValueError(f"rows: {header!r} is not the header of a column")
        return self

    def given(self) -> set[str]:
        """The fields that the table can give."""
        patterns = [*(anywhere(title.pattern) for title in self.titles), self.sheet or ""]
        return {
            *self.constants,
            *(name for pattern in patterns for name in groups(pattern)),
            *(name for column in self.columns for name in column.given()),
        }


class File(_Strict):
    """What kind of file it is. `name`: a pattern for its name without folders. `encoding` and `delimiter`: of text.

    Without `encoding` UTF-8 is expected, or what a byte order mark says; `tcvn3` also holds for the texts of workbooks.
    """

    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    name: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None

    @field_validator("name")
    @classmethod
    def _name_is_pattern(cls, value: str | None) -> str | None:
        if value is not None and not is_pattern(value):
            raise ValueError("must be a pattern that begins with ^")
        return value and _check_pattern(value)

    @field_validator("encoding")
    @classmethod
    def _encoding_known(cls, value: str | None) -> str | None:
        if value is not None and not known_encoding(value):
            raise ValueError(f"{value!r} is not a known encoding")
        return value


class Layout(_Strict):
    """One form. `holds` is `counts` (figures of units) or `statement` (totals that a source states: controls).

    `marks`: what a cell without a figure says, beside COMMON_MARKS. `provisional`: signs behind a figure.
    `rounded_to`: to what the publisher rounded every figure; `tolerance`: by how much of itself (`0.1 %`) a control
    total may differ besides. `sidecar`: fields that the sidecar must give. `recode`: by field, what a text means.
    """

    layout: str
    title: dict[str, str]
    holds: Literal["counts", "statement"] = "counts"
    file: File
    numbers: NumberFormat | None = None
    marks: dict[MarkText, Status] = {}
    provisional: Texts = ()
    rounded_to: int = Field(1, ge=1)
    tolerance: Annotated[str, StringConstraints(pattern=r"^\d{1,2}(\.\d{1,4})? ?%$")] = "0 %"
    source: str | None = None
    constants: dict[str, str] = {}
    sidecar: Texts = ()
    recode: dict[str, dict[str, str]] = {}
    other_sheets: Texts = ()
    tables: Annotated[tuple[Table, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_field_has_a_source(self) -> Layout:
        _check_fields([*self.constants, *self.sidecar, *self.recode])
        if "value" in self.recode:
            raise ValueError("recode: a figure's text is not replaced; `marks` say what a text without a figure means")
        common = {*self.constants, *self.sidecar, *groups(self.file.name or "")}
        for number, table in enumerate(self.tables):
            given = common | table.given()
            missing = [name for name in _NEEDED if name not in given]
            if not ("year" in given or {"window_start", "window_end"} <= given):
                missing.append("year (or window_start and window_end)")
            if missing:
                raise ValueError(f"tables[{number}]: nothing gives {', '.join(missing)}")
        return self

    @property
    def suffixes(self) -> tuple[str, ...]:
        return tuple(f".{kind}" for kind in self.file.kinds)

    @property
    def tolerated_per_million(self) -> int:
        whole, _, part = self.tolerance.rstrip("% ").partition(".")
        return int(whole) * 10_000 + int(part.ljust(4, "0"))


def load_layouts(folder: Path) -> tuple[Layout, ...]:
    """All layouts of a jurisdiction in order of their file names. Raises LayoutError."""
    return tuple(load_layout(path) for path in sorted(folder.glob("*.yml")))


def layout_versions(folder: Path) -> dict[str, str]:
    """Name and version (SHA-256 of the text) of every layout, without interpreting any."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.yml"))}


def load_layout(path: Path) -> Layout:
    """One layout. Raises LayoutError, naming file and key."""
    try:
        layout = Layout.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = "; ".join(f"{_key(e['loc'])}: {e['msg']}" for e in error.errors())
        raise LayoutError(f"{path}: {problems}") from None
    except (OSError, yaml.YAMLError, ValueError, re.error) as error:
        raise LayoutError(f"{path}: {' '.join(str(error).split())}") from None
    if layout.layout != path.stem:
        raise LayoutError(f"{path}: `layout: {layout.layout}` must be the name of the file")
    return layout


def groups(pattern: str) -> tuple[str, ...]:
    """The named groups of a text that is a pattern; none of any other. Raises re.error."""
    return tuple(compiled(pattern).groupindex) if is_pattern(pattern) else ()


def _key(place: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "file"


def _check_fields(names: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(FIELDS))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not one of {', '.join(FIELDS)}")


def _check_pattern(pattern: str) -> str:
    try:
        names = compiled(pattern).groupindex
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    _check_fields(names)
    return pattern
