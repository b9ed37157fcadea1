/*
description: >
  Every window of dates that a figure, a target or a published figure speaks of, with the calendar period it is, and the
  months, quarters, halves and years between the first and the last of their kind for which nothing came.
grain: [period_id]
*/
with received as (
    select window_start, window_end, period_kind, period_year, period_index
    from raw.counts
    semi join core.reading_spans using (submission_id, reading)
    union
    select window_start, window_end, period_kind, period_year, period_index
    from ops.rejected_rows
    inner join ops.readings using (submission_id, reading)
    where period_kind is not null and readings.known_at < core.known_before()
),
spans (span, months) as (
    select unnest(['month', 'quarter', 'half_year', 'year']), unnest([1, 3, 6, 12])
),
-- A calendar's years begin on a day that every month has, so its periods follow each other by whole months.
kinds as (
    select
        period_kind, spans.months, 12 // spans.months as a_year,
        min(window_start) as first_start,
        min_by(period_year, window_start) * a_year + min_by(period_index, window_start) - 1 as first_number,
        date_diff('month', min(window_start), max(window_start)) // spans.months as steps
    from received
    inner join spans
        on ends_with(period_kind, '_' || spans.span)
        and (spans.span <> 'year' or not ends_with(period_kind, '_half_year'))
    group by period_kind, spans.months
),
between_them as (
    select
        (first_start + to_months(step * months))::date as window_start,
        (first_start + to_months((step + 1) * months))::date - 1 as window_end,
        period_kind,
        (first_number + step) // a_year as period_year,
        (first_number + step) % a_year + 1 as period_index
    from (select *, unnest(range(steps::integer + 1)) as step from kinds)
),
found as (
    from received
    union
    select window_start, window_end, period_kind, period_year, period_index from reference.windows
    union
    from between_them
)
select
    window_start::varchar || '/' || window_end::varchar as period_id,
    window_start,
    window_end,
    any_value(period_kind) as period_kind,
    any_value(period_year) as period_year,
    any_value(period_index) as period_index,
    case when any_value(jurisdiction.territory_on) = 'first_day' then window_start else window_end end as territory_day
from found
cross join reference.jurisdiction as jurisdiction
group by window_start, window_end
