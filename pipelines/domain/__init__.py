"""Facts and arithmetic of the field in pure Python: rounding, printed figures, names of units, statistical periods.

Belongs here: what would still be true if every tool were replaced. Functions take plain values and return plain values.
Does not belong here: Polars, DuckDB, Dagster, Great Expectations, files, the clock, the environment, and whatever is
particular to one jurisdiction (marks, words, calendars and holidays arrive as arguments).
"""
