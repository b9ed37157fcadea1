/*
description: >
  What reached the warehouse for a unit, window and series: the submission that counts, its state and, where declared,
  the day on which its source's figures first were received. Submissions whose rows were all refused are here too.
grain: [unit_id, period_id, series_id, definition_version]
caveats: >
  first_seen_on is the day on which the first of the files was found in the folder: they cannot have come later.
*/
with readings as (
    select *
    from ops.readings
    where known_at < core.known_before()
    qualify row_number() over (partition by submission_id order by reading desc) = 1
),
touched as (
    select distinct
        submission_id, scope_id, window_start, window_end, series_id, definition_version, true as accepted
    from core.known_values
    where role = 'count' and scope_type = 'unit' and known_to is null
    union
    select submission_id, scope_id, window_start, window_end, series_id, definition_version, false as accepted
    from ops.rejected_rows
    semi join readings using (submission_id, reading)
    where scope_type = 'unit' and window_start is not null and window_end is not null and series_id is not null
),
speaking as (
    select distinct unit_id, window_start, window_end, series_id, definition_version, source_id
    from core.counts
    where status = 'reported'
),
seen as (
    select submission_id, min(seen_at) as first_seen_at from ops.receipts group by submission_id
)
select
    touched.scope_id as unit_id,
    touched.window_start::varchar || '/' || touched.window_end::varchar as period_id,
    touched.series_id,
    touched.definition_version,
    readings.source_id,
    readings.state as submission_state,
    min(readings.received_on) over own_source as received_on,
    core.day_of(min(seen.first_seen_at) over own_source) as first_seen_on
from touched
inner join readings using (submission_id)
left join seen using (submission_id)
left join speaking
    on speaking.unit_id = touched.scope_id
    and speaking.window_start = touched.window_start
    and speaking.window_end = touched.window_end
    and speaking.series_id = touched.series_id
    and speaking.definition_version = touched.definition_version
    and speaking.source_id = readings.source_id
window own_source as (
    partition by touched.scope_id, touched.window_start, touched.window_end, touched.series_id,
        touched.definition_version, readings.source_id, touched.accepted
)
qualify row_number() over (
    partition by touched.scope_id, touched.window_start, touched.window_end, touched.series_id,
        touched.definition_version
    order by
        touched.accepted desc, case when speaking.source_id is not null then 0 else 1 end, readings.revision desc,
        readings.known_at desc, submission_id
) = 1
