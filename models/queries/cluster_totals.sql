/*
title: What a cluster recorded and cleared, and how much of it is covered
title_vi: Số vụ xảy ra, số vụ điều tra, khám phá của cụm và mức độ đầy đủ của số liệu
*/
select cluster_id, period_id, series_id, definition_version, offence_code, recorded, recorded_coverage, cleared, cleared_coverage,
    cleared_stated, clearance_rate, cleared_volume, cleared_volume_share
from cluster_totals
where accumulation = 'increment'
order by cluster_id, period_id, series_id, definition_version, offence_code;
