-- What the rules said of the submission, in the cell or of the whole file, also what is settled by now.
select distinct code, severity, coalesce(sheet, '') as sheet, coalesce(cell, '') as cell, coalesce(found, '') as found,
    closed_at is null as is_open
from ops.findings
where submission_id = $submission_id and (cell is null or cell = $cell and coalesce(sheet, '') = coalesce($sheet, ''))
order by all;
