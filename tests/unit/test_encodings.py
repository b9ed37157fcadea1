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


@given(st.text(alphabet="ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", min_size=1))
def test_what_is_unicode_already_stays(text: str) -> None:
    assert from_tcvn3(text) == text
