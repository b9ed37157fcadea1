-- A verdict says of residual and tolerance what they say themselves; no unit is counted twice.
select scope_id, period_id, measure, source_id, stated, summed, residual, tolerance, units_reported, verdict
from core.control_checks
where verdict is null
    or units_reported > units_expected
    or tolerance < 0
    or residual is distinct from stated - summed
    or (verdict = 'exact' and residual is distinct from 0)
    or (verdict = 'within tolerance' and coalesce(residual = 0 or abs(residual) > tolerance, true))
    or (verdict in ('differs', 'other units counted apart') and coalesce(abs(residual) <= tolerance, true))
    or (verdict = 'other units counted apart' and residual < 0)
    or (verdict = 'units missing' and units_reported = units_expected and units_expected > 0)
