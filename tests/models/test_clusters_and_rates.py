"""Clusters that unite others, shares, other definitions of clearing, rates per inhabitant, the way to a reduction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import BASE, Row, load_reference
from tests.models.conftest import Case, Testland, given
from tests.models.harness import NEXT_YEAR, YEAR, change_target, form, statement, world_of

PROVINCES = "ABCDEFG"


# --- unions --------------------------------------------------------------------------------------------------------


def test_a_union_counts_every_unit_once(testland: Testland) -> None:
    """A = {100, 200, P3 50}, B = {P3 50, 70}: their union is 420, the sum of their rows 470."""
    stated = {"role": "statement", "scope_type": "cluster", "recorded": 420}
    world = testland(
        *(form(unit, recorded=value) for unit, value in zip("ABCD", (100, 200, 50, 70), strict=True)),
        form("both", cleared=300, source="conference", **stated), form("both", cleared=350, source="aaa", **stated),
        sources=[*BASE["sources"], {"source_id": "aaa", "name": "A", "precedence": 9}],
        clusters=[{"cluster_id": c, "name": c} for c in ("one", "two", "both", "all")],
        cluster_members=_members({"one": "ABC", "two": "CD"}),
        cluster_unions=_unions({"both": ["one", "two"], "all": ["both", "two"]}),
    )  # fmt: skip
    assert world.rows("marts.cluster_totals", "cluster_id", "recorded", "units_expected") == [
        ("all", 420, 4),
        ("both", 420, 4),
        ("one", 350, 3),
        ("two", 120, 2),
    ]
    assert world.rows("marts.clusters", "unit_id", cluster_id="both") == [("A",), ("B",), ("C",), ("D",)]
    # of several rates that of the source with the higher precedence is used, whatever their names
    assert world.rows("marts.clearance", "source_id", "cleared", scope_id="both", is_preferred=True) == [
        ("conference", 300)
    ]


def test_a_unit_within_another_member_is_counted_with_it(testland: Testland) -> None:
    """A district beside its own province and one beside another: members may be of any level."""
    districts = [{"unit_id": d, "level": "district", "parent_id": p} for d, p in (("A1", "A"), ("B1", "B"))]
    world = testland(
        form("A", recorded=100), form("A1", recorded=30), form("B", recorded=90), form("B1", recorded=7),
        units=[*BASE["units"], *districts],
        clusters=[{"cluster_id": "c", "name": "c"}],
        cluster_members=[{"cluster_id": "c", "unit_id": u} for u in ("A", "A1", "B1")],
    )  # fmt: skip
    assert world.row("marts.cluster_totals", "recorded", "units_expected") == (107, 2)


@settings(max_examples=3, deadline=None)
@drawn(
    st.lists(
        st.lists(st.sets(st.sampled_from(PROVINCES), min_size=1), min_size=2, max_size=4), min_size=20, max_size=20
    ),
    st.lists(st.integers(0, 99), min_size=7, max_size=7),
)
def test_a_union_of_overlapping_clusters_is_the_union_of_sets(
    cases: Sequence[Sequence[set[str]]], counts: list[int]
) -> None:
    value = dict(zip(PROVINCES, counts, strict=True))
    parts = {f"u{n}p{k}": part for n, case in enumerate(cases) for k, part in enumerate(case)}
    unions = {f"u{n}": [f"u{n}p{k}" for k in range(len(case))] for n, case in enumerate(cases)}
    with TemporaryDirectory() as folder:
        reference = load_reference(
            Path(folder),
            clusters=[{"cluster_id": c, "name": c} for c in (*parts, *unions)],
            cluster_members=_members(parts),
            cluster_unions=_unions(unions),
        )
        world = world_of(reference, [form(unit, recorded=value[unit]) for unit in PROVINCES])
    totals = world.rows("marts.cluster_totals", "cluster_id", "recorded", "units_expected")
    world.con.close()
    found = {cluster: (recorded, units) for cluster, recorded, units in totals if cluster in unions}
    united = {f"u{n}": set().union(*case) for n, case in enumerate(cases)}
    assert found == {c: (sum(value[unit] for unit in units), len(units)) for c, units in united.items()}


def _members(clusters: Mapping[str, str | set[str]]) -> list[Row]:
    return [{"cluster_id": c, "unit_id": u, "valid_from": "2020-01-01"} for c, units in clusters.items() for u in units]


def _unions(unions: Mapping[str, Sequence[str]]) -> list[Row]:
    return [{"cluster_id": c, "part_id": part} for c, parts in unions.items() for part in parts]


# --- shares --------------------------------------------------------------------------------------------------------

SHARE = ("numerator", "denominator", "denominator_source_id", "basis", "reason")


@given(form("A", recorded=5, source="own_release"), statement("N", recorded=20, source="ministry"))
def test_a_nation_of_another_source_serves_where_both_print_their_window(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, scope_id="A") == (
        5,
        20,
        "ministry",
        "same window, series and definition",
        None,
    )


@given(
    form("A", recorded=5, window_basis="assumed"),
    statement("N", recorded=20, window_basis="assumed"),
    statement("N", recorded=25, source="ministry"),
)
def test_a_statement_without_a_window_is_shared_within_itself(case: Case) -> None:
    assert case.row("marts.national_shares", *SHARE, scope_id="A") == (
        5,
        20,
        "conference",
        "same statement, window unstated",
        None,
    )


@given(form("A", recorded=5), form("B", recorded=1), statement("N", recorded=20), form("A", recorded=6, revision=1))
def test_a_figure_revised_after_the_nation_is_of_another_vintage(case: Case) -> None:
    reason = "of another vintage: revised after the national figure was stated"
    found = case.rows("marts.national_shares", "scope_id", "numerator", "national_share", "reason", scope_type="unit")
    assert found == [("A", 6, None, reason), ("B", 1, 0.05, None)]


@given(form("A", recorded=5), form("A", recorded=6, revision=1), statement("N", recorded=20))
def test_a_nation_stated_after_the_revision_is_of_its_vintage(case: Case) -> None:
    assert case.row("marts.national_shares", "numerator", "reason", scope_id="A") == (6, None)


@given(*(form(unit, recorded=10) for unit in PROVINCES), statement("N", recorded=75))
def test_what_belongs_to_no_unit(case: Case) -> None:
    columns = ("numerator", "denominator", "national_share", "basis", "reason")
    assert case.row("marts.national_shares", *columns, scope_type="residual") == (
        5,
        75,
        5 / 75,
        "what belongs to no unit",
        None,
    )


@given(*(form(unit, recorded=10) for unit in "ABC"), statement("N", recorded=75))
def test_what_belongs_to_no_unit_is_not_known_while_units_are_missing(case: Case) -> None:
    columns = ("numerator", "national_share", "reason")
    assert case.row("marts.national_shares", *columns, scope_type="residual") == (
        None,
        None,
        "only 3 of 7 units report",
    )


@given(form("A", recorded=10, cleared=4), form("B", recorded=30, cleared=None), form("C", recorded=60, cleared=6),
       statement("c3", cleared=20))  # fmt: skip
def test_the_share_of_a_cluster(case: Case) -> None:
    """Offences of the sum; clearances, of which B gives none, of the total that the same source states."""
    columns = ("unit_id", "measure", "numerator", "denominator", "basis", "rank")
    assert case.rows("marts.cluster_shares", *columns, cluster_id="c3") == [
        ("A", "cleared", 4, 20, "control_total", 2),
        ("A", "recorded", 10, 100, "counts", 3),
        ("B", "recorded", 30, 100, "counts", 2),
        ("C", "cleared", 6, 20, "control_total", 1),
        ("C", "recorded", 60, 100, "counts", 1),
    ]


@given(
    *(
        form(unit, recorded=10, cleared=5, known_at=datetime(2024, 1, day))
        for unit, day in zip("ABC", (3, 4, 5), strict=True)
    ),
    statement("N", recorded=75, known_at=datetime(2024, 1, 10)),
)
def test_every_answer_says_since_when_its_figures_are_known(case: Case) -> None:
    """The vintage is that of the last figure involved; the nation was stated on 10 January."""
    for table, where, day in (
        ("clearance", {"scope_id": "A"}, 3),
        ("clearance", {"scope_id": "c3", "basis": "counts"}, 5),
        ("cluster_totals", {"cluster_id": "c3"}, 5),
        ("cluster_shares", {"cluster_id": "c3", "unit_id": "A", "measure": "recorded"}, 5),
        ("national_shares", {"scope_id": "A", "measure": "recorded"}, 10),
    ):
        assert case.row(f"marts.{table}", "known_on", **where) == (date(2024, 1, day),)


# --- what stands beside a cluster's total ---------------------------------------------------------------------------


@given(
    *(form(unit, recorded=value, window=YEAR) for unit, value in zip("ABC", (10, 20, 30), strict=True)),
    *(form(unit, recorded=value, cleared=5, cleared_prior=1, window=NEXT_YEAR)
      for unit, value in zip("ABC", (10, 15, 30), strict=True)),
    statement("N", recorded=110, window=NEXT_YEAR),
)  # fmt: skip
def test_a_cluster_with_rate_share_and_change(case: Case) -> None:
    columns = (
        "recorded", "cleared", "cleared_prior", "clearance_basis", "nation_recorded", "national_share",
        "year_before_recorded", "change_on_year_before", "change_on_previous",
    )  # fmt: skip
    period = f"{NEXT_YEAR[0]}/{NEXT_YEAR[1]}"
    assert case.row("marts.cluster_totals", *columns, cluster_id="c3", period_id=period) == (
        55, 15, 3, "counts", 110, 0.5, 60, -5, None,
    )  # fmt: skip
    columns = ("cleared", "cleared_prior", "cleared_in_period")
    assert case.row("marts.clearance", *columns, scope_id="c3", period_id=period) == (15, 3, 12)


def test_definitions_of_clearing_side_by_side(testland: Testland) -> None:
    """Charged and exceptionally cleared over recorded; a cluster's only where all its units give both."""
    own = [
        {"measure": m, "additive_over_units": "true", "additive_over_periods": "true", "rate_of": "recorded"}
        for m in ("charged", "exceptional")
    ]
    world = testland(
        form("A", recorded=10, measures={"charged": 4, "exceptional": 1}),
        form("B", recorded=10, measures={"charged": 2}),
        form("C", recorded=20, measures={"charged": 4}),
        measures=[*BASE["measures"], *own],
    )
    columns = ("scope_id", "measure", "numerator", "denominator", "rate")
    assert world.rows("marts.clearance_definitions", *columns) == [
        ("A", "charged", 4, 10, 0.4),
        ("A", "exceptional", 1, 10, 0.1),
        ("B", "charged", 2, 10, 0.2),
        ("C", "charged", 4, 20, 0.2),
        ("c3", "charged", 10, 40, 0.25),
    ]


