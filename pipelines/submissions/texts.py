"""How a text of a form is compared with a text of a layout.

Belongs here: normalising texts, and the one rule by which layouts name them: as they stand, or as a pattern.
Does not belong here: names of units and offences (domain/names.py) and the texts of figures (counts.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Forms of one kind repeat their texts, so nearly every text is looked up and not worked out.
_REMEMBERED = 1 << 16

# A space between two letters of a script that is written without spaces.
_STRETCHED = re.compile("(?<=[\u3005-\u30ff\u3400-\u9fff]) (?=[\u3005-\u30ff\u3400-\u9fff])")


@lru_cache(_REMEMBERED)
def collapsed(text: str) -> str:
    """NFC, and white space of any kind and length as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(_REMEMBERED)
def normalised(text: str) -> str:
    """Text for comparing labels: `collapsed` and case folded; forms stretch 北海道 to 北　海　道, which is the same."""
    return _STRETCHED.sub("", collapsed(text)).casefold()


def is_pattern(wanted: str) -> bool:
    """Whether a layout's text is a regular expression: one that begins with ^."""
    return wanted.startswith("^")


def anywhere(pattern: str) -> str:
    """A title's pattern, which may stand anywhere in a text, as one that begins with ^."""
    return pattern if is_pattern(pattern) else f"^.*?(?:{pattern})"


@lru_cache(4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A layout's regular expression; case is ignored. Raises re.error."""
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(_REMEMBERED)
def match(wanted: str, text: str) -> Mapping[str, str] | None:
    """What a text gives when it is the wanted one (the pattern's named groups, nothing for a plain text), else None."""
    if not is_pattern(wanted):
        return {} if normalised(wanted) == normalised(text) else None
    found = compiled(wanted).search(collapsed(text))
    return {name: part.strip() for name, part in found.groupdict().items() if part is not None} if found else None
