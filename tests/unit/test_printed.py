"""Printed figures. The texts are those of domain.md §5 and §6; the readings are made by hand."""

from __future__ import annotations

from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.domain.printed import Printed, parse_printed
from pipelines.domain.rounding import format_count, format_percent

HEDGES = {"hơn": "above", "trên": "above", "gần": "below", "<": "below", "khoảng": "about", "khoảng hơn": "above"}
DECREASES = ("giảm", "kéo giảm")


def read(text: str, thousands: str = ".", decimal: str = ",") -> Printed | None:
    return parse_printed(text, thousands, decimal, HEDGES, DECREASES)


@pytest.mark.parametrize(
    ("text", "scaled", "digits", "percent"),
    [
        ("24,9%", 249, 1, True),  # §6
        ("11,15 %", 1115, 2, True),  # §6
        ("81,16%", 8116, 2, True),  # §5
        ("14.520", 14520, 0, False),  # §5
        ("14520", 14520, 0, False),
        ("6.482", 6482, 0, False),  # §6
        ("1.234.567", 1234567, 0, False),
        ("-5,87%", -587, 2, True),  # §3
        ("−5,0 %", -50, 1, True),  # §3: the printed decimal is kept
        ("+4,22 %", 422, 2, True),  # §3
        ("+1.167,39%", 116739, 2, True),
        ("09", 9, 0, False),  # §5
        ("−08", -8, 0, False),  # §5: U+2212
        ("–08", -8, 0, False),  # en dash
        ("0", 0, 0, False),
        ("0,5", 5, 1, False),
        ("67%", 67, 0, True),  # §6
        ("\u00a014.520\u202f", 14520, 0, False),  # §5: non-breaking spaces
        ("75\u00a0%", 75, 0, True),
        ("−\u20098", -8, 0, False),  # a thin space ties the sign to the number
        ("\ufeff897", 897, 0, False),
        ("giảm 146", -146, 0, False),  # §5
        ("giảm -322", -322, 0, False),  # §5: a printed double negative
        ("giảm-322", -322, 0, False),
        ("Giảm 12,4%", -124, 1, True),
        ("kéo giảm 5%", -5, 0, True),
    ],
)
def test_reads(text: str, scaled: int, digits: int, percent: bool) -> None:
    assert read(text) == Printed(scaled, digits, percent, None)


@pytest.mark.parametrize(
    ("text", "scaled", "hedge"),
    [
        ("hơn 14.520", 14520, "above"),
        ("Gần 897", 897, "below"),
        ("<5", 5, "below"),
        ("khoảng 100", 100, "about"),
        ("khoảng hơn 100", 100, "above"),  # the longest words win
        ("giảm hơn 146", -146, "above"),
        ("hơn giảm 146", -146, "above"),
    ],
)
def test_records_the_hedge(text: str, scaled: int, hedge: str) -> None:
    assert read(text) == Printed(scaled, 0, False, hedge)
    assert read(normalize("NFD", text)) == Printed(scaled, 0, False, hedge)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "—",
        "%",
        "kéo giảm",  # a word, no number
        "hơn",
        "tăng 146",  # a word that nobody declared
        "14.520 vụ",
        "khoảng14",
        "gần hơn 5",  # two hedges contradict each other
        "giảm +5",
        "--5",
        "- 5",  # a list item or a minus
        "(146)",
        "1.23",  # neither groups of three nor the decimal mark
        "1.2345",
        "14.52",
        "1234.567",
        "0.146",
        "14,520.5",
        "1,2,3",
        ",5",
        "24,",
        "14 520",  # a space is not the declared mark: perhaps two numbers
        "14\u00a0520",
        "121/127",
        "5²",
        "5%%",
        "1e3",
        "NaN",
    ],
)
def test_has_no_single_reading(text: str) -> None:
    assert read(text) is None


def test_marks_are_the_callers() -> None:
    assert read("14,520.5", ",", ".") == Printed(145205, 1, False, None)
    assert read("14\u202f520", " ", ",") == Printed(14520, 0, False, None)
    assert read("14 520", "\u00a0", ",") == Printed(14520, 0, False, None)
    assert read("14.520", "", ",") is None
    assert parse_printed("giảm 5", ".", ",", {}) is None


@pytest.mark.parametrize(("thousands", "decimal"), [(",", ","), (".", "")])
def test_marks_that_cannot_be_told_apart_are_refused(thousands: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        read("5", thousands, decimal)


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ",", " ", "'", ""]))
def test_reads_back_every_count(value: int, mark: str) -> None:
    assert parse_printed(format_count(value, mark), mark, ";", {}) == Printed(value, 0, False, None)


@given(st.integers(-(10**9), 10**9), st.integers(0, 5))
def test_reads_back_every_percentage(scaled: int, digits: int) -> None:
    text = format_percent(Decimal(scaled).scaleb(-digits), ",")
    assert parse_printed(text, ".", ",", {}) == Printed(scaled, digits, True, None)


@given(st.text(alphabet="0123456789.,-−+% \u00a0giảmhơn", max_size=12))
def test_never_raises_on_text(text: str) -> None:
    figure = read(text)
    assert figure is None or any(char.isdigit() for char in text)
