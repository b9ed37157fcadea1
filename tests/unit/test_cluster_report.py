"""What a report says of figures that need care: panels, stated totals, rounding, members, several goals."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from pipelines.jurisdiction import load_jurisdiction
from pipelines.publication.cluster_report import Told, content
from pipelines.publication.wording import Words
from pipelines.settings import MODELS, ROOT, Settings

VIETNAM = Settings(jurisdiction=ROOT / "data_raw" / "vietnam", home=ROOT / "var")
PAGE = {
    "cluster_id": "c", "name": "Cụm", "name_en": "Cluster", "period_id": "2023-01-01/2023-12-31",
    "period_name": "Năm 2023", "period_name_en": "Year 2023", "window_start": date(2023, 1, 1),
    "window_end": date(2023, 12, 31),
}  # fmt: skip
TOTALS: dict[str, Any] = {
    "series_id": "s", "definition_version": "v", "offence_code": "all", "series_name": "Chuỗi",
    "series_name_en": "Series", "offence_name": "Tất cả", "offence_name_en": "All", "units_expected": 2,
    "recorded_units": 2, "recorded": 300, "recorded_reported_sum": 300, "recorded_stated": None,
    "cleared_units_expected": 2, "cleared_units": 2, "cleared": 200, "cleared_volume": 300, "share_numerator": 300,
    "share_denominator": 1000, "share_reason": None, "share_digits": 2, "share_way": None, "rate_digits": 2,
    "rate_way": None, "ceiling": None, "goal_percent": None, "window_basis": "printed", "finality": "open",
    "final_on": None, "known_on": date(2024, 1, 10),
}  # fmt: skip
ROW: dict[str, Any] = {
    "scope_type": "unit", "scope_id": "A", "name": "A", "name_en": "A", "recorded": 100, "share_numerator": 100,
    "share_denominator": 1000, "national_share": 0.1, "share_reason": None, "cleared": 80, "rate_recorded": 100,
    "clearance_rate": 0.8, "basis": "counts", "cleared_evidence": "submitted", "provisional": False, "rounded_to": 1,
    "rate_reason": None, "rate_remark": None, "comparator": None, "threshold_percent": None, "cleared_at_most": None,
    "needed": None, "verdict": None, "year_before_recorded": 90, "absolute_change": 10, "change_basis": "counts",
    "change_units": None, "change_units_expected": None, "change_reason": None,
}  # fmt: skip
WHOLE = {**ROW, "scope_type": "cluster", "scope_id": "c", "name": "Cụm", "name_en": "Cluster", "recorded": 300,
         "share_numerator": 300, "cleared": 200, "rate_recorded": 300, "year_before_recorded": 280,
         "absolute_change": 20}  # fmt: skip


def plain(markup: object) -> str:
    """A text as it is read on the page."""
    return unescape(re.sub(r"<[^>]+>", "", str(markup)))


def page(
    totals: dict[str, Any], rows: list[dict[str, Any]], language: str = "en"
) -> tuple[str, list[str], list[list[str]]]:
    """The paragraph, the notes and the cells of the table, as they are read."""
    told = Told(PAGE, [({**TOTALS, **totals}, rows)], [])
    (section,) = content(told, Words(language, load_jurisdiction(VIETNAM)))["sections"]
    return (
        plain(section.paragraph),
        [plain(note) for note in section.notes],
        [[plain(cell) for cell in row] for row in section.rows],
    )


def test_a_change_over_a_panel_is_told_as_one() -> None:
    panel = {"change_basis": "panel", "change_units": 1, "change_units_expected": 2}
    paragraph, notes, rows = page({}, [ROW, {**WHOLE, **panel}])
    assert "; over the 1 of 2 units that report both, 20 (7.14%) more than in the same window" in paragraph
    assert rows[-1][3] == "+20 m"
    assert "m: over the units that report both windows only." in notes
    paragraph, notes, _ = page({}, [ROW, WHOLE])
    assert "; 20 (7.14%) more than in the same window" in paragraph
    assert not any(note.startswith("m:") for note in notes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"absolute_change": 0, "change_basis": "panel"}, "tính trên 1/2 đơn vị có số liệu ở cả hai kỳ thì không tăng"),
        ({"absolute_change": 9, "year_before_recorded": 0}, "tăng 9 vụ (cùng kỳ năm trước không có vụ nào)."),
        (
            {"change_basis": "control_total"},
            "tăng 20 vụ (7,14%) so với cùng kỳ năm trước, tính trên tổng số do nguồn nêu",
        ),
    ],
)
def test_a_change_says_over_what_it_goes_and_needs_a_base_for_a_percentage(change: dict[str, Any], said: str) -> None:
    paragraph, notes, rows = page({}, [ROW, {**WHOLE, "change_units": 1, "change_units_expected": 2, **change}], "vi")
    assert said in paragraph
    assert "–" not in paragraph
    is_stated = change.get("change_basis") == "control_total"
    assert rows[-1][3].endswith(" c") == is_stated == any(note.startswith("c:") for note in notes)


def test_who_reports_nothing_is_as_unknown_as_any() -> None:
    silent = {**ROW, "scope_id": "B", "recorded": None, "cleared": None, "verdict": None}
    paragraph, _, _ = page({}, [{**ROW, "verdict": "attained"}, silent, WHOLE])
    assert "1 units attain the target of the clearance rate, 0 miss it, for 1 it cannot be said" in paragraph


def test_a_verdict_by_limits_is_marked() -> None:
    """150 cleared, and a printed rate that leaves the offences recorded between two numbers: attained all the same."""
    none = dict.fromkeys(("recorded", "share_numerator", "share_denominator", "rate_recorded"))
    limited = {**ROW, **none, "cleared": 150}
    _, notes, rows = page({}, [{**limited, "verdict": "attained"}, {**ROW, "verdict": "attained"}, WHOLE])
    assert (rows[0][-1], rows[1][-1]) == ("attained g", "attained")
    assert any(note.startswith("g: one of the two counts is not reported") for note in notes)


def test_clearances_without_a_rate_are_told_without_one() -> None:
    """All units say what was cleared, not all what was recorded; or nothing was recorded."""
    partly = {"recorded": None, "recorded_units": 1, "recorded_reported_sum": 100, "cleared": 200}
    paragraph, _, _ = page(partly, [ROW, {**WHOLE, "recorded": None, "cleared": None, "rate_recorded": None}], "vi")
    assert "Điều tra, khám phá 200 vụ; không tính được tỷ lệ." in paragraph
    paragraph, _, _ = page({"recorded": 0, "cleared": 5}, [ROW, {**WHOLE, "cleared": 5, "rate_recorded": 0}], "vi")
    assert "Điều tra, khám phá 5 vụ; không tính được tỷ lệ." in paragraph


def test_a_goal_says_which_way() -> None:
    down = {"ceiling": 285, "goal_percent": Decimal("-5.0000")}
    assert "Chỉ tiêu kỳ sau: kéo giảm 5%, không quá 285 vụ." in page(down, [ROW, WHOLE], "vi")[0]
    up = {"ceiling": 306, "goal_percent": Decimal("2.0000")}
    assert "no more than 2% above this one, at most 306 offences." in page(up, [ROW, WHOLE])[0]


def test_a_stated_total_that_differs_from_the_sum_is_said() -> None:
    """10.105 of the stated 14.520 is 69,59 %; the units' sum of 13.726 stands beside it."""
    totals = {"recorded": 13726, "recorded_stated": 14520, "share_numerator": 13726, "share_denominator": 58086}
    whole = {**WHOLE, "recorded": 13726, "cleared": 10105, "rate_recorded": 14520, "basis": "control_total"}
    paragraph, _, rows = page(totals, [ROW, whole], "vi")
    assert "xảy ra 13.726 vụ (nguồn nêu tổng 14.520 vụ)" in paragraph
    assert "10.105 vụ theo tổng số nguồn nêu cho cả cụm, đạt tỷ lệ 69,59%" in paragraph
    assert rows[-1][4] == "10.105 c"


