-- Which submissions there are, how often each was taken in, what became of it, and in which order files came.
select submission_id, any_value(readings) as readings, any_value(state) as state,
    dense_rank() over (order by max(receipt_no)) as arrival
from ops.submissions
join ops.receipts using (submission_id)
where duplicate_of is null
group by submission_id
order by submission_id;
