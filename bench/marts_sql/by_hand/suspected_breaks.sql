select changes.*, absolute_change / base_value as relative_shift,
    core.chance_of_difference(value, base_value, days, base_days) as chance_recomputed
from marts.changes as changes
where comparison = 'year_before' and offence_code = 'all' and measure = 'recorded' and base_value > 0
    and abs(value - base_value) * 100 > 25 * base_value
    and core.chance_of_difference(value, base_value, days, base_days) < 0.001
    and period_id in (select period_id from core.windows where ends_with(period_kind, '_year'))
