with so_far as (
    select unit_id as scope_id, window_start, window_end, series_id, definition_version, offence_code, months, recorded, [unit_id] as unit_ids
    from marts.year_to_date
    union all
    select members.cluster_id, so_far.window_start, so_far.window_end, series_id, definition_version, offence_code, months,
        sum(recorded), list(so_far.unit_id order by so_far.unit_id)
    from marts.year_to_date as so_far
    inner join core.windows as windows on windows.window_end = so_far.window_end
    inner join core.members as members on members.unit_id = so_far.unit_id and members.period_id = windows.period_id
    inner join (
        select cluster_id, period_id, count(*) as members from core.members group by all
    ) as counted on counted.cluster_id = members.cluster_id and counted.period_id = members.period_id
    group by all
    having count(*) = any_value(counted.members)
)
select targets.*, now.months, now.recorded as used, base.window_start as base_start, base.recorded as base_used,
    targets.needed - now.recorded as remaining, (targets.needed - now.recorded) / nullif(12 - now.months, 0) as allowed_per_month,
    case when now.recorded > targets.needed then 'ceiling exceeded' when now.months = 12 then 'attained'
        when base.recorded is null then 'open'
        when now.recorded * 100 <= base.recorded * (100 + targets.threshold_percent) then 'below the path'
        else 'above the path' end as verdict
from marts.target_attainment as targets
inner join so_far as now
    on now.scope_id = targets.scope_id and now.window_start = targets.window_start
    and now.series_id = targets.series_id and now.definition_version = targets.definition_version
    and now.offence_code = targets.offence_code
left join so_far as base
    on base.scope_id = targets.scope_id and base.window_start = split_part(targets.base_period_id, '/', 1)::date
    and base.series_id = targets.series_id and base.definition_version = targets.definition_version
    and base.offence_code = targets.offence_code and base.months = now.months and base.unit_ids = now.unit_ids
where targets.measure = 'recorded_change'
