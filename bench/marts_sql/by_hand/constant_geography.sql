select parts.scope_type, parts.scope_id, parts.period_id, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure, any_value(counts.window_start),
    any_value(counts.window_end), count(*) as units_reported, sum(counts.value) as overlapping,
    sum(counts.value) filter (where parts.is_within) as within, max(counts.rounded_to), bool_or(counts.provisional)
from core.territories as parts
inner join core.counts as counts on counts.unit_id = parts.part_id and counts.period_id = parts.period_id
where counts.status = 'reported' and counts.measure <> 'suspects'
group by parts.scope_type, parts.scope_id, parts.period_id, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure
