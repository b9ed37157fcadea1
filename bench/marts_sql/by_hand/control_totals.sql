select checks.*, coalesce(units.name, checks.scope_id) as name
from core.control_checks as checks
left join marts.units as units on units.unit_id = checks.scope_id
