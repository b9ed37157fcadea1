/*
title: Which units made a change of a cluster or the nation
title_vi: Đơn vị nào đóng góp vào mức tăng, giảm của cụm hoặc cả nước
*/
select scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, part_id, contribution, share_of_change
from change_contributions
where part_type = 'unit' and measure = 'recorded'
order by scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code,
    abs(contribution) desc, part_id;
