"""Reading one received file: its values, or the one finding that says why it cannot be read. It never raises."""

from __future__ import annotations

import gc
import hashlib
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.domain.findings import Severity
from pipelines.reference import Reference
from pipelines.submissions.layouts import Layout, load_layouts
from pipelines.submissions.reading import ReadFile, Received, gather, read_file, read_files
from pipelines.submissions.sidecars import SidecarError, read_sidecar
from tests.builders import LAYOUT, csv_form, form, load_reference, workbook

SIDECAR = "source: conference\n"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return load_reference(tmp_path_factory.mktemp("reference"))


CONSTANTS = {
    "unit": "A", "offence": "all", "series": "s", "definition_version": "v", "accumulation": "increment",
    "year": "2023",
}  # fmt: skip
LAYOUTS = (Layout.model_validate(yaml.safe_load(LAYOUT)),)


def read(
    folder: Path,
    reference: Reference,
    content: bytes,
    name: str = "a.xlsx",
    sidecar: str | bytes | None = SIDECAR,
    layouts: tuple[Layout, ...] = LAYOUTS,
) -> ReadFile:
    (folder / name).write_bytes(content)
    if sidecar is not None:
        (folder / f"{name}.yml").write_bytes(sidecar.encode() if isinstance(sidecar, str) else sidecar)
    return read_file(folder, Received(name, "id", hashlib.sha256(content).hexdigest()), layouts, reference)


def by_row(values: pl.DataFrame) -> pl.DataFrame:
    """Values come column by column; here row by row, as the eye reads them."""
    return values.sort(pl.col("cell").str.extract(r"(\d+)").cast(pl.Int64), "cell")


@pytest.mark.parametrize(
    ("content", "name", "code", "found"),
    [
        (b"", "a.xlsx", "file_empty", "0 bytes"),
        (workbook([]), "a.xlsx", "file_empty", "bytes"),
        (form()[:2000], "a.xlsx", "file_unreadable", ""),
        (b"No,Offence\n", "a.xlsx", "file_kind_differs", ""),
        (b"No,\x00\n", "a.csv", "encoding_differs", "NUL"),
        ("Số vụ".encode("utf-16-le"), "a.csv", "encoding_differs", ""),
        (form(), "a.csv", "file_kind_differs", ""),
        (form(), "a.pdf", "file_unreadable", ".pdf"),
        (csv_form(), "a.tsv", "layout_unknown", ".tsv"),  # it can be opened, and no layout is for such files
        (workbook([["Dear all"]]), "a.xlsx", "layout_unknown", "Dear all"),
    ],
    ids=[
        "empty",
        "no cells",
        "truncated",
        "text named xlsx",
        "NUL",
        "UTF-16",
        "xlsx named csv",
        "pdf",
        "tsv",
        "letter",
    ],
)
def test_a_file_that_cannot_be_read_is_one_critical_finding(
    tmp_path: Path, reference: Reference, content: bytes, name: str, code: str, found: str
) -> None:
    outcome = read(tmp_path, reference, content, name)
    (finding,) = outcome.findings
    assert (finding.code, finding.severity, finding.file, finding.submission_id) == (
        code,
        Severity.CRITICAL,
        name,
        "id",
    )
    assert found in finding.found
    assert outcome.tables == ()


def test_the_differing_cell_and_the_layout_to_edit_are_named(tmp_path: Path, reference: Reference) -> None:
    def rename(page: Any) -> None:
        page["C5"] = "Reported"

    (finding,) = read(tmp_path, reference, form(rename)).findings
    assert (finding.code, finding.cell) == ("header_differs", "C5")
    assert finding.found == "Reported"
    assert finding.expected == "Recorded (layouts/form.yml, tables[0].columns[2].header)"


def test_the_nearest_layout_is_named(tmp_path: Path, reference: Reference) -> None:
    """Of two layouts, the one with one difference and not the one with two."""
    near, far = (
        Layout.model_validate(
            {
                "layout": name,
                "title": {"en": name},
                "file": {"kinds": ["csv"]},
                "constants": CONSTANTS,
                "tables": [
                    {
                        "header": {"starts_at": "No"},
                        "columns": [{"header": "No"}, *({"header": h, "measure": "recorded"} for h in columns)],
                    }
                ],
            }
        )
        for name, columns in (("near", ["A", "B"]), ("far", ["X", "Y"]))
    )
    (finding,) = read(tmp_path, reference, b"No,A,C\n1,2,3\n", "a.csv", layouts=(far, near)).findings
    assert finding.code == "header_differs"
    assert "layouts/near.yml" in finding.expected


