select parts.*, wholes.value as denominator, parts.value / wholes.value as rate
from core.levels as parts
inner join reference.measures as measures on measures.measure = parts.measure and measures.rate_of is not null
inner join (
    select scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value
    from core.levels
    where basis = 'counts'
    union all
    select scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value
    from core.controls
) as wholes
    on wholes.scope_type = parts.scope_type and wholes.scope_id = parts.scope_id and wholes.period_id = parts.period_id
    and wholes.series_id = parts.series_id and wholes.definition_version = parts.definition_version
    and wholes.offence_code = parts.offence_code and wholes.measure = measures.rate_of
