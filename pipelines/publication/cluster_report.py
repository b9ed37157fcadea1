"""What the page of a cluster in one window says, in one language.

Belongs here: the paragraph, the table, the charts and the notes, in one language, with every number marked.
Does not belong here: asking the release and writing pages (report_pages.py). Numbers are shortened by the one exact
function, with the digits and the way in which the source prints them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipelines.domain.rounding import Rounding, format_count, format_percent, percent
from pipelines.publication.charts import Bar, bar_chart, in_words
from pipelines.publication.wording import RATE_DIGITS, Row, Words

# Enough to see whether a printed share was rounded or cut off.
_SHARE_DIGITS = 4
# What a change is formed over, where it is not the cluster's own counts.
_CHANGES_OF = {"panel": "_panel", "control_total": "_total"}
_COMPARATORS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


@dataclass(frozen=True)
class Chart:
    """A chart with its words; without a drawing, why there is none."""

    title: str
    drawing: Markup | None
    words: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Section:
    """What is told of one series: paragraph, coverage, table, charts, notes."""

    title: str
    paragraph: Markup
    coverage: Markup
    rows: Sequence[Sequence[Markup]]
    charts: Sequence[Chart]
    notes: Sequence[Markup]


@dataclass(frozen=True)
class Told:
    """What the release says of a cluster in a window: by series its totals and the table's rows; and its members."""

    page: Row
    series: Sequence[tuple[Row, Sequence[Row]]]
    members: Sequence[Row]


def content(told: Told, words: Words) -> dict[str, object]:
    """What templates/report.html needs for the page in one language."""
    known = [totals["known_on"] for totals, _ in told.series if totals["known_on"] is not None]
    return {
        "words": words.labels,
        "language": words.language,
        "cluster": words.name(told.page),
        "period": words.name(told.page, "period_name"),
        "window": words.window(told.page),
        "known": words.say("known", day=words.day(max(known))) if known else None,
        "members": words.say("members", names=", ".join(dict.fromkeys(words.name(row) for row in told.members))),
        "sections": [_section(told, totals, rows, words) for totals, rows in told.series],
    }


def _section(told: Told, totals: Row, rows: Sequence[Row], words: Words) -> Section:
    page = told.page
    key = "/".join((totals["series_id"], totals["definition_version"], totals["offence_code"]))
    units = [row for row in rows if row["scope_type"] == "unit"]
    (cluster,) = (row for row in rows if row["scope_type"] == "cluster")
    alike = [own for own, _ in told.series if words.name(own, "series_name") == words.name(totals, "series_name")]
    title = words.name(totals, "series_name")
    return Section(
        title=f"{title}: {words.name(totals, 'offence_name')}" if len(alike) > 1 else title,
        paragraph=_paragraph(page, totals, units, cluster, words, key),
        coverage=_coverage(totals, words, key),
        rows=[_table_row(row, words, key) for row in rows],
        charts=_charts(rows, words, f"{key}/{page['period_id']}"),
        notes=_notes(totals, rows, words),
    )


# --- the paragraph --------------------------------------------------------------------------------------------------


def _paragraph(page: Row, totals: Row, units: Sequence[Row], cluster: Row, words: Words, key: str) -> Markup:
    parts = [_recorded(page, totals, cluster, words, key), " ", _cleared(totals, cluster, words, key)]
    # a unit without figures has no verdict, which is as unknown as any
    outcomes = [row["verdict"] or "unknown" for row in units]
    if any(row["verdict"] for row in units):
        counted = {v: words.count(outcomes.count(v), f"{key}|{v}") for v in ("attained", "missed", "unknown")}
        parts += [" ", words.say("verdicts", **counted)]
    if cluster["verdict"]:
        parts += [" ", Markup(escape(words.labels["cluster_verdict"][cluster["verdict"]]))]
    if totals["ceiling"] is not None:
        wanted = totals["goal_percent"]
        goal = words.count(totals["ceiling"], f"{key}|ceiling")
        parts += [
            " ",
            words.say("goal_down" if wanted < 0 else "goal", percent=words.plain_percent(abs(wanted)), n=goal),
        ]
    return Markup("").join(parts)


