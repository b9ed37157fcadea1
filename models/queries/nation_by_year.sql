/*
title: The nation's years with the change where both are counted by one definition
title_vi: Số liệu cả nước theo năm và mức tăng, giảm khi hai năm cùng một cách tính
*/
select clearance.scope_id, periods.period_id, periods.period_year, clearance.basis, clearance.series_id, clearance.definition_version,
    clearance.offence_code, clearance.recorded, clearance.clearance_rate, changes.absolute_change, changes.reason
from clearance
inner join periods on periods.period_id = clearance.period_id
inner join units on units.unit_id = clearance.scope_id and units.parent_id is null
left join changes
    on changes.scope_type = clearance.scope_type and changes.scope_id = clearance.scope_id
    and changes.period_id = clearance.period_id and changes.comparison = 'year_before' and changes.measure = 'recorded'
    and changes.series_id = clearance.series_id and changes.definition_version = clearance.definition_version
    and changes.offence_code = clearance.offence_code
where clearance.is_preferred and clearance.accumulation = 'increment' and clearance.scope_type = 'unit'
    and ends_with(periods.period_kind, '_year') and not ends_with(periods.period_kind, '_half_year')
order by clearance.scope_id, periods.period_year, periods.period_id, clearance.series_id,
    clearance.definition_version, clearance.offence_code;
