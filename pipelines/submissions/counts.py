"""The one cast: from the text of a figure's cell to a whole number, a status and, where it fails, the problem.

Belongs here: the grammar of figures as Polars expressions, for all cells of a layout at once.
Does not belong here: printed percentages and changes (domain/printed.py), printed rates of a form (own_checks.py),
whether a count is plausible (validation/).
"""

from __future__ import annotations

import re

import polars as pl

from pipelines.jurisdiction import NumberFormat

# Spaces that spreadsheets and word processors leave in numbers: no-break, figure, thin, hair, narrow, zero width.
SPACES = r"[\s\u00A0\u2007\u2009\u200A\u202F\u200B\uFEFF]"
_MINUS = r"[-\u2010\u2011\u2012\u2013\u2212]"
# Two or three decimals in a whole-number column are what 14.520 or 6.482 become when the separator is taken for a
# decimal mark; a single decimal can be that too, but is more often simply a decimal.
_LOST = r"^\d{1,3}\.\d{2,3}$"
_BROKEN = ["error", "uncached"]


def cast_counts(
    values: pl.DataFrame, numbers: NumberFormat, provisional: tuple[str, ...] = (), *, negative: bool = False
) -> pl.DataFrame:
    """Add value (BIGINT), status, problem, candidate, signed and decimals to raw_text, cell_kind, mark and scale.

    status is `reported`, what the cell's mark says (missing, not_applicable, suppressed; `zero` is reported 0) or
    `invalid`; an invalid row has a problem (the finding code's name) and no value, except that a negative number keeps
    its value. candidate is the count that may have been meant, never used itself. With a scale the text may have
    decimals as long as the count is whole; `decimals` says how many it has. `signed`: a sign of `provisional` follows.
    `negative`: a negative number is a count, of a window in which more was taken back than was added.
    """
    return (
        values.with_columns(_text=cleaned(pl.col("raw_text")))
        .with_columns(signed=_ends_with(provisional))
        .with_columns(_text=pl.when("signed").then(_without_sign(provisional)).otherwise("_text"))
        .with_columns(_negative=pl.col("_text").str.contains(rf"^{_MINUS}\d"))
        .with_columns(_digits=pl.col("_text").str.replace(rf"^{_MINUS}", ""))
        .with_columns(_plain=plain_number(pl.col("_digits"), pl.col("cell_kind"), numbers))
        .with_columns(decimals=_decimals())
        .with_columns(_whole=_whole_number())
        .with_columns(problem=_problem(numbers, negative=negative))
        .with_columns(candidate=_candidate(), status=_status())
        .with_columns(value=_value())
        .drop("_text", "_negative", "_digits", "_plain", "_whole")
    )


def cleaned(text: pl.Expr) -> pl.Expr:
    """A text without the spaces around it."""
    return text.str.replace_all(rf"^{SPACES}+|{SPACES}+$", "")


def plain_number(text: pl.Expr, kind: pl.Expr, numbers: NumberFormat) -> pl.Expr:
    """A number's digits with a point as decimal mark, null for anything else. A numeric cell has no separators."""
    decimal = re.escape(numbers.decimal)
    marks = [SPACES, *([re.escape(numbers.thousands)] if numbers.thousands.strip() else [])]
    # Groups of three; with commas also groups of two before the last three, as in South Asia.
    kinds = [rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in marks]
    groups = "|".join([*kinds, r"[1-9]\d?(?:,\d{2})+,\d{3}"] if numbers.thousands == "," else kinds)
    grouped, ungrouped = rf"^(?:{groups})(?:{decimal}\d+)?$", rf"^\d+(?:{decimal}\d+)?$"
    written = text.str.replace_all("|".join(marks), "").str.replace(numbers.decimal, ".", literal=True)
    return (
        pl.when((kind == "text") & (text.str.contains(grouped) | text.str.contains(ungrouped)))
        .then(written)
        .when((kind != "text") & text.str.contains(r"^\d+(?:\.\d+)?$"))
        .then(text)
    )


def _ends_with(signs: tuple[str, ...]) -> pl.Expr:
    text = pl.col("_text")
    return pl.any_horizontal(pl.lit(False), *(text.str.contains(rf"\d\s*{re.escape(sign)}$") for sign in signs))


