-- From which figures the limits of a row of bounds follow.
with asked as (
    select unnest($row)
),
joint as (
    select * exclude (scope_type, scope_id), 'cluster' as scope_type, substr(stated_by, length(source_id) + 2) as scope_id
    from asked
    where basis = 'joint total'
)
select
    'joint_value: the total' as "column", controls.value, joint.scope_type, joint.scope_id, joint.period_id,
    joint.accumulation, joint.series_id, joint.definition_version, joint.offence_code, joint.measure,
    'control_total' as basis, joint.source_id, null as declared, null as declared_key
from joint
inner join core.controls as controls using (
    scope_type, scope_id, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
union all by name
select
    'joint_value: the members that report' as "column", sums.reported_sum as value, joint.scope_type, joint.scope_id,
    joint.period_id, joint.accumulation, joint.series_id, joint.definition_version, joint.offence_code, joint.measure,
    'counts' as basis
from joint
inner join core.cluster_sums as sums
    on sums.cluster_id = joint.scope_id
    and sums.period_id = joint.period_id
    and sums.accumulation = joint.accumulation
    and sums.series_id = joint.series_id
    and sums.definition_version = joint.definition_version
    and sums.offence_code = joint.offence_code
    and sums.measure = joint.measure
union all by name
select
    case when levels.offence_code = remainder.parent_code then 'joint_value: the whole'
        else 'joint_value: the part ' || levels.offence_code end as "column",
    levels.value, levels.scope_type, levels.scope_id, levels.period_id, 'increment' as accumulation, levels.series_id,
    levels.definition_version, levels.offence_code, levels.measure, levels.basis, levels.source_id
from asked
inner join reference.offences as remainder
    on asked.basis = 'remainder of the whole' and remainder.offence_code = asked.offence_code
inner join reference.offences as others
    on others.offence_code = remainder.parent_code
    or others.parent_code = remainder.parent_code and others.offence_code <> remainder.offence_code
    and not others.overlapping
inner join core.levels as levels
    on levels.offence_code = others.offence_code
    and levels.scope_type = asked.scope_type
    and levels.scope_id = asked.scope_id
    and levels.period_id = asked.period_id
    and levels.series_id = asked.series_id
    and levels.definition_version = asked.definition_version
    and levels.measure = asked.measure
union all by name
select
    'known_value' as "column", levels.value, levels.scope_type, levels.scope_id, levels.period_id,
    'increment' as accumulation, levels.series_id, levels.definition_version, levels.offence_code, levels.measure,
    levels.basis, levels.source_id
from asked
inner join core.levels as levels using (scope_type, scope_id, period_id, series_id, definition_version, offence_code)
where asked.accumulation = 'increment' and asked.known_value is not null
    and levels.measure = case asked.measure when 'cleared' then 'recorded' else 'cleared' end
union all by name
select 'the printed rate' as "column", 'declared' as basis, 'published_figures' as declared, stated_by as declared_key
from asked
where starts_with(basis, 'printed')
order by "column";
