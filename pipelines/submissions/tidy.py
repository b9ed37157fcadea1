"""Make the values of all files of a run tidy: names become identities, texts become dates and numbers.

Belongs here: resolving units, offences, series and windows against the reference tables, the one cast, and what a row
must know of its neighbours (the printed total's parts, the clearances beside the offences) so that rules need one row.
Does not belong here: deciding what is wrong (validation/) and any input or output.
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.names import NameIndex, fold
from pipelines.reference import Reference, name_window
from pipelines.reference_checks import labels_of, names_in_force
from pipelines.submissions.counts import cast_counts
from pipelines.submissions.layouts import Layout

# The figure a row is about, whichever revision states it.
_FIGURE = ["scope_type", "scope_id", "window_start", "window_end", "accumulation", "series_id", "definition_version"]

STAGED = pl.Schema(
    {
        "row_id": pl.Int64,
        "submission_id": pl.String,
        "file": pl.String,
        "sheet": pl.String,
        "cell": pl.String,
        "raw_text": pl.String,
        "cell_kind": pl.String,
        "hidden": pl.Boolean,
        "layout": pl.String,
        "role": pl.String,
        "source_id": pl.String,
        "revision": pl.Int64,
        "received_on": pl.Date,
        "unit": pl.String,
        "unit_cell": pl.String,
        "unit_candidates": pl.String,
        "unit_at_other_time": pl.Boolean,
        "scope_type": pl.String,
        "scope_id": pl.String,
        "offence": pl.String,
        "offence_cell": pl.String,
        "offence_code": pl.String,
        "series": pl.String,
        "series_id": pl.String,
        "definition_version": pl.String,
        "window_text": pl.String,
        "window_cell": pl.String,
        "window_start": pl.Date,
        "window_end": pl.Date,
        "window_basis": pl.String,
        "period_kind": pl.String,
        "period_year": pl.Int64,
        "period_index": pl.Int64,
        "accumulation": pl.String,
        "date_format": pl.String,
        "measure": pl.String,
        "measure_known": pl.Boolean,
        "value": pl.Int64,
        "status": pl.String,
        "problem": pl.String,
        "candidate": pl.Int64,
        "largest_count": pl.Int64,
        "evidence": pl.String,
        "citation": pl.String,
        "derived_from": pl.String,
        "recorded": pl.Int64,
        "cleared": pl.Int64,
        "cleared_prior": pl.Int64,
        "whole": pl.Int64,
        "block_sum": pl.Int64,
        "block_missing": pl.Int64,
        "repeats": pl.Int64,
    }
)


def tidy(values: pl.DataFrame, reference: Reference, layouts: tuple[Layout, ...]) -> pl.DataFrame:
    """Staged rows (STAGED) for extracted values (reading.READ), one row a cell, in the same order."""
    staged = (
        values.with_row_index("row_id")
        .pipe(_windows, reference)
        .pipe(_scopes, reference)
        .pipe(_offences, reference)
        .pipe(_series, reference)
        .with_columns(measure_known=pl.col("measure").is_in(reference["measures"]["measure"].implode()))
        .pipe(_counts, reference, layouts)
        .pipe(_neighbours, reference)
        .with_columns(largest_count=pl.lit(reference.jurisdiction.largest_count, pl.Int64))
    )
    return staged.select(pl.col(name).cast(kind) for name, kind in STAGED.items()).sort("row_id")


def _windows(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """window_start and window_end as dates, and the period of a calendar that has these dates (`window` if none)."""
    dated = rows.with_columns(
        pl.format("{} – {}", "window_start", "window_end").alias("window_text"),
        _date("window_start", rows["date_format"].unique().to_list()),
        _date("window_end", rows["date_format"].unique().to_list()),
    )
    windows = dated.select("window_start", "window_end").unique()
    named = [name_window(start, end, reference.calendars) for start, end in windows.rows()]
    periods = windows.with_columns(
        pl.Series("period_kind", [kind for kind, _, _ in named], pl.String),
        pl.Series("period_year", [year for _, year, _ in named], pl.Int64),
        pl.Series("period_index", [index for _, _, index in named], pl.Int64),
    )
    return dated.join(periods, on=["window_start", "window_end"], how="left", nulls_equal=True)


def _date(column: str, formats: list[str]) -> pl.Expr:
    if not formats:
        return pl.lit(None, pl.Date).alias(column)
    parsed = [
        pl.when(pl.col("date_format") == form).then(pl.col(column).str.to_date(form, strict=False)) for form in formats
    ]
    day = pl.coalesce(*parsed)
    # Other years are slips of the pen, and some of them no other program can hold.
    return pl.when(day.dt.year().is_between(1900, 2999)).then(day).alias(column)


def _scopes(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """scope_type and scope_id: the unit that bears the name on the window's last day, or a cluster."""
    wanted = rows.select("unit", "window_end").unique()
    days = [day for day in wanted["window_end"].unique().to_list() if day is not None]
    indexes = {day: NameIndex.of(names_in_force(reference.tables, day)) for day in days}
    clusters = NameIndex.of(labels_of(reference.tables, "clusters"))
    ever = {fold(name) for _, name in names_in_force(reference.tables, None)}
    found = [_scope(text, indexes.get(day), clusters, ever) for text, day in wanted.rows()]
    scopes = wanted.with_columns(
        pl.Series("scope_type", [f[0] for f in found], pl.String),
        pl.Series("scope_id", [f[1] for f in found], pl.String),
        pl.Series("unit_candidates", [f[2] for f in found], pl.String),
        pl.Series("unit_at_other_time", [f[3] for f in found], pl.Boolean),
    )
    return rows.join(scopes, on=["unit", "window_end"], how="left", nulls_equal=True, maintain_order="left")


