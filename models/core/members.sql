/*
description: Which units form a cluster in which window, by the membership in force on the window's last day.
grain: [cluster_id, period_id, unit_id]
*/
select
    members.cluster_id,
    windows.period_id,
    members.unit_id
from core.windows
inner join reference.cluster_members as members
    on windows.window_end >= coalesce(members.valid_from, windows.window_end)
    and windows.window_end <= coalesce(members.valid_to, windows.window_end)
