"""What is dated: units and their mergers, membership of clusters, due dates, completeness (domain.md §2 and §4)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines import reference
from tests.builders import BASE, JURISDICTION, leastland
from tests.models.conftest import Testland
from tests.models.harness import YEAR, form, world_of

# Two statistical months: the one in which B leaves the cluster, and the one after.
JUNE = (date(2023, 5, 15), date(2023, 6, 14))
JULY = (date(2023, 6, 15), date(2023, 7, 14))


def test_membership_is_that_of_the_windows_last_day(testland: Testland) -> None:
    """domain.md §4: memberships are dated. B left on 30 June, within July's window; C joined on its last day."""
    members = [
        {"cluster_id": "c3", "unit_id": "A", "valid_from": "2020-01-01"},
        {"cluster_id": "c3", "unit_id": "B", "valid_from": "2020-01-01", "valid_to": "2023-06-30"},
        {"cluster_id": "c3", "unit_id": "C", "valid_from": "2023-07-14"},
    ]
    world = testland(
        *(form(unit, recorded=10, window=window) for unit in "ABC" for window in (JUNE, JULY)), cluster_members=members
    )
    assert world.rows("core.members", "period_id", "unit_id") == [
        ("2023-05-15/2023-06-14", "A"),
        ("2023-05-15/2023-06-14", "B"),
        ("2023-06-15/2023-07-14", "A"),
        ("2023-06-15/2023-07-14", "C"),
    ]
    assert world.rows("marts.cluster_totals", "window_end", "units_expected", "recorded") == [
        (date(2023, 6, 14), 2, 20),
        (date(2023, 7, 14), 2, 20),
    ]


def test_membership_without_dates_holds_always(testland: Testland) -> None:
    world = testland(form("A", recorded=1), cluster_members=[{"cluster_id": "c3", "unit_id": "A"}])
    assert world.rows("core.members", "unit_id") == [("A",)]
    assert world.rows("marts.clusters", "cluster_id", "unit_id", "member_from", "member_to") == [
        ("c3", "A", None, None)
    ]


def test_units_after_a_merger(testland: Testland) -> None:
    """domain.md §4: A and B became AB, which took A's name and code; a name or a code is no key."""
    world = testland()
    columns = ("unit_id", "code", "name", "name_en", "successor_ids", "valid_from", "valid_to")
    assert world.rows("marts.units", *columns, name="Ardól") == [
        ("A", "a", "Ardól", "Ardol", "AB", date(2000, 1, 1), date(2025, 6, 30)),
        ("AB", "a", "Ardól", "Greater Ardol", None, date(2025, 7, 1), None),
    ]
    assert world.row("marts.units", *columns, unit_id="B") == (
        "B", "b", "Boréna", "Borena", "AB", date(2000, 1, 1), date(2025, 6, 30),
    )  # fmt: skip
    assert len(world.rows("marts.units", "unit_id")) == 9


def test_a_split_names_all_successors(testland: Testland) -> None:
    successions = [{"predecessor_id": "C", "successor_id": unit, "effective_on": "2025-07-01"} for unit in ("AB", "D")]
    assert testland(successions=successions).row("marts.units", "successor_ids", unit_id="C") == ("AB, D",)


def test_a_renamed_unit_bears_its_last_official_name(testland: Testland) -> None:
    names = [
        *BASE["unit_names"],
        {"unit_id": "C", "name": "Old Cemora", "name_type": "official", "valid_from": "2000-01-01"},
        {"unit_id": "C", "name": "New Cemora", "name_type": "official", "valid_from": "2010-01-01"},
    ]
    assert testland(unit_names=names).row("marts.units", "name", "name_en", unit_id="C") == ("New Cemora", "Cemora")


def test_periods_are_windows_with_a_name(testland: Testland) -> None:
    """domain.md §2: the statistical month 7/2023 is 15 June to 14 July; a window of no calendar is its own name."""
    window = (date(2023, 1, 1), date(2023, 1, 3))
    world = testland(form("A", recorded=1, window=JULY), form("A", recorded=1, window=window), form("A", recorded=1))
    assert world.rows(
        "marts.periods", "period_id", "days", "period_kind", "period_year", "period_index", "name_en"
    ) == [
        ("2022-12-15/2023-12-14", 365, "statistical_year", 2023, 1, "Year 2023"),
        ("2023-01-01/2023-01-03", 3, "window", None, None, "Window 2023-01-01 to 2023-01-03"),
        ("2023-06-15/2023-07-14", 30, "statistical_month", 2023, 7, "Month 7/2023"),
    ]


