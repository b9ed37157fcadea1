select windows.*, window_end - window_start + 1 as days, 
    case when period_kind = 'window' then strftime(window_start, '%d/%m/%Y') || ' – ' || strftime(window_end, '%d/%m/%Y')
        when ends_with(period_kind, '_year') then kinds.name || ' ' || period_year
        else kinds.name || ' ' || period_index || '/' || period_year end as name,
    case when period_kind = 'window' then window_start || ' to ' || window_end
        when ends_with(period_kind, '_year') then kinds.name_en || ' ' || period_year
        else kinds.name_en || ' ' || period_index || '/' || period_year end as name_en
from core.windows as windows
inner join reference.period_kinds as kinds using (period_kind)
