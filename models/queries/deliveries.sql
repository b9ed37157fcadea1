/*
title: Who has not delivered, or late
title_vi: Đơn vị chưa gửi hoặc gửi muộn
*/
select unit_id, period_id, series_id, definition_version, delivery, submission_state, recorded_status, cleared_status, due_on, received_on, punctuality,
    days_late
from submission_completeness
where delivery <> 'delivered' or punctuality = 'late'
order by period_id, unit_id, series_id, definition_version;
