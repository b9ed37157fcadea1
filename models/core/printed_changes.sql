/*
description: Changes of other measures, or in other units, that a source printed beside a change, of the same window and base.
grain: [figure_id, other_figure_id]
*/
select
    figures.figure_id,
    other.figure_id as other_figure_id,
    other.measure,
    other.is_percent,
    other.printed_number
from core.printed_figures as figures
inner join core.printed_figures as other
    on other.is_change and other.hedge is null
    and other.source_id = figures.source_id
    and other.scope_type = figures.scope_type
    and other.scope_id = figures.scope_id
    and other.period_id = figures.period_id
    and other.base_period_id is not distinct from figures.base_period_id
    and other.series_id = figures.series_id
    and other.definition_version = figures.definition_version
    and other.offence_code = figures.offence_code
    and other.figure_id <> figures.figure_id
where figures.is_change
