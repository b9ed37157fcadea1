"""Bad input, one thing at a time, through the whole job: a finding with place and remedy, and nothing else lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import job
from pipelines.domain.findings import LANGUAGES, catalogue, message
from pipelines.settings import Settings
from pipelines.warehouse.connection import look, open_release
from tests.conftest import silent
from tests.integration.bad_files import BAD_INPUTS, FORM, SIDECAR, BadInput, declared, edited

Workplace = Callable[..., Settings]

# Its totals differ from the counts by what domain.md tells: 788 and 695 against 897 and 728.
STATEMENTS = "press/provincial_statements.csv"
BY_OFFENCE = """\
layout: by_offence
title: {vi: Theo loại, en: By offence}
file: {kinds: [csv]}
constants: {series: TTXH, definition_version: occurred, accumulation: increment, year: 2023}
tables:
  - header: {starts_at: Đơn vị}
    columns:
      - {header: Đơn vị, field: unit}
      - {header: Loại, field: offence}
      - {header: Vụ, measure: recorded}
    rows: {only: {Loại: [Đặc biệt nghiêm trọng]}, skip: {Loại: [Khác]}}
    constants: {}
  - header: {starts_at: Đơn vị}
    columns:
      - {header: Đơn vị, field: unit}
      - {header: Loại}
      - {header: Vụ, measure: recorded, adds: true}
    constants: {offence: all}
