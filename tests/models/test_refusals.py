"""What must not be combined, and rows that must not stop a run: the cases by which a reviewer broke the marts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from tests.builders import BASE, JURISDICTION
from tests.models.conftest import Testland
from tests.models.harness import (
    NEXT_YEAR,
    YEAR,
    YEAR_BEFORE,
    change_target,
    form,
    rate_target,
    statement,
)
from tests.models.test_statements import change, printed, verdict

JULY_2024 = (date(2024, 6, 15), date(2024, 7, 14))
JULY_2025 = (date(2025, 6, 15), date(2025, 7, 14))
JULY_2026 = (date(2026, 6, 15), date(2026, 7, 14))
SOURCES = [
    {"source_id": "first", "name": "Z", "precedence": 1},
    {"source_id": "another", "name": "A", "precedence": 9},
]


# --- units and measures --------------------------------------------------------------------------------------------


def test_a_unit_to_which_nothing_applies_is_expected_to_report_nothing(testland: Testland) -> None:
    none = {"recorded": "not_applicable", "cleared": "not_applicable"}
    world = testland(*(form(u, recorded=10, cleared=5) for u in "AB"), form("C", measures=none))
    columns = ("recorded", "cleared", "units_expected", "cleared_coverage", "clearance_rate")
    assert world.row("marts.cluster_totals", *columns, cluster_id="c3") == (20, 10, 2, "complete", 0.5)


def test_a_rate_needs_the_same_units_above_and_below(testland: Testland) -> None:
    """Clearances do not apply to C: 10 over A and B never meet the 100 of all three."""
    world = testland(*(form(u, recorded=10, cleared=5) for u in "AB"), form("C", recorded=80, cleared="not_applicable"))
    columns = ("recorded", "cleared", "cleared_units_expected", "units_with_both", "clearance_rate")
    assert world.row("marts.cluster_totals", *columns, cluster_id="c3") == (100, 10, 2, 2, None)
    columns = ("cleared", "clearance_rate", "reason")
    assert world.row("marts.clearance", *columns, scope_id="c3") == (None, None, "clearances cover 2 of 3 units")


def test_no_rate_of_what_was_taken_back(testland: Testland) -> None:
    world = testland(form("A", recorded=-3, cleared=1), jurisdiction=f"{JURISDICTION}negative_counts: true\n")
    assert world.row("marts.clearance", "clearance_rate", "reason", scope_id="A") == (
        None,
        "more was taken back than recorded",
    )


def test_definitions_of_clearing_meet_their_own_statement(testland: Testland) -> None:
    """The ministry's 300 charged are of its own 400, not of the conference's 1.000."""
    charged = {"measure": "charged", "additive_over_units": "true", "additive_over_periods": "true"}
    world = testland(
        statement("c3", recorded=1000),
        statement("c3", source="ministry", recorded=400, measures={"charged": 300}),
        measures=[*BASE["measures"], {**charged, "rate_of": "recorded"}],
    )
    assert world.rows("marts.clearance_definitions", "numerator", "denominator") == [(300, 400)]


# --- sources -------------------------------------------------------------------------------------------------------


def test_a_target_is_held_against_the_source_that_goes_first(testland: Testland) -> None:
    world = testland(
        statement("c3", source="first", recorded=100, cleared=70),
        statement("c3", source="another", recorded=100, cleared=80),
        sources=SOURCES,
        targets=[rate_target(scope_type="cluster", scope_id="c3")],
    )
    assert world.row("marts.target_attainment", "numerator", "verdict") == (70, "missed")


def test_what_belongs_to_no_unit_is_of_the_units_own_source(testland: Testland) -> None:
    world = testland(
        *(form(u, recorded=100, source="first") for u in "ABCDEFG"),
        statement("N", recorded=750, source="first"),
        statement("N", recorded=1000, source="another", window_basis="assumed"),
        sources=SOURCES,
    )
    assert world.row("marts.national_shares", "numerator", "denominator", scope_type="residual") == (50, 750)


def test_a_cluster_of_several_sources_does_not_hide_their_windows(testland: Testland) -> None:
    """A's own change is refused, so that of the cluster with A is."""
    assumed = {"window_basis": "assumed"}
    world = testland(
        form("A", recorded=100, source="own_release", window=YEAR_BEFORE, **assumed),
        form("A", recorded=200, source="conference", **assumed),
        *(form(u, recorded=100, source="ministry", window=w, **assumed) for u in "BC" for w in (YEAR_BEFORE, YEAR)),
    )
    found = dict(world.rows("marts.changes", "scope_id", "reason"))
    assert found["A"] == found["c3"] == "the sources do not state their windows"
    assert found["B"] is None


