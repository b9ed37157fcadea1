"""What an old client does with a release: open it read-only, ask, print the answers as JSON.

Runs in the client's own environment, which has DuckDB and nothing else: python read_release.py DATABASE PARQUET_FOLDER
"""

import json
import sys

import duckdb

VERDICTS = """
    select verdict, count(*) from published_figures where source_id = 'conference_303_2023' group by verdict
"""


def main(database: str, parquet: str) -> None:
    """Print the engine's version, the main figures from the database and from Parquet, and a comment."""
    con = duckdb.connect(database, read_only=True)
    answers = {
        "version": duckdb.__version__,
        "recorded": con.execute("select recorded from cluster_totals").fetchone()[0],
        "share": con.execute(
            "select numerator, denominator from national_shares where scope_type = 'cluster' and measure = 'recorded'"
        ).fetchone(),
        "verdicts": dict(con.execute(VERDICTS).fetchall()),
        "names": con.execute("select count(*) from units where name = 'Bà Rịa - Vũng Tàu'").fetchone()[0],
        "rows": {
            name: con.execute(f"select count(*) from {name}").fetchone()[0]
            for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()
        },
        "comment": con.execute("select comment from duckdb_tables() where table_name = 'clearance'").fetchone()[0],
        "parquet": duckdb.execute(f"select recorded from '{parquet}/cluster_totals.parquet'").fetchone()[0],
    }
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
