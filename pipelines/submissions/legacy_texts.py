"""Texts typed in fonts of before Unicode, told by what they look like: syllables that the language cannot have.

Belongs here: TCVN3 (ABC) and VNI as a program shows them that takes them for Latin-1, text by text, the grammar of
syllables by which they are told from texts that are right, and the fonts of cells, which decide in doubt.
Does not belong here: whole files in another encoding (encodings.py), and whether a jurisdiction has such texts at all
(jurisdiction.yml).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from pipelines.submissions.archives import Archive, Packed
from pipelines.submissions.encodings import from_tcvn3

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"

# VNI writes a letter and behind it what stands on or below it, as one more letter.
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _CIRCUMFLEX, "á": _CIRCUMFLEX + _ACUTE, "à": _CIRCUMFLEX + _GRAVE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_LETTERS)}])", re.IGNORECASE)

_TONES = dict.fromkeys(map(ord, (_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT)))
# With the clusters and the final k of place names of the highlands (Krông Pắk).
_ONSET = "b|br|c|ch|d|dr|đ|đr|g|gh|gi|h|k|kh|kr|l|m|n|ng|ngh|nh|p|ph|pl|qu|r|s|t|th|tr|v|x"
# Rimes without their tone, by what may end them.
_RIMES = (
    "[aăâ](c|k|m|n|ng|p|t)?|a(ch|nh|i|o|u|y)|â(u|y)|e(c|m|n|ng|o|p|t)?|ê(ch|m|n|nh|p|t|u)?|i(ch|m|n|nh|p|t|u|a)?|"
    "iê(c|m|n|ng|p|t|u)|o(a|e|i|c|k|m|n|ng|p|t|oc|ong)?|oa(c|ch|i|m|n|ng|nh|o|p|t|y)|oă(c|m|n|ng|t)|oe(n|o|t)|"
    "ô(i|c|k|m|n|ng|p|t)?|ơ(i|k|m|n|p|t)?|u(a|i|c|k|m|n|ng|p|t|y)?|u(ân|âng|ât|ây|ê|êch|ênh|ơ)|uô(i|c|m|n|ng|t)|"
    "uy(a|ch|n|nh|p|t|u|ên|êt)|ư(a|c|i|m|n|ng|t|u)?|ươ(c|i|m|n|ng|p|t|u)|y(ê(m|n|ng|t|u))?"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RIMES})|quy(?:ch|n|nh|t)")
_WORD_ENDS = re.compile(r"[\s!-/:-@\[-`{-~\d]+")


def modern(text: str, encodings: tuple[str, ...]) -> str | None:
    """What a text says that was typed in one of the encodings; None where it is no such text, or may be of two.

    Some word of it cannot be right as it stands, and every word is possible once it is converted.
    """
    if text.isascii() or all(_is_possible(word) for word in _words(text)):
        return None
    found = {other for name in encodings if (other := _DECODERS[name](text)) != text and _is_right(other)}
    return found.pop() if len(found) == 1 else None


def by_font(text: str, encoding: str) -> str | None:
    """What a text in a font of that encoding says; None where that is nothing that can be right."""
    other = _DECODERS[encoding](text)
    return other if other != text and _is_right(other) else None


def is_ambiguous(text: str, encodings: tuple[str, ...]) -> bool:
    """Whether a text is right as it stands and would be in a font of another encoding as well."""
    return not text.isascii() and _is_right(text) and any(by_font(text, name) for name in encodings)


def from_vni(text: str) -> str:
    """A text as a program shows it that takes VNI for Latin-1, in Unicode (NFC)."""
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def legacy_fonts(content: bytes, encodings: Mapping[str, Sequence[str]]) -> dict[tuple[str, int, int], str]:
    """Of an xlsx workbook the cells (sheet, row, column, from 0) in a font of an encoding, by how its name begins.

    Empty for whatever cannot be opened: what is wrong with it is told elsewhere.
    """
    wanted = {start.lower(): name for name, starts in encodings.items() for start in starts}
    try:
        if not _mentions(Archive(content).packed("xl/styles.xml"), tuple(wanted)):
            return {}
        import openpyxl  # twenty times slower than the library that reads, and only for such workbooks

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return {
            (sheet.title, cell.row - 1, cell.column - 1): name
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
            for start, name in wanted.items()
            if (cell.font.name or "").lower().startswith(start)
        }
    except Exception:
        return {}


@lru_cache(64)  # forms of one kind have their styles in common
def _mentions(styles: Packed, starts: tuple[str, ...]) -> bool:
    text = styles.unpacked().lower()
    return any(b'"' + start.encode() in text for start in starts)


_DECODERS: Mapping[str, Callable[[str], str]] = {"tcvn3": from_tcvn3, "vni": from_vni}


def _vni_letter(found: re.Match[str]) -> str:
    letter, mark, alone = found.groups()
    if alone is not None:
        return _in_case_of(alone, _VNI_LETTERS[alone.lower()])
    base = _VNI_LETTERS.get(letter.lower(), letter.lower())
    return _in_case_of(letter, base) + _VNI_MARKS[mark.lower()]


def _in_case_of(letter: str, other: str) -> str:
    return other.upper() if letter.isupper() else other


def _is_right(text: str) -> bool:
    return all(_is_possible(word) for word in _words(text))


def _words(text: str) -> list[str]:
    """Words with a letter that is not plain; plain ones are abbreviations or foreign as often as not."""
    return [word for word in _WORD_ENDS.split(unicodedata.normalize("NFC", text)) if not word.isascii()]


@lru_cache(1 << 14)
def _is_possible(word: str) -> bool:
    """Whether a word may be a syllable of the language with at most one tone, or is no word at all, such as a dash."""
    letters = unicodedata.normalize("NFD", word.lower())
    if not any(map(str.isalpha, letters)) and not any(sign in word for sign in "«®¶·¸¹»¼½¾©ª¬¨µ"):
        return True
    plain = unicodedata.normalize("NFC", letters.translate(_TONES))
    tones = len(letters) - len(letters.translate(_TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(plain) is not None