def test_a_file_sent_again_is_no_other_vintage(testland: Testland) -> None:
    world = testland(
        form("A", recorded=4), form("A", recorded=5, revision=1), statement("N", recorded=20),
        form("A", recorded=5, revision=2),
    )  # fmt: skip
    assert world.row("marts.national_shares", "national_share", "reason", scope_id="A") == (0.25, None)


# --- territory -----------------------------------------------------------------------------------------------------


def test_a_stated_total_goes_before_the_limits_of_a_territory(testland: Testland) -> None:
    members = [{"cluster_id": "c3", "unit_id": u, "valid_from": "2020-01-01", "valid_to": "2025-06-30"} for u in "ABC"]
    world = testland(
        form("A", recorded=300, window=JULY_2024),
        form("AB", recorded=423, window=JULY_2025),
        form("C", recorded=5, window=JULY_2025),
        statement("c3", recorded=430, window=JULY_2025),
        statement("c3", recorded=400, window=JULY_2026),
        cluster_members=members,
    )
    assert world.rows("marts.changes", "value", "base_value", "absolute_change", scope_id="c3") == [(400, 430, -30)]


def test_the_parts_of_a_territory_state_their_windows_and_their_breaks(testland: Testland) -> None:
    old = {"window": JULY_2024, "source": "own_release", "window_basis": "assumed"}
    new = form("AB", recorded=423, window=JULY_2025)
    world = testland(form("A", recorded=483, **old), form("B", recorded=351, **old), new)
    assert world.row("marts.changes", "absolute_change", "reason", scope_id="AB") == (
        None,
        "the sources do not state their windows",
    )


def test_a_break_of_a_part_breaks_the_territory(testland: Testland) -> None:
    breaks = [{"break_id": "b", "effective_on": "2024-10-01", "unit_id": "A", "description": "x", "source": "y"}]
    world = testland(
        form("A", recorded=483, window=JULY_2024), form("B", recorded=351, window=JULY_2024),
        form("AB", recorded=423, window=JULY_2025), definition_breaks=breaks,
    )  # fmt: skip
    assert world.row("marts.changes", "absolute_change", "reason", scope_id="AB") == (
        None,
        "not comparable across the definition break of 2024-10-01 (b)",
    )


# --- targets -------------------------------------------------------------------------------------------------------


def test_one_target_of_several_units(testland: Testland) -> None:
    months = (date(2023, 12, 15), date(2024, 1, 14))
    world = testland(
        *(form(u, recorded=120) for u in "AB"), *(form(u, recorded=8, window=months) for u in "AB"),
        targets=[change_target(), change_target(scope_id="B")],
    )  # fmt: skip
    assert world.rows("marts.reduction_progress", "scope_id", "used") == [("A", 8), ("B", 8)]


def test_a_target_for_a_unit_goes_before_that_of_its_level(testland: Testland) -> None:
    world = testland(
        form("A", recorded=100, cleared=78), form("B", recorded=100, cleared=78),
        targets=[rate_target(), rate_target(scope_type="unit", scope_id="A", threshold="80")],
    )  # fmt: skip
    found = world.rows("marts.target_attainment", "scope_id", "threshold_percent", "verdict")
    assert [(scope, int(percent), is_met) for scope, percent, is_met in found] == [
        ("A", 80, "missed"),
        ("B", 75, "attained"),
    ]


def test_a_reduction_of_every_unit_of_a_level(testland: Testland) -> None:
    world = testland(
        *(form(u, recorded=100) for u in "AB"),
        *(form(u, recorded=n, window=NEXT_YEAR) for u, n in (("A", 95), ("B", 96))),
        targets=[change_target(scope_type="level", scope_id="province")],
    )
    assert world.rows("marts.target_attainment", "scope_id", "needed", "verdict") == [
        ("A", 95, "attained"),
        ("B", 95, "missed"),
    ]


