-- Rows and sums per measure of what was taken in now, to be compared with the frame that was read.
select measure, count(*) as rows, sum(value)::hugeint as total
from raw.counts
join staging.files using (submission_id, reading)
group by measure
order by measure;
