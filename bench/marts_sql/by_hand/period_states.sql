select figures.series_id, figures.definition_version, figures.period_id, any_value(figures.window_start),
    any_value(figures.window_end), count(*) as figures, count(*) filter (provisional) as provisional_figures,
    max(final.final_on) as final_on, max(final.source) as citation
from (
    select series_id, definition_version, period_id, window_start, window_end, provisional from core.counts
    union all
    select series_id, definition_version, period_id, window_start, window_end, provisional from core.controls
) as figures
left join reference.final_periods as final
    on final.series_id = figures.series_id and final.window_start <= figures.window_start
    and final.window_end >= figures.window_end
group by all