def test_a_reduction_across_a_break_is_not_judged(testland: Testland) -> None:
    breaks = [{"break_id": "b", "effective_on": "2024-01-01", "description": "x", "source": "y"}]
    world = testland(
        form("A", recorded=100), form("A", recorded=80, window=NEXT_YEAR),
        targets=[change_target()], definition_breaks=breaks,
    )  # fmt: skip
    assert world.row("marts.target_attainment", "needed", "gap_percentage_points", "verdict", "reason") == (
        None,
        None,
        "unknown",
        "not comparable across the definition break of 2024-01-01 (b)",
    )


def test_a_reduction_of_a_cluster_that_took_in_a_unit_is_not_judged(testland: Testland) -> None:
    """A and B fell from 200 to 180, C came with 100: 280 against 200 is no rise of the cluster."""
    members = [
        *({"cluster_id": "c3", "unit_id": u, "valid_from": "2020-01-01"} for u in "AB"),
        {"cluster_id": "c3", "unit_id": "C", "valid_from": NEXT_YEAR[0]},
    ]
    world = testland(
        *(form(u, recorded=100) for u in "ABC"),
        *(form(u, recorded=n, window=NEXT_YEAR) for u, n in zip("ABC", (90, 90, 100), strict=True)),
        cluster_members=members,
        targets=[change_target(scope_type="cluster", scope_id="c3")],
    )
    assert world.row("marts.target_attainment", "verdict", "reason") == (
        "unknown",
        "the units are not the same; changes compares over those of both windows",
    )
    parts = world.rows("marts.change_contributions", "part_id", "contribution", scope_id="c3", part_type="unit")
    assert parts == [("A", -10), ("B", -10)]
    columns = ("recorded", "year_before_recorded", "change_on_year_before")
    period = f"{NEXT_YEAR[0]}/{NEXT_YEAR[1]}"
    assert world.row("marts.cluster_totals", *columns, cluster_id="c3", period_id=period) == (280, None, None)


def test_a_unit_without_offences_recorded_is_unknown(testland: Testland) -> None:
    world = testland(form("A", recorded=None, cleared=5), targets=[rate_target()])
    assert world.row("marts.target_attainment", "verdict", "reason") == ("unknown", "offences recorded are missing")


def test_the_way_of_half_a_year(testland: Testland) -> None:
    half = [(date(2022, 12, 15), date(2023, 6, 14)), (date(2023, 12, 15), date(2024, 6, 14))]
    months = [(date(2024 if m > 1 else 2023, m - 1 or 12, 15), date(2024, m, 14)) for m in range(1, 7)]
    windows = {"base_window_start": half[0][0], "base_window_end": half[0][1]}
    world = testland(
        form("A", recorded=600, window=half[0]),
        *(form("A", recorded=90, window=month) for month in months),
        targets=[change_target(**windows, window_start=half[1][0], window_end=half[1][1])],
    )
    found = world.rows("marts.reduction_progress", "months", "months_left", "remaining", "verdict")
    assert found[0] == (1, 5, 480, "open")
    assert found[-1] == (6, 0, 30, "attained")


# A second calendar whose years begin half a year after the first's, so that they have the same months.
_SHARED_MONTHS = """calendars:
  - id: assembly
    periods: {year: {tl: Asemblea jaro, en: Assembly year}}
    year_starts: {month: 6, day: 15, year_offset: -1}
    source: made up
"""


