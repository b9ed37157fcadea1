/*
description: Which units form a cluster in which window, by the membership in force on the window's territory day.
grain: [cluster_id, period_id, unit_id]
*/
select
    members.cluster_id,
    windows.period_id,
    members.unit_id
from core.windows
inner join reference.cluster_members as members
    on windows.territory_day >= coalesce(members.valid_from, windows.territory_day)
    and windows.territory_day <= coalesce(members.valid_to, windows.territory_day)
