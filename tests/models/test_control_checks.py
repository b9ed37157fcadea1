"""Stated totals against the sums of their units: residual, tolerance, verdict, and the finding that follows.

Source of the rules: domain.md §3 (control totals, rounding, suspects, central units) and §4 (units in force).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.warehouse.ledger import open_findings
from tests.builders import BASE, JURISDICTION
from tests.models.conftest import Case, Testland, given
from tests.models.harness import Submission, World, form, record_findings, statement

CHECK = ("stated", "summed", "residual", "tolerance", "verdict")
REACH = ("units_expected", "units_reported", "verdict")
OTHERS_COUNT = JURISDICTION + "nation_counts_other_units: true\n"
AFTER_THE_MERGER = (date(2025, 7, 1), date(2025, 12, 31))

# What is stated of c3, what A, B and C report, and residual, tolerance and verdict; each case in a series of its own.
STATED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int | None, int, str]]] = {
    "equal": ({"recorded": 18}, {"A": 5, "B": 6, "C": 7}, (0, 0, "exact")),
    "one less": ({"recorded": 17}, {"A": 5, "B": 6, "C": 7}, (-1, 0, "differs")),
    "one more": ({"recorded": 19}, {"A": 5, "B": 6, "C": 7}, (1, 0, "differs")),
    "zeroes": ({"recorded": 0}, {"A": 0, "B": 0, "C": 0}, (0, 0, "exact")),
    "a blank": ({"recorded": 18}, {"A": 5, "B": 6, "C": None}, (7, 0, "units missing")),
    "suppressed": ({"recorded": 18}, {"A": 5, "B": 6, "C": "suppressed"}, (7, 0, "units missing")),
    "not applicable": ({"recorded": 11}, {"A": 5, "B": 6, "C": "not_applicable"}, (0, 0, "exact")),
    "not applicable, and a gap": (
        {"recorded": 11}, {"A": 5, "B": None, "C": "not_applicable"}, (6, 0, "units missing"),
    ),
    "not applicable to anyone": (
        {"recorded": 0}, dict.fromkeys("ABC", "not_applicable"), (None, 0, "units missing"),
    ),
    "no form": ({"recorded": 18}, {"A": 5, "B": 6}, (7, 0, "units missing")),
    "nobody": ({"recorded": 18}, {}, (None, 0, "units missing")),
    "two report more than three can have": ({"recorded": 10}, {"A": 5, "B": 6}, (-1, 0, "differs")),
    "suspects that add up": ({"suspects": 18}, {"A": 5, "B": 6, "C": 7}, (0, 0, "not additive")),
    "suspects that do not": ({"suspects": 14}, {"A": 5, "B": 6, "C": 7}, (-4, 0, "not additive")),
    # Rounded to 5 each figure may be off by 2: three parts and the total by 8; to thousands by 500 each.
    "rounded, equal": ({"recorded": 30, "rounded_to": 5}, {"A": 10, "B": 10, "C": 10}, (0, 8, "exact")),
    "rounded, below": ({"recorded": 22, "rounded_to": 5}, {"A": 10, "B": 10, "C": 10}, (-8, 8, "within tolerance")),
    "rounded, above": ({"recorded": 38, "rounded_to": 5}, {"A": 10, "B": 10, "C": 10}, (8, 8, "within tolerance")),
    "rounded, too far": ({"recorded": 39, "rounded_to": 5}, {"A": 10, "B": 10, "C": 10}, (9, 8, "differs")),
    "in thousands": (
        {"recorded": 32000, "rounded_to": 1000}, {"A": 1, "B": 2, "C": 30000}, (1997, 2000, "within tolerance"),
    ),
    "rounded, one missing": ({"recorded": 14, "rounded_to": 5}, {"A": 10, "B": 10}, (-6, 6, "units missing")),
    "rounded, too much already": ({"recorded": 13, "rounded_to": 5}, {"A": 10, "B": 10}, (-7, 6, "differs")),
    # 0,1 % of 2.999 is 2 whole offences; where rounding allows more, that holds.
    "a share of it": (
        {"recorded": 2999, "per_million": 1000}, {"A": 1000, "B": 1000, "C": 997}, (2, 2, "within tolerance"),
    ),
    "beyond the share": ({"recorded": 2999, "per_million": 1000}, {"A": 1000, "B": 1000, "C": 996}, (3, 2, "differs")),
    "rounding is more": (
        {"recorded": 2999, "per_million": 1000, "rounded_to": 5}, {"A": 1000, "B": 1000, "C": 991},
        (8, 8, "within tolerance"),
    ),
}  # fmt: skip


def submissions_of(case: str) -> list[Submission]:
    stated, reported, _ = STATED[case]
    kind = {"rounded_to": stated.get("rounded_to", 1), "series": case}
    (measure,) = stated.keys() - {"rounded_to", "per_million"}
    return [
        *(form(unit, measures={measure: value}, **kind) for unit, value in reported.items()),
        statement(
            "c3",
            measures={measure: stated[measure]},
            tolerated_per_million=stated.get("per_million", 0),
            **kind,
        ),
    ]


def test_a_stated_total_against_the_sum(testland: Testland) -> None:
    """domain.md §5: a printed total is a control total and never data; §3: suspects do not add up over units."""
    world = testland(*(submission for case in STATED for submission in submissions_of(case)))
    rows = world.rows("core.control_checks", "series_id", "residual", "tolerance", "verdict", scope_id="c3")
    assert {case: tuple(row) for case, *row in rows} == {case: expected for case, (_, _, expected) in STATED.items()}


# Offences in total 2017* in "Criminaliteit Provincies.csv", row 2: the nation (E2) and its 13 parts (Q2, AC2, …).
NATION_2017 = 830780
PARTS_2017 = (
    25120, 21555, 16385, 43215, 18580, 81250, 66330, 171430, 196705, 13465, 118835, 56465, 1450,
)  # fmt: skip


def test_thirteen_rounded_parts_may_be_off_by_28(testland: Testland) -> None:
    """domain.md §3 and the file's SOURCE.md: all figures are rounded to 5, so 13 parts and the nation by 14 times 2."""
    parts = {f"p{n}": value for n, value in enumerate(PARTS_2017)}
    units = [BASE["units"][0], *({"unit_id": unit, "level": "province", "parent_id": "N"} for unit in parts)]
    names = [{"unit_id": unit["unit_id"], "name": unit["unit_id"]} for unit in units]
    world = testland(
        *(form(unit, recorded=value, rounded_to=5, provisional=True) for unit, value in parts.items()),
        statement("N", recorded=NATION_2017, rounded_to=5, provisional=True),
        units=units, unit_names=names, successions=(), clusters=(), cluster_members=(),
        jurisdiction=JURISDICTION.partition("headline:")[0],
    )  # fmt: skip
    assert world.row("marts.control_totals", "name", *CHECK, *REACH[:2]) == (
        "N", 830780, 830785, -5, 28, "within tolerance", 13, 13,
    )  # fmt: skip


