/*
description: >
  Figures that a source printed, checked: the warehouse's own value as numerator and denominator, what it rounds and
  truncates to at the printed number of digits, and the verdict with the rule that gave it.
grain: [figure_id]
caveats: >
  exact, rounds to, truncates to: by the warehouse's own figures. consistent with base …: a change that does not follow from
  the published base, or whose base was not published, but from the one that the change printed beside it implies, that was
  known on a day, or that is the figure of another window where no base is printed. consistent as of …: what was known before
  a revision. percentage points printed as %: a difference of rates. within the hedge: printed with a hedge word and within
  one unit of its last digit that is not zero. not independent: the count behind it was itself derived from this printed
  figure, so agreement proves nothing. not verifiable: the warehouse has no figure to compare with, and says why.
  contradicted: none of these, with the slip that would explain it where there is one. A count that was transcribed from the
  same source agrees by transcription (input_evidence says published). Printed figures are compared with the increment of
  their window. All that was compared is in published_figure_readings.
*/
with agreeing as (
    select
        readings.*,
        case when figures.hedge is null then readings.is_exact or readings.is_rounded or readings.is_truncated
            else readings.is_within_hedge end as agrees,
        coalesce(bool_or(readings.priority <= 2) over (partition by readings.figure_id), false) as has_other
    from marts.published_figure_readings as readings
    inner join reference.published_figures as figures using (figure_id)
),
-- The first reading that agrees, by rounding to nearest rather than by cutting off; where none does, the first that should.
chosen as (
    select *
    from agreeing
    -- what is printed elsewhere counts where there is nothing else
    where (agrees and priority < 9 or priority in (1, 2, 4)) and (priority <> 4 or not has_other)
    qualify row_number() over (
        partition by figure_id order by agrees desc, priority <= 2 and is_rounded desc, priority, reading_no
    ) = 1
),
slips as (
    select figure_id, string_agg(compared_with, ', ' order by reading_no) as other_places
    from agreeing
    where priority = 9 and agrees
    group by figure_id
),
-- Why there is no figure of the warehouse's own.
reasons as (
    select
        figures.figure_id,
        case
            when figures.measure = 'clearance_rate' then coalesce(
                rates.reason, 'no rate of the same window, series and definition'
            )
            when figures.measure = 'national_share' then coalesce(
                shares.reason, 'no share of the same window, series and definition'
            )
            when figures.scope_type = 'cluster' and not coalesce(measures.additive_over_units, true)
                then 'the measure does not add up over units'
            when sums.units_expected is not null and sums.value is null
                then 'counts cover ' || sums.units_reported || ' of ' || sums.units_expected || ' units'
            when stated.value is not null then 'nothing but this statement gives it'
            else 'no count of the same window, series and definition'
        end as reason
    from reference.published_figures as figures
    left join reference.measures as measures using (measure)
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
    left join core.controls as stated
        on stated.scope_type = figures.scope_type
        and stated.scope_id = figures.scope_id
        and stated.window_start = figures.window_start
        and stated.window_end = figures.window_end
        and stated.series_id = figures.series_id
        and stated.definition_version = figures.definition_version
        and stated.offence_code = figures.offence_code
        and stated.measure = figures.measure
        and stated.source_id = figures.source_id
        and stated.accumulation = 'increment'
),
-- What a figure without one of its counts still says of it.
left_open as (
    select
        stated_by as figure_id,
        string_agg(
            measure || case when basis = 'printed rate rounded' then ' if rounded ' when basis = 'printed rate truncated'
                then ' if truncated ' else ' ' end
            || case when fits then concat_ws(' to ', at_least, nullif(at_most, at_least)) else 'none' end,
            ', ' order by basis
        ) as limits
    from marts.bounds
    where basis like 'printed%'
    group by stated_by
    union all
    select figure_id, 'a base of ' || concat_ws(' to ', implied_at_least, nullif(implied_at_most, implied_at_least))
    from marts.implied_bases
    where implied_at_least <= implied_at_most
),
judged as (
    select
        figures.*, left_open.limits, chosen.* exclude (figure_id), reasons.reason, slips.other_places,
        coalesce(figures.statistic, 'level') as kind_of_statement,
        coalesce(figures.printed_scaled, figures.value) as printed_number,
        coalesce(figures.printed_digits, 0) as digits,
        abs(coalesce(figures.printed_scaled, figures.value))::varchar as printed_digits_text,
        abs(chosen.rounded_number)::varchar as computed_digits,
        list_contains(string_split(chosen.inputs_derived_from, ' ; '), figures.figure_id) as is_own_source,
        is_own_source or (chosen.inputs_derived_from is not null and figures.evidence = 'derived') as is_circular
    from reference.published_figures as figures
    inner join reasons using (figure_id)
    left join chosen using (figure_id)
    left join slips using (figure_id)
    left join left_open using (figure_id)
)
select
    figure_id,
    source_id,
    scope_type,
    scope_id,
    measure,
    kind_of_statement as statistic,
    series_id,
    definition_version,
    offence_code,
    window_start::varchar || '/' || window_end::varchar as period_id,
    window_start,
    window_end,
    window_basis,
    base_window_start::varchar || '/' || base_window_end::varchar as base_period_id,
    base_target_id,
    printed_text,
    hedge,
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
        when printed_number is null or measure in ('recorded_change', 'reduction_target') or numerator is null
            then 'not verifiable'
        when is_circular then 'not independent'
        when agrees and hedge is not null then 'within the hedge'
        when agrees and kind = 'points' and printed_percent then 'percentage points printed as %'
        when agrees and priority = 3 and kind_of_statement = 'level' then 'consistent ' || compared_with
        when agrees and priority > 1 and base_text is not null then 'consistent with base ' || base_text
        when agrees and is_exact then 'exact'
        when agrees and is_rounded then 'rounds to'
        when agrees then 'truncates to'
        else 'contradicted'
    end as verdict,
    case
        when measure = 'reduction_target' then 'a target is declared, not measured: see target_attainment'
        when printed_number is null then 'no number is printed'
        when measure = 'recorded_change' or (kind_of_statement = 'change' and numerator is null)
            then concat_ws('; it implies ', 'no base is printed or known', limits)
        when numerator is null then concat_ws('; it leaves ', reason, limits)
        when is_own_source then 'the count was derived from this printed figure'
        when is_circular then 'the figure was itself derived from a printed one'
        when not agrees and hedge is not null then compared_with || ': outside what the hedge word leaves open'
        when not agrees then compared_with || ': neither half up nor truncation gives the printed digits'
        when hedge is not null then compared_with || ': within one unit of the last digit that is not zero'
        when is_exact then compared_with || ': equal without remainder'
        when is_rounded and is_truncated then compared_with || ': half up, and truncation gives the same'
        when is_rounded then compared_with || ': half up; truncation gives another digit'
        else compared_with || ': truncation; half up gives another digit'
    end as rule,
    case when verdict in ('contradicted', 'not verifiable') then nullif(concat_ws(
        ', ',
        case when printed_number <> rounded_number and list_contains(core.transpositions(computed_digits), printed_digits_text)
            then 'two digits transposed' end,
        case when list_contains(core.omissions(computed_digits), printed_digits_text)
            or list_contains(core.omissions(abs(numerator)::varchar), printed_digits_text) then 'a digit lost' end,
        case when list_contains(core.omissions(printed_digits_text), computed_digits) then 'a digit too many' end,
        other_places
    ), '') end as likely_slip,
    citation,
    note
from judged
