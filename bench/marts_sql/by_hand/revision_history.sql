select *, row_number() over figure as version, lag(value) over figure as previous_value,
    value - lag(value) over figure as change, value - first_value(value) over figure as change_since_first
from core.count_history
window figure as (
    partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    order by known_from
)
qualify count(*) over (
    partition by unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
) > 1