def test_calendars_that_share_their_months_each_have_their_years(testland: Testland) -> None:
    """The Assembly's year runs from 15 June 2023; its months are the statistical months 7/2023 to 6/2024."""
    base, year = (date(2022, 6, 15), date(2023, 6, 14)), (date(2023, 6, 15), date(2024, 6, 14))
    starts = [date(2023 + m // 12, m % 12 + 1, 15) for m in range(5, 18)]
    months = [(first, after - timedelta(days=1)) for first, after in pairwise(starts)]
    windows = {"base_window_start": base[0], "base_window_end": base[1]}
    world = testland(
        form("A", recorded=1400, window=base),
        form("A", recorded=1201, window=year),
        *(form("A", recorded=100, window=month) for month in months),
        targets=[change_target(**windows, window_start=year[0], window_end=year[1])],
        jurisdiction=JURISDICTION.replace("calendars:\n", _SHARED_MONTHS),
    )
    used = world.rows("marts.reduction_progress", "months", "used")
    assert used == [(month, 100 * month) for month in range(1, 13)]
    columns = ("whole_kind", "parts_kind", "whole_value", "parts_sum", "gap", "verdict")
    assert world.rows("marts.reconciliation", *columns, kind="periods", scope_id="A") == [
        ("assembly_year", "assembly_month", 1201, 1200, 1, "open")
    ]
    # and the statistical year 2024 has six of them
    so_far = world.rows("marts.year_to_date", "months", "recorded", window_start=date(2023, 12, 15))
    assert so_far == [(month, 100 * month) for month in range(1, 7)]


def test_two_wholes_may_shift_at_once(testland: Testland) -> None:
    offences = [{"offence_code": code, "name": code} for code in ("all", "drugs")]
    world = testland(
        *(form("A", recorded=n, window=window, offence=offence)
          for offence in ("all", "drugs") for window, n in ((YEAR_BEFORE, 1000), (YEAR, 2000))),
        offences=offences,
    )  # fmt: skip
    assert world.rows("marts.suspected_breaks", "offence_code", scope_id="A") == [("all",), ("drugs",)]


# --- printed figures -----------------------------------------------------------------------------------------------


def test_a_wrong_figure_is_not_confirmed_by_being_printed_twice(testland: Testland) -> None:
    world = testland(
        form("A", recorded=6482), statement("N", recorded=58086),
        published_figures=[printed("short", "20,1%", "national_share"), printed("long", "20,13%", "national_share")],
    )  # fmt: skip
    assert verdict(world, "short")[0] == verdict(world, "long")[0] == "contradicted"


def test_nothing_confirms_what_any_of_its_counts_was_derived_from(testland: Testland) -> None:
    """The base from a change, the nation from a share, the clearances from a distance."""
    derived = {"evidence": "derived"}
    world = testland(
        form("A", recorded=950), form("A", recorded=1000, window=YEAR_BEFORE, derived_from="chg", **derived),
        form("B", recorded=6482), form("N", recorded=58135, derived_from="share", **derived),
        form("C", recorded=1000), form("C", cleared=835, derived_from="gap", **derived),
        targets=[rate_target()],
        published_figures=[
            change("chg", "-5,0%"),
            printed("share", "11,15%", "national_share", scope_id="B"),
            change("gap", "8,5%", "clearance_rate", scope_id="C", base_target_id="rate", base_window_start=None,
                   base_window_end=None),
        ],
    )  # fmt: skip
    for figure in ("chg", "share", "gap"):
        assert verdict(world, figure)[0] == "not independent", figure


def test_a_fall_printed_as_its_size_implies_its_base(testland: Testland) -> None:
    world = testland(
        form("A", recorded=950), form("A", recorded=1000, window=YEAR_BEFORE),
        published_figures=[change("percent", "5,0%"), change("number", "50")],
    )  # fmt: skip
    columns = ("figure_id", "implied_at_least", "implied_at_most", "verdict")
    # 950/0,951 = 998,9… and 950/0,949 = 1001,05…
    assert world.rows("marts.implied_bases", *columns) == [
        ("number", 1000, 1000, "consistent"),
        ("percent", 999, 1001, "consistent"),
    ]


def test_a_rounded_count_leaves_no_whole_numbers(testland: Testland) -> None:
    world = testland(
        form("A", cleared=1000, rounded_to=10), published_figures=[printed("f", "77,12%", "clearance_rate")]
    )
    assert world.rows("marts.bounds", "basis") == []


def test_parts_above_their_whole_are_open_though_some_are_missing(testland: Testland) -> None:
    month = (date(2022, 12, 15), date(2023, 1, 14))
    world = testland(form("A", recorded=120, window=month), form("A", recorded=100))
    assert world.rows("marts.reconciliation", "verdict", kind="periods", scope_type="unit") == [("open",)]
