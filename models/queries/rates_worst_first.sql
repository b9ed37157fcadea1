/*
title: Clearance rates of the units of each cluster, the lowest first
title_vi: Tỷ lệ điều tra khám phá của các đơn vị trong từng cụm, thấp nhất trước
*/
select members.cluster_id, clearance.period_id, units.name, clearance.recorded, clearance.cleared,
    clearance.clearance_rate, clearance.reason
from clearance
inner join units on units.unit_id = clearance.scope_id
inner join (select distinct cluster_id, unit_id from clusters) as members on members.unit_id = clearance.scope_id
where clearance.scope_type = 'unit' and clearance.accumulation = 'increment' and clearance.basis = 'counts'
order by members.cluster_id, clearance.period_id, clearance.series_id, clearance.definition_version,
    clearance.offence_code, clearance.clearance_rate nulls last, units.name;
