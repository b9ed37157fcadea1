-- What the marts say otherwise than the last release (attached as `last`): figures of units that changed, vanished, or
-- came into a window that was final, each with the reason that is declared for it.
create or replace temp table count_changes as
with before as (
    from last.main.counts where status = 'reported'
),
now as (
    from marts.counts where status = 'reported'
),
compared as (
    select
        unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
        coalesce(now.window_start, before.window_start) as window_start,
        coalesce(now.window_end, before.window_end) as window_end,
        before.value as previous_value, now.value, before.submission_id as previous_submission_id
    from before
    full join now using (unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure)
    where before.value is distinct from now.value
),
-- A final figure needs a reason for any change, every other one for being lost.
judged as (
    select
        compared.*, states.finality,
        case
            when states.finality = 'final' then 'final_period'
            when compared.previous_value is not null and compared.value is null then 'coverage'
        end as reason_needed
    from compared
    left join last.main.period_states as states using (series_id, definition_version, period_id)
),
declared as (
    select distinct on (
        judged.unit_id, judged.period_id, judged.accumulation, judged.series_id, judged.definition_version,
        judged.offence_code, judged.measure
    )
        judged.unit_id, judged.period_id, judged.accumulation, judged.series_id, judged.definition_version,
        judged.offence_code, judged.measure, reasons.reason, coalesce(reasons.reason_en, reasons.reason) as reason_en
    from judged
    inner join reference.release_reasons as reasons
        on reasons.kind = judged.reason_needed
        and coalesce(reasons.unit_id, judged.unit_id) = judged.unit_id
        and coalesce(reasons.series_id, judged.series_id) = judged.series_id
        and coalesce(reasons.window_start, judged.window_start) <= judged.window_start
        and coalesce(reasons.window_end, judged.window_end) >= judged.window_end
    order by reasons.reason_id
),
-- The sidecar of a file, or of one that takes its place, says that nothing of it stands any more.
withdrawn as (
    select submissions.submission_id as previous_submission_id, max(coalesce(later.state, 'replaced')) as withdrawal
    from last.main.submissions as submissions
    inner join ops.readings as own using (submission_id)
    inner join (
        select distinct sha256, state, null as replaces from ops.readings where state = 'withdrawn'
        union all
        select distinct null, null, replaces from ops.readings where replaces is not null
    ) as later on later.sha256 = own.sha256 or later.replaces = own.origin
    group by submissions.submission_id
)
select
    judged.* exclude (previous_submission_id),
    coalesce(declared.reason, withdrawal) as reason,
    coalesce(declared.reason_en, withdrawal) as reason_en,
    reason_needed is not null and declared.reason is null and (reason_needed = 'final_period' or withdrawal is null)
        as is_undeclared
from judged
left join declared
    using (unit_id, period_id, accumulation, series_id, definition_version, offence_code, measure)
left join withdrawn on reason_needed is not null and withdrawn.previous_submission_id = judged.previous_submission_id;

-- The same of units, of sums over clusters and of stated totals: the thousand that changed most.
create or replace temp table figure_changes as
with sums as (
    select *, unnest(['recorded', 'cleared']) as measure, unnest([recorded_reported_sum, cleared_reported_sum]) as value
    from marts.cluster_totals
),
last_sums as (
    select *, unnest(['recorded', 'cleared']) as measure, unnest([recorded_reported_sum, cleared_reported_sum]) as value
    from last.main.cluster_totals
),
changes as (
    select
        'unit' as scope_type, unit_id as scope_id, 'counts' as basis, 'units' as source_id, period_id, accumulation,
        series_id, definition_version, offence_code, measure, previous_value, value, finality, reason, reason_en
    from count_changes
    where previous_value is not null
    union all
    select
        'cluster', cluster_id, 'counts', 'units', period_id, accumulation, series_id, definition_version, offence_code,
        measure, before.value, now.value, null, null, null
    from last_sums as before
    left join sums as now
        using (cluster_id, period_id, accumulation, series_id, definition_version, offence_code, measure)
    where before.value is distinct from now.value and before.value is not null
    union all
    select
        scope_type, scope_id, 'control_total', source_id, period_id, accumulation, series_id, definition_version,
        offence_code, measure, before.stated, now.stated, null, null, null
    from last.main.control_totals as before
    left join marts.control_totals as now using (
        scope_type, scope_id, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure
    )
    where before.stated is distinct from now.stated and before.basis = 'control_total'
)
select
    scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
    previous_value, value, coalesce(value, 0) - previous_value as change, finality, reason, reason_en
from changes
order by
    abs(change) desc, scope_type, scope_id, period_id, series_id, definition_version, offence_code, measure, basis, source_id,
    accumulation
limit 1000;
