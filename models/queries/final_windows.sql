/*
title: Which windows are final, provisional or still open
title_vi: Kỳ nào đã chốt, tạm tính hoặc còn có thể sửa
*/
select series_id, definition_version, period_id, finality, final_on, figures, provisional_figures
from period_states
order by series_id, definition_version, period_id;
