with wholes as (
    from marts.changes where scope_type = 'cluster' and absolute_change is not null
    union all
    from marts.changes
    where scope_type = 'unit' and absolute_change is not null
        and scope_id in (select parent_id from reference.units)
),
parts as (
    select members.cluster_id as whole_id, changes.*
    from marts.changes as changes
    inner join core.members as members on members.unit_id = changes.scope_id and members.period_id = changes.period_id
    where changes.scope_type = 'unit'
    union all
    select units.parent_id, changes.*
    from marts.changes as changes
    inner join reference.units as units on units.unit_id = changes.scope_id
    where changes.scope_type = 'unit'
)
select wholes.scope_type, wholes.scope_id, wholes.period_id, wholes.comparison, wholes.series_id,
    wholes.definition_version, wholes.offence_code, wholes.measure, 'unit' as part_type, parts.scope_id as part_id,
    parts.absolute_change, wholes.absolute_change as total_change,
    parts.absolute_change / nullif(wholes.absolute_change, 0) as share_of_change
from wholes
inner join parts
    on parts.whole_id = wholes.scope_id and parts.period_id = wholes.period_id and parts.comparison = wholes.comparison
    and parts.series_id = wholes.series_id and parts.definition_version = wholes.definition_version
    and parts.offence_code = wholes.offence_code and parts.measure = wholes.measure
union all
select wholes.scope_type, wholes.scope_id, wholes.period_id, wholes.comparison, wholes.series_id,
    wholes.definition_version, wholes.offence_code, wholes.measure, 'offence', parts.offence_code, parts.absolute_change,
    wholes.absolute_change, parts.absolute_change / nullif(wholes.absolute_change, 0)
from wholes
inner join reference.offences as offences on offences.parent_code = wholes.offence_code
inner join wholes as parts
    on parts.scope_type = wholes.scope_type and parts.scope_id = wholes.scope_id
    and parts.period_id = wholes.period_id and parts.comparison = wholes.comparison
    and parts.series_id = wholes.series_id and parts.definition_version = wholes.definition_version
    and parts.offence_code = offences.offence_code and parts.measure = wholes.measure
