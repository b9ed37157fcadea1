"""What a form prints about its own figures: its totals and its rates, compared with the figures.

Belongs here: sums over the parts of a total, the tolerance that rounding allows, and whether a printed rate is that of
its counts, in whole numbers throughout.
Does not belong here: totals that a source states of the nation or a cluster (models/core), and what to do about a
difference (validation/).
"""

from __future__ import annotations

import polars as pl

from pipelines.jurisdiction import NumberFormat
from pipelines.reference import Reference
from pipelines.submissions.counts import SPACES, cleaned, plain_number

_DIMENSIONS = {
    "offence": ["offence_code"],
    "period": ["window_start", "window_end"],
    "unit": ["scope_type", "scope_id"],
}
_FIGURE = [
    "scope_type", "scope_id", "window_start", "window_end", "accumulation", "series_id", "definition_version",
    "offence_code",
]  # fmt: skip
# A rate with more decimals than this was not rounded for print; it is compared up to here.
_MOST_DIGITS = 6

# The row of the form in which a cell stands, and what is taken from the cells of one.
_LINE = pl.concat_str("sheet", pl.lit("!"), pl.col("cell").str.extract(r"(\d+)$"))
_COUNTED = ("value", "_unit")

# The specification of a printed rate, by layout and column (tidy.py joins it to the rows).
RATIO = {
    "ratio_of": pl.String,
    "ratio_to": pl.String,
    "ratio_per": pl.Int64,
    "ratio_digits": pl.Int64,
    "ratio_rounding": pl.String,
    "ratio_derive": pl.Boolean,
}


