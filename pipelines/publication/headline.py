"""The table a run prints at its end: the meeting's cluster, from the published release and nothing else.

Belongs here: laying out figures as text. Numbers are rounded by the one exact function.
Does not belong here: computing any of them (models/marts).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb

from pipelines.domain.rounding import format_count, format_percent, percent
from pipelines.jurisdiction import Headline, Jurisdiction
from pipelines.publication.asking import ask

_SHARE_DIGITS = 4  # enough to see whether a printed share was rounded or truncated
_RATE_DIGITS = 2
_SHORTENED = {"rounds to": "rounded", "truncates to": "truncated"}
_COMPARATORS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


def headline(release: duckdb.DuckDBPyConnection, jurisdiction: Jurisdiction) -> str:
    """The headline cluster's table as text, from a connection to a release; a plain sentence where there is none."""
    wanted = jurisdiction.headline
    if wanted is None:
        return "No headline is declared in jurisdiction.yml, so no table is shown."
    rows = _query(release, "headline", wanted)
    notes = _query(release, "headline_notes", wanted)
    printed = _query(release, "headline_printed", wanted)
    if not rows or not notes:
        return f"No figures for {wanted.cluster} in {wanted.window.start} – {wanted.window.end} yet."
    note = notes[0]
    head = ("", "recorded", "% of nation", "cleared", "rate", "target", "verdict")
    body = [_row(row, jurisdiction) for row in rows]
    basis = note["window_basis"] or "printed"
    title = f"{rows[-1]['name']} · {note['period_name']} ({note['period_name_en']}, window {basis})"
    return "\n".join(
        [title, "", *_aligned([head, *body]), "", *_notes(note, rows, jurisdiction), *_printed(printed, jurisdiction)]
    )


def _query(release: duckdb.DuckDBPyConnection, name: str, wanted: Headline) -> list[dict[str, Any]]:
    return ask(
        release,
        name,
        cluster=wanted.cluster,
        series=wanted.series,
        definition_version=wanted.definition_version,
        offence=wanted.offence,
        window_start=wanted.window.start,
        window_end=wanted.window.end,
    )


def _row(row: dict[str, Any], jurisdiction: Jurisdiction) -> tuple[str, ...]:
    cleared = _count(row["cleared"], jurisdiction)
    at_most = row["cleared_at_most"]
    if row["cleared"] is None and at_most is not None:
        cleared = f"≤ {_count(at_most, jurisdiction)}"
    if row["cleared_evidence"] == "derived":
        cleared += " d"
    if row["part"] == 2 and row["basis"] == "control_total":
        cleared += " c"
    return (
        row["name"],
        _count(row["recorded"], jurisdiction),
        _percent(row["share_numerator"], row["share_denominator"], _SHARE_DIGITS, jurisdiction),
        cleared,
        _rate(row, jurisdiction),
        f"{_COMPARATORS[row['comparator']]} {row['threshold_percent']:f}".rstrip("0").rstrip(".") + "%"
        if row["comparator"]
        else "",
        _verdict(row, jurisdiction),
    )


def _rate(row: dict[str, Any], jurisdiction: Jurisdiction) -> str:
    numerator, denominator, at_most = row["cleared"], row["rate_recorded"], row["cleared_at_most"]
    if numerator is None and at_most is not None and at_most <= denominator:
        return "≤ " + _percent(at_most, denominator, _RATE_DIGITS, jurisdiction)
    return _percent(numerator, denominator, _RATE_DIGITS, jurisdiction)


def _verdict(row: dict[str, Any], jurisdiction: Jurisdiction) -> str:
    if row["verdict"] == "unknown" and row["needed"] is not None:
        return f"unknown (needs {_count(row['needed'], jurisdiction)})"
    if row["verdict"] and row["cleared"] is None:
        return f"{row['verdict']} (by the bound)"
    return row["verdict"] or ""


def _notes(note: dict[str, Any], rows: list[dict[str, Any]], jurisdiction: Jurisdiction) -> list[str]:
    mark = jurisdiction.numbers.thousands
    nation = next((row["share_denominator"] for row in rows if row["share_denominator"]), None)
    lines = [f"Nation as the source states it: {format_count(nation, mark)}."] if nation else []
    if note["cleared_units"] < note["units_expected"]:
        volume = _percent(note["cleared_volume"], note["recorded"], _RATE_DIGITS, jurisdiction)
        lines.append(
            f"Clearances from the units: {note['cleared_units']}/{note['units_expected']} report, holding {volume} of "
            f"what was recorded; no rate from them. c: total stated by the source; d: derived from a printed rate."
        )
    if note["joint_cleared"] is not None and note["cleared_units"] < note["units_expected"]:
        lines.append(f"The units without clearances cleared {_count(note['joint_cleared'], jurisdiction)} together.")
    if note["ceiling"] is not None:
        lines.append(f"Goal for the next window: at most {format_count(note['ceiling'], mark)} recorded.")
    if note["verdicts"]:
        lines.append(f"Printed figures checked: {note['verdicts']}.")
    return lines


def _printed(figures: list[dict[str, Any]], jurisdiction: Jurisdiction) -> list[str]:
    return [
        f"{f['printed_text']} as printed for {f['name']} ({f['measure'].replace('_', ' ')}) is "
        f"{_SHORTENED.get(f['verdict'], f['verdict'])}: "
        f"half up {_scaled(f, 'rounded_number', jurisdiction)}, "
        f"truncated {_scaled(f, 'truncated_number', jurisdiction)}."
        for f in figures
    ]


def _scaled(figure: dict[str, Any], name: str, jurisdiction: Jurisdiction) -> str:
    number = figure[name]
    if figure["denominator"] is None:
        return _count(number, jurisdiction)
    return format_percent(Decimal(number).scaleb(-figure["printed_digits"]), jurisdiction.numbers.decimal)


def _count(value: int | None, jurisdiction: Jurisdiction) -> str:
    return "–" if value is None else format_count(value, jurisdiction.numbers.thousands)


def _percent(numerator: int | None, denominator: int | None, digits: int, jurisdiction: Jurisdiction) -> str:
    if numerator is None or not denominator:
        return "–"
    return format_percent(percent(numerator, denominator, digits), jurisdiction.numbers.decimal)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        "  ".join(
            t.ljust(w) if i in (0, last) else t.rjust(w) for i, (t, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
