-- Both counts of a rate are of the basis that the level of its numerator has.
with asked as (
    select unnest($row)
)
select
    unnest(['numerator', 'denominator']) as "column", unnest([asked.numerator, asked.denominator]) as value,
    levels.scope_type, levels.scope_id, levels.period_id, 'increment' as accumulation, levels.series_id,
    levels.definition_version, levels.offence_code, unnest([asked.measure, asked.rate_of]) as measure, levels.basis,
    levels.source_id
from asked
inner join core.levels as levels using (
    scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure
)
