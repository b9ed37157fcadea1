/*
description: >
  Every printed figure with its window and base window as periods, its number in units of its last digit, and the count that
  was printed where it is a whole number.
grain: [figure_id]
*/
select
    figure_id,
    source_id,
    scope_type,
    scope_id,
    series_id,
    definition_version,
    offence_code,
    measure,
    window_start,
    window_start::varchar || '/' || window_end::varchar as period_id,
    base_window_start::varchar || '/' || base_window_end::varchar as base_period_id,
    base_target_id,
    printed_text,
    hedge,
    evidence,
    coalesce(statistic, 'level') = 'change' as is_change,
    coalesce(printed_percent, false) as is_percent,
    coalesce(printed_scaled, value) as printed_number,
    coalesce(figures.printed_digits, 0) as printed_digits,
    case when printed_number % pow(10, coalesce(figures.printed_digits, 0))::bigint = 0
        then printed_number // pow(10, coalesce(figures.printed_digits, 0))::bigint end as printed_count
from reference.published_figures as figures
