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
    """What lies in the file beside its tables and is not read."""
    layout = located[0].layout
    sheets = unread_sheets(opened.book(layout), layout, located)
    pairs = list(zip(located, tables, strict=True))
    outside = [(place, table.outside) for place, table in pairs if table.outside]
    below = [(place, table.below) for place, table in pairs if table.below]
    unmatched = dict.fromkeys(
        (text, f"layouts/{layout.layout}.yml, {place.key}.{key}")
        for place, table in pairs
        for key, text in _unmatched(place, table)
    )
    return [
        *(
            Refused("sheet_not_read", sheet=name, found=name, expected=f"layouts/{layout.layout}.yml")
            for name in sheets
        ),
        *(
            Refused(
                "cell_outside_table",
                sheet=place.sheet.name,
                cell=cell,
                expected=f"layouts/{layout.layout}.yml, {place.key}",
            )
            for place, cell in outside
        ),
        *(
            Refused(
                "figures_not_read",
                sheet=place.sheet.name,
                cell=cell,
                found=label,
                expected=f"layouts/{layout.layout}.yml, {place.key}.rows.end",
            )
            for place, (cell, label) in below
        ),
        *(Refused("layout_text_unmatched", found=text, expected=key) for text, key in unmatched),
    ]


def _unmatched(place: Located, table: Extracted) -> Iterator[tuple[str, str]]:
    """Texts of the layout that nothing on the form has, though figures hang on them: their keys and themselves."""
    yield from ((f"rows.only.{header}", text) for header, text in table.labels.unmatched)
    units = {
        *table.labels.fields.get("unit", ()),
        table.fields.get("unit"),
        *(f.column.fields.get("unit") for f in table.figures),
    }
    if place.table.stated and not any(is_stated(place.table, unit) for unit in units):
        yield "stated", ", ".join(place.table.stated)
