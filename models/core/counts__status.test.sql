-- A reported figure has a value that is not negative; every other status has none.
select unit_id, period_id, measure, status, value
from core.counts
where (status = 'reported') <> coalesce(value >= 0, false)
