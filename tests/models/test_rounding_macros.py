"""The SQL macros that round, against the one rounding function in Python and against values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.domain.rounding import Rounding, scaled_percent
from pipelines.settings import MODELS
from pipelines.warehouse.models import create_macros
from tests.models.harness import empty_warehouse

QUERY = "select core.percent_half_up($n, $d, $digits), core.percent_truncated($n, $d, $digits)"
COUNTS = st.integers(-(10**9), 10**9)
REPEATABLE = settings(deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty_warehouse()
    con.execute("create table reference.jurisdiction (time_zone varchar)")  # what the macros of days look at
    create_macros(con, MODELS / "macros")
    yield con
    con.close()


def in_sql(con: duckdb.DuckDBPyConnection, n: int | None, d: int | None, digits: int) -> tuple[object, object]:
    return con.execute(QUERY, {"n": n, "d": d, "digits": digits}).fetchall()[0]


@pytest.mark.parametrize(
    ("n", "d", "digits", "half_up", "truncated"),
    [
        (247, 304, 1, 813, 812),  # domain.md §3: 81,25 → 81,3 proves half up
        (14520, 58086, 1, 250, 249),  # §6: printed 24,9
        (6482, 58086, 2, 1116, 1115),  # §6: printed 11,15
        (728, 897, 2, 8116, 8115),  # §6: exists only rounded
        (13795 - 14520, 14520, 1, -50, -49),  # §3: prints as −5,0 %
        (-247, 304, 1, -813, -812),  # ties away from zero, truncation towards it, on both sides
        (1, 200, 0, 1, 0),
        (-1, 200, 0, -1, 0),
        (0, 7, 2, 0, 0),
        (7, 7, 2, 10000, 10000),
        (2874, 2533, 1, 1135, 1134),  # above 100 %
    ],
)
def test_by_hand(con: duckdb.DuckDBPyConnection, n: int, d: int, digits: int, half_up: int, truncated: int) -> None:
    assert in_sql(con, n, d, digits) == (half_up, truncated)


@pytest.mark.parametrize(("n", "d"), [(1, 0), (0, 0), (1, -7), (None, 7), (7, None)])
def test_no_percentage_without_a_positive_denominator(
    con: duckdb.DuckDBPyConnection, n: int | None, d: int | None
) -> None:
    assert in_sql(con, n, d, 2) == (None, None)


@REPEATABLE
@given(n=COUNTS, d=st.integers(1, 10**9), digits=st.integers(0, 4))
def test_like_the_domain(con: duckdb.DuckDBPyConnection, n: int, d: int, digits: int) -> None:
    assert in_sql(con, n, d, digits) == (
        scaled_percent(n, d, digits),
        scaled_percent(n, d, digits, Rounding.TRUNCATE),
    )


@REPEATABLE
@given(half=st.integers(0, 10**6).map(lambda k: 2 * k + 1), scale=st.integers(1, 10**4), digits=st.integers(0, 3))
def test_like_the_domain_on_ties(con: duckdb.DuckDBPyConnection, half: int, scale: int, digits: int) -> None:
    """half/(2·100·10^digits) is k and a half in the last printed digit, whatever it is extended by."""
    n, d = half * scale, 2 * 100 * 10**digits * scale
    whole = (half - 1) // 2
    assert in_sql(con, n, d, digits) == (whole + 1, whole)
    assert in_sql(con, -n, d, digits) == (-whole - 1, -whole)
    assert scaled_percent(n, d, digits) == whole + 1
