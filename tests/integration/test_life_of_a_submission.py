"""What becomes of a submission over time, through the whole job: copies, corrections, withdrawals, and looking back.

Every run has a day of its own; the figures are made up on the form of Bình Dương (recorded in C12, its total in C15).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines import job
from pipelines.outcomes import RunReport
from pipelines.settings import Settings
from pipelines.warehouse.connection import look, open_release
from tests.conftest import silent
from tests.integration.bad_files import FORM, FORMS, SIDECAR

Workplace = Callable[..., Settings]
Rows = list[tuple[Any, ...]]

UNIT = "74-2008"
RECORDED = "select value from core.counts where unit_id = ? and measure = 'recorded' and offence_code = 'all'"


class Office:
    """A jurisdiction in which a run happens at noon (UTC) of a given day."""

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.settings, self.patch = settings, patch
        self.looked_back: dict[str, str] = {}

    def put(self, name: str, cells: Mapping[str, Any] | None = None, **sidecar: object) -> Path:
        """The form with other figures under a name, with a sidecar like the form's own but for what is given."""
        path = self.settings.submissions / name
        book = openpyxl.load_workbook(FORM)
        for cell, value in (cells or {}).items():
            book["Biểu 01"][cell].value = value
        book.save(path)
        self.declare(name, **sidecar)
        return path

    def declare(self, name: str, **sidecar: object) -> None:
        """Write the sidecar of a file: the form's own, with other entries."""
        text = SIDECAR.read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if line.partition(":")[0] not in sidecar]
        lines = [*kept, *(f"{key}: {value}" for key, value in sidecar.items())]
        (self.settings.submissions / f"{name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(self, day: str) -> RunReport | None:
        """A run; the next ones happen later on the same day until another day is given."""
        self._at(datetime.fromisoformat(f"{day}T12:00"))
        self.looked_back.clear()
        return job.run(self.settings, silent)

    def _at(self, moment: datetime) -> None:
        ticks = iter(moment + timedelta(seconds=n) for n in range(1000))
        self.patch.setattr(job, "_now", lambda: next(ticks))

    def warehouse(self, sql: str, *values: object) -> Rows:
        with look(self.settings) as con:
            assert con is not None
            return con.execute(sql, values).fetchall()

    def published(self, sql: str) -> Rows:
        with open_release(self.settings.published_database) as con:
            return con.execute(sql).fetchall()

    def recorded(self) -> int | None:
        """What the unit records now, None where nothing is known."""
        rows = self.warehouse(RECORDED, UNIT)
        return rows[0][0] if rows else None

    def recorded_as_of(self, day: str) -> int | None:
        """The same at the end of a day, asked in plain SQL."""
        sql = RECORDED.replace("core.counts", f"core.counts_as_of('{day}')")
        rows = self.warehouse(sql, UNIT)
        return rows[0][0] if rows else None

    def as_of(self, when: str, sql: str) -> Rows:
        """A query on the database that `ccw as-of` writes; between two runs it is written once."""
        if when not in self.looked_back:
            self.looked_back[when] = str(job.as_of(self.settings, when).database)
        with duckdb.connect(self.looked_back[when], read_only=True) as con:
            return con.execute(sql).fetchall()

    def states(self) -> dict[str, str]:
        return dict(self.warehouse("select file, state from ops.submissions order by first_seen_at"))

    def findings(self) -> list[tuple[str, str]]:
        return [(f["code"], f["file"]) for f in job.findings(self.settings).iter_rows(named=True)]


def with_recorded(recorded: int) -> dict[str, int]:
    return {"C12": recorded, "C15": recorded, "D12": 1, "D15": 1}


def without_published_figures(settings: Settings) -> Settings:
    """The figures of these tests are made up; the counts that were published of their unit would contradict them."""
    figures = settings.reference / "published_figures.csv"
    header, *lines = figures.read_text(encoding="utf-8").splitlines(keepends=True)
    figures.write_text("".join([header, *(line for line in lines if "clearance_rate" in line)]), encoding="utf-8")
    return settings


@pytest.fixture
def office(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(without_published_figures(workplace()), monkeypatch)


# --- the ledger ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_changed_in_place_is_refused_with_both_hashes(office: Office) -> None:
    path = office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-10")
    received = path.read_bytes()
    own = office.warehouse("select sha256 from ops.submissions")[0][0]
    office.put("a.xlsx", with_recorded(94))
    assert office.run("2024-01-11").rejected == 0  # nothing of it is read
    (finding,) = job.findings(office.settings).iter_rows(named=True)
    changed = office.warehouse("select sha256 from ops.receipts order by receipt_no")[-1][0]
    assert (finding["code"], finding["severity"]) == ("file_changed_in_place", "critical")
    assert (finding["found"], finding["expected"]) == (changed, own)
    assert (office.recorded(), own != changed) == (100, True)
    assert [state for state, _ in office.warehouse("select state, first_seen_at from ops.submissions order by 2")] == [
        "accepted", "rejected",
    ]  # fmt: skip
    path.write_bytes(received)
    office.declare("a.xlsx")
    office.run("2024-01-12")
    assert (office.findings(), office.recorded()) == ([], 100)


def test_what_was_refused_as_a_change_is_read_under_a_name_of_its_own(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-10")
    office.put("a.xlsx", with_recorded(94), revision=2)
    office.run("2024-01-11")
    for name in ("a.xlsx", "a.xlsx.yml"):
        path = office.settings.submissions / name
        path.rename(path.with_name(f"second_{name}"))
    office.run("2024-01-12")
    assert office.recorded() == 94


def test_the_same_figures_in_other_bytes_are_a_copy(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-10")
    office.put("saved_again.xlsx", {**with_recorded(100), "A20": "another remark"})
    office.run("2024-01-11")
    assert office.states() == {"a.xlsx": "accepted", "saved_again.xlsx": "duplicate"}
    assert office.findings() == [("figures_known", "saved_again.xlsx")]
    assert office.warehouse("select distinct file, known_from::date::varchar from core.counts") == [
        ("a.xlsx", "2024-01-10")
    ]
    # As a declared revision they are a confirmation, and count.
    office.put("confirmed.xlsx", {**with_recorded(100), "A20": "yet another"}, revision=2)
    office.run("2024-01-12")
    assert office.states()["confirmed.xlsx"] == "accepted"


def test_of_two_copies_in_one_run_one_counts_whatever_their_names(office: Office) -> None:
    for name, remark in (("a.xlsx", "x"), ("b.xlsx", "y")):
        office.put(name, {**with_recorded(100), "A20": remark})
    office.run("2024-01-10")
    assert sorted(office.states().values()) == ["accepted", "duplicate"]
    counted = office.warehouse("select distinct submission_id from core.counts")
    assert counted == office.warehouse("select min(submission_id) from ops.submissions")


def test_a_file_that_disappears_is_told_and_stays_loaded(office: Office) -> None:
    path = office.put("a.xlsx", with_recorded(100))
    office.put("b.xlsx", {**with_recorded(5), "A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})
    office.run("2024-01-10")
    content = path.read_bytes()
    path.unlink()
    assert office.run("2024-01-11") is not None
    assert (office.findings(), office.recorded()) == ([("file_disappeared", "a.xlsx")], 100)
    assert office.run("2024-01-12") is None
    path.write_bytes(content)
    office.run("2024-01-13")
    assert office.findings() == []


def test_the_ledger_says_what_each_file_holds_and_what_became_of_it(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100), sender="Công an tỉnh Bình Dương", received_on="2024-01-09")
    office.put("b.xlsx", {"A1": None, "A9": "Kính gửi"})
    office.run("2024-01-10")
    columns = (
        "file, sender, received_on::varchar, received_basis, layout, unit_ids, period_ids, state, verdict, reasons, "
        "jurisdiction_id"
    )
    assert office.warehouse(f"select {columns} from ops.submissions order by file") == [
        ("a.xlsx", "Công an tỉnh Bình Dương", "2024-01-09", "declared", "provincial_form", [UNIT],
         ["2022-12-15/2023-12-14"], "accepted", "accepted", [], "vietnam"),
        ("b.xlsx", None, "2024-01-10", "first seen", None, [], [], "rejected", "rejected", ["layout_unknown"],
         "vietnam"),
    ]  # fmt: skip


def test_of_a_file_with_personal_data_only_hash_and_reason_are_kept(office: Office) -> None:
    """A list of persons, recognised by no layout: none of its texts may reach the warehouse, not even as found."""
    book = openpyxl.Workbook()
    rows = [["STT", "Họ và tên", "Ngày sinh"], [1, "Trần Thị Bí Mật", "1.1.1990"]]
    for row in rows:
        book.active.append(row)
    book.save(office.settings.submissions / "list.xlsx")
    office.run("2024-01-10")
    assert office.findings() == [("personal_data", "list.xlsx")]
    for schema, table in office.warehouse("select table_schema, table_name from information_schema.tables"):
        held = [row for row in office.warehouse(f"from {schema}.{table}") if "Bí Mật" in repr(row)]
        assert held == [], (schema, table)


def test_a_nil_report_is_a_submission_that_says_zero_of_every_figure(office: Office) -> None:
    blank = dict.fromkeys(("C12", "C15", "D12", "D15"))
    office.put("nothing_known.xlsx", {**blank, "A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})
    office.put("nil.xlsx", blank, nil="true")
    office.run("2024-01-10")
    figures = "select unit_id, status, value from core.counts where measure = 'recorded' and offence_code = 'all'"
    assert office.warehouse(f"{figures} order by 1") == [(UNIT, "reported", 0), ("83-2008", "missing", None)]
    deliveries = "select unit_id, delivery from submission_completeness where delivery <> 'missing' order by 1"
    assert office.published(deliveries) == [(UNIT, "nil"), ("83-2008", "delivered")]


def test_the_sender_is_told_once_and_again_when_something_changed(office: Office) -> None:
    office.put("first.xlsx", {**with_recorded(94), "C12": "94x"}, sender="Công an tỉnh Bình Dương")
    office.run("2024-01-10")
    page, copy = (office.settings.outbox / f"first.xlsx{suffix}" for suffix in (".html", ".checked.xlsx"))
    text = page.read_text(encoding="utf-8")
    for part in ("Công an tỉnh Bình Dương", "count_not_number", "Biểu 01!C12", "94x", "15/12/2022 – 14/12/2023"):
        assert part in text
    assert "94x" in openpyxl.load_workbook(copy).worksheets[0]["E6"].value
    # Mended in the copy and sent back, it is an ordinary form: the sheet on top is known.
    mended = openpyxl.load_workbook(copy)
    mended["Biểu 01"]["C12"] = 94
    mended.save(office.settings.submissions / "mended.xlsx")
    office.declare("mended.xlsx", source="ministry_bulletin")
    office.run("2024-01-10")
    assert [code for code, file in office.findings() if file == "mended.xlsx"] == []
    page.unlink()
    office.put("other.xlsx", {**with_recorded(5), "A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})
    office.run("2024-01-11")
    assert not page.exists()  # there is nothing new to tell
    assert (office.settings.outbox / "other.xlsx.html").exists()
    assert not (office.settings.outbox / "other.xlsx.checked.xlsx").exists()
    office.put("second.xlsx", with_recorded(94), revision=2)
    office.run("2024-01-12")
    assert "đã khắc phục ngày 12/01/2024" in page.read_text(encoding="utf-8")
    assert not copy.exists()


def test_a_file_with_personal_data_is_not_copied_to_the_outbox(office: Office) -> None:
    office.put("persons.xlsx", {"H9": "Họ và tên"})
    office.run("2024-01-10")
    assert [path.name for path in sorted(office.settings.outbox.iterdir())] == ["persons.xlsx.html"]


def test_the_ledger_says_how_far_a_run_has_come(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    seen = []
    for step in (job.receive, job.stage, job.validate, job.load):
        step(office.settings)
        seen.append(office.states()["a.xlsx"])
    assert seen == ["received", "parsed", "validated", "accepted"]
    assert office.warehouse("select level, severity, scope from ops.rules where code = 'count_out_of_band'") == [
        (3, "warning", "unit over time")
    ]


# --- revisions -----------------------------------------------------------------------------------------------------


def test_a_correction_counts_from_its_day_on_and_the_day_before_stays_what_it_was(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100 corrected to 94: current 94, the day before 100; shares, sums and verdicts follow in both."""
    office = Office(workplace("7", "8", "conference", "ministry", "provincial"), monkeypatch)
    office.run("2024-01-10")
    first = job.releases.current(office.settings.releases)
    marts = [table for table in first.tables if table not in ("release_changes", "figure_changes")]
    everything = {table: office.published(f"from {table} order by all") for table in marts}
    office.put("correction.xlsx", {"C12": 1700, "C15": 1700, "D12": 1200, "D15": 1200}, revision=2)
    office.run("2024-02-10")
    of_cluster = "select recorded from marts.cluster_totals"
    verdict = "select numerator, denominator, verdict from marts.target_attainment where scope_id = '74-2008'"
    verdict += " and period_id = '2022-12-15/2023-12-14' and offence_code = 'all'"
    share = "select numerator, rank from marts.national_shares where scope_id = '74-2008' and measure = 'recorded'"
    assert office.recorded() == 1700
    assert (office.recorded_as_of("2024-02-09"), office.recorded_as_of("2024-02-10")) == (1809, 1700)
    assert office.recorded_as_of("2024-01-09") is None
    # 14520 − 109; 1200 of 1700 are 70,6 %, below the 75 % that 1576 of 1809 attain
    for when, total, counts in (
        ("2024-02-09", 14520, (1576, 1809, "attained")),
        ("2024-02-10", 14411, (1200, 1700, "missed")),
    ):
        assert office.as_of(when, of_cluster) == [(total,)]
        assert office.as_of(when, verdict) == [counts]
        assert office.as_of(when, share) == [(counts[1], 3)]
    # As of the first release every digit of it comes back.
    for table, rows in everything.items():
        assert office.as_of(first.release_id, f"from marts.{table} order by all") == rows, table
    history = "select version, value, change, known_on::varchar from revision_history where measure = 'recorded'"
    assert office.published(f"{history} and offence_code = 'all' order by 1") == [
        (1, 1809, None, "2024-01-10"),
        (2, 1700, -109, "2024-02-10"),
    ]


def test_what_is_changed_in_the_reference_data_today_moves_nothing_of_last_month(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(workplace("7", "8", "conference", "ministry", "provincial"), monkeypatch)
    office.run("2024-01-10")
    members = office.settings.reference / "cluster_members.csv"
    lines = members.read_text(encoding="utf-8").splitlines(keepends=True)
    members.write_text("".join(line for line in lines if "72-2008" not in line), encoding="utf-8")
    targets = office.settings.reference / "targets.csv"
    targets.write_text(targets.read_text(encoding="utf-8").replace(",at_least,75,", ",at_least,90,"), encoding="utf-8")
    office.run("2024-02-10")
    totals = "select units_expected, recorded from marts.cluster_totals"
    attained = (
        "select count(*) from marts.target_attainment where verdict = 'attained' and scope_id like '%-2008' "
        "and offence_code = 'all' and period_id = '2022-12-15/2023-12-14' and basis = 'counts'"
    )
    # 14520 − 794 of Tây Ninh; no province clears 90 %
    assert office.as_of("2024-02-10", totals) == [(6, 13726)]
    assert office.as_of("2024-02-10", attained) == [(0,)]
    assert office.as_of("2024-02-09", totals) == [(7, 14520)]
    assert office.as_of("2024-02-09", attained) == [(4,)]


def test_a_changed_precedence_of_sources_moves_nothing_of_last_month(office: Office) -> None:
    office.put("conference.xlsx", with_recorded(100))
    office.put("ministry.xlsx", with_recorded(94), source="ministry_bulletin")
    office.run("2024-01-10")
    sources = office.settings.reference / "sources.csv"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text.replace(",2024-01-10,1,", ",2024-01-10,3,"), encoding="utf-8")
    office.run("2024-02-10")
    assert (office.recorded(), office.recorded_as_of("2024-02-09")) == (94, 100)
    assert office.as_of("2024-02-09", RECORDED.replace("?", f"'{UNIT}'")) == [(100,)]


def test_a_second_revision_stays_current_when_the_first_arrives_after_it(office: Office) -> None:
    office.put("second.xlsx", with_recorded(94), revision=2)
    office.run("2024-01-05")
    office.put("first.xlsx", with_recorded(100), revision=1)
    office.run("2024-01-08")
    assert (office.recorded(), office.recorded_as_of("2024-01-05")) == (94, 94)
    assert office.states() == {"second.xlsx": "accepted", "first.xlsx": "superseded"}


def test_a_refused_revision_leaves_the_previous_one_and_a_good_one_closes_its_finding(office: Office) -> None:
    office.put("first.xlsx", with_recorded(100))
    office.run("2024-01-05")
    office.put("second.xlsx", {**with_recorded(94), "C12": "94x"}, revision=2)
    office.run("2024-01-08")
    assert (office.recorded(), office.states()["second.xlsx"]) == (100, "partly_rejected")
    assert ("count_not_number", "second.xlsx") in office.findings()
    office.put("third.xlsx", with_recorded(94), revision=3)
    office.run("2024-01-09")
    assert office.recorded() == 94
    assert "count_not_number" not in dict(office.findings())
    # The history shows both.
    history = "select code, found_at::date::varchar, closed_at::date::varchar from ops.findings"
    assert office.warehouse(f"{history} where code = 'count_not_number'") == [
        ("count_not_number", "2024-01-08", "2024-01-09")
    ]


def test_a_withdrawn_submission_falls_back(office: Office) -> None:
    office.put("first.xlsx", with_recorded(100), revision=1)
    office.run("2024-01-05")
    office.put("second.xlsx", with_recorded(94), revision=2)
    office.run("2024-01-08")
    office.declare("second.xlsx", revision=2, withdrawn="sent by mistake")
    office.run("2024-01-10")
    assert office.recorded() == 100
    assert [office.recorded_as_of(f"2024-01-{day}") for day in ("05", "08", "10")] == [100, 94, 100]
    assert office.states() == {"first.xlsx": "accepted", "second.xlsx": "withdrawn"}
    assert office.findings() == []


def test_what_replaces_a_file_leaves_nothing_of_it_until_it_is_withdrawn_itself(office: Office) -> None:
    office.put("wrong.xlsx", {**with_recorded(100), "A7": "Đơn vị báo cáo: Công an tỉnh Bến Tre"})
    office.run("2024-01-05")
    office.put("right.xlsx", with_recorded(100), replaces="wrong.xlsx")
    office.run("2024-01-08")
    units = "select distinct unit_id from {} order by all"
    assert office.warehouse(units.format("core.counts")) == [("74-2008",)]
    assert office.warehouse(units.format("core.counts_as_of('2024-01-07')")) == [("83-2008",)]
    office.declare("right.xlsx", replaces="wrong.xlsx", withdrawn="it was right after all")
    office.run("2024-01-10")
    assert office.warehouse(units.format("core.counts")) == [("83-2008",)]


def _touch_layout(office: Office) -> None:
    """Every accepted file is read again."""
    layout = office.settings.layouts / "provincial_form.yml"
    layout.write_text(layout.read_text(encoding="utf-8") + "# touched\n", encoding="utf-8")


def test_a_copy_stays_a_copy_when_all_is_read_again(office: Office) -> None:
    """First 100, then 120, then the first figures in other bytes: 120 stays, also with a mended layout."""
    office.put("a1.xlsx", with_recorded(100))
    office.run("2024-01-05")
    office.put("a2.xlsx", with_recorded(120))
    office.run("2024-01-06")
    office.put("a3.xlsx", {**with_recorded(100), "A20": "saved again"})
    office.run("2024-01-07")
    _touch_layout(office)
    office.run("2024-01-08")
    assert (office.recorded(), office.states()["a3.xlsx"]) == (120, "duplicate")


def test_what_replaces_a_withdrawn_file_in_the_same_run_is_no_copy_of_it(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-05")
    office.declare("a.xlsx", withdrawn="the wrong file")
    office.put("b.xlsx", {**with_recorded(100), "A20": "saved again"})
    office.run("2024-01-06")
    assert (office.recorded(), office.states()) == (100, {"a.xlsx": "withdrawn", "b.xlsx": "accepted"})


@pytest.mark.parametrize("remark", [None, "saved again"])
def test_a_copy_stands_for_itself_when_its_original_is_withdrawn(office: Office, remark: str | None) -> None:
    """The same bytes, and the same figures in other bytes."""
    first = office.put("a.xlsx", with_recorded(100))
    if remark:
        office.put("b.xlsx", {**with_recorded(100), "A20": remark})
    else:
        (office.settings.submissions / "b.xlsx").write_bytes(first.read_bytes())
        office.declare("b.xlsx")
    office.run("2024-01-05")
    original, copy = sorted(office.states(), key=lambda name: office.states()[name])
    assert office.states() == {original: "accepted", copy: "duplicate"}
    office.declare(original, withdrawn="sent by mistake")
    office.run("2024-01-06")
    assert (office.recorded(), office.states()) == (100, {original: "withdrawn", copy: "accepted"})


def test_a_file_that_is_moved_is_the_same_file(office: Office) -> None:
    """With another sidecar at its new place, and read again there."""
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-05")
    (office.settings.submissions / "2024").mkdir()
    for name in ("a.xlsx", "a.xlsx.yml"):
        path = office.settings.submissions / name
        path.rename(path.parent / "2024" / name)
    office.run("2024-01-06")
    _touch_layout(office)
    office.run("2024-01-07")
    assert (office.recorded(), office.findings()) == (100, [])
    office.declare("2024/a.xlsx", withdrawn="sent by mistake")
    office.run("2024-01-08")
    assert (office.recorded(), office.states()["2024/a.xlsx"]) == (None, "withdrawn")
    office.declare("2024/a.xlsx")
    office.run("2024-01-09")
    office.put("b.xlsx", with_recorded(90), replaces="2024/a.xlsx")
    office.run("2024-01-10")
    assert office.warehouse("select distinct file from core.counts") == [("b.xlsx",)]


def test_what_replaces_nothing_is_told(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100), replaces="no/such.xlsx")
    office.run("2024-01-05")
    assert (office.findings(), office.recorded()) == ([("replaced_file_unknown", "a.xlsx")], 100)


def test_of_two_files_that_replace_each_other_one_stands(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.put("b.xlsx", with_recorded(90))
    office.run("2024-01-05")
    office.declare("a.xlsx", replaces="b.xlsx")
    office.declare("b.xlsx", replaces="a.xlsx")
    office.run("2024-01-06")
    assert office.recorded() in (100, 90)


CHANGE = "[{{cell: Biểu 01!C12, found: '100', becomes: '{0}', reason: r, author: a, expires_on: 2030-01-01}}]"


def test_a_held_back_figure_leaves_the_last_accepted_one_and_no_earlier(office: Office) -> None:
    """100, declared to be 200, then to be nonsense: 200 stays; nor does what was withdrawn come back."""
    office.put("a.xlsx", with_recorded(100), revision=5)
    office.run("2024-01-05")
    office.declare("a.xlsx", corrections=CHANGE.format(200))
    office.run("2024-01-06")
    office.declare("a.xlsx", corrections=CHANGE.format("abc"))
    office.run("2024-01-07")
    assert (office.recorded(), office.states()["a.xlsx"]) == (200, "partly_rejected")
    office.declare("a.xlsx", withdrawn="sent by mistake")
    office.run("2024-01-08")
    office.declare("a.xlsx", corrections=CHANGE.format("abd"))
    office.run("2024-01-09")
    assert office.recorded() is None


def test_a_long_name_holds_up_nothing(office: Office) -> None:
    name = "ộ" * 80 + ".xlsx"  # 245 bytes; the sidecar's has 249
    office.put(name, with_recorded(100))
    office.run("2024-01-05")
    (page,) = office.settings.outbox.iterdir()
    assert (office.recorded(), page.name.startswith("ộộộ"), page.suffix) == (100, True, ".html")


def test_an_earlier_sidecar_that_could_not_be_used_is_told_no_more(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100), source="nobody")
    office.run("2024-01-05")
    office.declare("a.xlsx")
    office.run("2024-01-06")
    assert office.warehouse("select code, closed_at is null from ops.findings") == [("source_unknown", False)]


# --- what a sidecar declares of single figures ---------------------------------------------------------------------


def test_what_the_sender_confirms_is_not_doubted_again(office: Office) -> None:
    """The printed total is one more than the row above it."""
    office.put("a.xlsx", {**with_recorded(100), "C15": 101})
    office.run("2024-01-10")
    assert (office.findings(), office.states()) == (
        [("total_differs", "a.xlsx")], {"a.xlsx": "accepted_with_warnings"},
    )  # fmt: skip
    office.declare("a.xlsx", confirmed="[{code: total_differs, cell: Biểu 01!C15, by: Trần Văn A, day: 2024-01-11}]")
    office.run("2024-01-11")
    assert (office.findings(), office.recorded()) == ([], 100)
    assert office.warehouse("select code, cell, confirmed_by from ops.confirmations") == [
        ("total_differs", "C15", "Trần Văn A")
    ]
    # Another cell would be doubted.
    office.declare("a.xlsx", confirmed="[{code: total_differs, cell: Biểu 01!D15, by: Trần Văn A, day: 2024-01-11}]")
    office.run("2024-01-12")
    assert office.findings() == [("total_differs", "a.xlsx")]


def test_what_is_critical_cannot_be_confirmed(office: Office) -> None:
    office.put("a.xlsx", {"C12": 14.5}, confirmed="[{code: count_decimal, by: Trần Văn A, day: 2024-01-11}]")
    office.run("2024-01-10")
    assert ("count_decimal", "a.xlsx") in office.findings()


CORRECTION = (
    "[{{cell: Biểu 01!C12, found: 18O9, becomes: 1.809, reason: letter O in the print, author: Lê Thị B,"
    " expires_on: {until}}}]"
)


def test_a_declared_correction_is_applied_and_kept_beside_the_original(office: Office) -> None:
    office.put("a.xlsx", {"C12": "18O9"}, corrections=CORRECTION.format(until="2024-12-31"))
    office.run("2024-01-10")
    assert office.recorded() == 1809
    kept = "select raw_text, corrected_from, value from raw.counts where corrected_from is not null"
    assert office.warehouse(kept) == [("1.809", "18O9", 1809)]
    (finding,) = job.findings(office.settings).iter_rows(named=True)
    assert (finding["code"], finding["severity"], finding["cell"]) == ("value_corrected", "info", "C12")
    assert finding["expected"] == "1.809 (letter O in the print; Lê Thị B)"


@pytest.mark.parametrize(
    ("cell", "until", "code"),
    [(1809, "2024-12-31", "correction_unmatched"), ("18O9", "2024-01-09", "correction_expired")],
)
def test_a_correction_that_no_longer_fits_fails(office: Office, cell: object, until: str, code: str) -> None:
    office.put("a.xlsx", {"C12": cell}, corrections=CORRECTION.format(until=until))
    office.run("2024-01-10")
    assert (office.findings(), office.recorded()) == ([(code, "a.xlsx")], None)
    assert office.states() == {"a.xlsx": "rejected"}


def test_a_month_that_says_what_the_one_before_said_is_asked_about(office: Office) -> None:
    month = "(Từ ngày {} đến ngày {})"
    same = {"C12": 20, "C15": 20, "D12": 15, "D15": 15, "F12": 30, "F15": 30}
    office.put("m1.xlsx", {**same, "A6": month.format("15/01/2023", "14/02/2023")})
    office.put("m2.xlsx", {**same, "A6": month.format("15/02/2023", "14/03/2023")})
    office.run("2024-01-10")
    assert office.findings() == [("figures_copied", "m2.xlsx")]
    office.declare("m2.xlsx", confirmed="[{code: figures_copied, by: Trần Văn A, day: 2024-01-11}]")
    office.run("2024-01-11")
    assert office.findings() == []


# --- what was known when -------------------------------------------------------------------------------------------


def test_a_day_ends_in_the_jurisdictions_time_zone(office: Office) -> None:
    """17:30 in London is half past midnight of the next day in Hà Nội (UTC+7)."""
    office.put("a.xlsx", with_recorded(100))
    office._at(datetime(2024, 1, 31, 17, 30))
    job.run(office.settings, silent)
    assert (office.recorded_as_of("2024-01-31"), office.recorded_as_of("2024-02-01")) == (None, 100)


def test_figures_known_before_the_last_release_need_a_declared_backfill(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-10")
    office.put("old.xlsx", with_recorded(94), revision=2, known_on="2023-12-20")
    office.put("tomorrow.xlsx", with_recorded(93), revision=3, known_on="2030-01-01")
    office.run("2024-01-11")
    assert office.findings() == [("known_on_untimely", "old.xlsx"), ("known_on_untimely", "tomorrow.xlsx")]
    assert office.recorded() == 100
    office.declare("old.xlsx", revision=2, known_on="2023-12-20", backfill="true")
    office.run("2024-01-12")
    assert [office.recorded_as_of(day) for day in ("2023-12-19", "2023-12-20", "2024-01-10")] == [None, 94, 94]
    assert office.warehouse("select backfilled from ops.readings where file = 'old.xlsx' order by read_at") == [
        (False,), (True,),
    ]  # fmt: skip


def test_a_mended_layout_does_not_change_what_was_known(office: Office) -> None:
    """The form's suspects are read as offences first; the layout is mended a month later."""
    layout = office.settings.layouts / "provincial_form.yml"
    right = layout.read_text(encoding="utf-8")
    wrong = right.replace("measure: recorded", "measure: x").replace("measure: suspects", "measure: recorded")
    layout.write_text(wrong.replace("measure: x", "measure: suspects"), encoding="utf-8")
    office.put("a.xlsx", {"C12": 100, "C15": 100, "D12": 1, "D15": 1, "F12": 7, "F15": 7})
    office.run("2024-01-10")
    layout.write_text(right, encoding="utf-8")
    office.run("2024-02-10")
    assert (office.recorded_as_of("2024-02-09"), office.recorded()) == (7, 100)


def test_the_same_run_twice_changes_nothing(office: Office) -> None:
    office.put("a.xlsx", with_recorded(100))
    office.run("2024-01-10")
    tables = job.releases.current(office.settings.releases).tables
    before = [office.published(f"from {table} order by all") for table in tables]
    assert office.run("2024-01-11") is None
    assert [office.published(f"from {table} order by all") for table in tables] == before


def test_the_forms_of_the_repository_are_what_these_tests_think() -> None:
    sheet = openpyxl.load_workbook(FORMS / "74_binh_duong.xlsx")["Biểu 01"]
    assert (sheet["C12"].value, sheet["C15"].value, sheet["A15"].value) == (1809, 1809, "Tổng cộng")
