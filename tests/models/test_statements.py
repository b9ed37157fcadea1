"""Printed changes, rates and gaps: which base they follow from, and which slip explains the others (domain.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import load_reference
from tests.models.conftest import Testland
from tests.models.harness import YEAR, YEAR_BEFORE, Submission, World, form, statement, world_of

COUNTS = ("cleared", "recorded")
TWO_YEARS_BEFORE = (date(2020, 12, 15), date(2021, 12, 14))
BASE = {"base_window_start": YEAR_BEFORE[0], "base_window_end": YEAR_BEFORE[1]}


def printed(figure_id: str, text: str | None, measure: str = "recorded", **more: object) -> dict[str, object]:
    """A row of published_figures for unit A in the statistical year 2023."""
    return {
        "figure_id": figure_id, "source_id": "conference", "scope_type": "unit", "scope_id": "A", "measure": measure,
        "series_id": "s", "definition_version": "v", "offence_code": "all", "window_start": YEAR[0],
        "window_end": YEAR[1], "printed_text": text, **more,
    }  # fmt: skip


def change(figure_id: str, text: str | None, measure: str = "recorded", **more: object) -> dict[str, object]:
    """The same for a printed change on the year before, or on a window that `more` names."""
    return printed(figure_id, text, measure, statistic="change", **{**BASE, **more})


def verdict(world: World, figure_id: str) -> tuple[str, str | None]:
    return world.row("marts.published_figures", "verdict", "likely_slip", figure_id=figure_id)


# --- the base of a change -------------------------------------------------------------------------------------------


def test_a_change_on_the_published_base(testland: Testland) -> None:
    """HCMC 2022: 4.266 on 3.971 is +295, printed as 7,43 %: 7,4289… rounds to it."""
    world = testland(
        form("A", recorded=4266),
        form("A", recorded=3971, window=YEAR_BEFORE),
        published_figures=[change("n", None, value=295), change("p", "7,43%"), change("cut", "7,42%", scope_id="A",
                                                                                      source_id="ministry")],
    )  # fmt: skip
    assert verdict(world, "n") == ("exact", None)
    assert verdict(world, "p") == ("rounds to", None)
    assert verdict(world, "cut") == ("truncates to", None)


def test_a_change_that_only_a_revised_base_explains(testland: Testland) -> None:
    """The Ministry's 2022: 44.353, +1.500, +3,50 %; 41.728 was published for 2021, 42.853 is meant."""
    world = testland(
        form("A", recorded=44353),
        form("A", recorded=41728, window=YEAR_BEFORE),
        published_figures=[change("n", None, value=1500), change("p", "+3,50%")],
    )
    assert verdict(world, "n") == verdict(world, "p") == ("consistent with base 42853", None)


def test_a_change_of_what_was_known_before_a_revision(testland: Testland) -> None:
    world = testland(
        form("A", recorded=100, window=YEAR_BEFORE),
        form("A", recorded=90, window=YEAR_BEFORE, revision=1),
        form("A", recorded=110),
        published_figures=[change("n", None, value=10), printed("old", "100", window_start=YEAR_BEFORE[0],
                                                                window_end=YEAR_BEFORE[1])],
    )  # fmt: skip
    assert verdict(world, "n") == ("consistent with base 100", None)
    assert verdict(world, "old") == ("consistent as of 2024-01-10", None)


def test_a_base_that_is_not_printed_is_found(testland: Testland) -> None:
    """HCMC 2022: 4.266, "−156" is on 4.422 of 2019, not on 3.971 of 2021; had 2021 been printed, it would be a slip."""
    world = testland(
        form("A", recorded=4266),
        form("A", recorded=3971, window=YEAR_BEFORE),
        form("A", recorded=4422, window=TWO_YEARS_BEFORE),
        published_figures=[
            change("unstated", None, value=-156, base_window_start=None, base_window_end=None),
            change("stated", None, value=-156, source_id="ministry"),
        ],
    )
    period = f"{TWO_YEARS_BEFORE[0]}/{TWO_YEARS_BEFORE[1]}"
    assert verdict(world, "unstated") == (f"consistent with base 4422 ({period})", None)
    assert verdict(world, "stated") == ("contradicted", f"wrong base: {period}")


def test_digits_that_changed_places(testland: Testland) -> None:
    """Wanted persons 5/2023: 123, −10, "−7,25%": −10/133 is −7,5187…, so −7,52."""
    world = testland(form("A", recorded=123), published_figures=[change("n", None, value=-10), change("p", "-7,25%")])
    assert verdict(world, "p") == ("contradicted", "two digits transposed")
    assert world.row("marts.published_figures", "rounded_number", "numerator", "denominator", figure_id="p") == (
        -752,
        -10,
        133,
    )
    assert verdict(world, "n") == ("not verifiable", None)  # nothing gives its base


