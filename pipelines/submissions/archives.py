"""The parts of a zip archive, which modern workbooks are.

Belongs here: finding parts in the archive's directory, and unpacking them. zipfile does it rightly and slowly: opening
a small workbook with it costs a third of all that calamine does. So a part of a usual archive is looked up here, and
zipfile does the rest.
Does not belong here: what the parts hold (workbook_parts.py, other_parts.py).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cached_property
from typing import NamedTuple

# Only the fields that are needed of those in the .ZIP file format specification (APPNOTE), 4.3.7, 4.3.12 and 4.3.16:
# the directory's length and place; flags, method, both sizes, length of the name and place; lengths of name and extra.
_END, _ENTRY, _LOCAL = struct.Struct("<12xLL2x"), struct.Struct("<8xHH8xLLH12xL"), struct.Struct("<26xHH")
_END_MARK, _ENTRY_MARK = b"PK\x05\x06", b"PK\x01\x02"
_LONGEST_COMMENT = 0xFFFF
_IN_ZIP64 = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
# Deflate makes no more of one byte.
_LARGEST_RATIO = 1032


class Packed(NamedTuple):
    """A part as the archive holds it: equal parts of two archives are equal without being unpacked."""

    content: bytes
    method: int
    size: int
    encrypted: bool

    def unpacked(self) -> bytes:
        """The part, never more than the archive declares. Raises zlib.error."""
        if self.method == _STORED:
            return self.content
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.content, self.size + 1)
        if len(part) != self.size:
            raise zlib.error("a part is not as long as the archive says")
        return part


class Archive:
    """The parts of a zip archive. Their names are compared as calamine does: without case, with either slash.

    Raises zipfile.BadZipFile for an archive without a whole directory.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._start, self._end = _directory(content)
        if not content.startswith(_ENTRY_MARK, self._start):
            self._start = self._end  # nothing is looked up there; zipfile says what is wrong, or finds it elsewhere
            self._zipfile().close()

    def __contains__(self, name: str) -> bool:
        return self._entry(name) >= 0 or name.lower() in self._names

    def exceeds(self, size: int) -> bool:
        """Whether all parts together have more bytes than `size` when unpacked, as the archive declares them."""
        if len(self._content) * _LARGEST_RATIO <= size:
            return False
        with self._zipfile() as archive:
            return sum(info.file_size for info in archive.infolist()) > size

    def read(self, name: str) -> bytes:
        """A part unpacked. Raises as `packed` and Packed.unpacked do."""
        return self.packed(name).unpacked()

    def packed(self, name: str) -> Packed:
        """A part as it is stored. Raises KeyError, struct.error or zipfile.BadZipFile."""
        at = self._entry(name)
        if at >= 0:
            flags, method, packed, unpacked, _, place = _ENTRY.unpack_from(self._content, at)
            if method in (_STORED, _DEFLATED) and _IN_ZIP64 not in (packed, unpacked, place):
                # The lengths of name and extra field may differ from those in the directory.
                start = place + _LOCAL.size + sum(_LOCAL.unpack_from(self._content, place))
                return Packed(self._content[start : start + packed], method, unpacked, bool(flags & 1))
        return self._packed_by_zipfile(self._names[name.lower()])

    def _entry(self, name: str) -> int:
        """Where the directory's entry of a part begins, -1 if no entry has exactly this name."""
        wanted = name.encode()
        at = self._content.find(wanted, self._start, self._end)
        while at >= 0:
            entry = at - _ENTRY.size
            if self._content.startswith(_ENTRY_MARK, entry) and _ENTRY.unpack_from(self._content, entry)[4] == len(
                wanted
            ):
                return entry
            at = self._content.find(wanted, at + 1, self._end)
        return -1

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of all parts by their names as they are compared."""
        with self._zipfile() as archive:
            return {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def _packed_by_zipfile(self, name: str) -> Packed:
        with self._zipfile() as archive:
            if archive.getinfo(name).flag_bits & 1:
                return Packed(b"", _STORED, 0, True)
            content = archive.read(name)
            return Packed(content, _STORED, len(content), False)

    def _zipfile(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self._content))


def _directory(content: bytes) -> tuple[int, int]:
    """Where the archive's directory begins and ends, an empty range where it is not found as declared."""
    end = content.rfind(_END_MARK, max(0, len(content) - _LONGEST_COMMENT - _END.size))
    if end < 0 or end + _END.size > len(content):
        return 0, 0
    length, offset = _END.unpack_from(content, end)
    return (offset, end) if offset + length == end else (end, end)
