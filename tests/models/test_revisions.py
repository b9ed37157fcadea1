"""What was known when: core.count_history and what is made of it, against builds that look back by themselves."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import duckdb

from pipelines.settings import MODELS
from pipelines.warehouse import models
from tests.models.conftest import Case, Testland, given
from tests.models.harness import NOW, YEAR, Submission, World, form

# The n-th submission of a test becomes known n hours after noon of 10 January 2024.
HISTORY = ("version", "value", "change", "change_since_first", "revision")


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


@given(form("A", recorded=100, file="one"), form("A", recorded=94, file="two"))
def test_a_revision_has_both_versions(case: Case) -> None:
    assert case.rows("marts.revision_history", *HISTORY) == [(1, 100, None, 0, 0), (2, 94, -6, -6, 0)]


@given(form("A", recorded=100))
def test_a_figure_that_was_never_revised_has_no_history(case: Case) -> None:
    assert case.rows("marts.revision_history", "version") == []


@given(
    form("A", recorded=100, content="x", file="one"),
    form("A", recorded=100, content="x", file="one"),
    form("A", recorded=90, revision=1, file="two"),
)
def test_a_file_that_is_read_again_is_no_revision(case: Case) -> None:
    assert case.rows("marts.revision_history", "version", "value", "known_on") == [
        (1, 100, date(2024, 1, 10)),
        (2, 90, date(2024, 1, 10)),
    ]


@given(
    form("A", recorded=100, file="one"),
    form("A", recorded=94, file="two", revision=1),
    form("A", file="two", withdrawn=True),
)
def test_a_withdrawal_brings_the_earlier_figure_back(case: Case) -> None:
    assert case.rows("marts.revision_history", *HISTORY) == [
        (1, 100, None, 0, 0),
        (2, 94, -6, -6, 1),
        (3, 100, 6, 0, 0),
    ]


@given(form("A", recorded=5, file="one"), form("A", file="one", withdrawn=True))
def test_a_withdrawal_may_leave_nothing(case: Case) -> None:
    assert case.rows("core.counts", "value") == []
    ((value, known_from, known_to),) = case.rows("core.count_history", "value", "known_from", "known_to")
    assert (value, known_to - known_from) == (5, timedelta(hours=1))


@given(
    form("A", recorded=100, file="one", known_at=datetime(2023, 12, 20)),
    form("B", recorded=40, known_at=datetime(2024, 2, 20)),
    form("A", recorded=94, file="two", revision=1, known_at=datetime(2024, 3, 1)),
)
def test_the_triangle_shows_what_was_known_at_each_age(case: Case) -> None:
    """The statistical year 2023 ends on 14 December: A came at once, B and a correction after two months."""
    assert case.rows("marts.revision_triangle", "age_months", "units_reported", "reported_sum") == [
        (0, 1, 100),
        (2, 2, 134),
    ]


def test_looking_back_by_macro_and_building_as_of_agree(testland: Testland) -> None:
    """At every moment of a life made up at random: figures, refusals, withdrawals, replacements, other sources."""
    for seed in range(2):
        world = testland(*_life(random.Random(seed)))
        world.build("core")
        moments = sorted({moment for (moment,) in world.con.execute("select known_at from ops.readings").fetchall()})
        seen = [_as_of(world, moment + timedelta(seconds=1)) for moment in moments]
        # The macro looks at ends of days; each moment is asked for as such.
        for moment, expected in zip(moments, seen, strict=True):
            assert _looked_back(world.con, moment + timedelta(seconds=1)) == expected, (seed, moment)


def _life(chance: random.Random) -> list[Submission]:
    submissions: list[Submission] = []
    for number in range(24):
        file = chance.choice(["one", "two", "three", f"own {number}"])
        figures = {measure: chance.randrange(100) for measure in ("recorded", "cleared") if chance.random() < 0.8}
        submissions.append(
            form(
                chance.choice("AB"),
                measures=figures,
                file=file,
                content=f"{file} {number}",
                source=chance.choice(["conference", "own_release"]),
                revision=chance.randrange(3),
                rejected=chance.random() < 0.15,
                withdrawn=chance.random() < 0.15 and not figures,
                replaces=chance.choice(["one", "two"]) if chance.random() < 0.15 else None,
                known_at=at(chance.uniform(-48, 0)) if chance.random() < 0.2 else None,
                window=YEAR,
            )
        )
    return submissions


COUNTS = "select unit_id, measure, value, source_id, revision, file from"


def _as_of(world: World, before: datetime) -> list[tuple[object, ...]]:
    world.con.execute("begin")
    world.con.execute("set variable known_before = ?", [before])
    for model in models.load_models(MODELS):
        if model.layer == "core":
            world.con.execute(f"create or replace table {model.table} as {model.sql}")
    rows = world.con.execute(f"{COUNTS} core.counts order by all").fetchall()
    world.con.execute("reset variable known_before")
    world.con.execute("rollback")
    return rows


def _looked_back(con: duckdb.DuckDBPyConnection, before: datetime) -> list[tuple[object, ...]]:
    condition = "known_from < $at and (known_to is null or known_to >= $at)"
    return con.execute(f"{COUNTS} core.count_history where {condition} order by all", {"at": before}).fetchall()
