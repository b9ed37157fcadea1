with given as (
    select 'unit' as scope_type, unit_id as scope_id, period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, 'counts' as basis, source_id, measure, value, provisional, rounded_to, evidence,
        known_on
    from core.counts
    union all
    select 'cluster', cluster_id, period_id, window_start, window_end, accumulation, series_id, definition_version,
        offence_code, 'counts', source_id, measure, value, provisional, rounded_to, null, known_on
    from core.cluster_sums
    union all
    select scope_type, scope_id, period_id, window_start, window_end, accumulation, series_id, definition_version,
        offence_code, 'control_total', source_id, measure, value, provisional, rounded_to, evidence, known_on
    from core.controls
    union all
    select scope_type, scope_id, period_id, window_start, window_end, accumulation, series_id, definition_version,
        offence_code, 'territory', source_id, measure, value, provisional, rounded_to, reason, known_on
    from marts.constant_geography
)
select scope_type, scope_id, period_id, any_value(window_start), any_value(window_end), accumulation, series_id,
    definition_version, offence_code, basis, any_value(source_id), max(value) filter (measure = 'recorded') as recorded,
    max(value) filter (measure = 'cleared') as cleared, max(value) filter (measure = 'cleared_prior') as cleared_prior,
    cleared / recorded as clearance_rate, (cleared - cleared_prior) / recorded as in_period_rate,
    count(value) filter (measure = 'recorded') as recorded_units, count(value) filter (measure = 'cleared') as cleared_units,
    bool_or(provisional), max(rounded_to), max(evidence), max(known_on)
from given
group by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, basis