def _recorded(page: Row, totals: Row, cluster: Row, words: Words, key: str) -> Markup:
    about = {"period": words.name(page, "period_name"), "cluster": words.name(page)}
    reported, expected = totals["recorded_units"], totals["units_expected"]
    if totals["recorded"] is not None:
        said = words.say("recorded", n=words.count(totals["recorded"], f"{key}|cluster|recorded"), **about)
    elif reported:
        counts = {"k": words.count(reported, f"{key}|recorded_units"), "all": words.count(expected, f"{key}|expected")}
        sum_ = words.count(totals["recorded_reported_sum"], f"{key}|recorded_reported_sum")
        said = words.say("recorded_partial", n=sum_, **counts, **about)
    else:
        said = words.say("recorded_none", **about)
    if totals["recorded_stated"] not in (None, totals["recorded"]):
        said += words.say("stated", n=words.count(totals["recorded_stated"], f"{key}|recorded_stated"))
    if totals["share_reason"] is None and totals["share_denominator"]:
        share = words.rate(
            totals["share_numerator"], totals["share_denominator"], f"{key}|cluster|share", totals["share_digits"],
            _way(totals["share_way"]),
        )  # fmt: skip
        said += words.say("share", p=share, n=words.count(totals["share_denominator"], f"{key}|nation"))
    return said + _change(cluster, words, key) + "."


def _change(cluster: Row, words: Words, key: str) -> Markup:
    change, base = cluster["absolute_change"], cluster["year_before_recorded"]
    if change is None:
        return Markup("")
    said = {"n": words.count(abs(change), f"{key}|cluster|change_size")}
    sentence = (
        "change_none" if change == 0 else "change_down" if change < 0 else "change_up" if base else "change_from_zero"
    )
    if sentence in ("change_up", "change_down"):
        said["p"] = words.rate(abs(change), base, f"{key}|cluster|change_rate")
    if cluster["change_basis"] == "panel":
        said["k"] = words.count(cluster["change_units"], f"{key}|cluster|change_units")
        said["all"] = words.count(cluster["change_units_expected"], f"{key}|cluster|change_units_expected")
    return words.say(sentence + _CHANGES_OF.get(cluster["change_basis"], ""), **said)


def _cleared(totals: Row, cluster: Row, words: Words, key: str) -> Markup:
    rate = words.rate(
        cluster["cleared"], cluster["rate_recorded"], f"{key}|cluster|rate", totals["rate_digits"],
        _way(totals["rate_way"]),
    )  # fmt: skip
    expected = _expected_to_clear(totals)
    partial = totals["cleared_units"] < expected
    said = Markup("")
    if partial and totals["cleared_units"]:
        counts = {"k": words.count(totals["cleared_units"], f"{key}|cleared_units")}
        counts["all"] = words.count(expected, f"{key}|cleared_expected")
        said = words.say("cleared_partial", **counts) + " "
    if cluster["cleared"] is not None and cluster["rate_recorded"]:
        sentence = "cleared_stated" if cluster["basis"] == "control_total" else "cleared"
        return said + words.say(sentence, n=words.count(cluster["cleared"], f"{key}|cluster|cleared"), p=rate)
    if totals["cleared"] is not None:
        return words.say("cleared_no_rate", n=words.count(totals["cleared"], f"{key}|cleared"))
    return said if totals["cleared_units"] or not expected else words.say("cleared_none")


def _expected_to_clear(totals: Row) -> int:
    """None of the units where the measure applies to none; all of them where nothing says otherwise."""
    given = totals["cleared_units_expected"]
    return int(totals["units_expected"] or 0) if given is None else int(given)


def _coverage(totals: Row, words: Words, key: str) -> Markup:
    counts = {
        "recorded": words.count(totals["recorded_units"], f"{key}|recorded_units"),
        "recorded_all": words.count(totals["units_expected"], f"{key}|expected"),
        "cleared": words.count(totals["cleared_units"], f"{key}|cleared_units"),
        "cleared_all": words.count(_expected_to_clear(totals), f"{key}|cleared_expected"),
    }
    if totals["cleared_volume"] is None or not totals["recorded"]:
        return words.say("coverage_plain", **counts)
    volume = words.rate(totals["cleared_volume"], totals["recorded"], f"{key}|cleared_volume")
    return words.say("coverage", p=volume, **counts)


# --- the table ------------------------------------------------------------------------------------------------------


