-- A change stands exactly where no reason does, and is the difference of the two figures beside it.
select scope_id, period_id, comparison, measure, value, base_value, absolute_change, reason
from marts.changes
where (absolute_change is null) <> (reason is not null)
    or absolute_change <> value - base_value
