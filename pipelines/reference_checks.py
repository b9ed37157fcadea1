"""What must hold between the rows of the reference tables, so that nothing fails later for want of it.

Belongs here: references between tables, names and labels that mean one thing, targets that can be judged; and the names
and labels themselves as pairs, which reading submissions resolves texts with.
Does not belong here: reading the tables (reference_csv.py), and what submissions say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import polars as pl

from pipelines.domain.names import fold
from pipelines.jurisdiction import ReferenceDataError
from pipelines.reference_csv import LINE, nearest

Tables = Mapping[str, pl.DataFrame]
# What a text names: its key, the text, and the line and column where the two are put together.
_Named = tuple[str, str, int, str]

# (table, column) must be found in (table, column); null refers to nothing.
REFERENCES = (
    ("units", "parent_id", "units", "unit_id"),
    ("unit_names", "unit_id", "units", "unit_id"),
    ("successions", "predecessor_id", "units", "unit_id"),
    ("successions", "successor_id", "units", "unit_id"),
    ("cluster_members", "cluster_id", "clusters", "cluster_id"),
    ("cluster_members", "unit_id", "units", "unit_id"),
    ("cluster_unions", "cluster_id", "clusters", "cluster_id"),
    ("cluster_unions", "part_id", "clusters", "cluster_id"),
    ("offences", "parent_code", "offences", "offence_code"),
    ("iccs_mapping", "offence_code", "offences", "offence_code"),
    ("measures", "rate_of", "measures", "measure"),
    ("population", "unit_id", "units", "unit_id"),
    ("definition_breaks", "unit_id", "units", "unit_id"),
    ("definition_breaks", "series_id", "series", "series_id"),
    ("final_periods", "series_id", "series", "series_id"),
    ("release_reasons", "unit_id", "units", "unit_id"),
    ("release_reasons", "series_id", "series", "series_id"),
    ("published_figures", "source_id", "sources", "source_id"),
    ("published_figures", "base_target_id", "targets", "target_id"),
)

# (table, key, column that names the row above): going up must end.
_TREES = (("units", "unit_id", "parent_id"), ("offences", "offence_code", "parent_code"))
NAME_TYPES = ("official", "full", "english", "alias")

# (table, column): the words that may stand there; nothing may stand where it may be left out.
_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("unit_names", "name_type"): NAME_TYPES,
    ("iccs_mapping", "extent"): ("exact", "partial"),
    ("iccs_mapping", "confidence"): ("high", "medium", "low"),
    ("declared_gaps", "kind"): ("periods", "units", "sources", "calendars", "series"),
    ("release_reasons", "kind"): ("coverage", "final_period"),
    ("published_figures", "statistic"): ("level", "change"),
}

# The key of a table whose rows forms call by a text, and the columns with their names.
_LABELLED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "clusters": ("cluster_id", ("name", "name_en")),
    "offences": ("offence_code", ("name", "name_en")),
    "series": ("series_id", ("name",)),
}

# What a target's measure can be compared by.
_COMPARATORS = {"clearance_rate": ("at_least", "above"), "recorded_change": ("at_most", "below")}
_PLAIN_NUMBER = re.compile(r"-?\d{1,5}(\.\d{1,4})?", re.ASCII)
_SCOPES = {"unit": ("units", "unit_id"), "cluster": ("clusters", "cluster_id"), "level": ("units", "level")}


def check_tables(tables: Tables, nation: str) -> None:
    """Raise ReferenceDataError for the first thing that does not hold between the tables, which still have LINE."""
    _check_references(tables)
    for tree in _TREES:
        _check_tree(tables, *tree)
    for table in ("targets", "published_figures"):
        _check_scopes(tables, table)
    _check_targets(tables["targets"])
    for table in ("final_periods", "release_reasons"):
        _check_windows(tables[table], table)
    _check_versions(tables)
    _check_reasons(tables["release_reasons"])
    for (table, column), words in _WORDS.items():
        _check_words(tables[table], table, column, words)
    _check_names(tables)
    for table in _LABELLED:
        _refuse_clash(table, _labels(tables, table))
    _check_nation(tables["units"], nation)


def names_in_force(tables: Tables, on: date | None) -> list[tuple[str, str]]:
    """(unit_id, name) of every unit that exists on a day under every name; of all days when `on` is None."""
    names = _names(tables, on).select("unit_id", "name").unique(maintain_order=True)
    return [(unit, name) for unit, name in names.rows()]


def labels_of(tables: Tables, table: str) -> list[tuple[str, str]]:
    """(key, label) for every text by which forms may call a cluster, an offence or a series; the key is one itself.

    A key whose letters and digits are those of another one (1.11 and 11.1), or that has none, is not among them: it
    must be written exactly.

    A series' name is one where no labels are given. A name that rows share, or that is the label of another row, means
    none of them by itself.
    """
    labels = [(key, text) for key, text, _, _ in _labels(tables, table)]
    names = list(_plain_names(tables, table))
    bearers: dict[str, set[str]] = {}
    for key, name in names:
        bearers.setdefault(fold(name), set()).add(key)
    bearers |= {fold(text): {key} for key, text in labels}
    clear = [(key, name) for key, name in names if fold(name) and bearers[fold(name)] == {key}]
    return list(dict.fromkeys([*labels, *clear]))


def _labels(tables: Tables, table: str) -> Iterator[_Named]:
    """The declared labels of a table, and the keys that can be told by their letters and digits alone."""
    key, _ = _LABELLED[table]
    alike = Counter(fold(own) for own in tables[table][key].unique())
    for row in tables[table].iter_rows(named=True):
        if fold(row[key]) and alike[fold(row[key])] == 1:
            yield row[key], row[key], row.get(LINE, 0), key
        for label in (row["labels"] or "").split("|"):
            if label.strip():
                yield row[key], label.strip(), row.get(LINE, 0), "labels"


def _plain_names(tables: Tables, table: str) -> Iterator[tuple[str, str]]:
    key, columns = _LABELLED[table]
    for row in tables[table].iter_rows(named=True):
        if table != "series" or not row["labels"]:
            yield from ((row[key], row[column]) for column in columns if row[column])


def _names(tables: Tables, on: date | None) -> pl.DataFrame:
    names = tables["unit_names"].join(
        tables["units"].select("unit_id", unit_from="valid_from", unit_to="valid_to"),
        on="unit_id",
        maintain_order="left",
    )
    if on is None:
        return names
    day = pl.lit(on)
    return names.filter(
        _covers(day, pl.col("unit_from"), pl.col("unit_to")) & _covers(day, pl.col("valid_from"), pl.col("valid_to"))
    )


def _check_references(tables: Tables) -> None:
    for table, column, other, key in REFERENCES:
        known = tables[other][key]
        unknown = tables[table].filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(known.implode()))
        if unknown.height:
            value = unknown[column][0]
            raise ReferenceDataError(
                f"{_place(table, unknown[LINE][0], column)}: {value!r} is not in column {key} of "
                f"reference/{other}.csv{nearest(value, known)}"
            )


def _check_tree(tables: Tables, table: str, key: str, parent: str) -> None:
    above = dict(tables[table].select(key, parent).rows())
    for row in tables[table].iter_rows(named=True):
        passed = [row[key]]
        while (upper := above.get(passed[-1])) is not None:
            passed.append(upper)
            if upper == row[key]:
                raise ReferenceDataError(
                    f"{_place(table, row[LINE], parent)}: going up leads in a circle ({' → '.join(passed)})."
                )
            if len(passed) > len(above):  # a circle further up, which is told at one of its own rows
                break


def _check_scopes(tables: Tables, table: str) -> None:
    for row in tables[table].iter_rows(named=True):
        known, column = _SCOPES.get(row["scope_type"], ("", ""))
        if not known:
            raise ReferenceDataError(
                f"{_place(table, row[LINE], 'scope_type')}: {row['scope_type']!r} is none of {', '.join(_SCOPES)}."
            )
        if row["scope_id"] not in tables[known][column].to_list():
            raise ReferenceDataError(
                f"{_place(table, row[LINE], 'scope_id')}: {row['scope_id']!r} is not in column {column} of "
                f"reference/{known}.csv{nearest(row['scope_id'], tables[known][column].drop_nulls())}"
            )


def _check_targets(targets: pl.DataFrame) -> None:
    for target in targets.iter_rows(named=True):
        measure, allowed = target["measure"], _COMPARATORS.get(target["measure"])
        if allowed is None:
            raise ReferenceDataError(
                f"{_place('targets', target[LINE], 'measure')}: {measure!r} is none of {', '.join(_COMPARATORS)}."
            )
        if target["comparator"] not in allowed:
            raise ReferenceDataError(
                f"{_place('targets', target[LINE], 'comparator')}: {measure} cannot be compared by "
                f"{target['comparator']!r}; expected {' or '.join(allowed)}."
            )
        if not _PLAIN_NUMBER.fullmatch(target["threshold_percent"]):
            raise ReferenceDataError(
                f"{_place('targets', target[LINE], 'threshold_percent')}: {target['threshold_percent']!r} is not a "
                "plain number such as 75 or -2.5."
            )


def _check_windows(rows: pl.DataFrame, table: str) -> None:
    wrong = rows.filter(pl.col("window_end") < pl.col("window_start"))
    if wrong.height:
        start = wrong["window_start"][0]
        raise ReferenceDataError(f"{_place(table, wrong[LINE][0], 'window_end')}: ends before it starts ({start}).")


def _check_versions(tables: Tables) -> None:
    final, known = tables["final_periods"], tables["series"].select("series_id", "definition_version")
    wrong = final.filter(pl.col("definition_version").is_not_null()).join(
        known, on=["series_id", "definition_version"], how="anti"
    )
    if wrong.height:
        version, series = wrong["definition_version"][0], wrong["series_id"][0]
        place = _place("final_periods", wrong[LINE][0], "definition_version")
        raise ReferenceDataError(f"{place}: {version!r} is no version of {series} in reference/series.csv.")


def _check_reasons(reasons: pl.DataFrame) -> None:
    """A reason for everything would leave nothing guarded from then on."""
    unlimited = reasons.filter(
        pl.all_horizontal(pl.col("unit_id", "series_id", "window_start", "window_end").is_null())
    )
    if unlimited.height:
        raise ReferenceDataError(
            f"{_place('release_reasons', unlimited[LINE][0], 'unit_id')}: it would excuse every loss or change "
            "from now on. Name a unit, a series or a window."
        )


def _check_words(rows: pl.DataFrame, table: str, column: str, words: tuple[str, ...]) -> None:
    wrong = rows.filter(~pl.col(column).is_in(words))
    if wrong.height:
        raise ReferenceDataError(
            f"{_place(table, wrong[LINE][0], column)}: {wrong[column][0]!r} is none of {', '.join(words)}."
        )


def _check_names(tables: Tables) -> None:
    """On no day may two units bear the same name; the days on which something begins, and the last day, are enough."""
    days = {day for table in ("units", "unit_names") for day in tables[table]["valid_from"].drop_nulls()}
    for day in sorted({*days, date.max}):
        in_force = _names(tables, day).select("unit_id", "name", LINE).rows()
        _refuse_clash("unit_names", ((unit, name, line, "name") for unit, name, line in in_force), day)


def _refuse_clash(table: str, named: Iterable[_Named], day: date | None = None) -> None:
    """No text may mean two things, and every one has something to tell it by."""
    seen: dict[str, tuple[str, int]] = {}
    for key, text, line, column in named:
        folded = fold(text)
        if not folded:
            raise ReferenceDataError(f"{_place(table, line, column)}: {text!r} has no letter or digit.")
        other, other_line = seen.setdefault(folded, (key, line))
        if other != key:
            when = f" on {day}" if day not in (None, date.max) else ""
            raise ReferenceDataError(
                f"{_place(table, line, column)}: {text!r} means {key} here and {other} in line {other_line}{when}; "
                "a form could mean either. Take it from one of them."
            )


def _check_nation(units: pl.DataFrame, nation: str) -> None:
    if nation not in units["unit_id"]:
        raise ReferenceDataError(
            f"jurisdiction.yml, nation: {nation!r} is not in column unit_id of reference/units.csv"
            f"{nearest(nation, units['unit_id'])}"
        )


def _place(table: str, line: int, column: str) -> str:
    return f"reference/{table}.csv, line {line}, column {column}"


def _covers(day: pl.Expr, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (start.is_null() | (start <= day)) & (end.is_null() | (end >= day))
