/*
description: >
  Per cluster, window, series, offence and measure: how many member units are expected to report it (all but those to
  which it does not apply), how many do, and the sum over those. `value` is that sum only when every member reports and the measure adds up over units.
grain: [cluster_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
caveats: A sum of suspects is a sum of provincial counts, not a number of persons.
*/
with figures as (
    select distinct
        members.cluster_id, counts.period_id, counts.window_start, counts.window_end, counts.accumulation,
        counts.series_id, counts.definition_version, counts.offence_code
    from core.counts
    inner join core.members using (unit_id, period_id)
    where counts.status = 'reported'
)
select
    figures.cluster_id,
    figures.period_id,
    figures.window_start,
    figures.window_end,
    figures.accumulation,
    figures.series_id,
    figures.definition_version,
    figures.offence_code,
    measures.measure,
    count(*) filter (where counts.status is distinct from 'not_applicable') as units_expected,
    count(*) filter (where counts.status = 'not_applicable') as not_applicable,
    count(counts.value) as units_reported,
    sum(counts.value)::bigint as reported_sum,
    case when units_reported = units_expected and measures.additive_over_units then reported_sum end as value,
    coalesce(sum(counts.rounded_to // 2) filter (where counts.value is not null), 0)::bigint as tolerance,
    max(counts.rounded_to) filter (where counts.value is not null) as rounded_to,
    coalesce(bool_or(counts.provisional), false) as provisional,
    max(counts.known_on) filter (where counts.value is not null) as known_on,
    case when bool_or(counts.window_basis = 'assumed') then 'assumed' else max(counts.window_basis) end as window_basis,
    case when count(distinct counts.source_id) = 1 then any_value(counts.source_id) end as source_id
from figures
inner join core.members using (cluster_id, period_id)
cross join reference.measures as measures
left join core.counts as counts
    on counts.unit_id = members.unit_id
    and counts.period_id = figures.period_id
    and counts.accumulation = figures.accumulation
    and counts.series_id = figures.series_id
    and counts.definition_version = figures.definition_version
    and counts.offence_code = figures.offence_code
    and counts.measure = measures.measure
    and counts.status in ('reported', 'not_applicable')
group by
    figures.cluster_id, figures.period_id, figures.window_start, figures.window_end, figures.accumulation,
    figures.series_id, figures.definition_version, figures.offence_code, measures.measure, measures.additive_over_units
