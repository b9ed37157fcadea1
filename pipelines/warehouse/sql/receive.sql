-- Enter what is new in the folder (frame `inbox`) into the receipts; a file counts as new when its content or sidecar
-- is not what was last seen under its name. A name stands for the content that it had first: received files are kept.
insert into ops.receipts (file, submission_id, sha256, sidecar_sha256, size, seen_at, duplicate_of, changed_from)
with last_seen as (
    select file, max_by(submission_id, receipt_no) as submission_id, min_by(sha256, receipt_no) as own_sha256
    from ops.receipts
    group by file
),
last_verdicts as (
    select submission_id, max_by(state, reading) as state from ops.readings group by submission_id
),
first_names as (
    -- the name under which the content was first seen, unless the file moved away before it could be read; a refused
    -- one may be refused for its name, so that another name is tried
    select submission_id, min_by(receipts.file, receipt_no) as file
    from ops.receipts
    left join last_verdicts using (submission_id)
    where changed_from is null
        and (coalesce(state, 'rejected') <> 'rejected' or receipts.file in (select file from inbox))
    group by submission_id
),
arrived as (
    select
        inbox.*,
        case when last_seen.own_sha256 <> inbox.sha256 then last_seen.own_sha256 end as changed_from,
        min(inbox.file) filter (last_seen.own_sha256 is null or last_seen.own_sha256 = inbox.sha256)
            over (partition by inbox.submission_id) as first_file
    from inbox
    left join last_seen using (file)
    where last_seen.submission_id is distinct from inbox.submission_id
)
select
    arrived.file, arrived.submission_id, arrived.sha256, arrived.sidecar_sha256, arrived.size, $seen_at,
    case when changed_from is null and coalesce(first_names.file, arrived.first_file) <> arrived.file
        then coalesce(first_names.file, arrived.first_file) end,
    arrived.changed_from
from arrived
left join first_names using (submission_id)
order by arrived.file;
