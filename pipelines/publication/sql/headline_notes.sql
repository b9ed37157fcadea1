-- What stands below the table: coverage of the cluster's clearances, the goal for the next window, the verdicts.
select
    totals.recorded_coverage,
    totals.cleared_units,
    totals.units_expected,
    totals.cleared_volume,
    totals.recorded,
    totals.cleared_stated - totals.cleared_reported_sum as joint_cleared,
    goal.needed as ceiling,
    goal.threshold_percent,
    periods.name as period_name,
    periods.name_en as period_name_en,
    (
        select string_agg(verdict || ' ' || times, ', ' order by times desc, verdict)
        from (
            select verdict, count(*) as times from published_figures
            where source_id = totals.source_id
            group by verdict
        )
    ) as verdicts,
    (
        select any_value(window_basis) from published_figures
        where window_start = $window_start and window_end = $window_end
    ) as window_basis
from cluster_totals as totals
inner join periods using (period_id)
left join target_attainment as goal
    on goal.scope_type = 'cluster'
    and goal.scope_id = totals.cluster_id
    and goal.measure = 'recorded_change'
    and goal.series_id = totals.series_id
    and goal.definition_version = totals.definition_version
    and goal.offence_code = totals.offence_code
    and goal.denominator = totals.recorded
    and goal.window_start > totals.window_start
where totals.cluster_id = $cluster and totals.accumulation = 'increment' and totals.series_id = $series and totals.definition_version = $definition_version
    and totals.offence_code = $offence and totals.window_start = $window_start and totals.window_end = $window_end;
