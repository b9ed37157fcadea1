"""Releases: what lies in one, its contract, how it differs from the one before, and what needs a reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest

from pipelines import job
from pipelines.publication import releases
from pipelines.publication.releases import ReleaseError
from pipelines.settings import MODELS, ROOT, Settings
from pipelines.warehouse import contract, queries
from pipelines.warehouse.connection import open_release
from tests.conftest import silent
from tests.integration.bad_files import edited
from tests.integration.releasing import PERIOD, current, published

Workplace = Callable[..., Settings]


# --- what lies in a release -----------------------------------------------------------------------------------------


def test_the_manifest_says_what_the_release_was_made_from(finished_run: Settings) -> None:
    told = releases.manifest(current(finished_run))
    form = "2023/qc303/72_tay_ninh.xlsx"
    digest = hashlib.sha256((finished_run.submissions / form).read_bytes()).hexdigest()
    assert told["inputs"][form] == digest
    units = (finished_run.reference / "units.csv").read_bytes()
    assert told["reference"]["reference/units.csv"] == hashlib.sha256(units).hexdigest()
    assert set(told["checks"]["model_tests"].values()) == {0}
    assert told["checks"]["rules"]["count_not_number"] == 0
    assert told["previous_release"] is None
    assert told["as_of"].endswith(" UTC")
    assert told["contract_version"] == contract.load(MODELS).version
    (info,) = published(finished_run, "select release_id, contract_version, code_version from build_info")
    assert info == (told["release_id"], told["contract_version"], told["code_version"])
    rows = {name: published(finished_run, f"select count(*) from {name}")[0][0] for name in told["tables"]}
    assert rows == told["tables"]


@pytest.mark.parametrize("query", queries.load_queries(MODELS), ids=lambda query: query.name)
def test_a_documented_query_runs(finished_run: Settings, query: queries.Query) -> None:
    with open_release(finished_run.published_database) as con:
        asked = con.execute(query.sql)
        names, rows = [column[0] for column in asked.description or ()], asked.fetchall()
    assert len(names) == len(set(names)) > 2
    assert len(rows) == len({repr(row) for row in rows}), "rows that cannot be told apart"


def test_the_documented_queries_answer_the_meeting(finished_run: Settings) -> None:
    """14.520 and 10.105 as the conference printed them; four units attain the target."""
    by_name = {query.name: query.sql for query in queries.load_queries(MODELS)}
    with open_release(finished_run.published_database) as con:
        totals = con.sql(by_name["cluster_totals"]).filter("cluster_id = 'qc303'")
        assert totals.project("recorded, cleared_stated").fetchall() == [(14520, 10105)]
        shares = con.sql(by_name["shares_of_clusters"]).filter("scope_id = 'qc303'")
        assert shares.project("numerator, denominator").fetchall() == [(14520, 58086)]
        targets = con.sql(by_name["targets"]).filter(f"period_id = '{PERIOD}' and scope_type = 'unit'")
        provinces = targets.filter("target_id = 'clearance_75_province' and verdict = 'attained'")
        assert len(provinces.fetchall()) == 4
        nation = con.sql(by_name["nation_by_year"]).filter("period_year = 2023 and recorded = 58086")
        assert len(nation.fetchall()) == 1


def test_macros_answer_the_common_questions(finished_run: Settings) -> None:
    keys = f"'qc303', '{PERIOD}', 'ttxh', 'unstated', 'all'"
    report = published(
        finished_run, f"select name, recorded, verdict from cluster_report({keys}) order by recorded desc"
    )
    assert report[0] == ("Cụm 303 (7 tỉnh, thành phố phía Nam)", 14520, "missed")
    assert len(report) == 8
    shortened = published(finished_run, "select percent_half_up(14520, 58086, 1), percent_truncated(14520, 58086, 1)")
    assert shortened == [(250, 249)]
    for macro, argument in (
        ("clearance_of", "qc303"), ("share_of_nation", "qc303"), ("changes_of", "VN"),
        ("verdicts_of", "conference_303_2023"),
    ):  # fmt: skip
        assert published(finished_run, f"select count(*) > 0 from {macro}('{argument}')") == [(True,)]


def test_the_dictionary_tells_every_table_and_column(finished_run: Settings) -> None:
    folder = current(finished_run).folder
    page, plain = ((folder / name).read_text(encoding="utf-8") for name in ("dictionary.html", "dictionary.md"))
    for name, told in contract.load(MODELS).tables.items():
        assert f'<section id="{name}">' in page
        assert f"\n## {name} · " in plain
        columns = told["columns"]
        assert isinstance(columns, dict)
        for column in columns:
            assert f"| `{column}` |" in plain
    assert "Số vụ xảy ra" in page
    assert "http" not in re.sub(r"<!--.*?-->", "", page)  # readable without a network


def test_comments_stand_in_the_file(finished_run: Settings) -> None:
    silent_columns = published(
        finished_run,
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        " union all select table_name, '' from duckdb_tables() where comment is null",
    )
    assert silent_columns == []


# --- the contract ---------------------------------------------------------------------------------------------------


def test_the_contract_is_what_the_models_are() -> None:
    """Whoever changes tables runs `python -m scripts.write_contract`, which moves the version."""
    told, now = contract.load(MODELS), contract.actual(MODELS)
    assert (contract.broken(told, now), contract.added(told, now)) == ((), ())


def test_the_changelog_says_the_contracts_version() -> None:
    assert f"Contract {contract.load(MODELS).version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_break_moves_the_first_number_and_an_addition_the_second() -> None:
    table = {"grain": ["a"], "columns": {"a": "VARCHAR", "b": "BIGINT"}}
    macro = {"parameters": ["x"], "columns": ["a", "b"]}
    old = contract.Contract("1.3", {"t": table}, {"m": macro})
    assert contract.next_version(old, old) == "1.3"
    wider = {"grain": ["a"], "columns": {**table["columns"], "c": "DATE"}}
    assert contract.next_version(old, contract.Contract("", {"t": wider, "u": table}, {"m": macro})) == "1.4"
    more = {"m": {**macro, "columns": ["a", "b", "c"]}}
    assert contract.next_version(old, contract.Contract("", {"t": table}, more)) == "1.4"
    for tables, macros in (
        ({}, {"m": macro}),
        ({"t": {"grain": ["b"], "columns": table["columns"]}}, {"m": macro}),
        ({"t": {"grain": ["a"], "columns": {"a": "VARCHAR"}}}, {"m": macro}),
        ({"t": {"grain": ["a"], "columns": {"a": "VARCHAR", "b": "DOUBLE"}}}, {"m": macro}),
        ({"t": table}, {"m": {**macro, "parameters": ["x", "y"]}}),
        ({"t": table}, {"m": {**macro, "columns": ["a"]}}),
        ({"t": table}, {}),
    ):
        assert contract.next_version(old, contract.Contract("", tables, macros)) == "2.0"


# --- what is new, and what needs a reason ---------------------------------------------------------------------------


def test_a_release_says_how_it_differs_from_the_one_before(workplace: Workplace, finished_run: Settings) -> None:
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    edited({"C12": 1700, "C15": 1700, "D12": 1200, "D15": 1200})(settings.submissions / "correction.xlsx")
    job.run(settings, silent)
    changes = published(
        settings,
        "select scope_id, measure, previous_value, value, change from figure_changes where period_id = ?"
        " and offence_code = 'all' order by abs(change) desc, scope_id",
        PERIOD,
    )
    assert changes == [
        ("74-2008", "cleared", 1576, 1200, -376),
        ("qc303", "cleared", 5640, 5264, -376),
        ("74-2008", "recorded", 1809, 1700, -109),
        ("qc303", "recorded", 14520, 14411, -109),
    ]
    (counts,) = published(
        settings, "select rows_added, rows_removed, rows_changed from release_changes where table_name = 'counts'"
    )
    assert counts[:2] == (0, 0)
    assert counts[2] >= 2
    page = (current(settings).folder / "difference.html").read_text(encoding="utf-8")
    assert "14.411" in page
    assert "−109" in page
    assert releases.manifest(current(settings))["previous_release"] == current(finished_run).release_id


def test_the_first_release_differs_from_nothing(finished_run: Settings) -> None:
    assert published(finished_run, "select count(*) from figure_changes") == [(0,)]
    page = (current(finished_run).folder / "difference.html").read_text(encoding="utf-8")
    assert "This is the first release." in page


def test_lost_figures_need_a_reason(workplace: Workplace) -> None:
    settings = workplace("74", "75")
    job.run(settings, silent)
    before = current(settings).release_id
    blank = settings.submissions / "blank.xlsx"
    edited({"C12": None, "C15": None, "D12": None, "D15": None})(blank)
    with pytest.raises(ReleaseError, match=r"coverage_shrank: 74-2008, .* \(cleared, recorded\) no longer reported"):
        job.run(settings, silent)
    assert current(settings).release_id == before
    (settings.reference / "release_reasons.csv").write_text(
        "reason_id,kind,unit_id,reason,reason_en\nr,coverage,74-2008,đơn vị rút số liệu,withdrawn by the unit\n",
        encoding="utf-8",
    )
    job.run(settings, silent)
    gone = published(
        settings, "select measure, value, reason_en from figure_changes where scope_id = '74-2008' order by 1"
    )
    assert gone == [("cleared", None, "withdrawn by the unit"), ("recorded", None, "withdrawn by the unit")]


def test_a_final_window_changes_with_a_reason_only(workplace: Workplace) -> None:
    settings = workplace("74")
    (settings.reference / "final_periods.csv").write_text(
        "series_id,window_start,window_end,final_on,source\nttxh,2022-12-15,2023-12-14,2024-02-01,circular\n",
        encoding="utf-8",
    )
    job.run(settings, silent)
    assert published(settings, "select finality, final_on::varchar from period_states where period_id = ?", PERIOD) == [
        ("final", "2024-02-01")
    ]
    edited({"C12": 1700, "C15": 1700})(settings.submissions / "correction.xlsx")
    with pytest.raises(ReleaseError, match=r"final_period_changed: 74-2008, .* changed although the window is final"):
        job.run(settings, silent)
    (settings.reference / "release_reasons.csv").write_text(
        "reason_id,kind,window_start,window_end,reason\nr,final_period,2022-12-15,2023-12-14,sai sót khi nhập\n",
        encoding="utf-8",
    )
    job.run(settings, silent)
    changed = published(
        settings, "select finality, reason from figure_changes where scope_id = '74-2008' and measure = 'recorded'"
    )
    assert changed == [("final", "sai sót khi nhập")]
    # a reason is for one release, and a window does not stop being final without one
    note = settings.submissions / "another.xlsx.yml"
    edited({"C12": 1600, "C15": 1600})(settings.submissions / "another.xlsx")
    note.write_text(note.read_text(encoding="utf-8").replace("revision: 2", "revision: 3"), encoding="utf-8")
    (settings.reference / "final_periods.csv").unlink()
    with pytest.raises(ReleaseError) as refused:
        job.run(settings, silent)
    assert f"final_period_changed: 74-2008, {PERIOD}" in str(refused.value)
    assert f"{PERIOD}, ttxh/unstated: the window is final no more" in str(refused.value)


def test_a_final_window_guards_stated_totals_and_the_members_of_clusters_too(workplace: Workplace) -> None:
    settings = workplace("7", "8", "conference")
    (settings.reference / "final_periods.csv").write_text(
        "series_id,window_start,window_end,final_on,source\nttxh,2022-12-15,2023-12-14,2024-02-01,circular\n",
        encoding="utf-8",
    )
    job.run(settings, silent)
    members = settings.reference / "cluster_members.csv"
    kept = members.read_text(encoding="utf-8")
    members.write_text("".join(line for line in kept.splitlines(True) if "72-2008" not in line), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"final_period_changed: qc303, .* \(cleared, recorded\) changed"):
        job.run(settings, silent)
    members.write_text(kept, encoding="utf-8")
    (statement,) = settings.submissions.rglob("conference_303_statement.csv")
    revised = statement.with_name("revised_statement.csv")
    revised.write_text(statement.read_text(encoding="utf-8").replace("10.105", "10.205"), encoding="utf-8")
    note = statement.with_name(f"{statement.name}.yml").read_text(encoding="utf-8")
    lines = [line for line in note.splitlines() if not line.startswith("revision:")]
    revised.with_name(f"{revised.name}.yml").write_text("\n".join([*lines, "revision: 2", ""]), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"final_period_changed: qc303, .* \(cleared\) changed"):
        job.run(settings, silent)


def test_a_withdrawal_that_was_taken_back_excuses_nothing(workplace: Workplace) -> None:
    settings = workplace("74")
    form = next(settings.submissions.rglob("74_binh_duong.xlsx"))
    note = form.with_name(f"{form.name}.yml")
    told = note.read_text(encoding="utf-8")
    job.run(settings, silent)
    note.write_text(told + "withdrawn: by mistake\n", encoding="utf-8")
    job.run(settings, silent)
    reasons = published(settings, "select distinct reason from figure_changes where scope_id = '74-2008'")
    assert reasons == [("withdrawn",)]
    note.write_text(told, encoding="utf-8")
    job.run(settings, silent)
    edited({"C12": None, "C15": None, "D12": None, "D15": None})(settings.submissions / "blank.xlsx")
    with pytest.raises(ReleaseError, match="coverage_shrank: 74-2008"):
        job.run(settings, silent)
