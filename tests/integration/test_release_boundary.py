"""The file is the boundary: what must never be in a release, and what nobody can do from within it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import job
from pipelines.settings import Settings
from pipelines.warehouse.connection import look, open_release
from tests.conftest import silent
from tests.integration.bad_files import edited
from tests.integration.releasing import current, published

Workplace = Callable[..., Settings]


# --- the file is the boundary ---------------------------------------------------------------------------------------

SECRET = "Nguyễn Văn Bí Mật 0123456789"


def test_a_release_holds_nothing_private(workplace: Workplace, tmp_path: Path) -> None:
    """Texts of cells, refused rows, senders, notes and persons stay in the private warehouse."""
    settings = workplace("74", "75", "conference")
    spoilt = settings.submissions / "spoilt.xlsx"
    edited({"C12": f"{SECRET} hỏng", "B12": "x"})(spoilt)
    note = spoilt.with_name("spoilt.xlsx.yml")
    text = re.sub("(?m)^(sender|note):.*\n", "", note.read_text(encoding="utf-8"))
    note.write_text(f"{text}sender: {SECRET}\nnote: {SECRET}\n", encoding="utf-8")
    person = settings.submissions / "person.xlsx"
    edited({"A20": "Số CCCD", "B20": SECRET})(person)
    job.run(settings, silent)
    with look(settings) as con:
        assert con is not None
        private = _texts(con, "database_name = current_database() and schema_name in ('raw', 'ops')")
    assert any(SECRET in text for text in private)  # it was received, and it is kept
    with open_release(settings.published_database) as con:
        public = _texts(con, "schema_name = 'main' and not internal")
    assert not any(SECRET in text for text in public)
    with look(settings) as con:
        assert con is not None
        raw = {
            t for (t,) in con.execute("select distinct raw_text from raw.counts where raw_text like '%.%'").fetchall()
        }
        texts = con.execute("select distinct raw_text from ops.rejected_rows").fetchall()
        refused = {text for (text,) in texts if text and not text.isdecimal()}  # a number may be anybody's
    printed = {str(t) for (t,) in published(settings, "select printed_text from published_figures")}
    assert not (raw - printed) & public
    assert refused
    assert not refused & public
    for path in current(settings).folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def _texts(con: duckdb.DuckDBPyConnection, where: str) -> set[str]:
    columns = con.execute(f"select schema_name, table_name, column_name from duckdb_columns() where {where}").fetchall()
    found: set[str] = set()
    for schema, table, column in columns:
        rows = con.execute(f'select distinct "{column}"::varchar from {schema}."{table}"').fetchall()
        found |= {text for (text,) in rows if text}
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "attach ':memory:' as other; attach 'other.duckdb' as another",
        "install httpfs",
        "load httpfs",
        "copy units to 'units.csv'",
        "create table mine as select 1",
        "update units set name = 'x'",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ],
)
def test_opened_as_documented_it_cannot_leave_the_file(
    finished_run: Settings, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_release(finished_run.published_database) as con, pytest.raises(duckdb.Error):
        con.execute(statement)
    assert not list(tmp_path.iterdir())  # and nothing was written
