/*
description: >
  Declared targets against the figures: attained, missed, or unknown, decided exactly on whole numbers. Where clearances
  are missing but a stated total limits them, the limits decide.
grain: [target_id, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code]
caveats: >
  source_id is the source of the rate, or, of a target over a change, that of the base. Beside each verdict stand the offences recorded, the clearances of earlier offences among those cleared, and the change of
  the offences recorded on the year before: a rate can rise because less is recorded or because old cases are cleared.
  gap_percentage_points is a difference of two percentages (points, not percent). needed is the smallest count of
  clearances, or the largest count of offences, with which the target is attained. A target over the change of recorded
  offences stays unknown until its window is reported, and where the change is refused (changes says why). Clearance targets are held against periods of a calendar, and
  against a campaign's window only where the target names it.
*/
with given as (
    select clearance.*, sources.precedence
    from marts.clearance as clearance
    left join reference.sources as sources using (source_id)
    semi join reference.targets using (series_id, offence_code)
    where clearance.basis <> 'territory'
),
rates as (
    from given
    where is_preferred
),
volumes as (
    select *
    from given
    where recorded is not null
    qualify row_number() over (
        partition by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code
        order by basis desc, precedence, source_id
    ) = 1
),
-- What limits a count that was not given: totals all at once, roundings and truncations of a rate one or the other.
limits as (
    select
        scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
        greatest(
            max(at_least) filter (basis not like 'printed%'), min(at_least) filter (basis like 'printed%')
        ) as at_least,
        least(min(at_most) filter (basis not like 'printed%'), max(at_most) filter (basis like 'printed%')) as at_most
    from marts.bounds
    where fits
    group by all
),
clearance_targets as (
    select
        targets.target_id, rates.scope_type, rates.scope_id, rates.period_id, rates.window_start, rates.window_end,
        rates.accumulation, rates.series_id, rates.definition_version, rates.offence_code, targets.measure, targets.comparator,
        cast(targets.threshold_percent as decimal(9, 4)) as threshold_percent,
        rates.basis, rates.source_id, rates.cleared as numerator, rates.recorded as denominator, rates.cleared_prior,
        case when rates.cleared is null then cleared.at_least end as numerator_at_least,
        case when rates.cleared is null then cleared.at_most end as numerator_at_most,
        case when rates.recorded is null then recorded.at_least end as denominator_at_least,
        case when rates.recorded is null then recorded.at_most end as denominator_at_most,
        rates.units_expected, rates.cleared_units, rates.cleared_volume, rates.cleared_volume_share,
        rates.known_on, rates.reason
    from reference.targets as targets
    inner join rates
        on rates.series_id = targets.series_id
        and rates.offence_code = targets.offence_code
        and rates.window_end >= coalesce(targets.valid_from, rates.window_end)
        and rates.window_end <= coalesce(targets.valid_to, rates.window_end)
    inner join core.windows as windows
        on windows.period_id = rates.period_id
        and case when targets.window_start is null then windows.period_kind <> 'window'
            else windows.window_start = targets.window_start and windows.window_end = targets.window_end end
    left join reference.units as units on rates.scope_type = 'unit' and units.unit_id = rates.scope_id
    left join limits as cleared
        on cleared.measure = 'cleared'
        and cleared.scope_type = rates.scope_type
        and cleared.scope_id = rates.scope_id
        and cleared.period_id = rates.period_id
        and cleared.accumulation = rates.accumulation
        and cleared.series_id = rates.series_id
        and cleared.definition_version = rates.definition_version
        and cleared.offence_code = rates.offence_code
    left join limits as recorded
        on recorded.measure = 'recorded'
        and recorded.scope_type = rates.scope_type
        and recorded.scope_id = rates.scope_id
        and recorded.period_id = rates.period_id
        and recorded.accumulation = rates.accumulation
        and recorded.series_id = rates.series_id
        and recorded.definition_version = rates.definition_version
        and recorded.offence_code = rates.offence_code
    where targets.measure = 'clearance_rate'
        and (
            (targets.scope_type = 'level' and units.level = targets.scope_id)
            or (targets.scope_type = rates.scope_type and targets.scope_id = rates.scope_id)
        )
    -- what is declared for one unit goes before what is declared for its level under the same name
    qualify row_number() over (
        partition by
            targets.target_id, rates.scope_type, rates.scope_id, rates.period_id, rates.accumulation, rates.series_id,
            rates.definition_version, rates.offence_code
        order by targets.scope_type = 'level'
    ) = 1
),
extremes as (
    select
        *,
        coalesce(numerator, numerator_at_least) as least_cleared,
        coalesce(numerator, numerator_at_most) as most_cleared,
        coalesce(denominator, denominator_at_least) as least_recorded,
        coalesce(denominator, denominator_at_most) as most_recorded
    from clearance_targets
),
judged_rates as (
    select
        *,
        case comparator
            when 'at_least' then least_cleared * 100 >= threshold_percent * most_recorded
            when 'above' then least_cleared * 100 > threshold_percent * most_recorded
        end as surely,
        case comparator
            when 'at_least' then most_cleared * 100 >= threshold_percent * least_recorded
            when 'above' then most_cleared * 100 > threshold_percent * least_recorded
        end as possibly,
        cast(
            case comparator
                when 'above' then floor(threshold_percent * denominator / 100) + 1
                else ceil(threshold_percent * denominator / 100)
            end as bigint
        ) as needed
    from extremes
    where denominator is null or denominator > 0
),
change_targets as (
    select
        targets.target_id, base.scope_type, base.scope_id,
        targets.window_start::varchar || '/' || targets.window_end::varchar as period_id,
        targets.window_start, targets.window_end, base.period_id as base_period_id, base.accumulation, base.series_id, base.definition_version, base.offence_code,
        targets.measure, targets.comparator, cast(targets.threshold_percent as decimal(9, 4)) as threshold_percent,
        base.basis, base.source_id, now.recorded as numerator, base.recorded as denominator, greatest(now.known_on, base.known_on) as known_on,
        case
            when refused.reason is not null then refused.reason
            when refused.basis = 'panel' and now.recorded is not null
                then 'the units are not the same; changes compares over those of both windows'
        end as refusal
    from reference.targets as targets
    inner join volumes as base
        on base.series_id = targets.series_id
        and base.offence_code = targets.offence_code
        and base.window_start = targets.base_window_start
        and base.window_end = targets.base_window_end
    left join reference.units as units on base.scope_type = 'unit' and units.unit_id = base.scope_id
    left join volumes as now
        on now.scope_type = base.scope_type
        and now.scope_id = base.scope_id
        and now.accumulation = base.accumulation
        and now.series_id = base.series_id
        and now.definition_version = base.definition_version
        and now.offence_code = base.offence_code
        and now.window_start = targets.window_start
        and now.window_end = targets.window_end
    -- why the change itself is not formed
    left join marts.changes as refused
        on refused.measure = 'recorded'
        and base.accumulation = 'increment'
        and refused.scope_type = base.scope_type
        and refused.scope_id = base.scope_id
        and refused.period_id = now.period_id
        and refused.base_period_id = base.period_id
        and refused.series_id = base.series_id
        and refused.definition_version = base.definition_version
        and refused.offence_code = base.offence_code
    where targets.measure = 'recorded_change' and base.recorded > 0
        and (
            (targets.scope_type = 'level' and units.level = targets.scope_id)
            or (targets.scope_type = base.scope_type and targets.scope_id = base.scope_id)
        )
    qualify row_number() over (
        partition by
            targets.target_id, base.scope_type, base.scope_id, base.accumulation, base.series_id, base.definition_version,
            base.offence_code
        order by targets.scope_type = 'level'
    ) = 1
),
judged_changes as (
    select
        *,
        case
            when refusal is not null then null
            when comparator = 'below' then numerator * 100 < (100 + threshold_percent) * denominator
            else numerator * 100 <= (100 + threshold_percent) * denominator
        end as met,
        cast(
            case
                when refusal is not null then null
                when comparator = 'below' then ceil((100 + threshold_percent) * denominator / 100) - 1
                else floor((100 + threshold_percent) * denominator / 100)
            end as bigint
        ) as needed
    from change_targets
),
judged as (
    select
        * exclude (surely, possibly),
        case when surely then 'attained' when not possibly then 'missed' else 'unknown' end as verdict,
        (100 * numerator::double / denominator) - threshold_percent::double as gap_percentage_points
    from judged_rates
    union all by name
    select
        * exclude (met, refusal),
        case when met then 'attained' when not met then 'missed' else 'unknown' end as verdict,
        case when refusal is null then (100 * numerator::double / denominator) - 100 - threshold_percent::double
        end as gap_percentage_points,
        case when numerator is null then 'the window is not reported in this series and definition' else refusal end as reason
    from judged_changes
)
select
    judged.target_id,
    judged.scope_type,
    judged.scope_id,
    judged.period_id,
    judged.window_start,
    judged.window_end,
    judged.accumulation,
    judged.series_id,
    judged.definition_version,
    judged.offence_code,
    judged.measure,
    judged.comparator,
    judged.threshold_percent,
    judged.basis,
    judged.source_id,
    judged.base_period_id,
    judged.numerator,
    judged.denominator,
    judged.numerator_at_least,
    judged.numerator_at_most,
    judged.denominator_at_least,
    judged.denominator_at_most,
    judged.needed,
    judged.units_expected,
    judged.cleared_units,
    judged.cleared_volume,
    judged.cleared_volume_share,
    judged.cleared_prior,
    recorded.base_value as year_before_recorded,
    recorded.absolute_change as recorded_change,
    recorded.reason as recorded_change_reason,
    judged.known_on,
    judged.verdict,
    judged.gap_percentage_points,
    case
        when judged.measure = 'clearance_rate' and judged.numerator is null and judged.numerator_at_most is not null
            then 'not reported; at most ' || judged.numerator_at_most || ' of ' || judged.denominator
        when judged.measure = 'clearance_rate' and judged.denominator is null and judged.denominator_at_least is not null
            then 'offences recorded are not reported; a printed rate leaves ' || judged.denominator_at_least || ' to '
                || judged.denominator_at_most
        else judged.reason
    end as reason
from judged
left join marts.changes as recorded
    on recorded.measure = 'recorded'
    and recorded.comparison = 'year_before'
    and judged.accumulation = 'increment'
    and recorded.scope_type = judged.scope_type
    and recorded.scope_id = judged.scope_id
    and recorded.period_id = judged.period_id
    and recorded.series_id = judged.series_id
    and recorded.definition_version = judged.definition_version
    and recorded.offence_code = judged.offence_code
