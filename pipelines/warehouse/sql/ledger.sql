-- The ledger, one row for each file, content and sidecar that was ever seen: what it holds, and what became of it. What was
-- accepted is superseded when other files give all its figures now, and withdrawn when its own sidecar says so.
create or replace temp table ledger as
with last_readings as (
    from ops.readings qualify row_number() over (partition by submission_id order by reading desc) = 1
),
seen as (
    select
        file, submission_id, any_value(sha256) as sha256, min(seen_at) as first_seen_at,
        max_by(coalesce(duplicate_of, ''), receipt_no) as copy_of,
        max_by(coalesce(changed_from, ''), receipt_no) as changed_from, max_by(origin, receipt_no) as origin
    from ops.receipts
    group by file, submission_id
),
contents as (
    select
        submission_id, reading,
        list(distinct scope_id order by scope_id) as unit_ids,
        list(distinct window_start::varchar || '/' || window_end::varchar order by window_start::varchar || '/' || window_end::varchar)
            as period_ids
    from raw.counts
    group by submission_id, reading
),
current_ids as (
    select submission_id from core.counts
    union
    select submission_id from core.controls
),
withdrawn as (
    select origin, sha256
    from (
        from ops.readings where state not in ('rejected', 'duplicate')
        qualify row_number() over (partition by origin, sha256 order by read_at desc, reading desc) = 1
    )
    where state = 'withdrawn'
),
reasons as (
    select submission_id, file, list(distinct code order by code) as codes
    from ops.findings
    where closed_at is null
    group by submission_id, file
)
select
    seen.file,
    seen.submission_id,
    seen.sha256,
    jurisdiction.jurisdiction_id,
    last_readings.sender,
    coalesce(last_readings.received_on, core.day_of(seen.first_seen_at)) as received_on,
    case when last_readings.received_on is null then 'first seen' else 'declared' end as received_basis,
    seen.first_seen_at,
    last_readings.known_at,
    last_readings.layout,
    last_readings.source_id,
    last_readings.revision,
    coalesce(contents.unit_ids, []) as unit_ids,
    coalesce(contents.period_ids, []) as period_ids,
    case
        when seen.changed_from <> '' then 'rejected'
        when seen.copy_of <> '' then 'duplicate'
        when waiting.submission_id is not null then 'received'
        when withdrawn.origin is not null then 'withdrawn'
        when last_readings.rows_accepted > 0 and current_ids.submission_id is null then 'superseded'
        else last_readings.state
    end as state,
    last_readings.state as verdict,
    coalesce(reasons.codes, []) as reasons,
    coalesce(nullif(seen.copy_of, ''), last_readings.duplicate_of) as duplicate_of,
    last_readings.rows_accepted,
    last_readings.rows_rejected,
    coalesce(last_readings.reading, 0) as readings
from seen
cross join reference.jurisdiction as jurisdiction
left join last_readings using (submission_id)
left join contents using (submission_id, reading)
left join ops.waiting as waiting using (submission_id)
left join withdrawn on withdrawn.origin = seen.origin and withdrawn.sha256 = seen.sha256
left join current_ids using (submission_id)
left join reasons on reasons.submission_id = seen.submission_id and reasons.file = seen.file;

truncate ops.submissions;

insert into ops.submissions by name from ledger;
