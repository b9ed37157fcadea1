"""Making values tidy: names become identities, texts become dates and numbers, rows know their neighbours."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.reference import Reference
from pipelines.submissions.layouts import Layout
from pipelines.submissions.reading import Received, gather, read_file
from pipelines.submissions.tidy import STAGED, tidy
from tests.builders import BASE, LAYOUT, form, load_reference

# One figure a row, the measure named in a column: what a conference states.
STATEMENT = """\
layout: statement
title: {en: Statement}
holds: statement
file: {kinds: [csv]}
constants: {accumulation: increment}
tables:
  - header: {starts_at: scope}
    columns:
      - {header: scope, field: unit}
      - {header: measure, field: measure}
      - {header: value, field: value}
      - {header: offence, field: offence}
      - {header: series, field: series}
      - {header: version, field: definition_version}
      - {header: start, field: window_start}
      - {header: end, field: window_end}
"""
STATEMENT_COLUMNS = "scope,measure,value,offence,series,version,start,end"
LAYOUTS = tuple(Layout.model_validate(yaml.safe_load(text)) for text in (LAYOUT, STATEMENT))

Stage = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def testland(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    aliases = [
        {"unit_id": "A", "name": "Police of Ardól Province", "name_type": "alias"},
        {"unit_id": "C", "name": "Old Cèmora", "name_type": "alias", "valid_to": "2009-12-31"},
        {"unit_id": "D", "name": "Đàl-ka City", "name_type": "alias"},
    ]
    return load_reference(tmp_path_factory.mktemp("reference"), unit_names=[*BASE["unit_names"], *aliases])


@pytest.fixture
def stage(tmp_path: Path, testland: Reference) -> Stage:
    """Read files (name → bytes), all of the source `conference`, and make them tidy together."""

    def make(files: dict[str, bytes]) -> pl.DataFrame:
        read = []
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            (tmp_path / f"{name}.yml").write_text("source: conference\n", encoding="utf-8")
            digest = hashlib.sha256(content).hexdigest()
            outcome = read_file(tmp_path, Received(name, name, digest), LAYOUTS, testland)
            assert outcome.findings == ()
            read.append(outcome)
        return tidy(gather(read), testland, LAYOUTS)

    return make


def statement(*rows: str) -> bytes:
    return "\n".join([STATEMENT_COLUMNS, *rows]).encode()


def in_window(scope: str, **changed: str) -> str:
    """A row of a statement on the statistical year 2023 for this scope."""
    row = {
        "scope": scope, "measure": "recorded", "value": "5", "offence": "Total", "series": "Order", "version": "v",
        "start": "2022-12-15", "end": "2023-12-14",
    }  # fmt: skip
    return ",".join({**row, **changed}.values())


def rows(staged: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return staged.select(*columns).rows()


# --- identities ----------------------------------------------------------------------------------------------------


def test_a_form_becomes_staged_rows(stage: Stage) -> None:
    staged = stage({"a.xlsx": form()})
    assert staged.schema == STAGED
    columns = ("row_id", "cell", "scope_type", "scope_id", "offence_code", "series_id", "definition_version", "measure")
    assert rows(staged, *columns, "value", "status") == [
        (0, "C8", "unit", "A", "all", "s", "v", "recorded", 10, "reported"),
        (1, "D8", "unit", "A", "all", "s", "v", "cleared", 7, "reported"),
        (2, "E8", "unit", "A", "all", "s", "v", "cleared_prior", 2, "reported"),
    ]
    window = (date(2022, 12, 15), date(2023, 12, 14), "statistical_year", 2023, 1)
    assert set(rows(staged, "window_start", "window_end", "period_kind", "period_year", "period_index")) == {window}


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("Ardól", "A"),
        ("ARDÓL", "A"),
        ("Ardol", "A"),  # a missing mark is restored
        ("police of Ardól  province", "A"),
        (unicodedata.normalize("NFD", "Ardól"), "A"),
        ("Đàl-ka City", "D"),
        ("Dal–ka city", "D"),  # another dash, missing marks
        ("Tuta lando", "N"),
    ],
)
def test_a_name_is_found_however_it_is_written(stage: Stage, written: str, unit: str) -> None:
    """domain.md §5: case, dashes, Unicode forms, aliases, missing marks."""
    assert set(rows(stage({"a.xlsx": form(unit=written)}), "scope_type", "scope_id")) == {("unit", unit)}


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("Ardòl", "Ardól"),  # a conflicting mark is never overridden: "Long Ân" is not Long An
        ("Ardóll", "Ardól"),
        ("Zzyzx", ""),
    ],
)
def test_an_unknown_name_is_never_matched_by_guess(stage: Stage, written: str, candidates: str) -> None:
    """domain.md §5: quarantined with its nearest candidates."""
    staged = stage({"a.xlsx": form(unit=written)})
    columns = ("scope_type", "scope_id", "unit", "unit_candidates", "unit_at_other_time")
    assert set(rows(staged, *columns)) == {(None, None, written, candidates, False)}


@pytest.mark.parametrize(
    ("end", "unit"),
    [("30/6/2025", "A"), ("1/7/2025", "AB")],
    ids=["the last day of the old unit", "the first day of the new one"],
)
def test_a_name_is_the_units_of_the_windows_last_day(stage: Stage, end: str, unit: str) -> None:
    """domain.md §4: the successor took over the name. Single-digit days and months are dates as well."""
    staged = stage({"a.xlsx": form(window=("1/6/2025", end))})
    assert set(rows(staged, "scope_id")) == {(unit,)}


@pytest.mark.parametrize(
    ("written", "window"), [("Boréna", ("15/6/2025", "14/7/2025")), ("Old Cèmora", ("15/1/2023", "14/2/2023"))]
)
def test_a_name_of_another_time_is_told(stage: Stage, written: str, window: tuple[str, str]) -> None:
    """B is no unit any more; the alias of C ended in 2009."""
    staged = stage({"a.xlsx": form(unit=written, window=window)})
    assert set(rows(staged, "scope_id", "unit_at_other_time")) == {(None, True)}


def test_a_statement_may_speak_of_a_cluster_by_any_label(stage: Stage) -> None:
    scopes = ("Sep", "The seven", "cluster 7", "seven provinces", "c7", "Tuta lando", "Boréna")
    staged = stage({"s.csv": statement(*map(in_window, scopes))})
    assert rows(staged, "scope_type", "scope_id") == [("cluster", "c7")] * 5 + [("unit", "N"), ("unit", "B")]
    assert set(rows(staged, "role", "cell_kind")) == {("statement", "text")}


def test_offences_by_any_label_and_unknown_ones_without_a_code(stage: Stage) -> None:
    labels = ("all", "All offences", "TOTAL", "Ĉiuj", "of which: grave", "of which : Grave", "of which: other", "")
    staged = stage({"s.csv": statement(*(in_window("Sep", offence=label) for label in labels))})
    assert [code for (code,) in rows(staged, "offence_code")] == ["all"] * 4 + ["grave"] * 2 + [None] * 2


@pytest.mark.parametrize(
    ("series", "version", "expected"),
    [
        ("Order", "v", "s"),
        ("public ORDER", "w", "s"),
        ("Drugs", "v", "t"),
        ("Drugs", "w", None),  # domain.md §1: a series is what it is with its definition version
        ("Order", "", None),
        ("Theft", "v", None),
        ("", "v", None),
    ],
)
def test_a_series_is_declared_with_its_version(stage: Stage, series: str, version: str, expected: str | None) -> None:
    staged = stage({"s.csv": statement(in_window("Sep", series=series, version=version))})
    assert rows(staged, "series_id") == [(expected,)]


def test_measures_are_known_or_not(stage: Stage) -> None:
    staged = stage({"s.csv": statement(in_window("Sep"), in_window("Sep", measure="gangs"))})
    assert rows(staged, "measure", "measure_known") == [("recorded", True), ("gangs", False)]


# --- windows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("15/06/2023", "14/07/2023", ("statistical_month", 2023, 7)),
        ("15/12/2022", "14/06/2023", ("statistical_half_year", 2023, 1)),
        ("08/02/2024", "14/02/2024", ("window", None, None)),  # a holiday window
    ],
)
def test_windows_have_the_period_of_a_calendar(stage: Stage, start: str, end: str, period: tuple[Any, ...]) -> None:
    """domain.md §2."""
    staged = stage({"a.xlsx": form(window=(start, end))})
    assert set(rows(staged, "period_kind", "period_year", "period_index")) == {period}


@pytest.mark.parametrize("window", [("31/02/2023", "14/03/2023"), ("2023-01-15", "2023-02-14"), ("soon", "later")])
def test_a_window_that_cannot_be_read_is_kept_as_written(stage: Stage, window: tuple[str, str]) -> None:
    """Without a window a unit cannot be known either; what was written is told."""
    staged = stage({"a.xlsx": form(window=window)})
    assert None in rows(staged, "window_start", "window_end")[0]
    assert set(rows(staged, "window_text", "period_kind")) == {(f"{window[0]} – {window[1]}", None)}


def test_a_reversed_window_is_two_dates_without_a_period(stage: Stage) -> None:
    staged = stage({"a.xlsx": form(window=("14/12/2023", "15/12/2022"))})
    columns = ("window_start", "window_end", "period_kind")
    assert set(rows(staged, *columns)) == {(date(2023, 12, 14), date(2022, 12, 15), None)}


def test_each_file_is_read_in_its_own_date_format(stage: Stage) -> None:
    staged = stage({"a.xlsx": form(window=("01/02/2023", "03/04/2023")), "s.csv": statement(in_window("Sep"))})
    assert rows(staged.unique("file", maintain_order=True), "window_start", "window_end") == [
        (date(2023, 2, 1), date(2023, 4, 3)),
        (date(2022, 12, 15), date(2023, 12, 14)),
    ]


# --- values --------------------------------------------------------------------------------------------------------


def test_counts_are_cast_once_with_status_and_problem(stage: Stage) -> None:
    staged = stage(
        {"a.xlsx": form(rows=[(1, "All offences", "14.520", "", "-"), (2, "of which: grave", 14.52, "x", -5)])}
    )
    assert rows(staged, "cell", "raw_text", "value", "status", "problem", "candidate") == [
        ("C8", "14.520", 14520, "reported", None, None),
        ("C9", "14.52", None, "invalid", "count_thousands_lost", 14520),
        ("D8", "", None, "missing", None, None),
        ("D9", "x", None, "invalid", "count_not_number", None),
        ("E8", "-", None, "missing", None, None),
        ("E9", "-5", -5, "invalid", "count_negative", None),
    ]


def test_clearances_know_the_offences_beside_them(stage: Stage) -> None:
    """domain.md §3: 19 recorded, 25 cleared, 8 of older cases; the part row has figures of its own."""
    staged = stage({"a.xlsx": form(rows=[(1, "All offences", 19, 25, 8), (2, "of which: grave", 3, 2, "")])})
    assert (
        rows(staged, "offence_code", "recorded", "cleared", "cleared_prior")
        == [("all", 19, 25, 8), ("grave", 3, 2, None)] * 3
    )


def test_a_part_knows_its_whole(stage: Stage) -> None:
    """gravest ⊂ grave ⊂ all; each is compared with the next larger one."""
    table = [(1, "All offences", 10, 8, 1), (2, "of which: grave", 4, 3, ""), (3, "of which: gravest", 2, 1, 0)]
    staged = stage({"a.xlsx": form(rows=table)}).filter(measure="recorded")
    assert rows(staged, "offence_code", "value", "whole") == [("all", 10, None), ("grave", 4, 10), ("gravest", 2, 4)]


def test_a_printed_total_knows_the_sum_of_the_rows_above_it(stage: Stage) -> None:
    """Parts are in their whole already: 10 and not 14. It is no count and repeats none."""
    table = [(1, "All offences", 10, 8, ""), (2, "of which: grave", 4, 3, "")]
    staged = stage({"a.xlsx": form(rows=table, total=(11, 8, ""))}).filter(role="total")
    assert rows(staged, "measure", "value", "computed", "verdict", "offence_code", "repeats") == [
        ("recorded", 11, "10", "differs", None, None),
        ("cleared", 8, "8", "exact", None, None),
        ("cleared_prior", None, "0", "not checkable", None, None),
    ]


def test_parts_without_their_whole_are_summed(stage: Stage) -> None:
    staged = stage({"a.xlsx": form(rows=[(1, "of which: grave", 4, 3, 1)], total=(4, 3, 1))}).filter(role="total")
    assert rows(staged, "measure", "computed") == [("recorded", "4"), ("cleared", "3"), ("cleared_prior", "1")]


def test_a_figure_that_is_stated_twice_is_counted(stage: Stage) -> None:
    """Under two labels of one offence, too."""
    staged = stage({"a.xlsx": form(rows=[(1, "All offences", 10, 7, 2), (2, "Total", 11, 7, 2)])})
    assert set(rows(staged, "repeats")) == {(2,)}
    assert set(rows(stage({"a.xlsx": form()}), "repeats")) == {(1,)}


def test_files_do_not_mix(stage: Stage) -> None:
    """The same unit in two files of a run: neither repeats the other, nor lends it a neighbour or a total."""
    staged = stage({
        "b.xlsx": form(rows=[(1, "All offences", 10, 7, 2)], total=(10, 7, 2)),
        "a.xlsx": form(rows=[(1, "All offences", 20, "", "")], total=(21, "", "")),
    })  # fmt: skip
    assert [row_id for (row_id,) in rows(staged, "row_id")] == list(range(12))
    assert rows(
        staged.filter(pl.col("measure") == "recorded"), "file", "role", "value", "cleared", "computed", "repeats"
    ) == [
        ("b.xlsx", "count", 10, 7, None, 1),
        ("b.xlsx", "total", 10, None, "10", None),
        ("a.xlsx", "count", 20, None, None, 1),
        ("a.xlsx", "total", 21, None, "20", None),
    ]


def test_every_value_that_was_read_is_a_staged_row(stage: Stage) -> None:
    """Rows are never dropped, whatever is wrong with them: here nothing can be resolved at all."""
    broken = form(rows=[(1, "x", "y", "z", "?"), (2, "", 1, 2, 3)], unit="Nowhere", window=("?", "?"), total=(1, 2, 3))
    staged = stage({"a.xlsx": broken, "s.csv": statement(in_window("", measure="", value="", offence="", series=""))})
    assert staged.height == 10
    assert staged["scope_id"].null_count() == 10
