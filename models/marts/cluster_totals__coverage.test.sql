-- A total stands exactly where every unit reports, and then it is the sum.
select cluster_id, period_id, recorded, recorded_units, cleared, cleared_units, units_expected
from marts.cluster_totals
where (recorded is null) <> (recorded_units < units_expected)
    or (cleared is null) <> (cleared_units < units_expected)
    or recorded <> recorded_reported_sum
    or cleared <> cleared_reported_sum
