"""Asking a published release, for the tests of releases.

Belongs here: queries on the release that is current.
Does not belong here: expected values.
"""

from __future__ import annotations

from pipelines.publication import releases
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_release

PERIOD = "2022-12-15/2023-12-14"


def published(settings: Settings, sql: str, *values: object) -> list[tuple[object, ...]]:
    with open_release(settings.published_database) as con:
        return con.execute(sql, values).fetchall()


def current(settings: Settings) -> releases.Release:
    found = releases.current(settings.releases)
    assert found is not None
    return found