def test_the_change_on_another_territory(testland: Testland) -> None:
    """HCMC 7/2025: 423 is −49,28 % on 834; −12,42 % would be on the 483 of the old territory."""
    window = {"window_start": date(2025, 6, 15), "window_end": date(2025, 7, 14), "scope_id": "AB"}
    july = {"base_window_start": date(2024, 6, 15), "base_window_end": date(2024, 7, 14)}
    world = testland(
        form("A", recorded=483, window=(july["base_window_start"], july["base_window_end"])),
        form("B", recorded=351, window=(july["base_window_start"], july["base_window_end"])),
        form("AB", recorded=423, window=(window["window_start"], window["window_end"])),
        published_figures=[
            change("today", "-49,28%", **window, **july),
            change("old", "-12,42%", source_id="ministry", **window, **july),
        ],
    )
    assert verdict(world, "today") == ("rounds to", None)
    assert verdict(world, "old") == ("contradicted", "other territory: A")


# --- rates and their distances --------------------------------------------------------------------------------------


def test_percentage_points_printed_as_percent(testland: Testland) -> None:
    """The Ministry's 2021: 36.040 of 41.728; "+11,37%" over 75 %, and "+2,98%" on 39.245 of 47.060, points both."""
    target = {
        "target_id": "t", "scope_type": "unit", "scope_id": "A", "measure": "clearance_rate", "series_id": "s",
        "offence_code": "all", "comparator": "at_least", "threshold_percent": "75",
    }  # fmt: skip
    unstated = {"base_window_start": None, "base_window_end": None}
    world = testland(
        form("A", recorded=41728, cleared=36040),
        targets=[target],
        published_figures=[
            change("gap", "+11,37%", "clearance_rate", base_target_id="t", **unstated),
            change("n", None, value=-5332),
            change("c", None, "cleared", value=-3205),
            change("rate", "+2,98%", "clearance_rate"),
            printed("printed", "83,48%", "clearance_rate", scope_id="B"),
            change("of the printed", "+8,48%", "clearance_rate", scope_id="B", base_target_id="t", **unstated),
        ],
    )
    for figure in ("gap", "rate", "of the printed"):
        assert verdict(world, figure) == ("percentage points printed as %", None)


@pytest.mark.parametrize(
    ("given", "text", "measure", "rounded", "truncated"),
    [
        # HCMC Q1/2020: 749/1001 = 74,8251…, 749/1002 = 74,7504…: by truncation only
        ({"cleared": 749}, "74,82%", "recorded", None, (1001, 1001)),
        # Q1/2025: 9468/12277 = 77,1198…, 9468/12276 = 77,1260…: never one answer
        ({"cleared": 9468}, "77,12%", "recorded", (12277, 12277), (12276, 12276)),
        # 1809 at 87,12 %: 1576/1809 = 87,1199…
        ({"recorded": 1809}, "87,12%", "cleared", (1576, 1576), None),
        ({"recorded": 867}, "87,31%", "cleared", (757, 757), (757, 757)),
    ],
)
def test_what_a_rate_leaves_for_the_count_that_is_not_printed(
    testland: Testland,
    given: dict[str, int],
    text: str,
    measure: str,
    rounded: tuple[int, int] | None,
    truncated: tuple[int, int] | None,
) -> None:
    world = testland(form("A", **given), published_figures=[printed("f", text, "clearance_rate")])
    columns = ("basis", "measure", "at_least", "at_most", "fits")
    found = {basis: row for basis, *row in world.rows("marts.bounds", *columns, stated_by="f")}
    for basis, limits in (("printed rate rounded", rounded), ("printed rate truncated", truncated)):
        name, at_least, at_most, fits = found[basis]
        assert (name, fits) == (measure, limits is not None)
        assert limits in (None, (at_least, at_most))
    assert verdict(world, "f")[0] == "not verifiable"


