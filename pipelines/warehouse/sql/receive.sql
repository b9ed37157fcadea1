-- Enter what is new in the folder (frame `inbox`) into the receipts; a file counts as new when its content or sidecar
-- is not what was last seen under its name. A name stands for the content that it had first: received files are kept. A
-- file that is gone from its place while its bytes turn up at another one was moved; it keeps its origin.
insert into ops.receipts (file, submission_id, sha256, sidecar_sha256, size, seen_at, duplicate_of, changed_from, origin)
with last_seen as (
    select
        file, max_by(submission_id, receipt_no) as submission_id, min_by(sha256, receipt_no) as own_sha256,
        max_by(origin, receipt_no) as origin, max_by(coalesce(duplicate_of, ''), receipt_no) as duplicate_of
    from ops.receipts
    group by file
),
last_verdicts as (
    select submission_id, max_by(state, reading) as state from ops.readings group by submission_id
),
gone as (
    select receipts.sha256, max_by(receipts.origin, receipt_no) as origin
    from ops.receipts
    where changed_from is null and duplicate_of is null and receipts.file not in (select file from inbox)
    group by receipts.sha256
),
first_names as (
    -- the name under which the content was first seen and still is; a refused one may be refused for its name, so that
    -- another name is tried
    select receipts.submission_id, min_by(receipts.file, receipt_no) as file
    from ops.receipts
    semi join inbox on inbox.file = receipts.file and inbox.submission_id = receipts.submission_id
    left join last_verdicts using (submission_id)
    where changed_from is null and duplicate_of is null and state is distinct from 'rejected'
    group by receipts.submission_id
),
arrived as (
    select
        inbox.*,
        case when last_seen.own_sha256 <> inbox.sha256 then last_seen.own_sha256 end as changed_from,
        coalesce(last_seen.origin, gone.origin, inbox.file) as origin,
        min(inbox.file) filter (last_seen.own_sha256 is null or last_seen.own_sha256 = inbox.sha256)
            over (partition by inbox.submission_id) as first_file
    from inbox
    left join last_seen using (file)
    left join gone using (sha256)
    where last_seen.submission_id is distinct from inbox.submission_id
        -- a copy whose original bears another sidecar now stands for itself
        or (
            last_seen.duplicate_of <> ''
            and not exists (
                select 1 from inbox as original
                where original.file = last_seen.duplicate_of and original.submission_id = inbox.submission_id
            )
        )
)
select
    arrived.file, arrived.submission_id, arrived.sha256, arrived.sidecar_sha256, arrived.size, $seen_at,
    case when changed_from is null and coalesce(first_names.file, arrived.first_file) <> arrived.file
        then coalesce(first_names.file, arrived.first_file) end,
    arrived.changed_from,
    arrived.origin
from arrived
left join first_names using (submission_id)
order by arrived.file;
