"""The one cast: from the text of a count cell to a whole number, a status and, where it fails, the problem.

Belongs here: the grammar of counts as Polars expressions, for all cells of a run at once.
Does not belong here: printed percentages and changes (domain/printed.py), whether a count is plausible (validation/).
"""

from __future__ import annotations

import polars as pl

from pipelines.jurisdiction import NumberFormat

# Spaces that spreadsheets and word processors leave in numbers: no-break, figure, thin, hair, narrow, zero width.
_SPACES = r"[\s\u00A0\u2007\u2009\u200A\u202F\u200B\uFEFF]"
_MINUS = r"[-\u2010\u2011\u2012\u2013\u2212]"
# Two or three decimals in a whole-number column are what 14.520 or 6.482 become when the separator is taken for a
# decimal mark; a single decimal can be that too, but is more often simply a decimal.
_LOST = r"^\d{1,3}\.\d{2,3}$"


def cast_counts(values: pl.DataFrame, numbers: NumberFormat, missing: tuple[str, ...]) -> pl.DataFrame:
    """Add value (BIGINT), status, problem and candidate to rows with raw_text and cell_kind.

    status is `reported`, `missing` or `invalid`; an invalid row has a problem (the finding code's name) and no value,
    except that a negative number keeps its value. candidate is the count that may have been meant, never used itself.
    """
    return (
        values.with_columns(_text=_cleaned(pl.col("raw_text")))
        .with_columns(_negative=pl.col("_text").str.contains(rf"^{_MINUS}\d"))
        .with_columns(_digits=pl.col("_text").str.replace(rf"^{_MINUS}", ""))
        .with_columns(_whole=_whole_number(numbers))
        .with_columns(problem=_problem(numbers, missing))
        .with_columns(candidate=_candidate(numbers), status=_status(missing))
        .with_columns(value=_value())
        .drop("_text", "_negative", "_digits", "_whole")
    )


def _cleaned(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(rf"^{_SPACES}+|{_SPACES}+$", "")


def _is_missing(missing: tuple[str, ...]) -> pl.Expr:
    return pl.col("_text").is_in([*missing, ""]) & ~pl.col("cell_kind").is_in(["error", "uncached"])


def _grouped(numbers: NumberFormat) -> pl.Expr:
    mark = rf"\{numbers.thousands}" if numbers.thousands.strip() else _SPACES
    return pl.col("_digits").str.contains(rf"^[1-9]\d{{0,2}}(?:(?:{mark}\d{{3}})+|(?:{_SPACES}\d{{3}})+)$")


def _whole_number(numbers: NumberFormat) -> pl.Expr:
    """The digits of a whole number, null for anything else. A numeric cell is never read with separators."""
    digits = pl.col("_digits").str.replace_all(r"\D", "")
    plain = pl.col("_digits").str.contains(r"^\d{1,18}$")
    text_with_groups = (pl.col("cell_kind") == "text") & _grouped(numbers)
    return pl.when(plain | text_with_groups).then(digits).cast(pl.Int64, strict=False)


def _looks_lost(numbers: NumberFormat) -> pl.Expr:
    number = pl.col("cell_kind") == "number"
    text_with_mark = (pl.col("cell_kind") == "text") & pl.lit(numbers.thousands == ".")
    return (number | text_with_mark) & pl.col("_digits").str.contains(_LOST)


def _is_decimal(numbers: NumberFormat) -> pl.Expr:
    mark, decimal = rf"\{numbers.thousands}", rf"\{numbers.decimal}"
    plain = pl.col("_digits").str.contains(rf"^\d+[.{decimal}]\d+(?:[eE][-+]?\d+)?$")
    return plain | pl.col("_digits").str.contains(rf"^\d{{1,3}}(?:{mark}\d{{3}})+{decimal}\d+$")


def _problem(numbers: NumberFormat, missing: tuple[str, ...]) -> pl.Expr:
    return (
        pl.when(pl.col("cell_kind").is_in(["error", "uncached"]))
        .then(pl.lit("cell_error"))
        .when(_is_missing(missing))
        .then(None)
        .when(pl.col("cell_kind") == "thousandths")
        .then(pl.lit("count_thousands_lost"))
        .when(pl.col("_whole").is_not_null() & pl.col("cell_kind").is_in(["text", "number"]))
        .then(pl.when(pl.col("_negative")).then(pl.lit("count_negative")))
        .when(_looks_lost(numbers))
        .then(pl.lit("count_thousands_lost"))
        .when(_is_decimal(numbers))
        .then(pl.lit("count_decimal"))
        .otherwise(pl.lit("count_not_number"))
    )


def _candidate(numbers: NumberFormat) -> pl.Expr:
    """What a number with a lost separator was: its digits, filled up to groups of three behind the mark."""
    parts = pl.col("_digits").str.split_exact(".", 1)
    before, behind = parts.struct.field("field_0"), parts.struct.field("field_1").fill_null("")
    filled = pl.concat_str(before, behind.str.pad_end(3, "0")).cast(pl.Int64, strict=False)
    one_group = pl.col("_digits").str.contains(r"^\d{1,3}(?:\.\d{1,3})?$")
    return pl.when(pl.col("problem").is_in(["count_thousands_lost", "count_decimal"]) & one_group).then(filled)


def _status(missing: tuple[str, ...]) -> pl.Expr:
    return (
        pl.when(pl.col("problem").is_not_null())
        .then(pl.lit("invalid"))
        .when(_is_missing(missing))
        .then(pl.lit("missing"))
        .otherwise(pl.lit("reported"))
    )


def _value() -> pl.Expr:
    kept = (pl.col("status") == "reported") | (pl.col("problem") == "count_negative")
    return pl.when(kept).then(pl.when(pl.col("_negative")).then(-pl.col("_whole")).otherwise(pl.col("_whole")))
