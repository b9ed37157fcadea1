"""A jurisdiction's reference data: what is refused and how it is named, and what SQL gets of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines import reference
from pipelines.domain.names import NameIndex
from pipelines.jurisdiction import ReferenceDataError
from pipelines.reference import NEEDED, REQUIRED, TABLES, name_window
from pipelines.reference_checks import REFERENCES, labels_of, names_in_force
from pipelines.settings import Settings
from tests.builders import (
    BASE,
    JURISDICTION,
    LEAST,
    LEAST_TABLES,
    leastland,
    load_reference,
    tables_with,
    write_jurisdiction,
)

Edit = Callable[[str], str]

# A target and a printed figure with nothing wrong in them.
TARGET = {
    "target_id": "t", "scope_type": "level", "scope_id": "province", "measure": "clearance_rate", "series_id": "s",
    "offence_code": "all", "comparator": "at_least", "threshold_percent": "75",
}  # fmt: skip
FIGURE = {
    "figure_id": "f", "source_id": "conference", "scope_type": "unit", "scope_id": "A", "measure": "recorded",
    "series_id": "s", "definition_version": "v", "offence_code": "all", "window_start": "2022-12-15",
    "window_end": "2023-12-14",
}  # fmt: skip


def told(settings: Settings) -> str:
    """The one line with which the data are refused."""
    with pytest.raises(ReferenceDataError) as error:
        reference.load(settings)
    assert "\n" not in str(error.value)
    return str(error.value)


def edited(folder: Path, table: str, edit: Edit) -> Settings:
    """Testland with the text of one table changed."""
    settings = write_jurisdiction(folder)
    path = settings.reference / f"{table}.csv"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    return settings


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("date,name,english", "the column 'english' is not known"),
        ("Date,name", "the column 'Date' is not known; did you mean date? Known are date, name, name_en, source."),
        ("date;name", "Known are date, name, name_en, source. Separate the columns by commas."),
        ("date,name,date", "the column date stands more than once; leave one of them out."),
        ("name,source", "the column date is missing; needed are date."),
        ("date,,name", "the column '' is not known"),
    ],
)
def test_a_header_that_does_not_fit_is_named_with_the_column(tmp_path: Path, columns: str, expected: str) -> None:
    message = told(edited(tmp_path, "holidays", lambda _: f"{columns}\n"))
    assert "holidays.csv, line 1: " in message
    assert expected in message


@pytest.mark.parametrize("table", REQUIRED)
def test_a_required_table_is_named_with_the_columns_it_needs(tmp_path: Path, table: str) -> None:
    settings = write_jurisdiction(tmp_path)
    (settings.reference / f"{table}.csv").unlink()
    assert f"{table}.csv: not found. It must have the columns {', '.join(NEEDED[table])}." in told(settings)


@pytest.mark.parametrize("table", REQUIRED)
def test_an_empty_file_is_named_with_the_columns_it_needs(tmp_path: Path, table: str) -> None:
    message = told(edited(tmp_path, table, lambda _: ""))
    assert f"{table}.csv: is empty. Its first line must name the columns {', '.join(NEEDED[table])}." in message


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    """It would be an optional table that is silently empty."""
    settings = write_jurisdiction(tmp_path)
    (settings.reference / "cluster.csv").write_text("cluster_id,name\n", encoding="utf-8")
    assert "cluster.csv: there is no reference table of this name; did you mean clusters?" in told(settings)


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("holidays", {"date": "2023-02-30"}, "line 2, column date: '2023-02-30' is not a date such as 2023-12-31."),
        ("holidays", {"date": "30/4/2023"}, "line 2, column date: '30/4/2023' is not a date such as 2023-12-31."),
        ("sources", {"precedence": "first"}, "line 5, column precedence: 'first' is not a whole number."),
        ("sources", {"precedence": "1.5"}, "line 5, column precedence: '1.5' is not a whole number."),
        ("measures", {"additive_over_units": "yes"}, "column additive_over_units: 'yes' is not true or false."),
        ("units", {"valid_from": "2025"}, "line 11, column valid_from: '2025' is not a date such as 2023-12-31."),
        ("units", {"level": "province"}, "line 11, column unit_id: is empty; every row needs it."),
        ("measures", {"measure": "x"}, "line 6, column additive_over_units: is empty; every row needs it."),
        ("unit_names", {"unit_id": "A", "name": "x", "name_type": "oficial"}, "line 20, column name_type: 'oficial'"),
        ("unit_names", {"unit_id": "A", "name": "…"}, "line 20, column name: '…' has no letter or digit."),
        ("targets", {**TARGET, "scope_type": "nation"}, "line 2, column scope_type: 'nation' is none of unit, cluster"),
        ("targets", {**TARGET, "scope_id": "prov"}, "line 2, column scope_id: 'prov' is not in column level of"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_line(
    tmp_path: Path, table: str, row: dict[str, str], expected: str
) -> None:
    """The header is line 1."""
    settings = write_jurisdiction(tmp_path, tables_with(**{table: [*BASE.get(table, []), row]}))
    message = told(settings)
    assert f"{table}.csv" in message
    assert expected in message


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """A cell of two lines and an empty row stand above the wrong one."""
    text = 'date,name\n2023-09-02,"National\nday"\n,\n\n2023-13-01,x\n'
    assert "holidays.csv, line 6, column date: '2023-13-01'" in told(edited(tmp_path, "holidays", lambda _: text))


# What a row must say beside the reference that leads nowhere.
BESIDE = {
    "units": {"unit_id": "x", "level": "province"},
    "unit_names": {"unit_id": "A", "name": "x"},
    "successions": {"predecessor_id": "A", "successor_id": "AB"},
    "cluster_members": {"cluster_id": "c3", "unit_id": "G"},
    "offences": {"offence_code": "x", "name": "x"},
    "cluster_unions": {"cluster_id": "c3", "part_id": "c7"},
    "iccs_mapping": {"offence_code": "all", "iccs_code": "0101", "extent": "exact", "confidence": "high"},
    "measures": {"measure": "x", "additive_over_units": "true", "additive_over_periods": "true"},
    "population": {
        "unit_id": "A", "valid_from": "2023-01-01", "valid_to": "2023-12-31", "population": 5, "source": "x",
    },
    "definition_breaks": {"break_id": "b", "effective_on": "2023-01-01", "description": "x", "source": "x"},
    "final_periods": {
        "series_id": "s", "window_start": "2022-12-15", "window_end": "2023-12-14", "final_on": "2024-03-01",
        "source": "x",
    },
    "release_reasons": {"reason_id": "r", "kind": "coverage", "reason": "x", "window_start": "2022-12-15"},
    "published_figures": FIGURE,
}  # fmt: skip


@pytest.mark.parametrize(("table", "column", "other", "key"), REFERENCES)
def test_every_reference_must_lead_somewhere(tmp_path: Path, table: str, column: str, other: str, key: str) -> None:
    dangling = [*BASE.get(table, []), {**BESIDE[table], column: "nowhere"}]
    settings = write_jurisdiction(tmp_path, tables_with(**{table: dangling}))
    line = len(dangling) + 1
    assert told(settings) == (
        f"reference/{table}.csv, line {line}, column {column}: "
        f"'nowhere' is not in column {key} of reference/{other}.csv."
    )


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("iccs_mapping", "extent", "exact, partial"),
        ("iccs_mapping", "confidence", "high, medium, low"),
        ("declared_gaps", "kind", "periods, units, sources, calendars, series"),
        ("release_reasons", "kind", "coverage, final_period"),
        ("published_figures", "statistic", "level, change"),
    ],
)
def test_some_columns_hold_one_of_a_few_words(tmp_path: Path, table: str, column: str, words: str) -> None:
    beside = {**BESIDE, "declared_gaps": {"gap_id": "g", "kind": "series", "reason": "x"}}
    settings = write_jurisdiction(tmp_path, tables_with(**{table: [{**beside[table], column: "other"}]}))
    assert told(settings) == f"reference/{table}.csv, line 2, column {column}: 'other' is none of {words}."


def test_a_reason_for_everything_is_none(tmp_path: Path) -> None:
    reason = {"reason_id": "r", "kind": "coverage", "reason": "x"}
    settings = write_jurisdiction(tmp_path, tables_with(release_reasons=[reason]))
    assert told(settings) == (
        "reference/release_reasons.csv, line 2, column unit_id: it would excuse every loss or change from now on. "
        "Name a unit, a series or a window."
    )


def test_the_template_asks_for_what_is_named(tmp_path: Path) -> None:
    text = f"{JURISDICTION}template: {{measures: [recorded], offences: [grave]}}\nlevel_shift_percent: 25\n"
    jurisdiction = load_reference(tmp_path, text).jurisdiction
    assert (jurisdiction.template.measures, jurisdiction.template.offences) == (("recorded",), ("grave",))
    assert load_reference(tmp_path, text)["jurisdiction"]["level_shift_percent"].to_list() == [25]


def test_a_reference_that_is_misspelt_is_told_the_nearest(tmp_path: Path) -> None:
    units = [*BASE["units"], {"unit_id": "x", "level": "province", "parent_id": "AC"}]
    assert told(write_jurisdiction(tmp_path, tables_with(units=units))).endswith("units.csv; did you mean C?")


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        ("offences", "a,b\nb,a\n", "line 2, column parent_code: going up leads in a circle (a → b → a)."),
        ("offences", "a,a\n", "line 2, column parent_code: going up leads in a circle (a → a)."),
        ("offences", "a,b\nb,c\nc,b\n", "line 3, column parent_code: going up leads in a circle (b → c → b)."),
        ("units", "N,A\n", "line 2, column parent_id: going up leads in a circle (N → A → N)."),
    ],
)
def test_nothing_is_part_of_itself(tmp_path: Path, table: str, rows: str, expected: str) -> None:
    if table == "offences":
        text = "offence_code,parent_code,name\n" + "".join(f"{row},{row[0]}\n" for row in rows.splitlines())
        settings = edited(tmp_path, table, lambda _: text)
    else:
        settings = edited(tmp_path, table, lambda text: text.replace("N,nation,0,,,", "N,nation,0,,A,"))
    assert f"{table}.csv, {expected}" in told(settings)


def test_the_nation_is_a_unit(tmp_path: Path) -> None:
    settings = write_jurisdiction(tmp_path, jurisdiction=JURISDICTION.replace("nation: N", "nation: NN"))
    assert told(settings) == (
        "jurisdiction.yml, nation: 'NN' is not in column unit_id of reference/units.csv; did you mean N?"
    )


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    settings = write_jurisdiction(tmp_path)
    path = settings.reference / "holidays.csv"
    path.write_bytes(path.read_bytes() + "2023-09-02,Fête,,\n".encode("latin-1"))
    assert "holidays.csv: byte " in (message := told(settings))
    assert "is not UTF-8; save the file as CSV UTF-8." in message


def test_a_row_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    message = told(edited(tmp_path, "holidays", lambda text: text + "2023-09-02,a,b,c,d,e\n"))
    assert "holidays.csv, line 2: 6 cells for 4 columns; put a text with a comma in quotes." in message


def test_a_quote_that_does_not_end_is_refused(tmp_path: Path) -> None:
    assert "holidays.csv: " in told(edited(tmp_path, "holidays", lambda text: text + '2023-09-02,"a\n'))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda text: text.replace("nation: N\n", ""), "nation"),
        (lambda text: text.replace("weekend: [6, 7]", "weekend: Sunday"), "weekend"),
        (lambda text: text + "capital: X\n", "capital"),
        (lambda text: text.replace("      month: {", "      fortnight: {"), "fortnight"),
        (lambda text: text + "nation: [\n", "expected"),
        (lambda _: "", "valid dictionary"),
    ],
    ids=["missing", "wrong type", "unknown key", "unknown span", "no YAML", "empty"],
)
def test_a_jurisdiction_that_does_not_fit_is_named_with_its_key(tmp_path: Path, edit: Edit, expected: str) -> None:
    settings = write_jurisdiction(tmp_path, jurisdiction=edit(JURISDICTION))
    message = told(settings)
    assert "jurisdiction.yml" in message
    assert expected in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("nation: N\n", "nation: NO\n", "nation: Input should be a valid string (YAML reads it as False: put it in"),
        (
            "nation: N\n",
            "nation: 00\n",
            "nation: Input should be a valid string (YAML reads it as 0: put it in quotes)",
        ),
        ("weekend:", "week_end:", "week_end: Extra inputs are not permitted (did you mean weekend?)"),
        ("weekend: [6, 7]", "weekend: [0]", "weekend.0: Input should be greater than or equal to 1"),
        ("languages: [tl, en]", "languages: []", "languages: "),
        ("month: 12, day: 15", "month: 13, day: 1", "calendars.0.year_starts: Value error, "),
        ("nation: N\n", "nation: N\neras: [{id: e, year_one: 1}, {id: e, year_one: 2}]\n", "every id must stand once"),
    ],
)
def test_what_a_hand_slips_on_in_the_jurisdiction_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in JURISDICTION
    assert expected in told(write_jurisdiction(tmp_path, jurisdiction=JURISDICTION.replace(old, new)))


def test_a_folder_that_is_no_jurisdiction_says_what_is_expected(tmp_path: Path) -> None:
    message = told(Settings(jurisdiction=tmp_path / "nowhere", home=tmp_path))
    assert "CCW_JURISDICTION must name a folder with a jurisdiction.yml" in message


# --- the least to start with ---------------------------------------------------------------------------------------


def test_the_least_is_what_is_declared_needed() -> None:
    assert {name: set(text.partition("\n")[0].split(",")) for name, text in LEAST_TABLES.items()} == {
        name: set(NEEDED[name]) for name in REQUIRED
    }
    assert set(NEEDED) == set(TABLES)


def test_what_is_left_out_is_null_and_absent_tables_are_empty(tmp_path: Path) -> None:
    data, printed = reference.load(leastland(tmp_path)), ("published_figures", "printed_changes")
    assert {name: data[name].columns for name in TABLES if name not in printed} == {
        name: list(columns) for name, columns in TABLES.items() if name not in printed
    }
    assert {name for name in TABLES if data[name].is_empty()} == set(TABLES) - set(REQUIRED)
    assert data["units"].filter(unit_id="A").row(0, named=True) == {
        "unit_id": "A", "level": "county", "code": None, "iso_3166_2": None, "parent_id": "N", "valid_from": None,
        "valid_to": None, "source": None,
    }  # fmt: skip
    assert data["measures"].select("measure", "additive_over_units", "name_en").rows() == [
        ("recorded", True, None),
        ("suspects", False, None),
    ]
    assert data["offences"].select("offence_code", "parent_code", "overlapping").rows() == [
        ("all", None, False),
        ("theft", None, False),
    ]


def test_what_the_least_jurisdiction_does_not_declare_has_a_default(tmp_path: Path) -> None:
    data = reference.load(leastland(tmp_path))
    own = data.jurisdiction
    assert (own.weekend, own.deadlines, own.eras, own.headline) == ((6, 7), (), (), None)
    assert own.largest_count == 1_000_000_000
    assert own.nation_counts_other_units is False
    assert data["jurisdiction"].rows() == [("leastland", "N", "UTC", [6, 7], "last_day", False, False, 40)]
    assert data["deadlines"].is_empty()
    assert data["period_kinds"].rows() == [
        ("civil_month", "Month", "Month"),
        ("civil_quarter", "Quarter", "Quarter"),
        ("civil_half_year", "Half-year", "Half-year"),
        ("civil_nine_months", "Nine months", "Nine months"),
        ("civil_year", "Year", "Year"),
        ("window", "Window", "Window"),
    ]
    assert name_window(date(2023, 1, 1), date(2023, 12, 31), data.calendars) == ("civil_year", 2023, 1)


def test_texts_are_taken_in_the_senders_language_then_in_english(tmp_path: Path) -> None:
    own = reference.load(leastland(tmp_path)).jurisdiction
    assert (own.own({"en": "E", "xx": "X"}), own.english({"en": "E", "xx": "X"})) == ("X", "E")
    assert (own.own({"en": "E"}), own.english({"xx": "X"})) == ("E", "X")
    assert (own.own({}, "D"), own.english({}, "D")) == ("D", "D")


def test_the_first_name_without_a_type_is_the_official_one(tmp_path: Path) -> None:
    names = reference.load(leastland(tmp_path))["unit_names"].select("unit_id", "name", "name_type").rows()
    assert names == [
        ("N", "Least", "official"),
        ("A", "Aa", "official"),
        ("A", "Old Aa", "alias"),
        ("B", "Bee", "official"),
    ]


def test_a_name_without_a_type_is_an_alias_beside_an_official_one_and_official_in_its_time(tmp_path: Path) -> None:
    text = (
        "unit_id,name,name_type,valid_from,valid_to\nN,Least,,,\nA,Nickname,,,\nA,Aa,official,,\n"
        "B,Old Bee,,,1999-12-31\nB,Bee,,2000-01-01,\nB,Be,,2000-01-01,\n"
    )
    names = reference.load(leastland(tmp_path, unit_names=text))["unit_names"].select("name", "name_type").rows()
    assert names == [
        ("Least", "official"),
        ("Nickname", "alias"),
        ("Aa", "official"),
        ("Old Bee", "official"),
        ("Bee", "official"),
        ("Be", "alias"),
    ]


def test_files_as_spreadsheets_write_them_are_read(tmp_path: Path) -> None:
    """A byte order mark, CR LF, spaces behind commas, cells left out at the end, and empty rows."""
    text = "\ufeffoffence_code, name,parent_code,overlapping\r\nall,Total\r\n,,,\r\nfraud, Fraud ,all,TRUE\r\n\r\n"
    table = reference.load(leastland(tmp_path, offences=text))["offences"]
    assert table.select("offence_code", "parent_code", "name", "overlapping").rows() == [
        ("all", None, "Total", False),
        ("fraud", "all", "Fraud", True),
    ]


def test_eras_are_read(tmp_path: Path) -> None:
    own = reference.load(leastland(tmp_path, LEAST + "eras: [{id: roc, names: [民國], year_one: 1912}]\n")).jurisdiction
    assert [(era.id, era.names, era.year_one) for era in own.eras] == [("roc", ("民國",), 1912)]


# --- what forms may call things ------------------------------------------------------------------------------------


def test_a_series_without_labels_is_called_by_its_name(tmp_path: Path) -> None:
    assert labels_of(reference.load(leastland(tmp_path)).tables, "series") == [
        ("crime", "crime"),
        ("crime", "All crime"),
    ]
    assert ("s", "S (v)") not in labels_of(load_reference(tmp_path).tables, "series")


def test_a_name_that_offences_share_means_none_of_them(tmp_path: Path) -> None:
    """Long catalogues repeat names under several codes; the code tells them apart, or a label that one declares."""
    rows = "1,Theft,\n2,Theft,\n3,Damage,\n4,Damage,Damage\n5,Fraud,fraud|Fraúd\n6,Arson,\n7,—,\n"
    text = f"offence_code,name,labels\n{rows}"
    index = NameIndex.of(labels_of(reference.load(leastland(tmp_path, offences=text)).tables, "offences"))
    assert [index.resolve(text).key for text in ("Theft", "Damage", "Fraud", "Fraúd", "Arson", "2")] == [
        None, "4", "5", "5", "6", "2",
    ]  # fmt: skip


# --- what is read --------------------------------------------------------------------------------------------------


def test_empty_cells_are_null_and_dates_and_numbers_are_cast(tmp_path: Path) -> None:
    tables = load_reference(tmp_path).tables
    assert tables["units"].filter(unit_id="A").select("iso_3166_2", "valid_from", "valid_to").rows() == [
        (None, date(2000, 1, 1), date(2025, 6, 30))
    ]
    assert tables["measures"].select("measure", "additive_over_units").rows() == [
        ("recorded", True),
        ("cleared", True),
        ("cleared_prior", True),
        ("suspects", False),
    ]


def test_printed_figures_become_exact_numbers(tmp_path: Path) -> None:
    """The marks and the words are those of jurisdiction.yml: 24,9% is 249 at one digit, "down 146" is −146."""
    texts = ["24,9%", "14.520", "over 5%", "down 146", "many", None]
    figures = [{**FIGURE, "figure_id": n, "printed_text": text} for n, text in enumerate(texts)]
    columns = ("printed_scaled", "printed_digits", "printed_percent", "hedge")
    table = load_reference(tmp_path, published_figures=figures)["published_figures"]
    assert table.select(*columns).rows() == [
        (249, 1, True, None),
        (14520, 0, False, None),
        (5, 0, True, "above"),
        (-146, 0, False, None),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_sql_gets_what_it_needs_of_the_jurisdiction(tmp_path: Path) -> None:
    tables = load_reference(tmp_path).tables
    assert tables["jurisdiction"].rows() == [("testland", "N", "UTC", [6, 7], "last_day", False, False, 40)]
    assert tables["deadlines"].rows() == [("province", 3, "assumed", None, None)]
    assert tables["period_kinds"].rows()[0] == ("statistical_month", "Monato", "Month")
    assert tables["period_kinds"].rows()[-1] == ("window", "Fenestro", "Window")


def test_windows_of_targets_and_figures_are_named_once(tmp_path: Path) -> None:
    """domain.md §2: 15/12/2022 … 14/12/2023 is the statistical year 2023; any other two dates are a window."""
    change = {**TARGET, "measure": "recorded_change", "comparator": "at_most", "threshold_percent": "-5"}
    target = {
        **change, "base_window_start": "2022-12-15", "base_window_end": "2023-12-14",
        "window_start": "2023-12-15", "window_end": "2024-12-14",
    }  # fmt: skip
    campaign = {**FIGURE, "figure_id": "g", "window_start": "2024-02-08", "window_end": "2024-02-14"}
    table = load_reference(
        tmp_path, targets=[target, {**change, "target_id": "u"}], published_figures=[FIGURE, campaign]
    )["windows"]
    assert table.rows() == [
        (date(2022, 12, 15), date(2023, 12, 14), "statistical_year", 2023, 1),
        (date(2023, 12, 15), date(2024, 12, 14), "statistical_year", 2024, 1),
        (date(2024, 2, 8), date(2024, 2, 14), "window", None, None),
    ]


def test_a_window_without_sense_has_no_name() -> None:
    day = date(2023, 1, 1)
    assert name_window(None, day, []) == name_window(day, None, []) == (None, None, None)
    assert name_window(day, date(2022, 1, 1), []) == (None, None, None)
    assert name_window(day, day, []) == ("window", None, None)


@pytest.mark.parametrize(
    ("day", "bearer"), [(date(2025, 6, 30), "A"), (date(2025, 7, 1), "AB"), (date(1999, 12, 31), None)]
)
def test_a_name_belongs_to_the_unit_of_its_time(tmp_path: Path, day: date, bearer: str | None) -> None:
    """domain.md §4: on 1 July the successor took over the name of one of its predecessors."""
    names = names_in_force(load_reference(tmp_path).tables, day)
    assert [unit for unit, name in names if name == "Ardól"] == ([bearer] if bearer else [])


def test_a_name_may_hold_for_a_part_of_the_units_time(tmp_path: Path) -> None:
    old = {"unit_id": "C", "name": "Old C", "name_type": "alias", "valid_from": "2000-01-01", "valid_to": "2009-12-31"}
    data = load_reference(tmp_path, unit_names=[*BASE["unit_names"], old])
    assert ("C", "Old C") in names_in_force(data.tables, date(2009, 12, 31))
    assert ("C", "Old C") not in names_in_force(data.tables, date(2010, 1, 1))
    assert ("C", "Old C") in names_in_force(data.tables, None)


def test_any_change_of_reference_data_or_layouts_changes_the_fingerprint(tmp_path: Path) -> None:
    settings = write_jurisdiction(tmp_path)
    before = reference.fingerprint(settings)
    assert before == reference.load(settings).fingerprint
    for path in (
        settings.jurisdiction / "jurisdiction.yml",
        settings.reference / "units.csv",
        settings.layouts / "form.yml",
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n", encoding="utf-8")
        assert reference.fingerprint(settings) != before, path
        path.write_text(text, encoding="utf-8")
    (settings.submissions / "a.xlsx").write_bytes(b"not reference data")
    assert reference.fingerprint(settings) == before


def test_the_builders_tables_are_those_of_the_schema() -> None:
    assert set(tables_with()) == set(TABLES)
    assert all(re.fullmatch("[a-z_0-9]+", name) for columns in TABLES.values() for name in columns)


def test_a_day_that_does_not_exist_in_the_jurisdiction_is_refused(tmp_path: Path) -> None:
    settings = write_jurisdiction(tmp_path, jurisdiction=JURISDICTION.replace("end: 2023-12-14", "end: 2023-12-34"))
    assert "jurisdiction.yml" in told(settings)


def test_a_key_stands_once_in_its_table(tmp_path: Path) -> None:
    settings = write_jurisdiction(tmp_path, tables_with(units=[*BASE["units"], BASE["units"][1]]))
    assert "units.csv, line 11, column unit_id: A stands in line 3 already; leave one of them out." in told(settings)


def test_a_name_belongs_to_one_unit_at_a_time(tmp_path: Path) -> None:
    """C bears the name of A, which still exists then: no form of either could be told from the other's."""
    twice = {"unit_id": "C", "name": "Ardól", "name_type": "alias"}
    settings = write_jurisdiction(tmp_path, tables_with(unit_names=[*BASE["unit_names"], twice]))
    assert told(settings).startswith(
        "reference/unit_names.csv, line 20, column name: 'Ardól' means C here and A in line 4 on 2000-01-01;"
    )


