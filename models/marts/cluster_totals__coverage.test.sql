-- A total stands exactly where every unit reports and the measure adds up over units, and then it is the sum.
select cluster_id, period_id, recorded, recorded_units, cleared, cleared_units, units_expected
from marts.cluster_totals
where (recorded is null) <> (
        recorded_units < units_expected
        or exists (from reference.measures where measure = 'recorded' and not additive_over_units)
    )
    or (cleared is null) <> (
        cleared_units < cleared_units_expected
        or exists (from reference.measures where measure = 'cleared' and not additive_over_units)
    )
    or recorded <> recorded_reported_sum
    or cleared <> cleared_reported_sum
