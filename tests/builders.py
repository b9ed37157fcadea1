"""Testland: a made-up jurisdiction, its forms and its files, built in code.

Belongs here: reference tables and jurisdiction.yml as small Python values, written as the files a jurisdiction consists
of, layouts, workbooks with openpyxl, what openpyxl cannot write (ods, patched parts of an xlsx), and reading them all.
Does not belong here: anything of a real country, expected values, and rows of the warehouse (tests/models/harness.py).
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import polars as pl

from pipelines import reference as reference_data
from pipelines.reference import TABLES, Reference
from pipelines.settings import Settings
from pipelines.submissions.layouts import Layout
from pipelines.submissions.reading import ReadFile, Received, gather, read_file
from pipelines.submissions.tidy import tidy

Row = Mapping[str, object]
Tables = Mapping[str, Sequence[Row]]

JURISDICTION = """\
id: testland
name: {tl: Testlando, en: Testland}
languages: [tl, en]
time_zone: UTC
numbers: {thousands: ".", decimal: ","}
nation: N
largest_count: 10000000
weekend: [6, 7]
calendars:
  - id: statistical
    name: {tl: Statistika, en: Statistical}
    periods:
      month: {tl: Monato, en: Month}
      quarter: {tl: Kvarono, en: Quarter}
      half_year: {tl: Duonjaro, en: Half-year}
      nine_months: {tl: Naŭ monatoj, en: Nine months}
      year: {tl: Jaro, en: Year}
    year_starts: {month: 12, day: 15, year_offset: -1}
    source: made up
window_name: {tl: Fenestro, en: Window}
deadlines:
  - {level: province, working_days: 3, basis: assumed}
hedges: {over: above}
decreases: [down]
headline:
  cluster: c7
  series: s
  definition_version: v
  offence: all
  window: {start: 2022-12-15, end: 2023-12-14}
"""

# A and B were merged into AB on 1 July 2025, which took over A's name; C to G are as they were. N is the nation.
BASE: dict[str, list[dict[str, object]]] = {
    "units": [
        {"unit_id": "N", "level": "nation", "code": "0"},
        *(
            {"unit_id": u, "level": "province", "code": u.lower(), "parent_id": "N", "valid_from": "2000-01-01",
             "valid_to": "2025-06-30" if u in "AB" else None}
            for u in "ABCDEFG"
        ),
        {"unit_id": "AB", "level": "province", "code": "a", "parent_id": "N", "valid_from": "2025-07-01"},
    ],
    "unit_names": [
        {"unit_id": unit, "name": name, "name_type": kind}
        for unit, names in {
            "N": ("Tuta lando", "Whole country"),
            "A": ("Ardól", "Ardol"),
            "B": ("Boréna", "Borena"),
            "C": ("Cèmora", "Cemora"),
            "D": ("Dalka", "Dalka E"),
            "E": ("Elmir", "Elmir E"),
            "F": ("Fóra", "Fora E"),
            "G": ("Gento", "Gento E"),
            "AB": ("Ardól", "Greater Ardol"),
        }.items()
        for name, kind in zip(names, ("official", "english"), strict=True)
    ],
    "successions": [
        {"predecessor_id": "A", "successor_id": "AB", "effective_on": "2025-07-01"},
        {"predecessor_id": "B", "successor_id": "AB", "effective_on": "2025-07-01"},
    ],
    "clusters": [
        {"cluster_id": "c3", "name": "Tri", "name_en": "The three"},
        {"cluster_id": "c7", "name": "Sep", "name_en": "The seven", "labels": "Cluster 7|seven provinces"},
    ],
    "cluster_members": [
        *({"cluster_id": "c3", "unit_id": u, "valid_from": "2020-01-01"} for u in "ABC"),
        *({"cluster_id": "c7", "unit_id": u, "valid_from": "2020-01-01"} for u in "ABCDEFG"),
    ],
    "series": [
        {"series_id": "s", "definition_version": "v", "name": "S (v)", "labels": "Order|public order"},
        {"series_id": "s", "definition_version": "w", "name": "S (w)", "labels": "Order|public order"},
        {"series_id": "t", "definition_version": "v", "name": "T (v)", "labels": "Drugs"},
    ],
    "offences": [
        {"offence_code": "all", "name": "Ĉiuj", "name_en": "All", "labels": "All offences|Total"},
        {"offence_code": "grave", "parent_code": "all", "name": "Gravaj", "labels": "of which: grave"},
        {"offence_code": "gravest", "parent_code": "grave", "name": "Plej gravaj", "labels": "of which: gravest"},
    ],
    "measures": [
        {"measure": "recorded", "additive_over_units": "true", "additive_over_periods": "true"},
        {"measure": "cleared", "additive_over_units": "true", "additive_over_periods": "true"},
        {"measure": "cleared_prior", "additive_over_units": "true", "additive_over_periods": "false"},
        {"measure": "suspects", "additive_over_units": "false", "additive_over_periods": "false"},
    ],
    "sources": [
        {"source_id": "conference", "name": "Conference", "precedence": 1},
        {"source_id": "ministry", "name": "Ministry", "precedence": 2},
        {"source_id": "own_release", "name": "Own release", "precedence": 3},
    ],
}  # fmt: skip

# The least that a jurisdiction can be: two counties, one series, nothing that may be left out.
LEAST = """\
id: leastland
name: {xx: Leastlando}
languages: [xx]
time_zone: UTC
numbers: {thousands: " ", decimal: ","}
nation: N
calendars: [{id: civil}]
"""
LEAST_TABLES = {
    "units": "parent_id,level,unit_id\n,nation,N\nN,county,A\nN,county,B\n",
    "unit_names": "name,unit_id\nLeast,N\nAa,A\nOld Aa,A\nBee,B\n",
    "series": "series_id,definition_version,name\ncrime,v,All crime\n",
    "offences": "offence_code,name\nall,Total\ntheft,Theft\n",
    "measures": "measure,additive_over_units,additive_over_periods\nrecorded,TRUE,TRUE\nsuspects,FALSE,FALSE\n",
    "sources": "source_id,name,precedence\npolice,Police,1\n",
}

# Title rows, a merged two-row header, a row of column numbers, rows, a printed total, a footer.
LAYOUT = """\
layout: form
title: {tl: Formularo, en: Form}
file: {kinds: [xlsx, xls, ods, csv]}
constants: {series: Order, definition_version: v, accumulation: increment}
tables:
  - header: {starts_at: "No", rows: 2, number_row: true}
    columns:
      - header: "No"
      - {header: Offence, field: offence}
      - {header: Recorded, measure: recorded}
      - {header: Cleared / Total, measure: cleared}
      - {header: "Cleared / of earlier periods", measure: cleared_prior}
    rows: {total: [Sum], end: [Signed]}
    titles:
      - {pattern: '^Unit: (?P<unit>.+)$'}
      - {pattern: '^From (?P<window_start>\\S+) to (?P<window_end>\\S+)$', date_format: '%d/%m/%Y'}