def test_the_two_halves_of_a_year_have_names_of_their_own(testland: Testland) -> None:
    """Both are of the year 2023; only their number tells them apart."""
    halves = ((YEAR[0], date(2023, 6, 14)), (date(2023, 6, 15), YEAR[1]))
    world = testland(*(form("A", recorded=1, window=window) for window in halves))
    assert world.rows("marts.periods", "name", "name_en") == [
        ("Duonjaro 1/2023", "Half-year 1/2023"),
        ("Duonjaro 2/2023", "Half-year 2/2023"),
    ]


def test_a_due_date_counts_working_days_only(testland: Testland) -> None:
    """domain.md §2: three working days. The window ends on Friday 14 July 2023: Monday, Tuesday, Wednesday the 19th."""
    world = testland(form("A", recorded=1, window=JULY))
    assert world.rows("core.due_dates", "level", "due_on", "deadline_basis") == [
        ("province", date(2023, 7, 19), "assumed")
    ]


def test_a_holiday_moves_the_due_date(testland: Testland) -> None:
    """With Monday the 17th a holiday it is Thursday the 20th; a holiday on a Saturday moves nothing."""
    holidays = [{"date": "2023-07-17", "name": "Day"}, {"date": "2023-07-15", "name": "Saturday"}]
    world = testland(form("A", recorded=1, window=JULY), holidays=holidays)
    assert world.rows("core.due_dates", "due_on") == [(date(2023, 7, 20),)]


def test_completeness_of_a_window(testland: Testland) -> None:
    """domain.md §2: due on Wednesday 19 July; §2 also: without a day of receipt punctuality is unknown.

    A in time on the last day, B a day late, C (nil) without a date, D refused, E with a blank, F on Saturday the 22nd,
    which counts as Monday the 24th, the third working day after; G with nothing at all.
    """
    world = testland(
        form("A", recorded=5, cleared=4, window=JULY, received_on=date(2023, 7, 19)),
        form("B", recorded=5, cleared=4, window=JULY, received_on=date(2023, 7, 20)),
        form("C", recorded=0, cleared=0, window=JULY),
        form("D", recorded=5, cleared=4, window=JULY, received_on=date(2023, 7, 18), rejected=True),
        form("E", recorded=5, cleared=None, window=JULY, received_on=date(2023, 7, 14)),
        form("F", recorded=5, cleared=None, window=JULY, received_on=date(2023, 7, 22)),
    )
    columns = ("unit_id", "delivery", "recorded_status", "cleared_status", "punctuality", "days_late")
    assert world.rows("marts.submission_completeness", *columns) == [
        ("A", "delivered", "reported", "reported", "on time", None),
        ("B", "delivered", "reported", "reported", "late", 1),
        ("C", "nil", "reported", "reported", "unknown", None),
        ("D", "rejected", "missing", "missing", "on time", None),
        ("E", "delivered", "reported", "missing", "on time", None),
        ("F", "delivered", "reported", "missing", "late", 3),
        ("G", "missing", "missing", "missing", "missing", None),
    ]
    assert set(world.rows("marts.submission_completeness", "due_on", "deadline_basis")) == {
        (date(2023, 7, 19), "assumed")
    }
    counted = ("units_expected", "recorded_units", "nil_units", "rejected_units", "missing_units", "on_time_units")
    assert world.row("marts.period_completeness", *counted, "late_units", "recorded_coverage", scope_id="N") == (
        7, 5, 1, 1, 1, 3, 2, "partial 5/7",
    )  # fmt: skip
    assert world.row("marts.period_completeness", "recorded_coverage", "cleared_coverage", scope_id="c3") == (
        "complete", "complete",
    )  # fmt: skip


def test_a_holiday_in_between_makes_less_late(testland: Testland) -> None:
    """Due on the 19th. Received on Friday the 21st it is two days late, one when the 20th is a holiday."""
    late = form("A", recorded=5, window=JULY, received_on=date(2023, 7, 21))
    columns = ("due_on", "days_late")
    assert testland(late).row("marts.submission_completeness", *columns, unit_id="A") == (date(2023, 7, 19), 2)
    world = testland(late, holidays=[{"date": "2023-07-20", "name": "Day"}])
    assert world.row("marts.submission_completeness", *columns, unit_id="A") == (date(2023, 7, 19), 1)


