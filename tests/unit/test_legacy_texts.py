"""Texts typed in ABC or VNI, told from right ones by their syllables (domain.md §5)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from pipelines.domain.names import NameIndex
from pipelines.jurisdiction import LEGACY_ENCODINGS as LEGACY
from pipelines.jurisdiction import load_jurisdiction
from pipelines.settings import ROOT, Settings
from pipelines.submissions.choosing import Opened
from pipelines.submissions.legacy_texts import from_vni, is_ambiguous, legacy_fonts, modern
from pipelines.submissions.screening import Seen, screen

NAMES = [
    row["name"]
    for row in csv.DictReader((ROOT / "data_raw/vietnam/reference/unit_names.csv").read_text("utf-8").splitlines())
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("C«ng an tØnh Long An", "Công an tỉnh Long An"),  # domain.md §5
        ("Thµnh phè Hå ChÝ Minh", "Thành phố Hồ Chí Minh"),
        ("Sè vô ®iÒu tra, kh¸m ph¸", "Số vụ điều tra, khám phá"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("Coâng an tænh Long An", "Công an tỉnh Long An"),
        ("Thaønh phoá Hoà Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Soá vuï ñieàu tra, khaùm phaù", "Số vụ điều tra, khám phá"),
        ("BÌNH DÖÔNG", "BÌNH DƯƠNG"),
        ("Quaûng Ninh", "Quảng Ninh"),
        ("Ñaék Laék", "Đắk Lắk"),
    ],
)
def test_what_was_typed_in_an_old_font_is_read(typed: str, meant: str) -> None:
    assert modern(typed, LEGACY) == meant
    assert modern(typed, ()) is None


@pytest.mark.parametrize("text", [*NAMES, "Từ ngày 15/12/2022 đến ngày 14/12/2023", "50°", "«x»", "STT", "Müller", ""])
def test_what_is_right_stays(text: str) -> None:
    """No name of a unit, old or new, under any alias."""
    assert modern(text, LEGACY) is None


def test_what_may_be_right_as_it_stands_stays() -> None:
    """Nêm and dèn are syllables; that ABC would make Nấm Dẩn of them is no reason."""
    assert modern("NÊm DÈn", LEGACY) is None


def test_the_font_decides_where_a_text_is_possible_either_way(tmp_path: Path) -> None:
    """Boàn is a syllable, and in a VNI font it is Bồn; the other cell has the font of any text."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "x"
    sheet["A1"], sheet["B2"] = "Thu Boàn", "Thu Boàn"
    sheet["B2"].font = Font(name="VNI-Times")
    content = io.BytesIO()
    book.save(content)
    assert (modern("Thu Boàn", LEGACY), is_ambiguous("Thu Boàn", LEGACY)) == (None, True)
    fonts = {"tcvn3": [".Vn"], "vni": ["VNI-"]}
    assert legacy_fonts(content.getvalue(), fonts) == {("x", 1, 1): "vni"}
    assert legacy_fonts(content.getvalue(), {"tcvn3": [".Vn"]}) == legacy_fonts(b"no workbook", fonts) == {}
    opened = Opened(content.getvalue(), "a.xlsx")
    read = opened.book()
    jurisdiction = load_jurisdiction(Settings(jurisdiction=ROOT / "data_raw/vietnam", home=tmp_path))
    (converted,) = screen(opened, read, jurisdiction, Seen())
    assert (converted.cell, converted.found, converted.becomes, converted.cells) == ("B2", "Thu Boàn", "Thu Bồn", 1)
    assert read.sheet("x").rows == [["Thu Boàn", ""], ["", "Thu Bồn"]]


def test_what_was_converted_in_one_file_is_converted_in_the_next(tmp_path: Path) -> None:
    """What earlier files of a run held is not looked at again; their legacy texts are."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"] = "C«ng an tØnh Long An", "Công an"
    content = io.BytesIO()
    book.save(content)
    jurisdiction = load_jurisdiction(Settings(jurisdiction=ROOT / "data_raw/vietnam", home=tmp_path))
    seen = Seen()
    for name in ("a.xlsx", "b.xlsx"):
        opened = Opened(content.getvalue(), name)
        read = opened.book()
        assert [one.becomes for one in screen(opened, read, jurisdiction, seen)] == ["Công an tỉnh Long An"]
        assert read.sheet(read.names[0]).rows == [["Công an tỉnh Long An"], ["Công an"]]


def test_every_encoding_that_can_be_declared_is_known() -> None:
    assert all(modern("Công an", (name,)) is None for name in LEGACY)


def test_vni_letters_keep_their_case() -> None:
    assert from_vni("ÑAËNG Thò Möôùi, Lyù, kyõ, nghæ, nghó, myõ, kî") == "ĐẶNG Thị Mưới, Lý, kỹ, nghỉ, nghĩ, mỹ, kỵ"


def test_names_fold_without_collision() -> None:
    """Each name of the 63 provinces leads to one unit, also without its marks; conflicting marks lead nowhere."""
    rows = csv.DictReader((ROOT / "data_raw/vietnam/reference/unit_names.csv").read_text("utf-8").splitlines())
    index = NameIndex.of([(row["unit_id"], row["name"]) for row in rows if row["unit_id"].endswith("-2008")])
    for name, unit in (
        ("TP.HCM", "79-2008"), ("Tp Hồ Chí Minh", "79-2008"), ("Thanh pho Ho Chi Minh", "79-2008"),
        ("Bà Rịa – Vũng Tàu", "77-2008"), ("Long An", "80-2008"), ("Ðong Nai", "75-2008"),
    ):  # fmt: skip
        assert index.resolve(name).key == unit, name
    unknown = index.resolve("Long Ân")
    assert (unknown.key, "Long An" in unknown.candidates) == (None, True)
