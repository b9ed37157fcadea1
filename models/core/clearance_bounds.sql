/*
description: >
  What a stated cluster total says of members whose clearances are missing: together they cleared the total less what
  the others report, so each of them cleared at most that, and exactly that when it is the only one missing. Where figures
  are rounded, the limits are wider by as much as rounding can make.
grain: [unit_id, period_id, accumulation, series_id, definition_version, offence_code, source_id, cluster_id]
caveats: No upper limit follows from the offences recorded, because older cases may be cleared.
*/
with cleared as (
    select
        controls.scope_id as cluster_id,
        controls.source_id,
        greatest(controls.value - coalesce(sums.reported_sum, 0), 0) as joint_cleared,
        core.tolerance(
            sums.tolerance, controls.rounded_to, controls.value, controls.tolerated_per_million
        ) as tolerance,
        sums.units_expected - sums.units_reported as units_missing,
        sums.period_id, sums.accumulation, sums.series_id, sums.definition_version, sums.offence_code
    from core.controls as controls
    inner join core.cluster_sums as sums
        on sums.cluster_id = controls.scope_id
        and sums.period_id = controls.period_id
        and sums.accumulation = controls.accumulation
        and sums.series_id = controls.series_id
        and sums.definition_version = controls.definition_version
        and sums.offence_code = controls.offence_code
        and sums.measure = controls.measure
    inner join reference.measures as measures on measures.measure = controls.measure
    where controls.scope_type = 'cluster'
        and controls.measure = 'cleared'
        and measures.additive_over_units
        and coalesce(sums.source_id, controls.source_id) = controls.source_id
        and sums.units_reported < sums.units_expected
        and controls.value + core.tolerance(
            sums.tolerance, controls.rounded_to, controls.value, controls.tolerated_per_million
        ) >= coalesce(sums.reported_sum, 0)
)
select
    members.unit_id,
    cleared.period_id,
    cleared.accumulation,
    cleared.series_id,
    cleared.definition_version,
    cleared.offence_code,
    cleared.source_id,
    cleared.cluster_id,
    cleared.units_missing,
    cleared.joint_cleared,
    case
        when cleared.units_missing = 1 then greatest(cleared.joint_cleared - cleared.tolerance, 0) else 0
    end as cleared_at_least,
    cleared.joint_cleared + cleared.tolerance as cleared_at_most
from cleared
inner join core.members as members using (cluster_id, period_id)
left join core.counts as counts
    on counts.unit_id = members.unit_id
    and counts.period_id = cleared.period_id
    and counts.accumulation = cleared.accumulation
    and counts.series_id = cleared.series_id
    and counts.definition_version = cleared.definition_version
    and counts.offence_code = cleared.offence_code
    and counts.measure = 'cleared'
    and counts.status = 'reported'
where counts.unit_id is null
