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
    case when cleared is not null then recorded end as cleared_volume, cleared - cleared_prior as cleared_in_period,
    coalesce(bool_or(provisional) filter (measure in ('recorded', 'cleared')), false) as provisional,
    max(rounded_to) filter (measure in ('recorded', 'cleared') and value is not null) as rounded_to,
    max(evidence) filter (measure = 'cleared' and value is not null) as evidence,
    max(known_on) filter (measure in ('recorded', 'cleared') and value is not null) as known_on,
    case when cleared > recorded and cleared_prior > 0 then cleared_prior || ' are of earlier offences' end as remark,
    case when recorded is null then 'recorded missing' when cleared is null then 'cleared missing' end as reason
from given
group by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, basis
having count(value) filter (measure in ('recorded', 'cleared')) > 0
