"""How a text of a form is compared with a text of a layout."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.submissions.texts import anywhere, collapsed, compiled, is_pattern, match, normalised


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("Số vụ", "SỐ VỤ"),
        ("Số vụ", unicodedata.normalize("NFD", "Số vụ")),
        ("Số vụ", " Số \n\t vụ "),
        ("Số vụ", "Số\u00a0vụ"),
        ("機 關 別", "機\u3000關\u3000別"),  # the wide space of East Asian forms
        ("Straße", "STRASSE"),
        ("(1)", "(1)"),  # not a pattern: brackets mean themselves
        ("", "  \u00a0"),
    ],
)
def test_texts_that_are_the_same(wanted: str, text: str) -> None:
    assert match(wanted, text) == {}


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("Số vụ", "Số vụ án"),  # a part is not the whole
        ("Số vụ", "So vu"),  # marks tell words apart
        ("recorded", "re corded"),
        ("12", "12.0"),
        (".*", "anything"),
        ("", "-"),
    ],
)
def test_texts_that_differ(wanted: str, text: str) -> None:
    assert match(wanted, text) is None


@pytest.mark.parametrize(
    ("pattern", "text", "fields"),
    [
        (r"^THÁNG (?P<month>\d+)/(?P<year>\d{4})$", "tháng  5/2023", {"month": "5", "year": "2023"}),
        (r"^(?P<year>\d{4})(?P<provisional>\*)?$", "2022", {"year": "2022"}),  # a group that is not there gives nothing
        (r"^(?P<year>\d{4})(?P<provisional>\*)?$", "2023*", {"year": "2023", "provisional": "*"}),
        (r"^(?P<unit>[^:]+):", "Ardól : 5", {"unit": "Ardól"}),  # without the space before the colon
        ("^Tội phạm", unicodedata.normalize("NFD", "Tội phạm khác"), {}),  # searched: the rest may be anything
        ("^$", "", {}),
        ("^Sum$", "Sum total", None),
        ("^um", "Sum", None),
    ],
)
def test_patterns(pattern: str, text: str, fields: dict[str, str] | None) -> None:
    assert match(pattern, text) == fields


def test_a_pattern_begins_with_a_circumflex() -> None:
    assert is_pattern("^a")
    assert not is_pattern("a^")
    assert not is_pattern("")


def test_a_title_may_stand_anywhere_in_a_cell() -> None:
    """The first place that fits; with ^ only the beginning does."""
    pattern = r"from (?P<window_start>\d+)"
    assert match(anywhere(pattern), "Crime, from 3 and from 5") == {"window_start": "3"}
    assert match(anywhere(f"^{pattern}"), "Crime, from 3") is None
    assert match(anywhere("a|b(?P<unit>.)"), "xbc") == {"unit": "c"}  # the alternatives stay together


def test_what_is_no_regular_expression_is_said() -> None:
    with pytest.raises(re.error):
        compiled("^(")


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing_and_every_text_is_itself(text: str) -> None:
    assert collapsed(collapsed(text)) == collapsed(text)
    assert is_pattern(text) or match(text, text) == {}
    assert is_pattern(text) or match(text, f" {collapsed(text)} ") == {}
    assert normalised(text) == normalised(f"\u00a0{text}\n")
