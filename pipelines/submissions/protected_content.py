"""Refuse what must not enter a warehouse: columns of personal data, and documents with a secrecy mark.

Belongs here: looking for the jurisdiction's words in every sheet of a file, before anything else is made of it.
Does not belong here: the words themselves (jurisdiction.yml).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from pipelines.jurisdiction import Jurisdiction
from pipelines.submissions.choosing import OPENING_ERRORS
from pipelines.submissions.refusals import Refused
from pipelines.submissions.texts import match
from pipelines.submissions.workbooks import Book, Sheet, address

# Of a file that is refused with one of these only the hash and the reason are kept.
PROTECTED = ("personal_data", "secrecy_mark")


def refuse_protected(book: Book, jurisdiction: Jurisdiction, harmless: set[str]) -> None:
    """Raise Refused for the first cell that is one of the words. What stands in the cells beside it is not told.

    `harmless` are texts known to be none of them, and grows: forms of one kind have nearly all texts in common.
    """
    words = (*jurisdiction.personal_data, *jurisdiction.secrecy_marks)
    for name in book.names if words else ():
        with contextlib.suppress(*OPENING_ERRORS):  # told when the sheet is to be read; the others are looked at
            sheet = book.sheet(name)
            new = {text for text in set().union(*sheet.rows) - harmless if text.__class__ is str}
            if any(_word(text, words) for text in new):
                raise _refused(sheet, words, jurisdiction)
            harmless |= new


def _refused(sheet: Sheet, words: Sequence[str], jurisdiction: Jurisdiction) -> Refused:
    row, column, word = next(
        (row, column, word)
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if isinstance(value, str) and (word := _word(value, words))
    )
    return Refused(
        "personal_data" if word in jurisdiction.personal_data else "secrecy_mark",
        sheet=sheet.name,
        cell=address(row, column),
        found=word,
    )


def _word(text: str, words: Sequence[str]) -> str | None:
    """The word that a text is, None if it is none of them."""
    return next((word for word in words if text and match(word, text) is not None), None)
