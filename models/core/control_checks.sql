/*
description: >
  Every total that a source states of a cluster against the sum over its units: agrees, differs, or cannot be checked
  because units are missing or the measure does not add up over units.
grain: [cluster_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: With units missing, a stated total below the sum of those that report differs as well.
*/
select
    controls.scope_id as cluster_id,
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
left join core.cluster_sums as sums
    on sums.cluster_id = controls.scope_id
    and sums.period_id = controls.period_id
    and sums.accumulation = controls.accumulation
    and sums.series_id = controls.series_id
    and sums.definition_version = controls.definition_version
    and sums.offence_code = controls.offence_code
    and sums.measure = controls.measure
where controls.scope_type = 'cluster' and controls.status = 'reported'
