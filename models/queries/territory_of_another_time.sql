/*
title: Figures on the territory of another time, reported or put together, or why there is none
title_vi: Số liệu theo địa bàn của thời điểm khác (trước, sau sáp nhập) hoặc lý do không tính được
*/
select scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, value, at_least, at_most, reason
from constant_geography
order by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure;
