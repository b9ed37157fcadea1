-- A known count decides its target; only an unknown count leaves it open or to its bounds.
select target_id, scope_id, period_id, numerator, denominator, verdict
from marts.target_attainment
where (numerator is not null and denominator is not null and verdict = 'unknown' and reason is null)
    or verdict not in ('attained', 'missed', 'unknown')
