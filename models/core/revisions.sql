/*
description: >
  Figures of which another version stood before the current one: what was stated first, and from when the current one
  has been known.
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
caveats: A version begins when another file becomes the current one, also where the figure stays the same.
*/
with earlier as (
    select
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
        arg_min(value, known_from) filter (where status = 'reported') as first_value
    from core.count_history
    where known_to is not null
    group by all
)
select
    earlier.unit_id,
    earlier.period_id,
    earlier.accumulation,
    earlier.series_id,
    earlier.definition_version,
    earlier.offence_code,
    earlier.measure,
    coalesce(earlier.first_value, counts.value) as first_value,
    counts.value,
    counts.known_from
from earlier
left join core.counts as counts using (
    unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
