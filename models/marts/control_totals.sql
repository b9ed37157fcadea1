/*
description: >
  Totals that a source states of a cluster, the nation or a unit, checked against the sum over the units that belong to it:
  both numbers, what is left between them, how much of that rounding explains, and the verdict.
grain: [scope_type, scope_id, period_id, accumulation, series_id, definition_version, offence_code, measure, source_id]
caveats: >
  exact: equal. within tolerance: not equal, but no further apart than rounding, or the tolerance declared for the form,
  allows. differs: something is wrong, or counted otherwise. units missing: not all units report, and those that do stay
  below the total. not additive: the measure does not add up over units, so summed is no number of anything. other units
  counted apart: the nation holds more than its units, as the jurisdiction declares. The units may come from another
  source than the total.
*/
with names as (
    select 'unit' as scope_type, unit_id as scope_id, name from marts.units
    union all
    select distinct 'cluster', cluster_id, name from reference.clusters
)
select
    checks.scope_type,
    checks.scope_id,
    names.name,
    checks.period_id,
    windows.window_start,
    windows.window_end,
    checks.accumulation,
    checks.series_id,
    checks.definition_version,
    checks.offence_code,
    checks.measure,
    checks.source_id,
    checks.basis,
    checks.stated,
    checks.summed,
    checks.residual,
    checks.tolerance,
    checks.verdict,
    checks.units_expected,
    checks.units_reported,
    checks.submission_id,
    checks.file,
    checks.sheet,
    checks.cell
from core.control_checks as checks
inner join core.windows as windows using (period_id)
left join names using (scope_type, scope_id)
