/*
description: >
  Which period of which year each window is: its place (period_index) among the periods of its length since the day the
  year began. A month belongs to a year of every calendar whose years begin on that day of a month.
grain: [period_id, year_start]
*/
with whole_months as (
    select *, date_diff('month', window_start, window_end + 1) as months
    from core.windows
    where day(window_start) = day(window_end + 1)
),
spans (span, months) as (
    select unnest(['month', 'quarter', 'half_year', 'nine_months', 'year']), unnest([1, 3, 6, 9, 12])
),
placed as (
    select
        whole_months.*, spans.span, (month(window_start) + 12 - calendars.start_month) % 12 as months_before,
        (window_start - to_months(months_before::integer))::date as year_start
    from whole_months
    inner join spans using (months)
    inner join reference.calendars as calendars on calendars.start_day = day(window_start)
)
select distinct
    period_id, window_start, window_end, year_start, span, months, months_before // months + 1 as period_index
from placed
where months_before % months = 0 and months_before + months <= 12
