-- Submissions that wait to be read, in the order in which they came.
select submission_id, max_by(receipts.file, receipt_no) as file, any_value(submissions.sha256) as sha256,
    any_value(readings) + 1 as reading
from ops.submissions
join ops.receipts using (submission_id)
where state = 'received' and duplicate_of is null
group by submission_id
order by max(receipt_no);
