with months as (
    select counts.unit_id, windows.period_year, windows.period_index, counts.series_id, counts.definition_version,
        counts.offence_code, any_value(counts.window_start) as window_start, any_value(counts.window_end) as window_end,
        max(value) filter (measure = 'recorded') as recorded, max(value) filter (measure = 'cleared') as cleared
    from core.counts as counts
    inner join core.windows as windows using (period_id)
    where ends_with(windows.period_kind, '_month') and counts.accumulation = 'increment'
    group by all
)
select *, sum(recorded) over so_far as recorded_so_far, sum(cleared) over so_far as cleared_so_far
from months
window so_far as (
    partition by unit_id, period_year, series_id, definition_version, offence_code order by period_index
)
