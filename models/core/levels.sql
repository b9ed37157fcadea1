/*
description: >
  The one level of every unit, cluster and nation that comparisons over time and against population start from: the
  counts where they are there and complete, otherwise the total that a source states.
grain: [scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure]
caveats: >
  Increments only. Of several stated totals that of the source with the higher precedence counts. first_value: what was
  stated first of a unit's count; of every other level it is the current one.
*/
with given as (
    select
        'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.window_start, counts.window_end,
        counts.window_basis, counts.series_id, counts.definition_version, counts.offence_code, counts.measure,
        'counts' as basis, counts.source_id, counts.value, coalesce(revisions.first_value, counts.value) as first_value,
        counts.rounded_to, counts.provisional, counts.known_on
    from core.counts as counts
    left join core.revisions as revisions using (
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    )
    where counts.status = 'reported' and counts.accumulation = 'increment'
    union all by name
    select
        'cluster' as scope_type, cluster_id as scope_id, period_id, window_start, window_end, window_basis, series_id,
        definition_version, offence_code, measure, 'counts' as basis, coalesce(source_id, 'several') as source_id, value,
        value as first_value, rounded_to, provisional, known_on
    from core.cluster_sums
    where accumulation = 'increment' and value is not null
),
stated as (
    select
        controls.scope_type, controls.scope_id, controls.period_id, controls.window_start, controls.window_end,
        controls.window_basis, controls.series_id, controls.definition_version, controls.offence_code, controls.measure,
        'control_total' as basis, controls.source_id, controls.value, controls.value as first_value, controls.rounded_to,
        controls.provisional, controls.known_on
    from core.controls as controls
    inner join reference.sources as sources using (source_id)
    anti join given using (scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure)
    where controls.status = 'reported' and controls.accumulation = 'increment'
    qualify row_number() over (
        partition by
            controls.scope_type, controls.scope_id, controls.period_id, controls.series_id, controls.definition_version,
            controls.offence_code, controls.measure
        order by sources.precedence, sources.source_id
    ) = 1
)
select
    scope_type,
    scope_id,
    period_id,
    window_start,
    window_end,
    window_basis,
    series_id,
    definition_version,
    offence_code,
    measure,
    basis,
    source_id,
    value,
    first_value,
    rounded_to,
    provisional,
    known_on
from (from given union all by name from stated)
