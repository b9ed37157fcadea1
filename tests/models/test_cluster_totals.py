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


# What is stated of c3, what its units report, and the verdict; each case in a series of its own.
STATED = {
    "agrees": ({"recorded": 18}, {"A": 5, "B": 6, "C": 7}, "agrees"),
    "one less": ({"recorded": 17}, {"A": 5, "B": 6, "C": 7}, "differs"),
    "one more": ({"recorded": 19}, {"A": 5, "B": 6, "C": 7}, "differs"),
    "a blank": ({"recorded": 18}, {"A": 5, "B": 6, "C": None}, "units missing"),
    "no form": ({"recorded": 18}, {"A": 5, "B": 6}, "units missing"),
    "nobody": ({"recorded": 18}, {}, "units missing"),
    "two report more than three can have": ({"recorded": 10}, {"A": 5, "B": 6}, "differs"),
    "zeroes": ({"recorded": 0}, {"A": 0, "B": 0, "C": 0}, "agrees"),
    "suspects that add up": ({"suspects": 18}, {"A": 5, "B": 6, "C": 7}, "not additive"),
    "suspects that do not": ({"suspects": 14}, {"A": 5, "B": 6, "C": 7}, "not additive"),
}


def test_a_stated_total_against_the_sum(testland: Testland) -> None:
    """domain.md §5: a "Tổng cộng" is a control total and never data; §3: suspects do not add up over units."""
    submissions = []
    for series, (stated, reported, _) in STATED.items():
        (measure,) = stated
        submissions += [form(unit, measures={measure: value}, series=series) for unit, value in reported.items()]
        submissions.append(statement("c3", series=series, **stated))
    verdicts = dict(testland(*submissions).rows("core.control_checks", "series_id", "verdict", scope_id="c3"))
    assert verdicts == {series: verdict for series, (_, _, verdict) in STATED.items()}
