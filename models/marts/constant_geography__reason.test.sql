-- A value stands exactly where no reason does, and within its limits.
select scope_id, period_id, measure, value, at_least, at_most, reason
from marts.constant_geography
where (value is null) <> (reason is not null)
    or value < at_least
    or value > at_most