def test_two_layouts_that_fit_are_ambiguous(tmp_path: Path, reference: Reference) -> None:
    twin = LAYOUTS[0].model_copy(update={"layout": "twin"})
    (finding,) = read(tmp_path, reference, form(), layouts=(*LAYOUTS, twin)).findings
    assert (finding.code, finding.found) == ("layouts_ambiguous", "form, twin")


def test_a_file_that_changed_since_it_was_received_is_refused(tmp_path: Path, reference: Reference) -> None:
    """What is read is what the ledger knows, byte for byte."""
    (tmp_path / "a.xlsx").write_bytes(form())
    (finding,) = read_file(tmp_path, Received("a.xlsx", "id", "0" * 64), LAYOUTS, reference).findings
    assert (finding.code, finding.found) == ("file_unreadable", "it changed while it was being read")


def test_a_file_that_is_gone_is_refused(tmp_path: Path, reference: Reference) -> None:
    (finding,) = read_file(tmp_path, Received("a.xlsx", "id", "0" * 64), LAYOUTS, reference).findings
    assert (finding.code, finding.file) == ("file_unreadable", "a.xlsx")


# --- sidecars ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        ("revision: first\n", "revision"),
        ("received_on: yesterday\n", "received_on"),
        ("sauce: conference\n", "sauce"),
        ("evidence: {cleared: derived}\n", "evidence.cleared"),
        ("evidence: {cleared: {citation: c}}\n", "evidence.cleared.evidence"),
        ("source: [\n", ""),
        ("- source\n", ""),
        (b"source: \xe9\n", ""),
    ],
    ids=["number", "date", "unknown entry", "evidence as text", "evidence lacks", "no YAML", "a list", "encoding"],
)
def test_an_invalid_sidecar_refuses_the_file(
    tmp_path: Path, reference: Reference, sidecar: str | bytes, told: str
) -> None:
    (finding,) = read(tmp_path, reference, form(), sidecar=sidecar).findings
    assert finding.code == "sidecar_invalid"
    assert told in finding.found
    with pytest.raises(SidecarError):
        read_sidecar(tmp_path / "a.xlsx")


@pytest.mark.parametrize("sidecar", [None, "", "note: no source\n", "source: nobody\n"])
def test_a_source_must_be_declared(tmp_path: Path, reference: Reference, sidecar: str | None) -> None:
    (finding,) = read(tmp_path, reference, form(), sidecar=sidecar).findings
    assert finding.code == "source_unknown"
    assert finding.expected == "conference, ministry, own_release"


def test_a_layout_may_name_the_source_and_the_sidecar_outranks_it(tmp_path: Path, reference: Reference) -> None:
    layouts = (LAYOUTS[0].model_copy(update={"source": "ministry"}),)
    assert read(tmp_path, reference, form(), sidecar=None, layouts=layouts).source_id == "ministry"
    assert read(tmp_path, reference, form(), layouts=layouts).source_id == "conference"


def test_without_a_sidecar_nothing_is_declared(tmp_path: Path) -> None:
    """domain.md §2: without a day of receipt punctuality is unknown."""
    sidecar = read_sidecar(tmp_path / "a.xlsx")
    assert (sidecar.source, sidecar.received_on, sidecar.revision, sidecar.evidence) == (None, None, 0, {})


def test_what_the_sidecar_declares_stands_on_every_row(tmp_path: Path, reference: Reference) -> None:
    sidecar = (
        "source: conference\nrevision: 2\nreceived_on: 2023-12-18\ndefinition_version: w\nwindow_basis: assumed\n"
        "evidence:\n  cleared: {evidence: derived, citation: c}\n"
    )
    values = gather([read(tmp_path, reference, form(), sidecar=sidecar)])
    columns = ("measure", "revision", "received_on", "definition_version", "window_basis", "evidence", "citation")
    common = (2, date(2023, 12, 18), "w", "assumed")
    assert values.select(*columns, "derived_from").rows() == [
        ("recorded", *common, "submitted", "", None),
        ("cleared", *common, "derived", "c", None),
        ("cleared_prior", *common, "submitted", "", None),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "evidence: {cleared: {evidence: derived, derived_from: nowhere}}",
        "evidence: {recordedd: {evidence: derived}}",
        "evidence: {cleared: {evidence: derivd}}",
        "window_basis: guessed",
        "revision: -3",
        "revision: true",
    ],
)
def test_a_declaration_that_means_nothing_refuses_the_file(tmp_path: Path, reference: Reference, entry: str) -> None:
    """A mistyped origin, say, would let a figure confirm itself."""
    found = read(tmp_path, reference, form(), sidecar=f"source: conference\n{entry}\n")
    assert [finding.code for finding in found.findings] == ["sidecar_invalid"]


