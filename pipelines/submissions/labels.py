"""The rows of a recognised table: which of them are data, totals or strays, and the fields that their labels give.

Belongs here: footers, filters, totals, labels filled down or merged, levels.
Does not belong here: finding the table (recognition.py) and the figures in its rows (extract.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pipelines.submissions.headers import Placed
from pipelines.submissions.layouts import BLANK_IN_TOTAL, PERIOD_FIELDS, Column, groups
from pipelines.submissions.memory import Memory
from pipelines.submissions.recognition import Located
from pipelines.submissions.texts import collapsed, is_pattern, match, normalised
from pipelines.submissions.workbooks import address, text_of

WINDOW_FIELDS = ("window_start", "window_end", *PERIOD_FIELDS)
# Where the cell is kept in which a field was read.
CELL_OF = {"unit": "unit_cell", "offence": "offence_cell", **dict.fromkeys(WINDOW_FIELDS, "window_cell")}

Fields = dict[str, str]
# A row that may be read: its index, its texts by column as they stand and with labels filled in, and its fields.
_Candidate = tuple[int, dict[int, str], dict[int, str], Fields]


@dataclass(frozen=True, eq=False)
class Labels:
    """The rows that are read: index in the sheet, kind (data, total or stray), and by field what the labels give.

    A field that a row's labels do not give is None there; a total has '' for what it sums over. `pick` takes the cells
    of these rows out of a column of Located.data_columns. `end` is the first row that is not looked at; `unmatched` are
    texts of `only` that no row has, with their headers; `unforeseen` is the first cell without any of the texts of its
    column, where `only` and `skip` are both given for it.
    """

    rows: tuple[int, ...]
    kinds: tuple[str, ...]
    fields: Mapping[str, Sequence[str | None]]
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]]
    end: int
    unmatched: tuple[tuple[str, str], ...]
    unforeseen: str


def labels_of(located: Located, columns: Sequence[tuple[Any, ...]], memory: Memory) -> Labels:
    """The rows of a table (with its data_columns), worked out once for all tables of a form with the same texts."""
    return memory.once(_texts_of(located, columns), lambda: _labels(located))


def recoded(located: Located, name: str, text: str) -> str:
    """The text that a layout says is meant by the one that stands on the form."""
    meant = located.layout.recode.get(name)
    if not meant:
        return text
    own = normalised(text)
    return next((other for wanted, other in meant.items() if normalised(wanted) == own), text)


def _texts_of(located: Located, columns: Sequence[tuple[Any, ...]]) -> tuple[object, ...]:
    """Everything that the rows can depend on: all labels and texts, but of the figures only where they stand alone."""
    used = columns[: located.columns[-1].index + 1]
    figures = {placed.index for placed in located.columns if placed.holds_values}
    texts = [column for number, column in enumerate(used) if number not in figures or _has_text(column)]
    labelled = list(map(any, zip(*texts, strict=True))) if texts else [False] * len(used[0])
    alone = [any(used[number][row] != "" for number in figures) for row, has in enumerate(labelled) if not has]
    merged = located.sheet.merged if any(placed.column.fill == "merged" for placed in located.columns) else ()
    return (
        "labels", located.layout.layout, located.key, located.first_column, located.first_data_row, merged,
        tuple(texts), tuple(alone),
    )  # fmt: skip


def _has_text(column: tuple[Any, ...]) -> bool:
    return bool([value for value in column if value.__class__ is str and value])


def _labels(located: Located) -> Labels:
    end = _end_of_table(located)
    candidates = list(_rows_with_fields(located, end))
    rows = list(_rows(located, candidates))
    names = dict.fromkeys(name for _, _, fields in rows for name in fields)
    return Labels(
        tuple(row for row, _, _ in rows),
        tuple(kind for _, kind, _ in rows),
        {
            name: [
                None if (text := fields.get(name)) is None else recoded(located, name, text) for _, _, fields in rows
            ]
            for name in names
        },
        _picker([row - located.first_data_row for row, _, _ in rows]),
        end,
        _unmatched(located, candidates),
        _unforeseen(located, candidates),
    )


def _picker(rows: Sequence[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    if len(rows) < 2:  # itemgetter gives no tuple then
        return lambda column: tuple([column[row] for row in rows])
    return itemgetter(*rows)


def _rows(located: Located, candidates: Sequence[_Candidate]) -> Iterator[tuple[int, str, Fields]]:
    """Index, kind and fields of the rows to read. What figures stand below the total must not vanish unseen."""
    rules = located.table.rows
    wanted, unwanted = _filters(located, rules.only), _filters(located, rules.skip)
    figures = [placed.index for placed in located.columns if placed.column.holds_figures]
    ended = False
    for row, texts, filled, fields in candidates:
        if not all(_holds(filled, rule) for rule in wanted) or any(_holds(filled, rule) for rule in unwanted):
            continue
        # A total's label stands in one of the columns before the first figure.
        before = [text for column, text in texts.items() if column < figures[0]]
        total = any(match(label, text) is not None for label in rules.total for text in before)
        blank = dict.fromkeys(BLANK_IN_TOTAL[rules.total_over], "") if total else {}
        yield row, "stray" if ended else "total" if total else "data", {**fields, **blank}
        ended = ended or (total and not rules.goes_on_after_total)


def _filters(located: Located, rules: Mapping[str, Sequence[str]]) -> list[tuple[list[int], Sequence[str]]]:
    return [([p.index for p in located.columns if p.column.header == header], texts) for header, texts in rules.items()]


def _holds(texts: Mapping[int, str], rule: tuple[list[int], Sequence[str]]) -> bool:
    columns, wanted = rule
    return any(match(text, texts.get(column, "")) is not None for column in columns for text in wanted)


def _unmatched(located: Located, candidates: Sequence[_Candidate]) -> tuple[tuple[str, str], ...]:
    rules = located.table.rows.only
    return tuple(
        (header, text)
        for header, texts in rules.items()
        for text in texts
        if not any(
            _holds(filled, rule) for _, _, filled, _ in candidates for rule in _filters(located, {header: [text]})
        )
    )


def _unforeseen(located: Located, candidates: Sequence[_Candidate]) -> str:
    rules = located.table.rows
    for header in rules.only.keys() & rules.skip.keys():
        (rule,) = _filters(located, {header: [*rules.only[header], *rules.skip[header]]})
        for row, _, filled, _ in candidates:
            if not _holds(filled, rule):
                return address(row, rule[0][0])
    return ""


def _rows_with_fields(located: Located, end: int) -> Iterator[_Candidate]:
    """Every row that has any text: its texts by column as they stand and with labels filled in, and its fields."""
    labels = [placed for placed in located.columns if placed.column.is_label]
    levels: dict[int, list[Fields]] = {}
    above: dict[int, tuple[str, str]] = {}
    merged = _merged_labels(located, labels)
    for row, texts in _rows_with_text(located, end):
        fields: Fields = {}
        filled = dict(texts)
        for placed in labels:
            text, cell = texts.get(placed.index, ""), address(row, placed.index)
            if not text and placed.column.fill == "merged":
                text, cell = merged.get((row, placed.index), ("", ""))
            elif not text and placed.column.fill == "down":
                text, cell = above.get(placed.index, ("", ""))
            above[placed.index] = (text, cell)
            if text:
                filled[placed.index] = text
                _add_label(fields, placed.column, text, cell, levels.setdefault(placed.index, []))
        yield row, texts, filled, fields


def _end_of_table(located: Located) -> int:
    """The first row below the table's data, where something ends it; else where the next table begins."""
    rules = located.table.rows
    ends = tuple(normalised(text) for text in rules.end if not is_pattern(text))
    patterns = tuple(text for text in rules.end if is_pattern(text))
    if not (ends or patterns or rules.blank_row_ends):
        return located.end
    texts = dict(_rows_with_text(located, located.end))
    return next(
        (
            row
            for row in range(located.first_data_row, located.end)
            if (rules.blank_row_ends and row not in texts) or _ends_table(texts.get(row, {}).values(), ends, patterns)
        ),
        located.end,
    )


