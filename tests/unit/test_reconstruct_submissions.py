"""The reconstructed submissions say what was published, say that they are reconstructed, and rebuild byte for byte."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from scripts.reconstruct_submissions import COLUMNS, FACE_LABEL, LABEL, SHEET, rebuild

JURISDICTION = Path(__file__).resolve().parents[2] / "data_raw" / "vietnam"
COMMITTED = JURISDICTION / "submissions" / "2023" / "qc303"
CODES = ("72", "74", "75", "77", "79", "80", "82")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


FIGURES = {row["figure_id"]: row for row in rows(JURISDICTION / "reference" / "published_figures.csv")}


def workbook_of(code: str) -> Path:
    (path,) = COMMITTED.glob(f"{code}_*.xlsx")
    return path


def cells(path: Path) -> list[list[Any]]:
    book = load_workbook(path)
    assert book.sheetnames == [SHEET]
    return [list(row) for row in book[SHEET].iter_rows(values_only=True)]


def published(code: str, measure: str) -> int | None:
    figure = FIGURES.get(f"conference_303_2023/{code}-2008/{measure}")
    return int(figure["value"]) if figure else None


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("submissions")
    rebuild(JURISDICTION, output)
    return output / "2023" / "qc303"


def test_the_same_files_are_rebuilt(rebuilt: Path) -> None:
    assert {p.name for p in rebuilt.iterdir()} == {p.name for p in COMMITTED.iterdir()}


def test_the_workbooks_hold_the_same_cells(rebuilt: Path) -> None:
    for code in CODES:
        path = workbook_of(code)
        assert cells(rebuilt / path.name) == cells(path)


def test_every_file_is_rebuilt_byte_for_byte(rebuilt: Path) -> None:
    different = [p.name for p in COMMITTED.iterdir() if p.read_bytes() != (rebuilt / p.name).read_bytes()]
    assert different == []


@pytest.mark.parametrize("code", CODES)
def test_every_number_is_the_published_one(code: str) -> None:
    sheet = load_workbook(workbook_of(code))[SHEET]
    for measure, column in COLUMNS.items():
        assert sheet[f"{column}12"].value == published(code, measure)
        assert sheet[f"{column}15"].value == published(code, measure)
        assert sheet[f"{column}12"].number_format == "#,##0"
    expected = {f"{column}{row}" for measure, column in COLUMNS.items() for row in (12, 15) if published(code, measure)}
    numeric = {c.coordinate for row in sheet.iter_rows() for c in row if isinstance(c.value, int | float)}
    assert numeric == expected


@pytest.mark.parametrize("code", CODES)
def test_the_form_says_that_it_is_reconstructed(code: str) -> None:
    path = workbook_of(code)
    assert cells(path)[2][0] == FACE_LABEL
    sidecar = yaml.safe_load(path.with_name(path.name + ".yml").read_text(encoding="utf-8"))
    assert sidecar["label"] == LABEL
    assert sidecar["received_on"] is None
    assert set(sidecar["evidence"]) == {m for m in COLUMNS if published(code, m) is not None}
    for measure, told in sidecar["evidence"].items():
        figure = FIGURES[f"conference_303_2023/{code}-2008/{measure}"]
        assert (told["evidence"], told["citation"]) == (figure["evidence"], figure["citation"])
        assert ("derived_from" in told) == (told["evidence"] == "derived")
        assert told.get("derived_from", figure["figure_id"]) in FIGURES


@pytest.mark.parametrize("code", ["79", "82"])
def test_unpublished_clearances_stay_blank(code: str) -> None:
    sheet = load_workbook(workbook_of(code))[SHEET]
    assert [sheet[where].value for where in ("D12", "D15", "E12", "E15")] == [None] * 4


def test_the_row_labels_are_known_to_the_offence_table() -> None:
    labels = {text for row in rows(JURISDICTION / "reference" / "offences.csv") for text in row["labels"].split("|")}
    for code in CODES:
        assert {line[1] for line in cells(workbook_of(code))[11:14]} <= labels


def test_the_seven_forms_add_up_to_the_printed_cluster() -> None:
    forms = [load_workbook(workbook_of(code))[SHEET]["C12"].value for code in CODES]
    assert sum(forms) == int(FIGURES["conference_303_2023/qc303/recorded"]["value"])


def test_the_statement_prints_the_conference_totals() -> None:
    told = {(r["scope"], r["measure"]): r["value"] for r in rows(COMMITTED / "conference_303_statement.csv")}
    assert told == {
        ("Cụm 303", "recorded"): "14.520",
        ("Cụm 303", "cleared"): "10.105",
        ("Cụm 303", "suspects"): "12.467",
        ("Toàn quốc", "recorded"): "58.086",
    }


def test_a_derived_count_needs_its_printed_rate(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    for source in (JURISDICTION / "reference").glob("*.csv"):
        text = source.read_text(encoding="utf-8")
        kept = [line for line in text.splitlines(keepends=True) if "/77-2008/clearance_rate" not in line]
        (reference / source.name).write_text("".join(kept), encoding="utf-8")
    with pytest.raises(ValueError, match="77-2008/clearance_rate is not among the published figures"):
        rebuild(tmp_path, tmp_path / "out")


def test_bulletins_state_each_window_and_series_once() -> None:
    told = rows(JURISDICTION / "submissions" / "bulletins" / "ministry_bulletins.csv")
    keys = {(r["window_start"], r["window_end"], r["series"], r["definition_version"]) for r in told}
    assert len(keys) == len(told)
    assert all(r["recorded"] or r["cleared"] or r["suspects"] for r in told)
