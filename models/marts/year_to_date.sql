/*
description: >
  The months of a year added up from its first to this one: offences recorded and cleared, and between which limits the
  clearances of offences from before the year must lie.
grain: [unit_id, period_id, series_id, definition_version, offence_code]
caveats: >
  Only where every month from the first reports the figure. Clearances of earlier months' offences are prior in their month
  but may belong to this year, so they do not add up: at most all of them are from before the year, at least those of
  the first month, and those for which the year's own offences that were still open do not suffice.
*/
with months as (
    select
        counts.unit_id, months.year_start, months.period_index, counts.series_id, counts.definition_version,
        counts.offence_code,
        any_value(counts.window_end) as window_end,
        max(counts.value) filter (counts.measure = 'recorded') as recorded,
        max(counts.value) filter (counts.measure = 'cleared') as cleared,
        max(counts.value) filter (counts.measure = 'cleared_prior') as cleared_prior
    from core.counts as counts
    inner join core.calendar_periods as months on months.period_id = counts.period_id and months.span = 'month'
    where counts.accumulation = 'increment' and counts.status = 'reported'
    group by all
),
sums as (
    select
        *,
        count(recorded) over so_far = period_index as has_recorded,
        count(cleared) over so_far = period_index as has_cleared,
        count(cleared_prior) over so_far = period_index and has_recorded and has_cleared as has_prior,
        sum(recorded) over so_far as recorded_sum,
        sum(cleared) over so_far as cleared_sum,
        sum(cleared_prior) over so_far as prior_sum,
        first_value(cleared_prior) over so_far as first_prior,
        -- recorded before this month in this year and not cleared in their own month
        sum(recorded - (cleared - cleared_prior)) over (
            partition by unit_id, year_start, series_id, definition_version, offence_code
            order by period_index rows between unbounded preceding and 1 preceding
        ) as still_open
    from months
    window so_far as (
        partition by unit_id, year_start, series_id, definition_version, offence_code
        order by period_index
    )
)
select
    unit_id,
    year_start::varchar || '/' || window_end::varchar as period_id,
    year_start as window_start,
    window_end,
    series_id,
    definition_version,
    offence_code,
    period_index as months,
    case when has_recorded then recorded_sum end::bigint as recorded,
    case when has_cleared then cleared_sum end::bigint as cleared,
    case when has_prior then greatest(first_prior, prior_sum - coalesce(still_open, 0)) end::bigint as prior_at_least,
    case when has_prior then prior_sum end::bigint as prior_at_most
from sums
where has_recorded or has_cleared
