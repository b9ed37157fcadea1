"""From what a form says of its window to two dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.domain.periods import Calendar
from pipelines.jurisdiction import Era
from pipelines.submissions.windows import SAID, gregorian_year, window_said

CALENDARS = (Calendar("statistical", 12, 15, -1), Calendar("civil", 1, 1, 0))
ERAS = (
    Era(id="roc", names=("民國",), year_one=1912),
    Era(id="reiwa", names=("令和", "R"), year_one=2019),
    Era(id="buddhist", year_one=-542),
)


def said(**texts: str) -> tuple[date, date] | None:
    every: dict[str, Any] = {**dict.fromkeys(SAID, ""), "date_format": "", **texts}
    return window_said(every, CALENDARS, ERAS)


@pytest.mark.parametrize(
    ("texts", "window"),
    [
        ({"year": "2023"}, (date(2022, 12, 15), date(2023, 12, 14))),
        ({"year": "2023", "month": "1"}, (date(2022, 12, 15), date(2023, 1, 14))),
        ({"year": "2023", "quarter": "4"}, (date(2023, 9, 15), date(2023, 12, 14))),
        ({"year": "2023", "half_year": "1", "calendar": "civil"}, (date(2023, 1, 1), date(2023, 6, 30))),
        ({"year": "2023", "nine_months": "1", "calendar": "civil"}, (date(2023, 1, 1), date(2023, 9, 30))),
        ({"year": "2023", "quarter": "1", "month": "2"}, (date(2023, 1, 15), date(2023, 2, 14))),  # the shortest counts
        ({"year": "民國112年", "calendar": "civil"}, (date(2023, 1, 1), date(2023, 12, 31))),
        ({"year": "112", "era": "roc", "calendar": "civil"}, (date(2023, 1, 1), date(2023, 12, 31))),
        (
            {"window_start": "15/12/2022", "window_end": "14/1/2023", "date_format": "%d/%m/%Y"},
            (date(2022, 12, 15), date(2023, 1, 14)),
        ),
        ({"year": "2023", "month": "13"}, None),
        ({"year": "2023", "month": "May"}, None),  # recode makes numbers of names
        ({"year": "2023", "calendar": "lunar"}, None),
        ({"year": "112", "era": "nobody"}, None),
        ({"window_start": "2023-01-01"}, None),
        ({}, None),
    ],
)
def test_a_window(texts: dict[str, str], window: tuple[date, date] | None) -> None:
    assert said(**texts) == window


@pytest.mark.parametrize(
    ("text", "era", "year"),
    [("令和元年", "", 2019), ("令和 5 年", "", 2023), ("R5", "", 2023), ("2566", "buddhist", 2023),
     ("2023年", "", 2023), ("平成30年", "", None), ("年", "", None), ("12345", "", None)],
)  # fmt: skip
def test_years_of_eras(text: str, era: str, year: int | None) -> None:
    assert gregorian_year(text, era, ERAS) == year


@given(st.integers(1912, 2999))
def test_every_year_of_an_era_reads_back(year: int) -> None:
    assert gregorian_year(f"民國{year - 1911}年", "", ERAS) == year
