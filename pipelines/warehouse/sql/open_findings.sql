-- What still stands: findings of the newest content of each file, worst first. A content that was refused because the
-- file was changed in place does not hide what is wrong with the one that was received.
with newest as (
    select max_by(submission_id, receipt_no) as submission_id from ops.receipts group by file
    union
    select max_by(submission_id, receipt_no) as submission_id from ops.receipts where changed_from is null group by file
)
select code, severity, file, coalesce(sheet, '') as sheet, coalesce(cell, '') as cell, coalesce(found, '') as found,
    coalesce(expected, '') as expected, submission_id
from ops.findings
semi join newest using (submission_id)
where closed_at is null
order by case severity when 'critical' then 1 when 'warning' then 2 else 3 end, file, code, sheet,
    length(cell), cell, found_at;
