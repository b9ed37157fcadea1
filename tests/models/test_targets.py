"""Verdicts on targets, exact at the edge. Comparator, threshold and scope are data (domain.md §3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.models.conftest import Case, Testland, given
from tests.models.harness import NEXT_YEAR, World, change_target, form, rate_target, statement

VERDICT = ("numerator", "denominator", "needed", "verdict")


# Comparator, threshold, cleared, recorded; the count that is needed, and the verdict.
RATES = (
    ("at_least", "75", 645, 860, 645, "attained"),  # exactly 75 % (domain.md §3: it needs 645 of 860)
    ("at_least", "75", 644, 860, 645, "missed"),
    ("above", "75", 645, 860, 646, "missed"),  # ≥ and > differ on the edge only
    ("above", "75", 646, 860, 646, "attained"),
    ("at_least", "75", 1883, 2811, 2109, "missed"),  # 66,99 %; 75 % are 2.108,25
    ("at_least", "75", 2109, 2811, 2109, "attained"),
    ("above", "75", 2109, 2811, 2109, "attained"),
    ("at_least", "90", 9, 10, 9, "attained"),
    ("at_least", "66.6667", 2, 3, 3, "missed"),  # 66,6666…% prints as 66,6667 % and misses it
    ("at_least", "66.6666", 2, 3, 2, "attained"),
    ("at_least", "75", 25, 19, 15, "attained"),  # above 100 %
    ("at_least", "75", 0, 1, 1, "missed"),
    ("at_least", "75", 750000000, 1000000000, 750000000, "attained"),
    ("at_least", "75", 749999999, 1000000000, 750000000, "missed"),
)


@given(
    *(form(f"u{n}", cleared=row[2], recorded=row[3]) for n, row in enumerate(RATES)),
    targets=[
        rate_target(row[0], row[1], target_id=n, scope_type="unit", scope_id=f"u{n}") for n, row in enumerate(RATES)
    ],
)
def test_clearance_is_judged_on_whole_numbers(case: Case) -> None:
    found = {scope: row for scope, *row in case.rows("marts.target_attainment", "scope_id", *VERDICT)}
    assert found == {f"u{n}": list(row[2:]) for n, row in enumerate(RATES)}


# Comparator, threshold, recorded in the window and in its base; the most that attains, and the verdict.
CHANGES = (
    ("at_most", "-5", 13794, 14520, 13794, "attained"),  # domain.md §3: 14.520 × 0,95 exactly
    ("at_most", "-5", 13795, 14520, 13794, "missed"),  # prints as −5,0 % and does not attain
    ("below", "-5", 13794, 14520, 13793, "missed"),
    ("below", "-5", 13793, 14520, 13793, "attained"),
    ("at_most", "-5", 18, 19, 18, "attained"),  # 18,05: one fewer is enough
    ("below", "-5", 18, 19, 18, "attained"),
    ("at_most", "-5", 19, 19, 18, "missed"),
    ("at_most", "0", 7, 7, 7, "attained"),
    ("at_most", "-5", 0, 14520, 13794, "attained"),
)


@given(
    *(form(f"u{n}", recorded=row[3]) for n, row in enumerate(CHANGES)),
    *(form(f"u{n}", recorded=row[2], window=NEXT_YEAR) for n, row in enumerate(CHANGES)),
    targets=[change_target(row[0], row[1], target_id=n, scope_id=f"u{n}") for n, row in enumerate(CHANGES)],
)
def test_change_is_judged_on_whole_numbers(case: Case) -> None:
    found = {scope: row for scope, *row in case.rows("marts.target_attainment", "scope_id", *VERDICT)}
    assert found == {f"u{n}": list(row[2:]) for n, row in enumerate(CHANGES)}


@given(form("A", recorded=14520), targets=[change_target()])
def test_a_change_target_is_open_until_its_window_is_reported(case: Case) -> None:
    """The most that would attain it is known all the same: 13.794 (domain.md §3)."""
    assert case.row("marts.target_attainment", *VERDICT, "reason") == (
        None,
        14520,
        13794,
        "unknown",
        "the window is not reported in this series and definition",
    )


def test_a_change_never_compares_unlike_figures(testland: Testland) -> None:
    """domain.md §1: figures of different definition versions are never compared without saying so."""
    unlike: tuple[dict[str, Any], ...] = ({"version": "w"}, {"series": "t"}, {"offence": "grave"})
    world = testland(
        form("A", recorded=14520),
        *(form("A", recorded=13000, window=NEXT_YEAR, **other) for other in unlike),
        targets=[change_target()],
    )
    assert world.rows("marts.target_attainment", "definition_version", *VERDICT) == [
        ("v", None, 14520, 13794, "unknown")
    ]


@given(form("A", recorded=10, cleared=8), form("B", recorded=10, cleared=6), targets=[rate_target()])
def test_the_gap_is_in_percentage_points(case: Case) -> None:
    """domain.md §3: "cao hơn 8,48 %" over a 75 % target means points: 80 % is 5 points above, 60 % 15 below."""
    assert case.rows("marts.target_attainment", "scope_id", "gap_percentage_points") == [("A", 5.0), ("B", -15.0)]


def test_bounds_decide_where_they_can(conference: World) -> None:
    """domain.md §3: A cleared at most 4.465 of 6.482 (68,88 %) and missed 75 %; F needs 645 of 860 and is unknown."""
    world = conference
    columns = ("numerator", "numerator_at_least", "numerator_at_most", "needed", "verdict")
    assert world.row("marts.target_attainment", *columns, scope_id="A") == (None, 0, 4465, 4862, "missed")
    assert world.row("marts.target_attainment", *columns, scope_id="F") == (None, 0, 4465, 645, "unknown")
    assert world.rows("marts.target_attainment", "scope_id", "verdict", verdict="attained") == [
        (unit, "attained") for unit in "CDEG"
    ]
    assert world.row("marts.target_attainment", "verdict", scope_id="B") == ("missed",)


def test_an_exact_bound_decides_both_ways(testland: Testland) -> None:
    """Only C is missing, so what is left is C's: 15 of 20 are 75 % and attain, 14 miss."""
    submissions = []
    for series, total in (("fifteen are left", 20), ("fourteen are left", 19)):
        submissions += [
            form("A", recorded=9, cleared=3, series=series),
            form("B", recorded=9, cleared=2, series=series),
            form("C", recorded=20, series=series),
            statement("c3", cleared=total, series=series),
        ]
    series_names = ("fifteen are left", "fourteen are left")
    world = testland(*submissions, targets=[rate_target(target_id=name, series_id=name) for name in series_names])
    assert world.rows("marts.target_attainment", "series_id", "numerator", "verdict", scope_id="C") == [
        ("fifteen are left", None, "attained"),
        ("fourteen are left", None, "missed"),
    ]