# --- inhabitants ---------------------------------------------------------------------------------------------------


def test_rates_per_inhabitants(testland: Testland) -> None:
    """The vintage published last counts; without a population of the window there is no rate."""
    population = [
        {"unit_id": u, "valid_from": "2023-01-01", "valid_to": "2023-12-31", "population": p, "published_on": on,
         "source": s}
        for u, p, on, s in (
            ("A", 50000, "2024-01-01", "first"), ("A", 40000, "2024-06-01", "revised"),
            ("B", 10000, "2024-01-01", "first"), ("C", 50000, "2024-01-01", "first"),
        )
    ]  # fmt: skip
    world = testland(
        *(form(unit, recorded=20) for unit in "ABCD"), form("A", recorded=30, window=NEXT_YEAR), population=population
    )
    columns = ("scope_id", "recorded", "population", "population_source", "per_100k")
    assert world.rows("marts.population_rates", *columns) == [
        ("A", 20, 40000, "revised", 50.0),
        ("B", 20, 10000, "first", 200.0),
        ("C", 20, 50000, "first", 40.0),
        ("c3", 60, 100000, "first ; revised", 60.0),
    ]


def test_a_cluster_needs_the_inhabitants_of_all_its_units(testland: Testland) -> None:
    """All three report, the inhabitants of C are not known: no rate of the cluster over two of its units."""
    population = [
        {"unit_id": u, "valid_from": "2023-01-01", "valid_to": "2023-12-31", "population": 1000, "source": "x"}
        for u in "AB"
    ]
    world = testland(*(form(unit, recorded=20) for unit in "ABC"), population=population)
    assert world.rows("marts.population_rates", "scope_id") == [("A",), ("B",)]


