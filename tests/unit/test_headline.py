"""The table at the end of a run: what is said where there is none. Its figures are tested on a real run (golden/)."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines import reference
from pipelines.publication.headline import headline
from tests.builders import leastland


def test_a_jurisdiction_without_a_headline_says_so(tmp_path: Path) -> None:
    """The release is empty: nothing of it is looked at."""
    jurisdiction = reference.load(leastland(tmp_path)).jurisdiction
    with duckdb.connect() as release:
        said = headline(release, jurisdiction)
    assert said == "No headline is declared in jurisdiction.yml, so no table is shown."
