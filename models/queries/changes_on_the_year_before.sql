/*
title: What changed on the same window of the year before, and whether chance explains it
title_vi: Tăng, giảm so với cùng kỳ năm trước và có vượt quá dao động ngẫu nhiên hay không
*/
select scope_type, scope_id, period_id, series_id, definition_version, offence_code, base_value, value, absolute_change, relative_change_per_day, chance, finding,
    reason
from changes
where comparison = 'year_before' and measure = 'recorded'
order by period_id, scope_type, scope_id, series_id, definition_version, offence_code;
