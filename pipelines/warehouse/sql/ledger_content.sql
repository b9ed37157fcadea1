-- Which submissions were read, how often, what became of them, and from when on they count as known.
select submission_id, max(reading) as readings, max_by(state, reading) as state,
    dense_rank() over (order by max(known_at)) as known, dense_rank() over (order by max(read_at)) as read
from ops.readings
group by submission_id
order by submission_id;
