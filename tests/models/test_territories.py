"""Counts on the territory of another time: sums where they follow, limits where they do not (domain.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import BASE, load_reference
from tests.models.conftest import Testland
from tests.models.harness import form, rate_target, world_of

JULY_2024 = (date(2024, 6, 15), date(2024, 7, 14))
JULY_2025 = (date(2025, 6, 15), date(2025, 7, 14))
PERIODS = {window: f"{window[0]}/{window[1]}" for window in (JULY_2024, JULY_2025)}
ON_TERRITORY = ("value", "at_least", "at_most", "reason")


def test_the_new_territory_is_the_sum_of_the_old_units(testland: Testland) -> None:
    """HCMC 7/2025: 423 is −49,28 % on 834, which Bình Dương and Bà Rịa – Vũng Tàu make of its 483.

    483 + 351 = 834; how the 351 divide was not published, and here there are two old units, not three.
    """
    world = testland(
        form("A", recorded=483, window=JULY_2024),
        form("B", recorded=351, window=JULY_2024),
        form("AB", recorded=423, window=JULY_2025),
    )
    assert world.row("marts.constant_geography", *ON_TERRITORY, scope_id="AB") == (834, 834, 834, None)
    columns = ("base_basis", "base_value", "absolute_change", "relative_change", "reason")
    basis, base, change, relative, reason = world.row("marts.changes", *columns, scope_id="AB")
    assert (basis, base, change, f"{100 * relative:.2f}", reason) == ("territory", 834, -411, "-49.28", None)


def test_the_old_unit_alone_is_another_territory(testland: Testland) -> None:
    """Against 483 it would be −12,4 %: refused."""
    world = testland(form("A", recorded=483, window=JULY_2024), form("AB", recorded=423, window=JULY_2025))
    missing = "only 1 of 2 units of the territory report"
    assert world.row("marts.constant_geography", *ON_TERRITORY, scope_id="AB") == (None, 483, None, missing)
    reason = f"another territory then, {missing}"
    assert world.row("marts.changes", "value", "base_value", "absolute_change", "reason", scope_id="AB") == (
        423,
        None,
        None,
        reason,
    )


def test_a_merged_unit_cannot_be_taken_apart(testland: Testland) -> None:
    """What A would have recorded is not derivable: at most all of AB."""
    world = testland(form("AB", recorded=423, cleared=300, window=JULY_2025))
    reason = "not derivable: AB reach beyond the territory"
    columns = ("measure", *ON_TERRITORY)
    assert world.rows("marts.constant_geography", *columns, scope_id="A") == [
        ("cleared", None, 0, 300, reason),
        ("recorded", None, 0, 423, reason),
    ]


def test_a_cluster_after_the_merger_has_limits(testland: Testland) -> None:
    """A and B are AB now: the territory of A, B and C goes on exactly, that of A and C alone does not."""
    members = [
        *({"cluster_id": "c3", "unit_id": u, "valid_from": "2020-01-01", "valid_to": "2025-06-30"} for u in "ABC"),
        *({"cluster_id": "c7", "unit_id": u, "valid_from": "2020-01-01", "valid_to": "2025-06-30"} for u in "AC"),
    ]
    world = testland(
        form("A", recorded=5, window=JULY_2024),
        form("C", recorded=6, window=JULY_2024),
        form("B", recorded=1, window=JULY_2024),
        form("AB", recorded=40, window=JULY_2025),
        form("C", recorded=7, window=JULY_2025),
        cluster_members=members,
    )
    period = PERIODS[JULY_2025]
    assert world.row("marts.constant_geography", *ON_TERRITORY, scope_id="c3", period_id=period) == (47, 47, 47, None)
    assert world.row("marts.constant_geography", *ON_TERRITORY, scope_id="c7", period_id=period) == (
        None,
        7,
        47,
        "not derivable: AB reach beyond the territory",
    )
    columns = ("part_id", "part_name", "part_code", "is_within")
    assert world.rows("marts.territories", *columns, scope_id="c7", period_id=period) == [
        ("AB", "Ardól", "a", False),
        ("C", "Cèmora", "c", True),
    ]


def test_the_rate_of_a_territory_is_the_ratio_of_sums(testland: Testland) -> None:
    """9 of 10 and 10 of 90: 19 of 100, not the mean of 90 % and 11 %. No target is held against it."""
    world = testland(
        form("A", recorded=10, cleared=9, window=JULY_2024),
        form("B", recorded=90, cleared=10, window=JULY_2024),
        form("AB", recorded=50, cleared=25, window=JULY_2025),
        targets=[rate_target()],
    )
    columns = ("scope_id", "basis", "cleared", "recorded", "clearance_rate", "reason")
    assert world.rows("marts.clearance", *columns, period_id=PERIODS[JULY_2024], scope_id="AB") == [
        ("AB", "territory", 19, 100, 0.19, None)
    ]
    reason = "not derivable: AB reach beyond the territory"
    assert world.rows("marts.clearance", *columns, period_id=PERIODS[JULY_2025], scope_id="A") == [
        ("A", "territory", None, None, None, reason)
    ]
    judged = world.rows("marts.target_attainment", "scope_id", "period_id")
    assert judged == [("A", PERIODS[JULY_2024]), ("AB", PERIODS[JULY_2025]), ("B", PERIODS[JULY_2024])]


def test_persons_are_no_sum_of_territories(testland: Testland) -> None:
    world = testland(
        form("A", suspects=3, window=JULY_2024), form("B", suspects=3, window=JULY_2024), form("AB", suspects=1,
                                                                                              window=JULY_2025)
    )  # fmt: skip
    assert world.rows("marts.constant_geography", "measure") == []


# --- random histories of territories --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Country:
    """Atoms of territory with what each recorded, and the units before and after, each a set of atoms."""

    counts: tuple[int, ...]
    before: Mapping[str, frozenset[int]]
    after: Mapping[str, frozenset[int]]

    def recorded(self, unit: str) -> int:
        """What the atoms of a unit recorded."""
        return sum(self.counts[atom] for atom in {**self.before, **self.after}[unit])


@st.composite
def countries(draw: st.DrawFn) -> list[Country]:
    """Countries with up to six atoms, dealt to units twice; unit ids are their own."""
    made = []
    for n in range(15):
        counts = tuple(draw(st.lists(st.integers(0, 50), min_size=2, max_size=6)))
        dealt = [
            draw(st.lists(st.integers(0, len(counts) - 1), min_size=len(counts), max_size=len(counts)))
            for _ in ("before", "after")
        ]
        before, after = (
            {
                f"{n}{name}{owner}": frozenset(atom for atom, own in enumerate(owners) if own == owner)
                for owner in sorted(set(owners))
            }
            for name, owners in zip(("old", "new"), dealt, strict=True)
        )
        made.append(Country(counts, before, after))
    return made


@settings(max_examples=3, deadline=None)
@drawn(countries())
def test_what_is_derived_holds_for_whatever_lies_behind(given: list[Country]) -> None:
    """Every figure and limit holds for what the atoms recorded, and there is a figure exactly where nothing leaks."""
    found = _on_other_territory(given)
    expected = {
        (unit, PERIODS[window]): country
        for country in given
        for units, window in ((country.before, JULY_2025), (country.after, JULY_2024))
        for unit in units
    }
    assert set(found) == set(expected)
    for (unit, period), (value, at_least, at_most, _) in found.items():
        country = expected[unit, period]
        truth = country.recorded(unit)
        assert at_least <= truth <= at_most
        assert value in (None, truth)
        own, others = (country.before, country.after) if unit in country.before else (country.after, country.before)
        assert (value is not None) == all(part <= own[unit] for part in others.values() if part & own[unit])


def _on_other_territory(given: list[Country]) -> dict[tuple[str, str], tuple[int | None, int, int, str | None]]:
    before = [unit for country in given for unit in country.before]
    after = [unit for country in given for unit in country.after]
    edges = [
        (old, new) for country in given
        for old, atoms in country.before.items() for new, others in country.after.items() if atoms & others
    ]  # fmt: skip
    units = [
        {"unit_id": "N", "level": "nation"},
        *({"unit_id": u, "level": "x", "parent_id": "N", "valid_to": "2024-12-31"} for u in before),
        *({"unit_id": u, "level": "x", "parent_id": "N", "valid_from": "2025-01-01"} for u in after),
    ]
    reports = [
        form(unit, recorded=country.recorded(unit), window=window)
        for country in given
        for units_then, window in ((country.before, JULY_2024), (country.after, JULY_2025))
        for unit in units_then
    ]
    successions = [{"predecessor_id": o, "successor_id": n, "effective_on": "2025-01-01"} for o, n in edges]
    with TemporaryDirectory() as folder:
        reference = load_reference(
            Path(folder), units=units, successions=successions, unit_names=[{"unit_id": "N", "name": "N"}],
            clusters=[], cluster_members=[],
        )  # fmt: skip
        world = world_of(reference, reports)
    rows = world.rows("marts.constant_geography", "scope_id", "period_id", *ON_TERRITORY)
    world.con.close()
    return {(unit, period): (value, low, high, reason) for unit, period, value, low, high, reason in rows}


def test_the_base_of_the_tests_merges_two_units() -> None:
    assert [(s["predecessor_id"], s["successor_id"]) for s in BASE["successions"]] == [("A", "AB"), ("B", "AB")]
