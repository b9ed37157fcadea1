"""Figures that are unlike, or just like, those of earlier periods."""

from __future__ import annotations

from datetime import date

from tests.models.conftest import Case, given
from tests.models.harness import Submission, form

STARTS = [date(2022, 12, 15), *(date(2023, month, 15) for month in range(1, 8))]
MONTHS = [(start, date(2023, number + 1, 14)) for number, start in enumerate(STARTS)]
BAND = ("value", "band_from", "band_to", "is_outside", "usual_candidates")


def months(*recorded: int, **more: int) -> list[Submission]:
    return [form("A", recorded=value, window=window, **more) for value, window in zip(recorded, MONTHS, strict=False)]


@given(*months(100, 104, 98, 102, 1010))
def test_a_zero_too_many_is_seen(case: Case) -> None:
    """Mean 101, variance 20/3; t of 3 degrees at 4 σ is 4 + 17/3 + 64,1/9 = 16,79, so 16,79 × √(20/3 × 1,25) = 48,5.

    That is more than chance alone gives (4 × √(101 × 1,25) = 44,9): 53 to 149. 1010 may have been 101, or 0110.
    """
    assert case.rows("core.plausibility", *BAND) == [(1010, 53, 149, True, [101, 110])]


@given(*months(100, 104, 98, 102, 145))
def test_what_chance_may_bring_is_not_doubted(case: Case) -> None:
    """45 % more than the mean: no fixed percentage decides, but how large the counts are."""
    assert case.rows("core.plausibility", *BAND) == [(145, 53, 149, False, None)]


@given(*months(100000, 100010, 99990, 100000, 102000))
def test_large_counts_vary_by_little(case: Case) -> None:
    """Mean 100000, 4 × √(100000 × 1,25) = 1414,2 to both sides: 98586 to 101414."""
    assert case.row("core.plausibility", *BAND[:4]) == (102000, 98586, 101414, True)


@given(*months(10, 90, 20, 80, 150))
def test_a_unit_whose_figures_vary_has_a_wider_band(case: Case) -> None:
    """Mean 50, variance 5000/3: 16,79 × √(5000/3 × 1,25) = 766,3 to both sides, and no count is below zero."""
    assert case.row("core.plausibility", *BAND[:4]) == (150, 0, 816, False)


@given(*months(100, 104, 98, 1010))
def test_three_earlier_figures_make_no_band(case: Case) -> None:
    assert case.rows("core.plausibility", "value") == []


@given(*months(5, 6, cleared=4, cleared_prior=1), form("B", recorded=5, cleared=4, window=MONTHS[1]))
def test_one_other_figure_is_no_copy(case: Case) -> None:
    assert case.rows("core.copied_figures", "unit_id") == []


@given(*months(5, 5, cleared=4, cleared_prior=1), *(form("B", recorded=5, cleared=0, window=MONTHS[n]) for n in (2, 3)))
def test_a_form_that_says_what_the_one_before_said_is_told(case: Case) -> None:
    """A's three figures; of B's two, one is zero: too little to say anything."""
    assert case.rows("core.copied_figures", "unit_id", "period_id", "figures_compared") == [
        ("A", "2023-01-15/2023-02-14", 3)
    ]


@given(*(form("A", recorded=5, cleared=4, cleared_prior=1, window=MONTHS[n]) for n in (0, 2)))
def test_equal_figures_of_months_apart_are_no_copy(case: Case) -> None:
    assert case.rows("core.copied_figures", "unit_id") == []


RISING = ("period_id", "figures_in_words")


@given(*months(100, 190, 285, 380))
def test_months_that_rise_like_running_totals_are_asked_about(case: Case) -> None:
    assert case.rows("core.rising_figures", *RISING) == [("2023-03-15/2023-04-14", "100, 190, 285, 380")]


@given(*months(100, 190, 285))
def test_three_months_are_too_few_to_ask(case: Case) -> None:
    assert case.rows("core.rising_figures", *RISING) == []


@given(*months(100, 190, 285, 280))
def test_months_of_which_one_is_lower_are_increments(case: Case) -> None:
    assert case.rows("core.rising_figures", *RISING) == []


@given(*months(100, 101, 103, 104))
def test_months_that_rise_a_little_are_increments(case: Case) -> None:
    assert case.rows("core.rising_figures", *RISING) == []


@given(*(form("A", recorded=r, cleared=c, window=MONTHS[n]) for n, (r, c) in enumerate(
    ((100, 60), (190, 130), (285, 120), (380, 200)))))  # fmt: skip
def test_one_other_figure_that_falls_says_that_they_are_increments(case: Case) -> None:
    assert case.rows("core.rising_figures", *RISING) == []
