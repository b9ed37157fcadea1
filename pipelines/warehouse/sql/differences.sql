-- What the marts say otherwise than the last release (attached as `last`): counts of units, sums over clusters and stated
-- totals that changed, vanished, or came into a window that was final, each with the reason that is declared for it.
create or replace temp table all_changes as
with before as (
    select
        'unit' as scope_type, unit_id as scope_id, 'counts' as basis, 'units' as source_id, period_id, window_start,
        window_end, accumulation, series_id, definition_version, offence_code, measure, value, submission_id
    from last.main.counts
    where status = 'reported'
    union all
    select
        'cluster', cluster_id, 'counts', 'units', period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, unnest(['recorded', 'cleared']),
        unnest([recorded_reported_sum, cleared_reported_sum]), null
    from last.main.cluster_totals
    union all
    select
        scope_type, scope_id, 'control_total', source_id, period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, measure, stated, submission_id
    from last.main.control_totals
    where basis = 'control_total'
),
now as (
    select
        'unit' as scope_type, unit_id as scope_id, 'counts' as basis, 'units' as source_id, period_id, window_start,
        window_end, accumulation, series_id, definition_version, offence_code, measure, value
    from marts.counts
    where status = 'reported'
    union all
    select
        'cluster', cluster_id, 'counts', 'units', period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, unnest(['recorded', 'cleared']),
        unnest([recorded_reported_sum, cleared_reported_sum])
    from marts.cluster_totals
    union all
    select
        scope_type, scope_id, 'control_total', source_id, period_id, window_start, window_end, accumulation, series_id,
        definition_version, offence_code, measure, stated
    from marts.control_totals
    where basis = 'control_total'
),
compared as (
    select
        scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code,
        measure, coalesce(now.window_start, before.window_start) as window_start,
        coalesce(now.window_end, before.window_end) as window_end, before.value as previous_value, now.value,
        before.submission_id as previous_submission_id
    from before
    full join now using (
        scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code,
        measure
    )
    -- a total that its source gives as a count as well is not lost, though the count stands in its place
    left join core.controls as still
        on now.value is null and basis = 'control_total' and still.status = 'reported'
        and still.scope_type = before.scope_type and still.scope_id = before.scope_id
        and still.source_id = before.source_id and still.period_id = before.period_id
        and still.accumulation = before.accumulation and still.series_id = before.series_id
        and still.definition_version = before.definition_version and still.offence_code = before.offence_code
        and still.measure = before.measure
    where before.value is distinct from coalesce(now.value, still.value)
),
-- What was final, with all that lies within it.
final_windows as (
    select distinct series_id, definition_version, window_start as final_start, window_end as final_end
    from last.main.period_states
    where finality = 'final'
),
final_changes as (
    select distinct compared.series_id, compared.definition_version, compared.period_id
    from compared
    inner join final_windows
        on final_windows.series_id = compared.series_id
        and final_windows.definition_version = compared.definition_version
        and final_windows.final_start <= compared.window_start and final_windows.final_end >= compared.window_end
),
-- A final figure needs a reason for any change, every other one for being lost; a sum is lost with its units, and one of a
-- cluster that is new was never said otherwise.
judged as (
    select
        compared.*, case when final_changes.period_id is not null then 'final' else states.finality end as finality,
        case
            when compared.scope_type = 'cluster' and compared.basis = 'counts' and compared.previous_value is null
                and compared.scope_id not in (select cluster_id from last.main.clusters) then null
            when final_changes.period_id is not null then 'final_period'
            when compared.previous_value is not null and compared.value is null
                and not (compared.scope_type = 'cluster' and compared.basis = 'counts')
                then 'coverage'
        end as reason_needed
    from compared
    left join final_changes using (series_id, definition_version, period_id)
    left join last.main.period_states as states using (series_id, definition_version, period_id)
),
members as (
    select distinct cluster_id, unit_id from last.main.clusters
    union
    select distinct cluster_id, unit_id from marts.clusters
),
-- A reason is for one release: what it was given for.
unused as (
    from reference.release_reasons
    anti join ops.used_reasons using (reason_id)
),
declared as (
    select distinct on (
        judged.scope_type, judged.scope_id, judged.basis, judged.source_id, judged.period_id, judged.accumulation,
        judged.series_id, judged.definition_version, judged.offence_code, judged.measure
    )
        judged.scope_type, judged.scope_id, judged.basis, judged.source_id, judged.period_id, judged.accumulation,
        judged.series_id, judged.definition_version, judged.offence_code, judged.measure, reasons.reason_id, reasons.reason,
        coalesce(reasons.reason_en, reasons.reason) as reason_en
    from judged
    inner join unused as reasons
        on reasons.kind = judged.reason_needed
        and coalesce(reasons.series_id, judged.series_id) = judged.series_id
        and coalesce(reasons.window_start, judged.window_start) <= judged.window_start
        and coalesce(reasons.window_end, judged.window_end) >= judged.window_end
    -- a unit's reason holds for the sums that it enters, not for what a source states of them
    left join members
        on judged.basis = 'counts' and members.cluster_id = judged.scope_id and members.unit_id = reasons.unit_id
    where reasons.unit_id is null or reasons.unit_id = judged.scope_id or members.unit_id is not null
    order by reasons.reason_id
),
-- The sidecar of a file, or of one that takes its place, says today that nothing of it stands any more.
standing as (
    select spans.sha256, spans.state, readings.replaces
    from core.reading_spans as spans
    inner join ops.readings as readings using (submission_id, reading)
    where spans.known_to is null
),
withdrawn as (
    select
        submissions.submission_id as previous_submission_id,
        max(case when standing.replaces = own.origin then 'replaced' else 'withdrawn' end) as withdrawal
    from last.main.submissions as submissions
    inner join ops.readings as own using (submission_id)
    inner join standing
        on standing.sha256 = own.sha256 and standing.state = 'withdrawn' or standing.replaces = own.origin
    group by submissions.submission_id
)
select
    judged.* exclude (previous_submission_id),
    declared.reason_id,
    coalesce(declared.reason, case when reason_needed = 'coverage' then withdrawal end) as reason,
    coalesce(declared.reason_en, case when reason_needed = 'coverage' then withdrawal end) as reason_en,
    reason_needed is not null and declared.reason is null and (reason_needed = 'final_period' or withdrawal is null)
        as is_undeclared
