/*
description: >
  Every total that a source states of a cluster or the nation against the sum over its units: agrees, differs, or cannot
  be checked because units are missing or the measure does not add up over units.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: >
  With units missing, a stated total below the sum of those that report differs as well. A nation may exceed the sum of
  its units, because central units count too. Units are summed over whatever source speaks for them.
*/
with nation_sums as (
    select
        'unit' as scope_type, units.parent_id as scope_id, counts.period_id, counts.accumulation, counts.series_id,
        counts.definition_version, counts.offence_code, counts.measure, sum(counts.value)::bigint as reported_sum,
        null::bigint as value, null::bigint as units_expected, count(*) as units_reported
    from core.counts as counts
    inner join reference.units as units using (unit_id)
    inner join reference.jurisdiction as jurisdiction on units.parent_id = jurisdiction.nation_id
    where counts.status = 'reported'
    group by all
),
sums as (
    select
        'cluster' as scope_type, cluster_id as scope_id, period_id, accumulation, series_id, definition_version,
        offence_code, measure, reported_sum, value, units_expected, units_reported
    from core.cluster_sums
    union all by name
    from nation_sums
)
select
    controls.scope_type,
    controls.scope_id,
    controls.period_id,
    controls.accumulation,
    controls.series_id,
    controls.definition_version,
    controls.offence_code,
    controls.measure,
    controls.source_id,
    controls.value as stated,
    sums.reported_sum as summed,
    sums.units_expected,
    sums.units_reported,
    case
        when not measures.additive_over_units then 'not additive'
        when sums.value = controls.value then 'agrees'
        when sums.value is not null or sums.reported_sum > controls.value then 'differs'
        else 'units missing'
    end as verdict,
    controls.submission_id,
    controls.file,
    controls.sheet,
    controls.cell
from core.controls as controls
inner join reference.measures as measures using (measure)
left join sums using (
    scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
where controls.status = 'reported'
