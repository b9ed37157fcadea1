"""From bytes to text: byte order marks, encodings by name, and TCVN3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.submissions.encodings import UndecodableText, decode, from_tcvn3, known_encoding

# A sample of the single-byte characters and what they stand for (facts of the encoding).
TCVN3 = {"µ": "à", "¸": "á", "¶": "ả", "·": "ã", "¹": "ạ", "«": "ô", "®": "đ", "Ø": "ỉ"}


@pytest.mark.parametrize(("name", "known"), [("utf-8", True), ("cp949", True), ("tcvn3", True), ("nonsense", False)])
def test_encodings_are_known_by_name(name: str, known: bool) -> None:
    assert known_encoding(name) is known


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_outranks_every_declaration(encoding: str) -> None:
    assert decode("Số vụ".encode(encoding), "cp1258") == "Số vụ"


@pytest.mark.parametrize(("text", "encoding"), [("발생", "cp949"), ("Año", "latin-1"), ("件數", "big5")])
def test_declared_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), encoding) == text
    with pytest.raises(UndecodableText):
        decode(text.encode(encoding), None)


def test_tcvn3_becomes_unicode() -> None:
    assert from_tcvn3("C«ng an tØnh") == "Công an tỉnh"
    assert decode("C«ng an tØnh".encode("latin-1"), "tcvn3") == "Công an tỉnh"
    assert {shown: from_tcvn3(shown) for shown in TCVN3} == TCVN3


def test_every_letter_of_tcvn3_has_a_place_of_its_own() -> None:
    """The 67 small letters with marks, and the seven capitals without a tone."""
    marked = {shown: from_tcvn3(shown) for shown in map(chr, range(0xA1, 0x100)) if from_tcvn3(shown) != shown}
    same = "ý"  # the one letter that stands where Latin-1 has it
    small = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹỵ"
    assert sorted(marked.values()) == sorted(f"{small}ĂÂÊÔƠƯĐ")
    assert from_tcvn3(same) == same


@given(st.text(alphabet="àảãáạăâđêôơưýAbz 12"))
def test_a_text_of_tcvn3_comes_back(text: str) -> None:
    shown = {from_tcvn3(letter): letter for letter in map(chr, [*range(0x20, 0x7F), *range(0xA1, 0x100)])}
    single = "".join(shown[letter] for letter in text)
    assert from_tcvn3(single) == decode(single.encode("latin-1"), "TCVN3") == text


def test_typographic_signs_of_a_code_page_do_not_make_a_text_unicode() -> None:
    assert from_tcvn3("“C«ng an” – tØnh") == "“Công an” – tỉnh"


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        (b"a,\xe9\n", None, "not UTF-8 text: invalid continuation byte at byte 2"),
        (b"\xef\xbb\xbfa\xff", "cp949", "at byte 4"),
        (b"\xff\xfea\x00b", None, "not UTF-16-LE text: truncated data at byte 4"),
        ("ab".encode("utf-16-le"), None, "NUL characters, the first at character 1"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(content: bytes, encoding: str | None, told: str) -> None:
    with pytest.raises(UndecodableText) as error:
        decode(content, encoding)
    assert told in str(error.value)


def test_a_letter_and_its_tone_are_joined() -> None:
    """cp1258 writes them apart."""
    assert decode("tô\u0323i".encode("cp1258"), "cp1258") == "tội"


@given(st.text(alphabet="ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", min_size=1))
def test_what_is_unicode_already_stays(text: str) -> None:
    assert from_tcvn3(text) == text
