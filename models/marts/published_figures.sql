/*
description: >
  Figures that a source printed, checked: the warehouse's own value as numerator and denominator, what it rounds and
  truncates to at the printed number of digits, and the verdict with the rule that gave it.
grain: [figure_id]
caveats: >
  not independent: the count behind it was itself derived from this printed figure, so agreement proves nothing.
  not verifiable: the warehouse has no figure to compare with, and says why. A count that was transcribed from the same
  source agrees by transcription (input_evidence says published). A figure printed with a hedge word ("more than") is
  not verifiable here. Printed figures are compared with the increment of their window.
*/
with of_counts as (
    select
        figures.figure_id,
        coalesce(counts.value, case when measures.additive_over_units then sums.value end) as numerator,
        null::bigint as denominator,
        true as is_count,
        counts.evidence as input_evidence,
        counts.derived_from,
        case
            when not measures.additive_over_units and figures.scope_type = 'cluster'
                then 'the measure does not add up over units'
            when sums.value is null and sums.units_expected is not null
                then 'counts cover ' || sums.units_reported || ' of ' || sums.units_expected || ' units'
            else 'no count of the same window, series and definition'
        end as reason
    from reference.published_figures as figures
    inner join reference.measures as measures using (measure)
    left join core.counts as counts
        on figures.scope_type = 'unit'
        and counts.unit_id = figures.scope_id
        and counts.window_start = figures.window_start
        and counts.window_end = figures.window_end
        and counts.series_id = figures.series_id
        and counts.definition_version = figures.definition_version
        and counts.offence_code = figures.offence_code
        and counts.measure = figures.measure
        and counts.accumulation = 'increment'
        and counts.status = 'reported'
    left join core.cluster_sums as sums
        on figures.scope_type = 'cluster'
        and sums.cluster_id = figures.scope_id
        and sums.window_start = figures.window_start
        and sums.window_end = figures.window_end
        and sums.series_id = figures.series_id
        and sums.definition_version = figures.definition_version
        and sums.offence_code = figures.offence_code
        and sums.measure = figures.measure
        and sums.accumulation = 'increment'
),
of_rates as (
    select
        figures.figure_id,
        rates.cleared as numerator,
        rates.recorded as denominator,
        false as is_count,
        rates.cleared_evidence as input_evidence,
        cleared.derived_from,
        coalesce(rates.reason, 'no rate of the same window, series and definition') as reason
    from reference.published_figures as figures
    left join marts.clearance as rates
        on rates.scope_type = figures.scope_type
        and rates.scope_id = figures.scope_id
        and rates.window_start = figures.window_start
        and rates.window_end = figures.window_end
        and rates.series_id = figures.series_id
        and rates.definition_version = figures.definition_version
        and rates.offence_code = figures.offence_code
        and rates.basis = 'counts'
        and rates.accumulation = 'increment'
    left join core.counts as cleared
        on cleared.unit_id = rates.scope_id
        and cleared.period_id = rates.period_id
        and cleared.accumulation = rates.accumulation
        and cleared.series_id = rates.series_id
        and cleared.definition_version = rates.definition_version
        and cleared.offence_code = rates.offence_code
        and cleared.measure = 'cleared'
    where figures.measure = 'clearance_rate'
),
of_shares as (
    select
        figures.figure_id,
        shares.numerator,
        shares.denominator,
        false as is_count,
        counts.evidence as input_evidence,
        counts.derived_from,
        coalesce(shares.reason, 'no share of the same window, series and definition') as reason
    from reference.published_figures as figures
    left join marts.national_shares as shares
        on shares.scope_type = figures.scope_type
        and shares.scope_id = figures.scope_id
        and shares.window_start = figures.window_start
        and shares.window_end = figures.window_end
        and shares.series_id = figures.series_id
        and shares.definition_version = figures.definition_version
        and shares.offence_code = figures.offence_code
        and shares.measure = 'recorded'
        and shares.accumulation = 'increment'
    left join core.counts as counts
        on counts.unit_id = shares.scope_id
        and counts.period_id = shares.period_id
        and counts.accumulation = shares.accumulation
        and counts.series_id = shares.series_id
        and counts.definition_version = shares.definition_version
        and counts.offence_code = shares.offence_code
        and counts.measure = shares.measure
    where figures.measure = 'national_share'
),
computed as (
    from of_counts
    union all
    from of_rates
    union all
    from of_shares
),
compared as (
    select
        figures.*,
        computed.numerator,
        computed.denominator,
        computed.is_count,
        computed.input_evidence,
        computed.derived_from,
        computed.reason,
        coalesce(figures.printed_scaled, figures.value) as printed_number,
        coalesce(figures.printed_digits, 0) as digits,
        case
            when computed.is_count then computed.numerator
            else core.percent_half_up(computed.numerator, computed.denominator, coalesce(figures.printed_digits, 0))
        end as rounded_number,
        case
            when computed.is_count then computed.numerator
            else core.percent_truncated(computed.numerator, computed.denominator, coalesce(figures.printed_digits, 0))
        end as truncated_number,
        case
            when computed.is_count then true
            else rounded_number::hugeint * computed.denominator
                = computed.numerator::hugeint * 100 * cast(pow(10, digits) as hugeint)
        end as without_remainder
    from reference.published_figures as figures
    left join computed using (figure_id)
)
select
    figure_id,
    source_id,
    scope_type,
    scope_id,
    measure,
    series_id,
    definition_version,
    offence_code,
    window_start::varchar || '/' || window_end::varchar as period_id,
    window_start,
    window_end,
    window_basis,
    printed_text,
    evidence,
    published_on,
    numerator,
    denominator,
    case when denominator > 0 then numerator::double / denominator end as computed_ratio,
    digits as printed_digits,
    printed_number,
    rounded_number,
    truncated_number,
    input_evidence,
    case
        when printed_number is null or measure in ('recorded_change', 'reduction_target') then 'not verifiable'
        when numerator is null or rounded_number is null or hedge is not null then 'not verifiable'
        when derived_from is not null and (derived_from = figure_id or evidence = 'derived') then 'not independent'
        when without_remainder and rounded_number = printed_number then 'exact'
        when rounded_number = printed_number then 'rounded'
        when truncated_number = printed_number then 'truncated'
        else 'contradicted'
    end as verdict,
    case
        when measure = 'reduction_target' then 'a target is declared, not measured: see target_attainment'
        when printed_number is null then 'no number is printed'
        when measure = 'recorded_change' then 'no base is printed'
        when numerator is null or rounded_number is null then reason
        when hedge is not null then 'printed with a hedge word, so it is a bound and no figure'
        when derived_from is not null and derived_from = figure_id
            then 'the count was derived from this printed figure'
        when derived_from is not null and evidence = 'derived' then 'the figure was itself derived from a printed one'
        when without_remainder and rounded_number = printed_number then 'equal without remainder'
        when rounded_number = printed_number and truncated_number = printed_number
            then 'half up, and truncation gives the same'
        when rounded_number = printed_number then 'half up; truncation gives another digit'
        when truncated_number = printed_number then 'truncation; half up gives another digit'
        else 'neither half up nor truncation gives the printed digits'
    end as rule,
    citation,
    note
from compared
