select unit_id, period_id, any_value(window_start), any_value(window_end), accumulation, series_id, definition_version,
    offence_code, any_value(source_id), max(value) filter (measure = 'recorded') as recorded,
    max(value) filter (measure = 'cleared') as cleared, max(value) filter (measure = 'cleared_prior') as cleared_prior,
    cleared / recorded as clearance_rate, bool_or(provisional), max(rounded_to), max(evidence)
from core.counts
group by unit_id, period_id, accumulation, series_id, definition_version, offence_code
