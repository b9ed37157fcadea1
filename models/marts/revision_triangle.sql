/*
description: >
  How the sum over the units of a level grew and changed as its period grew older: by period and by age in whole months
  after the period's end, as it was known when that month of age was over.
grain: [level, period_id, accumulation, series_id, definition_version, offence_code, measure, age_months]
caveats: >
  Ages at which nothing changed are left out: the figure is that of the age before. units_reported says over how many
  units the sum goes; only sums over equally many units tell of revisions. What became known before the period's end has
  age 0. Measures that do not add up over units are left out.
*/
with histories as (
    select
        units.level, history.*,
        core.day_of(history.known_from) as known_on,
        core.day_of(history.known_to) as known_until
    from core.count_history as history
    inner join reference.units as units using (unit_id)
    inner join reference.measures as measures using (measure)
    where measures.additive_over_units
),
ages as (
    select distinct
        level, period_id, accumulation, series_id, definition_version, offence_code, measure,
        greatest(date_sub('month', window_end, day), 0) as age_months
    from (
        from (select *, known_on as day from histories)
        union all
        from (select *, known_until as day from histories where known_until is not null)
    )
)
select
    ages.level,
    ages.period_id,
    any_value(histories.window_start) as window_start,
    any_value(histories.window_end) as window_end,
    ages.accumulation,
    ages.series_id,
    ages.definition_version,
    ages.offence_code,
    ages.measure,
    ages.age_months,
    count(histories.value) as units_reported,
    sum(histories.value)::bigint as reported_sum
from ages
inner join histories
    on histories.level = ages.level
    and histories.period_id = ages.period_id
    and histories.accumulation = ages.accumulation
    and histories.series_id = ages.series_id
    and histories.definition_version = ages.definition_version
    and histories.offence_code = ages.offence_code
    and histories.measure = ages.measure
    and histories.known_on < (histories.window_end + to_months(ages.age_months + 1))::date
    and (
        histories.known_until is null
        or histories.known_until >= (histories.window_end + to_months(ages.age_months + 1))::date
    )
group by
    ages.level, ages.period_id, ages.accumulation, ages.series_id, ages.definition_version, ages.offence_code,
    ages.measure, ages.age_months
