/*
title: Clearance rates of the units of each cluster, the lowest first
title_vi: Tỷ lệ điều tra khám phá của các đơn vị trong từng cụm, thấp nhất trước
*/
select members.cluster_id, clearance.period_id, clearance.series_id,
    clearance.definition_version, clearance.offence_code, units.unit_id, units.name, clearance.recorded, clearance.cleared,
    clearance.clearance_rate, clearance.reason
from clearance
inner join units on units.unit_id = clearance.scope_id
inner join periods on periods.period_id = clearance.period_id
-- members in the window, each once
inner join clusters as members
    on members.unit_id = clearance.scope_id
    and periods.territory_day between coalesce(members.member_from, periods.territory_day)
        and coalesce(members.member_to, periods.territory_day)
where clearance.scope_type = 'unit' and clearance.accumulation = 'increment' and clearance.basis = 'counts'
order by members.cluster_id, clearance.period_id, clearance.series_id, clearance.definition_version,
    clearance.offence_code, clearance.clearance_rate nulls last, units.name;