def _table_row(row: Row, words: Words, key: str) -> list[Markup]:
    own = f"{key}|{row['scope_type']}/{row['scope_id']}"
    share = words.rate(row["share_numerator"], row["share_denominator"], f"{own}|share", _SHARE_DIGITS)
    return [
        Markup(escape(words.name(row))),
        words.count(row["recorded"], f"{own}|recorded")
        + _mark("c", _is_stated(row, "recorded"))
        + _mark("p", row["provisional"]),
        share if row["share_reason"] is None else Markup("–"),
        _signed(row["absolute_change"], words, f"{own}|change")
        + _mark("m", row["change_basis"] == "panel")
        + _mark("c", _is_change_of_totals(row)),
        _cleared_cell(row, words, own),
        _rate_cell(row, words, own),
        Markup(escape(_target(row, words))),
        _verdict(row, words, own),
    ]


def _signed(change: int | None, words: Words, figure: str) -> Markup:
    if change is None:
        return Markup("–")
    text = ("+" if change > 0 else "−" if change < 0 else "") + format_count(abs(change), words.numbers.thousands)
    return Markup('<span class="n" data-figure="{}">{}</span>').format(figure, text)


def _cleared_cell(row: Row, words: Words, own: str) -> Markup:
    if row["cleared"] is None and row["cleared_at_most"] is not None:
        return Markup("≤ ") + words.count(row["cleared_at_most"], f"{own}|cleared_at_most")
    marks = _mark("d", row["cleared_evidence"] == "derived")
    return words.count(row["cleared"], f"{own}|cleared") + marks + _mark("c", _is_stated(row, "cleared"))


def _rate_cell(row: Row, words: Words, own: str) -> Markup:
    most, recorded = row["cleared_at_most"], row["rate_recorded"] or row["recorded"]
    if row["cleared"] is None and most is not None and recorded and most <= recorded:
        return Markup("≤ ") + words.rate(most, recorded, f"{own}|rate_at_most")
    return words.rate(row["cleared"], row["rate_recorded"], f"{own}|rate")


def _target(row: Row, words: Words) -> str:
    if not row["comparator"]:
        return ""
    return f"{_COMPARATORS[row['comparator']]}\N{NO-BREAK SPACE}{words.plain_percent(row['threshold_percent'])}"


def _verdict(row: Row, words: Words, own: str) -> Markup:
    if not row["verdict"]:
        return Markup("")
    said = Markup(escape(words.labels["verdict"][row["verdict"]])) + _mark("g", _is_decided_by_limits(row))
    if row["verdict"] == "unknown" and row["needed"] is not None:
        return said + " (" + words.say("needs", n=words.count(row["needed"], f"{own}|needed")) + ")"
    return said


def _is_decided_by_limits(row: Row) -> bool:
    """Whether a verdict stands though one of the two counts was not given."""
    return row["verdict"] in ("attained", "missed") and None in (row["cleared"], row["rate_recorded"])


def _mark(letter: str, applies: bool | None) -> Markup:
    return Markup(' <sup class="mark">{}</sup>').format(letter) if applies else Markup("")


def _is_stated(row: Row, column: str) -> bool:
    """Whether a number is what a source states, and no sum of units and no unit's own report."""
    if row[column] is None or row["basis"] != "control_total":
        return False
    return column == "cleared" or row["share_numerator"] is None


def _is_change_of_totals(row: Row) -> bool:
    return row["absolute_change"] is not None and row["change_basis"] == "control_total"


# --- charts and notes -----------------------------------------------------------------------------------------------


def _charts(rows: Sequence[Row], words: Words, key: str) -> list[Chart]:
    titles = words.labels["charts"]
    shares = [_share_bar(row, words) for row in rows]
    rates = [_rate_bar(row, words) for row in rows]
    changes = [_change_bar(row, words) for row in rows]
    targets = [float(row["threshold_percent"]) if row["threshold_percent"] is not None else None for row in rows]
    pair = (words.labels["rate"], words.labels["target"])
    return [
        _chart(titles["share"], shares, words, f"share-{key}", rows, "share_reason"),
        _chart(titles["rate"], rates, words, f"rate-{key}", rows, "rate_reason", targets if any(targets) else (), pair),
        _chart(titles["change"], changes, words, f"change-{key}", rows, "change_reason"),
    ]


