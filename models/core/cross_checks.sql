/*
description: >
  What is compared between submissions, one row a comparison: stated totals with the sum of their units, files that speak
  of one figure with one revision, figures with those of earlier periods and with printed ones, and forms with the one
  before. `is_good` says whether it holds; the rules of levels 3 and 4 are evaluated over it.
grain: [row_id]
caveats: Of competing files and of copied forms only those that do not hold are here.
*/
with compared as (
    select
        'control_total_differs' as code, checks.submission_id, checks.file, checks.sheet, checks.cell,
        windows.window_end, checks.stated::varchar as found,
        checks.summed::varchar || case when checks.tolerance > 0 then ' ± ' || checks.tolerance else '' end as expected,
        checks.verdict <> 'differs' as is_good
    from core.control_checks as checks
    inner join core.windows as windows using (period_id)
    union all
    select
        'same_revision_differs', competing.submission_id, competing.file, competing.sheet, competing.cell,
        windows.window_end, competing.value::varchar,
        competing.standing_value || ' (' || competing.standing_file || ' ' || competing.standing_cell || ')', false
    from core.competing_values as competing
    inner join core.windows as windows using (period_id)
    union all
    select
        'count_out_of_band', bands.submission_id, bands.file, bands.sheet, bands.cell, windows.window_end,
        bands.value::varchar,
        bands.band_from || ' – ' || bands.band_to
            || coalesce(' (' || nullif(array_to_string(bands.usual_candidates, '? '), '') || '?)', ''),
        not bands.is_outside
    from core.plausibility as bands
    inner join core.windows as windows using (period_id)
    union all
    select
        'figures_copied', copied.submission_id, copied.file, copied.sheet, copied.cell, windows.window_end,
        copied.earlier_period_id, '', false
    from core.copied_figures as copied
    inner join core.windows as windows using (period_id)
    union all
    select
        'published_figure_differs', counts.submission_id, counts.file, counts.sheet, counts.cell, counts.window_end,
        counts.value::varchar, coalesce(figures.printed_scaled, figures.value) || ' (' || figures.figure_id || ')',
        counts.value = coalesce(figures.printed_scaled, figures.value)
    from reference.published_figures as figures
    inner join core.counts as counts
        on figures.scope_type = 'unit'
        and counts.unit_id = figures.scope_id
        and counts.window_start = figures.window_start
        and counts.window_end = figures.window_end
        and counts.series_id = figures.series_id
        and counts.definition_version = figures.definition_version
        and counts.offence_code = figures.offence_code
        and counts.measure = figures.measure
    where counts.accumulation = 'increment'
        and counts.status = 'reported'
        and figures.hedge is null
        and coalesce(figures.statistic, 'level') = 'level'
        and not coalesce(figures.printed_percent, false)
        and coalesce(figures.printed_scaled, figures.value) is not null
    union all
    select
        'looks_cumulative', rising.submission_id, rising.file, rising.sheet, rising.cell, windows.window_end,
        rising.figures_in_words, '', false
    from core.rising_figures as rising
    inner join core.windows as windows using (period_id)
)
select
    row_number() over (order by code, submission_id, sheet, cell, found, expected) as row_id,
    code,
    submission_id,
    file,
    sheet,
    cell,
    window_end,
    found,
    expected,
    is_good
from compared
