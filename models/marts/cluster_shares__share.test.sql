-- A share stands exactly where no reason does.
select cluster_id, unit_id, period_id, measure, cluster_share, reason
from marts.cluster_shares
where (cluster_share is null) <> (reason is not null)
