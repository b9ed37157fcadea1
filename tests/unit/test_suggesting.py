"""Drafting a layout: what of a file's encoding, years, marks and totals the draft gets right."""

from __future__ import annotations

import unicodedata

import pytest
import yaml

from pipelines.submissions.suggesting import draft
from tests.builders import workbook

PLACES = {
    "cp1252": ("São Paulo", "Região", "Município", "Nação"),
    "cp1258": ("Bình Định", "Tỉnh", "Huyện", "Bà Rịa"),
    "cp949": ("서울", "부산", "대구", "강원"),
    "shift_jis": ("東京都", "北海道", "さいたま", "沖縄"),
    "big5": ("臺北市", "新竹縣", "嘉義市", "屏東縣"),
}


def encoded(text: str, encoding: str) -> bytes:
    """cp1258 writes the letters apart from their tones, but keeps circumflex, breve, horn and stroke."""
    if encoding != "cp1258":
        return text.encode(encoding)
    content = b""
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        content += (unicodedata.normalize("NFC", apart.replace(tone, "")) + tone).encode("cp1258")
    return content


@pytest.mark.parametrize("encoding", PLACES)
def test_the_encoding_is_one_in_which_the_text_can_have_been_written(encoding: str) -> None:
    rows = "".join(f"{place};{number}\n" for number, place in enumerate(PLACES[encoding], 10))
    layout = yaml.safe_load(draft(encoded(f"{PLACES[encoding][1]};N\n{rows}", encoding), "a.csv"))
    assert (layout["file"].get("encoding"), layout["file"]["delimiter"]) == (encoding, ";")


def test_a_column_of_years_is_a_label() -> None:
    cells = [
        ["Unit", "Year", "Recorded"],
        ["North", 2022, 5],
        ["North", 2023, 6],
        ["South", 2022, 7],
        ["South", 2023, 8],
    ]
    (table,) = yaml.safe_load(draft(workbook(cells), "a.xlsx"))["tables"]
    assert table["columns"] == [
        {"header": "Unit", "field": "unit"},
        {"header": "Year", "field": "year"},
        {"header": "Recorded", "measure": "TODO_C"},
    ]


def test_marks_in_brackets_do_not_end_the_table() -> None:
    cells = [["Province", "Recorded", "Cleared"], ["Northern", 50, 16], ["Southern", "[z]", "(x)"], ["Western", 70, 8]]
    layout = yaml.safe_load(draft(workbook(cells), "a.xlsx"))
    assert layout["marks"] == {"(x)": "missing", "[z]": "missing"}
    assert "rows" not in layout["tables"][0]


def test_a_total_beside_twelve_columns_is_the_one_of_their_year() -> None:
    cells = [["Unit", *(f"M{n}" for n in range(1, 13)), "Total"], ["North", *[5] * 12, 60], ["South", *[6] * 12, 72]]
    (table,) = yaml.safe_load(draft(workbook(cells), "a.xlsx"))["tables"]
    assert table["columns"][-1] == {"header": "Total", "measure": "TODO_N", "total_over": "period"}
