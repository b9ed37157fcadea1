/*
description: Windows of dates with the calendar period they are, in both languages.
grain: [period_id]
caveats: >
  The same year number means different windows in different calendars (statistical, National Assembly, procuracy); the
  window is the key, not the number.
*/
select
    windows.period_id,
    windows.window_start,
    windows.window_end,
    windows.window_end - windows.window_start + 1 as days,
    windows.period_kind,
    windows.period_year,
    windows.period_index,
    windows.territory_day,
    concat_ws(
        ' ', kinds.name,
        case when windows.period_kind = 'window' then strftime(windows.window_start, '%d/%m/%Y') || ' – '
            || strftime(windows.window_end, '%d/%m/%Y')
        when windows.period_kind like '%\_half\_year' escape '\'
            then windows.period_index::varchar || '/' || windows.period_year::varchar
        when windows.period_kind like '%\_year' escape '\' or windows.period_kind like '%\_nine\_months' escape '\'
            then windows.period_year::varchar
        else windows.period_index::varchar || '/' || windows.period_year::varchar end
    ) as name,
    concat_ws(
        ' ', kinds.name_en,
        case when windows.period_kind = 'window' then windows.window_start::varchar || ' to '
            || windows.window_end::varchar
        when windows.period_kind like '%\_half\_year' escape '\'
            then windows.period_index::varchar || '/' || windows.period_year::varchar
        when windows.period_kind like '%\_year' escape '\' or windows.period_kind like '%\_nine\_months' escape '\'
            then windows.period_year::varchar
        else windows.period_index::varchar || '/' || windows.period_year::varchar end
    ) as name_en
from core.windows
inner join reference.period_kinds as kinds using (period_kind)