def test_without_a_declaration_the_layouts_assumptions_hold(tmp_path: Path, reference: Reference) -> None:
    values = gather([read(tmp_path, reference, form())])
    assert values.select("definition_version", "window_basis", "evidence", "revision").unique().rows() == [
        ("v", "printed", "submitted", 0)
    ]


# --- values --------------------------------------------------------------------------------------------------------


def test_every_cell_of_a_measure_is_a_value_with_its_place(tmp_path: Path, reference: Reference) -> None:
    """Blank cells too: what is missing is said. Behind the footer nothing is data (domain.md §5)."""
    content = form(rows=[(1, "All offences", 10, "", "-"), ("", "", "", "", ""), (2, "of which: grave", "1.234", 0, 5)])
    values = gather([read(tmp_path, reference, content)])
    assert by_row(values).select("cell", "role", "measure", "offence", "raw_text", "cell_kind").rows() == [
        ("C8", "count", "recorded", "All offences", "10", "number"),
        ("D8", "count", "cleared", "All offences", "", "empty"),
        ("E8", "count", "cleared_prior", "All offences", "-", "text"),
        ("C10", "count", "recorded", "of which: grave", "1.234", "text"),
        ("D10", "count", "cleared", "of which: grave", "0", "number"),
        ("E10", "count", "cleared_prior", "of which: grave", "5", "number"),
    ]


def test_the_titles_give_unit_and_window_with_their_cells(tmp_path: Path, reference: Reference) -> None:
    values = gather([read(tmp_path, reference, form())])
    assert values.select("unit", "unit_cell", "window_start", "window_end", "window_cell").unique().rows() == [
        ("Ardól", "A2", "15/12/2022", "14/12/2023", "A3")
    ]


def test_a_printed_total_is_a_total_and_what_stands_below_it_is_stray(tmp_path: Path, reference: Reference) -> None:
    """domain.md §5: "Tổng cộng" is a control total and never data; a figure below it must not vanish unseen."""

    def add_below(page: Any) -> None:
        page["B10"], page["C10"] = "of which: grave", 5

    values = gather([read(tmp_path, reference, form(add_below, total=(10, 7, 2)))])
    assert by_row(values).select("cell", "role", "offence").rows()[3:] == [
        ("C9", "total", ""),
        ("D9", "total", ""),
        ("E9", "total", ""),
        ("C10", "stray", "of which: grave"),
    ]


def test_hidden_cells_are_read_and_marked(tmp_path: Path, reference: Reference) -> None:
    def hide(page: Any) -> None:
        page.column_dimensions["D"].hidden = True

    values = gather([read(tmp_path, reference, form(hide))])
    assert values.select("cell", "raw_text", "hidden").rows() == [
        ("C8", "10", False),
        ("D8", "7", True),
        ("E8", "2", False),
    ]


def test_the_layouts_of_the_folder_are_those_of_the_constant(tmp_path: Path) -> None:
    (tmp_path / "form.yml").write_text(LAYOUT, encoding="utf-8")
    assert load_layouts(tmp_path) == LAYOUTS


def test_a_field_without_end_is_a_finding(tmp_path: Path, reference: Reference) -> None:
    (finding,) = read(tmp_path, reference, b'No,"a\n' + b"1,2\n" * 40_000, "a.csv").findings
    assert finding.code == "file_unreadable"


def test_a_day_that_does_not_exist_is_an_invalid_sidecar(tmp_path: Path, reference: Reference) -> None:
    (finding,) = read(tmp_path, reference, form(), sidecar="source: conference\nreceived_on: 2023-02-30\n").findings
    assert finding.code == "sidecar_invalid"


def test_many_files_are_read_as_one_by_one(tmp_path: Path, reference: Reference) -> None:
    """More than are open at a time, with some that end early: the order, the findings and the values are the same."""
    contents = [form(), b"", form()[:2000], csv_form(), b"%PDF-1.7", form(), workbook([["x"]])] * 3
    received = []
    for number, content in enumerate(contents):
        name = f"{number:02}.xlsx"
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.yml").write_text(SIDECAR, encoding="utf-8")
        received.append(Received(name, f"id{number}", hashlib.sha256(content).hexdigest()))
    received.append(Received("gone.xlsx", "gone", "0" * 64))
    before = (gc.isenabled(), sys.getswitchinterval())
    together = read_files(tmp_path, received, LAYOUTS, reference)
    assert (gc.isenabled(), sys.getswitchinterval()) == before
    alone = [read_file(tmp_path, one, LAYOUTS, reference) for one in received]
    assert [(one.file, one.layout, one.findings) for one in together] == [
        (one.file, one.layout, one.findings) for one in alone
    ]
    assert sum(not one.findings for one in together) == 6
    assert gather(together).equals(gather(alone))