"""


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: f"{bad.code}-{bad.name}")
def test_bad_input(bad: BadInput, workplace: Workplace, finished_run: Settings) -> None:
    """The finding names file, cell and remedy; the other file goes on; accepted figures stay current.

    The steps after the load need no file; that they publish what stands is tested below.
    """
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    folder = settings.submissions / "late"
    folder.mkdir()
    bad.make(folder / bad.name)
    good = folder / "good.xlsx"
    edited({"A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre", "C12": 10, "D12": 9, "C15": 10, "D15": 9})(good)

    job.receive(settings)
    rejected = job.stage(settings).rejected + job.validate(settings).quarantined
    job.load(settings)

    found = [f for f in job.findings(settings).iter_rows(named=True) if f["file"] == f"late/{bad.name}"]
    own = [f for f in found if f["code"] == bad.code]
    assert own, f"no {bad.code} among {[f['code'] for f in found]}"
    assert own[0]["severity"] == bad.severity
    assert bad.place in f"{own[0]['sheet']}!{own[0]['cell']}"
    assert bad.found in own[0]["found"]
    assert bad.expected in own[0]["expected"]
    assert all(message(bad.code, language).do for language in LANGUAGES)
    assert bad.code in "\n".join(job.findings_lines(settings))
    assert bad.code in settings.findings_report.read_text(encoding="utf-8")
    assert bool(rejected) == (bad.severity == "critical")
    if bad.severity == "warning":
        assert _state(settings, bad.name) == "accepted_with_warnings"
    assert _current(settings, "83-2008") == 10  # the good file beside it
    if bad.severity == "critical":
        # What was accepted before stays in force, cell by cell.
        assert _current(settings, "74-2008") == 1809
        assert _quarantined_or_refused(settings, bad.name)


def test_every_rule_has_a_bad_input() -> None:
    """Removing a rule makes its own case of test_bad_input fail, because there is one for each."""
    # These need other reference data: test_rules_of_submissions.py
    elsewhere = {"stock_and_flow_differ", "parts_exceed_whole"}
    assert {rule.code for rule in job.rules()} - elsewhere <= {bad.code for bad in BAD_INPUTS}


# Codes that other tests raise, because no single bad file can.
ELSEWHERE = {
    "header_missing": "tests/unit/test_recognition.py::test_no_header_at_all",
    "sheet_missing": "tests/unit/test_recognition.py::test_a_missing_sheet_and_a_renamed_one",
    "file_name_differs": "tests/unit/test_recognition.py::test_the_file_name_may_give_fields_and_must_fit",
    "layouts_ambiguous": "tests/unit/test_reading.py::test_two_layouts_that_fit_are_ambiguous",
    "sidecar_invalid": "test_an_invalid_sidecar_and_an_unknown_source_refuse_the_file",
    "source_unknown": "test_an_invalid_sidecar_and_an_unknown_source_refuse_the_file",
    "submissions_absent": "test_an_empty_folder_is_said_and_harms_nothing",
    "file_name_unreadable": "test_a_file_whose_name_is_no_text_is_told_and_stops_nothing",
    "content_known": "tests/integration/test_orchestration.py and the ledger's tests",
    "file_changed_in_place": "tests/integration/test_life_of_a_submission.py",
    "file_disappeared": "tests/integration/test_life_of_a_submission.py",
    "figures_known": "tests/integration/test_life_of_a_submission.py",
    "replaced_file_unknown": "tests/integration/test_life_of_a_submission.py",
    "known_on_untimely": "tests/integration/test_life_of_a_submission.py",
    "value_corrected": "tests/integration/test_life_of_a_submission.py",
    "correction_unmatched": "tests/integration/test_life_of_a_submission.py",
    "correction_expired": "tests/integration/test_life_of_a_submission.py",
    "parts_exceed_whole": "tests/integration/test_rules_of_submissions.py",
    "stock_and_flow_differ": "tests/integration/test_rules_of_submissions.py",
    "figures_copied": "tests/integration/test_life_of_a_submission.py",
    "published_figure_differs": "test_a_changed_figure_changes_everything_that_depends_on_it",
    "looks_cumulative": "tests/models/test_plausibility.py",
    "count_out_of_band": "tests/models/test_plausibility.py",
    "control_total_differs": "test_a_changed_figure_changes_everything_that_depends_on_it",
    "same_revision_differs": "tests/models/test_current_figures.py",
    "row_unforeseen": "tests/unit/test_lost_figures.py::test_with_only_and_skip_a_new_label_stops_the_file",
    "layout_text_unmatched": "tests/unit/test_lost_figures.py::test_a_text_of_only_that_no_row_has_is_told",
    "title_missing": "tests/unit/test_lost_figures.py::test_a_block_without_a_title_of_its_own_stops_the_file",
    "no_usable_rows": "test_bad_input of files whose every row is refused",
}


def test_every_code_is_raised_somewhere() -> None:
    assert set(catalogue("en")) == {bad.code for bad in BAD_INPUTS} | set(ELSEWHERE)


def test_an_empty_folder_is_said_and_harms_nothing(workplace: Workplace) -> None:
    settings = workplace()
    report = job.run(settings, silent)
    assert report.loaded.rows == 0
    assert report.received.seen == 0
    assert [f["code"] for f in job.findings(settings).iter_rows(named=True)] == ["submissions_absent"]
    assert "No figures" in job.headline(settings)


def test_an_invalid_sidecar_and_an_unknown_source_refuse_the_file(workplace: Workplace) -> None:
    settings = workplace()
    for name, text in {"a.xlsx": "revision: eins\n", "b.xlsx": "source: nobody\n", "c.xlsx": "nonsense: 1\n"}.items():
        (settings.submissions / name).write_bytes(FORM.read_bytes() + name.encode())
        (settings.submissions / f"{name}.yml").write_text(text, encoding="utf-8")
    job.run(settings, silent)
    codes = {f["file"]: (f["code"], f["found"]) for f in job.findings(settings).iter_rows(named=True)}
    assert codes["a.xlsx"][0] == codes["c.xlsx"][0] == "sidecar_invalid"
    assert codes["b.xlsx"] == ("source_unknown", "nobody")


def test_a_refused_file_is_read_again_when_the_reference_data_learns_of_it(workplace: Workplace) -> None:
    settings = workplace()
    edited({"A7": "Đơn vị báo cáo: Sở Công an Bình Dương"})(settings.submissions / "new_name.xlsx")
    assert job.run(settings, silent).rejected
    assert job.pending(settings).nothing
    names = settings.reference / "unit_names.csv"
    names.write_text(names.read_text(encoding="utf-8") + "74-2008,Sở Công an Bình Dương,alias,,\n", encoding="utf-8")
    assert not job.run(settings, silent).rejected
    assert job.findings(settings).is_empty()
    assert _recorded(settings, "74-2008") == 1809


def test_a_changed_figure_changes_everything_that_depends_on_it(workplace: Workplace, finished_run: Settings) -> None:
    """6482 becomes 6483 in HCMC's workbook: every dependent figure follows, and the stated total no longer agrees."""
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    correction = settings.submissions / "correction.xlsx"
    _revised(next(settings.submissions.rglob("79_ho_chi_minh.xlsx")), correction, {"C12": 6483, "C15": 6483})
    job.run(settings, silent)
    with open_release(settings.published_database) as con:
        assert con.execute("select recorded, recorded_stated from cluster_totals").fetchall() == [(14521, 14520)]
        shares = con.execute(
            "select scope_id, numerator from national_shares where scope_id in ('79-2008', 'qc303') "
            "and measure = 'recorded' and denominator = 58086 order by 1"
        ).fetchall()
        assert shares == [("79-2008", 6483), ("qc303", 14521)]
        # 14521 × 0,95 = 13794,95: the goal moves by nothing; the bound 4465/6483 still misses
        goal = con.execute(
            "select denominator, needed from target_attainment where target_id = 'recorded_minus_5_qc303_2024'"
        )
        assert goal.fetchall() == [(14521, 13794)]
        verdicts = con.execute(
            "select scope_id, measure, verdict from published_figures where source_id = 'conference_303_2023' "
            "and (verdict = 'contradicted' or verdict like 'consistent as of%') order by all"
        ).fetchall()
        # 6483/58086 = 11,1610…: 11,15 is neither truncated nor rounded any more, but was before the revision;
        # 14521/58086 = 24,9991… still is 24,9
        assert [(scope, measure, verdict[:16]) for scope, measure, verdict in verdicts] == [
            ("79-2008", "national_share", "consistent as of"),
            ("79-2008", "recorded", "consistent as of"),
            ("qc303", "recorded", "contradicted"),
        ]
    codes = {f["code"]: f for f in job.findings(settings).iter_rows(named=True) if f["file"] != STATEMENTS}
    assert codes["control_total_differs"]["found"] == "14520"
    assert codes["control_total_differs"]["expected"] == "14521"
    assert codes["control_total_differs"]["file"].endswith("conference_303_statement.csv")
    assert codes["published_figure_differs"]["found"] == "6483"
    assert codes["published_figure_differs"]["expected"] == "6482 (conference_303_2023/79-2008/recorded)"
    note = correction.with_name("correction.xlsx.yml")
    note.write_text(note.read_text(encoding="utf-8") + "withdrawn: sent by mistake\n", encoding="utf-8")
    job.run(settings, silent)
    codes = {f["code"]: f for f in job.findings(settings).iter_rows(named=True) if f["file"] != STATEMENTS}
    assert "control_total_differs" not in codes
    assert _recorded(settings, "79-2008") == 6482


