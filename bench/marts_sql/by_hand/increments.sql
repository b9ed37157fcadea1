with stated as (
    select counts.*, revisions.first_value is not null as is_revised
    from core.counts as counts
    left join core.revisions as revisions
        using (unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure)
    where status = 'reported' and measure not in ('suspects', 'cleared_prior')
)
select *, value - lag(value) over (
    partition by unit_id, window_start, series_id, definition_version, offence_code, measure order by window_end
) as added, null as part_period_id, null as part_value, null as part_is_revised
from stated
where accumulation = 'cumulative'
union all
select whole.*, whole.value - part.value, part.period_id, part.value, part.is_revised
from stated as whole
inner join stated as part using (unit_id, series_id, definition_version, offence_code, measure, accumulation, window_start)
where part.window_end < whole.window_end and whole.accumulation = 'increment'
union all
select whole.*, whole.value - part.value, part.period_id, part.value, part.is_revised
from stated as whole
inner join stated as part using (unit_id, series_id, definition_version, offence_code, measure, accumulation, window_end)
where part.window_start > whole.window_start and whole.accumulation = 'increment'
