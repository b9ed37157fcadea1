"""The worked examples of docs/adding-a-jurisdiction.md and docs/adding-a-form.md, just as they are printed there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from pipelines import job
from pipelines.settings import ROOT, Settings
from pipelines.submissions.layouts import DIMENSIONS, FIELDS, Column, File, Header, Layout, Ratio, Rows, Table
from pipelines.warehouse.connection import look
from tests.conftest import silent

JURISDICTION = (ROOT / "docs" / "adding-a-jurisdiction.md").read_text(encoding="utf-8")
FORM = (ROOT / "docs" / "adding-a-form.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def northland(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The documented minimum with the documented form and layout, after a run."""
    folder = tmp_path_factory.mktemp("documented")
    settings = Settings(jurisdiction=folder / "northland", home=folder / "home")
    for part in (settings.reference, settings.layouts, settings.submissions):
        part.mkdir(parents=True)
    _write(settings.jurisdiction / "jurisdiction.yml", _block(JURISDICTION, r"\*\*jurisdiction\.yml\*\*", "yaml"))
    for name in re.findall(r"\*\*reference/(\w+)\.csv\*\*", JURISDICTION):
        _write(settings.reference / f"{name}.csv", _block(JURISDICTION, rf"\*\*reference/{name}\.csv\*\*", "csv"))
    _write(settings.layouts / "yearly_table.yml", _block(FORM, "Its layout, `layouts/yearly_table.yml`", "yaml"))
    (settings.submissions / "Crimes 2023.xlsx").write_bytes(_printed_form())
    job.run(settings, silent)
    return settings


def _block(text: str, after: str, language: str) -> str:
    """The first block of a language after a text."""
    found = re.search(rf"{after}.*?```{language}\n(.*?)```", text, re.DOTALL)
    assert found, after
    return found[1]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _printed_form() -> bytes:
    """The table of the worked example as a workbook of texts."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Table 1"
    for line in re.findall(r"^\| \*\*\d\*\* \|(.*)\|$", FORM, re.MULTILINE):
        sheet.append([cell.strip() or None for cell in line.split("|")])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_nothing_is_refused(northland: Settings) -> None:
    assert job.findings(northland).is_empty()


def test_the_printed_totals_come_out(northland: Settings) -> None:
    with look(northland) as con:
        assert con is not None
        controls = con.execute("select measure, stated, summed, verdict from marts.control_totals order by all")
        assert controls.fetchall() == [("cleared", 1033, 1033, "exact"), ("recorded", 2081, 2081, "exact")]
        rates = con.execute(
            "select scope_id, cleared, recorded from marts.clearance where offence_code = 'all' order by 1"
        )
        assert rates.fetchall() == [("NL0", 1033, 2081), ("NL1", 631, 1204), ("NL2", 402, 877)]
        shares = con.execute(
            "select scope_id, numerator, denominator from marts.national_shares "
            "where offence_code = 'all' and measure = 'recorded' and scope_type = 'unit' order by 1"
        )
        assert shares.fetchall() == [("NL1", 1204, 2081), ("NL2", 877, 2081)]
        missing = con.execute("select cell, status, value from core.counts where status <> 'reported'")
        assert missing.fetchall() == [("D4", "missing", None)]
        printed = con.execute("select cell, verdict from ops.printed_checks order by 1")
        assert printed.fetchall() == [
            ("E3", "exact"), ("E4", "not checkable"), ("E5", "exact"), ("E6", "exact"), ("E7", "exact"),
        ]  # fmt: skip


@pytest.mark.parametrize("model", [Layout, File, Table, Header, Rows, Column, Ratio])
def test_every_entry_of_a_layout_is_documented(model: type) -> None:
    undocumented = [name for name in model.model_fields if not re.search(rf"[`{{ ,]{name}[`:,]", FORM)]
    assert undocumented == []


def test_every_field_is_documented() -> None:
    assert [name for name in FIELDS if f"`{name}`" not in FORM] == []
    assert set(DIMENSIONS) < set(FIELDS)
