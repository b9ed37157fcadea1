"""Where published numbers come from: every cell of the seven-province table, led back and read again in its file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines import cli, job
from pipelines.settings import MODELS, Settings
from pipelines.warehouse import lineage
from pipelines.warehouse.connection import connect, look, open_release
from tests.conftest import silent
from tests.integration.bad_files import edited
from tests.leading_back import not_led_back
from tests.reopening import text_at

Workplace = Callable[..., Settings]
PERIOD = "2022-12-15/2023-12-14"
UNITS = ("72-2008", "74-2008", "75-2008", "77-2008", "79-2008", "80-2008", "82-2008")
KEYS = {"period_id": PERIOD, "series_id": "ttxh", "definition_version": "unstated", "offence_code": "all"}


def explained(settings: Settings, table: str, **where: str) -> lineage.Explanation:
    with look(settings) as con:
        assert con is not None
        return lineage.explain(con, MODELS, job.catalogue(settings), table, {**KEYS, **where})


def assert_stands_there(settings: Settings, part: lineage.Part) -> None:
    """The file has this digest, and the cell this text, which is the value with or without marks of thousands."""
    path = settings.submissions / part.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256
    assert text_at(path, part.sheet, part.cell) == part.raw_text
    assert str(part.raw_text).replace(".", "") == str(part.value)


@pytest.mark.parametrize("unit", UNITS)
def test_every_number_of_a_province_stands_in_its_cell(finished_run: Settings, unit: str) -> None:
    """The rates come from recorded and cleared of the table; both are led back to Biểu 01!C12 and D12."""
    found = {i.column: i for i in explained(finished_run, "clearance", scope_id=unit, basis="counts").inputs}
    for column in ("recorded", "cleared"):
        given = found[column]
        assert [part.value for part in given.parts] == ([] if given.value is None else [given.value])
        for part in given.parts:
            assert (part.sheet, part.cell) == ("Biểu 01", {"recorded": "C12", "cleared": "D12"}[column])
            assert_stands_there(finished_run, part)


def test_the_share_comes_from_seven_cells_and_the_nations_total(finished_run: Settings) -> None:
    share = explained(finished_run, "national_shares", scope_id="qc303", measure="recorded")
    numerator, denominator = share.inputs
    assert (numerator.value, denominator.value) == (14520, 58086)
    assert sum(part.value for part in numerator.parts) == 14520
    assert sorted(part.scope_id for part in numerator.parts) == sorted(UNITS)
    assert [(part.value, part.raw_text) for part in denominator.parts] == [(58086, "58.086")]
    for part in (*numerator.parts, *denominator.parts):
        assert_stands_there(finished_run, part)


def test_the_clusters_clearances_are_the_stated_total(finished_run: Settings) -> None:
    totals = {i.column: i for i in explained(finished_run, "clearance", scope_id="qc303", basis="control_total").inputs}
    (cleared,) = totals["cleared"].parts
    assert (cleared.value, cleared.raw_text, cleared.role) == (10105, "10.105", "statement")
    assert_stands_there(finished_run, cleared)


@pytest.mark.parametrize("unit", ["79-2008", "82-2008"])
def test_a_bound_comes_from_the_total_and_the_other_five(finished_run: Settings, unit: str) -> None:
    """10.105 less 1.883, 1.576, 728, 757 and 696 leaves 4.465."""
    target = {"target_id": "clearance_75_province"}
    attainment = explained(finished_run, "target_attainment", scope_id=unit, **target)
    assert attainment.row["numerator_at_most"] == 4465
    others, total = [given for given in attainment.inputs if "numerator_at_most: joint_value" in given.column]
    assert (total.value, others.value) == (10105, 1883 + 1576 + 728 + 757 + 696)
    for part in (*total.parts, *others.parts):
        assert_stands_there(finished_run, part)


def test_every_number_of_every_table_is_the_sum_of_its_parts(finished_run: Settings) -> None:
    with look(finished_run) as con:
        assert con is not None
        assert not_led_back(con, job.catalogue(finished_run), rows=4) == []


def test_findings_on_the_way_are_told(workplace: Workplace) -> None:
    """More cleared than recorded, and no word of earlier offences: a warning in the cell of the clearances."""
    settings = workplace()
    edited({"D12": 1900, "D15": 1900})(settings.submissions / "form.xlsx")
    job.run(settings, silent)
    stand = {(f["code"], f["cell"]) for f in job.findings(settings).iter_rows(named=True) if f["cell"] == "D12"}
    assert stand
    found = {i.column: i for i in explained(settings, "clearance", scope_id="74-2008", basis="counts").inputs}
    (cleared,) = found["cleared"].parts
    assert {(f.code, f.cell) for f in cleared.findings if f.is_open} >= stand
    told = job.explain(settings, "clearance", {**KEYS, "scope_id": "74-2008", "basis": "counts"})
    assert any(line.startswith("    warning ") for line in told)


def test_what_cannot_be_explained_says_what_can(finished_run: Settings) -> None:
    with pytest.raises(lineage.LineageError, match="units cannot be explained; these can: bounds, change"):
        explained(finished_run, "units")
    with pytest.raises(lineage.LineageError, match=r"several rows .* add one of: basis=control_total; basis=counts"):
        explained(finished_run, "clearance", scope_id="qc303")
    with pytest.raises(lineage.LineageError, match="no row with these values"):
        explained(finished_run, "clearance", scope_id="nowhere")
    with pytest.raises(lineage.LineageError, match="clearance has no column colour; a row is named by scope_type"):
        explained(finished_run, "clearance", colour="red")


def test_tables_that_cells_or_the_program_have_left_behind_are_told(
    finished_run: Settings, workplace: Workplace, tmp_path: Path
) -> None:
    """Figures that are loaded while the marts still wait, and tables of another version of this program."""
    settings = workplace(after=finished_run)
    share = {"scope_id": "qc303", "measure": "recorded"}
    with connect(settings) as con:
        con.execute("update ops.builds set fingerprint = 'newer' where layer = 'core'")
        con.execute("alter table marts.clearance drop column cleared_volume")
    told = job.explain(settings, "national_shares", share, tmp_path / "page.html")
    assert told[0].startswith("Beware: figures arrived since these tables were built")
    assert "Beware: figures arrived" in (tmp_path / "page.html").read_text(encoding="utf-8")
    for where in ({"scope_id": "qc303", "basis": "counts"}, {"cleared_volume": "1"}):
        with pytest.raises(lineage.LineageError, match=r"built by another version of this program; `ccw run`"):
            explained(settings, "clearance", **where)


def test_the_command_and_its_page(finished_run: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = job.explain(
        finished_run, "national_shares", {"scope_id": "qc303", "measure": "recorded"}, tmp_path / "page.html"
    )
    assert any("58086 of Toàn quốc (VN), published" in line for line in told)
    assert any("conference_303_statement.csv C5: '58.086'" in line for line in told)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<article>") == 8
    assert "Biểu 01!C12" in page
    wrong = CliRunner().invoke(cli.main, ["explain", "clearance", "scope_id"])
    assert (wrong.exit_code, "write COLUMN=VALUE" in wrong.output) == (2, True)
    twice = CliRunner().invoke(cli.main, ["explain", "clearance", "scope_id=a", "scope_id=b"])
    assert (twice.exit_code, "scope_id is given twice" in twice.output) == (2, True)


def test_a_release_leads_to_the_cells_of_its_own_figures(finished_run: Settings) -> None:
    """Published: file, cell and digest of what is current, and no text of any cell."""
    with open_release(finished_run.published_database) as con:
        rows = con.execute(
            "select value, file, sheet, cell, sha256 from source_of('72-2008', ?) where offence_code = 'all'"
            " and measure = 'recorded'",
            [PERIOD],
        ).fetchall()
    ((value, file, sheet, cell, digest),) = rows
    path = finished_run.submissions / file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert text_at(path, sheet, cell) == str(value) == "794"
