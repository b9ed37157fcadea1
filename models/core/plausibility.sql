/*
description: >
  Each current figure beside what its unit reported for earlier periods of the same kind: the band in which nearly all
  such figures lie, and what it would be had digits been transposed or zeros been added or lost.
grain: [unit_id, period_id, series_id, definition_version, offence_code, measure]
caveats: >
  The band is that of counts: four standard deviations of chance for figures of this size (Poisson) to both sides, or as
  many of the unit's own figures where these vary more, with the wider quantile of Student's t that few figures need
  (its Cornish-Fisher expansion). It needs at least four earlier figures within five years; otherwise there is none.
  Seasons are not told apart.
*/
with figures as (
    select
        counts.unit_id, counts.period_id, counts.window_start, counts.window_end, windows.period_kind, counts.series_id,
        counts.definition_version, counts.offence_code, counts.measure, counts.value, counts.submission_id, counts.file,
        counts.sheet, counts.cell
    from core.counts as counts
    inner join core.windows as windows using (period_id)
    where counts.accumulation = 'increment' and counts.status = 'reported' and windows.period_kind <> 'window'
),
bands as (
    select
        figures.unit_id, figures.period_id, figures.series_id, figures.definition_version, figures.offence_code,
        figures.measure,
        count(*) as earlier,
        avg(earlier.value) as mean,
        greatest(
            4 * sqrt(greatest(avg(earlier.value), 1)),
            (4 + 17.0 / (count(*) - 1) + 64.1 / pow(count(*) - 1, 2)) * sqrt(var_samp(earlier.value))
        ) * sqrt(1 + 1.0 / count(*)) as half_width
    from figures
    inner join figures as earlier
        on earlier.unit_id = figures.unit_id
        and earlier.series_id = figures.series_id
        and earlier.definition_version = figures.definition_version
        and earlier.offence_code = figures.offence_code
        and earlier.measure = figures.measure
        and earlier.period_kind = figures.period_kind
        and earlier.window_end < figures.window_start
        and earlier.window_end >= figures.window_end - interval 5 year - interval 1 month
    group by all
    having count(*) >= 4
),
judged as (
    select
        figures.*,
        greatest(ceil(bands.mean - bands.half_width), 0)::bigint as band_from,
        floor(bands.mean + bands.half_width)::bigint as band_to,
        bands.earlier,
        figures.value::varchar as digits
    from figures
    inner join bands using (unit_id, period_id, series_id, definition_version, offence_code, measure)
)
select
    unit_id,
    period_id,
    series_id,
    definition_version,
    offence_code,
    measure,
    value,
    earlier as earlier_figures,
    band_from,
    band_to,
    value not between band_from and band_to as is_outside,
    -- what would be usual again: two neighbouring digits swapped, or tens and thousands more or less
    case when is_outside then list_sort(list_distinct(list_filter(
        list_transform(
            range(1, length(digits)),
            lambda i: (digits[1:i - 1] || digits[i + 1] || digits[i] || digits[i + 2:])::bigint
        )
        || [value * 10, value * 1000]
        || case when value % 10 = 0 then [value // 10] else [] end
        || case when value % 1000 = 0 then [value // 1000] else [] end,
        lambda candidate: candidate between band_from and band_to
    ))) end as usual_candidates,
    submission_id,
    file,
    sheet,
    cell
from judged
