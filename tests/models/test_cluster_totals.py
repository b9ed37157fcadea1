"""Sums over the units of a cluster: coverage, stated totals beside them, and what is never formed.

Source of the rules: domain.md §3 ("Missing ≠ zero", suspects, control totals) and the figures of §6.
"""

from __future__ import annotations

from tests.models.conftest import Case, Testland, given
from tests.models.harness import World, form, statement


def test_five_of_seven_clearances_give_no_total_and_no_rate(conference: World) -> None:
    """domain.md §3: 5640/7178 would falsely attain, 5640/14520 is nonsense; from the counts the rate is null."""
    world = conference
    assert world.row(
        "marts.cluster_totals",
        "units_expected",
        "recorded_units",
        "recorded",
        "recorded_coverage",
        "cleared_units",
        "cleared",
        "cleared_reported_sum",
        "cleared_coverage",
        "cleared_volume",
        cluster_id="c7",
    ) == (7, 7, 14520, "complete", 5, None, 5640, "partial 5/7", 7178)
    assert world.row("marts.cluster_totals", "recorded_stated", "cleared_stated", cluster_id="c7") == (14520, 10105)
    assert world.row("marts.cluster_totals", "cleared_volume_share", cluster_id="c7") == (7178 / 14520,)
    assert world.rows("marts.clearance", "basis", "recorded", "cleared", "clearance_rate", "reason", scope_id="c7") == [
        ("control_total", 14520, 10105, 10105 / 14520, None),  # 69,59 %
        ("counts", 14520, None, None, "clearances cover 5 of 7 units"),
    ]


def test_no_rate_mixes_five_units_with_seven(conference: World) -> None:
    """Neither 78,57 % nor 38,84 % may appear for anybody (domain.md §3)."""
    rates = {rate for (rate,) in conference.rows("marts.clearance", "clearance_rate")}
    assert not rates & {5640 / 7178, 5640 / 14520}


@given(form("A", recorded=5, cleared=4), form("B", recorded=0, cleared=0), form("C", recorded=7, cleared=None))
def test_zero_counts_and_a_blank_does_not(case: Case) -> None:
    """domain.md §3: B recorded nothing and says so; C says nothing of its clearances."""
    assert case.row(
        "marts.cluster_totals",
        "recorded",
        "recorded_coverage",
        "cleared",
        "cleared_reported_sum",
        "cleared_coverage",
        cluster_id="c3",
    ) == (12, "complete", None, 4, "partial 2/3")


@given(*(form(unit, recorded=0, cleared=0) for unit in "ABC"))
def test_a_total_of_zeroes_is_zero(case: Case) -> None:
    assert case.row("marts.cluster_totals", "recorded", "cleared", cluster_id="c3") == (0, 0)


@given(form("A", recorded=5), form("C", recorded=7))
def test_a_unit_that_sent_nothing_is_counted_as_expected(case: Case) -> None:
    assert case.row(
        "marts.cluster_totals", "recorded", "recorded_reported_sum", "recorded_coverage", cluster_id="c3"
    ) == (None, 12, "partial 2/3")


@given(form("A", recorded=5), form("B", recorded=6, version="w"), form("C", recorded=7))
def test_units_of_another_definition_version_are_not_added(case: Case) -> None:
    """domain.md §1: never combined; each version has its own, partial, total."""
    assert case.rows(
        "marts.cluster_totals", "definition_version", "recorded", "recorded_reported_sum", cluster_id="c3"
    ) == [("v", None, 12), ("w", None, 6)]


@given(*(form(unit, recorded=10) for unit in "ABC"), *(form(unit, recorded=2, offence="grave") for unit in "ABC"))
def test_offences_have_totals_of_their_own(case: Case) -> None:
    """A part ("of which") never enters the total of the whole."""
    assert case.rows("marts.cluster_totals", "offence_code", "recorded", cluster_id="c3") == [
        ("all", 30),
        ("grave", 6),
    ]


@given(*(form(unit, recorded=1, suspects=4) for unit in "ABC"), statement("c3", suspects=11))
def test_suspects_have_a_sum_of_counts_and_no_total(case: Case) -> None:
    """domain.md §3: one person can be counted by two units."""
    assert case.row(
        "marts.cluster_totals", "suspects_reported_sum", "suspects_units", "suspects_stated", cluster_id="c3"
    ) == (12, 3, 11)


@given(
    form("A", recorded=5),
    form("B", recorded=6),
    form("C", recorded=7, source="own_release"),
    statement("c3", recorded=18),
)
def test_units_of_several_sources_have_no_one_source(case: Case) -> None:
    """A stated total belongs beside a sum of its own source only."""
    assert case.row("marts.cluster_totals", "recorded", "source_id", "recorded_stated", cluster_id="c3") == (
        18,
        None,
        None,
    )
    assert case.rows("marts.clearance", "source_id", scope_id="c3", basis="counts") == [("several",)]


@given(
    form("A", recorded=5, cleared=5, rounded_to=5),
    form("B", recorded=6, cleared=1),
    form("C", recorded=7, cleared=2, provisional=True),
    form("A", suspects=1, offence="grave"),
)
def test_a_total_says_how_its_figures_were_rounded_and_whether_one_is_provisional(case: Case) -> None:
    assert case.rows(
        "marts.cluster_totals", "offence_code", "recorded", "rounded_to", "provisional", cluster_id="c3"
    ) == [
        ("all", 18, 5, True),
        ("grave", None, 1, False),
    ]


def test_a_measure_that_does_not_add_up_has_no_total_and_no_rate(testland: Testland) -> None:
    """Whatever measure the jurisdiction declares so, here the clearances."""
    measures = [
        {"measure": "recorded", "additive_over_units": "true", "additive_over_periods": "true"},
        {"measure": "cleared", "additive_over_units": "false", "additive_over_periods": "true"},
    ]
    world = testland(
        *(form(unit, recorded=10, cleared=5) for unit in "ABC"),
        statement("c3", cleared=15),
        statement("N", cleared=100),
        measures=measures,
    )
    assert world.row("marts.cluster_totals", "recorded", "cleared", "cleared_reported_sum", cluster_id="c3") == (
        30,
        None,
        15,
    )
    assert world.rows("marts.clearance", "clearance_rate", "reason", scope_id="c3", basis="counts") == [
        (None, "clearances do not add up over units")
    ]
    assert world.rows("marts.national_shares", "national_share", "reason", scope_id="c3", measure="cleared") == [
        (None, "the measure does not add up over units")
    ]
    assert world.rows("marts.national_shares", "national_share", scope_id="A", measure="cleared") == [(0.05,)]
    assert world.rows("core.control_checks", "verdict", scope_id="c3") == [("not additive",)]


def test_a_measure_that_is_not_declared_is_reported_by_nobody(testland: Testland) -> None:
    measures = [{"measure": "recorded", "additive_over_units": "true", "additive_over_periods": "true"}]
    world = testland(*(form(unit, recorded=10) for unit in "ABC"), measures=measures)
    assert world.rows(
        "marts.cluster_totals", "recorded", "cleared", "cleared_units", "cleared_coverage", cluster_id="c3"
    ) == [(30, None, 0, "empty")]
