/*
description: >
  What each printed figure was compared with: the warehouse's own counts, the base that a change printed beside it implies,
  what was known before a revision, other bases, and, for figures that nothing confirms, the slips that would explain them.
grain: [figure_id, reading_no]
caveats: >
  The first reading that agrees decides (published_figures). A percentage printed without a sign agrees with a fall of that
  size. A figure with a hedge word agrees within one unit of its last digit that is not zero, on the side that the word says.
*/
with figures as (
    from core.printed_figures
),
own as (
    select * exclude (side) from core.printed_counts where side = 'own'
),
base as (
    select * exclude (side) from core.printed_counts where side = 'base'
),
beside as (
    from core.printed_changes
),
own_rates as (
    select
        cleared.figure_id, cleared.value as cleared, recorded.value as recorded, cleared.evidence,
        [cleared.derived_from, recorded.derived_from] as derived_from
    from own as cleared
    inner join own as recorded using (figure_id, source_id)
    where cleared.measure = 'cleared' and recorded.measure = 'recorded' and recorded.value > 0
),
own_shares as (
    select
        figures.figure_id, shares.numerator, shares.denominator, shares.national_share is not null as is_formed,
        [counts.derived_from, nation.derived_from] as derived_from, counts.evidence
    from figures
    inner join marts.national_shares as shares
        on shares.scope_type = figures.scope_type
        and shares.scope_id = figures.scope_id
        and shares.period_id = figures.period_id
        and shares.series_id = figures.series_id
        and shares.definition_version = figures.definition_version
        and shares.offence_code = figures.offence_code
        and shares.measure = 'recorded'
        and shares.accumulation = 'increment'
    left join own as counts on counts.figure_id = figures.figure_id and counts.measure = 'recorded'
    left join core.counts as nation
        on nation.unit_id = (select nation_id from reference.jurisdiction)
        and nation.period_id = shares.period_id
        and nation.accumulation = 'increment'
        and nation.series_id = shares.series_id
        and nation.definition_version = shares.definition_version
        and nation.offence_code = shares.offence_code
        and nation.measure = 'recorded'
    where figures.measure = 'national_share' and not figures.is_change
),
-- What was known of the figure before a revision.
before as (
    select
        figures.figure_id, history.measure, 'as of ' || core.day_of(history.known_from) as as_of, history.value
    from figures
    inner join core.count_history as history
        on figures.scope_type = 'unit'
        and history.unit_id = figures.scope_id
        and history.period_id = figures.period_id
        and history.series_id = figures.series_id
        and history.definition_version = figures.definition_version
        and history.offence_code = figures.offence_code
        and history.accumulation = 'increment'
        and history.status = 'reported'
        and history.known_to is not null
),
of_levels as (
    select
        figures.figure_id, 1 as priority, 'count' as kind, 'own count' as compared_with, own.value as numerator,
        null::hugeint as denominator, own.evidence as input_evidence, [own.derived_from] as inputs_derived_from,
        null::varchar as base_text
    from figures
    inner join own using (figure_id, measure)
    inner join reference.measures as measures using (measure)
    where not figures.is_change and (measures.additive_over_units or figures.scope_type = 'unit')
    union all
    select figures.figure_id, 1, 'ratio', 'own counts', rates.cleared, rates.recorded, rates.evidence, rates.derived_from, null
    from figures
    inner join own_rates as rates using (figure_id)
    where figures.measure = 'clearance_rate' and not figures.is_change
    union all
    select figure_id, 1, 'ratio', 'own share', numerator, denominator, evidence, derived_from, null
    from own_shares
    where is_formed
    union all
    select own_shares.figure_id, 3, 'ratio', before.as_of, before.value, own_shares.denominator, null, null, null
    from own_shares
    inner join before on before.figure_id = own_shares.figure_id and before.measure = 'recorded'
    union all
    select figures.figure_id, 3, 'count', before.as_of, before.value, null, null, null, null
    from figures
    inner join before using (figure_id, measure)
    where not figures.is_change
),
-- The same percentage as the source prints it elsewhere, with more digits.
of_other_prints as (
    select
        figures.figure_id, 4 as priority, 'ratio' as kind, 'as printed elsewhere: ' || other.printed_text as compared_with,
        other.printed_number as numerator, 100 * cast(pow(10, other.printed_digits) as hugeint) as denominator
    from figures
    inner join figures as other
        on other.is_percent and figures.is_percent and other.hedge is null and other.printed_digits > figures.printed_digits
        and other.is_change = figures.is_change
        and other.source_id = figures.source_id
        and other.scope_type = figures.scope_type
        and other.scope_id = figures.scope_id
        and other.measure = figures.measure
        and other.series_id = figures.series_id
        and other.definition_version = figures.definition_version
        and other.offence_code = figures.offence_code
        and other.period_id = figures.period_id
        and other.base_period_id is not distinct from figures.base_period_id
        and other.base_target_id is not distinct from figures.base_target_id
),
changes as (
    select
        figures.figure_id, figures.is_percent, own.value as own_value, own.evidence, [own.derived_from, bases.derived_from] as derived_from, bases.priority,
        bases.compared_with, bases.base_value, bases.base_text
    from figures
    inner join own using (figure_id, measure)
    inner join (
        select
            base.figure_id, base.measure, 1 as priority,
            case when base.definition_version = figures.definition_version then 'own base'
                else 'own base of definition ' || base.definition_version end as compared_with,
            base.value as base_value, null::varchar as base_text, base.derived_from
        from base
        inner join figures using (figure_id, measure)
        union all
        select
            beside.figure_id, beside.measure, 2, 'base that the change beside it implies', own.value - beside.printed_number,
            (own.value - beside.printed_number)::varchar, null
        from beside
        inner join own using (figure_id, measure)
        where not beside.is_percent
        union all
        -- the number of offences printed beside a percentage: the base that both imply, where there is one
        select
            figures.figure_id, figures.measure, 2, 'base that the percentage beside it implies',
            own.value - figures.printed_number, (own.value - figures.printed_number)::varchar, null
        from figures
        inner join own using (figure_id, measure)
        inner join beside using (figure_id, measure)
        inner join figures as other on other.figure_id = beside.other_figure_id
        where beside.is_percent and not figures.is_percent
            and abs(other.printed_number) in (
                abs(core.percent_half_up(figures.printed_number, own.value - figures.printed_number, other.printed_digits)),
                abs(core.percent_truncated(figures.printed_number, own.value - figures.printed_number, other.printed_digits))
            )
        union all
        -- the base as the source prints it, be it beside the change or on another day
        select
            figures.figure_id, figures.measure, 2, 'base as printed: ' || printed.figure_id, printed.printed_number,
            printed.printed_number::varchar, null
        from figures
        inner join figures as printed
            on not printed.is_change and printed.hedge is null and not printed.is_percent and printed.printed_digits = 0
            and printed.source_id = figures.source_id
            and printed.scope_type = figures.scope_type
            and printed.scope_id = figures.scope_id
            and printed.period_id = figures.base_period_id
            and printed.series_id = figures.series_id
            and printed.offence_code = figures.offence_code
            and printed.measure = figures.measure
        union all
        select
            figures.figure_id, figures.measure, 3, 'base as of ' || core.day_of(history.known_from), history.value,
            history.value::varchar, history.derived_from
        from figures
        inner join core.count_history as history
            on figures.scope_type = 'unit'
            and history.unit_id = figures.scope_id
            and history.period_id = figures.base_period_id
            and history.series_id = figures.series_id
            and history.definition_version = figures.definition_version
            and history.offence_code = figures.offence_code
            and history.measure = figures.measure
            and history.accumulation = 'increment'
            and history.status = 'reported'
            and history.known_to is not null
        union all
        -- another base: what the source may have meant where it prints none, a slip where it prints one
        select
            figures.figure_id, figures.measure, case when figures.base_period_id is null then 5 else 9 end,
            case when figures.base_period_id is null then 'base ' else 'wrong base: ' end || other.period_id,
            other.value, other.value || ' (' || other.period_id || ')', null
        from figures
        inner join core.windows as windows using (period_id)
        inner join core.levels as other
            on other.scope_type = figures.scope_type
            and other.scope_id = figures.scope_id
            and other.series_id = figures.series_id
            and other.offence_code = figures.offence_code
            and other.measure = figures.measure
            and other.window_end < figures.window_start
            and other.period_id is distinct from figures.base_period_id
        inner join core.windows as other_windows
            on other_windows.period_id = other.period_id and other_windows.period_kind = windows.period_kind
        union all
        -- the same window of the units that make up the territory, and of the one that bore the name before
        select
            figures.figure_id, figures.measure, 9, 'other territory: ' || links.earlier_id, other.value,
            other.value || ' (' || links.earlier_id || ')', null
        from figures
        inner join core.successors as links on figures.scope_type = 'unit' and links.later_id = figures.scope_id
        inner join core.levels as other
            on other.scope_type = 'unit'
            and other.scope_id = links.earlier_id
            and other.period_id = figures.base_period_id
            and other.series_id = figures.series_id
            and other.offence_code = figures.offence_code
            and other.measure = figures.measure
        union all
        select
            figures.figure_id, figures.measure, 1, 'own base on the territory of today', other.value, null, null
        from figures
        inner join marts.constant_geography as other
            on other.scope_type = figures.scope_type
            and other.scope_id = figures.scope_id
            and other.period_id = figures.base_period_id
            and other.series_id = figures.series_id
            and other.definition_version = figures.definition_version
            and other.offence_code = figures.offence_code
            and other.measure = figures.measure
            and other.accumulation = 'increment'
            and other.value is not null
    ) as bases using (figure_id, measure)
    where figures.is_change
),
of_changes as (
    select
        figure_id, priority, case when is_percent then 'ratio' else 'count' end as kind, compared_with,
        own_value - base_value as numerator, case when is_percent then base_value end::hugeint as denominator,
        evidence as input_evidence, derived_from as inputs_derived_from, coalesce(base_text, base_value::varchar) as base_text
    from changes
    where not is_percent or base_value > 0
),
-- A change of a rate is a difference of percentages: of the own counts, of the bases that changes printed beside imply.
of_points as (
    select
        bases.figure_id, bases.priority, 'points' as kind, bases.compared_with,
        rates.cleared::hugeint * bases.recorded - bases.cleared::hugeint * rates.recorded as numerator,
        rates.recorded::hugeint * bases.recorded as denominator, bases.cleared || ' of ' || bases.recorded as base_text,
        rates.derived_from || bases.derived_from as inputs_derived_from, rates.evidence as input_evidence
    from own_rates as rates
    inner join (
        select
            cleared.figure_id, 1 as priority, 'own rates' as compared_with, cleared.value as cleared,
            recorded.value as recorded, [cleared.derived_from, recorded.derived_from] as derived_from
        from base as cleared
        inner join base as recorded using (figure_id, source_id)
        where cleared.measure = 'cleared' and recorded.measure = 'recorded'
        union all
        select
            rates.figure_id, 2, 'rates of the bases that the changes beside it imply', rates.cleared - cleared.printed_number,
            rates.recorded - recorded.printed_number, []::varchar[]
        from own_rates as rates
        inner join beside as cleared
            on cleared.figure_id = rates.figure_id and cleared.measure = 'cleared' and not cleared.is_percent
        inner join beside as recorded
            on recorded.figure_id = rates.figure_id and recorded.measure = 'recorded' and not recorded.is_percent
    ) as bases using (figure_id)
    inner join figures using (figure_id)
    where figures.measure = 'clearance_rate' and figures.is_change and bases.recorded > 0
),
of_gaps as (
    select
        figures.figure_id, 1 as priority, 'points' as kind, 'own rate less the target' as compared_with,
        rates.cleared::hugeint * 1000000 - (targets.threshold_percent::decimal(9, 4) * 10000)::hugeint * rates.recorded
            as numerator,
        rates.recorded::hugeint * 1000000 as denominator, rates.derived_from as inputs_derived_from,
        rates.evidence as input_evidence
    from figures
    inner join (select distinct target_id, threshold_percent from reference.targets) as targets
        on targets.target_id = figures.base_target_id
    inner join own_rates as rates using (figure_id)
    where figures.is_change
    union all
    select
        figures.figure_id, 2, 'points', 'the rate as printed less the target',
        rates.printed_number::hugeint * 1000000 // cast(pow(10, rates.printed_digits) as hugeint)
        - (targets.threshold_percent::decimal(9, 4) * 1000000)::hugeint,
        100000000::hugeint, []::varchar[], null
    from figures
    inner join (select distinct target_id, threshold_percent from reference.targets) as targets
        on targets.target_id = figures.base_target_id
    inner join figures as rates
        on rates.measure = 'clearance_rate' and not rates.is_change and rates.hedge is null
        and rates.source_id = figures.source_id
        and rates.scope_type = figures.scope_type
        and rates.scope_id = figures.scope_id
        and rates.period_id = figures.period_id
        and rates.series_id = figures.series_id
        and rates.offence_code = figures.offence_code
    where figures.is_change
),
-- Where the printed count stands elsewhere: in another window, of another unit, series or measure.
of_other_places as (
    select distinct
        figures.figure_id, 9 as priority, 'count' as kind,
        case
            when levels.scope_id <> figures.scope_id then 'other territory: ' || levels.scope_id
            when levels.period_id <> figures.period_id then 'other window: ' || levels.period_id
            when levels.measure <> figures.measure then 'other measure: ' || levels.measure
            else 'other series: ' || levels.series_id || '/' || levels.definition_version
        end as compared_with,
        levels.value as numerator
    from figures
    inner join core.levels as levels
        on levels.offence_code = figures.offence_code
        and levels.value = figures.printed_count
        and (levels.scope_type = figures.scope_type and levels.scope_id = figures.scope_id)::int
            + (levels.period_id = figures.period_id)::int
            + (levels.series_id = figures.series_id and levels.definition_version = figures.definition_version)::int
            + (levels.measure = figures.measure)::int = 3
    where not figures.is_change
),
readings as (
    from of_levels
    union all by name
    from of_changes
    union all by name
    from of_points
    union all by name
    from of_gaps
    union all by name
    from of_other_prints
    union all by name
    from of_other_places
),
shortened as (
    select
        readings.*, figures.printed_digits, figures.hedge,
        case when readings.denominator is null then readings.numerator * cast(pow(10, figures.printed_digits) as hugeint)
            else core.percent_half_up(readings.numerator, readings.denominator, figures.printed_digits) end::bigint as rounded_number,
        case when readings.denominator is null then readings.numerator * cast(pow(10, figures.printed_digits) as hugeint)
            else core.percent_truncated(readings.numerator, readings.denominator, figures.printed_digits)
        end::bigint as truncated_number,
        -- a fall may be printed as its size
        case when figures.is_change and figures.printed_number > 0 and readings.numerator < 0
            and not starts_with(ltrim(coalesce(figures.printed_text, '')), '+') and figures.printed_text is not null
            then -figures.printed_number else figures.printed_number end as meant_number
    from readings
    inner join figures using (figure_id)
    where readings.numerator is not null and (readings.kind = 'count' or readings.denominator > 0)
)
select
    figure_id,
    row_number() over (partition by figure_id order by priority, compared_with, base_text, numerator) as reading_no,
    priority::bigint as priority,
    kind,
    compared_with,
    numerator::bigint as numerator,
    denominator::bigint as denominator,
    base_text,
    input_evidence,
    nullif(array_to_string(inputs_derived_from, ' ; '), '') as inputs_derived_from,
    rounded_number,
    truncated_number,
    meant_number,
    -- a hedge speaks of the size of what is printed
    sign(truncated_number) = sign(meant_number) and case hedge
        when 'above' then abs(truncated_number) - abs(meant_number) between (denominator is null)::bigint
            and core.hedge_unit(meant_number) - (denominator is not null)::bigint
        when 'below' then abs(meant_number) - abs(truncated_number) between 1 and core.hedge_unit(meant_number)
        when 'about' then abs(rounded_number - meant_number) <= core.hedge_unit(meant_number)
    end as is_within_hedge,
    rounded_number = meant_number and (
        denominator is null
        or rounded_number::hugeint * denominator = numerator::hugeint * 100 * cast(pow(10, printed_digits) as hugeint)
    ) as is_exact,
    rounded_number = meant_number as is_rounded,
    truncated_number = meant_number as is_truncated
from shortened
