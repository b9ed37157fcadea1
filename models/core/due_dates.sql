/*
description: The day by which each level must have reported on a window, so many working days after its last day.
grain: [level, period_id]
caveats: >
  Deadlines are those in force on the window's last day. Those whose basis is `assumed` were not found in a rule; holidays
  are as far as reference/holidays.csv goes.
*/
with days as (
    select windows.period_id, windows.window_end, day::date as day
    from core.windows as windows, generate_series(windows.window_end + 1, windows.window_end + 60, interval 1 day) as d(day)
),
working_days as (
    select
        days.period_id, days.window_end, days.day, row_number() over (partition by days.period_id order by days.day) as nth
    from days
    cross join reference.jurisdiction as jurisdiction
    anti join reference.holidays as holidays on holidays.date = days.day
    where not list_contains(jurisdiction.weekend, isodow(days.day))
)
select
    deadlines.level,
    working_days.period_id,
    working_days.day as due_on,
    deadlines.basis as deadline_basis
from working_days
inner join reference.deadlines as deadlines
    on deadlines.working_days = working_days.nth
    and working_days.window_end between coalesce(deadlines.valid_from, working_days.window_end)
        and coalesce(deadlines.valid_to, working_days.window_end)