def check_totals(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Add computed, tolerance and verdict to rows of role total; others keep what they have.

    The parts of a total are the figures of its block with the same other fields, without those that are part of, or cut
    across, another one there; over periods those of windows within its own, which must fill it. verdict: exact, within
    tolerance, differs, parts missing, not checkable. A figure that is the only unreadable part of its total gets what
    the total leaves for it as its candidate.
    """
    for over in rows.filter(pl.col("role") == "total")["total_over"].unique().to_list():
        rows = _check_totals_over(rows, over, reference)
    return rows


def _check_totals_over(rows: pl.DataFrame, over: str, reference: Reference) -> pl.DataFrame:
    dimensions = over.split("+")
    summed = [column for name in dimensions for column in _DIMENSIONS[name]]
    block = ["submission_id", "block", "measure", *(name for name in _FIGURE if name not in summed)]
    mine = (pl.col("role") == "total") & (pl.col("total_over") == over)
    totals = rows.filter(mine)
    parts = _parts(rows, over, block, reference)
    pairs = totals.select(*block, total="row_id", _from="window_start", _to="window_end").join(
        parts, on=block, nulls_equal=True
    )
    sums = (
        (_within(pairs) if "period" in dimensions else pairs)
        .group_by("total")
        .agg(
            _sum=pl.col("value").filter(pl.col("status") == "reported").sum(),
            _gaps=(pl.col("status") != "reported").sum(),
            _unreadable=(pl.col("status") == "invalid").sum(),
            _slack=(pl.col("rounded_to") // 2).filter(pl.col("status") == "reported").sum(),
            _days=(pl.col("window_end") - pl.col("window_start")).dt.total_days().add(1).sum(),
        )
    )
    joined = rows.join(sums, left_on="row_id", right_on="total", how="left", maintain_order="left")
    relative = pl.col("value") * pl.col("tolerated_per_million") // 1_000_000
    if "period" in dimensions:
        days = (pl.col("window_end") - pl.col("window_start")).dt.total_days() + 1
        joined = joined.with_columns(_gaps=pl.col("_gaps") + (pl.col("_days") < days).cast(pl.UInt32))
    checked = joined.with_columns(
        tolerance=pl.when(mine)
        .then(pl.max_horizontal(pl.col("_slack") + pl.col("rounded_to") // 2, relative))
        .otherwise("tolerance"),
        computed=pl.when(mine).then(pl.col("_sum").cast(pl.String)).otherwise("computed"),
    ).with_columns(verdict=pl.when(mine).then(_total_verdict(over, reference)).otherwise("verdict"))
    return _with_candidates(checked, pairs, mine).drop("_sum", "_gaps", "_unreadable", "_slack", "_days")


def _within(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of each total the parts with windows shorter than its own, without those that lie in a longer part: no figure
    counts twice where months, quarters and their year stand side by side."""
    start, end = pl.col("window_start"), pl.col("window_end")
    inside = pairs.filter(
        (start >= pl.col("_from")) & (end <= pl.col("_to")) & ((start > pl.col("_from")) | (end < pl.col("_to")))
    )
    figure = ["total", "scope_type", "scope_id", "offence_code"]
    spans = inside.select(*figure, _longer_from="window_start", _longer_to="window_end").unique()
    covered = inside.join(spans, on=figure, nulls_equal=True).filter(
        (start >= pl.col("_longer_from"))
        & (end <= pl.col("_longer_to"))
        & ((start > pl.col("_longer_from")) | (end < pl.col("_longer_to")))
    )
    return inside.join(covered.select("total", "row_id").unique(), on=["total", "row_id"], how="anti")


def _total_verdict(over: str, reference: Reference) -> pl.Expr:
    residual = pl.col("value") - pl.col("_sum")
    measures = reference["measures"].filter(pl.col("additive_over_units"))["measure"].to_list()
    additive = pl.lit("unit" not in over) | pl.col("measure").is_in(measures)
    return (
        pl.when(~additive | pl.col("_sum").is_null() | (pl.col("status") != "reported"))
        .then(pl.lit("not checkable"))
        .when((pl.col("_gaps") > 0) & (residual >= -pl.col("tolerance")))
        .then(pl.when(residual == 0).then(pl.lit("exact")).otherwise(pl.lit("parts missing")))
        .when(residual == 0)
        .then(pl.lit("exact"))
        .when(residual.abs() <= pl.col("tolerance"))
        .then(pl.lit("within tolerance"))
        .otherwise(pl.lit("differs"))
    )


def _parts(rows: pl.DataFrame, over: str, block: list[str], reference: Reference) -> pl.DataFrame:
    """The figures that add up: no part of another one of the same block, nothing that cuts across."""
    roles = ["count"] if "unit" in over else ["count", "statement"]
    parts = rows.filter(pl.col("role").is_in(roles))
    if "offence" in over:
        offences = reference["offences"]
        overlapping = offences.filter(pl.col("overlapping").fill_null(value=False))["offence_code"].to_list()
        parts = parts.filter(~pl.col("offence_code").is_in(overlapping).fill_null(value=False))
        parts = _tops(parts, block, "offence_code", _ancestors(offences, "offence_code", "parent_code"))
    if "unit" in over:
        parts = _tops(parts, block, "scope_id", _ancestors(reference["units"], "unit_id", "parent_id"))
    return parts


def _tops(parts: pl.DataFrame, block: list[str], key: str, ancestors: pl.DataFrame) -> pl.DataFrame:
    """Rows none of whose ancestors is a row of the same block."""
    others = [name for name in block if name != key]
    present = parts.select(*others, pl.col(key).alias("ancestor")).unique()
    inside = (
        parts.select(*others, key)
        .unique()
        .join(ancestors.rename({"key": key}), on=key)
        .join(present, on=[*others, "ancestor"], how="semi", nulls_equal=True)
    )
    return parts.join(inside, on=[*others, key], how="anti", nulls_equal=True)


def _ancestors(table: pl.DataFrame, key: str, parent: str) -> pl.DataFrame:
    """Columns key and ancestor: every row of a tree with each one above it."""
    parents = dict(table.select(key, parent).rows())
    pairs: list[tuple[str, str]] = []
    for child in parents:
        seen, above = {child}, parents[child]
        while above is not None and above not in seen:
            pairs.append((child, above))
            seen.add(above)
            above = parents.get(above)
    return pl.DataFrame(pairs, schema={"key": pl.String, "ancestor": pl.String}, orient="row")


def _with_candidates(rows: pl.DataFrame, pairs: pl.DataFrame, mine: pl.Expr) -> pl.DataFrame:
    """A single unreadable part of a total that is whole otherwise can only have been what is left."""
    left = rows.filter(
        mine & (pl.col("_unreadable") == 1) & (pl.col("_gaps") == 1) & (pl.col("status") == "reported")
    ).select(total="row_id", _left=pl.col("value") - pl.col("_sum"))
    broken = pairs.filter(pl.col("status") == "invalid").join(left, on="total")
    meant = broken.filter(pl.col("_left") >= 0).select("row_id", "_left").unique("row_id")
    joined = rows.join(meant, on="row_id", how="left", maintain_order="left")
    return joined.with_columns(candidate=pl.coalesce("candidate", "_left")).drop("_left")


def never_checked() -> pl.Expr:
    """Whether a total or a printed rate stands in a column of which none could be compared with any figure."""
    column = ["submission_id", "block", "sheet", "role", pl.col("cell").str.extract("^([A-Z]+)")]
    printed = (pl.col("cell_kind") != "empty") & pl.col("mark").is_null()
    alone = pl.col("computed").is_null() | pl.col("computed").str.contains("?", literal=True)
    compared = printed & ~((pl.col("verdict") == "not checkable") & alone)
    own = pl.col("role").is_in(["total", "ratio"])
    return own & printed.any().over(column) & ~compared.any().over(column)


# --- printed rates -------------------------------------------------------------------------------------------------


def check_ratios(rows: pl.DataFrame, numbers: NumberFormat) -> pl.DataFrame:
    """Compare the printed rates (role ratio) of one layout with the counts beside them, and derive what is asked for.

    Adds computed (`numerator/denominator`) and verdict. A derived count takes the place of its rate: the only whole
    number that the rate can have come from, evidence `derived`; without exactly one the row is invalid with problem
    `rate_not_derivable`, without anything recorded there is none.
    """
    ratios = rows.filter(pl.col("role") == "ratio")
    if ratios.is_empty():
        return rows
    beside = _beside(rows, ratios)
    printed = beside.pipe(_with_printed, numbers)
    checked = printed.filter(~pl.col("ratio_derive")).with_columns(verdict=_ratio_verdict())
    derived = printed.filter(pl.col("ratio_derive")).pipe(_derived)
    others = rows.filter(pl.col("role") != "ratio")
    return pl.concat([others, checked.select(rows.columns), derived.select(rows.columns)]).sort("row_id")


def _beside(rows: pl.DataFrame, ratios: pl.DataFrame) -> pl.DataFrame:
    """The numerator and the denominator of each printed rate, with their rounding: those of its row, else the first."""
    key = ["submission_id", *_FIGURE]
    ratios = ratios.with_columns(_line=_LINE)
    in_lines = _counts_in_lines(rows, key)
    first = in_lines.unique([*key, "measure"], keep="first", maintain_order=True).drop("_line")
    for part, measure in (("n", "ratio_of"), ("d", "ratio_to")):
        value, unit = f"_{part}", f"_{part}_unit"
        own = in_lines.rename({"measure": measure, "value": value, "_unit": unit})
        other = first.rename({"measure": measure, "value": f"{value}_first", "_unit": f"{unit}_first"})
        ratios = (
            ratios.join(own, on=[*key, measure, "_line"], how="left", nulls_equal=True, maintain_order="left")
            .join(other, on=[*key, measure], how="left", nulls_equal=True, maintain_order="left")
            .with_columns(pl.coalesce(name, f"{name}_first").alias(name) for name in (value, unit))
        )
    return ratios.with_columns(
        computed=pl.concat_str(
            pl.col("_n").cast(pl.String).fill_null("?"), pl.lit("/"), pl.col("_d").cast(pl.String).fill_null("?")
        )
    )


def _counts_in_lines(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The figures of each row of the form; columns of it that a layout adds up are one figure, if all are there."""
    reported = pl.col("status") == "reported"
    figures = rows.filter(pl.col("role").is_in(["count", "statement", "total"]) & (reported | pl.col("adds")))
    unit = pl.when(pl.col("rounded_to") > 1).then("rounded_to").otherwise(0)
    whole = pl.when(reported.all()).then(pl.col(*_COUNTED).sum())
    return (
        figures.with_columns(_line=_LINE, _unit=unit)
        .group_by([*key, "measure", "_line"], maintain_order=True)
        .agg(pl.when(pl.col("adds").first()).then(whole).otherwise(pl.col(*_COUNTED).first()))
    )


def _with_printed(ratios: pl.DataFrame, numbers: NumberFormat) -> pl.DataFrame:
    """_p, the printed rate in units of its last digit, _digits and _scale (per × 10^digits); _unrounded where it is."""
    text = cleaned(pl.col("raw_text")).str.replace(rf"{SPACES}*[%％]$", "")
    shown = plain_number(text, pl.col("cell_kind"), numbers)
    whole = pl.col("_shown").str.extract(r"^(\d{1,9})(?:\.|$)").cast(pl.Int64, strict=False)
    behind = pl.col("_shown").str.extract(r"\.(\d+)$").fill_null("")
    digits = pl.coalesce(pl.col("ratio_digits"), behind.str.len_chars().clip(0, _MOST_DIGITS).cast(pl.Int64))
    power = pl.lit(10, pl.Int64).pow(pl.col("_digits").cast(pl.UInt32))
    cut = pl.col("_behind").str.pad_end(_MOST_DIGITS, "0").str.head(pl.col("_digits")).cast(pl.Int64, strict=False)
    return (
        ratios.with_columns(_shown=pl.when(pl.col("mark") == "zero").then(pl.lit("0")).otherwise(shown))
        .with_columns(_digits=digits, _behind=behind, _whole=whole)
        .with_columns(
            _p=pl.col("_whole") * power + pl.when(pl.col("_digits") > 0).then(cut).otherwise(0),
            _scale=pl.col("ratio_per") * power,
            _unrounded=pl.col("_behind").str.len_chars() > pl.col("_digits"),
        )
    )


def _fits(numerator: pl.Expr, *, slack: bool) -> pl.Expr:
    """Whether the printed rate can be that of a numerator over the denominator, as whole numbers only.

    Half up, p printed in units of 10^-digits: (2p − 1)·d ≤ 2·n·per·10^digits < (2p + 1)·d; cut off: 2p and 2p + 2. With
    slack, n and d may each lie half a rounding unit off.
    """
    # What was not rounded is compared up to its sixth decimal, where a floating-point number may fall short by one.
    below = pl.when("_unrounded").then(2).when(pl.col("ratio_rounding") == "down").then(0).otherwise(1)
    above = pl.when("_unrounded").then(4).when(pl.col("ratio_rounding") == "down").then(2).otherwise(1)
    n_off, d_off = (pl.col("_n_unit"), pl.col("_d_unit")) if slack else (pl.lit(0), pl.lit(0))
    n_off, d_off = n_off.fill_null(0), d_off.fill_null(0)
    # The products of a nation's counts with many decimals do not fit into 64 bits.
    printed, scale = pl.col("_p").cast(pl.Int128), pl.col("_scale").cast(pl.Int128)
    lowest = (2 * printed - below) * (2 * pl.col("_d") - d_off)
    highest = (2 * printed + above) * (2 * pl.col("_d") + d_off)
    return (lowest <= 2 * scale * (2 * numerator + n_off)) & (2 * scale * (2 * numerator - n_off) < highest)


def _ratio_verdict() -> pl.Expr:
    comparable = pl.col("_p").is_not_null() & pl.col("_n").is_not_null() & (pl.col("_d") > 0)
    return (
        pl.when(~comparable.fill_null(value=False))
        .then(pl.lit("not checkable"))
        .when(_fits(pl.col("_n"), slack=False))
        .then(pl.lit("exact"))
        .when(_fits(pl.col("_n"), slack=True))
        .then(pl.lit("within tolerance"))
        .otherwise(pl.lit("differs"))
    )


def _derived(ratios: pl.DataFrame) -> pl.DataFrame:
    near = pl.col("_p") * pl.col("_d") // pl.col("_scale")
    # If more than one number fits, two of these do, whichever way the rate was rounded.
    fitting = [(near + step, _fits(near + step, slack=False)) for step in (-1, 0, 1, 2)]
    count = pl.sum_horizontal(fits.cast(pl.Int64) for _, fits in fitting)
    found = pl.coalesce(*(pl.when(fits & (value >= 0)).then(value) for value, fits in fitting))
    known = (pl.col("_d") > 0) & (pl.col("mark").is_null() | (pl.col("mark") == "zero"))
    return (
        ratios.filter(known.fill_null(value=False))
        .with_columns(_value=pl.when(count == 1).then(found))
        .with_columns(
            role=pl.lit("count"),
            measure=pl.col("ratio_of"),
            value=pl.col("_value"),
            status=pl.when(pl.col("_value").is_null()).then(pl.lit("invalid")).otherwise(pl.lit("reported")),
            problem=pl.when(pl.col("_value").is_null()).then(pl.lit("rate_not_derivable")),
            evidence=pl.lit("derived"),
            computed=pl.lit(None, pl.String),
        )
    )