def test_a_file_whose_name_is_no_text_is_told_and_stops_nothing(workplace: Workplace) -> None:
    settings = workplace("74")
    Path(os.fsdecode(os.fsencode(settings.submissions) + b"/b\xe9.xlsx")).write_bytes(FORM.read_bytes())
    job.run(settings, silent)
    assert [(f["code"], f["severity"]) for f in job.findings(settings).iter_rows(named=True)] == [
        ("file_name_unreadable", "critical")
    ]
    assert _recorded(settings, "74-2008") == 1809


def test_a_spoilt_cell_in_a_correction_leaves_the_last_accepted_figure(workplace: Workplace) -> None:
    settings = workplace("74")
    form = next(settings.submissions.rglob("74_binh_duong.xlsx"))
    job.run(settings, silent)
    _revised(form, settings.submissions / "correction.xlsx", {"C12": "nhiều", "D12": 1000})
    job.run(settings, silent)
    with open_release(settings.published_database) as con:
        # Not 1000 of 1809: offences and clearances of one figure are of one revision.
        found = con.execute("select cleared, recorded from clearance where scope_id = '74-2008'").fetchall()
    assert found == [(1576, 1809)]


def test_a_file_that_named_the_wrong_unit_leaves_nothing_there_once_it_is_replaced(workplace: Workplace) -> None:
    settings = workplace()
    edited({"A7": "Đơn vị báo cáo: Công an tỉnh Đồng Nai"})(settings.submissions / "form.xlsx")
    job.run(settings, silent)
    right = settings.submissions / "right.xlsx"
    edited({})(right)
    note = right.with_name("right.xlsx.yml")
    note.write_text(note.read_text(encoding="utf-8") + "replaces: form.xlsx\n", encoding="utf-8")
    job.run(settings, silent)
    assert (_recorded(settings, "75-2008"), _recorded(settings, "74-2008")) == (None, 1809)


