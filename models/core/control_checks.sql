/*
description: >
  Every total that a source gives of a cluster, the nation or a unit against the sum over the units that belong to it:
  how far they are apart, how far rounding lets them be, and what follows.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
checks: The verdict follows from the residual and the tolerance, and every unit is counted once.
caveats: >
  To the nation, and to any other unit with units below it, belong those in force on the window's territory day; a unit with
  none below it is compared with its own count. Of the nation a source gives the total as a statement or as a count of its
  own (then only where some unit reports; where it gives both, the count stands); so does the count of any other unit with
  units below it, such as a province against its districts. Units are summed over whatever source
  speaks for them; one to which the figure does not apply is not expected to report it. The tolerance is half the rounding unit of every part and of the total, or the share of the total that
  the layout tolerates where that is more. With units missing, only a sum above the total differs. `other units counted
  apart`: the nation exceeds the sum, which the jurisdiction declares to be normal.
*/
with below as (
    select units.parent_id, windows.period_id, units.unit_id
    from core.windows as windows
    inner join reference.units as units
        on windows.territory_day >= coalesce(units.valid_from, windows.territory_day)
        and windows.territory_day <= coalesce(units.valid_to, windows.territory_day)
    where units.parent_id is not null
),
controls as (
    select
        scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id,
        'control_total' as basis, value, rounded_to, tolerated_per_million, submission_id, file, sheet, cell
    from core.controls
    where status = 'reported'
        and not (scope_type = 'unit' and scope_id = (select nation_id from reference.jurisdiction))
    union all by name
    select
        'unit' as scope_type, jurisdiction.nation_id as scope_id, period_id, accumulation, series_id,
        definition_version, offence_code, measure, source_id, basis, value, rounded_to, tolerated_per_million,
        submission_id, file, sheet, cell
    from core.nation
    cross join reference.jurisdiction as jurisdiction
    union all by name
    -- what a unit with units below it reports itself
    select
        'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.accumulation, counts.series_id,
        counts.definition_version, counts.offence_code, counts.measure, counts.source_id, 'counts' as basis, counts.value,
        counts.rounded_to, counts.tolerated_per_million, counts.submission_id, counts.file, counts.sheet, counts.cell
    from core.counts as counts
    semi join below on below.parent_id = counts.unit_id and below.period_id = counts.period_id
    anti join core.controls as stated
        on stated.scope_type = 'unit'
        and stated.scope_id = counts.unit_id
        and stated.period_id = counts.period_id
        and stated.accumulation = counts.accumulation
        and stated.series_id = counts.series_id
        and stated.definition_version = counts.definition_version
        and stated.offence_code = counts.offence_code
        and stated.measure = counts.measure
        and stated.source_id = counts.source_id
        and stated.status = 'reported'
    where counts.status = 'reported' and counts.unit_id <> (select nation_id from reference.jurisdiction)
),
parts as (
    -- a unit with none below it is its own part; the nation never is, for it would agree with itself
    select
        controls.scope_id, controls.period_id, coalesce(below.unit_id, controls.scope_id) as unit_id,
        below.unit_id is null as is_own
    from (select distinct scope_id, period_id from controls where scope_type = 'unit') as controls
    left join below on below.parent_id = controls.scope_id and below.period_id = controls.period_id
    where below.unit_id is not null or controls.scope_id <> (select nation_id from reference.jurisdiction)
),
sums_of_units as (
    select
        'unit' as scope_type, parts.scope_id, parts.period_id, counts.accumulation, counts.series_id,
        counts.definition_version, counts.offence_code, counts.measure, sum(counts.value)::bigint as reported_sum,
        count(counts.value) as units_reported,
        coalesce(sum(counts.rounded_to // 2) filter (where counts.value is not null), 0)::bigint as tolerance,
        count(*) filter (where counts.status = 'not_applicable') as not_applicable
    from parts
    inner join core.counts as counts using (unit_id, period_id)
    where counts.status in ('reported', 'not_applicable')
    group by all
),
sums as (
    select
        'cluster' as scope_type, cluster_id as scope_id, period_id, accumulation, series_id, definition_version,
        offence_code, measure, reported_sum, units_reported, tolerance, not_applicable
    from core.cluster_sums
    union all by name
    from sums_of_units
),
expected as (
    select 'unit' as scope_type, scope_id, period_id, count(*) as units_expected, bool_or(is_own) as is_own
    from parts
    group by all
    union all
    select 'cluster', cluster_id, period_id, count(*), false from core.members group by all
),
compared as (
    select
        controls.*,
        measures.additive_over_units or coalesce(expected.is_own, false) as adds_up,
        sums.reported_sum as summed,
        coalesce(expected.units_expected, 0) - coalesce(sums.not_applicable, 0) as units_expected,
        coalesce(sums.units_reported, 0) as units_reported,
        controls.value - sums.reported_sum as residual,
        core.tolerance(
            coalesce(sums.tolerance, 0), controls.rounded_to, controls.value, controls.tolerated_per_million
        ) as tolerance
    from controls
    inner join reference.measures as measures using (measure)
    left join expected using (scope_type, scope_id, period_id)
    left join sums using (
        scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    )
)
select
    compared.scope_type,
    compared.scope_id,
    compared.period_id,
    compared.accumulation,
    compared.series_id,
    compared.definition_version,
    compared.offence_code,
    compared.measure,
    compared.source_id,
    compared.basis,
    compared.value as stated,
    compared.summed,
    compared.residual,
    compared.tolerance,
    compared.units_expected,
    compared.units_reported,
    case
        when not compared.adds_up then 'not additive'
        when compared.units_reported < compared.units_expected or compared.summed is null
            then case when compared.residual < -compared.tolerance then 'differs' else 'units missing' end
        when compared.residual = 0 then 'exact'
        when abs(compared.residual) <= compared.tolerance then 'within tolerance'
        when compared.residual > 0 and compared.scope_id = jurisdiction.nation_id
            and jurisdiction.nation_counts_other_units then 'other units counted apart'
        else 'differs'
    end as verdict,
    compared.submission_id,
    compared.file,
    compared.sheet,
    compared.cell
from compared
cross join reference.jurisdiction as jurisdiction
where compared.basis = 'control_total' or compared.units_reported > 0
