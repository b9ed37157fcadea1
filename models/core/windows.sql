/*
description: Every window of dates that a figure, a target or a published figure speaks of, with the calendar period it is.
grain: [period_id]
*/
with found as (
    select window_start, window_end, period_kind, period_year, period_index
    from raw.counts
    semi join core.reading_spans using (submission_id, reading)
    union
    select window_start, window_end, period_kind, period_year, period_index
    from ops.rejected_rows
    inner join ops.readings using (submission_id, reading)
    where period_kind is not null
        and readings.known_at < core.known_before()
    union
    select window_start, window_end, period_kind, period_year, period_index from reference.windows
)
select
    window_start::varchar || '/' || window_end::varchar as period_id,
    window_start,
    window_end,
    any_value(period_kind) as period_kind,
    any_value(period_year) as period_year,
    any_value(period_index) as period_index
from found
group by window_start, window_end
