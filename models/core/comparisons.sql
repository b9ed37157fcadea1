/*
description: >
  Which window each window of a calendar is compared with: the one just before it and the same one of the year before.
grain: [period_id, comparison]
caveats: A year's window before it is that of the year before. Windows of any other two dates are compared with none.
*/
select
    windows.period_id,
    case
        when base.window_end + 1 = windows.window_start and not ends_with(windows.period_kind, '_year')
            or ends_with(windows.period_kind, '_half_year') and base.window_end + 1 = windows.window_start
            then 'previous'
        else 'year_before'
    end as comparison,
    base.period_id as base_period_id,
    windows.period_kind,
    windows.window_start,
    windows.window_end,
    base.window_start as base_window_start,
    base.window_end as base_window_end,
    windows.window_end - windows.window_start + 1 as days,
    base.window_end - base.window_start + 1 as base_days
from core.windows as windows
inner join core.windows as base
    on base.period_kind = windows.period_kind
    and (
        base.window_end + 1 = windows.window_start
        or base.period_year = windows.period_year - 1 and base.period_index is not distinct from windows.period_index
    )
where windows.period_kind <> 'window'
