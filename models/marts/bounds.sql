/*
description: >
  Counts that were not given, and the whole numbers between which they must lie: by a stated total of their cluster, by a
  whole of which the other parts are known, or by a clearance rate that was printed without one of its counts.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, basis, stated_by]
caveats: >
  `printed rate rounded` and `printed rate truncated` are alternatives: the source does not say how it shortens, so there
  is no single answer unless one of them fits no whole number (fits is false). clearance_rate_at_least and _at_most follow
  from the count that is known.
*/
with known as (
    select
        scope_type, scope_id, period_id, series_id, definition_version, offence_code,
        max(value) filter (measure = 'recorded') as recorded,
        max(value) filter (measure = 'cleared') as cleared
    from core.levels
    semi join core.bounds using (scope_type, scope_id, period_id, series_id, definition_version, offence_code)
    group by all
)
select
    bounds.scope_type,
    bounds.scope_id,
    bounds.period_id,
    windows.window_start,
    windows.window_end,
    bounds.accumulation,
    bounds.series_id,
    bounds.definition_version,
    bounds.offence_code,
    bounds.measure,
    bounds.basis,
    bounds.stated_by,
    bounds.source_id,
    bounds.units_missing,
    bounds.joint_value,
    bounds.at_least,
    bounds.at_most,
    coalesce(bounds.at_least <= bounds.at_most, true) as fits,
    case bounds.measure when 'cleared' then known.recorded when 'recorded' then known.cleared end as known_value,
    case when bounds.accumulation = 'increment' and fits then case bounds.measure
        when 'cleared' then bounds.at_least::double / nullif(known.recorded, 0)
        when 'recorded' then known.cleared::double / nullif(bounds.at_most, 0)
    end end as clearance_rate_at_least,
    case when bounds.accumulation = 'increment' and fits then case bounds.measure
        when 'cleared' then bounds.at_most::double / nullif(known.recorded, 0)
        when 'recorded' then known.cleared::double / nullif(bounds.at_least, 0)
    end end as clearance_rate_at_most
from core.bounds as bounds
inner join core.windows as windows using (period_id)
left join known using (scope_type, scope_id, period_id, series_id, definition_version, offence_code)