def _without_sign(signs: tuple[str, ...]) -> pl.Expr:
    text = pl.col("_text")
    for sign in signs:
        text = text.str.strip_suffix(sign)
    return cleaned(text)


def _decimals() -> pl.Expr:
    """How many decimals are written; a single 0 is how programs write a whole number as a fraction."""
    behind = pl.col("_plain").str.extract(r"\.(\d+)$").fill_null("0")
    return pl.when(behind == "0").then(0).otherwise(behind.str.len_chars().cast(pl.Int64))


def _whole_number() -> pl.Expr:
    """The count: digits times scale, where that is whole and fits."""
    before = pl.col("_plain").str.extract(r"^(\d{1,18})(?:\.|$)").cast(pl.Int64, strict=False)
    behind = pl.col("_plain").str.extract(r"\.(\d{1,9})$").fill_null("0").cast(pl.Int64, strict=False)
    power = pl.lit(10, pl.Int64).pow(pl.col("decimals").clip(0, 9).cast(pl.UInt32))
    scaled = behind * pl.col("scale")
    unscaled = pl.when((pl.col("scale") == 1) & (pl.col("decimals") == 0)).then(before)
    fits = (pl.col("scale") > 1) & (scaled % power == 0) & (pl.col("decimals") <= 9) & (before < 10**9)
    return pl.coalesce(unscaled, pl.when(fits).then(before * pl.col("scale") + scaled // power))


def _looks_lost(numbers: NumberFormat) -> pl.Expr:
    number = pl.col("cell_kind") == "number"
    text_with_mark = (pl.col("cell_kind") == "text") & pl.lit(numbers.thousands == ".")
    return (pl.col("scale") == 1) & (number | text_with_mark) & pl.col("_digits").str.contains(_LOST)


def _is_decimal(numbers: NumberFormat) -> pl.Expr:
    decimal = re.escape(numbers.decimal)
    plain = pl.col("_digits").str.contains(rf"^\d+[.{decimal}]\d+(?:[eE][-+]?\d+)?$")
    return plain | (pl.col("_plain").is_not_null() & (pl.col("decimals") > 0))


def _problem(numbers: NumberFormat, *, negative: bool) -> pl.Expr:
    below_zero = pl.lit(None, pl.String) if negative else pl.lit("count_negative")
    return (
        pl.when(pl.col("cell_kind").is_in(_BROKEN))
        .then(pl.lit("cell_error"))
        .when(_is_mark())
        .then(None)
        .when(pl.col("cell_kind") == "thousandths")
        .then(pl.lit("count_thousands_lost"))
        .when(pl.col("_whole").is_not_null() & pl.col("cell_kind").is_in(["text", "number"]))
        .then(pl.when(pl.col("_negative")).then(below_zero))
        .when(_looks_lost(numbers))
        .then(pl.lit("count_thousands_lost"))
        .when(_is_decimal(numbers))
        .then(pl.lit("count_decimal"))
        .otherwise(pl.lit("count_not_number"))
    )


def _is_mark() -> pl.Expr:
    return pl.col("mark").is_not_null() & ~pl.col("cell_kind").is_in(_BROKEN)


def _candidate() -> pl.Expr:
    """What a number with a lost separator was: its digits, filled up to groups of three behind the mark."""
    parts = pl.col("_digits").str.split_exact(".", 1)
    before, behind = parts.struct.field("field_0"), parts.struct.field("field_1").fill_null("")
    filled = pl.concat_str(before, behind.str.pad_end(3, "0")).cast(pl.Int64, strict=False)
    one_group = pl.col("_digits").str.contains(r"^\d{1,3}(?:\.\d{1,3})?$")
    return pl.when(pl.col("problem").is_in(["count_thousands_lost", "count_decimal"]) & one_group).then(filled)


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("problem").is_not_null())
        .then(pl.lit("invalid"))
        .when(_is_mark() & (pl.col("mark") != "zero"))
        .then(pl.col("mark"))
        .otherwise(pl.lit("reported"))
    )


def _value() -> pl.Expr:
    kept = (pl.col("status") == "reported") | (pl.col("problem") == "count_negative")
    number = pl.when(pl.col("_negative")).then(-pl.col("_whole")).otherwise(pl.col("_whole"))
    return pl.when(kept).then(pl.when(_is_mark()).then(0).otherwise(number)).cast(pl.Int64)
