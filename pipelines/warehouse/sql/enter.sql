-- Every receipt is in the ledger at once, and what waits to be read (again) is received; ledger.sql says all about it at
-- the end of a run.
insert into ops.submissions (file, submission_id, sha256, first_seen_at, state, duplicate_of, readings)
select
    file, submission_id, any_value(sha256), min(seen_at),
    case
        when max_by(coalesce(changed_from, ''), receipt_no) <> '' then 'rejected'
        when max_by(coalesce(duplicate_of, ''), receipt_no) <> '' then 'duplicate'
        else 'received'
    end,
    nullif(max_by(coalesce(duplicate_of, ''), receipt_no), ''), 0
from ops.receipts
where (file, submission_id) not in (select (file, submission_id) from ops.submissions)
group by file, submission_id;

update ops.submissions set state = 'received'
where submission_id in (select submission_id from ops.waiting) and state not in ('duplicate', 'rejected');
