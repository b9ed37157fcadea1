/*
description: >
  Figures of which another version stood before the current one: what was stated first, and since when the current value
  has stood.
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
caveats: A version begins when another file becomes the current one, also where the figure stays the same.
*/
select
    history.unit_id,
    history.period_id,
    history.accumulation,
    history.series_id,
    history.definition_version,
    history.offence_code,
    history.measure,
    coalesce(arg_min(history.value, history.known_from) filter (where history.status = 'reported'), any_value(counts.value))
        as first_value,
    any_value(counts.value) as value,
    max(history.known_to) filter (where history.value is distinct from counts.value) as changed_at
from core.count_history as history
left join core.counts as counts using (
    unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
where history.known_to is not null
group by
    history.unit_id, history.period_id, history.accumulation, history.series_id, history.definition_version,
    history.offence_code, history.measure
