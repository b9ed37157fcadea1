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
),
ranked as (
    select *, rank() over (
        partition by scope_type, level, period_id, accumulation, series_id, definition_version, offence_code, measure
        order by value desc
    ) as rank
    from scopes
)
select scopes.*, core.coverage(units_reported, units_expected) as coverage,
    coalesce(own.value, other.value) as denominator, coalesce(own.basis, other.basis) as denominator_basis,
    coalesce(own.source_id, other.source_id) as denominator_source_id,
    case when scopes.value <= denominator + core.tolerance(
        scopes.rounded_to // 2, coalesce(own.rounded_to, other.rounded_to), denominator,
        coalesce(own.tolerated_per_million, other.tolerated_per_million)
    ) then scopes.value / denominator end as national_share,
    case when scopes.value is null then 'units missing' when denominator is null then 'no nation' end as reason,
    revisions.changed_at
from ranked as scopes
left join core.nation as own using (
    period_id, accumulation, series_id, definition_version, offence_code, measure, source_id
)
left join (
    select distinct on (period_id, accumulation, series_id, definition_version, offence_code, measure) *
    from core.nation
    order by source_id
) as other using (period_id, accumulation, series_id, definition_version, offence_code, measure)
left join core.revisions as revisions
    on revisions.unit_id = scopes.scope_id and revisions.period_id = scopes.period_id
    and revisions.accumulation = scopes.accumulation and revisions.series_id = scopes.series_id
    and revisions.definition_version = scopes.definition_version and revisions.offence_code = scopes.offence_code
    and revisions.measure = scopes.measure
union all by name
select 'residual' as scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
    source_id, units_expected, units_reported, residual as value, stated as denominator, residual / stated as national_share
from core.control_checks
where scope_id = (select nation_id from reference.jurisdiction) and measure in ('recorded', 'cleared')
