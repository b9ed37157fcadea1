-- The meeting's table from a release: one row a member unit, then the cluster, each with share, clearance and verdict.
with scopes as (
    select 'unit' as scope_type, members.unit_id as scope_id, units.name, 1 as part
    from clusters as members
    inner join units using (unit_id)
    where members.cluster_id = $cluster
        and $window_end between coalesce(members.member_from, $window_end) and coalesce(members.member_to, $window_end)
    union all
    select distinct 'cluster', cluster_id, name, 2 from clusters where cluster_id = $cluster
),
shares as (
    select * from national_shares
    where measure = 'recorded' and accumulation = 'increment' and series_id = $series and definition_version = $definition_version
        and offence_code = $offence and window_start = $window_start and window_end = $window_end
),
rates as (
    select *
    from clearance
    where is_preferred and accumulation = 'increment' and series_id = $series
        and definition_version = $definition_version and offence_code = $offence and window_start = $window_start
        and window_end = $window_end
),
verdicts as (
    select * from target_attainment
    where measure = 'clearance_rate' and accumulation = 'increment' and series_id = $series and definition_version = $definition_version
        and offence_code = $offence and window_start = $window_start and window_end = $window_end
    -- of several targets the strictest
    qualify row_number() over (partition by scope_type, scope_id order by threshold_percent desc, target_id) = 1
)
select
    scopes.part,
    scopes.name,
    coalesce(shares.numerator, rates.recorded) as recorded,
    shares.numerator as share_numerator,
    shares.denominator as share_denominator,
    rates.cleared,
    rates.recorded as rate_recorded,
    rates.basis,
    rates.cleared_evidence,
    verdicts.numerator_at_most as cleared_at_most,
    verdicts.comparator,
    verdicts.threshold_percent,
    verdicts.verdict,
    verdicts.needed
from scopes
left join shares using (scope_type, scope_id)
left join rates using (scope_type, scope_id)
left join verdicts using (scope_type, scope_id)
order by scopes.part, recorded desc nulls last, scopes.name;