@given(*(form(unit, recorded=10) for unit in "ABCDEFG"), form("N", recorded=70))
def test_the_nations_own_count_is_held_against_its_units(case: Case) -> None:
    """A to G are in force in 2023; AB, which is not yet, is not waited for."""
    assert case.row("core.control_checks", "basis", *CHECK, *REACH[:2], scope_id="N") == (
        "counts", 70, 70, 0, 0, "exact", 7, 7,
    )  # fmt: skip


@given(*(form(unit, recorded=10) for unit in "ABCDEF"), form("N", recorded=70))
def test_a_nation_waits_for_all_its_units(case: Case) -> None:
    assert case.row("core.control_checks", *REACH, scope_id="N") == (7, 6, "units missing")


@given(*(form(unit, recorded=10) for unit in "ABCDEF"), statement("N", recorded=59))
def test_six_units_above_the_nation_differ_without_the_seventh(case: Case) -> None:
    assert case.row("core.control_checks", *REACH, scope_id="N") == (7, 6, "differs")


@given(form("N", recorded=70))
def test_a_nation_without_any_unit_is_no_control(case: Case) -> None:
    """Long national series would otherwise fill the list with checks of nothing."""
    assert case.rows("core.control_checks", *CHECK) == []


@given(statement("N", recorded=70))
def test_a_statement_of_the_nation_is_listed_though_no_unit_reports(case: Case) -> None:
    assert case.rows("core.control_checks", *CHECK, *REACH[:2]) == [(70, None, None, 0, "units missing", 7, 0)]


