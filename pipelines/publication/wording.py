"""How a report says things and writes numbers in one language; every number is marked with what it is.

Belongs here: the texts of templates/report.*.yml, number formats, and the marks by which a page can be read back.
Does not belong here: which things are said (cluster_report.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from pipelines.domain.rounding import Rounding, format_count, format_percent, percent
from pipelines.domain.yaml_text import load_yaml
from pipelines.jurisdiction import Jurisdiction, NumberFormat

# The languages that reports are written in; the second for every jurisdiction.
LANGUAGES = ("vi", "en")
RATE_DIGITS = 2
_ENGLISH = NumberFormat(thousands=",", decimal=".")

Row = Mapping[str, Any]


class Words:
    """The language of one page."""

    def __init__(self, language: str, jurisdiction: Jurisdiction) -> None:
        self.language = language
        self.labels = _labels(language)
        self.numbers = _ENGLISH if language == "en" else jurisdiction.numbers

    def say(self, key: str, **values: object) -> Markup:
        return Markup(escape(self.labels[key])).format(**values)

    def name(self, row: Row, column: str = "name") -> str:
        return str((row[f"{column}_en"] if self.language == "en" else row[column]) or "")

    def count(self, value: int | None, figure: str) -> Markup:
        if value is None:
            return Markup("–")
        text = format_count(value, self.numbers.thousands)
        return Markup('<span class="n" data-figure="{}">{}</span>').format(figure, text)

    def rate(
        self,
        numerator: int | None,
        denominator: int | None,
        figure: str,
        digits: int = RATE_DIGITS,
        rounding: Rounding = Rounding.HALF_UP,
    ) -> Markup:
        if numerator is None or not denominator or denominator < 0:
            return Markup("–")
        text = format_percent(percent(numerator, denominator, digits, rounding), self.numbers.decimal)
        return Markup('<span class="n" data-figure="{}" data-digits="{}" data-rounding="{}">{}</span>').format(
            figure, digits, str(rounding), text
        )

    def plain_percent(self, value: Decimal) -> str:
        return f"{value.normalize():f}".replace(".", self.numbers.decimal) + "%"

    def day(self, day: date) -> str:
        return day.isoformat() if self.language == "en" else f"{day.day}/{day.month}/{day.year}"

    def window(self, row: Row) -> Markup | None:
        if row["window_start"] is None:
            return None
        return self.say("window", start=self.day(row["window_start"]), end=self.day(row["window_end"]))

    def reason(self, text: str | None) -> str:
        """A reason of the tables, in this language where it is known how to say it; a reason within it likewise."""
        matches = ((re.fullmatch(pattern, text or ""), said) for pattern, said in self.labels["reasons"])
        match, said = next((found for found in matches if found[0]), (None, ""))
        if match is None:
            return text or ""
        within = [self.reason(group) for group in match.groups()]
        return re.sub(r"\\(\d)", lambda place: within[int(place[1]) - 1], said)


@cache
def _labels(language: str) -> dict[str, Any]:
    text = files("pipelines.publication").joinpath("templates", f"report.{language}.yml").read_text(encoding="utf-8")
    labels: dict[str, Any] = load_yaml(text)
    return labels