"""
SHEET = "Form 1"
# The form's cells: data begin in row 8, so the first row's recorded stand in C8, cleared in D8, earlier ones in E8.
HEADER = [["No", "Offence", "Recorded", "Cleared", ""], ["", "", "", "Total", "of earlier periods"]]
MERGED = ("A5:A6", "B5:B6", "C5:C6", "D5:E5")

# What the cells of the smallest form do not say of their figures.
CONSTANTS = {
    "unit": "Ardól", "offence": "all", "series": "Order", "definition_version": "v", "accumulation": "increment",
    "year": "2023",
}  # fmt: skip

Edit = Callable[[Any], None]


def tables_with(**changed: Sequence[Row]) -> dict[str, Sequence[Row]]:
    """All reference tables of Testland, those that are named replaced; a table not spoken of is empty."""
    return {**dict.fromkeys(TABLES, ()), **BASE, **changed}


def write_jurisdiction(folder: Path, tables: Tables | None = None, jurisdiction: str = JURISDICTION) -> Settings:
    """Write Testland into a folder, with its layout and an empty submissions folder; the state lies beside it."""
    settings = Settings(jurisdiction=folder / "testland", home=folder / "home")
    for part in (settings.reference, settings.layouts, settings.submissions):
        part.mkdir(parents=True, exist_ok=True)
    (settings.jurisdiction / "jurisdiction.yml").write_text(jurisdiction, encoding="utf-8")
    (settings.layouts / "form.yml").write_text(LAYOUT, encoding="utf-8")
    for name, rows in (tables_with() if tables is None else tables).items():
        (settings.reference / f"{name}.csv").write_text(csv_text(list(TABLES[name]), rows), encoding="utf-8")
    return settings


def load_reference(folder: Path, jurisdiction: str = JURISDICTION, **changed: Sequence[Row]) -> Reference:
    """Testland's reference data, read from files as the job reads them."""
    return reference_data.load(write_jurisdiction(folder, tables_with(**changed), jurisdiction))


def leastland(folder: Path, jurisdiction: str = LEAST, **tables: str) -> Settings:
    """A jurisdiction with nothing but what must be there, as files; keywords replace or add tables."""
    settings = Settings(jurisdiction=folder / "leastland", home=folder / "home")
    settings.reference.mkdir(parents=True)
    (settings.jurisdiction / "jurisdiction.yml").write_text(jurisdiction, encoding="utf-8")
    for name, text in {**LEAST_TABLES, **tables}.items():
        (settings.reference / f"{name}.csv").write_text(text, encoding="utf-8")
    return settings


