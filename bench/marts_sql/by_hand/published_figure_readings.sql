with figures as (
    select *, window_start || '/' || window_end as period_id, base_window_start || '/' || base_window_end as base_period_id,
        coalesce(statistic, 'level') = 'change' as is_change, coalesce(printed_scaled, value) as printed_number,
        coalesce(printed_digits, 0) as digits
    from reference.published_figures
),
own as (
    select distinct on (figures.figure_id, stated.measure) figures.figure_id, stated.*
    from figures
    inner join core.stated_counts as stated
        using (scope_type, scope_id, period_id, series_id, definition_version, offence_code)
    left join reference.sources as sources on sources.source_id = stated.source_id
    order by stated.source_id = figures.source_id desc, stated.basis_rank, sources.precedence
),
base as (
    select distinct on (figures.figure_id, stated.measure) figures.figure_id, stated.*
    from figures
    inner join core.stated_counts as stated
        on stated.scope_type = figures.scope_type and stated.scope_id = figures.scope_id
        and stated.period_id = figures.base_period_id and stated.series_id = figures.series_id
        and stated.offence_code = figures.offence_code
    left join reference.sources as sources on sources.source_id = stated.source_id
    order by
        stated.definition_version = figures.definition_version desc, stated.source_id = figures.source_id desc,
        stated.basis_rank, sources.precedence
),
readings as (
    select figure_id, 1 as priority, 'own count' as compared_with, own.value as numerator, null as denominator
    from figures
    inner join own using (figure_id, measure)
    where not is_change
    union all
    select cleared.figure_id, 1, 'own counts', cleared.value, recorded.value
    from own as cleared
    inner join own as recorded using (figure_id, source_id)
    where cleared.measure = 'cleared' and recorded.measure = 'recorded'
    union all
    select figures.figure_id, 1, 'own share', shares.numerator, shares.denominator
    from figures
    inner join marts.national_shares as shares
        using (scope_type, scope_id, window_start, window_end, series_id, definition_version, offence_code)
    where figures.measure = 'national_share' and shares.measure = 'recorded'
    union all
    select figure_id, 1, 'own base', own.value - base.value, base.value
    from figures
    inner join own using (figure_id, measure)
    inner join base using (figure_id, measure)
    where is_change
    union all
    select figures.figure_id, 2, 'base beside', other.printed_number, own.value - other.printed_number
    from figures
    inner join figures as other
        on other.is_change and other.source_id = figures.source_id and other.scope_id = figures.scope_id
        and other.period_id = figures.period_id and other.series_id = figures.series_id
        and other.offence_code = figures.offence_code and other.figure_id <> figures.figure_id
    inner join own on own.figure_id = figures.figure_id and own.measure = other.measure
    where figures.is_change and not coalesce(other.printed_percent, false)
    union all
    select figures.figure_id, 3, 'as of ' || history.known_from, history.value, null
    from figures
    inner join core.count_history as history
        on history.unit_id = figures.scope_id and history.period_id in (figures.period_id, figures.base_period_id)
        and history.series_id = figures.series_id and history.definition_version = figures.definition_version
        and history.offence_code = figures.offence_code and history.measure = figures.measure
    where history.known_to is not null
    union all
    select figures.figure_id, 5, 'base ' || other.period_id, own.value - other.value, other.value
    from figures
    inner join own using (figure_id, measure)
    inner join core.levels as other
        on other.scope_type = figures.scope_type and other.scope_id = figures.scope_id
        and other.series_id = figures.series_id and other.offence_code = figures.offence_code
        and other.measure = figures.measure and other.window_end < figures.window_start
    where figures.is_change
    union all
    select figures.figure_id, 4, 'as printed elsewhere', other.printed_number, 100 * pow(10, other.digits)
    from figures
    inner join figures as other
        on other.printed_percent and figures.printed_percent and other.digits > figures.digits
        and other.is_change = figures.is_change and other.source_id = figures.source_id
        and other.scope_id = figures.scope_id and other.measure = figures.measure
        and other.series_id = figures.series_id and other.offence_code = figures.offence_code
        and other.period_id = figures.period_id
    union all
    select figures.figure_id, 2, 'base as printed', own.value - other.printed_number, other.printed_number
    from figures
    inner join own using (figure_id, measure)
    inner join figures as other
        on not other.is_change and other.source_id = figures.source_id and other.scope_id = figures.scope_id
        and other.period_id = figures.base_period_id and other.series_id = figures.series_id
        and other.offence_code = figures.offence_code and other.measure = figures.measure
    where figures.is_change
    union all
    select figures.figure_id, 2, 'base that the percentage beside it implies', figures.printed_number,
        own.value - figures.printed_number
    from figures
    inner join own using (figure_id, measure)
    inner join figures as other
        on other.is_change and other.printed_percent and other.source_id = figures.source_id
        and other.scope_id = figures.scope_id and other.period_id = figures.period_id
        and other.series_id = figures.series_id and other.offence_code = figures.offence_code
        and other.measure = figures.measure
    where figures.is_change and not coalesce(figures.printed_percent, false)
    union all
    select figures.figure_id, 1, 'territory of today', own.value - other.value, other.value
    from figures
    inner join own using (figure_id, measure)
    inner join marts.constant_geography as other
        on other.scope_id = figures.scope_id and other.period_id = figures.base_period_id
        and other.series_id = figures.series_id and other.offence_code = figures.offence_code
        and other.measure = figures.measure
    where figures.is_change
    union all
    select figures.figure_id, 9, 'other territory: ' || links.earlier_id, own.value - other.value, other.value
    from figures
    inner join own using (figure_id, measure)
    inner join core.successors as links on links.later_id = figures.scope_id
    inner join core.levels as other
        on other.scope_id = links.earlier_id and other.period_id = figures.base_period_id
        and other.series_id = figures.series_id and other.offence_code = figures.offence_code
        and other.measure = figures.measure
    where figures.is_change
    union all
    select figures.figure_id, 1, 'own rates', cleared.value * base_recorded.value - base_cleared.value * recorded.value,
        recorded.value * base_recorded.value
    from figures
    inner join own as cleared on cleared.figure_id = figures.figure_id and cleared.measure = 'cleared'
    inner join own as recorded on recorded.figure_id = figures.figure_id and recorded.measure = 'recorded'
    inner join base as base_cleared on base_cleared.figure_id = figures.figure_id and base_cleared.measure = 'cleared'
    inner join base as base_recorded
        on base_recorded.figure_id = figures.figure_id and base_recorded.measure = 'recorded'
    where figures.is_change and figures.measure = 'clearance_rate'
    union all
    select figures.figure_id, 1, 'own rate less the target',
        cleared.value * 1000000 - (targets.threshold_percent::double * 10000)::bigint * recorded.value,
        recorded.value * 1000000
    from figures
    inner join reference.targets as targets on targets.target_id = figures.base_target_id
    inner join own as cleared on cleared.figure_id = figures.figure_id and cleared.measure = 'cleared'
    inner join own as recorded on recorded.figure_id = figures.figure_id and recorded.measure = 'recorded'
    where figures.is_change
    union all
    select figures.figure_id, 2, 'the rate as printed less the target',
        rates.printed_number - (targets.threshold_percent::double * 100)::bigint, 10000
    from figures
    inner join reference.targets as targets on targets.target_id = figures.base_target_id
    inner join figures as rates
        on rates.measure = 'clearance_rate' and not rates.is_change and rates.source_id = figures.source_id
        and rates.scope_id = figures.scope_id and rates.period_id = figures.period_id
        and rates.series_id = figures.series_id and rates.offence_code = figures.offence_code
    where figures.is_change
    union all
    select figures.figure_id, 2, 'rates of the bases beside',
        own_cleared.value * (own_recorded.value - recorded.printed_number)
            - (own_cleared.value - cleared.printed_number) * own_recorded.value,
        own_recorded.value * (own_recorded.value - recorded.printed_number)
    from figures
    inner join own as own_cleared on own_cleared.figure_id = figures.figure_id and own_cleared.measure = 'cleared'
    inner join own as own_recorded on own_recorded.figure_id = figures.figure_id and own_recorded.measure = 'recorded'
    inner join figures as cleared
        on cleared.is_change and cleared.measure = 'cleared' and cleared.source_id = figures.source_id
        and cleared.scope_id = figures.scope_id and cleared.period_id = figures.period_id
    inner join figures as recorded
        on recorded.is_change and recorded.measure = 'recorded' and recorded.source_id = figures.source_id
        and recorded.scope_id = figures.scope_id and recorded.period_id = figures.period_id
    where figures.is_change and figures.measure = 'clearance_rate'
    union all
    select figures.figure_id, 9, 'elsewhere', levels.value, null
    from figures
    inner join core.levels as levels
        on levels.offence_code = figures.offence_code and levels.value = figures.printed_number
        and (levels.scope_id = figures.scope_id)::int + (levels.period_id = figures.period_id)::int
            + (levels.series_id = figures.series_id)::int + (levels.measure = figures.measure)::int = 3
    where not figures.is_change
)
select readings.*, figures.printed_number,
    core.percent_half_up(numerator, denominator, digits)::bigint as rounded_number,
    core.percent_truncated(numerator, denominator, digits)::bigint as truncated_number,
    case when printed_number > 0 and numerator < 0 then -printed_number else printed_number end as meant_number,
    rounded_number = meant_number as is_rounded, truncated_number = meant_number as is_truncated,
    is_rounded and rounded_number * denominator = numerator * 100 * pow(10, digits) as is_exact,
    case hedge when 'above' then truncated_number - meant_number between 0 and core.hedge_unit(meant_number)
        when 'below' then meant_number - truncated_number between 1 and core.hedge_unit(meant_number)
        when 'about' then abs(rounded_number - meant_number) <= core.hedge_unit(meant_number) end as is_within_hedge,
    row_number() over (partition by figure_id order by priority, compared_with) as reading_no
from readings
inner join figures using (figure_id)
