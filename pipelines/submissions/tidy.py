"""Make the values of all files of a run tidy: names become identities, texts become dates and numbers.

Belongs here: resolving units, offences and series against the reference tables, the order of the cast and the form's
own checks, and what a row must know of its neighbours (the clearances beside the offences) so that rules need one row.
Does not belong here: the cast itself (counts.py), windows (windows.py), totals and printed rates (own_checks.py),
deciding what is wrong (validation/) and any input or output.
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.names import NameIndex, fold
from pipelines.jurisdiction import Identity
from pipelines.reference import Reference
from pipelines.reference_checks import labels_of, names_in_force
from pipelines.submissions.counts import cast_counts
from pipelines.submissions.layouts import Layout
from pipelines.submissions.own_checks import RATIO, check_ratios, check_totals, never_checked
from pipelines.submissions.windows import add_windows

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
        "corrected_from": pl.String,
        "cell_kind": pl.String,
        "number_format": pl.String,
        "hidden": pl.Boolean,
        "layout": pl.String,
        "block": pl.Int64,
        "role": pl.String,
        "total_over": pl.String,
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
        "rounded_to": pl.Int64,
        "tolerated_per_million": pl.Int64,
        "provisional": pl.Boolean,
        "computed": pl.String,
        "tolerance": pl.Int64,
        "verdict": pl.String,
        "never_checked": pl.Boolean,
        "largest_count": pl.Int64,
        "evidence": pl.String,
        "citation": pl.String,
        "derived_from": pl.String,
        "nil": pl.Boolean,
        "recorded": pl.Int64,
        "cleared": pl.Int64,
        "cleared_prior": pl.Int64,
        "whole": pl.Int64,
        "repeats": pl.Int64,
        "parts": pl.Int64,
        "parts_rounded": pl.Int64,
        "adds_up_to": pl.Int64,
        "adds_up_from": pl.String,
    }
)


def tidy(values: pl.DataFrame, reference: Reference, layouts: tuple[Layout, ...]) -> pl.DataFrame:
    """Staged rows (STAGED) for extracted values (gathering.READ), one row a cell, in the same order."""
    staged = (
        values.with_row_index("row_id")
        .pipe(add_windows, reference)
        .pipe(_scopes, reference)
        .pipe(_offences, reference)
        .pipe(_series, reference)
        .pipe(_figures, reference, layouts)
        .pipe(_added_up)
        .pipe(check_totals, reference)
        .with_columns(never_checked=never_checked())
        .pipe(_neighbours, reference)
        .pipe(_identities, reference)
        .with_columns(
            measure_known=pl.col("measure").is_in(reference["measures"]["measure"].implode()),
            largest_count=pl.lit(reference.jurisdiction.largest_count, pl.Int64),
        )
    )
    return staged.select(pl.col(name).cast(kind) for name, kind in STAGED.items()).sort("row_id")


def _scopes(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """scope_type and scope_id: the unit that bears the name on the window's territory day, or a cluster."""
    day_of = {"last_day": "window_end", "first_day": "window_start"}[reference.jurisdiction.territory_on]
    wanted = rows.select("unit", day_of).unique()
    days = [day for day in wanted[day_of].unique().to_list() if day is not None]
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
    return rows.join(scopes, on=["unit", day_of], how="left", nulls_equal=True, maintain_order="left")


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
    """offence_code, and parent_code for the rule that a part cannot exceed its whole."""
    codes = _keys(rows["offence"], reference, "offences", "offence_code")
    parents = reference["offences"].select("offence_code", "parent_code")
    return rows.with_columns(
        offence_code=pl.col("offence").replace_strict(codes, default=None, return_dtype=pl.String)
    ).join(parents, on="offence_code", how="left", maintain_order="left")


