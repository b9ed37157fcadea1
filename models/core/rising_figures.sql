/*
description: >
  Units whose monthly increments rise month by month from the first of a year on as running totals do: each figure of
  every form is at least the one of the month before. They may be cumulative; the sender must say.
grain: [unit_id, period_id, series_id, definition_version]
caveats: >
  Only from the fourth month on, where offences recorded grew by half of the first month's each month on the average;
  the last month of such a run is named.
*/
with figures as (
    select counts.*, windows.period_kind, windows.period_year, windows.period_index
    from core.counts as counts
    inner join core.windows as windows using (period_id)
    where counts.accumulation = 'increment' and counts.status = 'reported' and ends_with(windows.period_kind, '_month')
),
steps as (
    select
        *,
        value >= lag(value) over months as rises,
        period_index = lag(period_index) over months + 1 as follows
    from figures
    window months as (
        partition by unit_id, series_id, definition_version, offence_code, measure, period_kind, period_year
        order by period_index
    )
),
years as (
    select
        unit_id, series_id, definition_version, period_kind, period_year,
        max(period_index) as months,
        list(value order by period_index) filter (measure = 'recorded' and parent_code is null) as recorded
    from steps
    inner join reference.offences using (offence_code)
    group by all
    having bool_and(period_index = 1 or (rises and follows)) and max(period_index) >= 4
)
select
    years.unit_id,
    steps.period_id,
    years.series_id,
    years.definition_version,
    array_to_string(years.recorded, ', ') as figures_in_words,
    min_by(steps.submission_id, (steps.sheet, length(steps.cell), steps.cell)) as submission_id,
    min_by(steps.file, (steps.sheet, length(steps.cell), steps.cell)) as file,
    min_by(steps.sheet, (steps.sheet, length(steps.cell), steps.cell)) as sheet,
    min_by(steps.cell, (steps.sheet, length(steps.cell), steps.cell)) as cell
from years
inner join steps
    on steps.unit_id = years.unit_id
    and steps.series_id = years.series_id
    and steps.definition_version = years.definition_version
    and steps.period_kind = years.period_kind
    and steps.period_year = years.period_year
    and steps.period_index = years.months
where len(years.recorded) = years.months
    and years.recorded[-1] - years.recorded[1] >= years.recorded[1] * (years.months - 1) / 2
    and years.recorded[1] > 0
group by all
