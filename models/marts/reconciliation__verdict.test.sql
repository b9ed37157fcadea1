-- Equal has no gap, an open one has; what is explained names its declared reason.
select kind, scope_id, period_id, measure, whole_kind, parts_kind, gap, verdict
from marts.reconciliation
where (verdict = 'equal' and gap <> 0)
    or (verdict in ('open', 'explained') and abs(gap) <= tolerance)
    or (verdict = 'explained') <> (gap_id is not null)
