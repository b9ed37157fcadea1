"""Reads a figure exactly as a source prints it: sign, grouping, decimals, percent sign, hedge.

Belongs here: the grammar of one printed number. The marks and the words come from the caller's data.
Does not belong here: finding numbers in running text, guessing what an unclear text may mean (the answer is None, and
the caller reports it), and judging whether a figure is plausible.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

_MINUS = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"  # hyphens, figure and en dash, minus; an em dash is no sign
_TIES = "\u00a0\u2007\u2009\u200a\u202f"  # non-breaking and thin spaces: they belong to the number
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


@dataclass(frozen=True)
class Printed:
    """A printed figure: its value is ``scaled / 10 ** digits``, in percent when ``percent``.

    ``digits`` is the number of printed decimals, so "5,0%" and "5%" stay different statements.
    ``hedge`` is the kind of the hedge word before it; it speaks of the printed number without its sign
    ("a fall of more than 146" is -146, above).
    """

    scaled: int
    digits: int
    percent: bool
    hedge: str | None


def parse_printed(
    text: str,
    thousands_mark: str,
    decimal_mark: str,
    hedges: Mapping[str, str],
    decreases: Collection[str] = (),
) -> Printed | None:
    """Parse one printed figure; None when the text holds none, anything besides it, or one with two readings.

    ``hedges`` maps a leading word (or symbol) to the kind to record; ``decreases`` are leading words that mean a fall
    and make the figure negative once, whether or not a minus is printed as well (with a printed plus: None).
    One of each may lead, in either order and any letter case. Thousands are not grouped at all or strictly by three;
    a thousands mark that is any kind of space stands for all of them, an empty one means that groups are not used.
    A minus touches its digits or is tied to them by a non-breaking or thin space ("- 5" may be a list item).
    Digits are 0-9. Raises ValueError when the marks cannot be told apart.
    """
    hedge, rest = _leading_word(_plain(text), hedges)
    decrease, rest = _leading_word(rest, decreases)
    if hedge is None:
        hedge, rest = _leading_word(rest, hedges)
    match = _pattern(thousands_mark, decimal_mark).fullmatch(rest)
    if match is None or (decrease is not None and match["sign"] == "+"):
        return None
    decimals = match["decimals"] or ""
    magnitude = int(re.sub(r"[^0-9]", "", match["whole"]) + decimals)
    negative = decrease is not None or (match["sign"] or "+") != "+"
    return Printed(
        scaled=-magnitude if negative else magnitude,
        digits=len(decimals),
        percent=match["percent"] is not None,
        hedge=None if hedge is None else hedges[hedge],
    )


def _plain(text: str) -> str:
    """Compose, fold the letter case and trim, so that words compare whatever form they were typed in."""
    return normalize("NFC", normalize("NFC", text.translate(_INVISIBLE)).casefold()).strip()


def _leading_word(text: str, words: Iterable[str]) -> tuple[str | None, str]:
    """Split off the longest of the words that stands at the beginning: (the word as given or None, what remains)."""
    for word in sorted(words, key=len, reverse=True):
        plain = _plain(word)
        rest = text.removeprefix(plain)
        # A symbol such as "<" may touch the digits, a word may not: it could be part of a longer one.
        if plain and rest != text and not (plain[-1].isalpha() and rest[:1].isalnum()):
            return word, rest.lstrip()
    return None, text


@cache
def _pattern(thousands_mark: str, decimal_mark: str) -> re.Pattern[str]:
    """Return the grammar of a number with these marks."""
    if not decimal_mark or decimal_mark == thousands_mark:
        raise ValueError(f"the marks {thousands_mark!r} and {decimal_mark!r} cannot be told apart")
    group = f"[ {_TIES}]" if thousands_mark.isspace() else re.escape(thousands_mark)
    # A group never starts with zero: "0.146" is more likely a decimal with the other country's mark.
    grouped = f"|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+" if thousands_mark else ""
    return re.compile(
        rf"(?:(?P<sign>[+{re.escape(_MINUS)}])[{_TIES}]*)?"
        rf"(?P<whole>[0-9]+{grouped})"
        rf"(?:{re.escape(decimal_mark)}(?P<decimals>[0-9]+))?"
        r"(?:\s*(?P<percent>%))?"
    )
