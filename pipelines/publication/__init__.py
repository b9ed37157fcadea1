"""What leaves the house: releases for readers, the report of findings, the table a run prints.

Belongs here: writing a release file and swapping it in, and rendering for people. Connections are lent by the caller.
Does not belong here: opening the warehouse, and computing figures (models/).
"""
