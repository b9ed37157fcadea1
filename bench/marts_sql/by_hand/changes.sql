with bases as (
    from core.levels
    union all by name
    select scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, 'territory' as basis,
        source_id, value, value as first_value, rounded_to, provisional, known_on
    from marts.constant_geography
    where accumulation = 'increment'
),
pairs as (
    select now.scope_type, now.scope_id, now.period_id, comparisons.comparison, now.series_id, now.definition_version,
        now.offence_code, now.measure, comparisons.base_period_id, now.basis, base.basis as base_basis, now.source_id,
        base.source_id as base_source_id, now.value, base.value as base_value, now.first_value,
        base.first_value as first_base_value, greatest(now.rounded_to, base.rounded_to) as rounded_to,
        now.provisional or base.provisional as provisional, greatest(now.known_on, base.known_on) as known_on,
        comparisons.days, comparisons.base_days, null as panel_units
    from core.levels as now
    inner join core.comparisons as comparisons using (period_id)
    inner join bases as base
        on base.scope_type = now.scope_type and base.scope_id = now.scope_id
        and base.period_id = comparisons.base_period_id and base.measure = now.measure
        and base.series_id = now.series_id and base.definition_version = now.definition_version
        and base.offence_code = now.offence_code
    where now.measure in ('recorded', 'cleared')
    union all
    select 'cluster', members.cluster_id, now.period_id, comparisons.comparison, now.series_id, now.definition_version,
        now.offence_code, now.measure, comparisons.base_period_id, 'panel', 'panel', max(now.source_id),
        max(base.source_id), sum(now.value)::bigint, sum(base.value)::bigint, sum(now.first_value)::bigint, sum(base.first_value)::bigint,
        max(greatest(now.rounded_to, base.rounded_to)), bool_or(now.provisional or base.provisional),
        max(greatest(now.known_on, base.known_on)), comparisons.days, comparisons.base_days, count(*)
    from core.members as members
    inner join core.levels as now on now.scope_id = members.unit_id and now.period_id = members.period_id
    inner join core.comparisons as comparisons on comparisons.period_id = now.period_id
    inner join core.levels as base
        on base.scope_id = now.scope_id and base.period_id = comparisons.base_period_id and base.measure = now.measure
        and base.series_id = now.series_id and base.definition_version = now.definition_version
        and base.offence_code = now.offence_code
    where now.measure in ('recorded', 'cleared')
    group by all
),
chances as (
    select *, core.chance_of_difference(value, base_value, days, base_days) as chance
    from (select distinct value, base_value, days, base_days from pairs where measure = 'recorded')
)
select pairs.*, value - base_value as absolute_change, (value - base_value) / base_value as relative_change,
    value * base_days / (base_value * days) - 1 as relative_change_per_day, first_value - first_base_value as first_change,
    chances.chance, chances.chance < 0.05 as is_larger_than_chance
from pairs
left join chances using (value, base_value, days, base_days)
