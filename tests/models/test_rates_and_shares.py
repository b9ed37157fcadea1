"""Clearance rates and national shares: formed from equal windows, series and sources, or refused with the reason.

Source of the rules: domain.md §3; refused combinations: §1 and §2.
"""

from __future__ import annotations

from typing import Any

from tests.models.conftest import Case, Testland, given
from tests.models.harness import OTHER_YEAR, form, statement

RATE = ("recorded", "cleared", "clearance_rate", "reason")
SHARE = ("numerator", "denominator", "national_share", "reason")
NO_NATION = "no national figure of the same window, series and definition"


# Recorded, cleared, rate, reason.
RATES = (
    (19, 25, 25 / 19, None),  # domain.md §3: 11/2021, more than 100 %
    (2533, 2874, 2874 / 2533, None),  # domain.md §3: fraud 2023
    (4, 3, 0.75, None),
    (7, 0, 0.0, None),  # nothing cleared is a rate
    (0, 0, None, "nothing was recorded"),  # n/0 is not a rate
    (0, 3, None, "nothing was recorded"),
    (7, None, None, "offences cleared are missing"),
    (None, 3, None, "offences recorded are missing"),
)


@given(*(form(f"u{n}", recorded=row[0], cleared=row[1]) for n, row in enumerate(RATES)))
def test_rate_of_a_unit(case: Case) -> None:
    found = {unit: row for unit, *row in case.rows("marts.clearance", "scope_id", *RATE)}
    assert found == {f"u{n}": list(row) for n, row in enumerate(RATES)}


@given(form("A", recorded=None, cleared=None, suspects=3))
def test_a_unit_that_reports_neither_has_no_row(case: Case) -> None:
    assert case.rows("marts.clearance", *RATE, scope_id="A") == []


@given(form("A", recorded=19, cleared=25, cleared_prior=8))
def test_the_clearances_of_earlier_periods_stand_beside_the_rate(case: Case) -> None:
    """domain.md §3: 19 recorded, 25 cleared, 8 of them of older cases; they are part of the 25, never subtracted."""
    assert case.row("marts.clearance", "cleared", "cleared_prior", "clearance_rate", scope_id="A") == (25, 8, 25 / 19)


@given(form("A", recorded=10, cleared=10), form("B", recorded=10, cleared=0), form("C", recorded=90, cleared=1))
def test_a_clusters_rate_is_the_ratio_of_sums(case: Case) -> None:
    """domain.md §3: never the mean of ratios. 11 of 110 is 10 %; the mean of 100 %, 0 % and 1,1 % would be 33,7 %."""
    assert case.row("marts.clearance", *RATE, scope_id="c3") == (110, 11, 0.1, None)


@given(*(form(unit, recorded=10, cleared=5) for unit in "ABC"), statement("c3", recorded=30, cleared=18))
def test_a_stated_rate_stands_beside_the_counted_one(case: Case) -> None:
    assert case.rows("marts.clearance", "basis", "clearance_rate", scope_id="c3") == [
        ("control_total", 0.6),
        ("counts", 0.5),
    ]


@given(form("A", recorded=6482), statement("N", recorded=58086))
def test_share_with_a_total_that_the_same_source_states(case: Case) -> None:
    """domain.md §6: 6.482 of 58.086, unrounded."""
    assert case.row("marts.national_shares", *SHARE, "denominator_basis", scope_id="A") == (
        6482,
        58086,
        6482 / 58086,
        None,
        "control_total",
    )


@given(form("A", recorded=5, source="ministry"), form("N", recorded=20, source="ministry"))
def test_share_with_the_nations_own_count(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, "denominator_basis", scope_id="A") == (
        5,
        20,
        0.25,
        None,
        "counts",
    )


# In what the only national figure differs from the unit's.
UNLIKE: dict[str, dict[str, Any]] = {
    "another source, its window not printed": {"source": "ministry", "window_basis": "assumed"},
    "another window": {"window": OTHER_YEAR},  # domain.md §2: the integer 2023 is not a key
    "another definition version": {"version": "w"},  # domain.md §1: occurred and detected
    "another series": {"series": "elsewhere"},
    "another offence": {"offence": "grave"},
    "cumulative": {"accumulation": "cumulative"},
}


def test_share_is_refused_without_a_national_figure_of_the_same_kind(testland: Testland) -> None:
    """domain.md §3: a share needs equal window, series, definition version, territory and vintage."""
    submissions = []
    for case, nation in UNLIKE.items():
        submissions += [
            form("A", recorded=6482, series=case),
            statement("N", recorded=58086, **{"series": case, **nation}),
        ]
    world = testland(*submissions)
    found = {case: row for case, *row in world.rows("marts.national_shares", "series_id", *SHARE, scope_id="A")}
    unstated = "the window is not stated: it can be shared within its own statement only"
    reasons = {case: unstated if "not printed" in case else NO_NATION for case in UNLIKE}
    assert found == {case: [6482, None, None, reason] for case, reason in reasons.items()}


@given(form("A", recorded=0), statement("N", recorded=0))
def test_share_of_a_nation_that_recorded_nothing_is_refused(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, scope_id="A") == (0, 0, None, "the national figure is zero")


@given(form("A", recorded=5), form("B", recorded=6), statement("N", recorded=100))
def test_share_of_a_cluster_needs_all_its_units(case: Case) -> None:
    """domain.md §3: a numerator over two units never meets a denominator over the nation as if it were three."""
    assert case.row("marts.national_shares", *SHARE, scope_id="c3") == (None, 100, None, "only 2 of 3 units report")


