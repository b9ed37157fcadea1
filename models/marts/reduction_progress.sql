/*
description: >
  A declared reduction of the offences recorded, month by month: the ceiling of the year, what of it is used so far, how much
  had been recorded by the same month of the base year, and what the months that remain may hold.
grain: [target_id, scope_type, scope_id, period_id, series_id, definition_version, offence_code]
checks: What is used and what remains add up to the ceiling.
caveats: >
  Only months up to which every month, and of a cluster every unit, reports. allowed_per_month is what remains over the
  months that are left, a ratio and no forecast. Of a year that is over the verdict is in target_attainment.
*/
with units_so_far as (
    select
        'unit' as scope_type, unit_id as scope_id, period_id, window_start, window_end, series_id, definition_version,
        offence_code, months, recorded, [unit_id] as unit_ids
    from marts.year_to_date
    where recorded is not null
),
member_counts as (
    select cluster_id, period_id, count(*) as members from core.members group by all
),
clusters_so_far as (
    select
        'cluster' as scope_type, members.cluster_id as scope_id, so_far.period_id, so_far.window_start, so_far.window_end,
        so_far.series_id, so_far.definition_version, so_far.offence_code, so_far.months,
        sum(so_far.recorded)::bigint as recorded,
        list(so_far.scope_id order by so_far.scope_id) as unit_ids
    from units_so_far as so_far
    inner join core.windows as months
        on months.window_end = so_far.window_end
        and months.window_start = (so_far.window_end + 1 - to_months(1))::date
    inner join core.members as members
        on members.unit_id = so_far.scope_id and members.period_id = months.period_id
    inner join member_counts
        on member_counts.cluster_id = members.cluster_id and member_counts.period_id = members.period_id
    group by all
    having count(*) = any_value(member_counts.members)
),
so_far as (
    from units_so_far
    union all
    from clusters_so_far
)
select
    targets.target_id,
    targets.scope_type,
    targets.scope_id,
    now.period_id,
    targets.window_start,
    targets.window_end,
    now.series_id,
    now.definition_version,
    now.offence_code,
    targets.comparator,
    targets.threshold_percent,
    targets.denominator as base_recorded,
    targets.needed as ceiling,
    now.months,
    now.recorded as used,
    base.period_id as base_period_id,
    base.recorded as base_used,
    targets.needed - now.recorded as remaining,
    targets.window_months - now.months as months_left,
    (targets.needed - now.recorded)::double / nullif(targets.window_months - now.months, 0) as allowed_per_month,
    targets.denominator - base.recorded as base_remaining,
    case
        when now.recorded > targets.needed then 'ceiling exceeded'
        when now.months = targets.window_months then 'attained'
        when base.recorded is null then 'open'
        when now.recorded * 100 <= base.recorded * (100 + targets.threshold_percent) then 'below the path'
        else 'above the path'
    end as verdict
from (
    select *, date_diff('month', window_start, window_end + 1) as window_months from marts.target_attainment
) as targets
inner join so_far as now
    on now.scope_type = targets.scope_type
    and now.scope_id = targets.scope_id
    and now.series_id = targets.series_id
    and now.definition_version = targets.definition_version
    and now.offence_code = targets.offence_code
    and now.window_start = targets.window_start
    and now.window_end <= targets.window_end
left join so_far as base
    on base.scope_type = targets.scope_type
    and base.scope_id = targets.scope_id
    and base.series_id = targets.series_id
    and base.definition_version = targets.definition_version
    and base.offence_code = targets.offence_code
    and base.window_start = split_part(targets.base_period_id, '/', 1)::date
    and base.months = now.months
    and base.unit_ids = now.unit_ids
where targets.measure = 'recorded_change' and targets.accumulation = 'increment' and targets.needed is not null
