"""Draft a layout from a file, for a person to finish: where its table is, and what its columns seem to hold.

Belongs here: guesses, each marked `# check` in the draft.
Does not belong here: reading by a finished layout. Nothing here decides about a figure.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.submissions.headers import header_texts
from pipelines.submissions.layouts import COMMON_MARKS, Header, Table
from pipelines.submissions.likely_encodings import likely_encoding
from pipelines.submissions.texts import collapsed, normalised
from pipelines.submissions.workbooks import WORKBOOKS, Book, Sheet, UnreadableFile, address, column_letters, open_book

_NUMBER = re.compile(r"^[-−–]?\d[\d.,' \u00a0\u202f]*\s*%?\*?$")
_DECIMAL = re.compile(r"\d[.,]\d{1,2}\s*%?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARK = re.compile(r"^[^\w\s]{1,3}$|^[a-z.]{1,4}$|^[\[(][a-z]{1,3}[\])]$", re.IGNORECASE)
# How the row or the column of a sum is called, by the beginning of its label.
_TOTALS = (
    "total", "sum", "grand total", "tổng", "итого", "всего", "insgesamt", "summe", "gesamt", "bund", "totaal",
    "totale", "全国", "全國", "總計", "总计", "合計", "合计", "計", "총계", "합계", "계", "jumlah", "razem", "toplam",
)  # fmt: skip
_RATES = re.compile(r"%|％|\brates?\b|\bquote\b|\bhz\b|taux|tasa|tỷ lệ|率|율", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t", "|")
_MOST_HEADER_ROWS = 8


@dataclass(frozen=True)
class _Shape:
    """Where the table of a sheet seems to stand; all indices count from 0, `end` is the first row behind it."""

    sheet: Sheet
    header: int
    header_rows: int
    number_row: bool
    data: int
    end: int
    first: int
    labels: tuple[int, ...]
    figures: tuple[int, ...]
    fill: bool


def draft(content: bytes, name: str) -> str:
    """The text of a layout that recognises just this file. Raises what open_book raises, and UndecodableText."""
    suffix = os.path.splitext(name)[1].lower()
    book, encoding, delimiter = _opened(content, suffix)
    sheets = [book.sheet(one) for one in book.names]
    shape = max((_shape(sheet) for sheet in sheets), key=lambda one: len(one.figures) * (one.end - one.data))
    if not shape.figures:
        raise UnreadableFile("no table of figures is found in it; its layout must be written by hand")
    others = [sheet.name for sheet in sheets if sheet is not shape.sheet and any(map(any, sheet.rows))]
    lines = [
        "layout: TODO # check: the name of this file without .yml",
        f"title: {{en: {_quoted(os.path.splitext(name)[0])}}}",
        f"file: {{kinds: [{suffix.lstrip('.')}]{_entry('encoding', encoding)}{_entry('delimiter', delimiter)}}}",
        f"numbers: {_numbers(shape)} # check",
        *_marks(shape),
        "source: TODO # check: a source_id of reference/sources.csv",
    ]
    table = list(_table(shape))
    given = "\n".join(table)
    lines.append(f"constants: {{{', '.join(_constants(given))}}} # check every TODO")
    if others:
        lines.append(f"other_sheets: [{', '.join(map(_quoted, others))}] # check: they are not read")
    return "\n".join([*lines, "tables:", *table]) + "\n"


# --- opening -------------------------------------------------------------------------------------------------------


def _opened(content: bytes, suffix: str) -> tuple[Book, str | None, str | None]:
    """The file, and for a text file the first encoding that fits and the delimiter that gives the most even table."""
    if suffix in WORKBOOKS:
        return open_book(content, suffix), None, None
    likely = likely_encoding(content)
    books = [(book, mark) for mark in _DELIMITERS if (book := _split(content, suffix, likely, mark)) is not None]
    book, delimiter = max(books, key=lambda one: _evenness(one[0].sheet("")))
    return book, likely, None if delimiter == ("\t" if suffix == ".tsv" else ",") else delimiter


def _split(content: bytes, suffix: str, encoding: str | None, delimiter: str) -> Book | None:
    """The file with this delimiter, None where its lines cannot be split by it."""
    try:
        return open_book(content, suffix, encoding=encoding, delimiter=delimiter)
    except UnreadableFile:
        return None


def _evenness(sheet: Sheet) -> float:
    """Cells in rows of the most frequent width beyond one cell."""
    widths = [len(row) for row in sheet.rows if len(row) > 1]
    return max((widths.count(width) * width for width in set(widths)), default=0)


# --- where the table is --------------------------------------------------------------------------------------------


def _shape(sheet: Sheet) -> _Shape:
    rows = range(len(sheet.rows))
    width = max((len(row) for row in sheet.rows), default=0)
    kinds = [[_kind(sheet, row, column) for column in range(width)] for row in rows]
    figures = tuple(
        column
        for column in range(width)
        if _is_figures([kinds[row][column] for row in rows])
        and not _is_code(sheet, column, rows)
        and not _is_years(sheet, column, rows)
    )
    data = next((row for row in rows if _is_data(sheet, row, figures, kinds[row])), 0)
    numbered = data > 0 and _is_number_row(sheet, data - 1)
    header, header_rows = _header(sheet, data - int(numbered), width)
    used = [column for column in range(width) if any(sheet.merged_text(row, column) for row in range(header, data))]
    first = min([*used, *figures], default=0)
    last = max([*used, *figures], default=0)
    labels = tuple(c for c in range(first, last + 1) if c not in figures and any(kinds[r][c] for r in rows[data:]))
    end = next((row for row in rows[data:] if not _continues(kinds[row], figures, labels)), len(sheet.rows))
    fill = not sheet.merged and header_rows > 1
    return _Shape(sheet, header, header_rows, numbered, data, end, first, labels, figures, fill)


def _kind(sheet: Sheet, row: int, column: int) -> str:
    """'' for blank, n for a number, d for a decimal or a percentage, m for a mark without a figure, t for a text."""
    text, kind = collapsed(sheet.text(row, column)), sheet.kind(row, column)
    if not text:
        return ""
    if kind == "number" or _NUMBER.match(text):
        return "d" if _DECIMAL.search(text) or "%" in text else "n"
    return "m" if _MARK.match(text) else "t"


def _is_figures(kinds: Sequence[str]) -> bool:
    """Whether a column holds figures: from its first number on mostly numbers and marks."""
    first = next((row for row, kind in enumerate(kinds) if kind in ("n", "d")), len(kinds))
    told = [kind for kind in kinds[first:] if kind]
    numbers = sum(kind in "nd" for kind in told)
    return numbers >= 2 and numbers + sum(kind == "m" for kind in told) >= 0.6 * len(told)


def _is_code(sheet: Sheet, column: int, rows: range) -> bool:
    """Whether numbers in a column are codes: texts of one length, as numbers of a workbook or with leading zeros."""
    texts = [collapsed(sheet.text(row, column)) for row in rows if sheet.kind(row, column) == "text"]
    digits = [text for text in texts if text.isdecimal() and len(text) > 2]
    same = len(digits) > 0.5 * max(1, len(texts)) and len({len(text) for text in digits}) == 1
    return same and (bool(sheet.name) or any(text.startswith("0") for text in digits))


def _is_years(sheet: Sheet, column: int, rows: range) -> bool:
    """Whether all numbers of a column are years: a label of its rows."""
    texts = [text for row in rows if _NUMBER.match(text := collapsed(sheet.text(row, column)))]
    return len(texts) > 1 and all(map(_YEAR.fullmatch, texts))


def _is_data(sheet: Sheet, row: int, figures: Sequence[int], kinds: Sequence[str]) -> bool:
    told = [kinds[column] for column in figures if kinds[column]]
    numbers = [column for column in figures if kinds[column] in ("n", "d")]
    years = [column for column in numbers if _YEAR.fullmatch(collapsed(sheet.text(row, column)))]
    enough = bool(numbers) and len(told) >= 0.5 * len(figures)
    return enough and years != numbers and not _is_number_row(sheet, row)


def _is_number_row(sheet: Sheet, row: int) -> bool:
    texts = [collapsed(sheet.text(row, column)).strip("()[]. ") for column in range(len(sheet.rows[row]))]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 30


def _header(sheet: Sheet, below: int, width: int) -> tuple[int, int]:
    """First row and number of rows of the header: the rows with several texts above the data."""
    row = below - 1
    while row > 0 and not any(sheet.merged_text(row, column) for column in range(width)):
        row -= 1
    top = row
    while top > 0 and below - top < _MOST_HEADER_ROWS and _is_header(sheet, top - 1, width):
        top -= 1
    return max(top, 0), max(below - max(top, 0), 1)


def _is_header(sheet: Sheet, row: int, width: int) -> bool:
    texts = [column for column in range(width) if collapsed(sheet.text(row, column))]
    spans = [area for area in sheet.merged if area[0][0] <= row < area[1][0]]
    return len(texts) >= max(2, width // 5) or bool(spans)


def _continues(kinds: Sequence[str], figures: Sequence[int], labels: Sequence[int]) -> bool:
    """Whether a row belongs to the data: figures, or nothing at all."""
    return any(kinds[column] in ("n", "d", "m") for column in figures) or not any(
        kinds[column] for column in (*figures, *labels)
    )


# --- what it says --------------------------------------------------------------------------------------------------


def _table(shape: _Shape) -> Iterator[str]:
    sheet = shape.sheet
    if sheet.name:
        yield f"  - sheet: {_quoted(sheet.name)}"
        yield f"    header: {{{_header_entry(shape)}}}"
    else:
        yield f"  - header: {{{_header_entry(shape)}}}"
    yield from _titles(shape)
    yield "    columns:"
    yield from _columns(shape)
    yield from _rows(shape)


def _header_entry(shape: _Shape) -> str:
    text = collapsed(shape.sheet.text(shape.header, shape.first))
    earlier = (v for row in shape.sheet.rows[: shape.header] for v in row if isinstance(v, str))
    unique = text and all(normalised(value) != normalised(text) for value in earlier)
    fixed = f"row: {shape.header + 1}, column: {column_letters(shape.first)}"
    rows = f", rows: {shape.header_rows}" if shape.header_rows > 1 else ""
    marks = (", number_row: true" if shape.number_row else "") + (", fill: true" if shape.fill else "")
    return (f"starts_at: {_quoted(text)}" if unique else fixed) + rows + marks


def _titles(shape: _Shape) -> Iterator[str]:
    for row in range(shape.header + shape.header_rows):
        for column in range(len(shape.sheet.rows[row])):
            found = _YEAR.search(collapsed(shape.sheet.text(row, column)))
            if found and row < shape.header:
                yield "    titles:"
                yield f"      - pattern: '(?P<year>(?:19|20)\\d\\d)' # check: from {address(row, column)}"
                return


def _columns(shape: _Shape) -> Iterator[str]:
    header = Header(row=shape.header + 1, column=column_letters(shape.first), rows=shape.header_rows, fill=shape.fill)
    probe = Table.model_construct(header=header)
    texts = header_texts(shape.sheet, probe, shape.header, shape.first)
    texts += [""] * (max([*shape.labels, *shape.figures], default=0) - shape.first + 1 - len(texts))
    packed = _packed([texts[column - shape.first] for column in shape.figures])
    fields = _label_fields(shape)
    for index, text in enumerate(texts):
        column = shape.first + index
        if column in fields:
            yield f"      - {{header: {_quoted(text)}, {fields[column]}}} # check"
        elif column in shape.figures and packed:
            if column == shape.figures[0]:
                yield f"      - {{header: {packed}, times: {len(shape.figures)}}} # check"
        elif column in shape.figures and not _is_rate(shape, column, text):
            total = f", total_over: {_summed(shape)}" if _is_total(text) and len(shape.figures) > 3 else ""
            yield f"      - {{header: {_quoted(text)}, measure: TODO_{column_letters(column)}{total}}} # check"
        else:
            rate = " # check: a printed rate? ratio: {of: …, to: …, digits: …}" if column in shape.figures else ""
            yield f"      - header: {_quoted(text)}{rate}"


def _summed(shape: _Shape) -> str:
    """What a column of totals seems to sum over: the months of a year, where twelve other columns stand beside it."""
    return "period" if len(shape.figures) == 13 else "offence"


def _packed(headers: Sequence[str]) -> str | None:
    """A pattern for many headers that are put together of the same parts, one of them a year."""
    if len(headers) < 3:
        return None
    if all(_YEAR.fullmatch(header) for header in headers):
        return r"'^(?P<year>\d{4})$', measure: TODO"
    for mark in ("_", " / ", ";", "|"):
        parts = [header.split(mark) for header in headers]
        count = len(parts[0])
        even = count in (2, 3) and all(len(one) == count for one in parts)
        years = [number for number in range(count) if even and all(_YEAR.search(one[number]) for one in parts)]
        if years:
            names = iter(("unit", "measure"))
            groups = [_group(number == years[0], names, mark) for number in range(count)]
            return f"'^{re.escape(mark).join(groups)}$', field: value"
    return None


def _group(is_year: bool, names: Iterator[str], mark: str) -> str:
    if is_year:
        return r"(?P<year>\d{4})(?P<provisional>\*)?"
    return f"(?P<{next(names)}>[^{mark.strip()}]+)"


def _label_fields(shape: _Shape) -> dict[int, str]:
    """The first label column with texts is taken for the unit, a second one for the offence; codes are left out."""
    rows = range(shape.data, shape.end)
    texts = {column: [collapsed(shape.sheet.text(row, column)) for row in rows] for column in shape.labels}
    years = [column for column, own in texts.items() if len(own) > 1 and all(map(_YEAR.fullmatch, filter(None, own)))]
    named = [
        column
        for column, own in texts.items()
        if column not in years and any(text and not _NUMBER.match(text) for text in own)
    ]
    chosen = named[:1] + named[-1:] if len(named) > 1 else named
    fields = dict.fromkeys(years[:1], "field: year")
    for name, column in zip(("unit", "offence"), chosen, strict=False):
        blank = sum(not text for text in texts[column])
        fields[column] = f"field: {name}{', fill: down' if blank > 0.2 * len(texts[column]) else ''}"
    return fields


def _is_rate(shape: _Shape, column: int, header: str) -> bool:
    kinds = [_kind(shape.sheet, row, column) for row in range(shape.data, shape.end)]
    decimals = sum(kind == "d" for kind in kinds)
    return bool(_RATES.search(header)) or decimals > 0.5 * max(1, sum(kind in ("n", "d") for kind in kinds))


def _is_total(text: str) -> bool:
    return normalised(text).replace(" ", "").startswith(tuple(one.replace(" ", "") for one in _TOTALS))


def _rows(shape: _Shape) -> Iterator[str]:
    labels = {
        text
        for row in range(shape.data, shape.end)
        for column in shape.labels[:3]
        if _is_total(text := collapsed(shape.sheet.text(row, column))) and len(text) < 60
    }
    if labels:
        yield f"    stated: [{', '.join(map(_quoted, sorted(labels)))}] # check: totals of the nation or of clusters?"
    behind = [
        collapsed(shape.sheet.text(row, column))
        for row in range(shape.end, len(shape.sheet.rows))
        for column in range(len(shape.sheet.rows[row]))
    ]
    first = next((text for text in behind if text), None)
    if first:
        yield f"    rows: {{end: [{_quoted(first[:24].strip())}]}} # check"


def _constants(table: str) -> Iterator[str]:
    if "field: unit" not in table and "(?P<unit>" not in table:
        yield "unit: TODO"
    if "field: offence" not in table:
        yield "offence: TODO"
    yield "series: TODO"
    yield "definition_version: TODO"
    yield "accumulation: increment"
    if "(?P<year>" not in table and "field: year" not in table:
        yield "year: TODO"


def _numbers(shape: _Shape) -> str:
    texts = " ".join(
        collapsed(shape.sheet.text(row, column))
        for row in range(shape.data, min(shape.end, shape.data + 50))
        for column in shape.figures
        if shape.sheet.kind(row, column) == "text"
    )
    points, commas = len(re.findall(r"\d\.\d{3}\b", texts)), len(re.findall(r"\d,\d{3}\b", texts))
    return '{thousands: ".", decimal: ","}' if points > commas else '{thousands: ",", decimal: "."}'


def _marks(shape: _Shape) -> Iterator[str]:
    texts = {
        collapsed(shape.sheet.text(row, column))
        for row in range(shape.data, shape.end)
        for column in shape.figures
        if _kind(shape.sheet, row, column) == "m"
    }
    own = sorted(texts - set(COMMON_MARKS))
    if own:
        yield f"marks: {{{', '.join(f'{_quoted(text)}: missing' for text in own)}}} # check: missing or zero?"


def _entry(name: str, text: str | None) -> str:
    return f", {name}: {_quoted(text)}" if text else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