def test_what_no_form_of_a_unit_says_is_marked() -> None:
    stated = {**ROW, "share_numerator": None, "share_reason": "x", "basis": "control_total"}
    _, notes, rows = page({}, [stated, WHOLE])
    assert (rows[0][1], rows[0][4]) == ("100 c", "80 c")
    assert "c: what a source states; no sum of the units, and no report of the unit." in notes


def test_only_what_a_source_prints_is_said_to_be_as_it_prints() -> None:
    _, notes, _ = page({}, [ROW, WHOLE])
    assert not any("as there" in note for note in notes)
    paragraph, notes, _ = page({"share_digits": 1, "share_way": "truncate", "share_numerator": 2499,
                                "share_denominator": 10000}, [ROW, WHOLE])  # fmt: skip
    assert "24.9% of the nation" in paragraph
    assert any("prints (1), cut off as there" in note for note in notes)


def test_rounded_figures_and_remarks_have_a_note() -> None:
    remark = "more was cleared than recorded; how much of it is of earlier offences is not known"
    _, notes, _ = page({}, [{**ROW, "rounded_to": 5, "rate_remark": remark}, WHOLE], "vi")
    assert any("bội số của 5" in note for note in notes)
    assert any(note.startswith("A: số vụ khám phá lớn hơn số vụ xảy ra") for note in notes)


def test_two_wholes_of_one_series_are_told_apart() -> None:
    other = {**TOTALS, "offence_code": "other", "offence_name_en": "Others"}
    told = Told(PAGE, [(TOTALS, [ROW, WHOLE]), (other, [ROW, WHOLE])], [])
    sections = content(told, Words("en", load_jurisdiction(VIETNAM)))["sections"]
    assert [section.title for section in sections] == ["Series: All", "Series: Others"]


# Texts of the same tables that are no reasons: on what a denominator stands, and how a change was tested.
NO_REASONS = (
    "same statement", "same window, series and definition", "what belongs to no unit", "conditional exact test",
    "larger than Poisson", "within Poisson",
)  # fmt: skip


def test_every_reason_of_the_tables_is_said_in_vietnamese() -> None:
    """Whatever a model of a report's tables may give as a reason, with some number or name in it."""
    said = Words("vi", load_jurisdiction(VIETNAM))
    reasons = set()
    for model in ("national_shares", "clearance", "changes", "constant_geography"):
        sql = (MODELS / "marts" / f"{model}.sql").read_text(encoding="utf-8")
        for given in re.findall(r"then\s+((?:[\w.]+ \|\| )?'[^']*'(?:\s*\|\|\s*(?:[\w.]+|'[^']*'))*)", sql):
            text = "".join(part.strip("'") if part.startswith("'") else "7" for part in re.split(r"\s*\|\|\s*", given))
            if " " in text and not text.startswith(NO_REASONS):
                reasons.add(text)
    assert len(reasons) >= 20
    assert [text for text in reasons if said.reason(text) == text] == []
    assert said.reason("another territory then, only 1 of 2 units of the territory report") == (
        "khi đó là địa bàn khác (mới có 1/2 đơn vị của địa bàn báo cáo)"
    )