def csv_text(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A CSV with a header; what a row does not name is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def form_cells(
    rows: Sequence[Sequence[object]] = ((1, "All offences", 10, 7, 2),),
    *,
    unit: str = "Ardól",
    window: tuple[str, str] = ("15/12/2022", "14/12/2023"),
    total: Sequence[object] | None = None,
) -> list[list[object]]:
    """The form as rows of cells: titles, header, numbers, the given rows, a total where given, and the footer."""
    cells: list[list[object]] = [
        ["Police of Testland"],
        [f"Unit: {unit}"],
        [f"From {window[0]} to {window[1]}"],
        [],
        *HEADER,
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        *(list(row) for row in rows),
    ]
    if total is not None:
        cells.append(["", "Sum", *total])
    cells += [[], ["Signed: somebody", "", 999, 999, 999]]
    return cells


def form(edit: Edit | None = None, **cells: Any) -> bytes:
    """The form as an xlsx file (arguments as of form_cells); `edit` may change the sheet before it is saved."""
    return workbook(form_cells(**cells), MERGED, edit)


def workbook(
    rows: Sequence[Sequence[object]], merged: Sequence[str] = (), edit: Edit | None = None, sheet: str = SHEET
) -> bytes:
    """A workbook with one sheet that holds these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value not in ("", None):
                page.cell(row, column, value)
    for area in merged:
        page.merge_cells(area)
    if edit is not None:
        edit(page)
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of an openpyxl workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_form(**cells: Any) -> bytes:
    """The form's cells as CSV. It has no merged cells, so its header is written out in full."""
    rows = form_cells(**cells)
    rows[4:6] = [["No", "Offence", "Recorded", "Cleared", "Cleared"], ["", "", "", "Total", "of earlier periods"]]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def patched(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """A workbook with the XML of its parts changed: what other programs write and openpyxl does not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in changes:
                part = part.replace(before, after)
            new.writestr(name, part)
    return out.getvalue()


def ods(rows: Sequence[Sequence[object]]) -> bytes:
    """An OpenDocument spreadsheet with one sheet, plain cells only."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{SHEET}">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def _ods_cell(value: object) -> str:
    if value in ("", None):
        return "<table:table-cell/>"
    kind = f'float" office:value="{value}' if isinstance(value, (int, float)) else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def layout_of(columns: Sequence[Row], *, layout: Row | None = None, **table: Any) -> Layout:
    """A layout of one table whose header begins with that of its first column.

    Keywords are entries of the table, `layout` those of the layout itself; what figures need is constant.
    """
    own = {"constants": CONSTANTS, "file": {"kinds": ["xlsx", "csv"]}, **(layout or {})}
    only = {"header": {"starts_at": columns[0]["header"]}, **table, "columns": columns}
    return Layout.model_validate({"layout": "small", "title": {}, "tables": [only], **own})


def received(
    folder: Path,
    reference: Reference,
    content: bytes,
    *layouts: Layout,
    name: str = "a.xlsx",
    sidecar: str | bytes | None = "source: conference\n",
) -> ReadFile:
    """Put a file and its sidecar into a folder and read it by these layouts."""
    (folder / name).write_bytes(content)
    if sidecar is not None:
        (folder / f"{name}.yml").write_bytes(sidecar.encode() if isinstance(sidecar, str) else sidecar)
    return read_file(folder, Received(name, "id", hashlib.sha256(content).hexdigest()), layouts, reference)


def stage(
    folder: Path,
    reference: Reference,
    cells: Sequence[Sequence[object]] | bytes,
    columns: Sequence[Row],
    *,
    layout: Row | None = None,
    fields: Row | None = None,
    merged: Sequence[str] = (),
    edit: Edit | None = None,
    name: str = "a.xlsx",
    **table: Any,
) -> pl.DataFrame:
    """Staged rows of a form of one table (entries of it as keywords): cells of a workbook, or the bytes of any file.

    `fields` are those of the sidecar. The form must be read without any finding.
    """
    small = layout_of(columns, layout=layout, **table)
    content = cells if isinstance(cells, bytes) else workbook(cells, merged, edit)
    given = "".join(f'\n  {field}: "{text}"' for field, text in (fields or {}).items())
    sidecar = f"source: conference\nfields:{given or ' {}'}\n"
    file = received(folder, reference, content, small, name=name, sidecar=sidecar)
    assert file.findings == ()
    return tidy(gather([file]), reference, (small,))


def rows_of(staged: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the rows, in the order in which the eye reads their cells."""
    row, column = pl.col("cell").str.extract(r"(\d+)").cast(pl.Int64), pl.col("cell").str.extract(r"^([A-Z]+)")
    return staged.sort(pl.col("sheet"), row, column.str.len_chars(), column).select(*columns).rows()
