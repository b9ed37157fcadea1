"""Five national statistics, as their publishers made them, through the whole job, against their published figures.

Every expected value stands in tests/jurisdictions/<country>/golden.csv with the cell or the statement it was
transcribed from; none is taken from the pipeline's output. The sixth, the repository's own, is tests/golden/.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache

import duckdb
import pytest

from pipelines import job
from pipelines.domain.rounding import Rounding, percent
from pipelines.settings import MODELS, Settings
from pipelines.warehouse import lineage
from pipelines.warehouse.connection import look
from tests.conftest import silent
from tests.jurisdictions.official import COUNTRIES, WRITTEN, put_together
from tests.reopening import text_at

Row = Mapping[str, str]
Connection = duckdb.DuckDBPyConnection

FIGURE = """
    scope_type = $scope_type and scope_id = $scope_id and period_id = $period_id and series_id = $series_id
    and offence_code = $offence_code
"""
MEASURE = f"{FIGURE} and measure = $measure"
CLUSTER_SUMS = "select 'cluster' as scope_type, cluster_id as scope_id, * from core.cluster_sums"


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    """A finished run over a country's official files, made once."""

    @cache
    def run(country: str) -> Settings:
        settings = put_together(country, tmp_path_factory.mktemp(country))
        job.run(settings, silent)
        return settings

    return run


@pytest.fixture(params=COUNTRIES)
def country(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def warehouse(country: str, run_of: Callable[[str], Settings]) -> Iterator[Connection]:
    with look(run_of(country)) as con:
        assert con is not None
        yield con


def written(country: str, name: str) -> list[Row]:
    with (WRITTEN / country / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_published_figures_come_out(country: str, warehouse: Connection) -> None:
    wrong = [
        f"{row['check']} {row['scope_id']} {row['offence_code']} {row['measure']} {row['window_end']}: "
        f"{found}, published {row['expected']} ({row['source']})"
        for row in written(country, "golden.csv")
        if (found := CHECKS[row["check"]](warehouse, row)) != row["expected"]
    ]
    assert wrong == []


def test_every_figure_and_check_of_the_files_is_accounted_for(country: str, warehouse: Connection) -> None:
    """Counts loaded and totals and rates checked, against a count of the files made with other programs."""
    expected = {(r["table"], r["file"], r["what"]): int(r["expected"]) for r in written(country, "tallies.csv")}
    found = {
        (table, file, what): count
        for table, sql in TALLIES.items()
        for file, what, count in warehouse.execute(sql).fetchall()
    }
    assert found == expected


def test_forty_figures_stand_where_they_are_said_to(
    country: str, run_of: Callable[[str], Settings], warehouse: Connection
) -> None:
    """Chosen by chance but the same each time; each cell opened by another program, two hundred over five countries."""
    settings = run_of(country)
    grain = ("unit_id", "period_id", "accumulation", "series_id", "definition_version", "offence_code", "measure")
    rows = warehouse.execute(
        f"select {', '.join(grain)}, value from marts.counts where status = 'reported'"
        f" order by hash({', '.join(grain)}), {', '.join(grain)} limit 40"
    ).fetchall()
    models = job.catalogue(settings)
    for *keys, value in rows:
        (given,) = lineage.explain(warehouse, MODELS, models, "counts", dict(zip(grain, keys, strict=True))).inputs
        (part,) = given.parts
        path = settings.submissions / part.file
        assert hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256
        assert (text_at(path, part.sheet, part.cell), part.value) == (part.raw_text, value), (keys, part)
    assert len(rows) == 40


TALLIES = {
    "raw.counts": "select file, role, count(*) from raw.counts group by all",
    "ops.rejected_rows": "select file, 'count', count(*) from ops.rejected_rows group by all",
    "ops.printed_checks": "select file, role || ' ' || verdict, count(*) from ops.printed_checks group by all",
    "marts.control_totals": "select '', verdict, count(*) from marts.control_totals group by all",
}


def _one(con: Connection, sql: str, row: Row) -> str:
    """The single value a query finds, as text, and `none` where there is none."""
    values = {
        **{name: row[name] for name in ("scope_type", "scope_id", "series_id", "offence_code", "measure")},
        "period_id": f"{row['window_start']}/{row['window_end']}",
    }
    used = {name: value for name, value in values.items() if f"${name}" in sql}
    found = con.execute(sql, used).fetchall()
    if not found:
        return "none"
    return str(found[0][0]) if len(found) == 1 else f"{len(found)} rows"


def _count(con: Connection, row: Row) -> str:
    sql = f"select value from (select 'unit' as scope_type, unit_id as scope_id, * from core.counts) where {MEASURE}"
    return _one(con, sql, row)


def _statement(con: Connection, row: Row) -> str:
    return _one(con, f"select value from core.controls where {MEASURE}", row)


def _share(con: Connection, row: Row) -> str:
    return _one(con, f"select numerator || '/' || denominator from marts.national_shares where {MEASURE}", row)


def _rate(con: Connection, row: Row) -> str:
    sql = "case when clearance_rate is null then 'none' else cleared || '/' || recorded end"
    return _one(con, f"select {sql} from marts.clearance where {FIGURE}", row)


def _printed_rate(con: Connection, row: Row) -> str:
    """The rate as its publisher prints it: half up, at as many digits."""
    found = _rate(con, row)
    cleared, _, recorded = found.partition("/")
    digits = -int(Decimal(row["expected"]).as_tuple().exponent)
    return str(percent(int(cleared), int(recorded), digits, Rounding.HALF_UP)) if recorded.isdecimal() else found


def _no_rate(con: Connection, row: Row) -> str:
    return _one(con, f"select coalesce(clearance_rate::varchar, '') from marts.clearance where {FIGURE}", row)


def _control(con: Connection, row: Row) -> str:
    return _one(con, f"select verdict from marts.control_totals where {MEASURE}", row)


def _residual(con: Connection, row: Row) -> str:
    return _one(con, f"select residual from marts.control_totals where {MEASURE}", row)


def _cluster_sum(con: Connection, row: Row) -> str:
    return _one(con, f"select value from ({CLUSTER_SUMS}) where {MEASURE}", row)


def _reported_sum(con: Connection, row: Row) -> str:
    return _one(con, f"select reported_sum from ({CLUSTER_SUMS}) where {MEASURE}", row)


def _change(con: Connection, row: Row) -> str:
    return _one(con, f"select absolute_change from marts.changes where {MEASURE} and comparison = 'year_before'", row)


def _total(con: Connection, row: Row) -> str:
    """The verdict on a total that a file prints of its own figures, named by file and cell."""
    place = re.search(r"(?P<file>\S[^;]*\.(?:csv|xlsx)) (?:\S+!)?(?P<cell>[A-Z]+\d+)", row["source"])
    assert place, row
    sql = "select verdict from ops.printed_checks where file = $file and cell = $cell and measure = $measure"
    found = con.execute(sql, {**place.groupdict(), "measure": row["measure"]}).fetchall()
    return str(found[0][0]) if len(found) == 1 else f"{len(found)} rows"


CHECKS: Mapping[str, Callable[[Connection, Row], str]] = {
    "count": _count,
    "statement": _statement,
    "share": _share,
    "rate": _rate,
    "printed_rate": _printed_rate,
    "no_rate": _no_rate,
    "control": _control,
    "residual": _residual,
    "cluster_sum": _cluster_sum,
    "reported_sum": _reported_sum,
    "total": _total,
    "change": _change,
}
