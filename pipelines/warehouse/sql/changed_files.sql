-- Files of the folder ($files with their $submission_ids and $hashes) whose content or sidecar is not what was last seen
-- under their name, submissions that wait or were refused with other layouts or reference data, and files that went or
-- came back.
with inbox as (
    select unnest($files) as file, unnest($submission_ids) as submission_id, unnest($hashes) as sha256
),
told as (
    select file from ops.findings where code = 'file_disappeared' and closed_at is null
),
last_seen as (
    select file, max_by(submission_id, receipt_no) as submission_id from ops.receipts group by file
),
last_readings as (
    from ops.readings qualify row_number() over (partition by submission_id order by reading desc) = 1
)
select file from inbox anti join last_seen using (file, submission_id)
union
-- copies whose original bears another sidecar now, or is gone
select copy.file
from (
    select file, max_by(submission_id, receipt_no) as submission_id, max_by(duplicate_of, receipt_no) as duplicate_of
    from (select * replace (coalesce(duplicate_of, '') as duplicate_of) from ops.receipts)
    group by file
) as copy
inner join inbox using (file, submission_id)
where copy.duplicate_of <> ''
    and not exists (
        select 1 from inbox as original
        where original.file = copy.duplicate_of and original.submission_id = copy.submission_id
    )
union
select file from ops.receipts semi join inbox using (submission_id) semi join ops.waiting using (submission_id)
where duplicate_of is null and changed_from is null
union
select file from last_readings
semi join inbox using (submission_id)
where (state in ('rejected', 'partly_rejected') and read_with is distinct from $read_with)
    or (layout, layout_version) in (
        select (layout, layout_version) from ops.readings where layout is not null
        except
        select (unnest($layouts), unnest($layout_versions))
    )
union
select file from ops.files_kept
where exists (from inbox)
    and file not in (select file from inbox)
    and sha256 not in (select sha256 from inbox)
    and file not in (select file from told)
union
select file from told semi join inbox using (file)
order by file;
