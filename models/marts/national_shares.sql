/*
description: >
  The share of the nation that a unit or a cluster has in the offences recorded or cleared of a window, formed only with a
  national figure of the same source, window, series, definition version and offence.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A share stands exactly where its two figures do and the part is not larger than the whole beyond rounding.
caveats: >
  Where no such national figure exists, units of a cluster are missing, or the measure does not add up over units, the
  share is null and the reason is given. The national figure may exceed the sum of the units, because central units count
  too. The rank is among the units of a level, or the clusters, that give the figure, largest first; equal figures share
  one. Rounded figures may give a share slightly above 1: rounded_to says to what they were rounded.
*/
with scopes as (
    select
        'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.window_start, counts.window_end,
        counts.accumulation, counts.series_id, counts.definition_version, counts.offence_code, counts.measure,
        counts.source_id, counts.value, counts.value as reported_sum, 1 as units_expected, 1 as units_reported,
        true as adds_up, counts.rounded_to // 2 as tolerance, counts.rounded_to, counts.provisional
    from core.counts as counts
    cross join reference.jurisdiction as jurisdiction
    where counts.status = 'reported' and counts.unit_id <> jurisdiction.nation_id
    union all
    select
        'cluster', cluster_id, period_id, window_start, window_end, accumulation, series_id, definition_version,
        offence_code, measure, source_id, value, reported_sum, units_expected, units_reported,
        measures.additive_over_units, tolerance, rounded_to, provisional
    from core.cluster_sums
    inner join reference.measures as measures using (measure)
    where units_reported > 0
)
select
    scopes.scope_type,
    scopes.scope_id,
    scopes.period_id,
    scopes.window_start,
    scopes.window_end,
    scopes.accumulation,
    scopes.series_id,
    scopes.definition_version,
    scopes.offence_code,
    scopes.measure,
    scopes.source_id,
    scopes.units_expected,
    scopes.units_reported,
    core.coverage(scopes.units_reported, scopes.units_expected) as coverage,
    scopes.reported_sum,
    scopes.value as numerator,
    nation.value as denominator,
    nation.basis as denominator_basis,
    case when scopes.value <= nation.value + core.tolerance(
        scopes.tolerance, nation.rounded_to, nation.value, nation.tolerated_per_million
    ) then scopes.value::double / nullif(nation.value, 0) end as national_share,
    greatest(scopes.rounded_to, nation.rounded_to) as rounded_to,
    scopes.provisional or coalesce(nation.provisional, false) as provisional,
    case when scopes.value is not null then rank() over (
        partition by
            scopes.scope_type, units.level, scopes.period_id, scopes.accumulation, scopes.series_id,
            scopes.definition_version, scopes.offence_code, scopes.measure
        order by scopes.value desc nulls last
    ) end as rank,
    case
        when not scopes.adds_up then 'the measure does not add up over units'
        when scopes.value is null
            then 'only ' || scopes.units_reported || ' of ' || scopes.units_expected || ' units report'
        when scopes.source_id is null then 'the units come from several sources'
        when nation.value is null then 'no national figure of the same source, window, series and definition'
        when nation.value = 0 then 'the national figure is zero'
        when scopes.value > nation.value + core.tolerance(
            scopes.tolerance, nation.rounded_to, nation.value, nation.tolerated_per_million
        ) then 'the figure exceeds the national one'
    end as reason
from scopes
left join reference.units as units on scopes.scope_type = 'unit' and units.unit_id = scopes.scope_id
left join core.nation
    on nation.source_id = scopes.source_id
    and nation.period_id = scopes.period_id
    and nation.accumulation = scopes.accumulation
    and nation.series_id = scopes.series_id
    and nation.definition_version = scopes.definition_version
    and nation.offence_code = scopes.offence_code
    and nation.measure = scopes.measure
where scopes.measure in ('recorded', 'cleared')
