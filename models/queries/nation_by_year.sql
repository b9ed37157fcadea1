/*
title: The nation's years with the change where both are counted by one definition
title_vi: Số liệu cả nước theo năm và mức tăng, giảm khi hai năm cùng một cách tính
*/
select clearance.scope_id, periods.period_kind, periods.period_year, clearance.series_id, clearance.definition_version,
    clearance.offence_code, clearance.recorded, clearance.clearance_rate, changes.absolute_change, changes.reason
from clearance
inner join periods on periods.period_id = clearance.period_id
inner join units on units.unit_id = clearance.scope_id and units.parent_id is null
left join changes
    on changes.scope_type = clearance.scope_type and changes.scope_id = clearance.scope_id
    and changes.period_id = clearance.period_id and changes.comparison = 'year_before' and changes.measure = 'recorded'
    and changes.series_id = clearance.series_id and changes.definition_version = clearance.definition_version
    and changes.offence_code = clearance.offence_code
where clearance.basis = 'counts' and clearance.accumulation = 'increment' and clearance.scope_type = 'unit'
order by clearance.scope_id, periods.period_kind, periods.period_year, periods.period_index, clearance.series_id,
    clearance.definition_version, clearance.offence_code;
