"""Testland, into which a test puts its submissions, and the conference of domain.md §6 in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pipelines.settings import MODELS
from pipelines.warehouse import models
from tests.builders import BASE, JURISDICTION, Row, load_reference
from tests.models.harness import CONFERENCE, Submission, World, rate_target, world_of

Testland = Callable[..., World]
Test = TypeVar("Test", bound=Callable[..., None])


@pytest.fixture(autouse=True, scope="module")
def _models_are_read_once() -> Iterator[None]:
    """Reading columns.yml and all headers takes as long as building; the project's own do not change meanwhile."""
    own, load = models.load_models(MODELS), models.load_models
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "load_models", lambda folder: own if folder == MODELS else load(folder))
        yield


@pytest.fixture
def testland(tmp_path: Path) -> Testland:
    """A warehouse that took submissions in, in order of arrival; keywords replace reference tables of Testland."""

    def make(*submissions: Submission, jurisdiction: str = JURISDICTION, **tables: Sequence[Row]) -> World:
        return world_of(load_reference(tmp_path, jurisdiction, **tables), submissions)

    return make


@dataclass(frozen=True)
class Case:
    """One test's part of a warehouse that the tests of a module share: a series of its own."""

    world: World
    series: str

    def rows(self, table: str, *columns: str, **where: object) -> list[tuple[Any, ...]]:
        """World.rows within the case."""
        return self.world.rows(table, *columns, **{"series_id": self.series, **where})

    def row(self, table: str, *columns: str, **where: object) -> tuple[Any, ...]:
        """World.row within the case."""
        (row,) = self.rows(table, *columns, **where)
        return row


def given(*submissions: Submission, targets: Sequence[Row] = ()) -> Callable[[Test], Test]:
    """The rows of a test, which are moved into a series named like the test; the fixture `case` reads them back.

    One build for all tests of a module: a build takes half a second.
    """

    def declare(test: Test) -> Test:
        name = test.__name__
        test.given = (
            [replace(submission, series=name) for submission in submissions],
            [{**target, "series_id": name, "target_id": f"{name} {n}"} for n, target in enumerate(targets)],
        )
        return test

    return declare


@pytest.fixture(scope="module")
def shared_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The warehouse with the rows of all tests of the module that declare theirs with `given`."""
    declared = [test.given for test in vars(request.module).values() if hasattr(test, "given")]
    submissions = [submission for own, _ in declared for submission in own]
    targets = [target for _, own in declared for target in own]
    known = {unit["unit_id"] for unit in BASE["units"]}
    made_up = dict.fromkeys(s.scope for s in submissions if s.scope_type == "unit" and s.scope not in known)
    units = [*BASE["units"], *({"unit_id": unit, "level": "made up"} for unit in made_up)]
    return world_of(load_reference(tmp_path_factory.mktemp("shared"), targets=targets, units=units), submissions)


@pytest.fixture
def case(request: pytest.FixtureRequest, shared_world: World) -> Case:
    """The test's own rows."""
    return Case(shared_world, request.function.__name__)


@pytest.fixture(scope="session")
def conference(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The conference's figures with the target of 75 % for provinces and for the cluster. Read it only."""
    targets = [rate_target(), rate_target(target_id="cluster", scope_type="cluster", scope_id="c7")]
    return world_of(load_reference(tmp_path_factory.mktemp("conference"), targets=targets), CONFERENCE)
