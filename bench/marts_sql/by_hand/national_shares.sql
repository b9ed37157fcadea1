with scopes as (
    select 'unit' as scope_type, counts.unit_id as scope_id, units.level, counts.period_id, counts.window_start,
        counts.window_end, counts.accumulation, counts.series_id, counts.definition_version, counts.offence_code,
        counts.measure, counts.source_id, counts.value, 1 as units_expected, 1 as units_reported, counts.rounded_to,
        counts.provisional, counts.known_on
    from core.counts as counts
    inner join reference.units as units using (unit_id)
    where counts.measure in ('recorded', 'cleared') and counts.status = 'reported'
    union all
    select 'cluster', cluster_id, null, period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, measure, source_id, value, units_expected, units_reported, rounded_to, provisional,
        known_on
    from core.cluster_sums
    where measure in ('recorded', 'cleared') and units_reported > 0
)
select scopes.*, core.coverage(units_reported, units_expected) as coverage, nation.value as denominator,
    nation.basis as denominator_basis, nation.source_id as denominator_source_id,
    case when scopes.value <= nation.value + core.tolerance(
        scopes.rounded_to // 2, nation.rounded_to, nation.value, nation.tolerated_per_million
    ) then scopes.value / nation.value end as national_share,
    rank() over (
        partition by scope_type, level, scopes.period_id, scopes.accumulation, scopes.series_id,
            scopes.definition_version, scopes.offence_code, scopes.measure
        order by scopes.value desc
    ) as rank,
    case when scopes.value is null then 'units missing' when nation.value is null then 'no nation' end as reason
from scopes
left join core.nation as nation using (
    period_id, accumulation, series_id, definition_version, offence_code, measure
)
