/*
description: >
  Which units form a cluster in which window: the members in force on the window's territory day, its own and those of
  the clusters that it unites, each once.
grain: [cluster_id, period_id, unit_id]
caveats: A member that lies within another member (a district beside its province) is counted with that one.
*/
with recursive above as (
    select unit_id, parent_id as upper_id from reference.units where parent_id is not null
    union
    select above.unit_id, units.parent_id
    from above
    inner join reference.units as units on units.unit_id = above.upper_id
    where units.parent_id is not null
),
named as (
    select distinct parts.cluster_id, windows.period_id, members.unit_id
    from core.windows as windows
    inner join reference.cluster_members as members
        on windows.territory_day >= coalesce(members.valid_from, windows.territory_day)
        and windows.territory_day <= coalesce(members.valid_to, windows.territory_day)
    inner join core.cluster_parts as parts on parts.part_cluster_id = members.cluster_id
)
select cluster_id, period_id, unit_id
from named
where not exists (
    select 1
    from named as wider
    inner join above on above.upper_id = wider.unit_id
    where wider.cluster_id = named.cluster_id
        and wider.period_id = named.period_id
        and above.unit_id = named.unit_id
)
