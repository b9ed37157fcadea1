-- What is told of a cluster in a window: one row a series, definition version and whole of offences.
select
    totals.* exclude (known_on),
    -- since when the last of the figures on the page has been known
    greatest(totals.known_on, shares.known_on, rates.known_on, changes.known_on) as known_on,
    series.name as series_name,
    series.name_en as series_name_en,
    offences.name as offence_name,
    offences.name_en as offence_name_en,
    states.finality,
    states.final_on,
    goal.needed as ceiling,
    goal.threshold_percent as goal_percent,
    case when exists (
        select 1
        from counts
        inner join clusters using (unit_id)
        where clusters.cluster_id = totals.cluster_id and counts.period_id = totals.period_id
            and counts.series_id = totals.series_id and counts.definition_version = totals.definition_version
            and counts.window_basis = 'assumed'
    ) then 'assumed' else printed.window_basis end as window_basis,
    shares.numerator as share_numerator,
    shares.denominator as share_denominator,
    shares.reason as share_reason,
    coalesce(printed.share_digits, 2) as share_digits,
    printed.share_way,
    coalesce(printed.rate_digits, 2) as rate_digits,
    printed.rate_way
from cluster_totals as totals
inner join series using (series_id, definition_version)
inner join (
    select distinct offence_code, name, name_en from offences where parent_code is null
) as offences using (offence_code)
left join period_states as states using (series_id, definition_version, period_id)
left join national_shares as shares
    on shares.scope_type = 'cluster' and shares.scope_id = totals.cluster_id and shares.measure = 'recorded'
    and shares.period_id = totals.period_id and shares.accumulation = totals.accumulation
    and shares.series_id = totals.series_id and shares.definition_version = totals.definition_version
    and shares.offence_code = totals.offence_code
left join clearance as rates
    on rates.scope_type = 'cluster' and rates.scope_id = totals.cluster_id and rates.is_preferred
    and rates.period_id = totals.period_id and rates.accumulation = totals.accumulation
    and rates.series_id = totals.series_id and rates.definition_version = totals.definition_version
    and rates.offence_code = totals.offence_code
left join changes
    on changes.scope_type = 'cluster' and changes.scope_id = totals.cluster_id and changes.measure = 'recorded'
    and changes.comparison = 'year_before' and changes.period_id = totals.period_id
    and changes.series_id = totals.series_id and changes.definition_version = totals.definition_version
    and changes.offence_code = totals.offence_code
-- the goal that this window is the base of
left join (
    select distinct on (
        target.scope_type, target.scope_id, changes.base_period_id, target.accumulation, target.series_id,
        target.definition_version, target.offence_code
    )
        target.*, changes.base_period_id
    from target_attainment as target
    inner join (
        select distinct period_id, base_period_id from changes where comparison = 'year_before'
        union
        select now.period_id, before.period_id
        from periods as now
        inner join periods as before
            on before.period_kind = now.period_kind and before.period_year = now.period_year - 1
            and before.period_index is not distinct from now.period_index
    ) as changes using (period_id)
    where target.measure = 'recorded_change' and target.needed is not null
    order by target.needed, target.target_id
) as goal
    on goal.scope_type = 'cluster' and goal.scope_id = totals.cluster_id and goal.base_period_id = totals.period_id
    and goal.accumulation = totals.accumulation and goal.series_id = totals.series_id
    and goal.definition_version = totals.definition_version and goal.offence_code = totals.offence_code
-- how the statement that prints them shortens the cluster's share and rate, and whether it prints its window
left join (
    select
        scope_id, period_id, series_id, definition_version, offence_code,
        any_value(printed_digits) filter (measure = 'national_share') as share_digits,
        any_value(way) filter (measure = 'national_share') as share_way,
        any_value(printed_digits) filter (measure = 'clearance_rate') as rate_digits,
        any_value(way) filter (measure = 'clearance_rate') as rate_way,
        any_value(window_basis) as window_basis
    from (
        -- of several statements the one whose way is known that was printed first; whether a figure was cut off or rounded
        -- is known where it was found to follow from the counts
        select distinct on (scope_id, period_id, series_id, definition_version, offence_code, measure)
            *, case verdict when 'truncates to' then 'truncate' when 'rounds to' then 'half_up' when 'exact' then 'half_up'
            end as way
        from published_figures
        where scope_type = 'cluster' and statistic = 'level'
        order by way is null, published_on nulls last, figure_id
    )
    group by scope_id, period_id, series_id, definition_version, offence_code
) as printed
    on printed.scope_id = totals.cluster_id and printed.period_id = totals.period_id
    and printed.series_id = totals.series_id and printed.definition_version = totals.definition_version
    and printed.offence_code = totals.offence_code
where totals.cluster_id = $cluster and totals.period_id = $period and totals.accumulation = 'increment'
order by totals.series_id, totals.definition_version, totals.offence_code;
