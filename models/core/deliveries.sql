/*
description: >
  What reached the warehouse for a unit, window and series: the submission that counts, its state and, where declared,
  the day on which its source's figures first were received. Submissions whose rows were all refused are here too.
grain: [unit_id, period_id, series_id, definition_version]
*/
with touched as (
    select submission_id, scope_id, window_start, window_end, series_id, definition_version, true as accepted
    from raw.counts
    where role = 'count' and scope_type = 'unit'
    union
    select submission_id, scope_id, window_start, window_end, series_id, definition_version, false as accepted
    from ops.rejected_rows
    where scope_type = 'unit' and window_start is not null and window_end is not null and series_id is not null
),
speaking as (
    select distinct unit_id, window_start, window_end, series_id, definition_version, source_id
    from core.counts
    where status = 'reported'
),
arrivals as (
    select submission_id, max(seen_at) as arrival from ops.receipts where duplicate_of is null group by submission_id
)
select
    touched.scope_id as unit_id,
    touched.window_start::varchar || '/' || touched.window_end::varchar as period_id,
    touched.series_id,
    touched.definition_version,
    submissions.source_id,
    submissions.state as submission_state,
    min(submissions.received_on) over (
        partition by touched.scope_id, touched.window_start, touched.window_end, touched.series_id,
            touched.definition_version, submissions.source_id, touched.accepted
    ) as received_on
from touched
inner join ops.submissions as submissions using (submission_id)
inner join arrivals using (submission_id)
left join speaking
    on speaking.unit_id = touched.scope_id
    and speaking.window_start = touched.window_start
    and speaking.window_end = touched.window_end
    and speaking.series_id = touched.series_id
    and speaking.definition_version = touched.definition_version
    and speaking.source_id = submissions.source_id
qualify row_number() over (
    partition by touched.scope_id, touched.window_start, touched.window_end, touched.series_id,
        touched.definition_version
    order by
        touched.accepted desc, case when speaking.source_id is not null then 0 else 1 end, submissions.revision desc,
        arrivals.arrival desc, submission_id
) = 1
