"""From a received file to a tidy frame of values.

Belongs here: finding files, their sidecars, opening workbooks and CSV, recognising layouts, taking every value with its
cell, and the one cast from text to number.
Does not belong here: databases, validation rules, Dagster, and any knowledge of a particular form (that is a layout).
"""
