-- Files of the folder ($files with their $submission_ids) whose content or sidecar is not what was last seen under their name, and
-- submissions that wait or were refused with other layouts or reference data.
with inbox as (
    select unnest($files) as file, unnest($submission_ids) as submission_id
),
last_seen as (
    select file, max_by(submission_id, receipt_no) as submission_id from ops.receipts group by file
)
select file from inbox anti join last_seen using (file, submission_id)
union
select file from ops.submissions
semi join inbox using (submission_id)
where state = 'received'
    or (state in ('rejected', 'partly_rejected') and read_with is distinct from $read_with)
    or (layout, layout_version) in (
        select (layout, layout_version) from ops.submissions where layout is not null
        except
        select (unnest($layouts), unnest($layout_versions))
    )
order by file;