def test_two_files_of_one_revision_give_one_result_whatever_their_names(workplace: Workplace) -> None:
    standing = set()
    first = workplace()
    second = Settings(jurisdiction=first.home / "second" / "vietnam", home=first.home / "second" / "home")
    shutil.copytree(first.jurisdiction, second.jurisdiction)
    for settings, names in ((first, ("a.xlsx", "b.xlsx")), (second, ("b.xlsx", "a.xlsx"))):
        for name, recorded in zip(names, (1700, 1800), strict=True):
            shutil.copy(_form_with(recorded, first.home), settings.submissions / name)
            declared(settings.submissions / name)
        job.run(settings, silent)
        standing.add(_recorded(settings, "74-2008"))
        found = {f["code"]: f for f in job.findings(settings).iter_rows(named=True)}["same_revision_differs"]
        assert {found["found"], found["expected"].split()[0]} == {"1700", "1800"}
    assert len(standing) == 1


def test_what_was_accepted_is_read_again_when_its_layout_changes(workplace: Workplace) -> None:
    settings = workplace("74")
    job.run(settings, silent)
    layout = settings.layouts / "provincial_form.yml"
    text = layout.read_text(encoding="utf-8")
    swapped = text.replace("measure: recorded", "measure: x").replace("measure: suspects", "measure: recorded")
    layout.write_text(swapped.replace("measure: x", "measure: suspects"), encoding="utf-8")
    reasons = "reason_id,kind,unit_id,reason\nr1,coverage,74-2008,the layout was wrong\n"
    (settings.reference / "release_reasons.csv").write_text(reasons, encoding="utf-8")
    job.run(settings, silent)
    assert _recorded(settings, "74-2008") is None  # the form states no suspects


def test_a_copy_under_another_name_counts_once(workplace: Workplace, finished_run: Settings) -> None:
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    copy = settings.submissions / "copy.xlsx"
    copy.write_bytes(FORM.read_bytes())
    copy.with_name("copy.xlsx.yml").write_bytes(FORM.with_name(FORM.name + ".yml").read_bytes())
    report = job.run(settings, silent)
    assert report.staged.files == 0
    found = [(f["code"], f["file"]) for f in job.findings(settings).iter_rows(named=True)]
    assert [entry for entry in found if entry[1] != STATEMENTS] == [("content_known", "copy.xlsx")]


def test_a_refused_file_is_read_under_the_name_that_it_is_given(workplace: Workplace) -> None:
    """What `file_kind_differs` and `file_name_differs` tell people to do."""
    settings = workplace()
    wrong = settings.submissions / "form.xls"
    wrong.write_bytes(FORM.read_bytes())
    wrong.with_name("form.xls.yml").write_bytes(SIDECAR.read_bytes())
    job.run(settings, silent)
    assert [f["code"] for f in job.findings(settings).iter_rows(named=True)] == ["file_kind_differs"]
    wrong.rename(wrong.with_suffix(".xlsx"))
    wrong.with_name("form.xls.yml").rename(wrong.with_name("form.xlsx.yml"))
    job.run(settings, silent)
    assert job.findings(settings).is_empty()
    assert _recorded(settings, "74-2008") == 1809


