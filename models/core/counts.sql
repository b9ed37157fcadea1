/*
description: >
  The current figure of every unit, window, series, offence and measure, with the file and cell it was read from.
  A figure that is not given is a row too (status missing, not_applicable or suppressed, no value).
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A reported figure has a value (not a negative one, unless the jurisdiction declares them), every other has none.
caveats: >
  Which figure is current is decided in core.count_history: precedence of sources, then the declared revision, then what
  arrived last. Two files of one revision that differ are a finding (core.competing_values).
*/
-- A day in the jurisdiction's time zone takes long to tell, and there are few moments.
with days as (
    select known_from, core.day_of(known_from) as known_on
    from (select distinct known_from from core.count_history)
)
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
    tolerated_per_million,
    provisional,
    source_id,
    revision,
    submission_id,
    file,
    sheet,
    cell,
    evidence,
    citation,
    derived_from,
    known_from,
    days.known_on
from core.count_history as history
inner join days using (known_from)
where history.known_to is null
