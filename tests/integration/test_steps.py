"""The steps one by one, as Dagster can run them: each again on its own, in any order, changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines import job
from pipelines.publication.releases import ReleaseError
from pipelines.settings import Settings
from pipelines.warehouse import loading
from pipelines.warehouse.connection import look
from tests.conftest import silent

Workplace = Callable[..., Settings]


def taken_in(settings: Settings) -> int:
    with look(settings) as con:
        assert con is not None
        return con.execute("select count(*) from raw.counts").fetchall()[0][0]


def test_loading_again_takes_nothing_in_twice(workplace: Workplace) -> None:
    settings = workplace("74")
    job.receive(settings)
    job.stage(settings)
    job.validate(settings)
    assert job.load(settings).rows == 12
    assert job.load(settings).rows == 0
    assert taken_in(settings) == 12
    assert job.validate(settings).rows == 0


def test_publishing_before_anything_is_built_is_refused(workplace: Workplace) -> None:
    with pytest.raises(ReleaseError, match="no marts"):
        job.publish(workplace())


def test_a_run_without_news_does_nothing(workplace: Workplace, finished_run: Settings) -> None:
    settings = workplace("7", "8", "conference", "ministry", "provincial", after=finished_run)
    assert job.pending(settings).nothing
    assert job.run(settings, silent) is None


def test_what_the_database_would_hold_wrongly_is_not_taken_in(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that loses a value while loading is caught by rows and sums, and nothing of the load stays."""
    settings = workplace("74")
    job.receive(settings)
    job.stage(settings)
    job.validate(settings)
    real = loading.run_script

    def losing(con: object, name: str, **values: object) -> None:
        real(con, name, **values)
        if name == "load":
            con.execute("update raw.counts set value = value - 1 where cell = 'C12'")

    monkeypatch.setattr(loading, "run_script", losing)
    with pytest.raises(loading.LoadMismatch, match="recorded"):
        job.load(settings)
    monkeypatch.undo()
    assert taken_in(settings) == 0
    assert job.load(settings).rows == 12
