/*
description: >
  Per cluster, and per group of units under one parent: how many of the units that are expected for a window and series
  have delivered, how many in time, and whether the window is complete.
grain: [scope_type, scope_id, level, period_id, series_id, definition_version]
caveats: >
  Complete, partial k/n or empty speaks of the offences recorded of the whole series, not of every figure on the form.
*/
with scopes as (
    select 'cluster' as scope_type, members.cluster_id as scope_id, matrix.*
    from marts.submission_completeness as matrix
    inner join core.members as members using (unit_id, period_id)
    union all by name
    select 'unit' as scope_type, parent_id as scope_id, *
    from marts.submission_completeness
    where parent_id is not null
)
select
    scope_type,
    scope_id,
    level,
    period_id,
    series_id,
    definition_version,
    count(*) as units_expected,
    count(*) filter (recorded_status = 'reported') as recorded_units,
    count(*) filter (cleared_status = 'reported') as cleared_units,
    count(*) filter (delivery = 'nil') as nil_units,
    count(*) filter (delivery = 'rejected') as rejected_units,
    count(*) filter (delivery = 'missing') as missing_units,
    count(*) filter (punctuality = 'on time') as on_time_units,
    count(*) filter (punctuality = 'late') as late_units,
    core.coverage(recorded_units, units_expected) as recorded_coverage,
    core.coverage(cleared_units, units_expected) as cleared_coverage
from scopes
group by all