@given(
    form("AB", recorded=30, window=AFTER_THE_MERGER),
    *(form(unit, recorded=10, window=AFTER_THE_MERGER) for unit in "CDEFG"),
    statement("N", recorded=80, window=AFTER_THE_MERGER),
)
def test_the_nations_units_are_those_of_the_windows_last_day(case: Case) -> None:
    """domain.md §4: from 1 July 2025 AB stands for A and B."""
    assert case.row("core.control_checks", *CHECK, *REACH[:2], scope_id="N") == (80, 80, 0, 0, "exact", 6, 6)


@given(form("N", recorded=70, window=(date(1990, 1, 1), date(1990, 12, 31))), form("A", recorded=1))
def test_a_nation_from_before_its_units_does_not_agree_with_itself(case: Case) -> None:
    assert case.rows("core.control_checks", *CHECK, scope_id="N") == []


@given(
    *(form(unit, recorded=10) for unit in "ABCDEFG"),
    form("N", recorded=70),
    statement("N", recorded=71),
    statement("N", recorded=72, source="ministry"),
)
def test_every_source_has_one_check_of_the_nation(case: Case) -> None:
    """Of the source that gives both, its count: the figure that shares are formed with."""
    assert case.rows("core.control_checks", "source_id", "basis", "stated", "verdict", scope_id="N") == [
        ("conference", "counts", 70, "exact"),
        ("ministry", "control_total", 72, "differs"),
    ]


def test_a_nation_may_hold_more_than_its_units_where_that_is_declared(testland: Testland) -> None:
    """domain.md §3: central units count too. A cluster may not, nor a nation that holds less."""
    submissions = [
        *(form(unit, recorded=10, cleared=5) for unit in "ABCDEFG"),
        statement("N", recorded=75, cleared=34),
        statement("c3", recorded=31),
    ]
    checks = ("scope_id", "measure", "residual", "verdict")
    assert testland(*submissions, jurisdiction=OTHERS_COUNT).rows("core.control_checks", *checks) == [
        ("N", "cleared", -1, "differs"),
        ("N", "recorded", 5, "other units counted apart"),
        ("c3", "recorded", 1, "differs"),
    ]


def test_a_nation_may_not_hold_more_than_its_units_otherwise(testland: Testland) -> None:
    world = testland(*(form(unit, recorded=10) for unit in "ABCDEFG"), statement("N", recorded=75))
    assert world.row("core.control_checks", *CHECK) == (75, 70, 5, 0, "differs")


@given(form("C", recorded=10, suspects=4), statement("C", recorded=12, suspects=5, source="ministry"))
def test_what_is_stated_of_a_unit_is_held_against_its_own_count(case: Case) -> None:
    """One unit is one count, so suspects can be compared as well."""
    assert case.rows("core.control_checks", "measure", *CHECK, *REACH[:2], scope_id="C") == [
        ("recorded", 12, 10, 2, 0, "differs", 1, 1),
        ("suspects", 5, 4, 1, 0, "differs", 1, 1),
    ]


