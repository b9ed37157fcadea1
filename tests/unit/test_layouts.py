"""Layouts: their schema. What cannot be used is named with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.submissions.layouts import Layout, LayoutError, load_layouts
from tests.builders import LAYOUT

# --- the schema ----------------------------------------------------------------------------------------------------


def test_the_layouts_of_a_folder_come_in_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yml").write_text(LAYOUT.replace("layout: form", f"layout: {name}"), encoding="utf-8")
    assert [layout.layout for layout in load_layouts(tmp_path)] == ["a", "b"]
    assert load_layouts(tmp_path / "nowhere") == ()


REST = """\
layout: form
title: {en: F}
file: {kinds: [xlsx]}
constants: {unit: A, offence: all, series: s, definition_version: v, accumulation: increment, year: 2023}
"""
COLUMN = "{header: a, measure: recorded}"


def with_table(columns: str = COLUMN, table: str = "", layout: str = "") -> str:
    """A small layout with these columns and further entries of its table and of itself."""
    return f"{REST}{layout}tables:\n  - header: {{starts_at: a}}\n    columns: [{columns}]\n{table}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (with_table(layout="holds: totals\n"), "holds"),
        (with_table(layout="sheets: [a]\n"), "sheets"),  # a key that nobody reads would be a rule that nobody follows
        (with_table().replace("year: 2023", "province: A, year: 2023"), "province"),
        (with_table(table="    titles: [{pattern: '^Unit: (.+)$'}]\n"), "tables[0].titles[0].pattern"),
        (with_table(table="    titles: [{pattern: '^(?P<province>.+)$'}]\n"), "tables[0].titles[0].pattern"),
        (with_table(table="    titles: [{pattern: '(?P<unit>'}]\n"), "unterminated"),
        (with_table("{header: a, field: province}"), "tables[0].columns[0]"),
        (with_table("{header: a}"), "none holds figures"),
        (with_table("{header: a, field: measure}"), "none holds figures"),  # a measure without its value
        (with_table("{header: a, field: unit, measure: recorded}"), "give one of"),
        (with_table("{header: a, measure: recorded, times: 3}"), "times"),  # which ones?
        (with_table(table="    rows: {only: {b: [x]}}\n"), "not the header of a column"),
        (with_table().replace("{starts_at: a}", "{starts_at: a, row: 3}"), "either starts_at or row"),
        (with_table().replace("{starts_at: a}", "{starts_at: a, rows: 9}"), "rows"),
        (with_table().replace(", year: 2023", ""), "nothing gives year"),
        (with_table().replace("unit: A, ", ""), "nothing gives unit"),
        (with_table().replace("kinds: [xlsx]", "kinds: [pdf]"), "file.kinds"),
        (with_table().replace("kinds: [xlsx]", "kinds: [csv], encoding: nonsense"), "encoding"),
        (with_table(layout="tolerance: much\n"), "tolerance"),
        (with_table(layout="marks: {x: nothing}\n"), "marks"),
        (REST, "tables"),
        (with_table().replace("layout: form", "layout: other"), "must be the name of the file"),
        ("layout: [form", "expected"),
        ("", "file"),
    ],
)
def test_a_layout_that_cannot_be_used_is_named_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "form.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError) as error:
        load_layouts(tmp_path)
    assert str(tmp_path / "form.yml") in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_layout_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "form.yml").write_bytes(with_table().replace("F", "é").encode("latin-1"))
    with pytest.raises(LayoutError, match=r"form\.yml"):
        load_layouts(tmp_path)


def test_a_number_or_a_year_may_be_written_without_quotes(tmp_path: Path) -> None:
    (tmp_path / "form.yml").write_text(with_table(), encoding="utf-8")
    (layout,) = load_layouts(tmp_path)
    assert layout.constants["year"] == "2023"


@pytest.mark.parametrize(("written", "millionths"), [("0 %", 0), ("0.1 %", 1000), ("1.25%", 12_500), ("12 %", 120_000)])
def test_a_tolerance_is_a_share(written: str, millionths: int) -> None:
    table = {"header": {"starts_at": "a"}, "columns": [{"header": "a", "measure": "recorded"}]}
    constants = {"unit": "A", "offence": "o", "series": "s", "definition_version": "v", "accumulation": "increment"}
    layout = Layout.model_validate(
        {"layout": "l", "title": {}, "file": {"kinds": ["csv"]}, "tolerance": written,
         "constants": {**constants, "year": "2023"}, "tables": [table]}
    )  # fmt: skip
    assert layout.tolerated_per_million == millionths
