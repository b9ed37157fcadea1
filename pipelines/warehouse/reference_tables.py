"""The reference tables inside the warehouse, where the models read them.

Belongs here: replacing the schema `reference` by the checked frames.
Does not belong here: reading and checking them (pipelines.reference).
"""

from __future__ import annotations

import duckdb

from pipelines.reference import Reference
from pipelines.warehouse.connection import transaction


def replace_reference(con: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Make the tables of schema `reference` equal to the frames, in one transaction."""
    with transaction(con):
        for name, frame in reference.tables.items():
            con.register("incoming", frame.rechunk())
            con.execute(f"create or replace table reference.{name} as select * from incoming")
            con.unregister("incoming")
