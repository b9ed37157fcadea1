with pairs as (
    select now.unit_id, now.period_id, comparisons.comparison, now.series_id, now.definition_version, now.offence_code,
        now.measure, comparisons.base_period_id, now.source_id, base.source_id as base_source_id, now.value,
        base.value as base_value, comparisons.days, comparisons.base_days, now.rounded_to, now.provisional
    from core.counts as now
    inner join core.comparisons as comparisons using (period_id)
    inner join core.counts as base
        on base.unit_id = now.unit_id and base.period_id = comparisons.base_period_id and base.measure = now.measure
        and base.series_id = now.series_id and base.definition_version = now.definition_version
        and base.offence_code = now.offence_code and base.accumulation = now.accumulation
    where now.measure in ('recorded', 'cleared') and now.accumulation = 'increment' and now.status = 'reported'
        and base.status = 'reported'
),
chances as (
    select *, core.chance_of_difference(value, base_value, days, base_days) as chance
    from (select distinct value, base_value, days, base_days from pairs where measure = 'recorded')
)
select pairs.*, value - base_value as absolute_change, (value - base_value) / base_value as relative_change,
    value * base_days / (base_value * days) - 1 as relative_change_per_day, chances.chance
from pairs
left join chances using (value, base_value, days, base_days)
