"""From the bytes of a text file to its text, and the one encoding of texts that Python does not know.

Belongs here: byte order marks, encodings as layouts name them, TCVN3.
Does not belong here: which encoding a file is in (its layout says so, or UTF-8), and what is in the text.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

TCVN3 = "tcvn3"

# A byte order mark outranks any declaration. The mark of UTF-32 begins with that of UTF-16 and is tried first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# TCVN3 (ABC) has its letters where Latin-1 has others: what a program shows that takes it for Latin-1, and what is
# meant. Its codes below A1 are those of ASCII; capitals with a tone mark are the small letters in a font of capitals.
_SHOWN = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_MEANT = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_LETTERS = str.maketrans(_SHOWN, _MEANT)

_CODE_PAGE = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0))
# No program shows TCVN3 with these: a text that has one is Unicode already.
_UNICODE_ONLY = re.compile(f"[^\\x00-\\xff{_CODE_PAGE}]")


class UndecodableText(Exception):
    """The bytes are no text of the encoding; the message says in one line what was expected and at which byte."""


def known_encoding(name: str) -> bool:
    """Whether `decode` knows an encoding: tcvn3, or any codec of Python that makes text of bytes."""
    if name.lower() == TCVN3:
        return True
    try:
        b"a".decode(name)
    except UnicodeDecodeError:  # the codec is there, and one byte is too little for it
        return True
    except (LookupError, ValueError):
        return False
    return True


def decode(content: bytes, encoding: str | None) -> str:
    """The text of a file, without its byte order mark. None is UTF-8; a byte order mark outranks the declaration.

    The text of an encoding other than a Unicode one is NFC, since some (cp1258) write a letter and its tone apart.
    Raises UndecodableText.
    """
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if content.startswith(mark)), (b"", None))
    codec = codec or (encoding or "utf-8").lower()
    try:
        text = _decoded(content[len(mark) :], codec)
    except UnicodeError as error:
        reason, at = getattr(error, "reason", "undecodable"), getattr(error, "start", 0) + len(mark)
        raise UndecodableText(f"not {codec.upper()} text: {reason} at byte {at}") from None
    if "\0" in text:
        raise UndecodableText(f"not text: it contains NUL characters, the first at character {text.index(chr(0))}")
    return text


def _decoded(content: bytes, codec: str) -> str:
    if codec == TCVN3:
        return from_tcvn3(content.decode("latin-1"))
    text = content.decode(codec)
    return text if codec.startswith(("utf-", "utf_")) else unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def from_tcvn3(text: str) -> str:
    """A text as a program shows it that takes TCVN3 for Latin-1 or cp1252, in Unicode (NFC).

    A text that is Unicode already, by a character that neither of them has, is returned as it is.
    """
    return text if text.isascii() or _UNICODE_ONLY.search(text) else text.translate(_LETTERS)