def test_what_is_stated_of_a_unit_with_units_below_it_is_held_against_their_sum(testland: Testland) -> None:
    units = [
        *BASE["units"],
        *({"unit_id": f"C{n}", "level": "district", "parent_id": "C"} for n in (1, 2)),
    ]
    world = testland(
        form("C1", recorded=4), form("C2", recorded=5), form("C", recorded=10), statement("C", recorded=9), units=units
    )
    assert world.row("core.control_checks", *CHECK, *REACH[:2], scope_id="C") == (9, 9, 0, 0, "exact", 2, 2)


@given(*(form(unit, recorded=10) for unit in "ABC"), statement("c3", recorded=31, version="w"))
def test_totals_of_another_definition_version_meet_no_sum(case: Case) -> None:
    assert case.row("core.control_checks", *CHECK, scope_id="c3") == (31, None, None, 0, "units missing")


def findings(world: World) -> list[tuple[Any, ...]]:
    world.build("core")
    record_findings(world.con)
    return open_findings(world.con).select("code", "severity", "cell", "found", "expected").rows()


def test_only_what_differs_is_a_finding(testland: Testland) -> None:
    """At the cell of the stated total, with the sum and how far it may be off."""
    found = findings(testland(*(submission for case in STATED for submission in submissions_of(case))))
    assert {row[:3] for row in found} == {("control_total_differs", "warning", "C0")}
    assert sorted(row[3:] for row in found) == [
        ("10", "11"), ("13", "20 ± 6"), ("17", "18"), ("19", "18"), ("2999", "2996 ± 2"), ("39", "30 ± 8"),
    ]  # fmt: skip


def test_a_nation_that_counts_others_raises_no_finding(testland: Testland) -> None:
    submissions = [*(form(unit, recorded=10) for unit in "ABCDEFG"), statement("N", recorded=75)]
    assert findings(testland(*submissions, jurisdiction=OTHERS_COUNT)) == []


def test_a_reader_sees_names_dates_and_the_place(testland: Testland) -> None:
    world = testland(*(form(unit, recorded=10) for unit in "ABC"), statement("c3", recorded=31, file="stated.xlsx"))
    assert world.row(
        "marts.control_totals", "scope_type", "name", "window_start", "window_end", *CHECK, "file", "sheet", "cell"
    ) == ("cluster", "Tri", date(2022, 12, 15), date(2023, 12, 14), 31, 30, 1, 0, "differs", "stated.xlsx", "s", "C0")


DISTRICTS = [*BASE["units"], *({"unit_id": u, "level": "district", "parent_id": "A"} for u in ("a1", "a2"))]
HIERARCHY = ("scope_id", "basis", "stated", "summed", "residual", "units_reported", "units_expected", "verdict")


def test_what_a_unit_reports_is_compared_with_the_units_below_it(testland: Testland) -> None:
    world = testland(
        form("A", recorded=10), form("a1", recorded=4), form("a2", recorded=5), form("B", recorded=7), units=DISTRICTS
    )
    assert world.rows("core.control_checks", *HIERARCHY) == [("A", "counts", 10, 9, 1, 2, 2, "differs")]
    assert found_codes(world) == ["control_total_differs"]


def test_a_unit_of_which_only_some_below_report_is_not_judged(testland: Testland) -> None:
    world = testland(form("A", recorded=10), form("a1", recorded=4), units=DISTRICTS)
    assert world.rows("core.control_checks", *HIERARCHY) == [("A", "counts", 10, 4, 6, 1, 2, "units missing")]
    assert found_codes(world) == []


def test_a_unit_that_states_and_counts_is_compared_once(testland: Testland) -> None:
    world = testland(
        form("A", recorded=9), statement("A", recorded=9), form("a1", recorded=4), form("a2", recorded=5),
        units=DISTRICTS,
    )  # fmt: skip
    assert world.rows("core.control_checks", "basis", "verdict") == [("control_total", "exact")]


def found_codes(world: World) -> list[str]:
    record_findings(world.con)
    return [code for (code,) in world.con.execute("select code from ops.findings where closed_at is null").fetchall()]
