/*
description: >
  Units whose figures for a period are all those of the period before it: the form of last time may have been sent again.
grain: [unit_id, period_id, series_id, definition_version]
caveats: Only where at least three figures that are not zero are compared.
*/
with figures as (
    select counts.*, windows.period_kind
    from core.counts as counts
    inner join core.windows as windows using (period_id)
    where counts.accumulation = 'increment' and counts.status = 'reported'
)
select
    figures.unit_id,
    figures.period_id,
    figures.series_id,
    figures.definition_version,
    before.period_id as earlier_period_id,
    count(*) as figures_compared,
    min_by(figures.submission_id, (figures.sheet, length(figures.cell), figures.cell)) as submission_id,
    min_by(figures.file, (figures.sheet, length(figures.cell), figures.cell)) as file,
    min_by(figures.sheet, (figures.sheet, length(figures.cell), figures.cell)) as sheet,
    min_by(figures.cell, (figures.sheet, length(figures.cell), figures.cell)) as cell
from figures
inner join figures as before
    on before.unit_id = figures.unit_id
    and before.series_id = figures.series_id
    and before.definition_version = figures.definition_version
    and before.offence_code = figures.offence_code
    and before.measure = figures.measure
    and before.period_kind = figures.period_kind
    and before.window_end + 1 = figures.window_start
    and before.submission_id <> figures.submission_id
group by figures.unit_id, figures.period_id, figures.series_id, figures.definition_version, before.period_id
having bool_and(figures.value = before.value) and count(*) filter (figures.value <> 0) >= 3