@settings(max_examples=4, deadline=None)
@drawn(
    st.lists(
        st.tuples(
            st.integers(1, 4000), st.integers(1, 4000), st.integers(0, 2), st.sampled_from(["cleared", "recorded"])
        ),
        min_size=40,
        max_size=40,
    )
)
def test_limits_hold_all_integers_that_print_the_rate_and_no_other(cases: list[tuple[int, int, int, str]]) -> None:
    """At and beyond both limits: a count is within them exactly if its rate, shortened that way, is the printed one."""
    shown = {
        f"c{n}": (cleared if given == "cleared" else recorded, digits, cleared * 100 * 10**digits // recorded, given)
        for n, (cleared, recorded, digits, given) in enumerate(cases)
    }
    shown = {series: case for series, case in shown.items() if case[2]}
    world = _printed_rates({series: (number, digits) for series, (_, digits, number, _) in shown.items()}, [
        form("A", measures={given: known}, series=series) for series, (known, _, _, given) in shown.items()
    ])  # fmt: skip
    limits = world.rows("core.bounds", "series_id", "basis", "at_least", "at_most")
    world.con.close()
    assert len(limits) == 2 * len(shown)
    for series, basis, at_least, at_most in limits:
        known, digits, number, given = shown[series]
        for count in {at_least - 1, at_least, at_most, at_most + 1} - {0, -1}:
            rate = Fraction(known, count) if given == "cleared" else Fraction(count, known)
            scaled = rate * 100 * 10**digits
            shortened = int(scaled + Fraction(1, 2)) if basis == "printed rate rounded" else int(scaled)
            assert (shortened == number) == (at_least <= count <= at_most)


def _printed_rates(numbers: Mapping[str, tuple[int, int]], submissions: list[Submission]) -> World:
    """A world in which each series has a clearance rate printed, given as a whole number and its digits."""
    figures = [
        printed(series, _percent(number, digits), "clearance_rate", series_id=series)
        for series, (number, digits) in numbers.items()
    ]
    with TemporaryDirectory() as folder:
        return world_of(load_reference(Path(folder), published_figures=figures), submissions)


def _percent(number: int, digits: int) -> str:
    whole, rest = divmod(number, 10**digits)
    return f"{whole},{rest:0{digits}}%" if digits else f"{whole}%"


def test_a_target_is_judged_by_what_a_printed_rate_leaves(testland: Testland) -> None:
    """9.468 of 12.276 or 12.277 attain 75 % either way; 77,12 % of what is not known does not attain 78 %."""
    targets = [
        {
            "target_id": f"at {percent}", "scope_type": "unit", "scope_id": "A", "measure": "clearance_rate",
            "series_id": "s", "offence_code": "all", "comparator": "at_least", "threshold_percent": percent,
        }
        for percent in ("75", "77.12", "78")
    ]  # fmt: skip
    world = testland(
        form("A", cleared=9468), targets=targets, published_figures=[printed("f", "77,12%", "clearance_rate")]
    )
    columns = ("target_id", "denominator_at_least", "denominator_at_most", "verdict")
    assert world.rows("marts.target_attainment", *columns) == [
        ("at 75", 12276, 12277, "attained"),
        ("at 77.12", 12276, 12277, "unknown"),
        ("at 78", 12276, 12277, "missed"),
    ]


# --- what is printed more than once ---------------------------------------------------------------------------------


def test_the_same_percentage_with_fewer_digits(testland: Testland) -> None:
    """QH 2025, environment: −48,17 % and, machine-translated, "-48,7%"; QH 2024: 12,53 % and 12 %, cut off."""
    world = testland(
        published_figures=[
            change("two", "-48,17%"),
            change("one", "-48,7%"),
            change("two of B", "+12,53%", scope_id="B"),
            change("none of B", "+12%", scope_id="B"),
        ]
    )
    assert verdict(world, "one") == ("contradicted", "a digit lost")
    assert verdict(world, "none of B") == ("truncates to", None)
    assert verdict(world, "two") == ("not verifiable", None)


def test_a_count_that_stands_elsewhere(testland: Testland) -> None:
    """The Star printed the 8.901 cleared as discovered; another window, unit or series is told in the same way."""
    cases = {
        "measure": printed("measure", "8.901"),
        "window": printed("window", "77", scope_id="B", measure="recorded"),
        "unit": printed("unit", "55", scope_id="C"),
        "series": printed("series", "66", scope_id="D"),
    }
    world = testland(
        form("A", cleared=8901),
        form("B", recorded=1), form("B", recorded=77, window=YEAR_BEFORE),
        form("C", recorded=2), form("E", recorded=55),
        form("D", recorded=3), form("D", recorded=66, series="t"),
        published_figures=list(cases.values()),
    )  # fmt: skip
    assert verdict(world, "measure") == ("not verifiable", "other measure: cleared")
    assert verdict(world, "window") == ("contradicted", f"other window: {YEAR_BEFORE[0]}/{YEAR_BEFORE[1]}")
    assert verdict(world, "unit") == ("contradicted", "other territory: E")
    assert verdict(world, "series") == ("contradicted", "other series: t/v")


@settings(max_examples=4, deadline=None)
@drawn(st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000), st.integers(-3, 3)), min_size=40, max_size=40))
def test_perturbing_a_printed_text_changes_its_verdict(cases: list[tuple[int, int, int]]) -> None:
    """Only half up or truncation of the counts' own ratio may pass; any other last digit is contradicted."""
    exact = {f"c{n}": Fraction(cleared * 10000, recorded) for n, (recorded, cleared, _) in enumerate(cases)}
    shown = {
        series: max(int(exact[series] + Fraction(1, 2)) + shift, 0)
        for series, (_, _, shift) in zip(exact, cases, strict=True)
    }
    world = _printed_rates({series: (number, 2) for series, number in shown.items()}, [
        form("A", recorded=recorded, cleared=cleared, series=series)
        for series, (recorded, cleared, _) in zip(exact, cases, strict=True)
    ])  # fmt: skip
    found = dict(world.rows("marts.published_figures", "series_id", "verdict"))
    world.con.close()
    for series, number in shown.items():
        if number == exact[series]:
            expected = "exact"
        elif number == int(exact[series] + Fraction(1, 2)):
            expected = "rounds to"
        else:
            expected = "truncates to" if number == int(exact[series]) else "contradicted"
        assert found[series] == expected


