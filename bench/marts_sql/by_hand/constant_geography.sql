with expected as (
    select scope_type, scope_id, period_id, count(*) as units_expected, bool_and(is_within) as is_exact
    from core.territories
    group by all
)
select parts.scope_type, parts.scope_id, parts.period_id, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure, any_value(counts.window_start),
    any_value(counts.window_end), count(*) as units_reported, any_value(expected.units_expected) as units_expected,
    any_value(expected.is_exact) as is_exact, max(counts.known_on) as known_on, max(counts.window_basis) as window_basis,
    max(counts.source_id) as source_id, sum(counts.rounded_to // 2) as tolerance, sum(counts.value) as overlapping,
    sum(counts.value) filter (where parts.is_within) as within, max(counts.rounded_to), bool_or(counts.provisional)
from core.territories as parts
inner join core.counts as counts on counts.unit_id = parts.part_id and counts.period_id = parts.period_id
inner join expected
    on expected.scope_type = parts.scope_type and expected.scope_id = parts.scope_id and expected.period_id = parts.period_id
where counts.status = 'reported' and counts.measure <> 'suspects'
group by parts.scope_type, parts.scope_id, parts.period_id, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure
