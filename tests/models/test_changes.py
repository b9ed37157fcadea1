"""Changes, what they are made of, and whether chance explains them (domain.md §3 and §4)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from pipelines.settings import MODELS
from tests.models.conftest import Case, Testland, given
from tests.models.harness import NEXT_YEAR, YEAR, YEAR_BEFORE, empty_warehouse, form, statement

MONTHS = {
    1: (date(2021, 12, 15), date(2022, 1, 14)),
    2: (date(2022, 1, 15), date(2022, 2, 14)),
    3: (date(2022, 2, 15), date(2022, 3, 14)),
}
CHANGE = ("value", "base_value", "absolute_change", "relative_change", "reason")


# --- one change ----------------------------------------------------------------------------------------------------


@given(form("A", recorded=2913, window=MONTHS[2]), form("A", recorded=2742, window=MONTHS[3]))
def test_a_shorter_month_falls_by_less_a_day(case: Case) -> None:
    """Ministry bulletin 3/2022: −5,87 % printed, over 28 days against 31: +4,22 % a day; p 0,12 with the days."""
    columns = ("absolute_change", "relative_change", "relative_change_per_day", "chance", "method", "finding")
    change, relative, per_day, chance, method, finding = case.row("marts.changes", *columns, scope_id="A")
    assert (change, f"{relative:.4f}", f"{per_day:.4f}", f"{chance:.2f}") == (-171, "-0.0587", "0.0422", "0.12")
    assert method == "conditional exact test of two Poisson counts, days as exposure"
    assert finding == "within Poisson chance"


@given(
    form("A", recorded=16, window=YEAR_BEFORE), form("A", recorded=25, window=YEAR),
    form("B", recorded=2, window=YEAR_BEFORE), form("B", recorded=4, window=YEAR),
    form("C", recorded=0, window=YEAR_BEFORE), form("C", recorded=3, window=YEAR),
)  # fmt: skip
def test_small_counts_and_none(case: Case) -> None:
    """domain.md §3: 16 → 25 p 0,211; 2 → 4 p 0,69; 0 → 3 is +3 and no percentage."""
    found = case.rows("marts.changes", "scope_id", "absolute_change", "relative_change", "chance", scope_type="unit")
    assert [(unit, change, relative, f"{chance:.3g}") for unit, change, relative, chance in found] == [
        ("A", 9, 9 / 16, "0.211"),
        ("B", 2, 1.0, "0.688"),
        ("C", 3, None, "0.25"),
    ]


@pytest.mark.parametrize(
    ("count", "other", "days", "other_days", "printed"),
    [
        (25, 16, 1, 1, "0.211"),
        (4, 2, 1, 1, "0.688"),
        (2742, 2913, 1, 1, "0.0238"),  # ignoring exposure
        (2742, 2913, 28, 31, "0.124"),
        (0, 0, 1, 1, None),
        (7, 7, 1, 1, "1"),
    ],
)
def test_chance(count: int, other: int, days: int, other_days: int, printed: str | None) -> None:
    chance = _chance(count, other, days, other_days)
    assert (None if chance is None else f"{chance:.3g}") == printed


@settings(max_examples=60, deadline=None)
@drawn(st.integers(0, 60), st.integers(0, 60), st.integers(1, 366), st.integers(1, 366))
def test_chance_is_twice_the_smaller_tail(count: int, other: int, days: int, other_days: int) -> None:
    """Against the binomial distribution in fractions, term by term."""
    total, share = count + other, Fraction(days, days + other_days)
    if not total:
        return
    terms = [math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    exact = min(1, 2 * min(sum(terms[: count + 1]), sum(terms[count:])))
    chance = _chance(count, other, days, other_days)
    assert chance is not None
    assert math.isclose(chance, float(exact), rel_tol=1e-9, abs_tol=1e-12)


def _chance(count: int, other: int, days: int, other_days: int) -> float | None:
    con = empty_warehouse()
    con.execute((MODELS / "macros" / "chance.sql").read_text(encoding="utf-8"))
    values = [count, other, days, other_days]
    (row,) = con.execute("select core.chance_of_difference(?::bigint, ?::bigint, ?, ?)", values).fetchall()
    con.close()
    return row[0] if row[0] is None else float(row[0])


# --- what is compared, and what is not ------------------------------------------------------------------------------


@given(
    form("A", recorded=10, window=YEAR_BEFORE),
    form("A", recorded=12, window=YEAR_BEFORE, revision=1),
    form("A", recorded=20, window=YEAR),
)
def test_first_release_against_first_release(case: Case) -> None:
    columns = ("absolute_change", "first_value", "first_base_value", "first_change")
    assert case.row("marts.changes", *columns, scope_type="unit") == (8, 20, 10, 10)


@given(
    form("A", recorded=4266, source="own_release", window=YEAR_BEFORE, window_basis="assumed"),
    form("A", recorded=6482, window=YEAR, window_basis="assumed"),
)
def test_levels_of_two_sources_that_print_no_window_are_no_change_but_a_suspected_break(case: Case) -> None:
    """TP. Hồ Chí Minh 2022 and 2023: 4.266 (its own release) and 6.482 (the conference): +51,9 %."""
    reason = "the sources do not state their windows"
    assert case.row("marts.changes", *CHANGE, scope_type="unit") == (6482, 4266, None, None, reason)
    columns = ("scope_id", "base_value", "value", "relative_shift", "reason")
    assert case.rows("marts.suspected_breaks", *columns) == [("A", 4266, 6482, 2216 / 4266, reason)]


@given(form("A", recorded=1000, window=YEAR_BEFORE), form("A", recorded=1400, window=YEAR))
def test_a_shift_up_to_the_limit_is_none(case: Case) -> None:
    """level_shift_percent is 40 unless declared."""
    assert case.rows("marts.suspected_breaks", "scope_id") == []


@given(form("A", recorded=5, window=YEAR_BEFORE), form("A", recorded=12, window=YEAR))
def test_a_large_shift_of_small_counts_is_none(case: Case) -> None:
    """5 → 12 is +140 %, and p is 0,14."""
    assert case.rows("marts.suspected_breaks", "scope_id") == []


def test_a_change_across_a_declared_break_is_not_formed(testland: Testland) -> None:
    """Both levels stand; the break of a unit breaks the sum of its cluster, and no break is suspected any more."""
    breaks = [{"break_id": "b", "effective_on": YEAR[0], "unit_id": "A", "description": "x", "source": "y"}]
    world = testland(
        *(form(unit, recorded=100, window=YEAR_BEFORE) for unit in "ABC"),
        *(form(unit, recorded=400, window=YEAR) for unit in "ABC"),
        *(form(unit, recorded=500, window=NEXT_YEAR) for unit in "AB"),
        definition_breaks=breaks,
    )
    reason = f"not comparable across the definition break of {YEAR[0]} (b)"
    period = "2022-12-15/2023-12-14"
    found = world.rows("marts.changes", "scope_id", *CHANGE, period_id=period)
    assert found == [
        ("A", 400, 100, None, None, reason),
        ("B", 400, 100, 300, 3.0, None),
        ("C", 400, 100, 300, 3.0, None),
        ("c3", 1200, 300, None, None, reason),
        ("c7", 1200, 300, None, None, reason),
    ]
    assert world.rows("marts.changes", *CHANGE, scope_id="A", period_id="2023-12-15/2024-12-14") == [
        (500, 400, 100, 0.25, None)
    ]
    assert world.rows("marts.suspected_breaks", "scope_id", period_id=period) == [("B",), ("C",)]
    assert world.rows("marts.definition_breaks", "break_id", "unit_id") == [("b", "A")]


@given(
    *(form(unit, recorded=value, window=YEAR_BEFORE) for unit, value in (("A", 10), ("B", 20))),
    *(form(unit, recorded=value, window=YEAR) for unit, value in (("A", 12), ("B", 15), ("C", 99))),
)
def test_a_cluster_is_compared_over_the_units_of_both_windows(case: Case) -> None:
    """C did not report before: 27 against 30, not 126 against 30."""
    columns = ("basis", "panel_units", "units_expected", "value", "base_value", "absolute_change")
    assert case.row("marts.changes", *columns, scope_id="c3") == ("panel", 2, 3, 27, 30, -3)


def test_a_cluster_that_took_in_a_unit_is_compared_over_the_others(testland: Testland) -> None:
    """C joined on the first day of the year: 27 against 30 of A and B, not 126 against 30."""
    members = [
        *({"cluster_id": "c3", "unit_id": u, "valid_from": "2020-01-01"} for u in "AB"),
        {"cluster_id": "c3", "unit_id": "C", "valid_from": YEAR[0]},
    ]
    world = testland(
        *(form(unit, recorded=n, window=YEAR_BEFORE) for unit, n in (("A", 10), ("B", 20), ("C", 90))),
        *(form(unit, recorded=n, window=YEAR) for unit, n in (("A", 12), ("B", 15), ("C", 99))),
        cluster_members=members,
    )
    columns = ("basis", "panel_units", "units_expected", "value", "base_value", "absolute_change")
    assert world.row("marts.changes", *columns, scope_id="c3") == ("panel", 2, 3, 27, 30, -3)


# --- what a change is made of ---------------------------------------------------------------------------------------

PARTS = ("part_id", "contribution", "share_of_change")


@given(
    *(form(unit, recorded=value, window=YEAR_BEFORE) for unit, value in (("A", 10), ("B", 20), ("C", 30))),
    *(form(unit, recorded=value, window=YEAR) for unit, value in (("A", 16), ("B", 15), ("C", 33))),
    statement("N", recorded=100, window=YEAR_BEFORE),
    statement("N", recorded=110, window=YEAR),
)
def test_contributions_of_units_add_up(case: Case) -> None:
    assert case.rows("marts.change_contributions", *PARTS, scope_id="c3", part_type="unit") == [
        ("A", 6, 1.5),
        ("B", -5, -1.25),
        ("C", 3, 0.75),
    ]
    # the nation: 10 in all, 4 of them in the three units
    assert case.rows("marts.change_contributions", *PARTS, scope_id="N", part_type="unit") == [
        ("(rest)", 6, 0.6),
        ("A", 6, 0.6),
        ("B", -5, -0.5),
        ("C", 3, 0.3),
    ]


@given(
    *(form(unit, recorded=n, window=YEAR_BEFORE) for unit, n in zip("ABC", (10, 20, 30), strict=True)),
    *(form(unit, recorded=n, window=YEAR_BEFORE, offence="grave") for unit, n in zip("ABC", (4, 5, 6), strict=True)),
    *(form(unit, recorded=n, window=YEAR) for unit, n in zip("ABC", (15, 20, 30), strict=True)),
    *(form(unit, recorded=n, window=YEAR, offence="grave") for unit, n in zip("ABC", (3, 5, 6), strict=True)),
)
def test_contributions_of_offences_add_up(case: Case) -> None:
    """+5 in all, −1 of it grave offences."""
    found = case.rows("marts.change_contributions", *PARTS, scope_id="c3", part_type="offence", offence_code="all")
    assert found == [("(rest)", 6, 1.2), ("grave", -1, -0.2)]
