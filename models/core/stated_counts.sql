/*
description: >
  Every statement of a count that stands, of the units and clusters that printed figures speak of: the current count (1),
  what other sources say (2), and totals that sources state (3).
grain: [scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, basis_rank]
caveats: Increments only.
*/
select
    'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.series_id, counts.definition_version,
    counts.offence_code, counts.measure, counts.value, counts.source_id, 1::bigint as basis_rank, counts.evidence, counts.derived_from
from core.counts as counts
semi join reference.published_figures as figures on figures.scope_type = 'unit' and figures.scope_id = counts.unit_id
where counts.status = 'reported' and counts.accumulation = 'increment'
union all
select
    'unit', other.scope_id, other.period_id, other.series_id, other.definition_version, other.offence_code,
    other.measure, other.value, other.source_id, 2, other.evidence, other.derived_from
from core.known_values as other
semi join reference.published_figures as figures on figures.scope_type = 'unit' and figures.scope_id = other.scope_id
where other.known_to is null and other.role = 'count' and other.status = 'reported'
    and other.accumulation = 'increment'
qualify row_number() over (
    partition by
        other.scope_id, other.period_id, other.series_id, other.definition_version, other.offence_code, other.measure,
        other.source_id
    order by other.revision desc, other.arrived_at desc, other.value_no desc
) = 1
union all
select
    'cluster', cluster_id, period_id, series_id, definition_version, offence_code, measure, value,
    coalesce(source_id, 'several'), 1, null, null
from core.cluster_sums
where value is not null and accumulation = 'increment'
union all
select
    controls.scope_type, controls.scope_id, controls.period_id, controls.series_id, controls.definition_version,
    controls.offence_code, controls.measure, controls.value, controls.source_id, 3, controls.evidence, null
from core.controls as controls
semi join reference.published_figures as figures
    on figures.scope_type = controls.scope_type and figures.scope_id = controls.scope_id
where controls.status = 'reported' and controls.accumulation = 'increment'
