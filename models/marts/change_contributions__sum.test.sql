-- Contributions add up to the change.
select scope_id, period_id, comparison, part_type
from marts.change_contributions
group by scope_type, scope_id, period_id, comparison, series_id, definition_version, offence_code, measure, part_type
having sum(contribution) <> any_value(total_change)