def test_what_was_seen_in_time_is_in_time(testland: Testland) -> None:
    """The harness sees the file on 10 January 2024, and the window ends on the 9th: nobody declared the day."""
    window = (date(2024, 1, 9), date(2024, 1, 9))
    assert testland(form("A", recorded=5, window=window)).row(
        "marts.submission_completeness", "received_on", "punctuality", unit_id="A"
    ) == (None, "on time")


def test_a_deadline_is_that_of_the_windows_last_day(testland: Testland) -> None:
    """Two working days until June 2023, three from then on: 16 June, and 19 July."""
    old = "  - {level: province, working_days: 2, basis: rule, valid_to: 2023-06-30}\n"
    new = "  - {level: province, working_days: 3, basis: rule, valid_from: 2023-07-01}\n"
    world = testland(
        form("A", recorded=1, window=JUNE),
        form("A", recorded=1, window=JULY),
        jurisdiction=JURISDICTION.replace("  - {level: province, working_days: 3, basis: assumed}\n", old + new),
    )
    assert world.rows("core.due_dates", "period_id", "due_on") == [
        ("2023-05-15/2023-06-14", date(2023, 6, 16)),
        ("2023-06-15/2023-07-14", date(2023, 7, 19)),
    ]


def test_a_month_for_which_nothing_came_is_empty(testland: Testland) -> None:
    """May and August came, June and July did not; a year beside them is no month."""
    may, august = (date(2023, 4, 15), date(2023, 5, 14)), (date(2023, 7, 15), date(2023, 8, 14))
    world = testland(
        form("A", recorded=1, window=may), form("B", recorded=1, window=august), form("C", recorded=9, window=YEAR)
    )
    columns = ("period_id", "recorded_units", "missing_units", "recorded_coverage")
    assert world.rows("marts.period_completeness", *columns, scope_id="N") == [
        ("2022-12-15/2023-12-14", 1, 6, "partial 1/7"),
        ("2023-04-15/2023-05-14", 1, 6, "partial 1/7"),
        ("2023-05-15/2023-06-14", 0, 7, "empty"),
        ("2023-06-15/2023-07-14", 0, 7, "empty"),
        ("2023-07-15/2023-08-14", 1, 6, "partial 1/7"),
    ]
    assert world.rows(
        "marts.periods", "period_kind", "period_year", "period_index", period_id="2023-05-15/2023-06-14"
    ) == [("statistical_month", 2023, 6)]


def test_only_units_in_force_are_expected(testland: Testland) -> None:
    """From 1 July 2025 AB stands for A and B (domain.md §4)."""
    august = (date(2025, 7, 15), date(2025, 8, 14))
    world = testland(form("C", recorded=1, window=august))
    units = [unit for (unit,) in world.rows("marts.submission_completeness", "unit_id")]
    assert units == ["AB", "C", "D", "E", "F", "G"]


def test_a_reported_figure_completes_a_unit_beside_a_suppressed_one(testland: Testland) -> None:
    """Of several offences without a parent one is enough; otherwise the reason is told."""
    offences = [{"offence_code": code, "name": code} for code in ("all", "other")]
    world = testland(
        form("A", recorded="suppressed", cleared="suppressed"),
        form("A", recorded=5, cleared=None, offence="other"),
        offences=offences,
    )
    columns = ("recorded_status", "cleared_status")
    assert world.row("marts.submission_completeness", *columns, unit_id="A") == (
        "reported",
        "suppressed",
    )


def test_without_a_deadline_nobody_is_late(testland: Testland) -> None:
    world = testland(
        form("A", recorded=5, received_on=date(2024, 6, 1)),
        jurisdiction=JURISDICTION.replace("  - {level: province, working_days: 3, basis: assumed}\n", "  []\n"),
    )
    assert world.row("marts.submission_completeness", "due_on", "punctuality", unit_id="A") == (
        None,
        "unknown",
    )


