select figures.*, chosen.*, rates.reason as rate_reason, shares.reason as share_reason, stated.value as stated,
    sums.units_reported, bounds.limits, implied.implied_at_least, implied.implied_at_most, slips.places,
    case when figures.printed_scaled is null then 'no number'
        when list_contains(string_split(chosen.inputs_derived_from, ' ; '), figures.figure_id) then 'not independent'
        when figures.hedge is not null and chosen.is_within_hedge then 'within the hedge'
        when chosen.kind = 'points' and figures.printed_percent then 'percentage points printed as %'
        when chosen.priority = 3 then 'consistent ' || chosen.compared_with
        when chosen.priority > 1 then 'consistent with base ' || chosen.base_text when chosen.is_exact then 'exact' when chosen.is_rounded then 'rounds to'
        when chosen.is_truncated then 'truncates to' when chosen.numerator is not null then 'contradicted'
        else 'not verifiable' end as verdict,
    list_contains(core.transpositions(chosen.rounded_number::varchar), figures.printed_scaled::varchar) as is_transposed,
    list_contains(core.omissions(chosen.rounded_number::varchar), figures.printed_scaled::varchar) as lost_a_digit
from reference.published_figures as figures
left join (
    from marts.published_figure_readings
    qualify row_number() over (partition by figure_id order by is_exact or is_rounded or is_truncated desc, priority) = 1
) as chosen using (figure_id)
left join (
    select figure_id, string_agg(compared_with, ', ') as places
    from marts.published_figure_readings
    where priority = 9 and is_rounded
    group by figure_id
) as slips using (figure_id)
left join marts.clearance as rates
    on rates.scope_type = figures.scope_type and rates.scope_id = figures.scope_id
    and rates.window_start = figures.window_start and rates.window_end = figures.window_end
    and rates.series_id = figures.series_id and rates.definition_version = figures.definition_version
    and rates.offence_code = figures.offence_code and rates.basis = 'counts'
left join marts.national_shares as shares
    on shares.scope_type = figures.scope_type and shares.scope_id = figures.scope_id
    and shares.window_start = figures.window_start and shares.window_end = figures.window_end
    and shares.series_id = figures.series_id and shares.definition_version = figures.definition_version
    and shares.offence_code = figures.offence_code and shares.measure = 'recorded'
left join core.controls as stated
    on stated.scope_type = figures.scope_type and stated.scope_id = figures.scope_id
    and stated.window_start = figures.window_start and stated.window_end = figures.window_end
    and stated.series_id = figures.series_id and stated.definition_version = figures.definition_version
    and stated.offence_code = figures.offence_code and stated.measure = figures.measure
    and stated.source_id = figures.source_id
left join core.cluster_sums as sums
    on sums.cluster_id = figures.scope_id and sums.window_start = figures.window_start
    and sums.window_end = figures.window_end and sums.series_id = figures.series_id
    and sums.definition_version = figures.definition_version and sums.offence_code = figures.offence_code
    and sums.measure = figures.measure
left join (
    select stated_by as figure_id, string_agg(measure || ' ' || at_least || ' to ' || at_most, ', ') as limits
    from marts.bounds
    group by stated_by
) as bounds using (figure_id)
left join marts.implied_bases as implied using (figure_id)
