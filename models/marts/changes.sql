/*
description: >
  Offences recorded and cleared against the window before and against the same window of the year before:
  absolute, relative, per day, and whether the difference is larger than chance explains.
grain: [scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure]
checks: A change stands exactly where no reason does, and it is the difference of the two figures beside it.
caveats: >
  A change across a definition break, of windows that the sources do not state, or onto another territory is not
  comparable: both levels stand, and the reason. Where a cluster's units do not all report in both windows, or are not
  the same, both figures are those of the units that do (panel_units). From 0 there is no relative change. chance is the
  two-sided probability of the conditional exact test of two Poisson counts with the days as exposure; it says nothing of
  causes, and offences that come in bursts vary more than such counts do. first_change compares what was stated first with
  what was stated first.
*/
with bases as (
    select *, null::varchar as reason from core.levels
    union all by name
    select
        scope_type, scope_id, period_id, window_basis, series_id, definition_version, offence_code, measure,
        'territory' as basis, source_id, value, value as first_value, rounded_to, provisional, known_on, reason
    from marts.constant_geography
    anti join core.levels using (
        scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure
    )
    where accumulation = 'increment'
),
-- Clusters whose members are not those of the base window.
changed_clusters as (
    select comparisons.period_id, comparisons.comparison, members.cluster_id
    from core.comparisons as comparisons
    inner join core.members as members on members.period_id in (comparisons.period_id, comparisons.base_period_id)
    group by all
    having count(*) <> 2 * count(distinct members.unit_id)
),
of_levels as (
    select
        levels.scope_type, levels.scope_id, levels.period_id, comparisons.comparison, levels.series_id,
        levels.definition_version, levels.offence_code, levels.measure, comparisons.base_period_id,
        levels.basis, bases.basis as base_basis, levels.source_id, bases.source_id as base_source_id,
        levels.value, bases.value as base_value, levels.first_value, bases.first_value as first_base_value,
        greatest(levels.rounded_to, bases.rounded_to) as rounded_to,
        levels.provisional or bases.provisional as provisional,
        greatest(levels.known_on, bases.known_on) as known_on,
        null::bigint as panel_units, null::bigint as units_expected,
        case
            when bases.reason is not null then 'another territory then, ' || bases.reason
            when (levels.source_id <> bases.source_id or levels.source_id = 'several')
                and (levels.window_basis = 'assumed' or bases.window_basis = 'assumed')
                then 'the sources do not state their windows'
        end as reason
    from core.levels as levels
    inner join core.comparisons as comparisons using (period_id)
    inner join bases
        on bases.scope_type = levels.scope_type
        and bases.scope_id = levels.scope_id
        and bases.period_id = comparisons.base_period_id
        and bases.series_id = levels.series_id
        and bases.definition_version = levels.definition_version
        and bases.offence_code = levels.offence_code
        and bases.measure = levels.measure
    anti join changed_clusters
        on levels.scope_type = 'cluster'
        and changed_clusters.cluster_id = levels.scope_id
        and changed_clusters.period_id = levels.period_id
        and changed_clusters.comparison = comparisons.comparison
    where levels.measure in ('recorded', 'cleared')
),
panels as (
    select
        'cluster' as scope_type, members.cluster_id as scope_id, counts.period_id, comparisons.comparison,
        counts.series_id, counts.definition_version, counts.offence_code, counts.measure, comparisons.base_period_id,
        'panel' as basis, 'panel' as base_basis,
        case when count(distinct counts.source_id) = 1 then any_value(counts.source_id) else 'several' end as source_id,
        case when count(distinct base.source_id) = 1 then any_value(base.source_id) else 'several' end as base_source_id,
        sum(counts.value)::bigint as value, sum(base.value)::bigint as base_value,
        sum(counts.first_value)::bigint as first_value, sum(base.first_value)::bigint as first_base_value,
        max(greatest(counts.rounded_to, base.rounded_to)) as rounded_to,
        bool_or(counts.provisional or base.provisional) as provisional,
        max(greatest(counts.known_on, base.known_on)) as known_on,
        count(*) as panel_units,
        case when bool_or(
            counts.source_id <> base.source_id and (counts.window_basis = 'assumed' or base.window_basis = 'assumed')
        ) then 'the sources do not state their windows' end as reason
    from core.members as members
    inner join core.levels as counts
        on counts.scope_type = 'unit'
        and counts.basis = 'counts'
        and counts.scope_id = members.unit_id
        and counts.period_id = members.period_id
    inner join core.comparisons as comparisons on comparisons.period_id = counts.period_id
    inner join core.levels as base
        on base.scope_type = 'unit'
        and base.basis = 'counts'
        and base.scope_id = counts.scope_id
        and base.period_id = comparisons.base_period_id
        and base.series_id = counts.series_id
        and base.definition_version = counts.definition_version
        and base.offence_code = counts.offence_code
        and base.measure = counts.measure
    semi join core.members as before
        on before.cluster_id = members.cluster_id
        and before.unit_id = members.unit_id
        and before.period_id = comparisons.base_period_id
    inner join reference.measures as measures on measures.measure = counts.measure
    where counts.measure in ('recorded', 'cleared') and measures.additive_over_units
    group by members.cluster_id, counts.period_id, comparisons.comparison, counts.series_id, counts.definition_version,
        counts.offence_code, counts.measure, comparisons.base_period_id
),
pairs as (
    from of_levels
    union all by name
    select panels.*, sums.units_expected
    from panels
    anti join of_levels using (
        scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure
    )
    left join core.cluster_sums as sums
        on sums.cluster_id = panels.scope_id
        and sums.period_id = panels.period_id
        and sums.accumulation = 'increment'
        and sums.series_id = panels.series_id
        and sums.definition_version = panels.definition_version
        and sums.offence_code = panels.offence_code
        and sums.measure = panels.measure
),
-- A break of a unit breaks the sums that it enters.
breaks as (
    select
        pairs.scope_type, pairs.scope_id, pairs.period_id, pairs.comparison, pairs.series_id, pairs.definition_version,
        pairs.offence_code, pairs.measure,
        string_agg(distinct breaks.effective_on || ' (' || breaks.break_id || ')', ', ') as breaks
    from pairs
    inner join core.comparisons as comparisons using (period_id, comparison)
    inner join reference.definition_breaks as breaks
        on coalesce(breaks.series_id, pairs.series_id) = pairs.series_id
        and coalesce(breaks.offence_code, pairs.offence_code) = pairs.offence_code
        and breaks.effective_on > comparisons.base_window_start
        and breaks.effective_on <= comparisons.window_end
    where breaks.unit_id is null
        or breaks.unit_id = pairs.scope_id
        or (pairs.base_basis = 'territory' and exists (
            select 1
            from core.territories as parts
            where parts.scope_type = pairs.scope_type
                and parts.scope_id = pairs.scope_id
                and parts.period_id = pairs.base_period_id
                and parts.part_id = breaks.unit_id
        ))
        or (pairs.scope_type = 'cluster' and exists (
            select 1
            from core.members as members
            where members.cluster_id = pairs.scope_id
                and members.period_id = pairs.period_id
                and members.unit_id = breaks.unit_id
        ))
    group by all
),
judged as (
    select
        pairs.* exclude (reason), comparisons.days, comparisons.base_days,
        coalesce('not comparable across the definition break of ' || breaks.breaks, pairs.reason) as reason,
        case when breaks.breaks is null and pairs.reason is null then pairs.value - pairs.base_value end as absolute_change
    from pairs
    inner join core.comparisons as comparisons using (period_id, comparison)
    left join breaks using (
        scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure
    )
),
tested as (
    select
        value, base_value, days, base_days,
        core.chance_of_difference(value, base_value, days, base_days) as chance
    from (
        select distinct value, base_value, days, base_days
        from judged
        where measure = 'recorded' and absolute_change is not null and value >= 0 and base_value >= 0
    )
)
select
    scope_type,
    scope_id,
    period_id,
    comparison,
    series_id,
    definition_version,
    offence_code,
    measure,
    base_period_id,
    basis,
    base_basis,
    source_id,
    base_source_id,
    judged.value,
    judged.base_value,
    judged.absolute_change,
    case when judged.base_value > 0 then judged.absolute_change::double / judged.base_value end as relative_change,
    judged.days,
    judged.base_days,
    case when judged.base_value > 0 and judged.absolute_change is not null
        then judged.value::double * judged.base_days / (judged.base_value * judged.days) - 1
    end as relative_change_per_day,
    tested.chance,
    case when tested.chance is not null then 'conditional exact test of two Poisson counts, days as exposure' end as method,
    case when tested.chance < 0.05 then 'larger than Poisson chance' when tested.chance is not null then 'within Poisson chance'
    end as finding,
    judged.first_value,
    judged.first_base_value,
    case when judged.absolute_change is not null then judged.first_value - judged.first_base_value end as first_change,
    judged.panel_units,
    judged.units_expected,
    judged.rounded_to,
    judged.provisional,
    judged.known_on,
    case
        when judged.reason is not null then judged.reason
        when judged.value is null or judged.base_value is null then 'a figure is missing'
    end as reason
from judged
left join tested
    on judged.measure = 'recorded'
    and judged.absolute_change is not null
    and tested.value = judged.value
    and tested.base_value = judged.base_value
    and tested.days = judged.days
    and tested.base_days = judged.base_days
