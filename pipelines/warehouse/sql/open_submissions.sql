-- Every receipt of this moment that is not a copy opens its submission for reading; so does a refused submission when
-- what it was read with (layouts and reference data) has changed since.
insert into ops.submissions (submission_id, file, sha256, state)
select submission_id, file, sha256, 'received'
from ops.receipts
where seen_at = $seen_at and duplicate_of is null
on conflict (submission_id) do update set state = 'received';

update ops.submissions
set state = 'received'
where submission_id in (select submission_id from inbox)
    and (
        (state in ('rejected', 'partly_rejected') and read_with is distinct from $read_with)
        or (layout, layout_version) in (
            select (layout, layout_version) from ops.submissions where layout is not null
            except
            select (unnest($layouts), unnest($layout_versions))
        )
    );

-- What was wrong with a file that has been taken away no longer waits for anybody. What was loaded from it stays.
update ops.findings set closed_at = $seen_at
where closed_at is null and file is not null and file not in (select file from inbox)
    and exists (from inbox); -- an empty folder is more likely one that is not there for the moment

insert into ops.findings (submission_id, code, severity, file, found, expected, found_at)
select submission_id, 'content_known', 'info', file, duplicate_of, null, seen_at
from ops.receipts
where seen_at = $seen_at and duplicate_of is not null
union all
select this.submission_id, 'file_changed_in_place', 'warning', this.file, this.sha256, earlier.sha256, this.seen_at
from ops.receipts as this
join lateral (
    select sha256 from ops.receipts
    where file = this.file and receipt_no < this.receipt_no
    order by receipt_no desc limit 1
) as earlier on true
where this.seen_at = $seen_at and earlier.sha256 <> this.sha256;