def test_statements_of_two_sources_are_reconciled(testland: Testland) -> None:
    """Bà Rịa – Vũng Tàu 2023: the conference's 897 against the province's own 788."""
    gap = {"gap_id": "g", "kind": "sources", "scope_id": "B", "other_id": "own_release", "gap": -5, "reason": "x"}
    gaps = [gap, {**gap, "gap_id": "another", "scope_id": "E"}]  # E's is another one by now
    world = testland(
        form("A", recorded=897),
        statement("A", recorded=788, source="own_release"),
        form("B", recorded=10), statement("B", recorded=5, source="own_release"),
        form("C", recorded=10), form("C", recorded=9, source="own_release"),
        form("D", recorded=7), statement("D", recorded=7, source="own_release"),
        form("E", recorded=10), statement("E", recorded=4, source="own_release"),
        declared_gaps=gaps,
    )  # fmt: skip
    columns = ("scope_id", "whole_value", "parts_sum", "gap", "verdict", "gap_id")
    assert world.rows("marts.reconciliation", *columns, kind="sources") == [
        ("A", 788, 897, -109, "open", None),
        ("B", 5, 10, -5, "explained", "g"),
        ("C", 9, 10, -1, "open", None),
        ("D", 7, 7, 0, "equal", None),
        ("E", 4, 10, -6, "open", None),
    ]


def test_series_and_calendars_are_reconciled_where_a_gap_is_declared(testland: Testland) -> None:
    """Bình Dương 2022: 1.019 TTXH and 886 PPHS are two series."""
    gaps = [{"gap_id": "g", "kind": "series", "series_id": "s", "other_id": "t", "reason": "x", "reason_en": "two"}]
    world = testland(form("A", recorded=1019), form("A", recorded=886, series="t"), declared_gaps=gaps)
    columns = ("whole_kind", "parts_kind", "gap", "verdict", "reason_en")
    assert world.rows("marts.reconciliation", *columns) == [("s/v", "t/v", 133, "explained", "two")]


def test_months_quarters_and_the_year_are_reconciled(testland: Testland) -> None:
    """Three months make a quarter; four quarters would make the year; of one month nothing follows."""
    months = [(date(2022, 12, 15), date(2023, 1, 14)), (date(2023, 1, 15), date(2023, 2, 14)),
              (date(2023, 2, 15), date(2023, 3, 14))]  # fmt: skip
    quarter = (months[0][0], months[2][1])
    world = testland(
        *(form("A", recorded=value, window=window) for value, window in zip((10, 20, 30), months, strict=True)),
        form("A", recorded=61, window=quarter),
        form("A", recorded=200),
    )
    columns = ("whole_kind", "parts_kind", "whole_value", "parts_sum", "gap", "verdict")
    assert world.rows("marts.reconciliation", *columns, kind="periods", scope_id="A") == [
        ("statistical_quarter", "statistical_month", 61, 60, 1, "open"),
        ("statistical_year", "statistical_month", 200, 60, 140, "incomplete"),
        ("statistical_year", "statistical_quarter", 200, 61, 139, "incomplete"),
    ]
