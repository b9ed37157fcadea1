/*
description: >
  Counts on a territory that did not report as such in the window: what the units of that time give for a unit of
  another time, or for a cluster whose members were replaced. The sum where all of them lie within the territory and
  report; otherwise the limits that follow, and why there is no figure.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A value stands exactly where no reason does, and then it equals both limits where figures are exact.
caveats: >
  Merged units cannot be taken apart again: what a former unit would have recorded after its merger is not derivable, and
  no share of the merged figure is guessed. It is at least what lies wholly within the territory, and, where every part
  reports, at most everything that overlaps it; rounded figures widen both. Measures that do not add up over units are
  left out. A window that straddles a change belongs to the units of its territory day (core.windows).
*/
with expected as (
    select
        scope_type, scope_id, period_id, count(*) as units_expected, bool_and(is_within) as is_exact,
        string_agg(part_id, ', ' order by part_id) filter (where not is_within) as beyond
    from core.territories
    group by all
),
sums as (
    select
        parts.scope_type, parts.scope_id, parts.period_id, counts.window_start, counts.window_end, counts.accumulation,
        counts.series_id, counts.definition_version, counts.offence_code, counts.measure,
        count(*) as units_reported,
        sum(counts.value)::bigint as overlapping_sum,
        coalesce(sum(counts.value) filter (where parts.is_within), 0)::bigint as within_sum,
        sum(counts.rounded_to // 2)::bigint as tolerance,
        max(counts.rounded_to) as rounded_to,
        max(counts.known_on) as known_on,
        case when bool_or(counts.window_basis = 'assumed') then 'assumed' else max(counts.window_basis) end as window_basis,
        bool_or(counts.provisional) as provisional,
        case when min(counts.source_id) = max(counts.source_id) then min(counts.source_id) else 'several' end as source_id
    from core.territories as parts
    inner join core.counts as counts on counts.unit_id = parts.part_id and counts.period_id = parts.period_id
    inner join reference.measures as measures using (measure)
    where counts.status = 'reported' and measures.additive_over_units
    group by all
)
select
    sums.scope_type,
    sums.scope_id,
    sums.period_id,
    sums.window_start,
    sums.window_end,
    sums.window_basis,
    sums.accumulation,
    sums.series_id,
    sums.definition_version,
    sums.offence_code,
    sums.measure,
    sums.source_id,
    expected.units_expected,
    sums.units_reported,
    case when expected.is_exact and sums.units_reported = expected.units_expected then sums.overlapping_sum end as value,
    greatest(sums.within_sum - sums.tolerance, least(sums.within_sum, 0)) as at_least,
    case when sums.units_reported = expected.units_expected then sums.overlapping_sum + sums.tolerance end as at_most,
    sums.rounded_to,
    sums.provisional,
    sums.known_on,
    case
        when sums.units_reported < expected.units_expected
            then 'only ' || sums.units_reported || ' of ' || expected.units_expected || ' units of the territory report'
        when not expected.is_exact then 'not derivable: ' || expected.beyond || ' reach beyond the territory'
    end as reason
from sums
inner join expected using (scope_type, scope_id, period_id)
