/*
description: >
  What a cluster recorded, cleared and counted as suspects in a window: the sum over its units where every unit reports,
  how many of them do, and the total that the source states beside it; with its clearance rate, its share of the nation and
  the change of the offences recorded on the window before and on the same one of the year before.
grain: [cluster_id, period_id, accumulation, series_id, definition_version, offence_code]
caveats: >
  A total is null while a unit is missing; `…_reported_sum` is the sum over the units that report and must not meet a
  denominator over all. suspects_reported_sum is a sum of the units' counts: one person can be counted by two units. A
  measure declared not to add up over units has no total either. Clusters may share units, so their rows must not be added
  up: a cluster that unites others (cluster_unions) counts each unit once. The rate is that of the counts, if both
  cover the same units, or else that of the stated totals (clearance_basis). Units to which a measure does not apply are not
  expected to report it. Changes over a panel of units stand in changes only. Why a share or a change is missing is said in national_shares and changes.
  provisional and rounded_to speak of all sums of the row.
*/
with sums as (
    select
        cluster_id, period_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
        max(units_expected) filter (measure = 'recorded') as units_expected,
        max(units_expected) filter (measure = 'cleared') as cleared_units_expected,
        max(source_id) filter (measure = 'recorded') as source_id,
        coalesce(max(units_reported) filter (measure = 'recorded'), 0) as recorded_units,
        max(value) filter (measure = 'recorded') as recorded,
        max(reported_sum) filter (measure = 'recorded') as recorded_reported_sum,
        coalesce(max(units_reported) filter (measure = 'cleared'), 0) as cleared_units,
        max(value) filter (measure = 'cleared') as cleared,
        max(reported_sum) filter (measure = 'cleared') as cleared_reported_sum,
        max(value) filter (measure = 'cleared_prior') as cleared_prior,
        coalesce(max(units_reported) filter (measure = 'suspects'), 0) as suspects_units,
        max(reported_sum) filter (measure = 'suspects') as suspects_reported_sum,
        max(rounded_to) filter (measure in ('recorded', 'cleared', 'suspects')) as rounded_to,
        bool_or(provisional) filter (measure in ('recorded', 'cleared', 'suspects')) as provisional,
        max(known_on) filter (measure in ('recorded', 'cleared')) as known_on
    from core.cluster_sums
    group by all
),
stated as (
    select
        scope_id as cluster_id, period_id, accumulation, series_id, definition_version, offence_code,
        source_id,
        max(value) filter (measure = 'recorded') as recorded_stated,
        max(value) filter (measure = 'cleared') as cleared_stated,
        max(value) filter (measure = 'suspects') as suspects_stated
    from core.controls
    where scope_type = 'cluster' and status = 'reported'
    group by all
),
volume as (
    select
        cluster_id, period_id, accumulation, series_id, definition_version, offence_code,
        (sum(recorded) filter (where cleared is not null))::bigint as cleared_volume,
        count(recorded) filter (where cleared is not null) as units_with_both
    from (
        select
            members.cluster_id, members.unit_id, counts.period_id, counts.accumulation, counts.series_id,
            counts.definition_version, counts.offence_code,
            max(counts.value) filter (counts.measure = 'recorded') as recorded,
            max(counts.value) filter (counts.measure = 'cleared') as cleared
        from core.members as members
        inner join core.counts as counts using (unit_id, period_id)
        where counts.measure in ('recorded', 'cleared')
        group by all
    )
    group by all
)
select
    sums.cluster_id,
    sums.period_id,
    sums.window_start,
    sums.window_end,
    sums.accumulation,
    sums.series_id,
    sums.definition_version,
    sums.offence_code,
    sums.source_id,
    sums.units_expected,
    sums.recorded_units,
    sums.recorded,
    sums.recorded_reported_sum,
    stated.recorded_stated,
    sums.cleared_units_expected,
    sums.cleared_units,
    coalesce(volume.units_with_both, 0) as units_with_both,
    sums.cleared,
    sums.cleared_reported_sum,
    stated.cleared_stated,
    volume.cleared_volume,
    volume.cleared_volume::double / nullif(sums.recorded, 0) as cleared_volume_share,
    sums.cleared_prior,
    case
        when sums.cleared is not null and sums.recorded is not null
            and volume.units_with_both = sums.recorded_units and volume.units_with_both = sums.cleared_units
            then 'counts'
        when stated.cleared_stated is not null and stated.recorded_stated is not null then 'control_total'
    end as clearance_basis,
    case clearance_basis
        when 'counts' then sums.cleared::double / nullif(sums.recorded, 0)
        when 'control_total' then stated.cleared_stated::double / nullif(stated.recorded_stated, 0)
    end as clearance_rate,
    sums.suspects_units,
    sums.suspects_reported_sum,
    stated.suspects_stated,
    shares.denominator as nation_recorded,
    shares.national_share,
    previous.base_value as previous_recorded,
    previous.absolute_change as change_on_previous,
    before.base_value as year_before_recorded,
    before.absolute_change as change_on_year_before,
    coalesce(sums.rounded_to, 1) as rounded_to,
    coalesce(sums.provisional, false) as provisional,
    sums.known_on,
    core.coverage(sums.recorded_units, sums.units_expected) as recorded_coverage,
    core.coverage(sums.cleared_units, sums.cleared_units_expected) as cleared_coverage
from sums
left join stated using (cluster_id, period_id, accumulation, series_id, definition_version, offence_code, source_id)
left join volume using (cluster_id, period_id, accumulation, series_id, definition_version, offence_code)
left join marts.national_shares as shares
    on shares.scope_type = 'cluster'
    and shares.scope_id = sums.cluster_id
    and shares.period_id = sums.period_id
    and shares.accumulation = sums.accumulation
    and shares.series_id = sums.series_id
    and shares.definition_version = sums.definition_version
    and shares.offence_code = sums.offence_code
    and shares.measure = 'recorded'
left join marts.changes as previous
    on previous.comparison = 'previous'
    and previous.basis <> 'panel'
    and previous.measure = 'recorded'
    and sums.accumulation = 'increment'
    and previous.scope_type = 'cluster'
    and previous.scope_id = sums.cluster_id
    and previous.period_id = sums.period_id
    and previous.series_id = sums.series_id
    and previous.definition_version = sums.definition_version
    and previous.offence_code = sums.offence_code
left join marts.changes as before
    on before.comparison = 'year_before'
    and before.basis <> 'panel'
    and before.measure = 'recorded'
    and sums.accumulation = 'increment'
    and before.scope_type = 'cluster'
    and before.scope_id = sums.cluster_id
    and before.period_id = sums.period_id
    and before.series_id = sums.series_id
    and before.definition_version = sums.definition_version
    and before.offence_code = sums.offence_code
