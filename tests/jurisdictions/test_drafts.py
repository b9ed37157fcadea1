"""Layouts drafted from official files, against the finished ones: how many cells the draft alone places rightly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from pipelines import reference as reference_data
from pipelines.reference import Reference
from pipelines.settings import Settings
from pipelines.submissions import reading
from pipelines.submissions.explaining import Cell, annotate
from pipelines.submissions.layouts import Layout, load_layouts
from pipelines.submissions.suggesting import draft
from tests.jurisdictions.official import put_together

FILES = (
    ("kazakhstan", "Abay region.XLSX"),
    ("netherlands", "Criminaliteit Provincies.csv"),
    ("taiwan", "主要警政統計指標2V.csv"),
    ("taiwan", "竊盜統計2V.csv"),
    ("germany", "PKS2013.xlsx"),
)
# A cell is placed rightly when it is found to be a part of the header, a label, a figure, or outside the table. A total
# and a stated total are figures; which of them, and which columns of the body are passed over, is for a person to say.
PARTS = {"H": "header", "N": "header", "L": "label", "F": "figure", "S": "figure", "T": "figure", "t": "outside"}
PASSED_OVER = {"x": {"label", "figure", "x"}, "R": {"figure", "x"}}


@pytest.mark.parametrize(("country", "file"), FILES)
def test_a_draft_places_nine_cells_of_ten(country: str, file: str, tmp_path: Path) -> None:
    settings = put_together(country, tmp_path)
    reference = reference_data.load(settings)
    path = settings.submissions / file
    text = draft(path.read_bytes(), file)
    own = Layout.model_validate(yaml.safe_load(text)).model_copy(
        update={"source": reference["sources"]["source_id"][0]}
    )
    finished = _roles(settings, path, load_layouts(settings.layouts), reference)
    drafted = _roles(settings, path, [own], reference)
    cells = finished.keys() | drafted.keys()
    right = sum(_same(finished.get(cell, "."), drafted.get(cell, ".")) for cell in cells)
    assert len(cells) > 100
    assert right >= 0.9 * len(cells)


def _roles(settings: Settings, path: Path, layouts: Sequence[Layout], reference: Reference) -> dict[Cell, str]:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    received = reading.Received(path.name, "drafted", sha256)
    read, located = reading.read_and_locate(settings.submissions, received, layouts, reference)
    assert read.tables, read.findings
    return annotate(located, read.tables, reading.gather([read]))


def _same(finished: str, drafted: str) -> bool:
    part = PARTS.get(drafted, "outside" if drafted == "." else drafted)
    return part in PASSED_OVER.get(finished, {PARTS.get(finished, "outside")})
