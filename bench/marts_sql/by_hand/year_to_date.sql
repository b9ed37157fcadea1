with months as (
    select counts.unit_id, months.year_start, months.period_index, counts.series_id, counts.definition_version,
        counts.offence_code, any_value(counts.window_end) as window_end,
        max(value) filter (measure = 'recorded') as recorded, max(value) filter (measure = 'cleared') as cleared,
        max(value) filter (measure = 'cleared_prior') as cleared_prior
    from core.counts as counts
    inner join core.calendar_periods as months using (period_id)
    where months.span = 'month' and counts.accumulation = 'increment'
    group by all
)
select *, sum(recorded) over so_far as recorded_so_far, sum(cleared) over so_far as cleared_so_far,
    sum(cleared_prior) over so_far as prior_at_most, count(recorded) over so_far as recorded_months,
    count(cleared) over so_far as cleared_months,
    sum(recorded - cleared + cleared_prior) over (
        partition by unit_id, year_start, series_id, definition_version, offence_code
        order by period_index rows between unbounded preceding and 1 preceding
    ) as still_open
from months
window so_far as (
    partition by unit_id, year_start, series_id, definition_version, offence_code order by period_index
)
