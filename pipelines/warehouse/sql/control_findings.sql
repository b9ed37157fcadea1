-- Totals that a source states of a cluster or the nation against the sum of the units: open what differs, close what
-- agrees again. The place of a finding is the cell of the stated total.
create or replace temp table differing as
select submission_id, file, sheet, cell, stated::varchar as found, summed::varchar as expected
from core.control_checks
where verdict = 'differs';

update ops.findings set closed_at = $now
where code = 'control_total_differs' and closed_at is null
    and (submission_id, cell, found, expected) not in (select (submission_id, cell, found, expected) from differing);

insert into ops.findings
select submission_id, 'control_total_differs', 'warning', file, sheet, cell, found, expected, $now, null
from differing
where (submission_id, cell, found, expected) not in (
    select (submission_id, cell, found, expected) from ops.findings
    where code = 'control_total_differs' and closed_at is null
);