def _chart(
    title: str,
    bars: Sequence[Bar],
    words: Words,
    chart_id: str,
    rows: Sequence[Row],
    reason: str,
    targets: Sequence[float | None] = (),
    names: Sequence[str] = (),
) -> Chart:
    if all(bar.length is None for bar in bars):
        default = "no figures of the year before" if reason == "change_reason" else "no figures"
        why = words.reason(next((row[reason] for row in rows if row[reason]), default))
        return Chart(title, None, str(words.say("chart_empty", reason=why)), ())
    safe = re.sub(r"\W+", "-", f"{chart_id}-{words.language}")
    drawing = Markup(bar_chart(safe, bars, targets, names))
    return Chart(title, drawing, str(words.say("chart_alt", items=in_words(bars))), bars)


def _share_bar(row: Row, words: Words) -> Bar:
    if row["share_reason"] is not None or not row["share_denominator"]:
        return Bar(words.name(row), None, "–", _kind(row))
    written = percent(row["share_numerator"], row["share_denominator"], _SHARE_DIGITS)
    return Bar(words.name(row), float(written), format_percent(written, words.numbers.decimal), _kind(row))


def _rate_bar(row: Row, words: Words) -> Bar:
    most, recorded = row["cleared_at_most"], row["rate_recorded"] or row["recorded"]
    if row["cleared"] is not None and recorded and recorded > 0:
        written = percent(row["cleared"], recorded, RATE_DIGITS)
        return Bar(words.name(row), float(written), format_percent(written, words.numbers.decimal), _kind(row))
    if most is not None and recorded and recorded > 0 and most <= recorded:
        written = percent(most, recorded, RATE_DIGITS)
        return Bar(words.name(row), float(written), "≤ " + format_percent(written, words.numbers.decimal), "bound")
    return Bar(words.name(row), None, "–", _kind(row))


def _change_bar(row: Row, words: Words) -> Bar:
    change = row["absolute_change"]
    written = re.sub("<.*?>", "", str(_signed(change, words, "")))
    return Bar(words.name(row), None if change is None else float(change), written, _kind(row))


def _kind(row: Row) -> str:
    return "whole" if row["scope_type"] == "cluster" else "known"


def _notes(totals: Row, rows: Sequence[Row], words: Words) -> list[Markup]:
    marks = {
        "c": any(
            _is_stated(row, "recorded") or _is_stated(row, "cleared") or _is_change_of_totals(row) for row in rows
        ),
        "d": any(row["cleared_evidence"] == "derived" for row in rows),
        "m": any(row["change_basis"] == "panel" and row["absolute_change"] is not None for row in rows),
        "p": any(row["provisional"] for row in rows),
        "b": any(row["cleared"] is None and row["cleared_at_most"] is not None for row in rows),
        "g": any(_is_decided_by_limits(row) for row in rows),
        "none": True,
    }
    notes = [Markup(escape(words.labels["note"][mark])) for mark, applies in marks.items() if applies]
    coarsest = max((row["rounded_to"] or 1 for row in rows), default=1)
    if coarsest > 1:
        notes.append(words.say("rounded_to", n=coarsest))
    if totals["window_basis"] == "assumed":
        notes.append(words.say("assumed"))
    day = words.day(totals["final_on"]) if totals["final_on"] else ""
    notes.append(Markup(escape(words.labels["finality"][totals["finality"] or "open"])).format(day=day))
    for what in ("share", "rate"):
        if totals[f"{what}_way"] is not None:
            how = words.labels["numbers_shortened"][totals[f"{what}_way"]]
            notes.append(words.say(f"{what}_shortening", digits=totals[f"{what}_digits"], how=how))
    notes += [
        words.say("remark", name=words.name(r), text=words.reason(r["rate_remark"])) for r in rows if r["rate_remark"]
    ]
    for key, column in (("no_share", "share_reason"), ("no_rate", "rate_reason"), ("not_comparable", "change_reason")):
        notes += [words.say(key, name=words.name(r), reason=words.reason(r[column])) for r in rows if r[column]]
    return notes


# --- helpers --------------------------------------------------------------------------------------------------------


def _way(printed: str | None) -> Rounding:
    """As the source shortens it where that is known, half up otherwise."""
    return Rounding(printed) if printed else Rounding.HALF_UP
