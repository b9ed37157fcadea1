"""The rates and changes that the Ministry's bulletins and the provinces printed, each with the verdict of hand.

printed_verdicts.csv was calculated apart from the pipeline, in fractions, from the numbers as they stand in the
bulletins and articles (addresses in reference/published_figures.csv): the two numbers of each ratio, its percentage to
four digits, and what follows under rounding and under truncation. A change without a second number beside it says only
which base it implies.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_release

COMPARED = ("verdict", "numerator", "denominator")
WRITTEN = Path(__file__).with_name("printed_verdicts.csv")


@pytest.fixture(scope="module")
def release(finished_run: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_release(finished_run.published_database) as con:
        yield con


def test_every_printed_rate_and_change_has_the_verdict_of_hand(release: duckdb.DuckDBPyConnection) -> None:
    with WRITTEN.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    sql = "select figure_id, verdict, numerator::varchar, denominator::varchar from published_figures"
    found = {figure: dict(zip(COMPARED, row, strict=True)) for figure, *row in release.execute(sql).fetchall()}
    wrong = {
        row["figure_id"]: found.get(row["figure_id"])
        for row in expected
        if any(row[name] and found[row["figure_id"]][name] != row[name] for name in COMPARED)
    }
    assert wrong == {}
    assert len(expected) == 288


def test_what_is_told_of_those_that_do_not_agree(release: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        release.execute(
            "select figure_id, likely_slip from published_figures where verdict = 'contradicted'"
        ).fetchall()
    )
    assert found == {
        "ministry_bulletin/5-2023/wanted_dangerous/stated_number/percent": "two digits transposed",  # −10/133 = −7,52
        "ministry_bulletin/QH_2025/environment/recorded/percent/2": "a digit lost",  # −48,17 elsewhere
        "provincial_press/2019/75-2008/pphs/recorded/percent": None,  # 77/1326 = 5,81, printed 3,6
    }


def test_what_a_rate_without_its_count_leaves(release: duckdb.DuckDBPyConnection) -> None:
    """749/1001 = 74,8251…; 9468/12277 = 77,1198… and 9468/12276 = 77,1260…"""
    sql = "select basis, at_least, at_most from bounds where fits and stated_by = ? order by basis"
    hcmc = release.execute(sql, ["provincial_press/Q1-2020/79-2008/pphs/clearance_rate"]).fetchall()
    assert hcmc == [("printed rate truncated", 1001, 1001)]
    nation = release.execute(sql, ["ministry_bulletin/Q1-2025/clearance_rate"]).fetchall()
    assert nation == [("printed rate rounded", 12277, 12277), ("printed rate truncated", 12276, 12276)]


def test_what_especially_serious_offences_leave(release: duckdb.DuckDBPyConnection) -> None:
    """Bà Rịa – Vũng Tàu 2023: 121 of 127 include 35 of 36 especially serious; 86 of 91 are very serious."""
    sql = "select measure, at_least, at_most from bounds where basis = 'remainder of the whole' order by measure"
    assert release.execute(sql).fetchall() == [("cleared", 86, 86), ("recorded", 91, 91)]


def test_shifts_without_a_declared_break_are_listed(release: duckdb.DuckDBPyConnection) -> None:
    sql = "select scope_id, base_value, value from suspected_breaks where series_id = 'ttxh' order by scope_id"
    assert release.execute(sql).fetchall() == [("74-2008", 1019, 1809), ("79-2008", 4266, 6482)]


def test_gaps_between_statements_are_named(release: duckdb.DuckDBPyConnection) -> None:
    sql = """
        select scope_id, measure, whole_value, parts_sum, verdict from reconciliation
        where kind in ('sources', 'series') and verdict in ('open', 'explained') order by all
    """
    assert release.execute(sql).fetchall() == [
        ("74-2008", "recorded", 736, 537, "explained"),
        ("74-2008", "recorded", 1019, 886, "explained"),
        ("77-2008", "cleared", 695, 728, "open"),
        ("77-2008", "recorded", 788, 897, "open"),
    ]
