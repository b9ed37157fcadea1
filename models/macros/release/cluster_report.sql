-- The meeting's table: each member of a cluster and the cluster itself in one window, with share, clearance and target.
create macro main.cluster_report(cluster, period, series, version, offence) as table
    select
        scopes.scope_type,
        scopes.scope_id,
        scopes.name,
        scopes.name_en,
        coalesce(shares.numerator, rates.recorded) as recorded,
        shares.numerator as share_numerator,
        shares.denominator as share_denominator,
        shares.national_share,
        shares.reason as share_reason,
        rates.cleared,
        rates.recorded as rate_recorded,
        rates.clearance_rate,
        rates.basis,
        rates.cleared_evidence,
        rates.provisional,
        rates.rounded_to,
        rates.reason as rate_reason,
        rates.remark as rate_remark,
        targets.comparator,
        targets.threshold_percent,
        targets.numerator_at_most as cleared_at_most,
        targets.needed,
        targets.verdict,
        changes.base_value as year_before_recorded,
        changes.absolute_change,
        changes.basis as change_basis,
        changes.panel_units as change_units,
        changes.units_expected as change_units_expected,
        changes.reason as change_reason
    from (
        select distinct 'unit' as scope_type, clusters.unit_id as scope_id, units.name, units.name_en
        from main.clusters as clusters
        inner join main.units as units on units.unit_id = clusters.unit_id
        inner join main.periods as periods
            on periods.period_id = period
            and periods.territory_day >= coalesce(clusters.member_from, periods.territory_day)
            and periods.territory_day <= coalesce(clusters.member_to, periods.territory_day)
        where clusters.cluster_id = cluster
        union all
        select distinct 'cluster', clusters.cluster_id, clusters.name, clusters.name_en
        from main.clusters as clusters
        where clusters.cluster_id = cluster
    ) as scopes
    left join main.national_shares as shares
        on shares.scope_type = scopes.scope_type and shares.scope_id = scopes.scope_id and shares.period_id = period
        and shares.measure = 'recorded' and shares.accumulation = 'increment' and shares.series_id = series
        and shares.definition_version = version and shares.offence_code = offence
    left join main.clearance as rates
        on rates.scope_type = scopes.scope_type and rates.scope_id = scopes.scope_id and rates.is_preferred
        and rates.accumulation = 'increment' and rates.period_id = period and rates.series_id = series
        and rates.definition_version = version and rates.offence_code = offence
    -- of several targets the strictest
    left join (
        select *, row_number() over (partition by scope_type, scope_id order by threshold_percent desc, target_id) as place
        from main.target_attainment
        where measure = 'clearance_rate' and accumulation = 'increment' and period_id = period and series_id = series
            and definition_version = version and offence_code = offence
    ) as targets
        on targets.scope_type = scopes.scope_type and targets.scope_id = scopes.scope_id and targets.place = 1
    left join main.changes as changes
        on changes.scope_type = scopes.scope_type and changes.scope_id = scopes.scope_id and changes.period_id = period
        and changes.comparison = 'year_before' and changes.measure = 'recorded' and changes.series_id = series
        and changes.definition_version = version and changes.offence_code = offence;
