"""What must come of particular submissions, each an input and an exact outcome, through the whole job."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import job
from pipelines.settings import Settings
from tests.builders import csv_text
from tests.integration.test_life_of_a_submission import Office, without_published_figures

Workplace = Callable[..., Settings]

HEADS = ("very_serious_incl", "especially_serious")
BY_UNIT = """\
layout: by_unit
title: {vi: Theo đơn vị, en: By unit}
file: {kinds: [csv]}
source: ministry_bulletin
constants: {series: TTXH, definition_version: occurred, accumulation: increment, offence: all, year: 2023}
tables:
  - header: {starts_at: Đơn vị}
    columns:
      - {header: Đơn vị, field: unit}
      - {header: Vụ, measure: recorded}
    rows: {total: [Tổng cộng], total_over: unit}
"""
MONTH_11_2021 = "(Từ ngày 15/10/2021 đến ngày 14/11/2021)"
MONTH_7_2025 = "(Từ ngày 15/06/2025 đến ngày 14/07/2025)"


@pytest.fixture
def office(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(without_published_figures(workplace()), monkeypatch)


def lang_son(recorded: int, cleared: int, prior: int) -> dict[str, object]:
    figures = {"C": recorded, "D": cleared, "E": prior}
    cells = {f"{column}{row}": count for column, count in figures.items() for row in (12, 15)}
    return {**cells, "A6": MONTH_11_2021, "A7": "Đơn vị báo cáo: Công an tỉnh Lạng Sơn"}


def test_more_cleared_than_recorded_with_older_cases_is_accepted_with_a_note(office: Office) -> None:
    """domain.md §3, Lạng Sơn 11/2021: 25/19 = 131,6 %, in the period 17/19."""
    office.put("a.xlsx", lang_son(19, 25, 8))
    office.run("2021-11-20")
    assert (office.states(), office.findings()) == ({"a.xlsx": "accepted"}, [("older_cases_cleared", "a.xlsx")])
    ((rate, own, own_rate, remark),) = office.published(
        "select clearance_rate, cleared_in_period, in_period_rate, remark from clearance where basis = 'counts'"
    )
    assert (round(rate, 3), own, own_rate) == (1.316, 17, 17 / 19)
    assert remark == "8 of the clearances are of offences recorded before the window"


def test_more_cleared_in_the_period_than_recorded_is_held_back(office: Office) -> None:
    """25 cleared, of which 2 older: 23 of the period's own 19."""
    office.put("a.xlsx", lang_son(19, 25, 2))
    office.run("2021-11-20")
    assert ("cleared_in_period_exceeds_recorded", "a.xlsx") in office.findings()
    assert office.warehouse("select count(*) from core.counts where measure = 'cleared' and value is not null") == [
        (0,)
    ]


def _by_unit(office: Office, counts: list[str], total: str) -> None:
    """Forty provinces, one a row, and their printed total."""
    (office.settings.layouts / "by_unit.yml").write_text(BY_UNIT, encoding="utf-8")
    with (office.settings.reference / "unit_names.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["name_type"] == "official" and not row["valid_from"]]
    units = [row["name"] for row in rows if row["unit_id"].endswith("-2008")][: len(counts)]
    lines = [f"{unit},{count}" for unit, count in zip(units, counts, strict=True)]
    text = "\n".join(["Đơn vị,Vụ", *lines, f"Tổng cộng,{total}"]) + "\n"
    (office.settings.submissions / "a.csv").write_text(text, encoding="utf-8")


def test_one_bad_row_of_forty(office: Office) -> None:
    """39 rows are loaded, one is rejected with its cell and with what the total leaves for it; the total is no data."""
    _by_unit(office, ["10"] * 20 + ["1O"] + ["10"] * 19, "400")
    office.run("2024-01-10")
    assert office.warehouse("select count(*), sum(value) from core.counts") == [(39, 390)]
    assert office.states() == {"a.csv": "partly_rejected"}
    rejected = "select cell, raw_text, expected, code, what from ops.rejections where language = 'en'"
    assert office.warehouse(rejected) == [
        ("B22", "1O", "10?", "count_not_number", "A count cell does not hold a number.")
    ]


def test_a_total_that_its_forty_rows_do_not_give_is_told(office: Office) -> None:
    _by_unit(office, ["10"] * 40, "401")
    office.run("2024-01-10")
    assert office.warehouse("select count(*), sum(value) from core.counts") == [(40, 400)]
    (finding,) = job.findings(office.settings).iter_rows(named=True)
    assert (finding["code"], finding["cell"], finding["found"], finding["expected"]) == (
        "total_differs", "B42", "401", "400",
    )  # fmt: skip


def test_a_district_that_has_ended_cannot_report(office: Office) -> None:
    """Districts ended as a police level on 1 March 2025 (domain.md §4)."""
    reference = office.settings.reference
    with (reference / "units.csv").open("a", encoding="utf-8") as units:
        units.write("718,district,718,,74-2008,2008-08-01,2025-02-28,made up for this test\n")
    with (reference / "unit_names.csv").open("a", encoding="utf-8") as names:
        names.write("718,Thành phố Thủ Dầu Một,official,,\n")
    district = "Đơn vị báo cáo: Thành phố Thủ Dầu Một"
    office.put("before.xlsx", {"A7": district, "A6": "(Từ ngày 15/01/2025 đến ngày 14/02/2025)"})
    office.put("after.xlsx", {"A7": district, "A6": "(Từ ngày 15/02/2025 đến ngày 14/03/2025)"})
    office.run("2025-04-01")
    assert [code for code, file in office.findings() if file == "after.xlsx"] == ["unit_not_in_force"]
    assert office.states() == {"before.xlsx": "accepted", "after.xlsx": "rejected"}


@pytest.mark.parametrize(
    ("rule", "city", "province"), [("last_day", "79-2025", None), ("first_day", "79-2008", "74-2008")]
)
def test_a_window_that_straddles_the_merger(office: Office, rule: str, city: str, province: str | None) -> None:
    """The statistical month July 2025 begins with 63 provinces and ends with 34: the jurisdiction says whose it is."""
    own = office.settings.jurisdiction / "jurisdiction.yml"
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("territory_on: last_day", f"territory_on: {rule}"), encoding="utf-8")
    office.put("city.xlsx", {"A6": MONTH_7_2025, "A7": "Đơn vị báo cáo: Công an Thành phố Hồ Chí Minh"})
    office.put("province.xlsx", {"A6": MONTH_7_2025})
    office.run("2025-07-20")
    units = office.warehouse("select file, unit_id from core.counts group by all order by all")
    assert units == [("city.xlsx", city), *([("province.xlsx", province)] if province else [])]
    day = {"last_day": "2025-07-14", "first_day": "2025-06-15"}[rule]
    assert office.published("select territory_day::varchar from periods where window_end = '2025-07-14'") == [(day,)]
    assert (("unit_not_in_force", "province.xlsx") in office.findings()) == (province is None)


