/*
description: >
  Which units of the time make up the territory of a unit or a cluster of another time, window by window: their names and
  codes then beside those of the territory.
grain: [scope_type, scope_id, period_id, part_id]
caveats: >
  Only territories that are reported by other units than their own in the window. is_within: the part lies wholly within
  the territory; otherwise it reaches beyond it.
*/
with names as (
    select 'unit' as scope_type, unit_id as scope_id, code, name from marts.units
    union all
    select distinct 'cluster', cluster_id, null, name from reference.clusters
)
select
    parts.scope_type,
    parts.scope_id,
    own.name,
    own.code,
    parts.period_id,
    windows.territory_day,
    parts.part_id,
    part.name as part_name,
    part.code as part_code,
    parts.is_within
from core.territories as parts
inner join core.windows as windows using (period_id)
inner join names as own using (scope_type, scope_id)
inner join marts.units as part on part.unit_id = parts.part_id
