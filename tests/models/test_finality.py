"""Which windows are final, provisional or open, what needs a reason, and in which files the current figures stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.settings import MODELS
from pipelines.warehouse import differences
from pipelines.warehouse.models import load_models
from tests.builders import BASE
from tests.models.conftest import Testland
from tests.models.harness import NEXT_YEAR, YEAR, YEAR_BEFORE, form, statement

FINAL = {
    "series_id": "s", "window_start": YEAR_BEFORE[0], "window_end": YEAR_BEFORE[1], "final_on": "2023-04-01",
    "source": "circular",
}  # fmt: skip


def test_a_window_is_final_by_declaration_provisional_by_its_publisher_and_open_otherwise(testland: Testland) -> None:
    world = testland(
        form("A", recorded=10, window=YEAR_BEFORE, provisional=True),
        form("A", recorded=10, window=YEAR), statement("N", recorded=90, window=YEAR, provisional=True),
        form("A", recorded=10, window=NEXT_YEAR),
        form("A", recorded=5, window=YEAR_BEFORE, series="t"),
        final_periods=[FINAL],
    )  # fmt: skip
    columns = ("series_id", "window_end", "finality", "final_on", "figures", "provisional_figures", "citation")
    assert world.rows("marts.period_states", *columns) == [
        ("s", YEAR_BEFORE[1], "final", date(2023, 4, 1), 1, 1, "circular"),
        ("s", YEAR[1], "provisional", None, 2, 1, None),
        ("s", NEXT_YEAR[1], "open", None, 1, 0, None),
        ("t", YEAR_BEFORE[1], "open", None, 1, 0, None),
    ]


def test_one_definition_version_may_be_final_and_another_not(testland: Testland) -> None:
    series = [{"series_id": "s", "definition_version": v, "name": v} for v in ("v", "w")]
    world = testland(
        form("A", recorded=10, window=YEAR_BEFORE), form("A", recorded=11, window=YEAR_BEFORE, version="w"),
        series=series, final_periods=[{**FINAL, "definition_version": "w"}],
    )  # fmt: skip
    found = world.rows("marts.period_states", "definition_version", "finality")
    assert found == [("v", "open"), ("w", "final")]


def test_a_shorter_window_within_a_final_one_is_final(testland: Testland) -> None:
    """Months of a year that is closed are closed."""
    month = (YEAR_BEFORE[0], date(2022, 1, 14))
    world = testland(form("A", recorded=10, window=month), final_periods=[FINAL])
    assert world.rows("marts.period_states", "finality") == [("final",)]


def test_files_without_a_current_figure_are_not_listed(testland: Testland) -> None:
    world = testland(
        form("A", recorded=10, file="old"),
        form("A", recorded=12, file="new", revision=1),
        statement("N", recorded=90, file="nation"),
    )
    assert world.rows("marts.submissions", "file", "figures", "revision") == [("nation", 1, 0), ("new", 1, 1)]


def test_what_needs_a_reason_and_what_a_reason_is_for(testland: Testland, tmp_path: Path) -> None:
    """The year before is final: a month of it arrives, with a reason for A, which excuses no total of c3 that changes.

    B's figure turns out to be C's; the nation's total is given as a count as well; a cluster is new.
    """
    stated = {"window": YEAR_BEFORE, "source": "ministry"}
    first = testland(
        form("A", recorded=10, window=YEAR_BEFORE), form("B", recorded=20),
        statement("c3", recorded=60, **stated), statement("N", recorded=90, source="ministry"),
        final_periods=[FINAL],
    )  # fmt: skip
    marts = [model for model in load_models(MODELS) if model.layer == "marts"]
    release = tmp_path / "release.duckdb"
    first.build("core")
    first.build("marts")
    first.con.execute(f"attach '{release}' as written")
    for model in marts:
        first.con.execute(f"create table written.main.{model.name} as from {model.table}")
    first.con.execute("detach written")
    now = testland(
        form("A", recorded=10, window=YEAR_BEFORE), form("A", recorded=3, window=(YEAR_BEFORE[0], date(2022, 1, 14))),
        form("C", recorded=20), statement("c3", recorded=70, **stated),
        statement("N", recorded=90, source="ministry"), form("N", recorded=90, source="ministry"),
        final_periods=[FINAL],
        clusters=[*BASE["clusters"], {"cluster_id": "new", "name": "New"}],
        cluster_members=[*BASE["cluster_members"], {"cluster_id": "new", "unit_id": "A"}],
        release_reasons=[{"reason_id": "r", "kind": "final_period", "unit_id": "A", "reason": "a month came late"}],
    )  # fmt: skip
    now.build("core")
    now.build("marts")
    undeclared = differences.compare(now.con, marts, release)
    assert [(change.scope_id, change.was_final, change.figures) for change in undeclared] == [
        ("B", False, 1), ("c3", True, 1),
    ]  # fmt: skip
    told = now.con.execute(
        "select scope_id, previous_value, value, reason from figure_changes where scope_type = 'unit' order by all"
    )
    assert told.fetchall() == [
        ("A", None, 3, "a month came late"), ("B", 20, None, None), ("C", None, 20, None), ("N", None, 90, None),
    ]  # fmt: skip
    other = [replace(model, grain=("new_key", *model.grain)) if model.name == "counts" else model for model in marts]
    with pytest.raises(differences.LastReleaseUnreadable, match="counts has another grain there"):
        differences.compare(now.con, other, release)
    differences.use_reasons(now.con, "this release")
    again = differences.compare(now.con, marts, release)
    assert {change.scope_id for change in again} == {"A", "B", "c3", "c7"}
