-- What core finds between submissions: open what is new, close what no longer is so. Totals that a source states of a
-- cluster or the nation against the sum of the units, and files that contradict each other on one revision.
create or replace temp table between_submissions (
    submission_id, code, severity, file, sheet, cell, found, expected
) as
select submission_id, 'control_total_differs', 'warning', file, sheet, cell, stated::varchar,
    summed::varchar || case when tolerance > 0 then ' ± ' || tolerance else '' end
from core.control_checks
where verdict = 'differs'
union all
select submission_id, 'same_revision_differs', 'warning', file, sheet, cell, value::varchar,
    standing_value::varchar || ' (' || standing_file || ' ' || standing_cell || ')'
from core.competing_values;

update ops.findings set closed_at = $now
where code in ('control_total_differs', 'same_revision_differs') and closed_at is null
    and (submission_id, code, cell, found, expected) not in (
        select (submission_id, code, cell, found, expected) from between_submissions
    );

insert into ops.findings
select submission_id, code, severity, file, sheet, cell, found, expected, $now, null
from between_submissions
where (submission_id, code, cell, found, expected) not in (
    select (submission_id, code, cell, found, expected) from ops.findings
    where code in ('control_total_differs', 'same_revision_differs') and closed_at is null
);