def _scope(
    text: str, units: NameIndex | None, clusters: NameIndex, ever: set[str]
) -> tuple[str | None, str | None, str, bool | None]:
    """Scope type and id, nearest names, and whether the name was a unit's on another day; unknown without a window."""
    cluster = clusters.resolve(text).key
    if cluster is not None:
        return "cluster", cluster, "", False
    if units is None:
        return None, None, "", None
    unit = units.resolve(text)
    if unit.key is not None:
        return "unit", unit.key, "", False
    return None, None, ", ".join(unit.candidates), fold(text) in ever - set(units.entries)


def _offences(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """offence_code, and parent_code for the rule that a part cannot exceed its whole. Printed totals are `all`."""
    index = NameIndex.of(labels_of(reference.tables, "offences"))
    texts = rows["offence"].unique().to_list()
    codes = {text: index.resolve(text).key for text in texts if text}
    parents = reference["offences"].select("offence_code", "parent_code")
    return rows.with_columns(
        offence_code=pl.col("offence").replace_strict(codes, default=None, return_dtype=pl.String)
    ).join(parents, on="offence_code", how="left", maintain_order="left")


def _series(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """series_id, null unless the series is declared with this definition version."""
    declared = reference["series"]
    index = NameIndex.of(labels_of(reference.tables, "series"))
    codes = {text: index.resolve(text).key for text in rows["series"].unique().to_list() if text}
    versions = declared.select("series_id", "definition_version", known=pl.lit(True))
    return (
        rows.with_columns(series_id=pl.col("series").replace_strict(codes, default=None, return_dtype=pl.String))
        .join(versions, on=["series_id", "definition_version"], how="left", maintain_order="left")
        .with_columns(series_id=pl.when(pl.col("known")).then("series_id"))
    )


def _counts(rows: pl.DataFrame, reference: Reference, layouts: tuple[Layout, ...]) -> pl.DataFrame:
    """Cast, layout by layout, since each says which texts mean that a figure is missing."""
    parts = [
        cast_counts(part, reference.jurisdiction.numbers, layout.missing)
        for layout in layouts
        if (part := rows.filter(pl.col("layout") == layout.layout)).height
    ]
    return pl.concat(parts).sort("row_id") if parts else cast_counts(rows, reference.jurisdiction.numbers, ())


def _neighbours(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """What the rules about several cells need, put on each row."""
    figure = ["submission_id", *_FIGURE, "offence_code"]
    counts = rows.filter(pl.col("role") == "count")
    beside = counts.group_by(figure).agg(
        *(
            pl.col("value").filter(pl.col("measure") == m).first().alias(m)
            for m in ("recorded", "cleared", "cleared_prior")
        )
    )
    stated = rows.filter(pl.col("role").is_in(["count", "statement"]))
    repeats = stated.group_by([*figure, "measure"]).agg(repeats=pl.len())
    wholes = counts.select(
        "submission_id", *_FIGURE, "measure", parent_code="offence_code", whole="value"
    ).unique(["submission_id", *_FIGURE, "measure", "parent_code"])  # fmt: skip
    return (
        rows.join(beside, on=figure, how="left", maintain_order="left")
        .join(repeats, on=[*figure, "measure"], how="left", maintain_order="left")
        .join(wholes, on=["submission_id", *_FIGURE, "measure", "parent_code"], how="left", maintain_order="left")
        .join(_blocks(counts), on=["submission_id", "sheet", "measure"], how="left", maintain_order="left")
    )


def _blocks(counts: pl.DataFrame) -> pl.DataFrame:
    """Per submission, sheet and measure: the sum of the rows that are not part of another row of the same block."""
    block = ["submission_id", "sheet", "measure"]
    present = counts.select(*block, parent_code="offence_code", inside=pl.lit(True)).unique()
    tops = counts.join(present, on=[*block, "parent_code"], how="left").filter(pl.col("inside").is_null())
    return tops.group_by(block).agg(
        block_sum=pl.col("value").filter(pl.col("status") == "reported").sum(),
        block_missing=(pl.col("status") == "missing").sum(),
    )