@given(form("A", recorded=860), targets=[rate_target()])
def test_without_a_bound_a_missing_count_stays_open(case: Case) -> None:
    assert case.row("marts.target_attainment", *VERDICT, "reason") == (
        None,
        860,
        645,
        "unknown",
        "offences cleared are missing",
    )


def test_a_cluster_is_judged_by_its_own_target_only(conference: World) -> None:
    """domain.md §6: 10.105 of 14.520 (69,59 %) misses although four of seven attain; the counts alone give no rate."""
    assert conference.rows("marts.target_attainment", "scope_id", "basis", *VERDICT, scope_type="cluster") == [
        ("c7", "control_total", 10105, 14520, 10890, "missed")
    ]


# Where a target for the window that ends on 14 December 2023 holds.
HOLDS: dict[str, dict[str, object]] = {
    "from the last day": {"valid_from": "2023-12-14"},
    "until the last day": {"valid_to": "2023-12-14"},
    "for this unit": {"scope_type": "unit", "scope_id": "A"},
}
HOLDS_NOT: dict[str, dict[str, object]] = {
    "from the day after": {"valid_from": "2023-12-15"},
    "until the day before": {"valid_to": "2023-12-13"},
    "another offence": {"offence_code": "grave"},
    "another series": {"series_id": "t"},
    "another level": {"scope_id": "nation"},
    "another unit": {"scope_type": "unit", "scope_id": "B"},
}


def test_a_target_holds_for_its_scope_and_time(testland: Testland) -> None:
    """domain.md §4: targets are effective-dated; §3: their scope is data."""
    targets = [rate_target(target_id=name, **fields) for name, fields in {**HOLDS, **HOLDS_NOT}.items()]
    world = testland(form("A", recorded=4, cleared=3), targets=targets)
    assert {target for (target,) in world.rows("marts.target_attainment", "target_id")} == set(HOLDS)


@given(
    form("A", recorded=4, cleared=1, window=(date(2024, 2, 8), date(2024, 2, 14))),
    form("A", recorded=4, cleared=3, window=(date(2023, 12, 15), date(2024, 1, 14))),
    targets=[rate_target()],
)
def test_a_holiday_window_has_no_target(case: Case) -> None:
    """Yearly targets are read against periods of a calendar (here the month 1/2024), not against a week of a feast."""
    assert case.rows("marts.target_attainment", "window_end", "verdict") == [(date(2024, 1, 14), "attained")]


@given(
    form("A", recorded=4, cleared=3),
    form("A", recorded=8, cleared=5, accumulation="cumulative"),
    targets=[rate_target()],
)
def test_increment_and_cumulative_figures_are_judged_apart(case: Case) -> None:
    assert case.rows("marts.target_attainment", "accumulation", "verdict") == [
        ("cumulative", "missed"),
        ("increment", "attained"),
    ]


@given(form("A", recorded=0, cleared=3), targets=[rate_target()])
def test_nothing_recorded_is_not_judged(case: Case) -> None:
    """n/0 is not a rate (domain.md §3)."""
    assert case.rows("marts.target_attainment", "target_id") == []
