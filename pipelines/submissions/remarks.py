"""What is to be said of a file whose layout is known: why it is refused all the same, and what of it is not read.

Belongs here: titles of repeated blocks, rows that no rule of the layout foresees, ragged lines, whatever lies beside
the tables, and texts of the layout that the file does not have.
Does not belong here: in what a file differs from a layout (recognition.py, headers.py), and the worth of single values
(validation/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.submissions.choosing import Opened
from pipelines.submissions.extract import Extracted, block_without_title, is_stated
from pipelines.submissions.recognition import Located, unread_sheets
from pipelines.submissions.refusals import Refused
from pipelines.submissions.workbooks import address


def check_titles(located: Sequence[Located]) -> None:
    """A block whose title was not recognised would get that of the one above it."""
    repeated: dict[tuple[str, str], list[Located]] = {}
    for place in located:
        if place.table.repeats:
            repeated.setdefault((place.sheet.name, place.key), []).append(place)
    for blocks in repeated.values():
        if found := block_without_title(blocks):
            block, number = found
            raise Refused(
                "title_missing",
                sheet=block.sheet.name,
                cell=address(block.header_row, block.first_column),
                expected=f"{block.table.titles[number].pattern} "
                f"(layouts/{block.layout.layout}.yml, {block.key}.titles[{number}].pattern)",
            )


def check_rows(tables: Sequence[Extracted], located: Sequence[Located]) -> None:
    """Every line has as many fields as the header: one separator more would shift figures into other columns.

    And where a layout says of all texts of a column what becomes of their rows, there are no others.
    """
    for table, place in zip(tables, located, strict=True):
        if table.labels.unforeseen:
            both = place.table.rows.only.keys() & place.table.rows.skip.keys()
            raise Refused(
                "row_unforeseen",
                sheet=place.sheet.name,
                cell=table.labels.unforeseen,
                expected=f"layouts/{place.layout.layout}.yml, {place.key}.rows.only / skip: {', '.join(sorted(both))}",
            )
        if table.ragged:
            cell, found, expected = table.ragged
            raise Refused(
                "row_ragged", sheet=place.sheet.name, cell=cell, found=f"{found} fields", expected=f"{expected} fields"
            )


def warnings_of(opened: Opened, located: Sequence[Located], tables: Sequence[Extracted]) -> list[Refused]:
    """What lies in the file beside its tables and is not read, and what the layout looks for in vain."""
    layout = located[0].layout
    file = f"layouts/{layout.layout}.yml"
    told = [
        Refused("sheet_not_read", sheet=name, found=name, expected=file)
        for name in unread_sheets(opened.book(layout), layout, located)
    ]
    unmatched: dict[tuple[str, str], None] = {}
    for place, table in zip(located, tables, strict=True):
        sheet, key = place.sheet.name, f"{file}, {place.key}"
        if table.outside:
            told.append(Refused("cell_outside_table", sheet=sheet, cell=table.outside, expected=key))
        if table.below:
            cell, label = table.below
            told.append(Refused("figures_not_read", sheet=sheet, cell=cell, found=label, expected=f"{key}.rows.end"))
        unmatched |= dict.fromkeys((text, f"{key}.{own}") for own, text in _unmatched(place, table))
    # Several entries of a layout that read one table may look for the same.
    return told + [Refused("layout_text_unmatched", found=text, expected=key) for text, key in unmatched]


def _unmatched(place: Located, table: Extracted) -> Iterator[tuple[str, str]]:
    """Texts of the layout that nothing on the form has, though figures hang on them: their keys and themselves."""
    yield from ((f"rows.only.{header}", text) for header, text in table.labels.unmatched)
    if not place.table.stated:
        return
    units = {
        *table.labels.fields.get("unit", ()),
        table.fields.get("unit"),
        *(f.column.fields.get("unit") for f in table.figures),
    }
    if not any(is_stated(place.table, unit) for unit in units):
        yield "stated", ", ".join(place.table.stated)
