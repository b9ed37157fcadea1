/*
description: >
  Whether the figures of a window are final, provisional or open, by series and definition version.
grain: [series_id, definition_version, period_id]
caveats: >
  final: declared in final_periods.csv; a figure that changes afterwards needs a declared reason. provisional: the publisher
  says so of at least one figure of the window. open: neither; figures may still be revised.
*/
with figures as (
    select series_id, definition_version, period_id, window_start, window_end, provisional from core.counts
    union all
    select series_id, definition_version, period_id, window_start, window_end, provisional from core.controls
),
periods as (
    select
        series_id, definition_version, period_id, any_value(window_start) as window_start,
        any_value(window_end) as window_end, count(*) as figures, count(*) filter (provisional) as provisional_figures
    from figures
    group by all
)
select
    periods.series_id,
    periods.definition_version,
    periods.period_id,
    periods.window_start,
    periods.window_end,
    periods.figures,
    periods.provisional_figures,
    case
        when max(final.final_on) is not null then 'final' when periods.provisional_figures > 0 then 'provisional'
        else 'open'
    end as finality,
    max(final.final_on) as final_on,
    max(final.source) as citation
from periods
left join reference.final_periods as final
    on final.series_id = periods.series_id
    and coalesce(final.definition_version, periods.definition_version) = periods.definition_version
    and final.window_start <= periods.window_start
    and final.window_end >= periods.window_end
group by periods.series_id, periods.definition_version, periods.period_id, periods.window_start, periods.window_end,
    periods.figures, periods.provisional_figures
