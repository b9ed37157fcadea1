"""Folds names of units and resolves a written name to the one unit that it can mean.

Belongs here: what two spellings have in common (fold) and whether their marks contradict each other (resolve).
Does not belong here: aliases and names (data, handed to ``NameIndex.of``), which names are valid on a date (the caller
builds the index for the date), legacy byte encodings, and accepting the nearest name: a guess is never a match.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, combining, normalize

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # grave, acute, tilde, hook above, dot below
_STROKE = "\u0335"
_STROKED_D = "đð"  # eth is what many fonts and keyboards give for the d with stroke
_VOWELS = frozenset("aeiouy")
# Invisible characters that may stand inside a word: soft hyphen, joiners, variation selectors.
_INVISIBLE = re.compile("[\u00ad\u034f\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_CANDIDATES = 3
_CUTOFF = 0.6  # share of common letters below which a candidate would only mislead


class _Letter(NamedTuple):
    base: str
    marks: frozenset[str]
    starts_word: bool


@dataclass(frozen=True)
class _Entry:
    key: str
    spellings: Mapping[str, tuple[_Letter, ...]]  # the names as written that share one fold


@dataclass(frozen=True)
class Resolution:
    """``key`` of the unit, or None with the nearest names as written, best first, at most one for a unit."""

    key: str | None
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class NameIndex:
    """The names that are known at one date, by their folded form."""

    entries: Mapping[str, _Entry]

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> NameIndex:
        """Build the index from (key, name) pairs; a key may have several names.

        Raises ValueError when one folded name belongs to two keys, or when a name has no letter or digit.
        """
        entries: dict[str, _Entry] = {}
        for key, name in names:
            folded = fold(name)
            if not folded:
                raise ValueError(f"the name {name!r} of {key} has no letter or digit")
            known = entries.get(folded, _Entry(key, {}))
            if known.key != key:
                raise ValueError(f"the name {name!r} of {key} is also a name of {known.key}: {list(known.spellings)}")
            entries[folded] = _Entry(key, {**known.spellings, name: _letters(name)})
        return cls(entries)

    def resolve(self, text: str) -> Resolution:
        """Find the unit with this name: the same letters and digits, and marks that are missing or the same.

        A mark may be missing, and a tone may sit on another vowel of its syllable; a mark that the name does not have
        is a contradiction, and the text stays unresolved.
        """
        folded = fold(text)
        entry = self.entries.get(folded)
        if entry is not None:
            letters = _letters(text)
            if any(_agrees(letters, name) for name in entry.spellings.values()):
                return Resolution(entry.key, ())
        return Resolution(None, self._nearest(folded))

    def _nearest(self, folded: str) -> tuple[str, ...]:
        nearest: dict[str, str] = {}
        for close in get_close_matches(folded, self.entries, n=max(1, len(self.entries)), cutoff=_CUTOFF):
            nearest.setdefault(self.entries[close].key, next(iter(self.entries[close].spellings)))
        return tuple(nearest.values())[:_CANDIDATES]


def fold(text: str) -> str:
    """Reduce a name to its letters and digits: no marks, no letter case, d for the d with stroke.

    Composed and decomposed texts fold alike. Every script survives; vowel and voicing signs that are part of the
    spelling (Indic scripts, Thai, kana) are kept.
    """
    return normalize("NFC", "".join(letter.base for letter in _letters(text)))


@lru_cache(maxsize=8192)  # the same names are compared day by day and form by form
def _letters(text: str) -> tuple[_Letter, ...]:
    """Take a name apart: base letters with the marks on each, and where words begin."""
    letters: list[_Letter] = []
    in_word = False
    for char in normalize("NFKD", normalize("NFKD", _INVISIBLE.sub("", text)).casefold()):
        if _is_mark(char):
            if in_word:
                letters[-1] = letters[-1]._replace(marks=letters[-1].marks | {char})
        elif category(char)[0] in "LNM":
            stroked = char in _STROKED_D
            letters.append(_Letter("d" if stroked else char, frozenset({_STROKE} if stroked else ()), not in_word))
            in_word = True
        else:
            in_word = False
    return tuple(letters)


def _is_mark(char: str) -> bool:
    # Class 1 is a stroke through the letter; from 200 on classes are positions (above, below, attached): accents.
    # The others belong to scripts in which the sign makes another syllable.
    return combining(char) == 1 or combining(char) >= 200


def _agrees(text: tuple[_Letter, ...], name: tuple[_Letter, ...]) -> bool:
    """Tell whether the text has no mark that the name lacks; both have the same letters."""
    return [letter.base for letter in text] == [letter.base for letter in name] and all(
        all(written.marks - _TONES <= known.marks - _TONES for written, known in syllable)
        and _tones(written for written, _ in syllable) <= _tones(known for _, known in syllable)
        for syllable in _syllables(text, name)
    )


def _tones(letters: Iterable[_Letter]) -> Counter[str]:
    return Counter(mark for letter in letters for mark in letter.marks & _TONES)


def _syllables(text: tuple[_Letter, ...], name: tuple[_Letter, ...]) -> Iterator[list[tuple[_Letter, _Letter]]]:
    """Yield the stretches within which a tone may move: neighbouring vowels of one word, any other letter alone."""
    stretch: list[tuple[_Letter, _Letter]] = []
    for pair in zip(text, name, strict=True):
        apart = any(letter.starts_word for letter in pair) or pair[0].base not in _VOWELS
        if stretch and (apart or stretch[-1][0].base not in _VOWELS):
            yield stretch
            stretch = []
        stretch.append(pair)
    if stretch:
        yield stretch
