-- Rows and sums per role and measure of what was taken in now, to be compared with the frame that was read.
select role || ' ' || coalesce(measure, ''), count(*) as rows, sum(checked)::hugeint as total
from (
    select submission_id, reading, role, measure, value as checked from raw.counts
    union all
    select submission_id, reading, role, measure, tolerance from ops.printed_checks
)
join outcomes using (submission_id, reading)
group by all
order by all;
