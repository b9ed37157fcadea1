-- What the rules of levels 3 and 4 found (staging.row_findings, of the codes $codes): open what is new, close what no longer
-- is so. What the sender stands by is not doubted.
create or replace temp table between_submissions as
select submission_id, code, severity, file, sheet, cell, found, nullif(expected, '') as expected
from staging.row_findings
where list_contains($codes, code)
    and not exists (
        select 1
        from ops.confirmations as confirmed
        where confirmed.submission_id = row_findings.submission_id
            and confirmed.code = row_findings.code
            and (confirmed.cell is null or (confirmed.sheet, confirmed.cell) = (row_findings.sheet, row_findings.cell))
    );

update ops.findings set closed_at = $now
where list_contains($codes, code) and closed_at is null
    and (submission_id, code, cell, found, coalesce(expected, '')) not in (
        select (submission_id, code, cell, found, coalesce(expected, '')) from between_submissions
    );

insert into ops.findings
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null
from between_submissions
where (submission_id, code, cell, found, coalesce(expected, '')) not in (
    select (submission_id, code, cell, found, coalesce(expected, '')) from ops.findings
    where list_contains($codes, code) and closed_at is null
);
