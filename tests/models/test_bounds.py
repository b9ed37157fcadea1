"""What a stated total says of units that did not report: bounds are answers (domain.md §3)."""

from __future__ import annotations

from tests.models.conftest import Case, given
from tests.models.harness import OTHER_YEAR, World, form, statement

BOUND = ("scope_id", "units_missing", "joint_value", "at_least", "at_most")


@given(
    form("A", recorded=9, cleared=8),
    form("B", recorded=9, cleared=5),
    form("C", recorded=9),
    statement("c3", cleared=20),
)
def test_with_one_unit_missing_the_bound_is_exact(case: Case) -> None:
    """20 − 8 − 5 = 7: only C is left, so C cleared 7."""
    assert case.rows("core.bounds", *BOUND, stated_by="conference/c3", measure="cleared") == [("C", 1, 7, 7, 7)]


def test_two_units_missing_share_what_is_left(conference: World) -> None:
    """domain.md §3: 10.105 − 5.640 = 4.465 were cleared by A and F together; each of them cleared at most that."""
    assert conference.rows("core.bounds", *BOUND, stated_by="conference/c7", measure="cleared") == [
        ("A", 2, 4465, 0, 4465),
        ("F", 2, 4465, 0, 4465),
    ]


@given(form("A", recorded=9, cleared=8), form("B", recorded=9, cleared=None), statement("c3", cleared=20))
def test_a_blank_cell_and_no_form_at_all_are_bounded_alike(case: Case) -> None:
    assert case.rows("core.bounds", *BOUND, stated_by="conference/c3", measure="cleared") == [
        ("B", 2, 12, 0, 12),
        ("C", 2, 12, 0, 12),
    ]


@given(*(form(unit, recorded=9, cleared=8) for unit in "ABC"), statement("c3", cleared=24))
def test_nothing_is_bounded_when_all_report(case: Case) -> None:
    assert case.rows("core.bounds", *BOUND) == []


@given(form("A", recorded=9, cleared=8), form("B", recorded=9, cleared=8), statement("c3", cleared=15))
def test_a_total_below_the_sum_of_those_who_report_bounds_nothing(case: Case) -> None:
    """It differs (control_checks says so); a negative bound would be nonsense."""
    assert case.rows("core.bounds", *BOUND) == []


@given(
    form("A", recorded=9, cleared=8),
    form("B", recorded=9, cleared=8),
    statement("c3", cleared=24, version="w"),
    statement("c3", cleared=24, window=OTHER_YEAR),
    statement("c3", cleared=24, accumulation="cumulative"),
)
def test_a_total_of_another_window_version_or_accumulation_bounds_nothing(case: Case) -> None:
    """domain.md §2: only figures of equal windows meet; §1: nor do definition versions."""
    assert case.rows("core.bounds", *BOUND) == []


@given(
    form("A", recorded=9, cleared=10, rounded_to=5),
    form("B", recorded=9, cleared=5, rounded_to=5),
    form("C", recorded=9),
    statement("c3", cleared=20, rounded_to=5),
)
def test_rounding_widens_the_bounds(case: Case) -> None:
    """20 − 10 − 5 = 5, and each of the three figures may be off by 2: C cleared 0 to 11, not exactly 5."""
    assert case.rows("core.bounds", *BOUND, stated_by="conference/c3", measure="cleared") == [("C", 1, 5, 0, 11)]


@given(
    form("A", recorded=9, cleared=10, rounded_to=5),
    form("B", recorded=9, cleared=15, rounded_to=5),
    form("C", recorded=9),
    statement("c3", cleared=20, rounded_to=5),
)
def test_a_rounded_total_slightly_below_those_who_report_still_bounds(case: Case) -> None:
    assert case.rows("core.bounds", *BOUND, stated_by="conference/c3", measure="cleared") == [("C", 1, 0, 0, 6)]
