/*
title: What this release says otherwise than the one before
title_vi: Bản phát hành này khác bản trước ở đâu
*/
select scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
    previous_value, value, change, finality, reason
from figure_changes
order by abs(change) desc, scope_type, scope_id, period_id, basis, source_id, accumulation, series_id,
    definition_version, offence_code, measure;
