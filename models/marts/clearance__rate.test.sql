-- A rate stands exactly where both figures do and something was recorded; otherwise a reason does.
select scope_id, period_id, basis, clearance_rate, reason
from marts.clearance
where (clearance_rate is null) <> (recorded is null or cleared is null or recorded <= 0)
    or (clearance_rate is null) <> (reason is not null)
