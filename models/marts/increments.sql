/*
description: >
  What was added in a window where a sender gives running totals or a longer window instead: the difference of two
  cumulative figures of one year, and what is left of a window when a part at its beginning or end is taken away.
grain: [unit_id, period_id, series_id, definition_version, offence_code, measure, basis, whole_period_id]
caveats: >
  A difference below zero says that earlier months were revised downwards, not that anything happened less than never
  (is_revision). A residual contains whatever was revised in the part after it was stated, and where one of the two
  figures was revised and the other was not, it compares two vintages (mixed_vintage). Neither enters shares, rates or
  targets. Measures that do not add up over periods have none.
*/
with stated as (
    select counts.*, revisions.unit_id is not null as is_revised
    from core.counts as counts
    inner join reference.measures as measures using (measure)
    left join core.revisions as revisions using (
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    )
    where counts.status = 'reported' and measures.additive_over_periods
),
-- Running totals of one year begin on the same day.
differences as (
    select
        *,
        lag(value) over running as part_value,
        lag(period_id) over running as part_period_id,
        lag(window_end) over running as part_end,
        lag(is_revised) over running as part_is_revised,
        coalesce(part_end + 1, window_start) as first_day,
        window_end as last_day
    from stated
    where accumulation = 'cumulative'
    window running as (
        partition by unit_id, window_start, series_id, definition_version, offence_code, measure order by window_end
    )
),
-- Where a part begins or ends with the whole, what is left is one window again.
residuals as (
    select
        whole.*, part.value as part_value, part.period_id as part_period_id, part.is_revised as part_is_revised,
        part.window_end + 1 as first_day, whole.window_end as last_day
    from stated as whole
    inner join stated as part using (
        unit_id, series_id, definition_version, offence_code, measure, accumulation, window_start
    )
    where whole.accumulation = 'increment' and part.window_end < whole.window_end
    union all
    select
        whole.*, part.value, part.period_id, part.is_revised, whole.window_start, part.window_start - 1
    from stated as whole
    inner join stated as part using (
        unit_id, series_id, definition_version, offence_code, measure, accumulation, window_end
    )
    where whole.accumulation = 'increment' and part.window_start > whole.window_start
),
derived as (
    select * exclude (part_end), 'difference' as basis from differences
    union all by name
    select *, 'residual' as basis from residuals
)
select
    derived.unit_id,
    derived.first_day::varchar || '/' || derived.last_day::varchar as period_id,
    derived.first_day as window_start,
    derived.last_day as window_end,
    derived.series_id,
    derived.definition_version,
    derived.offence_code,
    derived.measure,
    derived.basis,
    derived.value - coalesce(derived.part_value, 0) as value,
    derived.period_id as whole_period_id,
    derived.value as whole_value,
    derived.part_period_id,
    derived.part_value,
    derived.basis = 'difference' and derived.value < derived.part_value as is_revision,
    coalesce(derived.is_revised <> derived.part_is_revised, false) as mixed_vintage,
    derived.source_id
from derived
anti join stated as reported
    on derived.basis = 'residual'
    and reported.accumulation = 'increment'
    and reported.unit_id = derived.unit_id
    and reported.window_start = derived.first_day
    and reported.window_end = derived.last_day
    and reported.series_id = derived.series_id
    and reported.definition_version = derived.definition_version
    and reported.offence_code = derived.offence_code
    and reported.measure = derived.measure
