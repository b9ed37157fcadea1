"""The command `ccw` as a process of its own: exit status, one line for what a user can mend, kills, two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipelines import job
from pipelines.settings import Settings
from pipelines.warehouse.connection import look, open_release
from tests.integration.bad_files import edited

Workplace = Callable[..., Settings]
_LAST_LINE = "published"


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "CCW_JURISDICTION": str(settings.jurisdiction),
        "CCW_HOME": str(settings.home),
        "PYTHONUNBUFFERED": "1",
    }


def ccw(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        env=environment(settings), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def marts(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every published row, table by table, in one order."""
    names = [model.name for model in job.catalogue(settings) if model.layer == "marts"]
    with open_release(settings.published_database) as con:
        return {name: con.execute(f"from {name} order by all").fetchall() for name in names}


def test_killed_after_any_step_and_run_again_gives_the_same_marts(workplace: Workplace, finished_run: Settings) -> None:
    settings = workplace("7", "8", "conference", "ministry", "provincial")
    for step in ("received", "staged", "validated", "loaded", "marts"):
        _run_and_kill_after(step, settings)
    done = ccw(settings, "run")
    assert done.returncode == 0, done.stderr
    assert marts(settings) == marts(finished_run)
    assert ccw(settings, "pending").stdout.strip() == "Nothing has changed since the last run."


def test_killed_while_publishing_leaves_no_half_release(workplace: Workplace, finished_run: Settings) -> None:
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    unfinished = settings.releases / "20000101T000000Z-00000000.tmp"
    unfinished.mkdir()
    (unfinished / "crime_clearance.duckdb").write_bytes(b"half")
    (settings.releases / "current").unlink()
    assert ccw(settings, "run").returncode == 0
    assert not unfinished.exists()
    assert marts(settings) == marts(finished_run)


def test_exit_status_says_what_happened(workplace: Workplace) -> None:
    settings = workplace("74")
    first = ccw(settings, "run")
    assert (first.returncode, first.stderr) == (0, "")
    (settings.submissions / "half.xlsx").write_bytes(b"PK\x03\x04")
    second = ccw(settings, "run")
    assert second.returncode == 1
    assert second.stderr == ""
    assert "file_unreadable" in second.stdout
    assert "half.xlsx" in second.stdout
    third = ccw(settings, "run")
    assert third.returncode == 0
    assert "Nothing has changed" in third.stdout
    assert ccw(settings, "findings", "--language", "vi").returncode == 1


def test_what_a_user_can_mend_is_one_line_without_traceback(workplace: Workplace) -> None:
    settings = workplace("74")
    (settings.reference / "measures.csv").write_text("measure,name\n", encoding="utf-8")
    failed = ccw(settings, "run")
    assert failed.returncode == 2
    assert "measures.csv" in failed.stderr
    assert "Traceback" not in failed.stderr + failed.stdout
    elsewhere = Settings(jurisdiction=settings.jurisdiction / "nowhere", home=settings.home)
    absent = ccw(elsewhere, "run")
    assert absent.returncode == 2
    assert "CCW_JURISDICTION" in absent.stderr


def test_a_second_run_says_who_holds_the_lock(workplace: Workplace) -> None:
    settings = workplace("74")
    with job.writer(settings):
        second = ccw(settings, "run", "--wait", "0.1")
    assert second.returncode == 2
    assert f"process {os.getpid()}" in second.stderr
    assert "Traceback" not in second.stderr


