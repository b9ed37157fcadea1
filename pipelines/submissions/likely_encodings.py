"""The encoding in which somebody probably wrote a text file, for the draft of a layout.

Belongs here: guessing. Short texts of few lines are usual, for which the libraries that guess encodings are of no use
(tried: charset-normalizer takes four names of East Asian places for those of a neighbour).
Does not belong here: decoding (encodings.py). Nothing here decides how a file is read: its layout does.
"""

from __future__ import annotations

import re

from pipelines.submissions.encodings import UndecodableText, decode

_ENCODINGS = (None, "utf-8", "cp949", "shift_jis", "big5", "cp1258", "cp1252", "utf-16-le")
# First bytes of the letters that are frequent in texts of an encoding: syllables of KS X 1001, kana and the first level
# of JIS X 0208, the first level of Big5. The same bytes read as another one give mostly rare letters.
_FREQUENT = {
    "cp949": frozenset(range(0xB0, 0xC9)),
    "shift_jis": frozenset((0x82, 0x83, *range(0x88, 0x98))),
    "big5": frozenset(range(0xA4, 0xC7)),
}
# A word of two scripts was decoded wrongly; a vowel with its tone apart is how cp1258 writes.
_MIXED = re.compile(r"[A-Za-z][\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]|[\u3040-\u9fff\uac00-\ud7af][a-z]")
_TONES = re.compile(r"[aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ][\u0300\u0301\u0303\u0309\u0323]")


def likely_encoding(content: bytes) -> str | None:
    """An encoding as layouts name it, None for UTF-8 without a declaration. Raises UndecodableText."""
    likely = max(_ENCODINGS, key=lambda encoding: _likeness(content, encoding))  # of equals the first
    if not _likeness(content, likely):
        raise UndecodableText(f"the text is in none of {', '.join(filter(None, _ENCODINGS))}")
    return likely


def _likeness(content: bytes, encoding: str | None) -> float:
    """How likely somebody wrote the bytes in this encoding, from 0 (they are no text of it) to 1."""
    try:
        text = decode(content, encoding)
    except UndecodableText:
        return 0
    if encoding in (None, "utf-8"):
        return 1  # no other text is one by chance
    if encoding in _FREQUENT:
        letters = [letter for letter in content.decode(encoding, "replace") if not letter.isascii()]
        frequent = sum(letter.encode(encoding, "replace")[0] in _FREQUENT[encoding] for letter in letters)
        return 0 if _MIXED.search(text) else 0.9 * frequent / max(1, len(letters))
    if encoding == "cp1258":
        return 0.3 if _TONES.search(content.decode("cp1258", "replace")) else 0
    return 0.2 if encoding == "cp1252" else 0.1
