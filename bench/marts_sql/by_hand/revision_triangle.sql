with ages as (
    select distinct units.level, period_id, accumulation, series_id, definition_version, offence_code, measure,
        window_start, window_end, greatest(date_sub('month', window_end, day), 0) as age_months
    from (
        select *, core.day_of(known_from) as day from core.count_history
        union all
        select *, core.day_of(known_to) from core.count_history where known_to is not null
    )
    inner join reference.units as units using (unit_id)
    where measure <> 'suspects'
)
select ages.*, count(history.value) as units_reported, sum(history.value) as reported_sum
from ages
inner join core.count_history as history
    on history.period_id = ages.period_id and history.accumulation = ages.accumulation
    and history.series_id = ages.series_id and history.definition_version = ages.definition_version
    and history.offence_code = ages.offence_code and history.measure = ages.measure
    and core.day_of(history.known_from) < (ages.window_end + to_months(ages.age_months + 1))::date
    and (
        history.known_to is null
        or core.day_of(history.known_to) >= (ages.window_end + to_months(ages.age_months + 1))::date
    )
inner join reference.units as units on units.unit_id = history.unit_id and units.level = ages.level
group by all