def test_two_runs_at_once_wait_for_each_other(workplace: Workplace) -> None:
    settings = workplace("74", "75")
    edited({"A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})(settings.submissions / "more.xlsx")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "run"],
            env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted("Nothing has changed" in out for out, _ in outputs) == [False, True]


def test_queries_read_the_release_and_nothing_else(finished_run: Settings) -> None:
    found = ccw(finished_run, "query", "select recorded from cluster_totals")
    assert found.returncode == 0
    assert "14520" in found.stdout
    for forbidden in ("create table x as select 1", "from read_csv('pyproject.toml')", "attach 'x.duckdb'"):
        refused = ccw(finished_run, "query", forbidden)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


def _run_and_kill_after(step: str, settings: Settings) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run"], env=environment(settings), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            assert not line.startswith(_LAST_LINE), f"the run ended before it could be killed after {step!r}"
            if line.startswith(step):
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL


def test_check_tells_every_unusable_file_at_once(workplace: Workplace) -> None:
    settings = workplace()
    good = ccw(settings, "check")
    assert (good.returncode, "error" in good.stdout) == (0, False)
    (settings.layouts / "broken.yml").write_text("layout: broken\ntitel: {}\n", encoding="utf-8")
    units = settings.reference / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("VN,2008-08-01", "XX,2008-08-01", 1), encoding="utf-8")
    bad = ccw(settings, "check")
    errors = [line for line in bad.stdout.splitlines() if line.startswith("error")]
    assert bad.returncode == 1
    assert "Traceback" not in bad.stdout + bad.stderr
    assert any("units.csv" in line and "'XX'" in line for line in errors)
    assert any("broken.yml" in line and "titel" in line for line in errors)


def test_files_are_checked_before_they_are_sent(workplace: Workplace) -> None:
    """The rules of a run without a warehouse: exit status 0, 1, and 2 for what is no file."""
    settings = workplace("74")
    good = next(settings.submissions.rglob("74_binh_duong.xlsx"))
    bad = settings.submissions / "bad.xlsx"
    edited({"D12": "12x", "C15": 1})(bad)
    ready = ccw(settings, "check", str(good))
    assert (ready.returncode, ready.stderr) == (0, "")
    assert "sẽ nhập được toàn bộ số liệu" in ready.stdout
    held = ccw(settings, "check", str(good), str(bad), "--language", "en")
    assert held.returncode == 1
    assert "everything would be taken in" in held.stdout
    assert "bad.xlsx: some figures would be held back" in held.stdout
    for part in ("count_not_number", "Biểu 01!D12", "Found: 12x", "total_differs", "Biểu 01!C15"):
        assert part in held.stdout
    assert ccw(settings, "check", "nothing.xlsx").returncode == 2
    assert not settings.state.exists()


def test_a_filled_template_comes_back_with_nothing_declared(workplace: Workplace) -> None:
    """Filled with openpyxl here, with LibreOffice in tests/clients."""
    settings = workplace()
    form = settings.submissions / "whatever name.xlsx"
    asked = ("--unit", "Binh Duong", "--period", "2023-05", "--series", "ttxh/occurred", "--revision", "2")
    assert ccw(settings, "template", *asked, "--to", str(form)).returncode == 0
    book = openpyxl.load_workbook(form)
    assert book["ccw"].sheet_state == "hidden"
    assert book.defined_names["ccw_window_end"].attr_text == "ccw!$B$5"
    assert book["ccw"]["B5"].value == "2023-05-14"
    sheet = book["Form"]
    assert sheet.protection.sheet
    assert (sheet["A10"].protection.locked, sheet["C10"].protection.locked) == (True, False)
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["C10:F12"]
    for cell, count in {"C10": 152, "D10": 130, "E10": 20, "C11": 12, "D11": 0}.items():
        sheet[cell] = count
    book.save(form)
    assert ccw(settings, "run").returncode == 0
    with look(settings) as con:
        assert con is not None
        figures = "select unit_id, period_id, offence_code, measure, value, revision, source_id from core.counts"
        assert con.execute(f"{figures} where status = 'reported' order by 3, 4").fetchall() == [
            ("74-2008", "2023-04-15/2023-05-14", offence, measure, value, 2, "provincial_report")
            for offence, measure, value in (
                ("all", "cleared", 130), ("all", "cleared_prior", 20), ("all", "recorded", 152),
                ("very_serious_incl", "cleared", 0), ("very_serious_incl", "recorded", 12),
            )
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "period", "series", "told"),
    [
        ("Bình Dương", "2025-08", "ttxh/occurred", "no unit has this id or name on 2025-08-14"),
        ("Long Ân", "2023", "ttxh/occurred", "Nearest: Long An"),
        ("Long An", "2023-13", "ttxh/occurred", "numbered 1 to 12"),
        ("Long An", "soon", "ttxh/occurred", "give two days"),
        ("Long An", "2023", "ttxh", "ttxh/occurred, ttxh/detected"),
    ],
)
def test_a_template_for_nothing_is_refused(
    workplace: Workplace, unit: str, period: str, series: str, told: str
) -> None:
    settings = workplace()
    asked = ("--unit", unit, "--period", period, "--series", series, "--to", str(settings.home.parent / "x.xlsx"))
    refused = ccw(settings, "template", *asked)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert told in refused.stderr


