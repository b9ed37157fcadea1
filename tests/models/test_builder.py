"""The builder of models/, over small folders of models made for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.warehouse import models
from pipelines.warehouse.models import ModelError
from tests.models.harness import NOW, empty_warehouse

COLUMNS = "a: {type: BIGINT, unit: offences, description: The people's A}\nb: {type: VARCHAR, description: B}\n"
HEADER = "/*\ndescription: >\n  What it\n  says.\ngrain: [a]\n*/\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("core", "marts", "macros"):
        (tmp_path / name).mkdir()
    (tmp_path / "columns.yml").write_text(COLUMNS, encoding="utf-8")
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).write_text(text, encoding="utf-8")


def built(folder: Path, *layers: str) -> Any:
    con = empty_warehouse()
    for layer in layers:
        models.build_layer(con, folder, layer, NOW)
    return con


# The file, its text, and what the message must say beside the file's name.
REFUSED = {
    "undocumented column": ("core/x.sql", HEADER + "select 1::bigint as a, 2 as z", "columns.yml: z"),
    "star": ("core/x.sql", HEADER + "select * from (select 1::bigint as a)", "columns.yml"),
    "wrong type": ("core/x.sql", HEADER + "select 1::integer as a", "a is INTEGER, columns.yml says BIGINT"),
    "mart reading raw": (
        "marts/x.sql",
        HEADER + "select reading as a from raw.counts",
        "marts may not read raw.counts",
    ),
    "mart reading ops in a subquery": (
        "marts/x.sql",
        HEADER + "select (select count(*) from ops.receipts) as a",
        "marts may not read ops.receipts",
    ),
    "core reading marts": ("core/x.sql", HEADER + "select a from marts.y", "core may not read marts.y"),
    "no header": ("core/x.sql", "-- description: D\nselect 1::bigint as a", "must begin with a comment"),
    "no grain": ("core/x.sql", "/*\ndescription: D\n*/\nselect 1::bigint as a", "description and grain"),
    "header not YAML": ("core/x.sql", "/* description: a: b */ select 1::bigint as a", "not YAML"),
    "grain of another model": (
        "core/x.sql",
        "/*\ndescription: D\ngrain: [b]\n*/\nselect 1::bigint as a",
        "the grain names columns that the model does not have",
    ),
    "no SELECT": ("core/x.sql", HEADER + "insert into core.y values (1)", "one SELECT"),
    "no SQL": ("core/x.sql", HEADER + "selec 1 as a frm", "not SQL"),
    "test without sense": ("core/y__rule.test.sql", "select nothing from core.y", "nothing"),
    "unknown table": ("core/x.sql", HEADER + "select a from core.nowhere", "nowhere does not exist"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_model_is_refused_and_named(folder: Path, case: str) -> None:
    path, text, message = REFUSED[case]
    write(folder, "core/y.sql", HEADER + "select 1::bigint as a")
    write(folder, path, text)
    with pytest.raises(ModelError) as error:
        built(folder, "core", "marts")
    assert path in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "columns", ["a: {type: BIGINT}\n", "a: {description: A}\n", "a: A\n"], ids=["no description", "no type", "text"]
)
def test_an_incomplete_column_is_refused(folder: Path, columns: str) -> None:
    write(folder, "columns.yml", columns)
    with pytest.raises(ModelError, match=r"columns\.yml"):
        models.load_columns(folder)


def test_models_are_built_after_what_they_read(folder: Path) -> None:
    """z is read by y is read by x, and a mart whose name comes first reads x."""
    write(folder, "core/x.sql", HEADER + "select a + 1 as a from core.y")
    write(folder, "core/y.sql", HEADER + "select a + 1 as a from core.z")
    write(folder, "core/z.sql", HEADER + "select 1::bigint as a")
    write(folder, "marts/a.sql", HEADER + "select a from core.x")
    assert [model.table for model in models.load_models(folder)] == ["core.z", "core.y", "core.x", "marts.a"]
    assert [model.depends_on for model in models.load_models(folder)] == [(), ("core.z",), ("core.y",), ("core.x",)]
    assert built(folder, "core", "marts").execute("select a from marts.a").fetchall() == [(3,)]


def test_a_build_replaces_the_table_and_counts_its_rows(folder: Path) -> None:
    write(folder, "core/x.sql", HEADER + "select unnest([1, 2])::bigint as a")
    con = built(folder, "core")
    write(folder, "core/x.sql", HEADER + "select 7::bigint as a")
    assert models.build_layer(con, folder, "core", NOW)[0] == {"x": 1}
    assert con.execute("select a from core.x").fetchall() == [(7,)]


def test_descriptions_become_comments(folder: Path) -> None:
    write(folder, "core/x.sql", HEADER + "select 1::bigint as a, 'b' as b")
    con = built(folder, "core")
    assert con.execute("select comment from duckdb_tables() where table_name = 'x'").fetchall() == [
        ("What it says. Grain: a.",)
    ]
    columns = con.execute("select column_name, comment from duckdb_columns() where table_name = 'x' order by 1")
    assert columns.fetchall() == [("a", "The people's A"), ("b", "B")]


def test_a_repeated_grain_and_a_rule_that_returns_rows_fail(folder: Path) -> None:
    write(folder, "core/x.sql", HEADER + "select unnest([1, 1, 2])::bigint as a, 'b' as b")
    write(folder, "core/x__small.test.sql", "select a from core.x where a > 1")
    with pytest.raises(models.ModelTestsFailed) as failure:
        built(folder, "core")
    assert {(outcome.test, outcome.failing_rows) for outcome in failure.value.outcomes} == {
        ("x__grain", 1),
        ("x__small", 1),
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/x.sql", HEADER + "select 2::bigint as a"),
        ("core/x__rule.test.sql", "select 1 where false"),
        ("macros/m.sql", "create or replace macro core.one() as 1;"),
        ("columns.yml", COLUMNS + "c: {type: DATE, description: C}\n"),
    ],
)
def test_any_change_changes_the_fingerprint(folder: Path, path: str, text: str) -> None:
    write(folder, "core/x.sql", HEADER + "select 1::bigint as a")
    before = models.fingerprint(folder)
    write(folder, path, text)
    assert models.fingerprint(folder) != before


def test_models_that_read_each_other_are_refused(folder: Path) -> None:
    write(folder, "core/x.sql", HEADER + "select a from core.y")
    write(folder, "core/y.sql", HEADER + "select a from core.x")
    with pytest.raises(ModelError, match=r"core\.x"):
        built(folder, "core")