from judged
left join declared using (
    scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure
)
left join withdrawn on withdrawn.previous_submission_id = judged.previous_submission_id;

-- Windows that were final and are not any more.
create or replace temp table reopened as
select
    before.series_id, before.definition_version, before.period_id,
    (
        select min(reasons.reason_id)
        from reference.release_reasons as reasons
        anti join ops.used_reasons using (reason_id)
        where reasons.kind = 'final_period' and reasons.unit_id is null
            and coalesce(reasons.series_id, before.series_id) = before.series_id
            and coalesce(reasons.window_start, before.window_start) <= before.window_start
            and coalesce(reasons.window_end, before.window_end) >= before.window_end
    ) as reason_id
from last.main.period_states as before
inner join marts.period_states as now using (series_id, definition_version, period_id)
where before.finality = 'final' and now.finality <> 'final';

-- What is published of them: all that need a reason, then those that changed most; new figures where others are gone.
create or replace temp table figure_changes as
select
    scope_type, scope_id, basis, source_id, period_id, accumulation, series_id, definition_version, offence_code, measure,
    previous_value, value, coalesce(value, 0) - coalesce(previous_value, 0) as change, finality, reason, reason_en
from all_changes
where previous_value is not null or reason_needed is not null
    or (series_id, definition_version, period_id) in (
        select (series_id, definition_version, period_id) from all_changes where value is null
    )
order by
    reason_needed is null, abs(change) desc, scope_type, scope_id, period_id, series_id, definition_version, offence_code,
    measure, basis, source_id, accumulation
limit 1000;