def test_a_layout_is_drafted_and_a_file_explained(workplace: Workplace) -> None:
    settings = workplace("74")
    form = next(settings.submissions.rglob("74_binh_duong.xlsx"))
    explained = ccw(settings, "layout", "explain", str(form))
    assert explained.returncode == 0
    assert "C:F 1809" in explained.stdout
    assert "C:T 1809" in explained.stdout
    assert "Every name is known" in explained.stdout
    drafted = ccw(settings, "layout", "suggest", str(form))
    assert 'starts_at: "STT", rows: 2, number_row: true' in drafted.stdout
    half = settings.home.parent / "half.xlsx"
    half.write_bytes(form.read_bytes()[:3000])
    for command in ("suggest", "explain"):
        told = ccw(settings, "layout", command, str(half))
        assert "damaged or incomplete" in told.stdout + told.stderr
        assert "Traceback" not in told.stdout + told.stderr


FIGURES = "figure_id,source_id,scope_type,scope_id,measure,statistic,series_id,definition_version,offence_code,"
FIGURES += "window_start,window_end,base_target_id,printed_text\n"
OF_2021 = (
    "ministry_bulletin,unit,VN,clearance_rate,{statistic},ttxh,occurred,all,2020-12-15,2021-12-14,{target},{text}\n"
)


def test_printed_figures_of_a_new_release_are_verified(finished_run: Settings, tmp_path: Path) -> None:
    """36.040 of 41.728 offences are 86,3688… %, 11,3688… points above 75 %; "86,73%" has two digits transposed."""
    rate = OF_2021.format(statistic="", target="", text='"86,37%"')
    gap = OF_2021.format(statistic="change", target="clearance_75_nation", text='"+11,37%"')
    release = tmp_path / "release.csv"
    release.write_text(f"{FIGURES}rate,{rate}gap,{gap}", encoding="utf-8")
    done = ccw(finished_run, "verify", str(release))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ("2 printed figures: percentage points printed as % 1, rounds to 1.")
    release.write_text(f"{FIGURES}rate,{rate.replace('86,37', '86,73')}", encoding="utf-8")
    done = ccw(finished_run, "verify", str(release))
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "rate: printed 86,73%, contradicted (two digits transposed?); 86,37% (or 86,36%, cut off) would be right"
        " – own counts: neither half up nor truncation gives the printed digits"
    )


def test_a_file_of_figures_that_cannot_be_used_is_told_with_its_line(finished_run: Settings, tmp_path: Path) -> None:
    release = tmp_path / "release.csv"
    row = OF_2021.format(statistic="", target="", text="1%").replace("unit,VN", "unit,VM")
    release.write_text(f"{FIGURES}f,{row}", encoding="utf-8")
    done = ccw(finished_run, "verify", str(release))
    assert done.returncode == 2
    assert done.stderr.startswith(f"Stopped: {release}, line 2, column scope_id: 'VM' is not in column unit_id")
    assert "Traceback" not in done.stderr