def test_a_name_belongs_to_one_unit_where_nothing_has_a_date(tmp_path: Path) -> None:
    units = [{"unit_id": unit, "level": "province"} for unit in "AB"]
    names = [{"unit_id": unit, "name": "Ardól", "name_type": "official"} for unit in "AB"]
    settings = write_jurisdiction(
        tmp_path, tables_with(units=units, unit_names=names, successions=[], cluster_members=[])
    )
    assert "unit_names.csv" in told(settings)


@pytest.mark.parametrize(
    ("table", "key", "labels"),
    [("clusters", "cluster_id", "labels"), ("offences", "offence_code", "labels"), ("series", "series_id", "labels")],
)
def test_a_label_belongs_to_one_row(tmp_path: Path, table: str, key: str, labels: str) -> None:
    first, *_, last = BASE[table]
    assert first[key] != last[key]
    changed = [{**first, labels: "the same"}, {**last, labels: "the same"}]
    rows = [row for row in BASE[table] if row[key] not in (first[key], last[key])] + changed
    message = told(write_jurisdiction(tmp_path, tables_with(**{table: rows})))
    line = len(rows) + 1
    assert message.startswith(
        f"reference/{table}.csv, line {line}, column labels: 'the same' means {last[key]} here and"
    )


@pytest.mark.parametrize(
    ("measure", "comparator", "threshold"),
    [
        ("clearance_rate", "atleast", "75"),
        ("clearance_rate", "at_most", "75"),  # judged as unknown, and a test of the marts fails
        ("recorded_change", "at_least", "-5"),  # judged as at_most
        ("clearance_rate", "at_least", "75%"),
        ("clearance_rate", "at_least", "75,5"),
        ("clearance", "at_least", "75"),
    ],
)
def test_a_target_that_cannot_be_judged_is_refused(
    tmp_path: Path, measure: str, comparator: str, threshold: str
) -> None:
    target = {**TARGET, "measure": measure, "comparator": comparator, "threshold_percent": threshold}
    assert "targets.csv, line 2, column" in told(write_jurisdiction(tmp_path, tables_with(targets=[target])))


def test_a_final_window_that_can_never_be_met_is_refused(tmp_path: Path) -> None:
    row = BESIDE["final_periods"]
    backwards = write_jurisdiction(tmp_path / "a", tables_with(final_periods=[{**row, "window_end": "2021-12-14"}]))
    assert told(backwards) == (
        "reference/final_periods.csv, line 2, column window_end: ends before it starts (2022-12-15)."
    )
    version = write_jurisdiction(tmp_path / "b", tables_with(final_periods=[{**row, "definition_version": "nowhere"}]))
    assert told(version) == (
        "reference/final_periods.csv, line 2, column definition_version: 'nowhere' is no version of s in "
        "reference/series.csv."
    )
