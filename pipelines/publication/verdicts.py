"""What the warehouse says of printed figures, as lines for a person at the terminal.

Belongs here: laying out verdicts as text. Numbers are written with the digits that the source printed.
Does not belong here: computing any of them (models/marts/published_figures.sql).
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.domain.rounding import format_count, format_percent
from pipelines.jurisdiction import Jurisdiction
from pipelines.publication.asking import ask


def lines(con: duckdb.DuckDBPyConnection, jurisdiction: Jurisdiction) -> tuple[tuple[str, ...], bool]:
    """A line for each figure, worst first, and one that counts the verdicts; and whether none is contradicted.

    `con` is a connection to a database with marts.published_figures.
    """
    figures = ask(con, "verdicts")
    counts = Counter(figure["verdict"].partition(" base ")[0] for figure in figures)
    summary = ", ".join(f"{verdict} {times}" for verdict, times in sorted(counts.items())) or "no figures"
    told = (*(_line(figure, jurisdiction) for figure in figures), f"{len(figures)} printed figures: {summary}.")
    return told, not counts["contradicted"]


def _line(figure: dict[str, Any], jurisdiction: Jurisdiction) -> str:
    slip = f" ({figure['likely_slip']}?)" if figure["likely_slip"] else ""
    right = f"; {_computed(figure, jurisdiction)} would be right" if figure["verdict"] == "contradicted" else ""
    return f"{figure['figure_id']}: printed {figure['printed']}, {figure['verdict']}{slip}{right} – {figure['rule']}"


def _computed(figure: dict[str, Any], jurisdiction: Jurisdiction) -> str:
    rounded, cut = (_scaled(figure, name, jurisdiction) for name in ("rounded_number", "truncated_number"))
    return rounded if rounded == cut else f"{rounded} (or {cut}, cut off)"


def _scaled(figure: dict[str, Any], name: str, jurisdiction: Jurisdiction) -> str:
    if figure["denominator"] is None:
        return format_count(figure[name], jurisdiction.numbers.thousands)
    return format_percent(Decimal(figure[name]).scaleb(-figure["printed_digits"]), jurisdiction.numbers.decimal)
