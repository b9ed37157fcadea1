with published as (
    select unit_id as scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value from core.counts
    where status = 'reported' and accumulation = 'increment'
    union all
    select scope_id, period_id, series_id, definition_version, offence_code, measure, source_id, value from core.controls
    where status = 'reported' and accumulation = 'increment'
),
figures as (
    select *, window_start || '/' || window_end as period_id, base_window_start || '/' || base_window_end as base_period_id
    from reference.published_figures
    where statistic = 'change' and base_window_start is not null and measure <> 'clearance_rate'
)
select distinct on (figures.figure_id) figures.figure_id, own.value as current_value, base.value as published_base,
    own.value * 100 * pow(10, printed_digits) / (100 * pow(10, printed_digits) + printed_scaled + 1) as at_least,
    own.value * 100 * pow(10, printed_digits) / (100 * pow(10, printed_digits) + printed_scaled - 1) as at_most
from figures
left join published as own
    on own.scope_id = figures.scope_id and own.period_id = figures.period_id and own.series_id = figures.series_id
    and own.offence_code = figures.offence_code and own.measure = figures.measure
    and own.source_id = figures.source_id and own.definition_version = figures.definition_version
left join published as base
    on base.scope_id = figures.scope_id and base.period_id = figures.base_period_id
    and base.series_id = figures.series_id and base.offence_code = figures.offence_code
    and base.measure = figures.measure and base.source_id = figures.source_id
order by base.definition_version = figures.definition_version desc, base.definition_version
