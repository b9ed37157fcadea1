"""How a file is read, cell by cell, and what a draft makes of an unknown one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from pipelines.reference import Reference
from pipelines.submissions import reading
from pipelines.submissions.explaining import annotate, explanation
from pipelines.submissions.layouts import Layout
from pipelines.submissions.suggesting import draft
from tests.builders import LAYOUT, csv_text, form, load_reference, workbook


@pytest.fixture(scope="module")
def testland(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return load_reference(tmp_path_factory.mktemp("reference"))


def roles(folder: Path, content: bytes, name: str, layout: Layout, testland: Reference) -> dict[str, str]:
    """The role of every cell with content, by its address, and the lines of the explanation under ''."""
    (folder / name).write_bytes(content)
    (folder / f"{name}.yml").write_text("source: conference\n", encoding="utf-8")
    received = reading.Received(name, "id", hashlib.sha256(content).hexdigest())
    read, located = reading.read_and_locate(folder, received, (layout,), testland)
    assert read.tables, read.findings
    values = reading.gather([read])
    found = {cell: role for (_, cell), role in annotate(located, read.tables, values).items()}
    return {**found, "": "\n".join(explanation(located, read.tables, values))}


def test_every_cell_of_a_form_has_its_role(tmp_path: Path, testland: Reference) -> None:
    """A3 and A2 gave the window and the unit; behind the footer nothing is read; a remark beside is told."""
    content = form(rows=[(1, "All offences", 10, 7, 2, "", "remark")], total=(10, 7, 2))
    found = roles(tmp_path, content, "a.xlsx", Layout.model_validate(yaml.safe_load(LAYOUT)), testland)
    by_role = {role: [cell for cell, own in found.items() if own == role] for role in "HNtLFTx.!"}
    assert by_role["t"] == ["A2", "A3"]
    assert sorted(by_role["H"]) == ["A5", "B5", "C5", "D5", "D6", "E6"]
    assert sorted(by_role["N"]) == ["A7", "B7", "C7", "D7", "E7"]
    assert (by_role["L"], sorted(by_role["F"]), sorted(by_role["T"])) == (
        ["B8", "B9"],
        ["C8", "D8", "E8"],
        ["C9", "D9", "E9"],
    )
    assert (by_role["x"], by_role["!"]) == (["A8"], ["G8"])
    assert sorted(by_role["."]) == ["A1", "A11", "C11", "D11", "E11"]
    assert "unit = 'Ardól' (A2)" in found[""]
    assert "series = 'Order' (constant)" in found[""]


def test_long_tables_are_shortened(tmp_path: Path, testland: Reference) -> None:
    content = form(rows=[(number, "All offences", number, 0, 0) for number in range(40)])
    found = roles(tmp_path, content, "a.xlsx", Layout.model_validate(yaml.safe_load(LAYOUT)), testland)
    assert "22 rows alike" in found[""]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_draft_recognises_the_file_it_was_drafted_from(tmp_path: Path, testland: Reference, kind: str) -> None:
    rows = [["Crime 2023"], [], ["District", "Offence", "Recorded", "Rate %"], ["North", "All", 1204, 52.4]]
    rows += [["South", "All", 877, 45.8], ["West", "All", 55, 1.5], ["Total", "All", 2136, 49.6], ["Source: register"]]
    names = ["a", "b", "c", "d"]
    text = csv_text(names, [dict(zip(names, row, strict=False)) for row in rows]).partition("\n")[2]
    content = workbook(rows) if kind == "xlsx" else text.encode()
    written = draft(content, f"Crimes.{kind}")
    layout = Layout.model_validate(yaml.safe_load(written)).model_copy(update={"source": "conference"})
    found = roles(tmp_path, content, f"Crimes.{kind}", layout, testland)
    assert [found[cell] for cell in ("A3", "C3", "A4", "B4", "C4", "C7", "A8")] == ["H", "H", "L", "L", "F", "S", "."]
    assert "# check" in written
    assert "year" in written