@given(*(form(unit, recorded=5) for unit in "ABC"), statement("N", recorded=100))
def test_share_of_a_cluster(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, scope_id="c3") == (15, 100, 0.15, None)


@given(
    form("A", recorded=5),
    form("B", recorded=5),
    form("C", recorded=5, source="own_release"),
    statement("N", recorded=100),
)
def test_a_cluster_of_several_sources_meets_a_nation_whose_window_is_printed(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, scope_id="c3") == (15, 100, 0.15, None)


@given(form("A", recorded=5, suspects=4, source="ministry"), form("N", recorded=20, suspects=10, source="ministry"))
def test_the_nation_has_no_share_and_suspects_have_none(case: Case) -> None:
    assert case.rows("marts.national_shares", "scope_id", "measure", scope_type="unit") == [("A", "recorded")]


@given(form("A", recorded=5), form("N", recorded=20), statement("N", recorded=21))
def test_a_source_may_both_count_and_state_the_nation(case: Case) -> None:
    """One figure of the source is enough; its count stands before its statement."""
    assert case.row("marts.national_shares", *SHARE, scope_id="A") == (5, 20, 0.25, None)


# Unit, nation, to what both are rounded, what the nation tolerates per million, and whether there is a share.
ABOVE_THE_NATION = (
    (21, 20, 1, 0, False),
    (20, 20, 1, 0, True),
    (24, 20, 5, 0, True),  # each may be off by 2
    (25, 20, 5, 0, False),
    (21, 20, 1, 50_000, True),  # 5 %
    (22, 20, 1, 50_000, False),
)


def test_a_share_above_one_is_given_only_where_rounding_explains_it(testland: Testland) -> None:
    """domain.md §3: parts above the nation are an error only of exact figures."""
    submissions = []
    for n, (unit, nation, rounded_to, tolerated, _) in enumerate(ABOVE_THE_NATION):
        kind: dict[str, Any] = {"series": f"s{n}", "rounded_to": rounded_to, "tolerated_per_million": tolerated}
        submissions += [form("A", recorded=unit, **kind), statement("N", recorded=nation, **kind)]
    rows = testland(*submissions).rows("marts.national_shares", "series_id", "national_share", "reason", scope_id="A")
    assert rows == [
        (f"s{n}", unit / nation if given_ else None, None if given_ else "the figure exceeds the national one")
        for n, (unit, nation, _, _, given_) in enumerate(ABOVE_THE_NATION)
    ]


@given(*(form(unit, recorded=10, rounded_to=5) for unit in "ABC"), statement("N", recorded=22, rounded_to=5))
def test_a_cluster_above_the_nation_has_a_share_within_the_rounding_of_all_its_units(case: Case) -> None:
    """30 of 22: three units and the nation may be off by 2 each, together by 8."""
    assert case.row("marts.national_shares", *SHARE, "rounded_to", scope_id="c3") == (30, 22, 30 / 22, None, 5)


@given(
    form("A", recorded=10, provisional=True),
    form("B", recorded=10, rounded_to=5),
    form("C", recorded=10),
    statement("N", recorded=100, rounded_to=1000),
    form("A", recorded=10, offence="grave"),
    statement("N", recorded=100, offence="grave", provisional=True),
)
def test_a_share_says_whether_a_figure_of_it_is_provisional_or_rounded(case: Case) -> None:
    assert case.rows(
        "marts.national_shares", "offence_code", "scope_id", "rounded_to", "provisional", scope_type="unit"
    ) == [
        ("all", "A", 1000, True),
        ("all", "B", 1000, False),
        ("all", "C", 1000, False),
        ("grave", "A", 1, True),
    ]
    assert case.row("marts.national_shares", "rounded_to", "provisional", scope_id="c3", offence_code="all") == (
        1000,
        True,
    )


@given(
    form("A", recorded=10, cleared=5),
    form("B", recorded=10, cleared=5, rounded_to=5, provisional=True),
    form("C", recorded=10, cleared=5),
    form("D", recorded=10, file="d1"),
    form("D", cleared=5, rounded_to=100, file="d2"),
    form("E", recorded=10, cleared=None, suspects=1, rounded_to=1),
    statement("c3", recorded=30, cleared=15, rounded_to=10, provisional=True),
)
def test_a_rate_says_whether_a_figure_of_it_is_provisional_or_rounded(case: Case) -> None:
    rows = case.rows("marts.clearance", "scope_id", "basis", "rounded_to", "provisional")
    assert [row for row in rows if row[0] != "c7"] == [
        ("A", "counts", 1, False),
        ("AB", "territory", 5, True),  # A and B on the territory of today
        ("B", "counts", 5, True),
        ("C", "counts", 1, False),
        ("D", "counts", 100, False),
        ("E", "counts", 1, False),
        ("c3", "control_total", 10, True),
        ("c3", "counts", 5, True),
    ]


@given(
    form("A", recorded=5), form("B", recorded=7), form("C", recorded=5), form("D", recorded=1), form("E", recorded=None)
)
def test_equal_figures_share_a_rank(case: Case) -> None:
    assert case.rows("marts.national_shares", "scope_id", "rank", scope_type="unit") == [
        ("A", 2), ("B", 1), ("C", 2), ("D", 4),
    ]  # fmt: skip
