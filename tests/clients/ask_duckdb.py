"""Ask a release a list of statements in an environment that has DuckDB and nothing else.

ask_duckdb.py DATABASE < statements as JSON > answers as JSON
"""

import json
import sys

import duckdb

con = duckdb.connect(sys.argv[1], read_only=True)
print(json.dumps([con.execute(statement).fetchone()[0] for statement in json.load(sys.stdin)]))
