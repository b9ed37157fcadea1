/*
description: >
  Rates of other definitions side by side: every measure that the jurisdiction declares to be set in relation to another
  (rate_of in measures.csv), such as offences cleared by charge, exceptionally, or by the place of clearing, over those
  recorded; for units, clusters and stated totals.
grain: [scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure]
caveats: >
  The main rate, cleared over recorded, is in clearance. A rate of a cluster is the ratio of its sums and stands only where
  all units give both. Increments only.
*/
select
    parts.scope_type,
    parts.scope_id,
    parts.period_id,
    parts.window_start,
    parts.window_end,
    parts.series_id,
    parts.definition_version,
    parts.offence_code,
    parts.measure,
    measures.rate_of,
    parts.source_id,
    parts.value as numerator,
    wholes.value as denominator,
    parts.value::double / nullif(wholes.value, 0) as rate,
    greatest(parts.rounded_to, wholes.rounded_to) as rounded_to,
    parts.provisional or wholes.provisional as provisional
from core.levels as parts
inner join reference.measures as measures on measures.measure = parts.measure and measures.rate_of is not null
inner join (
    select
        scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, basis, source_id, value,
        rounded_to, provisional
    from core.levels
    where basis = 'counts'
    union all
    select
        scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, 'control_total', source_id,
        value, rounded_to, provisional
    from core.controls
    where status = 'reported' and accumulation = 'increment'
) as wholes
    on wholes.scope_type = parts.scope_type
    and wholes.scope_id = parts.scope_id
    and wholes.period_id = parts.period_id
    and wholes.series_id = parts.series_id
    and wholes.definition_version = parts.definition_version
    and wholes.offence_code = parts.offence_code
    and wholes.measure = measures.rate_of
    and wholes.basis = parts.basis
    and (parts.basis = 'counts' or wholes.source_id = parts.source_id)
