-- Submissions that wait to be read, in the order in which they came.
select submission_id, max_by(receipts.file, receipt_no) as file, any_value(receipts.sha256) as sha256,
    max_by(receipts.origin, receipt_no) as origin,
    (select count(*) from ops.readings where readings.submission_id = waiting.submission_id) + 1 as reading
from ops.waiting
join ops.receipts using (submission_id)
where duplicate_of is null and changed_from is null
group by submission_id
order by max(receipt_no);
