with limits as (
    select scope_id, period_id, series_id, offence_code, measure, min(at_least) as at_least, max(at_most) as at_most
    from marts.bounds
    where fits
    group by all
),
rates as (
    select * from marts.clearance where recorded > 0 and basis <> 'territory'
),
judged as (
    select targets.target_id, rates.*, limits.at_least, limits.at_most, below.at_least, below.at_most, targets.measure, targets.threshold_percent, targets.comparator,
        case targets.comparator when 'above' then floor(targets.threshold_percent::decimal(9, 4) * recorded / 100) + 1
            else ceil(targets.threshold_percent::decimal(9, 4) * recorded / 100) end::bigint as needed,
        case
            when targets.comparator = 'above' and coalesce(cleared, limits.at_least) * 100
                > targets.threshold_percent::decimal(9, 4) * coalesce(recorded, below.at_most) then 'attained'
            when targets.comparator = 'at_least' and coalesce(cleared, limits.at_least) * 100
                >= targets.threshold_percent::decimal(9, 4) * coalesce(recorded, below.at_most) then 'attained'
            when targets.comparator = 'above' and coalesce(cleared, limits.at_most) * 100
                <= targets.threshold_percent::decimal(9, 4) * coalesce(recorded, below.at_least) then 'missed'
            when targets.comparator = 'at_least' and coalesce(cleared, limits.at_most) * 100
                < targets.threshold_percent::decimal(9, 4) * coalesce(recorded, below.at_least) then 'missed'
            else 'unknown' end as verdict, null as refusal,
        100 * cleared / recorded - targets.threshold_percent::double as gap_percentage_points
    from reference.targets as targets
    inner join rates on rates.series_id = targets.series_id and rates.offence_code = targets.offence_code
    left join reference.units as units on rates.scope_type = 'unit' and units.unit_id = rates.scope_id
    left join limits
        on limits.scope_id = rates.scope_id and limits.period_id = rates.period_id
        and limits.series_id = rates.series_id and limits.offence_code = rates.offence_code
        and limits.measure = 'cleared'
    left join limits as below
        on below.scope_id = rates.scope_id and below.period_id = rates.period_id
        and below.series_id = rates.series_id and below.offence_code = rates.offence_code
        and below.measure = 'recorded'
    inner join core.windows as windows on windows.period_id = rates.period_id
    where targets.measure = 'clearance_rate' and targets.scope_id in (units.level, rates.scope_id)
        and (windows.period_kind <> 'window' or windows.window_start = targets.window_start)
    union all
    select targets.target_id, now.*, null, null, null, null, targets.measure, targets.threshold_percent, targets.comparator,
        case targets.comparator when 'below' then ceil((100 + targets.threshold_percent::decimal(9, 4)) * base.recorded / 100) - 1
            else floor((100 + targets.threshold_percent::decimal(9, 4)) * base.recorded / 100) end::bigint,
        case
            when targets.comparator = 'below'
                and now.recorded * 100 < (100 + targets.threshold_percent::decimal(9, 4)) * base.recorded then 'attained'
            when now.recorded * 100 <= (100 + targets.threshold_percent::decimal(9, 4)) * base.recorded then 'attained'
            else 'missed' end, refused.reason,
        100 * now.recorded / base.recorded - 100 - targets.threshold_percent::double
    from reference.targets as targets
    inner join rates as base
        on base.series_id = targets.series_id and base.offence_code = targets.offence_code
        and base.window_start = targets.base_window_start and base.window_end = targets.base_window_end
    left join reference.units as units on base.scope_type = 'unit' and units.unit_id = base.scope_id
    left join rates as now
        on now.scope_id = base.scope_id and now.series_id = base.series_id and now.offence_code = base.offence_code
        and now.window_start = targets.window_start and now.window_end = targets.window_end
    left join marts.changes as refused
        on refused.scope_id = base.scope_id and refused.scope_type = base.scope_type
        and refused.period_id = now.period_id and refused.base_period_id = base.period_id
        and refused.series_id = base.series_id and refused.definition_version = base.definition_version
        and refused.offence_code = base.offence_code and refused.measure = 'recorded'
    where targets.measure = 'recorded_change' and targets.scope_id in (units.level, base.scope_id)
)
select judged.*, changes.base_value as year_before, changes.absolute_change, changes.reason as change_reason
from judged
left join marts.changes as changes
    on changes.scope_id = judged.scope_id and changes.scope_type = judged.scope_type
    and changes.period_id = judged.period_id and changes.series_id = judged.series_id
    and changes.definition_version = judged.definition_version and changes.offence_code = judged.offence_code
    and changes.measure = 'recorded' and changes.comparison = 'year_before'
