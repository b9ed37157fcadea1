select 'units' as kind, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
    source_id as whole_kind, stated as whole_value, summed as parts_sum, stated - summed as gap, tolerance,
    units_expected, units_reported
from core.control_checks
where units_reported > 0
union all
select 'periods', whole.scope_type, whole.scope_id, whole.period_id, 'increment', whole.series_id,
    whole.definition_version, whole.offence_code, whole.measure, spans.span, any_value(whole.value), sum(parts.value),
    any_value(whole.value) - sum(parts.value), sum(parts.rounded_to // 2), null, count(*)
from core.levels as whole
inner join (
    select distinct whole.period_id, part.period_id as part_id, part.span
    from core.calendar_periods as whole
    inner join core.calendar_periods as part
        on part.year_start = whole.year_start and part.window_start >= whole.window_start
        and part.window_end <= whole.window_end and part.months < whole.months
) as spans using (period_id)
inner join core.levels as parts
    on parts.scope_type = whole.scope_type and parts.scope_id = whole.scope_id and parts.period_id = spans.part_id
    and parts.series_id = whole.series_id and parts.definition_version = whole.definition_version
    and parts.offence_code = whole.offence_code and parts.measure = whole.measure
where whole.measure not in ('suspects', 'cleared_prior')
group by all
union all
select 'sources', 'unit', counts.unit_id, counts.period_id, counts.accumulation, counts.series_id,
    counts.definition_version, counts.offence_code, counts.measure, other.source_id, other.value, counts.value,
    other.value - counts.value, counts.rounded_to // 2, 1, 1
from core.known_values as other
inner join core.counts as counts
    on counts.unit_id = other.scope_id and counts.period_id = other.period_id
    and counts.accumulation = other.accumulation and counts.series_id = other.series_id
    and counts.definition_version = other.definition_version and counts.offence_code = other.offence_code
    and counts.measure = other.measure and counts.source_id <> other.source_id
where other.known_to is null and other.role = 'count' and other.status = 'reported'
