"""The rules a staged row must satisfy: one line each, as a SQL predicate that is true for a good row.

Belongs here: what is checked, how bad it is, and which cell and value to show.
Does not belong here: evaluating (evaluation.py) and wording (domain/messages, by code).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.domain.findings import Severity

_REPORTED = "status <> 'reported'"
# A total has no value in what it sums over.
_OVER_UNITS = "coalesce(contains(total_over, 'unit'), false)"
_OVER_OFFENCES = "coalesce(contains(total_over, 'offence'), false)"


@dataclass(frozen=True)
class Rule:
    """`good` is DuckDB SQL over the columns of the staged rows; null counts as good, so absence is tested explicitly.

    level: 1 structure and domain of one value, 2 between values of one submission, 3 across time, 4 across submissions
    and sources (level 0, the file as a whole, is decided where it is read). A row that breaks a critical rule is
    kept out, with every measure of the same unit, window and offence, so that no figure is formed from two revisions;
    other severities are kept and shown. `cell`, `found` and `expected` are SQL for what a finding shows.
    """

    code: str
    level: int
    severity: Severity
    good: str
    cell: str = "cell"
    found: str = "raw_text"
    expected: str = "''"

    @property
    def scope(self) -> str:
        """Over what the rule looks."""
        return {1: "value", 2: "submission", 3: "unit over time", 4: "submissions and sources"}[self.level]


def _problem(code: str, expected: str = "''") -> Rule:
    return Rule(code, 1, Severity.CRITICAL, f"problem is distinct from '{code}'", expected=expected)


_CANDIDATE = "case when candidate is not null then candidate || '?' else '' end"

RULES: tuple[Rule, ...] = (
    Rule(
        "window_missing", 1, Severity.CRITICAL, "window_start is not null and window_end is not null",
        cell="window_cell", found="window_text", expected="date_format",
    ),
    Rule(
        "window_reversed", 1, Severity.CRITICAL, "window_end >= window_start", cell="window_cell", found="window_text",
    ),
    Rule(
        "unit_unknown", 1, Severity.CRITICAL, f"scope_id is not null or unit_at_other_time or {_OVER_UNITS}",
        cell="unit_cell", found="unit", expected="unit_candidates",
    ),
    Rule(
        "unit_not_in_force", 1, Severity.CRITICAL, f"scope_id is not null or not unit_at_other_time or {_OVER_UNITS}",
        cell="unit_cell", found="unit || ', ' || window_text", expected="unit_candidates",
    ),
    Rule(
        "unit_is_cluster", 1, Severity.CRITICAL, "role <> 'count' or scope_type is distinct from 'cluster'",
        cell="unit_cell", found="unit",
    ),
    Rule("row_after_total", 1, Severity.CRITICAL, "role <> 'stray'"),
    Rule(
        "offence_unknown", 1, Severity.CRITICAL, f"offence_code is not null or role = 'stray' or {_OVER_OFFENCES}",
        cell="offence_cell", found="offence",
    ),
    Rule(
        "series_unknown", 1, Severity.CRITICAL, "series_id is not null", cell="''",
        found="series || ' / ' || definition_version",
    ),
    Rule("measure_unknown", 1, Severity.CRITICAL, "measure_known", cell="''", found="measure"),
    _problem("cell_error"),
    _problem("count_not_number", _CANDIDATE),
    _problem("count_decimal", _CANDIDATE),
    _problem("count_thousands_lost", _CANDIDATE),
    _problem("count_negative"),
    _problem("rate_not_derivable"),
    Rule(
        "count_implausible", 1, Severity.CRITICAL, "status <> 'reported' or value <= largest_count",
        expected="'≤ ' || largest_count",
    ),
    Rule("nil_not_zero", 2, Severity.CRITICAL, f"not coalesce(nil, false) or {_REPORTED} or value = 0", expected="'0'"),
    Rule(
        "count_repeated", 2, Severity.CRITICAL, "role not in ('count', 'statement') or repeats = 1",
        found="offence || ': ' || raw_text",
    ),
    Rule(
        "cleared_in_period_exceeds_recorded", 2, Severity.CRITICAL,
        "measure <> 'cleared' or accumulation <> 'increment' or cleared - cleared_prior <= recorded",
        found="cleared || ' − ' || cleared_prior || ' > ' || recorded", expected="'≤ ' || recorded",
    ),
    Rule(
        "cleared_prior_exceeds_cleared", 2, Severity.CRITICAL, "measure <> 'cleared_prior' or cleared_prior <= cleared",
        expected="'≤ ' || cleared",
    ),
    Rule(
        "cleared_exceeds_recorded", 2, Severity.WARNING,
        "measure <> 'cleared' or (cleared_prior is not null and accumulation = 'increment') "
        "or cleared - coalesce(cleared_prior, 0) <= recorded",
        found="cleared || ' > ' || recorded",
    ),
    Rule(
        "stock_and_flow_differ", 2, Severity.WARNING, f"role <> 'count' or {_REPORTED} or value = adds_up_to",
        expected="adds_up_to || ' = ' || adds_up_from",
    ),
    Rule(
        "older_cases_cleared", 2, Severity.INFO,
        "measure <> 'cleared' or cleared_prior is null or accumulation <> 'increment' or cleared <= recorded",
        found="cleared || ' > ' || recorded", expected="cleared_prior || ' + ' || cleared - cleared_prior",
    ),
    Rule(
        "part_exceeds_whole", 2, Severity.WARNING, f"{_REPORTED} or value <= whole",
        found="value || ' > ' || whole", expected="'≤ ' || whole",
    ),
    Rule(
        "parts_exceed_whole", 2, Severity.WARNING,
        f"role <> 'count' or {_REPORTED} or parts <= value + parts_rounded + rounded_to // 2",
        expected="'≥ ' || parts",
    ),
    Rule(
        "total_differs", 2, Severity.WARNING, "role <> 'total' or verdict is distinct from 'differs'",
        expected="computed || case when tolerance > 0 then ' ± ' || tolerance else '' end",
    ),
    Rule(
        "printed_rate_differs", 2, Severity.WARNING, "role <> 'ratio' or verdict is distinct from 'differs'",
        expected="computed",
    ),
    Rule(
        "total_not_checked", 2, Severity.WARNING, "not coalesce(never_checked, false)", cell="''",
        found="regexp_replace(cell, '[0-9].*$', '') || ': ' || coalesce(measure, '')",
    ),
    Rule("count_below_zero", 1, Severity.INFO, f"{_REPORTED} or value >= 0"),
    Rule("cell_hidden", 1, Severity.INFO, f"{_REPORTED} or not hidden"),
)  # fmt: skip


def _between(code: str, level: int) -> Rule:
    return Rule(code, level, Severity.WARNING, f"code <> '{code}' or is_good", found="found", expected="expected")


# Over core.cross_checks, once core holds what was taken in.
BETWEEN: tuple[Rule, ...] = (
    _between("count_out_of_band", 3),
    _between("figures_copied", 3),
    _between("looks_cumulative", 3),
    _between("control_total_differs", 4),
    _between("same_revision_differs", 4),
    _between("published_figure_differs", 4),
)
