/*
description: >
  The share of the nation that a unit or a cluster has in the offences recorded or cleared of a window, and what of the
  nation belongs to no unit. A share needs equal window, series, definition version, territory and vintage; otherwise it is
  refused with the reason.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure]
checks: A share stands exactly where no reason does.
caveats: >
  The national figure is that of the same source; that of another one only where both print their window. Where a source
  does not, its figures can be shared within its own statement alone (basis says so). A figure that was revised after the
  national one became known is of another vintage. The nation may exceed the sum of the units, because central units count
  too: the row of scope_type residual, which stands only where all units report. The rank is among the units of a level, or
  the clusters, that give the figure, largest first; equal figures share one. Rounded figures may give a share slightly
  above 1: rounded_to says to what they were rounded.
*/
with revised as (
    select * from core.revisions where changed_at is not null
),
scopes as (
    select
        'unit' as scope_type, counts.unit_id as scope_id, counts.period_id, counts.window_start, counts.window_end,
        counts.window_basis, counts.accumulation, counts.series_id, counts.definition_version, counts.offence_code,
        counts.measure, counts.source_id, counts.value, counts.value as reported_sum, 1 as units_expected,
        1 as units_reported, true as adds_up, counts.rounded_to // 2 as tolerance, counts.rounded_to, counts.provisional,
        counts.known_on,
        revised.changed_at as revised_at, units.level
    from core.counts as counts
    inner join reference.units as units using (unit_id)
    left join revised using (unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure)
    cross join reference.jurisdiction as jurisdiction
    where counts.status = 'reported' and counts.unit_id <> jurisdiction.nation_id
        and counts.measure in ('recorded', 'cleared')
    union all by name
    select
        'cluster' as scope_type, cluster_id as scope_id, sums.* exclude (cluster_id, not_applicable),
        measures.additive_over_units as adds_up,
        (
            select max(revised.changed_at)
            from revised
            inner join core.members as members using (unit_id, period_id)
            where members.cluster_id = sums.cluster_id
                and members.period_id = sums.period_id
                and revised.accumulation = sums.accumulation
                and revised.series_id = sums.series_id
                and revised.definition_version = sums.definition_version
                and revised.offence_code = sums.offence_code
                and revised.measure = sums.measure
        ) as revised_at
    from core.cluster_sums as sums
    inner join reference.measures as measures using (measure)
    where sums.units_reported > 0 and sums.measure in ('recorded', 'cleared')
),
ranked as (
    select
        *,
        case when value is not null then rank() over (
            partition by
                scope_type, level, period_id, accumulation, series_id, definition_version, offence_code, measure
            order by value desc nulls last
        ) end as rank
    from scopes
),
-- The national figure of the same source, or else that of the source that goes first.
first_nations as (
    select distinct on (
        nation.period_id, nation.accumulation, nation.series_id, nation.definition_version, nation.offence_code,
        nation.measure
    ) nation.*
    from core.nation as nation
    inner join reference.sources as sources using (source_id)
    order by sources.precedence, nation.source_id
),
paired as (
    select
        ranked.*, coalesce(own.value, other.value) as denominator, coalesce(own.basis, other.basis) as denominator_basis,
        coalesce(own.source_id, other.source_id) as denominator_source_id,
        coalesce(own.rounded_to, other.rounded_to) as nation_rounded_to,
        coalesce(own.provisional, other.provisional) as nation_provisional,
        core.tolerance(
            ranked.tolerance, coalesce(own.rounded_to, other.rounded_to), coalesce(own.value, other.value),
            coalesce(own.tolerated_per_million, other.tolerated_per_million)
        ) as allowed,
        case
            when own.source_id is not null and ranked.window_basis = 'assumed' then 'same statement, window unstated'
            when own.source_id is not null then 'same statement'
            when other.source_id is not null and ranked.window_basis is distinct from 'assumed'
                and other.window_basis is distinct from 'assumed'
                then 'same window, series and definition'
        end as basis,
        coalesce(own.known_on, other.known_on) as nation_known_on,
        ranked.revised_at > coalesce(own.known_from, other.known_from) as is_later_vintage
    from ranked
    left join core.nation as own
        on own.source_id = ranked.source_id
        and own.period_id = ranked.period_id
        and own.accumulation = ranked.accumulation
        and own.series_id = ranked.series_id
        and own.definition_version = ranked.definition_version
        and own.offence_code = ranked.offence_code
        and own.measure = ranked.measure
    left join first_nations as other
        on other.period_id = ranked.period_id
        and other.accumulation = ranked.accumulation
        and other.series_id = ranked.series_id
        and other.definition_version = ranked.definition_version
        and other.offence_code = ranked.offence_code
        and other.measure = ranked.measure
),
-- What the units below the nation say, and whether all of it is of one source.
children as (
    select
        counts.period_id, counts.accumulation, counts.series_id, counts.definition_version, counts.offence_code,
        counts.measure, bool_or(counts.window_basis = 'assumed') as is_assumed, max(counts.known_on) as known_on,
        case when min(counts.source_id) = max(counts.source_id) then min(counts.source_id) end as source_id
    from core.counts as counts
    inner join reference.units as units using (unit_id)
    inner join reference.jurisdiction as jurisdiction on jurisdiction.nation_id = units.parent_id
    where counts.status = 'reported' and counts.measure in ('recorded', 'cleared')
    group by all
),
residuals as (
    select distinct on (
        checks.period_id, checks.accumulation, checks.series_id, checks.definition_version, checks.offence_code,
        checks.measure
    )
        'residual' as scope_type, checks.scope_id, checks.period_id, nation.window_start, nation.window_end,
        checks.accumulation, checks.series_id, checks.definition_version, checks.offence_code, checks.measure,
        checks.source_id, checks.units_expected, checks.units_reported, checks.residual as reported_sum,
        case when checks.units_reported = checks.units_expected and checks.verdict <> 'not additive' then checks.residual
        end as value,
        checks.stated as denominator, checks.basis as denominator_basis, checks.source_id as denominator_source_id,
        case when children.source_id = checks.source_id
            or not coalesce(children.is_assumed or nation.window_basis = 'assumed', false)
            then 'what belongs to no unit' end as basis,
        checks.tolerance as allowed, nation.known_on as nation_known_on, children.known_on, checks.verdict <> 'not additive' as adds_up
    from core.control_checks as checks
    inner join core.nation as nation using (
        period_id, accumulation, series_id, definition_version, offence_code, measure, source_id
    )
    inner join reference.jurisdiction as jurisdiction on checks.scope_id = jurisdiction.nation_id
    inner join reference.sources as sources on sources.source_id = checks.source_id
    left join children using (period_id, accumulation, series_id, definition_version, offence_code, measure)
    where checks.scope_type = 'unit' and checks.measure in ('recorded', 'cleared')
    order by coalesce(children.source_id = checks.source_id, false) desc, sources.precedence, checks.source_id
),
judged as (
    select
        *,
        case
            when not adds_up then 'the measure does not add up over units'
            when value is null then 'only ' || units_reported || ' of ' || units_expected || ' units report'
            when source_id is null and denominator is null then 'the units come from several sources'
            when denominator is null then 'no national figure of the same window, series and definition'
            when basis is null then 'the window is not stated: it can be shared within its own statement only'
            when denominator = 0 then 'the national figure is zero'
            when is_later_vintage then 'of another vintage: revised after the national figure was stated'
            when value > denominator + allowed then 'the figure exceeds the national one'
            when scope_type = 'residual' and value < -allowed then 'the units exceed the nation'
        end as reason
    from (from paired union all by name from residuals)
)
select
    scope_type,
    scope_id,
    period_id,
    window_start,
    window_end,
    accumulation,
    series_id,
    definition_version,
    offence_code,
    measure,
    source_id,
    units_expected,
    units_reported,
    core.coverage(units_reported, units_expected) as coverage,
    reported_sum,
    value as numerator,
    case when basis is not null then denominator end as denominator,
    case when basis is not null then denominator_basis end as denominator_basis,
    case when basis is not null then denominator_source_id end as denominator_source_id,
    basis,
    case when reason is null then value::double / denominator end as national_share,
    greatest(rounded_to, nation_rounded_to) as rounded_to,
    coalesce(provisional, false) or coalesce(nation_provisional, false) as provisional,
    greatest(known_on, nation_known_on) as known_on,
    rank,
    reason
from judged
