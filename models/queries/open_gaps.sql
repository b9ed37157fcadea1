/*
title: Gaps between parts and wholes, or between sources, that nobody has explained
title_vi: Chênh lệch giữa tổng và bộ phận, giữa các nguồn mà chưa có giải thích
*/
select kind, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, whole_kind, parts_kind, whole_value, parts_sum, gap
from reconciliation
where verdict = 'open'
order by abs(gap) desc, kind, scope_type, scope_id, period_id, accumulation, series_id, definition_version,
    offence_code, measure, whole_kind, parts_kind;