# --- the way to a reduction ----------------------------------------------------------------------------------------

MONTHS_2023 = [(date(2022, 12, 15), date(2023, 1, 14)), (date(2023, 1, 15), date(2023, 2, 14))]
MONTHS_2024 = [(date(2023, 12, 15), date(2024, 1, 14)), (date(2024, 1, 15), date(2024, 2, 14))]


def test_the_ceiling_of_the_year_and_what_of_it_is_used(testland: Testland) -> None:
    """domain.md §3: 14.520 and −5 % leave 13.794; with 1.200 and 1.100 used, 11.494 are left for ten months."""
    world = testland(
        form("A", recorded=14520, window=YEAR),
        *(form("A", recorded=n, window=window) for n, window in zip((1300, 1100), MONTHS_2023, strict=True)),
        *(form("A", recorded=n, window=window) for n, window in zip((1200, 1150), MONTHS_2024, strict=True)),
        targets=[change_target()],
    )
    columns = (
        "months", "ceiling", "used", "base_used", "remaining", "months_left", "allowed_per_month", "base_remaining",
        "verdict",
    )  # fmt: skip
    assert world.rows("marts.reduction_progress", *columns) == [
        (1, 13794, 1200, 1300, 12594, 11, 12594 / 11, 13220, "below the path"),  # 95 % of 1300 are 1235
        (2, 13794, 2350, 2400, 11444, 10, 1144.4, 12120, "above the path"),  # 95 % of 2400 are 2280
    ]


