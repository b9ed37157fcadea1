select bounds.*, windows.window_start, windows.window_end,
    case measure when 'cleared' then known.recorded else known.cleared end as known_value,
    case measure when 'cleared' then at_most / known.recorded else known.cleared / at_least end as rate_at_most,
    case measure when 'cleared' then at_least / known.recorded else known.cleared / at_most end as rate_at_least
from core.bounds as bounds
inner join core.windows as windows using (period_id)
left join (
    select scope_type, scope_id, period_id, series_id, definition_version, offence_code,
        max(value) filter (measure = 'recorded') as recorded, max(value) filter (measure = 'cleared') as cleared
    from core.levels
    where measure in ('recorded', 'cleared') and scope_id in (select scope_id from core.bounds)
    group by all
) as known using (scope_type, scope_id, period_id, series_id, definition_version, offence_code)
