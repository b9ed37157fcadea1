"""Which of a jurisdiction's layouts a file is; if none, the nearest and in what the file differs.

Belongs here: opening a file as each layout wants it, choosing among the layouts, and the refusal when none is chosen.
Does not belong here: comparing with one layout (recognition.py, headers.py).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence

from pipelines.submissions.encodings import UndecodableText
from pipelines.submissions.headers import Difference
from pipelines.submissions.layouts import Layout
from pipelines.submissions.memory import Memory
from pipelines.submissions.recognition import Located, compare
from pipelines.submissions.refusals import Refused
from pipelines.submissions.workbooks import TABLES, Book, ProtectedFile, TooLarge, UnreadableFile, WrongKind, begin_book

# What opening a file can raise, each with a message for its user.
OPENING_ERRORS = (ProtectedFile, WrongKind, TooLarge, UnreadableFile, UndecodableText)

# A table with one of these is not there at all; all other differences are of one column or one row.
_FAR = ("sheet_missing", "header_missing", "encoding_differs")
_DELIMITERS = (",", ";", "\t", "|")
_MOST_SHOWN = 12

_Dialect = tuple[str | None, str | None]  # encoding and delimiter


class Opened:
    """A file's content, opened once for every encoding and delimiter that a layout names."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name, self.suffix = content, name, os.path.splitext(name)[1].lower()
        self.delimiter = "\t" if self.suffix == ".tsv" else ","
        self._begun: dict[_Dialect, Callable[[], Book]] = {}
        self._books: dict[_Dialect, Book] = {}

    def begin(self, layout: Layout | None = None) -> None:
        """The first half of what `book` does. Raises what open_book raises."""
        encoding, delimiter = dialect = _dialect(layout)
        if dialect not in self._begun:
            self._begun[dialect] = begin_book(self.content, self.suffix, encoding=encoding, delimiter=delimiter)

    def book(self, layout: Layout | None = None) -> Book:
        """The file as a layout wants it opened. Raises what open_book raises."""
        dialect = _dialect(layout)
        if dialect not in self._books:
            self.begin(layout)
            self._books[dialect] = self._begun[dialect]()
        return self._books[dialect]

    def first_sheet(self, layout: Layout | None = None) -> None:
        """Read the first sheet already. Raises what open_book raises."""
        book = self.book(layout)
        if book.names:
            book.sheet(book.names[0])


def _dialect(layout: Layout | None) -> _Dialect:
    return (layout.file.encoding, layout.file.delimiter) if layout else (None, None)


def compared(
    opened: Opened, layouts: Sequence[Layout], memory: Memory
) -> list[tuple[Layout, list[Located], list[Difference]]]:
    """Every layout for this kind of file with its tables in it, or what differs. Raises what open_book raises."""
    return [(one, *_compare(opened, one, memory)) for one in layouts if opened.suffix in one.suffixes]


def _compare(opened: Opened, layout: Layout, memory: Memory) -> tuple[list[Located], list[Difference]]:
    try:
        located, differences = compare(opened.book(layout), opened.name, layout, memory)
        if differences and not located and opened.suffix in TABLES:
            differences = _separated_otherwise(opened, layout, memory) or differences
        return located, differences
    except UndecodableText as error:
        encoding = layout.file.encoding or "utf-8"
        return [], [Difference("encoding_differs", "", "", encoding, str(error), "file.encoding")]


def _separated_otherwise(opened: Opened, layout: Layout, memory: Memory) -> list[Difference]:
    """That a text file is just this form, but for what stands between its fields."""
    own = layout.file.delimiter or opened.delimiter
    for other in _DELIMITERS:
        changed = layout.model_copy(update={"file": layout.file.model_copy(update={"delimiter": other})})
        with contextlib.suppress(*OPENING_ERRORS):
            if other != own and compare(opened.book(changed), opened.name, layout, memory)[0]:
                return [Difference("delimiter_differs", "", "", repr(own), repr(other), "file.delimiter")]
    return []


def recognise(opened: Opened, layouts: Sequence[Layout], memory: Memory) -> list[Located]:
    """The tables of the one layout that fits."""
    try:
        tried = compared(opened, layouts, memory)
        fitting = [located for _, located, differences in tried if located and not differences]
        if not fitting:
            raise _nearest(opened, [(layout, differences) for layout, _, differences in tried])
    except ProtectedFile as error:
        raise Refused("file_protected", found=str(error)) from None
    except WrongKind as error:
        raise Refused("file_kind_differs", found=error.found, expected=error.expected) from None
    except TooLarge as error:
        raise Refused("sheet_too_large", sheet=error.sheet, cell=error.cell, found=str(error)) from None
    except (UnreadableFile, UndecodableText) as error:
        raise Refused("file_unreadable", found=str(error), expected=opened.suffix.lstrip(".")) from None
    if len(fitting) > 1:
        names = ", ".join(located[0].layout.layout for located in fitting)
        raise Refused("layouts_ambiguous", found=names, expected="one layout")
    return fitting[0]


def distance(layout: Layout, differences: Sequence[Difference]) -> tuple[float, int]:
    """How far a file is from a layout: the share of its tables that are not there, and how many other differences."""
    far = sum(difference.code in _FAR for difference in differences)
    return far / len(layout.tables), len(differences) - far


def _nearest(opened: Opened, tried: Sequence[tuple[Layout, list[Difference]]]) -> Refused:
    """The refusal of a file that no layout recognises, told by the layout that differs least."""
    if not tried:
        if opened.book().is_empty():
            return Refused("file_empty", found=f"{len(opened.content)} bytes")
        return Refused("layout_unknown", found=opened.suffix, expected="a layout for this kind of file")
    layout, differences = min(tried, key=lambda pair: (distance(*pair), pair[0].layout))
    first = differences[0]
    if first.code != "encoding_differs" and opened.book(layout).is_empty():
        return Refused("file_empty", found=f"{len(opened.content)} bytes")
    missing, others = distance(layout, differences)
    strange = missing > 0 or others > max(3, sum(len(table.columns) for table in layout.tables))
    unknown = strange and first.code in ("header_differs", "header_missing", "file_name_differs")
    return Refused(
        "layout_unknown" if unknown else first.code,
        sheet=first.sheet,
        cell=first.cell,
        found=_side_by_side(differences),
        expected=f"{first.expected} (layouts/{layout.layout}.yml, {first.key})",
    )


def _side_by_side(differences: Sequence[Difference]) -> str:
    """What the file has against what the layout expects, cell by cell."""
    if len(differences) == 1:
        return differences[0].found
    # Several entries of a layout may read one table, and then differ in the same places.
    every = list(dict.fromkeys(f"{d.cell or d.key}: {d.found} ≠ {d.expected}" for d in differences))
    shown = every[:_MOST_SHOWN]
    more = len(every) - len(shown)
    return "; ".join([*shown, *([f"… ({more} more)"] if more else [])])
