with sums as (
    select members.cluster_id, counts.period_id, any_value(counts.window_start) as window_start,
        any_value(counts.window_end) as window_end, counts.accumulation, counts.series_id, counts.definition_version,
        counts.offence_code, any_value(counts.source_id) as source_id,
        sum(value) filter (measure = 'recorded') as recorded, count(*) filter (measure = 'recorded') as recorded_units,
        sum(value) filter (measure = 'cleared') as cleared, count(*) filter (measure = 'cleared') as cleared_units,
        sum(value) filter (measure = 'cleared_prior') as cleared_prior,
        sum(value) filter (measure = 'suspects') as suspects, count(*) filter (measure = 'suspects') as suspects_units,
        max(rounded_to) as rounded_to, bool_or(provisional) as provisional, max(known_on) as known_on
    from core.counts as counts
    inner join core.members as members using (unit_id, period_id)
    where counts.status = 'reported'
    group by members.cluster_id, counts.period_id, counts.accumulation, counts.series_id, counts.definition_version,
        counts.offence_code
)
select sums.*, sums.cleared / sums.recorded as clearance_rate, volume.cleared_volume, volume.units_with_both, shares.denominator as nation_recorded, shares.national_share,
    previous.base_value as previous_recorded, previous.absolute_change as change_on_previous,
    before.base_value as year_before_recorded, before.absolute_change as change_on_year_before,
    recorded.value as recorded_stated, cleared.value as cleared_stated
from sums
left join (
    select cluster_id, period_id, accumulation, series_id, definition_version, offence_code,
        sum(recorded) filter (where cleared is not null) as cleared_volume,
        count(recorded) filter (where cleared is not null) as units_with_both
    from (
        select members.cluster_id, members.unit_id, counts.period_id, counts.accumulation, counts.series_id,
            counts.definition_version, counts.offence_code, max(value) filter (measure = 'recorded') as recorded,
            max(value) filter (measure = 'cleared') as cleared
        from core.members as members
        inner join core.counts as counts using (unit_id, period_id)
        group by all
    )
    group by all
) as volume using (cluster_id, period_id, accumulation, series_id, definition_version, offence_code)
left join core.controls as recorded
    on recorded.scope_id = sums.cluster_id and recorded.measure = 'recorded' and recorded.period_id = sums.period_id
    and recorded.series_id = sums.series_id and recorded.definition_version = sums.definition_version
    and recorded.offence_code = sums.offence_code and recorded.source_id = sums.source_id
left join core.controls as cleared
    on cleared.scope_id = sums.cluster_id and cleared.measure = 'cleared' and cleared.period_id = sums.period_id
    and cleared.series_id = sums.series_id and cleared.definition_version = sums.definition_version
    and cleared.offence_code = sums.offence_code and cleared.source_id = sums.source_id
left join marts.national_shares as shares
    on shares.scope_id = sums.cluster_id and shares.measure = 'recorded' and shares.period_id = sums.period_id
    and shares.series_id = sums.series_id and shares.definition_version = sums.definition_version
    and shares.offence_code = sums.offence_code and shares.scope_type = 'cluster'
left join marts.changes as previous
    on previous.scope_id = sums.cluster_id and previous.measure = 'recorded' and previous.period_id = sums.period_id
    and previous.series_id = sums.series_id and previous.definition_version = sums.definition_version
    and previous.offence_code = sums.offence_code and previous.scope_type = 'cluster' and previous.comparison = 'previous'
left join marts.changes as before
    on before.scope_id = sums.cluster_id and before.measure = 'recorded' and before.period_id = sums.period_id
    and before.series_id = sums.series_id and before.definition_version = sums.definition_version
    and before.offence_code = sums.offence_code and before.scope_type = 'cluster' and before.comparison = 'year_before'