def test_the_way_of_a_cluster_needs_all_its_units(testland: Testland) -> None:
    """In the first month A, B and C report, in the second only A and B."""
    first, second = (dict(zip("ABC", counts, strict=False)) for counts in ((10, 20, 30), (11, 21)))
    world = testland(
        *(form(unit, recorded=400) for unit in "ABC"),
        *(form(unit, recorded=n, window=MONTHS_2024[0]) for unit, n in first.items()),
        *(form(unit, recorded=n, window=MONTHS_2024[1]) for unit, n in second.items()),
        targets=[change_target(scope_type="cluster", scope_id="c3")],
    )
    columns = ("months", "ceiling", "used", "base_used", "remaining", "verdict")
    assert world.rows("marts.reduction_progress", *columns) == [(1, 1140, 60, None, 1080, "open")]


def test_the_ceiling_is_attained_exactly(testland: Testland) -> None:
    """13.794 attains, 13.795 does not although it prints as −5,0 %."""
    for recorded, verdict in ((13794, "attained"), (13795, "missed")):
        world = testland(
            form("A", recorded=14520), form("A", recorded=recorded, window=NEXT_YEAR), targets=[change_target()]
        )
        assert world.row("marts.target_attainment", "needed", "verdict") == (13794, verdict)


def test_a_target_of_a_campaign_holds_for_its_window_only(testland: Testland) -> None:
    campaign = (date(2023, 8, 1), date(2023, 9, 15))
    target = {
        "target_id": "t", "scope_type": "unit", "scope_id": "A", "measure": "clearance_rate", "series_id": "s",
        "offence_code": "all", "comparator": "at_least", "threshold_percent": "90", "window_start": campaign[0],
        "window_end": campaign[1],
    }  # fmt: skip
    world = testland(
        form("A", recorded=10, cleared=9, window=campaign), form("A", recorded=10, cleared=5), targets=[target]
    )
    assert world.rows("marts.target_attainment", "period_id", "verdict") == [("2023-08-01/2023-09-15", "attained")]


def test_offences_with_their_categories(testland: Testland) -> None:
    mapping = [{"offence_code": "grave", "iccs_code": "0101", "extent": "partial", "confidence": "high"}]
    world = testland(iccs_mapping=mapping)
    assert world.rows("marts.offences", "offence_code", "iccs_code", "extent") == [
        ("all", None, None),
        ("grave", "0101", "partial"),
        ("gravest", None, None),
    ]
