"""Every test of models/ can fail: each is shown rows that break its rule; and a failing one changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.settings import MODELS
from pipelines.warehouse import models
from tests.models.conftest import Testland
from tests.models.harness import NOW, YEAR, YEAR_BEFORE, World, change_target, form, statement

FIRST_MONTH = (date(2022, 12, 15), date(2023, 1, 14))
AFTER_THE_MERGER = (date(2025, 6, 15), date(2025, 7, 14))

# What breaks the rule of each test, in turn; every statement alone must be noticed.
BREAKS = {
    "counts__status": (
        "update core.counts set value = null where measure = 'recorded'",  # reported without a value
        "update core.counts set value = -1 where measure = 'recorded'",
        "update core.counts set value = 0 where status = 'missing'",  # missing ≠ zero
    ),
    "control_checks__verdict": (
        "update core.control_checks set verdict = null",
        "update core.control_checks set units_reported = units_expected + 1",
        "update core.control_checks set tolerance = -1",
        "update core.control_checks set residual = residual + 1",
        "update core.control_checks set verdict = 'exact'",
        "update core.control_checks set verdict = 'within tolerance'",
        "update core.control_checks set verdict = 'differs', tolerance = 1000",
        "update core.control_checks set verdict = 'other units counted apart', residual = -5, stated = summed - 5",
        "update core.control_checks set verdict = 'units missing', units_reported = units_expected",
    ),
    "clearance__rate": (
        "update marts.clearance set clearance_rate = null, reason = 'lost' where clearance_rate is not null",
        "update marts.clearance set clearance_rate = 0.5, reason = null where cleared is null",
        "update marts.clearance set reason = 'both' where clearance_rate is not null",
        "update marts.clearance set reason = null where clearance_rate is null",
    ),
    "cluster_totals__coverage": (
        "update marts.cluster_totals set cleared = cleared_reported_sum where cleared is null",  # a partial total
        "update marts.cluster_totals set recorded = null where recorded is not null",
        "update marts.cluster_totals set recorded = recorded + 1",
        "update marts.cluster_totals set recorded_units = recorded_units - 1 where recorded is not null",
    ),
    "change_contributions__sum": ("update marts.change_contributions set contribution = contribution + 1",),
    "changes__difference": (
        "update marts.changes set absolute_change = absolute_change + 1",
        "update marts.changes set absolute_change = null",
        "update marts.changes set reason = 'both'",
    ),
    "cluster_shares__share": (
        "update marts.cluster_shares set cluster_share = null where cluster_share is not null",
        "update marts.cluster_shares set reason = 'both' where cluster_share is not null",
        "update marts.cluster_shares set reason = null where cluster_share is null",
    ),
    "constant_geography__reason": (
        "update marts.constant_geography set reason = null",
        "update marts.constant_geography set at_least = value + 1",
        "update marts.constant_geography set at_most = value - 1",
    ),
    "reconciliation__verdict": (
        "update marts.reconciliation set gap = 1, verdict = 'equal'",
        "update marts.reconciliation set gap = 0, verdict = 'open'",
        "update marts.reconciliation set verdict = 'explained'",
        "update marts.reconciliation set gap_id = 'g'",
    ),
    "reduction_progress__sum": ("update marts.reduction_progress set remaining = remaining + 1",),
    "national_shares__share": (
        "update marts.national_shares set national_share = null where national_share is not null",
        "update marts.national_shares set reason = 'both' where national_share is not null",
        "update marts.national_shares set reason = null where national_share is null",
    ),
    "published_figures__all": (
        "delete from marts.published_figures",
        "update marts.published_figures set verdict = null",
        "insert into reference.published_figures (figure_id) values ('forgotten')",
    ),
    "target_attainment__verdict": (
        "update marts.target_attainment set verdict = 'unknown' where numerator is not null",
        "update marts.target_attainment set verdict = 'nearly'",
    ),
}


def small_world(testland: Testland) -> World:
    """A complete unit, one without clearances, a share, a target and a printed figure; both layers built."""
    figure = {
        "figure_id": "f", "source_id": "conference", "scope_type": "unit", "scope_id": "A", "measure": "recorded",
        "series_id": "s", "definition_version": "v", "offence_code": "all", "window_start": "2022-12-15",
        "window_end": "2023-12-14", "printed_text": "4",
    }  # fmt: skip
    target = {
        "target_id": "t", "scope_type": "level", "scope_id": "province", "measure": "clearance_rate", "series_id": "s",
        "offence_code": "all", "comparator": "at_least", "threshold_percent": "75",
    }  # fmt: skip
    world = testland(
        form("A", recorded=4, cleared=3),
        form("B", recorded=4, cleared=3),
        form("C", recorded=4, cleared=None),
        *(form(unit, recorded=5, window=YEAR_BEFORE) for unit in "ABC"),
        *(form(unit, recorded=1, window=FIRST_MONTH) for unit in "AB"),
        form("AB", recorded=9, window=AFTER_THE_MERGER),
        form("G", recorded=3, window=AFTER_THE_MERGER),
        statement("N", recorded=20),
        published_figures=[figure],
        targets=[
            target,
            change_target(
                base_window_start=YEAR_BEFORE[0],
                base_window_end=YEAR_BEFORE[1],
                window_start=YEAR[0],
                window_end=YEAR[1],
            ),
        ],
    )
    world.build("core")
    world.build("marts")
    return world


def test_every_model_test_notices_what_it_forbids(testland: Testland) -> None:
    assert set(BREAKS) == {test.name for test in models.load_tests(MODELS)}
    world = small_world(testland)
    unnoticed = []
    for test, breaks in BREAKS.items():
        assert world.broken(test) == 0
        for statement_ in breaks:
            world.con.execute("begin")
            world.con.execute(statement_)
            if not world.broken(test):
                unnoticed.append((test, statement_))
            world.con.execute("rollback")
    assert unnoticed == []


def test_a_failing_test_rolls_the_layer_back_and_is_kept(testland: Testland) -> None:
    """A series declared twice breaks the grain of series: every mart stays as it was, also those that are sound."""
    world = small_world(testland)
    before = world.rows("marts.clearance", "*"), world.rows("marts.series", "*")
    world.con.execute("insert into reference.series select * from reference.series where series_id = 't'")
    world.con.execute("update core.counts set value = 2 where measure = 'cleared' and value is not null")

    with pytest.raises(models.ModelTestsFailed, match=r"series__grain \(1 rows\)") as failure:
        models.build_layer(world.con, MODELS, "marts", NOW)

    assert (world.rows("marts.clearance", "*"), world.rows("marts.series", "*")) == before
    assert {(o.test, o.failing_rows) for o in failure.value.outcomes if o.failing_rows} == {("series__grain", 1)}
    assert world.con.execute("select test, failing_rows from ops.model_tests where failing_rows > 0").fetchall() == [
        ("series__grain", 1)
    ]


def test_a_first_build_that_fails_leaves_nothing(testland: Testland) -> None:
    world = testland(form("A", recorded=4))
    world.con.execute("update raw.counts set value = null")
    with pytest.raises(models.ModelTestsFailed, match="counts__status"):
        world.build("core")
    assert world.con.execute("select count(*) from duckdb_tables() where schema_name = 'core'").fetchall() == [(0,)]


def test_every_build_keeps_its_outcomes(testland: Testland) -> None:
    world = small_world(testland)
    kept = {test for (test,) in world.con.execute("select test from ops.model_tests").fetchall()}
    grains = {f"{model.name}__grain" for model in models.load_models(MODELS)}
    assert kept == grains | set(BREAKS)
