"""The private warehouse in DuckDB: the only home of duckdb.connect.

Belongs here: opening the database under the writer's lock, the ledger, staging, loading in one transaction, and
building the models of models/ with their tests.
Does not belong here: reading files, rules, Dagster, and what leaves the house (publication/ is lent a connection).
"""