def _declare(office: Office, text: str) -> None:
    own = office.settings.jurisdiction / "jurisdiction.yml"
    own.write_text(own.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_stocks_must_follow_from_what_flows(office: Office) -> None:
    """No form here has stocks, so measures that it has stand for them: 10 + 4 − 1 is 13, not 12."""
    _declare(office, "identities: [{total: suspects, plus: [recorded, cleared], minus: [cleared_prior]}]\n")
    right = {"C12": 10, "C15": 10, "D12": 4, "D15": 4, "E12": 1, "E15": 1, "F12": 13, "F15": 13}
    office.put("right.xlsx", {**right, "A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})
    office.put("wrong.xlsx", {**right, "F12": 12, "F15": 12})
    office.put("blank.xlsx", {**right, "E12": None, "E15": None, "A7": "Đơn vị báo cáo: Công an tỉnh Trà Vinh"})
    office.run("2024-01-10")
    (finding,) = job.findings(office.settings).iter_rows(named=True)
    assert (finding["code"], finding["file"], finding["cell"]) == ("stock_and_flow_differ", "wrong.xlsx", "F12")
    assert (finding["found"], finding["expected"]) == ("12", "13 = recorded + cleared − cleared_prior")


@pytest.mark.parametrize(("overlapping", "codes"), [("", ["parts_exceed_whole"]), ("true", [])])
def test_parts_that_do_not_overlap_add_up_to_at_most_the_whole(
    office: Office, overlapping: str, codes: list[str]
) -> None:
    """6 and 5 of 10, each of which alone is no more than the whole; of heads that overlap that says nothing."""
    offences = office.settings.reference / "offences.csv"
    with offences.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    heads = {"parent_code": "all", "overlapping": overlapping}
    rows = [{**row, **(heads if row["offence_code"] in HEADS else {})} for row in rows]
    offences.write_text(csv_text(list(rows[0]), rows), encoding="utf-8")
    office.put("a.xlsx", {"C12": 10, "C13": 6, "C14": 5, "C15": 10, "D12": 1, "D15": 1})
    office.run("2024-01-10")
    assert [code for code, _ in office.findings()] == codes


@pytest.mark.parametrize(
    ("dates", "codes"),
    [
        ("{valid_to: 2023-12-13}", []),
        ("{valid_to: 2023-12-14}", ["total_differs"]),
        ("{valid_from: 2023-12-14}", ["total_differs"]),
        ("{valid_from: 2023-12-15}", []),
    ],
)
def test_a_rule_holds_for_the_windows_of_its_time(office: Office, dates: str, codes: list[str]) -> None:
    """The form's window ends on 14 December 2023."""
    _declare(office, f"rules: {{total_differs: {dates}}}\n")
    office.put("a.xlsx", {"C15": 1})
    office.run("2024-01-10")
    assert [code for code, _ in office.findings()] == codes


def test_two_files_of_one_period_give_the_same_marts_in_either_order(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name of a file and no time of a run is in a figure; only the columns that name the file differ."""
    exports = []
    made = without_published_figures(workplace())
    for number, names in enumerate((("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx"))):
        own = tmp_path / f"office {number}"
        settings = Settings(jurisdiction=own / "vietnam", home=own / "home")
        shutil.copytree(made.jurisdiction, settings.jurisdiction)
        office = Office(settings, monkeypatch)
        for name, recorded in zip(names, (1700, 1800), strict=True):
            office.put(name, {"C12": recorded, "C15": recorded})
        _make_alike(tmp_path, office, names)
        office.run("2024-01-10")
        tables = job.releases.current(settings.releases).tables
        exports.append({table: office.published(f"{_without_file(table)} order by all") for table in tables})
    assert exports[0] == exports[1]


def _without_file(table: str) -> str:
    named = table in ("control_totals", "submissions")
    return f"select * exclude (file) from {table}" if named else f"from {table}"


def _make_alike(folder: Path, office: Office, names: tuple[str, str]) -> None:
    """Saving a workbook again gives other bytes: both offices get the same two contents."""
    for name, kept in zip(names, ("first", "second"), strict=True):
        path, known = office.settings.submissions / name, folder / kept
        if known.exists():
            path.write_bytes(known.read_bytes())
        known.write_bytes(path.read_bytes())