def _rows_with_text(located: Located, end: int) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows of the table with something in them and their texts by column."""
    first, stop = located.first_column, located.columns[-1].index + 1
    for row in range(located.first_data_row, end):
        texts: dict[int, str] = {}
        for column, value in enumerate(located.sheet.rows[row][first:stop], first):
            if value != "" and (text := collapsed(value) if isinstance(value, str) else text_of(value)):
                texts[column] = text
        if texts:
            yield row, texts


def _ends_table(texts: Collection[str], ends: tuple[str, ...], patterns: Sequence[str]) -> bool:
    return (bool(ends) and any(normalised(text).startswith(ends) for text in texts)) or any(
        match(pattern, text) is not None for pattern in patterns for text in texts
    )


def _merged_labels(located: Located, labels: Sequence[Placed]) -> dict[tuple[int, int], tuple[str, str]]:
    """Text and cell of the merged area for every further row of it, where a label column asks for that."""
    columns = {placed.index for placed in labels if placed.column.fill == "merged"}
    return {
        (row, left): (collapsed(located.sheet.text(top, left)), address(top, left))
        for (top, left), (bottom, _) in (located.sheet.merged if columns else ())
        if left in columns
        for row in range(top + 1, bottom + 1)
    }


def _add_label(fields: Fields, column: Column, text: str, cell: str, levels: list[Fields]) -> None:
    """Add what one label gives to the fields of its row."""
    for name, part in _given_by_label(column, text, levels).items():
        joined = column.field == name and name in fields
        fields[name] = f"{fields[name]} / {part}" if joined else part
        if name in CELL_OF:
            fields.setdefault(CELL_OF[name], cell)


def _given_by_label(column: Column, text: str, levels: list[Fields]) -> Fields:
    """The fields of a label; `levels` is what the rows down to it gave, level by level, and is brought up to date."""
    if column.field:
        return {column.field: text}
    patterns = column.levels or (column.pattern or "",)
    for depth, pattern in enumerate(patterns):
        found = match(pattern, text)
        if found is not None:
            upper = [*levels, *({} for _ in patterns)][:depth]
            levels[:] = [*upper, dict(found)]
            return _path(levels)
    # What does not fit must be seen in the finding, not vanish.
    return _path([*levels[: len(patterns) - 1], dict.fromkeys(groups(patterns[-1]), text)])


def _path(levels: Sequence[Fields]) -> Fields:
    """What several levels give together; a field that more than one gives is the path of them."""
    fields: Fields = {}
    for given in levels:
        for name, text in given.items():
            fields[name] = f"{fields[name]} / {text}" if fields.get(name, text) != text else text
    return fields