def _keys(texts: pl.Series, reference: Reference, table: str, key: str) -> dict[str, str | None]:
    """What each text means: the key that is written just so, else the one thing that bears the name."""
    keys = set(reference[table][key])
    index = NameIndex.of(labels_of(reference.tables, table))
    return {text: text if text in keys else index.resolve(text).key for text in texts.unique() if text}


def _series(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """series_id, null unless the series is declared with this definition version."""
    declared = reference["series"]
    codes = _keys(rows["series"], reference, "series", "series_id")
    versions = declared.select("series_id", "definition_version", known=pl.lit(True))
    return (
        rows.with_columns(series_id=pl.col("series").replace_strict(codes, default=None, return_dtype=pl.String))
        .join(versions, on=["series_id", "definition_version"], how="left", maintain_order="left")
        .with_columns(series_id=pl.when(pl.col("known")).then("series_id"))
    )


# What a layout says of a column's figures beside their fields.
_COLUMN = {"scale": pl.Int64, "_declared_rounding": pl.Int64, "adds": pl.Boolean, **RATIO}


def _figures(rows: pl.DataFrame, reference: Reference, layouts: tuple[Layout, ...]) -> pl.DataFrame:
    """Cast and compare with printed rates, layout by layout, since each says how its numbers are written."""
    parts = [
        _figures_of_layout(part, reference, layout)
        for layout in layouts
        if (part := rows.filter(pl.col("layout") == layout.layout)).height
    ]
    return pl.concat(parts).sort("row_id")


def _figures_of_layout(rows: pl.DataFrame, reference: Reference, layout: Layout) -> pl.DataFrame:
    numbers = layout.numbers or reference.jurisdiction.numbers
    ratio = pl.col("role") == "ratio"
    shown = pl.col("scale") // pl.lit(10, pl.Int64).pow(pl.col("decimals").clip(0, 9).cast(pl.UInt32))
    scaled = pl.when(pl.col("scale") > 1).then(pl.max_horizontal(shown, 1))
    return (
        rows.join(_columns_of(layout), on="place", how="left", maintain_order="left")
        .pipe(cast_counts, numbers, layout.provisional, negative=reference.jurisdiction.negative_counts)
        .with_columns(
            rounded_to=pl.coalesce("_declared_rounding", scaled, pl.lit(layout.rounded_to)),
            tolerated_per_million=pl.lit(layout.tolerated_per_million, pl.Int64),
            provisional=pl.col("signed") | (pl.col("provisional") != ""),
            computed=pl.lit(None, pl.String),
            tolerance=pl.lit(None, pl.Int64),
            verdict=pl.lit(None, pl.String),
            # A rate is no count: whether its text is one says nothing.
            value=pl.when(~ratio).then("value"),
            problem=pl.when(~ratio).then("problem"),
            status=pl.when(ratio).then(pl.lit("missing")).otherwise("status"),
            measure=pl.when(ratio).then("ratio_of").otherwise("measure"),
        )
        .pipe(check_ratios, numbers)
    )


def _columns_of(layout: Layout) -> pl.DataFrame:
    """What the layout says of each of its columns, by place."""
    rows = [
        (
            f"tables[{t}].columns[{c}]", column.scale, column.rounded_to, column.adds,
            *((r.of, r.to, r.per, r.digits, r.rounding, r.derive) if (r := column.ratio) else (None,) * len(RATIO)),
        )
        for t, table in enumerate(layout.tables)
        for c, column in enumerate(table.columns)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={"place": pl.String, **_COLUMN}, orient="row")


def _added_up(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures that a layout adds up become one row: all their cells, their sum, and the worst of their states."""
    parts = rows.filter(pl.col("adds") & pl.col("role").is_in(["count", "statement", "total"]))
    if parts.is_empty():
        return rows
    figure = ["submission_id", "role", "total_over", "measure", *_FIGURE, "offence_code"]
    invalid = (pl.col("status") == "invalid").any()
    missing = pl.col("status").filter(pl.col("status") != "reported").first()
    sums = parts.group_by(figure, maintain_order=True).agg(
        _joined("cell", "+"),
        _joined("raw_text", " + "),
        pl.col("value").sum().alias("value"),
        pl.when(invalid).then(pl.lit("invalid")).otherwise(missing.fill_null("reported")).first().alias("status"),
        pl.col("problem").drop_nulls().first(),
        # As much as all its parts together may be off.
        pl.max_horizontal(pl.col("rounded_to").max(), 2 * (pl.col("rounded_to") // 2).sum()),
        pl.col("provisional").any(),
        pl.col("hidden").any(),
        pl.all().exclude(*figure, *_COMBINED).first(),
    )
    whole = sums.with_columns(value=pl.when(pl.col("status") == "reported").then("value"))
    others = rows.join(parts.select("row_id"), on="row_id", how="anti", maintain_order="left")
    return pl.concat([others, whole.select(rows.columns)]).sort("row_id")


def _joined(column: str, sign: str) -> pl.Expr:
    """All texts of a sum, of a long one the first and the last and how many there are."""
    text, count = pl.col(column), pl.len()
    long = pl.format("{}{}…{}{} ({})", text.first(), pl.lit(sign), pl.lit(sign), text.last(), count)
    return pl.when(count > _MOST_SHOWN).then(long).otherwise(text.str.join(sign)).alias(column)


_MOST_SHOWN = 50
_COMBINED = ("cell", "raw_text", "value", "status", "problem", "rounded_to", "provisional", "hidden")


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
    # What does not overlap with its neighbours adds up to at most the whole; persons may stand under several offences.
    additive = reference["measures"].filter("additive_over_units")["measure"]
    apart = reference["offences"].filter(~pl.col("overlapping"))["offence_code"]
    parts = (
        counts.filter(
            pl.col("offence_code").is_in(apart.implode())
            & pl.col("measure").is_in(additive.implode())
            & (pl.col("status") == "reported")
        )
        .group_by("submission_id", *_FIGURE, "measure", pl.col("parent_code").alias("offence_code"))
        .agg(parts=pl.col("value").sum(), parts_rounded=(pl.col("rounded_to") // 2).sum())
    )
    return (
        rows.join(beside, on=figure, how="left", maintain_order="left")
        .join(parts, on=[*figure, "measure"], how="left", maintain_order="left")
        .join(repeats, on=[*figure, "measure"], how="left", maintain_order="left")
        .join(wholes, on=["submission_id", *_FIGURE, "measure", "parent_code"], how="left", maintain_order="left")
    )


def _identities(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """`adds_up_to`: what the other measures of its row say that this one is, where all are reported; and how."""
    figure = ["submission_id", *_FIGURE, "offence_code"]
    reported = rows.filter((pl.col("role") == "count") & (pl.col("status") == "reported"))
    parts = [
        reported.filter(pl.col("measure").is_in([*one.plus, *one.minus]))
        .group_by(figure)
        .agg(
            (pl.col("value") * _sign(one)).sum().alias("adds_up_to"),
            pl.col("measure").n_unique().alias("_parts"),
        )
        .filter(pl.col("_parts") == len({*one.plus, *one.minus}))
        .select(*figure, "adds_up_to", measure=pl.lit(one.total), adds_up_from=pl.lit(_as_text(one)))
        for one in reference.jurisdiction.identities
    ]
    if not parts:
        return rows.with_columns(adds_up_to=pl.lit(None, pl.Int64), adds_up_from=pl.lit(None, pl.String))
    return rows.join(pl.concat(parts), on=[*figure, "measure"], how="left", maintain_order="left")


def _sign(identity: Identity) -> pl.Expr:
    return pl.when(pl.col("measure").is_in(identity.minus)).then(-1).otherwise(1)


def _as_text(identity: Identity) -> str:
    return " − ".join([" + ".join(identity.plus), *identity.minus])
