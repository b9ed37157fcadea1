"""What every text of a file is looked at for, before anything else is made of the file.

Belongs here: texts typed in fonts of before Unicode become Unicode; words that mark personal data or secrecy refuse the
file.
Does not belong here: the words (jurisdiction.yml), and how legacy texts are told (legacy_texts.py).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.jurisdiction import Jurisdiction
from pipelines.submissions.choosing import OPENING_ERRORS, Opened
from pipelines.submissions.legacy_texts import by_font, is_ambiguous, legacy_fonts, modern
from pipelines.submissions.refusals import Refused
from pipelines.submissions.texts import match
from pipelines.submissions.workbooks import Book, Sheet, address

_SEPARATORS = re.compile(r"[;\t|]")
# Of a file that is refused with one of these only the hash and the reason are kept.
PROTECTED = ("personal_data", "secrecy_mark")


class Converted(NamedTuple):
    """The first cell of a sheet that was converted, what stood in it and what it says, and how many there are."""

    sheet: str
    cell: str
    found: str
    becomes: str
    cells: int


@dataclass(frozen=True)
class Seen:
    """Texts of earlier files: all that were looked at, and those that only the font of a cell makes clear."""

    texts: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)


def screen(opened: Opened, book: Book, jurisdiction: Jurisdiction, seen: Seen) -> list[Converted]:
    """Convert the legacy texts of all sheets of a file, in place, and look for protected words.

    Raises Refused for the first cell that is one of the words; what stands in the cells beside it is not told. Texts in
    `seen`, which grows, need neither: forms of one kind have nearly all texts in common.
    """
    words, encodings = (*jurisdiction.personal_data, *jurisdiction.secrecy_marks), tuple(jurisdiction.legacy_encodings)
    converted: list[Converted] = []
    for name in book.names if words or encodings else ():
        with contextlib.suppress(*OPENING_ERRORS):  # told when the sheet is to be read; the others are looked at
            sheet = book.sheet(name)
            texts = set().union(*sheet.rows)
            new = {text for text in texts - seen.texts if text.__class__ is str}
            others = {text: other for text in new if (other := modern(text, encodings)) is not None}
            seen.unclear.update(text for text in new if is_ambiguous(text, encodings))
            asked = opened.suffix == ".xlsx" and not seen.unclear.isdisjoint(texts)
            fonts = legacy_fonts(opened.content, jurisdiction.legacy_encodings) if asked else {}
            if others or fonts:
                converted += _replace(sheet, others, fonts)
                new = {text for _, text in _texts(sheet)}
            if any(_word(text, words) for text in new):
                raise _refused(sheet, words, jurisdiction)
            seen.texts.update(new)
    return converted


def _replace(sheet: Sheet, others: Mapping[str, str], fonts: Mapping[tuple[str, int, int], str]) -> list[Converted]:
    """Put what the texts say in their place: by the font of a cell where it has one, else by the text alone."""
    replaced = []
    for (row, column), text in _texts(sheet):
        font = fonts.get((sheet.name, row, column))
        other = by_font(text, font) if font else others.get(text)
        if other is not None:
            sheet.rows[row][column] = other
            replaced.append(((row, column), text, other))
    if not replaced:
        return []
    place, found, becomes = replaced[0]
    return [Converted(sheet.name, address(*place), found, becomes, len(replaced))]


def _texts(sheet: Sheet) -> list[tuple[tuple[int, int], str]]:
    return [
        ((row, column), value)
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if isinstance(value, str) and value
    ]


def _refused(sheet: Sheet, words: Sequence[str], jurisdiction: Jurisdiction) -> Refused:
    place, (word, part) = next((place, found) for place, text in _texts(sheet) if (found := _word(text, words)))
    return Refused(
        "personal_data" if word in jurisdiction.personal_data else "secrecy_mark",
        sheet=sheet.name,
        cell=address(*place),
        found=part,
    )


def _word(text: str, words: Sequence[str]) -> tuple[str, str] | None:
    """The word that a text is, and the text; or the part of a line whose separator is another one than expected."""
    parts = [text, *(_SEPARATORS.split(text) if _SEPARATORS.search(text) else ())]
    return next(((word, part) for word in words for part in parts if part and match(word, part) is not None), None)
