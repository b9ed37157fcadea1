"""What senders are told: the page of a submission, and the copy of a workbook that shows findings in place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.domain.findings import Finding, Severity
from pipelines.publication.feedback import Feedback, Told, language_of, write_annotated, write_page

DECIMAL = Finding("count_decimal", Severity.CRITICAL, "a.xlsx", "Biểu 01", "C12", "14,5", "a <whole> number")
DOUBT = Finding("total_differs", Severity.WARNING, "a.xlsx", "Biểu 01", "C15+C16", "=1+1", "")


def feedback(*findings: Told, **given: Any) -> Feedback:
    own = {
        "file": "a.xlsx", "sha256": "f00", "sender": "Công an tỉnh X", "received_on": date(2024, 1, 9),
        "layout": "form", "revision": 2, "state": "partly_rejected", "units": ["X"],
        "period_ids": ["2022-12-15/2023-12-14"],
        "duplicate_of": None, "rows_accepted": 11, "rows_rejected": 1, "findings": findings,
    }  # fmt: skip
    return Feedback(**{**own, **given})


def page(tmp_path: Path, told: Feedback, language: str = "vi") -> str:
    write_page(told, tmp_path / "deep" / "a.xlsx.html", language)
    return (tmp_path / "deep" / "a.xlsx.html").read_text(encoding="utf-8")


def test_the_page_speaks_the_senders_language(tmp_path: Path) -> None:
    told = feedback(Told(DECIMAL, None))
    text = page(tmp_path, told)
    for part in (
        "Một phần số liệu bị giữ lại",
        "Biểu 01!C12",
        "14,5",
        "Ô số liệu là số lẻ thập phân",
        "Công an tỉnh X",
    ):
        assert part in text
    assert "Some figures were held back" in page(tmp_path, told, "en")
    assert (language_of(("vi", "en")), language_of(("kk", "vi")), language_of(("nl",))) == ("vi", "vi", "en")


def test_texts_of_a_file_are_never_markup(tmp_path: Path) -> None:
    text = page(tmp_path, feedback(Told(DECIMAL, None), sender="<script>"))
    assert "a &lt;whole&gt; number" in text
    assert "<script>" not in text


def test_what_was_mended_is_told_as_such(tmp_path: Path) -> None:
    text = page(tmp_path, feedback(Told(DECIMAL, date(2024, 2, 1)), state="accepted"))
    assert "đã khắc phục ngày 01/02/2024" in text


def test_nothing_to_look_at_is_said(tmp_path: Path) -> None:
    assert "Không có điểm nào" in page(tmp_path, feedback(state="accepted"))


@pytest.mark.parametrize("state", ["received", "accepted", "accepted_with_warnings", "partly_rejected", "rejected",
                                   "duplicate", "superseded", "withdrawn"])  # fmt: skip
def test_every_state_has_words_in_both_languages(tmp_path: Path, state: str) -> None:
    assert page(tmp_path, feedback(state=state)) != page(tmp_path, feedback(state=state), "en")


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 01"
    book.active["C12"] = 14.5
    book.active.merge_cells("C16:D16")
    book.save(path)
    return path


def test_cells_are_marked_in_a_copy(tmp_path: Path) -> None:
    source = _workbook(tmp_path / "a.xlsx")
    before = source.read_bytes()
    told = feedback(Told(DECIMAL, None), Told(DOUBT, None))
    assert write_annotated(source, told, tmp_path / "out" / "a.checked.xlsx", "vi")
    assert source.read_bytes() == before
    book = openpyxl.load_workbook(tmp_path / "out" / "a.checked.xlsx")
    sheet = book["Biểu 01"]
    assert sheet["C12"].value == 14.5
    assert sheet["C12"].fill.fgColor.rgb == "FFF4B6B2"
    assert "[count_decimal]" in sheet["C12"].comment.text
    assert sheet["C15"].fill.fgColor.rgb == sheet["C16"].fill.fgColor.rgb == "FFFFE0A3"
    assert book.sheetnames == ["ccw Điểm cần xem lại", "Biểu 01"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "=cmd|'/c calc'!A0"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    source = _workbook(tmp_path / "a.xlsx")
    finding = Finding("count_not_number", Severity.CRITICAL, "a.xlsx", "Biểu 01", "C12", text, text)
    write_annotated(source, feedback(Told(finding, None)), tmp_path / "b.xlsx", "en")
    cell = openpyxl.load_workbook(tmp_path / "b.xlsx")["ccw Findings"]["E6"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_was_mended_is_not_marked(tmp_path: Path) -> None:
    told = feedback(Told(DECIMAL, date(2024, 2, 1)))
    write_annotated(_workbook(tmp_path / "a.xlsx"), told, tmp_path / "b.xlsx", "en")
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")["Biểu 01"]["C12"].comment is None


def test_a_file_that_is_no_workbook_has_no_copy(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    assert not write_annotated(tmp_path / "a.xlsx", feedback(Told(DECIMAL, None)), tmp_path / "b.xlsx", "en")
    assert not (tmp_path / "b.xlsx").exists()
