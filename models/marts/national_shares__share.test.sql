-- A share stands exactly where its two figures do; otherwise a reason does.
select scope_id, period_id, measure, numerator, denominator, national_share, reason
from marts.national_shares
where (national_share is null) <> (reason is not null)
