-- Enter what is new in the folder (frame `inbox`) into the receipts; a file counts as new when its content or sidecar
-- is not what was last seen under its name.
insert into ops.receipts (file, submission_id, sha256, sidecar_sha256, size, seen_at, duplicate_of)
with last_seen as (
    select file, max_by(submission_id, receipt_no) as submission_id from ops.receipts group by file
),
first_names as (
    -- the name under which the content was first seen, unless the file moved away before it could be read; a refused
    -- one may be refused for its name, so that another name is tried
    select submission_id, min_by(receipts.file, receipt_no) as file
    from ops.receipts
    join ops.submissions using (submission_id)
    where state not in ('received', 'rejected') or receipts.file in (select file from inbox)
    group by submission_id
),
arrived as (
    select inbox.*, first_value(inbox.file) over (partition by inbox.submission_id order by inbox.file) as first_file
    from inbox
    anti join last_seen using (file, submission_id)
)
select
    arrived.file, arrived.submission_id, arrived.sha256, arrived.sidecar_sha256, arrived.size, $seen_at,
    case when coalesce(first_names.file, arrived.first_file) <> arrived.file
        then coalesce(first_names.file, arrived.first_file) end
from arrived
left join first_names using (submission_id)
order by arrived.file;
