-- What is used and what remains add up to the ceiling.
select target_id, scope_id, period_id, ceiling, used, remaining
from marts.reduction_progress
where used + remaining <> ceiling
