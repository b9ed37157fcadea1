/*
description: The share of its cluster that a unit has in the offences recorded or cleared of a window.
grain: [cluster_id, unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A share stands exactly where no reason does.
caveats: >
  The whole is the sum of the members where all report, otherwise the total that the unit's own source states of the
  cluster. Shares of a complete cluster add up to 1.
*/
select
    members.cluster_id,
    members.unit_id,
    counts.period_id,
    counts.window_start,
    counts.window_end,
    counts.accumulation,
    counts.series_id,
    counts.definition_version,
    counts.offence_code,
    counts.measure,
    counts.source_id,
    sums.units_expected,
    sums.units_reported,
    core.coverage(sums.units_reported, sums.units_expected) as coverage,
    counts.value as numerator,
    coalesce(sums.value, stated.value) as denominator,
    case when sums.value is not null then 'counts' when stated.value is not null then 'control_total' end as basis,
    greatest(counts.known_on, sums.known_on) as known_on,
    rank() over (
        partition by
            members.cluster_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
            counts.offence_code, counts.measure
        order by counts.value desc
    ) as rank,
    case
        when coalesce(sums.value, stated.value) is null
            then 'only ' || sums.units_reported || ' of ' || sums.units_expected || ' units report'
        when coalesce(sums.value, stated.value) = 0 then 'the total of the cluster is zero'
        when counts.value > coalesce(sums.value, stated.value) then 'the figure exceeds the total of the cluster'
    end as reason,
    case when reason is null then counts.value::double / coalesce(sums.value, stated.value) end as cluster_share
from core.counts as counts
inner join core.members as members using (unit_id, period_id)
inner join reference.measures as measures on measures.measure = counts.measure and measures.additive_over_units
inner join core.cluster_sums as sums
    on sums.cluster_id = members.cluster_id
    and sums.period_id = counts.period_id
    and sums.accumulation = counts.accumulation
    and sums.series_id = counts.series_id
    and sums.definition_version = counts.definition_version
    and sums.offence_code = counts.offence_code
    and sums.measure = counts.measure
left join core.controls as stated
    on stated.scope_type = 'cluster'
    and stated.scope_id = members.cluster_id
    and stated.status = 'reported'
    and stated.period_id = counts.period_id
    and stated.accumulation = counts.accumulation
    and stated.series_id = counts.series_id
    and stated.definition_version = counts.definition_version
    and stated.offence_code = counts.offence_code
    and stated.measure = counts.measure
    and stated.source_id = counts.source_id
where counts.status = 'reported' and counts.measure in ('recorded', 'cleared')
