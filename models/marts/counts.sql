/*
description: >
  Every current figure of every unit: value or status, window, definition version, source and revision, since when it has
  been known, and the cell it was read from (with submissions).
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
caveats: >
  A row with another status than reported has no value: missing is not zero. Windows overlap (months, quarters, years, other
  calendars), increments stand beside running totals, and offences below one another: choose one of each before adding up.
*/
select
    unit_id,
    period_id,
    window_start,
    window_end,
    window_basis,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    value,
    status,
    rounded_to,
    provisional,
    source_id,
    revision,
    evidence,
    known_on,
    submission_id,
    sheet,
    cell
from core.counts
