-- A reported figure has a value, negative only where the jurisdiction subtracts what is taken back; every other status
-- has none.
select counts.unit_id, counts.period_id, counts.measure, counts.status, counts.value
from core.counts as counts
cross join reference.jurisdiction as jurisdiction
where (counts.status = 'reported')
    <> (counts.value is not null and (counts.value >= 0 or jurisdiction.negative_counts))