def test_a_cell_may_be_a_figure_and_alone_in_a_sum(workplace: Workplace) -> None:
    """One table read twice, by offence and all offences together: a unit with one row has one cell for both."""
    settings = workplace()
    (settings.layouts / "by_offence.yml").write_text(BY_OFFENCE, encoding="utf-8")
    rows = "Bình Định,Đặc biệt nghiêm trọng,3\nBình Định,Khác,7\nBến Tre,Đặc biệt nghiêm trọng,5\n"
    (settings.submissions / "a.csv").write_text(f"Đơn vị,Loại,Vụ\n{rows}", encoding="utf-8")
    (settings.submissions / "a.csv.yml").write_text("source: ministry_bulletin\n", encoding="utf-8")
    assert not job.run(settings, silent).rejected
    assert _recorded(settings, "83-2008") == 5
    assert _recorded(settings, "52-2008") == 10


def test_a_declared_revision_outranks_a_later_arrival(workplace: Workplace) -> None:
    settings = workplace()
    edited({"C12": 1800, "C15": 1800})(settings.submissions / "second.xlsx")
    job.run(settings, silent)
    first = settings.submissions / "first.xlsx"
    edited({"C12": 1700, "C15": 1700})(first)
    sidecar = first.with_name("first.xlsx.yml")
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace("revision: 2", "revision: 1"), encoding="utf-8")
    job.run(settings, silent)
    assert _recorded(settings, "74-2008") == 1800


def _form_with(recorded: int, folder: Path) -> Path:
    """Saved once, since saving again gives other bytes."""
    path = folder / f"{recorded}.xlsx"
    if not path.exists():
        edited({"C12": recorded, "C15": recorded})(path)
    return path


def _revised(form: Path, path: Path, cells: dict[str, int | str]) -> None:
    """A file of its own with some cells of a form changed, as its second revision."""
    import openpyxl

    book = openpyxl.load_workbook(form)
    for cell, value in cells.items():
        book["Biểu 01"][cell].value = value
    book.save(path)
    note = form.with_name(f"{form.name}.yml").read_text(encoding="utf-8").replace("revision: 1", "revision: 2")
    path.with_name(f"{path.name}.yml").write_text(note, encoding="utf-8")


def _recorded(settings: Settings, unit: str) -> int | None:
    with open_release(settings.published_database) as con:
        row = con.execute(
            "select recorded from clearance where scope_id = ? and basis = 'counts' and offence_code = 'all'", [unit]
        ).fetchone()
    return row[0] if row else None


def _current(settings: Settings, unit: str) -> int | None:
    with look(settings) as con:
        assert con is not None
        row = con.execute(
            "select value from core.counts where unit_id = ? and measure = 'recorded' and offence_code = 'all'"
            " and window_end = '2023-12-14'",
            [unit],
        ).fetchone()
    return row[0] if row else None


def _quarantined_or_refused(settings: Settings, name: str) -> bool:
    with look(settings) as con:
        assert con is not None
        held = con.execute("select count(*) from ops.rejected_rows where file like ?", [f"%{name}"]).fetchall()
        refused = con.execute(
            "select count(*) from ops.submissions where file like ? and state in ('rejected', 'partly_rejected')",
            [f"%{name}"],
        ).fetchall()
    return bool(held[0][0] or refused[0][0])


def _state(settings: Settings, name: str) -> str:
    with look(settings) as con:
        assert con is not None
        sql = "select state from ops.submissions where file = $file"
        (state,) = con.execute(sql, {"file": f"late/{name}"}).fetchone() or ("",)
    return str(state)
