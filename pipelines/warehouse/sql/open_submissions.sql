-- Every receipt of this moment that is neither a copy nor a change in place opens its submission for reading, unless it
-- was only moved; so does a refused submission when what it was read with (layouts and reference data) has changed since,
-- and any one when its layout has.
insert into ops.waiting
select distinct receipts.submission_id
from ops.receipts
left join (
    select submission_id, origin, max_by(state, reading) as state from ops.readings group by submission_id, origin
) as read on read.submission_id = receipts.submission_id and read.origin = receipts.origin
where seen_at = $seen_at and duplicate_of is null and changed_from is null
    and (read.state is null or read.state = 'rejected' or receipts.file in (
        select file from ops.receipts where seen_at < $seen_at
    ))
on conflict do nothing;

-- Copies of the figures of a file that was declared anew may no longer be copies.
insert into ops.waiting
select submission_id
from (from ops.readings qualify row_number() over (partition by submission_id order by reading desc) = 1)
where state = 'duplicate'
    and submission_id in (select submission_id from inbox)
    and duplicate_of in (select origin from ops.receipts where seen_at = $seen_at)
on conflict do nothing;

insert into ops.waiting
select submission_id
from (from ops.readings qualify row_number() over (partition by submission_id order by reading desc) = 1)
where submission_id in (select submission_id from inbox)
    and (
        (state in ('rejected', 'partly_rejected') and read_with is distinct from $read_with)
        or (layout, layout_version) in (
            select (layout, layout_version) from ops.readings where layout is not null
            except
            select (unnest($layouts), unnest($layout_versions))
        )
    )
on conflict do nothing;

-- What was wrong with a file that has been taken away no longer waits for anybody. What was loaded from it stays.
update ops.findings set closed_at = $seen_at
where closed_at is null and file is not null and file not in (select file from inbox)
    and code <> 'file_disappeared'
    and exists (from inbox); -- an empty folder is more likely one that is not there for the moment

update ops.findings set closed_at = $seen_at
where closed_at is null and code = 'file_changed_in_place'
    and file in (
        select file from ops.receipts group by file having max_by(coalesce(changed_from, ''), receipt_no) = ''
    );

insert into ops.findings (submission_id, code, severity, file, found, expected, found_at)
select submission_id, 'content_known', 'info', file, duplicate_of, null, seen_at
from ops.receipts
where seen_at = $seen_at and duplicate_of is not null
union all
select submission_id, 'file_changed_in_place', 'critical', file, sha256, changed_from, seen_at
from ops.receipts
where seen_at = $seen_at and changed_from is not null;

-- A file that is gone though figures were taken in from it is told once, until it is there again under that name.
update ops.findings set closed_at = $seen_at
where closed_at is null and code = 'file_disappeared' and file in (select file from inbox);

insert into ops.findings (submission_id, code, severity, file, found, expected, found_at)
select max_by(receipts.submission_id, receipt_no), 'file_disappeared', 'warning', file, null, any_value(kept.sha256), $seen_at
from ops.files_kept as kept
inner join ops.receipts as receipts using (file)
where exists (from inbox)
    and file not in (select file from inbox)
    and kept.sha256 not in (select sha256 from inbox) -- moved to another name it is still there
    and file not in (select file from ops.findings where code = 'file_disappeared' and closed_at is null)
group by file;
