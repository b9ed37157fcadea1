/*
description: >
  Declared targets against the figures: attained, missed, or unknown, decided exactly on whole numbers. Where clearances
  are missing but a stated total limits them, the limits decide.
grain: [target_id, scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code]
caveats: >
  gap_percentage_points is a difference of two percentages (points, not percent). needed is the smallest count of
  clearances, or the largest count of offences, with which the target is attained. A target over the change of recorded
  offences stays unknown until its window is reported. Clearance targets are held against periods of a calendar, not
  against holiday or campaign windows.
*/
with rates as (
    select *
    from marts.clearance
    qualify row_number() over (
        partition by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code
        order by case when clearance_rate is not null then 0 else 1 end, basis desc, source_id
    ) = 1
),
volumes as (
    select *
    from marts.clearance
    where recorded is not null
    qualify row_number() over (
        partition by scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code
        order by basis desc, source_id
    ) = 1
),
clearance_targets as (
    select
        targets.target_id, rates.scope_type, rates.scope_id, rates.period_id, rates.window_start, rates.window_end,
        rates.accumulation, rates.series_id, rates.definition_version, rates.offence_code, targets.measure, targets.comparator,
        cast(targets.threshold_percent as decimal(9, 4)) as threshold_percent,
        rates.basis, rates.cleared as numerator, rates.recorded as denominator,
        coalesce(rates.cleared, bounds.cleared_at_least) as at_least,
        coalesce(rates.cleared, bounds.cleared_at_most) as at_most,
        case when rates.cleared is null then bounds.cleared_at_most end as bound,
        rates.units_expected, rates.cleared_units, rates.cleared_volume, rates.cleared_volume_share,
        rates.reason
    from reference.targets as targets
    inner join rates
        on rates.series_id = targets.series_id
        and rates.offence_code = targets.offence_code
        and rates.window_end >= coalesce(targets.valid_from, rates.window_end)
        and rates.window_end <= coalesce(targets.valid_to, rates.window_end)
    inner join core.windows as windows
        on windows.period_id = rates.period_id and windows.period_kind <> 'window'
    left join reference.units as units on rates.scope_type = 'unit' and units.unit_id = rates.scope_id
    left join core.clearance_bounds as bounds
        on rates.scope_type = 'unit'
        and bounds.unit_id = rates.scope_id
        and bounds.period_id = rates.period_id
        and bounds.accumulation = rates.accumulation
        and bounds.series_id = rates.series_id
        and bounds.definition_version = rates.definition_version
        and bounds.offence_code = rates.offence_code
        and bounds.source_id = rates.source_id
    where targets.measure = 'clearance_rate'
        and (
            (targets.scope_type = 'level' and units.level = targets.scope_id)
            or (targets.scope_type = rates.scope_type and targets.scope_id = rates.scope_id)
        )
    qualify row_number() over (
        partition by targets.target_id, rates.scope_type, rates.scope_id, rates.period_id, rates.accumulation,
            rates.series_id, rates.definition_version, rates.offence_code
        order by bounds.cleared_at_most nulls last
    ) = 1
),
judged_rates as (
    select
        *,
        case comparator
            when 'at_least' then at_least * 100 >= threshold_percent * denominator
            when 'above' then at_least * 100 > threshold_percent * denominator
        end as surely,
        case comparator
            when 'at_least' then at_most * 100 >= threshold_percent * denominator
            when 'above' then at_most * 100 > threshold_percent * denominator
        end as possibly,
        cast(
            case comparator
                when 'above' then floor(threshold_percent * denominator / 100) + 1
                else ceil(threshold_percent * denominator / 100)
            end as bigint
        ) as needed
    from clearance_targets
    where denominator > 0
),
change_targets as (
    select
        targets.target_id, targets.scope_type, targets.scope_id,
        targets.window_start::varchar || '/' || targets.window_end::varchar as period_id,
        targets.window_start, targets.window_end, base.accumulation, base.series_id, base.definition_version, base.offence_code,
        targets.measure, targets.comparator, cast(targets.threshold_percent as decimal(9, 4)) as threshold_percent,
        base.basis, now.recorded as numerator, base.recorded as denominator
    from reference.targets as targets
    inner join volumes as base
        on base.scope_type = targets.scope_type
        and base.scope_id = targets.scope_id
        and base.series_id = targets.series_id
        and base.offence_code = targets.offence_code
        and base.window_start = targets.base_window_start
        and base.window_end = targets.base_window_end
    left join volumes as now
        on now.scope_type = base.scope_type
        and now.scope_id = base.scope_id
        and now.accumulation = base.accumulation
        and now.series_id = base.series_id
        and now.definition_version = base.definition_version
        and now.offence_code = base.offence_code
        and now.window_start = targets.window_start
        and now.window_end = targets.window_end
    where targets.measure = 'recorded_change' and base.recorded > 0
),
judged_changes as (
    select
        *,
        case comparator
            when 'below' then numerator * 100 < (100 + threshold_percent) * denominator
            else numerator * 100 <= (100 + threshold_percent) * denominator
        end as met,
        cast(
            case comparator
                when 'below' then ceil((100 + threshold_percent) * denominator / 100) - 1
                else floor((100 + threshold_percent) * denominator / 100)
            end as bigint
        ) as needed
    from change_targets
)
select
    target_id,
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
    comparator,
    threshold_percent,
    basis,
    numerator,
    denominator,
    case when bound is not null then at_least end as numerator_at_least,
    bound as numerator_at_most,
    needed,
    units_expected,
    cleared_units,
    cleared_volume,
    cleared_volume_share,
    case when surely then 'attained' when not possibly then 'missed' else 'unknown' end as verdict,
    (100 * numerator::double / denominator) - threshold_percent::double as gap_percentage_points,
    case
        when numerator is null and bound is not null
            then 'not reported; a stated total leaves at most ' || bound || ' of ' || denominator
        when numerator is null then reason
    end as reason
from judged_rates
union all by name
select
    target_id, scope_type, scope_id, period_id, window_start, window_end, accumulation, series_id, definition_version, offence_code,
    measure, comparator, threshold_percent, basis, numerator, denominator, needed,
    case when met then 'attained' when not met then 'missed' else 'unknown' end as verdict,
    (100 * numerator::double / denominator) - 100 - threshold_percent::double as gap_percentage_points,
    case when numerator is null then 'the window is not reported yet' end as reason
from judged_changes
