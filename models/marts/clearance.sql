/*
description: >
  Clearance rates: offences cleared over offences recorded of the same window, for units, clusters and the nation, from
  the counts, where a source states totals from those, and for territories of another time from the units that report them.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, basis, source_id]
checks: The rate is there exactly when numerator and denominator cover the same units and something was recorded.
caveats: >
  A cluster's rate is the ratio of sums, never the mean of its members' rates. It may exceed 1, because older cases are
  cleared. Rates of a window still open are not comparable with those of a closed one. provisional: one of the figures is;
  rounded_to: the coarsest rounding of them, 1 where all are exact. is_preferred: the one row of a figure to use where
  counts and totals, or several sources, give it.
*/
with of_units as (
    select
        'unit' as scope_type, unit_id as scope_id, period_id, any_value(window_start) as window_start,
        any_value(window_end) as window_end, accumulation, series_id, definition_version, offence_code,
        'counts' as basis, any_value(source_id) as source_id,
        max(value) filter (measure = 'recorded') as recorded,
        max(value) filter (measure = 'cleared') as cleared,
        max(value) filter (measure = 'cleared_prior') as cleared_prior,
        1 as units_expected,
        count(value) filter (measure = 'recorded') as recorded_units,
        count(value) filter (measure = 'cleared') as cleared_units,
        case when cleared is not null then recorded end as cleared_volume,
        max(rounded_to) filter (measure in ('recorded', 'cleared') and status = 'reported') as rounded_to,
        coalesce(bool_or(provisional) filter (measure in ('recorded', 'cleared')), false) as provisional,
        max(evidence) filter (measure = 'cleared' and status = 'reported') as cleared_evidence,
        max(known_on) filter (measure in ('recorded', 'cleared') and status = 'reported') as known_on
    from core.counts
    group by unit_id, period_id, accumulation, series_id, definition_version, offence_code
    having count(value) filter (measure in ('recorded', 'cleared')) > 0
),
of_clusters as (
    select
        'cluster' as scope_type, cluster_id as scope_id, period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, 'counts' as basis, coalesce(source_id, 'several') as source_id, recorded,
        case when units_with_both = recorded_units and units_with_both = cleared_units then cleared end as cleared,
        cleared_prior, units_expected, recorded_units, cleared_units, cleared_volume,
        rounded_to, provisional, null::varchar as cleared_evidence, known_on
    from marts.cluster_totals
),
of_statements as (
    select
        scope_type, scope_id, period_id, any_value(window_start) as window_start, any_value(window_end) as window_end,
        accumulation, series_id, definition_version, offence_code, 'control_total' as basis, source_id,
        max(value) filter (measure = 'recorded') as recorded,
        max(value) filter (measure = 'cleared') as cleared,
        null::bigint as cleared_prior,
        null::bigint as units_expected, null::bigint as recorded_units, null::bigint as cleared_units,
        null::bigint as cleared_volume,
        max(rounded_to) filter (measure in ('recorded', 'cleared')) as rounded_to,
        coalesce(bool_or(provisional) filter (measure in ('recorded', 'cleared')), false) as provisional,
        max(evidence) filter (measure = 'cleared') as cleared_evidence,
        max(known_on) filter (measure in ('recorded', 'cleared')) as known_on
    from core.controls
    where status = 'reported'
    group by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, source_id
    having count(value) filter (measure in ('recorded', 'cleared')) > 0
),
-- A territory that other units report: the ratio of their sums.
of_territories as (
    select
        scope_type, scope_id, period_id, any_value(window_start) as window_start, any_value(window_end) as window_end,
        accumulation, series_id, definition_version, offence_code, 'territory' as basis,
        case when min(source_id) = max(source_id) then min(source_id) else 'several' end as source_id,
        max(value) filter (measure = 'recorded') as recorded,
        max(value) filter (measure = 'cleared') as cleared,
        max(value) filter (measure = 'cleared_prior') as cleared_prior,
        max(units_expected) as units_expected,
        coalesce(max(units_reported) filter (measure = 'recorded'), 0) as recorded_units,
        coalesce(max(units_reported) filter (measure = 'cleared'), 0) as cleared_units,
        null::bigint as cleared_volume,
        max(rounded_to) as rounded_to,
        bool_or(provisional) as provisional,
        null::varchar as cleared_evidence,
        max(known_on) as known_on,
        coalesce(max(reason) filter (measure = 'cleared'), max(reason) filter (measure = 'recorded')) as territory_reason
    from marts.constant_geography
    where measure in ('recorded', 'cleared', 'cleared_prior')
    group by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code
),
given as (
    from of_units
    union all by name
    from of_clusters
    union all by name
    from of_statements
    union all by name
    from of_territories
),
-- Where totals are stated, which of all that is given is to be used: a rate before none, counts before totals, then the
-- source with the higher precedence.
ranked as (
    select
        given.scope_type, given.scope_id, given.period_id, given.accumulation, given.series_id, given.definition_version,
        given.offence_code, given.basis, given.source_id,
        row_number() over (
            partition by
                given.scope_type, given.scope_id, given.period_id, given.accumulation, given.series_id,
                given.definition_version, given.offence_code
            order by
                case when given.recorded > 0 and given.cleared is not null then 0 else 1 end, given.basis desc,
                sources.precedence, given.source_id
        ) as place
    from given
    semi join of_statements using (
        scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code
    )
    left join reference.sources as sources using (source_id)
    where given.basis <> 'territory'
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
    basis,
    source_id,
    basis <> 'territory' and coalesce(ranked.place, 1) = 1 as is_preferred,
    recorded,
    cleared,
    cleared_prior,
    case when recorded > 0 then cleared::double / recorded end as clearance_rate,
    cleared - cleared_prior as cleared_in_period,
    case when recorded > 0 then (cleared - cleared_prior)::double / recorded end as in_period_rate,
    case
        when recorded > 0 and cleared > recorded and cleared_prior > 0
            then cleared_prior || ' of the clearances are of offences recorded before the window'
        when recorded > 0 and cleared > recorded
            then 'more was cleared than recorded; how much of it is of earlier offences is not known'
    end as remark,
    units_expected,
    recorded_units,
    cleared_units,
    cleared_volume,
    cleared_volume::double / nullif(recorded, 0) as cleared_volume_share,
    cleared_evidence,
    rounded_to,
    provisional,
    known_on,
    case
        when (recorded is null or cleared is null) and territory_reason is not null then territory_reason
        when recorded is null and cleared is null then 'recorded and cleared are not complete'
        when recorded is null then 'offences recorded are missing'
        when cleared is null and cleared_units = units_expected then 'clearances do not add up over units'
        when cleared is null and units_expected > 1
            then 'clearances cover ' || cleared_units || ' of ' || units_expected || ' units'
        when cleared is null then 'offences cleared are missing'
        when recorded = 0 then 'nothing was recorded'
        when recorded < 0 then 'more was taken back than recorded'
    end as reason
from given
left join ranked using (
    scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, basis, source_id
)
