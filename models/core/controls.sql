/*
description: >
  Totals that a source states of a cluster, the nation or a unit, beside the counts and never mixed into them.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: >
  Within a source the highest declared revision counts; within it a reported total before a file that does not give it,
  then what arrived last.
*/
select
    scope_type,
    scope_id,
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
    known_from,
    core.day_of(known_from) as known_on
from core.known_values
where role = 'statement' and known_to is null
qualify row_number() over (
    partition by
        scope_type, scope_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
        measure, source_id
    order by
        revision desc, case when status = 'reported' then 0 else 1 end, arrived_at desc, submission_id, sheet, cell
) = 1
