"""What the tables were built from, so that nothing is built twice and nothing is left stale.

Belongs here: fingerprints of the warehouse's content and of the builds made from it.
Does not belong here: building (models.py).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import duckdb

from pipelines.warehouse.connection import statement


def content_fingerprint(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over everything in the ledger that decides which figures are current; no times enter it."""
    rows = con.sql(statement("ledger_content")).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def combined(*fingerprints: str) -> str:
    """One fingerprint of several."""
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()


def built_from(con: duckdb.DuckDBPyConnection, layer: str) -> str | None:
    """The fingerprint a layer was last built from, None when it never was."""
    row = con.execute("select fingerprint from ops.builds where layer = ?", [layer]).fetchone()
    return row[0] if row else None


def record_build(con: duckdb.DuckDBPyConnection, layer: str, fingerprint: str, now: datetime) -> None:
    """Note what a layer has just been built from."""
    con.execute("insert or replace into ops.builds values (?, ?, ?)", [layer, fingerprint, now])


def row_counts(con: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    """Rows of every table of a schema, by name."""
    tables = con.execute(
        "select table_name from information_schema.tables where table_schema = ? order by table_name", [schema]
    ).fetchall()
    return {name: con.execute(f"select count(*) from {schema}.{name}").fetchall()[0][0] for (name,) in tables}


def checks(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """How many rows broke each test of a model, and each rule, when it was last run."""
    tests = con.execute("select test, max_by(failing_rows, built_at) from ops.model_tests group by test order by test")
    told = {"model_tests": dict(tests.fetchall())}
    rules = con.execute("select code, max_by(failed, validated_at) from ops.rule_results group by code order by code")
    return {**told, "rules": dict(rules.fetchall())}
