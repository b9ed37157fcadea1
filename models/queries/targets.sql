/*
title: Who attained which target, who missed it, and by how many percentage points
title_vi: Đơn vị nào đạt, không đạt chỉ tiêu nào và chênh bao nhiêu điểm phần trăm
*/
select target_id, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, numerator,
    numerator_at_most, denominator, needed, verdict,
    gap_percentage_points, reason
from target_attainment
order by target_id, period_id, verdict, scope_type, scope_id, series_id, definition_version, offence_code;