def test_a_window_of_which_only_refused_rows_came_is_expected_too(testland: Testland) -> None:
    """What was refused was received: the window must not vanish from the list of what is due."""
    world = testland(form("A", recorded=5, window=JULY, rejected=True))
    assert world.rows("marts.submission_completeness", "unit_id", "submission_state") == [
        ("A", "rejected"),
        *((unit, "missing") for unit in "BCDEFG"),
    ]


def test_an_accepted_submission_stands_before_a_refused_correction(testland: Testland) -> None:
    """The last accepted revision stays current, so it is the one that was delivered."""
    world = testland(form("A", recorded=5, revision=1), form("A", recorded=6, revision=2, rejected=True))
    assert world.rows("core.deliveries", "unit_id", "submission_state") == [("A", "accepted")]


def test_a_correction_does_not_make_a_unit_late(testland: Testland) -> None:
    """Punctual is who first delivered in time; the correction that counts came on the 25th."""
    world = testland(
        form("A", recorded=5, window=JULY, received_on=date(2023, 7, 18)),
        form("A", recorded=6, window=JULY, received_on=date(2023, 7, 25), revision=2),
    )
    assert world.row("marts.submission_completeness", "received_on", "punctuality", unit_id="A") == (
        date(2023, 7, 18),
        "on time",
    )


def test_a_part_of_the_offences_does_not_complete_a_unit(testland: Testland) -> None:
    """Only the whole series counts as reported, not the "of which" rows."""
    world = testland(form("A", recorded=2, offence="grave"), form("A", recorded=None))
    assert world.row("marts.submission_completeness", "recorded_status", unit_id="A") == ("missing",)


def test_windows_of_targets_and_printed_figures_are_periods_too(testland: Testland) -> None:
    target = {
        **{"target_id": "t", "scope_type": "cluster", "scope_id": "c3", "measure": "recorded_change"},
        **{"comparator": "at_most", "series_id": "s", "offence_code": "all"},
        "window_start": "2023-12-15",
        "window_end": "2024-12-14",
        "threshold_percent": "-5",
    }
    world = testland(form("A", recorded=1), targets=[target])
    assert world.rows("marts.periods", "window_start") == [(YEAR[0],), (date(2023, 12, 15),)]


def test_the_least_jurisdiction_gives_shares_and_checked_totals(tmp_path: Path) -> None:
    """Nothing is declared that may be left out: no clusters, no English names, no clearances, no dates."""
    year = (date(2023, 1, 1), date(2023, 12, 31))
    given = {"source": "police", "series": "crime", "window": year}
    world = world_of(
        reference.load(leastland(tmp_path)),
        [form("A", recorded=30, **given), form("B", recorded=10, **given), form("N", recorded=40, **given)],
    )
    assert world.rows("marts.national_shares", "scope_type", "scope_id", "national_share") == [
        ("residual", "N", 0.0),
        ("unit", "A", 0.75),
        ("unit", "B", 0.25),
    ]
    assert world.rows("marts.control_totals", "name", "stated", "summed", "verdict") == [("Least", 40, 40, "exact")]
    assert world.rows("marts.units", "unit_id", "name", "full_name", "name_en") == [
        ("A", "Aa", None, "Aa"),
        ("B", "Bee", None, "Bee"),
        ("N", "Least", None, "Least"),
    ]
    assert world.rows("marts.periods", "name", "name_en") == [("Year 2023", "Year 2023")]
    assert world.rows("marts.series", "name", "name_en") == [("All crime", "All crime")]


def test_names_fall_back_where_none_is_declared(testland: Testland) -> None:
    """A unit by any name it has, and by its id; a cluster by its own name."""
    units = [*BASE["units"], *({"unit_id": unit, "level": "x"} for unit in ("X", "Y"))]
    names = [*BASE["unit_names"], {"unit_id": "X", "name": "Full X", "name_type": "full"}]
    clusters = [{"cluster_id": "c3", "name": "Tri"}, {"cluster_id": "c7", "name": "Sep", "name_en": "The seven"}]
    world = testland(units=units, unit_names=names, clusters=clusters)
    assert world.rows("marts.units", "unit_id", "name", "full_name", "name_en", level="x") == [
        ("X", "Full X", "Full X", "Full X"),
        ("Y", "Y", None, "Y"),
    ]
    assert set(world.rows("marts.clusters", "name", "name_en")) == {("Tri", "Tri"), ("Sep", "The seven")}
